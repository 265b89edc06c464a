"""How wide a text is at most, and where it breaks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

LINE = 17
"""The height of a line in a diagram, in its own units: pixels where it is not scaled."""

MOST = 6
"""How many lines a text may fill; what is longer ends in an ellipsis, and a tooltip holds all of it."""

_GROWTH = 1.4
"""How much wider than asked for lines may become so that a long word stays whole."""

_BREAKS = frozenset("-/._:@=&?,;|+)]}")
"""Signs after which a word that is too long is broken rather than elsewhere."""

_BETWEEN = frozenset("·×→–—+&/|")
"""Signs that do not begin a line where they stand between words."""


@dataclass(frozen=True)
class Face:
    """A size of type, and how wide its characters are at most."""

    size: int
    advances: tuple[int, ...]
    """Of the printable characters of ASCII, in hundredths of the size."""


_REGULAR = (
    32, 41, 46, 84, 64, 96, 78, 28, 40, 40, 50, 84, 32, 37, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84,
    84, 84, 56, 102, 69, 69, 72, 78, 67, 61, 78, 76, 30, 50, 67, 56, 87, 75, 79, 67, 79, 72, 67, 62, 74, 69, 99, 69,
    67, 69, 40, 34, 40, 84, 56, 50, 62, 64, 55, 64, 62, 36, 64, 64, 28, 28, 58, 28, 98, 64, 62, 64, 64, 42, 53, 40, 64,
    60, 82, 60, 60, 53, 64, 34, 64, 84,
)  # fmt: skip
"""Of DejaVu Sans, or of Helvetica where that is wider."""

_BOLD = (
    35, 46, 53, 84, 70, 101, 88, 31, 46, 46, 53, 84, 38, 42, 38, 37, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 40, 40, 84,
    84, 84, 59, 100, 78, 77, 74, 84, 69, 69, 83, 84, 38, 38, 78, 64, 100, 84, 86, 74, 86, 78, 73, 69, 82, 78, 111, 78,
    73, 73, 46, 37, 46, 84, 50, 50, 68, 72, 60, 72, 68, 44, 72, 72, 35, 35, 67, 35, 105, 72, 69, 72, 72, 50, 60, 48,
    72, 66, 93, 65, 66, 59, 72, 37, 72, 84,
)  # fmt: skip
"""Of DejaVu Sans Bold, which is wider than the other faces that readers' systems show bold text in."""

_BLOCKS = ((0xFF, 100), (0x17F, 105), (0x3FF, 90), (0x52F, 84), (0x5FF, 76), (0x6FF, 90), (0xFFFF, 105))
"""Of other characters up to a code, in the scripts that many readers use: Greek, Cyrillic, Hebrew, Arabic, all others.
Emoji and rare signs, which come last, are wider."""

_WIDE = frozenset("ЖМФШЩЫЮЊЉжмфшщыюњљМΩΦΨωφψ")
"""Of these scripts, the letters that are wider than that."""

SMALL = 13
"""The smallest type in a diagram."""

TITLE = Face(14, _BOLD)
"""What nodes are called."""

NAME = Face(SMALL, _BOLD)
"""What frames are called."""

PLAIN = Face(SMALL, _REGULAR)
"""Every other text."""


@dataclass(frozen=True)
class Lines:
    """A text broken into lines, which joined are the text again: a line that ends between words keeps its space."""

    lines: tuple[str, ...]
    width: float
    """Of the widest one."""
    whole: str = ""
    """The text, where the lines do not hold all of it."""

    @property
    def height(self) -> int:
        """How high the lines are together."""
        return LINE * len(self.lines)


@lru_cache(maxsize=65_536)
def width(text: str, face: Face = PLAIN) -> float:
    """How wide a line is at most, whatever font the reader has. The figures are measured, not looked up."""
    return sum(_advance(character, face.advances) for character in text) * face.size / 100


@lru_cache(maxsize=4096)
def _advance(character: str, advances: tuple[int, ...]) -> int:
    """The width of a character in hundredths of the size."""
    code = ord(character)
    if character.isascii() and character.isprintable():
        return advances[code - ord(" ")]
    if unicodedata.category(character) in {"Cf", "Mn", "Me"}:
        return 0
    composed = unicodedata.decomposition(character).split(" ")[0]
    if composed and composed[0] != "<":
        return _advance(chr(int(composed, 16)), advances)
    if character in _WIDE:
        return 115
    return next((advance for last, advance in _BLOCKS if code <= last), 140)


@lru_cache(maxsize=16_384)
def is_rightward(text: str) -> bool:
    """Whether a text is read from left to right, as its first letter tells."""
    directions = (unicodedata.bidirectional(character) for character in text)
    return next((one == "L" for one in directions if one in {"L", "R", "AL"}), True)


@lru_cache(maxsize=16_384)
def wrap(text: str, limit: float, face: Face = PLAIN, most: int = MOST, growth: float = _GROWTH) -> Lines:
    """Break a text into lines of about `limit` units, and at most `most` of them.

    Lines break between words. They become wider, by `growth` at most, where a word is wider or where that saves lines;
    a word is only broken where it does not help. Lines of one text are about as long as each other.
    """
    words = _words(text)
    longest = max((width(word, face) for word in words), default=0)
    room = max(limit, min(longest, limit * growth))
    lines = list(_filled(words, room, face))
    if len(lines) > 1 and growth > 1:
        wider = limit * (growth if len(lines) > most else 1.15)
        fewer = list(_filled(words, max(room, wider), face))
        if len(fewer) < len(lines):
            room, lines = max(room, wider), fewer
    if len(lines) > most:
        return _clipped(words, lines, room, face, most)
    if len(lines) > 1 and longest <= room:
        lines = _balanced(words, lines, longest, room, face)
    return Lines(tuple(lines), _widest(lines, face))


def _words(text: str) -> list[str]:
    """What may stand at the beginning of a line: signs between words stay with the word before them."""
    words: list[str] = []
    for word in text.split():
        if words and word.rstrip(",") in _BETWEEN:
            words[-1] += f" {word}"
        else:
            words.append(word)
    return words


def _clipped(words: list[str], lines: list[str], room: float, face: Face, most: int) -> Lines:
    """The first lines of a text, and an ellipsis."""
    last = lines[most - 1].rstrip()
    while last and width(f"{last}…", face) > room:
        last = last[: -len(_clusters(last)[-1])]
    lines = [*lines[: most - 1], f"{last}…"]
    return Lines(tuple(lines), _widest(lines, face), " ".join(words))


def _balanced(words: list[str], lines: list[str], least: float, room: float, face: Face) -> list[str]:
    """As many lines, in nearly as little room as they need."""
    for _ in range(4):
        half = (least + room) / 2
        tried = list(_filled(words, half, face))
        if len(tried) > len(lines):
            least = half
        else:
            room, lines = half, tried
    return lines


def _widest(lines: list[str], face: Face) -> float:
    return max((width(line.rstrip(), face) for line in lines), default=0)


def _filled(words: list[str], room: float, face: Face) -> Iterator[str]:
    """Lines of at most `room`, as full as they become."""
    line = ""
    for word in words:
        *parts, rest = _parts(word, room, face)
        if line and (parts or width(f"{line} {rest}", face) > room):
            yield f"{line} "
            line = ""
        yield from parts
        line = f"{line} {rest}" if line else rest
    if line:
        yield line


def _parts(word: str, room: float, face: Face) -> list[str]:
    """A word in parts that fit; each but the last is as long as may be, and ends well if possible."""
    if width(word, face) <= room:
        return [word]
    parts: list[str] = []
    part: list[str] = []
    used = 0.0
    for cluster in _clusters(word):
        wide = width(cluster, face)
        if part and used + wide > room:
            end = _ending(part, cluster)
            parts.append("".join(part[:end]))
            part = part[end:]
            used = width("".join(part), face)
        part.append(cluster)
        used += wide
    return [*parts, "".join(part)]


def divided(word: str) -> list[str]:
    """A word in the parts that its signs divide it into, as in `path/to/file.txt`."""
    parts = [""]
    for character in word:
        parts[-1] += character
        if character in _BREAKS:
            parts.append("")
    return parts


def _ending(part: list[str], following: str) -> int:
    """How much of a part of a word makes a line: up to a sign or to a capital within `camelCase`, if not too little."""
    for end in range(len(part), len(part) // 2, -1):
        after = part[end] if end < len(part) else following
        if part[end - 1][0] in _BREAKS or (part[end - 1].islower() and after.isupper()):
            return end
    return len(part)


def _clusters(word: str) -> list[str]:
    """The signs that a reader sees, each with the marks that belong to it."""
    clusters: list[str] = []
    flag = False
    for character in word:
        begun = clusters[-1] if clusters else ""
        half = "\U0001f1e6" <= character <= "\U0001f1ff"
        joined = (
            begun.endswith("\u200d")
            or (half and flag)
            or unicodedata.category(character) in {"Mn", "Mc", "Me", "Cf"}
            or "\U0001f3fb" <= character <= "\U0001f3ff"
        )
        flag = half and not (half and flag)
        if joined and begun:
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters
