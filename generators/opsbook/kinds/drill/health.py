"""What the drills of a system say of themselves on its card."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from opsbook.kind import Health, Spec
from opsbook.kinds.drill.index import index_path
from opsbook.kinds.drill.model import Drill
from opsbook.kinds.drill.result import STATES
from opsbook.kinds.drill.standing import Worth, standings
from opsbook.labels import N_, Labels
from opsbook.project import Project

_SAID: Mapping[Worth, str] = {
    "failed": N_("{count} failed"),
    "stale": N_("{count} changed since"),
    "never": N_("{count} never played"),
    "passed": N_("{count} passed"),
}
"""How many are of each worth, what needs something done first."""


def health(specs: Sequence[Spec[Drill]], project: Project, label: Labels) -> Health:
    """How many passed, how many did not, and by when each has to be played again."""
    system = specs[0].system
    found = standings(system, project).values()
    counts = Counter(standing.worth for standing in found)
    badges = tuple(
        (label(said).replace("{count}", str(counts[worth])), STATES[worth])
        for worth, said in _SAID.items()
        if counts[worth]
    )
    return Health(N_("Drills"), index_path(system), badges, tuple(standing.due for standing in found))
