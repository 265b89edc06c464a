"""Runbooks: how to do one operation, or how to get out of one kind of trouble."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opsbook.kind import Check, Kind, Part
from opsbook.kinds.runbook import checks
from opsbook.kinds.runbook.embed import embed
from opsbook.kinds.runbook.first_week import tasks
from opsbook.kinds.runbook.model import Runbook
from opsbook.kinds.runbook.page import TYPES, home, pages
from opsbook.labels import N_

_ORDER = list(TYPES)


def _parts(runbook: Runbook) -> Iterator[Part]:
    for index, procedure in enumerate(runbook.procedures):
        yield Part(procedure.id, procedure.title, procedure.id, ("procedures", index))
    for index, scenario in enumerate(runbook.scenarios):
        yield Part(scenario.id, scenario.title, scenario.id, ("scenarios", index))
    for index, procedure in enumerate(runbook.rollback.procedures if runbook.rollback else ()):
        yield Part(procedure.id, procedure.title, procedure.id, ("rollback", "procedures", index))
    for index, note in enumerate(runbook.notes):
        yield Part(note.id, note.title, note.id, ("notes", index))
    for route, step, _ in runbook.located_steps:
        yield Part(step.id, step.title, step.id, route)


RUNBOOK = Kind(
    name="runbook",
    model=Runbook,
    group=N_("Runbooks"),
    folder="runbooks",
    assets="incident",
    pages=pages,
    home=home,
    first_week=tasks,
    checks=(
        Check(checks.missing_section),
        Check(checks.missing_rollback),
        Check(checks.looping_failure_route),
        Check(checks.unreachable_procedure),
        Check(checks.nothing_to_do),
        Check(checks.command_without_expectation, "warning"),
    ),
    parts=_parts,
    trials=Runbook.trials,
    order=lambda runbook: (_ORDER.index(runbook.type), runbook.title),
    describe=lambda runbook: TYPES[runbook.type],
    embed=embed,
    skeleton=Path(__file__).with_name("skeleton.yaml.jinja"),
)
