"""The words of pages for what authors write as keywords."""

from __future__ import annotations

from opsbook.kinds.postmortem.model import Status
from opsbook.labels import N_

STATUS: dict[Status, str] = {
    "draft": N_("Draft"),
    "in_review": N_("In review"),
    "approved": N_("Approved"),
    "closed": N_("Closed"),
    "not_required": N_("Not required"),
}

DETECTED_BY = {
    "alert": N_("an alert"),
    "person": N_("somebody of ours"),
    "customer": N_("those affected"),
    "test": N_("a test or a drill"),
}

ENTRY = {
    "event": N_("Event"),
    "observation": N_("Observation"),
    "action": N_("Action taken"),
    "decision": N_("Decision"),
    "communication": N_("Communication"),
}

ACTION_TYPE = {
    "prevent": N_("Prevent"),
    "detect": N_("Detect sooner"),
    "mitigate": N_("Mitigate sooner"),
    "process": N_("Process"),
}

ACTION_STATUS = {
    "open": N_("Open"),
    "in_progress": N_("In progress"),
    "done": N_("Done"),
    "refused": N_("Refused"),
}

PRIORITY = {"high": N_("High"), "medium": N_("Medium"), "low": N_("Low")}

MEASURE = {
    "detect": N_("Time to detect"),
    "acknowledge": N_("Time to acknowledge"),
    "mitigate": N_("Time to mitigate"),
    "resolve": N_("Time to resolve"),
}
