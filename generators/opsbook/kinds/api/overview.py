"""The overview of an API: where it is served, who may ask, what can go wrong, and everything that it offers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from opsbook import commonmark, markup
from opsbook.kinds.api.changes import CHANGES
from opsbook.kinds.api.operations import Operations, operation_table, security, server_address
from opsbook.kinds.api.schemas import Schemas, front, join
from opsbook.kinds.api.view import View, address, code_of, literal, paragraph, table
from opsbook.labels import N_
from opsbook.openapi import exchange
from opsbook.openapi.exchange import Parameter, Response, mapping, sequence, text
from opsbook.page import Page

_RATE = re.compile(r"rate-?limit|retry-after|quota|throttl", re.IGNORECASE)

_MEANINGS = 3
"""What one status may mean in one cell."""

_FLOWS = {
    "implicit": N_("implicit"),
    "password": N_("password"),
    "clientCredentials": N_("client credentials"),
    "application": N_("client credentials"),
    "authorizationCode": N_("authorization code"),
    "accessCode": N_("authorization code"),
    "deviceAuthorization": N_("device authorization"),
}
_PLACES = {"header": N_("header"), "query": N_("in the query"), "cookie": N_("cookie")}


def overview(view: View, downloads: list[tuple[str, str]]) -> Page:
    """The page where readers of an API begin; `downloads` are titles and paths of files, as seen from it."""
    md, label, info = view.md, view.label, mapping(view.api.root.value, "info")
    title = view.document.title
    parts = [front(view, md.plain(title)), f"# {md.line(title)}"]
    parts += view.prose(info, "summary")
    parts += view.facts(_facts(view, info, downloads))
    parts += view.prose(info, level=1)
    parts += _servers(view)
    parts += _authentication(view)
    parts += _operations(view)
    parts += _errors(view)
    parts += _rates(view)
    parts += _schemas(view)
    return Page(view.path, md.plain(title), join(parts), (label("APIs"), md.plain(title)), view.spec.source.path)


def _facts(view: View, info: Mapping[str, Any], downloads: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    md, label, document = view.md, view.label, view.document
    yield label("Version"), literal(text(info, "version"))
    yield label("Changes"), view.to(CHANGES, label("From version to version")) if document.earlier else ""
    yield label("Owner"), md.link("role", document.owner)
    yield label("Reviewed"), md.freshness(document)
    contact = mapping(info, "contact")
    email = text(contact, "email")
    said = [
        address(text(contact, "url"), literal(text(contact, "name")))
        if text(contact, "url")
        else literal(text(contact, "name")),
        address(f"mailto:{email}", literal(email)) if email else "",
    ]
    yield label("Contact"), " · ".join(part for part in said if part)
    licence = mapping(info, "license")
    name = literal(text(licence, "name") or text(licence, "identifier"))
    yield label("License"), address(text(licence, "url"), name) if text(licence, "url") else name
    terms = text(info, "termsOfService")
    yield label("Terms of service"), address(terms) if terms else ""
    yield label("More"), view.outside(view.api.root.value)
    yield label("Document"), " · ".join(markup.link(path, words) for words, path in downloads)
    yield from view.extensions(info)
    yield from view.extensions(view.api.root.value)


def _servers(view: View) -> Iterator[str]:
    label, servers = view.label, exchange.servers(view.api)
    if not servers:
        return
    yield f"## {label('Servers')} {{ #-servers }}"
    rows = ((server_address(one.url), commonmark.phrase(one.description) or literal(one.name)) for one in servers)
    yield from table((label("Address"), label("What it is")), rows)
    variables = [
        (
            code_of(name),
            code_of(value["default"]) if "default" in value else "",
            ", ".join(code_of(option) for option in sequence(value, "enum")),
            commonmark.phrase(text(value, "description")),
        )
        for one in servers
        for name, value in one.variables.items()
        if isinstance(value, dict)
    ]
    yield from table(
        (label("Variable"), label("Default"), label("One of"), label("What it is")), dict.fromkeys(variables)
    )


def _authentication(view: View) -> Iterator[str]:
    label, schemes = view.label, exchange.schemes(view.api)
    if not schemes:
        return
    yield f"## {label('Authentication')} {{ #-authentication }}"
    yield f"{label('Where an operation says nothing else')}: {security(view)}"
    for name, scheme in schemes.items():
        parts = [f'<code class="opsbook-name">{literal(name)}</code>', *_way(view, scheme)]
        if scheme.get("deprecated") is True:
            parts.append(f'<span class="opsbook-mark">{label("deprecated")}</span>')
        yield paragraph(" · ".join(part for part in parts if part), "opsbook-field")
        yield from view.prose(scheme, classes="opsbook-about", level=5)
        extensions = [f"{key} {shown}" for key, shown in view.extensions(scheme)]
        if extensions:
            yield paragraph(" · ".join(extensions), "opsbook-limits")
        for flow, value in exchange.flows(scheme).items():
            yield from _flow(view, flow, value)


def _way(view: View, scheme: Mapping[str, Any]) -> Iterator[str]:
    label, kind = view.label, text(scheme, "type")
    if kind == "apiKey":
        place = text(scheme, "in")
        yield label("API key")
        yield f"{label(_PLACES[place]) if place in _PLACES else literal(place)} {code_of(text(scheme, 'name'))}"
    elif kind in ("http", "basic"):
        spelled = (text(scheme, "scheme") or "basic").capitalize()
        yield f"{label('header')} {code_of(f'Authorization: {spelled} …')}"
        if text(scheme, "bearerFormat"):
            yield literal(text(scheme, "bearerFormat"))
    elif kind == "oauth2":
        yield "OAuth 2"
        if text(scheme, "oauth2MetadataUrl"):
            yield address(text(scheme, "oauth2MetadataUrl"))
    elif kind == "openIdConnect":
        yield "OpenID Connect"
        yield address(text(scheme, "openIdConnectUrl"))
    elif kind == "mutualTLS":
        yield label("client certificate")
    else:
        yield literal(kind)


def _flow(view: View, name: str, flow: Mapping[str, Any]) -> Iterator[str]:
    label = view.label
    said = [f"{label('flow')} <strong>{label(_FLOWS[name]) if name in _FLOWS else literal(name)}</strong>"]
    for key, words in (
        ("authorizationUrl", N_("authorize at")),
        ("deviceAuthorizationUrl", N_("authorize the device at")),
        ("tokenUrl", N_("token from")),
        ("refreshUrl", N_("refresh at")),
    ):
        if text(flow, key):
            said.append(f"{label(words)} {address(text(flow, key))}")
    yield paragraph(" · ".join(said), "opsbook-limits")
    scopes = mapping(flow, "scopes")
    rows = (
        (code_of(scope), commonmark.phrase(words) if isinstance(words, str) else "") for scope, words in scopes.items()
    )
    yield from table((label("Scope"), label("What it allows")), rows)


def _operations(view: View) -> Iterator[str]:
    label, offers = view.label, view.offers
    groups = [(tag, [one for one in tag.operations if not one.webhook]) for tag in offers.tags]
    groups = [(tag, found) for tag, found in groups if found]
    if groups:
        yield f"## {label('All operations')} {{ #-operations }}"
    for tag, found in groups:
        yield paragraph(f"<strong>{view.to_tag(tag)}</strong>", "opsbook-media")
        yield from operation_table(view, found)
    hooks = [one for one in offers.operations if one.webhook]
    if hooks:
        yield f"## {label('Webhooks')} {{ #-webhooks }}"
        yield label("What the API sends to you.")
        yield from operation_table(view, hooks)


def _errors(view: View) -> Iterator[str]:
    """Every status that says that something went wrong, over all operations."""
    label = view.label
    found: dict[str, dict[str, tuple[Response, int]]] = {}
    for operation in view.offers.operations:
        for one in exchange.responses(view.api, operation) if not operation.webhook else ():
            if one.is_error:
                said = found.setdefault(one.status, {})
                said[one.description] = (one, said.get(one.description, (one, 0))[1] + 1)
    if not found:
        return
    printer = Operations(view)
    rows = []
    for status, ways in sorted(found.items(), key=lambda one: (one[0] == "default", one[0])):
        common = sorted(ways.values(), key=lambda one: -one[1])
        shown = [commonmark.phrase(one.description) for one, _ in common[:_MEANINGS]]
        meaning = "<br>".join(shown) + (" …" if len(common) > _MEANINGS else "")
        bodies = dict.fromkeys(printer.row(one)[2] for one, _ in common)
        rows.append((f"<strong>{literal(status)}</strong>", meaning, next(iter(bodies))))
    yield f"## {label('Errors')} {{ #-errors }}"
    yield from table((label("Status"), label("Meaning"), label("Body")), rows)


def _rates(view: View) -> Iterator[str]:
    """The headers by which the API says how much may still be asked."""
    found: dict[str, Parameter] = {}
    for operation in view.offers.operations:
        for response in exchange.responses(view.api, operation):
            for header in response.headers:
                if _RATE.search(header.name):
                    found.setdefault(header.name.lower(), header)
    if found:
        label, schemas = view.label, Schemas(view)
        yield f"## {label('Rate limits')} {{ #-rate-limits }}"
        rows = (
            (code_of(one.name), schemas.type_of(one.schema), commonmark.phrase(text(one.value, "description")))
            for one in found.values()
        )
        yield from table((label("Header"), label("Type"), label("What it is")), rows)


def _schemas(view: View) -> Iterator[str]:
    if view.offers.schemas:
        yield f"## {view.label('Schemas')} {{ #-schemas }}"
        links = sorted(view.offers.schemas, key=lambda one: (one.title.lower(), one.name))
        yield paragraph(" · ".join(view.to_schema(one) for one in links), "opsbook-schemas")
