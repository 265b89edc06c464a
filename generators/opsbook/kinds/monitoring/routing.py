"""Configuration of Alertmanager for a system: whom an alert calls, by its severity and its escalation policy.

Secrets are files beside Alertmanager, and never values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from opsbook.kind import Spec
from opsbook.kinds.monitoring.files import yaml_file
from opsbook.kinds.monitoring.model import Monitoring, Receiver
from opsbook.kinds.monitoring.process import Policy, Process, Severity, process
from opsbook.model import spell_duration
from opsbook.page import Artifact
from opsbook.project import Project

ALERTMANAGER = "alertmanager.yml"
"""The name of the file."""

SECRETS = "/etc/alertmanager/secrets"
"""Where the files with the secrets lie. Alertmanager takes paths of secrets from where it was started: a whole one."""

UNKNOWN = "unknown-severity"
"""The receiver of alerts with a severity that the process does not know: those whom the gravest severity calls."""

_GROUP_INTERVAL = timedelta(minutes=5)
"""How soon a group of alerts that grows is told of again."""

_REPEAT = timedelta(hours=4)
"""How often an alert is repeated whose severity says nothing about it."""

_JOINED = "+"
"""Between the roles in the name of a receiver that calls several."""

_TITLE = "{{ .CommonLabels.alertname }}: {{ .CommonAnnotations.summary }}"
_TEXT = "{{ range .Alerts }}{{ .Annotations.description }}\n{{ .Annotations.runbook_url }}\n{{ end }}"
"""What a message says: what is wrong, and where it says what to do."""


@dataclass(frozen=True)
class Route:
    """Where alerts with some labels go."""

    labels: tuple[tuple[str, str], ...]
    """The labels that an alert has, by which it is told: its severity, and perhaps its policy."""
    roles: tuple[str, ...]
    """Whom it calls."""
    repeat: timedelta | None = None
    """How often it calls."""

    @property
    def receiver(self) -> str:
        """The name of the receiver that calls them."""
        return _JOINED.join(self.roles)


def alertmanager_file(spec: Spec[Monitoring], project: Project) -> Iterator[Artifact]:
    """The configuration for a system, as a file; none where its process knows no severity."""
    if process(spec.system, project).severities:
        yield yaml_file(ALERTMANAGER, configuration(spec, project), spec)


def routes(spec: Spec[Monitoring], project: Project) -> tuple[Route, ...]:
    """Where the alerts of a system go: a route for each severity, and for each further policy that names it."""
    known = process(spec.system, project)
    alerts = [alert for other in project.of(Monitoring, spec.system) for alert in other.document.alerts]
    asked = {(alert.severity or "", alert.escalation or "") for alert in alerts}
    return tuple(
        route for severity in known.severities for route in _of_severity(severity, known, spec.document.owner, asked)
    )


def _of_severity(severity: Severity, known: Process, owner: str, asked: set[tuple[str, str]]) -> Iterator[Route]:
    """The routes of a severity. An alert may follow a policy that does not hold for it by itself."""
    policy = _holding(severity, known)
    labels = (("severity", severity.id),)
    yield Route(labels, policy.first if policy else (owner,), severity.update_every)
    for other in known.policies:
        if other is not policy and (other.holds(severity.id) or (severity.id, other.id) in asked):
            yield Route((*labels, ("escalation", other.id)), other.first, severity.update_every)


def _holding(severity: Severity, known: Process) -> Policy | None:
    """The policy for a severity: that of the next graver one where none holds for it, so that somebody is told."""
    ids = [one.id for one in known.severities]
    graver = reversed(ids[: ids.index(severity.id) + 1])
    return next((found for id_ in graver if (found := known.policy(id_))), None)


def configuration(spec: Spec[Monitoring], project: Project) -> dict[str, Any]:
    """The configuration for a system."""
    found = routes(spec, project)
    receivers = [one for other in project.of(Monitoring, spec.system) for one in other.document.receivers]
    names = dict.fromkeys(route.roles for route in found)
    mails = [one for one in receivers if one.by == "email"]
    return {
        **({"global": _mail(mails[0])} if mails else {}),
        "route": {
            "receiver": UNKNOWN,
            "group_by": ["alertname", "system", "service"],
            "group_wait": "30s",
            "group_interval": spell_duration(_GROUP_INTERVAL),
            "repeat_interval": spell_duration(_REPEAT),
            "routes": list(_tree(found)),
        },
        "inhibit_rules": list(_inhibitions([one.id for one in process(spec.system, project).severities])),
        "receivers": [
            {"name": UNKNOWN, **_configs(found[0].roles, receivers)},
            *({"name": _JOINED.join(roles), **_configs(roles, receivers)} for roles in names),
        ],
    }


def _tree(found: tuple[Route, ...]) -> Iterator[dict[str, Any]]:
    """The routes by severity, with those of further policies below."""
    for route in found:
        if len(route.labels) == 1:
            below = [_route(one) for one in found if one.labels[:1] == route.labels and one is not route]
            yield {**_route(route), **_times(route), **({"routes": below} if below else {})}


def _route(route: Route) -> dict[str, Any]:
    name, value = route.labels[-1]
    return {"matchers": [f'{name}="{value}"'], "receiver": route.receiver}


def _times(route: Route) -> dict[str, str]:
    if not route.repeat:
        return {}
    sooner = {"group_interval": spell_duration(route.repeat)} if route.repeat < _GROUP_INTERVAL else {}
    return {**sooner, "repeat_interval": spell_duration(route.repeat)}


def _inhibitions(severities: list[str]) -> Iterator[dict[str, Any]]:
    """While a service has a graver alert, its milder ones stay silent. Alerts of no single service call always."""
    for number, severity in enumerate(severities[:-1], 1):
        yield {
            "source_matchers": [f'severity="{severity}"', 'service!=""'],
            "target_matchers": [f'severity=~"{"|".join(severities[number:])}"'],
            "equal": ["system", "service"],
        }


def _mail(receiver: Receiver) -> dict[str, Any]:
    """The mail server of the machine itself: which one is behind it is its own affair."""
    domain = (receiver.to or "").rpartition("@")[2] or "localhost"
    return {"smtp_smarthost": "localhost:25", "smtp_from": f"alertmanager@{domain}", "smtp_require_tls": False}


def _configs(roles: tuple[str, ...], receivers: list[Receiver]) -> dict[str, list[dict[str, Any]]]:
    """How roles are called: by all means that are declared, and by a web hook where none is."""
    configs: dict[str, list[dict[str, Any]]] = {}
    for role in roles:
        for one in [one for one in receivers if one.role == role] or [Receiver(role=role, by="webhook")]:
            configs.setdefault(f"{one.by}_configs", []).append(_config(one))
    return configs


def _config(receiver: Receiver) -> dict[str, Any]:
    secret = f"{SECRETS}/{receiver.role}-{receiver.by}"
    match receiver.by:
        case "webhook":
            return {
                "url": receiver.to or f"http://localhost:5001/{receiver.role}",
                "http_config": {"authorization": {"credentials_file": secret}},
                "send_resolved": True,
            }
        case "email":
            return {"to": receiver.to or f"{receiver.role}@localhost", "send_resolved": True}
        case "slack":
            channel = {"channel": receiver.to} if receiver.to else {}
            return {"api_url_file": secret, **channel, "send_resolved": True, "title": _TITLE, "text": _TEXT}
        case "pagerduty":
            return {
                "routing_key_file": secret,
                "description": _TITLE,
                "class": "{{ .CommonLabels.severity }}",
                "client_url": "{{ .CommonAnnotations.runbook_url }}",
                "send_resolved": True,
            }
