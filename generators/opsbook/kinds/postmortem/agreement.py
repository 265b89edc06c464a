"""Where a postmortem and the rest of its system disagree: its template, its severity, its language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, timedelta
from typing import Any

from opsbook.blame import blaming
from opsbook.diagnostic import Finding, suggest
from opsbook.kind import Spec
from opsbook.kinds.postmortem.checks import needed, texts
from opsbook.kinds.postmortem.model import STATUSES, Postmortem
from opsbook.project import Project
from opsbook.source import Source

TEMPLATE = "postmortem-template"
"""The kind of the templates, which this kind knows by its name alone."""


def template_of(record: Postmortem, system: str, project: Project) -> Any | None:
    """The template that a record follows: the one that it names, else that of its severity."""
    own = [spec.document for spec in project.specs if (spec.system, spec.kind.name) == (system, TEMPLATE)]
    if record.template:
        return next((one for one in own if one.id == record.template), None)
    return next((one for one in own if record.severity in one.severities), None)


def postmortem_due(record: Postmortem, system: str, project: Project) -> timedelta | None:
    """How soon after its end an incident's postmortem has to be approved, by the severity."""
    found = project.find(system, "severity", record.severity)
    spec = next((one for one in project.specs if found and one.source.path == found.source), None)
    every = getattr(spec.document, "severities", ()) if spec else ()
    due: timedelta | None = next((one.targets.postmortem_due for one in every if one.id == record.severity), None)
    return due


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
        if record.status == "not_required" and postmortem_due(record, spec.system, project):
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

    What people remember fades, and so does the will to change anything. The process sets the time, counted from the
    end of the incident; if nobody keeps to it, set one that people can keep:

        targets:
          postmortem_due: 10d
    """
    for spec in _records(project):
        record = spec.document
        due = postmortem_due(record, spec.system, project)
        if due is None or not record.review or not record.review.approved_on:
            continue
        # The day of the deadline counts whole, wherever on earth it ends.
        until = (record.times.end + due).astimezone(UTC).date() + timedelta(days=1)
        if record.review.approved_on > until:
            yield (
                spec.source,
                Finding(
                    ("review", "approved_on"),
                    f"`{record.id}` was approved {(record.review.approved_on - until).days + 1} days late",
                    f"`{record.severity}` allows {due.days} days from the end of the incident" if due.days else "",
                ),
            )


def _records(project: Project) -> Iterator[Spec[Postmortem]]:
    for system in project.systems:
        yield from project.of(Postmortem, system)
