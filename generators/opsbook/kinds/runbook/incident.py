"""What incident mode has to know of a runbook: its steps, how soon its trouble has to be over, what it works on."""

from __future__ import annotations

import json
from datetime import timedelta

from opsbook.kind import Spec
from opsbook.kinds.runbook.model import Runbook
from opsbook.markup import plain_text
from opsbook.project import Project

PROCESS = "incident-process"
"""The kind that says how incidents are run; without one, a system has no severities to start one with."""


def incident(spec: Spec[Runbook], project: Project) -> str:
    """The values as JSON, for an attribute of the page; nothing where the system says not how incidents are run."""
    if spec.system not in project.once("runbook/incidents", lambda: _with_process(project)):
        return ""
    runbook = spec.document
    goal = runbook.objectives.rto if runbook.objectives else None
    return json.dumps(
        {
            "system": spec.system,
            "runbook": f"runbook:{runbook.id}",
            "services": runbook.services,
            "severity": next(iter(runbook.severities), None),
            "rto": _seconds(goal),
            "steps": [step.id for _, step, _ in runbook.located_steps],
            "troubles": [
                {
                    "id": one.id,
                    "title": plain_text(one.title),
                    "severity": one.severity,
                    "services": one.services,
                    "rto": _seconds(one.rto),
                }
                for one in runbook.scenarios
            ],
        },
        separators=(",", ":"),
    )


def _with_process(project: Project) -> frozenset[str]:
    return frozenset(spec.system for spec in project.specs if spec.kind.name == PROCESS)


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else int(length.total_seconds())
