"""What shellcheck has to say about shell text: many scripts with a few processes."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sysconfig
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from opsbook.errors import OpsbookError

_LEFT_OUT = {
    1090: "which file is sourced is only known when it runs",
    1091: "the sourced file is on another machine",
    2029: "parameters are meant to be expanded here, before ssh sends the command",
    2148: "a command in a spec has no first line that names its shell",
    2153: "parameters come from outside, and look alike",
    2154: "parameters come from outside; opsbook knows which",
}
"""What makes no sense for the commands of a runbook, and why."""

_LEFT_OUT_OF_STEPS = {
    2034: "a later step may use the variable",
    2317: "a later step may call the function",
    2329: "a later step may call the function",
}
"""What makes no sense for a text that is not a whole program."""

_IN_SINGLE_QUOTES = 2016
_VARIABLE = re.compile(r"\$\{?[A-Za-z_]")
_FIRST_LINE = "#!/bin/bash -eu\n"
"""Steps run in a shell that stops at the first failure, and are judged so."""

_PATIENCE = 600
_AT_ONCE = 400


class NoShellCheck(OpsbookError):
    """shellcheck is not installed."""


@dataclass(frozen=True)
class Remark:
    """Something that shellcheck says about one place of a script."""

    code: int
    """Its number: 2086."""
    message: str
    line: int
    column: int
    text: str
    """What stands there."""


def remarks(scripts: Sequence[str], *, whole: bool) -> list[tuple[Remark, ...]]:
    """What shellcheck says about scripts; `whole` for files that are run by themselves, and not for steps."""
    shares = [scripts[start : start + _AT_ONCE] for start in range(0, len(scripts), _AT_ONCE)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(lambda share: _share(share, whole=whole), shares)
        return [one for share in found for one in share]


def _share(scripts: Sequence[str], *, whole: bool) -> list[tuple[Remark, ...]]:
    first = "" if whole else _FIRST_LINE
    left_out = {**_LEFT_OUT, **({} if whole else _LEFT_OUT_OF_STEPS)}
    with tempfile.TemporaryDirectory(prefix="opsbook-") as folder:
        for number, script in enumerate(scripts):
            Path(folder, f"{number}.sh").write_bytes((first + script).encode(errors="replace"))
        answer = _run([f"{number}.sh" for number in range(len(scripts))], left_out, folder)
    said: dict[int, list[Remark]] = defaultdict(list)
    for comment in answer:
        number = int(comment["file"].removesuffix(".sh"))
        line = comment["line"] - bool(first)
        remark = Remark(
            comment["code"],
            comment["message"],
            max(line, 1),
            comment["column"],
            _text(scripts[number], line, comment),
        )
        if remark.code != _IN_SINGLE_QUOTES or _VARIABLE.search(remark.text):
            said[number].append(remark)
    return [tuple(said[number]) for number in range(len(scripts))]


def _text(script: str, line: int, comment: dict[str, Any]) -> str:
    """The part of a script that a comment is about; empty where it is more than a line."""
    lines = script.split("\n")
    if not 0 < line <= len(lines) or comment["endLine"] != comment["line"]:
        return ""
    return lines[line - 1][comment["column"] - 1 : comment["endColumn"] - 1]


def _run(files: list[str], left_out: dict[int, str], folder: str) -> list[dict[str, Any]]:
    """The comments of shellcheck; nothing outside the folder, and no settings of the user, are read."""
    words = ["--norc", "--shell=bash", "--format=json1", "--severity=info"]
    words.append(f"--exclude={','.join(str(code) for code in left_out)}")
    try:
        done = subprocess.run(  # noqa: S603  # fixed words; the texts are only parsed
            [_program(), *words, *files],
            cwd=folder,
            env={"LANG": "C.UTF-8"},
            capture_output=True,
            check=False,
            timeout=_PATIENCE,
        )
        comments: list[dict[str, Any]] = json.loads(done.stdout)["comments"]
    except subprocess.TimeoutExpired:
        raise OpsbookError(f"shellcheck does not come to an end within {_PATIENCE} s") from None
    except ValueError:
        raise OpsbookError(f"shellcheck failed: {done.stderr.decode(errors='replace').strip()[-500:]}") from None
    return comments


@cache
def _program() -> str:
    beside = os.pathsep.join((sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)))
    program = shutil.which("shellcheck", path=beside)
    if not program:
        raise NoShellCheck("shellcheck is not installed: `pip install 'opsbook[test]'`")
    return program
