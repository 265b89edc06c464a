"""What a page needs to run an incident of a system from: its severities, its roles and the words, as a script.

A script, because a page that is opened from disk can load nothing else. It is the same for all pages of a system.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

from opsbook.kind import Spec
from opsbook.kinds.incident_process.model import IncidentProcess, Severity
from opsbook.labels import N_
from opsbook.markup import plain_text
from opsbook.page import Artifact
from opsbook.project import Project

SAYS = {
    "start": N_("Start an incident"),
    "incident": N_("Incident"),
    "began": N_("The impact began"),
    "trouble": N_("What do you see?"),
    "severity": N_("Severity"),
    "commander": N_("Incident commander"),
    "begin": N_("Start the log"),
    "started": N_("Incident started"),
    "since": N_("Since the beginning"),
    "rto": N_("RTO"),
    "goal": N_("Mitigate within"),
    "next": N_("Next update"),
    "left": N_("{} left"),
    "over": N_("over by {}"),
    "exceeded": N_("The time to recover is over."),
    "due": N_("The next update is due."),
    "update": N_("Update sent"),
    "mitigated": N_("Mitigated"),
    "resolved": N_("Resolved"),
    "done": N_("Done"),
    "seen": N_("What was seen"),
    "note": N_("Note for the log"),
    "add": N_("Add to the log"),
    "log": N_("Incident log"),
    "logged": N_("In the log"),
    "remove": N_("Remove"),
    "removed": N_("Removed from the log"),
    "yaml": N_("Save as YAML"),
    "json": N_("Save as JSON"),
    "kept": N_("Kept in this browser alone. Save it: a postmortem can be drafted from the file."),
    "unkept": N_("This browser keeps nothing. Save the log before you leave this page."),
    "discard": N_("Discard the log"),
    "sure": N_("The log of this incident is deleted from this browser."),
}
"""What incident mode says, as labels."""


def script(spec: Spec[IncidentProcess], project: Project) -> Iterator[Artifact]:
    """The script of a system; that of its first process, where it has several."""
    if project.of(IncidentProcess, spec.system)[0] is not spec:
        return
    label = project.labels(spec.system)
    roles = (
        one[0] for (system, type_, _), one in project.definitions.items() if (system, type_) == (spec.system, "role")
    )
    data = {
        "severities": [_severity(one) for one in spec.document.by_rank],
        "roles": [{"id": one.id, "title": plain_text(one.title)} for one in roles],
        "says": {name: label(text) for name, text in SAYS.items()},
    }
    text = f"(window.opsbookIncident ??= {{}})[{json.dumps(spec.system)}] = {json.dumps(data)};\n"
    yield Artifact(f"assets/opsbook/incident/systems/{spec.system}.js", text.encode())


def _severity(one: Severity) -> dict[str, object]:
    targets = one.targets
    return {
        "id": one.id,
        "title": plain_text(one.title),
        "first": _seconds(targets.first_communication),
        "update": _seconds(targets.update_every),
        "mitigate": _seconds(targets.mitigate),
    }


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else int(length.total_seconds())
