"""Whoever stops a run, and whenever, finds nothing left of it."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small import (
    EXPORTER,
    HEAD,
    MONITORING,
    alive,
    children,
    gone,
    mounts,
    procedure,
    processes,
    project,
    runbook,
    sandbox,
    step,
    tree,
)

from opsbook.sandbox import bubble

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)


DRILL: dict[str, Any] = {
    "kind": "drill",
    "id": "cache-lost",
    **HEAD,
    "type": "sandbox",
    "purpose": "Shows that nothing is left.",
    "follow": ["runbook:quick"],
    "steady_state": [{"id": "answers", "title": "It answers", "run": "redis-cli ping"}],
    "fault": {
        "type": "kill",
        "what": "The server goes.",
        "run": "redis-cli shutdown nosave",
        "undo": {"do": "Start it.", "run": "redis-server /run/opsbook/cache.conf --daemonize yes"},
    },
    "detection": {"probe": "answers"},
    "targets": {"detection": "1m", "rto": "1m"},
    "schedule": {"every": "30d", "owner": "backend"},
}

WATCHED: dict[str, Any] = {
    **DRILL,
    "setup": ["demo/exporter.sh"],
    "detection": {"alert": "cache-down", "targets": {"exporter": "localhost:9121"}},
    "targets": {"detection": "10m", "rto": "10m"},
}
"""The same, with a Prometheus that watches it."""

COMMANDS = {
    "test": ("test", "-n", "0", "--evidence", "evidence"),
    "test in other processes": ("test", "-n", "1", "--evidence", "evidence"),
    "drill": ("drill",),
}


class Run:
    """A command of opsbook on a small project with slow steps, in a process of its own."""

    def __init__(self, root: Path, command: str, drill: dict[str, Any] = DRILL) -> None:
        self.marker = f"{secrets.randbelow(10**6) + 3 * 10**6}s"  # with its unit, no other program has it by chance
        slow = f"(trap '' TERM INT HUP; exec setsid sleep {self.marker}) & sleep {self.marker}"
        self.root = project(
            root,
            sandbox(
                redis=[{"id": "cache"}],
                setup=[{"id": "slow", "snippet": "demo/setup.sh"}],
            ),
            runbook("quick", procedure("p", step("passes", "true"), step("waits", slow))),
            runbook("other", procedure("p", step("waits-too", slow))),
            {**drill, "fault": {**drill["fault"], "run": f"{drill['fault']['run']}; sleep 2.{self.marker} &"}},
            {
                **MONITORING,
                "alerts": [{**MONITORING["alerts"][0], "expr": "redis_up == 0", "runbook": "runbook:quick"}],
            },
            setup=f"sleep 1.{self.marker}\n",
            exporter=EXPORTER,
        )
        (self.root / "evidence").mkdir()
        (self.root / "evidence/demo.json").write_bytes(b"{}\n")
        self.home = root.with_name(f"{root.name}-home")
        self.home.mkdir()
        self.before: Any = tree(self.root), [], mounts()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "opsbook", *COMMANDS[command]],
            cwd=self.root,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, "HOME": str(self.home), "TMPDIR": str(self.home)},
        )

    def wait_for(self, *words: str) -> None:
        """Wait until something with these words runs for this project."""
        until = time.monotonic() + 60
        while not processes(*words):
            assert time.monotonic() < until, f"{words} never ran"
            assert self.process.poll() is None
            time.sleep(0.05)

    def stop(self, sign: signal.Signals) -> None:
        """Stop it, and see that nothing is left."""
        started = children(self.process.pid)
        self.process.send_signal(sign)
        started |= children(self.process.pid)
        self.process.wait(30)
        left = gone(lambda: alive(started) | processes(self.marker, str(self.root)), 10)
        assert not left, [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in left]
        assert (tree(self.root), list(self.home.iterdir()), mounts()) == self.before


MOMENTS: dict[str, Callable[[Run], Any]] = {
    "at once": lambda _run: time.sleep(0.3),
    "the start of the sandboxes": lambda run: run.wait_for(f"--ro-bind {run.root}/snippets"),
    "the fixtures": lambda run: run.wait_for(f"sleep 1.{run.marker}"),
    "a step": lambda run: run.wait_for(f"sleep {run.marker}"),
}


@pytest.mark.parametrize("sign", SIGNALS, ids=lambda sign: sign.name)
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_is_left_of_a_run_that_was_stopped(
    command: str, moment: str, sign: signal.Signals, tmp_path: Path
) -> None:
    run = Run(tmp_path, command)
    MOMENTS[moment](run)
    run.stop(sign)


BROKEN: dict[str, Callable[[Run], Any]] = {
    "the fault": lambda run: run.wait_for(f"sleep 2.{run.marker}"),
    "a step after the alert": lambda run: run.wait_for(f"sleep {run.marker}"),
}


@pytest.mark.parametrize("sign", SIGNALS, ids=lambda sign: sign.name)
@pytest.mark.parametrize("moment", BROKEN)
def test_nothing_is_left_of_a_drill_that_was_stopped_when_all_is_broken(
    moment: str, sign: signal.Signals, tmp_path: Path
) -> None:
    """Prometheus and its files go, too, and what the fault has started."""
    run = Run(tmp_path, "drill", WATCHED)
    BROKEN[moment](run)
    run.stop(sign)


PROVE = [sys.executable, "-m", "opsbook", *COMMANDS["test"]]


@pytest.fixture(scope="module")
def proved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of one step, whose evidence was written."""
    root = project(tmp_path_factory.mktemp("proved"), sandbox(), runbook("r", procedure("p", step("s", "true"))))
    (root / "evidence").mkdir()
    subprocess.run(PROVE, cwd=root, check=True, capture_output=True)
    return root


@pytest.mark.parametrize("sign", SIGNALS, ids=lambda sign: sign.name)
def test_evidence_is_whole_whenever_a_run_ends(sign: signal.Signals, proved: Path) -> None:
    """Stopped around the moment when evidence is written: it is the old one or the new one, byte for byte."""
    evidence = proved / "evidence/demo.json"
    old = b'{"runbook:r#gone": ' + evidence.read_bytes().partition(b": ")[2]
    evidence.write_bytes(old)
    process = subprocess.Popen(PROVE, cwd=proved, stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()  # the step has passed
    process.send_signal(sign)
    process.communicate(timeout=30)
    assert evidence.read_bytes() == old or b"runbook:r#s" in evidence.read_bytes()
    assert evidence.read_bytes().endswith(b"}\n}\n")
    assert [path.name for path in evidence.parent.iterdir()] == ["demo.json"]


def test_nothing_is_left_of_a_sandbox_that_is_interrupted_while_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    before = children(os.getpid())
    interrupts, read = [KeyboardInterrupt], bubble.read_all

    def interrupted(descriptor: int, said: bytearray) -> None:
        if interrupts:
            raise interrupts.pop()
        read(descriptor, said)

    monkeypatch.setattr(bubble, "read_all", interrupted)
    with pytest.raises(KeyboardInterrupt):
        bubble.Bubble(bubble.Box(), ["/bin/sleep", "60"], {})
    assert not interrupts
    assert not gone(lambda: alive(children(os.getpid()) - before))
