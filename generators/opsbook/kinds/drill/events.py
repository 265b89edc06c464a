"""What the record of a drill tells of what happened: that it was played, and whether something came of it."""

from __future__ import annotations

from collections.abc import Iterator

from opsbook.kind import Event, Spec
from opsbook.kinds.drill.model import Drill
from opsbook.kinds.drill.record import DrillRecord
from opsbook.kinds.drill.record_words import RESULT
from opsbook.project import Project


def events(spec: Spec[DrillRecord], project: Project) -> Iterator[Event]:
    """That the drill was played.

    It concerns the runbooks that it followed, and the drill itself, where it failed, where people did something else
    than is written, or where it showed what should be better. A drill that found nothing leaves documents as they are.
    """
    record = spec.document
    taught = record.result == "failed" or record.deviations or any(one.status != "refused" for one in record.actions)
    concerns: tuple[str, ...] = ()
    if taught:
        drills = (one.document for one in project.of(Drill, spec.system) if one.document.id == record.drill)
        concerns = (f"drill:{record.drill}", *(reference for drill in drills for reference in drill.follow))
    yield Event(record.times.fault.date(), "drill", record.title, spec.path, concerns, RESULT[record.result])
