"""Lengths of time as dots on a logarithmic axis: every one of them, with a few marks in each row.

Most incidents are over in minutes and some last days: on an even axis the short ones would be one dot.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import log

from opsbook.diagrams.arranging import COLUMN
from opsbook.diagrams.drawing import Drawing
from opsbook.diagrams.shapes import MARGIN, picture, plated
from opsbook.diagrams.text import LINE, NAME, PLAIN, Lines, wrap
from opsbook.diagrams.view import view
from opsbook.labels import Labels
from opsbook.markup import literal

TICKS = tuple(
    timedelta(seconds=seconds)
    for seconds in (
        *(1, 10, 30, 60, 2 * 60, 5 * 60, 15 * 60, 30 * 60),
        *(hours * 3_600 for hours in (1, 2, 4, 8)),
        *(days * 86_400 for days in (1, 2, 7, 30, 100, 365, 1_000, 3_650, 36_500)),
    )
)
"""The lengths of time that an axis may name: those in which people think."""

MOST_NAMED = 120
"""How many dots a picture may have and still say of each what it stands for, when pointed at."""

_WIDE = COLUMN - 2 * MARGIN
_TITLE = 140
"""How wide the titles of the rows may become."""
_RADIUS = 4
_PITCH = 2 * _RADIUS + 1
_HIGHEST = 150
"""How high the dots of a row may be stacked; in a row of very many, they lie closer."""
_PAD = 7
_BREAK = 56
"""How far from the beginning of the axis those are that took no time: a logarithm never gets there."""


@dataclass(frozen=True)
class Row:
    """One row of dots."""

    title: str
    """Plain text."""
    dots: tuple[tuple[timedelta, str], ...]
    """How long, and what it stands for."""
    marks: tuple[timedelta, ...] = ()
    """Lengths of time that are marked in it, in the order of `Plot.marks`."""


@dataclass(frozen=True)
class Plot:
    """Rows of dots on one axis."""

    rows: tuple[Row, ...]
    """Those without any dots are not drawn."""
    dot: str
    """What a dot stands for."""
    marks: tuple[str, ...] = ()
    """What the marks are called."""


@dataclass(frozen=True)
class Axis:
    """Where on a picture lengths of time are."""

    left: float
    right: float
    ticks: tuple[timedelta, ...]
    """What is named on it, without what takes no time."""
    zero: bool
    """Whether something on it took no time."""

    @property
    def begin(self) -> float:
        """Where the first tick is."""
        return self.left + (_BREAK if self.zero else 0)

    def at(self, value: timedelta) -> float:
        """Where a length of time is; what is shorter than a second took no time."""
        if value < TICKS[0]:
            return self.left
        first, last = self.ticks[0], self.ticks[-1]
        share = log(value / first) / log(last / first)
        return round(self.begin + share * (self.right - self.begin), 1)


def axis(values: Sequence[timedelta], left: float, right: float) -> Axis:
    """The axis that holds all values, from one tick to another."""
    known = [value for value in values if value >= TICKS[0]] or [TICKS[3]]
    shortest, longest = min(known), max(known)
    first = max(tick for tick in TICKS[:-1] if tick <= shortest)
    beyond = [tick for tick in TICKS if tick > first]
    last = next((tick for tick in beyond if tick >= longest), longest)
    ticks = tuple(tick for tick in TICKS if first <= tick < last)
    return Axis(left, right, (*ticks, last), any(value < TICKS[0] for value in values))


def draw_plot(plot: Plot, label: Labels) -> Drawing:
    """The picture of a plot; empty where it has no dots."""
    rows = [row for row in plot.rows if row.dots]
    if not rows:
        return Drawing("", 0, 0)
    titles = [wrap(row.title, _TITLE, NAME) for row in rows]
    left = max(title.width for title in titles) + 24
    values = [value for row in rows for value, _ in (*row.dots, *((mark, "") for mark in row.marks))]
    found = axis(values, left, _WIDE - 40)
    legend, top = _legend(plot)
    named = sum(len(row.dots) for row in rows) <= MOST_NAMED
    parts, lines = [legend], [top]
    for row, title in zip(rows, titles, strict=True):
        levels = stacked([found.at(value) for value, _ in row.dots])
        count = max(levels) + 1
        pitch = min(_PITCH, _HIGHEST / count)
        high = max(title.height, pitch * count + 4) + 2 * _PAD
        middle = top + high / 2
        parts += [_mark(number, found.at(mark), top + 2, high - 4) for number, mark in enumerate(row.marks, 1)]
        places = [
            (found.at(value), round(middle + (level + 1) // 2 * pitch * (1 if level % 2 else -1), 1), name)
            for (value, name), level in zip(row.dots, levels, strict=True)
        ]
        parts += _dots(places, named=named)
        parts.append(plated(title, (0, middle - title.height / 2), "opsbook-label opsbook-name", anchor="start"))
        top += high
        lines.append(top)
    grid = [f'<path class="opsbook-grid" d="M0 {line:g}H{_WIDE:g}"/>' for line in lines]
    parts = [*grid, *_ticks(found, lines[0], top, label), *parts]
    return Drawing(*picture("".join(parts), _WIDE, top + 8 + LINE))


def stacked(places: Sequence[float]) -> list[int]:
    """For each place on a line the level on which a dot does not touch those before it; places are in their order."""
    ends: list[float] = []
    levels = []
    for place in places:
        level = next((level for level, end in enumerate(ends) if place - end >= _PITCH), len(ends))
        ends[level : level + 1] = [place]
        levels.append(level)
    return levels


def _mark(number: int, x: float, top: float, high: float) -> str:
    """An upright line; its number tells which."""
    return f'<path class="opsbook-quantile opsbook-quantile-{number}" d="M{x:g} {top:g}v{high:g}"/>'


def _dots(places: Sequence[tuple[float, float, str]], *, named: bool) -> Iterator[str]:
    """Dots that say what they stand for; where there are too many, one line of round ends for all."""
    if not named:
        yield f'<path class="opsbook-points" d="{"".join(f"M{x:g} {y:g}h0" for x, y, _ in places)}"/>'
        return
    for x, y, name in places:
        said = f"<title>{literal(name)}</title>"
        yield f'<circle class="opsbook-point" cx="{x:g}" cy="{y:g}" r="{_RADIUS}">{said}</circle>'


def _ticks(found: Axis, top: float, bottom: float, label: Labels) -> Iterator[str]:
    """The lines of the axis with their names, as many as there is room for: always the first and the last."""
    ticks = [*([timedelta()] if found.zero else []), *found.ticks]
    first, *others, last = ((found.at(tick), wrap(label.duration(tick), _TITLE)) for tick in ticks)
    shown = [first]
    for one in others:
        if _apart(shown[-1], one) and _apart(one, last):
            shown.append(one)
    for x, text in (*shown, last):
        yield f'<path class="opsbook-grid" d="M{x:g} {top:g}V{bottom + 5:g}"/>'
        yield plated(text, (x, bottom + 6), "opsbook-label")


def _apart(one: tuple[float, Lines], other: tuple[float, Lines]) -> bool:
    """Whether two names beside each other have some air between them."""
    return one[0] + one[1].width / 2 + 10 <= other[0] - other[1].width / 2


def _legend(plot: Plot) -> tuple[str, float]:
    """What the signs of a picture mean, and how high that is."""
    parts = []
    x, top = 0.0, 0.0
    for number, said in enumerate((plot.dot, *plot.marks)):
        text = wrap(said, _WIDE - 40, PLAIN)
        if x and x + 16 + text.width > _WIDE:
            x, top = 0.0, top + LINE + 4
        middle = top + LINE / 2
        parts += [
            _mark(number, x + 5, middle - 7, 14)
            if number
            else f'<circle class="opsbook-point" cx="{x + 5:g}" cy="{middle:g}" r="{_RADIUS}"/>',
            plated(text, (x + 16, top), "opsbook-label", anchor="start"),
        ]
        x += 16 + text.width + 24
    return "".join(parts), top + LINE + 10


def plot_figure(plot: Plot, title: str, label: Labels) -> str:
    """A plot as it stands on a page; empty where it has no dots. The table beside it says the same in words."""
    drawing = draw_plot(plot, label)
    if not drawing.svg:
        return ""
    shown = view(drawing.svg, drawing.width, title, label)
    return f'<figure class="opsbook-diagram opsbook-plot" data-search-exclude>\n{shown}\n</figure>'
