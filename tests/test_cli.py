"""The commands: what they print, what they write, how they end."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from opsbook import scaffold
from opsbook.checks import PROJECT_CHECKS, rules
from opsbook.cli import main
from opsbook.kind import Check, ProjectCheck
from opsbook.kinds import all_kinds


def opsbook(*arguments: str | Path) -> Result:
    """Run a command; a traceback fails the test."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """A new project."""
    folder = tmp_path / "demo"
    scaffold.new_project(folder)
    return folder


def test_init_makes_a_project_with_nothing_wrong(tmp_path: Path) -> None:
    result = opsbook("init", tmp_path / "shop")
    assert result.exit_code == 0
    assert "opsbook build" in result.output
    result = opsbook("check", "-C", tmp_path / "shop")
    assert (result.exit_code, result.output) == (0, "nothing wrong\n")
    assert (tmp_path / "shop/snippets/demo/restart-api.sh").stat().st_mode & 0o111
    assert (tmp_path / "shop/.github/workflows/docs.yml").is_file()


def test_init_leaves_a_folder_alone_that_holds_something(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    result = opsbook("init", tmp_path)
    assert result.exit_code == 2
    assert "is not empty" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_init_where_nothing_can_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = opsbook("init", tmp_path / "file/demo")
    assert result.exit_code == 2
    assert "cannot be written" in result.output


@pytest.mark.parametrize("kind", [kind.name for kind in all_kinds()])
def test_new_writes_a_skeleton_with_nothing_wrong(kind: str, demo: Path) -> None:
    if kind == "incident-process":  # a project has one; a second would define its severities again
        (demo / "specs/demo/incident-process.yaml").unlink()
        (demo / "specs/demo/runbooks/api-troubleshooting.yaml").unlink()
        (demo / "specs/demo/checklists/shift-start.yaml").unlink()
        (demo / "specs/demo/drills/api-stops.yaml").unlink()
        (demo / "specs/demo/drills/database-lost.yaml").unlink()
        (demo / "docs/index.md").write_text("# Demo\n", encoding="utf-8")
        (demo / "snippets/demo/restart-api.sh").unlink()
    result = opsbook("new", "-C", demo, kind, "my-own")
    assert result.exit_code == 0, result.output
    assert opsbook("check", "-C", demo).output == "nothing wrong\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["runbok", "x"], "did you mean `runbook`?"),
        (["runbook", "My Runbook"], "such as `my-runbook`"),
        (["runbook", "api-troubleshooting"], "exists already"),
        (["runbook", "x", "-s", "shop"], "say for which system with --system; there are: demo"),
        (["monitoring", "x", "-s", "bare"], "refers to a severity, and the system has none yet"),
        (["drill", "x", "-s", "bare"], "refers to a procedure, and the system has none yet"),
        (["drill-record", "x", "-s", "bare"], "refers to a drill for people, and the system has none yet"),
    ],
)
def test_new_says_what_it_cannot_do(arguments: list[str], says: str, demo: Path) -> None:
    if "bare" in arguments:
        opsbook("new", "-C", demo, "system", "bare")
    result = opsbook("new", "-C", demo, *arguments)
    assert result.exit_code == 2
    assert says in result.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["api-stop"], "there is no drill api-stop; did you mean `api-stops`?"),
        (["api-stops", "-s", "shop"], "there is no system shop; known: `demo`"),
        (["database-lost"], "is for people (`type: tabletop`): the form on its page, demo/drills/database-lost.md"),
        (["-s", "bare"], "there is no drill to play in bare: `opsbook new drill ID` makes one"),
        (["api-stops", "-s", "bare"], "there is no drill api-stops in bare; "),
        (["--format", "chaostoolkit"], "an experiment is made of one drill: name it"),
        (["--format", "chaostoolkit", "database-lost"], "has no command that injects its fault"),
        (["--format", "chaostoolkit", "api-stops"], "bare and demo have a drill api-stops each"),
    ],
)
def test_drill_says_what_it_cannot_do(arguments: list[str], says: str, demo: Path) -> None:
    if "bare" in arguments:
        opsbook("new", "-C", demo, "system", "bare")
    if "bare" in says and "bare" not in arguments:
        shutil.copytree(demo / "specs/demo", demo / "specs/bare")
        system = demo / "specs/bare/system.yaml"
        system.write_text(system.read_text(encoding="utf-8").replace("id: demo", "id: bare", 1), encoding="utf-8")
    result = opsbook("drill", "-C", demo, *arguments)
    assert result.exit_code == 2, result.output
    assert says in result.output


def test_a_drill_is_printed_as_an_experiment(demo: Path) -> None:
    result = opsbook("drill", "-C", demo, "api-stops", "--format", "chaostoolkit")
    assert result.exit_code == 0
    assert json.loads(result.output)["title"] == "The API stops"


def test_new_asks_for_the_system_where_there_are_several(demo: Path) -> None:
    opsbook("new", "-C", demo, "system", "other")
    result = opsbook("new", "-C", demo, "runbook", "mine")
    assert result.exit_code == 2
    assert "there are: demo, other" in result.output
    assert opsbook("new", "-C", demo, "runbook", "mine", "--system", "other").exit_code == 0
    assert (demo / "specs/other/runbooks/mine.yaml").is_file()


def test_new_needs_a_project(tmp_path: Path) -> None:
    result = opsbook("new", "-C", tmp_path, "runbook", "x")
    assert result.exit_code == 2
    assert "`opsbook init DIR` makes one" in result.output


def test_a_project_is_found_from_a_folder_within_it(demo: Path) -> None:
    assert opsbook("check", "-C", demo / "specs/demo/runbooks").exit_code == 0


def test_check_reports_only_the_paths_that_are_named(demo: Path) -> None:
    for name in ("runbooks/api-troubleshooting.yaml", "checklists/shift-start.yaml"):
        path = demo / "specs/demo" / name
        path.write_text(path.read_text(encoding="utf-8") + "more: 1\n", encoding="utf-8")
    whole = json.loads(opsbook("check", "-C", demo, "--format", "json").output)
    # What refers to a spec that cannot be read is not reported on top of it.
    assert [entry["rule"] for entry in whole] == ["schema/unknown-key", "schema/unknown-key"]
    part = json.loads(opsbook("check", "-C", demo, "--format", "json", demo / "specs/demo/checklists").output)
    assert [(entry["path"], entry["rule"]) for entry in part] == [
        ("specs/demo/checklists/shift-start.yaml", "schema/unknown-key")
    ]


def test_check_reads_only_the_commands_of_the_paths_that_are_named(demo: Path) -> None:
    (demo / "snippets/demo/restart-api.sh").write_text("ls $API\n", encoding="utf-8")
    runbook, snippet = demo / "specs/demo/runbooks/api-troubleshooting.yaml", demo / "snippets/demo/restart-api.sh"
    rules = {
        path: [entry["rule"] for entry in json.loads(opsbook("check", "-C", demo, "--format", "json", path).output)]
        for path in (runbook, snippet, demo / "specs/demo/checklists")
    }
    assert list(rules.values()) == [["project/undeclared-parameter"], ["project/unquoted-parameter"], []]


def test_check_takes_a_lone_spec_of_no_project(demo: Path, tmp_path: Path) -> None:
    lone = tmp_path / "lone.yaml"
    text = (demo / "specs/demo/runbooks/api-troubleshooting.yaml").read_text(encoding="utf-8")
    lone.write_text(text, encoding="utf-8")
    assert opsbook("check", "-C", tmp_path, lone).output == "nothing wrong\n"
    lone.write_text(text.replace("escalation: default\n", ""), encoding="utf-8")
    result = opsbook("check", "-C", tmp_path, lone)
    assert result.exit_code == 1
    assert "[runbook/missing-section]" in result.output
    lone.write_text("kind: [", encoding="utf-8")
    assert "[yaml/syntax]" in opsbook("check", "-C", tmp_path, lone).output
    assert "is a folder outside any project" in opsbook("check", "-C", tmp_path, tmp_path).output
    assert "there is no file" in opsbook("check", "-C", tmp_path, tmp_path / "gone.yaml").output


def test_a_warning_is_a_finding_and_a_note_is_none(demo: Path) -> None:
    checklist = demo / "specs/demo/checklists/shift-start.yaml"
    text = checklist.read_text(encoding="utf-8")
    checklist.write_text(text.replace('    expect:\n      contains: ["ok"]\n', ""), encoding="utf-8")
    result = opsbook("check", "-C", demo)
    assert result.exit_code == 1
    assert "warning:" in result.output
    (demo / "opsbook.yaml").write_text("rules:\n  checklist/nothing-to-look-at: note\n", encoding="utf-8")
    result = opsbook("check", "-C", demo)
    assert result.exit_code == 0
    assert "note:" in result.output


def test_check_site_needs_a_site(tmp_path: Path) -> None:
    result = opsbook("check", "--site", tmp_path)
    assert result.exit_code == 2
    assert "build the site first" in result.output


def test_explain_tells_every_rule() -> None:
    listing = opsbook("explain").output
    for name, rule in rules(all_kinds()).items():
        assert f"{name} " in listing
        told = opsbook("explain", name).output
        assert told.startswith(f"{name} ({rule.severity})\n\n{rule.summary}")
    result = opsbook("explain", "runbook/mising-rollback")
    assert result.exit_code == 2
    assert "did you mean `runbook/missing-rollback`" in result.output


def test_schemas_are_json_schema_that_accepts_what_opsbook_accepts(demo: Path, tmp_path: Path) -> None:
    assert opsbook("schema", "--out", tmp_path / "schemas").exit_code == 0
    every = json.loads(opsbook("schema").output)
    for kind, schema in every.items():
        Draft202012Validator.check_schema(schema)
        assert json.loads((tmp_path / f"schemas/{kind}.schema.json").read_text(encoding="utf-8")) == schema
    for path in (demo / "specs").rglob("*.yaml"):
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  # it makes nothing but text
        schema = json.loads(opsbook("schema", data["kind"]).output)
        wrong = [error.message for error in Draft202012Validator(schema).iter_errors(_typed(data))]
        assert wrong == [], path


def _typed(value: object) -> object:
    """What the base loader leaves as text, as JSON types."""
    if isinstance(value, dict):
        return {key: _typed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_typed(inner) for inner in value]
    return int(str(value)) if str(value).isdecimal() else {"true": True}.get(str(value), value)


def test_a_check_that_crashes_names_itself_and_the_spec(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Check, "find", property(lambda _: crash), raising=False)
    result = opsbook("check", "-C", demo)
    assert result.exit_code == 2
    assert "this is a bug of the check" in result.output
    assert "specs/demo/" in result.output
    monkeypatch.undo()
    monkeypatch.setattr(ProjectCheck, "find", property(lambda _: crash), raising=False)
    result = opsbook("check", "-C", demo)
    assert result.exit_code == 2
    assert "project/crash crashed" in result.output
    assert PROJECT_CHECKS


def test_a_wrong_source_date_epoch_is_explained(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    result = opsbook("check", "-C", demo)
    assert result.exit_code == 2
    assert "is no number of seconds" in result.output


def test_the_module_runs_as_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "opsbook", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("opsbook, version ")


def test_what_only_tests_need_is_said_to_be_missing(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opsbook.sandbox.door", None)
    result = CliRunner().invoke(main, ["test", "-C", str(demo)])
    assert (result.exit_code, "pip install 'opsbook[test]'" in result.output) == (2, True), result.output
