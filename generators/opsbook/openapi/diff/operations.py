"""What an operation consists of, the same for every version of OpenAPI."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from opsbook.openapi.diff.change import Spot, spot_of
from opsbook.openapi.diff.forms import Place
from opsbook.openapi.walk import Api, Node
from opsbook.source import Route

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
"""The fields of a path item that are operations."""

_SKIPPED = {"accept", "content-type", "authorization"}
"""Headers that are no parameters, whatever a document says: the standard ignores them there."""


@dataclass(frozen=True)
class Operation:
    """One operation, and where it stands."""

    api: Api
    path: str
    """The path's template, or the name of a webhook."""
    method: str
    node: Node
    item: Node
    """The path item in which it stands."""

    @property
    def label(self) -> str:
        """Its method and path: `GET /orders`."""
        return f"{self.method.upper()} {self.path}"

    @property
    def value(self) -> Mapping[str, Any]:
        """What is written there."""
        return self.node.value if isinstance(self.node.value, dict) else {}

    @property
    def id(self) -> str:
        """Its operationId; empty where it has none."""
        found = self.value.get("operationId")
        return found if isinstance(found, str) else ""

    @property
    def deprecated(self) -> bool:
        """Whether its clients have been told to leave it."""
        return self.value.get("deprecated") is True

    @property
    def tags(self) -> list[str]:
        """The names of its tags."""
        return [tag for tag in _list(self.value.get("tags")) if isinstance(tag, str)]

    @property
    def spot(self) -> Spot:
        """Where it stands."""
        return spot_of(self.node, key=True)


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation."""

    node: Node
    name: str
    home: str
    """Where it is sent: `query`, `path`, `header`, `cookie`."""
    required: bool
    schema: Place
    style: tuple[str, bool, bool]
    """How a list or an object is written: style, explode, and whether reserved characters may stand in it."""
    media: str = ""
    """The media type of its content, where it has one instead of a schema."""

    @property
    def value(self) -> Mapping[str, Any]:
        """What is written there."""
        return self.node.value  # type: ignore[no-any-return]  # parameters that are no mapping are left out


@dataclass(frozen=True)
class Body:
    """A body of a request or of a response."""

    node: Node
    required: bool
    content: Mapping[str, Place]
    """Media type to schema; a schema of no nodes stands for none."""
    spots: Mapping[str, Spot]
    """Where each media type stands."""


@dataclass(frozen=True)
class Response:
    """One response of an operation."""

    node: Node
    key: Spot
    """Where its status stands."""
    body: Body
    headers: Mapping[str, Parameter] = field(default_factory=dict)
    """Name in small letters to header."""


def operations(api: Api, item: Node, path: str) -> Iterator[Operation]:
    """The operations of a path item."""
    resolved = api.resolve(item)
    if resolved is None or not isinstance(resolved.value, dict):
        return
    items = [resolved]
    if isinstance(resolved.value.get("$ref"), str) and (target := api.targets.get(resolved.key)):
        items.append(target)  # what stands beside the reference comes first
    done = set()
    for one in items:
        found = [node for method in METHODS for node in api.members(one, method)]
        for node in [*found, *api.members(one, "additionalOperations")]:
            if isinstance(node.value, dict) and node.name not in done:
                done.add(node.name)
                yield Operation(api, path, node.name, node, one)


def template(path: str) -> str:
    """A path without the names of its parameters."""
    return re.sub(r"\{[^{}]*\}", "{}", path)


def path_names(path: str) -> list[str]:
    """The names of the parameters in a path, in their order."""
    return re.findall(r"\{([^{}]*)\}", path)


def parameters(operation: Operation) -> dict[tuple[str, str], Parameter]:
    """The parameters of an operation, those of its path included, by where they are sent and their name."""
    api = operation.api
    found: dict[tuple[str, str], Parameter] = {}
    for holder in (operation.item, operation.node):
        for node in api.members(holder, "parameters"):
            made = _parameter(api, node)
            if made and made.home in ("query", "path", "header", "cookie", "querystring"):
                name = made.name.lower() if made.home == "header" else made.name
                if not (made.home == "header" and name in _SKIPPED):
                    found[made.home, name] = made
    return found


_STYLES = {"query": "form", "cookie": "form"}
_COLLECTIONS = {"ssv": "spaceDelimited", "tsv": "tabDelimited", "pipes": "pipeDelimited"}


def _parameter(api: Api, node: Node, name: str = "", home: str = "") -> Parameter | None:
    found = api.resolve(node)
    if found is None or not isinstance(found.value, dict):
        return None
    value = found.value
    name, home = name or str(value.get("name")), home or str(value.get("in"))
    style = value.get("style") or _STYLES.get(home, "simple")
    explode = value.get("explode") if isinstance(value.get("explode"), bool) else style == "form"
    schema: Place = tuple(api.members(found, "schema"))
    media = ""
    if api.document.version == "2.0" and home not in ("body", "formData"):
        said = value.get("collectionFormat")
        style = _COLLECTIONS.get(str(said), _STYLES.get(home, "simple"))
        explode = said == "multi"
        schema = (Node(found.source, found.route, "schema", value),)
    for one in api.members(found, "content"):
        media = media or one.name
        schema = schema or tuple(api.members(api.resolve(one) or one, "schema"))
    return Parameter(
        found,
        name,
        home,
        value.get("required") is True,
        schema,
        (str(style), bool(explode), value.get("allowReserved") is True),
        media,
    )


def body(operation: Operation) -> Body | None:
    """The body of an operation's requests; None where it has none."""
    api = operation.api
    if api.document.version == "2.0":
        return _old_body(operation)
    for node in api.members(operation.node, "requestBody"):
        found = api.resolve(node)
        if found and isinstance(found.value, dict):
            return _body(api, found, required=found.value.get("required") is True)
    return None


def _body(api: Api, node: Node, *, required: bool) -> Body:
    content: dict[str, Place] = {}
    spots = {}
    for one in api.members(node, "content"):
        found = api.resolve(one) or one
        name = media_type(one.name)
        content[name] = tuple(api.members(found, "schema")) or tuple(api.members(found, "itemSchema"))
        spots[name] = spot_of(one, key=True)
    return Body(node, required, content, spots)


def media_type(name: str) -> str:
    """A media type without what does not tell it from others: case, blanks and charset."""
    first, *rest = [part.strip().lower() for part in name.split(";")]
    return "; ".join([first, *(part for part in rest if part and not part.startswith("charset="))])


def said_by_root(api: Api, key: str) -> Any:
    """What a document says at its top for all operations; None where it does not."""
    root = api.root.value
    return root.get(key) if isinstance(root, dict) else None


def _media(operation: Operation, key: str, fallback: str) -> list[str]:
    said = operation.value.get(key, said_by_root(operation.api, key))
    return [media_type(one) for one in _list(said) if isinstance(one, str)] or [fallback]


def _old_body(operation: Operation) -> Body | None:
    """The body that parameters of 2.0 describe: one of them, or the fields of a form."""
    api = operation.api
    fields: dict[str, Parameter] = {}
    for holder in (operation.item, operation.node):
        for node in api.members(holder, "parameters"):
            made = _parameter(api, node)
            if made and made.home == "body":
                types = _media(operation, "consumes", "application/json")
                spots = dict.fromkeys(types, spot_of(made.node))
                return Body(made.node, made.required, dict.fromkeys(types, made.schema), spots)
            if made and made.home == "formData":
                fields[made.name] = made
    if not fields:
        return None
    files = any(one.value.get("type") == "file" for one in fields.values())
    types = _media(operation, "consumes", "multipart/form-data" if files else "application/x-www-form-urlencoded")
    required = [name for name, one in fields.items() if one.required]
    # The schema that the fields make stands nowhere: its place is that of the operation's parameters.
    holder = next(iter(fields.values())).node
    made_of = {
        "type": "object",
        "properties": {name: _field(one.value) for name, one in fields.items()},
        "required": required,
    }
    schema = Node(holder.source, (*operation.node.route, "parameters"), "schema", made_of)
    spots = dict.fromkeys(types, spot_of(operation.node, "parameters", key=True))
    return Body(schema, bool(required), dict.fromkeys(types, (schema,)), spots)


def _field(value: Mapping[str, Any]) -> dict[str, Any]:
    """A field of a form as a property: a file is a binary text."""
    said = {key: one for key, one in value.items() if key not in ("required", "name", "in")}
    return {**said, "type": "string", "format": "binary"} if said.get("type") == "file" else said


def responses(operation: Operation) -> dict[str, Response]:
    """The responses of an operation by their status."""
    api = operation.api
    found = {}
    for node in api.members(operation.node, "responses"):
        resolved = api.resolve(node)
        if resolved is None or not isinstance(resolved.value, dict):
            continue
        if api.document.version == "2.0":
            schema = tuple(api.members(resolved, "schema"))
            types = _media(operation, "produces", "application/json") if schema else []
            spots = dict.fromkeys(types, spot_of(resolved, "schema", key=True))
            made = Body(resolved, required=True, content=dict.fromkeys(types, schema), spots=spots)
        else:
            made = _body(api, resolved, required=True)
        found[node.name.upper()] = Response(node, spot_of(node, key=True), made, _headers(api, resolved))
    return found


def _headers(api: Api, response: Node) -> dict[str, Parameter]:
    if api.document.version == "2.0":
        said = response.value.get("headers")
        route = (*response.route, "headers")
        nodes = [
            Node(response.source, (*route, name), "header", value)
            for name, value in (said.items() if isinstance(said, dict) else ())
        ]
    else:
        nodes = list(api.members(response, "headers"))
    found = {}
    for node in nodes:
        made = _parameter(api, node, node.name, "header")
        if made and node.name.lower() != "content-type":
            found[node.name.lower()] = made
    return found


def callbacks(operation: Operation) -> dict[str, list[Operation]]:
    """What the API calls in the course of an operation: the operations of each callback."""
    api = operation.api
    found: dict[str, list[Operation]] = {}
    for node in api.members(operation.node, "callbacks"):
        resolved = api.resolve(node)
        if resolved and isinstance(resolved.value, dict):
            found[node.name] = [one for item in api.entries(resolved) for one in operations(api, item, item.name)]
    return found


_FLOWS = {"application": "clientCredentials", "accessCode": "authorizationCode"}


@dataclass(frozen=True)
class Scheme:
    """A security scheme, as far as clients depend on it."""

    route: Route
    facts: Mapping[str, str]
    """What identifies it: its type, the header that it uses, the address of each flow."""


def schemes(api: Api) -> dict[str, Scheme]:
    """The security schemes of a document by name."""
    root = api.root.value if isinstance(api.root.value, dict) else {}
    if api.document.version == "2.0":
        said, route = root.get("securityDefinitions"), ("securityDefinitions",)
        pairs = said.items() if isinstance(said, dict) else ()
        return {name: Scheme((*route, name), _facts(value)) for name, value in pairs if isinstance(value, dict)}
    found = {}
    for components in api.members(api.root, "components"):
        for node in api.members(components, "securitySchemes"):
            resolved = api.resolve(node)
            if resolved and isinstance(resolved.value, dict):
                found[node.name] = Scheme(node.route, _facts(resolved.value))
    return found


def _facts(value: Mapping[str, Any]) -> dict[str, str]:
    facts = {key: str(value[key]) for key in ("type", "in", "name", "scheme", "openIdConnectUrl") if key in value}
    facts["scheme"] = facts.get("scheme", "").lower()
    if facts.get("type") == "basic":
        facts |= {"type": "http", "scheme": "basic"}
    flows = value.get("flows")
    if isinstance(value.get("flow"), str):
        flows = {_FLOWS.get(value["flow"], value["flow"]): value}
    for name, flow in flows.items() if isinstance(flows, dict) else ():
        if isinstance(flow, dict):
            addresses = [f"{key} {flow[key]}" for key in ("authorizationUrl", "tokenUrl") if key in flow]
            facts[f"flow {name}"] = ", ".join(addresses)
    return {key: fact for key, fact in facts.items() if fact or key.startswith("flow ")}


Demand = Mapping[str, frozenset[str]]
"""One way to be let in: security schemes, each with the scopes that it needs."""


def demands(operation: Operation) -> tuple[list[Demand], Spot]:
    """The ways to be let in to an operation, any of which will do, and where they stand.

    Where everybody is let in there is one way, and it demands nothing.
    """
    root = operation.api.root
    node = operation.node if "security" in operation.value else root
    said = node.value.get("security") if isinstance(node.value, dict) else None
    found: list[Demand] = [
        {name: frozenset(one for one in _list(scopes) if isinstance(one, str)) for name, scopes in one.items()}
        for one in _list(said)
        if isinstance(one, dict)
    ]
    stands = isinstance(node.value, dict) and "security" in node.value
    return found or [{}], spot_of(node, "security", key=True) if stands else operation.spot


def servers(api: Api, node: Node) -> dict[str, Spot]:
    """The addresses in the servers of an object, without a slash at their end."""
    value = node.value if isinstance(node.value, dict) else {}
    if api.document.version == "2.0":
        if node.shape != "document" or not (value.get("host") or value.get("basePath")):
            return {}
        host, base = str(value.get("host") or ""), str(value.get("basePath") or "")
        protocols = [one for one in _list(value.get("schemes")) if isinstance(one, str)] or ["https"]
        spot = spot_of(node, "host" if host else "basePath")
        addresses = [f"{protocol}://{host}{base}" for protocol in protocols] if host else [base]
        return {address.rstrip("/"): spot for address in addresses}
    return {
        str(one["url"]).rstrip("/"): spot_of(node, "servers", index)
        for index, one in enumerate(_list(value.get("servers")))
        if isinstance(one, dict) and "url" in one
    }


_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def sunset(operation: Operation) -> str:
    """When an operation that is deprecated will be gone, as far as the document says; empty where it does not.

    It may be said by `x-sunset`, by a `Sunset` header of a response, or as a date in the description.
    """
    said = operation.value.get("x-sunset")
    if said:
        return str(said)
    dates = _DATE.findall(str(operation.value.get("description", "")))
    if dates:
        return str(dates[-1])
    return "the `Sunset` header" if any("sunset" in one.headers for one in responses(operation).values()) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
