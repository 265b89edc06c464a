"""OpenAPI documents of a project: found, read into specs, and named for references."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from opsbook.cli import main
from opsbook.kinds import all_kinds
from opsbook.kinds.api.model import ApiDocument
from opsbook.openapi.contents import Contents
from opsbook.openapi.read import Document
from opsbook.openapi.walk import Unread, walk
from opsbook.read import Loaded, Memory, load
from opsbook.source import Source

SYSTEM = {
    "kind": "system",
    "id": "demo",
    "title": "Demo",
    "owner": "operations",
    "last_reviewed": "2026-11-01",
    "review_every": "90d",
    "summary": "A shop.",
    "roles": [{"id": "operations", "title": "Operations", "duties": "Everything.", "contact": "chat"}],
}

ORDER = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}}

ORDERS = {
    "openapi": "3.1.0",
    "info": {"title": "Orders *now*", "version": "1.0"},
    "servers": [{"url": "https://shop.example.com"}],
    "security": [{}],
    "tags": [{"name": "Orders"}],
    "paths": {
        "/orders/{id}": {
            "get": {
                "operationId": "getOrder",
                "summary": "One order",
                "tags": ["Orders"],
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "responses": {"200": {"description": "It", **ORDER}, "404": {"description": "None", **ORDER}},
            }
        }
    },
    "components": {
        "schemas": {
            "Order": {"allOf": [{"$ref": "#/components/schemas/Base"}], "properties": {"state": {"type": "string"}}},
            "Base": {"type": "object", "properties": {"id": {"type": "integer"}}},
        }
    },
}


def write(root: Path, files: Mapping[str, object]) -> Path:
    """A project with these files below its system's folder of APIs."""
    folder = root / "specs/demo/apis"
    folder.mkdir(parents=True, exist_ok=True)
    (root / "specs/demo/system.yaml").write_text(yaml.safe_dump(SYSTEM), encoding="utf-8")
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text if isinstance(content, str) or name.endswith("json") else yaml.safe_dump(content))
    return root


def read(root: Path, memory: Memory | None = None) -> Loaded:
    return load(root, all_kinds(), memory)


def documents(loaded: Loaded) -> list[ApiDocument]:
    return [spec.document for spec in loaded.project.of(ApiDocument, "demo")]


def problems(loaded: Loaded) -> list[str]:
    return [f"{one.path}:{one.line}:{one.column}: {one.rule}" for one in loaded.diagnostics]


@pytest.mark.parametrize("name", ["orders.yaml", "orders.yml", "orders.json"])
def test_a_document_is_a_spec_that_its_system_answers_for(tmp_path: Path, name: str) -> None:
    loaded = read(write(tmp_path, {name: ORDERS}))
    assert problems(loaded) == []
    (document,) = documents(loaded)
    assert (document.id, document.owner, document.last_reviewed.isoformat()) == ("orders", "operations", "2026-11-01")
    assert "*" not in document.title


def test_what_a_document_says_of_itself_comes_first(tmp_path: Path) -> None:
    said = {"id": "shop-orders", "owner": "operations", "last_reviewed": "2026-11-20", "pages": "operation"}
    (document,) = documents(read(write(tmp_path, {"orders.yaml": {**ORDERS, "x-opsbook": said}})))
    assert (document.id, document.last_reviewed.isoformat()) == ("shop-orders", "2026-11-20")
    assert (document.review_every.days, document.layout) == (90, "operation")


def test_a_slip_in_what_it_says_is_found_there(tmp_path: Path) -> None:
    text = yaml.safe_dump(ORDERS) + "x-opsbook:\n  owner: operations\n  pages: tags\n  colour: red\n"
    start = text.count("\n", 0, text.index("x-opsbook")) + 1
    loaded = read(write(tmp_path, {"orders.yaml": text}))
    assert sorted(problems(loaded)) == [
        f"specs/demo/apis/orders.yaml:{start + 2}:10: schema/wrong-value",
        f"specs/demo/apis/orders.yaml:{start + 3}:3: schema/unknown-key",
    ]
    assert loaded.project.unread == {"demo"}
    assert problems(read(write(tmp_path, {"orders.yaml": {**ORDERS, "x-opsbook": "red"}}))) != []


def test_a_broken_document_is_no_spec_and_hides_no_other(tmp_path: Path) -> None:
    bad = json.loads(json.dumps(ORDERS).replace("schemas/Base", "schemas/Bas"))
    loaded = read(write(tmp_path, {"bad.json": bad, "worse.yaml": "openapi: [\n", "orders.yaml": ORDERS}))
    assert [document.id for document in documents(loaded)] == ["orders"]
    rules = [problem.rpartition(" ")[2] for problem in problems(loaded)]
    assert rules == ["openapi/unresolved-reference", "yaml/syntax"]


def test_a_file_of_parts_needs_somebody_who_refers_to_it(tmp_path: Path) -> None:
    whole = json.loads(json.dumps(ORDERS).replace("#/components/schemas/Base", "shared/base.yaml#/Base"))
    del whole["components"]["schemas"]["Base"]
    files = {"orders.yaml": whole, "shared/base.yaml": {"Base": {"type": "object"}}}
    loaded = read(write(tmp_path, files))
    assert problems(loaded) == []
    (document,) = documents(loaded)
    assert [schema.name for schema in document.offers.schemas] == ["Order", "Base"]
    loaded = read(write(tmp_path, {"shared/alone.json": {"Base": {}}}))
    assert problems(loaded) == ["specs/demo/apis/shared/alone.json:1:1: openapi/unknown-version"]


def test_earlier_versions_stand_behind_the_latest(tmp_path: Path) -> None:
    old = {**ORDERS, "info": {"title": "Orders", "version": "0.9"}, "paths": {}}
    files = {"orders.yaml": ORDERS, "versions/orders/0.9.json": old, "versions/order/0.8.json": old}
    memory = Memory()
    loaded = read(write(tmp_path, files), memory)
    assert problems(loaded) == ["specs/demo/apis/versions/order/0.8.json:1:1: openapi/unknown-version"]
    (document,) = documents(loaded)
    assert [api.root.value["info"]["version"] for api in document.earlier] == ["0.9"]
    (tmp_path / "specs/demo/apis/versions/orders/0.9.json").write_text("{", encoding="utf-8")
    assert "json/syntax" in problems(read(tmp_path, memory))[0]


def test_operations_schemas_and_fields_can_be_referred_to(tmp_path: Path) -> None:
    root = write(tmp_path, {"orders.yaml": ORDERS})
    (root / "docs").mkdir()
    good = "[[operation:orders#getOrder]] [[schema:orders#Order]] [[schema:orders#Order.id]] [[api:orders]]"
    (root / "docs/index.md").write_text(f"# Home\n\n{good}\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["check", "-C", str(root)])
    assert "unknown-reference" not in result.output
    addresses = {key[1:]: found[0].address for key, found in read(root).project.definitions.items()}
    assert addresses["operation", "orders#getOrder"] == "demo/apis/orders/orders.md#getOrder"
    assert addresses["schema", "orders#Order.id"] == "demo/apis/orders/schemas/Order.md#id"
    (root / "docs/index.md").write_text("# Home\n\n[[schema:orders#Order.stat]]\n", encoding="utf-8")
    output = CliRunner().invoke(main, ["check", "-C", str(root)]).output
    assert "docs/index.md:3:1: error: `orders` has no schema `Order.stat` [project/unknown-reference]" in output
    assert "did you mean `Order.state`" in output


def test_what_has_not_changed_is_not_read_again(tmp_path: Path) -> None:
    whole = json.loads(json.dumps(ORDERS).replace("#/components/schemas/Base", "shared/base.yaml#/Base"))
    root = write(tmp_path, {"orders.yaml": whole, "shared/base.yaml": {"Base": {"type": "object"}}})
    memory = Memory()
    (first,) = documents(read(root, memory))
    assert documents(read(root, memory))[0] is first
    part = root / "specs/demo/apis/shared/base.yaml"
    part.write_text("Other:\n  type: object\n", encoding="utf-8")
    os.utime(part, ns=(1, 1))
    assert [problem.rpartition(" ")[2] for problem in problems(read(root, memory))] == ["openapi/unresolved-reference"]


def offers(paths: Mapping[str, object], schemas: dict[str, object] | None = None) -> Contents:
    data = {"openapi": "3.1.0", "info": {}, "paths": paths, "components": {"schemas": schemas or {}}}
    return Contents(walk(Document(Source("a.json", "", data), "3.1"), lambda _: Unread("none", "", "")))


def test_names_hold_when_the_order_changes() -> None:
    paths: dict[str, dict[str, object]] = {
        "/a": {"get": {"operationId": "list things"}, "post": {"operationId": "LIST-THINGS"}},
        "/../b": {"get": {}, "put": {"operationId": "../../etc/passwd"}},
    }
    told = {(one.method, one.path): one.name for one in offers(paths).operations}
    turned = {key: dict(reversed(item.items())) for key, item in reversed(paths.items())}
    assert {(one.method, one.path): one.name for one in offers(turned).operations} == told
    names = [name.lower() for name in told.values()]
    assert len(set(names)) == 4
    assert all(".." not in name and "/" not in name for name in names)


def test_schemas_that_differ_in_case_have_names_of_their_own() -> None:
    names = [schema.name for schema in offers({}, {"order": {}, "Order": {}, "Item": {}}).schemas]
    assert names[2] == "Item"
    assert len({name.lower() for name in names}) == 3
