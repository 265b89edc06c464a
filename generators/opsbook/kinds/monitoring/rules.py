"""Alerts as rules of Prometheus, with the address of what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from opsbook.kind import Definition, Spec
from opsbook.kinds.monitoring.files import yaml_file
from opsbook.kinds.monitoring.measured import measured
from opsbook.kinds.monitoring.model import Alert, Monitoring
from opsbook.markup import REFERENCE, plain_text
from opsbook.model import spell_duration
from opsbook.page import Artifact
from opsbook.project import Project
from opsbook.reference import Home

_LABEL = re.compile(r"\{(\w+)\}")
"""A blank of a summary: `{instance}`."""

_OPENING = "{{"
"""What begins an instruction in the texts of Prometheus."""


def rule_files(spec: Spec[Monitoring], project: Project) -> Iterator[Artifact]:
    """The alerts of a document, as one file; none where it has no alerts."""
    rules = [alert_rule(alert, spec, project) for alert in spec.document.alerts]
    if rules:
        group = {"name": f"{spec.system}-{spec.document.id}", "rules": rules}
        yield yaml_file(f"rules/{spec.document.id}.yaml", {"groups": [group]}, spec)


def alert_rule(alert: Alert, spec: Spec[Monitoring], project: Project) -> dict[str, Any]:
    """An alert as a rule of Prometheus."""
    labels = {
        "system": spec.system,
        "severity": alert.severity,
        "service": alert.services[0] if len(alert.services) == 1 else None,
        "escalation": alert.escalation,
    }
    annotations = {
        "summary": templated(alert.summary) if alert.summary else literal(alert.title),
        "description": literal(in_words(alert.meaning, spec, project)),
        "impact": literal(in_words(alert.impact, spec, project)) if alert.impact else None,
        "runbook_url": runbook_url(alert.runbook, spec, project) if alert.runbook else None,
    }
    return {
        "alert": alert.called,
        "expr": measured(spec.system, project).filled(alert),
        "for": spell_duration(alert.for_) if alert.for_ else "0s",
        "labels": said(labels),
        "annotations": said(annotations),
    }


def runbook_url(reference: str, spec: Spec[Monitoring], project: Project) -> str:
    """The address of what a reference names, with its real anchor; empty where it leads nowhere."""
    found = project.resolve(reference, Home(spec.system, "monitoring", spec.document.id))
    return project.site.address(found.address) if isinstance(found, Definition) else ""


def in_words(text: str, spec: Spec[Monitoring], project: Project) -> str:
    """A text whose references say the titles of what they name: a pager follows no link."""
    home = Home(spec.system, "monitoring", spec.document.id)

    def title(match: re.Match[str]) -> str:
        found = project.resolve(match[1].strip(), home)
        return match[2] or (found.title if isinstance(found, Definition) else match[0])

    return REFERENCE.sub(title, text)


def literal(text: str) -> str:
    """A text of an author that Prometheus prints as it stands."""
    return plain_text(text).replace(_OPENING, '{{ "{{" }}')


def templated(text: str) -> str:
    """A text of an author whose `{label}` Prometheus fills."""
    plain = plain_text(text)
    if _OPENING in plain:  # the author fills it the way of Prometheus
        return plain
    return _LABEL.sub(r"{{ $labels.\1 }}", plain)


def said(values: Mapping[str, str | None]) -> dict[str, str]:
    """Those of some labels or annotations that say something."""
    return {key: value for key, value in values.items() if value}
