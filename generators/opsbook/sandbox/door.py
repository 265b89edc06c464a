"""`opsbook test`: pytest, told what to run."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

import pytest

from opsbook.errors import OpsbookError
from opsbook.kinds import all_kinds
from opsbook.read import load
from opsbook.sandbox.canary import prove


@dataclass(frozen=True)
class Wanted:
    """What a run of tests is asked for."""

    expression: str | None = None
    """Only steps whose names match."""
    stop: bool = False
    """Whether the first failure ends it."""
    processes: str = "auto"
    """How many documents run at the same time; `auto`: two for each core, for steps wait more than they work."""
    shard: str | None = None
    """`1/3`: the first of three shares of the documents."""
    evidence: str | None = None
    """The folder for what was proved."""
    junit: str | None = None
    """The file for a JUnit report."""

    def arguments(self, root: Path) -> Iterator[str]:
        """The same in the words of pytest."""
        yield from (
            "--opsbook",
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
        yield from ("-W", "ignore::pytest.PytestAssertRewriteWarning")  # this module was imported before pytest
        processes = str(2 * len(os.sched_getaffinity(0))) if self.processes == "auto" else self.processes
        yield from ("-n", processes, "-o", "console_output_style=progress")
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


def run_tests(root: Path, paths: list[Path], wanted: Wanted) -> int:
    """Run the steps of a project; gives an exit code. Raises NoSandbox where nothing can be isolated."""
    specs = root / load(root, all_kinds()).settings.specs
    prove(specs)
    watcher = _Watcher()
    places = [str(path.resolve()) for path in paths] or [str(specs)]
    arguments = [*wanted.arguments(root), *places]
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which pytest builds upon
    with chdir(root):  # pytest spells the names of tests as seen from here
        code = pytest.main(arguments, plugins=[watcher])
    if code == pytest.ExitCode.INTERRUPTED and wanted.stop and not watcher.stopped:
        return int(pytest.ExitCode.TESTS_FAILED)
    if code in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        return int(code)
    if code == pytest.ExitCode.NO_TESTS_COLLECTED:
        raise OpsbookError("no step with a command was found")
    raise OpsbookError("the run was stopped before its end")
