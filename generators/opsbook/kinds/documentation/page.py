"""The page of a documentation plan: what is owed, what of it is there, and how much there is of everything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opsbook.counting import total
from opsbook.figures import FIGURES
from opsbook.kind import Spec, State
from opsbook.kinds.documentation.gate import Judged, Need, deliverables
from opsbook.kinds.documentation.model import Documentation
from opsbook.labels import N_
from opsbook.page import Page
from opsbook.printer import Printer, render
from opsbook.project import Project
from opsbook.reference import Home

GROUP = N_("Documentation")
"""The label of the section that the pages of a plan stand in."""


_MISSING = N_("missing")


def plan_path(system: str) -> str:
    """The path of the page of a system's documentation."""
    return f"{system}/documentation/index.md"


def pages(spec: Spec[Documentation], project: Project) -> Iterator[Page]:
    """What is owed, and what of it is there."""
    plan = spec.document
    md = Printer(project, spec.path, Home(spec.system, "documentation", plan.id), spec)
    label = md.label
    judged = deliverables(spec, project)
    there = sum(one.met for one in judged)
    others = [one for one in project.specs if one.system == spec.system and one is not spec]
    counted = total(others, project)
    body = render(
        Path(__file__).with_name("page.md.jinja"),
        md,
        plan=plan,
        facts=[
            (
                label("Deliverables"),
                label("{there} of {all} are there").replace("{there}", str(there)).replace("{all}", str(len(judged))),
            ),
            (label("Owner"), md.link("role", plan.owner)),
            (label("Reviewed"), md.freshness(plan)),
        ],
        deliverables=[_row(one, md) for one in judged],
        figures=[(label(name), str(counted[figure])) for figure, name in FIGURES.items() if counted.get(figure)],
    )
    yield Page(spec.path, md.plain(plan.title), body, (label(GROUP),), spec.source.path)


def _row(judged: Judged, md: Printer) -> list[str]:
    """A deliverable in a table: its anchor is that of its definition."""
    title = f'<span id="{judged.deliverable.id}">{md.cell(judged.deliverable.title)}</span>'
    documents = [md.to(definition) for definition in judged.documents]
    gone = [f"{md.value(reference)} ({md.label(_MISSING)})" for _, reference, _ in judged.missing]
    return [
        title,
        "<br>".join([*documents, *gone]),
        "<br>".join(need_of(need, md) for need in judged.needs),
        mark(judged.met, md),
    ]


def need_of(need: Need, md: Printer) -> str:
    """What is wanted, beside what there is: `Scenarios: 11 (at least 10)`."""
    if need.figure is None:
        return md.value(need.field) + ("" if need.met else f" ({md.label(_MISSING)})")
    wanted = md.label("at least {count}").replace("{count}", str(need.wanted))
    return f"{md.label(FIGURES[need.figure])}: {need.found} ({wanted})"


def mark(met: bool, md: Printer) -> str:  # noqa: FBT001  # the answer to the one question that it shows
    """Whether something is as it should be, in a word and a colour."""
    return badge("good", md.label("complete")) if met else badge("bad", md.label("incomplete"))


def badge(state: State, word: str) -> str:
    """A word whose look says how good that is."""
    return f'<span class="opsbook-badge opsbook-badge--{state}">{word}</span>'
