"""The picture of what happens when: dots on an axis that is true to scale, each with a line to its text.

Texts stand below each other, however close in time they are; the dots say how close. The picture is narrow enough for a
phone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from opsbook.diagrams.shapes import picture, text_lines
from opsbook.diagrams.text import LINE, NAME, PLAIN, TITLE, Lines, width, wrap


@dataclass(frozen=True)
class Event:
    """A point of a timeline."""

    title: str
    """Plain text."""
    at: timedelta | None
    """When, from the beginning; none for what happens at no certain time."""
    time: str = ""
    """The same in words: `15 min`."""
    note: str = ""
    """More lines, such as the condition under which it happens."""


@dataclass(frozen=True)
class Timeline:
    """Events in the order in which they are told."""

    events: tuple[Event, ...]


_AXIS = 6
"""Where the axis runs."""
_TEXT = 48
"""Where texts begin."""
_ROOM = 190
"""How wide titles and notes may be."""
_AIR = 10
"""What is left free between texts."""
_DOT = 4.5
"""The radius of a dot."""


@dataclass(frozen=True)
class _Row:
    """An event with its texts broken into lines."""

    event: Event
    time: Lines
    title: Lines
    note: Lines
    top: float
    """Where its text begins."""

    @property
    def middle(self) -> float:
        """Where its line arrives: at the middle of its first line of text."""
        return self.top + LINE / 2

    @property
    def bottom(self) -> float:
        """Where its text ends."""
        return self.top + max(self.title.height, self.time.height, LINE) + self.note.height


@lru_cache(maxsize=4096)
def draw_timeline(timeline: Timeline) -> tuple[str, int, int]:
    """A timeline as SVG, and its width and height; empty where nothing happens."""
    if not timeline.events:
        return "", 0, 0
    rows = list(_rows(timeline))
    times = max(row.time.width for row in rows)
    left = _TEXT + (times + _AIR if times else 0)
    right = left + max(max(row.title.width, row.note.width) for row in rows)
    return picture("".join(_parts(rows, left)), right, rows[-1].bottom)


def _rows(timeline: Timeline) -> Iterator[_Row]:
    top = 0.0
    for event in timeline.events:
        time = wrap(event.time, max(60, width(event.time, NAME)), NAME, 2, growth=1)
        row = _Row(event, time, wrap(event.title, _ROOM, TITLE), wrap(event.note, _ROOM, PLAIN, 4), top)
        top = row.bottom + _AIR
        yield row


def _parts(rows: list[_Row], left: float) -> Iterator[str]:
    """What is drawn, from the back to the front. The axis is as long as the texts beside it."""
    timed = [(row, row.event.at) for row in rows if row.event.at is not None]
    if timed:
        begin, end = min(at for _, at in timed), max(at for _, at in timed)
        first, last = rows[0].middle, rows[-1].middle
        span = end - begin

        def place(at: timedelta) -> float:
            return round(first + (last - first) * ((at - begin) / span if span else 0), 1)

        yield _line("opsbook-axis", (_AXIS, first), (_AXIS, place(end)))
        for row, at in timed:
            yield _line("opsbook-leader", (_AXIS, place(at)), (_TEXT - 16, row.middle), (_TEXT - 5, row.middle))
        for _, at in timed:
            yield f'<circle class="opsbook-dot" cx="{_AXIS:g}" cy="{place(at):g}" r="{_DOT:g}"/>'
    for row in rows:
        if row.event.at is None:
            yield f'<circle class="opsbook-ring" cx="{_TEXT - 10}" cy="{row.middle:g}" r="{_DOT - 0.5:g}"/>'
        yield text_lines(row.time, (_TEXT, row.top), "opsbook-time", anchor="start")
        yield text_lines(row.title, (left, row.top), "opsbook-title", anchor="start")
        below = row.bottom - row.note.height
        yield text_lines(row.note, (left, below), "opsbook-note", anchor="start")


def _line(css: str, *points: tuple[float, float]) -> str:
    return f'<path class="{css}" d="M{"L".join(f"{x:g} {y:g}" for x, y in points)}"/>'
