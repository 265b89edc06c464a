"""The pages of an API: an overview, its operations by tag or one by one, and a page for each named schema."""

from __future__ import annotations

from collections.abc import Iterator

from opsbook.kind import Spec
from opsbook.kinds.api.changes import CHANGES, changes_page
from opsbook.kinds.api.console import bundled_name, files
from opsbook.kinds.api.model import ApiDocument
from opsbook.kinds.api.operations import operation_page, tag_page
from opsbook.kinds.api.overview import overview
from opsbook.kinds.api.schemas import schema_page
from opsbook.kinds.api.view import View, literal
from opsbook.openapi.samples import Sampler
from opsbook.page import Page
from opsbook.project import Project


def pages(spec: Spec[ApiDocument], project: Project) -> Iterator[Page]:
    """The overview, and what it links to."""
    document = spec.document
    offers = document.offers
    view = View(spec, project, spec.path, Sampler(offers.api), offers)
    yield overview(view, _downloads(view))
    if document.earlier:
        yield changes_page(view.at(CHANGES))
    for tag in offers.tags:
        yield tag_page(view.at(document.page_of_tag(tag)), tag)
        if document.layout == "operation":
            for operation in tag.operations:
                yield operation_page(view.at(document.page_of(operation)), operation)
    for schema in offers.schemas:
        yield schema_page(view.at(document.page_of(schema)), schema)


def _downloads(view: View) -> list[tuple[str, str]]:
    """The page to try the API, and the files of its document: words and paths."""
    names = list(files(view.api))
    found = [(view.label("Try it"), "try.html")]
    if len(names) > 1:
        found.append((view.label("all in one file"), bundled_name(view.spec)))
    return [*found, *((literal(name.removeprefix("document/")), name) for name in names)]
