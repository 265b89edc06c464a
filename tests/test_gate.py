"""`opsbook check --gate`: is there all that the plans of documentation want?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from markdown import markdown  # type: ignore[import-untyped]  # Markdown ships no types

from cases import HERE, TODAY, cases, own, run, without_case, write
from opsbook.checks import check
from opsbook.counting import figures, tables, total
from opsbook.figures import FIGURES, Figure
from opsbook.kind import Definition, Spec
from opsbook.kinds import all_kinds
from opsbook.kinds.documentation.gate import holds_any, missing_deliverable, plans
from opsbook.kinds.documentation.model import Documentation
from opsbook.labels import languages
from opsbook.project import Project
from opsbook.settings import Settings

ROOT = HERE.parent


@pytest.mark.parametrize("path", cases("gate/bad/*.yaml"))
def test_what_is_missing_is_named(path: Path, tmp_path: Path, golden: Callable[[Path, str], None]) -> None:
    """The file is named after the rule; without the gate, the project is as it should be or has that fault alone."""
    root = write(tmp_path, yaml.safe_load(path.read_text(encoding="utf-8")))
    code, said = run(root, "--gate")
    assert code == 1
    assert f"/{path.name.partition('.')[0]}]\n" in said
    assert f"/{path.name.partition('.')[0]}]\n" not in run(root)[1]
    golden(path.with_suffix(".txt"), said)


def test_a_whole_documentation_passes(tmp_path: Path) -> None:
    root = write(tmp_path, yaml.safe_load((HERE / "gate/good/whole.yaml").read_text(encoding="utf-8")))
    assert run(root, "--gate") == (0, "demo: 1 of 1 deliverables, all there\nnothing wrong\n")


@pytest.mark.parametrize("arguments", [("specs",), ("--site", "site")])
def test_the_gate_is_for_the_whole_project(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    code, said = run(write(tmp_path, {}), "--gate", *arguments)
    assert code == 2
    assert "leave out the paths, and --site" in said


def test_every_golden_has_a_case() -> None:
    assert without_case("gate/bad/*.txt") == []


# The five systems


def _documents() -> Iterator[Any]:
    """Every document that a plan of the five systems names, with the deliverable."""
    whole = own().project
    for plan in plans(whole):
        for deliverable in plan.document.deliverables:
            named = [whole.resolve(reference, plan.home) for reference in deliverable.documents]
            for source in dict.fromkeys(one.source for one in named if isinstance(one, Definition)):
                if source != plan.source.path:
                    name = f"{plan.system}-{deliverable.id}-{Path(source).stem}"
                    yield pytest.param(plan, deliverable.id, source, id=name)


@pytest.mark.whole
def test_the_five_systems_pass() -> None:
    loaded = own()
    assert {plan.system for plan in plans(loaded.project)} == set(loaded.project.systems)
    found = check(loaded.project, loaded.settings, TODAY, gate=True)
    assert [one for one in found if one.rule in _gate_rules()] == []


def _gate_rules() -> set[str]:
    return {"project/below-threshold", *(one.rule.id for kind in all_kinds() for one in kind.gate_checks)}


@pytest.mark.whole
@pytest.mark.parametrize(("plan", "deliverable", "source"), [*_documents()])
def test_nothing_owed_can_be_removed(plan: Spec[Documentation], deliverable: str, source: str) -> None:
    """The systems are judged together in the test above; here the one whose document goes is enough."""
    left = tuple(spec for spec in own().project.specs if spec.system == plan.system and spec.source.path != source)
    said = [finding.message for _, finding in missing_deliverable(replace(own().project, specs=left), TODAY)]
    assert any(f"the deliverable `{deliverable}` of `{plan.system}` lacks" in message for message in said)


# Counting


def test_steps_are_counted_by_how_they_are_proved() -> None:
    counted = total(own().project.specs, own().project)
    proved = sum(counted.get(name, 0) for name in ("real", "double", "dry-run", "manual", "unproved"))
    assert proved == counted["commands"]
    assert counted["reading-commands"] < counted["commands"] <= counted["steps"]


def test_tables_are_those_of_the_pages() -> None:
    project = own().project
    spec = next(one for one in project.specs if one.source.path == "specs/smartbeak/runbooks/database-failover.yaml")
    extensions = ["tables", "md_in_html", "pymdownx.superfences"]
    drawn = sum(markdown(page.body, extensions=extensions).count("<table>") for page in project.pages_of(spec))
    assert tables(spec, project) == drawn == 4
    assert "tables" not in figures(spec, project)


PLAN = {
    "kind": "documentation",
    "id": "documentation",
    "title": "Documentation",
    "summary": "All.",
    "owner": "backend",
    "last_reviewed": "2026-11-01",
    "review_every": "90d",
    "deliverables": [{"id": "home", "title": "Home", "documents": ["system:demo"], "holds": ["services"]}],
    "routines": [
        {"id": "one", "title": "One", "every": "7d", "owner": "backend", "text": "Read.", "documents": ["a:b"]},
        {"id": "two", "title": "Two", "every": "7d", "owner": "backend", "text": "Read."},
    ],
}


@pytest.mark.parametrize(
    ("path", "held"),
    [
        ("summary", True),
        ("targets", False),
        ("targets|summary", True),
        ("targets|standards", False),
        ("deliverables.holds", True),
        ("deliverables.at_least", False),
        ("routines.documents", False),
        ("routines.one.documents", True),
        ("routines.two.documents", False),
        ("routines.three", False),
        ("nothing.at.all", False),
    ],
)
def test_a_field_is_filled_or_not(path: str, held: bool) -> None:  # noqa: FBT001  # a column of the table
    plan = Documentation.model_validate_json(json.dumps(PLAN))
    assert holds_any(plan, path) is held


def test_every_word_for_what_is_counted_is_explained() -> None:
    told = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    assert [word for word, said in FIGURES.items() if f"| `{word}` | {said} |" not in told] == []
    assert set(FIGURES) == set(get_args(Figure))


def test_settings_without_a_gate_want_nothing() -> None:
    project = Project((), all_kinds(), {}, languages({}))
    assert list(check(project, Settings(), TODAY, gate=True)) == []
