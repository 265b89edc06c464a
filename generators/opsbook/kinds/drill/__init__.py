"""Drills: a runbook proves itself against a fault; and the records of what came of them."""

from __future__ import annotations

from collections.abc import Iterator

from opsbook.kind import Kind, Part
from opsbook.kinds.drill.index import home, index, index_path
from opsbook.kinds.drill.model import Drill
from opsbook.kinds.drill.page import pages
from opsbook.kinds.drill.record import DrillRecord
from opsbook.kinds.drill.record_page import record_pages
from opsbook.kinds.drill.result import badge
from opsbook.kinds.drill.terms import RESULT, TYPE
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
    shows_others=True,
    index=index,
    home=home,
    more_pages=lambda system: (index_path(system),),
    listed_as=N_("Drills"),
    badge=badge,
    describe=lambda drill: TYPE[drill.type],
)

DRILL_RECORD = Kind(
    name="drill-record",
    model=DrillRecord,
    group=N_("Drills"),
    folder="drills/records",
    pages=record_pages,
    shows_others=True,
    unlisted=True,
    order=lambda record: (-record.times.fault.timestamp(), record.id),
    describe=lambda record: RESULT[record.result],
)
