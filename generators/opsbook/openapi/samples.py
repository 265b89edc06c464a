"""Values that schemas ask for, made where a document gives no example."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from re import _parser  # type: ignore[attr-defined]  # the only reader of regular expressions that Python ships
from typing import Any, NamedTuple

from opsbook.openapi.standalone import HIDDEN, Direction, Judge, chain, is_marked, judge, judge_all, spell
from opsbook.openapi.walk import Api, Node

FORMATS: Mapping[str, str] = {
    "date-time": "2026-01-15T09:30:00Z",
    "date": "2026-01-15",
    "time": "09:30:00Z",
    "duration": "PT15M",
    "email": "person@example.com",
    "idn-email": "person@example.com",
    "hostname": "host.example.com",
    "idn-hostname": "host.example.com",
    "ipv4": "192.0.2.10",
    "ipv6": "2001:db8::10",
    "uri": "https://example.com/path",
    "url": "https://example.com/path",
    "iri": "https://example.com/path",
    "uri-reference": "/path",
    "iri-reference": "/path",
    "uri-template": "/path/{id}",
    "uuid": "0b3f6d5e-8c1a-4f27-9d43-5e2a7c9b1f08",
    "json-pointer": "/path/0",
    "relative-json-pointer": "1/path",
    "regex": "^[a-z]+$",
    "byte": "ZXhhbXBsZQ==",
    "binary": "example",
    "password": "a-long-secret",
    "phone": "+15550100",
}
"""A value of each format of texts."""

_DEEPEST = 6
"""Objects within one another, where no circle ends them before."""

_SHOWN = 3
"""Objects within one another that show fields which need not be there."""

_MOST = 60
"""Values in one sample: beyond, what need not be there is left out."""

_LONGEST = 2_000
"""Characters of a text."""


class Sample(NamedTuple):
    """A value, and whether it is what its schema asks for."""

    value: Any
    valid: bool


@dataclass(frozen=True)
class Sampler:
    """Makes values for the schemas of a document."""

    api: Api

    @cached_property
    def _judges(self) -> dict[tuple[Any, Direction], Judge]:
        return {}

    @cached_property
    def _all(self) -> dict[Direction, tuple[set[Any], Judge]]:
        return {}

    @cached_property
    def _known(self) -> dict[tuple[Any, Direction], Sample]:
        return {}

    def of(self, schema: Node, direction: Direction) -> Sample:
        """A value of a schema. The first of several attempts that is valid counts, or else the first."""
        key = _key(schema), direction
        if key not in self._known:
            self._known[key] = self._attempt(schema, direction)
        return self._known[key]

    def _attempt(self, schema: Node, direction: Direction) -> Sample:
        first: Any = None
        for number, (choice, minimal) in enumerate(((0, False), (0, True), (1, False), (1, True), (2, True))):
            value = _Making(self.api, direction, choice, minimal).value([schema], ())
            value = None if isinstance(value, _Nothing) else value
            if self.is_valid(schema, value, direction):
                return Sample(value, valid=True)
            first = value if number == 0 else first
        return Sample(first, valid=False)

    def is_valid(self, schema: Node, value: Any, direction: Direction) -> bool:
        """Whether a value is what a schema asks for."""
        if direction not in self._all:
            self._all[direction] = judge_all(self.api, direction)
        known, together = self._all[direction]
        if schema.key in known and schema.key[1][-1:] != ("parameters",):
            return together({spell(schema.key): value})
        key = _key(schema), direction
        if key not in self._judges:
            self._judges[key] = judge(self.api, schema, direction)
        return self._judges[key](value)


def _key(schema: Node) -> Any:
    # A schema that was put together of others has their place, and is another value.
    return schema.key, id(schema.value)


def sample(api: Api, schema: Node, direction: Direction) -> object:
    """A value that a schema asks for, in a request or in a response."""
    return Sampler(api).of(schema, direction).value


class _Nothing:
    """Stands for a value that there cannot be: a circle would never end."""


NOTHING = _Nothing()


@dataclass
class _Whole:
    """What several schemas ask for together."""

    said: dict[str, Any] = field(default_factory=dict)
    """Keywords that hold no schemas."""
    fields: dict[str, list[Node]] = field(default_factory=dict)
    required: list[str] = field(default_factory=list)
    inner: dict[str, list[Node]] = field(default_factory=dict)
    """Schemas for what is within the value, by keyword."""
    keys: list[Any] = field(default_factory=list)
    """Which objects of the document were put together."""
    never: bool = False


_TIGHTER: Mapping[str, Any] = {
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), min),
}


@dataclass
class _Making:
    """One attempt to make a value."""

    api: Api
    direction: Direction
    choice: int
    """Which of several alternatives is taken."""
    minimal: bool
    """Whether fields that need not be there are left out."""
    made: int = 0

    def value(self, schemas: Sequence[Node], above: tuple[Any, ...]) -> Any:
        self.made += 1
        whole = _Whole()
        for schema in schemas:
            self.gather(schema, whole)
        if whole.never or len(above) > _DEEPEST or any(above.count(key) > 0 for key in whole.keys):
            return NOTHING
        given = self.given(whole)
        if given is not NOTHING:
            return given
        return self.typed(whole, (*above, *whole.keys))

    # What is asked for

    def gather(self, schema: Node, whole: _Whole) -> None:
        for node in chain(self.api, schema):
            if node.key in whole.keys and node.key[1][-1:] != ("parameters",):
                return
            if node.value is False:
                whole.never = True
            if isinstance(node.value, dict):
                if isinstance(node.value.get("$ref"), str) and len(node.value) == 1:
                    continue
                whole.keys.append(node.key)
                self.add(node, whole)

    def add(self, node: Node, whole: _Whole) -> None:
        shapes = self.api.shapes["schema"]
        for key, said in node.value.items():
            if key == "required" and isinstance(said, list):
                whole.required += [one for one in said if isinstance(one, str) and one not in whole.required]
            elif key not in shapes and key != "$ref":
                _tighten(whole.said, key, said)
        for one in self.api.members(node, "properties"):
            whole.fields.setdefault(one.name, []).append(one)
        for key in ("items", "additionalProperties", "contains", "prefixItems", "patternProperties", "propertyNames"):
            whole.inner.setdefault(key, []).extend(self.api.members(node, key))
        for part in self.api.members(node, "allOf"):
            self.gather(part, whole)
        for key in ("oneOf", "anyOf"):
            variants = [one for one in self.api.members(node, key) if not _is_null(one)]
            if variants:
                chosen = variants[min(self.choice, len(variants) - 1)]
                self.gather(chosen, whole)
                self.discriminate(node, chosen, whole)

    def discriminate(self, node: Node, chosen: Node, whole: _Whole) -> None:
        """Let the field that tells alternatives apart name the one that was chosen."""
        discriminator = node.value.get("discriminator")
        name = discriminator.get("propertyName") if isinstance(discriminator, dict) else None
        reference = chosen.value.get("$ref") if isinstance(chosen.value, dict) else None
        if not isinstance(name, str) or not isinstance(reference, str):
            return
        given = discriminator.get("mapping")
        names = [key for key, target in given.items() if target == reference] if isinstance(given, dict) else []
        spelled = names[0] if names else reference.rpartition("/")[2]
        made = Node(node.source, (*node.route, "discriminator", name), "schema", {"const": spelled})
        whole.fields.setdefault(name, []).insert(0, made)

    # What is given

    def given(self, whole: _Whole) -> Any:
        said = whole.said
        if "const" in said:
            return said["const"]
        options = said.get("enum")
        examples = said.get("examples")
        found = [said[key] for key in ("example", "x-example", "default") if key in said]
        if isinstance(examples, list):
            found = [*examples[:1], *found]
        if isinstance(options, list) and options:
            return next(
                (one for one in found if one in options), next((one for one in options if one is not None), None)
            )
        if found and not (self.minimal and isinstance(found[0], dict)):
            return found[0]
        return NOTHING

    # What is made

    def typed(self, whole: _Whole, above: tuple[Any, ...]) -> Any:
        type_ = _type(whole)
        if type_ == "object":
            return self.object(whole, above)
        return self.array(whole, above) if type_ == "array" else _simple(type_, whole.said)

    def object(self, whole: _Whole, above: tuple[Any, ...]) -> Any:
        made = self.fields(whole, above)
        if made is NOTHING:
            return NOTHING
        schemas = [one for one in whole.inner.get("additionalProperties", ()) if isinstance(one.value, dict)]
        named = {one.name: one for one in whole.inner.get("patternProperties", ())}
        for name in whole.required:
            if name not in made and name not in whole.fields:
                value = self.value(_matching(named, name) or schemas, above) if named or schemas else {}
                made[name] = None if value is NOTHING else value
        least = whole.said.get("minProperties")
        wanted = least if isinstance(least, int) else 0
        if not whole.fields and not made and not self.minimal:
            wanted = max(wanted, 1 if schemas or named else 0)
        for name, nodes in _names(whole, named, schemas):
            if len(made) >= min(wanted, 20):
                break
            value = self.value(nodes, above) if nodes else {}
            if value is not NOTHING:
                made.setdefault(name, value)
        most = whole.said.get("maxProperties")
        for name in [name for name in reversed(made) if name not in whole.required]:
            if isinstance(most, int) and len(made) > most:
                del made[name]
        return made

    def fields(self, whole: _Whole, above: tuple[Any, ...]) -> Any:
        """The fields that schemas name, as far as they are wanted."""
        hidden = HIDDEN[self.direction]
        made: dict[str, Any] = {}
        optional = self.made < _MOST and not self.minimal and len(above) <= _SHOWN
        for name, nodes in whole.fields.items():
            needed = name in whole.required
            unwanted = not needed and (not optional or any(is_marked(self.api, node, "deprecated") for node in nodes))
            if unwanted or any(is_marked(self.api, node, hidden) for node in nodes):
                continue
            value = self.value(nodes, above)
            if value is not NOTHING:
                made[name] = value
            elif needed:
                return NOTHING
        return made

    def array(self, whole: _Whole, above: tuple[Any, ...]) -> Any:
        said = whole.said
        least, most = said.get("minItems"), said.get("maxItems")
        made: list[Any] = []
        for node in whole.inner.get("prefixItems", ()):
            value = self.value([node], above)
            if value is NOTHING:
                break
            made.append(value)
        items = whole.inner.get("contains", [])[:1] + whole.inner.get("items", [])
        wanted = max(least if isinstance(least, int) else 0, 0 if made else 1)
        first = self.value(items, above) if items else (NOTHING if made else "string")
        while first is not NOTHING and len(made) < min(wanted, 20):
            made.append(first if not made or said.get("uniqueItems") is not True else _varied(first, items, len(made)))
        return made[:most] if isinstance(most, int) and most >= 0 else made


def _simple(type_: str, said: Mapping[str, Any]) -> Any:
    """A value that holds no others."""
    if type_ == "string":
        return _string(said)
    if type_ in ("integer", "number"):
        number = _number(said, 1 if type_ == "integer" else None)
        return int(number) if number.denominator == 1 or type_ == "integer" else float(number)
    return {"boolean": True, "null": None}.get(type_, {})


def _names(whole: _Whole, named: Mapping[str, Node], schemas: list[Node]) -> Iterator[tuple[str, list[Node]]]:
    """Names for further fields of an object, and what their values are."""
    for pattern, node in named.items():
        yield _matched(pattern, {}) or "name", [node]
    asked = [one.value for one in whole.inner.get("propertyNames", ()) if isinstance(one.value, dict)]
    base = _string(asked[0]) if asked else "name"
    options = asked[0].get("enum") if asked else None
    spelled = [one for one in options if isinstance(one, str)] if isinstance(options, list) else []
    yield from ((name, schemas) for name in (*spelled, base))
    yield from ((f"{base}{number}", schemas) for number in range(2, 20))


def _tighten(said: dict[str, Any], key: str, value: Any) -> None:
    """Put what one schema says to what others say: the narrower counts."""
    before = said.get(key)
    if key in _TIGHTER and _is_number(value) and _is_number(before):
        said[key] = _TIGHTER[key](before, value)
    elif key == "enum" and isinstance(value, list) and isinstance(before, list):
        said[key] = [one for one in before if one in value] or before
    elif key == "type" and isinstance(before, list):
        said[key] = value if isinstance(value, str) else [one for one in before if one in value] or before
    else:
        said.setdefault(key, value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300  # noqa: PLR2004  # finite


def _is_null(node: Node) -> bool:
    return isinstance(node.value, dict) and node.value.get("type") == "null"


def _matching(named: Mapping[str, Node], name: str) -> list[Node]:
    return [node for pattern, node in named.items() if _search(pattern, name)]


def _type(whole: _Whole) -> str:
    said = whole.said.get("type")
    if isinstance(said, list):
        said = next((one for one in said if isinstance(one, str) and one != "null"), "null" if said else None)
    if isinstance(said, str):
        return said
    if (
        whole.fields
        or whole.required
        or whole.inner.get("additionalProperties")
        or whole.inner.get("patternProperties")
    ):
        return "object"
    if whole.inner.get("items") or whole.inner.get("prefixItems") or whole.inner.get("contains"):
        return "array"
    if whole.said.keys() & {"pattern", "format", "minLength", "maxLength"}:
        return "string"
    return "number" if whole.said.keys() & {"minimum", "maximum", "multipleOf"} else ""


def _varied(value: Any, items: Sequence[Node], number: int) -> Any:
    """Another value like one, where all must differ."""
    for node in items:
        options = node.value.get("enum") if isinstance(node.value, dict) else None
        if isinstance(options, list) and number < len(options):
            return options[number]
    if isinstance(value, str):
        return f"{value}{number + 1}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value + number
    return value


def _number(said: Mapping[str, Any], step: int | None) -> Fraction:
    """A number within its bounds, on its grid."""
    low, high = _bound(said, "minimum", "exclusiveMinimum"), _bound(said, "maximum", "exclusiveMaximum")
    factor = said.get("multipleOf")
    grid = Fraction(str(factor)) if factor is not None and _is_number(factor) and factor > 0 else Fraction(step or 0)
    if step and grid.denominator != 1:
        grid = Fraction(grid.numerator)
    strict_low, strict_high = _is_strict(said, "minimum"), _is_strict(said, "maximum")
    small = grid or (abs(high - low) / 2 if low is not None and high is not None else Fraction(1))
    if low is not None:
        start = low + small if strict_low and not grid else low
    elif high is not None:
        start = min(high - (small if strict_high else 0), Fraction(1))
    else:
        start = Fraction(1)
    if grid:
        start = -(-start // grid) * grid
        start = start + grid if strict_low and low is not None and start <= low else start
        beyond = high is not None and (start > high or (strict_high and start >= high))
        if beyond and low is None and high is not None:
            start = high // grid * grid
    return start


def _is_strict(said: Mapping[str, Any], key: str) -> bool:
    strict = said.get(f"exclusive{key.capitalize()}")
    return strict is True or (_is_number(strict) and not (_is_number(said.get(key)) and said[key] != strict))


def _bound(said: Mapping[str, Any], key: str, exclusive: str) -> Fraction | None:
    found = [Fraction(str(said[one])) for one in (key, exclusive) if _is_number(said.get(one))]
    if not found:
        return None
    return max(found) if key == "minimum" else min(found)


def _string(said: Mapping[str, Any]) -> str:
    """A text of a format, or one that matches a pattern, of a length that is allowed."""
    pattern, format_ = said.get("pattern"), said.get("format")
    least, most = (said.get(key) if isinstance(said.get(key), int) else None for key in ("minLength", "maxLength"))
    known = FORMATS.get(format_, "") if isinstance(format_, str) else ""
    if isinstance(pattern, str) and not (known and _search(pattern, known)):
        matched = _matched(pattern, {"least": least or 0})
        if matched is not None:
            return matched
    made = known or "string"
    if least and len(made) < least:
        made = (made * (min(least, _LONGEST) // len(made) + 1))[: min(least, _LONGEST)]
    return made[:most] if most is not None and most >= 0 else made


def _search(pattern: str, value: str) -> bool:
    try:
        return len(pattern) < 200 and bool(re.search(pattern, value))  # noqa: PLR2004  # what a person can read
    except (re.error, RecursionError, OverflowError):
        return False


def _matched(pattern: str, limits: Mapping[str, int]) -> str | None:
    """A text that a pattern matches, for patterns without tricks; None for others."""
    if len(pattern) > 500:  # noqa: PLR2004  # what a person can read
        return None
    for least in dict.fromkeys((0, limits.get("least", 0))):
        try:
            made = "".join(_spelled(_parser.parse(pattern), least))
            if made and len(made) <= _LONGEST and len(made) >= limits.get("least", 0) and re.search(pattern, made):
                return made
        except (re.error, RecursionError, OverflowError, _Unknown):
            return None
    return None


class _Unknown(Exception):
    """A part of a pattern for which no text is known."""


_CLASSES = {"CATEGORY_DIGIT": "1", "CATEGORY_WORD": "a", "CATEGORY_SPACE": " ", "CATEGORY_NOT_SPACE": "a"}


def _spelled(parts: Any, least: int) -> Iterator[str]:
    for code, argument in parts:
        name = str(code)
        if name == "LITERAL":
            yield chr(argument)
        elif name in ("ANY", "NOT_LITERAL"):
            yield "b" if argument == ord("a") else "a"
        elif name == "IN":
            yield _one_of(argument)
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            low, high, inner = argument
            # A word of one letter says little: where more may stand, there are some.
            count = max(low, min(int(high), max(least, 3 if low else 0)))
            yield "".join("".join(_spelled(inner, 0)) for _ in range(min(count, _LONGEST)))
        elif name == "SUBPATTERN":
            yield from _spelled(argument[-1], least)
        elif name == "BRANCH":
            yield from _spelled(argument[1][0], least)
        elif name not in ("AT", "ASSERT", "ASSERT_NOT"):
            raise _Unknown


def _one_of(options: Any) -> str:
    if str(options[0][0]) == "NEGATE":
        return next((sign for sign in "a1-_ " if not _covers(options[1:], sign)), "a")
    ranges = [chr(argument[0]) for code, argument in options if str(code) == "RANGE"]
    letters = [sign for sign in ranges if sign.isalpha()]
    signs = [chr(argument) for code, argument in options if str(code) == "LITERAL"]
    classes = [_CLASSES[str(argument)] for code, argument in options if str(argument) in _CLASSES]
    found = [*letters, *ranges, *classes, *signs]
    if not found:
        raise _Unknown
    return found[0]


def _covers(options: Any, sign: str) -> bool:
    for code, argument in options:
        name = str(code)
        if (name == "LITERAL" and chr(argument) == sign) or (
            name == "RANGE" and argument[0] <= ord(sign) <= argument[1]
        ):
            return True
    return False


def spelled(value: Any) -> str:
    """A value as JSON that people read."""
    try:
        return json.dumps(value, ensure_ascii=False, indent=2)
    except (TypeError, ValueError):
        return str(value)
