"""Drills: a runbook proves itself against a fault; and the records of what came of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opsbook.kind import Check, Kind, Part, ProjectCheck
from opsbook.kinds.drill import record_agreement, record_checks
from opsbook.kinds.drill.agreement import PROJECT_CHECKS
from opsbook.kinds.drill.chaos_toolkit import artifacts
from opsbook.kinds.drill.checks import CHECKS
from opsbook.kinds.drill.events import events
from opsbook.kinds.drill.first_week import tasks
from opsbook.kinds.drill.health import health
from opsbook.kinds.drill.index import home, index, index_path
from opsbook.kinds.drill.model import Drill
from opsbook.kinds.drill.page import pages
from opsbook.kinds.drill.record import DrillRecord
from opsbook.kinds.drill.record_page import record_pages
from opsbook.kinds.drill.record_words import FIELDS, RESULT
from opsbook.kinds.drill.result import badge
from opsbook.kinds.drill.terms import TYPE
from opsbook.labels import N_


def _parts(drill: Drill) -> Iterator[Part]:
    for name in ("steady_state", "verification"):
        for number, probe in enumerate(getattr(drill, name)):
            yield Part(probe.id, probe.title, probe.id, (name, number))


DRILL = Kind(
    name="drill",
    model=Drill,
    group=N_("Drills"),
    folder="drills",
    pages=pages,
    parts=_parts,
    checks=CHECKS,
    project_checks=PROJECT_CHECKS,
    skeleton=Path(__file__).with_name("skeleton.yaml.jinja"),
    shows_others=True,
    index=index,
    home=home,
    first_week=tasks,
    health=health,
    more_pages=lambda system: (index_path(system),),
    listed_as=N_("Drills"),
    badge=badge,
    describe=lambda drill: TYPE[drill.type],
    assets="forms",
    artifacts=artifacts,
    figures=lambda _drill: {"drills": 1},
)

DRILL_RECORD = Kind(
    name="drill-record",
    model=DrillRecord,
    group=N_("Drills"),
    folder="drills/records",
    pages=record_pages,
    skeleton=Path(__file__).with_name("record-skeleton.yaml.jinja"),
    shows_others=True,
    unlisted=True,
    order=lambda record: (-record.times.fault.timestamp(), record.id),
    describe=lambda record: RESULT[record.result],
    events=events,
    fields=FIELDS,
    checks=(
        Check(record_checks.times_out_of_order),
        Check(record_checks.unearned_pass),
        Check(record_checks.failure_without_reason),
        Check(record_checks.impossible_loss),
        Check(record_checks.missing_hashes),
        Check(record_checks.premature_sign_off),
    ),
    project_checks=(
        ProjectCheck(record_agreement.other_type, group="drill-record"),
        ProjectCheck(record_agreement.missed_target, group="drill-record"),
        ProjectCheck(record_agreement.unknown_step, group="drill-record"),
        ProjectCheck(record_agreement.future_drill, group="drill-record"),
        ProjectCheck(record_agreement.sign_off_by_stranger, "warning", group="drill-record"),
        ProjectCheck(record_agreement.unsigned_record, "warning", group="drill-record"),
        ProjectCheck(record_agreement.overdue_action, "warning", group="drill-record"),
    ),
)
