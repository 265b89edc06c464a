"""Rule files for Prometheus: the alerts of a document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from opsbook.kind import Definition, Spec
from opsbook.kinds.monitoring.measured import measured
from opsbook.kinds.monitoring.model import Alert, Monitoring
from opsbook.markup import plain_text
from opsbook.page import Artifact
from opsbook.project import Project
from opsbook.reference import Home

FOLDER = "monitoring"
"""The folder of the files for Prometheus, Alertmanager and Grafana, below that of a system."""


def rule_files(spec: Spec[Monitoring], project: Project) -> Iterator[Artifact]:
    """The rules of a document, as one file; none where it has no alerts."""
    rules = [alert_rule(alert, spec, project) for alert in spec.document.alerts]
    if rules:
        group = {"name": f"{spec.system}-{spec.document.id}", "rules": rules}
        yield Artifact(f"{spec.system}/{FOLDER}/rules/{spec.document.id}.yaml", _dump({"groups": [group]}))


def alert_rule(alert: Alert, spec: Spec[Monitoring], project: Project) -> dict[str, Any]:
    """An alert as a rule of Prometheus."""
    labels = {"system": spec.system, "severity": alert.severity, "escalation": alert.escalation}
    if len(alert.services) == 1:
        labels["service"] = alert.services[0]
    annotations = {
        "summary": _templated(plain_text(alert.summary or alert.title)),
        "description": plain_text(alert.meaning),
        "impact": plain_text(alert.impact) if alert.impact else None,
        "runbook_url": runbook_url(alert.runbook, spec, project) if alert.runbook else None,
    }
    return {
        "alert": alert_name(alert.id),
        "expr": measured(spec.system, project).filled(alert),
        "for": _duration(alert),
        "labels": {key: value for key, value in labels.items() if value},
        "annotations": {key: value for key, value in annotations.items() if value},
    }


def alert_name(id_: str) -> str:
    """An id as alerts are named in Prometheus: `high-error-rate` is `HighErrorRate`."""
    return "".join(word.capitalize() for word in id_.split("-"))


def runbook_url(reference: str, spec: Spec[Monitoring], project: Project) -> str:
    """The address of what a reference names, with its real anchor; empty where it leads nowhere."""
    found = project.resolve(reference, Home(spec.system, "monitoring", spec.document.id))
    return project.site.address(found.address) if isinstance(found, Definition) else ""


def _duration(alert: Alert) -> str:
    seconds = int(alert.for_.total_seconds()) if alert.for_ else 0
    return f"{seconds // 60}m" if seconds and seconds % 60 == 0 else f"{seconds}s"


def _templated(text: str) -> str:
    """A summary with its blanks as Prometheus fills them."""
    return text.replace("{", "{{ $labels.").replace("}", " }}")


def _dump(data: Any) -> bytes:
    return str(yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120)).encode()
