"""What promtool and amtool say about files for Prometheus and Alertmanager."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from opsbook.errors import OpsbookError

_PACKAGES = {"promtool": "prometheus", "amtool": "prometheus-alertmanager", "prometheus": "prometheus"}
"""The programs, and where Debian has them."""

_PATIENCE = 600

_NOISE = re.compile(r"^(?:Warning: --config\.file .*|\w+: error: failed to validate \d+ file\(s\))?$\n?", re.MULTILINE)
"""What they say whatever the files are."""


class NoPrometheus(OpsbookError):
    """promtool, amtool or Prometheus itself is not installed."""


@dataclass(frozen=True)
class Question:
    """Something to ask about a file."""

    path: str
    """The file."""
    program: str
    """Who is asked: `promtool` or `amtool`."""
    words: tuple[str, ...]
    """What is asked; `{}` stands for the file."""


def objections(files: Mapping[str, bytes], questions: Sequence[Question]) -> list[tuple[Question, str]]:
    """Write files into a folder of their own and ask about them: what is objected to, in the order of the questions.

    Raises NoPrometheus where a program that is asked is not installed.
    """
    programs = {name: program(name) for name in dict.fromkeys(question.program for question in questions)}
    with tempfile.TemporaryDirectory(prefix="opsbook-") as name, ThreadPoolExecutor(os.cpu_count()) as pool:
        folder = Path(name).resolve()
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        answers = pool.map(lambda question: _ask(programs[question.program], question, folder), questions)
        return [(question, said) for question, said in zip(questions, answers, strict=True) if said]


def _ask(program: str, question: Question, folder: Path) -> str:
    """What a program objects to; nothing where it agrees."""
    path = folder / question.path
    words = [word.replace("{}", path.name) for word in question.words]
    try:
        done = subprocess.run(  # noqa: S603  # fixed words; the files are only read
            [program, *words],
            cwd=path.parent,
            env={"LANG": "C.UTF-8", "HOME": str(folder)},
            capture_output=True,
            check=False,
            timeout=_PATIENCE,
        )
    except subprocess.TimeoutExpired:
        raise OpsbookError(
            f"{question.program} does not come to an end within {_PATIENCE} s: {question.path}"
        ) from None
    if done.returncode == 0:
        return ""
    said = (done.stderr + done.stdout).decode(errors="replace").replace(f"{folder}/", "")
    return _NOISE.sub("", said).strip() or f"{question.program} ends with {done.returncode}"


@cache
def program(name: str) -> str:
    """The path of a program, beside this Python or of the system. Raises NoPrometheus where it is not installed."""
    beside = os.pathsep.join((sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)))
    found = shutil.which(name, path=beside)
    if not found:
        raise NoPrometheus(
            f"{name} is not installed: it comes with Prometheus (Debian: `apt-get install {_PACKAGES[name]}`)"
        )
    return found
