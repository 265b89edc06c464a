"""What the rules of OpenAPI are made of: a finding with its file, and the operations of a document."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from opsbook.diagnostic import Finding, Rule, Severity
from opsbook.openapi.walk import Api, Node
from opsbook.source import Source

Found: TypeAlias = tuple[Source, Finding]
"""A finding, and the file of the document that it is about."""


@dataclass(frozen=True)
class Lint:
    """Finds one kind of fault in a document. Its name is its function's, its manual page the docstring."""

    find: Callable[[Api], Iterator[Found]]
    severity: Severity = "error"

    @cached_property
    def rule(self) -> Rule:
        """The rule that this holds documents to."""
        name = self.find.__name__.replace("_", "-")
        return Rule(f"openapi/{name}", self.severity, inspect.getdoc(self.find) or "")


def found(node: Node, *keys: str | int, message: str, hint: str, key: bool = False) -> Found:
    """A finding about what stands in an object, `keys` further down."""
    return node.source, Finding((*node.route, *keys), message, hint, key=key)


METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
"""The fields of a path item that hold operations; 3.2 lets it name more."""


class Operation(NamedTuple):
    """One operation under a path of the document."""

    path: str
    method: str
    """In small letters, as in the document."""
    node: Node
    item: Node
    """The path item that holds it."""

    @property
    def title(self) -> str:
        """How messages name it: `GET /orders`."""
        return f"`{self.method.upper()} {self.path}`"


def path_items(api: Api) -> Iterator[tuple[str, Node, Node]]:
    """Every path with its path item, first as it is written and then as it is after following its reference."""
    for paths in api.members(api.root, "paths"):
        for item in api.entries(paths):
            yield item.name, item, followed(api, item)


def followed(api: Api, node: Node) -> Node:
    """What an object refers to; the object itself where it refers to nothing that exists."""
    return api.resolve(node) or node


def operations(api: Api) -> Iterator[Operation]:
    """The operations that a client can call: those of paths, not of webhooks or callbacks."""
    for path, _, item in path_items(api):
        for node in of_item(api, item):
            yield Operation(path, node.name.lower(), node, item)


def of_item(api: Api, item: Node) -> Iterator[Node]:
    """The operations in a path item."""
    for method in METHODS:
        for node in api.members(item, method):
            if isinstance(node.value, dict):
                yield node
    for node in api.members(item, "additionalOperations"):
        if isinstance(node.value, dict):
            yield node


def objects(api: Api, shape: str) -> Iterator[Node]:
    """All objects of one type that say something themselves, instead of referring to another."""
    for node in api.nodes.get(shape, ()):
        if "$ref" not in node.value or (shape == "schema" and api.document.version in ("3.1", "3.2")):
            yield node


def texts(value: Any) -> list[str]:
    """The texts in a list; nothing where it is none."""
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def mapping(value: Any) -> dict[str, Any]:
    """A mapping as it is, and anything else as an empty one: its type is the metaschema's business."""
    return value if isinstance(value, dict) else {}
