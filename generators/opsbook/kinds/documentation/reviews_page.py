"""The page of reviews: who reads what and how often, what is due first, and what happened since the last reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from opsbook.history import EVENTS, Happening
from opsbook.kind import Spec
from opsbook.kinds.documentation import words
from opsbook.kinds.documentation.model import Documentation, Schedule
from opsbook.kinds.documentation.page import GROUP
from opsbook.kinds.documentation.reviews import Reviewed, reviews
from opsbook.page import Page, relative
from opsbook.printer import Printer, render
from opsbook.project import Project
from opsbook.reference import Home


def reviews_path(system: str) -> str:
    """The path of the page of a system's reviews."""
    return f"{system}/documentation/reviews.md"


def reviews_page(spec: Spec[Documentation], project: Project) -> Iterator[Page]:
    """One page, where a plan schedules reviews or has routines."""
    plan = spec.document
    if not (plan.schedule or plan.routines):
        return
    path = reviews_path(spec.system)
    md = Printer(project, path, Home(spec.system, "documentation", plan.id), spec)
    label = md.label
    found = reviews(spec, project)
    title = label("Reviews")
    body = render(
        Path(__file__).with_name("reviews.md.jinja"),
        md,
        title=title,
        facts=[
            (label("Documents with a schedule"), str(len(found))),
            (label("Next review"), _due(found[0], found[0].due, md) if found else ""),
            (label("Plan"), md.link("documentation", plan.id)),
        ],
        missed=[(_told(happening, md), _link(one, md)) for one in found for happening in one.since],
        schedule=[_scheduled(one, found, md) for one in plan.schedule],
        documents=[_row(one, md) for one in found],
        routines=[
            (
                routine.id,
                md.cell(routine.title),
                md.duration(routine.every),
                md.link("role", routine.owner),
                md.cell(routine.text),
                md.references(routine.documents),
            )
            for routine in plan.routines
        ],
    )
    yield Page(path, title, body, (label(GROUP),), spec.source.path)


def _scheduled(schedule: Schedule, found: Sequence[Reviewed], md: Printer) -> tuple[str, ...]:
    """A row: the kind, the role, how often, what makes it due before its time, how many documents, the first day."""
    own = [one for one in found if one.schedule is schedule]
    return (
        md.label(words.KINDS[schedule.kind]) if schedule.kind in words.KINDS else md.value(schedule.kind),
        md.link("role", schedule.owner),
        md.duration(schedule.every) if schedule.every else md.label("as each document says"),
        "<br>".join(md.label(words.TRIGGERS[one]) for one in schedule.after),
        str(len(own)),
        _due(own[0], own[0].due, md) if own else "",
    )


def _row(one: Reviewed, md: Printer) -> tuple[str, ...]:
    """A row: by when, what, who, the last review, what happened since and what will."""
    document = one.spec.document
    told = [_told(happening, md) for happening in one.since]
    coming = [_told(happening, md) for happening in one.ahead]
    return (
        _due(one, one.due, md),
        f"{_link(one, md)}<br>{_kind(one, md)}",
        md.link("role", document.owner),
        f"<time>{document.last_reviewed}</time>",
        "<br>".join([*told, *coming]),
    )


def _link(one: Reviewed, md: Printer) -> str:
    return md.link(one.spec.kind.name, one.spec.document.id)


def _kind(one: Reviewed, md: Printer) -> str:
    name = one.spec.kind.name
    return md.label(words.KINDS[name]) if name in words.KINDS else md.value(name)


def _told(happening: Happening, md: Printer) -> str:
    """What happened and on which day, with the way to it."""
    event = happening.event
    link = f"[{md.unlinked(event.title)}]({relative(event.address, md.path)})"
    said = md.label("Action is due") if event.ahead else md.label(EVENTS[event.type])
    return f"<time>{event.day}</time> {said}: {link}"


def _due(one: Reviewed, day: date, md: Printer) -> str:
    """A day that the browser marks by its own clock once it is over; what happened before it is overdue at once."""
    overdue = md.attribute(md.label("review overdue"))
    ends = " data-opsbook-ends" if one.since else ""
    return f'<time class="opsbook-due" datetime="{day}"{ends} data-opsbook-overdue="{overdue}">{day}</time>'
