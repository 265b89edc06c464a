"""How a system's incidents are run: severities, escalation, phases, log, messages, postmortem duty.

Words follow the incident response guides of PagerDuty and Google's SRE book; every other kind
refers to these severities, so they are defined once.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from opsbook.model import Document, Duration, Line, Model, Named, Reference, RoleId, SeverityId, Text

BLANK = re.compile(r"\{([^{}\n]*)\}")
"""A blank in the text of a message: `{impact}`."""

Fill: TypeAlias = Literal["severity", "now", "now-local", "next-update", "next-update-local", "update-every"]
"""What a page can enter by itself: the severity that was chosen, the time, when to write again, and after how long.
Times are UTC; `-local` are those of the reader's clock."""


Plain: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^\S[^\n]*$")]
"""One line that is no Markdown: it is shown, chosen and copied as it is."""


class Targets(Model):
    """By when what has to have happened. Unless it says otherwise, it counts from the beginning of the impact."""

    acknowledge: Duration | None = None
    """Somebody works on it, counted from its detection."""
    first_communication: Duration | None = None
    """Those affected have heard of it."""
    update_every: Duration | None = None
    """How often they hear more, counted from the message before."""
    mitigate: Duration | None = None
    """The impact is over."""
    postmortem_due: Duration | None = None
    """How soon after its end the postmortem is approved; none where no postmortem is needed."""


class Severity(Named):
    """How bad an incident is, and how fast one has to answer."""

    rank: Annotated[int, Field(ge=1, le=9)]
    """1 is the gravest."""
    description: Text
    """What makes an incident one of this severity."""
    aliases: tuple[Plain, ...] = ()
    """Other names that people use for it."""
    examples: tuple[Line, ...] = ()
    """Incidents that would be of this severity."""
    targets: Targets = Targets()
    """By when what has to have happened."""
    start_with: tuple[Reference, ...] = ()
    """The documents to open first."""


class Question(Named):
    """One question of the way to the severity. The first that is answered with yes decides."""

    severity: SeverityId
    """The severity if the answer is yes."""
    help: Line | None = None
    """How to find out."""


class IncidentRole(Named):
    """A role that somebody takes during an incident."""

    duties: Annotated[tuple[Line, ...], Field(min_length=1)]
    """What whoever has it does, the first thing first."""
    taken_by: tuple[RoleId, ...] = ()
    """The roles of the system that take it."""
    backups: tuple[RoleId, ...] = ()
    """Who takes it when they cannot."""
    severities: tuple[SeverityId, ...] = ()
    """The severities at which it is taken; all when empty."""


class Training(Named):
    """How people come to be able to do this before they have to."""

    roles: tuple[RoleId, ...] = ()
    """For whom."""
    every: Duration | None = None
    """How often."""
    text: Text
    """What is done."""
    related: tuple[Reference, ...] = ()
    """What it is done with."""


class EscalationStep(Model):
    """One level of an escalation policy."""

    targets: Annotated[tuple[RoleId, ...], Field(min_length=1)]
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
    repeat: Annotated[int, Field(ge=0, le=99)] = 0
    """How often it begins anew when nobody has answered."""


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
    fill: Fill | None = None
    """What the page enters by itself, until somebody enters something else."""


class MessageField(Named):
    """A blank of a message."""

    choices: tuple[Plain, ...] = ()
    """The values it may take; free text when empty."""
    example: Plain | None = None
    """What one might enter."""
    fill: Fill | None = None
    """What the page enters by itself, until somebody enters something else."""


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
    """What a postmortem has to hold, and what becomes of it.

    Which incidents need one, and by when, their severity says.
    """

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
    questions: tuple[Question, ...] = ()
    """The way to the severity, the gravest first."""
    roles: tuple[IncidentRole, ...] = ()
    """Who does what during an incident."""
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
    training: tuple[Training, ...] = ()
    """How people prepare."""

    @property
    def by_rank(self) -> tuple[Severity, ...]:
        """The severities, the gravest first."""
        return tuple(sorted(self.severities, key=lambda severity: severity.rank))

    @property
    def mildest(self) -> Severity:
        """The severity of what no question says more of."""
        return self.by_rank[-1]

    @property
    def learned_from(self) -> tuple[Severity, ...]:
        """The severities whose incidents need a postmortem, the gravest first."""
        return tuple(one for one in self.by_rank if one.targets.postmortem_due is not None)
