"""A schema of a document as a JSON Schema that stands by itself: what a validator is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import jsonschema_rs

from opsbook.openapi.read import pointer
from opsbook.openapi.walk import Api, Node
from opsbook.source import Route

Direction: TypeAlias = Literal["request", "response"]
"""Whether a value is sent or comes back: what is read-only is not sent, what is write-only does not come back."""

HIDDEN: Mapping[Direction, str] = {"request": "readOnly", "response": "writeOnly"}
"""What marks a field that a value of the direction does not have."""

_SILENT = {
    *("discriminator", "xml", "example", "examples", "externalDocs", "deprecated", "readOnly", "writeOnly", "nullable"),
    *("description", "title", "default", "$id", "$schema", "$anchor", "$dynamicAnchor", "$dynamicRef", "$comment"),
}
"""Keywords that say nothing about which values are valid, or that only hold where they were written."""

_ABSENT = "#/$defs/absent"


def standalone(api: Api, schema: Node, direction: Direction) -> dict[str, Any]:
    """The schema with everything that it refers to, in the words of draft 2020-12."""
    return _Copy(api, direction).whole(schema)


def is_valid(api: Api, schema: Node, value: Any, direction: Direction) -> bool:
    """Whether a value is what a schema asks for. A schema that cannot be used finds nothing valid."""
    return judge(api, schema, direction)(value)


def judge(api: Api, schema: Node, direction: Direction) -> Judge:
    """What tells the values of a schema from others."""
    try:
        validator = jsonschema_rs.Draft202012Validator(standalone(api, schema, direction), validate_formats=True)
    except (ValueError, jsonschema_rs.ReferencingError):
        return Judge(None)
    return Judge(validator)


def judge_all(api: Api, direction: Direction) -> tuple[set[Any], Judge]:
    """One judge of all schemas that have a name or are those of a body or a parameter, by their keys.

    It is made once, and takes values as `{spell(key): value}`. Where one schema cannot be used, it finds nothing valid.
    """
    copy = _Copy(api, direction)
    entries = {
        node.key: copy.copy(node)
        for node in api.nodes.get("schema", ())
        if node.route[-1:] == ("schema",) or len(node.route) <= _DEPTH_OF_NAMES
    }
    whole = {"properties": {spell(key): entry for key, entry in entries.items()}, "$defs": copy.definitions()}
    try:
        return set(entries), Judge(jsonschema_rs.Draft202012Validator(whole, validate_formats=True))
    except (ValueError, jsonschema_rs.ReferencingError):
        return set(), Judge(None)


_DEPTH_OF_NAMES = 3
"""As in `/components/schemas/Name`."""


def spell(key: tuple[str, Route]) -> str:
    """The key of an object as one text."""
    return f"{key[0]}#{pointer(key[1])}"


@dataclass(frozen=True)
class Judge:
    """Tells the values of a schema from others."""

    validator: jsonschema_rs.Draft202012Validator | None
    """None where nothing can be made of the schema."""

    def __call__(self, value: Any) -> bool:
        """Whether a value is valid."""
        try:
            return self.validator is not None and self.validator.is_valid(value)
        except (ValueError, OverflowError):
            return False  # what JSON cannot hold: an endless number, half of a character


@dataclass
class _Copy:
    api: Api
    direction: Direction
    names: dict[Any, str] = field(default_factory=dict)
    waiting: list[Node] = field(default_factory=list)

    def whole(self, schema: Node) -> dict[str, Any]:
        root = self.copy(schema)
        return {"allOf": [root], "$defs": self.definitions()}

    def definitions(self) -> dict[str, Any]:
        """Everything that was referred to."""
        definitions: dict[str, Any] = {"absent": False}
        while self.waiting:
            node = self.waiting.pop()
            definitions[self.names[node.key]] = self.copy(node)
        return definitions

    def reference(self, node: Node) -> str:
        target = self.api.targets.get(node.key)
        if target is None:
            return _ABSENT
        if target.key not in self.names:
            self.names[target.key] = str(len(self.names))
            self.waiting.append(target)
        return f"#/$defs/{self.names[target.key]}"

    def copy(self, node: Node) -> Any:
        value = node.value
        if not isinstance(value, dict):
            return value if isinstance(value, bool) else {}
        old = self.api.document.version in ("2.0", "3.0")
        refers = isinstance(value.get("$ref"), str)
        if refers and old:
            return {"$ref": self.reference(node)}
        made: dict[str, Any] = {"$ref": self.reference(node)} if refers else {}
        for key, said in value.items():
            if key not in _SILENT and key != "$ref" and not key.startswith("x-"):
                made[key] = self.inner(node, key, said)
        if isinstance(made.get("required"), list):
            hidden = self.hidden(node)
            made["required"] = [name for name in made["required"] if name not in hidden]
        return _modern(made, nullable=value.get("nullable") is True) if old else made

    def inner(self, node: Node, key: str, said: Any) -> Any:
        """A keyword, the schemas in it copied."""
        holds = self.api.shapes["schema"].get(key)
        if holds is None or holds.shape != "schema":
            return said
        found = list(self.api.members(node, key))
        if holds.form == "one":
            return self.copy(found[0]) if found else said
        if holds.form == "list":
            return [self.copy(one) for one in found]
        return {one.name: self.copy(one) for one in found}

    def hidden(self, node: Node) -> list[str]:
        """The names of fields that values of this direction lack."""
        mark = HIDDEN[self.direction]
        return [one.name for one in self.api.members(node, "properties") if is_marked(self.api, one, mark)]


def is_marked(api: Api, node: Node, mark: str) -> bool:
    """Whether a schema, or one that it refers to, has a mark such as `readOnly`."""
    return any(isinstance(one.value, dict) and one.value.get(mark) is True for one in chain(api, node))


def chain(api: Api, node: Node) -> Iterator[Node]:
    """A schema, what it refers to, and so on."""
    seen = set()
    here: Node | None = node
    while here is not None and here.key not in seen:
        seen.add(here.key)
        yield here
        here = api.targets.get(here.key)


def _modern(schema: dict[str, Any], *, nullable: bool) -> Any:
    """What a schema of 2.0 or 3.0 means, in the words of draft 2020-12."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(schema.get(exclusive), bool):
            strict = schema.pop(exclusive)
            if strict and bound in schema:
                schema[exclusive] = schema.pop(bound)
    if schema.get("type") == "file":
        del schema["type"]
    if nullable:
        return {"anyOf": [schema, {"type": "null"}]}
    return schema
