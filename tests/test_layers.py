"""Imports point one way, and the world is touched at the rim: read off the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import opsbook

pytestmark = pytest.mark.whole

PACKAGE = Path(opsbook.__file__).parent

ROWS = (
    {"drawable"},
    {"blame", "errors", "promql", "quantity", "source", "page", "markup", "labels", "collector", "first_week"},
    {"clock", "commonmark", "figures", "diagnostic", "root", "openapi_remote"},
    {"effects", "markdown_source", "model", "prometheus", "shellcheck"},
    {"step", "wording", "reference", "openapi", "baseline", "diagrams", "forms"},
    {"settings", "cross_check", "configuration"},
    {"kind", "openapi_files"},
    {"evidence"},
    {"project", "reading_rules", "change_rules", "schema", "read_apis"},
    {"history"},
    {"feed"},
    {"counting", "read", "printer", "scripts", "site"},
    {"inspection", "printed_step", "lone", "hand_written"},
    {"kinds"},
    {"checks"},
    {"reporters", "links", "write"},
    {"sandbox", "api_diff"},
    {"generate", "scaffold"},
    {"mkdocs_plugin", "pytest_plugin"},
    {"cli"},
    {"__main__"},
)
"""A module imports only what stands in a row above its own. A folder counts as one module."""

ROW = {name: number for number, row in enumerate(ROWS) for name in row}

RIM = {
    "clock": "today",
    "effects": "shfmt, which only parses",
    "shellcheck": "shellcheck, which only parses",
    "prometheus": "promtool and amtool, which only read",
    "inspection": "which programs there are",
    "root": "where a project begins",
    "configuration": "mkdocs.yml",
    "read": "the project's files, git",
    "openapi_remote": "the network",
    "cross_check": "openapi-spec-validator, which only reads",
    "openapi_files": "OpenAPI documents and their metaschemas",
    "lone": "where settings lie",
    "api_diff": "git",
    "write": "files",
    "generate": "the hand-written pages and mkdocs.yml",
    "scaffold": "the skeletons and new projects",
    "links": "built sites",
    "labels": "the shipped catalogues",
    "printer": "the templates",
    "site": "the shipped assets",
    "kinds": "installed packages",
    "cli": "the command line",
    "mkdocs_plugin": "MkDocs and its files",
    "sandbox": "processes, within their walls",
    "pytest_plugin": "pytest and the evidence",
    "collector": "the interpreter's own memory",
}
"""Who touches the world, and what of it. Everything else is pure: values in, values out."""

WORLD = {"os", "sys", "subprocess", "shutil", "tempfile", "time", "socket", "gc", "random", "logging", "importlib"}
TOUCHES = {
    *("read_text", "read_bytes", "write_text", "write_bytes", "open", "stat", "chmod", "touch"),
    *("glob", "rglob", "iterdir", "exists", "is_file", "is_dir", "is_symlink"),
    *("unlink", "mkdir", "rmdir", "rename", "now", "today", "utcnow"),
}
"""Methods of paths and clocks; no class of ours has one of that name."""


@cache
def _nodes(path: Path) -> tuple[ast.AST, ...]:
    """All that a module says."""
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path != PACKAGE / "__init__.py"
}


def _only_for_types(path: Path) -> set[ast.AST]:
    """What stands under `if TYPE_CHECKING`: it is never imported."""
    blocks = [node for node in _nodes(path) if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    return {node for block in blocks for node in ast.walk(block)}


@cache
def _imports(path: Path) -> tuple[str, ...]:
    """The modules that a module imports, with their whole names, within functions too."""
    return tuple(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    unused = _only_for_types(path)
    for node in _nodes(path):
        if node in unused:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "opsbook":
            yield from (f"opsbook.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are spelled whole"
            yield node.module or ""


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_one_way(name: str) -> None:
    own = name.partition(".")[0]
    for imported in _imports(MODULES[name]):
        if imported.startswith("opsbook."):
            other = imported.split(".")[1]
            assert other == own or ROW[other] < ROW[own], f"{name} may not import {imported}"


def test_every_module_has_its_row() -> None:
    assert set(ROW) == {name.partition(".")[0] for name in MODULES}


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("kinds.")])
def test_kinds_do_not_know_each_other(name: str) -> None:
    own = ".".join(name.split(".")[:2])
    for imported in _imports(MODULES[name]):
        if imported.startswith("opsbook.kinds"):
            assert f"{imported}.".startswith(f"opsbook.{own}."), f"{name} may not import {imported}"


@pytest.mark.parametrize("name", MODULES)
def test_one_module_knows_mkdocs(name: str) -> None:
    engines = {"mkdocs", "material", "zensical", "properdocs"}
    assert name == "mkdocs_plugin" or not engines & {imported.partition(".")[0] for imported in _imports(MODULES[name])}


@pytest.mark.parametrize("name", MODULES)
def test_the_world_is_touched_at_the_rim(name: str) -> None:
    path, own = MODULES[name], name.partition(".")[0]
    touched = WORLD & {imported.partition(".")[0] for imported in _imports(path)}
    for node in _nodes(path):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TOUCHES:
            touched.add(node.func.attr)
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"open", "print", "input"}
        ):
            touched.add(node.func.id)
    assert own in RIM or not touched, f"{name} is pure, and uses {', '.join(sorted(touched))}"


def test_the_rim_is_no_wider_than_it_has_to_be() -> None:
    """Who is listed above does touch the world."""
    for name in RIM:
        text = "".join(
            path.read_text(encoding="utf-8") for module, path in MODULES.items() if module.split(".")[0] == name
        )
        assert (
            any(f".{method}(" in text for method in TOUCHES)
            or any(f"import {module}" in text for module in WORLD)
            or ("from importlib" in text)
        )
