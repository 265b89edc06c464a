"""What somebody does in their first week with a system: values that kinds make of their documents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, TypeAlias

Stage: TypeAlias = Literal[
    "system", "set-up", "interfaces", "incidents", "runbooks", "shift", "monitoring", "drills", "postmortems"
]
"""What a task belongs to: what the system is, setting it up, calling it, running its incidents, its runbooks, what is
done every shift, what is watched, drills, what incidents taught."""

WORDS_A_MINUTE = 150
"""How fast somebody reads who also follows links."""

_ROUNDED = timedelta(minutes=5)


@dataclass(frozen=True)
class Task:
    """Something to read or to try."""

    id: str
    """Unique within its system, and made of ids: what was done is remembered by it."""
    stage: Stage
    """What it belongs to."""
    title: str
    """What it is, as Markdown with a link."""
    name: str
    """The same as plain text."""
    why: str
    """What one learns by it: a line of Markdown."""
    takes: timedelta
    """About how long."""
    command: str = ""
    """What to type at a shell."""
    caution: str = ""
    """What to mind: a line of Markdown."""


def about(minutes: float, most: int = 60) -> timedelta:
    """About how long something takes: in steps of five minutes, and never more than can be done at one sitting."""
    rounded = -(-timedelta(minutes=min(minutes, most)) // _ROUNDED) * _ROUNDED
    return max(rounded, _ROUNDED)


def reading(texts: Iterable[str], more: float = 0) -> timedelta:
    """About how long it takes to read texts, with some minutes more for what is done on the way."""
    return about(sum(len(text.split()) for text in texts) / WORDS_A_MINUTE + more)
