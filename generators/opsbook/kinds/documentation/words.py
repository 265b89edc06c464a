"""What the pages of a plan call the kinds of documents, and what makes these due."""

from __future__ import annotations

from collections.abc import Mapping

from opsbook.kinds.documentation.model import Trigger
from opsbook.labels import N_

KINDS: Mapping[str, str] = {
    "system": N_("Systems"),
    "incident-process": N_("Incident processes"),
    "runbook": N_("Runbooks"),
    "checklist": N_("Checklists"),
    "postmortem-template": N_("Postmortem templates"),
    "postmortem": N_("Postmortems"),
    "architecture": N_("Architecture"),
    "guide": N_("Guides"),
    "api": N_("APIs"),
    "monitoring": N_("Monitoring"),
    "drill": N_("Drills"),
    "drill-record": N_("Records of drills"),
    "sandbox": N_("Tests"),
    "documentation": N_("Documentation"),
}
"""Kinds to what many documents of them are called, as labels; those of other packages go by their names."""

TRIGGERS: Mapping[Trigger, str] = {
    "incident": N_("an incident in which it was used"),
    "drill": N_("a drill that found something"),
    "release": N_("a new version of an API that it names"),
    "change": N_("a change of what it names"),
    "postmortem-action": N_("an action of a postmortem"),
}
"""What makes a document due before its time."""
