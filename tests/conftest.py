"""What all tests share: goldens that can be accepted, and properties that try the same examples every time."""

from __future__ import annotations

import signal
from collections.abc import Callable
from difflib import unified_diff
from pathlib import Path

import hypothesis
import pytest

hypothesis.settings.register_profile(
    "stable", derandomize=True, deadline=None, database=None, max_examples=100, print_blob=False
)
hypothesis.settings.load_profile("stable")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="Write the goldens instead of comparing with them.")


@pytest.fixture(scope="session", autouse=True)
def _interruptible() -> None:
    """Started in the background of a script, these processes ignore interrupts, and so would all that they start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare a text with the file that holds what it should be."""

    def compare(path: Path, text: str) -> None:
        expected = path.read_bytes().decode() if path.exists() else ""
        if text == expected:
            return
        if request.config.getoption("--accept"):
            path.write_bytes(text.encode())
            return
        diff = unified_diff(expected.splitlines(), text.splitlines(), f"{path.name}, expected", "now", lineterm="")
        pytest.fail("\n".join([*diff, f"run `pytest --accept` if {path.name} should change"]), pytrace=False)

    return compare
