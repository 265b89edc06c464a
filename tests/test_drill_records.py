"""Records of drills: what is written reads as the same, nothing is overwritten, a form holds what its drill asks."""

from __future__ import annotations

import errno
import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from cases import kind, project, spec, write
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
from opsbook.sandbox import drill_door
from opsbook.sandbox.drill_door import keep
from opsbook.source import Source
from opsbook.write import write_file

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


@settings(max_examples=100)
@given(RECORDS)
def test_what_is_written_of_a_record_reads_as_the_same(data: dict[str, Any]) -> None:
    record = DrillRecord.model_validate_json(json.dumps(data))
    assert _read(written(record)).document == record


def _case(drill: str) -> tuple[Spec[Any], Project]:
    """A drill, and the project that it stands in."""
    raw = (GOOD / "minimal.yaml").read_bytes().replace(b"app-lost", drill.encode())
    whole = project(spec("specs/demo/drills/records/x.yaml", raw))
    return next(one for one in whole.specs if one.kind.name == "drill"), whole


def _form(drill: str) -> str:
    found, whole = _case(drill)
    return form(found, whole, Printer(whole, found.path, found.home, found))


def _base(drill: str) -> dict[str, Any]:
    """What a record begins with on the form of a drill."""
    said = re.search(r'data-opsbook-base="([^"]*)"', _form(drill))
    assert said
    base: dict[str, Any] = json.loads(html.unescape(said[1]))
    return base


def test_a_drill_of_machines_has_no_form() -> None:
    assert _form("app-killed") == ""


def test_a_form_says_where_its_record_goes() -> None:
    found, whole = _case("app-lost")
    moved = replace(found, source=replace(found.source, path="handbook/demo/drills/app-lost.yaml"))
    made = form(moved, whole, Printer(whole, moved.path, moved.home, moved))
    assert "put the file into `handbook/demo/drills/records/`." in made


def test_a_record_of_people_begins_with_what_is_known() -> None:
    found, whole = _case("app-lost")
    holds = hashes(found, whole)
    assert holds
    assert _base("app-lost") == {
        "kind": "drill-record",
        "drill": "app-lost",
        "type": "staging",
        "hashes": holds.model_dump(),
        "title": "The app is lost",
        "owner": "backend",
        "environment": "staging",
        "participants": ["on-call"],
        "steps": [{"step": "look", "outcome": "not-run"}, {"step": "start", "outcome": "not-run"}],
    }


def test_at_a_table_questions_are_answered_and_no_step_is_done() -> None:
    base = _base("region-lost")
    assert [one["question"] for one in base["answers"]] == list(_case("region-lost")[0].document.questions)
    assert not {"steps", "environment", "data"} & base.keys()
    made = _form("region-lost")
    for name in ("steps", "data", "environment", "commit", "versions", "waited", "hashes"):
        assert f'id="form-{name}"' not in made, name


def _paths(model: type[BaseModel], above: str = "") -> Iterator[str]:
    """The paths of all fields of a model, and of those within."""
    for name, field in model.model_fields.items():
        yield above + name
        inner = next((one for one in (field.annotation, *get_args(field.annotation)) if _is_model(one)), None)
        if inner:
            yield from _paths(inner, f"{above}{name}.")


def _is_model(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, BaseModel)


def test_every_field_of_the_form_has_a_name_and_no_other_has() -> None:
    left = {"kind", "drill", "type", "waited", "commit", "versions", "hashes", "hashes.runbook", "hashes.drill"}
    left |= {"steps.mode"}
    known = set(_paths(DrillRecord)) - left - {"hashes.fixtures"}
    assert {path for path in FIELDS if "=" not in path} == known
    assert {*HELP, *HELP_AT_A_TABLE} <= known


def test_the_cases_that_hold_for_a_drill_still_do() -> None:
    """Rules that judge only what holds for the drill of today are shown by records that do."""
    holds = hashes(*_case("app-lost"))
    assert holds
    for name in ("missed-target", "unknown-step"):
        raw = (HERE / f"kinds/drill-record/bad/{name}.yaml").read_bytes()
        assert spec(f"specs/demo/{name}.yaml", raw).document.hashes == holds, f"{name}: write these"


def test_two_runs_that_end_at_once_keep_two_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One has chosen its name, and has not yet written its file when the other chooses."""
    drill, _ = _case("app-killed")
    drill = replace(drill, source=replace(drill.source, path="specs/demo/drills/app-killed.yaml"))
    loaded = load(tmp_path, all_kinds())
    record = spec("specs/demo/x.yaml", (GOOD / "everything.yaml").read_bytes()).document
    names: list[str] = []

    def slowly(path: Path, content: bytes) -> bool:
        monkeypatch.setattr(drill_door, "write_file", write_file)
        names.append(str(keep(record, drill, loaded)))
        return write_file(path, content)

    monkeypatch.setattr(drill_door, "write_file", slowly)
    names.append(str(keep(record, drill, loaded)))
    folder = "specs/demo/drills/records/2026-11-20-app-killed"
    assert names == [f"{folder}-2.yaml", f"{folder}.yaml"]
    assert [_read(Path(tmp_path, name).read_text(encoding="utf-8")).document.id for name in names] == [
        "2026-11-20-app-killed-2",
        "2026-11-20-app-killed",
    ]


def test_a_record_that_cannot_be_written_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drill, _ = _case("app-killed")
    drill = replace(drill, source=replace(drill.source, path="specs/demo/drills/app-killed.yaml"))
    record = spec("specs/demo/x.yaml", (GOOD / "everything.yaml").read_bytes()).document

    def full(_path: Path, _content: bytes) -> bool:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(drill_door, "write_file", full)
    with pytest.raises(OSError, match="No space left"):
        keep(record, drill, load(tmp_path, all_kinds()))
    assert list((tmp_path / "specs/demo/drills/records").iterdir()) == []


def test_no_record_is_overwritten(tmp_path: Path) -> None:
    drill, _ = _case("app-killed")
    drill = replace(drill, source=replace(drill.source, path="specs/demo/drills/app-killed.yaml"))
    root = write(tmp_path, {"specs/demo/drills/records/2026-11-20-app-killed.yaml": "# of people\n"})
    loaded = load(root, all_kinds())
    record = spec("specs/demo/x.yaml", (GOOD / "everything.yaml").read_bytes()).document
    names = [str(keep(record, drill, loaded)) for _ in range(2)]
    folder = "specs/demo/drills/records/2026-11-20-app-killed"
    assert names == [f"{folder}-2.yaml", f"{folder}-3.yaml"]
    assert (root / f"{folder}.yaml").read_text(encoding="utf-8") == "# of people\n"
    again = _read((root / f"{folder}-3.yaml").read_text(encoding="utf-8")).document
    assert again == record.model_copy(update={"id": "2026-11-20-app-killed-3"})
