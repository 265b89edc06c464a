"""The page of how good documentation is: standards, what falls short of them, what documents hold, targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from opsbook.counting import tables, total
from opsbook.figures import FIGURES, Figure
from opsbook.kind import Spec
from opsbook.kinds.documentation.coverage_page import kind_label, kinds, part_of, percent
from opsbook.kinds.documentation.gate import Held, Need, standards
from opsbook.kinds.documentation.metrics import Reached, reached
from opsbook.kinds.documentation.model import Documentation, Goal
from opsbook.kinds.documentation.page import GROUP, badge
from opsbook.labels import N_
from opsbook.page import Page
from opsbook.printer import Printer, render
from opsbook.project import Project
from opsbook.reference import Home

HELD: tuple[Figure, ...] = ("procedures", "steps", "diagrams", "tables", "references")
"""What is counted of every kind of document."""

PROVED: tuple[Figure, ...] = ("commands", "real", "double", "dry-run", "manual", "unproved")
"""What is counted of those that have commands."""

MEASURES: Mapping[Goal, str] = {
    "time-to-resolution": N_("The median time from the beginning of incidents until they were resolved."),
    "postmortem-completion": N_("Of the incidents that need a postmortem, those whose postmortem was agreed on."),
    "onboarding-time": N_("How long it takes until somebody new works alone."),
    "documentation-coverage": N_("The average of everything that has to be covered."),
    "runbook-accuracy": N_(
        "Of the commands of runbooks, those that a run holds for, and of the drills, those that passed last."
    ),
}
"""How each target is measured, as labels."""


def quality_path(system: str) -> str:
    """The path of the page of how good the documentation is."""
    return f"{system}/documentation/quality.md"


def quality_page(spec: Spec[Documentation], project: Project) -> Page:
    """One page."""
    path = quality_path(spec.system)
    md = Printer(project, path, Home(spec.system, "documentation", spec.document.id), spec)
    label = md.label
    held, goals, counted = standards(spec, project), reached(spec, project), list(_counted(spec, md))
    judged = [one for one in goals if one.met is not None]
    title = label("Quality")
    body = render(
        Path(__file__).with_name("quality.md.jinja"),
        md,
        title=title,
        facts=[
            (label("Standards that are kept"), part_of(sum(one.met for one in held), len(held), md) if held else ""),
            (
                label("Targets that are reached"),
                part_of(sum(one.met is True for one in judged), len(judged), md) if judged else "",
            ),
            (label("Plan"), md.link("documentation", spec.document.id)),
        ],
        standards=[_standard(one, md) for one in held],
        short=[row for one in held for row in _short(one, md)],
        targets=[_target(one, md) for one in goals],
        held=[label(FIGURES[figure]) for figure in HELD],
        counted=[_cells(name, len(specs), found, HELD, md) for name, specs, found in counted],
        modes=[label(FIGURES[figure]) for figure in PROVED],
        proved=[_cells(name, len(specs), found, PROVED, md) for name, specs, found in counted if found.get("commands")],
    )
    return Page(path, title, body, (label(GROUP),), spec.source.path)


def _standard(held: Held, md: Printer) -> tuple[str, ...]:
    """A row: what, of which kinds, how many have to, how many do, whether that is enough."""
    standard, count = held.standard, len(held.documents)
    wants = [f"{md.label(FIGURES[figure])} ≥ {wanted}" for figure, wanted in standard.at_least.items()]
    wants += [md.value(path) for path in standard.holds]
    share = f" ({percent(held.kept / count)})" if count else ""
    return (
        f'<span id="{standard.id}">{md.cell(standard.title)}</span>',
        f"{kinds((standard.kind, *standard.also), md)}: {', '.join(wants)}",
        percent(standard.share / 100),
        f"{part_of(held.kept, count, md)}{share}",
        badge("good", md.label("kept")) if held.met else badge("bad", md.label("not kept")),
    )


def _short(held: Held, md: Printer) -> Iterator[tuple[str, ...]]:
    """Rows: the document that falls short, of which standard, what it lacks."""
    for document, needs in held.documents:
        lacks = [_lack(need, md) for need in needs if not need.met]
        if lacks:
            link = md.link(document.kind.name, document.document.id)
            yield link, md.cell(held.standard.title), "<br>".join(lacks)


def _lack(need: Need, md: Printer) -> str:
    if need.figure is None:
        return md.value(need.field)
    said = md.label("{found} of at least {wanted}")
    counted = said.replace("{found}", str(need.found)).replace("{wanted}", str(need.wanted))
    return f"{md.label(FIGURES[need.figure])}: {counted}"


def _target(one: Reached, md: Printer) -> tuple[str, ...]:
    """A row: what, where it stood, where it has to stand and by when, where it stands, whether that is enough."""
    target, label = one.target, md.label
    wanted = md.cell(target.target)
    if target.by:
        day = f"<time>{target.by}</time>" if one.met else md.due(target.by)
        wanted = "<br>".join((wanted, " ".join((label("by"), day))))
    states = {
        True: badge("good", label("reached")),
        False: badge("bad", label("not reached")),
        None: badge("none", label("not measured here") if target.unmeasured else label("measured")),
    }
    return (
        f'<span id="{target.id}">{md.cell(target.title)}</span><br>{label(MEASURES[target.measures])}',
        md.cell(target.baseline or ""),
        wanted,
        "<br>".join(_stands(one, md)),
        states[one.met],
    )


def _stands(one: Reached, md: Printer) -> Iterator[str]:
    """What the specs tell of a target, in lines."""
    label = md.label
    if one.share is not None:
        yield percent(one.share)
    for counted in one.counted:
        yield f"{label(counted.name)}: {part_of(counted.good, counted.all, md)}"
    for took in one.took:
        yield f"{md.link('severity', took.severity)}: {md.duration(took.median)} (n\u00a0=\u00a0{took.count})"
    if one.target.unmeasured:
        yield md.cell(one.target.unmeasured)


def _counted(spec: Spec[Documentation], md: Printer) -> Iterator[tuple[str, list[Spec[Any]], Mapping[Figure, int]]]:
    """Every kind of document, its documents, and what these hold together."""
    by: dict[str, list[Spec[Any]]] = {}
    for one in md.project.specs:
        if one.system == spec.system and one.kind is not spec.kind:
            by.setdefault(one.kind.name, []).append(one)
    for name, specs in by.items():
        yield name, specs, {**total(specs, md.project), "tables": sum(tables(one, md.project) for one in specs)}


def _cells(
    name: str, count: int, found: Mapping[Figure, int], columns: tuple[Figure, ...], md: Printer
) -> tuple[str, ...]:
    """A row: the kind, how many documents there are, what they hold."""
    return kind_label(name, md), str(count), *(str(found.get(figure) or "") for figure in columns)
