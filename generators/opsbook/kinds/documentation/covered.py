"""What of a system is covered by which documents, and what is not: judged for the page, and for the gate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import mean
from typing import Any

from opsbook.diagnostic import Finding
from opsbook.kind import Definition, Spec, Subject
from opsbook.kinds.documentation.gate import plans
from opsbook.kinds.documentation.model import Coverage, Documentation
from opsbook.project import Project
from opsbook.source import Route, Source


@dataclass(frozen=True)
class Thing:
    """Something that documentation has to cover, and the documents that do."""

    subject: Subject
    definition: Definition
    """What it is called, and where it stands."""
    documents: tuple[Definition, ...]
    """The documents that cover it, in the order of the specs."""
    named: tuple[Definition, ...] = ()
    """What is named where it is defined: documents, and parts of them."""

    @property
    def others(self) -> tuple[Definition, ...]:
        """Those that do not define it themselves."""
        return tuple(one for one in self.documents if one.source != self.definition.source)

    def by(self, kinds: Collection[str]) -> tuple[Definition, ...]:
        """Those of certain kinds."""
        return tuple(one for one in self.documents if one.type in kinds)


@dataclass(frozen=True)
class Covered:
    """What a plan wants covered, and how far it is."""

    coverage: Coverage
    route: Route
    """Where the plan says so."""
    things: tuple[Thing, ...]
    """Everything of that type, what is excused included."""

    @property
    def counted(self) -> tuple[Thing, ...]:
        """What has to be covered: everything that nobody excused."""
        return tuple(one for one in self.things if one.definition.id not in self.coverage.without)

    @property
    def gaps(self) -> tuple[Thing, ...]:
        """What has to be covered, and is not."""
        return tuple(one for one in self.counted if not one.by(self.coverage.by))

    @property
    def reached(self) -> int:
        """How much of what has to be covered is."""
        return len(self.counted) - len(self.gaps)

    @property
    def share(self) -> float:
        """The same as a share of 1; all of it where nothing has to be covered."""
        return self.reached / len(self.counted) if self.counted else 1.0

    @property
    def met(self) -> bool:
        """Whether that is enough."""
        return self.reached * 100 >= self.coverage.at_least * len(self.counted)


def coverages(spec: Spec[Documentation], project: Project) -> tuple[Covered, ...]:
    """Everything that a plan wants covered, and how far it is."""
    found = things(spec.system, project)
    return tuple(
        Covered(one, ("coverage", number), found.get(one.of, ())) for number, one in enumerate(spec.document.coverage)
    )


def covered_share(rules: Sequence[Covered]) -> float:
    """How much is covered, on average over everything that the plan wants; all of it where it wants nothing."""
    return mean(one.share for one in rules) if rules else 1.0


def things(system: str, project: Project) -> Mapping[str, tuple[Thing, ...]]:
    """What of a system has to be covered, by its type, with the documents that cover it.

    A document covers a thing if it names the thing or a part of it, in a field or in a text, or if it is itself named
    where the thing is defined, as an alert names its runbook; that somebody's role or a service stands in it is not
    enough. The document that defines a thing covers it only if another document names the thing: what nobody is led to
    is found by nobody in need. Plans and records of drills cover nothing: the first list what there is, the second say
    what was done.
    """
    return project.once(f"documentation things {system}", lambda: _things(system, project))


def _things(system: str, project: Project) -> Mapping[str, tuple[Thing, ...]]:
    own = [spec for spec in project.specs if spec.system == system]
    if not any(True for spec in own for _ in spec.kind.subjects(spec.document)):
        return {}
    index = _Index(project)
    found: dict[str, list[Thing]] = defaultdict(list)
    for spec in own:
        for thing in index.things(spec):
            found[thing.subject.type].append(thing)
    return {type_: tuple(all_) for type_, all_ in found.items()}


class _Index:
    """Who names what in a project, by the place of what is named and by that of the name."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._order = {spec.source.path: number for number, spec in enumerate(project.specs)}
        self._whole = {
            spec.source.path: project.definitions[spec.system, spec.kind.name, spec.document.id][0]
            for spec in project.specs
            if not spec.kind.unlisted and not isinstance(spec.document, Documentation)
        }
        self._defined: dict[str, list[Definition]] = defaultdict(list)
        for all_ in project.definitions.values():
            self._defined[all_[0].source].append(all_[0])

    def things(self, spec: Spec[Any]) -> Iterator[Thing]:
        """What a document has that is to be covered."""
        subjects = list(spec.kind.subjects(spec.document))
        defined = self._defined[spec.source.path] if subjects else []
        whole = self._project.definitions[spec.system, spec.kind.name, spec.document.id][0]
        at = {one.route[:-1]: one for one in reversed(defined)}
        names = [
            (mention.route, one)
            for mention, one in (self._project.named_by(spec) if subjects else ())
            if one.source in self._whole and one.type == self._whole[one.source].type
        ]
        for subject in subjects:
            definition = at.get(subject.route) if subject.route else whole
            if definition:
                parts = [one for one in defined if _within(one.route, subject.route)]
                named = tuple(dict.fromkeys(one for route, one in names if _within(route, subject.route)))
                yield Thing(subject, definition, self._covering(spec, parts, named), named)

    def _covering(
        self, spec: Spec[Any], parts: Iterable[Definition], named: Iterable[Definition]
    ) -> tuple[Definition, ...]:
        """The documents that cover a thing: those that name it or a part of it, and those that it names."""
        own = spec.source.path
        naming = {link.by.source for part in parts for link in self._project.mentioned_by(part)} - {own}
        found = naming | ({one.source for one in named} - {own})
        if naming & self._whole.keys():
            found.add(own)
        return tuple(self._whole[one] for one in sorted(found & self._whole.keys(), key=lambda one: self._order[one]))


def _within(route: Route, around: Route) -> bool:
    return route[: len(around)] == around


def low_coverage(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """Less of a system is covered by documents than its plan wants.

    The message names what is not. Name each of them in a document of one of the kinds, in a field or in a text, say
    in the plan why it needs none, or want a smaller share:

        coverage:
          - id: alerts
            title: Alerts have a runbook
            of: alert
            by: [runbook]
            without: {watchdog: It only proves that alerts arrive.}
    """
    for spec in plans(project):
        for one in coverages(spec, project):
            if not one.met:
                kinds = " or ".join(f"`{kind}`" for kind in one.coverage.by)
                gaps = ", ".join(f"`{gap.definition.id}`" for gap in one.gaps)
                yield (
                    spec.source,
                    Finding(
                        one.route,
                        f"{one.reached} of {len(one.counted)} things of the type `{one.coverage.of}` in "
                        f"`{spec.system}` are covered by a document of the kind {kinds}, and "
                        f"{one.coverage.at_least} % should be; not covered: {gaps}",
                        "name them there, or say in `without` why they need no cover",
                    ),
                )
