"""What is known of the commands of a project before any of them is run: facts for checks to judge.

Gathering them takes programs that a site is built without, and some time, so only `opsbook check` does it.
Equal texts are read once, all of them together.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec

from opsbook.collector import collector_paused
from opsbook.effects import Examined, NoShellParser, SyntaxProblem, examine_many
from opsbook.project import Project
from opsbook.scripts import Use, uses
from opsbook.shellcheck import NoShellCheck, Remark, remarks
from opsbook.source import Source

SYSTEM_PATH = ("/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin")
"""Where a sandbox has the programs of the machine that it runs on."""

TOOLS = ("shfmt", "sqlglot", "shellcheck")
"""The programs that facts come from."""


@dataclass(frozen=True)
class Inspection:
    """A project, and what is known of its commands."""

    project: Project
    uses: tuple[Use, ...] = ()
    """Every command and every use of a snippet."""
    examined: Mapping[str, Examined | SyntaxProblem] = field(default_factory=dict)
    """What is seen of each text from its syntax."""
    remarks: Mapping[str, tuple[Remark, ...]] = field(default_factory=dict)
    """What shellcheck says about the text of each command."""
    snippet_remarks: Mapping[str, tuple[Remark, ...]] = field(default_factory=dict)
    """What shellcheck says about each snippet, by its path."""
    machine: frozenset[str] = frozenset()
    """Those of the programs that commands need which this machine has."""
    absent: frozenset[str] = frozenset()
    """The tools that are not installed, so that the facts they give are missing."""

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The snippets as sources, by their path."""
        folder = self.project.snippets_folder
        return {name: Source(f"{folder}/{name}", text, None) for name, text in self.project.snippets.items()}

    @cached_property
    def commands(self) -> tuple[Use, ...]:
        """The commands that stand in specs themselves."""
        return tuple(use for use in self.uses if not use.snippet)

    def seen(self, text: str) -> Examined | None:
        """What is seen of a text; None where it is no shell, or nobody could look."""
        found = self.examined.get(text)
        return found if isinstance(found, Examined) else None


@collector_paused()
def inspect(project: Project, wanted: Callable[[str], bool] = lambda _path: True) -> Inspection:
    """Gather what is known of the commands of a project, as far as their files are wanted."""
    found = tuple(use for use in uses(project) if wanted(use.spec.source.path))
    commands = list(dict.fromkeys(use.text for use in found if not use.snippet))
    folder = project.snippets_folder
    files = {name: text for name, text in project.snippets.items() if wanted(f"{folder}/{name}")}
    if not (commands or files):
        return Inspection(project)
    absent = set() if find_spec("sqlglot") else {"sqlglot"}
    with ThreadPoolExecutor(1) as beside:
        said = beside.submit(_remarks, commands, list(files.values()))
        examined = _examined(list(dict.fromkeys([*(use.text for use in found), *files.values()])), absent)
        of_commands, of_files = said.result() or (None, None)
    if of_commands is None or of_files is None:
        absent.add("shellcheck")
        of_commands, of_files = [], []
    return Inspection(
        project,
        found,
        examined,
        dict(zip(commands, of_commands, strict=False)),
        dict(zip(files, of_files, strict=False)),
        on_this_machine(_needed(examined.values())),
        frozenset(absent),
    )


_Remarks = list[tuple[Remark, ...]]


def _remarks(commands: Sequence[str], files: Sequence[str]) -> tuple[_Remarks, _Remarks] | None:
    """What shellcheck says; None where it is not installed."""
    try:
        return remarks(commands, whole=False), remarks(files, whole=True)
    except NoShellCheck:
        return None


def _examined(texts: Sequence[str], absent: set[str]) -> dict[str, Examined | SyntaxProblem]:
    """What is seen of texts; nothing where a tool is `absent`."""
    if absent:
        return {}
    try:
        return dict(zip(texts, examine_many(texts), strict=True))
    except NoShellParser:
        absent.add("shfmt")
        return {}


def _needed(examined: Iterable[Examined | SyntaxProblem]) -> set[str]:
    """The programs that commands start, by their last names."""
    programs = [program for one in examined if isinstance(one, Examined) for program in one.programs]
    return {program.name.rpartition("/")[2] for program in programs}


def on_this_machine(names: Iterable[str]) -> frozenset[str]:
    """Those of some programs which this machine has where a sandbox looks for them."""
    path = ":".join(SYSTEM_PATH)
    return frozenset(name for name in names if name and "\0" not in name and shutil.which(name, path=path))
