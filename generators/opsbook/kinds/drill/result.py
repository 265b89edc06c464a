"""What pages say of the result of a drill: a badge, a line, a box."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from opsbook.kind import Badge, Spec, State
from opsbook.kinds.drill import terms
from opsbook.kinds.drill.model import Drill
from opsbook.kinds.drill.record import DrillRecord
from opsbook.kinds.drill.record_words import RESULT
from opsbook.kinds.drill.standing import Measured, Standing, Verdict, day, measured, standings
from opsbook.labels import N_, Labels
from opsbook.printer import Printer
from opsbook.project import Project

STATES: Mapping[Verdict, State] = {"passed": "good", "failed": "bad", "stale": "old", "never": "none"}

_SAID: Mapping[Verdict, str] = {
    "passed": N_("Passed on {day}"),
    "failed": N_("Failed on {day}"),
    "stale": N_("Changed since {day}: holds no more"),
    "never": N_("Never played"),
}

OVERDUE = N_("drill overdue")
"""What is said of a drill that should have been played again."""

_BOX: Mapping[Verdict, str] = {"passed": "success", "failed": "failure", "stale": "warning", "never": "info"}
"""The types of Material's boxes."""


def badge(spec: Spec[Drill], project: Project, label: Labels) -> Badge:
    """The last result of a drill in a line: when, how soon all was well again, where, and by when it is due."""
    standing = standings(spec.system, project)[spec.document.id]
    said = headline(standing, label)
    if standing.last and standing.verdict != "stale":
        recovered = (one for one in standing.measured if one.name == "recovery" or (one.name == "loss" and one.value))
        where = label(terms.WHERE_IN_SHORT[standing.last.type])
        said = f"{', '.join([said, *in_words(recovered, label)])} ({where})"
    return Badge(said, STATES[standing.verdict], standing.due, label(OVERDUE))


def headline(standing: Standing, label: Labels) -> str:
    """What the last result of a drill is worth, and of which day it is."""
    said = label(_SAID[standing.verdict])
    return said.replace("{day}", day(standing.last).isoformat()) if standing.last else said


def in_words(figures: Iterable[Measured], label: Labels) -> Iterator[str]:
    """Figures that were measured, each as a part of a sentence, with its target."""
    for one in figures:
        if one.name == "loss" and one.value == timedelta():
            yield label("no data lost")
        elif one.value is not None:
            yield label(terms.IN_A_LINE[one.name]).replace("{measured}", against_target(one, label))


def against_target(figure: Measured, label: Labels) -> str:
    """`62 s of 15 min`; the figure alone where there is no target, and nothing where there is no figure."""
    if figure.value is None:
        return ""
    took = terms.took(figure.value, label)
    if figure.target is None:
        return took
    target = label.duration(figure.target)
    return label("{measured} of {target}").replace("{measured}", took).replace("{target}", target)


def verdict_on(figure: Measured, record: DrillRecord | None, md: Printer) -> str:
    """Whether a figure of a record kept to its target, in a word; nothing where it had none."""
    if figure.target is None:
        return ""
    if record is None:
        return mark(md.label("Never played"), "none")
    if figure.value is None:
        return mark(md.label("Not measured"), "bad" if record.result == "failed" else "none")
    return mark(md.label("Kept"), "good") if figure.met else mark(md.label("Missed"), "bad")


def mark(text: str, state: State) -> str:
    """A word whose look says how good that is."""
    return f'<span class="opsbook-badge opsbook-badge--{state}">{text}</span>'


def box(standing: Standing, md: Printer) -> str:
    """The last result of a drill, where its page begins."""
    label, record = md.label, standing.last
    again = label("Next by {day}").replace("{day}", due(standing, md))
    if record is None:
        return _box("never", headline(standing, label), [label("Nothing is known yet."), again])
    changed = standing.changed(record)
    link = md.link("drill-record", record.id, label("What was recorded"))
    lines = [
        changes(changed, label),
        *outcome(standing.drill, record, md, dated=bool(changed)),
        f"{again} · {link}",
    ]
    return _box(standing.verdict, headline(standing, label), lines)


def recorded(record: DrillRecord, md: Printer) -> str:
    """The day of a record, as a link to it; it stands in one line."""
    return f'<time datetime="{day(record)}">{md.link("drill-record", record.id, f"{day(record)}")}</time>'


def due(standing: Standing, md: Printer) -> str:
    """By when a drill has to be played again; the browser says by its own clock what is overdue."""
    return md.due(standing.due, md.label(OVERDUE))


def record_box(drill: Drill | None, record: DrillRecord, changed: tuple[str, ...], md: Printer) -> str:
    """The result of one record, where its page begins."""
    label = md.label
    title = label(_SAID[record.result]).replace("{day}", day(record).isoformat())
    said = label("The result holds no more.") if changed else ""
    return _box(record.result, title, [*outcome(drill, record, md), said, changes(changed, label)])


def changes(changed: Iterable[str], label: Labels) -> str:
    """What is not any more what a result holds for, as a sentence; nothing where all still is."""
    names = ", ".join(label(terms.CHANGED[name]) for name in changed)
    return label("What changed: {names}.").replace("{names}", names) if names else ""


def outcome(drill: Drill | None, record: DrillRecord, md: Printer, *, dated: bool = False) -> Iterator[str]:
    """What a record says in lines: its figures, why it failed, and what that is worth."""
    label = md.label
    figures = ", ".join(in_words(measured(drill, record), label) if drill else ())
    result = label(RESULT[record.result]) if dated else ""
    if said := ": ".join(part for part in (result, figures) if part):
        yield f"{said[0].upper()}{said[1:]}."
    for failure in record.failures:
        yield md.line(failure)
    yield label(terms.WHERE[record.type])


def _box(verdict: Verdict, title: str, lines: Iterable[str]) -> str:
    said = "<br>\n    ".join(line for line in lines if line)
    return f'!!! {_BOX[verdict]} "{title}"\n\n    {said}\n'
