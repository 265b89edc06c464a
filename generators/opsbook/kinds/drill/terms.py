"""What pages call the keywords and the figures of drills."""

from __future__ import annotations

from datetime import timedelta

from opsbook.kinds.drill.model import DrillType, FaultType
from opsbook.kinds.drill.standing import MeasureName
from opsbook.labels import N_, Labels

TYPE: dict[DrillType, str] = {
    "tabletop": N_("Tabletop"),
    "sandbox": N_("Sandbox"),
    "staging": N_("Staging"),
    "production": N_("Production"),
}

WHERE: dict[DrillType, str] = {
    "tabletop": N_("At a table: nothing was broken."),
    "sandbox": N_("In a sandbox: no promise about production."),
    "staging": N_("In staging: no promise about production."),
    "production": N_("In production."),
}
"""What a figure is worth, by where it was measured."""

WHERE_IN_SHORT: dict[DrillType, str] = {
    "tabletop": N_("at a table"),
    "sandbox": N_("sandbox"),
    "staging": N_("staging"),
    "production": N_("production"),
}

FAULT: dict[FaultType, str] = {
    "kill": N_("Processes killed"),
    "stop": N_("Service stopped"),
    "pause": N_("Processes paused"),
    "drop-table": N_("Table dropped"),
    "delete-file": N_("File deleted"),
    "corrupt-file": N_("File corrupted"),
    "orphan-locks": N_("Orphaned locks"),
    "wrong-secret": N_("Wrong secret"),
    "full-disk": N_("Full disk"),
    "slow-network": N_("Slow network"),
    "bad-release": N_("Bad release"),
}

MEASURE: dict[MeasureName, str] = {
    "detection": N_("Detection"),
    "recovery": N_("Recovery (RTO)"),
    "loss": N_("Data loss (RPO)"),
}

IN_A_LINE: dict[MeasureName, str] = {
    "detection": N_("noticed after {measured}"),
    "recovery": N_("recovered in {measured}"),
    "loss": N_("data lost: {measured}"),
}
"""A figure within a sentence."""

CHANGED = {
    "runbook": N_("the steps that are followed"),
    "drill": N_("the drill itself"),
    "fixtures": N_("what it is played against"),
}
"""What a result depends on."""

MOMENT = {
    "fault": N_("Something is broken"),
    "detected": N_("Noticed"),
    "mitigated": N_("The last step is done"),
    "verified": N_("All is well again"),
}

_TENTHS = timedelta(seconds=10)
"""Below this, tenths of a second tell something."""

_SECONDS = timedelta(minutes=2)
"""Up to here, seconds alone are easier to read."""


def took(value: timedelta, label: Labels) -> str:
    """How long something took, in words; rounded up, so that it never looks better than it was."""
    if value < _TENTHS:
        return f"{_up(value, 100) / 10:g} s"
    seconds = _up(value, 1000)
    return f"{seconds} s" if value <= _SECONDS else label.duration(timedelta(seconds=seconds))


def _up(value: timedelta, milliseconds: int) -> int:
    return -(-value // timedelta(milliseconds=milliseconds))
