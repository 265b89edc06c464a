"""What happened to systems and to their documentation, from the dated facts of their specs, and what it concerns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from opsbook.kind import Definition, Event, EventType, Spec
from opsbook.labels import N_
from opsbook.model import Document
from opsbook.project import Project

REVIEW = N_("Review")
"""What the reading of documents is called, as a label."""

EVENTS: dict[EventType, str] = {
    "incident": N_("Incident is over"),
    "drill": N_("Drill was played"),
    "release": N_("Version of an API"),
    "action": N_("Action is done"),
    "review": REVIEW,
}
"""What each sort of event is called, as a label; on a day they come in this order."""

_ORDER = {type_: number for number, type_ in enumerate(EVENTS)}


@dataclass(frozen=True)
class Happening:
    """An event, the document that tells of it, and the documents that it concerns."""

    event: Event
    spec: Spec[Any]
    concerned: frozenset[str]
    """The paths of the specs that have to be read against it."""


def happenings(project: Project) -> tuple[Happening, ...]:
    """Everything that the specs of all systems tell but reviews, the newest first."""
    return project.once("history happenings", lambda: tuple(sorted(_happenings(project), key=_newest_first)))


def _newest_first(one: Happening) -> tuple[Any, ...]:
    return -one.event.day.toordinal(), _ORDER[one.event.type], one.spec.system, one.event.address, one.event.title


def _happenings(project: Project) -> Iterator[Happening]:
    users: dict[str, set[str]] = {}
    for spec in project.specs:
        for event in spec.kind.events(spec, project):
            found = (project.resolve(reference, spec.home) for reference in event.concerns)
            concerned = {one.source for one in found if isinstance(one, Definition)}
            if event.type == "release":
                users = users or _users(project)
                concerned |= users.get(spec.source.path, set())
            yield Happening(event, spec, frozenset(concerned - {spec.source.path}))


def _users(project: Project) -> dict[str, set[str]]:
    """The documents that name an API, or something in it, by the path of its spec."""
    users: dict[str, set[str]] = defaultdict(set)
    apis = {spec.source.path for spec in project.specs if spec.kind.contents}
    for spec in project.specs:
        for _, thing in project.named_by(spec):
            if thing.source in apis:
                users[thing.source].add(spec.source.path)
    return dict(users)


@dataclass(frozen=True)
class Day:
    """What happened on one day."""

    day: date
    happenings: tuple[Happening, ...]
    """In the order of their sorts."""
    reviewed: tuple[Spec[Any], ...]
    """The documents that were reviewed, in the order of the specs."""


def days(project: Project, systems: Iterable[str]) -> tuple[Day, ...]:
    """The days on which something happened to some systems, the newest first; what lies ahead is left out.

    Of the reviews of a document its spec knows the last one.
    """
    wanted = frozenset(systems)
    told: dict[date, list[Happening]] = defaultdict(list)
    read: dict[date, list[Spec[Any]]] = defaultdict(list)
    for one in happenings(project):
        if one.spec.system in wanted and not one.event.ahead:
            told[one.event.day].append(one)
    for spec in project.specs:
        if spec.system in wanted and isinstance(spec.document, Document):
            read[spec.document.last_reviewed].append(spec)
    every = sorted(told.keys() | read.keys(), reverse=True)
    return tuple(Day(day, tuple(told.get(day, ())), tuple(read.get(day, ()))) for day in every)
