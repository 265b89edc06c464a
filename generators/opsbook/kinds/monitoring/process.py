"""What the process of incidents says about whom alerts call, as values: severities and escalation policies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from opsbook.project import Project


@dataclass(frozen=True)
class Severity:
    """How bad an alert can be."""

    id: str
    rank: int
    """1 is the gravest."""
    aliases: tuple[str, ...]
    """Other names that people use for it."""
    update_every: timedelta | None
    """How often those affected hear of it: so often an alert is repeated."""


@dataclass(frozen=True)
class Policy:
    """Who is called."""

    id: str
    severities: tuple[str, ...]
    """The severities it holds for; all when empty."""
    first: tuple[str, ...]
    """The roles of its first level: they are called at once, and call the next."""

    def holds(self, severity: str) -> bool:
        """Whether it is for alerts of a severity."""
        return not self.severities or severity in self.severities


@dataclass(frozen=True)
class Process:
    """How a system's incidents are run, as far as alerts need it."""

    severities: tuple[Severity, ...] = ()
    """The gravest first."""
    policies: tuple[Policy, ...] = ()

    def policy(self, severity: str) -> Policy | None:
        """The first policy that holds for a severity."""
        return next((one for one in self.policies if one.holds(severity)), None)


def process(system: str, project: Project) -> Process:
    """The process of a system; an empty one where it has none."""
    # Other kinds have fields of these names that hold references.
    severities = sorted(_parts("severities", "targets", system, project), key=lambda one: one.rank)
    policies = _parts("escalation", "steps", system, project)
    return Process(
        tuple(Severity(one.id, one.rank, one.aliases, one.targets.update_every) for one in severities),
        tuple(Policy(one.id, one.severities, one.steps[0].targets) for one in policies),
    )


def _parts(field: str, known_by: str, system: str, project: Project) -> Iterator[Any]:
    """The parts that documents of a system have in a field, known by what such a part has."""
    for spec in project.specs:
        found = getattr(spec.document, field, None) if spec.system == system else None
        yield from (one for one in found or () if hasattr(one, known_by))
