"""APIs: OpenAPI documents as a reference that can be read and searched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from opsbook.diagnostic import Diagnostic
from opsbook.figures import Figure
from opsbook.kind import Kind, Part, Spec, Subject
from opsbook.kinds.api.console import artifacts
from opsbook.kinds.api.events import events
from opsbook.kinds.api.first_week import tasks
from opsbook.kinds.api.model import ApiDocument, fields
from opsbook.kinds.api.page import pages
from opsbook.labels import N_
from opsbook.markup import literal
from opsbook.openapi.contents import Contents
from opsbook.openapi.exchange import servers
from opsbook.openapi.walk import Api


def _page(system: str, document: ApiDocument) -> str:
    return f"{system}/apis/{document.id}/index.md"


def _parts(document: ApiDocument) -> Iterator[Part]:
    """Operations and schemas; a part has the address of the page that shows it."""
    offers = document.offers
    for operation in offers.operations:
        title = literal(operation.summary)
        yield Part(
            f"{document.id}#{operation.name}",
            title,
            operation.name if document.layout == "tag" else "",
            operation.node.route,
            "operation",
            document.page_of(operation),
        )
    for schema in offers.schemas:
        page = document.page_of(schema)
        yield Part(f"{document.id}#{schema.name}", literal(schema.title), "", schema.node.route, "schema", page)
        for name, field in offers.fields(schema).items():
            yield Part(
                f"{document.id}#{schema.name}.{name}",
                f"{literal(schema.title)}.{literal(field.name)}",
                name,
                field.route,
                "schema",
                page,
            )


def _adopt(
    versions: Sequence[Api], system: str, id_: str, defaults: Mapping[str, Any]
) -> Spec[ApiDocument] | list[Diagnostic]:
    api, *earlier = versions
    spec = API.parse(api.root.source, system, fields(api, id_, defaults))
    if not isinstance(spec, Spec):
        return spec
    read = {"contents": Contents(api), "earlier": tuple(earlier)}
    return replace(spec, document=spec.document.model_copy(update=read))


def _figures(document: ApiDocument) -> Mapping[Figure, int]:
    offers = document.offers
    return {
        "apis": 1,
        "paths": len({operation.path for operation in offers.operations}),
        "operations": len(offers.operations),
        "schemas": len(offers.schemas),
        "tags": sum(bool(tag.name) for tag in offers.tags),
        "servers": len(servers(offers.api)),
    }


def _subjects(document: ApiDocument) -> Iterator[Subject]:
    for operation in document.offers.operations:
        yield Subject("operation", operation.node.route)


API = Kind(
    name="api",
    model=ApiDocument,
    group=N_("APIs"),
    folder="apis",
    page=_page,
    pages=pages,
    first_week=tasks,
    parts=_parts,
    artifacts=artifacts,
    assets="swagger-ui",
    adopt=_adopt,
    base=("x-opsbook",),
    contents=lambda document: document.offers,
    figures=_figures,
    subjects=_subjects,
    events=events,
    skeleton=Path(__file__).with_name("skeleton.yaml.jinja"),
)
