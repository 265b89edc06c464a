"""A double: it stands in for a program that cannot run in a sandbox, and answers only what is expected of it.

Called as the program (`docker compose ps`), it looks its arguments up in `/opsbook/doubles/<program>.json`,
tells the supervisor that it was asked, does what it is declared to do, and prints what is declared. Any other
arguments fail, and say what was expected.
"""

from __future__ import annotations

import json
import shlex
import socket
import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

sys.path[:0] = ["/opsbook/lib", str(Path(__file__).parent)]

from state import holds, shared  # type: ignore[import-not-found]  # noqa: E402  # beside the doubles: there is no package inside

RUN = Path("/run/opsbook")
"""Where the sandbox keeps what doubles know and were asked."""

UNEXPECTED = 97
"""The exit code for arguments that nothing expects."""


def fits(pattern: list[str], arguments: list[str]) -> bool:
    """Whether arguments are what a pattern expects: `*` within a word, `**` for any further words."""
    if pattern and pattern[-1] == "**":
        pattern, arguments = pattern[:-1], arguments[: len(pattern) - 1]
    return len(pattern) == len(arguments) and all(map(fnmatchcase, arguments, pattern))


def done(script: str) -> int:
    """Do what a call does to the fixtures; gives the exit code, and what was said only when it failed."""
    import subprocess  # most doubles do nothing, and each call of one would wait for these
    import tempfile

    with tempfile.TemporaryFile() as output:  # and no pipe, which a server that is started here would hold open
        shell = ["/bin/bash", "--noprofile", "--norc", "-euo", "pipefail", "-c", script]
        code = subprocess.run(  # noqa: S603  # what the spec declares, in the sandbox that it declares it for
            shell, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=False
        ).returncode
        output.seek(0)
        if code:
            sys.stderr.write(output.read().decode(errors="replace"))
    return code if code >= 0 else 128 - code


def tell(call: dict[str, Any]) -> None:
    """Say to the supervisor what was asked, and wait until it knows."""
    with socket.socket(socket.AF_UNIX) as supervisor:
        supervisor.connect("\0opsbook")
        supervisor.sendall(json.dumps(call).encode() + b"\n")
        if not supervisor.recv(1):
            sys.exit(f"double of {call['program']}: nobody took down that it was called")


def main() -> int:
    """Answer one call."""
    program = Path(sys.argv[0]).name
    arguments = sys.argv[1:]
    calls: list[dict[str, Any]] = json.loads(Path(f"/opsbook/doubles/{program}.json").read_text(encoding="utf-8"))
    fitting = [call for call in calls if fits(call["argv"], arguments)]
    given = sys.stdin.read() if any(call["stdin"] is not None for call in fitting) else ""
    with shared(RUN / "state") as state:
        call = next((c for c in fitting if holds(c["when"], state) and all(t in given for t in c["stdin"] or ())), None)
    tell({"program": program, "argv": arguments, "expected": call is not None})
    if call is None:
        sys.stderr.write(f"double of {program}: nothing expects `{shlex.join([program, *arguments])}`; it knows:\n")
        sys.stderr.writelines(f"  {program} {shlex.join(c['argv'])}\n" for c in calls)
        return UNEXPECTED
    if call["run"] and (code := done(call["run"])):
        return code
    with shared(RUN / "state") as state:
        state.update(call["sets"])
    sys.stdout.write(call["stdout"])
    sys.stderr.write(call["stderr"])
    return int(call["exit"])


if __name__ == "__main__":
    sys.exit(main())
