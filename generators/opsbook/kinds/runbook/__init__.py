"""Runbooks: how to do one operation, or how to get out of one kind of trouble."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from opsbook.figures import Figure
from opsbook.kind import Check, Kind, Part, Subject
from opsbook.kinds.runbook import checks
from opsbook.kinds.runbook.embed import embed
from opsbook.kinds.runbook.first_week import tasks
from opsbook.kinds.runbook.model import Procedure, Runbook
from opsbook.kinds.runbook.page import TYPES, home, pages
from opsbook.labels import N_
from opsbook.source import Route

_ORDER = list(TYPES)


def _parts(runbook: Runbook) -> Iterator[Part]:
    for route, procedure in _procedures(runbook):
        yield Part(procedure.id, procedure.title, procedure.id, route)
    for index, scenario in enumerate(runbook.scenarios):
        yield Part(scenario.id, scenario.title, scenario.id, ("scenarios", index))
    for index, note in enumerate(runbook.notes):
        yield Part(note.id, note.title, note.id, ("notes", index))
    for route, step, _ in runbook.located_steps:
        yield Part(step.id, step.title, step.id, route)


def _procedures(runbook: Runbook) -> Iterator[tuple[Route, Procedure]]:
    """The procedures, those of the rollback last, and where they stand."""
    for number, procedure in enumerate(runbook.procedures):
        yield ("procedures", number), procedure
    for number, procedure in enumerate(runbook.rollback.procedures if runbook.rollback else ()):
        yield ("rollback", "procedures", number), procedure


def _figures(runbook: Runbook) -> Mapping[Figure, int]:
    return {
        "runbooks": 1,
        "procedures": len(list(_procedures(runbook))),
        "scenarios": len(runbook.scenarios),
    }


def _subjects(runbook: Runbook) -> Iterator[Subject]:
    """The scenarios, and the procedures at which a reader may start."""
    for number, scenario in enumerate(runbook.scenarios):
        yield Subject("scenario", ("scenarios", number), scenario.severity, TYPES[runbook.type], scenario.rto)
    for route, procedure in _procedures(runbook):
        if procedure.entry:
            yield Subject("procedure", route, group=TYPES[runbook.type], within=procedure.expected_time)


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
    figures=_figures,
    subjects=_subjects,
    skeleton=Path(__file__).with_name("skeleton.yaml.jinja"),
)
