"""What documentation is to achieve, held against what the specs tell of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any

from opsbook.counting import figures
from opsbook.kind import Happened, Spec
from opsbook.kinds.documentation.covered import coverages, covered_share
from opsbook.kinds.documentation.model import Documentation, Goal, Target
from opsbook.labels import N_, Labels
from opsbook.project import Project
from opsbook.source import Route


@dataclass(frozen=True)
class Counted:
    """How many of some things are as they should be."""

    name: str
    """What is counted, as a label."""
    good: int
    all: int


@dataclass(frozen=True)
class Took:
    """How long incidents of a severity took until they were resolved."""

    severity: str
    median: timedelta
    """The middle one, to the second: the longest says more of the incident than of the documentation."""
    count: int
    """Of how many incidents it is known."""


@dataclass(frozen=True)
class Reached:
    """A target, and what the specs tell of it."""

    target: Target
    route: Route
    """Where its plan says so."""
    share: float | None = None
    """How far it is as a share of 1; None where it is no share, or where there is nothing to count yet."""
    counted: tuple[Counted, ...] = ()
    """What that is made of."""
    took: tuple[Took, ...] = ()
    """The times that are measured, the gravest severity first."""

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None where the specs cannot tell."""
        if self.share is None or self.target.at_least is None:
            return None
        return self.share * 100 >= self.target.at_least


def reached(spec: Spec[Documentation], project: Project) -> tuple[Reached, ...]:
    """Every target of a plan, and what the specs tell of it."""
    return tuple(_reached(one, number, spec, project) for number, one in enumerate(spec.document.targets))


def _reached(target: Target, number: int, spec: Spec[Documentation], project: Project) -> Reached:
    route = ("targets", number)
    if target.measures == "documentation-coverage":
        rules = coverages(spec, project)
        return Reached(target, route, covered_share(rules) if rules else None)
    if target.measures == "time-to-resolution":
        return Reached(target, route, took=tuple(_took(spec.system, project)))
    counted = tuple(one for one in _COUNTED[target.measures](spec.system, project) if one.all)
    whole = sum(one.all for one in counted)
    return Reached(target, route, sum(one.good for one in counted) / whole if whole else None, counted)


def _none(_system: str, _project: Project) -> Iterator[Counted]:
    return iter(())


def _completion(system: str, project: Project) -> Iterator[Counted]:
    """The postmortems that are owed, and those of them that were agreed on."""
    owed = [one for one in _happened(system, project) if one.postmortem != "none"]
    yield Counted(N_("Postmortems agreed on"), sum(one.postmortem == "agreed" for one in owed), len(owed))


def _accuracy(system: str, project: Project) -> Iterator[Counted]:
    """The commands of runbooks that a run holds for, and the drills that passed last.

    A command that only people try is not shown to be right by anything that can be looked up: it does not count as
    such.
    """
    own = [spec for spec in project.specs if spec.system == system]
    commands = held = 0
    for spec in own:
        if spec.kind.name == "runbook":
            counts = figures(spec, project)
            commands += counts.get("commands", 0)
            held += sum(counts.get(mode, 0) for mode in ("real", "double", "dry-run"))
    yield Counted(N_("Commands that a run holds for"), held, commands)
    label = Labels("en", {})
    drills = [spec.kind.badge(spec, project, label) for spec in own if spec.kind.name == "drill" and spec.kind.badge]
    yield Counted(N_("Drills that passed last"), sum(one.state == "good" for one in drills), len(drills))


_COUNTED: Mapping[Goal, Any] = {
    "postmortem-completion": _completion,
    "runbook-accuracy": _accuracy,
    "onboarding-time": _none,
}


def _took(system: str, project: Project) -> Iterator[Took]:
    by: dict[str, list[timedelta]] = defaultdict(list)
    for one in _happened(system, project):
        if one.took is not None:
            by[one.severity].append(one.took)
    ranks = [id_ for owner, type_, id_ in project.definitions if (owner, type_) == (system, "severity")]
    for severity in [*ranks, *sorted(by.keys() - set(ranks))]:
        if severity in by:
            seconds = median(one.total_seconds() for one in by[severity])
            yield Took(severity, timedelta(seconds=round(seconds)), len(by[severity]))


def _happened(system: str, project: Project) -> Iterator[Happened]:
    """The incidents of a system."""
    for spec in project.specs:
        if spec.system == system and (one := spec.kind.happened(spec.document)):
            yield one
