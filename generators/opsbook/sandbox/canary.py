"""Is a sandbox really one? Proved before anything runs in it."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from opsbook.kinds.sandbox.model import Sandbox
from opsbook.sandbox.bubble import NoSandbox
from opsbook.sandbox.running import Running

_PROBES = {
    "it has its own processes": '[ "$(ls /proc | grep -c "^[0-9]")" -lt 20 ]',
    "it reaches no network but itself": (
        "[ \"$(tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' ')\" = lo ] && ! (echo > /dev/tcp/192.0.2.1/80) 2>/dev/null"
    ),
    "it sees no variable of the caller": '! env | grep -q "^OPSBOOK_CANARY="',
    "it sees no file of the caller": '! cat "$CANARY_FILE" 2>/dev/null',
    "it sees no password of the host": "! cat /etc/shadow 2>/dev/null",
    "it cannot write to its programs": "! touch /usr/bin/opsbook-canary 2>/dev/null",
    "it has a home of its own": 'touch "$HOME/x" && touch /tmp/x',
    "it is an ordinary user": '[ "$(id -u)" != 0 ]',
}
"""What has to hold, and the command that shows that it does."""


def prove() -> None:
    """Start an empty sandbox and try to get out of it. Raises NoSandbox when any wall is missing."""
    empty = Sandbox.model_construct(
        kind="sandbox", postgres=(), redis=(), http=(), repositories=(), setup=(), doubles=()
    )
    os.environ["OPSBOOK_CANARY"] = secrets.token_hex(8)
    with (
        tempfile.NamedTemporaryFile(dir=Path.home(), prefix=".opsbook-canary-") as canary,
        Running(empty, Path()) as box,
    ):
        box.session({"CANARY_FILE": canary.name})
        for wall, probe in _PROBES.items():
            outcome = box.run(probe, 10)
            if outcome.exit != 0:
                raise NoSandbox(
                    f"the sandbox has a hole, so nothing is run: it is not so that {wall}\n{outcome.output}"
                )
    del os.environ["OPSBOOK_CANARY"]
