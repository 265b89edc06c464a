"""Two versions of an API: what breaks its clients is found once, and what only looks different is not."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis.strategies import integers, lists, sampled_from, sets, tuples

from opsbook.openapi.diff import schemas
from opsbook.openapi.diff.change import Change
from opsbook.openapi.diff.compare import compare
from opsbook.openapi.diff.origins import Key, origins
from opsbook.openapi.diff.rules import MEANINGS
from opsbook.openapi.diff.untouched import Untouched
from opsbook.openapi.read import Document, version
from opsbook.openapi.walk import Api, Unread, walk
from opsbook.source import Source

HERE = Path(__file__).parent / "openapi"


def read(name: str) -> Any:
    """The data in a file of cases."""
    source = Source.parse(name, (HERE / name).read_bytes())
    assert isinstance(source, Source)
    return source.data


CASES: list[dict[str, Any]] = read("changes.yaml")
FULL: dict[str, Any] = read("full.yaml")


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


def routes(value: Any, route: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield route
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from routes(inner, (*route, key))


ROUTES = [route for route in routes(FULL) if len(route) > 1]
JUNK: list[Any] = [
    *(
        None,
        True,
        False,
        0,
        -1,
        1.5,
        "",
        "a",
        "string",
        "$ref",
        "#/components/schemas/Tree",
        "#/nowhere",
        [],
        {},
        [None],
    ),
    *([1, "a"], {"a": 1}, {"$ref": 3}, {"$ref": "#/components/schemas/Leaf"}, {"type": 5}, {"type": ["object", 3]}),
    *({"allOf": [{"$ref": "#/components/schemas/Leaf"}]}, {"enum": 1}, {"minimum": "1"}, {"properties": [1]}),
]


def changed(route: tuple[str | int, ...], junk: Any) -> dict[str, Any]:
    """The full document with something else in one place."""
    data = deepcopy(FULL)
    here: Any = data
    for key in route[:-1]:
        here = here[key]
    here[route[-1]] = junk
    return data


@given(sampled_from(ROUTES), sampled_from(JUNK))
def test_whatever_a_document_holds_it_can_be_compared(route: tuple[str | int, ...], junk: Any) -> None:
    old, new = api(FULL), api(changed(route, junk))
    for pair in ((old, new), (new, old), (new, new)):
        found = compare(*pair)
        assert all(one.message and one.rule.removeprefix("api-diff/") in MEANINGS for one in found)
        if pair[0] is pair[1]:
            assert found == ()


@given(sampled_from(ROUTES))
def test_what_is_removed_one_way_is_added_the_other_way(route: tuple[str | int, ...]) -> None:
    data = deepcopy(FULL)
    here: Any = data
    for key in route[:-1]:
        here = here[key]
    del here[route[-1]]
    there, back = compare(api(FULL), api(data)), compare(api(data), api(FULL))
    assert bool(there) == bool(back) or ONE_WAY & set(route)


ONE_WAY = {"operationId", "deprecated", "x-sunset", "discriminator", "oauth"}
"""What is a change only when it goes, or only when it comes."""


@given(sampled_from(ROUTES), sampled_from(JUNK))
def test_what_is_passed_over_would_have_said_nothing(route: tuple[str | int, ...], junk: Any) -> None:
    if junk == {"$ref": f"#/{'/'.join(map(str, route))}"}:
        return  # a schema that is nothing but itself says neither this nor that
    old, new = api(FULL), api(changed(route, junk))
    with (
        patch.object(Untouched, "is_same", lambda *_: False),
        patch.object(Untouched, "references", lambda *_: None),
        patch.object(schemas, "_is_plainly_same", lambda *_: False),
    ):
        thorough = compare(old, new)
    assert set(map(repr, compare(old, new))) == set(map(repr, thorough))


def test_a_shared_schema_is_one_change_with_all_its_operations() -> None:
    old, new = (
        {
            "openapi": "3.1.0",
            "info": {"title": "a", "version": "1"},
            "paths": {
                f"/{name}": {
                    "get": {
                        "responses": {
                            "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Tree"}}}}
                        }
                    }
                }
                for name in "abcde"
            },
            "components": {
                "schemas": {
                    "Tree": {
                        "type": "object",
                        "properties": {
                            "age": {"type": type_},
                            "branches": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
                        },
                    }
                }
            },
        }
        for type_ in ("integer", "string")
    )
    (found,) = compare(api(old), api(new))
    assert found.operations == ("GET /a", "GET /b", "GET /c", "GET /d", "GET /e")
    assert found.message == (
        "the type of `Tree.age` in responses was integer, and is string "
        "(5 operations: `GET /a`, `GET /b`, `GET /c` and 2 more)"
    )


@pytest.mark.whole
def test_depth_costs_no_stack() -> None:
    def nested(leaf: str) -> Api:
        schema: dict[str, Any] = {"type": leaf}
        for _ in range(90):
            schema = {"type": "object", "properties": {"a": {"oneOf": [schema, {"type": "array"}]}}}
        data = document({}, "response", "3.1.0")
        data["paths"]["/a"]["post"]["responses"]["200"]["content"]["application/json"]["schema"] = schema
        return api(data)

    assert compare(nested("string"), nested("integer"))


@given(lists(tuples(integers(0, 12), integers(0, 12)), max_size=40), sets(integers(0, 12)))
def test_origins_are_found_through_every_circle(steps: list[tuple[int, int]], marked: set[int]) -> None:
    askers: dict[Key, list[Key]] = {}
    for asked, asker in steps:
        askers.setdefault((asked,), []).append((asker,))
    marks = {(one,): 1 << one for one in marked}

    def walked(key: Key) -> int:
        bits, passed, waiting = 0, {key}, [key]
        while waiting:
            here = waiting.pop()
            bits |= marks.get(here, 0)
            new = set() if here in marks else set(askers.get(here, ())) - passed
            passed |= new
            waiting += new
        return bits

    every: list[Key] = [(number,) for number in range(13)]
    found = origins(every, askers, marks)
    assert {key: found[key] for key in every} == {key: walked(key) for key in every}
