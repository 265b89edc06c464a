"""Figures over many incidents: how long things took, what recurs, what is still to be done.

Durations of incidents are so skewed that a mean says little, and a trend of means less: given are the count, the
median, the ninetieth percentile, and every single one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from statistics import median

from opsbook.kinds.postmortem.model import Action, Postmortem

MEASURES = (
    ("detect", "started", "detected"),
    ("acknowledge", "detected", "acknowledged"),
    ("mitigate", "started", "mitigated"),
    ("resolve", "started", "resolved"),
)
"""The durations by name, with the moments between which they lie."""

UNSETTLED = ("open", "in_progress")
"""The statuses of actions that somebody still has to do something about."""


@dataclass(frozen=True)
class Spread:
    """How a duration is spread over incidents."""

    points: tuple[tuple[timedelta, Postmortem], ...]
    """Every one with its incident, the shortest first."""

    @property
    def durations(self) -> tuple[timedelta, ...]:
        """Every one, the shortest first."""
        return tuple(duration for duration, _ in self.points)

    @property
    def count(self) -> int:
        """Of how many incidents it is known."""
        return len(self.points)

    @property
    def median(self) -> timedelta | None:
        """The middle one, or the middle between the two in the middle; to the second."""
        seconds = [one.total_seconds() for one in self.durations]
        return timedelta(seconds=round(median(seconds))) if seconds else None

    @property
    def p90(self) -> timedelta | None:
        """The smallest that at least nine in ten do not exceed (nearest rank); to the second."""
        if not self.points:
            return None
        rank = -(-self.count * 9 // 10)  # rounded up, in whole numbers
        return timedelta(seconds=round(self.durations[rank - 1].total_seconds()))


@dataclass(frozen=True)
class Group:
    """Incidents that have something in common: a severity, a service, a category of factor."""

    key: str
    records: tuple[Postmortem, ...]

    @cached_property
    def spreads(self) -> Mapping[str, Spread]:
        """How its durations are spread, by their names."""
        return {name: spread(self.records, start, end) for name, start, end in MEASURES}


def spread(records: Iterable[Postmortem], start: str, end: str) -> Spread:
    """The durations between two moments over all records that know both."""
    found = ((record.between(start, end), record) for record in records)
    known = [(duration, record) for duration, record in found if duration is not None]
    return Spread(tuple(sorted(known, key=lambda point: (point[0], point[1].times.started, point[1].id))))


def grouped(records: Iterable[Postmortem], keys: Callable[[Postmortem], Iterable[str]]) -> tuple[Group, ...]:
    """Incidents by what they have in common, the most frequent first; each counts once for each of its `keys`."""
    groups: dict[str, list[Postmortem]] = defaultdict(list)
    for record in records:
        for key in dict.fromkeys(keys(record)):
            groups[key].append(record)
    ordered = sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return tuple(Group(key, tuple(found)) for key, found in ordered)


@dataclass(frozen=True)
class Figures:
    """Everything that is counted over the incidents of a system."""

    records: tuple[Postmortem, ...]
    """All of them, whatever the status of their postmortem: also one without a postmortem was an incident."""
    ranks: Sequence[str] = ()
    """The system's severities, the gravest first."""

    @cached_property
    def whole(self) -> Group:
        """All incidents."""
        return Group("", self.records)

    @cached_property
    def severities(self) -> tuple[Group, ...]:
        """Incidents by severity, the gravest first."""
        found = grouped(self.records, lambda record: (record.severity,))
        ranks = {key: number for number, key in enumerate(self.ranks)}
        return tuple(sorted(found, key=lambda group: (ranks.get(group.key, len(ranks)), group.key)))

    @cached_property
    def services(self) -> tuple[Group, ...]:
        """Incidents by the services that were affected."""
        return grouped(self.records, lambda record: record.services)

    @cached_property
    def categories(self) -> tuple[Group, ...]:
        """Incidents by the categories of what contributed to them."""
        return grouped(self.records, lambda record: (one.category for one in record.contributing_factors))

    @cached_property
    def recurring(self) -> tuple[Group, ...]:
        """The categories that had a part in more than one incident."""
        return tuple(group for group in self.categories if len(group.records) > 1)

    @cached_property
    def unsettled(self) -> tuple[tuple[Postmortem, Action], ...]:
        """The actions that are neither done nor refused, the one that is due first first."""
        found = [(record, one) for record in self.records for one in record.actions if one.status in UNSETTLED]
        return tuple(sorted(found, key=lambda pair: (pair[1].due, pair[0].id, pair[1].id)))

    def overdue(self, today: date) -> tuple[tuple[Postmortem, Action], ...]:
        """Of these, what should have been done before `today`."""
        return tuple(pair for pair in self.unsettled if pair[1].due < today)
