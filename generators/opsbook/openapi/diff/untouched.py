"""What is written alike in two versions: there only what it refers to can differ.

Most of a large document is. To take it apart would cost seconds and find nothing.
"""

from __future__ import annotations

import json
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

    def references(self, old: Node, new: Node) -> list[tuple[Node, Node]] | None:
        """The targets of all references in a schema that is written alike in both versions.

        None where it is not, or where a reference in it cannot be judged by its target alone.
        """
        if not (isinstance(old.value, dict) and old.value == new.value):
            return None
        text = json.dumps(old.value)
        if _ENTANGLED.search(text) or text != json.dumps(new.value):  # `1` and `true` are equal for Python
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
            value = value[key] if isinstance(value, dict | list) else None
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


_MARKS = frozenset({"readOnly", "writeOnly"})
_MADE_OF = frozenset({"allOf", "oneOf", "anyOf", "$ref"})
