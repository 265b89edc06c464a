"""What doubles and HTTP fixtures know of each other: a few words in a file, such as `app: down`."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def shared(path: Path) -> Iterator[dict[str, str]]:
    """The state, locked while it is looked at; changes to it are kept.

    Where a step wrote nonsense into it, nothing is known.
    """
    with path.open("a+", encoding="utf-8", errors="replace") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        try:
            state: dict[str, str] = dict(json.loads(file.read()))
        except (ValueError, TypeError):
            state = {}
        before = dict(state)
        yield state
        if state != before:
            file.seek(0)
            file.truncate()
            file.write(json.dumps(state))


def holds(condition: dict[str, str], state: dict[str, str]) -> bool:
    """Whether everything that a condition asks for is so."""
    return all(state.get(name) == value for name, value in condition.items())
