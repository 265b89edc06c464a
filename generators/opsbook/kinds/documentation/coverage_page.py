"""The page of what is covered: what a plan wants, what is missing, and every thing with its documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from opsbook.diagrams.matrix import Cell, Matrix, MatrixRow, Sign, matrix_figure
from opsbook.kind import Definition, Spec
from opsbook.kinds.documentation.covered import Covered, Thing, coverages, covered_share, things
from opsbook.kinds.documentation.model import Documentation
from opsbook.kinds.documentation.page import GROUP, badge
from opsbook.kinds.documentation.words import KINDS
from opsbook.labels import N_
from opsbook.page import Page, relative
from opsbook.printer import MOST_LISTED, Printer, render
from opsbook.project import Project
from opsbook.reference import Home

K = TypeVar("K")

SUBJECTS: Mapping[str, str] = {
    "service": N_("Services"),
    "environment": N_("Environments"),
    "severity": N_("Severities"),
    "scenario": N_("Scenarios"),
    "procedure": N_("Procedures"),
    "checklist": N_("Checklists"),
    "alert": N_("Alerts"),
    "operation": N_("Endpoints"),
    "data-class": N_("Data classes"),
}
"""What may have to be covered, as labels, in the order of the page."""


def coverage_path(system: str) -> str:
    """The path of the page of what is covered."""
    return f"{system}/documentation/coverage.md"


@dataclass(frozen=True)
class Section:
    """Everything about one type of thing."""

    title: str
    anchor: str
    rules: tuple[str, ...]
    """What the plan wants of it, and how far that is, in sentences."""
    groups: tuple[tuple[str, ...], ...]
    """A table that sums it up, its head first; empty where there is nothing to sum up."""
    rows: tuple[tuple[str, ...], ...]
    """A table of every thing, its head first."""
    picture: str = ""


def coverage_page(spec: Spec[Documentation], project: Project) -> Page:
    """One page."""
    path = coverage_path(spec.system)
    md = Printer(project, path, Home(spec.system, "documentation", spec.document.id), spec)
    label = md.label
    rules = coverages(spec, project)
    title = label("Coverage")
    body = render(
        Path(__file__).with_name("coverage.md.jinja"),
        md,
        title=title,
        facts=[
            (label("Covered"), label("{share} on average").replace("{share}", percent(covered_share(rules)))),
            (label("Rules that are kept"), part_of(sum(one.met for one in rules), len(rules), md))
            if rules
            else ("", ""),
            (label("Plan"), md.link("documentation", spec.document.id)),
        ]
        if rules
        else [(label("Plan"), md.link("documentation", spec.document.id))],
        rules=[_rule(one, md) for one in rules],
        gaps=[
            (md.to(gap.definition), md.cell(one.coverage.title), kinds(one.coverage.by, md))
            for one in rules
            for gap in one.gaps
        ],
        excused=[
            (md.to(thing.definition), md.cell(one.coverage.title), md.cell(one.coverage.without[thing.definition.id]))
            for one in rules
            for thing in one.things
            if thing.definition.id in one.coverage.without
        ],
        sections=list(_sections(spec.system, rules, md)),
    )
    return Page(path, title, body, (label(GROUP),), spec.source.path)


def percent(share: float) -> str:
    """A share in words; what is not whole is never rounded up to it."""
    return f"{int(share * 100 + 1e-9)}\u00a0%"


def part_of(part: int, whole: int, md: Printer) -> str:
    """How many of how many, in words."""
    return md.label("{part} of {whole}").replace("{part}", str(part)).replace("{whole}", str(whole))


def kinds(names: Iterable[str], md: Printer) -> str:
    """What documents of these kinds are called, as a list."""
    return ", ".join(dict.fromkeys(kind_label(name, md) for name in names))


def kind_label(name: str, md: Printer) -> str:
    """What documents of a kind are called; those of other packages stand for their section, or go by their names."""
    group = next((kind.group for kind in md.project.kinds if kind.name == name), "")
    return md.label(KINDS.get(name) or group or name)


def _rule(covered: Covered, md: Printer) -> tuple[str, ...]:
    """A row: what, by which kinds, how much of it, how much it is, whether that is enough."""
    rule = covered.coverage
    excused = len(covered.things) - len(covered.counted)
    reached = f"{part_of(covered.reached, len(covered.counted), md)} ({percent(covered.share)})"
    if excused:
        reached += "<br>" + md.label("{count} excused").replace("{count}", str(excused))
    return (
        f'<span id="{rule.id}">{md.cell(rule.title)}</span>',
        f"[{md.label(SUBJECTS[rule.of])}](#_{rule.of})" if covered.things else md.label(SUBJECTS[rule.of]),
        kinds(rule.by, md),
        percent(rule.at_least / 100),
        reached,
        badge("good", md.label("kept")) if covered.met else badge("bad", md.label("not kept")),
    )


def _sections(system: str, rules: Sequence[Covered], md: Printer) -> Iterator[Section]:
    found = things(system, md.project)
    for type_, title in SUBJECTS.items():
        all_ = found.get(type_, ())
        of_type = [one for one in rules if one.coverage.of == type_]
        if all_ and (of_type or type_ != "data-class"):
            yield Section(
                md.label(title),
                f"_{type_}",
                tuple(_sentence(one, md) for one in of_type),
                tuple(_GROUPS.get(type_, _none)(all_, found, md)),
                tuple(_rows(type_, all_, of_type, md)),
                _picture(all_, of_type, md) if type_ == "service" else "",
            )


def _sentence(covered: Covered, md: Printer) -> str:
    """What the plan wants, and how far that is."""
    reached = f"{part_of(covered.reached, len(covered.counted), md)} ({percent(covered.share)})"
    said = md.label("{title}: {reached}, at least {wanted} wanted, by {kinds}.")
    for key, value in (
        ("{reached}", reached),
        ("{wanted}", percent(covered.coverage.at_least / 100)),
        ("{kinds}", kinds(covered.coverage.by, md)),
        ("{title}", md.line(covered.coverage.title)),
    ):
        said = said.replace(key, value)
    return said


def _rows(type_: str, all_: Sequence[Thing], rules: Sequence[Covered], md: Printer) -> Iterator[tuple[str, ...]]:
    """Every thing with its documents, and what may be said of it."""
    label = md.label
    titles = {spec.source.path: md.cell(spec.document.title) for spec in md.project.specs}
    within = type_ in ("scenario", "procedure", "operation")
    head = [label(SUBJECTS[type_])]
    head += [label("Runbook"), label("Drills")] if type_ == "alert" else [label("Documents")]
    yield (*head, label("State")) if rules else tuple(head)
    for thing in all_:
        name = md.to(thing.definition)
        if within:
            name += f"<br>{titles[thing.definition.source]}"
        cells = [name, *(_alert(thing, md) if type_ == "alert" else [documents(thing.others, md)])]
        yield (*cells, _state(thing, rules, md)) if rules else tuple(cells)


def _alert(thing: Thing, md: Printer) -> tuple[str, str]:
    """The runbooks that an alert leads to, and the drills that play it or that follow them."""
    runbooks = [one for one in thing.named if one.type == "runbook"] or list(thing.by(("runbook",)))
    drills = dict.fromkeys(thing.by(("drill",)))
    for one in runbooks:
        drills |= dict.fromkeys(link.by for link in md.project.mentioned_by(one) if link.by.type == "drill")
    return links(runbooks, md), links([one for one in drills if "#" not in one.id], md)


def _state(thing: Thing, rules: Sequence[Covered], md: Printer) -> str:
    """Whether a thing is covered as the plan wants, in a word for each rule that it breaks."""
    id_ = thing.definition.id
    said = []
    for one in rules:
        if thing in one.gaps:
            lacks = md.label("lacks {kinds}").replace("{kinds}", kinds(one.coverage.by, md))
            said.append(badge("bad", lacks))
        elif id_ in one.coverage.without:
            said.append(badge("old", md.label("excused")))
    return "<br>".join(said) or badge("good", md.label("covered"))


def documents(found: Iterable[Definition], md: Printer) -> str:
    """Documents by their kinds, as links in a cell."""
    by: dict[str, list[Definition]] = defaultdict(list)
    for one in found:
        by[kind_label(one.type, md)].append(one)
    return "<br>".join(f"{name}: {links(all_, md, ', ')}" for name, all_ in by.items())


def links(found: Sequence[Definition], md: Printer, between: str = "<br>") -> str:
    """Links to the first few, and how many more there are."""
    said = between.join(md.to(one) for one in found[:MOST_LISTED])
    more = md.label("and {count} more").replace("{count}", str(len(found) - MOST_LISTED))
    return f"{said} {more}" if len(found) > MOST_LISTED else said


# What sums a type up

_Groups = Callable[[Sequence[Thing], Mapping[str, Sequence[Thing]], Printer], Iterator[tuple[str, ...]]]


def _none(_all: Sequence[Thing], _found: Mapping[str, Sequence[Thing]], _md: Printer) -> Iterator[tuple[str, ...]]:
    return iter(())


def _scenarios(all_: Sequence[Thing], found: Mapping[str, Sequence[Thing]], md: Printer) -> Iterator[tuple[str, ...]]:
    """By severity and by type of runbook, the gravest first."""
    label = md.label
    yield label("Severity"), label("Type"), label("Scenarios"), label("Recovery (RTO)"), label("Documents")
    ranks = {one.subject.severity: number for number, one in enumerate(found.get("severity", ()))}
    groups = _grouped(all_, lambda one: (one.subject.severity, one.subject.group))
    for (severity, group), some in sorted(groups.items(), key=lambda pair: ranks.get(pair[0][0], len(ranks))):
        yield md.link("severity", severity), label(group), str(len(some)), _range(some, md), _own(some, md)


def _procedures(all_: Sequence[Thing], _found: Mapping[str, Sequence[Thing]], md: Printer) -> Iterator[tuple[str, ...]]:
    """By type of runbook."""
    label = md.label
    yield label("Type"), label("Procedures"), label("Expected time"), label("Documents")
    for group, some in _grouped(all_, lambda one: one.subject.group).items():
        yield label(group), str(len(some)), _range(some, md), _own(some, md)


def _checklists(all_: Sequence[Thing], _found: Mapping[str, Sequence[Thing]], md: Printer) -> Iterator[tuple[str, ...]]:
    """By frequency."""
    yield md.label("Frequency"), md.label("Checklists"), md.label("Documents")
    for group, some in _grouped(all_, lambda one: one.subject.group).items():
        yield md.label(group), str(len(some)), _own(some, md)


def _severities(all_: Sequence[Thing], found: Mapping[str, Sequence[Thing]], md: Printer) -> Iterator[tuple[str, ...]]:
    """How much there is for each."""
    yield md.label("Severity"), md.label("Scenarios"), md.label("Alerts"), md.label("Runbooks")
    for one in all_:
        counts = [
            str(sum(other.subject.severity == one.definition.id for other in found.get(type_, ())))
            for type_ in ("scenario", "alert")
        ]
        yield md.to(one.definition), *counts, links(one.by(("runbook",)), md)


_GROUPS: Mapping[str, _Groups] = {
    "scenario": _scenarios,
    "procedure": _procedures,
    "checklist": _checklists,
    "severity": _severities,
}


def _grouped(all_: Iterable[Thing], key: Callable[[Thing], K]) -> dict[K, list[Thing]]:
    groups: dict[K, list[Thing]] = defaultdict(list)
    for one in all_:
        groups[key(one)].append(one)
    return groups


def _range(all_: Iterable[Thing], md: Printer) -> str:
    """The shortest and the longest time in which things have to be over."""
    found = sorted(one.subject.within for one in all_ if one.subject.within is not None)
    ends = dict.fromkeys(md.duration(one) for one in (*found[:1], *found[-1:]) if one > timedelta())
    return " – ".join(ends)


def _own(all_: Iterable[Thing], md: Printer) -> str:
    """The documents that define things."""
    sources = {one.definition.source for one in all_}
    return "<br>".join(
        md.link(spec.kind.name, spec.document.id) for spec in md.project.specs if spec.source.path in sources
    )


# The picture


def _picture(all_: Sequence[Thing], rules: Sequence[Covered], md: Printer) -> str:
    """Things in rows, kinds of documents in columns."""
    label = md.label
    wanted = {kind_label(name, md) for one in rules for name in one.coverage.by}
    columns = dict.fromkeys(
        name
        for kind in md.project.kinds
        for name in [kind_label(kind.name, md)]
        if name in wanted or any(one.type == kind.name for thing in all_ for one in thing.others)
    )
    rows = tuple(
        MatrixRow(
            md.plain(thing.definition.title),
            tuple(_cell(thing, column, rules, md) for column in columns),
            relative(thing.definition.address, md.path),
        )
        for thing in all_
    )
    meanings: Mapping[Sign, str] = {
        "full": label("There are documents"),
        "missing": label("Not covered, and has to be"),
        "excused": label("Excused"),
        "none": label("No document, and none is owed"),
    }
    title = label("Services and the kinds of documents that treat them")
    return matrix_figure(Matrix(tuple(columns), rows, meanings), title, label)


def _cell(thing: Thing, column: str, rules: Sequence[Covered], md: Printer) -> Cell:
    """What there is of one kind for one thing, and what is wrong where there is nothing."""
    found = [one for one in thing.others if kind_label(one.type, md) == column]
    name = f"{md.plain(thing.definition.title)} · {column}"
    if found:
        said = ", ".join(md.plain(one.title) for one in found)
        return Cell("full", f"{name}: {said}", relative(found[0].address, md.path))
    asked = [one for one in rules if column in {kind_label(kind, md) for kind in one.coverage.by}]
    sign: Sign = "none"
    said = md.label("no document")
    if any(thing in one.gaps for one in asked):
        sign, said = "missing", md.label("not covered")
    elif any(thing.definition.id in one.coverage.without for one in asked):
        sign, said = "excused", md.label("excused")
    return Cell(sign, f"{name}: {said}")
