"""The page of an incident process: what an incident commander needs in front of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from opsbook.diagrams.timeline import Event, Timeline
from opsbook.kind import Spec
from opsbook.kinds.incident_process.model import (
    BLANK,
    EscalationPolicy,
    EscalationStep,
    Fill,
    IncidentProcess,
    LogField,
    Message,
    MessageField,
    Severity,
)
from opsbook.labels import N_
from opsbook.page import Page, relative
from opsbook.printer import Printer, render
from opsbook.project import Project
from opsbook.reference import Home

STAGES = {
    "initial": N_("First message"),
    "update": N_("Update"),
    "mitigation": N_("Mitigation"),
    "closing": N_("Closing message"),
}
"""The stages of an incident's communication, as they are called on pages."""

TARGETS = {
    "acknowledge": N_("Respond within"),
    "first_communication": N_("First message within"),
    "update_every": N_("Update every"),
    "mitigate": N_("Mitigate within"),
    "postmortem_due": N_("Postmortem within"),
}
"""What has to have happened by when, as it is called on pages."""


@dataclass(frozen=True)
class Blank:
    """A field of a text that is filled in on the page. Everything is HTML."""

    id: str
    title: str
    hint: str
    choices: tuple[str, ...]
    fill: Fill | None


@dataclass(frozen=True)
class Filled:
    """A text with blanks, which is filled in and copied."""

    id: str
    """Unique on its page; what is typed is kept by it."""
    title: str
    """What it is called, as HTML."""
    blanks: tuple[Blank, ...]
    text: str
    """HTML; each blank an element that says what belongs there."""
    stage: str = ""
    """When in the incident it is sent, where it is a message."""


def pages(spec: Spec[IncidentProcess], project: Project) -> Iterator[Page]:
    """One page: severities first, for that is the first decision."""
    process = spec.document
    md = Printer(project, spec.path, Home(spec.system, "incident-process", process.id))
    severities = process.by_rank
    body = render(
        Path(__file__).with_name("page.md.jinja"),
        md,
        process=process,
        key=f"{spec.system}/{process.id}",
        severities=severities,
        names={severity.id: md.literal(md.plain(severity.title)) for severity in severities},
        aliases={
            severity.id: md.attribute(json.dumps([severity.id, md.plain(severity.title), *severity.aliases]))
            for severity in severities
        },
        starts={severity.id: md.references(severity.start_with) for severity in severities},
        columns=[(label, _target(name, severities, md)) for name, label in _columns(severities)],
        stages=STAGES,
        after=partial(_after, md=md),
        timelines={policy.id: _timeline(policy, md) for policy in process.escalation},
        messages=[(message, _message(message, md)) for message in process.messages],
        line=_line(process.log, md),
        facts=[(md.label("Owner"), md.link("role", process.owner)), (md.label("Reviewed"), md.freshness(process))],
    )
    yield Page(spec.path, md.plain(process.title), body, (), spec.source.path)


def home(specs: Sequence[Spec[IncidentProcess]], md: Printer) -> str:
    """The first decision of an incident: how bad it is, and what to open."""
    return render(
        Path(__file__).with_name("home.md.jinja"),
        md,
        processes=[(spec.document, relative(f"{spec.path}#_questions", md.path)) for spec in specs],
    )


def _columns(severities: Sequence[Severity]) -> list[tuple[str, str]]:
    """The targets that any severity has, with their labels."""
    return [
        (name, label)
        for name, label in TARGETS.items()
        if any(getattr(severity.targets, name) is not None for severity in severities)
    ]


def _target(name: str, severities: Sequence[Severity], md: Printer) -> dict[str, str]:
    """One target of every severity that has it, in words."""
    found = {severity.id: getattr(severity.targets, name) for severity in severities}
    return {id_: md.duration(value) for id_, value in found.items() if value is not None}


def drawn(policy: EscalationPolicy) -> bool:
    """Whether the times of an escalation make a picture."""
    return sum(step.after is not None for step in policy.steps) >= 2  # noqa: PLR2004  # two points make a line


def _timeline(policy: EscalationPolicy, md: Printer) -> str:
    """When which level is called, as a picture."""
    if not drawn(policy):
        return ""
    events = [_event(step, md) for step in policy.steps]
    title = md.label("Escalation: {name}").replace("{name}", md.plain(policy.title))
    return md.timeline(Timeline(tuple(events)), title)


def _event(step: EscalationStep, md: Printer) -> Event:
    return Event(md.titles("role", step.targets), step.after, _after(step, md), md.plain(step.when or ""))


def _after(step: EscalationStep, md: Printer) -> str:
    """When a level is called, in words; nothing where only its condition says."""
    if step.after is None:
        return ""
    return md.duration(step.after) if step.after else md.label("at once")


def _message(message: Message, md: Printer) -> Filled:
    blanks = tuple(_blank(field, field.choices, field.example, md) for field in message.fields)
    title = md.literal(md.plain(message.title))
    return Filled(f"message-{message.id}", title, blanks, _text(message.body.rstrip(), blanks, md), message.stage)


def _line(log: Sequence[LogField], md: Printer) -> Filled:
    """A line of the log: what belongs into its columns, one after the other."""
    blanks = tuple(_blank(field, (), None, md, field.help) for field in log)
    text = " | ".join(f"{{{blank.id}}}" for blank in blanks)
    return Filled("log", md.literal(md.label("Incident log")), blanks, _text(text, blanks, md))


def _blank(
    field: MessageField | LogField, choices: tuple[str, ...], example: str | None, md: Printer, help_: str | None = None
) -> Blank:
    said = f"{md.label('Example')}: {example}" if example else md.plain(help_ or "")
    return Blank(
        field.id,
        md.literal(md.plain(field.title)),
        md.literal(" / ".join(choices) if len(choices) > 1 else said),
        tuple(md.attribute(choice) for choice in choices),
        field.fill,
    )


def _text(body: str, blanks: Sequence[Blank], md: Printer) -> str:
    """The text of a message as HTML. What no field explains stays as it is written."""
    titles = {blank.id: blank.title for blank in blanks}
    parts, end = [], 0
    for match in BLANK.finditer(body):
        if match[1] in titles:
            parts.append(md.literal(body[end : match.start()]))
            parts.append(f'<span data-opsbook-blank="{match[1]}">&#91;{titles[match[1]]}&#93;</span>')
            end = match.end()
    return "".join([*parts, md.literal(body[end:])]).replace("\n", "&#10;")
