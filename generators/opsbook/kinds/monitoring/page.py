"""The page of what is watched: every alert, what it means and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opsbook.kind import Spec
from opsbook.kinds.monitoring.model import Monitoring
from opsbook.page import Page
from opsbook.printer import Printer, render
from opsbook.project import Project
from opsbook.reference import Home


def pages(spec: Spec[Monitoring], project: Project) -> Iterator[Page]:
    """One page: the table of alerts, then one section an alert."""
    md = Printer(project, spec.path, Home(spec.system, "monitoring", spec.document.id))
    body = render(
        Path(__file__).with_name("page.md.jinja"),
        md,
        monitoring=spec.document,
        facts=[
            (md.label("Owner"), md.link("role", spec.document.owner)),
            (md.label("Reviewed"), md.freshness(spec.document)),
        ],
        listed=lambda alert: md.listed(project.find(spec.system, "alert", alert.id)),
    )
    yield Page(spec.path, md.plain(spec.document.title), body, (md.label("Monitoring"),), spec.source.path)
