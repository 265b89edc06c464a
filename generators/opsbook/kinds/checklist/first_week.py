"""The checklists that somebody new goes through once beside whoever has the shift."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from opsbook.first_week import Task, about
from opsbook.kind import Spec
from opsbook.kinds.checklist.model import Checklist
from opsbook.kinds.checklist.page import FREQUENCIES
from opsbook.printer import Printer

_OF_A_SHIFT = ("shift-start", "end-of-day", "daily")
"""The frequencies that come up in a shift. Where there is no such list, what is done weekly."""

_MINUTES_AN_ITEM = 2


def tasks(specs: Sequence[Spec[Checklist]], md: Printer) -> Iterator[Task]:
    """The checklists of a shift."""
    lists = [spec.document for spec in specs]
    found = [one for one in lists if one.frequency in _OF_A_SHIFT] or [
        one for one in lists if one.frequency == "weekly"
    ]
    for one in found:
        minutes = one.expected_time / timedelta(minutes=1) if one.expected_time else _MINUTES_AN_ITEM * len(one.items)
        yield Task(
            f"checklist/{one.id}",
            "shift",
            md.link("checklist", one.id),
            md.plain(one.title),
            md.label("{when}: go through it once with whoever has the shift.").replace(
                "{when}", md.label(FREQUENCIES[one.frequency])
            ),
            about(minutes),
        )
