"""`opsbook test`: pytest, told what to run."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsbook.errors import OpsbookError
from opsbook.sandbox.canary import prove


def run_tests(
    root: Path,
    paths: list[Path],
    *,
    expression: str | None = None,
    stop: bool = False,
    processes: str = "auto",
    shard: str | None = None,
    evidence: str | None = None,
    junit: str | None = None,
) -> int:
    """Run the steps of a project; gives an exit code. Raises NoSandbox where nothing can be isolated."""
    prove()
    arguments = ["--opsbook", "--rootdir", str(root), "-c", "/dev/null", "-p", "no:cacheprovider", "-q"]
    arguments += ["-n", processes, "--dist", "loadfile", "-o", "console_output_style=progress"]
    if expression:
        arguments += ["-k", expression]
    if stop:
        arguments.append("-x")
    if shard:
        arguments += ["--shard", shard]
    if junit:
        arguments += ["--junitxml", junit]
    if evidence:
        arguments += ["--evidence", str(Path(evidence).resolve()), "--evidence-root", str(root)]
    arguments += [str(path.resolve()) for path in paths] or [str(root / "specs")]
    code = pytest.main(arguments)
    if code in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        return int(code)
    if code == pytest.ExitCode.NO_TESTS_COLLECTED:
        raise OpsbookError("no step with a command was found")
    raise OpsbookError("the run was stopped before its end")
