"""What an old project has been forgiven: findings that are known, so that only new ones are reported.

A finding is known by its file, its rule and the JSON pointer of its value, never by its line: lines move. Where
there is no pointer, its message takes its place.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

from opsbook.diagnostic import Diagnostic
from opsbook.errors import OpsbookError

Key: TypeAlias = tuple[str, str, str]
"""The file, the rule, and the pointer or the message."""

_FIELDS = {"path", "rule", "at"}


class Compared(NamedTuple):
    """What is left of the findings, and what is left of the baseline."""

    new: list[Diagnostic]
    gone: list[Key]
    """What stands in the baseline and does not occur any more."""


def key(diagnostic: Diagnostic) -> Key:
    """By what a finding is known again."""
    return diagnostic.path, diagnostic.rule, diagnostic.pointer or diagnostic.message


def dump(diagnostics: Iterable[Diagnostic]) -> str:
    """The findings as the text of a baseline, one a line, so that a review shows which are added and removed."""
    lines = [
        json.dumps({"path": path, "rule": rule, "at": at}, ensure_ascii=False)
        for path, rule, at in sorted({key(one) for one in diagnostics})
    ]
    return "[\n" + ",\n".join(lines) + ("\n" if lines else "") + "]\n"


def parse(path: str, text: str) -> list[Key]:
    """Read the text of a baseline. Raises OpsbookError where it is none."""
    try:
        entries: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise OpsbookError(f"{path} is no baseline: {error}; write it anew with `--write-baseline`") from None
    made = []
    for entry in entries if isinstance(entries, list) else [None]:
        if not isinstance(entry, dict) or set(entry) != _FIELDS or not all(isinstance(v, str) for v in entry.values()):
            raise OpsbookError(
                f"{path} is no baseline: each entry has `path`, `rule` and `at`; write it anew with `--write-baseline`"
            )
        made.append((entry["path"], entry["rule"], entry["at"]))
    return made


def compare(diagnostics: Sequence[Diagnostic], known: Sequence[Key]) -> Compared:
    """Leave out what is known, and say what does not occur any more."""
    forgiven, found = set(known), {key(one) for one in diagnostics}
    return Compared([one for one in diagnostics if key(one) not in forgiven], sorted(forgiven - found))


def gone(path: str, entries: Sequence[Key]) -> list[Diagnostic]:
    """A note for every entry of the baseline in the file `path` that does not occur any more."""
    return [
        Diagnostic(
            path,
            1,
            1,
            "project/outdated-baseline",
            f"`{rule}` in {file} at `{at}` does not occur any more",
            "write the baseline anew with `--write-baseline`, so that it cannot come back unseen",
            "note",
        )
        for file, rule, at in entries
    ]
