"""What the supervisor knows of doubles: which calls are expected, and which were made.

A double is a program of its own, `double.py`. It says on a socket how it was called, and is told what to do. A file
could not keep what was called: whoever called might delete it.
"""

from __future__ import annotations

import json
import shlex
import socket
import threading
from contextlib import suppress
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from double import HEADER  # type: ignore[import-not-found]  # beside this file: inside a sandbox there is no package
from state import holds, shared  # type: ignore[import-not-found]  # as above

EXPECTED = Path("/opsbook/doubles")
"""What each program expects, in a file of its own."""

UNEXPECTED = 97
"""The exit code for arguments that nothing expects."""

MOST_CALLS = 5_000_000
"""Bytes that all calls may take; who asks for more is not answered."""

MOST_INPUT = 64 * 2**20
"""Bytes that a double may read."""

PATIENCE = 2.0
"""Seconds to wait for what was called."""


class Doubles:
    """Doubles of a sandbox, which know of each other what `state`, a file, says."""

    def __init__(self, state: Path) -> None:
        self.calls: list[dict[str, Any]] = []
        """What was asked so far: program, argv, and whether it was expected."""
        self._state = state
        self._left = MOST_CALLS

    def hear(self, listening: socket.socket) -> None:
        """Answer doubles, many at a time: what one runs may call others."""
        while True:
            caller = listening.accept()[0]
            try:
                threading.Thread(target=self._answer, args=(caller,), daemon=True).start()
            except RuntimeError:  # a step has left room for no other thread
                caller.close()

    def _answer(self, caller: socket.socket) -> None:
        with caller, suppress(ValueError, OSError):
            caller.settimeout(PATIENCE)
            words = _received(caller, self._left)
            self._left -= sum(map(len, words))
            caller.settimeout(None)
            program, *arguments = (word.decode(errors="surrogateescape") for word in words)
            call = self._asked(caller, program, arguments)
            if call is None:
                said = f"double of {program}: nothing expects `{shlex.join([program, *arguments])}`; it knows:\n"
                said += "".join(f"  {program} {shlex.join(one['argv'])}\n" for one in _expected(program))
                _send(caller, str(UNEXPECTED), "", said)
                return
            if call["run"]:
                _send(caller, "run", call["run"])
                _received(caller, len("done"))  # where it fails, nothing comes
            with shared(self._state) as state:
                state.update(call["sets"])
            _send(caller, str(call["exit"]), call["stdout"], call["stderr"])

    def _asked(self, caller: socket.socket, program: str, arguments: list[str]) -> dict[str, Any] | None:
        """The call that is expected, if it is; it is noted before anything comes of it."""
        fitting = [call for call in _expected(program) if fits(call["argv"], arguments)]
        given = ""
        if any(call["stdin"] is not None for call in fitting):
            _send(caller, "read")
            given = _received(caller, MOST_INPUT)[0].decode(errors="replace")
        with shared(self._state) as state:
            now = (call for call in fitting if holds(call["when"], state))
            call = next((call for call in now if all(text in given for text in call["stdin"] or ())), None)
        told = {"program": _clean(program), "argv": [*map(_clean, arguments)], "expected": call is not None}
        self.calls.append(told)
        return call


def fits(pattern: list[str], arguments: list[str]) -> bool:
    """Whether arguments are what a pattern expects: `*` within a word, `**` for any further words."""
    if pattern and pattern[-1] == "**":
        pattern, arguments = pattern[:-1], arguments[: len(pattern) - 1]
    return len(pattern) == len(arguments) and all(map(fnmatchcase, arguments, pattern))


@cache
def _expected(program: str) -> list[dict[str, Any]]:
    expected: list[dict[str, Any]] = json.loads((EXPECTED / f"{Path(program).name}.json").read_text(encoding="utf-8"))
    return expected


def _received(caller: socket.socket, most: int) -> list[bytes]:
    """The fields that a double sends. Raises ValueError where it sends none, or more than `most` bytes."""
    with caller.makefile("rb") as file:
        header = file.read(HEADER)
        size = int.from_bytes(header, "big")
        content = file.read(size) if size <= most else b""
    if len(header) < HEADER or len(content) < size:
        raise ValueError
    return content.split(b"\0")


def _send(caller: socket.socket, *fields: str) -> None:
    content = "\0".join(fields).encode(errors="surrogateescape")
    caller.sendall(len(content).to_bytes(HEADER, "big") + content)


def _clean(text: str) -> str:
    """A text that can be written as UTF-8: an argument may be any bytes."""
    return text.encode(errors="replace").decode()
