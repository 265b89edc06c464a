"""The pages of an architecture: an overview, a page a view, a page an element."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from opsbook.kind import Spec
from opsbook.kinds.architecture.model import Architecture
from opsbook.kinds.architecture.scene import FOLDER, Scene, Survey, element_path
from opsbook.kinds.architecture.views import element as one_element
from opsbook.kinds.architecture.views import overview
from opsbook.kinds.architecture.views.all_views import entries
from opsbook.kinds.architecture.views.context import CONTEXT
from opsbook.kinds.architecture.views.criticality import CRITICALITY
from opsbook.kinds.architecture.views.deployment import DEPLOYMENT
from opsbook.kinds.architecture.views.values import About, Entry, Section
from opsbook.kinds.architecture.views.weaknesses import accepted_table, open_table
from opsbook.kinds.architecture.weakness import landscape_of, see
from opsbook.page import Page, relative
from opsbook.printer import Printer, render
from opsbook.project import Project
from opsbook.reference import Home

_TEMPLATE = Path(__file__).with_name("page.md.jinja")


def overview_path(system: str) -> str:
    """The path of the overview of a system's architecture."""
    return f"{system}/{FOLDER}/index.md"


def pages(spec: Spec[Architecture], project: Project) -> Iterator[Page]:
    """The overview, then the views, then the elements."""
    survey = Survey(see(spec, project))
    yield _overview(survey)
    for entry in entries(survey.landscape):
        yield _view(survey, entry)
    for id_ in sorted(survey.landscape.elements):
        yield _element(survey, id_)


def home(specs: Sequence[Spec[Architecture]], md: Printer) -> str:
    """The way from a system's home to what fails with what, and to the whole."""
    (spec, *_others) = specs
    names = [
        entry.id for entry in entries(landscape_of(spec.document)) if entry.type in (CONTEXT, CRITICALITY, DEPLOYMENT)
    ]
    links = [md.ref(f"architecture:{spec.document.id}"), *(md.link("view", name) for name in names)]
    return render(Path(__file__).with_name("home.md.jinja"), md, links=links)


def scene_at(survey: Survey, path: str) -> Scene:
    """What the page at a path is made from."""
    spec = survey.seen.spec
    return Scene(survey, Printer(survey.seen.project, path, Home(spec.system, "architecture", spec.document.id), spec))


@dataclass(frozen=True)
class _Sheet:
    """One page, prepared for the template."""

    title: str
    """An author's Markdown."""
    sections: tuple[Section, ...]
    crumbs: str = ""
    """The way back, Markdown."""
    answers: str = ""
    """The question that a view answers."""
    facts: tuple[tuple[str, str], ...] = ()
    about: About = field(default_factory=About)
    """What the weaknesses below it are about."""


def _overview(survey: Survey) -> Page:
    spec = survey.seen.spec
    scene = scene_at(survey, spec.path)
    shown = overview.view(scene, entries(survey.landscape))
    sheet = _Sheet(spec.document.title, shown.sections, facts=tuple(overview.facts(scene)))
    body = _print(scene, sheet, scene.md.plain(spec.document.summary))
    return Page(spec.path, scene.md.plain(spec.document.title), body, (scene.label("Architecture"),), spec.source.path)


def _view(survey: Survey, entry: Entry) -> Page:
    spec = survey.seen.spec
    scene = scene_at(survey, f"{spec.system}/{FOLDER}/{entry.path}")
    label, type_ = scene.label, entry.type
    # Only the system's spec knows what its environments are called.
    name = scene.titled("environment", entry.topic.id) if type_ is DEPLOYMENT else entry.topic.title
    title = label(type_.title).replace("{name}", name)
    shown = type_.make(scene, entry.topic)
    overview_title = label("Architecture")
    crumbs = f"[{overview_title}]({relative(spec.path, scene.md.path)})"
    body = _print(scene, _Sheet(title, shown.sections, crumbs, label(type_.answers), about=shown.about))
    section = (overview_title, label(type_.group)) if type_.group else (overview_title,)
    return Page(scene.md.path, scene.md.plain(name if type_.group else title), body, section, spec.source.path)


def _element(survey: Survey, id_: str) -> Page:
    spec, element = survey.seen.spec, survey.landscape.elements[id_]
    scene = scene_at(survey, element_path(spec.system, id_))
    shown = one_element.view(scene, element)
    crumbs = one_element.crumbs(scene, element, relative(spec.path, scene.md.path))
    facts = tuple(one_element.facts(scene, element))
    body = _print(scene, _Sheet(element.title, shown.sections, crumbs, facts=facts, about=shown.about))
    section = (scene.label("Architecture"),)
    return Page(scene.md.path, scene.md.plain(element.title), body, section, spec.source.path, listed=False)


def _print(scene: Scene, sheet: _Sheet, description: str = "") -> str:
    """A page, with the weaknesses of what it is about."""
    found = scene.survey.told_within(sheet.about)
    return render(
        _TEMPLATE,
        scene.md,
        title=sheet.title,
        description=description,
        crumbs=sheet.crumbs,
        answers=sheet.answers,
        facts=sheet.facts,
        sections=[one for one in sheet.sections if one],
        open=open_table(scene, found),
        accepted=accepted_table(scene, found),
    )
