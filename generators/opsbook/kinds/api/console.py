"""What stands beside the pages of an API: the document to download, and a page that sends requests."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator
from html import escape
from typing import Any

from opsbook.kind import Spec
from opsbook.kinds.api.model import ApiDocument
from opsbook.markup import plain_text
from opsbook.openapi.bundle import bundle
from opsbook.openapi.exchange import mapping, text
from opsbook.openapi.walk import Api
from opsbook.page import Artifact, relative
from opsbook.project import Project
from opsbook.source import Source

CONSOLE = "assets/opsbook/swagger-ui"
"""Where the files of Swagger UI stand in a site."""

_POLICY = "img-src data:; media-src 'none'; frame-src 'none'; object-src 'none'; font-src data:; base-uri 'none'"
"""Descriptions may name images of other hosts: they are not fetched."""


def artifacts(spec: Spec[ApiDocument], project: Project) -> Iterator[Artifact]:
    """The files of the document as they were written, one of all of them, and the page to try it."""
    folder = posixpath.dirname(spec.path)
    api = spec.document.offers.api
    sources = files(api)
    for name, source in sources.items():
        yield Artifact(f"{folder}/{name}", source.text.encode("utf-8", "replace"))
    whole = bundle(api)
    if len(sources) > 1:
        content = json.dumps(whole, ensure_ascii=False, indent=2).encode("utf-8", "replace")
        yield Artifact(f"{folder}/{bundled_name(spec)}", content)
    yield Artifact(f"{folder}/try.html", _page(spec, project, whole).encode("utf-8", "replace"))


def files(api: Api) -> dict[str, Source]:
    """The files that a document is made of, by where they are downloaded from; the document itself is the first."""
    found = {api.root.source.path: api.root.source}
    for node in api.targets.values():
        found.setdefault(node.source.path, node.source)
    common = posixpath.commonpath([posixpath.dirname(path) for path in found]) if len(found) > 1 else ""
    start = common or posixpath.dirname(api.root.source.path) or "."
    return {f"document/{posixpath.relpath(path, start)}": source for path, source in found.items()}


def bundled_name(spec: Spec[ApiDocument]) -> str:
    """Where all files of a document stand in one."""
    return f"document/{spec.document.id}-bundled.json"


def _quiet(whole: dict[str, Any]) -> dict[str, Any]:
    """The document without the addresses that Swagger UI fetches by itself; a token can be given all the same."""
    components = mapping(whole, "components")
    schemes = {
        name: _with_token(one) if isinstance(one, dict) else one
        for name, one in mapping(components, "securitySchemes").items()
    }
    return {**whole, "components": {**components, "securitySchemes": schemes}} if schemes else whole


def _with_token(scheme: dict[str, Any]) -> dict[str, Any]:
    if scheme.get("type") == "openIdConnect":
        return {"type": "http", "scheme": "bearer", "description": text(scheme, "description")}
    return {key: value for key, value in scheme.items() if key != "oauth2MetadataUrl"}


def _page(spec: Spec[ApiDocument], project: Project, whole: dict[str, Any]) -> str:
    label = project.labels(spec.system)
    path = posixpath.join(posixpath.dirname(spec.path), "try.html")
    title = escape(" ".join(plain_text(spec.document.title).split()))
    assets = relative(CONSOLE, path)
    # `<` as an escape of JSON: no text of the document can end the element that holds it.
    document = json.dumps(_quiet(whole), separators=(",", ":")).replace("<", "\\u003c")
    return f"""<!doctype html>
<html lang="{label.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>{label("Try it")} · {title}</title>
<link rel="stylesheet" href="{assets}/swagger-ui.css">
<link rel="stylesheet" href="{assets}/try.css">
</head>
<body>
<header><a href="index.html">{title}</a>
<p>{label("Requests go from your browser to the server that you choose. They are real.")}</p></header>
<div id="swagger-ui"></div>
<script type="application/json" id="document">{document}</script>
<script src="{assets}/swagger-ui-bundle.js"></script>
<script src="{assets}/try.js"></script>
</body>
</html>
"""
