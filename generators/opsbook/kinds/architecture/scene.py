"""What the pages of one model are made from: the model in its project, and the printer of the page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from opsbook.kind import Definition
from opsbook.kinds.architecture.landscape import Landscape
from opsbook.kinds.architecture.model import Relationship
from opsbook.kinds.architecture.rules import weaknesses
from opsbook.kinds.architecture.views.values import About
from opsbook.kinds.architecture.weakness import Seen, Told
from opsbook.labels import Labels
from opsbook.markup import plain_text
from opsbook.page import relative
from opsbook.printer import Printer

FOLDER = "architecture"

_OWN = frozenset({"system", "service", "url", "architecture", "element", "metric", "scrape-job"})
"""What names services and says nothing about what to do with them."""


def element_path(system: str, id_: str) -> str:
    """The path of an element's page."""
    return f"{system}/{FOLDER}/elements/{id_}.md"


def within(told: Told, about: About) -> bool:
    """Whether a page shows what a weakness is about."""
    subject = told.weakness.subject
    if subject.environment and subject.environment not in about.environments:
        return False
    if subject.source or subject.to:
        return (subject.source, subject.to) in about.relationships
    return subject.element in about.elements or (not subject.element and bool(subject.environment))


@dataclass(frozen=True)
class Survey:
    """What all pages of one model look up, looked up once."""

    seen: Seen

    @property
    def landscape(self) -> Landscape:
        """The model, indexed."""
        return self.seen.landscape

    @cached_property
    def told(self) -> tuple[Told, ...]:
        """Every weakness, in the order of the rules. Pages know no clock: a waiver holds here even once it is over."""
        return weaknesses(self.seen)

    def told_within(self, about: About) -> tuple[Told, ...]:
        """The weaknesses of what a page shows, in the order of the rules."""
        keys = (*about.relationships, *((id_,) for id_ in about.elements), ("",))
        numbers = sorted({number for key in keys for number in self._told_at.get(key, ())})
        return tuple(self.told[number] for number in numbers if within(self.told[number], about))

    @cached_property
    def _told_at(self) -> dict[tuple[str, ...], list[int]]:
        """Where the weaknesses of a relationship stand, of an element, or of neither."""
        found: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for number, one in enumerate(self.told):
            subject = one.weakness.subject
            tied = subject.source or subject.to
            found[(subject.source, subject.to) if tied else (subject.element,)].append(number)
        return found

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each element stands among all of them, by title."""
        known = self.landscape.elements
        ordered = sorted(known, key=lambda id_: (plain_text(known[id_].title).casefold(), id_))
        return {id_: place for place, id_ in enumerate(ordered)}

    @cached_property
    def weak_relationships(self) -> frozenset[tuple[str, str]]:
        """The ends of the relationships with a weakness that nobody has accepted."""
        subjects = (one.weakness.subject for one in self.told if not one.waiver)
        return frozenset((one.source, one.to) for one in subjects if one.source and one.to)

    @cached_property
    def touching(self) -> dict[str, tuple[Relationship, ...]]:
        """Each element's relationships, and those of what is within it, in the order of the landscape."""
        found: dict[str, dict[int, Relationship]] = defaultdict(dict)
        for number, one in self.landscape.relationships:
            for id_ in (*self.landscape.chain(one.source), *self.landscape.chain(one.to)):
                found[id_][number] = one
        return {id_: tuple(ones.values()) for id_, ones in found.items()}

    def concerning(self, service: str) -> tuple[Definition, ...]:
        """What says that it concerns a service of the system: runbooks, their scenarios, alerts, checklists."""
        project, system = self.seen.project, self.seen.spec.system
        defined = project.find(system, "service", service)
        links = project.mentioned_by(defined) if defined else ()
        fitting = (one.by for one in links if one.field and one.by.system == system)
        return tuple(dict.fromkeys(one for one in fitting if one.type not in _OWN))


@dataclass(frozen=True)
class Scene:
    """What one page is made from."""

    survey: Survey
    md: Printer
    addresses: dict[str, str] = field(default_factory=dict, compare=False)
    """Addresses of elements' pages as seen from here, once asked for."""

    @property
    def seen(self) -> Seen:
        """The model in its project."""
        return self.survey.seen

    @property
    def landscape(self) -> Landscape:
        """The model, indexed."""
        return self.survey.landscape

    @property
    def label(self) -> Labels:
        """The labels in the language of the page."""
        return self.md.label

    def address(self, id_: str) -> str:
        """Where a click on an element leads, seen from the page."""
        if id_ not in self.addresses:
            self.addresses[id_] = relative(element_path(self.seen.spec.system, id_), self.md.path)
        return self.addresses[id_]

    def where(self, type_: str, id_: str) -> str:
        """The address of anything that the system defines, seen from the page; empty for what it does not."""
        found = self.seen.project.find(self.seen.spec.system, type_, id_)
        return relative(found.address, self.md.path) if found else ""

    def titled(self, type_: str, id_: str) -> str:
        """What anything that the system defines is called, as its author wrote it."""
        found = self.seen.project.find(self.seen.spec.system, type_, id_)
        return found.title if found else id_

    def called(self, type_: str, id_: str) -> str:
        """What anything that the system defines is called, as plain text."""
        return self.md.plain(self.titled(type_, id_))

    def element(self, id_: str) -> str:
        """A link to an element."""
        return self.md.link("element", id_)

    def elements(self, ids: Iterable[str]) -> str:
        """Links to several elements, with commas."""
        return ", ".join(self.element(id_) for id_ in ids)

    def some(self, ids: Iterable[str], most: int = 12) -> str:
        """Links to several elements in the order of tables, and the number of those that are too many to list."""
        listed = self.by_title(ids)
        more = [f"+{len(listed) - most}"] if len(listed) > most else []
        return ", ".join([*(self.element(id_) for id_ in listed[:most]), *more])

    def by_title(self, ids: Iterable[str]) -> list[str]:
        """Elements in the order in which tables list them."""
        places = self.survey.places
        return sorted((id_ for id_ in ids if id_ in places), key=places.__getitem__)

    def line(self, text: str | None) -> str:
        """An author's line in a cell; empty where there is none."""
        return self.md.cell(text) if text else ""
