"""What a documentation plan holds: what a system owes its readers, how good it is to be, and who keeps it true."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from opsbook.figures import Figure
from opsbook.model import ID, Day, Document, Duration, Line, Model, Named, Reference, RoleId, Text

KindName: TypeAlias = Annotated[str, StringConstraints(pattern=rf"^{ID}$", max_length=60)]
"""A kind of spec: `runbook`, `architecture`."""

Percent: TypeAlias = Annotated[int, Field(ge=0, le=100)]
"""A share, in per cent."""

Path: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z_]+(\.[a-z0-9_-]+)*(\|[a-z_]+(\.[a-z0-9_-]+)*)*$")]
"""A field of a document, and fields of its parts after dots: `rollback`, `scenarios.prevention`; `notes.security` for
the part of that id; `a|b` for one of two."""

Subject: TypeAlias = Literal[
    "service", "environment", "severity", "scenario", "procedure", "alert", "operation", "checklist", "data-class"
]
"""What documentation has to cover."""

ThingId: TypeAlias = Annotated[str, StringConstraints(pattern=r"^\S+$", max_length=200)]
"""The id of something that has to be covered, as references end: `worker`, `restore#dump`, `orders#createOrder`."""

Trigger: TypeAlias = Literal["incident", "drill", "release", "change", "postmortem-action"]
"""What makes a document due before its time: an incident that it was used in, a drill that found something, a new
version of an API, a change of the specs that it names, an action of a postmortem."""

Goal: TypeAlias = Literal[
    "time-to-resolution", "postmortem-completion", "onboarding-time", "documentation-coverage", "runbook-accuracy"
]
"""What documentation is to achieve, of what can be computed from the specs or has to be measured elsewhere."""


class Deliverable(Named):
    """Something that the documentation of a system has to consist of."""

    documents: Annotated[tuple[Reference, ...], Field(min_length=1)]
    """The documents, or the parts of documents, that it is made of."""
    at_least: dict[Figure, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    """How much of what its documents hold together, at least: `scenarios: 10`."""
    holds: tuple[Path, ...] = ()
    """The fields that one of its documents at least fills: `rollback`, `scenarios.prevention`."""


class Standard(Named):
    """What every document of a kind has to have."""

    kind: KindName
    """The kind of spec."""
    also: tuple[KindName, ...] = ()
    """Further kinds of which the same is wanted, counted together with it."""
    at_least: dict[Figure, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    """How much each of them holds, at least: `procedures: 1`."""
    holds: tuple[Path, ...] = ()
    """The fields that each of them fills."""
    share: Percent = 100
    """How many of them have to, in per cent."""


class Coverage(Named):
    """What has to be covered, and by which kinds of documents."""

    of: Subject
    """What has to be covered."""
    by: Annotated[tuple[KindName, ...], Field(min_length=1)]
    """The kinds of which one at least has to name it, or is named by it."""
    at_least: Percent = 100
    """How many of them have to be, in per cent."""
    without: dict[ThingId, Line] = Field(default_factory=dict)
    """What needs no cover, by its id, and why; it does not count."""


class Schedule(Model):
    """How often the documents of a kind are reviewed, and by whom."""

    kind: KindName
    """The kind of spec."""
    owner: RoleId
    """The role that sees to it."""
    every: Duration | None = None
    """How long a review holds at most; none where only what happens makes it due."""
    after: tuple[Trigger, ...] = ()
    """What makes a document due before its time."""


class Routine(Named):
    """A round in which documentation is looked after."""

    every: Duration
    """How often."""
    owner: RoleId
    """The role that leads it."""
    documents: tuple[Reference, ...] = ()
    """The checklists that it follows."""
    text: Line
    """What is done."""


class Target(Named):
    """What documentation is to achieve, and by when."""

    measures: Goal
    """What is measured."""
    baseline: Line | None = None
    """Where it stood at first."""
    target: Line
    """Where it has to stand."""
    at_least: Percent | None = None
    """The target as a share in per cent, where it is one: it is held against what the specs tell."""
    by: Day | None = None
    """The day by which."""
    unmeasured: Line | None = None
    """Why the specs cannot tell, and where it is measured."""


class Documentation(Document):
    """The documents that a system owes, how good they are to be, and who keeps them true."""

    kind: Literal["documentation"]
    summary: Text
    """What the documentation is for, and for whom."""
    deliverables: Annotated[tuple[Deliverable, ...], Field(min_length=1)]
    """What it consists of."""
    standards: tuple[Standard, ...] = ()
    """What each document of a kind has to have."""
    coverage: tuple[Coverage, ...] = ()
    """What has to be covered by which kinds of documents."""
    schedule: tuple[Schedule, ...] = ()
    """How often the documents of each kind are reviewed, and by whom."""
    routines: tuple[Routine, ...] = ()
    """The rounds in which documentation is looked after."""
    targets: tuple[Target, ...] = ()
    """What the documentation is to achieve."""
