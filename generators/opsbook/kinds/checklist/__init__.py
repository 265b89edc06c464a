"""Checklists: things to look at or to do, again and again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opsbook.kind import Check, Kind, Part, Subject
from opsbook.kinds.checklist import checks
from opsbook.kinds.checklist.first_week import tasks
from opsbook.kinds.checklist.model import Checklist
from opsbook.kinds.checklist.page import FREQUENCIES, pages
from opsbook.labels import N_

_ORDER = list(FREQUENCIES)


def _parts(checklist: Checklist) -> Iterator[Part]:
    for index, item in enumerate(checklist.items):
        yield Part(item.id, item.title, item.id, ("items", index))
    for index, field in enumerate(checklist.record):
        yield Part(field.id, field.title, field.id, ("record", index))


CHECKLIST = Kind(
    name="checklist",
    model=Checklist,
    group=N_("Checklists"),
    folder="checklists",
    pages=pages,
    first_week=tasks,
    checks=(Check(checks.destructive_item), Check(checks.nothing_to_look_at, "warning")),
    parts=_parts,
    trials=Checklist.trials,
    order=lambda checklist: (_ORDER.index(checklist.frequency), checklist.title),
    describe=lambda checklist: FREQUENCIES[checklist.frequency],
    figures=lambda checklist: {"checklists": 1, "items": len(checklist.items)},
    subjects=lambda checklist: iter([Subject("checklist", (), group=FREQUENCIES[checklist.frequency])]),
    skeleton=Path(__file__).with_name("skeleton.yaml.jinja"),
)
