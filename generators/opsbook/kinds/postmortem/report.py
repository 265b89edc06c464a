"""The figures over incidents for the command line: as text, and as data for other programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from opsbook.kinds.postmortem.statistics import MEASURES, Figures, Group, Spread
from opsbook.labels import Labels

_ENGLISH = Labels("en", {})


def since(figures: Figures, day: date | None) -> Figures:
    """The figures over the incidents that began on a day or later, by the clocks where they began."""
    if day is None:
        return figures
    return Figures(tuple(one for one in figures.records if one.times.started.date() >= day), figures.ranks)


def as_data(figures: Figures, today: date) -> dict[str, Any]:
    """The figures of a system, durations in seconds; every one of them is in `points`, the shortest first."""
    return {
        "incidents": len(figures.records),
        "durations": {name: _points(spread) for name, spread in figures.whole.spreads.items()},
        "severities": _groups(figures.severities),
        "services": _groups(figures.services),
        "categories": _groups(figures.categories),
        "recurring": {group.key: [one.id for one in group.records] for group in figures.recurring},
        "unsettled_actions": [
            {
                "incident": record.id,
                "id": action.id,
                "title": action.title,
                "owner": action.owner,
                "priority": action.priority,
                "status": action.status,
                "due": action.due.isoformat(),
                "overdue": action.due < today,
            }
            for record, action in figures.unsettled
        ],
    }


def _points(spread: Spread) -> dict[str, Any]:
    points = [{"seconds": passed.total_seconds(), "incident": record.id} for passed, record in spread.points]
    return {**_numbers(spread), "points": points}


def _numbers(spread: Spread) -> dict[str, Any]:
    return {"n": spread.count, "median": _seconds(spread.median), "p90": _seconds(spread.p90)}


def _seconds(value: timedelta | None) -> int | None:
    return None if value is None else round(value.total_seconds())


def _groups(groups: Sequence[Group]) -> dict[str, Any]:
    return {
        group.key: {
            "incidents": len(group.records),
            "durations": {name: _numbers(spread) for name, spread in group.spreads.items()},
        }
        for group in groups
    }


def as_text(figures: Mapping[str, Figures], today: date) -> str:
    """The figures of systems for people at a terminal."""
    return "\n".join("".join(f"{line}\n" for line in _system(name, one, today)) for name, one in figures.items())


def _system(name: str, figures: Figures, today: date) -> Iterator[str]:
    yield f"{name}: {_count(len(figures.records), 'incident')}"
    if not figures.records:
        return
    yield ""
    yield from _table(
        ("", "n", "median", "p90", "longest"),
        [
            (f"time to {measure}", str(spread.count), *_words(spread), _longest(spread))
            for measure, spread in figures.whole.spreads.items()
        ],
    )
    groups = (("severity", figures.severities), ("service", figures.services), ("category", figures.categories))
    for title, found in groups:
        if found:
            yield ""
            yield from _table(
                (title, "incidents", *(f"to {measure}" for measure, _, _ in MEASURES)),
                [
                    (group.key, str(len(group.records)), *(_short(spread) for spread in group.spreads.values()))
                    for group in found
                ],
            )
    yield ""
    yield "durations: median / p90 (n)"
    if figures.recurring:
        yield ""
        yield "more than once: " + ", ".join(f"{group.key} ({len(group.records)})" for group in figures.recurring)
    if figures.unsettled:
        yield ""
        late = len(figures.overdue(today))
        yield f"{_count(len(figures.unsettled), 'action')} not settled, {late} overdue"
        yield from _table(
            ("due", "", "action", "owner"),
            [
                (str(one.due), "overdue" if one.due < today else "", f"{record.id}#{one.id}", one.owner)
                for record, one in figures.unsettled
            ],
        )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _words(spread: Spread) -> tuple[str, str]:
    if spread.median is None or spread.p90 is None:
        return "", ""
    return _ENGLISH.duration(spread.median), _ENGLISH.duration(spread.p90)


def _longest(spread: Spread) -> str:
    return _ENGLISH.duration(spread.durations[-1]) if spread.points else ""


def _short(spread: Spread) -> str:
    return f"{' / '.join(_words(spread))} ({spread.count})" if spread.points else "-"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Rows in columns that are as wide as they have to be."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
