"""A double: it stands in for a program that cannot run in a sandbox, and answers only what is expected of it.

Called as the program (`docker compose ps`), it looks its arguments up in `/opsbook/doubles/<program>.json`,
writes down that it was asked, and prints what is declared. Any other arguments fail, and say what was
expected.
"""

from __future__ import annotations

import json
import shlex
import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

sys.path.insert(0, "/opsbook/lib")

from state import holds, shared  # type: ignore[import-not-found]  # bound beside the doubles: inside a sandbox there is no package

RUN = Path("/run/opsbook")
UNEXPECTED = 97
"""The exit code for arguments that nothing expects."""


def fits(pattern: list[str], arguments: list[str]) -> bool:
    """Whether arguments are what a pattern expects: `*` within a word, `**` for any further words."""
    if pattern and pattern[-1] == "**":
        pattern, arguments = pattern[:-1], arguments[: len(pattern) - 1]
    return len(pattern) == len(arguments) and all(map(fnmatchcase, arguments, pattern))


def main() -> int:
    """Answer one call."""
    program = Path(sys.argv[0]).name
    arguments = sys.argv[1:]
    calls: list[dict[str, Any]] = json.loads(Path(f"/opsbook/doubles/{program}.json").read_text(encoding="utf-8"))
    with shared(RUN / "state") as state:
        call = next((c for c in calls if fits(c["argv"], arguments) and holds(c["when"], state)), None)
        if call:
            state.update(call["sets"])
    with (RUN / "calls").open("a", encoding="utf-8") as log:
        log.write(json.dumps({"program": program, "argv": arguments, "expected": call is not None}) + "\n")
    if call is None:
        sys.stderr.write(f"double of {program}: nothing expects `{shlex.join([program, *arguments])}`; it knows:\n")
        sys.stderr.writelines(f"  {program} {shlex.join(c['argv'])}\n" for c in calls)
        return UNEXPECTED
    sys.stdout.write(call["stdout"])
    sys.stderr.write(call["stderr"])
    return int(call["exit"])


if __name__ == "__main__":
    sys.exit(main())
