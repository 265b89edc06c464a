"""Incident processes: severities, escalation, phases, messages and the duty to learn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opsbook.kind import Check, Kind, Part, Subject
from opsbook.kinds.incident_process import checks
from opsbook.kinds.incident_process.first_week import tasks
from opsbook.kinds.incident_process.mode import script
from opsbook.kinds.incident_process.model import IncidentProcess
from opsbook.kinds.incident_process.page import drawn, home, pages


def _parts(process: IncidentProcess) -> Iterator[Part]:
    for index, severity in enumerate(process.severities):
        yield Part(
            severity.id,
            severity.title,
            f"severity-{severity.id}",
            ("severities", index),
            "severity",
            names=severity.aliases,
        )
    for index, role in enumerate(process.roles):
        yield Part(role.id, role.title, f"role-{role.id}", ("roles", index))
    for index, policy in enumerate(process.escalation):
        yield Part(policy.id, policy.title, f"escalation-{policy.id}", ("escalation", index), "escalation")
    for index, phase in enumerate(process.phases):
        yield Part(phase.id, phase.title, f"phase-{phase.id}", ("phases", index), "phase")
    for index, message in enumerate(process.messages):
        yield Part(message.id, message.title, f"message-{message.id}", ("messages", index), "message")


INCIDENT_PROCESS = Kind(
    name="incident-process",
    model=IncidentProcess,
    pages=pages,
    home=home,
    first_week=tasks,
    checks=(
        Check(checks.undeclared_blank),
        Check(checks.unused_field, "warning"),
        Check(checks.ambiguous_severity),
        Check(checks.escalation_out_of_order),
        Check(checks.level_never_called),
        Check(checks.question_out_of_order),
        Check(checks.graver_but_slower),
        Check(checks.severity_never_decided),
        Check(checks.severity_without_escalation, "warning"),
        Check(checks.role_without_backup, "warning"),
        Check(checks.level_with_nobody_new, "warning"),
        Check(checks.no_acknowledge_target, "warning"),
    ),
    parts=_parts,
    assets="incidents",
    figures=lambda process: {
        "incident-processes": 1,
        "severities": len(process.severities),
        "messages": len(process.messages),
        "diagrams": sum(drawn(policy) for policy in process.escalation),
    },
    subjects=lambda process: (
        Subject("severity", ("severities", number), severity.id) for number, severity in enumerate(process.severities)
    ),
    artifacts=script,
    skeleton=Path(__file__).with_name("skeleton.yaml.jinja"),
)
