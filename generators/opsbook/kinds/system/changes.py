"""What happened to a system and to its documentation, day by day: for people, and for readers of feeds."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from opsbook.feed import CHANGES, FEED, day_anchor, system_feed
from opsbook.history import EVENTS, REVIEW, Day, days
from opsbook.kind import Event, Spec
from opsbook.kinds.system.model import System
from opsbook.page import Artifact, Page, relative
from opsbook.printer import MOST_LISTED, Printer, render
from opsbook.project import Project
from opsbook.reference import Home


def changes_path(system: str) -> str:
    """The path of the page of a system's changes."""
    return f"{system}/{CHANGES}"


def changes(spec: Spec[System], project: Project) -> Page:
    """The days on which something happened, by month, the newest first."""
    path = changes_path(spec.system)
    md = Printer(project, path, Home(spec.system, "system", spec.document.id))
    title = md.label("Changes")
    by_month = groupby(days(project, (spec.system,)), key=lambda day: f"{day.day:%Y-%m}")
    body = render(
        Path(__file__).with_name("changes.md.jinja"),
        md,
        title=title,
        feeds=[
            (md.label("Feed of this system"), f"[Atom]({FEED})"),
            (md.label("Feed of all systems"), f"[Atom]({relative(FEED, path)})"),
        ],
        months=[(month, [row for day in found for row in _rows(day, md)]) for month, found in by_month],
    )
    return Page(path, title, body, (), spec.source.path)


def feeds(spec: Spec[System], project: Project) -> Iterator[Artifact]:
    """The same as a feed."""
    yield system_feed(spec.system, project)


def _rows(day: Day, md: Printer) -> Iterator[tuple[str, str, str]]:
    """Rows: the day, what sort of thing happened, and which; the first of them is where links to the day lead."""
    label = md.label
    told = [
        (label(EVENTS[type_]), "<br>".join(_told(one.event, md) for one in same))
        for type_, same in groupby(day.happenings, key=lambda one: one.event.type)
    ]
    if day.reviewed:
        links = [md.link(spec.kind.name, spec.document.id) for spec in day.reviewed]
        listed = ", ".join(links)
        if len(links) > MOST_LISTED:
            count = label("{count} documents").replace("{count}", str(len(links)))
            listed = f'<details class="opsbook-source"><summary>{count}</summary>{listed}</details>'
        told.append((label(REVIEW), listed))
    for number, (what, which) in enumerate(told):
        anchor = "" if number else f' id="{day_anchor(day.day)}"'
        yield f'<time{anchor} datetime="{day.day}">{day.day}</time>', what, which


def _told(event: Event, md: Printer) -> str:
    """What it is called and what came of it, with the way to it."""
    link = f"[{md.unlinked(event.title)}]({relative(event.address, md.path)})"
    return f"{link} · {md.label(event.note)}" if event.note else link
