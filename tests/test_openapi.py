"""OpenAPI documents: what is wrong with them is found at its place, and nothing else is."""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis.strategies import dictionaries, lists, none, recursive, sampled_from, text

from opsbook.cli import main
from opsbook.openapi import metaschema, walk
from opsbook.openapi.json_source import JsonSource
from opsbook.openapi.read import Document, parse, pointer
from opsbook.openapi.walk import Unread
from opsbook.openapi_files import metaschemas
from opsbook.source import Fault, Place, Source

CASES = Path(__file__).parent / "openapi"
GOOD = sorted(path for path in (CASES / "good").iterdir() if path.is_file())
BAD = sorted(path for path in (CASES / "bad").iterdir() if path.suffix in (".yaml", ".json"))


def opsbook(*arguments: str) -> Result:
    result = CliRunner().invoke(main, list(arguments))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_nothing_is_wrong_with_a_good_document(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    result = opsbook("check", path.name)
    assert (result.exit_code, result.output) == (0, "nothing wrong\n")


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_one_fault_is_found_at_its_place(
    path: Path, golden: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(path.parent)
    result = opsbook("check", path.name)
    assert re.search(r"^1 (?:error|warning|note) in 1 file\(s\)$", result.output, re.MULTILINE)
    assert result.exit_code == (0 if "\n1 note" in result.output else 1)
    rule = result.output.partition("\n")[0].rpartition("[")[2].rstrip("]")
    assert path.stem.startswith(rule.partition("/")[2])
    golden(path.with_suffix(".txt"), result.output)


def test_a_byte_order_mark_hides_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    good = (CASES / "good/minimal.yaml").read_text(encoding="utf-8")
    (tmp_path / "api.yaml").write_text(good, encoding="utf-8-sig")
    assert opsbook("check", "api.yaml").output == "nothing wrong\n"


def test_json_is_known_by_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "api.yaml").write_text('{"info": {"title": "a", "version": "1"}, "openapi": "3.1.0"}', encoding="utf-8")
    assert "[openapi/missing-field]" in opsbook("check", "api.yaml").output


def test_an_address_is_no_host() -> None:
    result = opsbook("check", "--allow-host", "https://example.com/", str(CASES / "good/minimal.yaml"))
    assert result.exit_code == 2
    assert "is no name of a host" in result.output


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "api.yaml")
    assert "this is not a file" in opsbook("check", str(tmp_path / "api.yaml")).output


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("\n", "1:1", "the file is empty"),
        ('{"openapi": "3.1.0",\n "x-big": ' + "9" * 5000 + "}", "2:11", "a number of thousands of digits"),
    ],
)
def test_json_that_python_cannot_read(
    tmp_path: Path, text: str, place: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "api.json").write_text(text, encoding="utf-8")
    assert opsbook("check", "api.json").output.startswith(f"api.json:{place}: error: {says} [json/syntax]")


def test_what_stands_nowhere_is_judged_by_who_refers_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    good = (CASES / "good/minimal.yaml").read_text(encoding="utf-8")
    (tmp_path / "api.yaml").write_text(f"{good}  headers:\n    x:\n      $ref: '#/info'\n", encoding="utf-8")
    assert "`info` lacks `schema` or `content` [openapi/missing-field]" in opsbook("check", "api.yaml").output


def test_a_finding_has_a_json_pointer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES / "bad")
    found = json.loads(opsbook("check", "--format", "json", "missing-field-response-31.json").output)
    assert [one["pointer"] for one in found] == ["/paths/~1a/get/responses/200"]


def test_a_fault_in_a_second_file_is_reported_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    good = (CASES / "good/many-files.yaml").read_text(encoding="utf-8")
    (tmp_path / "api.yaml").write_text(good, encoding="utf-8")
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared/order.yaml").write_text(
        "Order:\n  $ref: '#/Other'\nOther:\n  items:\n    $ref: none.yaml\n", encoding="utf-8"
    )
    assert opsbook("check", "api.yaml").output.startswith("shared/order.yaml:5:11: error: there is no file")
    (tmp_path / "shared/order.yaml").write_text("Order: [\n", encoding="utf-8")
    result = opsbook("check", "api.yaml").output
    assert "api.yaml:27:23: error: `shared/order.yaml` cannot be read" in result
    assert "shared/order.yaml:2:1: error: a value" in result


def test_a_link_does_not_lead_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret.yaml").write_text("Order:\n  type: object\n", encoding="utf-8")
    (tmp_path / "here/shared").mkdir(parents=True)
    (tmp_path / "here/api.yaml").write_bytes((CASES / "good/many-files.yaml").read_bytes())
    (tmp_path / "here/shared/order.yaml").symlink_to(tmp_path / "secret.yaml")
    monkeypatch.chdir(tmp_path / "here")
    assert "[openapi/outside-reference]" in opsbook("check", "api.yaml").output


@pytest.mark.parametrize("start", ["$ref: ", "$schema: http://HOST/s\n                $ref: "])
def test_nobody_is_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        host = f"127.0.0.1:{server.getsockname()[1]}"
        text = (CASES / "good/minimal.yaml").read_text(encoding="utf-8")
        text = text.replace("$ref: '#/components/schemas/Order'", f"{start}http://{host}/a.yaml".replace("HOST", host))
        (tmp_path / "api.yaml").write_text(f"{text}jsonSchemaDialect: http://{host}/dialect\n", encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        assert "[openapi/remote-reference]" in opsbook("check", "api.yaml").output
        with pytest.raises(BlockingIOError):
            server.accept()


def test_places_in_json() -> None:
    text = b'{\n  "a": [1, {"b": "x\\n"}],\n  "c": {}\n}'
    source = JsonSource.parse("a.json", text)
    assert isinstance(source, Source)
    assert source.place(("a", 1, "b")) == Place(2, 18)
    assert source.place(("a", 1, "b"), key=True) == Place(2, 13)
    assert source.place(("c", "missing", 3)) == Place(3, 8)
    assert source.spelled(("a", 0)) == "1"


@pytest.mark.parametrize("version", ["2.0", "3.0", "3.1", "3.2"])
def test_every_version_has_its_schema(version: str) -> None:
    key = "swagger" if version == "2.0" else "openapi"
    data = {key: version if version == "2.0" else f"{version}.0", "info": {"title": "a", "version": "1"}, "paths": {}}
    source = Source("a.json", "", data)
    assert list(metaschema.judge(Document(source, version), metaschemas())) == []  # type: ignore[arg-type]


def test_a_pointer_is_escaped() -> None:
    assert pointer(("paths", "/a~b", 0)) == "/paths/~1a~0b/0"


KEYS = sampled_from(
    [
        *(
            "openapi",
            "info",
            "paths",
            "/a",
            "get",
            "parameters",
            "responses",
            "200",
            "content",
            "schema",
            "$ref",
            "x-a",
        ),
        *("components", "schemas", "discriminator", "mapping", "properties", "allOf", "$id", "$anchor", "callbacks"),
    ]
)
VALUES = recursive(
    none()
    | sampled_from([0, 1.5, True, "3.1.0", "#/paths", "#a", "a.yaml#/b", "http://[", "//h/x", "%", "\0"])
    | text(),
    lambda inner: dictionaries(KEYS, inner, max_size=4) | lists(inner, max_size=3),
    max_leaves=20,
)


@given(dictionaries(KEYS, VALUES), sampled_from(["2.0", "3.0", "3.1", "3.2"]))
def test_any_data_is_judged(data: dict[str, object], version: str) -> None:
    def fetch(_: str) -> Source | Unread:
        return Source("a.yaml", "", data)

    document = Document(Source("b.yaml", "", data), version)  # type: ignore[arg-type]
    for _, finding in metaschema.judge(document, metaschemas()):
        assert finding.message
    for judged in walk.walk(document, fetch).judged:
        assert judged.finding.hint


@given(text())
def test_any_text_is_read_or_explained(written: str) -> None:
    read = parse("a.json", written.encode(errors="surrogatepass"))
    assert isinstance(read, Source | Fault)


@pytest.mark.parametrize("reference", ["http://[", "a\0b", "%00", ".", "#/%ff", "C:\\x", "file:///etc/passwd"])
def test_a_strange_reference_is_explained(tmp_path: Path, reference: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = {"openapi": "3.1.0", "info": {"title": "a", "version": "1"}, "components": {"schemas": {"A": {}}}}
    data["components"]["schemas"]["A"]["$ref"] = reference  # type: ignore[index]
    (tmp_path / "a.json").write_text(json.dumps(data), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert opsbook("check", "a.json").output.endswith("1 error in 1 file(s)\n")


def test_an_alias_stands_at_each_of_its_places() -> None:
    text = b"openapi: 3.1.0\npaths:\n  /a:\n    get: &get {operationId: all}\n  /b: {get: *get}\n"
    source = Source.parse("a.yaml", text)
    assert isinstance(source, Source)
    api = walk.walk(Document(source, "3.1"), lambda _: Unread("none", "", ""))
    assert sorted(str(node.route[1]) for node in api.nodes["operation"]) == ["/a", "/b"]


def test_the_alternative_is_the_one_that_was_meant() -> None:
    scheme = {
        "type": "oauth2",
        "flow": "implicit",
        "authorizationUrl": "https://a.example.com",
        "scopes": {},
        "colour": 1,
    }
    data = {"swagger": "2.0", "info": {"title": "a", "version": "1"}, "paths": {}, "securityDefinitions": {"a": scheme}}
    found = list(metaschema.judge(Document(Source("a.json", "", data), "2.0"), metaschemas()))
    assert [(rule, finding.route) for rule, finding in found] == [
        ("openapi/unknown-field", ("securityDefinitions", "a", "colour"))
    ]
