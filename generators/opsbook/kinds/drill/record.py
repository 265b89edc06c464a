"""The record of one drill: what was played, when, what came of it. opsbook writes it, or people do; the form is one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from opsbook.kinds.drill.model import DrillType
from opsbook.model import (
    Day,
    Duration,
    EnvironmentId,
    Line,
    Model,
    Moment,
    Named,
    Record,
    Ref,
    RoleId,
    Text,
    Url,
)

DrillId: TypeAlias = Annotated[str, StringConstraints(min_length=1), Ref("drill")]

OutcomeName: TypeAlias = Literal["passed", "led-on", "failed", "left-to-people", "not-run"]
"""What came of a step: it did what it should; it did not, and the runbook says how to go on; it did not, and nothing
says so; a person has to do it; it was not reached."""

Hash: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]


class Hashes(Model):
    """What the result holds for: once one of these changes, it holds no more."""

    runbook: Hash
    """Of the steps that were followed, and their scripts."""
    drill: Hash
    """Of the fault, the probes and the targets."""
    fixtures: Hash
    """Of what it ran against."""


class Times(Model):
    """The moments from which durations are computed, all with their offset from UTC."""

    fault: Moment
    """When the fault was injected."""
    detected: Moment | None = None
    """When it was noticed."""
    mitigated: Moment | None = None
    """When the last step of the runbook was done."""
    verified: Moment | None = None
    """When the steady state was back and verified."""

    @property
    def ordered(self) -> tuple[tuple[str, datetime], ...]:
        """The moments that are known, in the order in which they have to come."""
        names = ("fault", "detected", "mitigated", "verified")
        return tuple((name, value) for name in names if (value := getattr(self, name)) is not None)


class DataLoss(Model):
    """What became of the marks that were written before the fault."""

    written: Annotated[int, Field(ge=0)]
    """How many were written."""
    left: Annotated[int, Field(ge=0)]
    """How many were there after the recovery."""
    seconds: Annotated[float, Field(ge=0)]
    """How long before the fault the first of those was written that were lost, if these are the newest; zero where none
    was."""


class StepOutcome(Model):
    """What came of one step of the runbook."""

    step: Annotated[str, StringConstraints(min_length=1)]
    """Its id in the runbook."""
    outcome: OutcomeName
    """What came of it."""
    mode: Literal["real", "double", "dry-run"] | None = None
    """What a machine did it against: real services, a stand-in for a program, or a dry run in its place."""
    seconds: Annotated[float, Field(ge=0)] = 0.0
    """How long it took."""
    note: Text | None = None
    """What was not as expected, or why a person has to do it."""


class Answer(Model):
    """What people said to a question of a drill, at the table."""

    question: Text
    """What was asked."""
    answer: Text | None = None
    """What people said; nothing where it was not asked."""


class Improvement(Named):
    """Something that the drill showed should be better."""

    owner: RoleId
    """The role that answers for it."""
    due: Day
    """By when."""
    status: Literal["open", "in_progress", "done", "refused"] = "open"
    """How far it is."""
    ticket: Url | None = None
    """Where it is tracked."""

    @property
    def unsettled(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.status in ("open", "in_progress")


class SignOff(Model):
    """A role has read the record and agrees with it."""

    role: RoleId
    """The role."""
    day: Day
    """When."""


class DrillRecord(Record):
    """What came of one drill."""

    kind: Literal["drill-record"]
    drill: DrillId
    """The drill that was played."""
    type: DrillType
    """Where it took place; a figure of a sandbox is no promise about production."""
    environment: EnvironmentId | None = None
    """The environment, where that was not the sandbox."""
    result: Literal["passed", "failed"]
    """Whether it reached its targets, with every step done as the runbook says."""
    failures: tuple[Line, ...] = ()
    """Why it failed."""
    times: Times
    """The moments from which durations are computed."""
    waited: Duration | None = None
    """How much longer the alert may take in production: what its `for` was shortened by, and the time between two
    readings and two evaluations there. It is added to the times since the fault."""
    data: DataLoss | None = None
    """What became of the data."""
    commit: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{7,64}$")] | None = None
    """The commit that was checked out."""
    hashes: Hashes | None = None
    """What the result holds for."""
    versions: Line | None = None
    """Of the fixtures: `PostgreSQL 16.9, Redis 6.2.14`."""
    steps: tuple[StepOutcome, ...] = ()
    """What came of each step."""
    answers: tuple[Answer, ...] = ()
    """What people said to the questions of the drill."""
    participants: tuple[RoleId, ...] = ()
    """The roles that took part."""
    deviations: tuple[Line, ...] = ()
    """Where people did something else than the runbook says, and why."""
    notes: Text | None = None
    """What else was seen."""
    actions: tuple[Improvement, ...] = ()
    """What should be better."""
    sign_off: tuple[SignOff, ...] = ()
    """Who agrees with this."""

    @property
    def detection(self) -> timedelta | None:
        """The time from the fault until it was noticed, with what the alert may take longer in production."""
        since = self._since_fault(self.times.detected)
        return None if since is None else since + (self.waited or timedelta())

    @property
    def recovery(self) -> timedelta | None:
        """The time from the fault until the steady state was verified, with the same added."""
        since = self._since_fault(self.times.verified)
        return None if since is None else since + (self.waited or timedelta())

    @property
    def loss(self) -> timedelta | None:
        """The time before the fault of which data was lost."""
        return timedelta(seconds=self.data.seconds) if self.data else None

    def _since_fault(self, moment: datetime | None) -> timedelta | None:
        return moment - self.times.fault if moment else None
