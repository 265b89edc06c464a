"""The page of an incident process: what an incident commander needs in front of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from opsbook.kind import Spec
from opsbook.kinds.incident_process.model import IncidentProcess
from opsbook.labels import N_
from opsbook.page import Page
from opsbook.printer import Printer, render
from opsbook.project import Project
from opsbook.reference import Home

STAGES = {
    "initial": N_("First message"),
    "update": N_("Update"),
    "mitigation": N_("Mitigation"),
    "closing": N_("Closing message"),
}
"""The stages of an incident's communication, as they are called on pages."""


def pages(spec: Spec[IncidentProcess], project: Project) -> Iterator[Page]:
    """One page: severities first, for that is the first decision."""
    process = spec.document
    md = Printer(project, spec.path, Home(spec.system, "incident-process", process.id))
    body = render(
        Path(__file__).with_name("page.md.jinja"),
        md,
        process=process,
        severities=process.by_rank,
        stages=STAGES,
        facts=[(md.label("Owner"), md.link("role", process.owner)), (md.label("Reviewed"), md.freshness(process))],
    )
    yield Page(spec.path, md.plain(process.title), body, (), spec.source.path)


def home(specs: Sequence[Spec[IncidentProcess]], md: Printer) -> str:
    """The first decision of an incident: how bad it is, and what to open."""
    return render(Path(__file__).with_name("home.md.jinja"), md, processes=[spec.document for spec in specs])
