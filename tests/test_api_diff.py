"""`opsbook api-diff`: where versions come from, how changes are reported, how the command ends."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest
from click.testing import CliRunner, Result

from opsbook.cli import main
from opsbook.openapi.diff.markdown import by_age, changelog
from opsbook.openapi.read import Document
from opsbook.openapi.walk import Api, Unread, walk
from opsbook.source import Source

HERE = Path(__file__).parent / "openapi"

OLD = """\
openapi: 3.1.0
info:
  title: Orders
  version: 1.4.0
paths:
  /orders:
    get:
      parameters:
        - $ref: parameters.yaml#/status
      responses:
        "200":
          description: Orders
          content:
            application/json:
              schema:
                $ref: "#/components/schemas/Order"
    delete:
      responses:
        "204":
          description: All of them are gone
components:
  schemas:
    Order:
      type: object
      properties:
        id:
          type: string
        total:
          type: number
"""

PARAMETERS = """\
status:
  name: status
  in: query
  schema:
    type: string
"""

NEW = OLD.replace("1.4.0", "2.0.0").replace(
    """\
    delete:
      responses:
        "204":
          description: All of them are gone
""",
    "",
).replace("total", "sum")  # fmt: skip


def opsbook(*arguments: str) -> Result:
    """Run the command; a traceback fails the test."""
    result = CliRunner().invoke(main, ["api-diff", *arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def git(*arguments: str) -> None:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True, env=environment)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two versions, in which the user stands."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.yaml").write_text(OLD, encoding="utf-8")
    (tmp_path / "new.yaml").write_text(NEW, encoding="utf-8")
    (tmp_path / "parameters.yaml").write_text(PARAMETERS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def repository(here: Path) -> Path:
    """The same in Git: one document, the old version committed, the new one not."""
    (here / "apis").mkdir()
    (here / "old.yaml").rename(here / "apis/shop.yaml")
    (here / "parameters.yaml").rename(here / "apis/parameters.yaml")
    git("init", "--quiet", "--initial-branch=main")
    git("add", "apis")
    git("commit", "--quiet", "--message=first")
    (here / "new.yaml").rename(here / "apis/shop.yaml")
    return here


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("format_", ["text", "json", "github", "markdown"])
def test_what_is_printed(format_: str, golden: Callable[[Path, str], None]) -> None:
    result = opsbook("old.yaml", "new.yaml", "--format", format_)
    assert result.exit_code == 1
    golden(HERE / f"changes-{format_}.txt", result.output)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("format_", ["text", "json", "github", "markdown"])
def test_nothing_breaks(format_: str) -> None:
    result = opsbook("old.yaml", "old.yaml", "--format", format_, "--fail-on", "warning")
    assert result.exit_code == 0
    expected = {"json": "[]\n", "markdown": "## 1.4.0\n\nNothing changes for clients.\n"}
    assert result.output == expected.get(format_, "nothing has changed for clients\n")


@pytest.mark.parametrize(
    ("change", "codes"), [("deprecated: true", [0, 1, 0]), ("tags: [a]", [0, 0, 0]), ("", [1, 1, 0])]
)
def test_what_fails(here: Path, change: str, codes: list[int]) -> None:
    text = OLD.replace("    delete:\n", f"    delete:\n      {change}\n") if change else NEW
    (here / "new.yaml").write_text(text, encoding="utf-8")
    assert [
        opsbook("old.yaml", "new.yaml", "--fail-on", level).exit_code for level in ("breaking", "warning", "none")
    ] == codes


def test_a_revision_is_read_with_all_its_files(repository: Path) -> None:
    (repository / "apis/parameters.yaml").write_text(PARAMETERS.replace("string", "integer"), encoding="utf-8")
    result = opsbook("main:apis/shop.yaml", "apis/shop.yaml")
    assert result.exit_code == 1
    first, *_ = result.output.splitlines()
    assert first.startswith(
        "apis/parameters.yaml:5:11: error: `GET /orders`: the type of `status` in requests was string"
    )
    assert "main:apis/shop.yaml:17:5: error: `DELETE /orders`: the operation is gone" in result.output


def test_both_versions_may_be_revisions(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git("commit", "--quiet", "--all", "--message=second")
    monkeypatch.chdir(repository / "apis")
    result = opsbook("HEAD~1:./shop.yaml", "HEAD:apis/shop.yaml")
    assert "HEAD~1:apis/shop.yaml:28:9: error: `GET /orders`: `Order.total` is gone" in result.output
    annotated = opsbook("HEAD~1:./shop.yaml", "HEAD:apis/shop.yaml", "--format", "github").output
    assert "::error file=apis/shop.yaml,line=6,col=3,title=api-diff/removed-operation::" in annotated


@pytest.mark.parametrize(
    ("old", "says"),
    [
        ("none.yaml", "there is no file none.yaml"),
        ("nowhere:apis/shop.yaml", "there is no revision nowhere"),
        ("--help:apis/shop.yaml", "No such option"),
        ("main:none.yaml", "there is no file `none.yaml` in this revision"),
        ("main:../shop.yaml", "this leads out of the repository"),
        ("main:apis", "there is no file `apis` in this revision"),
        (":apis/shop.yaml", "is written `REV:path`"),
        ("main:link.yaml", "links are not followed in a revision"),
    ],
)
def test_what_cannot_be_read(repository: Path, old: str, says: str) -> None:
    (repository / "link.yaml").symlink_to("apis/shop.yaml")
    git("add", "link.yaml")
    git("commit", "--quiet", "--message=link")
    result = opsbook(old, "apis/shop.yaml")
    assert result.exit_code == 2
    assert says in result.output


def test_a_circle_of_links_is_no_file(here: Path) -> None:
    (here / "circle.yaml").symlink_to("circle.yaml")
    result = opsbook("circle.yaml", "new.yaml")
    assert result.exit_code == 2
    assert "there is no file" in result.output


def test_outside_any_repository_there_are_no_revisions(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(here.parent))
    result = opsbook("main:old.yaml", "new.yaml")
    assert result.exit_code == 2
    assert "is in no Git repository" in result.output


@pytest.mark.parametrize("format_", ["text", "json", "github", "markdown"])
def test_a_faulty_new_document_is_reported_like_by_check(here: Path, format_: str) -> None:
    (here / "new.yaml").write_text(NEW.replace("  title: Orders\n", ""), encoding="utf-8")
    result = opsbook("old.yaml", "new.yaml", "--format", format_)
    assert result.exit_code == 2
    assert "`info` has no `title`" in result.output


@pytest.mark.parametrize("text", ["a: [", "openapi: 4.0.0\n", ""])
def test_an_old_document_that_nobody_can_read_is_reported(here: Path, text: str) -> None:
    (here / "old.yaml").write_text(text, encoding="utf-8")
    result = opsbook("old.yaml", "new.yaml")
    assert result.exit_code == 2
    assert result.output.startswith("old.yaml:1:")


def test_faults_of_the_past_do_not_stop_a_comparison(here: Path) -> None:
    (here / "old.yaml").write_text(OLD.replace("  title: Orders\n", ""), encoding="utf-8")
    result = opsbook("old.yaml", "new.yaml")
    assert result.exit_code == 1
    assert result.stderr.startswith("old.yaml breaks rules of OpenAPI in 1 place(s)")


@pytest.mark.usefixtures("here")
def test_what_is_nested_too_deep_is_refused() -> None:
    with patch("opsbook.api_diff.compare", side_effect=RecursionError):
        result = opsbook("old.yaml", "new.yaml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "nested too deep" in result.stderr


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("  /orders:\n", "removed-operation"),
        ("      properties:\n", "removed-response-property"),
        ("        sum:\n", "added-response-property"),
    ],
)
def test_a_comment_with_a_reason_excuses_a_change(here: Path, line: str, rule: str) -> None:
    assert f"api-diff/{rule}" in opsbook("old.yaml", "new.yaml").output
    comment = f"# ignore[api-diff/{rule}]: agreed with all who call it"
    (here / "new.yaml").write_text(NEW.replace(line, f"{line.rstrip()}  {comment}\n"), encoding="utf-8")
    assert f"api-diff/{rule}" not in opsbook("old.yaml", "new.yaml").output
    (here / "new.yaml").write_text(NEW.replace(line, f"{comment}\n{line}"), encoding="utf-8")
    assert f"api-diff/{rule}" not in opsbook("old.yaml", "new.yaml").output
    (here / "new.yaml").write_text(NEW.replace(line, f"{comment.partition(':')[0]}\n{line}"), encoding="utf-8")
    assert f"api-diff/{rule}" in opsbook("old.yaml", "new.yaml").output


def test_a_project_sets_its_own_severities(here: Path) -> None:
    rules = "api-diff/removed-operation: note\n  api-diff/removed-response-property: off"
    (here / "opsbook.yaml").write_text(f"rules:\n  {rules}\n", encoding="utf-8")
    result = opsbook("old.yaml", "new.yaml")
    assert result.exit_code == 0
    assert "note: `DELETE /orders`: the operation is gone" in result.output
    assert "Order.total" not in result.output


def api(text: str) -> Api:
    source = Source.parse("api.yaml", text.replace("parameters.yaml#/status", "#/components/parameters/s").encode())
    assert isinstance(source, Source)
    return walk(Document(source, "3.1"), lambda _: Unread("unresolved-reference", "no files here", "none"))


def test_a_changelog_tells_all_versions(golden: Callable[[Path, str], None]) -> None:
    deprecated = OLD.replace("    delete:\n", "    delete:\n      deprecated: true\n      x-sunset: 2026-12-31\n")
    versions = [("1.4.0", api(OLD)), ("1.5.0", api(deprecated)), ("2.0.0-rc.1", api(NEW)), ("2.0.0", api(NEW))]
    golden(HERE / "changelog.md", changelog(versions))
    assert changelog([]) == ""


def test_headings_of_a_changelog_are_translated() -> None:
    text = changelog([("1", api(OLD)), ("2", api(NEW))], {"Breaking changes": "Cambios"}.get)  # type: ignore[arg-type]
    assert "### Cambios { #v-2-error }" in text


def test_names_in_a_changelog_stay_text() -> None:
    odd = OLD.replace("total", '"</code><script>{{ x }}`[[a]]"')
    text = changelog([("1", api(odd)), ("<b>", api(OLD))])
    assert "<script>" not in text
    assert "{{" not in text
    assert "<b>" not in text


def test_versions_are_sorted_by_their_numbers() -> None:
    names = ["2.0.0", "1.10", "v1.9", "2.0.0-rc.2", "2.0.0-rc.10", "1.9.1", "2026-11-22"]
    assert sorted(names, key=by_age) == ["v1.9", "1.9.1", "1.10", "2.0.0-rc.2", "2.0.0-rc.10", "2.0.0", "2026-11-22"]
