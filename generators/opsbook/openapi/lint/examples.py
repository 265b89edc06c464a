"""Rules about examples and defaults: what readers copy has to be what the schema allows.

All schemas with something to judge are compiled together, and all values judged in one call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from opsbook.diagnostic import Finding
from opsbook.openapi.lint.found import Found, found, mapping, objects, texts
from opsbook.openapi.lint.schemas import OLD, has_type, types
from opsbook.openapi.lint.translate import FORMATS, RANGES, Direction, Table, is_judged
from opsbook.openapi.metaschema import Judgement, Subject, explain
from opsbook.openapi.walk import Api, Node
from opsbook.source import Route, Source, short

MOST = 3
"""How many faults of one example are told: the rest is mostly the same mistake."""


def mismatched_example(api: Api) -> Iterator[Found]:
    """An example is not what its schema allows.

    Readers copy examples, mock servers answer with them, tests are made of them. Examples of media types, parameters,
    headers and schemas are held against their schemas. In a request, what is read-only may be missing; in a response,
    what is write-only. Only examples of JSON and of forms are judged, and nothing is fetched for an `externalValue`.

        schema:
          type: integer
        example: 12
    """
    return _judged(api, [*_of_media_types(api), *_of_old_responses(api), *_of_parameters(api), *_of_schemas(api)])


def mismatched_default(api: Api) -> Iterator[Found]:
    """A default is not what its schema allows.

    Generated clients send it, or do not compile. A text for a number is the usual case.

        type: integer
        default: 20
    """
    return _judged(api, _defaults(api))


def conflicting_example(api: Api) -> Iterator[Found]:
    """A media type, a parameter or a header has both `example` and `examples`.

    The standard allows one of them, and readers differ in which they show.

        examples:
          short:
            value: 12
    """
    if api.document.version not in ("3.0", "3.1"):
        return  # the schema of 3.2 says so itself
    for shape in ("media type", "parameter", "header"):
        for node in objects(api, shape):
            if "example" in node.value and "examples" in node.value:
                yield found(
                    node,
                    "example",
                    message="`example` and `examples` cannot stand side by side",
                    hint="make it one of the `examples`",
                    key=True,
                )


@dataclass(frozen=True)
class _Value:
    """A value to be judged, where it stands, and the schema that it should fit."""

    source: Source
    route: Route
    value: Any
    schema: Node
    direction: Direction


def _of_media_types(api: Api) -> Iterator[_Value]:
    for shape, direction in _DIRECTIONS.items():
        for holder in objects(api, shape):
            for written in api.members(holder, "content"):
                media = api.resolve(written)
                if media is None or not isinstance(media.value, dict):
                    continue
                for schema in api.members(media, "schema"):
                    for source, route, value in _examples(api, media):
                        if _is_judged(written.name, value):
                            yield _Value(source, route, value, schema, direction)


def _of_old_responses(api: Api) -> Iterator[_Value]:
    """The examples of responses of 2.0, which stand there by media type."""
    for holder in objects(api, "response") if api.document.version == "2.0" else ():
        for schema in api.members(holder, "schema"):
            for name, value in mapping(holder.value.get("examples")).items():
                if _is_judged(name, value):
                    yield _Value(holder.source, (*holder.route, "examples", name), value, schema, "response")


_DIRECTIONS: dict[str, Direction] = {
    "request body": "request",
    "parameter": "request",
    "response": "response",
    "header": "response",
}


def _of_parameters(api: Api) -> Iterator[_Value]:
    for shape in ("parameter", "header"):
        for node in objects(api, shape):
            if "example" not in node.value and "examples" not in node.value:
                continue
            for schema in api.members(node, "schema"):
                for source, route, value in _examples(api, node):
                    if not (isinstance(value, str) and _is_structured(api, schema)):
                        yield _Value(source, route, value, schema, _DIRECTIONS[shape])


def _is_structured(api: Api, schema: Node) -> bool:
    """Whether values are lists or mappings: their examples may be written as they stand in an address."""
    resolved = api.resolve(schema)
    allowed = types(mapping(resolved.value)) if resolved else []
    return not allowed or bool({"array", "object"} & set(allowed))


def _of_schemas(api: Api) -> Iterator[_Value]:
    old = api.document.version in OLD
    for node in objects(api, "schema"):
        if "example" in node.value:
            yield _Value(node.source, (*node.route, "example"), node.value["example"], node, "any")
        if not old and isinstance(node.value.get("examples"), list):
            for index, value in enumerate(node.value["examples"]):
                yield _Value(node.source, (*node.route, "examples", index), value, node, "any")


def _defaults(api: Api) -> Iterator[_Value]:
    for node in objects(api, "schema"):
        if "default" in node.value:
            yield _Value(node.source, (*node.route, "default"), node.value["default"], node, "any")
    for node in objects(api, "parameter") if api.document.version == "2.0" else ():
        if "default" in node.value and "schema" not in node.value:
            yield _Value(node.source, (*node.route, "default"), node.value["default"], node, "any")


def _examples(api: Api, node: Node) -> Iterator[tuple[Source, Route, Any]]:
    """The examples of a media type, a parameter or a header, each where it stands."""
    if "example" in node.value:
        yield node.source, (*node.route, "example"), node.value["example"]
    for written in api.members(node, "examples"):
        example = api.resolve(written)
        for key in ("value", "dataValue"):
            if example is not None and isinstance(example.value, dict) and key in example.value:
                yield example.source, (*example.route, key), example.value[key]


def _is_judged(media_type: str, value: Any) -> bool:
    """Whether a value of a media type is data itself, and not a text that stands for it."""
    name = media_type.partition(";")[0].strip().lower()
    if name in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return isinstance(value, dict)
    return name in ("*/*", "application/*") or name.endswith(("/json", "+json"))


_SILENT = frozenset(
    (
        *("title", "description", "example", "examples", "default", "deprecated", "xml", "externalDocs"),
        *("readOnly", "writeOnly", "nullable", "$comment", "format"),
    )
)
"""What says nothing about a value, as long as the format does not."""

_PLAIN: frozenset[str] = _SILENT | {"type", "enum", "minimum", "maximum", "minLength", "maxLength"}


def _fits_plainly(one: _Value) -> bool:
    """Whether a value is right for reasons that are seen at once. Most schemas say no more than a type."""
    schema, value = one.schema.value, one.value
    if schema is True:
        return True
    if not isinstance(schema, dict) or not schema.keys() <= _PLAIN or not _format_says_nothing(schema, value):
        return False
    if "type" in schema and not has_type(value, types(schema)):
        return False
    if "enum" in schema:
        return isinstance(value, str) and value in texts(schema["enum"])
    if isinstance(value, str):
        return _between(len(value), schema.get("minLength"), schema.get("maxLength"))
    return not isinstance(value, int | float) or _between(value, schema.get("minimum"), schema.get("maximum"))


def _format_says_nothing(schema: dict[str, Any], value: Any) -> bool:
    said = schema.get("format")
    if said is None or not isinstance(said, str) or said in RANGES:
        return said not in RANGES or (isinstance(value, int) and abs(value) < RANGES[said])
    return said not in FORMATS or not isinstance(value, str)


def _between(value: float, least: Any, most: Any) -> bool:
    numbers = int | float
    return (least is None or (isinstance(least, numbers) and value >= least)) and (
        most is None or (isinstance(most, numbers) and value <= most)
    )


def _judged(api: Api, values: Iterable[_Value]) -> Iterator[Found]:
    if not is_judged(api):
        return
    wanted: dict[tuple[str, Route, str, Route, Direction], _Value] = {}
    for one in values:
        if _fits_plainly(one):
            continue
        wanted.setdefault((one.source.path, one.route, *one.schema.key, one.direction), one)
    if not wanted:
        return
    jobs = list(wanted.values())
    table = Table(api)
    listed = [table.reference(job.schema, job.direction) for job in jobs]
    table.finish()
    told: set[tuple[str, Route, str]] = set()
    for number, errors in _errors(table, listed, jobs).items():
        job = jobs[number]
        count = 0
        for finding in _findings(errors, job):
            key = job.source.path, finding.route, finding.message
            if key not in told and count < MOST:
                told.add(key)
                count += 1
                yield job.source, finding


def _errors(table: Table, listed: list[dict[str, str]], jobs: list[_Value]) -> dict[int, list[Any]]:
    """What the validator says of each value, by its number."""
    try:
        validator = jsonschema_rs.Draft202012Validator(
            {"prefixItems": listed, "$defs": table.schemas}, validate_formats=True, offline=True
        )
    except (ValueError, TypeError):
        return {}  # such schemas are reported by the metaschema
    made: dict[int, list[Any]] = {}
    try:
        for error in validator.iter_errors([job.value for job in jobs]):
            made.setdefault(int(error.instance_path[0]), []).append(error)
    except (ValueError, TypeError, RecursionError):
        return {}  # deeper than anything that is an example
    return made


def _findings(errors: list[Any], job: _Value) -> Iterator[Finding]:
    subject = Subject(job.value, job.route, 1)
    what = "default" if job.route[-1] == "default" else "example"
    for error in errors:
        if error.kind.name in ("backtrackLimitExceeded", "regexEngineFailure"):
            continue  # the pattern is too hard for the validator: nothing is known of the value
        for _, finding in explain(error, subject, _WORDS):
            hint = finding.hint or "mend it"
            yield Finding(finding.route, finding.message, f"{hint}; the {what} has to fit its schema", finding.key)


def _say(said: Callable[[Any, str, Any], tuple[str, str]]) -> Callable[[Any, Route, Any], Judgement]:
    def make(value: Any, route: Route, found: Any) -> Judgement:
        message, hint = said(value, _name(route), found)
        return "", Finding(route, message, hint)

    return make


def _name(route: Route) -> str:
    last = route[-1] if route else ""
    if isinstance(last, int):
        return f"item {last + 1}" + (f" of `{short(str(route[-2]))}`" if len(route) > 1 else "")
    return f"`{short(last)}`"


def _additional(value: Any, route: Route, _: Any) -> Judgement:
    names = " and ".join(f"`{short(str(one))}`" for one in value)
    message = f"the schema of {_name(route)} does not allow {names}"
    return "", Finding((*route, str(value[0])), message, "remove it, or describe it in the schema", key=True)


def _one_of(value: Any, name: str, _: Any) -> tuple[str, str]:
    if any(not branch for branch in value):
        return f"{name} fits more than one alternative of `oneOf`", "use `anyOf`, or a discriminator"
    return f"{name} fits no alternative of `oneOf`", "mend it"


_WORDS: dict[str, Callable[[Any, Route, Any], Judgement]] = {
    "additionalProperties": _additional,
    "unevaluatedProperties": _additional,
    "falseSchema": _say(lambda _, name, __: (f"{name} holds what its schema forbids", "remove it")),
    "format": _say(lambda value, name, found: (f"{name} is no `{value}`: `{short(str(found))}`", "mend it")),
    "minimum": _say(lambda value, name, found: (f"{name} is {found}, and the least is {value}", "")),
    "maximum": _say(lambda value, name, found: (f"{name} is {found}, and the most is {value}", "")),
    "exclusiveMinimum": _say(lambda value, name, found: (f"{name} is {found}, and has to be more than {value}", "")),
    "exclusiveMaximum": _say(lambda value, name, found: (f"{name} is {found}, and has to be less than {value}", "")),
    "multipleOf": _say(lambda value, name, found: (f"{name} is {found}, which is no multiple of {value}", "")),
    "minLength": _say(lambda value, name, _: (f"{name} is shorter than {value} characters", "")),
    "maxLength": _say(lambda value, name, _: (f"{name} is longer than {value} characters", "")),
    "minItems": _say(lambda value, name, _: (f"{name} has fewer than {value} items", "")),
    "maxItems": _say(lambda value, name, _: (f"{name} has more than {value} items", "")),
    "minProperties": _say(lambda value, name, _: (f"{name} has fewer than {value} fields", "")),
    "maxProperties": _say(lambda value, name, _: (f"{name} has more than {value} fields", "")),
    "contains": _say(lambda _, name, __: (f"{name} lacks an item that its schema asks for", "")),
    "not": _say(lambda _, name, __: (f"{name} is what its schema excludes with `not`", "")),
    "oneOf": _say(_one_of),
}
