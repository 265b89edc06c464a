"""Where a postmortem and the rest of its system disagree: its template, its severity, its language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, timedelta
from typing import Any, NamedTuple

from opsbook.blame import blaming
from opsbook.diagnostic import Finding, suggest
from opsbook.kind import Spec
from opsbook.kinds.postmortem.checks import needed, texts
from opsbook.kinds.postmortem.model import STATUSES, Postmortem
from opsbook.project import Project
from opsbook.source import Source

TEMPLATE, PROCESS = "postmortem-template", "incident-process"
"""The kinds of the templates and of the severities, which this kind knows by their names alone."""


class _Asked(NamedTuple):
    """What systems ask of their postmortems, by a system and an id in it."""

    templates: Mapping[tuple[str, str], Any]
    """The templates."""
    by_severity: Mapping[tuple[str, str], Any]
    """The templates by the severities that they are for."""
    due: Mapping[tuple[str, str], timedelta]
    """How soon after its end an incident's postmortem has to be approved, by the severities that say so."""


def _asked(project: Project) -> _Asked:
    return project.once("postmortem/asked", lambda: _ask(project))


def _ask(project: Project) -> _Asked:
    templates: dict[tuple[str, str], Any] = {}
    by_severity: dict[tuple[str, str], Any] = {}
    due: dict[tuple[str, str], timedelta] = {}
    for spec in project.specs:
        if spec.kind.name == TEMPLATE:
            templates.setdefault((spec.system, spec.document.id), spec.document)
            for severity in spec.document.severities:
                by_severity.setdefault((spec.system, severity), spec.document)
        elif spec.kind.name == PROCESS:
            for one in spec.document.severities:
                if one.targets.postmortem_due is not None:
                    due.setdefault((spec.system, one.id), one.targets.postmortem_due)
    return _Asked(templates, by_severity, due)


def template_of(record: Postmortem, system: str, project: Project) -> Any | None:
    """The template that a record follows: the one that it names, else that of its severity."""
    asked = _asked(project)
    if record.template:
        return asked.templates.get((system, record.template))
    return asked.by_severity.get((system, record.severity))


def approval_due(record: Postmortem, system: str, project: Project) -> timedelta | None:
    """How soon after its end an incident's postmortem has to be approved: its severity says, or else its template."""
    due = _asked(project).due.get((system, record.severity))
    template = template_of(record, system, project)
    return template.due if due is None and template else due


def approval_day(record: Postmortem, system: str, project: Project) -> date | None:
    """The day until which a postmortem has to be approved, in UTC; none where nobody says so."""
    due = approval_due(record, system, project)
    return None if due is None else (record.times.end + due).astimezone(UTC).date()


def blaming_words(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A postmortem says who was to blame instead of what made the mistake possible.

    Who has to fear blame leaves out what others could learn from. Say what the person knew and saw, and why it made
    sense to act like that:

        text: The dashboard showed the replica's lag of the hour before, so the switch looked safe.

    The words are those for human error, carelessness and what somebody should have done, in the language of the system:
    English and Spanish have some.
    """
    for spec in _records(project):
        language = project.labels(spec.system).language
        for route, text in texts(spec.document):
            for word in blaming(text, language):
                yield (
                    spec.source,
                    Finding(
                        route,
                        f"“{word}” looks for somebody to blame",
                        "say what was known and seen then, and what made the mistake possible",
                        part=word,
                    ),
                )


def missing_section(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A postmortem lacks a section that its template requires at its status.

    The template says from when on: `required_from: in_review`. Write the section, or go back a status:

        sections:
          data: Compared row counts before and after; none were lost.
    """
    # What every postmortem needs at its status, whatever its template, `incomplete` reports.
    for spec in _records(project):
        record = spec.document
        template = template_of(record, spec.system, project)
        if template is None or record.status == "not_required":
            continue
        reached = STATUSES[: STATUSES.index(record.status) + 1]
        for section in template.sections:
            name = section.field
            given = getattr(record, name, None) or record.sections.get(section.id)
            settled = given or (name == "actions" and record.none_needed) or name in needed(record)
            if section.required_from in reached and not settled:
                before = STATUSES[max(STATUSES.index(section.required_from) - 1, 0)]
                yield (
                    spec.source,
                    Finding(
                        ("status",),
                        f"`{record.id}` is `{record.status}` and has no `{name}`, which `{template.id}` requires from "
                        f"`{section.required_from}` on",
                        f"write it, or set `status: {before}`" if section.required_from != "draft" else "write it",
                    ),
                )


def unknown_section(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A postmortem has a section that its template does not ask for.

    Nobody looks for it there, and the form has no field for it. Use the id of a section of the template, or add the
    section to the template:

        sections:
          - id: data
            title: Integrity of the data
            kind: text
    """
    for spec in _records(project):
        record = spec.document
        template = template_of(record, spec.system, project)
        if template is None and not _known(spec, project):
            continue  # what it names is reported by itself
        fields = {one.id: one.field for one in template.sections} if template else {}
        for key in record.sections:
            field = fields.get(key, "")
            if field.startswith("sections."):
                continue
            if field:
                said, hint = f"`{key}` is a field of its own", f"write it as `{field}:`"
            elif template:
                said = f"the template `{template.id}` has no section `{key}`"
                hint = suggest(key, fields) or "add it to the template"
            else:
                said = f"no template asks for `{key}`: `{record.id}` names none, and its severity has none"
                hint = "set `template:`"
            yield spec.source, Finding(("sections", key), said, hint, key=True)


def unknown_choice(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A section of a postmortem is none of the choices that its template gives.

    What is counted has to be spelled alike. Write one of the choices, or add one to the template:

        sections:
          - id: customers-told
            title: Were customers told?
            kind: choice
            choices: ["yes", "no", in part]
    """
    for spec in _records(project):
        template = template_of(spec.document, spec.system, project)
        for section in template.sections if template else ():
            given = spec.document.sections.get(section.id)
            if given and section.choices and given.strip() not in section.choices:
                yield (
                    spec.source,
                    Finding(
                        ("sections", section.id),
                        f"`{section.id}` cannot be “{given.strip()}”",
                        f"choose from: {', '.join(section.choices)}",
                    ),
                )


def skipped_postmortem(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """An incident has no postmortem, and those of its severity need one.

    The incident process says by when: `postmortem_due`. Write the postmortem, or give the incident the severity that it
    had:

        status: draft
    """
    for spec in _records(project):
        record = spec.document
        if record.status == "not_required" and (spec.system, record.severity) in _asked(project).due:
            yield (
                spec.source,
                Finding(
                    ("status",),
                    f"incidents of the severity `{record.severity}` need a postmortem, and `{record.id}` has none",
                    "set `status: draft` and write it, or mend the severity",
                ),
            )


def late_approval(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A postmortem was approved later than its severity allows.

    What people remember fades, and so does the will to change anything. The severity sets the time, counted from the
    end of the incident, or else the template's `due`; if nobody keeps to it, set one that people can keep:

        targets:
          postmortem_due: 10d
    """
    for spec in _records(project):
        record = spec.document
        day = approval_day(record, spec.system, project)
        approved = record.review.approved_on if record.review else None
        # That day counts whole, wherever on earth it ends.
        if day and approved and approved > day + timedelta(days=1):
            late = (approved - day).days
            yield (
                spec.source,
                Finding(
                    ("review", "approved_on"),
                    f"`{record.id}` was approved {late} days after the day on which it was due, {day}",
                    "mend the day, or set a time that people can keep",
                ),
            )


def _records(project: Project) -> Iterator[Spec[Postmortem]]:
    for system in project.systems:
        yield from project.of(Postmortem, system)


def _known(spec: Spec[Postmortem], project: Project) -> bool:
    """Whether all is known that says which template a record follows."""
    record = spec.document
    named = record.template is None and project.find(spec.system, "severity", record.severity) is not None
    return named and spec.system not in project.unread
