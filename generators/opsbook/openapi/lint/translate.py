"""Schemas of any version of OpenAPI as schemas of JSON Schema 2020-12 in one flat table, to be compiled at once.

References become names of that table, whatever file they lead to. What the standard means otherwise than
JSON Schema is said in its words: `nullable`, `discriminator`, and properties that are read-only or write-only.
Nothing that a translated schema holds can keep the table from being compiled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, TypeAlias

from opsbook.openapi.lint.found import mapping, texts
from opsbook.openapi.lint.patterns import is_pattern
from opsbook.openapi.lint.schemas import OLD, types
from opsbook.openapi.walk import Api, Node
from opsbook.source import Route

Direction: TypeAlias = Literal["request", "response", "any"]
"""Where a value stands: what is required but read-only may be left out of a request."""

ANYTHING: dict[str, Any] = {}
"""The schema that everything fits, for what cannot be judged."""


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _count(value: Any) -> bool:
    return _number(value) and value >= 0 and value == int(value)


def _names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value) and len(set(value)) == len(value)


_ASSERTIONS: dict[str, Callable[[Any], bool]] = {
    "const": lambda _: True,
    "enum": lambda value: isinstance(value, list),
    "multipleOf": lambda value: _number(value) and value > 0,
    **dict.fromkeys(("maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum"), _number),
    **dict.fromkeys(
        (
            *("maxLength", "minLength", "maxItems", "minItems", "maxContains", "minContains"),
            *("maxProperties", "minProperties"),
        ),
        _count,
    ),
    "pattern": lambda value: isinstance(value, str) and is_pattern(value),
    "uniqueItems": lambda value: isinstance(value, bool),
    "dependentRequired": lambda value: isinstance(value, dict) and all(map(_names, value.values())),
}
"""The keywords that are taken as they are, and what their value has to be like."""

_NEW = ("const", "maxContains", "minContains", "dependentRequired")
FORMATS = ("date", "date-time", "uuid", "ipv4", "ipv6")
"""The formats that are the same everywhere."""

RANGES = {"int32": 2**31, "int64": 2**63}

_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_MAPS = ("properties", "patternProperties", "dependentSchemas")
_ONES = (
    *("not", "if", "then", "else", "items", "contains", "additionalProperties", "propertyNames"),
    *("unevaluatedItems", "unevaluatedProperties"),
)
_OLD_FIELDS = ("allOf", "anyOf", "oneOf", "properties", "not", "items", "additionalProperties")

_PLAIN = frozenset(
    ("type", "title", "description", "example", "examples", "default", "deprecated", "readOnly", "writeOnly", "format")
)


def _plain(schema: Any) -> dict[str, Any] | None:
    """The translation of a schema that says no more than a type, as most do; None for every other."""
    if not isinstance(schema, dict) or not schema.keys() <= _PLAIN:
        return None
    said, form = schema.get("type"), schema.get("format")
    if form is not None and (not isinstance(form, str) or form in FORMATS or form in RANGES):
        return None
    known = types(schema)
    return {"type": said} if known and (isinstance(said, str) or len(set(known)) == len(known)) else None


_DEEPEST = 20
"""How deep schemas nest in the table before one gets a name of its own."""

_DIALECTS = (
    "https://json-schema.org/draft/2020-12/schema",
    "https://spec.openapis.org/oas/3.1/dialect/",
    "https://spec.openapis.org/oas/3.2/dialect/",
)


MARKS: dict[Direction, tuple[str, ...]] = {
    "request": ("readOnly",),
    "response": ("writeOnly",),
    "any": ("readOnly", "writeOnly"),
}
"""By what a required property may be missing in each direction."""

_DEPTH = 3
"""How long a route to a component is: `components`, `schemas`, its name."""


def _holder(node: Node) -> tuple[str, Route]:
    """The component that a schema belongs to, or the part of a document that is alike in size."""
    return node.source.path, node.route[:_DEPTH]


def _is_marked(schema: dict[str, Any]) -> bool:
    return schema.get("readOnly") is True or schema.get("writeOnly") is True


@dataclass
class Table:
    """The translated schemas of one document, by names that are numbers."""

    api: Api
    schemas: dict[str, Any] = field(default_factory=dict)
    names: dict[tuple[str, Route, Direction], str] = field(default_factory=dict)
    waiting: list[tuple[str, Node, Direction]] = field(default_factory=list)
    around: list[set[str]] = field(default_factory=list)
    """What the schemas around the one at hand, which it is a part of, let be missing."""

    @cached_property
    def marked(self) -> set[tuple[str, Route]]:
        """The schemas whose meaning depends on the direction: they, or what they refer to, have such properties."""
        found = [_holder(node) for node in self.api.nodes.get("schema", ()) if _is_marked(node.value)]
        if not found:
            return set()
        users: dict[tuple[str, Route], list[tuple[str, Route]]] = {}
        for (path, route), target in self.api.targets.items():
            users.setdefault(_holder(target), []).append((path, route[:_DEPTH]))
        marked = set[tuple[str, Route]]()
        while found:
            here = found.pop()
            if here not in marked:
                marked.add(here)
                found += users.get(here, ())
        return marked

    def reference(self, node: Node, direction: Direction) -> dict[str, str]:
        """A reference to the translation of a schema, which is made if there is none."""
        if direction != "any" and _holder(node) not in self.marked:
            direction = "any"
        key = (*node.key, direction)
        if key not in self.names:
            self.names[key] = str(len(self.names))
            self.waiting.append((self.names[key], node, direction))
        return {"$ref": f"#/$defs/{self.names[key]}"}

    def finish(self) -> None:
        """Translate what was asked for, and what that refers to."""
        while self.waiting:
            name, node, direction = self.waiting.pop()
            self.schemas[name] = self.translate(node, direction, 0)

    def translate(self, node: Node, direction: Direction, depth: int) -> Any:
        """One schema, with those within it."""
        schema = node.value
        if not isinstance(schema, dict) or _is_out_of_reach(schema):
            return schema if isinstance(schema, bool) else ANYTHING
        if depth > _DEEPEST:
            return self.reference(node, direction)
        old = self.api.document.version in OLD
        if "$ref" not in schema:
            return self.own(node, direction, depth, old=old)
        target = self.api.targets.get(node.key)
        to = self.reference(target, direction) if target else ANYTHING
        return to if old or len(schema) == 1 else {**self.own(node, direction, depth, old=False), **to}

    def own(self, node: Node, direction: Direction, depth: int, *, old: bool) -> dict[str, Any]:
        """What a schema says beside a reference."""
        schema = node.value
        made: dict[str, Any] = {}
        for keyword, value in schema.items():
            if keyword in _ASSERTIONS:
                if _ASSERTIONS[keyword](value) and not (old and keyword in _NEW):
                    made[keyword] = value
            elif keyword in _ALL_FIELDS and (not old or keyword in _OLD_FIELDS):
                together = keyword == "allOf" and bool(self.marked)
                if together:
                    self.around.append(self.hidden(node, MARKS[direction], set()))
                self.below(made, node, keyword, direction, depth)
                if together:
                    self.around.pop()
        self.types(made, schema, old=old)
        if isinstance(schema.get("required"), list):
            required = self.required(node, texts(schema["required"]), direction)
            if required:
                made["required"] = required
        if "discriminator" in schema:
            self.discriminate(made, node, direction)
        return made

    def below(self, made: dict[str, Any], node: Node, keyword: str, direction: Direction, depth: int) -> None:
        """The schemas in one field of a schema."""
        value = node.value[keyword]
        if keyword == "properties":
            if isinstance(value, dict):
                made[keyword] = {
                    name: _plain(schema)
                    or self.translate(
                        Node(node.source, (*node.route, keyword, name), "schema", schema), direction, depth + 1
                    )
                    for name, schema in value.items()
                }
            return
        inner = [(one, self.translate(one, direction, depth + 1)) for one in self.api.members(node, keyword)]
        if keyword in _LISTS:
            if inner:
                made[keyword] = [one for _, one in inner]
        elif keyword in _MAPS:
            if isinstance(value, dict):
                made[keyword] = {
                    one.name: said for one, said in inner if keyword != "patternProperties" or is_pattern(one.name)
                }
        elif inner and isinstance(value, dict | bool):
            made[keyword] = inner[0][1]

    def types(self, made: dict[str, Any], schema: dict[str, Any], *, old: bool) -> None:
        """The type of a schema, its format as far as it is certain, and what older versions say otherwise."""
        allowed = list(dict.fromkeys(types(schema)))
        if old:
            for bound, strict in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
                made.pop(strict, None)
                if schema.get(strict) is True and bound in made:
                    made[strict] = made.pop(bound)
            if schema.get("nullable") is True or schema.get("x-nullable") is True:
                allowed += ["null"] if allowed else []
                if "enum" in made:
                    made["enum"] = [*made["enum"], None]
                parts = {key: made.pop(key) for key in ("allOf", "anyOf", "oneOf") if key in made}
                if parts:
                    made["anyOf"] = [parts, {"type": "null"}]
        if allowed:
            made["type"] = allowed[0] if len(allowed) == 1 else allowed
        said = schema.get("format")
        if said in FORMATS if isinstance(said, str) else False:
            made["format"] = said
        elif said in RANGES if isinstance(said, str) else False:
            most = RANGES[str(said)]
            made.setdefault("minimum", -most)
            made.setdefault("maximum", most - 1)

    def required(self, node: Node, names: list[str], direction: Direction) -> list[str]:
        """The properties that have to be there in this direction."""
        if not self.marked:
            return list(dict.fromkeys(names))
        hidden = self.hidden(node, MARKS[direction], set()).union(*self.around)
        return list(dict.fromkeys(name for name in names if name not in hidden))

    def hidden(self, node: Node, marks: tuple[str, ...], seen: set[tuple[str, Route]]) -> set[str]:
        """The properties of a schema, and of those that it is put together of, that have one of the marks."""
        made: set[str] = set()
        if node.key in seen or not isinstance(node.value, dict):
            return made
        seen.add(node.key)
        for name, value in mapping(node.value.get("properties")).items():
            if not isinstance(value, dict):
                continue
            if "$ref" in value:
                target = self.api.resolve(Node(node.source, (*node.route, "properties", name), "schema", value))
                value = {**mapping(target.value if target else None), **value}  # noqa: PLW2901  # both may say it
            if any(value.get(mark) is True for mark in marks):
                made.add(name)
        for part in self.api.members(node, "allOf"):
            made |= self.hidden(self.api.resolve(part) or part, marks, seen)
        return made

    def discriminate(self, made: dict[str, Any], node: Node, direction: Direction) -> None:
        """Let the discriminator choose among alternatives that may look alike."""
        said = mapping(node.value.get("discriminator"))
        name = said.get("propertyName")
        keyword = "oneOf" if "oneOf" in made else "anyOf" if "anyOf" in made else ""
        if not isinstance(name, str) or not keyword or made.get(keyword) is None:
            return
        alternatives = list(self.api.members(node, keyword))
        named = self.alternatives(alternatives, mapping(said.get("mapping")))
        made["anyOf"] = made.pop(keyword)
        if not named:
            return
        chosen = [
            {
                "if": {"type": "object", "properties": {name: {"const": value}}, "required": [name]},
                "then": self.reference(target, direction),
            }
            for value, target in named.items()
        ]
        # What is not among the names still has to fit one of the alternatives.
        known = {"type": "object", "required": [name], "properties": {name: {"enum": list(named)}}}
        unnamed = {"if": known, "else": {"anyOf": made.pop("anyOf")}}
        made["allOf"] = [*made.get("allOf", []), *chosen, unnamed]

    def alternatives(self, alternatives: list[Node], given: dict[str, Any]) -> dict[str, Node]:
        """The values of a discriminator, and the schema that each stands for."""
        by_name: dict[str, Node] = {}
        for one in alternatives:
            target = self.api.targets.get(one.key)
            if target is not None:
                by_name[target.name] = target
        made: dict[str, Node] = {}
        for value, said in given.items():
            target = by_name.get(str(said).rpartition("/")[2])
            if target is not None:
                made[value] = target
        mapped = {target.key for target in made.values()}
        made.update({name: target for name, target in by_name.items() if target.key not in mapped})
        return made


_ALL_FIELDS = frozenset((*_LISTS, *_MAPS, *_ONES))


def _is_out_of_reach(schema: dict[str, Any]) -> bool:
    """Whether what a schema means is not certain here: by another dialect, or by a target that depends on who asks."""
    return "$dynamicRef" in schema or ("$schema" in schema and not _is_known(schema["$schema"]))


def _is_known(dialect: Any) -> bool:
    return isinstance(dialect, str) and dialect.startswith(_DIALECTS)


def is_judged(api: Api) -> bool:
    """Whether the schemas of a document speak a dialect that is known here."""
    dialect = mapping(api.root.value).get("jsonSchemaDialect")
    return dialect is None or _is_known(dialect)
