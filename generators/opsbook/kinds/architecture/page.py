"""The pages of an architecture: an overview, a page a view, a page an element."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opsbook.kind import Spec
from opsbook.kinds.architecture.drawn import graph
from opsbook.kinds.architecture.landscape import Landscape
from opsbook.kinds.architecture.model import Architecture
from opsbook.kinds.architecture.weakness import landscape_of
from opsbook.kinds.architecture.words import TYPES
from opsbook.page import Page, relative
from opsbook.printer import Printer, render
from opsbook.project import Project
from opsbook.reference import Home

FOLDER = "architecture"


def overview_path(system: str) -> str:
    """The path of the overview of a system's architecture."""
    return f"{system}/{FOLDER}/index.md"


def element_path(system: str, id_: str) -> str:
    """The path of an element's page."""
    return f"{system}/{FOLDER}/elements/{id_}.md"


def pages(spec: Spec[Architecture], project: Project) -> Iterator[Page]:
    """The overview, then the views, then the elements."""
    landscape = landscape_of(spec.document)
    yield _overview(spec, project, landscape)
    yield from _elements(spec, project, landscape)


def _overview(spec: Spec[Architecture], project: Project, landscape: Landscape) -> Page:
    model = spec.document
    md = Printer(project, spec.path, Home(spec.system, "architecture", model.id), spec)
    shown = frozenset(id_ for id_, one in landscape.elements.items() if one.type in ("person", "system", "external"))
    drawn = graph(
        landscape, shown, frozenset(), md.label, lambda id_: relative(element_path(spec.system, id_), md.path)
    )
    title = md.plain(model.title)
    body = render(
        Path(__file__).with_name("overview.md.jinja"),
        md,
        model=model,
        diagram=md.diagram(drawn, md.label("System context")),
        elements=[(one, md.label(TYPES[one.type])) for _, one in sorted(landscape.elements.items())],
    )
    yield_section = (md.label("Architecture"),)
    return Page(spec.path, title, body, yield_section, spec.source.path)


def _elements(spec: Spec[Architecture], project: Project, landscape: Landscape) -> Iterator[Page]:
    for id_, element in sorted(landscape.elements.items()):
        path = element_path(spec.system, id_)
        md = Printer(project, path, Home(spec.system, "architecture", spec.document.id), spec)
        near = frozenset(
            {
                id_,
                *(
                    one
                    for lifted in landscape.lift(frozenset(landscape.elements))
                    for one in (lifted.source, lifted.to)
                    if id_ in (lifted.source, lifted.to)
                ),
            }
        )
        drawn = graph(
            landscape,
            near,
            frozenset(),
            md.label,
            lambda other, md=md: relative(element_path(spec.system, other), md.path),
            id_,
        )
        body = render(
            Path(__file__).with_name("element.md.jinja"),
            md,
            element=element,
            type=md.label(TYPES[element.type]),
            diagram=md.diagram(drawn, md.plain(element.title)),
        )
        section = (md.label("Architecture"),)
        yield Page(path, md.plain(element.title), body, section, spec.source.path, listed=False)
