"""The model against the files by which the system is deployed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml

from cases import HERE, TODAY, kind, project, spec
from opsbook.kind import Spec
from opsbook.kinds.architecture.drift import DRIFT_RULES
from opsbook.kinds.architecture.weakness import open_weaknesses, see
from opsbook.openapi.read import Document, version
from opsbook.openapi.walk import Unread, walk
from opsbook.project import Project
from opsbook.source import ForeignSource, Source

TABLE = yaml.safe_load((HERE / "architecture/drift.yaml").read_text(encoding="utf-8"))
DEFAULTS = {"owner": "backend", "last_reviewed": "2026-11-01", "review_every": "90d"}


def changed(case: dict[str, Any]) -> dict[str, str]:
    """The files of the table with the changes of a case."""
    files = dict(TABLE["files"])
    for name, old, new in case.get("change", ()):
        assert files[name].count(old) == 1, f"{old!r} stands {files[name].count(old)} times in {name}"
        files[name] = files[name].replace(old, new)
    return files


def api(text: str) -> Spec[Any]:
    """The OpenAPI document as a spec."""
    source = Source.parse("specs/demo/apis/orders.yaml", text.encode())
    assert isinstance(source, Source), source
    declared = version(source)
    assert isinstance(declared, str), declared
    adopt = kind("api").adopt
    assert adopt
    made = adopt([walk(Document(source, declared), lambda _path: Unread("", "", ""))], "demo", "orders", DEFAULTS)
    assert isinstance(made, Spec), made
    return made


def whole(files: dict[str, str]) -> tuple[Spec[Any], Project]:
    """The model in its project, with everything that it names."""
    model = spec("specs/demo/architecture/model.yaml", files["model.yaml"].encode())
    named = {f"deploy/{name}": files[name] for name in ("compose.yaml", "shop.yaml")}
    read = {path: ForeignSource.parse_all(path, text.encode()) for path, text in named.items()}
    known = project(model)
    return model, replace(known, specs=(*known.specs, api(files["orders.yaml"])), files=read)


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["name"])
def test_what_does_not_agree_is_found_and_nothing_else(case: dict[str, Any]) -> None:
    model, known = whole(changed(case))
    seen = see(model, known)
    found = [
        f"{rule.name} {model.source.place(one.route).line}: {one.say()}"
        for rule in DRIFT_RULES
        for one in open_weaknesses(seen, rule, TODAY)
    ]
    assert found == case.get("finds", [])


def test_what_cannot_be_read_is_not_compared() -> None:
    model, known = whole(TABLE["files"])
    broken = replace(known, files={path: ForeignSource.parse_all(path, b"a: [") for path in known.files})
    seen = see(model, broken)
    assert [one.say() for rule in DRIFT_RULES for one in rule.find(seen)] == []
