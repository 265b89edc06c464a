"""Python's cycle collector, out of the way while a project is read and printed."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the cycle collector: specs are trees of values, so it finds nothing and costs half the time.

    It scans every container that is alive again and again while thousands of specs are built; see
    `tests/benchmarks/bench_pages.py` for what that costs.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
