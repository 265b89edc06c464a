"""The pages of drills and of their records."""

from __future__ import annotations

from collections.abc import Iterator

from opsbook.kind import Spec
from opsbook.kinds.drill.model import Drill
from opsbook.kinds.drill.record import DrillRecord
from opsbook.page import Page
from opsbook.printer import Printer
from opsbook.project import Project
from opsbook.reference import Home


def pages(spec: Spec[Drill], project: Project) -> Iterator[Page]:
    """One page."""
    md = Printer(project, spec.path, Home(spec.system, "drill", spec.document.id))
    yield Page(
        spec.path,
        md.plain(spec.document.title),
        md.block(spec.document.purpose),
        (md.label("Drills"),),
        spec.source.path,
    )


def record_pages(spec: Spec[DrillRecord], project: Project) -> Iterator[Page]:
    """One page."""
    md = Printer(project, spec.path, Home(spec.system, "drill-record", spec.document.id))
    yield Page(spec.path, md.plain(spec.document.title), "", (md.label("Drills"),), spec.source.path)
