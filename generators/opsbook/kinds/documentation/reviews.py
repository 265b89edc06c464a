"""When the documents of a system have to be read again: by the calendar, and by what happened since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from opsbook.diagnostic import Finding
from opsbook.history import Happening, happenings
from opsbook.kind import EventType, Spec
from opsbook.kinds.documentation.gate import plans
from opsbook.kinds.documentation.model import Documentation, Schedule, Trigger
from opsbook.model import Document, spell_duration
from opsbook.project import Project
from opsbook.source import Source

_TRIGGERS: Mapping[EventType, Trigger] = {
    "incident": "incident",
    "drill": "drill",
    "release": "release",
    "action": "postmortem-action",
}
"""What happens, and as what a schedule knows it. On which day what a document names has changed, specs do not tell."""


@dataclass(frozen=True)
class Reviewed:
    """A document whose kind has a schedule, and what is known of its reviews."""

    spec: Spec[Document]
    schedule: Schedule
    since: tuple[Happening, ...]
    """What happened after its last review and makes it due, the newest first."""
    ahead: tuple[Happening, ...]
    """The actions that are not done and will make it due, the newest first."""

    @property
    def calendar(self) -> date:
        """The day by which it has to be read again if nothing happens: the earlier of its own and the schedule's."""
        own = self.spec.document.review_due
        try:
            scheduled = self.spec.document.last_reviewed + self.schedule.every if self.schedule.every else own
        except OverflowError:
            scheduled = date.max
        return min(own, scheduled)

    @property
    def due(self) -> date:
        """The day by which it has to be read again."""
        return min([self.calendar, *(one.event.day for one in self.since)])


def reviews(plan: Spec[Documentation], project: Project) -> tuple[Reviewed, ...]:
    """Every document of a system whose kind the plan schedules, the one that is due first first."""
    schedules = {one.kind: one for one in reversed(plan.document.schedule)}
    concerning: dict[str, list[Happening]] = {}
    for happening in happenings(project):
        for path in happening.concerned:
            concerning.setdefault(path, []).append(happening)
    found = (
        _reviewed(spec, schedules[spec.kind.name], concerning.get(spec.source.path, ()))
        for spec in project.specs
        if spec.system == plan.system and spec.kind.name in schedules and isinstance(spec.document, Document)
    )
    return tuple(sorted(found, key=lambda one: (one.due, one.spec.path)))


def _reviewed(spec: Spec[Document], schedule: Schedule, concerning: list[Happening] | tuple[()]) -> Reviewed:
    wanted = [one for one in concerning if _TRIGGERS.get(one.event.type) in schedule.after]
    reviewed = spec.document.last_reviewed
    since = tuple(one for one in wanted if not one.event.ahead and one.event.day > reviewed)
    return Reviewed(spec, schedule, since, tuple(one for one in wanted if one.event.ahead))


def missed_update(project: Project, today: date) -> Iterator[tuple[Source, Finding]]:
    """A document was not read again after something that its plan says makes it due.

    Who used a runbook in an incident knows best where it was wrong, for some days. The plan says what makes documents
    of a kind due: the end of an incident that used them, a drill that found something, a version of an API that they
    name, an action that was done. Read the document against it, mend it, and set the day:

        schedule:
          - {kind: runbook, owner: on-call, every: 30d, after: [incident]}
    """
    for plan in plans(project):
        for one in reviews(plan, project):
            for happening in one.since:
                event = happening.event
                if event.day > today:
                    continue
                yield (
                    one.spec.source,
                    Finding(
                        (*one.spec.kind.base, "last_reviewed"),
                        f"`{one.spec.document.id}` was last reviewed on {one.spec.document.last_reviewed}, before "
                        f"{_SAID[event.type]} {_named(happening)} on {event.day}",
                        f"read it against {happening.spec.source.path}, mend it, and set `last_reviewed: {today}`",
                    ),
                )


_SAID: Mapping[EventType, str] = {
    "incident": "the end of the incident",
    "drill": "the drill",
    "release": "the release of",
    "action": "the action",
}


def _named(happening: Happening) -> str:
    """The id by which an author knows what happened."""
    return (
        happening.event.address.rpartition("#")[2] if happening.event.type == "action" else happening.spec.document.id
    )


def loose_schedule(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A document may wait longer for its review than the plan of its system allows for its kind.

    Its page promises one day and the plan another. Tighten the document, or loosen the plan:

        review_every: 30d
    """
    for plan in plans(project):
        for one in reviews(plan, project):
            every, own = one.schedule.every, one.spec.document.review_every
            if every and own > every:
                yield (
                    one.spec.source,
                    Finding(
                        (*one.spec.kind.base, "review_every"),
                        f"`{one.spec.document.id}` is reviewed every {spell_duration(own)}, and its plan allows "
                        f"{spell_duration(every)} for the kind `{one.spec.kind.name}`",
                        f"write `review_every: {spell_duration(every)}`, or change the schedule in {plan.source.path}",
                    ),
                )
