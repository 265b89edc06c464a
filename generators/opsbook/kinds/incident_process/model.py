"""How a system's incidents are run: severities, escalation, phases, log, messages, postmortem duty.

Words follow the incident response guides of PagerDuty and Google's SRE book; every other kind
refers to these severities, so they are defined once.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from opsbook.model import Document, Duration, Line, Model, Named, Reference, RoleId, SeverityId, Text


class Severity(Named):
    """How bad an incident is, and how fast one has to answer."""

    rank: Annotated[int, Field(ge=1, le=9)]
    """1 is the gravest."""
    description: Text
    """What makes an incident one of this severity."""
    aliases: tuple[str, ...] = ()
    """Other names that people use for it."""
    examples: tuple[Line, ...] = ()
    """Incidents that would be of this severity."""
    respond_within: Duration | None = None
    """How soon somebody has to work on it."""
    update_every: Duration | None = None
    """How often those affected hear news."""
    start_with: tuple[Reference, ...] = ()
    """The documents to open first."""


class EscalationStep(Model):
    """One level of an escalation policy."""

    role: RoleId
    """Who is called."""
    after: Duration | None = None
    """How long after the start of the incident this level is called; none for a level called by its condition alone."""
    when: Line | None = None
    """The condition under which this level is called."""
    does: Line | None = None
    """What this level decides or does."""


class EscalationPolicy(Named):
    """Who is called next, and when."""

    severities: tuple[SeverityId, ...] = ()
    """The severities it holds for; all when empty."""
    steps: Annotated[tuple[EscalationStep, ...], Field(min_length=1)]
    """The levels, in the order in which they are called."""


class Phase(Named):
    """One phase of the response."""

    do: Text
    """What happens in this phase."""
    done_when: Line | None = None
    """What has to be true before the next phase."""


class LogField(Named):
    """A column of the incident log."""

    help: Line | None = None
    """What to enter."""


class MessageField(Named):
    """A blank of a message."""

    choices: tuple[str, ...] = ()
    """The values it may take; free text when empty."""
    example: str | None = None
    """What one might enter."""


class Message(Named):
    """A message to send during an incident, with blanks to fill."""

    stage: Literal["initial", "update", "mitigation", "closing"]
    """When in the incident it is sent."""
    audience: Line
    """For whom the message is."""
    channel: Line | None = None
    """Where it is sent."""
    fields: tuple[MessageField, ...] = ()
    """The blanks of the message."""
    body: Annotated[str, StringConstraints(min_length=1)]
    """The message; `{field-id}` marks a blank."""


class PostmortemDuty(Model):
    """Which incidents need a postmortem, by when, and what it has to hold."""

    severities: tuple[SeverityId, ...]
    """The severities whose incidents need a postmortem."""
    due: Duration | None = None
    """How soon after the end of the incident it is due."""
    contents: tuple[Line, ...] = ()
    """What it has to hold."""
    follow_up: Text | None = None
    """What becomes of its actions."""


class IncidentProcess(Document):
    """How this system's incidents are run."""

    kind: Literal["incident-process"]
    summary: Text | None = None
    """What this process is for."""
    severities: Annotated[tuple[Severity, ...], Field(min_length=1)]
    """How bad an incident can be; at least one."""
    escalation: tuple[EscalationPolicy, ...] = ()
    """Who is called, and when."""
    phases: tuple[Phase, ...] = ()
    """The phases of the response, in their order."""
    log: tuple[LogField, ...] = ()
    """What the incident log records of each moment."""
    messages: tuple[Message, ...] = ()
    """What to say, to whom."""
    postmortem: PostmortemDuty | None = None
    """Which incidents have to be learned from."""

    @property
    def by_rank(self) -> tuple[Severity, ...]:
        """The severities, the gravest first."""
        return tuple(sorted(self.severities, key=lambda severity: severity.rank))
