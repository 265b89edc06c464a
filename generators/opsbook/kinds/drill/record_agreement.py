"""Where the record of a drill and the rest of its system disagree: its drill, the runbook, the calendar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from opsbook.diagnostic import Finding, suggest
from opsbook.kind import Spec
from opsbook.kinds.drill.record import DrillRecord
from opsbook.kinds.drill.standing import MeasureName, Standing, measured, standings
from opsbook.model import spell_duration
from opsbook.project import Project
from opsbook.source import Source

UNSIGNED = timedelta(days=30)
"""How long the last record of a drill may wait for somebody who agrees with it."""

_SAID: Mapping[MeasureName, str] = {
    "detection": "it took {} to notice",
    "recovery": "the recovery took {}",
    "loss": "data of {} was lost",
}


def _played(project: Project) -> Iterator[tuple[Spec[DrillRecord], Standing]]:
    """Every record of a drill that there is, with what is known of that."""
    for system in project.systems:
        for standing in standings(system, project).values():
            for spec in standing.records:
                yield spec, standing


def other_type(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A record is of another type than its drill.

    What a table said is no proof of what staging showed. Where the drill has become another one, its old records belong
    to an old drill: give the drill a new id, and keep both. A slip is mended here:

        drill: app-lost
        type: staging
    """
    for spec, standing in _played(project):
        record, drill = spec.document, standing.drill
        if record.type != drill.type:
            yield (
                spec.source,
                Finding(
                    ("type",),
                    f"`{record.id}` is of the type `{record.type}`, and the drill `{drill.id}` is `{drill.type}`",
                    f"write `type: {drill.type}`, or name the drill that was played",
                ),
            )


def missed_target(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A drill passed by its record, and what was measured misses a target of the drill.

    Only a record that holds for today's drill is judged: targets may have been others before. A target that nobody can
    keep is talked about, not passed over:

        result: failed
        failures:
          - The recovery took 20 min, and the target is 15 min.
    """
    for spec, standing in _played(project):
        record, drill = spec.document, standing.drill
        if record.result != "passed" or not _holds(record, standing, "drill"):
            continue
        for figure in measured(drill, record):
            if figure.met is False and figure.value is not None and figure.target is not None:
                said = _SAID[figure.name].format(_spelled(figure.value))
                yield (
                    spec.source,
                    Finding(
                        ("result",),
                        f"`{record.id}` is `passed`, and {said}: the drill allows {spell_duration(figure.target)}",
                        "set `result: failed` and say why in `failures:`, or mend the times",
                    ),
                )


def unknown_step(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A record of people tells of a step that no runbook of the system has.

    Only a record that holds for today's runbook is judged: steps may have had other names before. Use the id of the
    step, as its page has it in its link:

        steps:
          - {step: restart-app, outcome: passed, seconds: 40}
    """
    for spec, standing in _played(project):
        record = spec.document
        if record.type == "sandbox" or not _holds(record, standing, "runbook"):
            continue
        known = _steps(project, spec.system)
        for number, step in enumerate(record.steps):
            if step.step not in known:
                yield (
                    spec.source,
                    Finding(
                        ("steps", number, "step"),
                        f"no runbook of `{spec.system}` has a step `{step.step}`",
                        suggest(step.step, known) or "name a step of what the drill follows",
                    ),
                )


def sign_off_by_stranger(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A role agrees with the record of a drill, and has no part in it.

    Who was there, or answers for the drill, can say whether it was like that. Add the role to those who took part, or
    let another one sign:

        participants: [on-call, platform-owner]
        sign_off:
          - {role: platform-owner, day: 2026-11-21}
    """
    for spec, standing in _played(project):
        record, drill = spec.document, standing.drill
        own = {record.owner, drill.owner, drill.schedule.owner, *record.participants}
        known = own | {part.role for part in drill.roles}
        for number, signed in enumerate(record.sign_off):
            if signed.role not in known:
                yield (
                    spec.source,
                    Finding(
                        ("sign_off", number, "role"),
                        f"`{signed.role}` signs `{record.id}`, and neither took part nor answers for the drill",
                        "add it to `participants:`, or let one of these sign: "
                        + ", ".join(f"`{role}`" for role in sorted(known)),
                    ),
                )


def unsigned_record(project: Project, today: date) -> Iterator[tuple[Source, Finding]]:
    """The last record of a drill is a month old, and nobody has agreed with it.

    A figure that nobody answers for is soon taken for more than it is. The role that sees to the drill reads the record
    and adds its line, below what opsbook wrote:

        sign_off:
          - {role: platform-owner, day: 2026-11-21}
    """
    for spec, standing in _played(project):
        record, drill = spec.document, standing.drill
        waits = today - record.times.fault.date()
        if record is standing.last and not record.sign_off and waits > UNSIGNED:
            yield (
                spec.source,
                Finding(
                    ("id",),
                    f"`{record.id}` has waited {waits.days} days for somebody who agrees with it",
                    f"`{drill.schedule.owner}` sees to the drill: let it read the record and add `sign_off:`",
                ),
            )


def overdue_action(project: Project, today: date) -> Iterator[tuple[Source, Finding]]:
    """An action of a drill was due, and is neither done nor refused.

    The next drill will fail by the same thing. Do it, and say so; or agree on a day that somebody can promise:

        - id: second-factor
          title: The runbook says which factor it is
          owner: platform-owner
          due: 2026-11-30
          status: done
    """
    for system in project.systems:
        for spec in project.of(DrillRecord, system):
            for number, action in enumerate(spec.document.actions):
                if action.status in ("open", "in_progress") and action.due < today:
                    yield (
                        spec.source,
                        Finding(
                            ("actions", number, "due"),
                            f"the action `{action.id}` was due on {action.due}, and is `{action.status}`",
                            "set `status: done`, or `refused`, or agree on another day",
                        ),
                    )


def future_drill(project: Project, today: date) -> Iterator[tuple[Source, Finding]]:
    """A drill took place in the future, by its record.

    A year that was mistyped makes its drill look played for a year longer. Mend the moments:

        times:
          fault: 2026-11-20T09:00:00Z
    """
    for system in project.systems:
        for spec in project.of(DrillRecord, system):
            # Somewhere on earth, tomorrow has begun.
            if (day := spec.document.times.fault.date()) > today + timedelta(days=1):
                yield spec.source, Finding(("times", "fault"), f"the drill took place on {day}", "mend the date")


def _holds(record: DrillRecord, standing: Standing, part: str) -> bool:
    """Whether a record says that it holds for the drill, or the runbook, of today."""
    return record.hashes is not None and part not in standing.changed(record)


def _spelled(value: timedelta) -> str:
    """A measured time, rounded up: it never looks better than it was."""
    return spell_duration(timedelta(seconds=-(-value // timedelta(seconds=1))))


def _steps(project: Project, system: str) -> frozenset[str]:
    """The ids of all steps of a system: what a failed step leads to may stand in another document."""
    return project.once(
        f"drill-record/steps/{system}",
        lambda: frozenset(
            step.id
            for spec in project.specs
            if spec.system == system and spec.kind.trials
            for trial in spec.kind.trials(spec.document)
            for step in trial.steps
        ),
    )
