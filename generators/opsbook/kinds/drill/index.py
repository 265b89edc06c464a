"""The page of all drills of a system: what came of each, when it is due again, every target beside its figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from opsbook.diagrams.dots import Plot, Row, plot_figure
from opsbook.kind import Spec
from opsbook.kinds.drill import terms
from opsbook.kinds.drill.model import Drill
from opsbook.kinds.drill.record import DrillRecord, Improvement
from opsbook.kinds.drill.record_page import UNSETTLED
from opsbook.kinds.drill.record_words import RESULT, STATUS
from opsbook.kinds.drill.result import STATES, due, headline, mark, recorded, verdict_on
from opsbook.kinds.drill.standing import Standing, Verdict, day, standings
from opsbook.labels import N_
from opsbook.page import Page, relative
from opsbook.printer import MOST_LISTED, Printer, render
from opsbook.project import Project
from opsbook.reference import Home

HERE = Path(__file__)


def index_path(system: str) -> str:
    """The path of the page of all drills of a system."""
    return f"{system}/drills/index.md"


def index(system: str, project: Project) -> Iterator[Page]:
    """One page: the drills, the figures beside their targets, what should be better."""
    path = index_path(system)
    md = Printer(project, path, Home(system, "drill", ""))
    label = md.label
    found = list(standings(system, project).values())
    title = label("All drills")
    body = render(
        HERE.with_name("index.md.jinja"),
        md,
        title=title,
        facts=[
            (label("Drills"), str(len(found))),
            *((label(name), str(count)) for name, count in _counts(found) if count),
        ],
        drills=[_row(one, md) for one in _pressing(found)],
        figures=[row for one in found for row in _figures(one, md)],
        plot=plot_figure(_plot(found, md), label("How soon all was well again"), label),
        unsettled=[_unsettled(record, action, md) for record, action in _improvements(found)],
    )
    yield Page(path, title, body, (label("Drills"),))


def home(specs: Sequence[Spec[Drill]], md: Printer) -> str:
    """What a system's home says of its drills: those that went wrong, hold no more, or are due first."""
    found = standings(md.system, md.project)
    pressing = _pressing([found[spec.document.id] for spec in specs])
    return render(
        HERE.with_name("home.md.jinja"),
        md,
        drills=[_row(one, md) for one in pressing[:MOST_LISTED]],
        count=len(specs),
        address=relative(index_path(md.system), md.path),
    )


_PRESSING: tuple[Verdict, ...] = ("failed", "stale", "never", "passed")
"""What has to be done something about first."""


def _pressing(found: Sequence[Standing]) -> list[Standing]:
    """Drills by what has to be done about them: those that failed first; of those that passed, the one due first."""
    return sorted(found, key=lambda one: (_PRESSING.index(one.verdict), one.due, one.drill.title))


def _counts(found: Sequence[Standing]) -> Iterator[tuple[str, int]]:
    """How many drills there are of each verdict, by its label."""
    names = {
        "passed": N_("Passed"),
        "failed": N_("Failed"),
        "stale": N_("The result holds no more"),
        "never": N_("Never played"),
    }
    for verdict, name in names.items():
        yield name, sum(one.verdict == verdict for one in found)


def _row(standing: Standing, md: Printer) -> tuple[str, str, str, str]:
    """A row: the drill, what it follows, what the last result is worth, by when it is due again."""
    drill, label = standing.drill, md.label
    result = mark(headline(standing, label), STATES[standing.verdict])
    where = f" · {label(terms.WHERE_IN_SHORT[standing.last.type])}" if standing.last else ""
    return (
        f"{md.link('drill', drill.id)}<br>{label(terms.TYPE[drill.type])}",
        "<br>".join(md.ref(reference) for reference in drill.follow),
        f"{result}{where}",
        due(standing, md),
    )


def _figures(standing: Standing, md: Printer) -> Iterator[tuple[str, ...]]:
    """Rows: the drill, what is measured, its target, the last figure, whether that is enough, when and where it was."""
    drill, label, last = standing.drill, md.label, standing.last
    when = f"<time>{day(last)}</time> · {label(terms.WHERE_IN_SHORT[last.type])}" if last else ""
    failed = RESULT["failed"]
    worth = {"stale": mark(label("changed since"), "old"), "failed": mark(label(failed), "bad")}
    said = "<br>".join(part for part in (when, worth.get(standing.verdict, "")) if part)
    for one in standing.measured:
        yield (
            md.link("drill", drill.id),
            label(terms.MEASURE[one.name]),
            "" if one.target is None else md.duration(one.target),
            "" if one.value is None else terms.took(one.value, label),
            verdict_on(one, last, md),
            said,
        )


def _plot(found: Sequence[Standing], md: Printer) -> Plot:
    """How soon all was well again each time, in a row for each drill, with its target."""
    rows = []
    for standing in found:
        drill = standing.drill
        times = sorted(
            (value, f"{day(one.document)}: {terms.took(value, md.label)}")
            for one in standing.records
            if (value := one.document.recovery) is not None
        )
        rows.append(Row(md.plain(drill.title), tuple(times), (drill.targets.rto,) if drill.targets.rto else ()))
    return Plot(tuple(rows), md.label("one drill"), (md.label("target"),))


def _improvements(found: Sequence[Standing]) -> list[tuple[DrillRecord, Improvement]]:
    """What drills showed should be better and is not settled, the one that is due first first."""
    records = (one.document for standing in found for one in standing.records)
    open_ = [(record, action) for record in records for action in record.actions if action.status in UNSETTLED]
    return sorted(open_, key=lambda pair: (pair[1].due, pair[0].id, pair[1].id))


def _unsettled(record: DrillRecord, action: Improvement, md: Printer) -> tuple[str, str, str, str, str]:
    """A row: by when, what, which record, who answers for it, how far it is."""
    return (
        md.due(action.due),
        md.cell(action.title),
        f"{md.link('drill', record.drill)} · {recorded(record, md)}",
        md.link("role", action.owner),
        md.label(STATUS[action.status]),
    )
