"""A document held against the schema of its version, in words of its author."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, TypeAlias

import jsonschema_rs

from opsbook.diagnostic import Finding, suggest
from opsbook.openapi.read import Document, Version
from opsbook.source import Route, short

Judgement: TypeAlias = tuple[str, Finding]
"""The id of the rule that was broken, and by what."""


class Validator(Protocol):
    """What holds a value against one schema."""

    def is_valid(self, instance: Any) -> bool:
        """Whether nothing is wrong."""

    def iter_errors(self, instance: Any) -> Iterable[jsonschema_rs.ValidationError]:
        """Everything that is wrong."""


@dataclass(frozen=True)
class Metaschemas:
    """The schemas of all versions, as their package carries them."""

    versions: Mapping[Version, Mapping[str, Any]]
    dialects: tuple[Mapping[str, Any], ...]
    """The vocabularies of schemas within documents of 3.1 and 3.2."""

    @cached_property
    def _made(self) -> dict[tuple[Version, str, str], Validator]:
        return {}

    def words(self, version: Version) -> frozenset[str]:
        """The names of all fields that the standard knows, wherever they may stand."""
        return frozenset(_words(self.versions[version]))

    def validator(self, version: Version, shape: str = "document", dialect: str | None = None) -> Validator:
        """What holds documents of one version, or objects of one type in them, against their schema; made once.

        `dialect` is the one that the document declares for its schemas. Of one that is not known, nothing is judged.
        """
        key = version, shape, dialect or ""
        if key not in self._made:
            self._made[key] = self._make(version, shape, dialect)
        return self._made[key]

    def _make(self, version: Version, shape: str, declared: str | None) -> Validator:
        schema = dict(self.versions[version])
        if version in ("2.0", "3.0"):
            if shape != "document":
                name = "".join(word.title() for word in shape.split())
                name = name if version == "3.0" else name[0].lower() + name[1:]
                whole = {**schema, "$ref": f"#/definitions/{name}"}
                known = name in schema["definitions"]
                return jsonschema_rs.Draft4Validator(
                    {"definitions": whole["definitions"], "allOf": [{"$ref": whole["$ref"]}]} if known else {},
                    validate_formats=False,
                )
            return jsonschema_rs.Draft4Validator(schema, validate_formats=False)
        ids = [str(dialect["$id"]) for dialect in self.dialects]
        dialect = next(one for one in ids if f"/oas/{version}/dialect/" in one)
        if declared is not None and declared != dialect:
            bare = declared.rstrip("#")
            dialect = bare if bare in (*ids, _KNOWN_DIALECT) else ""
        closed: dict[str, Any] = {"$dynamicAnchor": "meta", **({"$ref": dialect} if dialect else {})}
        name = shape.replace(" ", "-")
        if shape not in ("document", "schema") and name not in schema["$defs"]:
            return jsonschema_rs.Draft202012Validator({})
        # The published schema leaves open what a Schema Object is: this closes it with the standard's own dialect.
        whole = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$ref": "#/$defs/schema"
            if shape == "schema"
            else schema["$id"]
            if shape == "document"
            else f"{schema['$id']}#/$defs/{name}",
            "$defs": {"schema": closed},
        }
        resources = [(str(one["$id"]), dict(one)) for one in (schema, *self.dialects)]
        return jsonschema_rs.Draft202012Validator(
            whole, registry=jsonschema_rs.Registry(resources), validate_formats=False, retriever=_refuse
        )


_KNOWN_DIALECT = "https://json-schema.org/draft/2020-12/schema"
"""The dialect that the validator knows by itself."""


def _words(schema: Any) -> Iterator[str]:
    inner = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    if isinstance(schema, dict) and isinstance(schema.get("properties"), dict):
        yield from schema["properties"]
    for one in inner:
        yield from _words(one)


def _refuse(uri: str) -> Any:
    raise LookupError(f"{uri} is not among the shipped schemas, and nothing is fetched")


def judge(document: Document, metaschemas: Metaschemas) -> Iterator[Judgement]:
    """What the schema of the document's version finds wrong in it."""
    validator = metaschemas.validator(document.version, "document", dialect(document))
    yield from judge_part(document.source.data, (), validator, metaschemas.words(document.version))


def dialect(document: Document) -> str | None:
    """The dialect that a document declares for its schemas; None where it declares none."""
    data = document.source.data
    said = data.get("jsonSchemaDialect") if isinstance(data, dict) else None
    return said if isinstance(said, str) else None


def judge_part(data: Any, route: Route, validator: Validator, words: Container[str] = ()) -> Iterator[Judgement]:
    """What a schema finds wrong in an object that stands at `route` of its file; `words` are the fields it knows."""
    if validator.is_valid(data):
        return
    subject = Subject(data, route)
    found = {
        (rule, finding.route, finding.message): (rule, finding)
        for error in _causes(list(validator.iter_errors(data)), words)
        for rule, finding in explain(error, subject)
    }
    mistyped = {at for rule, at, _ in found if rule == "openapi/wrong-type"}
    for (rule, at, _), judgement in found.items():
        if rule != "openapi/wrong-value" or at not in mistyped:  # once it has the right type, it may be right
            yield judgement


def _causes(errors: list[Any], words: Container[str]) -> Iterator[Any]:
    """Errors without those that only follow from others.

    Where one part of a schema fails, the fields that only this part knows are reported as unknown; and where a code of
    a response is misspelled, there is no response.
    """
    places = [(tuple(error.instance_path), error.kind.name) for error in errors]
    above = {path[:end] for path, kind in places if kind != _UNKNOWN for end in range(len(path) + 1)}
    others = {path for path, kind in places if kind != "required"}
    for error, (path, kind) in zip(errors, places, strict=True):
        if kind == _UNKNOWN and path in above and all(name in words for name in error.kind.value):
            continue
        if kind == "required" and path[-1:] == ("responses",) and error.kind.value == "default" and path in others:
            continue
        yield error


_UNKNOWN = "unevaluatedProperties"


@dataclass(frozen=True)
class Subject:
    """The value that errors are about: the whole of a file, or a part of it."""

    data: Any
    base: Route = ()
    """Where it stands in its file."""
    skipped: int = 0
    """How many parts of an error's path lead to it."""

    def route(self, path: Iterable[str | int]) -> Route:
        """The path of an error as a route of the file."""
        return (*self.base, *_route(list(path)[self.skipped :], self.data))

    def at(self, route: Route) -> Any:
        """The value at a route of the file."""
        return _at(self.data, route[len(self.base) :])


Words: TypeAlias = Mapping[str, Callable[[Any, Route, Any], Judgement]]
"""What is said of each kind of error, from what the schema has, where, and the value that is there."""


def explain(error: Any, subject: Subject, words: Words | None = None) -> Iterator[Judgement]:
    """What one error of a validator says in words of an author; of alternatives, what the one that was meant says."""
    route = subject.route(error.instance_path)
    kind = error.kind.name
    if kind in ("oneOf", "anyOf") and all(getattr(error.kind, "context", None) or [[]]):
        yield from _alternatives(error, route, subject, words)
        return
    make = (words or {}).get(kind) or _WORDS.get(kind)
    value = getattr(error.kind, "value", None)
    yield make(value, route, subject.at(route)) if make else _other(error, route)


def _alternatives(error: Any, route: Route, subject: Subject, words: Words | None) -> Iterator[Judgement]:
    value = subject.at(route)
    branches: list[list[Any]] = list(error.kind.context)
    refers = isinstance(value, dict) and "$ref" in value
    branches = [b for b in branches if any(_lacks_reference(one) for one in b) == refers] or branches
    # Where one alternative fits but for the depths below, the others are of another type altogether.
    branches = [b for b in branches if not any(_wrong_type(one, error) for one in b)] or branches
    branches = [b for b in branches if not any(_of_another_kind(one, error) for one in b)] or branches
    lacking = [one for b in branches for one in b if one.kind.name == "required" and _same_place(one, error)]
    if len(branches) > 1 and len(lacking) == sum(map(len, branches)):
        names = " or ".join(f"`{one.kind.value}`" for one in lacking)
        yield "openapi/missing-field", Finding(route, f"{_name(route)} lacks {names}", f"add one of {names}")
        return
    closed = _closed(branches)
    if len(branches) > 1 and closed:
        at = subject.route(closed[0].instance_path)
        yield _enum([option for one in closed for option in one.kind.value], at, subject.at(at))
        return
    wrong = [one for b in branches for one in b if one.kind.name == "type" and _same_place(one, error)]
    if len(branches) > 1 and len(wrong) == len(branches):
        yield _type([name for one in wrong for name in _wanted(one.kind.value)], route, value)
        return
    best = max(branches, key=lambda b: (max((len(one.instance_path) for one in b), default=0), -len(b)), default=[])
    for one in best:
        yield from explain(one, subject, words)
    if not best:
        yield _other(error, route)


def _wanted(value: Any) -> list[str]:
    return list(value) if isinstance(value, list) else [value]


def _closed(branches: list[list[Any]]) -> list[Any]:
    """The enumerations that every alternative has for one and the same value; none where they differ in more."""
    found = [[one for one in branch if one.kind.name == "enum"] for branch in branches]
    if all(len(one) == 1 for one in found) and len({tuple(one[0].instance_path) for one in found}) == 1:
        return [one[0] for one in found]
    return []


def _lacks_reference(error: Any) -> bool:
    return bool(error.kind.name == "required" and error.kind.value == "$ref")


def _wrong_type(error: Any, parent: Any) -> bool:
    return error.kind.name == "type" and _same_place(error, parent)


def _of_another_kind(error: Any, parent: Any) -> bool:
    """Whether an alternative is for objects that say to be something else: another `type` or `flow`."""
    path = list(error.instance_path)
    return (
        error.kind.name in ("enum", "const")
        and path[:-1] == list(parent.instance_path)
        and path[-1] in ("type", "flow")
    )


def _same_place(error: Any, parent: Any) -> bool:
    return len(error.instance_path) == len(parent.instance_path)


def _route(path: Iterable[str | int], data: Any) -> Route:
    """The path of an error with keys as texts: the validator spells every key of digits as a number."""
    route: list[str | int] = []
    here = data
    for part in path:
        if isinstance(here, list):
            route.append(int(part))
            here = here[int(part)]
        else:
            route.append(str(part))
            here = here.get(str(part))
    return tuple(route)


def _at(data: Any, route: Route) -> Any:
    for part in route:
        data = data[part]
    return data


def _name(route: Route) -> str:
    if not route:
        return "the document"
    last = route[-1]
    return f"item {last + 1} of `{route[-2]}`" if isinstance(last, int) and len(route) > 1 else f"`{short(str(last))}`"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return "nothing" if value is None else f"`{short(str(value))}`" if value != "" else "an empty text"


_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "`true` or `false`",
    "null": "nothing",
}


def _required(value: Any, route: Route, _: Any) -> Judgement:
    return "openapi/missing-field", Finding(route, f"{_name(route)} has no `{value}`", f"add `{value}:`")


def _unknown(value: Any, route: Route, _: Any) -> Judgement:
    names = " or ".join(f"`{short(str(one))}`" for one in value)
    what = "fields that nobody reads" if len(value) > 1 else "a field that nobody reads"
    return "openapi/unknown-field", Finding(
        (*route, value[0]),
        f"{_name(route)} has {what}: {names}",
        "mend the name, or start it with `x-` if it is an extension of your own",
        key=True,
    )


def _type(value: Any, route: Route, found: Any) -> Judgement:
    wanted = " or ".join(_TYPES[one] for one in dict.fromkeys(_wanted(value)))
    hint = "quote it" if value == ["string"] and isinstance(found, int | float) else f"write {wanted}"
    shown = f"the text {_shown(found)}" if isinstance(found, str) and found[:1].isdigit() else _shown(found)
    return "openapi/wrong-type", Finding(route, f"{_name(route)} must be {wanted}, and is {shown}", hint)


def _enum(value: Any, route: Route, found: Any) -> Judgement:
    hint = suggest(str(found), [str(one).lower() if isinstance(one, bool) else str(one) for one in value])
    return "openapi/wrong-value", Finding(route, f"{_name(route)} cannot be {_shown(found)}", hint)


def _constant(value: Any, route: Route, found: Any) -> Judgement:
    return _enum([value], route, found)


def _pattern(value: Any, route: Route, found: Any) -> Judgement:
    return "openapi/wrong-value", Finding(
        route, f"{_name(route)} cannot be {_shown(found)}", f"write what matches `{short(str(value))}`"
    )


def _few(_: Any, route: Route, __: Any) -> Judgement:
    return "openapi/wrong-value", Finding(route, f"{_name(route)} holds too little", "add an entry, or leave it out")


def _twice(_: Any, route: Route, __: Any) -> Judgement:
    return "openapi/wrong-value", Finding(route, f"{_name(route)} holds the same value twice", "keep one of them")


def _names(_: Any, route: Route, __: Any) -> Judgement:
    return "openapi/wrong-value", Finding(
        route,
        f"a key of {_name(route)} has a character that cannot stand there",
        "names of components are made of letters, digits, `.`, `-` and `_`",
    )


def _forbidden(_: Any, route: Route, __: Any) -> Judgement:
    return "openapi/unknown-field", Finding(route, f"{_name(route)} cannot stand here", "remove it", key=True)


def _excluded(value: Any, route: Route, found: Any) -> Judgement:
    names = value.get("required") if isinstance(value, dict) else None
    if isinstance(names, list) and isinstance(found, dict):
        both = " and ".join(f"`{name}`" for name in names)
        return "openapi/wrong-value", Finding(route, f"{_name(route)} cannot have {both} at the same time", "keep one")
    return "openapi/wrong-value", Finding(route, f"{_name(route)} is what the standard excludes", "see the standard")


_WORDS: dict[str, Callable[[Any, Route, Any], Judgement]] = {
    "required": _required,
    "additionalProperties": _unknown,
    "unevaluatedProperties": _unknown,
    "type": _type,
    "enum": _enum,
    "const": _constant,
    "pattern": _pattern,
    "not": _excluded,
    "minItems": _few,
    "minProperties": _few,
    "uniqueItems": _twice,
    "propertyNames": _names,
    "falseSchema": _forbidden,
}


def _other(error: Any, route: Route) -> Judgement:
    """What no table knows: the place is right, and the words are the validator's."""
    return "openapi/wrong-value", Finding(
        route,
        f"{_name(route)} breaks the schema of OpenAPI: {short(error.message)}",
        "see the standard for what can stand here",
    )
