"""The page of the first week: what somebody new reads and tries, in an order that makes sense, with boxes to tick."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from opsbook.first_week import Stage, Task, reading
from opsbook.kind import Spec
from opsbook.kinds.system.model import System
from opsbook.labels import N_
from opsbook.page import Page
from opsbook.printer import Printer, render
from opsbook.project import Project
from opsbook.reference import Home

NAME = "first-week"
"""What its page is called, and what the keys of its boxes begin with."""

STAGES: dict[Stage, str] = {
    "system": N_("What the system is"),
    "set-up": N_("Set it up and change it"),
    "interfaces": N_("Call it"),
    "incidents": N_("How incidents are run"),
    "runbooks": N_("Runbooks to know"),
    "shift": N_("What is done every shift"),
    "monitoring": N_("What is watched"),
    "drills": N_("Practise"),
    "postmortems": N_("Learn from what went wrong"),
}
"""The sections of the page, in the order in which they are worked through."""


def first_week_path(system: str) -> str:
    """The path of the page of a system's first week."""
    return f"{system}/{NAME}.md"


def first_week(spec: Spec[System], project: Project) -> Page:
    """One page: sections of tasks, each of which somebody ticks."""
    path = first_week_path(spec.system)
    md = Printer(project, path, Home(spec.system, "system", spec.document.id))
    label = md.label
    found = list(tasks(spec, md))
    title = label("First week")
    whole = sum((task.takes for task in found), timedelta())
    body = render(
        Path(__file__).with_name("first-week.md.jinja"),
        md,
        title=title,
        description=label("What somebody new reads and tries: {system}").replace(
            "{system}", md.plain(spec.document.title)
        ),
        facts=[
            (label("System"), md.link("system", spec.document.id)),
            (label("Takes about"), md.duration(whole)),
            (label("Owner"), md.link("role", spec.document.owner)),
        ],
        key=f"{spec.system}/{NAME}",
        sections=[
            (stage, label(heading), belonging)
            for stage, heading in STAGES.items()
            if (belonging := [task for task in found if task.stage == stage])
        ],
    )
    return Page(path, title, body, (), spec.source.path)


def home_id(spec: Spec[System]) -> str:
    """The id of the task that is to read the system's home."""
    return f"system/{spec.document.id}"


def tasks(spec: Spec[System], md: Printer) -> Iterator[Task]:
    """The system's home, and what every kind has to offer somebody new."""
    system = spec.document
    yield Task(
        home_id(spec),
        "system",
        md.link("system", system.id),
        md.plain(system.title),
        md.label("What it is for, what it is made of, who answers for what, and how to reach them."),
        reading([system.summary, *(service.description or "" for service in system.services)], more=3),
    )
    for kind in md.project.kinds:
        specs = md.project.of(kind.model, spec.system)
        if kind.first_week and specs:
            yield from kind.first_week(specs, md)
