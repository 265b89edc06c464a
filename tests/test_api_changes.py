"""Two versions of an API: what breaks its clients is found once, and what only looks different is not."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from opsbook.openapi.diff.change import Change
from opsbook.openapi.diff.compare import compare
from opsbook.openapi.read import Document, version
from opsbook.openapi.walk import Api, Unread, walk
from opsbook.source import Source

TABLE = Source.parse("changes.yaml", (Path(__file__).parent / "openapi/changes.yaml").read_bytes())
assert isinstance(TABLE, Source)
CASES: list[dict[str, Any]] = TABLE.data


def api(data: dict[str, Any], path: str = "api.json") -> Api:
    """A document, as far as it needs no other file."""
    source = Source(path, "", data)
    declared = version(source)
    assert isinstance(declared, str)
    return walk(Document(source, declared), lambda _: Unread("unresolved-reference", "no files here", "none"))


def document(fragment: Any, place: str, declared: str) -> dict[str, Any]:
    """The document that a fragment of a case stands for."""
    start = {"swagger" if declared == "2.0" else "openapi": declared, "info": {"title": "a", "version": "1"}}
    fragment = deepcopy(fragment)
    if place == "document":
        return {**start, **fragment}
    if place == "paths":
        for written in (one for item in fragment.values() for one in item.values()):
            written.setdefault("responses", {"200": {"description": "a"}})
        return {**start, "paths": fragment}
    content = {"application/json": {"schema": fragment}}
    operation: dict[str, Any] = {"responses": {"200": {"description": "a"}}}
    if place == "operation":
        operation |= fragment
    if place == "parameter":
        operation["parameters"] = [{"name": "p", "in": "query", "schema": fragment}]
    if place in ("request", "both"):
        operation["requestBody"] = {"content": content}
    if place in ("response", "both"):
        operation["responses"]["200"]["content"] = deepcopy(content)
    return {**start, "paths": {"/a": {"post": operation}}}


def changes(case: dict[str, Any]) -> tuple[Change, ...]:
    old, new = case.get("versions", ["3.1.0", "3.1.0"])
    return compare(api(document(case["old"], case["in"], old)), api(document(case["new"], case["in"], new)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_change_is_found_once(case: dict[str, Any]) -> None:
    found = changes(case)
    assert [one.rule.removeprefix("api-diff/") for one in found] == case["says"], [one.message for one in found]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
@pytest.mark.parametrize("side", ["old", "new"])
def test_nothing_changes_between_a_document_and_itself(case: dict[str, Any], side: str) -> None:
    same = case.get("versions", ["3.1.0", "3.1.0"])[side == "new"]
    assert changes({**case, "old": case[side], "new": case[side], "versions": [same, same]}) == ()
