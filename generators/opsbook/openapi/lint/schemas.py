"""Rules about schemas: keywords that contradict each other, or that their version does not know."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from opsbook.diagnostic import suggest
from opsbook.openapi.lint.found import Found, found, mapping, objects, texts
from opsbook.openapi.lint.patterns import is_pattern
from opsbook.openapi.walk import Api, Node
from opsbook.source import Route, short

_TYPES: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: (
        (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())
    ),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "null": lambda value: value is None,
}

OLD = ("2.0", "3.0")
"""The versions whose schemas are not those of JSON Schema 2020-12."""


def types(schema: dict[str, Any]) -> list[str]:
    """The types that a schema allows; empty where it does not say."""
    said = schema.get("type")
    if isinstance(said, str):
        return [said] if said in _TYPES else []
    listed = texts(said) if said is not None else []
    return listed if all(one in _TYPES for one in listed) else []


def has_type(value: Any, allowed: list[str]) -> bool:
    """Whether a value is of one of the types."""
    return any(_TYPES[one](value) for one in allowed)


def mismatched_enum(api: Api) -> Iterator[Found]:
    """A value of `enum`, or of `const`, has another type than the schema asks for.

    Nothing can ever be that value. Unquoted in YAML, `1` is a number, `true` a truth value, and `no` a text.

        type: string
        enum: ["1", "2"]
    """
    for node in objects(api, "schema"):
        schema = node.value
        if "enum" not in schema and "const" not in schema:
            continue
        allowed = types(schema)
        if not allowed:
            continue
        nullable = schema.get("nullable") is True or schema.get("x-nullable") is True
        values = schema.get("enum")
        places = [(("enum", index), value) for index, value in enumerate(values if isinstance(values, list) else ())]
        if "const" in schema and api.document.version not in OLD:
            places.append((("const",), schema["const"]))  # type: ignore[arg-type]  # a route of another length
        for keys, value in places:
            if not has_type(value, allowed) and not (value is None and (nullable or api.document.version in OLD)):
                yield found(
                    node,
                    *keys,
                    message=f"{_shown(value)} can never be a value of this schema: its type is {' or '.join(allowed)}",
                    hint="quote it" if "string" in allowed else "mend the value, or the `type`",
                )


def unknown_required_property(api: Api) -> Iterator[Found]:
    """A schema requires a property that it does not describe.

    Mostly one of the two names has a slip of the pen. Schemas that are put together with others are looked at as a
    whole, and parts of such ones not at all.

        required: [id]
        properties:
          id: {type: string}
    """
    parts = _parts_of_others(api)
    for node in objects(api, "schema"):
        required = node.value.get("required")
        if not isinstance(required, list) or node.key in parts or _is_part(node.route):
            continue
        known = _properties(api, node, set())
        if not known:
            continue
        for index, name in enumerate(required):
            if isinstance(name, str) and name not in known:
                yield found(
                    node,
                    "required",
                    index,
                    message=f"`{short(name)}` is required, and not among the properties",
                    hint=suggest(name, known) or "describe it under `properties`",
                )


_NAMED = ("properties", "patternProperties", "$defs", "schemas", "definitions")
"""The fields whose keys are names, and may be called like a keyword."""

_PARTS = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas")


def _is_part(route: Route) -> bool:
    """Whether a schema stands where it is put together with others."""
    *_, field, last = ("", "", *route)
    return (isinstance(last, int) and field in _PARTS[:3]) or (last in _PARTS[3:7] and field not in _NAMED)


def _parts_of_others(api: Api) -> set[tuple[str, Route]]:
    """The schemas that another one is put together of, by reference."""
    return {target.key for (_, route), target in api.targets.items() if _is_part(route)}


def _properties(api: Api, node: Node, seen: set[tuple[str, Route]]) -> set[str] | None:
    """The properties that a schema describes, those of its parts included; None where that is not certain."""
    resolved = api.resolve(node)
    if resolved is None or not isinstance(resolved.value, dict):
        return None
    if resolved.key in seen:
        return set()
    seen.add(resolved.key)
    schema = resolved.value
    if {"patternProperties", "$dynamicRef", "$id", "$schema", "unevaluatedProperties"} & schema.keys() or isinstance(
        schema.get("additionalProperties"), dict
    ):
        return None
    names = set(mapping(schema.get("properties")))
    if isinstance(schema.get("discriminator"), str):
        names.add(schema["discriminator"])
    inner = [part for field in ("allOf", "anyOf", "oneOf", *_PARTS[4:]) for part in api.members(resolved, field)]
    if "$ref" in schema:
        target = api.targets.get(resolved.key)
        if target is None:
            return None
        inner.append(target)
    for part in inner:
        below = _properties(api, part, seen)
        if below is None:
            return None
        names |= below
    return names


def ignored_sibling(api: Api) -> Iterator[Found]:
    """Something stands beside a `$ref` in a document of 2.0 or 3.0, where it has no meaning.

    Readers ignore everything beside a `$ref`. From 3.1 on, schemas may have more there, and other references a
    `summary` and a `description`.

        allOf:
          - $ref: "#/components/schemas/Order"
        description: The order that was cancelled
    """
    if api.document.version not in OLD:
        return
    for shape, nodes in api.nodes.items():
        if shape in ("document", "paths", "components", "discriminator", "path item"):
            continue
        for node in nodes:
            if "$ref" not in node.value or not isinstance(node.value["$ref"], str) or len(node.value) == 1:
                continue
            extra = [key for key in node.value if key != "$ref" and not key.startswith("x-")]
            if extra:
                names = " and ".join(f"`{short(key)}`" for key in extra)
                yield found(
                    node,
                    extra[0],
                    message=f"readers ignore {names} beside a `$ref`",
                    hint="put the reference into `allOf: [{$ref: …}]`, or move it to what is referred to"
                    if shape == "schema"
                    else "remove it, or change what is referred to",
                    key=True,
                )


def nullable_without_type(api: Api) -> Iterator[Found]:
    """A schema of 3.0 has `nullable` and no `type`.

    Without a type, every value is allowed, or what other keywords say; `nullable` adds nothing to that.

        type: string
        nullable: true
    """
    if api.document.version != "3.0":
        return
    for node in objects(api, "schema"):
        if node.value.get("nullable") is True and "type" not in node.value:
            yield found(
                node,
                "nullable",
                message="`nullable` has no effect without a `type` beside it",
                hint="add the `type`, or let the parts be nullable",
                key=True,
            )


def obsolete_nullable(api: Api) -> Iterator[Found]:
    """A schema of 3.1 or later has `nullable`, which 3.0 had and 3.1 does not know.

    Readers ignore it, and refuse null.

        type: [string, "null"]
    """
    if api.document.version in OLD:
        return
    for node in objects(api, "schema"):
        if "nullable" in node.value:
            yield found(
                node,
                "nullable",
                message=f"`nullable` means nothing in {api.document.version}",
                hint='write `type: [string, "null"]`, or add `type: "null"` to the alternatives',
                key=True,
            )


def invalid_pattern(api: Api) -> Iterator[Found]:
    r"""A `pattern`, or a key of `patternProperties`, is no regular expression of JavaScript (ECMA-262).

    That is the dialect that schemas speak. Others have more: `(?i)`, `\A`, `\Z` and `(?P<name>…)` are none of it.

        pattern: ^[A-Z]{2}[0-9]+$
    """
    for node in objects(api, "schema"):
        schema = node.value
        if "pattern" in schema and isinstance(schema["pattern"], str) and not is_pattern(schema["pattern"]):
            yield found(
                node,
                "pattern",
                message=f"`{short(schema['pattern'])}` is no regular expression of JavaScript",
                hint="mend it: brackets, quantifiers, and what only other dialects have",
            )
        if "patternProperties" in schema:
            for pattern in mapping(schema["patternProperties"]):
                if not is_pattern(pattern):
                    yield found(
                        node,
                        "patternProperties",
                        pattern,
                        message=f"`{short(pattern)}` is no regular expression of JavaScript",
                        hint="mend it: brackets, quantifiers, and what only other dialects have",
                        key=True,
                    )
    for shape in ("parameter", "header") if api.document.version == "2.0" else ():
        for node in objects(api, shape):
            pattern = node.value.get("pattern")
            if isinstance(pattern, str) and not is_pattern(pattern):
                yield found(
                    node,
                    "pattern",
                    message=f"`{short(pattern)}` is no regular expression of JavaScript",
                    hint="mend it: brackets, quantifiers, and what only other dialects have",
                )


_BOUNDS = (
    ("minimum", "maximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
    ("minContains", "maxContains"),
)


def contradictory_bounds(api: Api) -> Iterator[Found]:
    """The least allowed is more than the most allowed.

    No value fits, so that every request is refused.

        minimum: 1
        maximum: 100
    """
    holders = ("schema", "parameter", "header") if api.document.version == "2.0" else ("schema",)
    for shape in holders:
        for node in objects(api, shape):
            schema = node.value
            for least, most in _BOUNDS:
                if least in schema and most in schema:
                    low, high = schema[least], schema[most]
                    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in (low, high))
                    if numbers and low > high:
                        yield found(
                            node,
                            least,
                            message=f"`{least}` is {low}, and `{most}` only {high}",
                            hint="swap them, or mend one",
                        )


def missing_items(api: Api) -> Iterator[Found]:
    """An array of 2.0 or 3.0 does not say what its items are.

    Up to 3.0, `items` has to be there; `items: {}` allows everything.

        type: array
        items: {type: string}
    """
    if api.document.version not in OLD:
        return
    for node in objects(api, "schema"):
        if node.value.get("type") == "array" and "items" not in node.value:
            yield found(node, message="an array has to say what its items are", hint="add `items:`")


def contradictory_access(api: Api) -> Iterator[Found]:
    """A property is read-only and write-only at the same time.

    It can then stand neither in a request nor in a response.

        readOnly: true
    """
    for node in objects(api, "schema"):
        if node.value.get("readOnly") is True and node.value.get("writeOnly") is True:
            yield found(
                node,
                "writeOnly",
                message="this is read-only and write-only at the same time",
                hint="keep one of the two",
                key=True,
            )


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    return "null" if value is None else f"`{short(str(value).lower() if isinstance(value, bool) else str(value))}`"
