"""Is everything defined, and only once?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pydantic import BaseModel

from opsbook.diagnostic import Finding, suggest
from opsbook.model import Named
from opsbook.project import Project
from opsbook.source import Route, Source


def missing_system(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A folder below `specs/` has specs, and no system that owns them.

    A system says which services there are, who answers for them and in which language its pages
    speak; without it, no page of the folder has a home.

        specs/checkout/system.yaml      kind: system, id: checkout
        specs/checkout/runbooks/…
    """
    for system in sorted({spec.system for spec in project.specs} - set(project.systems) - project.unread):
        spec = next(spec for spec in project.specs if spec.system == system)
        yield (
            spec.source,
            Finding(
                (),
                f"`{system}` has specs, but no system: there is no good `specs/{system}/system.yaml`",
                f"make one with `opsbook new system {system}`, or mend the one that is there",
            ),
        )


def misplaced_system(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A system's id is not the name of its folder.

    The folder is what its specs are found by, the id is what links to it are made of: two names for
    one thing would be one too many.

        specs/checkout/system.yaml      id: checkout
    """
    for spec in project.specs:
        if spec.kind.name == "system" and spec.document.id != spec.system:
            yield (
                spec.source,
                Finding(
                    ("id",),
                    f"the system `{spec.document.id}` lies in the folder `{spec.system}`",
                    f"write `id: {spec.system}`, or rename the folder",
                ),
            )


def duplicate_id(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """Two things of one type have the same id, so that a link to it could mean either.

    Ids are unique within a system and kind; the ids of steps, procedures and scenarios within their
    document, any others within their list. Rename one of them; links show at once what was meant:

        - id: restart-app
        - id: restart-worker
    """
    sources = {spec.source.path: spec.source for spec in project.specs}
    wholes = {(spec.source.path, spec.kind.name) for spec in project.specs}
    reported: set[tuple[str, Route]] = set()
    for (_, type_, id_), found in project.definitions.items():
        first = found[0]
        for other in found[1:]:
            if "#" in id_ and other.source != first.source:
                continue  # the documents themselves have the same id
            if other.route == ("id",) and (other.source, type_) not in wholes:
                continue  # nobody gave it an id: it is made of the document as a whole
            line, _column = sources[first.source].place(first.route)
            reported.add((other.source, other.route))
            name = id_.rpartition("#")[2]
            what = f"`{name}` of `{id_.partition('#')[0]}`" if "#" in id_ else f"{type_} `{name}`"
            yield (
                sources[other.source],
                Finding(
                    other.route,
                    f"{what} is defined twice, first at {first.source}:{line}",
                    "give one of them another id",
                ),
            )
    for spec in project.specs:
        for route, id_ in _repeated(spec.document, spec.kind.base):
            if (spec.source.path, route) not in reported:
                yield spec.source, Finding(route, f"`{id_}` stands twice in this list", "give one of them another id")
    yield from _same_page(project)


def _same_page(project: Project) -> Iterator[tuple[Source, Finding]]:
    pages = {path: spec for spec in reversed(project.specs) for path in (spec.path, *spec.kind.more_pages(spec.system))}
    for spec in project.specs:
        other_spec = pages[spec.path]
        if other_spec is not spec and other_spec.kind is not spec.kind:
            yield (
                spec.source,
                Finding(
                    ("id",),
                    f"its page would be `{spec.path}`, which is the page of {other_spec.source.path}",
                    "give it another id",
                ),
            )
        elif spec.path in spec.kind.more_pages(spec.system):
            yield (
                spec.source,
                Finding(
                    ("id",),
                    f"its page would be `{spec.path}`, which is the page of all documents of its kind",
                    "give it another id",
                ),
            )


def _repeated(model: BaseModel, route: Route) -> Iterator[tuple[Route, str]]:
    """Where in a document an id stands that an entry above it in the same list has, too."""
    for name, field in type(model).model_fields.items():
        value, key = getattr(model, name), (*route, field.alias or name)
        if isinstance(value, BaseModel):
            yield from _repeated(value, key)
        elif isinstance(value, tuple):
            above: set[str] = set()
            for number, one in enumerate(value):
                if isinstance(one, BaseModel):
                    yield from _repeated(one, (*key, number))
                if isinstance(one, Named):
                    if one.id in above:
                        yield (*key, number, "id"), one.id
                    above.add(one.id)


def untranslated_labels(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """The system's language lacks some of the words that opsbook prints on pages.

    A page half in one language and half in another is hard to read under stress. Add the labels to
    `locale/<language>.po` in the project; as long as some are missing, the message names the first.

        msgid "Verification"
        msgstr "Überprüfung"
    """
    for spec in project.specs:
        if spec.kind.name == "system":
            labels = project.labels(spec.system)
            missing = labels.missing()
            if missing:
                shown = ", ".join(f"`{label}`" for label in missing[:3])
                known = suggest(labels.language, project.languages)
                where = f"translate them in `locale/{labels.language}.po`"
                yield (
                    spec.source,
                    Finding(
                        ("language",),
                        f"`{labels.language}` lacks {len(missing)} labels, among them {shown}",
                        where if labels.language in project.languages else f"{where}; {known}",
                    ),
                )
