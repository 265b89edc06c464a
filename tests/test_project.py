from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from cases import cases, run, without_case, write
from opsbook.effects import NoShellParser
from opsbook.kinds import all_kinds
from opsbook.project import Printed
from opsbook.read import Memory, load
from opsbook.shellcheck import NoShellCheck

GIT = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com", "-c", "commit.gpgsign=false")


def _said(path: Path, folder: Path) -> tuple[int, str]:
    """What is said about the project that a case describes: path to text, or to something stranger."""
    return run(write(folder / "project", yaml.safe_load(path.read_text(encoding="utf-8"))))


@pytest.fixture
def no_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """The programs that read shell are away, as where only a site is built."""
    for module, missing in (("effects.shell", NoShellParser), ("shellcheck", NoShellCheck)):
        monkeypatch.setattr(f"opsbook.{module}._program", partial(_refuse, missing))


@pytest.fixture
def small_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine has a few programs, wherever this runs."""
    monkeypatch.setattr("opsbook.inspection.on_this_machine", {"ssh", "timeout", "uptime"}.intersection)


def _refuse(missing: type[Exception]) -> str:
    raise missing


@pytest.mark.parametrize("path", cases("project/bad/*.yaml"))
def test_a_bad_project_is_explained(
    path: Path, tmp_path: Path, golden: Callable[[Path, str], None], request: pytest.FixtureRequest
) -> None:
    """The file is named after the rule; what follows a dot tells cases of one rule apart."""
    if path.name.startswith("missing-tool"):
        request.getfixturevalue("no_tools")
    if path.name.startswith("unprovided-command"):
        request.getfixturevalue("small_machine")
    code, said = _said(path, tmp_path)
    assert code == 1
    assert f"/{path.name.partition('.')[0]}]\n" in said
    golden(path.with_suffix(".txt"), re.sub(r"\d+ labels", "N labels", said))


@pytest.mark.parametrize("path", cases("project/good/*.yaml"))
def test_a_good_project_has_no_problems(path: Path, tmp_path: Path) -> None:
    assert _said(path, tmp_path) == (0, "nothing wrong\n")


def test_every_golden_has_a_case() -> None:
    assert without_case("project/*/*.txt") == []


def test_a_path_may_be_written_in_many_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write(tmp_path / "project", {"specs/demo/bad.yaml": "a: [", "specs/demo/worse.yaml": "b: ["})
    (tmp_path / "linked").symlink_to(root)
    monkeypatch.chdir(root)
    spellings = ("specs/demo/bad.yaml", "./specs/../specs/demo/bad.yaml", root / "specs/demo/bad.yaml")
    for path in (*spellings, tmp_path / "linked/specs/demo/bad.yaml"):
        code, said = run(root, str(path))
        assert (code, said.count("[yaml/syntax]"), "worse" in said) == (1, 1, False)
    assert run(root, "specs/demo/system.yaml") == (0, "nothing wrong\n")


def test_a_folder_that_may_not_be_read_is_not_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: str) -> object:
        if str(folder).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(folder))
        return scandir(folder)

    root = write(tmp_path, {"specs/demo/closed/bad.yaml": "a: ["})
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", refuse)
    code, said = run(root)
    assert code == 1
    assert said.startswith("specs/demo/closed:1:1: error: this folder is not looked into [project/unreadable]")


def test_a_file_that_may_not_be_read_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, *arguments: Any, **options: Any) -> object:
        if path.suffix == ".yaml":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *arguments, **options)

    root, opened = write(tmp_path, {}), Path.open
    monkeypatch.setattr(Path, "open", refuse)
    code, said = run(root)
    assert code == 1
    assert said.count("the file cannot be read: Permission denied [project/unreadable]") == 2


def test_a_lone_spec_is_checked_by_itself(tmp_path: Path) -> None:
    lone = tmp_path / "lone.yaml"
    lone.symlink_to("/nowhere.yaml")
    code, said = run(tmp_path, str(lone))
    assert code == 1
    assert "[project/outside]" in said


def test_the_last_change_of_a_system_is_known(tmp_path: Path) -> None:
    root = write(tmp_path, {"snippets/demo/a.sh": "true\n"})
    assert load(root, all_kinds()).project.changes == {}
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "First words"]):
        subprocess.run(["git", *GIT, *command], cwd=root, check=True)
    change = load(root, all_kinds()).project.changes["demo"]
    assert (change.subject, len(change.day), len(change.revision)) == ("First words", 10, 7)


def test_without_git_nothing_is_known_about_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert load(write(tmp_path, {}), all_kinds()).project.changes == {}


def test_what_has_not_changed_is_not_read_again(tmp_path: Path) -> None:
    root, memory = write(tmp_path, {"specs/demo/bad.yaml": "a: ["}), Memory()
    first = load(root, all_kinds(), memory)
    (root / "specs/demo/incident-process.yaml").unlink()
    second = load(root, all_kinds(), memory)
    assert [spec.source.path for spec in second.project.specs] == ["specs/demo/system.yaml"]
    assert second.project.specs[0] is first.project.specs[0]
    assert second.diagnostics == first.diagnostics
    assert len(memory.specs) == 2


MODEL = """
kind: architecture
id: model
title: Demo
owner: backend
last_reviewed: 2026-11-01
review_every: 90d
summary: A shop.
elements: [{id: customer, title: Customer, type: person}]
sources:
  kubernetes:
    - {path: deploy/all.yaml, environment: production}
    - {path: deploy/all.json, environment: production}
    - {path: deploy/gone.yaml, environment: production}
"""


def test_files_that_specs_name_are_read_with_their_documents(tmp_path: Path) -> None:
    files = {"deploy/all.yaml": "a: 1\n---\n---\nb:\n  - 2\n", "deploy/all.json": '{"c": 3}', "other.yaml": "d: 4"}
    root, memory = write(tmp_path, {"specs/demo/architecture/model.yaml": MODEL, **files}), Memory()
    project = load(root, all_kinds(), memory).project
    assert sorted(project.files) == ["deploy/all.json", "deploy/all.yaml", "deploy/gone.yaml"]
    assert [one.data for one in project.documents("deploy/all.yaml")] == [{"a": 1}, {"b": [2]}]
    assert [one.data for one in project.documents("deploy/all.json")] == [{"c": 3}]
    assert project.documents("deploy/gone.yaml") == project.documents("other.yaml") == ()
    assert project.documents("deploy/all.yaml")[1].place(("b", 0)) == (5, 5)


def test_a_file_that_a_spec_names_is_read_again_when_it_has_changed(tmp_path: Path) -> None:
    root, memory = write(tmp_path, {"specs/demo/architecture/model.yaml": MODEL, "deploy/all.yaml": "a: 1"}), Memory()
    first = load(root, all_kinds(), memory).project
    same = load(root, all_kinds(), memory).project
    assert same.files["deploy/all.yaml"] is first.files["deploy/all.yaml"]
    printed = Printed(first, first.printed())
    spec = "specs/demo/incident-process.yaml"
    assert same.printed(printed)[spec] is printed.pages[spec]
    (root / "deploy/all.yaml").write_text("a: 2", encoding="utf-8")
    other = load(root, all_kinds(), memory).project
    assert other.documents("deploy/all.yaml")[0].data == {"a": 2}
    assert other.printed(printed)[spec] is not printed.pages[spec]


def test_pages_of_docs_that_cannot_be_read_are_left_to_the_engine(tmp_path: Path) -> None:
    files = {"latin.md": b"caf\xe9", "loop.md": {"link": "loop.md"}, "pipe.md": {"fifo": True}, "good.md": "# Good"}
    write(tmp_path, {f"docs/{name}": content for name, content in files.items()})
    assert load(tmp_path, all_kinds()).docs == {"good.md": "# Good"}
