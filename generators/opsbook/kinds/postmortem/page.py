"""The page of a postmortem: what happened, why it could, what is done about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from opsbook import markup
from opsbook.kind import Spec
from opsbook.kinds.postmortem import words
from opsbook.kinds.postmortem.agreement import approval_day, template_of
from opsbook.kinds.postmortem.model import Action, Postmortem
from opsbook.kinds.postmortem.statistics import MEASURES
from opsbook.page import Page
from opsbook.printer import Printer, render
from opsbook.project import Project
from opsbook.reference import Home

LONG = timedelta(days=2)
"""From here on the time since the beginning is told in whole days."""


def pages(spec: Spec[Postmortem], project: Project) -> Iterator[Page]:
    """One page."""
    record = spec.document
    md = Printer(project, spec.path, Home(spec.system, "postmortem", record.id), spec)
    label = md.label
    template = template_of(record, spec.system, project)
    unapproved = record.status in ("draft", "in_review")
    titles = {section.id: section.title for section in template.sections} if template else {}
    body = render(
        Path(__file__).with_name("page.md.jinja"),
        md,
        record=record,
        words=words,
        facts=[
            (label("Severity"), md.link("severity", record.severity)),
            (label("Status"), label(words.STATUS[record.status])),
            (label("Due"), md.due(approval_day(record, spec.system, project)) if unapproved else ""),
            (label("Template"), md.link("postmortem-template", template.id) if template else ""),
            (label("Services"), md.links("service", record.services)),
            (label("Detected by"), _detected(record, md)),
            (label("Followed"), md.references(record.runbooks)),
            (label("Authors"), md.links("role", record.authors)),
            (label("Owner"), md.link("role", record.owner)),
        ],
        durations=[
            (label(words.MEASURE[name]), _duration(between, md))
            for name, start, end in MEASURES
            if (between := record.between(start, end)) is not None
        ],
        entries=[(moment(entry.at), since(entry.at - record.times.started, md), entry) for entry in record.timeline],
        sections=[(key, titles.get(key, key), text) for key, text in record.sections.items()],
        action=lambda one: _state(one, md),
        address=lambda url: md.value(url) if "$" in url else markup.link(url),
    )
    yield Page(spec.path, md.plain(record.title), body, (label("Postmortems"),), spec.source.path)


def moment(at: datetime) -> str:
    """A moment as it was written, and in UTC where that is another. Its day stands in one line."""
    said = f"<time>{at:%Y-%m-%d}</time> {at:%H:%M}"
    return f"{said} UTC" if not at.utcoffset() else f"{said} {at:%z} ({at.astimezone(UTC):%H:%M} UTC)"


def since(passed: timedelta, md: Printer) -> str:
    """The time since the beginning: `+0:14`, `-47 days`; negative for what came before."""
    sign, length = "-" if passed < timedelta() else "+", abs(passed)
    if length >= LONG:
        return sign + md.duration(timedelta(days=length.days))
    minutes = int(length.total_seconds()) // 60
    return f"{sign}{minutes // 60}:{minutes % 60:02}"


def _duration(passed: timedelta, md: Printer) -> str:
    return md.duration(timedelta(seconds=round(passed.total_seconds())))


def _detected(record: Postmortem, md: Printer) -> str:
    if not record.detection:
        return ""
    by = md.label(words.DETECTED_BY[record.detection.by])
    return f"{by}: {md.link('alert', record.detection.alert)}" if record.detection.alert else by


def _state(action: Action, md: Printer) -> str:
    """How far an action is, and until when it has to be settled."""
    said = md.label(words.ACTION_STATUS[action.status])
    if action.status in ("done", "refused"):
        return f"{said} <time>{action.done_on}</time>" if action.done_on else said
    return f"{said}, {md.label('by')} {md.due(action.due)}"
