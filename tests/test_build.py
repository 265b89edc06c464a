"""The doors that make sites: whole or not at all, the same bytes twice, under more than one engine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from opsbook import mkdocs_plugin, scaffold
from opsbook.cli import main
from opsbook.links import check_site

ROOT = Path(__file__).parent.parent
ENGINE = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
"""What programs of their own see."""


def opsbook(*arguments: str | Path) -> Result:
    """Run a command; a traceback fails the test."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def files(folder: Path) -> dict[str, bytes]:
    """Everything in a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def replace(path: Path, old: str, new: str) -> None:
    """Edit a file as an author does."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """A new project."""
    folder = tmp_path / "demo"
    scaffold.new_project(folder)
    return folder


def test_a_newcomer_gets_a_site_that_opens_from_disk(demo: Path) -> None:
    result = opsbook("build", "-C", demo)
    assert result.exit_code == 0, result.output
    assert (demo / "site/demo/runbooks/api-troubleshooting.html").is_file()
    assert opsbook("check", "--site", demo / "site").output == "nothing wrong\n"


def test_the_same_project_builds_under_zensical(demo: Path) -> None:
    assert opsbook("generate", "-C", demo, "--out", demo / "generated").exit_code == 0
    done = subprocess.run(
        [Path(sys.executable).parent / "zensical", "build", "-f", "generated/mkdocs.yml", "--clean"],
        cwd=demo,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    site = demo / "generated/site"
    assert (site / "demo/runbooks/api-troubleshooting.html").is_file() or (
        site / "demo/runbooks/api-troubleshooting/index.html"
    ).is_file()
    assert [found for found in check_site(site) if found.rule == "site/dead-link"] == []


def test_mkdocs_builds_the_generated_tree_without_the_plugin(demo: Path) -> None:
    opsbook("generate", "-C", demo, "--out", demo / "generated")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", demo / "generated/mkdocs.yml"],
        capture_output=True,
        text=True,
        check=False,
        env=ENGINE,
    )
    assert done.returncode == 0, done.stderr
    assert check_site(demo / "generated/site") == []


def test_two_runs_generate_the_same_bytes(demo: Path) -> None:
    for seed in ("1", "2"):
        command = [sys.executable, "-m", "opsbook", "generate", "-C", str(demo), "--out", str(demo / seed)]
        subprocess.run(command, check=True, env={**ENGINE, "PYTHONHASHSEED": seed}, capture_output=True)
    assert files(demo / "1") == files(demo / "2")


def test_bad_specs_leave_the_former_site_as_it_was(demo: Path) -> None:
    opsbook("build", "-C", demo)
    before = files(demo / "site")
    replace(demo / "specs/demo/checklists/shift-start.yaml", "title: The API is up", "titel: The API is up")
    result = opsbook("build", "-C", demo)
    assert result.exit_code == 1
    assert "shift-start.yaml:14:5: error: `items[1]` has no `title` [schema/missing-field]" in result.output
    assert "did you mean `title`?" in result.output
    assert files(demo / "site") == before


def test_a_dead_link_in_a_page_leaves_the_former_site_as_it_was(demo: Path) -> None:
    opsbook("build", "-C", demo)
    before = files(demo / "site")
    replace(demo / "docs/index.md", "# ", "[gone](gone.md)\n\n# ")
    result = opsbook("build", "-C", demo)
    assert result.exit_code == 1
    assert "the site was not built" in result.output
    assert files(demo / "site") == before
    assert sorted(path.name for path in demo.iterdir() if path.name.startswith(".site")) == []


def test_an_interrupted_build_leaves_the_former_site_as_it_was(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opsbook("build", "-C", demo)
    before = files(demo / "site")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(mkdocs_plugin, "build", interrupted)
    with pytest.raises(KeyboardInterrupt):
        mkdocs_plugin.build_site(demo, None)
    assert files(demo / "site") == before
    assert sorted(path.name for path in demo.iterdir() if path.name.startswith(".site")) == []


@pytest.mark.parametrize(
    ("target", "says"),
    [
        (".", "holds the project itself"),
        ("README.md", "is a file"),
        ("specs", "holds files, and no site"),
        ("docs", "holds the project itself"),
    ],
)
def test_a_site_never_takes_the_place_of_something_else(demo: Path, target: str, says: str) -> None:
    before = files(demo)
    result = opsbook("build", "-C", demo, "--site-dir", demo / target)
    assert result.exit_code == 2
    assert says in result.output
    assert files(demo) == before


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda demo: (demo / "mkdocs.yml").unlink(), "mkdocs.yml is missing"),
        (lambda demo: (demo / "mkdocs.yml").write_text("site_name: [", encoding="utf-8"), "cannot be used"),
        (
            lambda demo: replace(demo / "mkdocs.yml", "  - opsbook\n  - search", "  - search"),
            "does not name the plugin",
        ),
        (lambda demo: shutil.rmtree(demo / "specs"), "is not in an opsbook project"),
    ],
    ids=["missing", "broken", "no-plugin", "no-specs"],
)
def test_what_keeps_a_build_from_starting_is_said(demo: Path, change: object, says: str) -> None:
    change(demo)  # type: ignore[operator]  # one of the functions above
    result = opsbook("build", "-C", demo)
    assert result.exit_code == 2
    assert says in result.output


def test_a_page_of_the_same_name_is_in_the_way(demo: Path) -> None:
    (demo / "docs/demo").mkdir()
    (demo / "docs/demo/index.md").write_text("# Mine\n", encoding="utf-8")
    for command in (("build",), ("generate", "--out", demo / "generated")):
        result = opsbook(command[0], "-C", demo, *command[1:])
        assert result.exit_code != 0
        assert "demo/index.md is in the way" in result.output
    assert not (demo / "generated").exists()


def test_mkdocs_alone_builds_and_refuses_as_well(demo: Path) -> None:
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(demo / "mkdocs.yml")]
    done = subprocess.run(build, capture_output=True, text=True, check=False, env=ENGINE)
    assert done.returncode == 0, done.stderr
    replace(demo / "specs/demo/system.yaml", "owner: backend\nlast", "owner: backends\nlast")
    done = subprocess.run(build, capture_output=True, text=True, check=False, env=ENGINE)
    assert done.returncode == 1
    assert "specs/demo/system.yaml:7:8: error: there is no role `backends`" in done.stderr
    assert "Traceback" not in done.stderr


def test_generated_pages_join_a_navigation_that_nobody_wrote(demo: Path) -> None:
    mkdocs = demo / "mkdocs.yml"
    mkdocs.write_text(re.sub(r"\nnav:\n(?:  - .*\n)+", "\n", mkdocs.read_text(encoding="utf-8")), encoding="utf-8")
    (demo / "docs/guide").mkdir()
    first = "# First\n\n[[runbook:api-troubleshooting|the runbook]]\n"
    (demo / "docs/guide/first.md").write_text(first, encoding="utf-8")
    assert opsbook("build", "-C", demo).exit_code == 0
    page = (demo / "site/guide/first.html").read_text(encoding="utf-8")
    assert '<a href="../demo/runbooks/api-troubleshooting.html">the runbook</a>' in page
    assert "Demo shop" in page


def test_what_was_generated_and_is_no_longer_made_goes(demo: Path) -> None:
    out = demo / "generated"
    opsbook("generate", "-C", demo, "--out", out)
    (out / "docs/mine.md").write_text("mine", encoding="utf-8")
    (demo / "specs/demo/checklists/shift-start.yaml").unlink()
    replace(demo / "docs/index.md", "[[demo/checklist:shift-start]]", "the checklist")
    assert opsbook("generate", "-C", demo, "--out", out).exit_code == 0
    assert not (out / "docs/demo/checklists").exists()
    assert (out / "docs/mine.md").read_text(encoding="utf-8") == "mine"
