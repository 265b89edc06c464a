"""What may be said of a drill: its records, whether the last result still holds, when it has to be played again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias

from opsbook.kind import Spec
from opsbook.kinds.drill.following import hashes
from opsbook.kinds.drill.model import Drill
from opsbook.kinds.drill.record import DrillRecord, Hashes
from opsbook.project import Project

Verdict: TypeAlias = Literal["passed", "failed", "stale", "never"]
"""What is known of a drill: its last result; that something it depends on changed since; or nothing yet."""

MeasureName: TypeAlias = Literal["detection", "recovery", "loss"]

MEASURES: tuple[tuple[MeasureName, str], ...] = (("detection", "detection"), ("recovery", "rto"), ("loss", "rpo"))
"""What is measured, and the target that it has to keep to."""


@dataclass(frozen=True)
class Measured:
    """A figure of a record beside its target."""

    name: MeasureName
    """What was measured."""
    target: timedelta | None
    """What it may be at most; none where nothing was promised."""
    value: timedelta | None
    """What it was; none where it was not measured."""

    @property
    def met(self) -> bool | None:
        """Whether it kept to its target; None where one of the two is not known."""
        return None if self.target is None or self.value is None else self.value <= self.target


def measured(drill: Drill, record: DrillRecord | None) -> tuple[Measured, ...]:
    """The figures of a record, and those for which a drill has a target; of no record, its targets alone."""
    found = (
        Measured(name, getattr(drill.targets, target), getattr(record, name) if record else None)
        for name, target in MEASURES
    )
    return tuple(one for one in found if one.target is not None or one.value is not None)


def day(record: DrillRecord) -> date:
    """The day on which a drill was played, where it was played."""
    return record.times.fault.date()


@dataclass(frozen=True)
class Standing:
    """A drill with everything that is known of it."""

    spec: Spec[Drill]
    """The drill."""
    records: tuple[Spec[DrillRecord], ...]
    """What came of it each time, the last first."""
    hashes: Hashes | None
    """What a result would have to hold for; none where the drill names no steps."""

    @property
    def drill(self) -> Drill:
        """The document."""
        return self.spec.document

    @property
    def last(self) -> DrillRecord | None:
        """What came of it the last time."""
        return self.records[0].document if self.records else None

    @property
    def verdict(self) -> Verdict:
        """What its last result is worth."""
        if self.last is None:
            return "never"
        return "stale" if self.changed(self.last) else self.last.result

    @property
    def due(self) -> date:
        """The last day on which that is enough: counted from the last time, or else from the drill's last review."""
        since = day(self.last) if self.last else self.drill.last_reviewed
        try:
            return since + self.drill.schedule.every
        except OverflowError:
            return date.max

    def changed(self, record: DrillRecord) -> tuple[str, ...]:
        """What is not any more what a record holds for: `runbook`, `drill`, `fixtures`.

        A record of people that says nothing of it holds until it is too old.
        """
        kept = record.hashes
        if kept is None:
            return ()
        names = Hashes.model_fields
        return tuple(name for name in names if self.hashes is None or getattr(kept, name) != getattr(self.hashes, name))

    @property
    def measured(self) -> tuple[Measured, ...]:
        """The figures of the last record beside the targets."""
        return measured(self.drill, self.last)


def standings(system: str, project: Project) -> Mapping[str, Standing]:
    """Every drill of a system with what is known of it, by id, in the order of the specs."""
    return project.once(f"drill/standings/{system}", lambda: _standings(system, project))


def _standings(system: str, project: Project) -> dict[str, Standing]:
    records = sorted(
        project.of(DrillRecord, system), key=lambda one: (one.document.times.fault, one.document.id), reverse=True
    )
    return {
        spec.document.id: Standing(
            spec, tuple(one for one in records if one.document.drill == spec.document.id), hashes(spec, project)
        )
        for spec in project.of(Drill, system)
    }
