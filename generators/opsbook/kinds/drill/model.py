"""What a drill is: a runbook, a fault, and how one sees that the runbook got the better of it.

The words are those of chaos engineering as Chaos Toolkit has them: a steady state is what probes find where all is
well, a method breaks something, a rollback takes that back. What a drill adds is the middle: somebody notices, and
follows a runbook.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, StringConstraints, model_validator

from opsbook.model import (
    Asks,
    Command,
    Document,
    Duration,
    EnvironmentId,
    Id,
    Line,
    Model,
    Named,
    Ref,
    Reference,
    RoleId,
    ServiceId,
    Snippet,
    Text,
    Variable,
)
from opsbook.step import Expect, Undo

DrillType: TypeAlias = Literal["tabletop", "sandbox", "staging", "production"]
"""Where it takes place: people talk it through; opsbook plays it against real services; people play it elsewhere."""

FaultType: TypeAlias = Literal[
    "kill",
    "stop",
    "pause",
    "drop-table",
    "delete-file",
    "corrupt-file",
    "orphan-locks",
    "wrong-secret",
    "full-disk",
    "slow-network",
    "bad-release",
]
"""What is done to a system so that it fails."""

_Name: TypeAlias = Annotated[str, StringConstraints(min_length=1)]
AlertId: TypeAlias = Annotated[_Name, Ref("alert")]
JobId: TypeAlias = Annotated[_Name, Ref("scrape-job")]
Address: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[^\s/:]+:[0-9]{1,5}$")]


class Script(Model):
    """A few commands, inline or in a file."""

    run: Command | None = None
    """The commands."""
    snippet: Snippet | None = None
    """The file below `snippets/` that has them."""

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if self.run and self.snippet:
            raise ValueError("`run` and `snippet` are two ways to say one thing: keep one of them")
        return self


class Tolerance(Expect):
    """What a probe has to find; anything else means that the system is not in its steady state."""

    at_least: Decimal | None = None
    """The least that the figure may be which it prints."""
    at_most: Decimal | None = None
    """The most that it may be."""


class Probe(Named, Script):
    """A question to the system that reads, and changes nothing."""

    run: Annotated[Command | None, Asks()] = None
    """The commands that ask."""
    snippet: Annotated[Snippet | None, Asks()] = None
    """The file below `snippets/` that asks."""
    tolerance: Tolerance | None = None
    """What it has to find; that it ends with 0 where nothing is said."""


class Preparation(Script):
    """Something that is there before the fault: a backup, a base copy."""

    follow: Reference | None = None
    """Instead of a script: the runbook, procedure or scenario that makes it."""

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if bool(self.follow) == bool(self.run or self.snippet):
            raise ValueError("a preparation needs one of `run`, `snippet` and `follow`")
        return self


class Fault(Script):
    """What is broken, and how that is taken back."""

    type: FaultType
    """What sort of fault it is."""
    what: Line
    """What is broken, in words."""
    undo: Undo | None = None
    """How to take the fault back, where the drill is ended before the runbook has mended it."""


class Detection(Model):
    """Who notices: an alert of the monitoring, or a probe that does not find any more what it should."""

    alert: AlertId | None = None
    """The alert that has to fire. A real Prometheus evaluates it by the rule that opsbook makes of it."""
    targets: dict[JobId, Address] = Field(default={})
    """Where the scrape jobs of that Prometheus find their targets in the sandbox: `app: localhost:8000`."""
    probe: Id | None = None
    """Instead of an alert: the probe of the steady state that has to fail, such as a health check."""

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if bool(self.alert) == bool(self.probe):
            raise ValueError("a detection needs either the `alert` that fires or the `probe` that fails")
        if self.targets and not self.alert:
            raise ValueError("`targets` are of the Prometheus that evaluates an `alert`, and there is none")
        return self


class Data(Model):
    """How loss of data is measured: marks are written until the fault, and counted after the recovery."""

    write: Command
    """Writes one mark, whose number is in `$MARK`, as a client of the system would."""
    count: Annotated[Command, Asks()]
    """Prints how many marks there are."""
    marks: Annotated[int, Field(ge=2, le=1000)] = 10
    """How many are written; one half before the preparations, the other half after them."""


class Targets(Model):
    """What has to be reached."""

    detection: Duration | None = None
    """The most time from the fault until somebody notices."""
    rto: Duration | None = None
    """The recovery time objective: the most time from the fault until the steady state is back and verified."""
    rpo: Duration | None = None
    """The recovery point objective: the most time before the fault of which data may be lost."""


class Schedule(Model):
    """How often, and who sees to it."""

    every: Duration
    """The most time between two drills."""
    owner: RoleId
    """The role that sees to it."""


class Part(Model):
    """What somebody does in a drill."""

    role: RoleId
    """The role."""
    does: Line
    """What it does."""


class Drill(Document):
    """A runbook that proves itself against a fault."""

    kind: Literal["drill"]
    type: DrillType
    """Where it takes place."""
    environment: EnvironmentId | None = None
    """The environment in which it takes place, where that is not the sandbox."""
    purpose: Text
    """What it shows, and why that matters."""
    follow: Annotated[tuple[Reference, ...], Field(min_length=1)]
    """The runbooks, procedures or scenarios that are followed, step by step, in this order."""
    services: tuple[ServiceId, ...] = ()
    """The services that the fault is about."""
    setup: tuple[Snippet, ...] = ()
    """Snippets that start what it needs beside the fixtures of the system's sandbox, in this order."""
    values: dict[Variable, str] = Field(default={})
    """Values of the runbook's parameters, and variables of the drill's own commands."""
    prepare: tuple[Preparation, ...] = ()
    """What is there before the fault, in this order."""
    steady_state: tuple[Probe, ...] = ()
    """What holds before the fault, does not hold after it, and holds again in the end."""
    fault: Fault
    """What is broken."""
    detection: Detection | None = None
    """Who notices."""
    verification: tuple[Probe, ...] = ()
    """What has to hold in the end, beside the steady state."""
    data: Data | None = None
    """How loss of data is measured."""
    targets: Targets
    """How soon the fault has to be noticed and mended, and how much data may be lost."""
    schedule: Schedule
    """How often."""
    roles: tuple[Part, ...] = ()
    """Who does what."""
    questions: tuple[Line, ...] = ()
    """What is asked at a table: what would you look at, whom would you call?"""
