"""A baseline forgives what is known, wherever its lines have moved, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from opsbook import baseline
from opsbook.cli import main
from opsbook.diagnostic import Diagnostic

API = (Path(__file__).parent / "openapi/good/minimal.yaml").read_text(encoding="utf-8")
WORSE = API.replace("      operationId: getOrder\n", "")


def check(*arguments: str) -> Result:
    result = CliRunner().invoke(main, ["check", *arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "api.yaml").write_text(WORSE, encoding="utf-8")
    assert check("--write-baseline", "known.json", "api.yaml").exit_code == 0
    return tmp_path


def test_what_is_known_is_left_out(folder: Path) -> None:
    assert check("api.yaml").exit_code == 1
    assert check("--baseline", "known.json", "api.yaml").output == "nothing wrong\n"
    assert json.loads((folder / "known.json").read_text(encoding="utf-8")) == [
        {"path": "api.yaml", "rule": "openapi/missing-operation-id", "at": "/paths/~1orders~1{id}/get"}
    ]


def test_a_folder_is_no_baseline(folder: Path) -> None:
    result = check("--write-baseline", str(folder), "api.yaml")
    assert result.exit_code == 2
    assert "cannot be written" in result.output


def test_lines_may_move(folder: Path) -> None:
    (folder / "api.yaml").write_text(f"# one\n# two\n{WORSE}", encoding="utf-8")
    assert check("--baseline", "known.json", "api.yaml").output == "nothing wrong\n"


def test_what_is_new_is_reported(folder: Path) -> None:
    (folder / "api.yaml").write_text(WORSE.replace("      summary: One order\n", ""), encoding="utf-8")
    result = check("--baseline", "known.json", "api.yaml")
    assert result.exit_code == 1
    assert "[openapi/missing-summary]" in result.output
    assert "[openapi/missing-operation-id]" not in result.output


def test_what_is_gone_is_a_note(folder: Path) -> None:
    (folder / "api.yaml").write_text(API, encoding="utf-8")
    result = check("--baseline", "known.json", "api.yaml")
    assert result.exit_code == 0
    assert result.output.startswith("known.json:1:1: note: `openapi/missing-operation-id` in api.yaml at `/paths/~1o")
    found = json.loads(check("--baseline", "known.json", "--format", "json", "api.yaml").output)
    assert [one["rule"] for one in found] == ["project/outdated-baseline"]


def test_other_files_are_not_gone(folder: Path) -> None:
    (folder / "other.yaml").write_text(API, encoding="utf-8")
    assert check("--baseline", "known.json", "other.yaml").output == "nothing wrong\n"


@pytest.mark.parametrize("text", ["", "{", "{}", "[1]", '[{"path": "a"}]', '[{"path": 1, "rule": "", "at": ""}]'])
def test_what_is_no_baseline_is_explained(folder: Path, text: str) -> None:
    (folder / "known.json").write_text(text, encoding="utf-8")
    result = check("--baseline", "known.json", "api.yaml")
    assert result.exit_code == 2
    assert "known.json" in result.output
    assert check("--baseline", "none.json", "api.yaml").exit_code == 2


def test_without_a_pointer_the_message_counts() -> None:
    one = Diagnostic("a.yaml", 1, 1, "yaml/syntax", "this is not YAML")
    other = Diagnostic("a.yaml", 1, 1, "yaml/syntax", "something else")
    assert baseline.compare([one, other], [baseline.key(one)]) == ([other], [])


def test_a_spec_can_be_forgiven_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    CliRunner().invoke(main, ["init", "project"])
    system = next(Path("project/specs").glob("*/system.yaml"))
    system.write_text(system.read_text(encoding="utf-8").replace("last_reviewed: 20", "last_reviewed: 19"), "utf-8")
    assert check("-C", "project").exit_code == 1
    assert check("-C", "project", "--write-baseline", "known.json").exit_code == 0
    assert "project/overdue-review" in Path("known.json").read_text(encoding="utf-8")
    assert check("-C", "project", "--baseline", "known.json").exit_code == 0
