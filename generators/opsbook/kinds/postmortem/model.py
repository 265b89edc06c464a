"""What the record of an incident holds: what happened, why it could, what is done about it.

The parts are those that the postmortem guides of Google's SRE book, PagerDuty and Etsy's debriefing guide share.
There is no field for one root cause: incidents have contributing factors, and a form with one line for the cause gets
one line.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from opsbook.model import (
    Day,
    Id,
    Line,
    Model,
    Moment,
    Named,
    Record,
    Ref,
    Reference,
    RoleId,
    ServiceId,
    SeverityId,
    Text,
    Url,
)

Status: TypeAlias = Literal["draft", "in_review", "approved", "closed", "not_required"]
"""How far a postmortem is: being written, being read, agreed on, all actions settled; or not needed, with a reason."""

STATUSES: tuple[Status, ...] = ("draft", "in_review", "approved", "closed")
"""In the order in which a postmortem goes through them."""

_Name: TypeAlias = Annotated[str, StringConstraints(min_length=1)]
TemplateId: TypeAlias = Annotated[_Name, Ref("postmortem-template")]
AlertId: TypeAlias = Annotated[_Name, Ref("alert")]


class Detection(Model):
    """How the incident was noticed."""

    by: Literal["alert", "person", "customer", "test"]
    """What or who noticed it."""
    alert: AlertId | None = None
    """The alert that fired."""
    note: Text | None = None
    """How, and what would have noticed it sooner."""


class Times(Model):
    """The moments from which durations are computed, all with their offset from UTC."""

    started: Moment
    """When the impact began."""
    detected: Moment | None = None
    """When somebody or something noticed."""
    acknowledged: Moment | None = None
    """When somebody began to work on it."""
    mitigated: Moment | None = None
    """When the impact ended."""
    resolved: Moment | None = None
    """When the cause was out of the way, and nothing had to be watched any more."""

    @property
    def ordered(self) -> tuple[tuple[str, datetime], ...]:
        """The moments that are known, in the order in which they have to come."""
        names = ("started", "detected", "acknowledged", "mitigated", "resolved")
        return tuple((name, value) for name in names if (value := getattr(self, name)) is not None)

    @property
    def end(self) -> datetime:
        """The last moment that is known."""
        return max(value for _, value in self.ordered)


class ImpactMetric(Named):
    """One figure of the impact."""

    value: Line
    """The figure with its unit: `1 240 messages`."""
    source: Line | None = None
    """Where it can be looked up."""


class Impact(Model):
    """Who noticed what, and how much of it."""

    text: Text
    """What did not work, for whom."""
    metrics: tuple[ImpactMetric, ...] = ()
    """The figures."""


class TimelineEntry(Model):
    """What was seen, done or decided at one moment."""

    at: Moment
    """When, with the offset from UTC."""
    text: Text
    """What happened, as it was known then."""
    kind: Literal["event", "observation", "action", "decision", "communication"] = "event"
    """What sort of entry it is."""
    role: RoleId | None = None
    """The role that acted."""
    evidence: tuple[Url, ...] = ()
    """Where it can be seen: a graph, a log, a message."""


class ContributingFactor(Named):
    """Something without which the incident would not have happened, or not like this."""

    text: Text
    """How it contributed."""
    category: Id
    """A word under which incidents are counted: `configuration`, `capacity`, `dependency`."""


class Action(Named):
    """Something that is done so that this does not happen again, or is over sooner."""

    type: Literal["prevent", "detect", "mitigate", "process"]
    """What it changes: whether it happens, how soon it is seen, how soon it is over, how people work."""
    owner: RoleId
    """The role that answers for it."""
    priority: Literal["high", "medium", "low"]
    """How much depends on it."""
    due: Day
    """By when."""
    ticket: Url | None = None
    """Where it is tracked."""
    status: Literal["open", "in_progress", "done", "refused"] = "open"
    """How far it is."""
    done_on: Day | None = None
    """The day on which it was done."""
    reason: Line | None = None
    """Why it was refused."""


class Review(Model):
    """Who read the postmortem, and when it was agreed on."""

    reviewers: Annotated[tuple[RoleId, ...], Field(min_length=1)]
    """The roles that read it."""
    held_on: Day | None = None
    """The day of the review."""
    approved_by: RoleId | None = None
    """The role that agreed."""
    approved_on: Day | None = None
    """The day on which it agreed."""
    notes: Text | None = None
    """What the review brought up."""


class Postmortem(Record):
    """The record of one incident."""

    kind: Literal["postmortem"]
    status: Status
    """How far it is."""
    reason: Text | None = None
    """Why none is required."""
    severity: SeverityId
    """How bad it was, by the system's incident process."""
    template: TemplateId | None = None
    """The template that it follows; that of its severity where none is given."""
    services: tuple[ServiceId, ...] = ()
    """The services that were affected."""
    runbooks: tuple[Reference, ...] = ()
    """What was followed."""
    authors: Annotated[tuple[RoleId, ...], Field(min_length=1)]
    """The roles that wrote it."""
    detection: Detection | None = None
    """How it was noticed."""
    times: Times
    """The moments from which durations are computed."""
    summary: Text | None = None
    """What happened, in a few sentences, for somebody who was not there."""
    impact: Impact | None = None
    """Who noticed what."""
    timeline: tuple[TimelineEntry, ...] = ()
    """What happened, entry by entry."""
    trigger: Text | None = None
    """What set it off, this time."""
    contributing_factors: tuple[ContributingFactor, ...] = ()
    """Why it could happen."""
    went_well: tuple[Line, ...] = ()
    """What helped."""
    went_wrong: tuple[Line, ...] = ()
    """What hindered."""
    lucky: tuple[Line, ...] = ()
    """What could have been worse, and was not by chance."""
    surprises: tuple[Line, ...] = ()
    """What nobody had thought possible."""
    sections: dict[Id, Text] = Field(default_factory=dict)
    """What else the template asks for, by the id of its section."""
    actions: tuple[Action, ...] = ()
    """What is done about it."""
    none_needed: Text | None = None
    """Why there is nothing to do."""
    review: Review | None = None
    """Who read it, and what came of that."""

    def between(self, start: str, end: str) -> timedelta | None:
        """The time from one moment of `times` to another; none where one of them is not known.

        Both are moments with an offset, so that a change of clocks between them does not count.
        """
        first, last = getattr(self.times, start), getattr(self.times, end)
        return last - first if first and last else None
