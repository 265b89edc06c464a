"""What guides show of APIs, taken from their documents, as compact Markdown; of the rest, what its kind offers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import urlencode

from opsbook.diagnostic import suggest
from opsbook.kind import Definition
from opsbook.labels import N_
from opsbook.openapi import requests
from opsbook.openapi.answers import Bundle, Side, examples_of, parameters_of
from opsbook.openapi.contents import Contents, Operation, Schema
from opsbook.openapi.walk import Node
from opsbook.printer import Printer
from opsbook.project import Project
from opsbook.reference import Home, Unresolved

Shown: TypeAlias = Callable[[Printer], str]
"""Prints what is embedded."""

_PARAMETERS, _REQUEST_BODY, _RESPONSES = N_("Parameters"), N_("Request body"), N_("Responses")
_REQUIRED, _OR = N_("required"), N_("or")

_EMBEDDED = (
    "embed an operation, a schema or an API, the step of a runbook, a view of the architecture, a table of the system, "
    "an alert or an objective"
)


def found(reference: str, view: str, project: Project, home: Home) -> Shown | Unresolved | None:
    """What an embed shows; why there is no such thing to show; None where its reference leads nowhere."""
    definition = project.resolve(reference, home)
    if isinstance(definition, Unresolved):
        return None
    id_, _, part = definition.id.partition("#")
    contents = project.api(definition.system, id_)
    if contents is None:
        spec = next(one for one in project.specs if one.source.path == definition.source)
        if spec.kind.embed:
            return spec.kind.embed(spec, definition, view, project)
        return Unresolved(f"`{reference}` cannot be embedded", _EMBEDDED)
    about = _About(contents, project, definition, id_)
    name, _, rest = view.partition(" " if view.startswith("response") else "/")
    views = _VIEWS.get(definition.type, {})
    if name not in views:
        hint = suggest(name, filter(None, views)) or "leave out the `|` and what follows it"
        return Unresolved(f"there is no view `{view}` of {_A[definition.type]}", hint)
    subject: Any = contents
    if definition.type == "operation":
        subject = next(one for one in contents.operations if one.name == part)
    if definition.type == "schema":
        subject = next((one for one in contents.schemas if one.name == part), None)
        if subject is None:
            return Unresolved(f"`{reference}` is a field, and only a whole schema is shown", "leave out the field")
    return views[name](about, subject, rest.strip())


@dataclass(frozen=True)
class _About:
    """An API of which something is shown."""

    contents: Contents
    project: Project
    definition: Definition
    id: str
    bundle: Bundle = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "bundle", Bundle(self.contents.api))

    def members(self, node: Node, name: str) -> Iterator[tuple[str, Node]]:
        """The objects in a field, references followed, by the names that they have there."""
        for one in self.contents.api.members(node, name):
            whole = self.contents.api.resolve(one)
            if whole is not None and isinstance(whole.value, dict):
                yield one.name, whole

    def link(self, md: Printer, type_: str, name: str, text: str) -> str:
        """A link to an operation or a schema."""
        definition = self.project.find(self.definition.system, type_, f"{self.id}#{name}")
        return md.to(definition) if definition else md.literal(text)

    def examples(self, holder: Node, side: Side) -> dict[str, tuple[str, dict[str, Any]]]:
        """The examples of a body by name, with their media types."""
        made: dict[str, tuple[str, dict[str, Any]]] = {}
        written = holder.value.get("examples") if holder.shape == "response" else None
        for media, value in (written if isinstance(written, dict) else {}).items():  # 2.0, as the rest of it below
            made.setdefault("", (media, {"value": value}))
        for schema in self.contents.api.members(holder, "schema"):
            value = self.bundle.sampler.of(schema, side).value
            made.setdefault("", ("application/json", {"value": value}))
        for one in self.contents.api.members(holder, "content"):
            for name, example in examples_of(self.bundle, self.contents.api.resolve(one) or one, side).items():
                made.setdefault(name, (one.name, example))
        return made


# Tables


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _said(md: Printer, node: Node) -> str:
    """The first paragraph of a description, for a cell."""
    value = node.value if isinstance(node.value, dict) else {}
    text = value.get("description") or value.get("summary") or ""
    return md.cell(text.strip().partition("\n\n")[0]) if isinstance(text, str) and text.strip() else ""


def _type(about: _About, md: Printer, node: Node) -> str:
    """What a schema is, in a few words, with a link where it has a name."""
    named = about.contents.schema(node)
    return about.link(md, "schema", named.name, named.title) if named else _unnamed(about, md, node)


def _unnamed(about: _About, md: Printer, node: Node) -> str:
    """What a schema is, by what it says itself."""
    value = node.value if isinstance(node.value, dict) else {}
    api = about.contents.api
    for items in api.members(node, "items"):
        return f"{_type(about, md, items)} {md.value('[]')}"
    parts = [one for key in ("oneOf", "anyOf") for one in api.members(node, key)]
    if parts:
        return f" {md.label(_OR)} ".join(_type(about, md, one) for one in parts)
    for whole in api.members(node, "allOf"):
        return _type(about, md, whole)
    if isinstance(value.get("enum"), list):
        return ", ".join(md.value(_spelled(one)) for one in value["enum"])
    said = value.get("type", "object" if "properties" in value else "")
    words = [word for word in (said if isinstance(said, list) else [said]) if isinstance(word, str) and word]
    form = f" ({value['format']})" if isinstance(value.get("format"), str) else ""
    return md.value(f" {md.label(_OR)} ".join(words) + form) if words else md.label("anything")


def _spelled(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _required(md: Printer, *, is_so: bool) -> str:
    return md.label("yes") if is_so else ""


def _bodies(about: _About, md: Printer, holder: Node) -> str:
    """The media types of a body and their schemas."""
    rows = [_type(about, md, schema) for schema in about.contents.api.members(holder, "schema")]
    for media in about.contents.api.members(holder, "content"):
        whole = about.contents.api.resolve(media) or media
        types = [_type(about, md, schema) for schema in about.contents.api.members(whole, "schema")]
        rows.append(" ".join([md.value(media.name), *types]))
    return "<br>".join(rows)


# Operations


def _operation(about: _About, operation: Operation, rest: str) -> Shown | Unresolved:
    if rest:
        return Unresolved(f"there is no view `{rest}` of an operation", suggest(rest, filter(None, _OPERATION)))

    def show(md: Printer) -> str:
        parts = [_caption(about, operation, md)]
        if parameters_of(about.contents.api, operation):
            parts += [f"**{md.label(_PARAMETERS)}**", _parameter_table(about, operation, md)]
        for _, body in about.members(operation.node, "requestBody"):
            must = f" ({md.label(_REQUIRED)})" if body.value.get("required") is True else ""
            parts += [f"**{md.label(_REQUEST_BODY)}**{must}: {_bodies(about, md, body)}"]
        parts += [f"**{md.label(_RESPONSES)}**", _response_table(about, operation, md, "")]
        return "\n\n".join(parts)

    return show


def _caption(about: _About, operation: Operation, md: Printer) -> str:
    """Which operation it is, with the link to all that there is to say of it."""
    call = md.value(f"{operation.method} {operation.path}")
    return f"{call} · {about.link(md, 'operation', operation.name, operation.summary)}"


def _parameters(about: _About, operation: Operation, rest: str) -> Shown | Unresolved:
    if rest or not parameters_of(about.contents.api, operation):
        return Unresolved(f"`{operation.name}` has no parameters", "leave out the embed")
    return lambda md: f"{_caption(about, operation, md)}\n\n{_parameter_table(about, operation, md)}"


def _parameter_table(about: _About, operation: Operation, md: Printer) -> str:
    rows = []
    for one in parameters_of(about.contents.api, operation):
        schemas = list(about.contents.api.members(one, "schema")) or [one]
        rows.append(
            (
                md.value(str(one.value.get("name"))),
                md.value(str(one.value.get("in"))),
                _type(about, md, schemas[0]),
                _required(md, is_so=one.value.get("required") is True),
                _said(md, one),
            )
        )
    heads = (N_("Parameter"), N_("Stands in"), N_("Type"), N_("Required"), N_("What it is"))
    return _table([md.label(head) for head in heads], rows)


def _errors(about: _About, operation: Operation, rest: str) -> Shown | Unresolved:
    wrong = [name for name, _ in about.members(operation.node, "responses") if name[:1] in "45d"]
    if rest or not wrong:
        return Unresolved(f"`{operation.name}` has no responses that say what went wrong", "leave out the embed")
    return lambda md: f"{_caption(about, operation, md)}\n\n{_response_table(about, operation, md, '45d')}"


def _response_table(about: _About, operation: Operation, md: Printer, first: str) -> str:
    rows = [
        (md.value(name), _said(md, one), _bodies(about, md, one))
        for name, one in about.members(operation.node, "responses")
        if not first or name[:1] in first
    ]
    return _table([md.label(head) for head in (N_("Status"), N_("What it means"), N_("Body"))], rows)


def _request(about: _About, operation: Operation, name: str) -> Shown | Unresolved:
    for body in _request_bodies(about, operation):
        return _example(about.examples(body, "request"), name, f"the request of `{operation.name}`")
    return Unresolved(f"`{operation.name}` takes no body", "leave out the embed")


def _request_bodies(about: _About, operation: Operation) -> Iterator[Node]:
    """The body of a request, which stands among the parameters in 2.0."""
    yield from (body for _, body in about.members(operation.node, "requestBody"))
    yield from (one for one in parameters_of(about.contents.api, operation) if one.value.get("in") == "body")


def _response(about: _About, operation: Operation, rest: str) -> Shown | Unresolved:
    status, _, name = rest.partition("/")
    known = dict(about.members(operation.node, "responses"))
    if not status:
        return Unresolved("`response` needs a status", f"write `response {next(iter(known), '200')}`")
    if status not in known:
        return Unresolved(f"`{operation.name}` has no response `{status}`", suggest(status, known))
    return _example(about.examples(known[status], "response"), name, f"the response {status} of `{operation.name}`")


def _example(known: dict[str, tuple[str, dict[str, Any]]], name: str, what: str) -> Shown | Unresolved:
    if not known:
        return Unresolved(f"{what} has no body", "leave out the embed")
    if name and name not in known:
        hint = suggest(name, filter(None, known)) or f"it has one without a name: leave out `/{name}`"
        return Unresolved(f"{what} has no example `{name}`", hint)
    media, example = known[name] if name else next(iter(known.values()))
    return lambda md: md.code(*_text(media, example))


def _text(media: str, example: dict[str, Any]) -> tuple[str, str]:
    """An example as it is sent, and the language that it is in."""
    if "text" in example:
        return str(example["text"]).rstrip("\n"), "text"
    value = example["value"]
    if media == "application/x-www-form-urlencoded" and isinstance(value, dict):
        return urlencode({name: _spelled(one) for name, one in value.items()}), "text"
    if isinstance(value, str) and "json" not in media:
        return value.rstrip("\n"), "xml" if "xml" in media else "text"
    return json.dumps(value, indent=2, ensure_ascii=False), "json"


def _curl(about: _About, operation: Operation, rest: str) -> Shown | Unresolved:
    if rest or operation.webhook:
        return Unresolved(f"there is no request to show for `{operation.name}`", "leave out the embed")
    sent = requests.request(about.contents.api, operation, about.bundle.sampler)
    return lambda md: md.code(requests.curl(sent), "bash")


# Schemas


def _schema(about: _About, schema: Schema, rest: str) -> Shown | Unresolved:
    if rest:
        return Unresolved("a schema has no other views", "leave out what follows the `|`")
    whole = about.contents.api.resolve(schema.node) or schema.node
    required = _required_names(about, whole)

    def show(md: Printer) -> str:
        fields = about.contents.fields(schema)
        link = about.link(md, "schema", schema.name, schema.title)
        if not fields:
            return f"{link}: {_unnamed(about, md, whole)}"
        rows = [
            (
                md.value(one.name),
                _type(about, md, one),
                _required(md, is_so=one.name in required),
                _said(md, about.contents.api.resolve(one) or one),
            )
            for one in fields.values()
        ]
        heads = [md.label(head) for head in (N_("Field"), N_("Type"), N_("Required"), N_("What it is"))]
        return f"{link}\n\n{_table(heads, rows)}"

    return show


def _required_names(about: _About, node: Node) -> set[str]:
    """The fields that a schema asks for, with those of the schemas that it takes over."""
    found: set[str] = set()
    left, seen = [node], set()
    while left:
        here = left.pop()
        whole = about.contents.api.resolve(here)
        if whole is None or whole.key in seen or not isinstance(whole.value, dict):
            continue
        seen.add(whole.key)
        said = whole.value.get("required")
        found |= {name for name in said if isinstance(name, str)} if isinstance(said, list) else set()
        left += about.contents.api.members(whole, "allOf")
        target = about.contents.api.targets.get(whole.key)
        left += [target] if target else []
    return found


# APIs


def _operations(about: _About, contents: Contents, rest: str) -> Shown | Unresolved:
    if rest or not contents.operations:
        return Unresolved(f"`{about.id}` has no such operations", "leave out the embed")

    def show(md: Printer) -> str:
        rows = [
            (
                md.value(f"{one.method} {one.path}"),
                about.link(md, "operation", one.name, one.summary),
            )
            for one in contents.operations
        ]
        return _table([md.label(head) for head in (N_("Request"), N_("What it does"))], rows)

    return show


def _servers(about: _About, contents: Contents, rest: str) -> Shown | Unresolved:
    servers = contents.api.root.value.get("servers")
    known = [one for one in servers if isinstance(one, dict)] if isinstance(servers, list) else []
    if rest or not known:
        return Unresolved(f"`{about.id}` names no servers", "leave out the embed")

    def show(md: Printer) -> str:
        rows = [(md.value(str(one.get("url"))), md.cell(str(one.get("description") or ""))) for one in known]
        return _table([md.label(head) for head in (N_("Address"), N_("What it is"))], rows)

    return show


def _security(about: _About, contents: Contents, rest: str) -> Shown | Unresolved:
    api = contents.api
    found = [
        scheme for holder in api.members(api.root, "components") for scheme in about.members(holder, "securitySchemes")
    ]
    if rest or not found:
        return Unresolved(f"`{about.id}` says of no way to authenticate", "leave out the embed")

    def show(md: Printer) -> str:
        rows = [(md.literal(name), md.value(_way(one.value)), _said(md, one)) for name, one in found]
        heads = (N_("Scheme"), N_("What a request carries"), N_("What it is"))
        return _table([md.label(head) for head in heads], rows)

    return show


def _way(scheme: Any) -> str:
    """What a request carries."""
    match scheme.get("type"):
        case "apiKey":
            return f"{scheme.get('name')} ({scheme.get('in')})"
        case "http":
            return f"Authorization: {str(scheme.get('scheme')).capitalize()} …"
        case "mutualTLS":
            return "TLS"
        case _:
            return "Authorization: Bearer …"


_OPERATION: dict[str, Callable[[_About, Any, str], Shown | Unresolved]] = {
    "": _operation,
    "parameters": _parameters,
    "request": _request,
    "response": _response,
    "errors": _errors,
    "curl": _curl,
}

_VIEWS: dict[str, dict[str, Callable[[_About, Any, str], Shown | Unresolved]]] = {
    "operation": _OPERATION,
    "schema": {"": _schema},
    "api": {"": _operations, "operations": _operations, "servers": _servers, "security": _security},
}
"""What can be shown of each type of thing, by the word after the `|`."""

_A = {"operation": "an operation", "schema": "a schema", "api": "an API"}
