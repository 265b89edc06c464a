"""Records of drills: what is written reads as the same record, nothing is overwritten, forms hold what a drill asks."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases import drilled, kind, project, spec, write
from opsbook.kind import Spec
from opsbook.kinds import all_kinds
from opsbook.kinds.drill.following import hashes
from opsbook.kinds.drill.form import form
from opsbook.kinds.drill.record import DrillRecord
from opsbook.kinds.drill.record_file import written
from opsbook.kinds.drill.record_words import FIELDS, HELP, HELP_AT_A_TABLE
from opsbook.printer import Printer
from opsbook.project import Project
from opsbook.read import load
from opsbook.reference import Home
from opsbook.sandbox.drill_door import _keep
from opsbook.source import Source

HERE = Path(__file__).parent
GOOD = HERE / "kinds/drill-record/good"

ODD = st.sampled_from(
    [
        *(
            "14:02",
            "NO",
            "0012",
            "1.10",
            "~",
            "null",
            "true",
            "22:22",
            "2026-11-21",
            "=",
            "0x1F",
            "0o7",
            "1e5",
            ".inf",
            "-",
        ),
        *("- a", "? b", ": c", "#d", "a: b", "a #b", "'", '"', "\\", "{a}", "[b]", "&a", "*b", "!c", "%d", "@e", "`f`"),
        *(
            "|",
            ">",
            "señal",
            "漢字",
            "🚨",
            "שלום",
            "a\tb",
            "ends with a space ",
            "a\u00a0b",
            "x\u2028y",
            "<<",
            "---",
            "x" * 300,
        ),
    ]
)
LINES = ODD | st.text(min_size=1, max_size=40).filter(lambda text: "\n" not in text and not text[0].isspace())
TEXTS = (
    LINES
    | st.lists(ODD, min_size=2, max_size=4).map("\n".join)
    | st.sampled_from(["\n a\n\n", "a\r\nb", " a\nb\n\n\n"])
)
IDS = st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9}){0,2}", fullmatch=True)
MOMENTS = st.builds(
    lambda seconds, hours: (
        (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))
        .replace(tzinfo=None)
        .isoformat(timespec="milliseconds")
        + f"{hours:+03d}:00"
    ),
    st.floats(0, 3e7),
    st.integers(-12, 14),
)
DAYS = st.dates(datetime(2026, 1, 1, tzinfo=UTC).date()).map(str)
SECONDS = st.floats(0, 1e9) | st.integers(0, 10**9)
HASH = st.from_regex(r"[0-9a-f]{16}", fullmatch=True)


def _some(each: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(each, max_size=3)


def _row(optional: dict[str, st.SearchStrategy[Any]], **required: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(required, optional=optional)


RECORDS = _row(
    {
        "environment": LINES,
        "failures": _some(LINES),
        "waited": st.integers(0, 10**5).map("{}s".format),
        "data": _row({}, written=st.integers(0, 10**6), left=st.integers(0, 10**6), seconds=SECONDS),
        "commit": st.from_regex(r"[0-9a-f]{7,64}", fullmatch=True),
        "hashes": _row({}, runbook=HASH, drill=HASH, fixtures=HASH),
        "versions": LINES,
        "steps": _some(
            _row(
                {"seconds": SECONDS, "note": TEXTS},
                step=LINES,
                outcome=st.sampled_from(["passed", "led-on", "failed", "left-to-people", "not-run"]),
            )
        ),
        "answers": _some(_row({"answer": TEXTS}, question=TEXTS)),
        "participants": _some(LINES),
        "deviations": _some(LINES),
        "notes": TEXTS,
        "actions": _some(
            _row(
                {
                    "status": st.sampled_from(["open", "in_progress", "done", "refused"]),
                    "ticket": st.just("https://tickets.example.com/#1?a=b"),
                },
                id=IDS,
                title=LINES,
                owner=LINES,
                due=DAYS,
            )
        ),
        "sign_off": _some(_row({}, role=LINES, day=DAYS)),
    },
    kind=st.just("drill-record"),
    id=IDS,
    title=LINES,
    owner=LINES,
    drill=LINES,
    type=st.sampled_from(["tabletop", "sandbox", "staging", "production"]),
    result=st.sampled_from(["passed", "failed"]),
    times=_row({"detected": MOMENTS, "mitigated": MOMENTS, "verified": MOMENTS}, fault=MOMENTS),
)


def _read(text: str) -> Spec[Any]:
    source = Source.parse("specs/demo/drills/records/x.yaml", text.encode())
    assert isinstance(source, Source), source
    made = kind("drill-record").parse(source, "demo")
    assert isinstance(made, Spec), made
    return made


@settings(max_examples=150)
@given(RECORDS)
def test_what_is_written_of_a_record_reads_as_the_same(data: dict[str, Any]) -> None:
    record = DrillRecord.model_validate_json(json.dumps(data))
    assert _read(written(record)).document == record
