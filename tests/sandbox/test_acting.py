"""Doubles that do something to the fixtures, and fail where that fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from small import declared

from opsbook.sandbox.running import Running


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """A sandbox with Redis, and a double that stops and starts it."""
    calls = [
        {"argv": "ps", "when": {"cache": "down"}, "stdout": "NAME\n"},
        {"argv": "ps", "stdout": "NAME\ncache\n"},
        {
            "argv": "stop cache",
            "run": "redis-cli ping; redis-cli shutdown nosave",
            "stdout": "cache\n",
            "sets": {"cache": "down"},
        },
        {
            "argv": "start cache",
            "run": "redis-server /run/opsbook/cache.conf --daemonize yes",
            "stdout": "cache\n",
            "sets": {"cache": "up"},
        },
        {"argv": "kill cache", "run": "kill -KILL $$", "sets": {"cache": "gone"}},
    ]
    doubles = [{"program": "docker", "why": "There is no daemon.", "calls": calls}]
    spec = declared(redis=[{"id": "cache"}], doubles=doubles, state={"cache": "up"})
    with Running(spec, Path(__file__).parent / "snippets") as running:
        running.session({})
        yield running


def test_what_a_call_does_is_real(running: Running) -> None:
    """The server is down after it was stopped, and answers after it was started; only the transcript is shown."""
    stopped = running.run("docker stop cache; docker ps; ! redis-cli ping", 20)
    assert (stopped.exit, stopped.stdout) == (0, "cache\nNAME\n")
    started = running.run("docker start cache | cat; docker ps; sleep 0.5; redis-cli ping", 20)
    assert (started.exit, started.stdout) == (0, "cache\nNAME\ncache\nPONG\n")


def test_a_call_fails_where_what_it_does_fails(running: Running) -> None:
    """It ends as that ended, says what that said, gives no answer, and changes no state."""
    outcome = running.run("redis-cli shutdown nosave; docker stop cache", 20)
    assert (outcome.exit, outcome.stdout) == (1, "")
    assert "Could not connect to Redis" in outcome.stderr
    assert running.run("docker ps; docker start cache", 20).stdout == "NAME\ncache\ncache\n"
    killed = running.run("docker kill cache", 20)
    assert killed.exit == 128 + 9
    assert running.run("docker ps", 20).stdout == "NAME\ncache\n"
