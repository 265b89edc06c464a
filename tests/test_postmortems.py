"""Postmortems: faults seeded into a good record are caught where they stand, and good ones pass."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from cases import TODAY, base, kind, run, write
from opsbook.blame import BLAME, blame_words, blaming
from opsbook.checks import check
from opsbook.diagnostic import Diagnostic
from opsbook.kind import Spec
from opsbook.kinds import all_kinds
from opsbook.kinds.postmortem.checks import NEEDS
from opsbook.kinds.postmortem.model import Postmortem, Times
from opsbook.labels import languages
from opsbook.project import Project
from opsbook.settings import Settings
from opsbook.source import Fault, Source

HERE = Path(__file__).parent / "postmortems"
RECORD = (HERE / "record.yaml").read_text(encoding="utf-8")
TEMPLATE = (HERE / "template.yaml").read_text(encoding="utf-8")
FAULTS: list[dict[str, Any]] = yaml.safe_load((HERE / "faults.yaml").read_text(encoding="utf-8"))
GOOD: list[dict[str, Any]] = yaml.safe_load((HERE / "good.yaml").read_text(encoding="utf-8"))


def _edited(edits: list[list[str]], drop: str = "") -> str:
    text = RECORD
    for old, new in edits:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    if drop:
        head, _, rest = text.partition(f"{drop}:\n")
        text = head + rest[rest.index("review:\n") :]
    return text


def _spec(name: str, raw: bytes) -> Spec[Any] | list[Diagnostic]:
    source = Source.parse(f"specs/demo/{name}", raw)
    if isinstance(source, Fault):
        return [Diagnostic.of_fault(f"specs/demo/{name}", source)]
    return kind(source.data["kind"]).parse(source, "demo")


def _project(text: str, role: str = "", template: str = TEMPLATE) -> Project | list[Diagnostic]:
    """A record in a system whose severity and template ask for something; or why it cannot be read."""
    system = base()["specs/demo/system.yaml"]
    if role:
        system = system.replace(b"roles:\n", f"roles:\n  - id: {role}\n    title: Another\n".encode())
    raw = {
        "system.yaml": system,
        "incident-process.yaml": (HERE / "incident-process.yaml").read_bytes(),
        "template.yaml": template.encode(),
        "record.yaml": text.encode(),
    }
    specs = []
    for name, content in raw.items():
        made = _spec(name, content)
        if not isinstance(made, Spec):
            return made
        specs.append(made)
    return Project(tuple(specs), all_kinds(), {}, languages({}))


def _said(text: str, role: str = "") -> list[Diagnostic]:
    """Everything that is wrong with a record."""
    project = _project(text, role)
    return list(check(project, Settings(), TODAY)) if isinstance(project, Project) else project


@pytest.mark.parametrize("row", FAULTS, ids=lambda row: f"{row['rule']}: {row['at']}")
def test_a_seeded_fault_is_caught_at_its_line(row: dict[str, Any]) -> None:
    edits = [row["edit"], *([row["also"]] if "also" in row else [])]
    if row.get("template"):
        edits.append(["sections:\n", "template: standard\nsections:\n"])
    text = _edited(edits)
    (found,) = _said(text)
    lines = text.split("\n")
    at = [number for number, line in enumerate(lines, 1) if row["at"] in line]
    assert (found.rule, found.line) == (row["rule"], at[-1 if row.get("last") else 0])
    assert found.hint


@pytest.mark.parametrize("row", GOOD, ids=lambda row: str(row["title"]))
def test_a_good_record_passes(row: dict[str, Any]) -> None:
    assert _said(_edited(row["edits"], row.get("drop", "")), row.get("role", "")) == []


def test_there_are_enough_of_both() -> None:
    assert len(FAULTS) >= 40
    assert len(GOOD) >= 12


def test_durations_hold_in_a_month_with_a_change_of_clocks() -> None:
    spec = _spec("record.yaml", RECORD.encode())
    assert isinstance(spec, Spec)
    record: Postmortem = spec.document
    assert record.between("started", "mitigated") == timedelta(hours=2, minutes=1)
    assert record.between("detected", "acknowledged") == timedelta(minutes=15)
    spring = Times.model_validate_json(
        '{"started": "2026-03-29T01:30:00+01:00", "mitigated": "2026-03-29T03:15:00+02:00"}'
    )
    assert spring.end - spring.started == timedelta(minutes=45)
    assert spring.mitigated is not None
    assert spring.mitigated.replace(tzinfo=None) - spring.started.replace(tzinfo=None) != spring.end - spring.started


@pytest.mark.parametrize(("status", "due"), [("draft", True), ("in_review", True), ("approved", False)])
def test_a_page_says_by_when_a_postmortem_has_to_be_approved(status: str, due: bool) -> None:  # noqa: FBT001  # a column
    text = _edited([["status: approved", f"status: {status}"]])
    project = _project(text if not due else text[: text.index("review:\n")])
    assert isinstance(project, Project)
    (page,) = [one for one in project.pages() if one.path == "demo/incidents/queue-stopped.md"]
    assert ('datetime="2026-10-30" data-opsbook-overdue' in page.body) is due, "five days after its end, in UTC"


def test_the_way_from_draft_to_done(golden: Callable[[Path, str], None]) -> None:
    more = "due: 14d\nreviewers: [backend]\nreview:\n  - {id: blame, title: Is nobody blamed?, help: Read it aloud.}\n"
    template = TEMPLATE.replace("severities: [sev-1]\n", f"severities: [sev-1, sev-2]\n{more}")
    project = _project(RECORD, template=template)
    assert isinstance(project, Project)
    (page,) = [one for one in project.pages() if one.path == "demo/postmortems/process.md"]
    golden(HERE / "process.md", page.body)


def test_of_what_cannot_be_read_nothing_follows(tmp_path: Path) -> None:
    files = {
        "specs/demo/incident-process.yaml": (HERE / "incident-process.yaml").read_bytes(),
        "specs/demo/postmortems/standard.yaml": TEMPLATE.replace("kind: choice", "kind: radio"),
        "specs/demo/incidents/queue-stopped.yaml": RECORD,
    }
    code, said = run(write(tmp_path, files))
    assert code == 1
    assert "sections[3].kind" in said
    assert said.endswith("\n1 error in 1 file(s)\n"), said


def test_the_needs_of_a_status_are_fields() -> None:
    for needs in NEEDS.values():
        for path in (one.partition(":")[0] for need in needs for one in need.split("|")):
            assert path.split(".")[0] in Postmortem.model_fields


def test_the_schema_requires_what_every_status_needs() -> None:
    required = {name for name, one in Postmortem.model_fields.items() if one.is_required()} - {"kind", "status"}
    assert {need.partition(".")[0] for need in NEEDS["draft"]} == required


@pytest.mark.parametrize("language", BLAME)
def test_words_of_blame_are_found_however_they_are_written(language: str) -> None:
    for word in BLAME[language]:
        assert list(blaming(f"({word.upper()}).", language)) == [word.upper()]
        assert list(blaming(f"un{word}lich", language)) == []


def test_words_of_blame_belong_to_a_language() -> None:
    assert blame_words("es-MX") == BLAME["es"]
    assert list(blaming("human error", "es")) == []
    assert list(blaming("human error", "fr")) == []
