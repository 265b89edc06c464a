"""The picture of a sequence: lifelines side by side, messages from top to bottom."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as Many
from dataclasses import dataclass
from itertools import groupby

from opsbook.diagrams.geometry import Box
from opsbook.diagrams.shapes import MARGIN, Written, arrow, draw_node, picture, plated, rectangle, write_node
from opsbook.diagrams.text import NAME, PLAIN, Lines, divided, width, wrap
from opsbook.diagrams.values import Sequence, SequenceMessage

_SELF = 22
"""How far a message to its own sender leads away from the lifeline."""
_AIR = 6
"""What is left free between a text and what it stands beside."""


@dataclass(frozen=True)
class _Manner:
    """How a sequence is drawn: how wide its heads and messages may be, and how far apart its columns are at least."""

    head: float
    message: float
    column: float
    pad: int
    gap: int
    divided: bool = False
    """Whether words in messages are broken after the signs in them."""


_MANNERS = (
    _Manner(150, 170, 150, 12, 16),
    _Manner(100, 120, 110, 8, 10),
    _Manner(62, 96, 64, 4, 5),
    _Manner(62, 96, 64, 4, 5, divided=True),
)
"""As it reads best, then narrower and narrower."""


@dataclass(frozen=True)
class _Columns:
    """Where the lifelines run, and what stands above them."""

    heads: tuple[Written, ...]
    centres: tuple[float, ...]
    right: float
    """The right edge of everything."""

    @property
    def top(self) -> float:
        """Where the lifelines begin."""
        return max((one.height for one in self.heads), default=0)


@dataclass(frozen=True)
class _Row:
    """A message, where it runs from and to, and its text."""

    message: SequenceMessage
    source: int
    target: int
    text: Lines

    @property
    def own(self) -> bool:
        """Whether it is a message to its own sender."""
        return self.source == self.target


def draw_sequence(sequence: Sequence, widest: float) -> tuple[str, int, int]:
    """The SVG of a sequence, its width and its height; the first manner in which it is no wider than `widest`."""
    if not sequence.participants:
        return "", 0, 0
    drawn = _draw(sequence, _MANNERS[0])
    for manner in _MANNERS[1:]:
        if drawn[1] > widest:
            drawn = _draw(sequence, manner)
    return drawn


def _draw(sequence: Sequence, manner: _Manner) -> tuple[str, int, int]:
    """A sequence drawn in one manner."""
    columns = _columns(sequence, manner)
    rows = list(_rows(sequence, columns.centres, manner))
    frames: list[str] = []
    parts: list[str] = []
    y = columns.top + 10
    for case, members in groupby(rows, key=lambda row: row.message.when):
        box = Box(-MARGIN + 2, y, columns.right + 2 * MARGIN - 4, 0)
        title = wrap(case, columns.right - 2 * _AIR, NAME, 3, growth=1)
        y += title.height + (8 if case else 0)
        for row in members:
            parts += _message(row, columns.centres, y)
            y += row.text.height + (30 if row.own else 18)
        if case:
            frames.append(rectangle("opsbook-case", Box(box.x, box.y, box.width, y - box.y)))
            parts.append(plated(title, (box.x + _AIR, box.y + 4), "opsbook-boundary-title", anchor="start"))
            y += 8
    top = columns.top
    lines = "".join(f'<path class="opsbook-lifeline" d="M{x:g} {top:g}V{y:g}"/>' for x in columns.centres)
    heads = "".join(
        part
        for one, text, x in zip(sequence.participants, columns.heads, columns.centres, strict=True)
        for part in draw_node(one, text, Box(x - text.width / 2, 0, text.width, top))
    )
    return picture("".join([*frames, lines, *parts, heads]), columns.right, y)


def _columns(sequence: Sequence, manner: _Manner) -> _Columns:
    """As close as the heads and the longest words of the messages between them allow."""
    at = {one.id: number for number, one in enumerate(sequence.participants)}
    heads = tuple(
        write_node(one, manner.head, pad=manner.pad, least=manner.column - manner.gap - 2 * manner.pad)
        for one in sequence.participants
    )
    asked: dict[tuple[int, int], float] = {}
    for message in sequence.messages:
        first, last = sorted((at[message.source], at[message.target]))
        beside = 0 if first != last else _SELF
        between = (first, last if first != last else first + 1)
        room = _word(message.label, manner) + beside + 2 * _AIR
        asked[between] = max(asked.get(between, 0), room)
    centres: list[float] = []
    for number, head in enumerate(heads):
        least = head.width / 2
        if number:
            least = centres[-1] + (heads[number - 1].width + head.width) / 2 + manner.gap
        reached = (centres[first] + room for (first, last), room in asked.items() if last == number)
        centres.append(round(max(least, *reached, 0), 1))
    beyond = centres[-1] + asked.get((len(heads) - 1, len(heads)), 0)
    return _Columns(heads, tuple(centres), max(centres[-1] + heads[-1].width / 2, beyond))


def _word(label: str, manner: _Manner) -> float:
    """How wide the longest word of a label is, as far as it is kept whole."""
    words = (part for word in label.split() for part in (divided(word) if manner.divided else [word]))
    return min(max(map(width, words), default=0), manner.message)


def _rows(sequence: Sequence, centres: Many[float], manner: _Manner) -> Iterator[_Row]:
    """Each message with its text, broken to fit between its lifelines."""
    at = {one.id: number for number, one in enumerate(sequence.participants)}
    for message in sequence.messages:
        source, target = at[message.source], at[message.target]
        room = abs(centres[source] - centres[target]) - 2 * _AIR + 0.2  # what rounding took
        if source == target:
            following = centres[source + 1] - centres[source] if source + 1 < len(centres) else 0
            room = max(following - _SELF - 2 * _AIR, _word(message.label, manner))
        yield _Row(message, source, target, wrap(message.label, room, PLAIN, growth=1))


def _message(row: _Row, centres: Many[float], top: float) -> Iterator[str]:
    """A message whose text begins at `top`."""
    css = f"opsbook-edge opsbook-{row.message.stroke}"
    hollow = row.message.stroke == "dashed"
    source, target = centres[row.source], centres[row.target]
    y = top + row.text.height + 4
    if row.own:
        corners = [(source, y), (source + _SELF, y), (source + _SELF, y + 14), (source, y + 14)]
        yield arrow(corners, css, hollow=hollow)
        yield plated(row.text, (source + _AIR, top), "opsbook-label", anchor="start")
        return
    yield arrow([(source, y), (target, y)], css, hollow=hollow)
    yield plated(row.text, ((source + target) / 2, top), "opsbook-label")
