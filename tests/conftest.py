"""What all tests share: goldens that can be accepted, and properties that try the same examples every time."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Generator
from difflib import unified_diff
from pathlib import Path

import hypothesis
import pytest
from coverage import Coverage

hypothesis.settings.register_profile(
    "stable", derandomize=True, deadline=None, database=None, max_examples=100, print_blob=False
)
hypothesis.settings.load_profile("stable")


MEASURING = Coverage.current()
"""What measures this process, if anything does."""

# Every worker imports the same: one of them is measured at it, the others from when all is collected.
LATER = MEASURING if os.environ.get("PYTEST_XDIST_WORKER", "gw0") != "gw0" else None
if LATER:
    LATER.stop()

if "PYTEST_XDIST_WORKER" in os.environ:
    # Processes that tests start are not measured: whole sites would take twice as long, and run no other lines.
    os.environ.pop("COVERAGE_PROCESS_START", None)

# What is asked of these tests is not asked of `opsbook test`, which some of them start.
os.environ.pop("PYTEST_ADDOPTS", None)

UNMEASURED = {"browser", "defects", "stranger"}
"""Folders of tests that look at what comes of all lines, not at single ones."""


LONG = ("browser", "sandbox", "defects")
"""Folders of tests that take long: the first of them keep a processor busy, the others mostly wait."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="Write the goldens instead of comparing with them.")
    parser.addoption("--site", metavar="DIR", help="Look at this site, just built, instead of building one.")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let every worker begin with other long tests, so that those that wait have those that work beside them.

    Each worker begins with its share of the list; what is short comes last, and whoever has nothing left takes of it.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    shares: list[list[pytest.Item]] = [[] for _ in range(workers)]
    short: list[pytest.Item] = []
    for item in items:
        folder = item.path.parent.name
        (shares[LONG.index(folder) % workers] if folder in LONG else short).append(item)
    left = len(items)
    for number, share in enumerate(shares):
        room = max(0, left // (workers - number) - len(share))
        share.extend(short[:room])
        del short[:room]
        left -= len(share)
    items[:] = [item for share in [*shares, short] for item in share]


def pytest_collection_finish() -> None:
    """What was collected stays until the end: the garbage collector need not look at thousands of tests each time.

    Nor so often at the projects that tests load: it took a twentieth of all their time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    if LATER:
        LATER.start()


@pytest.fixture(scope="session", autouse=True)
def _interruptible() -> None:
    """Started in the background of a script, these processes ignore interrupts, and so would all that they start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Measure what tests cover, but not in those that run the same lines a hundred times: they take twice as long."""
    often = (
        item.get_closest_marker("hypothesis") or item.get_closest_marker("whole") or item.path.parent.name in UNMEASURED
    )
    measuring = MEASURING if often else None
    if measuring:
        measuring.stop()
    try:
        return (yield)
    finally:
        if measuring:
            measuring.start()


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
