"""What is written alike in two versions: there only what it refers to can differ.

Most of a large document is. To take it apart would cost seconds and find nothing.
"""

from __future__ import annotations

import json
import marshal
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from opsbook.openapi.diff.forms import ANNOTATIONS
from opsbook.openapi.walk import Api, Node
from opsbook.source import Route

_ENTANGLED = re.compile(
    r'"(?:allOf|readOnly|writeOnly|not|if|then|else|contains|propertyNames|dependentSchemas|contentSchema'
    r'|unevaluatedItems|\$defs|\$id)": '
)
"""What makes a reference more, or less, than its target: it is merged with it, hides it or negates it."""

_UNIT = 3
"""How many keys lead to a component or an operation."""


@dataclass(frozen=True)
class Untouched:
    """Finds what is written alike in two versions, and what that refers to."""

    old: Api
    new: Api

    def is_same(self, old: Node, new: Node) -> bool:
        """Whether two objects are the same, with everything that they lead to."""
        unit = _unit(self.old, old)
        return unit in self._same and unit == _unit(self.new, new) and old.route == new.route

    @cached_property
    def _same(self) -> set[_Unit]:
        """The components, operations and other parts that have not changed, and do not lead to any that have."""
        if self.old.document.version != self.new.document.version:
            return set()
        before, now = _units(self.old), _units(self.new)
        same = {unit for unit, value in before.items() if unit in now and _is_alike(value, now[unit])}
        users: dict[_Unit, set[_Unit]] = {}
        for user, used in (*_uses(self.old), *_uses(self.new)):  # one may lead somewhere where the other does not
            users.setdefault(used, set()).add(user)
        waiting = [user for used in users.keys() - same for user in users[used]]
        while waiting:
            unit = waiting.pop()
            if unit in same:
                same.discard(unit)
                waiting += users.get(unit, ())
        return same

    def references(self, old: Node, new: Node) -> list[tuple[Node, Node]] | None:
        """The targets of all references in a schema that is written alike in both versions.

        None where it is not, or where a reference in it cannot be judged by its target alone.
        """
        if not (isinstance(old.value, dict) and _is_alike(old.value, new.value)):
            return None
        if _ENTANGLED.search(json.dumps(old.value)):
            return None
        found = []
        for rest in self._below(old):
            before = self.old.targets.get((old.source.path, (*old.route, *rest)))
            now = self.new.targets.get((new.source.path, (*new.route, *rest)))
            if not (before and now) or self._more(old.value, rest) or self._is_marked(before) or self._is_marked(now):
                return None
            found.append((before, now))
        return found

    def _below(self, node: Node) -> Iterator[Route]:
        """How each reference within an object is reached from it."""
        depth = len(node.route)
        for route in self._routes.get((node.source.path, node.route[:_UNIT]), ()):
            if route[:depth] == node.route:
                yield route[depth:]

    @cached_property
    def _routes(self) -> dict[tuple[str, Route], list[Route]]:
        found: dict[tuple[str, Route], list[Route]] = {}
        for path, route in self.old.targets:
            for length in range(min(len(route), _UNIT) + 1):
                found.setdefault((path, route[:length]), []).append(route)
        return found

    def _more(self, value: Any, rest: Route) -> bool:
        """Whether more stands beside a reference than what people read."""
        for key in rest:
            value = value[key]  # as the walk went
        if not isinstance(value, dict):
            return True  # a reference by name, from a discriminator
        beside = value.keys() - {"$ref"}
        return bool(beside - ANNOTATIONS) or bool(beside and self.old.document.version != self.new.document.version)

    def _is_marked(self, target: Node) -> bool:
        """Whether a target says of itself, or of what it is made of, that it is only sent or only received."""
        value = target.value
        if not isinstance(value, dict) or not _MARKS.isdisjoint(value):
            return True
        return self._some_are_marked and not _MADE_OF.isdisjoint(value)

    @cached_property
    def _some_are_marked(self) -> bool:
        """Whether a schema is marked that is no property."""
        return any(
            isinstance(node.value, dict) and not _MARKS.isdisjoint(node.value) and node.route[-2:-1] != ("properties",)
            for api in (self.old, self.new)
            for node in api.nodes.get("schema", ())
        )


_Unit = tuple[str, Route]
"""A file, and the way to a part of it that is looked at as a whole: a component, an operation."""

_HOLDERS = {"paths": _UNIT, "components": _UNIT, "webhooks": _UNIT, "definitions": 2, "parameters": 2, "responses": 2}


_EXACT = 2
"""The last version of the format that writes a value the same way wherever it comes from."""


def _is_alike(old: Any, new: Any) -> bool:
    """Whether two values are written alike; for Python, `1` and `true` are equal."""
    return bool(old == new) and marshal.dumps(old, _EXACT) == marshal.dumps(new, _EXACT)


def _file(api: Api, path: str) -> str:
    """What one file of a document is to its first one, wherever that lies."""
    main = api.document.source.path
    return "" if path == main else posixpath.relpath(path, posixpath.dirname(main) or ".")


def _unit(api: Api, node: Node) -> _Unit:
    path = node.source.path
    if path != api.document.source.path:
        return _file(api, path), node.route[:1]
    return "", node.route[: _HOLDERS.get(str(node.route[0]) if node.route else "", 1)]


def _units(api: Api) -> dict[_Unit, Any]:
    """The parts of all files that are looked at as a whole."""
    found: dict[_Unit, Any] = {}
    data = api.document.source.data
    for key, value in data.items() if isinstance(data, dict) else ():
        depth = _HOLDERS.get(key, 1)
        found.update((("", route), part) for route, part in _parts((key,), value, depth - 1))
    others = {target.source.path: target.source for target in api.targets.values()}
    for path, source in others.items():
        if path != api.document.source.path:
            name = _file(api, path)
            found[name, ()] = source.data
            found.update(((name, route), part) for route, part in _parts((), source.data, 1))
    return found


def _parts(route: Route, value: Any, depth: int) -> Iterator[tuple[Route, Any]]:
    if not depth or not isinstance(value, dict):
        yield route, value
        return
    for key, inner in value.items():
        yield from _parts((*route, key), inner, depth - 1)


def _uses(api: Api) -> Iterator[tuple[_Unit, _Unit]]:
    """Each part with a part that it refers to."""
    source = api.document.source
    names: dict[tuple[str, Route], _Unit] = {}
    for (path, route), target in api.targets.items():
        short = path, route[:_UNIT]
        if short not in names:
            names[short] = (
                _unit(api, Node(source, route, "", None)) if path == source.path else (_file(api, path), route[:1])
            )
        yield names[short], _unit(api, target)
        if path != source.path:
            yield (_file(api, path), ()), _unit(api, target)
    for node in api.nodes.get("discriminator", ()):
        mapping = node.value.get("mapping") if isinstance(node.value, dict) else None
        for name in mapping.values() if isinstance(mapping, dict) else ():
            yield _unit(api, node), ("", ("components", "schemas", str(name)))


_MARKS = frozenset({"readOnly", "writeOnly"})
_MADE_OF = frozenset({"allOf", "oneOf", "anyOf", "$ref"})
