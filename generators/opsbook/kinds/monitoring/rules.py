"""Alerts as rules of Prometheus, with the address of what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from opsbook.kind import Definition, Spec
from opsbook.kinds.monitoring.files import yaml_file
from opsbook.kinds.monitoring.measured import measured
from opsbook.kinds.monitoring.model import Alert, Monitoring
from opsbook.markup import plain_text
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
        "description": literal(alert.meaning),
        "impact": literal(alert.impact) if alert.impact else None,
        "runbook_url": runbook_url(alert.runbook, spec, project) if alert.runbook else None,
    }
    return {
        "alert": alert_name(alert.id),
        "expr": measured(spec.system, project).filled(alert),
        "for": spell_duration(alert.for_) if alert.for_ else "0s",
        "labels": said(labels),
        "annotations": said(annotations),
    }


def alert_name(id_: str) -> str:
    """An id as alerts are named in Prometheus: `high-error-rate` is `HighErrorRate`."""
    return "".join(word.capitalize() for word in id_.split("-"))


def runbook_url(reference: str, spec: Spec[Monitoring], project: Project) -> str:
    """The address of what a reference names, with its real anchor; empty where it leads nowhere."""
    found = project.resolve(reference, Home(spec.system, "monitoring", spec.document.id))
    return project.site.address(found.address) if isinstance(found, Definition) else ""


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
