"""The cases that lie as data below `tests/`, and the small project that they stand in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from opsbook.checks import check
from opsbook.cli import main
from opsbook.diagnostic import Diagnostic
from opsbook.inspection import inspect
from opsbook.kind import Kind, Spec
from opsbook.kinds import all_kinds
from opsbook.labels import languages
from opsbook.markdown_source import MarkdownSource
from opsbook.openapi.read import Document, version
from opsbook.openapi.walk import Unread, walk
from opsbook.openapi_files import read_api
from opsbook.project import Project
from opsbook.read import Loaded, load
from opsbook.settings import Settings
from opsbook.source import Source

HERE = Path(__file__).parent
TODAY = date(2026, 11, 21)
ENVIRONMENT = {"SOURCE_DATE_EPOCH": "1795219200"}
"""The same day, for commands."""

CASES = (".yaml", ".bin", ".markdown")
"""What cases are written as: YAML, bytes that an editor would not leave alone, and specs with front matter."""


@cache
def own() -> Loaded:
    """The five systems of this repository."""
    return load(HERE.parent, all_kinds())


@cache
def base() -> dict[str, bytes]:
    """The files of the small project, by path."""
    folder = HERE / "base"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def cases(*patterns: str) -> list[Any]:
    """The files that match patterns below `tests/`, as parameters of a test."""
    found = sorted(path for pattern in patterns for path in HERE.glob(pattern))
    assert found, patterns
    return [pytest.param(path, id=path.relative_to(HERE).as_posix()) for path in found]


def kind(name: str) -> Kind[Any]:
    """The kind of a name."""
    return next(kind for kind in all_kinds() if kind.name == name)


def spec(path: str, raw: bytes) -> Spec[Any]:
    """A spec of the system `demo` that is known to be valid."""
    source = (MarkdownSource if path.endswith(".markdown") else Source).parse(path, raw)
    assert isinstance(source, Source), source
    made = _api(source) if "openapi" in source.data else kind(source.data["kind"]).parse(source, "demo")
    assert isinstance(made, Spec), made
    return made


@cache
def orders() -> Spec[Any]:
    """An API of the system `demo`, for what refers to one."""
    api = read_api(HERE.parent, "tests/answers/orders.yaml", {}).api
    adopt = kind("api").adopt
    assert api
    assert adopt
    defaults = {"owner": "backend", "last_reviewed": "2026-11-01", "review_every": "90d"}
    made = adopt([api], "demo", "orders", defaults)
    assert isinstance(made, Spec), made
    return made


def _api(source: Source) -> Any:
    """The spec of an OpenAPI document of one file, which says itself what others take from their system."""
    declared = version(source)
    assert isinstance(declared, str), declared
    adopt = kind("api").adopt
    assert adopt
    return adopt([walk(Document(source, declared), _refuse)], "demo", Path(source.path).stem, {})


def _refuse(path: str) -> Unread:
    return Unread("unresolved-reference", f"there is no {path}", "")


@cache
def drilled() -> tuple[Spec[Any], ...]:
    """Drills of the system `demo`, the runbook that they follow, and the record of an earlier one."""
    folder = HERE / "drills"
    names = ("runbook", "staging", "tabletop", "sandbox", "earlier")
    return tuple(spec(f"specs/demo/{name}.yaml", (folder / f"{name}.yaml").read_bytes()) for name in names)


def project(case: Spec[Any]) -> Project:
    """The small project with `case` in it, which takes the place of a spec of the same kind."""
    others = [spec(path, raw) for path, raw in sorted(base().items()) if path.endswith(".yaml")]
    specs = [case, *(other for other in others if other.kind is not case.kind)]
    specs += [orders()] if case.kind.name in ("guide", "sandbox") else []
    beside = sorted((HERE / "kinds" / case.kind.name / "with").glob("*.yaml"))
    specs += [spec(f"specs/demo/{path.name}", path.read_bytes()) for path in beside]
    if case.kind.name == "drill-record":
        about = {"id": case.document.drill, "drill": case.document.drill, "kind": "runbook"}
        specs += [one for one in drilled() if any(getattr(one.document, key, "") == about[key] for key in about)]
    order = [kind.name for kind in all_kinds()]
    snippets = {
        name: raw.decode()
        for name, raw in ((path.removeprefix("snippets/"), raw) for path, raw in base().items())
        if name in case.source.text
    }
    return Project(
        tuple(sorted(specs, key=lambda spec: order.index(spec.kind.name))), all_kinds(), snippets, languages({})
    )


def problems(case: Spec[Any]) -> list[Diagnostic]:
    """Everything that is wrong with the small project when `case` is in it."""
    whole = project(case)
    return list(check(whole, Settings(), TODAY, inspect(whole)))


def write(root: Path, files: Mapping[str, Any]) -> Path:
    """Write the small project's specs, and `files`: path to text, or to something stranger than a text."""
    specs = {path: raw for path, raw in base().items() if path.endswith(".yaml")}
    for path, content in {**specs, **files}.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        match content:
            case None:
                pass
            case bytes():
                target.write_bytes(content)
            case str():
                target.write_bytes(content.encode())
            case {"link": to}:
                target.symlink_to(to)
            case {"size": size}:
                target.touch()
                os.truncate(target, size)
            case {"hex": digits}:
                target.write_bytes(bytes.fromhex(digits))
            case {"folder": True}:
                target.mkdir()
            case {"fifo": True}:
                os.mkfifo(target)
            case _:
                raise ValueError(content)
    return root


def run(root: Path, *arguments: str) -> tuple[int, str]:
    """What `opsbook check` says about a project: exit code and output. A traceback fails the test."""
    result = CliRunner().invoke(main, ["check", "-C", str(root), *arguments], env=ENVIRONMENT)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def without_case(goldens: str) -> list[str]:
    """The goldens that match a pattern below `tests/` and belong to no case."""
    return [
        path.relative_to(HERE).as_posix()
        for path in HERE.glob(goldens)
        if not any(path.name.startswith(f"{case.stem}.") for case in path.parent.iterdir() if case.suffix in CASES)
    ]


@cache
def handbook() -> Project:
    """The small project with something of most kinds in it: what the pages about a whole system are made of."""
    named = {
        "architecture": "minimal.yaml",
        "checklist": "everything.yaml",
        "guide": "minimal.markdown",
        "monitoring": "everything.yaml",
        "postmortem": "full.yaml",
        "runbook": "everything.yaml",
    }
    taken = [HERE / "kinds" / kind / "good" / name for kind, name in named.items()]
    specs = [spec(f"specs/demo/{path.parent.parent.name}{path.suffix}", path.read_bytes()) for path in taken]
    specs += [spec(path, raw) for path, raw in sorted(base().items()) if path.endswith(".yaml")]
    order = [kind.name for kind in all_kinds()]
    whole = sorted([*specs, *drilled(), orders()], key=lambda spec: order.index(spec.kind.name))
    return Project(tuple(whole), all_kinds(), {}, languages({}))
