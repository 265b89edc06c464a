"""Nothing that runs in a sandbox reaches the host: tried."""

from __future__ import annotations

import os
import re
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from small import declared, gone, mounts, processes, tree

import opsbook
from opsbook.sandbox import guard, seccomp
from opsbook.sandbox import running as running_module
from opsbook.sandbox.canary import prove
from opsbook.sandbox.running import Running

ATTEMPTS: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("escapes.yaml").read_text(encoding="utf-8"))


def attempts(*, survivor: bool = False, ends: bool = False, outside: bool = False) -> list[Any]:
    """The attempts of a sort."""
    return [
        pytest.param(attempt, id=attempt["id"])
        for attempt in ATTEMPTS
        if (outside and attempt.get("outside"))
        or (not outside and attempt.get("survivor", False) == survivor and ("ends" in attempt) == ends)
    ]


def _state() -> tuple[Any, ...]:
    """What must not change on the host."""
    devices = sorted(path.name for path in Path("/dev").iterdir())
    return mounts(), devices, Path("/dev/null").stat().st_mode, Path("/usr/bin").stat().st_mtime_ns


@dataclass
class Host:
    """What there is to reach on the host, and the secret words in it."""

    folder: Path
    values: dict[str, str]
    canary: str
    other: str

    def sandbox(self) -> Running:
        spec = declared(
            values={"OTHER_DOCUMENTS_PASSWORD": self.other, "MINE": "mine"},
            setup=[{"id": "first", "snippet": "demo/setup.sh"}],
            doubles=[{"program": "tac", "why": "It is real outside.", "calls": [{"argv": "--version", "stdout": "1"}]}],
        )
        running = Running(spec, self.folder / "project/snippets")
        running.session(self.values)
        return running


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    folder = tmp_path_factory.mktemp("host")
    canary = secrets.token_hex(8)
    (folder / "canary").write_text(canary)
    snippets = folder / "project/snippets/demo"
    snippets.mkdir(parents=True)
    (snippets / "setup.sh").write_text('test -n "$OTHER_DOCUMENTS_PASSWORD"\n')
    (snippets / "leak").symlink_to(folder / "canary")
    marker = f"{secrets.randbelow(10**6) + 10**6}s"  # with its unit, no other program has it by chance
    victim = subprocess.Popen(["sleep", marker])
    with socket.socket() as tcp, socket.socket(socket.AF_UNIX) as abstract, socket.socket(socket.AF_UNIX) as path:
        tcp.bind(("127.0.0.1", 0))
        abstract.bind(f"\0{folder}")
        path.bind(f"{folder}/socket")
        for server in (tcp, abstract, path):
            server.listen(64)
        values = {
            "HOST_PORT": str(tcp.getsockname()[1]),
            "HOST_SOCKET": str(folder),
            "HOST_FOLDER": str(folder),
            "HOST_PID": str(victim.pid),
            "CALLER_HOME": str(folder),
            "PROJECT": str(folder / "project"),
            "PACKAGE": str(Path(opsbook.__file__).parent),
            "VENV": sys.prefix,
            "PYTHON": sys.executable,
            "CANARY_NAME": "canary",
            "MARKER": marker,
            "SUPERVISOR": "2",
        }
        before = _state()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("OPSBOOK_TEST_CANARY", canary)
            yield Host(folder, values, canary, secrets.token_hex(8))
        assert victim.poll() is None, "a process of the host was hit"
        victim.kill()
        victim.wait()
    assert before == _state(), "something of the host was changed"
    assert not gone(lambda: processes(marker, str(folder)) - {os.getpid()}), "something still runs"


@pytest.fixture(scope="module")
def shared(host: Host) -> Iterator[Running]:
    with host.sandbox() as running:
        yield running


def test_there_are_enough_attempts() -> None:
    assert len(ATTEMPTS) >= 32
    assert len({attempt["id"] for attempt in ATTEMPTS}) == len(ATTEMPTS)


@pytest.mark.parametrize("attempt", attempts())
def test_it_does_not_get_out(attempt: dict[str, Any], host: Host, shared: Running) -> None:
    before = tree(host.folder / "project")
    shared.session(host.values)
    outcome = shared.run(attempt["script"], 15)
    assert not shared.ended, outcome.ended
    assert "ESCAPED" not in outcome.output, f"it did {attempt['must_not']}: {outcome.output}"
    assert host.canary not in outcome.output
    assert host.other not in outcome.output
    assert tree(host.folder / "project") == before
    assert len(outcome.output) < attempt.get("most", 100_000)
    if "exit" in attempt:
        assert outcome.exit == attempt["exit"]
    assert len(outcome.calls) == attempt.get("calls", len(outcome.calls))


@pytest.mark.parametrize("attempt", attempts(ends=True))
def test_it_ends_with_its_sandbox_alone(attempt: dict[str, Any], host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running_module, "MOST_MEMORY", attempt.get("memory", 4 * 2**30))
    with host.sandbox() as running:
        outcome = running.run(attempt["script"], attempt.get("seconds", 10))
        assert outcome.exit is None, f"it did {attempt['must_not']}: {outcome}"
        assert re.search(attempt["ends"], outcome.ended)
        assert running.ended
    with host.sandbox() as running:
        assert running.run("echo hello", 10).stdout == "hello\n"


@pytest.mark.parametrize("bomb", ["bomb() { bomb | bomb & }; bomb", "while :; do sleep 60 & done"])
def test_a_fork_bomb_stays_small(bomb: str, host: Host) -> None:
    most = 0
    with host.sandbox() as running, ThreadPoolExecutor(1) as pool:
        before = threads()
        end = pool.submit(running.run, f"{bomb}; sleep 60", 20)
        while not end.done():
            most = max(most, threads() - before)
            time.sleep(0.01)
    assert end.result().ended == "the sandbox ended: more than 1000 processes were started"
    assert most < 2000  # the limit is 1024; the rest is what else runs on this machine


def threads() -> int:
    """How many threads there are on this machine: see `man 5 proc`."""
    return int(Path("/proc/loadavg").read_text().split()[3].partition("/")[2])


def test_nobody_stays_behind(host: Host) -> None:
    markers = {}
    with host.sandbox() as running:
        for attempt in attempts(survivor=True):
            marker = markers[attempt.id] = f"{secrets.randbelow(10**6) + 2 * 10**6}s"
            running.session({**host.values, "MARKER": marker})
            outcome = running.run(attempt.values[0]["script"], 15)
            assert outcome.exit == 0, outcome
            until = time.monotonic() + 10
            while not processes(f"sleep {marker}"):
                assert time.monotonic() < until, f"{attempt.id} proves nothing: it did not run"
                time.sleep(0.05)
    # Without waiting: who ends a sandbox knows that all in it is over.
    assert not {name for name, marker in markers.items() if processes(f"sleep {marker}")}


@pytest.mark.parametrize("attempt", attempts(outside=True))
def test_the_same_gets_through_without_a_sandbox(attempt: dict[str, Any], host: Host) -> None:
    environment = {**os.environ, **host.values}
    shell = ["bash", "-euo", "pipefail", "-c", attempt["script"]]
    done = subprocess.run(shell, env=environment, capture_output=True, text=True, check=False)
    (host.folder / "project/touched").unlink(missing_ok=True)
    assert "ESCAPED" in done.stdout


def test_a_wall_that_is_missing_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "specs").mkdir()
    prove.cache_clear()
    prove(tmp_path / "specs")
    prove.cache_clear()
    monkeypatch.setattr(seccomp, "program", lambda: b"")
    with pytest.raises(Exception, match=r"the sandbox has a hole.*host of a virtual machine"):
        prove(tmp_path / "specs")
    assert "OPSBOOK_CANARY" not in os.environ


def test_too_much_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MOST_PROCESSES", 10**6)
    assert guard.excess(2**50) == ""
    monkeypatch.setattr(guard, "LEAST_MEMORY", 1.1)
    assert guard.excess(2**50) == "the machine has no memory left"
    assert guard.excess(2**20) == "more than 1 MiB of memory were taken"
    monkeypatch.setattr(guard, "MOST_PROCESSES", 1)
    assert guard.excess(2**50) == "more than 1 processes were started"


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_is_one_for_each_machine(machine: str) -> None:
    rules = seccomp.program(machine)
    assert len(rules) % 8 == 0
    assert len(rules) > 8 * 2 * sum(len(numbers[machine]) for numbers in seccomp.DENIED.values())


def test_there_is_no_filter_for_an_unknown_machine() -> None:
    assert seccomp.program("pdp11") == b""
