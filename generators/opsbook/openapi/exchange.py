"""What is sent to an operation and what comes back, in one form for all versions of the standard."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from opsbook.openapi.contents import Operation
from opsbook.openapi.walk import Api, Node

_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple", "querystring": ""}
_COLLECTIONS = {"csv": ("form", False), "ssv": ("spaceDelimited", False), "pipes": ("pipeDelimited", False)}
_TYPELESS = ("name", "in", "description", "required", "collectionFormat", "allowEmptyValue")


def text(value: Any, key: str) -> str:
    """A text of an object; empty where there is none."""
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


def mapping(value: Any, key: str) -> Mapping[str, Any]:
    """An object within an object; empty where there is none."""
    found = value.get(key) if isinstance(value, dict) else None
    return {str(name): one for name, one in found.items()} if isinstance(found, dict) else {}


def sequence(value: Any, key: str) -> list[Any]:
    """A list of an object; empty where there is none."""
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []


@dataclass(frozen=True)
class Example:
    """A value that shows what is meant."""

    name: str
    """Its key, or empty."""
    summary: str
    description: str
    value: Any
    given: bool = True
    """Whether there is a value: it may lie elsewhere, at `address`."""
    address: str = ""
    serialized: bool = False
    """Whether the value is the text as it is sent."""


@dataclass(frozen=True)
class Media:
    """A body in one form."""

    type: str
    """`application/json`."""
    schema: Node | None
    items: Node | None = None
    """What each item of a stream is (3.2)."""
    value: Mapping[str, Any] = field(default_factory=dict)
    """What the document says of it."""
    examples: tuple[Example, ...] = ()
    encodings: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Parameter:
    """A value beside the body, or a header of an answer."""

    name: str
    place: str
    """`path`, `query`, `querystring`, `header` or `cookie`."""
    required: bool
    value: Mapping[str, Any]
    """What the document says of it."""
    schema: Node | None
    media: Media | None = None
    """How it is written, where `content` says so."""
    examples: tuple[Example, ...] = ()
    key: tuple[Any, ...] = ()
    """What tells it from others: one that many share is the same."""

    @property
    def style(self) -> str:
        """How a value of several parts is written."""
        said = text(self.value, "style")
        collection = text(self.value, "collectionFormat")
        return said or (_COLLECTIONS.get(collection, ("form", True))[0] if collection else _STYLES.get(self.place, ""))

    @property
    def explode(self) -> bool:
        """Whether each part of a value is written by itself."""
        said = self.value.get("explode")
        if isinstance(said, bool):
            return said
        if "collectionFormat" in self.value or (isinstance(self.value.get("type"), str) and self.schema is not None):
            return self.value.get("collectionFormat") == "multi"
        return self.style in ("form", "cookie")


@dataclass(frozen=True)
class Body:
    """What is sent."""

    description: str
    required: bool
    media: tuple[Media, ...]


@dataclass(frozen=True)
class Response:
    """What comes back."""

    status: str
    description: str
    headers: tuple[Parameter, ...]
    media: tuple[Media, ...]
    links: tuple[Node, ...]
    value: Mapping[str, Any]

    @property
    def is_success(self) -> bool:
        """Whether it says that all went well."""
        return self.status.startswith("2")

    @property
    def is_error(self) -> bool:
        """Whether it says that something went wrong."""
        return self.status[:1] in "45" or self.status == "default"


def parameters(api: Api, operation: Operation) -> tuple[Parameter, ...]:
    """The parameters of an operation, and those that its path adds; 2.0's bodies are not among them."""
    found: dict[tuple[str, str], Parameter] = {}
    for holder in (operation.item, operation.node):
        for node in _resolved(api, holder, "parameters"):
            place = text(node.value, "in")
            if place not in ("body", "formData"):
                name = text(node.value, "name")
                found[name, place] = _parameter(api, node, name, place)
    order = ("path", "querystring", "query", "header", "cookie")
    return tuple(sorted(found.values(), key=lambda one: order.index(one.place) if one.place in order else len(order)))


def _parameter(api: Api, node: Node, name: str, place: str) -> Parameter:
    value: Mapping[str, Any] = node.value
    schema = next(api.members(node, "schema"), None)
    if schema is None and api.document.version == "2.0":
        schema = _typed(node)
    media = next(iter(_content(api, node)), None)
    required = value.get("required") is True or place == "path"
    examples = tuple(_examples(api, node))
    return Parameter(
        name, place, required, value, schema, media, examples or (media.examples if media else ()), node.key
    )


def _typed(node: Node) -> Node:
    """The schema that an object of 2.0 is besides: a parameter, a header."""
    value = {key: one for key, one in node.value.items() if key not in _TYPELESS}
    return Node(node.source, node.route, "schema", value)


def body(api: Api, operation: Operation) -> Body | None:
    """What is sent to an operation; None where nothing is."""
    if api.document.version == "2.0":
        return _swagger_body(api, operation)
    for node in _resolved(api, operation.node, "requestBody"):
        description = text(node.value, "description")
        return Body(description, node.value.get("required") is True, tuple(_content(api, node)))
    return None


def _swagger_body(api: Api, operation: Operation) -> Body | None:
    consumes = _types(api, operation, "consumes")
    holders = (operation.item, operation.node)
    nodes = [node for holder in holders for node in _resolved(api, holder, "parameters")]
    for node in reversed(nodes):
        if text(node.value, "in") == "body":
            schema = next(api.members(node, "schema"), None)
            media = tuple(Media(type_, schema) for type_ in consumes or ("application/json",))
            return Body(text(node.value, "description"), node.value.get("required") is True, media)
    fields = {text(node.value, "name"): node for node in nodes if text(node.value, "in") == "formData"}
    if not fields:
        return None
    made = {
        "type": "object",
        "properties": {
            name: {**_typed(node).value, **{k: node.value[k] for k in ("description",) if k in node.value}}
            for name, node in fields.items()
        },
        "required": [name for name, node in fields.items() if node.value.get("required") is True],
    }
    files = any(text(node.value, "type") == "file" for node in fields.values())
    types = consumes or (("multipart/form-data",) if files else ("application/x-www-form-urlencoded",))
    schema = Node(operation.node.source, (*operation.node.route, "parameters"), "schema", made)
    return Body("", bool(made["required"]), tuple(Media(type_, schema) for type_ in types))


def _types(api: Api, operation: Operation, key: str) -> tuple[str, ...]:
    for holder in (operation.node.value, api.root.value):
        if isinstance(holder.get(key), list):
            return tuple(one for one in holder[key] if isinstance(one, str))
    return ()


def responses(api: Api, operation: Operation) -> tuple[Response, ...]:
    """What an operation answers, success first, `default` last."""
    found = []
    for node in api.members(operation.node, "responses"):
        whole = api.resolve(node)
        if whole is not None and isinstance(whole.value, dict):
            found.append(_response(api, operation, node.name, whole))
    return tuple(sorted(found, key=lambda one: (one.status == "default", one.status)))


def _response(api: Api, operation: Operation, status: str, node: Node) -> Response:
    media = tuple(_content(api, node))
    if api.document.version == "2.0":
        schema = next(api.members(node, "schema"), None)
        given = mapping(node.value, "examples")
        types = _types(api, operation, "produces") or tuple(given) or ("application/json",)
        media = tuple(
            Media(type_, schema, examples=(Example("", "", "", given[type_]),) if type_ in given else ())
            for type_ in types
            if schema is not None or type_ in given
        )
    description = text(node.value, "description") or text(node.value, "summary")
    links = tuple(_resolved(api, node, "links", named=True))
    return Response(status, description, tuple(_headers(api, node)), media, links, node.value)


def _headers(api: Api, node: Node) -> Iterator[Parameter]:
    if api.document.version == "2.0":
        for name, value in mapping(node.value, "headers").items():
            if isinstance(value, dict):
                header = Node(node.source, (*node.route, "headers", name), "header", value)
                yield Parameter(name, "header", False, value, _typed(header), key=header.key)  # noqa: FBT003  # as read
        return
    for one in api.members(node, "headers"):
        whole = api.resolve(one)
        if whole is not None and isinstance(whole.value, dict):
            made = _parameter(api, whole, one.name, "header")
            yield made


def encoding_headers(api: Api, encoding: Node) -> tuple[Parameter, ...]:
    """The headers of a part of a body."""
    return tuple(_headers(api, encoding))


def _content(api: Api, holder: Node) -> Iterator[Media]:
    for node in api.members(holder, "content"):
        whole = api.resolve(node)
        if whole is None or not isinstance(whole.value, dict):
            continue
        yield Media(
            node.name,
            next(api.members(whole, "schema"), None),
            next(api.members(whole, "itemSchema"), None),
            whole.value,
            tuple(_examples(api, whole)),
            tuple(api.members(whole, "encoding")),
        )


def _examples(api: Api, holder: Node) -> Iterator[Example]:
    if "example" in holder.value:
        yield Example("", "", "", holder.value["example"])
    for node in api.members(holder, "examples"):
        whole = api.resolve(node)
        if whole is None or not isinstance(whole.value, dict):
            continue
        value = whole.value
        key = next((key for key in ("dataValue", "value", "serializedValue") if key in value), "")
        yield Example(
            node.name,
            text(value, "summary"),
            text(value, "description"),
            value.get(key),
            bool(key),
            text(value, "externalValue"),
            key == "serializedValue",
        )


def _resolved(api: Api, holder: Node, name: str, *, named: bool = False) -> Iterator[Node]:
    for node in api.members(holder, name):
        whole = api.resolve(node)
        if whole is not None and isinstance(whole.value, dict):
            yield Node(whole.source, node.route, whole.shape, whole.value) if named else whole


@dataclass(frozen=True)
class Server:
    """Where an API answers."""

    url: str
    """The template, with `{variables}`."""
    description: str
    variables: Mapping[str, Any]
    name: str = ""

    @property
    def address(self) -> str:
        """The address with the default of each variable."""
        return re.sub(
            r"\{([^{}]*)\}", lambda match: text(self.variables.get(match[1]), "default") or match[0], self.url
        )


def servers(api: Api, operation: Operation | None = None) -> tuple[Server, ...]:
    """Where the document says that it, or one of its operations, is served."""
    root = api.root.value
    if api.document.version == "2.0":
        return _swagger_servers(api, operation)
    holders = (operation.node.value, operation.item.value, root) if operation else (root,)
    for holder in holders:
        found = tuple(
            Server(text(one, "url"), text(one, "description"), mapping(one, "variables"), text(one, "name"))
            for one in sequence(holder, "servers")
            if isinstance(one, dict)
        )
        if found:
            return found
    return ()


def _swagger_servers(api: Api, operation: Operation | None) -> tuple[Server, ...]:
    root = api.root.value
    said = sequence(operation.node.value, "schemes") if operation else []
    host, base = text(root, "host"), text(root, "basePath")
    schemes = [one for one in said or sequence(root, "schemes") if isinstance(one, str)] or ["https"]
    if not host:
        return (Server(base, "", {}),) if base else ()
    return tuple(Server(f"{scheme}://{host}{base}", "", {}) for scheme, _ in product(schemes, [0]))


def own_servers(api: Api, operation: Operation) -> tuple[Server, ...]:
    """Where an operation is served, if that is not where the rest of the API is."""
    found = servers(api, operation)
    return () if found == servers(api) else found


def schemes(api: Api) -> dict[str, Mapping[str, Any]]:
    """The ways to prove who one is, by name."""
    root = api.root
    if api.document.version == "2.0":
        return {name: one for name, one in mapping(root.value, "securityDefinitions").items() if isinstance(one, dict)}
    found: dict[str, Mapping[str, Any]] = {}
    for components in api.members(root, "components"):
        for node in api.members(components, "securitySchemes"):
            whole = api.resolve(node)
            if whole is not None and isinstance(whole.value, dict):
                found[node.name] = whole.value
    return found


def security(api: Api, operation: Operation | None = None) -> tuple[Mapping[str, tuple[str, ...]], ...]:
    """What an operation asks for: one of these, and all that is in it; empty where it asks for nothing."""
    said = api.root.value.get("security")
    if operation is not None and isinstance(operation.node.value.get("security"), list):
        said = operation.node.value["security"]
    return tuple(
        {
            str(name): tuple(str(scope) for scope in scopes) if isinstance(scopes, list) else ()
            for name, scopes in one.items()
        }
        for one in (said if isinstance(said, list) else ())
        if isinstance(one, dict)
    )


def flows(scheme: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The flows of OAuth 2 by name; 2.0 has one, in the scheme itself."""
    if "flow" in scheme:
        return {text(scheme, "flow"): scheme}
    return {name: flow for name, flow in mapping(scheme, "flows").items() if isinstance(flow, dict)}
