from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from cases import cases, run, without_case, write


def _said(path: Path, folder: Path) -> tuple[int, str]:
    """What is said about the project that a case describes: path to text, or to something stranger."""
    return run(write(folder / "project", yaml.safe_load(path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("path", cases("project/bad/*.yaml"))
def test_a_bad_project_is_explained(path: Path, tmp_path: Path, golden: Callable[[Path, str], None]) -> None:
    """The file is named after the rule; what follows a dot tells cases of one rule apart."""
    code, said = _said(path, tmp_path)
    assert code == 1
    assert f"/{path.name.partition('.')[0]}]\n" in said
    golden(path.with_suffix(".txt"), said)


@pytest.mark.parametrize("path", cases("project/good/*.yaml"))
def test_a_good_project_has_no_problems(path: Path, tmp_path: Path) -> None:
    assert _said(path, tmp_path) == (0, "nothing wrong\n")


def test_every_golden_has_a_case() -> None:
    assert without_case("project/*/*.txt") == []
