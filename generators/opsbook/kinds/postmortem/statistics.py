"""Figures over many incidents: how long things took, what recurs, what is overdue.

Durations of incidents are so skewed that a mean says little, and a trend of means less: given are the count, the median, the
ninetieth percentile, and every single one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from statistics import median

from opsbook.kinds.postmortem.model import Action, Postmortem

MEASURES = (
    ("detect", "started", "detected"),
    ("acknowledge", "detected", "acknowledged"),
    ("mitigate", "started", "mitigated"),
    ("resolve", "started", "resolved"),
)
"""The durations by name, with the moments between which they lie."""


@dataclass(frozen=True)
class Spread:
    """How a duration is spread over incidents."""

    durations: tuple[timedelta, ...]
    """Every one, the shortest first."""

    @property
    def count(self) -> int:
        """Of how many incidents it is known."""
        return len(self.durations)

    @property
    def median(self) -> timedelta | None:
        """The middle one, or the middle between the two in the middle."""
        seconds = [one.total_seconds() for one in self.durations]
        return timedelta(seconds=median(seconds)) if seconds else None

    @property
    def p90(self) -> timedelta | None:
        """The smallest that at least nine in ten do not exceed (nearest rank)."""
        return self.durations[ceil(len(self.durations) * 9 / 10) - 1] if self.durations else None


def spread(records: Iterable[Postmortem], start: str, end: str) -> Spread:
    """The durations between two moments over all records that know both."""
    found = (record.between(start, end) for record in records)
    return Spread(tuple(sorted(one for one in found if one is not None)))


def by_category(records: Iterable[Postmortem]) -> dict[str, int]:
    """In how many incidents each category of contributing factor had a part, the most frequent first."""
    counts = Counter(category for record in records for category in {one.category for one in record.contributing_factors})
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def overdue(records: Iterable[Postmortem], today: date) -> list[tuple[Postmortem, Action]]:
    """The actions that are neither settled nor in time, the oldest due date first."""
    late = [
        (record, action)
        for record in records
        for action in record.actions
        if action.status in ("open", "in_progress") and action.due < today
    ]
    return sorted(late, key=lambda pair: (pair[1].due, pair[0].id, pair[1].id))
