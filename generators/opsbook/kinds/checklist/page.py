"""The page of a checklist: items that can be ticked, and the form of what to write down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opsbook.kind import Spec
from opsbook.kinds.checklist.model import Checklist
from opsbook.labels import N_
from opsbook.page import Page
from opsbook.printed_step import exports, printed_steps
from opsbook.printer import Printer, render
from opsbook.project import Project
from opsbook.reference import Home

FREQUENCIES = {
    "shift-start": N_("At the start of a shift"),
    "end-of-day": N_("At the end of the day"),
    "daily": N_("Daily"),
    "weekly": N_("Weekly"),
    "fortnightly": N_("Fortnightly"),
    "monthly": N_("Monthly"),
    "quarterly": N_("Quarterly"),
    "on-demand": N_("When needed"),
}
"""The frequencies as they are called on pages, the most frequent first."""


def pages(spec: Spec[Checklist], project: Project) -> Iterator[Page]:
    """One page with the items in their order."""
    checklist = spec.document
    md = Printer(project, spec.path, Home(spec.system, "checklist", checklist.id), spec)
    label = md.label
    facts = [
        (label("When"), label(FREQUENCIES[checklist.frequency])),
        (label("Takes about"), md.duration(checklist.expected_time) if checklist.expected_time else ""),
        (label("Services"), md.links("service", checklist.services)),
        (label("Owner"), md.link("role", checklist.owner)),
        (label("Reviewed"), md.freshness(checklist)),
        *md.listed_here(),
    ]
    form = "\n".join(f"{md.plain(field.title)}: " for field in checklist.record)
    body = render(
        Path(__file__).with_name("page.md.jinja"),
        md,
        steps=printed_steps,
        checklist=checklist,
        facts=facts,
        form=form,
        exports=exports(checklist.parameters),
        key=f"{spec.system}/{checklist.id}",
    )
    yield Page(spec.path, md.plain(checklist.title), body, (label("Checklists"),), spec.source.path)
