"""No document makes opsbook crash: good ones with anything put anywhere, and documents of nothing but chance."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis.strategies import DataObject, data, dictionaries, lists, none, recursive, sampled_from, text

from opsbook.cross_check import cross_check
from opsbook.diagnostic import diagnose
from opsbook.openapi.judge import judge
from opsbook.openapi.read import Document, Version, parse
from opsbook.openapi.walk import Unread, walk
from opsbook.openapi_files import metaschemas
from opsbook.source import Source

CASES = Path(__file__).parent / "openapi"
READ = [
    parse(path.name, path.read_bytes())
    for folder in ("good", "bad")
    for path in sorted((CASES / folder).iterdir())
    if path.suffix in (".yaml", ".json")
]
TREES = [source.data for source in READ if isinstance(source, Source) and isinstance(source.data, dict)]

WORDS = (
    *("openapi", "paths", "/a/{b}", "/a/{c}/d", "get", "post", "parameters", "responses", "200", "4XX", "content"),
    *("application/json", "schema", "$ref", "$id", "$anchor", "$dynamicRef", "$schema", "x-a", "components", "schemas"),
    *("discriminator", "mapping", "propertyName", "properties", "required", "allOf", "oneOf", "items", "type", "enum"),
    *("example", "examples", "default", "value", "nullable", "pattern", "minimum", "security", "securitySchemes"),
    *("tags", "name", "in", "path", "servers", "url", "variables", "operationId", "links", "operationRef", "callbacks"),
    *("description", "$self", "jsonSchemaDialect", "x-opsbook-ignore", "readOnly", "maxLength", "format", "parent"),
)
LEAVES = (
    *(0, -1, 1.5, 10**30, True, False, None, "", "a", "string", "object", "null", "3.1.0", "{", "{}", "(", "[a", "\0"),
    *("#/paths", "#/components/schemas/Order", "#", "#a", "a.yaml#/b", "http://[", "//h/x", "%", "date-time", "path"),
    *("https://example.com/a", "<script>", "`", "[a](javascript:b)", "int32"),
)
VALUES = recursive(
    none() | sampled_from(LEAVES) | text(max_size=5),
    lambda inner: dictionaries(sampled_from(WORDS), inner, max_size=4) | lists(inner, max_size=3),
    max_leaves=12,
)


def is_judged(tree: dict[str, Any], version: Version) -> None:
    """Whatever is found can be placed and shown."""
    source = parse("a.json", json.dumps(tree).encode())
    other = parse("b.json", json.dumps(tree, indent=1).encode())
    assert isinstance(source, Source)
    assert isinstance(other, Source)
    api = walk(Document(source, version), lambda path: Unread("a", "b", "c") if "?" in path else other, {"example.com"})
    found = judge(api, metaschemas())
    for one in [*found, *cross_check(api, found, [])]:
        assert one.finding.message
        for said in diagnose(one.source, one.rule, "error", [one.finding]):
            assert said.line >= 1


@given(data(), sampled_from(["2.0", "3.0", "3.1", "3.2"]))
def test_a_good_document_with_anything_anywhere_is_judged(dice: DataObject, version: Version) -> None:
    tree = copy.deepcopy(dice.draw(sampled_from(TREES)))
    for _ in range(dice.draw(sampled_from([1, 1, 2, 4]))):
        here: Any = tree
        while True:
            keys = list(here) if isinstance(here, dict) else list(range(len(here)))
            key = dice.draw(sampled_from(keys)) if keys else None
            below = here[key] if key is not None else None
            if not isinstance(below, dict | list) or not below or dice.draw(sampled_from([True, False, False, False])):
                break
            here = below
        change = dice.draw(sampled_from(["replace", "remove", "add"]))
        if change == "remove" and key is not None and len(here) > 1:
            del here[key]
        elif change == "add" and isinstance(here, dict):
            here[dice.draw(sampled_from(WORDS))] = dice.draw(VALUES)
        elif key is not None:
            here[key] = dice.draw(VALUES)
    is_judged(tree, version)


@given(dictionaries(sampled_from(WORDS), VALUES), sampled_from(["2.0", "3.0", "3.1", "3.2"]))
def test_a_document_of_chance_is_judged(tree: dict[str, Any], version: Version) -> None:
    is_judged(tree, version)
