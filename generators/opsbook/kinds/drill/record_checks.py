"""What can be wrong with the record of a drill by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from opsbook.diagnostic import Finding
from opsbook.kinds.drill.model import MACHINES, TABLE
from opsbook.kinds.drill.record import DrillRecord
from opsbook.source import Route

_SETTLE = "set `result: failed` and say why in `failures:`"


def times_out_of_order(record: DrillRecord) -> Iterator[Finding]:
    """A moment of a drill lies before the one that it must follow.

    What was measured is computed from these. Moments with different offsets are compared as what they are in UTC:

        times:
          fault: 2026-11-20T09:00:00Z
          detected: 2026-11-20T10:03:00+01:00
          verified: 2026-11-20T09:12:00Z
    """
    for (before, first), (after, then) in pairwise(record.times.ordered):
        if then < first:
            yield Finding(
                ("times", after),
                f"`{after}` lies before `{before}`",
                "put the moments in the order in which they came; compare them in UTC",
            )


def unearned_pass(record: DrillRecord) -> Iterator[Finding]:
    """A drill passed by its record, which says the contrary: a failure, a step that failed, no recovery, no step done.

    Who reads `passed` relies on it in the next incident. A drill that failed is worth as much as one that passed, as
    long as its record says so:

        result: failed
        failures:
          - The console asked for a second factor that nobody at the table had.
    """
    for route, said, hint in _contradictions(record) if record.result == "passed" else ():
        yield Finding(route, f"`{record.id}` is `passed`, and {said}", hint)


def _contradictions(record: DrillRecord) -> Iterator[tuple[Route, str, str]]:
    """What a record says that no drill says which passed: where, what, and the cure."""
    if record.failures:
        hint = "set `result: failed`; what did no harm belongs into `deviations:` or `notes:`"
        yield ("failures", 0), "tells why it failed", hint
    for number, step in enumerate(record.steps):
        if step.outcome == "failed":
            yield ("steps", number, "outcome"), f"its step `{step.step}` failed", _SETTLE
    came = {step.outcome for step in record.steps}
    if came == {"not-run"}:
        hint = f"say of each step what came of it, or {_SETTLE}"
        yield ("steps",), "none of its steps was done", hint
    elif record.type == MACHINES and came and came <= {"left-to-people", "not-run"}:
        hint = f"follow steps that a machine can do and play `{record.drill}` again, or {_SETTLE}"
        yield ("steps",), "all of its steps were left to people: nothing shows that they help", hint
    # At a table, nothing recovers: what people agree on is the result itself.
    if record.times.verified is None and record.type != TABLE:
        hint = f"add `verified:`, when that was checked, or {_SETTLE}"
        yield ("times",), "nobody saw that all was well again", hint


def failure_without_reason(record: DrillRecord) -> Iterator[Finding]:
    """A drill failed, and its record does not say why.

    What failed is what is mended next, and the next drill shows whether it was:

        result: failed
        failures:
          - The backup on the second host was of last week.
    """
    if record.result == "failed" and not record.failures:
        yield Finding(("result",), f"`{record.id}` is `failed`, and does not say why", "add `failures:`")


def impossible_loss(record: DrillRecord) -> Iterator[Finding]:
    """The loss of data in a record cannot be: more was found than was written, or time was lost and no data.

    The loss is counted: what was written before the fault, what is there after the recovery, and how old the first of
    those is that are gone:

        data: {written: 100, left: 98, seconds: 12.5}
    """
    data = record.data
    if data and data.left > data.written:
        yield Finding(
            ("data", "left"),
            f"{data.left} are left of {data.written} that were written",
            "count only what was written for the drill",
        )
    elif data and data.left == data.written and data.seconds > 0:
        yield Finding(
            ("data", "seconds"),
            f"{data.seconds:g} seconds are lost, and all of the {data.written} that were written are there",
            "set `seconds: 0`, or mend the counts",
        )


def missing_hashes(record: DrillRecord) -> Iterator[Finding]:
    """The record of a drill in the sandbox does not say for which runbook and fixtures it holds.

    Without its hashes, nothing tells that a step has changed since. Whoever edits a record leaves them as opsbook wrote
    them; play the drill again where they are gone:

        hashes: {runbook: 4f1c0c5f2a9b7d3e, drill: 0a1b2c3d4e5f6071, fixtures: 8899aabbccddeeff}
    """
    if record.type == MACHINES and record.hashes is None:
        yield Finding(
            ("type",),
            f"`{record.id}` does not say for which steps and fixtures it holds",
            f"play it again: `opsbook drill {record.drill}`",
        )


def premature_sign_off(record: DrillRecord) -> Iterator[Finding]:
    """A role agreed with the record of a drill before the drill took place.

    One of the two days is wrong:

        times:
          fault: 2026-11-20T09:00:00Z
        sign_off:
          - {role: platform-owner, day: 2026-11-21}
    """
    # A day has no offset: somewhere on earth, it was still the day before.
    began = record.times.fault.date() - timedelta(days=1)
    for number, one in enumerate(record.sign_off):
        if one.day < began:
            yield Finding(
                ("sign_off", number, "day"),
                f"`{one.role}` signed before the drill",
                "mend the day, or the drill's times",
            )
