"""All specs of a project together, and the index of everything that has an address."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple, TypeVar

from opsbook.collector import collector_paused
from opsbook.diagnostic import suggest
from opsbook.evidence import Evidence
from opsbook.kind import Badge, Definition, Kind, Spec
from opsbook.labels import Labels
from opsbook.model import Mention, Record, Ref
from opsbook.openapi.contents import Contents
from opsbook.page import Page, Site
from opsbook.reference import Home, Target, Unresolved, read_reference, written
from opsbook.source import Documents, Fault, Route

D = TypeVar("D", bound=Record)
T = TypeVar("T")


@dataclass(frozen=True)
class Change:
    """The last change of a system's specs, as version control knows it."""

    day: str
    revision: str
    subject: str


class Backlink(NamedTuple):
    """That something refers to something else, seen from the other end."""

    by: Definition
    """What refers: the innermost part that the reference stands in, or else its document."""
    route: Route
    """Where in the spec of `by` the reference stands."""
    field: bool
    """Whether a field names it (`services: [app]`); otherwise a text mentions it (`[[service:app]]`)."""


class _Lister(NamedTuple):
    """What is listed on the page of a thing."""

    spec: int
    """The number of its spec."""
    part: Route = ()
    """Where the part stands that is listed; nothing where the document is."""


@dataclass(frozen=True)
class Project:
    """Everything that was read, validated; the same for checks, pages and runs."""

    specs: tuple[Spec[Any], ...]
    """Sorted by system, kind, and the kind's own order."""
    kinds: tuple[Kind[Any], ...]
    snippets: Mapping[str, str] = field(default_factory=dict)
    """Path below `snippets/` to text."""
    languages: Mapping[str, Labels] = field(default_factory=dict)
    changes: Mapping[str, Change] = field(default_factory=dict)
    """System to its last change; empty where there is no version control."""
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    """System to what is proved of its steps."""
    unread: frozenset[str] = frozenset()
    """The systems with a spec that could not be read: what else they define is not known."""
    snippets_folder: str = "snippets"
    fixtures: Mapping[str, str] = field(default_factory=dict)
    """Path below `snippets/` of what fills the fixtures, to a hash of its content."""
    files: Mapping[str, Documents | Fault] = field(default_factory=dict)
    """Path from the root of a file of another tool that a spec names, to what is in it or why that is not known."""
    site: Site = field(default_factory=Site)
    """Where its pages are published, and what holds for all of them."""

    @cached_property
    def definitions(self) -> dict[tuple[str, str, str], list[Definition]]:
        """System, type and id to what is defined there; more than one is a fault."""
        index: dict[tuple[str, str, str], list[Definition]] = defaultdict(list)
        for spec in self.specs:
            for definition in spec.definitions(self.labels(spec.system)):
                index[definition.system, definition.type, definition.id].append(definition)
        return dict(index)

    @cached_property
    def _by_id(self) -> dict[str, list[Definition]]:
        index: dict[str, list[Definition]] = defaultdict(list)
        for (_, _, id_), found in self.definitions.items():
            index[id_].append(found[0])
        return dict(index)

    @cached_property
    def systems(self) -> tuple[str, ...]:
        """The ids of all systems, sorted."""
        return tuple(sorted({spec.system for spec in self.specs if spec.kind.name == "system"}))

    @cached_property
    def defined(self) -> frozenset[tuple[str, str]]:
        """The types of things that each system defines, as pairs of system and type."""
        return frozenset((system, type_) for system, type_, _ in self.definitions)

    def of(self, model: type[D], system: str) -> tuple[Spec[D], ...]:
        """The specs of a system that have a given model."""
        return self._by_model.get((system, model), ())

    @cached_property
    def _by_model(self) -> dict[tuple[str, type[Record]], tuple[Spec[Any], ...]]:
        index: dict[tuple[str, type[Record]], tuple[Spec[Any], ...]] = {}
        for spec in self.specs:
            key = spec.system, spec.kind.model
            index[key] = (*index.get(key, ()), spec)
        return index

    def api(self, system: str, id_: str) -> Contents | None:
        """What an API of a system offers."""
        return self._apis.get((system, id_))

    @cached_property
    def _apis(self) -> dict[tuple[str, str], Contents]:
        return {
            (spec.system, spec.document.id): spec.kind.contents(spec.document)
            for spec in self.specs
            if spec.kind.contents
        }

    def apis_of(self, spec: Spec[Any]) -> dict[str, Contents]:
        """The APIs that the fields of a spec name by their ids, such as those that its sandbox answers for."""
        ids = (one.text for one in spec.mentions if one.mark == Ref("api"))
        return {id_: contents for id_ in ids if (contents := self.api(spec.system, id_))}

    @cached_property
    def _languages(self) -> dict[str, str]:
        return {
            spec.system: getattr(spec.document, "language", "en") for spec in self.specs if spec.kind.name == "system"
        }

    def labels(self, system: str) -> Labels:
        """The labels in a system's language; in that of the site where the system is not known, or is none."""
        language = self._languages.get(system, self.site.language)
        return self.languages.get(language) or Labels(language, {})

    def documents(self, path: str) -> Documents:
        """What is in a file that a spec names; nothing where it cannot be read, which a check reports."""
        found = self.files.get(path, ())
        return () if isinstance(found, Fault) else found

    def find(self, system: str, type_: str, id_: str) -> Definition | None:
        """What a system defines under a type and an id."""
        found = self.definitions.get((system, type_, id_))
        return found[0] if found else None

    def resolve(self, text: str, home: Home) -> Definition | Unresolved:
        """What a reference names, read as it stands in the document `home`.

        Outside a system (in `docs/`) a reference without one must be clear over all systems.
        """
        target = read_reference(text, home)
        if isinstance(target, Unresolved):
            return target
        if target.system and target.type:
            return self.find(target.system, target.type, target.whole) or self._unknown(target)
        found = [
            definition
            for definition in self._by_id.get(target.whole, ())
            if target.system in ("", definition.system) and target.type in ("", definition.type)
        ]
        if len(found) == 1:
            return found[0]
        if not found:
            return self._unknown(target)
        names = " and ".join(f"`{self.spell(definition, home)}`" for definition in found)
        return Unresolved(f"`{text}` is ambiguous: it names {names}", "write the one you mean")

    def mentioned_by(self, definition: Definition) -> tuple[Backlink, ...]:
        """What refers to a definition, from every system, its own document included, in the order of the specs.

        A runbook that names a service in `services`, an alert whose `runbook` is a scenario, a text with
        `[[runbook:restore]]`: all of them are found from the other end.
        """
        return tuple(self._backlinks.get((definition.system, definition.type, definition.id), ()))

    @cached_property
    def _backlinks(self) -> dict[tuple[str, str, str], list[Backlink]]:
        index: dict[tuple[str, str, str], list[Backlink]] = defaultdict(list)
        for spec in self.specs:
            whole = self._whole(spec)
            places = self._places[spec.source.path]
            for mention, found in self.named_by(spec):
                by = next((places[route] for route in _around(mention.route) if route in places), whole)
                link = Backlink(by, mention.route, isinstance(mention.mark, Ref))
                index[found.system, found.type, found.id].append(link)
        return dict(index)

    def _whole(self, spec: Spec[Any]) -> Definition:
        """What a document is by itself."""
        return self.definitions[spec.system, spec.kind.name, spec.document.id][0]

    def named_by(self, spec: Spec[Any]) -> Iterator[tuple[Mention, Definition]]:
        """What a document refers to, and where."""
        home = Home(spec.system, spec.kind.name, spec.document.id)
        for mention in spec.mentions:
            for reference in written(mention):
                found = self.resolve(reference, home)
                if isinstance(found, Definition):
                    yield mention, found

    def listed_on(self, definitions: Iterable[Definition]) -> dict[str, tuple[Definition, ...]]:
        """The documents, and parts of documents, that the page of these things lists, by the label of their list.

        They name one of them in a field; what a text mentions in passing is not listed. What is listed at all says
        their kind (`Kind.listed_as`, `Kind.parts_listed_as`). They stand in the order of the specs.
        """
        found = {one for each in definitions for one in self._listed.get((each.system, each.type, each.id), ())}
        lists: dict[str, list[Definition]] = defaultdict(list)
        for one in sorted(found):
            spec = self.specs[one.spec]
            if not one.part:
                lists[spec.kind.listed_as].append(self._whole(spec))
            elif part := self._places[spec.source.path].get(one.part):
                lists[spec.kind.parts_listed_as[part.type]].append(part)
        return {label: tuple(by) for label, by in lists.items()}

    @cached_property
    def _listed(self) -> dict[tuple[str, str, str], tuple[_Lister, ...]]:
        """What is listed on the page of a thing, in the order of the specs.

        It is made of the few specs that are listed anywhere, and so without the index of every reference.
        """
        index: dict[tuple[str, str, str], dict[_Lister, None]] = defaultdict(dict)
        for number, spec in enumerate(self.specs):
            kind = spec.kind
            for mention, found in self.named_by(spec) if kind.listed_as or kind.parts_listed_as else ():
                if not isinstance(mention.mark, Ref) or found.source == spec.source.path:
                    continue
                key = found.system, found.type, found.id
                if kind.listed_as:
                    index[key][_Lister(number)] = None
                if part := self._listed_part(spec, mention.route):
                    index[key][_Lister(number, part)] = None
        return {key: tuple(sorted(listers)) for key, listers in index.items()}

    def _listed_part(self, spec: Spec[Any], route: Route) -> Route:
        """Where the innermost part stands that a place lies in, if parts of its type are listed; else nothing."""
        places = self._places[spec.source.path] if spec.kind.parts_listed_as else {}
        part = next((around for around in _around(route) if around in places), ())
        return part if part and places[part].type in spec.kind.parts_listed_as else ()

    def badge(self, definition: Definition, label: Labels) -> Badge | None:
        """What a document says of itself in a line, with the labels of a page; None where it says nothing."""
        spec = self._by_source.get(definition.source)
        if (
            spec is None
            or not spec.kind.badge
            or (definition.type, definition.id) != (spec.kind.name, spec.document.id)
        ):
            return None
        return spec.kind.badge(spec, self, label)

    @cached_property
    def _by_source(self) -> dict[str, Spec[Any]]:
        return {spec.source.path: spec for spec in self.specs}

    def _listed_otherwise(self, before: Project) -> set[str]:
        """The paths of the specs of which something is listed on by other documents than before, or in other words."""
        keys = self._listed.keys() | before._listed.keys()
        return {
            definition.source
            for key in keys
            if self._lists(key) != before._lists(key)
            for definition in self.definitions.get(key, ())
        }

    def _lists(self, key: tuple[str, str, str]) -> list[tuple[_Lister, Badge | None]]:
        """What the page of a thing lists, and what that says of itself."""
        listers = self._listed.get(key, ())
        return [(one, None if one.part else self._badges.get(one.spec)) for one in listers]

    @cached_property
    def _badges(self) -> dict[int, Badge]:
        """What documents say of themselves, by the number of their spec."""
        label = Labels("en", {})
        specs = enumerate(self.specs)
        return {number: spec.kind.badge(spec, self, label) for number, spec in specs if spec.kind.badge}

    @cached_property
    def _places(self) -> dict[str, dict[Route, Definition]]:
        """What each spec defines, by where it stands: the document, and each part that has a place of its own.

        The headings of a guide have none: they are all of its text, and which of them holds a reference is not known.
        """
        index: dict[str, dict[Route, list[Definition]]] = defaultdict(lambda: defaultdict(list))
        for found in self.definitions.values():
            for one in found:
                index[one.source][one.route[:-1]].append(one)
        return {
            source: {route: found[0] for route, found in routes.items() if len(found) == 1}
            for source, routes in index.items()
        }

    def once(self, key: str, work: Callable[[], T]) -> T:
        """What `work` makes of this project: made when `key` is first asked for, and the same after that.

        For what checks and pages both need and what takes long. A key begins with the name of its kind.
        """
        if key not in self._made:
            self._made[key] = work()
        made: T = self._made[key]
        return made

    @cached_property
    def _made(self) -> dict[str, Any]:
        return {}

    def _unknown(self, target: Target) -> Unresolved:
        """Why nothing is found: the first part of the reference, from the left, that names nothing."""
        types = {*(type_ for _, type_ in self.defined), *(kind.name for kind in self.kinds)}
        if target.system and target.system not in self.systems:
            return Unresolved(f"there is no system `{target.system}`", suggest(target.system, self.systems))
        if target.type and target.type not in types:
            return Unresolved(f"nothing here is of the type `{target.type}`", suggest(target.type, types))
        ids = self._ids.get((target.system, target.type), frozenset())
        name = f"{target.type or 'thing'} `{target.id}`"
        parts = [id_.partition("#")[2] for id_ in ids if id_.startswith(f"{target.id}#")]
        if target.part and target.id in ids:
            return Unresolved(f"the {name} has no part `{target.part}`", suggest(target.part, parts))
        if target.part and parts:
            return Unresolved(f"`{target.id}` has no {target.type} `{target.part}`", suggest(target.part, parts))
        where = f" in `{target.system}`" if target.system else ""
        known = [id_ for id_ in ids if "#" not in id_]
        return Unresolved(f"there is no {name}{where}", suggest(target.id, known) or "none is defined yet")

    @cached_property
    def _ids(self) -> dict[tuple[str, str], frozenset[str]]:
        """What has an id in a system, by its type; an empty system or type stands for any."""
        index: dict[tuple[str, str], set[str]] = defaultdict(set)
        for system, type_, id_ in self.definitions:
            for key in product(("", system), ("", type_)):
                index[key].add(id_)
        return {key: frozenset(ids) for key, ids in index.items()}

    @staticmethod
    def spell(definition: Definition, home: Home) -> str:
        """The reference that names a definition from `home`."""
        system = "" if definition.system == home.system else f"{definition.system}/"
        return f"{system}{definition.type}:{definition.id}"

    @collector_paused()
    def pages(self) -> list[Page]:
        """Every page of every spec."""
        return [page for pages in self.printed().values() for page in pages]

    def printed(self, before: Printed | None = None) -> dict[str, list[Page]]:
        """The pages by the path of their spec. What was printed `before` and would be the same is not printed again.

        A page shows its own spec, and of others only what they define, which of them name what it defines
        (`listed_on`) with what these say of themselves (`badge`), the snippets and the files that specs name; pages of
        kinds that show more (`Kind.shows_others`) are always printed. The pages that documents of a kind make together
        show all of these.
        """
        same = (
            before
            and before.project.definitions == self.definitions
            and before.project.snippets == self.snippets
            and before.project.files == self.files
        )
        known = {spec.source.path: spec for spec in before.project.specs} if before and same else {}
        listed = self._listed_otherwise(before.project) if before and same else set()
        printed: dict[str, list[Page]] = {}
        for spec in self.specs:
            path = spec.source.path
            together = f"{spec.system}/{spec.kind.name}"
            if spec.kind.index and together not in printed:
                all_ = self.of(spec.kind.model, spec.system)
                again = spec.kind.shows_others or any(known.get(one.source.path) is not one for one in all_)
                made = spec.kind.index(spec.system, self) if again or not before else before.pages[together]
                printed[together] = list(made)
            again = spec.kind.shows_others or known.get(path) is not spec or path in listed
            if before and not again:
                self._printed[path] = before.pages[path]
            printed[path] = self.pages_of(spec)
        return printed

    def pages_of(self, spec: Spec[Any]) -> list[Page]:
        """The pages of one spec, printed once."""
        path = spec.source.path
        if path not in self._printed:
            self._printed[path] = list(spec.kind.pages(spec, self))
        return self._printed[path]

    @cached_property
    def _printed(self) -> dict[str, list[Page]]:
        return {}


@dataclass(frozen=True)
class Printed:
    """A project and the pages that were printed of it."""

    project: Project
    pages: Mapping[str, list[Page]]


def _around(route: Route) -> Iterator[Route]:
    """A place in a spec and those that hold it, the innermost first."""
    return (route[:length] for length in range(len(route), -1, -1))
