"""The page of all incidents of a system: what happened when, what is still to be done, and how long things took."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from opsbook.diagrams.dots import Plot, Row, plot_figure
from opsbook.kind import Spec
from opsbook.kinds.postmortem import words
from opsbook.kinds.postmortem.model import Postmortem
from opsbook.kinds.postmortem.statistics import MEASURES, Figures, Group, Spread
from opsbook.page import Page, relative
from opsbook.printer import MOST_LISTED, Printer, render
from opsbook.project import Project
from opsbook.reference import Home


def index_path(system: str) -> str:
    """The path of the page of all incidents of a system."""
    return f"{system}/incidents/index.md"


def figures(system: str, project: Project) -> Figures:
    """What is counted over the incidents of a system."""
    ranks = [id_ for owner, type_, id_ in project.definitions if (owner, type_) == (system, "severity")]
    return Figures(tuple(spec.document for spec in project.of(Postmortem, system)), ranks)


def index(system: str, project: Project) -> Iterator[Page]:
    """One page: the incidents, the actions that are not settled, the figures."""
    path = index_path(system)
    md = Printer(project, path, Home(system, "postmortem", ""))
    label = md.label
    counted = figures(system, project)
    title = label("All incidents")
    body = render(
        Path(__file__).with_name("index.md.jinja"),
        md,
        title=title,
        facts=[
            (label("Incidents"), str(len(counted.records))),
            (label("Since"), _day(counted.records[-1])),
            (label("Actions that are not settled"), str(len(counted.unsettled))),
        ],
        words=words,
        records=counted.records,
        unsettled=counted.unsettled,
        day=_day,
        known=lambda record, name: _known(record, name, md),
        due=lambda action: md.due(action.due),
        plot=plot_figure(_plot(counted.whole, md), label("How long incidents took"), label),
        measures=[name for name, _, _ in MEASURES],
        spreads=[(name, one, _figures(one, md)) for name, one in counted.whole.spreads.items()],
        in_short=lambda group, name: _in_short(group, name, md),
        groups=[
            (label("By severity"), "severity", label("Severity"), _rows(counted.severities, "severity", md)),
            (label("By service"), "service", label("Service"), _rows(counted.services, "service", md)),
            (label("By contributing factor"), "factor", label("Category"), _rows(counted.categories, "", md)),
        ],
        recurring=[(md.literal(group.key), len(group.records), _which(group, md)) for group in counted.recurring],
    )
    yield Page(path, title, body, (label("Postmortems"),))


def home(specs: Sequence[Spec[Postmortem]], md: Printer) -> str:
    """What a system's home says of its incidents: the last ones, and what is still to be done about any."""
    counted = Figures(tuple(spec.document for spec in specs))
    return render(
        Path(__file__).with_name("home.md.jinja"),
        md,
        words=words,
        records=counted.records[:MOST_LISTED],
        unsettled=counted.unsettled[:MOST_LISTED],
        counts=(len(counted.records), len(counted.unsettled)),
        day=_day,
        due=lambda action: md.due(action.due),
        address=relative(index_path(md.system), md.path),
    )


def _day(record: Postmortem) -> str:
    """The day on which it began, where it began."""
    return f"{record.times.started:%Y-%m-%d}"


def _known(record: Postmortem, name: str, md: Printer) -> str:
    """A duration of an incident; nothing where a moment is not known."""
    start, end = next((start, end) for measure, start, end in MEASURES if measure == name)
    passed = record.between(start, end)
    return "" if passed is None else md.duration(passed)


def _plot(group: Group, md: Printer) -> Plot:
    """Every duration that is known, in a row for each measure."""
    rows = tuple(
        Row(
            md.label(words.MEASURE[name]),
            tuple(
                (duration, f"{_day(record)} {md.plain(record.title)}: {md.duration(duration)}")
                for duration, record in spread.points
            ),
            tuple(mark for mark in (spread.median, spread.p90) if mark is not None and spread.count > 1),
        )
        for name, spread in group.spreads.items()
    )
    return Plot(rows, md.label("one incident"), (md.label("median"), md.label("p90: nine in ten take no longer")))


def _figures(spread: Spread, md: Printer) -> list[str]:
    """The median, the ninetieth percentile, the shortest and the longest, in words."""
    if not spread.points:
        return [""] * 4
    wanted = (spread.median, spread.p90, spread.durations[0], spread.durations[-1])
    return [md.duration(one) for one in wanted if one is not None]


def _in_short(group: Group, name: str, md: Printer) -> str:
    """`12 min / 1 h`, or `12 min / 1 h (n = 7)` where a moment of some incidents is not known."""
    spread = group.spreads[name]
    median, p90, *_ = _figures(spread, md)
    some = f" (n = {spread.count})" if spread.count < len(group.records) else ""
    return f"{median} / {p90}{some}" if spread.points else ""


def _rows(groups: Sequence[Group], type_: str, md: Printer) -> list[tuple[str, Group]]:
    return [(md.link(type_, group.key) if type_ else md.literal(group.key), group) for group in groups]


def _which(group: Group, md: Printer) -> str:
    """The latest incidents of a group, as links."""
    links = ", ".join(f"{_day(record)} {md.link('postmortem', record.id)}" for record in group.records[:MOST_LISTED])
    more = len(group.records) - MOST_LISTED
    return f"{links} {md.label('and {count} more').replace('{count}', str(more))}" if more > 0 else links
