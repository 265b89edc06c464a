"""The pages of an API."""

from __future__ import annotations

from collections.abc import Iterator

from opsbook.kind import Spec
from opsbook.kinds.api.model import ApiDocument
from opsbook.page import Page
from opsbook.printer import Printer
from opsbook.project import Project
from opsbook.reference import Home


def pages(spec: Spec[ApiDocument], project: Project) -> Iterator[Page]:
    """The overview, and what it links to."""
    document = spec.document
    md = Printer(project, spec.path, Home(spec.system, "api", document.id), spec)
    yield Page(spec.path, md.plain(document.title), f"# {document.title}\n", (md.label("APIs"),), spec.source.path)
