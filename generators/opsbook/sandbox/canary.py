"""Is a sandbox really one? Proved before anything runs in it."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from opsbook.sandbox.bubble import PYTHON, NoSandbox
from opsbook.sandbox.running import EMPTY, Running

_PROBES = {
    "it has its own processes": '[ "$(ls /proc | grep -c "^[0-9]")" -lt 20 ]',
    "its network is its own": "[ \"$(tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' ')\" = lo ]",
    "it reaches nothing over the network": "! (echo > /dev/tcp/192.0.2.1/80) 2>/dev/null",
    "it can read its programs (chmod -R o+rX for the folder of this Python)": '"$PYTHON" -I -c pass',
    "a limit on processes holds for it": '! "$PYTHON" -IS -c \'import os, resource; '
    "resource.setrlimit(resource.RLIMIT_NPROC, (1, 1)); os.fork()' 2>/dev/null",
    "it reaches itself": '"$PYTHON" -IS -c \'import socket; s = socket.create_server(("127.0.0.1", 0)); '
    "socket.create_connection(s.getsockname())'",
    "it has no way to the host of a virtual machine": '! "$PYTHON" -IS -c "import socket; socket.socket(40)" '
    "2>/dev/null",
    "it sees no variable of the caller": "! env | grep -q ^OPSBOOK_CANARY=",
    "it sees no file of the caller": '[ ! -e "$CANARY_FILE" ]',
    "it sees no password of the host": "[ ! -e /etc/shadow ]",
    "it cannot write to its programs": "! touch /usr/bin/opsbook-canary 2>/dev/null",
    "it cannot change the devices of the host": "! chmod 666 /dev/null 2>/dev/null",
    "it can make no namespaces": "! unshare -U true 2>/dev/null",
    "it cannot see what watches over it": '! readlink "/proc/$PPID/fd/3"',
    "it has a home of its own": 'touch "$HOME/x" && touch /tmp/x',
    "it is an ordinary user": '[ "$(id -u)" != 0 ]',
    "it has no terminal": "! (: < /dev/tty) 2>/dev/null",
}
"""What has to hold, and the command that shows that it does."""

_TRIED = "tried: "
_SCRIPT = "\n".join(f"echo '{_TRIED}{wall}'\n( {probe} ) || exit 1" for wall, probe in _PROBES.items())
"""Tries all of them, and says which; the last that is said has failed."""


@cache
def prove(witness: Path) -> None:
    """Start an empty sandbox and try to get out of it. Raises NoSandbox when any wall is missing.

    `witness` is a file or folder of the caller that no sandbox holds. Nothing is written to the disk: who is
    killed now leaves nothing behind.
    """
    before = os.environ.get("OPSBOOK_CANARY")
    os.environ["OPSBOOK_CANARY"] = "sings"
    try:
        with Running(EMPTY, None) as box:
            box.session({"CANARY_FILE": str(witness.resolve(strict=True)), "PYTHON": PYTHON})
            outcome = box.run(_SCRIPT, 30)
            if outcome.exit != 0:
                tried = [line.removeprefix(_TRIED) for line in outcome.stdout.splitlines() if line.startswith(_TRIED)]
                wall = (tried or ["it runs commands"])[-1]
                what = f"the sandbox has a hole, so nothing is run: it is not so that {wall}"
                raise NoSandbox(f"{what}\n{outcome.ended}{outcome.stderr}".rstrip())
    finally:
        if before is None:
            del os.environ["OPSBOOK_CANARY"]
        else:
            os.environ["OPSBOOK_CANARY"] = before
