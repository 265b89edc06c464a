"""How much work something is, counted: no clock, which on a busy machine tells of the others."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from opsbook.diagrams import arranging, packing
from opsbook.diagrams.layout import Placed, Wanted, place


def calls(work: Callable[[], object]) -> int:
    """Count the functions that a piece of work calls, those written in C included."""
    counted = 0

    def count(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return counted


def placings(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Wanted, Placed]]:
    """A list to which every graph is added that is placed from here on, and how: that is what pictures cost."""
    found: list[tuple[Wanted, Placed]] = []

    def placing(wanted: Wanted) -> Placed:
        found.append((wanted, place(wanted)))
        return found[-1][1]

    for module in (arranging, packing):
        monkeypatch.setattr(module, "place", placing)
    return found
