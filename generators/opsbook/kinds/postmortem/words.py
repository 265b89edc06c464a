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
    "open": N_("Not begun"),
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

MEASURE_IN_SHORT = {
    "detect": N_("Detect"),
    "acknowledge": N_("Acknowledge"),
    "mitigate": N_("Mitigate"),
    "resolve": N_("Resolve"),
}
"""What the durations are called at the head of a narrow column."""

FIELDS = {
    "id": N_("Id"),
    "title": N_("Title"),
    "owner": N_("Owner"),
    "status": N_("Status"),
    "reason": N_("Why none is required"),
    "severity": N_("Severity"),
    "template": N_("Template"),
    "services": N_("Services"),
    "runbooks": N_("Runbooks that were followed"),
    "authors": N_("Authors"),
    "detection": N_("Detection"),
    "detection.by": N_("Detected by"),
    "detection.alert": N_("Alert"),
    "detection.note": N_("How"),
    "times": N_("Times"),
    "times.started": N_("The impact began"),
    "times.detected": N_("It was noticed"),
    "times.acknowledged": N_("Somebody began to work on it"),
    "times.mitigated": N_("The impact ended"),
    "times.resolved": N_("It was resolved"),
    "summary": N_("Summary"),
    "impact": N_("Impact"),
    "impact.text": N_("What did not work, for whom"),
    "impact.metrics": N_("Figures"),
    "impact.metrics.id": N_("Id"),
    "impact.metrics.title": N_("What"),
    "impact.metrics.value": N_("Value"),
    "impact.metrics.source": N_("Where it can be looked up"),
    "timeline": N_("Timeline"),
    "timeline.at": N_("When"),
    "timeline.text": N_("What"),
    "timeline.kind": N_("Type"),
    "timeline.role": N_("Who"),
    "timeline.evidence": N_("Evidence"),
    "trigger": N_("Trigger"),
    "contributing_factors": N_("Contributing factors"),
    "contributing_factors.id": N_("Id"),
    "contributing_factors.title": N_("What"),
    "contributing_factors.text": N_("How it contributed"),
    "contributing_factors.category": N_("Category"),
    "went_well": N_("What went well"),
    "went_wrong": N_("What went wrong"),
    "lucky": N_("Where we were lucky"),
    "surprises": N_("What surprised us"),
    "actions": N_("Actions"),
    "actions.id": N_("Id"),
    "actions.title": N_("What changes"),
    "actions.type": N_("Type"),
    "actions.owner": N_("Owner"),
    "actions.priority": N_("Priority"),
    "actions.due": N_("Due"),
    "actions.ticket": N_("Ticket"),
    "actions.status": N_("Status"),
    "actions.done_on": N_("Done on"),
    "actions.reason": N_("Why it was refused"),
    "none_needed": N_("Why nothing has to be done"),
    "review": N_("Review"),
    "review.reviewers": N_("Reviewers"),
    "review.held_on": N_("Held on"),
    "review.approved_by": N_("Approved by"),
    "review.approved_on": N_("Approved on"),
    "review.notes": N_("What the review brought up"),
    **{f"status={value}": label for value, label in STATUS.items()},
    **{f"detection.by={value}": label for value, label in DETECTED_BY.items()},
    **{f"timeline.kind={value}": label for value, label in ENTRY.items()},
    **{f"actions.type={value}": label for value, label in ACTION_TYPE.items()},
    **{f"actions.status={value}": label for value, label in ACTION_STATUS.items()},
    **{f"actions.priority={value}": label for value, label in PRIORITY.items()},
}
"""What the fields of a postmortem are called on its form."""
