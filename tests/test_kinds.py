from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from cases import cases, kind, problems, project, spec, without_case
from opsbook.page import relative
from opsbook.reporters.text import text

_PICTURE = re.compile(r"<svg .*?</svg>")
"""What their source says, and tests of pictures look at; a page is not read for the places of boxes."""


@pytest.mark.parametrize("path", cases("kinds/*/good/*.yaml", "kinds/*/good/*.markdown"))
def test_a_good_spec_has_a_page_and_no_problems(path: Path, golden: Callable[[Path, str], None]) -> None:
    case = spec(f"specs/demo/{path.name}", path.read_bytes())
    assert case.kind.name == path.parent.parent.name
    assert problems(case) == []
    home, *others = case.kind.pages(case, project(case))
    golden(path.with_suffix(".md"), _PICTURE.sub("<svg/>", home.body))
    for page in others:
        name = relative(page.path, home.path).removesuffix(".md").replace("/", ".")
        golden(path.with_suffix(f".{name}.md"), _PICTURE.sub("<svg/>", page.body))


@pytest.mark.parametrize("path", cases("kinds/*/bad/*.yaml", "kinds/*/bad/*.markdown"))
def test_a_bad_spec_is_explained(path: Path, golden: Callable[[Path, str], None]) -> None:
    """The file is named after the check; what follows a dot tells cases of one check apart."""
    case = spec(f"specs/demo/{path.name}", path.read_bytes())
    found = problems(case)
    assert {diagnostic.rule for diagnostic in found} == {f"{case.kind.name}/{path.name.partition('.')[0]}"}
    golden(path.with_suffix(".txt"), text(found))


def test_references_that_lead_nowhere_are_printed_as_they_stand() -> None:
    """For a project that has switched the rule off."""
    raw = Path(__file__).parent.joinpath("kinds/monitoring/good/minimal.yaml").read_bytes()
    raw = raw.replace(b"sev-1", b"sev-9").replace(b"incident-process:incidents", b"runbook:none")
    case = spec("specs/demo/alerts.yaml", raw.replace(b"Nobody can buy.", b"See [[runbook:none|this]]."))
    (page,) = case.kind.pages(case, project(case))
    assert "sev&#45;9" in page.body
    assert "runbook&#58;none" in page.body
    assert "See this." in page.body


def test_every_check_has_a_case() -> None:
    for path in Path(__file__).parent.glob("kinds/*"):
        for check in kind(path.name).checks:
            assert list((path / "bad").glob(f"{check.name}.*"))


def test_every_golden_has_a_case() -> None:
    assert without_case("kinds/*/bad/*.txt") == []
    assert without_case("kinds/*/good/*.md") == []
