"""What fixtures offer beside answers: the file that a server started from, its tools; and doubles that read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from small import declared

from opsbook.sandbox.running import Running


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """A sandbox with Redis and a double that reads."""
    spec = declared(
        redis=[{"id": "cache", "password": "pw", "settings": {"appendonly": "yes", "user": "app on >old ~* +@all"}}],
        doubles=[
            {
                "program": "kubectl",
                "why": "There is no cluster.",
                "calls": [
                    {"argv": "apply -f -", "stdin": ["kind: Secret"], "stdout": "secret/app configured\n"},
                    {"argv": "create -f -", "stdin": [], "stdout": "created\n"},
                    {"argv": "get pods", "stdout": "NAME\n"},
                ],
            }
        ],
    )
    with Running(spec, Path(__file__).parent / "snippets") as running:
        running.session({"REDISCLI_AUTH": "pw"})
        yield running


RESTART = """
redis-cli SET greeting hello >/dev/null
redis-cli SHUTDOWN
redis-check-aof /run/opsbook/cache/appendonly.aof | grep -o 'AOF is valid'
redis-server /run/opsbook/cache.conf --daemonize yes >/dev/null
for i in $(seq 50); do redis-cli GET greeting 2>/dev/null | grep hello && exit; sleep 0.1; done
"""


@pytest.mark.parametrize(
    ("script", "code", "expected"),
    [
        (RESTART, 0, "AOF is valid\nhello\n"),
        ("redis-cli CONFIG REWRITE", 0, "OK\n"),
        ("redis-cli --no-auth-warning --user app --pass old PING", 0, "PONG\n"),
        ("redis-cli SAVE; redis-check-rdb /run/opsbook/cache/dump.rdb | grep -o 'RDB looks OK'", 0, "OK\nRDB looks OK"),
        ("echo 'kind: Secret' | kubectl apply -f -", 0, "secret/app configured\n"),
        ("echo 'kind: Pod' | kubectl apply -f -", 97, "nothing expects"),
        ("seq 100000 | kubectl create -f -", 0, "created\n"),
        ("printf 'a\\nb\\n' | while read -r line; do kubectl get pods; done", 0, "NAME\nNAME\n"),
    ],
)
def test_a_fixture_is_what_it_stands_for(script: str, code: int, expected: str, running: Running) -> None:
    outcome = running.run(script, 20)
    assert outcome.exit == code, outcome.output
    assert expected in outcome.output
