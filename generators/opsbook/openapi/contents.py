"""What a document offers, in its own order, and under which names pages and references know it.

Names hold for links: they are made of operationIds and of the names of schemas, never of the order in which
these stand.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, TypeVar
from unicodedata import normalize

from opsbook.openapi.read import pointer
from opsbook.openapi.walk import Api, Node

T = TypeVar("T")

_RELEASED = re.compile(r"""^[ \t]*["']?released["']?[ \t]*:[ \t]*["']?\d{4}-\d\d-\d\d["']?,?[ \t]*\n""", re.MULTILINE)
"""The day on which a document came out: nobody who asks the API notices it."""

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
"""The fields of a path item that are operations, in the order of the standard."""


@dataclass(frozen=True)
class Operation:
    """One thing that can be asked of an API."""

    name: str
    """Under which pages and references know it: its operationId, as far as that can stand in an address."""
    method: str
    """In capitals: `GET`."""
    path: str
    """The path's template, or the name of the webhook."""
    node: Node
    item: Node
    """The path item in which it stands."""
    webhook: bool = False

    @property
    def id(self) -> str:
        """Its operationId; empty where it has none."""
        found = self.node.value.get("operationId")
        return found if isinstance(found, str) else ""

    @property
    def summary(self) -> str:
        """What it does, in a line; its method and path where nobody says."""
        for key in ("summary", "operationId"):
            found = self.node.value.get(key)
            if isinstance(found, str) and found.strip():
                return " ".join(found.split())
        return f"{self.method} {self.path}"

    @property
    def tags(self) -> tuple[str, ...]:
        """The names of its tags."""
        found = self.node.value.get("tags")
        return tuple(tag for tag in found if isinstance(tag, str)) if isinstance(found, list) else ()


@dataclass(frozen=True)
class Schema:
    """A schema with a name, which pages share."""

    name: str
    """Under which pages and references know it."""
    title: str
    """Its name as the document spells it."""
    node: Node


@dataclass(frozen=True)
class Tag:
    """Operations that belong together."""

    name: str
    """Under which pages and references know it."""
    title: str
    value: Mapping[str, Any]
    """What the document says of it."""
    operations: tuple[Operation, ...]
    """Those that name it first."""


@dataclass(frozen=True)
class Contents:
    """An API as its readers see it."""

    api: Api

    @cached_property
    def digest(self) -> str:
        """A hash of the files that the document is made of, but for the day on which it came out."""
        every = (self.api.root, *(node for nodes in self.api.nodes.values() for node in nodes))
        texts = {node.source.path: node.source.text for node in every}
        parts = (part for path in sorted(texts) for part in (path, _RELEASED.sub("", texts[path])))
        return sha256("\0".join(parts).encode()).hexdigest()

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """All operations, webhooks last."""
        found = [*self._under("paths", webhook=False), *self._under("webhooks", webhook=True)]
        return _named(
            found,
            lambda one: one.id or f"{one.method.lower()}-{one.path}",
            lambda one: f"{one.method} {one.path}",
            lambda one, name: Operation(name, one.method, one.path, one.node, one.item, one.webhook),
        )

    def _under(self, field: str, *, webhook: bool) -> Iterator[Operation]:
        for holder in self.api.members(self.api.root, field):
            for item in [holder] if webhook else self.api.entries(holder):
                yield from self.of_item(item, webhook=webhook)

    def of_item(self, item: Node, *, webhook: bool = False) -> Iterator[Operation]:
        """The operations of a path item, of callbacks, too; their names are not yet told apart."""
        for part in self._whole(item):
            for method in METHODS:
                for node in self.api.members(part, method):
                    if isinstance(node.value, dict):
                        yield Operation("", method.upper(), item.name, node, part, webhook)
            for node in self.api.members(part, "additionalOperations"):
                if isinstance(node.value, dict):
                    yield Operation("", node.name, item.name, node, part, webhook)

    def _whole(self, item: Node) -> Iterator[Node]:
        """A path item and the one that it refers to: they count together."""
        seen: set[Any] = set()
        here: Node | None = item
        while here is not None and here.key not in seen:
            seen.add(here.key)
            yield here
            here = self.api.targets.get(here.key)

    @cached_property
    def schemas(self) -> tuple[Schema, ...]:
        """The schemas with names: the document's components, and what stands in other files and is referred to."""
        own = [node for holder in _schema_holders(self.api) for node in holder]
        own_keys = {node.key for node in own}
        referred = {
            target.key: target
            for key, target in self.api.targets.items()
            if target.shape == "schema" and target.source is not self.api.root.source and target.key not in own_keys
        }
        found = [*own, *(referred[key] for key in sorted(referred, key=lambda key: (key[0], [*map(str, key[1])])))]
        return _named(
            found,
            schema_name,
            lambda node: f"{node.source.path}#{pointer(node.route)}",
            lambda node, name: Schema(name, schema_name(node), node),
        )

    @cached_property
    def _by_key(self) -> dict[Any, Schema]:
        return {schema.node.key: schema for schema in self.schemas}

    def schema(self, node: Node) -> Schema | None:
        """The named schema that a node is or refers to, one step on; None where it is written in place."""
        seen: set[Any] = set()
        here: Node | None = node
        while here is not None and here.key not in seen:
            if here.key in self._by_key:
                return self._by_key[here.key]
            seen.add(here.key)
            here = self.api.targets.get(here.key)
        return None

    def users(self, schema: Schema) -> tuple[Operation | Schema, ...]:
        """The operations and the schemas in which references to a schema stand."""
        return self._users.get(schema.name, ())

    @cached_property
    def _users(self) -> dict[str, tuple[Operation | Schema, ...]]:
        homes: dict[Any, Operation | Schema] = {one.node.key: one for one in self.schemas}
        homes |= {one.node.key: one for one in self.operations}
        found: dict[str, dict[str, Operation | Schema]] = {}
        for (path, route), target in self.api.targets.items():
            used = self._by_key.get(target.key)
            for end in range(len(route), -1, -1) if used else ():
                home = homes.get((path, route[:end]))
                if used and home and home is not used:
                    found.setdefault(used.name, {})[f"{type(home).__name__} {home.name}"] = home
                    break
        return {name: tuple(users[key] for key in sorted(users)) for name, users in found.items()}

    @cached_property
    def tags(self) -> tuple[Tag, ...]:
        """The tags in the order of the document; those that it does not declare follow, and last what has none."""
        declared = self.api.root.value.get("tags")
        described = {
            tag["name"]: tag
            for tag in (declared if isinstance(declared, list) else ())
            if isinstance(tag, dict) and isinstance(tag.get("name"), str)
        }
        grouped: dict[str, list[Operation]] = {name: [] for name in described}
        for operation in self.operations:
            grouped.setdefault(operation.tags[0] if operation.tags else "", []).append(operation)
        grouped[""] = grouped.pop("", [])
        found = [(name, tuple(operations)) for name, operations in grouped.items() if operations]
        return _named(
            found,
            lambda one: one[0].lower() or "operations",
            lambda one: one[0],
            lambda one, name: Tag(name, one[0], described.get(one[0], {}), one[1]),
        )

    def tag(self, operation: Operation) -> Tag:
        """The tag under which an operation stands."""
        return self._tag_of[operation.name]

    @cached_property
    def _tag_of(self) -> dict[str, Tag]:
        return {operation.name: tag for tag in self.tags for operation in tag.operations}

    def fields(self, schema: Schema) -> dict[str, Node]:
        """The fields of a named schema, those that it takes over with `allOf` included, under names for addresses."""
        found: dict[str, Node] = {}
        self._collect(schema.node, found, set())
        return dict(_named(found.items(), lambda one: one[0], lambda one: one[0], lambda one, name: (name, one[1])))

    def _collect(self, node: Node, found: dict[str, Node], seen: set[Any]) -> None:
        whole = self.api.resolve(node)
        if whole is None or whole.key in seen:
            return
        seen.add(whole.key)
        onward = self.api.targets.get(whole.key)
        for part in (*([onward] if onward else ()), *self.api.members(whole, "allOf")):
            self._collect(part, found, seen)
        for one in self.api.members(whole, "properties"):
            found[one.name] = one


def _schema_holders(api: Api) -> Iterator[list[Node]]:
    if api.document.version == "2.0":
        yield list(api.members(api.root, "definitions"))
    for components in api.members(api.root, "components"):
        yield list(api.members(components, "schemas"))


def schema_name(node: Node) -> str:
    """The name of a schema: its key; that of its file where it is the whole of one."""
    return node.name or node.source.path.rpartition("/")[2].partition(".")[0]


_UNSAFE = re.compile(r"[^A-Za-z0-9._~-]+|[.](?=[.])")


def _named(
    found: Iterable[Any], spell: Callable[[Any], str], key: Callable[[Any], str], make: Callable[[Any, str], T]
) -> tuple[T, ...]:
    """Give each a name that can stand in an address and that no other has, on disks that ignore case, too.

    Where names would be equal, what the name is made of decides, not the order.
    """
    # Two underscores before a name mark what belongs to the theme of a site.
    spelled = [
        (one, _UNSAFE.sub("-", _plain(spell(one))).strip("-.~").removeprefix("__")[:80] or "unnamed") for one in found
    ]
    count = Counter(name.lower() for _, name in spelled)
    return tuple(
        make(one, name if count[name.lower()] == 1 else f"{name}-{sha256(key(one).encode()).hexdigest()[:6]}")
        for one, name in spelled
    )


def _plain(text: str) -> str:
    """A text without the marks of its letters: `Día` becomes `Dia`."""
    return normalize("NFKD", text).encode("ascii", "ignore").decode() if not text.isascii() else text
