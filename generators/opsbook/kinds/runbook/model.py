"""What a runbook holds: how to do one operation, or how to get out of one kind of trouble."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal, NamedTuple, Self, TypeAlias

from pydantic import Field, model_validator

from opsbook.model import (
    Command,
    Document,
    Duration,
    EnvironmentId,
    Line,
    MessageId,
    Model,
    Named,
    PolicyId,
    Reference,
    ServiceId,
    SeverityId,
    Text,
)
from opsbook.source import Route
from opsbook.step import ListTest, Parameter, Step, Trial

RunbookType: TypeAlias = Literal[
    "operations",
    "deployment",
    "promotion",
    "rollback",
    "troubleshooting",
    "disaster-recovery",
    "incident",
    "maintenance",
]


class Prerequisite(Model):
    """Something that must be true before the first step."""

    text: Line
    """What must be true."""
    run: Command | None = None
    """A command that only reads and that shows whether it is."""


class Procedure(Named):
    """Steps that are followed from first to last."""

    when: Text | None = None
    """When to choose this procedure."""
    environment: EnvironmentId | None = None
    """The environment that it is for, where it is for one only."""
    expected_time: Duration | None = None
    """How long the whole procedure takes."""
    test: ListTest = ListTest()
    """How it is tested, where running its steps in order is not enough."""
    entry: bool = True
    """Whether a reader may start here. `false`: it is only reached through a failure route or a link."""
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    """The actions, in their order."""


class Scenario(Named):
    """One kind of trouble: how it shows, why, how to be sure, what to do, how to keep it from coming back."""

    symptom: Line
    """What somebody sees."""
    severity: SeverityId
    """How bad it is when it happens."""
    causes: Annotated[tuple[Line, ...], Field(min_length=1)]
    """What may be behind it, the most probable first."""
    services: tuple[ServiceId, ...] = ()
    """The services that are affected."""
    rto: Duration | None = None
    """How soon this trouble has to be over."""
    diagnosis: Annotated[tuple[Step, ...], Field(min_length=1)]
    """How to be sure, mostly by reading."""
    resolution: Annotated[tuple[Step, ...], Field(min_length=1)]
    """What to do about it."""
    prevention: tuple[Line, ...] = ()
    """How to keep it from coming back."""
    test: ListTest = ListTest()
    """How it is tested, where running its steps in order is not enough."""


class Rollback(Model):
    """When to go back, and how."""

    triggers: Annotated[tuple[Line, ...], Field(min_length=1)]
    """What makes one go back."""
    procedures: tuple[Procedure, ...] = ()
    """The ways back."""
    see: tuple[Reference, ...] = ()
    """The documents that hold the way back, where it is not here."""

    @model_validator(mode="after")
    def _has_a_way(self) -> Self:
        if not (self.procedures or self.see):
            raise ValueError("a `rollback` needs `procedures`, or `see` with the document that holds them")
        return self


class Objectives(Model):
    """What a recovery has to achieve."""

    rto: Duration | None = None
    """Recovery time objective: how long the service may be away."""
    rpo: Duration | None = None
    """Recovery point objective: how much data, as time, may be lost."""


class Note(Named):
    """Knowledge that belongs to the runbook and is not a step."""

    text: Text
    """The knowledge, as Markdown."""


class Runbook(Document):
    """How to do one operation, or how to get out of one kind of trouble."""

    kind: Literal["runbook"]
    type: RunbookType
    """What the runbook is for; each type has sections that it must have."""
    summary: Text
    """What it achieves, in a sentence or two."""
    when: Text | None = None
    """When to use it, and when not."""
    severities: tuple[SeverityId, ...] = ()
    """The severities of the incidents that it serves."""
    services: tuple[ServiceId, ...] = ()
    """The services that it works on."""
    environments: tuple[EnvironmentId, ...] = ()
    """The environments in which it may be followed."""
    objectives: Objectives | None = None
    """What a recovery by it has to achieve."""
    prerequisites: tuple[Prerequisite, ...] = ()
    """What must be true before the first step."""
    parameters: tuple[Parameter, ...] = ()
    """The values that the reader supplies."""
    procedures: tuple[Procedure, ...] = ()
    """The ways to do it; several where there are several methods."""
    scenarios: tuple[Scenario, ...] = ()
    """The kinds of trouble that it leads out of."""
    verification: tuple[Step, ...] = ()
    """How to know that the whole runbook did what it should."""
    rollback: Rollback | None = None
    """When to go back, and how."""
    escalation: PolicyId | None = None
    """Whom to call when it does not help."""
    communication: tuple[MessageId, ...] = ()
    """The messages to send while following it."""
    prevention: tuple[Line, ...] = ()
    """How to keep from needing this runbook."""
    monitoring: tuple[Line, ...] = ()
    """What to watch, and at which value to act."""
    notes: tuple[Note, ...] = ()
    """What to know, beside the steps."""
    related: tuple[Reference, ...] = ()
    """What to read next."""

    def trials(self) -> Iterator[Trial]:
        """What a test runs, in the order of the page."""
        readable = [prerequisite for prerequisite in self.prerequisites if prerequisite.run]
        asks = tuple(
            Step(id=f"prerequisite-{number}", title=prerequisite.text, run=prerequisite.run, effect="read")
            for number, prerequisite in enumerate(readable, start=1)
        )
        if asks:
            yield Trial("prerequisites", asks, ListTest())
        for procedure in self.procedures:
            yield Trial(procedure.id, procedure.steps, procedure.test)
        for scenario in self.scenarios:
            yield Trial(scenario.id, scenario.diagnosis + scenario.resolution, scenario.test)
        if self.verification:
            yield Trial("verification", self.verification, ListTest())
        for procedure in self.rollback.procedures if self.rollback else ():
            yield Trial(procedure.id, procedure.steps, procedure.test)

    @cached_property
    def located_steps(self) -> tuple[LocatedStep, ...]:
        """Every step with its route, in the order of the page."""
        return tuple(
            LocatedStep((*place.route, index), step, place)
            for place in self.step_lists()
            for index, step in enumerate(place.steps)
        )

    def step_lists(self) -> Iterator[StepList]:
        """Every list of steps, in the order of the page."""
        for number, procedure in enumerate(self.procedures):
            yield StepList(("procedures", number, "steps"), procedure.steps, procedure.id)
        for number, scenario in enumerate(self.scenarios):
            yield StepList(("scenarios", number, "diagnosis"), scenario.diagnosis, scenario.id)
            yield StepList(("scenarios", number, "resolution"), scenario.resolution, scenario.id)
        yield StepList(("verification",), self.verification, "")
        for number, procedure in enumerate(self.rollback.procedures if self.rollback else ()):
            yield StepList(("rollback", "procedures", number, "steps"), procedure.steps, procedure.id)


class StepList(NamedTuple):
    """Steps that follow one another, where they stand, and the procedure or scenario that holds them."""

    route: Route
    steps: tuple[Step, ...]
    within: str


class LocatedStep(NamedTuple):
    """A step, its route, and the list that it stands in."""

    route: Route
    step: Step
    place: StepList
