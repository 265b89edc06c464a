"""The kinds of specs that opsbook knows: its own, and those of installed packages.

A package adds kinds by an entry point of the group `opsbook.kinds` that names a `Kind`.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import Any

from opsbook.kind import Kind
from opsbook.kinds.api import API
from opsbook.kinds.architecture import ARCHITECTURE
from opsbook.kinds.checklist import CHECKLIST
from opsbook.kinds.documentation import DOCUMENTATION
from opsbook.kinds.drill import DRILL, DRILL_RECORD
from opsbook.kinds.guide import GUIDE
from opsbook.kinds.incident_process import INCIDENT_PROCESS
from opsbook.kinds.monitoring import MONITORING
from opsbook.kinds.postmortem import POSTMORTEM
from opsbook.kinds.postmortem_template import POSTMORTEM_TEMPLATE
from opsbook.kinds.runbook import RUNBOOK
from opsbook.kinds.sandbox import SANDBOX
from opsbook.kinds.system import SYSTEM

OWN: tuple[Kind[Any], ...] = (
    SYSTEM,
    INCIDENT_PROCESS,
    RUNBOOK,
    CHECKLIST,
    POSTMORTEM_TEMPLATE,
    POSTMORTEM,
    ARCHITECTURE,
    GUIDE,
    API,
    MONITORING,
    DRILL,
    DRILL_RECORD,
    SANDBOX,
    DOCUMENTATION,
)
"""The order is that of the navigation."""


@cache
def all_kinds() -> tuple[Kind[Any], ...]:
    """Every kind, opsbook's own first."""
    return (*OWN, *(point.load() for point in entry_points(group="opsbook.kinds")))
