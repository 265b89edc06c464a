"""The picture of a sequence: lifelines side by side, messages from top to bottom."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from opsbook.diagrams.shapes import Written, arrow, draw_node, text_lines, write_node
from opsbook.diagrams.text import LINE, SMALL, width, wrap
from opsbook.diagrams.values import Sequence, SequenceMessage

_MARGIN = 6
_GAP = 16
_NARROWEST = 88
_COLUMN = 130
_SELF = 26
"""How far a message to its own sender leads away from the lifeline."""


def draw_sequence(sequence: Sequence) -> tuple[str, int, int]:
    """The SVG of a sequence, its width and its height."""
    at = {one.id: number for number, one in enumerate(sequence.participants)}
    limit = 150 if len(at) <= 5 else 96  # noqa: PLR2004  # what fits the column of a page
    written = [write_node(one, limit) for one in sequence.participants]
    centres = _centres(written)
    top = max((one.height for one in written), default=0)
    rows = list(_rows(sequence.messages, at, centres))
    y = top + _GAP
    parts: list[str] = []
    for case, group in groupby(rows, key=lambda row: row[0].when):
        start = y
        if case:
            y += LINE + 8
        for message, lines in group:
            source, target = centres[at[message.source]], centres[at[message.target]]
            y += LINE * len(lines) + 6
            parts += _message(message, lines, source, target, y)
            y += 14 + (10 if source == target else 0)
        if case:
            parts[:0] = _case(case, -_MARGIN + 2, start, centres[-1] + written[-1].width / 2 + _MARGIN - 2, y - 4)
            y += 8
    bottom = y + 4
    lines_ = "".join(f'<path class="opsbook-lifeline" d="M{x:g} {top:g}V{bottom:g}"/>' for x in centres)
    heads = "".join(
        part
        for one, text, x in zip(sequence.participants, written, centres, strict=True)
        for part in draw_node(one, text, x - text.width / 2, 0, text.width, top)
    )
    right = max(
        centres[-1] + written[-1].width / 2,
        *(
            centres[at[message.source]] + _SELF + 6 + max(width(line, SMALL) for line in lines)
            for message, lines in rows
            if message.source == message.target and lines
        ),
        0,
    )
    wide, high = round(right + 2 * _MARGIN), round(bottom + 2 * _MARGIN)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-_MARGIN} {-_MARGIN} {wide} {high}" '
        f'width="{wide}" height="{high}">{lines_}{"".join(parts)}{heads}</svg>'
    )
    return svg, wide, high


def _centres(written: list[Written]) -> list[float]:
    """Where the lifelines run: as close as their heads allow, but with room for messages."""
    centres: list[float] = []
    for number, one in enumerate(written):
        if not number:
            centres.append(one.width / 2)
            continue
        between = (written[number - 1].width + one.width) / 2 + _GAP
        centres.append(centres[-1] + max(between, _COLUMN))
    return centres


def _rows(
    messages: tuple[SequenceMessage, ...], at: dict[str, int], centres: list[float]
) -> Iterator[tuple[SequenceMessage, list[str]]]:
    """Each message with its text, broken to fit between its lifelines."""
    for message in messages:
        room = abs(centres[at[message.source]] - centres[at[message.target]]) - 12 or _COLUMN
        yield message, wrap(message.label, max(room, _NARROWEST), SMALL)


def _message(message: SequenceMessage, lines: list[str], source: float, target: float, y: float) -> Iterator[str]:
    css = f"opsbook-edge opsbook-{message.stroke}"
    if source == target:
        corners = [(source, y - 10), (source + _SELF, y - 10), (source + _SELF, y + 8), (source, y + 8)]
        yield arrow(corners, css, open_=message.stroke == "dashed")
        yield text_lines(lines, source + _SELF + 6, y - LINE * len(lines) + 4, "opsbook-label", "start")
        return
    yield arrow([(source, y), (target, y)], css, open_=message.stroke == "dashed")
    yield text_lines(lines, (source + target) / 2, y - LINE * len(lines) - 3, "opsbook-label")


def _case(case: str, left: float, top: float, right: float, bottom: float) -> Iterator[str]:
    yield (
        f'<rect class="opsbook-case" x="{left:g}" y="{top:g}" width="{right - left:g}" height="{bottom - top:g}" rx="4"/>'
    )
    yield text_lines([case], left + 6, top + 3, "opsbook-boundary-title", "start")
