"""Drills: a runbook proves itself against a fault; and the records of what came of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opsbook.kind import Kind, Part
from opsbook.kinds.drill.agreement import PROJECT_CHECKS
from opsbook.kinds.drill.checks import CHECKS
from opsbook.kinds.drill.model import Drill
from opsbook.kinds.drill.page import pages, record_pages
from opsbook.kinds.drill.record import DrillRecord
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
)

DRILL_RECORD = Kind(
    name="drill-record",
    model=DrillRecord,
    group=N_("Drills"),
    folder="drills/records",
    pages=record_pages,
    skeleton=Path(__file__).with_name("record-skeleton.yaml.jinja"),
)
