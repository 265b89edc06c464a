"""The page of a record: what came of one drill, when, step by step, and who agrees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from opsbook import markup
from opsbook.diagrams.timeline import Event, Timeline
from opsbook.kind import Spec, State
from opsbook.kinds.drill import terms
from opsbook.kinds.drill.following import followed, references
from opsbook.kinds.drill.model import Drill
from opsbook.kinds.drill.record import DrillRecord, Improvement, OutcomeName, StepOutcome
from opsbook.kinds.drill.record_words import MODE, OUTCOME, STATUS
from opsbook.kinds.drill.result import due, judged, mark, record_box, recorded
from opsbook.kinds.drill.standing import Measured, Standing, day, measured, standings
from opsbook.labels import N_
from opsbook.page import Page
from opsbook.printer import Printer, render
from opsbook.project import Project
from opsbook.step import Step

HERE = Path(__file__)

STATES: dict[OutcomeName, State] = {
    "passed": "good",
    "led-on": "none",
    "failed": "bad",
    "left-to-people": "none",
    "not-run": "old",
}
"""How the outcome of a step looks."""


def record_pages(spec: Spec[DrillRecord], project: Project) -> Iterator[Page]:
    """One page. The navigation leaves it to the page of its drill."""
    record = spec.document
    md = Printer(project, spec.path, spec.home, spec)
    label = md.label
    standing = standings(spec.system, project).get(record.drill)
    changed = standing.changed(record) if standing else ()
    drill = standing.drill if standing else None
    title = f"{record.title} · {day(record)}"
    told = _told(record)
    body = render(
        HERE.with_name("record.md.jinja"),
        md,
        title=title,
        record=record,
        result=record_box(drill, record, changed, md),
        facts=_facts(record, standing, md),
        figures=[_figure(one, record, md) for one in measured(drill, record)] if drill else [],
        counted=_counted(record, md),
        timeline=_timeline(told, record, md),
        moments=[_moment(*one, md) for one in told],
        waited=md.duration(record.waited) if record.waited else "",
        steps=[_step(one, _titles(standing, project), md) for one in record.steps],
        actions=[_action(one, md) for one in record.actions],
        signed=_signed(record, drill, md),
    )
    yield Page(spec.path, md.plain(title), body, (label("Drills"),), spec.source.path, listed=False)


def _facts(record: DrillRecord, standing: Standing | None, md: Printer) -> list[tuple[str, str]]:
    label = md.label
    later = standing.last if standing and standing.last is not record else None
    return [
        (label("Drill"), md.link("drill", record.drill)),
        (label("Type"), label(terms.TYPE[record.type])),
        (label("Environment"), md.link("environment", record.environment) if record.environment else ""),
        (label("Next by"), due(standing, md) if standing and not later else ""),
        (label("Played again"), recorded(later, md) if later else ""),
        (label("Took part"), md.links("role", record.participants)),
        (label("Commit"), md.value(record.commit)),
        (label("Ran against"), md.line(record.versions) if record.versions else ""),
        (label("The result holds for"), _holds_for(record, standing, md)),
        (label("Owner"), md.link("role", record.owner)),
        *md.listed_here(),
    ]


def _holds_for(record: DrillRecord, standing: Standing | None, md: Printer) -> str:
    """What the result depends on, each with its hash, and whether that is still the same."""
    if record.hashes is None:
        return ""
    changed = standing.changed(record) if standing else terms.CHANGED
    said = []
    for name, called in terms.CHANGED.items():
        state = mark(md.label("changed since"), "old") if name in changed else mark(md.label("unchanged"), "good")
        said.append(f"{md.label(called)} {md.value(getattr(record.hashes, name))} {state}")
    return "<br>".join(said)


def _figure(figure: Measured, record: DrillRecord, md: Printer) -> tuple[str, str, str, str]:
    """A row: what was measured, the figure, the target, whether it kept to that."""
    return (
        md.label(terms.MEASURE[figure.name]),
        "" if figure.value is None else terms.took(figure.value, md.label),
        "" if figure.target is None else md.duration(figure.target),
        judged(figure, record, md),
    )


def _counted(record: DrillRecord, md: Printer) -> str:
    """What became of the marks that were written before the fault."""
    if record.data is None:
        return ""
    said = md.label("Of {written} marks that were written before something was broken, {left} were left.")
    return said.replace("{written}", str(record.data.written)).replace("{left}", str(record.data.left))


def _told(record: DrillRecord) -> list[tuple[str, datetime, timedelta]]:
    """The moments that are known, and how long after the fault each is, with what an alert waits in production."""
    fault, waited = record.times.fault, record.waited or timedelta()
    return [
        (name, moment, moment - fault + (waited if name != "fault" else timedelta()))
        for name, moment in record.times.ordered
    ]


def _timeline(told: Sequence[tuple[str, datetime, timedelta]], record: DrillRecord, md: Printer) -> str:
    """What happened when, as a picture; nothing where only the beginning is known, as at a table."""
    if len(told) < 2:  # noqa: PLR2004  # two points make a line
        return ""
    return md.timeline(Timeline(tuple(_event(*one, record, md) for one in told)), md.label("Timeline"))


def _event(name: str, _: datetime, passed: timedelta, record: DrillRecord, md: Printer) -> Event:
    note = ""
    if name == "detected" and record.waited:
        note = md.label("of that, {duration} that the alert waits").replace("{duration}", md.duration(record.waited))
    return Event(md.label(terms.MOMENT[name]), passed, terms.took(passed, md.label), note)


def _moment(name: str, moment: datetime, passed: timedelta, md: Printer) -> tuple[str, str, str]:
    """A row: what happened, when, how long after the fault."""
    said = f"<time>{moment:%Y-%m-%d}</time> {moment:%H:%M:%S}"
    offset = "UTC" if not moment.utcoffset() else f"{moment:%z} ({moment.astimezone(UTC):%H:%M:%S} UTC)"
    return md.label(terms.MOMENT[name]), f"{said} {offset}", terms.took(passed, md.label)


def _titles(standing: Standing | None, project: Project) -> Mapping[str, tuple[Spec[Any], Step]]:
    """The steps of everything that a drill follows, by id; of two with one id, that of the document named first."""
    found: dict[str, tuple[Spec[Any], Step]] = {}
    drill = standing.drill if standing else None
    for reference in references(drill) if drill else ():
        way = followed(reference, standing.spec, project) if standing else None
        for step in (step for trial in way.trials for step in trial.steps) if way else ():
            found.setdefault(step.id, (way.spec, step)) if way else None
    return found


def _step(one: StepOutcome, titles: Mapping[str, tuple[Spec[Any], Step]], md: Printer) -> tuple[str, str, str, str]:
    """A row: the step, what came of it, how long it took, what was not as expected."""
    spec, step = titles.get(one.step, (None, None))
    link = md.value(one.step)
    if spec and step:
        link = md.ref(f"{spec.system}/{spec.kind.name}:{spec.document.id}#{step.id}", step.title)
    outcome = mark(md.label(OUTCOME[one.outcome]), STATES[one.outcome])
    if one.mode in MODE:
        outcome += f" · {md.label(MODE[one.mode])}"
    took = terms.took(timedelta(seconds=one.seconds), md.label) if one.seconds else ""
    return link, outcome, took, md.cell(one.note) if one.note else ""


def _action(one: Improvement, md: Printer) -> tuple[str, str, str]:
    """A row: what should be better, who answers for it, how far it is."""
    ticket = (md.value(one.ticket) if "$" in one.ticket else markup.link(one.ticket)) if one.ticket else ""
    title = f'<span id="{one.id}">{md.cell(one.title)}</span>' + (f" · {ticket}" if ticket else "")
    status = md.label(STATUS[one.status])
    due = f", {md.label('by')} {md.due(one.due)}" if one.unsettled else ""
    return title, md.link("role", one.owner), status + due


def _signed(record: DrillRecord, drill: Drill | None, md: Printer) -> list[tuple[str, str]]:
    """Every role that has agreed, with the day, and those that took part or see to the drill and still have to."""
    asked = [*record.participants, *([drill.schedule.owner] if drill else [])]
    days = {one.role: f"<time>{one.day}</time>" for one in record.sign_off}
    missing = mark(md.label(N_("still missing")), "old")
    return [(md.link("role", role), days.get(role, missing)) for role in dict.fromkeys([*days, *asked])]
