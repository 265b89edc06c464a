"""A value for a schema for which nobody wrote one: plain, the same every time, and as near to valid as rules allow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_DEEPEST = 6
"""Levels to which a value is filled; below, only what is required."""

_TEXTS = {
    "date-time": "2026-11-21T10:00:00Z",
    "date": "2026-11-21",
    "time": "10:00:00Z",
    "duration": "PT15M",
    "email": "name@example.com",
    "idn-email": "name@example.com",
    "hostname": "host.example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "uri-reference": "/path",
    "iri": "https://example.com/",
    "uuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "byte": "dGV4dA==",
    "json-pointer": "/path",
    "regex": "^text$",
}
"""A text of each format."""


def example_of(schema: Any, schemas: Mapping[str, Any]) -> Any:
    """A value for a JSON Schema; its references lead to `schemas` by their last part."""
    return _made(schema, schemas, 0)


def _made(schema: Any, schemas: Mapping[str, Any], depth: int) -> Any:
    whole = _merged(schema, schemas, ())
    written = [whole[key] for key in ("const", "example", "default") if key in whole]
    written += [whole[key][0] for key in ("examples", "enum") if isinstance(whole.get(key), list) and whole[key]]
    return written[0] if written else _typed(whole, schemas, depth)


def _typed(whole: dict[str, Any], schemas: Mapping[str, Any], depth: int) -> Any:
    said = whole.get("type")
    type_ = next((one for one in said if one != "null"), "null") if isinstance(said, list) else said
    if type_ is None:
        type_ = "object" if "properties" in whole else "array" if "items" in whole else "null"
    match type_:
        case "object":
            return _object(whole, schemas, depth)
        case "array":
            return _array(whole, schemas, depth)
        case "string":
            return _text(whole)
        case "integer" | "number":
            return _number(whole)
        case _:
            return True if type_ == "boolean" else None


def _merged(schema: Any, schemas: Mapping[str, Any], passed: tuple[str, ...]) -> dict[str, Any]:
    """A schema with what it refers to and what it is put together from; of alternatives, the first."""
    if not isinstance(schema, dict):
        return {}
    parts: list[dict[str, Any]] = []
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference not in passed:
        passed = (*passed, reference)
        parts.append(_merged(schemas.get(reference.rpartition("/")[2]), schemas, passed))
    for key, most in (("allOf", None), ("oneOf", 1), ("anyOf", 1)):
        several = schema.get(key)
        if isinstance(several, list):
            parts += [_merged(one, schemas, passed) for one in several[:most]]
    own = {key: value for key, value in schema.items() if key not in ("$ref", "allOf", "oneOf", "anyOf")}
    if not isinstance(own.get("required"), list):  # in a parameter of 2.0, it is no list
        own.pop("required", None)
    made: dict[str, Any] = {}
    for one in (*parts, own):
        properties = {**made.get("properties", {}), **(one.get("properties") or {})}
        required = [*made.get("required", []), *one.get("required", [])]
        made |= one
        made |= {"properties": properties} if properties else {}
        made |= {"required": required} if required else {}
    return made


def _object(whole: dict[str, Any], schemas: Mapping[str, Any], depth: int) -> dict[str, Any]:
    properties, required = whole.get("properties", {}), whole.get("required", [])
    names = [name for name in properties if name in required or depth < _DEEPEST]
    if depth > 2 * _DEEPEST:
        return {}
    made = {
        name: _made(properties[name], schemas, depth + 1)
        for name in names
        if name in required or properties[name] is not False
    }
    inner = whole.get("additionalProperties", {})
    made |= {name: _made(inner, schemas, depth + 1) for name in required if name not in made}
    lacking = int(whole.get("minProperties", 0)) - len(made)
    return made | {f"key{number}": _made(inner, schemas, depth + 1) for number in range(1, lacking + 1)}


def _array(whole: dict[str, Any], schemas: Mapping[str, Any], depth: int) -> list[Any]:
    first = [_made(one, schemas, depth + 1) for one in whole.get("prefixItems", ())]
    least = int(whole.get("minItems", 0))
    wanted = max(least, 0 if depth >= _DEEPEST or whole.get("maxItems") == 0 else 1)
    more = [_made(whole.get("items"), schemas, depth + 1)] * max(wanted - len(first), 0) if "items" in whole else []
    return [*first, *more]


def _text(whole: dict[str, Any]) -> str:
    text = _TEXTS.get(str(whole.get("format")), "text")
    least, most = int(whole.get("minLength", 0)), int(whole.get("maxLength", len(text) + 1_000))
    return text.ljust(least, "x")[: max(most, 0)]


def _number(whole: dict[str, Any]) -> int | float:
    """The least that is allowed, else the most, else 1."""
    step = whole.get("multipleOf") or (1 if whole.get("type") == "integer" else 0)
    low, high = _end(whole, "minimum", step or 1), _end(whole, "maximum", -(step or 1))
    value = 1 if low is None else low
    if high is not None and value > high and low is None:
        value = high - high % step if step else high
    rest = value % step if step else 0
    return value + step - rest if rest else value


def _end(whole: dict[str, Any], key: str, step: float) -> int | float | None:
    """An end of a range, a step within it where the end itself is excluded: by a mark (3.0), or a number of its own."""
    end = whole.get(key)
    excluded = whole.get(f"exclusive{key.capitalize()}")
    if excluded is True and end is not None:
        return end + step  # type: ignore[no-any-return]  # a number, as the document's schema sees to
    if isinstance(excluded, int | float) and not isinstance(excluded, bool):
        return excluded + step
    return end
