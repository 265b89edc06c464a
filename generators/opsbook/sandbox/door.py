"""`opsbook test`: pytest, told what to run."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark.expression import Expression  # what `-k` is read with; pytest-xdist would fail of it in every process

from opsbook.errors import CannotWrite, OpsbookError, UnknownName
from opsbook.kind import Spec
from opsbook.kinds import all_kinds
from opsbook.kinds.sandbox.model import Sandbox
from opsbook.read import SUFFIXES, Loaded, load
from opsbook.reporters.text import text
from opsbook.root import SETTINGS
from opsbook.sandbox.bubble import NoSandbox
from opsbook.sandbox.canary import prove
from opsbook.sandbox.trials import tried


@dataclass(frozen=True)
class Wanted:
    """What a run of tests is asked for."""

    expression: str | None = None
    """Only steps whose names match."""
    stop: bool = False
    """Whether the first failure ends it."""
    processes: str = "auto"
    """How many documents run at the same time, or `auto`: see `_processes`."""
    shard: str | None = None
    """`1/3`: the first of three shares of the documents."""
    evidence: str | None = None
    """The folder for what was proved."""
    junit: str | None = None
    """The file for a JUnit report."""

    def arguments(self, root: Path, sandboxes: int) -> Iterator[str]:
        """The same in the words of pytest, which is to start so many sandboxes."""
        yield from (
            "--opsbook",
            # What else is installed may not change the order or the names of steps, and costs time in every process.
            "--disable-plugin-autoload",
            "-p",
            "xdist.plugin",
            "-p",
            "opsbook.pytest_plugin",
            "--assert=plain",  # no step asserts in Python, and pytest would rewrite all of opsbook
            "--rootdir",
            str(root),
            "--confcutdir",
            str(root),
            "-c",
            "/dev/null",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:tmpdir",  # nothing here has temporary folders, and pytest would keep its own
            "-q",
        )
        processes = _processes(sandboxes) if self.processes == "auto" else self.processes
        yield from ("-n", str(processes), "-o", "console_output_style=progress")
        if self.expression:
            yield from ("-k", self.expression)
        if self.stop:
            yield "-x"
        if self.shard:
            yield from ("--shard", self.shard)
        if self.junit:
            yield from ("--junitxml", str(Path(self.junit).resolve()))
        if self.evidence:
            yield from ("--evidence", str(Path(self.evidence).resolve()), "--evidence-root", str(root))


FEW = 8
"""Sandboxes that one process starts in less time than others take to start themselves."""


def _processes(sandboxes: int) -> int:
    """How many processes run documents: two for each core, for steps wait more than they work; 0: this one alone."""
    return 0 if sandboxes <= FEW else 2 * len(os.sched_getaffinity(0))


def _sandboxes(asked: list[Spec[Any]]) -> int:
    """How many sandboxes documents need, at least: one for each, and one for each failure route."""
    return len(asked) + sum(bool(step.test and step.test.break_) for spec in asked for step in tried(spec))


class _Watcher:
    """Knows whether a person stopped the run: pytest-xdist ends a run with `-x` in the same way."""

    stopped = False

    def pytest_configure(self, config: pytest.Config) -> None:
        self.config = config

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        self.stopped = excinfo.type is KeyboardInterrupt
        distributed = self.config.pluginmanager.getplugin("dsession")
        if self.stopped and distributed:
            distributed.nodemanager.EXIT_TIMEOUT = 0.5  # what still runs is of no use to anybody


def ready(loaded: Loaded) -> Path:
    """The folder of the specs, once it is sure that commands are isolated.

    Raises NoSandbox where they cannot be, and OpsbookError where nobody can tell what to run.
    """
    if wrong := [one for one in loaded.diagnostics if one.path == SETTINGS and one.severity == "error"]:
        raise OpsbookError(f"nothing is run, because the settings cannot be read\n{text(wrong)}".rstrip())
    specs = loaded.root / loaded.settings.specs
    if not specs.is_dir():
        raise OpsbookError(f"there is nothing to run: the folder of the specs, {loaded.settings.specs}, is missing")
    prove(specs)
    _expect_readable(loaded.root / loaded.settings.snippets)
    return specs


def _expect_readable(snippets: Path) -> None:
    """Raise NoSandbox where root keeps the snippets to itself: within the walls, nobody is root."""
    for path in (snippets, *snippets.rglob("*")) if os.geteuid() == 0 else ():
        needed = 0o5 if path.is_dir() else 0o4
        if path.exists() and path.stat().st_mode & needed != needed:
            raise NoSandbox(
                f"commands run as an ordinary user, who may not read {path}: chmod -R o+rX {snippets}, "
                "or run `opsbook test` as an ordinary user"
            )


def _expect_room(folder: str | None) -> None:
    """Raise CannotWrite before a run and not after it, where its results could not be kept."""
    path = Path(folder or ".").resolve()
    while not path.exists():
        path = path.parent
    if folder and not path.is_dir():
        raise CannotWrite(f"nothing can be written to {folder}: {path} is no folder")
    if folder and not os.access(path, os.W_OK):
        raise CannotWrite(f"nothing can be written to {folder}: you may not write to {path}")


def run_tests(root: Path, paths: list[Path], wanted: Wanted) -> int:
    """Run the steps of a project; gives an exit code. Raises OpsbookError where nothing can be run."""
    _sensible(wanted)
    loaded = load(root, all_kinds())
    specs = root / loaded.settings.specs
    places = [path.resolve() for path in paths] or [specs]
    _specs_only(places, specs)
    asked = _asked(loaded, places)
    _sandboxes_are_there(loaded, asked)
    ready(loaded)
    for folder in (wanted.evidence, wanted.junit and str(Path(wanted.junit).parent)):
        _expect_room(folder)
    watcher = _Watcher()
    arguments = [*wanted.arguments(root, _sandboxes(asked)), *map(str, places)]
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:  # see `opsbook.cli.test_`
        signal.signal(signal.SIGINT, signal.default_int_handler)  # which pytest builds upon
    with chdir(root):  # pytest spells the names of tests as seen from here
        code = pytest.main(arguments, plugins=[watcher])
    if code == pytest.ExitCode.INTERRUPTED and wanted.stop and not watcher.stopped:
        return int(pytest.ExitCode.TESTS_FAILED)
    if code in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        return int(code)
    if code == pytest.ExitCode.NO_TESTS_COLLECTED:
        raise OpsbookError(_nothing(wanted, loaded))
    if code == pytest.ExitCode.INTERNAL_ERROR:
        raise OpsbookError("the run did not do all that it was asked for: see above")
    raise OpsbookError("the run was stopped before its end")


def _sensible(wanted: Wanted) -> None:
    """See that the options mean something. Raises UnknownName, where many processes would each say the same."""
    try:
        Expression.compile(wanted.expression or "")
    except SyntaxError as error:
        what = "words of names with `and`, `or`, `not` and brackets, such as `backup and not dump`"
        raise UnknownName(f"-k `{wanted.expression}` cannot be read: {error.msg}; it takes {what}") from None
    if wanted.processes != "auto" and not wanted.processes.isdecimal():
        raise UnknownName(f"-n is a number of processes, or `auto`: not `{wanted.processes}`")
    if wanted.shard:
        match = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", wanted.shard)
        if not match or int(match[1]) > int(match[2]):
            raise UnknownName(f"--shard is `I/N`, the I-th of N shares, such as `1/3`: not `{wanted.shard}`")


def _specs_only(places: list[Path], specs: Path) -> None:
    """See that only specs are asked for. Raises UnknownName for anything else."""
    for place in places:
        if not place.is_relative_to(specs) or (place.is_file() and place.suffix not in (*SUFFIXES, ".md")):
            raise UnknownName(f"{place} is no spec: name files or folders below {specs}, or nothing, for all of them")


def _asked(loaded: Loaded, places: list[Path]) -> list[Spec[Any]]:
    """The documents in these places that have something to run."""
    return [
        spec
        for spec in loaded.project.specs
        if any((loaded.root / spec.source.path).is_relative_to(place) for place in places) and any(tried(spec))
    ]


def _sandboxes_are_there(loaded: Loaded, asked: list[Spec[Any]]) -> None:
    """See that there is something to run commands against. Raises OpsbookError with the cure."""
    systems = {spec.system for spec in asked if not spec.kind.fixtures}
    # Where a spec cannot be read, it may be the sandbox: that is said instead.
    missing = {
        system
        for system in systems
        if all(one.document.named for one in loaded.project.of(Sandbox, system)) and system not in loaded.project.unread
    }
    if missing:
        lines = [
            f"`{system}` has no sandbox to run its commands in: `opsbook new sandbox tests --system {system}` makes one"
            for system in sorted(missing)
        ]
        raise OpsbookError("\n".join(lines))


def _nothing(wanted: Wanted, loaded: Loaded) -> str:
    """Why no step was run."""
    names = [
        f"{Path(spec.source.path).relative_to(loaded.settings.specs).with_suffix('').as_posix()}::{step.id}"
        for spec in loaded.project.specs
        for step in tried(spec)
    ]
    if not names:
        return "no step with a command was found: a runbook's step has one once it has `run` or `snippet`"
    if wanted.expression:
        return f"no step with a command was found for -k `{wanted.expression}`; names are such as `{names[0]}`"
    if wanted.shard:
        return f"no step with a command was found in share {wanted.shard}: there are fewer documents than shares"
    return "no step with a command was found in these specs"
