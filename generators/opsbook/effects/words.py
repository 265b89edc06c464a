"""The values that rules judge: words of a command, what it reads on its standard input, and what is seen of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Seen: TypeAlias = Literal["read", "change", "destructive", "unknown"]
"""The effect that is seen of a command; `unknown` where nothing is known of it."""

RANK: dict[Seen, int] = {"read": 0, "change": 1, "unknown": 2, "destructive": 3}
"""Unknown counts above change: what nobody knows may be worse than a change, but is not known to destroy."""

_OPEN, _CLOSE = "\ue000", "\ue001"
_HOLE = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}")
_OWN = "mktemp "
_OUTPUT = "(…)"


def named(text: str) -> frozenset[str]:
    """The names of a table, parted by blanks."""
    return frozenset(text.split())


def hole(name: str) -> str:
    """What stands in a text for a value that is only known when the command runs."""
    return f"{_OPEN}{name}{_CLOSE}"


def own_hole(name: str) -> str:
    """A hole whose value is a path that the script itself made with `mktemp`."""
    return hole(_OWN + name)


OUTPUT = hole(_OUTPUT)
"""The hole that the output of a command leaves."""


def plain(text: str) -> str:
    """Text of an author, in which nothing can be mistaken for a hole."""
    return text.replace(_OPEN, "?").replace(_CLOSE, "?")


def is_fixed(text: str) -> bool:
    """Whether all of a text is known."""
    return _OPEN not in text


def shown(text: str) -> str:
    """A text as a person wrote it: `$NAME` in place of holes."""
    return _HOLE.sub(lambda match: "$" + match[1].removeprefix(_OWN), text)


def filled(text: str, filling: str) -> str:
    """A text with something that does no harm in place of its holes."""
    return _HOLE.sub(filling, text)


def as_shell(text: str) -> str:
    """A text with holes as shell text again: each hole is the variable that it came from."""
    return _HOLE.sub(lambda match: "${" + (_variable(match[1])) + "}", text)


def _variable(name: str) -> str:
    name = name.removeprefix(_OWN)
    return name if re.fullmatch(r"[A-Za-z_]\w*|\d", name) else "__"


@dataclass(frozen=True)
class Word:
    """One word of a command as the program gets it."""

    text: str
    many: bool = False
    """It may turn out as several words, and so as any option: an unquoted `$X`, a `"$@"`."""
    loose: bool = False
    """It has a pattern or braces that the shell expands, so it is not what it looks like."""

    @property
    def fixed(self) -> bool:
        """Whether all of it is known."""
        return not self.many and is_fixed(self.text)

    @property
    def own(self) -> bool:
        """Whether it is a path that the script made with `mktemp`, or one below it."""
        return self.text.startswith(_OPEN + _OWN) and not self.many and ".." not in self.text

    @property
    def from_elsewhere(self) -> bool:
        """Whether it starts with what another command prints."""
        return self.text.lstrip().startswith(OUTPUT)


@dataclass(frozen=True)
class Input:
    """What a command reads on its standard input."""

    text: str | None = None
    """The text, where it is known."""
    given: bool = True
    """False where nothing is handed to it: it would read from the terminal."""


NOTHING = Input(given=False)
UNSEEN = Input()


@dataclass(frozen=True)
class Sight:
    """What is seen of one command, or of one part of it."""

    effect: Seen
    why: str
    command: str = ""
    """The command that decides, where it is not the one that was looked at."""


def grave(effects: Iterable[Seen]) -> Seen:
    """The gravest of some effects; `read` where there is none."""
    return max(effects, key=RANK.__getitem__, default="read")


def spelled(words: Iterable[Word]) -> str:
    """A command as one line."""
    line = " ".join(shown(word.text) or "''" for word in words)
    line = " ".join(line.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


_LONGEST = 160

HARMLESS_TARGETS = re.compile(r"/dev/(null|stdout|stderr|tty|fd/\d+)|-")
"""What may be written to without anything being different afterwards."""
RAW_TARGETS = re.compile(r"/dev/(?!shm/|stdin|tcp/|udp/)\S+|/proc/sysrq-trigger")
"""Devices: what is written there overwrites what they hold, or sets something off."""
