"""How wide a text is at most, and where it breaks."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

SIZE = 14
"""The size of a title in a diagram, in its own units: pixels where it is not scaled."""

SMALL = 13
"""The size of every other text."""

LINE = 17
"""The height of a line."""

_WIDTHS = (
    35, 46, 52, 84, 70, 100, 87, 31, 46, 46, 52, 84, 38, 42, 38, 37, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 40, 40, 84,
    84, 84, 58, 100, 78, 77, 74, 83, 69, 69, 83, 84, 38, 38, 78, 64, 100, 84, 85, 74, 85, 77, 72, 69, 82, 78, 111, 78, 73,
    73, 46, 37, 46, 84, 50, 50, 68, 72, 60, 72, 68, 44, 72, 72, 35, 35, 67, 35, 105, 72, 69, 72, 72, 50, 60, 48, 72, 66,
    93, 65, 66, 59, 72, 37, 72, 84,
)  # fmt: skip
"""Of the printable characters of ASCII, in hundredths of the size: those of DejaVu Sans Bold, which is wider than the
faces that readers' systems show it in (Helvetica, Arial, Segoe UI, Roboto)."""


@lru_cache(maxsize=65_536)
def width(text: str, size: int = SIZE) -> float:
    """How wide a line is at most, whatever font the reader has. The figures are measured, not looked up."""
    return sum(_advance(character) for character in text) * size / 100


def _advance(character: str) -> float:
    code = ord(character)
    if 32 <= code < 127:  # noqa: PLR2004  # what ASCII prints
        return _WIDTHS[code - 32]
    if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Mn", "Me"}:
        return 0
    if unicodedata.east_asian_width(character) in "WF":
        return 105
    return 140 if code > 0xFFFF else 100  # noqa: PLR2004  # beyond the plane of living scripts: emoji and signs


def wrap(text: str, limit: float, size: int = SIZE) -> list[str]:
    """Break a text into lines of at most `limit` units: between words, and within a word that is longer."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        while word:
            joined = f"{line} {word}" if line else word
            if width(joined, size) <= limit:
                line, word = joined, ""
            elif line:
                lines.append(line)
                line = ""
            else:
                at = _fitting(word, limit, size)
                lines.append(word[:at])
                word = word[at:]
    return [*lines, line] if line else lines


def _fitting(word: str, limit: float, size: int) -> int:
    """How much of a word fits: at least one character, if possible up to a hyphen, a slash or a dot."""
    at = 1
    while at < len(word) and (width(word[: at + 1], size) <= limit or unicodedata.combining(word[at])):
        at += 1
    broken = max(word.rfind(mark, 0, at) for mark in "-/._")
    return broken + 1 if broken * 2 >= at else at
