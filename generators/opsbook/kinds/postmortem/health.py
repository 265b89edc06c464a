"""What is still to be done about the incidents of a system, on its card."""

from __future__ import annotations

from collections.abc import Sequence

from opsbook.kind import Health, Spec, State
from opsbook.kinds.postmortem.index import figures, index_path
from opsbook.kinds.postmortem.model import Postmortem
from opsbook.labels import N_, Labels
from opsbook.project import Project


def health(specs: Sequence[Spec[Postmortem]], project: Project, label: Labels) -> Health:
    """How many actions are not settled, and by when each should be."""
    system = specs[0].system
    days = tuple(action.due for _, action in figures(system, project).unsettled)
    said = label("{count} open").replace("{count}", str(len(days))) if days else label("all settled")
    state: State = "none" if days else "good"
    return Health(N_("Actions"), index_path(system), ((said, state),), days)
