"""All specs of a project together, and the index of everything that has an address."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from opsbook.collector import collector_paused
from opsbook.diagnostic import suggest
from opsbook.kind import Definition, Kind, Spec
from opsbook.labels import Labels
from opsbook.model import ID, Document
from opsbook.page import Page

D = TypeVar("D", bound=Document)

_REFERENCE = re.compile(rf"(?:(?P<system>{ID})/)?(?:(?P<type>{ID}):)?(?P<id>{ID})?(?:#(?P<part>{ID}))?")


class Unresolved(NamedTuple):
    """Why a reference leads nowhere."""

    message: str
    hint: str


class Home(NamedTuple):
    """Where a reference stands: what it may leave out."""

    system: str = ""
    type: str = ""
    id: str = ""


@dataclass(frozen=True)
class Change:
    """The last change of a system's specs, as version control knows it."""

    day: str
    revision: str
    subject: str


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

    @cached_property
    def definitions(self) -> dict[tuple[str, str, str], list[Definition]]:
        """System, type and id to what is defined there; more than one is a fault."""
        index: dict[tuple[str, str, str], list[Definition]] = defaultdict(list)
        for spec in self.specs:
            for definition in spec.definitions():
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

    def of(self, model: type[D], system: str) -> tuple[Spec[D], ...]:
        """The specs of a system that have a given model."""
        return self._by_model.get((system, model), ())

    @cached_property
    def _by_model(self) -> dict[tuple[str, type[Document]], tuple[Spec[Any], ...]]:
        index: dict[tuple[str, type[Document]], tuple[Spec[Any], ...]] = {}
        for spec in self.specs:
            key = spec.system, spec.kind.model
            index[key] = (*index.get(key, ()), spec)
        return index

    @cached_property
    def _languages(self) -> dict[str, str]:
        return {
            spec.system: getattr(spec.document, "language", "en") for spec in self.specs if spec.kind.name == "system"
        }

    def labels(self, system: str) -> Labels:
        """The labels in a system's language; English where the language is not known."""
        language = self._languages.get(system, "en")
        return self.languages.get(language) or Labels(language, {})

    def find(self, system: str, type_: str, id_: str) -> Definition | None:
        """What a system defines under a type and an id."""
        found = self.definitions.get((system, type_, id_))
        return found[0] if found else None

    def resolve(self, text: str, home: Home) -> Definition | Unresolved:
        """What a reference names.

        `system/type:id#part`: the system may be left out within it, the type where the id alone is
        clear, and everything but `#part` within the document itself. Outside a system (in `docs/`) a
        reference without one must be clear over all systems.
        """
        match = _REFERENCE.fullmatch(text)
        if not match or not (match["id"] or match["part"]):
            return Unresolved(
                f"`{text}` is not a reference", "write `type:id`, `type:id#part` or, in the same document, `#part`"
            )
        system, type_, id_ = match["system"] or home.system, match["type"], match["id"]
        if match["system"] and match["system"] not in self.systems:
            return Unresolved(f"there is no system `{match['system']}`", suggest(match["system"], self.systems))
        if not id_:
            if not home.id:
                return Unresolved(f"`{text}` names a part, but no document", "write `type:id#part`")
            type_, id_ = home.type, home.id
        whole = f"{id_}#{match['part']}" if match["part"] else id_
        if system and type_:
            return self.find(system, type_, whole) or self._unknown(system, type_, id_, match["part"])
        found = [
            definition
            for definition in self._by_id.get(whole, ())
            if system in ("", definition.system) and type_ in (None, definition.type)
        ]
        if len(found) == 1:
            return found[0]
        if found:
            names = [f"`{self.spell(definition, home)}`" for definition in found]
            return Unresolved(f"`{text}` is ambiguous: it names {' and '.join(names)}", "write the one you mean")
        if system or not type_:
            known = sorted(
                {d.id for ds in self.definitions.values() for d in ds if system in ("", d.system) and "#" not in d.id}
            )
            return Unresolved(f"nothing is called `{text}`", suggest(whole, known))
        return self._unknown("", type_, id_, match["part"])

    def _unknown(self, system: str, type_: str, id_: str, part: str | None) -> Unresolved:
        known = [key for key in self.definitions if key[1] == type_ and system in ("", key[0])]
        if not known:
            types = {*(key[1] for key in self.definitions), *(kind.name for kind in self.kinds)}
            if type_ not in types:
                return Unresolved(f"nothing here is of the type `{type_}`", suggest(type_, types))
            return Unresolved(
                f"`{system}` defines no {type_}, so there is no `{id_}`",
                f"define it, or refer to another system: `system/{type_}:{id_}`",
            )
        ids = {key[2] for key in known}
        where = f" in `{system}`" if system else ""
        if part and id_ in ids:
            parts = [key.partition("#")[2] for key in ids if key.startswith(f"{id_}#")]
            return Unresolved(f"`{type_}:{id_}` has no part `{part}`", suggest(part, parts))
        return Unresolved(f"there is no {type_} `{id_}`{where}", suggest(id_, (key for key in ids if "#" not in key)))

    @staticmethod
    def spell(definition: Definition, home: Home) -> str:
        """The reference that names a definition from `home`."""
        system = "" if definition.system == home.system else f"{definition.system}/"
        return f"{system}{definition.type}:{definition.id}"

    @collector_paused()
    def pages(self) -> list[Page]:
        """Every page of every spec."""
        return [page for spec in self.specs for page in spec.kind.pages(spec, self)]
