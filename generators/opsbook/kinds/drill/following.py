"""Which steps of which runbook a drill follows, and what its result holds for."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from opsbook.evidence import does, surroundings
from opsbook.kind import Definition, Spec
from opsbook.kinds.drill.model import Drill
from opsbook.kinds.drill.record import Hashes
from opsbook.project import Project
from opsbook.reference import Home
from opsbook.step import Step, Trial


@dataclass(frozen=True)
class Followed:
    """Steps of a document."""

    spec: Spec[Any]
    """The document."""
    steps: tuple[Step, ...]
    """Its steps, in the order in which they are done."""

    @property
    def trials(self) -> tuple[Trial, ...]:
        """All lists of steps of the document, to which the failure of a step may lead."""
        return tuple(self.spec.kind.trials(self.spec.document)) if self.spec.kind.trials else ()


def followed(reference: str, drill: Spec[Drill], project: Project) -> Followed | None:
    """The steps of a document, of a list, or from one on, as a reference of a drill names them; None for all else."""
    found = project.resolve(reference, Home(drill.system, drill.kind.name, drill.document.id))
    if not isinstance(found, Definition):
        return None
    spec = next((one for one in project.specs if one.source.path == found.source), None)
    if spec is None or not spec.kind.trials:
        return None
    trials = tuple(spec.kind.trials(spec.document))
    part = found.id.partition("#")[2]
    if not part:
        return Followed(spec, tuple(step for trial in trials for step in trial.steps))
    for trial in trials:
        if trial.name == part:
            return Followed(spec, trial.steps)
        for number, step in enumerate(trial.steps):
            if step.id == part:
                return Followed(spec, trial.steps[number:])
    return None


def references(drill: Drill) -> tuple[str, ...]:
    """Everything that is followed in a drill, its preparations first."""
    return (*(one.follow for one in drill.prepare if one.follow), *drill.follow)


def hashes(drill: Spec[Drill], project: Project) -> Hashes | None:
    """What a result of a drill would hold for now; None where it names no steps."""
    document = drill.document
    ways = [followed(reference, drill, project) for reference in references(document)]
    if None in ways:
        return None
    own = document.model_dump_json(include=_PLAYED, exclude_none=True)
    scripts = [text for name, text in sorted(project.snippets.items()) if name in own]
    files = sorted(item for item in project.fixtures.items() if item[0].startswith(f"{drill.system}/"))
    return Hashes(
        runbook=_hash([does(step, project) for way in ways if way for step in way.steps]),
        drill=_hash([own, scripts]),
        fixtures=_hash([surroundings(drill, project), files]),
    )


_PLAYED = {
    "type",
    "setup",
    "values",
    "prepare",
    "steady_state",
    "fault",
    "detection",
    "verification",
    "data",
    "targets",
}
"""What of a drill its result depends on; the rest says to people when and why."""


def _hash(data: Any) -> str:
    return hashlib.sha256(json.dumps(data).encode()).hexdigest()[:16]
