"""What a schema asks of a value, whichever way and in whichever version of OpenAPI it is written.

Versions write the same thing differently: `nullable` and a list of types, an exclusive bound as a flag and as a
number. Authors do, too: in place or by reference, whole or in an `allOf`. A form is what is left of that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeGuard

from opsbook.openapi.walk import Api, Node

Place: TypeAlias = tuple[Node, ...]
"""The schemas that hold for one value, all of them together: one, or several where `allOf` has merged."""


@dataclass(frozen=True)
class Union:
    """A `oneOf` or `anyOf`: the schemas of which a value follows some."""

    node: Node
    keyword: str
    branches: tuple[Node, ...]


@dataclass
class Form:
    """What a place asks of its value. An aspect that nobody mentions is empty, or None where empty means something."""

    homes: dict[str, Node] = field(default_factory=dict)
    """The schema that says each keyword: the first one, where several do."""
    nodes: list[Node] = field(default_factory=list)
    """The schemas that were merged."""
    types: frozenset[str] | None = None
    """The types it may have, `null` aside; None for any."""
    null: bool = False
    """Whether it may be null."""
    formats: frozenset[str] = frozenset()
    values: dict[str, Any] | None = None
    """The values of its enum, by their JSON; None where there is no enum."""
    extensible: bool = False
    """Whether the author says that the enum will grow."""
    limits: dict[str, Any] = field(default_factory=dict)
    """Bounds by keyword; of `minimum` and `maximum` with whether they are exclusive."""
    patterns: frozenset[str] = frozenset()
    multiples: frozenset[float] = frozenset()
    required: frozenset[str] = frozenset()
    properties: dict[str, Place] = field(default_factory=dict)
    closed: bool = False
    """Whether no other properties than those named may be there."""
    rest: Place = ()
    """What other properties have to be."""
    by_pattern: dict[str, Place] = field(default_factory=dict)
    items: Place = ()
    no_items: bool = False
    prefix: tuple[Place, ...] = ()
    unions: list[Union] = field(default_factory=list)
    discriminator: Node | None = None
    default: Any = None
    opaque: dict[str, Any] = field(default_factory=dict)
    """Keywords of which nobody can tell what a change of them does."""
    deprecated: bool = False
    sunset: bool = False
    read_only: bool = False
    write_only: bool = False
    nothing: bool = False
    """Whether no value at all is right."""

    @property
    def is_open(self) -> bool:
        """Whether it asks nothing that has to do with types: any value may stand there."""
        return not (self.types or self.unions or self.formats or self.values is not None or self.nothing)

    @property
    def is_union(self) -> bool:
        """Whether it is nothing but one union."""
        return len(self.unions) == 1 and not (
            self.values is not None or self.properties or self.required or self.items or self.rest or self.closed
        )

    def home(self, keyword: str) -> tuple[Node, tuple[str | int, ...]]:
        """The schema that says a keyword, and the route of it; the first schema where none does."""
        node = self.homes.get(keyword)
        return (node, (*node.route, keyword)) if node else (self.nodes[0], self.nodes[0].route)


_OBJECT = ("properties", "additionalProperties", "patternProperties", "required", "minProperties", "maxProperties")
_ARRAY = ("items", "prefixItems", "minItems", "maxItems", "uniqueItems")
_OPAQUE = (
    *("not", "if", "then", "else", "contains", "minContains", "maxContains", "propertyNames", "dependentSchemas"),
    *("dependentRequired", "unevaluatedItems", "contentSchema"),
)
_LEAST = ("minLength", "minItems", "minProperties")
_MOST = ("maxLength", "maxItems", "maxProperties")
_HINTS = frozenset({"password"})
"""Formats that tell a screen what to do, and say nothing about the value."""
ANNOTATIONS = frozenset(
    {"title", "description", "example", "examples", "deprecated", "$comment", "externalDocs", "xml"}
)
_MARKING = frozenset({"readOnly", "writeOnly", "allOf", "anyOf", "oneOf", "$ref"})


def number(value: Any) -> TypeGuard[int | float]:
    """Whether a value is a number; `true` is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def spelled(value: Any) -> str:
    """A value as JSON, so that equal values are equal texts."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)


@dataclass
class Forms:
    """The forms of one document, each made once."""

    api: Api
    made: dict[tuple[tuple[str, tuple[str | int, ...]], ...], Form] = field(default_factory=dict)

    def of(self, place: Place) -> Form:
        """The form of a place."""
        key = tuple(node.key for node in place)
        if key not in self.made:
            self.made[key] = self._make(place)
        return self.made[key]

    def is_marked(self, place: Place, mark: str) -> bool:
        """Whether a place is `readOnly`, or `writeOnly`: said without making its form, where that is easy."""
        for node in place:
            found = self.api.resolve(node)
            if found and isinstance(found.value, dict) and not found.value.keys().isdisjoint(_MARKING):
                form = self.of(place)
                return form.read_only if mark == "readOnly" else form.write_only
        return False

    def _make(self, place: Place) -> Form:
        form = Form()
        seen: set[tuple[str, tuple[str | int, ...]]] = set()
        null: list[bool] = []
        for node in place:
            self._take(form, node, seen, null)
        if not form.nodes:
            form.nodes.extend(place)
        self._conclude(form, null)
        return form

    def _take(self, form: Form, start: Node, seen: set[Any], null: list[bool]) -> None:
        """Merge a schema, what it refers to and its `allOf` into a form."""
        waiting = [start]
        while waiting:
            node = waiting.pop()
            if node.key in seen:
                continue
            seen.add(node.key)
            value = node.value
            if value is False:
                form.nothing = True
            if not isinstance(value, dict):
                form.nodes.append(node)
                continue
            if isinstance(value.get("$ref"), str):
                target = self.api.targets.get(node.key)
                if target:
                    waiting.append(target)
                if len(value) == 1 or self.api.document.version in ("2.0", "3.0"):
                    continue
            form.nodes.append(node)
            waiting += reversed(list(self.api.members(node, "allOf")))
            for keyword in ("oneOf", "anyOf"):
                waiting += self._union(form, node, keyword, null)
            self._own(form, node, value, null)

    def _union(self, form: Form, node: Node, keyword: str, null: list[bool]) -> Iterator[Node]:
        """Take up a union, or what it comes down to: one schema that may be null, a list of types, an enum."""
        branches = list(self.api.members(node, keyword))
        rest = [one for one in branches if not _is_null(one.value)]
        if len(rest) < len(branches):
            null.append(True)
        if not rest:
            return
        if len(rest) == 1:
            yield rest[0]
            return
        values = [one.value for one in rest]
        form.homes.setdefault(keyword, node)
        if all(_says_only(value, {"type"}) for value in values):
            _narrow_types(form, {name for value in values for name in _names(value["type"])})
        elif all(_says_only(value, {"type", "const", "enum"}) and _constants(value) for value in values):
            _narrow_values(form, [one for value in values for one in _constants(value) or ()])
        else:
            form.unions.append(Union(node, keyword, tuple(rest)))

    def _own(self, form: Form, node: Node, value: Mapping[str, Any], null: list[bool]) -> None:
        """Take up what a schema says itself."""
        for keyword in value:
            form.homes.setdefault(keyword, node)
        _take_types(form, value, null)
        _take_limits(form, value)
        _take_marks(form, value)
        names = value.get("required")
        if isinstance(names, list):
            form.required |= {name for name in names if isinstance(name, str)}
        self._object(form, node, value)
        self._list(form, node)
        said = value.get("discriminator")
        if isinstance(said, dict | str) and form.discriminator is None:
            form.discriminator = Node(node.source, (*node.route, "discriminator"), "discriminator", said)
        for keyword in _OPAQUE:
            if keyword in value:
                form.opaque.setdefault(keyword, value[keyword])

    def _object(self, form: Form, node: Node, value: Mapping[str, Any]) -> None:
        for inner in self.api.members(node, "properties"):
            form.properties[inner.name] = (*form.properties.get(inner.name, ()), inner)
        for inner in self.api.members(node, "patternProperties"):
            form.by_pattern[inner.name] = (*form.by_pattern.get(inner.name, ()), inner)
        for keyword in ("additionalProperties", "unevaluatedProperties"):
            said = value.get(keyword)
            form.closed = form.closed or said is False
            if isinstance(said, dict) and said:
                form.rest = (*form.rest, *self.api.members(node, keyword))

    def _list(self, form: Form, node: Node) -> None:
        for inner in self.api.members(node, "items"):
            form.no_items = form.no_items or inner.value is False
            if isinstance(inner.value, dict):
                form.items = (*form.items, inner)
        form.prefix = form.prefix or tuple((inner,) for inner in self.api.members(node, "prefixItems"))

    def _conclude(self, form: Form, null: list[bool]) -> None:
        """What follows from all that was merged."""
        form.null = any(null)
        if "binary" in form.formats:
            form.types = frozenset({"string"})  # 3.1 leaves the type out
        if form.types is None and form.values:
            form.types = frozenset(_type(json.loads(one)) for one in form.values)
        if form.types is None and not form.unions:
            if any(keyword in form.homes for keyword in _OBJECT):
                form.types = frozenset({"object"})
            elif any(keyword in form.homes for keyword in _ARRAY):
                form.types = frozenset({"array"})


def _is_null(value: Any) -> bool:
    return isinstance(value, dict) and (
        value.get("type") in ("null", ["null"])
        or value.get("enum") == [None]
        or ("const" in value and value["const"] is None)
    )


def _says_only(value: Any, keywords: set[str]) -> bool:
    return isinstance(value, dict) and bool(value.keys() & keywords) and value.keys() <= keywords | ANNOTATIONS


def _names(said: Any) -> list[str]:
    return [name for name in (said if isinstance(said, list) else [said]) if isinstance(name, str)]


def _constants(value: Mapping[str, Any]) -> list[Any] | None:
    if "const" in value:
        return [value["const"]]
    return value["enum"] if isinstance(value.get("enum"), list) else None


def _type(value: Any) -> str:
    names: Iterable[tuple[type | tuple[type, ...], str]] = (
        (bool, "boolean"),
        (int, "integer"),
        (float, "number"),
        (str, "string"),
        (list, "array"),
    )
    return next((name for types, name in names if isinstance(value, types)), "object")


def _narrow_types(form: Form, names: set[str]) -> None:
    if form.types is None:
        form.types = frozenset(names)
        return
    both = form.types & names
    if "number" in form.types and "integer" in names:
        both |= {"integer"}
    if "integer" in form.types and "number" in names:
        both |= {"integer"}
    form.types = both


def _narrow_values(form: Form, values: list[Any]) -> None:
    by_text = {spelled(value): value for value in values if value is not None}
    if form.values is None:
        form.values = by_text
    else:
        form.values = {text: value for text, value in form.values.items() if text in by_text}


def _take_types(form: Form, value: Mapping[str, Any], null: list[bool]) -> None:
    names = set(_names(value.get("type")))
    if value.get("nullable") is True or value.get("x-nullable") is True or "null" in names:
        null.append(True)
    elif names:
        null.append(False)
    if names - {"null"}:
        _narrow_types(form, names - {"null"})
    values = _constants(value)
    if values is not None:
        _narrow_values(form, values)
    form.extensible = form.extensible or bool(value.get("x-extensible-enum"))
    said = value.get("format")
    if value.get("contentEncoding") in ("base64", "base64url"):
        said = "byte"
    elif value.get("contentMediaType") == "application/octet-stream" and "contentEncoding" not in value:
        said = "binary"
    if isinstance(said, str) and said not in _HINTS:
        form.formats |= {said}


def _take_limits(form: Form, value: Mapping[str, Any]) -> None:
    limits = form.limits
    _take_bound(form, value, "minimum", "exclusiveMinimum", 1)
    _take_bound(form, value, "maximum", "exclusiveMaximum", -1)
    for bound in _LEAST:
        if number(value.get(bound)) and value[bound] > 0:
            limits[bound] = max(limits.get(bound, 0), value[bound])
    for bound in _MOST:
        if number(value.get(bound)):
            limits[bound] = min(limits.get(bound, value[bound]), value[bound])
    if value.get("uniqueItems") is True:
        limits["uniqueItems"] = True
    if isinstance(value.get("pattern"), str):
        form.patterns |= {value["pattern"]}
    if number(value.get("multipleOf")) and value["multipleOf"] > 0:
        form.multiples |= {value["multipleOf"]}


def _take_bound(form: Form, value: Mapping[str, Any], bound: str, exclusive: str, sign: int) -> None:
    """Take up a bound of values, which 3.0 makes exclusive with a flag and 3.1 with a bound of its own."""
    flag = value.get(exclusive)
    for said, strict, keyword in ((value.get(bound), flag is True, bound), (flag, True, exclusive)):
        former = form.limits.get(bound)
        if number(said) and (former is None or (sign * said, strict) > (sign * former[0], former[1])):
            form.limits[bound] = (said, strict)
            form.homes.setdefault(bound, form.homes[keyword])


def _take_marks(form: Form, value: Mapping[str, Any]) -> None:
    form.read_only = form.read_only or value.get("readOnly") is True
    form.write_only = form.write_only or value.get("writeOnly") is True
    form.deprecated = form.deprecated or value.get("deprecated") is True
    if form.default is None and "default" in value:
        form.default = value["default"]
