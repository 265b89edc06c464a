"""What a service answers that is made of a document alone: its routes, their examples, and what requests have to hold.

The result is a table of plain values. It goes as JSON into a sandbox, where nothing knows documents:
references are bundled, parameters say how they are written, and every response has a body to give.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit

from opsbook.openapi.contents import Contents, Operation
from opsbook.openapi.samples import Sampler
from opsbook.openapi.walk import Api, Node

Table: TypeAlias = dict[str, Any]
"""Routes and schemas as JSON has them: see `answers`."""

_DEEPEST = 100
"""Levels to which schemas are nested in one another, without references."""

Side: TypeAlias = Literal["request", "response"]
"""For whom a schema holds: what is read-only need not be in a request, what is write-only not in a response."""

_JSON = "application/json"
_DRAFTS = {
    "2.0": "http://json-schema.org/draft-04/schema#",
    "3.0": "http://json-schema.org/draft-04/schema#",
}
_LATEST = "https://json-schema.org/draft/2020-12/schema"


def answers(api: Api) -> Table:
    """A document as a table of routes, the most specific first.

    `routes` are its operations: method, path template, the base paths of its servers, parameters, body, what
    authenticates, and responses with their headers and named examples. `schemas` holds every schema that they
    refer to, as one JSON Schema.
    """
    return _Answers(api).table()


def base_paths(api: Api, *holders: Node) -> tuple[str, ...]:
    """The paths of the servers that an operation has, before its own; the innermost holder that names any counts."""
    if api.document.version == "2.0":
        said = api.root.value.get("basePath")
        return (said.rstrip("/") if isinstance(said, str) else "",)
    for holder in (*holders, api.root):
        servers = holder.value.get("servers") if isinstance(holder.value, dict) else None
        found = [_path(server) for server in servers or () if isinstance(server, dict)]
        if found:
            return tuple(dict.fromkeys(found))
    return ("",)


def address(server: Mapping[str, Any]) -> str:
    """The address of a server, its variables at their defaults."""
    url, variables = server.get("url"), server.get("variables")
    if not isinstance(url, str):
        return ""
    for name, variable in (variables if isinstance(variables, dict) else {}).items():
        if isinstance(variable, dict):
            url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
    return url


def _path(server: Mapping[str, Any]) -> str:
    try:
        path = urlsplit(address(server)).path
    except ValueError:
        return ""
    path = path if path.startswith("/") else f"/{path}"
    return path.rstrip("/")


def parameters_of(api: Api, operation: Operation) -> list[Node]:
    """The parameters of an operation and of its path; of two that are the same one, its own counts."""
    found: dict[tuple[str, str], Node] = {}
    for holder in (operation.item, operation.node):
        for one in api.members(holder, "parameters"):
            whole = api.resolve(one)
            if whole and isinstance(whole.value, dict):
                found[str(whole.value.get("in")), str(whole.value.get("name"))] = whole
    return list(found.values())


def security_of(api: Api, operation: Node) -> list[list[dict[str, str]]]:
    """The ways to authenticate for an operation: each is what a request carries, all of it."""
    said = operation.value.get("security", api.root.value.get("security"))
    alternatives = [one for one in said if isinstance(one, dict)] if isinstance(said, list) else []
    return [[carried for name in one if (carried := _carried(_scheme(api, name)))] for one in alternatives]


def _scheme(api: Api, name: str) -> Mapping[str, Any]:
    if api.document.version == "2.0":
        held = api.root.value.get("securityDefinitions")
        found = held.get(name) if isinstance(held, dict) else None
        return found if isinstance(found, dict) else {}
    for components in api.members(api.root, "components"):
        for one in api.members(components, "securitySchemes"):
            whole = api.resolve(one)
            if one.name == name and whole and isinstance(whole.value, dict):
                return whole.value
    return {}


def examples_of(bundle: Bundle, media: Node, side: Side) -> dict[str, dict[str, Any]]:
    """The examples of a media type by name, each with its `value`, or its `text` as it is sent.

    One without a name is under the empty one. Where there is none, one is made of the schema.
    """
    found = dict(_named(bundle.api, media))
    if found:
        return found
    if isinstance(media.value, dict) and "example" in media.value:
        return {"": {"value": media.value["example"]}}
    for key in ("schema", "itemSchema"):
        for one in bundle.api.members(media, key):
            value = bundle.sampler.of(one, side).value
            return {"": {"value": value if key == "schema" else [value]}}
    return {"": {"value": None}}


def _named(api: Api, holder: Node) -> Iterator[tuple[str, dict[str, Any]]]:
    for one in api.members(holder, "examples"):
        whole = api.resolve(one)
        value = whole.value if whole and isinstance(whole.value, dict) else {}
        for key, form in (("value", "value"), ("dataValue", "value"), ("serializedValue", "text")):
            if key in value:
                yield one.name, {form: value[key]}
                break


@dataclass
class Bundle:
    """Schemas of a document as one JSON Schema that needs no other file; it grows as schemas are asked for."""

    api: Api
    schemas: dict[str, Any] = field(default_factory=dict)
    """The schemas that others refer to."""
    _names: dict[Any, str] = field(default_factory=dict)
    _waiting: list[tuple[str, Node, Side]] = field(default_factory=list)
    """Schemas that are referred to and not yet bundled: they may refer to each other in long chains."""

    @cached_property
    def sampler(self) -> Sampler:
        """Makes values where the document has no examples."""
        return Sampler(self.api)

    @property
    def draft(self) -> str:
        """The version of JSON Schema that the schemas are written in."""
        return _DRAFTS.get(self.api.document.version, _LATEST)

    def schema(self, node: Node, side: Side) -> Any:
        """A schema in which every reference leads into the bundle."""
        made = self._made(node, side, 0)
        while self._waiting:
            name, target, of = self._waiting.pop()
            self.schemas[name] = self._made(target, of, 0)
        return made

    def _made(self, node: Node, side: Side, depth: int) -> Any:
        value = node.value
        if depth > _DEEPEST:
            return {}  # nobody reads that deep, and anything goes there
        if not isinstance(value, dict) or isinstance(value.get("$id"), str):
            return value if isinstance(value, dict | bool) else {}
        made: dict[str, Any] = {}
        target = self.api.targets.get(node.key) if isinstance(value.get("$ref"), str) else None
        if target:
            made["$ref"] = f"#/$defs/{self._name(target, side)}"
        if target and self._bare:
            return made
        made |= {key: one for key, one in value.items() if key != "$ref"}
        for key, holds in self.api.shapes["schema"].items():
            if key not in value or key == "discriminator":
                continue
            inner = {one.route[-1]: self._made(one, side, depth + 1) for one in self.api.members(node, key)}
            made[key] = (
                next(iter(inner.values()), {})
                if holds.form == "one"
                else list(inner.values())
                if holds.form == "list"
                else inner
            )
        self._one_sided(made, node, side)
        return _nullable(made) if self._bare else made

    @property
    def _bare(self) -> bool:
        return self.api.document.version in ("2.0", "3.0")

    def _name(self, target: Node, side: Side) -> str:
        key = target.key, side
        if key not in self._names:
            self._names[key] = name = str(len(self._names))
            self._waiting.append((name, target, side))
        return self._names[key]

    def _one_sided(self, made: dict[str, Any], node: Node, side: Side) -> None:
        """Do not ask for properties that the other side gives."""
        other = "readOnly" if side == "request" else "writeOnly"
        required = made.get("required")
        if not isinstance(required, list):
            return
        hidden = {one.name for one in self.api.members(node, "properties") if self._says(one, other)}
        left = [name for name in required if name not in hidden]
        if left:
            made["required"] = left
        else:  # which may not be empty in the older draft
            del made["required"]

    def _says(self, node: Node, word: str) -> bool:
        whole = self.api.resolve(node) or node
        return any(isinstance(one.value, dict) and one.value.get(word) is True for one in (node, whole))


def _nullable(made: dict[str, Any]) -> dict[str, Any]:
    """A schema of 3.0 in the words of JSON Schema."""
    nullable = made.pop("nullable", False) is True
    if made.get("type") == "file":
        del made["type"]
    if not nullable:
        return made
    if isinstance(made.get("type"), str):
        enum = made.get("enum")
        more = {"enum": [*enum, None]} if isinstance(enum, list) and None not in enum else {}
        return {**made, "type": [made["type"], "null"], **more}
    return {"anyOf": [made, {"type": "null"}]} if made else made


class _Answers:
    def __init__(self, api: Api) -> None:
        self.api = api
        self.old = api.document.version == "2.0"
        self.bundle = Bundle(api)
        self.root: Mapping[str, Any] = api.root.value

    def table(self) -> Table:
        operations = [one for one in Contents(self.api).operations if not one.webhook]
        routes = [self.route(one) for one in sorted(operations, key=lambda one: _specificity(one.path))]
        schemas = {"$schema": self.bundle.draft, "$defs": self.bundle.schemas}
        return {"routes": routes, "schemas": schemas}

    def route(self, operation: Operation) -> dict[str, Any]:
        node = operation.node
        parameters = parameters_of(self.api, operation)
        return {
            "id": operation.id or operation.name,
            "method": operation.method,
            "path": operation.path,
            "bases": list(base_paths(self.api, node, operation.item)),
            "parameters": [
                self.parameter(one) for one in parameters if one.value.get("in") not in ("body", "formData")
            ],
            "body": self.old_body(node, parameters) if self.old else self.body(node),
            "security": security_of(self.api, node),
            "responses": {
                one.name: self.response(node, whole)
                for one in self.api.members(node, "responses")
                if (whole := self.api.resolve(one)) and isinstance(whole.value, dict)
            },
        }

    def parameter(self, node: Node) -> dict[str, Any]:
        value = node.value
        where = value.get("in")
        style = value.get("style") or ("form" if where in ("query", "cookie") else "simple")
        schema, media = self.schema(node, "request"), ""
        for content in self.api.members(node, "content"):
            schema, media = self.schema(content, "request"), content.name
        if self.old:
            style, explode = _OLD_STYLES.get(str(value.get("collectionFormat")), ("form", False))
            schema = {key: one for key, one in value.items() if key in _OLD_SCHEMA}
        else:
            explode = value.get("explode", style == "form")
        return {
            "name": value.get("name"),
            "in": where,
            "required": value.get("required") is True,
            "style": style,
            "explode": explode is True,
            "media": media,
            "form": self.form(schema),
            "properties": self.properties(schema),
            "empty": value.get("allowEmptyValue") is True,
            "schema": schema,
        }

    def schema(self, holder: Node, side: Side) -> Any:
        """The schema in a parameter, a header or a media type; anything goes where there is none."""
        for one in self.api.members(holder, "schema"):
            return self.bundle.schema(one, side)
        return {}

    def form(self, schema: Any) -> str:
        """What a value is written as: `array`, `object` or `scalar`."""
        for one in self.parts(schema):
            said = one.get("type")
            for word in said if isinstance(said, list) else (said,):
                if word in ("array", "object"):
                    return str(word)
            if "properties" in one:
                return "object"
        return "scalar"

    def properties(self, schema: Any) -> list[str]:
        """The names of the properties that a schema knows; `*` where it says that it takes others, too."""
        found: dict[str, None] = {}
        for one in self.parts(schema):
            found |= dict.fromkeys(one.get("properties", {}))
            if any(one.get(word, False) is not False for word in _OPEN):
                found["*"] = None
        return list(found)

    def parts(self, schema: Any) -> Iterator[dict[str, Any]]:
        """A schema, what it refers to, and what it is put together from."""
        seen: set[int] = set()
        left = [schema]
        while left:
            one = left.pop()
            if not isinstance(one, dict) or id(one) in seen:
                continue
            seen.add(id(one))
            yield one
            if isinstance(one.get("$ref"), str):
                left.append(self.bundle.schemas.get(one["$ref"].rpartition("/")[2]))
            for key in ("allOf", "anyOf", "oneOf"):
                left += one.get(key, []) if isinstance(one.get(key), list) else []

    def body(self, node: Node) -> dict[str, Any] | None:
        for one in self.api.members(node, "requestBody"):
            whole = self.api.resolve(one)
            if whole and isinstance(whole.value, dict):
                content = {
                    media.name: self.media(self.schema(self.api.resolve(media) or media, "request"))
                    for media in self.api.members(whole, "content")
                }
                return {"required": whole.value.get("required") is True, "content": content}
        return None

    def media(self, schema: Any) -> dict[str, Any]:
        """What a body of one media type has to hold."""
        return {"schema": schema, "properties": self.properties(schema)}

    def old_body(self, node: Node, parameters: Iterable[Node]) -> dict[str, Any] | None:
        """The body of 2.0, which stands among the parameters."""
        types = self.types(node, "consumes")
        fields: dict[str, Any] = {}
        required: list[str] = []
        for one in parameters:
            if one.value.get("in") == "body":
                schema = self.schema(one, "request")
                return {
                    "required": one.value.get("required") is True,
                    "content": dict.fromkeys(types, self.media(schema)),
                }
            if one.value.get("in") == "formData":
                name = str(one.value.get("name"))
                fields[name] = _nullable({key: value for key, value in one.value.items() if key in _OLD_SCHEMA})
                required += [name] if one.value.get("required") is True else []
        if not fields:
            return None
        forms = [one for one in types if "form" in one] or ["application/x-www-form-urlencoded", "multipart/form-data"]
        schema = {"type": "object", "properties": fields, **({"required": required} if required else {})}
        return {"required": bool(required), "content": dict.fromkeys(forms, self.media(schema))}

    def types(self, node: Node, word: str) -> list[str]:
        found = node.value.get(word, self.root.get(word))
        return [one for one in found if isinstance(one, str)] if isinstance(found, list) and found else [_JSON]

    def response(self, operation: Node, node: Node) -> dict[str, Any]:
        if self.old:
            examples = node.value.get("examples")
            given = examples if isinstance(examples, dict) else {}
            schema = next(self.api.members(node, "schema"), None)
            content = {name: {"": {"value": value}} for name, value in given.items()}
            for name in self.types(operation, "produces") if schema else ():
                content.setdefault(name, {"": {"value": self.generated(schema)}})
        else:
            content = {
                one.name: examples_of(self.bundle, self.api.resolve(one) or one, "response")
                for one in self.api.members(node, "content")
            }
        return {"headers": dict(self.headers(node)), "content": content}

    def headers(self, node: Node) -> Iterator[tuple[str, str]]:
        held = node.value.get("headers")
        if self.old:
            for name, value in (held if isinstance(held, dict) else {}).items():
                if isinstance(value, dict):
                    said = {key: one for key, one in value.items() if key in _OLD_SCHEMA}
                    schema = Node(node.source, (*node.route, "headers", name), "schema", said)
                    yield name, _header(self.generated(schema))
            return
        for one in self.api.members(node, "headers"):
            whole = self.api.resolve(one)
            if not whole or not isinstance(whole.value, dict) or one.name.lower() == "content-type":
                continue
            named = [value.get("value", value.get("text")) for _, value in _named(self.api, whole)]
            if named:
                yield one.name, _header(named[0])
            elif "example" in whole.value:
                yield one.name, _header(whole.value["example"])
            else:
                yield one.name, _header(self.generated(next(self.api.members(whole, "schema"), None)))

    def generated(self, schema: Node | None) -> Any:
        return self.bundle.sampler.of(schema, "response").value if schema else None


_OLD_STYLES = {
    "multi": ("form", True),
    "ssv": ("spaceDelimited", False),
    "tsv": ("tabDelimited", False),
    "pipes": ("pipeDelimited", False),
}
"""How 2.0 calls the ways in which lists are written."""

_OLD_SCHEMA = frozenset(
    (
        *("type", "format", "items", "enum", "default", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"),
        *("maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "multipleOf"),
    )
)
"""What of a parameter of 2.0 is schema."""


_OPEN = ("additionalProperties", "patternProperties", "unevaluatedProperties", "if", "dependentSchemas")
"""Where one of these stands, a value may have properties beside those that are named."""


def _specificity(path: str) -> tuple[Any, ...]:
    """By what routes are sorted: fixed segments first, then those that are fixed in part."""
    kinds = [2 if re.fullmatch(r"\{[^{}]+\}", segment) else 1 if "{" in segment else 0 for segment in path.split("/")]
    return kinds, path


def _carried(scheme: Mapping[str, Any]) -> dict[str, str]:
    """What a request carries to authenticate; nothing where the fixture cannot see it."""
    match str(scheme.get("type")):
        case "apiKey":
            return {"in": str(scheme.get("in")), "name": str(scheme.get("name"))}
        case "http":
            return {"in": "header", "name": "Authorization", "scheme": str(scheme.get("scheme", ""))}
        case "basic":
            return {"in": "header", "name": "Authorization", "scheme": "basic"}
        case "oauth2" | "openIdConnect":
            return {"in": "header", "name": "Authorization", "scheme": "bearer"}
        case _:
            return {}


def _header(value: Any) -> str:
    """A value as a header has it, in one line."""
    if isinstance(value, list):
        return ",".join(map(_header, value))
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return re.sub(r"[\x00-\x1f\x7f]+", " ", text)
