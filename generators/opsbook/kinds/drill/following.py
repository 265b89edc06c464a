"""Which steps of which runbook a drill follows, and what its result holds for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from opsbook.evidence import does, surroundings
from opsbook.kind import Definition, Spec
from opsbook.kinds.drill.model import Drill
from opsbook.kinds.drill.record import Hashes
from opsbook.project import Project
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
    return steps_at(reference, drill, project)


def steps_at(reference: str, origin: Spec[Any], project: Project) -> Followed | None:
    """The steps that a reference names, as seen from a document: all of one, of a list, or from one on."""
    found = project.resolve(reference, origin.home)
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


def reached(ways: Sequence[Followed], project: Project) -> list[Followed]:
    """What is followed, and everything that the failure of one of its steps may lead to."""
    found, left = list(ways), list(ways)
    while left:
        way = left.pop()
        for step in way.steps:
            route = step.on_failure.go_to if step.on_failure else None
            there = steps_at(route, way.spec, project) if route else None
            if there and there not in found:
                found.append(there)
                left.append(there)
    return found


def references(drill: Drill) -> tuple[str, ...]:
    """Everything that is followed in a drill, its preparations first."""
    return (*(one.follow for one in drill.prepare if one.follow), *drill.follow)


def hashes(drill: Spec[Drill], project: Project) -> Hashes | None:
    """What a result of a drill would hold for now; None where it names no steps."""
    document = drill.document
    ways = [way for reference in references(document) if (way := followed(reference, drill, project))]
    if len(ways) < len(references(document)):
        return None
    every = reached(ways, project)
    parameters = [one.model_dump_json() for way in ways for one in getattr(way.spec.document, "parameters", ())]
    own = document.model_dump_json(include=_PLAYED, exclude_none=True)
    scripts = [text for name, text in sorted(project.snippets.items()) if name in own]
    files = sorted(item for item in project.fixtures.items() if item[0].startswith(f"{drill.system}/"))
    return Hashes(
        runbook=_hash([[does(step, project) for way in every for step in way.steps], parameters]),
        drill=_hash([own, scripts, _alert(drill, project)]),
        fixtures=_hash([surroundings(drill, project), files]),
    )


def _alert(drill: Spec[Drill], project: Project) -> str:
    """The condition of the alert that has to fire, and for how long it has to hold."""
    wanted = drill.document.detection.alert if drill.document.detection else None
    alerts = (
        alert
        for spec in project.specs
        if spec.system == drill.system and spec.kind.name == MONITORING
        for alert in spec.document.alerts
    )
    found = next((alert for alert in alerts if alert.id == wanted), None)
    return found.model_dump_json(include={"name", "expr", "for_", "threshold"}) if found else ""


MONITORING = "monitoring"
"""The kind of spec that has the alerts."""

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
