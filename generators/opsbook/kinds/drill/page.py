"""The page of a drill: what came of it the last time, how it is played, what came of it every time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opsbook.diagrams.dots import Plot, Row, plot_figure
from opsbook.kind import Spec
from opsbook.kinds.drill import terms
from opsbook.kinds.drill.chaos_toolkit import path, playable
from opsbook.kinds.drill.following import followed
from opsbook.kinds.drill.form import form
from opsbook.kinds.drill.model import MACHINES, Drill, Probe, Script, Tolerance
from opsbook.kinds.drill.record import DrillRecord
from opsbook.kinds.drill.record_words import RESULT
from opsbook.kinds.drill.result import box, due, headline, in_words, judged, mark, recorded
from opsbook.kinds.drill.secrets import secret
from opsbook.kinds.drill.standing import MEASURES, Measured, MeasureName, Standing, day, measured, standings
from opsbook.labels import Labels
from opsbook.page import Page, relative
from opsbook.printed_step import printed_command, printed_expectation
from opsbook.printer import Printer, render
from opsbook.project import Project
from opsbook.quantity import plain_number

HERE = Path(__file__)


def pages(spec: Spec[Drill], project: Project) -> Iterator[Page]:
    """One page."""
    drill = spec.document
    md = Printer(project, spec.path, spec.home, spec)
    label = md.label
    standing = standings(spec.system, project)[drill.id]
    body = render(
        HERE.with_name("page.md.jinja"),
        md,
        drill=drill,
        result=box(standing, md),
        facts=_facts(standing, md),
        follow=[_followed(reference, spec, project, md) for reference in drill.follow],
        play=md.code(command_line(spec, project), "bash") if drill.type == MACHINES else "",
        fault=label(terms.FAULT[drill.fault.type]),
        detection=_detection(drill, md),
        command=lambda script: printed_command(md, script),
        setup=[printed_command(md, Script(snippet=one)) for one in drill.setup],
        held=lambda probe: _held(probe, md),
        values=_values(spec, project, md),
        targets=[_target(one, standing, md) for one in standing.measured],
        form=form(spec, project, md),
        plot=plot_figure(_plot(standing, label), label("How long it took each time"), label),
        history=[_row(standing, one.document, md) for one in standing.records],
        measures=_recorded(standing),
        called=terms.MEASURE,
    )
    yield Page(spec.path, md.plain(drill.title), body, (label("Drills"),), spec.source.path)


def _values(spec: Spec[Drill], project: Project, md: Printer) -> str:
    """The variables of its commands; of those that are secret, the names alone."""
    values = spec.document.values
    hidden = secret(values, spec, project)
    return ", ".join(md.value(name if name in hidden else f"{name}={value}") for name, value in values.items())


def _facts(standing: Standing, md: Printer) -> list[tuple[str, str]]:
    label, drill = md.label, standing.drill
    experiment = relative(path(standing.spec), md.path)
    every = label("every {duration}").replace("{duration}", md.duration(drill.schedule.every))
    return [
        (label("Type"), label(terms.TYPE[drill.type])),
        (label("Environment"), md.link("environment", drill.environment) if drill.environment else ""),
        (label("Follows"), md.references(drill.follow)),
        (label("Services"), md.links("service", drill.services)),
        (label("Schedule"), f"{every} · {md.link('role', drill.schedule.owner)}"),
        (label("Last played"), f"<time>{day(standing.last)}</time>" if standing.last else headline(standing, label)),
        (label("Next by"), due(standing, md)),
        (label("For Chaos Toolkit"), f"[`{experiment}`]({experiment})" if playable(drill) else ""),
        (label("Owner"), md.link("role", drill.owner)),
        (label("Reviewed"), md.freshness(drill)),
        *md.listed_here(),
    ]


def _followed(reference: str, spec: Spec[Drill], project: Project, md: Printer) -> tuple[str, str, int]:
    """What is followed: the link, the document that it is a part of, and how many steps it has."""
    way = followed(reference, spec, project)
    if way is None:
        return md.ref(reference), "", 0
    whole = md.to(next(way.spec.definitions()))
    link = md.ref(reference)
    return link, whole if whole != link else "", len(way.steps)


def command_line(spec: Spec[Drill], project: Project) -> str:
    """What plays it; with its system, where another has a drill of the same id."""
    id_ = spec.document.id
    namesakes = [one for one in project.specs if one.kind is spec.kind and one.document.id == id_]
    return f"opsbook drill {id_}" + (f" --system {spec.system}" if len(namesakes) > 1 else "")


def _detection(drill: Drill, md: Printer) -> str:
    """Who notices: a link to the alert, or to the probe."""
    detection = drill.detection
    if detection is None:
        return ""
    if detection.alert:
        return md.label("The alert {alert} fires").replace("{alert}", md.link("alert", detection.alert))
    probe = next((one for one in drill.steady_state if one.id == detection.probe), None)
    link = f"[{md.unlinked(probe.title)}](#{probe.id})" if probe else md.value(detection.probe)
    return md.label("This probe of the steady state fails: {probe}").replace("{probe}", link)


def _held(probe: Probe, md: Printer) -> list[str]:
    """What a probe has to find."""
    wanted = probe.tolerance or Tolerance()
    limits = ((md.label("At least"), wanted.at_least), (md.label("At most"), wanted.at_most))
    return [
        *printed_expectation(md, wanted),
        *(f"**{name}:** {plain_number(limit)}" for name, limit in limits if limit is not None),
    ]


def _target(figure: Measured, standing: Standing, md: Printer) -> tuple[str, str, str, str]:
    """A row: what is measured, the target, what was measured the last time, whether that is enough."""
    return (
        md.label(terms.MEASURE[figure.name]),
        "" if figure.target is None else md.duration(figure.target),
        "" if figure.value is None else terms.took(figure.value, md.label),
        judged(figure, standing.last, md),
    )


def _recorded(standing: Standing) -> list[MeasureName]:
    """What was measured in any of the records."""
    return [name for name, _ in MEASURES if any(getattr(one.document, name) is not None for one in standing.records)]


def _row(standing: Standing, record: DrillRecord, md: Printer) -> list[str]:
    """A row of the history: the day, the result and what it is worth, every figure, the commit."""
    label = md.label
    result = mark(label(RESULT[record.result]), "good" if record.result == "passed" else "bad")
    notes = [label(terms.WHERE_IN_SHORT[record.type])]
    notes += [mark(label("changed since"), "old")] if standing.changed(record) else []
    figures = {one.name: one for one in measured(standing.drill, record)}
    return [
        recorded(record, md),
        f"{result} · {' · '.join(notes)}",
        *(_figure(figures.get(name), md) for name in _recorded(standing)),
        md.value(record.commit),
    ]


def _figure(figure: Measured | None, md: Printer) -> str:
    """What was measured, marked where it is more than it may be."""
    if figure is None or figure.value is None:
        return ""
    took = terms.took(figure.value, md.label)
    return mark(took, "bad") if figure.met is False else took


def _plot(standing: Standing, label: Labels) -> Plot:
    """Every time that was measured, in a row for each measure, with its target."""
    rows = []
    for name, target in MEASURES:
        points = [
            (value, f"{day(one.document)}: {', '.join(in_words(measured(standing.drill, one.document), label))}")
            for one in standing.records
            if (value := getattr(one.document, name)) is not None
        ]
        limit = getattr(standing.drill.targets, target)
        ordered = tuple(sorted(points, key=lambda point: point[0]))
        rows.append(Row(label(terms.MEASURE[name]), ordered, () if limit is None else (limit,)))
    return Plot(tuple(rows), label("one drill"), (label("target"),))
