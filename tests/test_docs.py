"""What is documented is all there is, and the other way round."""

from __future__ import annotations

import inspect
import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import opsbook
from opsbook.checks import rules
from opsbook.diagnostic import Rule
from opsbook.kind import Kind
from opsbook.kinds import OWN
from opsbook.schema import json_schema

HERE = Path(__file__).parent
RULES = list(rules(OWN).values())
INSIDE = Path(opsbook.__file__).parent / "sandbox"
"""Where the modules lie that find each other in a sandbox, in which there is no package."""

MODULES = [
    module.name for module in pkgutil.walk_packages(opsbook.__path__, "opsbook.") if "__main__" not in module.name
]

SELF_EXPLAINING = {"id", "title"}
"""Fields of the parts of a document that need no description: their names say all."""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_is_explained(rule: Rule) -> None:
    paragraphs = rule.explanation.split("\n\n")
    prose = [paragraph for paragraph in paragraphs if not paragraph.startswith("    ")]
    assert len(prose) >= 2, "what the fault is, and why it is one"
    assert len(prose) < len(paragraphs), "an example, indented"
    assert len(rule.summary) <= 120
    assert rule.summary.endswith(".")
    assert not re.search(r"[ \t]$", rule.explanation, re.MULTILINE)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_is_shown_failing(rule: Rule) -> None:
    group, _, name = rule.id.partition("/")
    cases = [*HERE.glob(f"kinds/{group}/bad/{name}.[ym]a*"), *HERE.glob(f"project/bad/{name}.*yaml")]
    cases += HERE.glob(f"gate/bad/{name}.*yaml")
    cases += HERE.glob(f"reading/bad/{name}-*.[by]*") if group in ("yaml", "schema") else ()
    cases += HERE.glob(f"openapi/bad/{name}-*.txt") if group in ("json", "openapi") else ()
    table = (HERE / "openapi/changes.yaml").read_text(encoding="utf-8") if group == "api-diff" else ""
    rows = re.findall(rf"^  says: .*(?<![-\w]){name}(?![-\w])", table, re.MULTILINE)
    links = f'"{name}"' in (HERE / "test_links.py").read_text(encoding="utf-8") if group == "site" else False
    written = "".join(
        (HERE / name).read_text(encoding="utf-8")
        for name in ("test_openapi_rules.py", "test_baseline.py", "test_monitoring_files.py")
    )
    assert cases or rows or links or f'"{rule.id}"' in written


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_names_the_fault(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z]+(?:-[a-z]+)*/[a-z]+(?:-[a-z]+)*", rule.id)
    assert not re.search(r"/(?:use|prefer|require|avoid|check|no-more|must)-", rule.id)


def _public(name: str) -> Iterator[tuple[str, Any]]:
    """A module, and what it defines for others."""
    module = import_module(name)
    yield name, module
    for key, value in vars(module).items():
        if key.startswith("_") or getattr(value, "__module__", "") != name:
            continue
        if inspect.isclass(value) or inspect.isfunction(value):
            yield f"{name}.{key}", value
        if inspect.isclass(value):
            for part, inner in tuple(vars(value).items()):
                function = (
                    getattr(inner, "fget", None) or getattr(inner, "func", None) or getattr(inner, "__func__", inner)
                )
                if not part.startswith("_") and inspect.isfunction(function) and function.__name__ == part:
                    yield f"{name}.{key}.{part}", function


@pytest.mark.parametrize("name", MODULES)
def test_everything_public_says_what_it_is(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(INSIDE))
    for spelled, value in _public(name):
        said = inspect.getdoc(value) if not inspect.isclass(value) else value.__doc__
        assert said, f"{spelled} has no docstring"
        assert said.splitlines()[0].rstrip("`\"'*)").endswith((".", "?", "!", ":")), spelled


def _fields(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for holder, model in {"": schema, **schema.get("$defs", {})}.items():
        for name, field in model.get("properties", {}).items():
            yield holder, name, field


@pytest.mark.parametrize("kind", OWN, ids=lambda kind: kind.name)
def test_every_field_is_described_in_the_schema(kind: Kind[Any]) -> None:
    mute = [
        f"{holder}.{name}"
        for holder, name, field in _fields(json_schema(kind))
        if not field.get("description") and not (holder and name in SELF_EXPLAINING)
    ]
    assert mute == []


@pytest.mark.parametrize("kind", OWN, ids=lambda kind: kind.name)
def test_every_kind_has_good_cases_and_a_skeleton(kind: Kind[Any]) -> None:
    assert list(HERE.glob(f"kinds/{kind.name}/good/*.[ym]a*"))
    assert kind.skeleton
    assert kind.skeleton.is_file()


def test_nothing_is_left_to_do() -> None:
    marks = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
    for folder in (Path(opsbook.__file__).parent, HERE):
        for path in {*folder.rglob("*.py")} - {Path(__file__)}:
            assert not marks.search(path.read_text(encoding="utf-8")), path
