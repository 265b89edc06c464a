"""Whether a system has the documentation that it owes, on its card."""

from __future__ import annotations

from collections.abc import Sequence

from opsbook.kind import Health, Spec
from opsbook.kinds.documentation.gate import deliverables
from opsbook.kinds.documentation.model import Documentation
from opsbook.kinds.documentation.page import plan_path
from opsbook.labels import N_, Labels
from opsbook.project import Project


def health(specs: Sequence[Spec[Documentation]], project: Project, label: Labels) -> Health:
    """How many of the deliverables are there, of how many."""
    judged = [one for spec in specs for one in deliverables(spec, project)]
    there = sum(one.met for one in judged)
    said = label("{there} of {all} are there").replace("{there}", str(there)).replace("{all}", str(len(judged)))
    return Health(N_("Deliverables"), plan_path(specs[0].system), ((said, "good" if there == len(judged) else "bad"),))
