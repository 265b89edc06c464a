"""What there is of what, as signs in rows and columns: told by their shape first, and by their colour.

The names of the columns are turned, so that a picture of many columns is no wider than a phone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Literal, TypeAlias

from opsbook.diagrams.arranging import COLUMN
from opsbook.diagrams.drawing import Drawing
from opsbook.diagrams.shapes import MARGIN, link_end, link_start, picture, plated
from opsbook.diagrams.text import LINE, NAME, PLAIN, Lines, wrap
from opsbook.diagrams.view import view
from opsbook.labels import Labels
from opsbook.markup import attribute, literal

Sign: TypeAlias = Literal["full", "missing", "excused", "none"]
"""What a cell shows: there is something; there has to be and is not; there need not be, for a reason; there is none."""

_WIDE = COLUMN - 2 * MARGIN
_TITLE = 130
"""How wide the titles of the rows may become."""
_HEAD = 150
"""How long the names of the columns may become."""
_PITCH = 28
"""How far columns are apart."""
_RADIUS = 7
_PAD = 5


@dataclass(frozen=True)
class Cell:
    """Where a row and a column meet."""

    sign: Sign
    said: str
    """What it means, when pointed at: plain text."""
    address: str = ""
    """What it leads to."""


@dataclass(frozen=True)
class MatrixRow:
    """A row of a matrix."""

    title: str
    """Plain text."""
    cells: tuple[Cell, ...]
    """One for each column."""
    address: str = ""
    """What its title leads to."""


@dataclass(frozen=True)
class Matrix:
    """Rows and columns of signs."""

    columns: tuple[str, ...]
    """What the columns are called: plain text."""
    rows: tuple[MatrixRow, ...]
    meanings: Mapping[Sign, str]
    """What each sign means, in the order of the legend; a sign that is nowhere is left out of it."""


def draw_matrix(matrix: Matrix) -> Drawing:
    """The picture of a matrix; empty where it has no rows or no columns."""
    if not (matrix.rows and matrix.columns):
        return Drawing("", 0, 0)
    titles = [wrap(row.title, _TITLE, NAME, 2) for row in matrix.rows]
    heads = [wrap(name, _HEAD, PLAIN, 1) for name in matrix.columns]
    left = max(title.width for title in titles) + 12
    centres = [left + _PITCH * (number + 0.5) for number in range(len(heads))]
    legend, wide, top = _legend(matrix, max(centres[-1] + _PITCH / 2, 300))
    top += max(head.width for head in heads) + 8
    parts = [legend, *(_turned(head, (x, top - 6)) for head, x in zip(heads, centres, strict=True))]
    right = centres[-1] + _PITCH / 2
    for row, title in zip(matrix.rows, titles, strict=True):
        high = max(title.height, LINE) + 2 * _PAD
        middle = top + high / 2
        parts.append(f'<path class="opsbook-grid" d="M0 {top:g}H{right:g}"/>')
        parts.append(link_start(row.address))
        parts.append(plated(title, (0, middle - title.height / 2), "opsbook-label opsbook-name", anchor="start"))
        parts.append(link_end(row.address))
        parts += (_cell(cell, x, middle) for cell, x in zip(row.cells, centres, strict=True))
        top += high
    return Drawing(*picture("".join(parts), max(right, wide), top))


def _turned(head: Lines, at: tuple[float, float]) -> str:
    """A name that is read from below."""
    x, y = at
    text = plated(head, (0, -LINE / 2), "opsbook-label", anchor="start")
    return f'<g transform="translate({x:g} {y:g}) rotate(-90)">{text}</g>'


def _cell(cell: Cell, x: float, y: float) -> str:
    """A sign that says what it means. The tables link the same: no reader has to step through every cell."""
    said = f"<title>{literal(cell.said)}</title>"
    mark = f"<g>{said}{''.join(_sign(cell.sign, x, y))}</g>"
    if not cell.address:
        return mark
    name = attribute(cell.said)
    return f'<a class="opsbook-to" href="{escape(cell.address)}" aria-label="{name}" tabindex="-1">{mark}</a>'


def _sign(sign: Sign, x: float, y: float) -> Iterator[str]:
    """The shape of a sign, and the room in which it is pointed at."""
    half = _PITCH / 2
    yield f'<rect class="opsbook-room" x="{x - half:g}" y="{y - half:g}" width="{_PITCH}" height="{_PITCH}"/>'
    if sign == "full":
        yield f'<circle class="opsbook-full" cx="{x:g}" cy="{y:g}" r="{_RADIUS}"/>'
    elif sign == "missing":
        arm = _RADIUS - 1
        cross = f"M{x - arm:g} {y - arm:g}l{2 * arm} {2 * arm}M{x + arm:g} {y - arm:g}l{-2 * arm} {2 * arm}"
        yield f'<path class="opsbook-missing" d="{cross}"/>'
    elif sign == "excused":
        yield f'<path class="opsbook-excused" d="M{x - _RADIUS:g} {y:g}h{2 * _RADIUS}"/>'
    else:
        yield f'<circle class="opsbook-none" cx="{x:g}" cy="{y:g}" r="2"/>'


def _legend(matrix: Matrix, room: float) -> tuple[str, float, float]:
    """What the signs of a picture mean, how wide that is, and how high."""
    shown = {cell.sign for row in matrix.rows for cell in row.cells}
    parts: list[str] = []
    x, top, wide = 0.0, 0.0, 0.0
    for sign, said in matrix.meanings.items():
        if sign not in shown:
            continue
        text = wrap(said, _WIDE - 40, PLAIN)
        if x and x + 22 + text.width > room:
            x, top = 0.0, top + LINE + 6
        parts += _sign(sign, x + _RADIUS + 1, top + LINE / 2)
        parts.append(plated(text, (x + 22, top), "opsbook-label", anchor="start"))
        x += 22 + text.width + 18
        wide = max(wide, x - 18)
    return "".join(parts), wide, top + LINE + 12


def matrix_figure(matrix: Matrix, title: str, label: Labels) -> str:
    """A matrix as it stands on a page; empty where it has no cells. The table beside it says the same in words."""
    drawing = draw_matrix(matrix)
    if not drawing.svg:
        return ""
    shown = view(drawing.svg, drawing.width, title, label)
    return f'<figure class="opsbook-diagram opsbook-matrix" data-search-exclude>\n{shown}\n</figure>'
