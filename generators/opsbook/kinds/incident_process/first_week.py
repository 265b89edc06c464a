"""What somebody new reads of an incident process before there is an incident."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from opsbook.first_week import Task, about
from opsbook.kind import Spec
from opsbook.kinds.incident_process.model import IncidentProcess
from opsbook.labels import N_
from opsbook.page import relative
from opsbook.printer import Printer

_SECTIONS = (
    ("severities", N_("Severities"), N_("How bad is it? Find the severity of the last thing that went wrong."), 10),
    ("roles", N_("Roles"), N_("Who does what in an incident: learn the duties of the role that you would take."), 5),
    ("escalation", N_("Escalation"), N_("Who is called when, and who is called when nobody answers."), 5),
)
"""The sections of its page that are read: the field, the heading, what one learns, the minutes."""


def tasks(specs: Sequence[Spec[IncidentProcess]], md: Printer) -> Iterator[Task]:
    """The severities, the roles and who is called, as far as there are any."""
    label = md.label
    for spec in specs:
        for field, heading, why, minutes in _SECTIONS:
            if getattr(spec.document, field):
                page = relative(f"{spec.path}#_{field}", md.path)
                yield Task(
                    f"incident-process/{spec.document.id}/{field}",
                    "incidents",
                    f"[{label(heading)}]({page})",
                    label(heading),
                    label(why),
                    about(minutes),
                )
