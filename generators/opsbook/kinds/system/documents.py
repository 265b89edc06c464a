"""The index of a system's documents: who keeps each of them, what it names, and what names it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from opsbook.kind import Definition, Spec
from opsbook.kinds.system.model import System
from opsbook.labels import N_
from opsbook.model import Record
from opsbook.page import Page
from opsbook.printer import Printer, render
from opsbook.project import Project
from opsbook.reference import Home

THINGS = {
    "service": N_("Services"),
    "alert": N_("Alerts"),
    "severity": N_("Severities"),
    "environment": N_("Environments"),
    "scenario": N_("Scenarios"),
}
"""What else is in the index beside documents, as labels."""


@dataclass(frozen=True)
class References:
    """Which documents of a project name which, and which of them name a thing."""

    names: dict[str, dict[str, Spec[Any]]] = field(default_factory=lambda: defaultdict(dict))
    """By the path of a spec: what it names, by the path of that."""
    named_by: dict[str, dict[str, Spec[Any]]] = field(default_factory=lambda: defaultdict(dict))
    """The same from the other end."""
    things: dict[tuple[str, str, str], dict[str, Spec[Any]]] = field(default_factory=lambda: defaultdict(dict))
    """By the system, the type and the id of a thing: the documents that name it, but for the one that defines it."""


def references(project: Project) -> References:
    """Who names whom, over all systems.

    What names a part of a document names the document. The homes of systems are left out, for every document names
    its system's, and so are records of which there may be very many.
    """
    return project.once("system references", lambda: _references(project))


def _references(project: Project) -> References:
    found = References()
    counted = {spec.source.path: spec for spec in project.specs if _is_document(spec)}
    for path, spec in counted.items():
        for _, thing in project.named_by(spec):
            if thing.source == path:
                continue
            found.things[thing.system, thing.type, thing.id][path] = spec
            if other := counted.get(thing.source):
                found.names[path][thing.source] = other
                found.named_by[thing.source][path] = spec
    return found


def _is_document(spec: Spec[Any]) -> bool:
    return spec.kind.name != "system" and not spec.kind.unlisted


def documents(spec: Spec[System], project: Project, path: str) -> Page:
    """Every document by its section, what refers to what, and the things of the system with who names them."""
    md = Printer(project, path, Home(spec.system, "system", spec.document.id))
    title = md.label("All documents")
    every = list(groups(spec, project))
    things = [(type_, md.label(label), _things(type_, spec, md)) for type_, label in THINGS.items()]
    known = references(project)
    body = render(
        Path(__file__).with_name("documents.md.jinja"),
        md,
        title=title,
        groups=[(md.label(group), [_row(other, known, md) for other in others]) for group, others in every],
        references=[_both(other, known, md) for _, others in every for other in others],
        things=[(type_, label, rows) for type_, label, rows in things if rows],
    )
    return Page(path, title, body, (), spec.source.path)


def groups(spec: Spec[System], project: Project) -> Iterator[tuple[str, list[Spec[Record]]]]:
    """The system's other documents by the sections of the navigation."""
    others = (other for other in project.specs if other.system == spec.system and _is_document(other))
    for group, found in groupby(others, key=lambda other: other.kind.group):
        yield group or N_("Incidents"), list(found)


def _row(spec: Spec[Record], known: References, md: Printer) -> tuple[str, ...]:
    """A row: the document and its badge, its type, who keeps it, its review, how much it names and what names it."""
    definition = md.project.find(spec.system, spec.kind.name, spec.document.id)
    badge = md.badge(definition) if definition else ""
    path = spec.source.path
    counts = f"{len(known.names.get(path, ()))} · {len(known.named_by.get(path, ()))}"
    return (
        f"{_link(spec, md)}<br>{badge}" if badge else _link(spec, md),
        md.label(spec.kind.describe(spec.document)),
        md.link("role", spec.document.owner),
        md.freshness(spec.document),
        f"[{counts}](#{_anchor(spec)})",
    )


def _both(spec: Spec[Record], known: References, md: Printer) -> tuple[str, ...]:
    """A row: the document, what it names, what names it."""
    path = spec.source.path
    return (
        f'<span id="{_anchor(spec)}"></span>{_link(spec, md)}',
        _links(known.names.get(path, {}).values(), md),
        _links(known.named_by.get(path, {}).values(), md),
    )


def _things(type_: str, spec: Spec[System], md: Printer) -> list[tuple[str, str]]:
    """Rows: a thing of the system and the documents that name it; those that none names come last."""
    project = md.project
    known = references(project).things
    rows = [
        (md.to(thing), _links(known.get((thing.system, thing.type, thing.id), {}).values(), md))
        for thing in _subjects(type_, spec.system, project)
    ]
    return sorted(rows, key=lambda row: not row[1])


def _subjects(type_: str, system: str, project: Project) -> Iterator[Definition]:
    """What a system defines of a type that documentation has to cover."""
    for spec in project.specs:
        if spec.system != system:
            continue
        places = {subject.route for subject in spec.kind.subjects(spec.document) if subject.type == type_}
        if places:
            yield from (one for one in spec.definitions(project.labels(system)) if one.route[:-1] in places)


def _links(specs: Iterable[Spec[Any]], md: Printer) -> str:
    """Links to documents, in the order of the specs; those of other systems say so."""
    return ", ".join(_link(one, md) for one in sorted(specs, key=_place(md.project)))


def _place(project: Project) -> Callable[[Spec[Any]], int]:
    places = project.once("system places", lambda: {one.source.path: at for at, one in enumerate(project.specs)})
    return lambda spec: places[spec.source.path]


def _link(spec: Spec[Any], md: Printer) -> str:
    whole = f"{spec.system}/{spec.kind.name}:{spec.document.id}"
    return md.ref(whole) if spec.system == md.system else f"{md.ref(whole)} ({md.literal(spec.system)})"


def _anchor(spec: Spec[Any]) -> str:
    return f"{spec.kind.name}-{spec.document.id}"
