"""Who is called when an alert fires: what the incident process says of severities and of escalation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from opsbook.project import Project


@dataclass(frozen=True)
class Level:
    """Who is called at one level of an escalation policy, and when."""

    roles: tuple[str, ...]
    after: timedelta | None
    """How long after the start; None for a level that is called by its condition alone."""


@dataclass(frozen=True)
class Policy:
    """An escalation policy of the incident process."""

    id: str
    severities: tuple[str, ...]
    """The severities that it holds for; all when empty."""
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Calls:
    """How bad the severities of a system are, and whom they call."""

    ranks: Mapping[str, int]
    """The severities, the gravest first; each with its place."""
    policies: tuple[Policy, ...]

    def rank(self, severity: str | None) -> int:
        """The place of a severity; last for one that is not known."""
        return self.ranks.get(severity or "", len(self.ranks))

    def policy(self, severity: str | None, named: str | None = None) -> Policy | None:
        """The policy that an alert follows: the one that it names, or the first that holds for its severity."""
        if named:
            return next((one for one in self.policies if one.id == named), None)
        fitting = (one for one in self.policies if severity and (not one.severities or severity in one.severities))
        return next(fitting, None)


def calls(system: str, project: Project) -> Calls:
    """What the incident process of a system says."""
    return project.once(f"monitoring:calls:{system}", lambda: _calls(system, project))


def _calls(system: str, project: Project) -> Calls:
    severities = [one for one in _said(system, project, "severities") if hasattr(one, "rank")]
    ids = [one.id for one in sorted(severities, key=lambda one: one.rank)]
    policies = [one for one in _said(system, project, "escalation") if hasattr(one, "steps")]
    return Calls(
        {id_: place for place, id_ in enumerate(ids)},
        tuple(
            Policy(one.id, one.severities, tuple(Level(step.targets, step.after) for step in one.steps))
            for one in policies
        ),
    )


def _said(system: str, project: Project, name: str) -> Iterator[Any]:
    """What the documents of a system have in a list of that name; kinds do not know each other."""
    for spec in project.specs:
        values = getattr(spec.document, name, ()) if spec.system == system else ()
        yield from values if isinstance(values, tuple) else ()
