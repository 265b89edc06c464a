"""The rules of OpenAPI documents: who may change them, what they reach, and that nothing makes them crash."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from opsbook.cli import main
from opsbook.cross_check import Opinion, cross_check, opinions
from opsbook.diagnostic import SEVERITIES
from opsbook.openapi import walk
from opsbook.openapi.judge import judge, rules
from opsbook.openapi.levels import DEFAULTS, RULE_SETS, severities
from opsbook.openapi.lint.patterns import is_pattern
from opsbook.openapi.read import Document, parse, version
from opsbook.openapi.walk import Unread
from opsbook.openapi_files import metaschemas
from opsbook.source import Fault, Source

CASES = Path(__file__).parent / "openapi"
API = (CASES / "good/minimal.yaml").read_text(encoding="utf-8")
UNNAMED = API.replace("      operationId: getOrder\n", "")


def opsbook(*arguments: str) -> Result:
    result = CliRunner().invoke(main, list(arguments))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Write files, check the first, and give what is said."""
    monkeypatch.chdir(tmp_path)

    def checked(files: dict[str, str], *options: str) -> str:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        return opsbook("check", *options, next(iter(files))).output

    return checked


# Settings


def test_a_lone_document_has_the_settings_that_lie_beside_it(check: Callable[..., str]) -> None:
    found = check({"a/api.yaml": UNNAMED, "a/opsbook.yaml": "rules:\n  openapi/missing-operation-id: error\n"})
    assert "10:5: error: `GET /orders/{id}` has no `operationId`" in found
    found = check({"a/api.yaml": UNNAMED, "a/opsbook.yaml": "rules:\n  openapi/missing-operation-id: off\n"})
    assert found == "nothing wrong\n"


def test_a_slip_in_the_settings_is_found(check: Callable[..., str]) -> None:
    found = check({"api.yaml": API, "opsbook.yaml": "rules:\n  openapi/missing-operation: off\n"})
    assert "there is no rule `openapi/missing-operation` [schema/wrong-value]" in found
    found = check({"api.yaml": API, "opsbook.yaml": "openapi:\n  rule_set: relaxed\n"})
    assert "opsbook.yaml:2:13: error" in found


def test_a_rule_about_the_form_can_be_switched_off(check: Callable[..., str]) -> None:
    strange = API.replace("      summary: One order\n", "      summary: One order\n      cost: 3\n")
    assert "[openapi/unknown-field]" in check({"api.yaml": strange})
    settings = "rules:\n  openapi/unknown-field: off\n"
    assert check({"api.yaml": strange, "opsbook.yaml": settings}) == "nothing wrong\n"


@pytest.mark.parametrize(
    ("rule_set", "said"),
    [("minimal", "nothing wrong"), ("recommended", "1 warning"), ("strict", "1 error")],
)
def test_a_rule_set_holds(rule_set: str, said: str, check: Callable[..., str]) -> None:
    found = check({"api.yaml": UNNAMED, "opsbook.yaml": f"openapi:\n  rule_set: {rule_set}\n"})
    assert found.splitlines()[-1].startswith(said)


def test_what_is_set_by_name_wins_over_the_rule_set() -> None:
    for rule_set in RULE_SETS:
        assert severities(rule_set, {"openapi/trailing-slash": "note"})["openapi/trailing-slash"] == "note"


def test_every_rule_has_a_default() -> None:
    assert {rule.id: rule.severity for rule in rules()}.items() <= DEFAULTS.items()
    assert {rule.severity for rule in rules()} == set(SEVERITIES)
    assert len(rules()) >= 28


# Regular expressions and examples


@pytest.mark.parametrize("pattern", [r"^[a-z]+$", r"[\w-.]", r"\@\_\:", r"\p{L}", "(?<year>a)", "(?<!a)b", "[+-]", ""])
def test_a_regular_expression_of_a_browser_is_taken(pattern: str) -> None:
    assert is_pattern(pattern)


@pytest.mark.parametrize(
    "pattern", ["(", "[a", "a**", "(?i)a", "(?P<year>a)", r"\A", r"\Z", "[z-a]", "[[:alpha:]]", "a++"]
)
def test_what_only_other_dialects_have_is_not(pattern: str) -> None:
    assert not is_pattern(pattern)


SCHEMAS = """
  Thing:
    required: [id, secret, name]
    properties:
      id: {type: integer, readOnly: true}
      secret: {type: string, writeOnly: true}
      name: {type: string}
  Extended:
    allOf:
      - $ref: '#/components/schemas/Thing'
      - required: [id]
        properties: {more: {type: string, nullable: true}}
  Either:
    discriminator: {propertyName: kind, mapping: {cat: Cat, big: '#/components/schemas/Dog'}}
    oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
  Cat: {properties: {kind: {type: string}, size: {type: integer}}}
  Dog: {properties: {kind: {type: string}, size: {type: string}}}
"""


@pytest.mark.parametrize(
    ("schema", "example", "request_fits", "response_fits"),
    [
        ("Thing", {"secret": "a", "name": "b"}, True, False),
        ("Thing", {"id": 1, "name": "b"}, False, True),
        ("Thing", {"id": 1, "secret": "a"}, False, False),
        ("Extended", {"secret": "a", "name": "b", "more": None}, True, False),
        ("Extended", {"id": 1, "name": "b", "more": 3}, False, False),
        ("Either", {"kind": "cat", "size": 3}, True, True),
        ("Either", {"kind": "big", "size": "3"}, True, True),
        ("Either", {"kind": "cat", "size": "3"}, False, False),
        ("Either", {"kind": "Dog", "size": 3}, True, True),
        ("Either", {"size": 3}, True, True),
        ("Either", {"size": []}, False, False),
    ],
)
def test_an_example_fits_in_its_direction(
    schema: str, example: dict[str, Any], *, request_fits: bool, response_fits: bool
) -> None:
    schemas = Source.parse("schemas.yaml", SCHEMAS.encode())
    assert isinstance(schemas, Source)
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}, "example": example}}
    for fits, operation in (
        (request_fits, {"requestBody": {"content": content}, "responses": {"200": {"description": "a"}}}),
        (response_fits, {"responses": {"200": {"description": "a", "content": content}}}),
    ):
        data = {
            "openapi": "3.0.3",
            "info": {"title": "a", "version": "1"},
            "paths": {"/a": {"post": operation}},
            "components": {"schemas": schemas.data},
        }
        api = walk.walk(Document(Source("a.yaml", "", data), "3.0"), lambda _: Unread("a", "b", "c"))
        wrong = [one for one in judge(api, metaschemas()) if one.rule == "openapi/mismatched-example"]
        assert (not wrong) is fits, wrong


# Ignores


def test_a_comment_ignores(check: Callable[..., str]) -> None:
    ignored = UNNAMED.replace("    get:\n", "    # ignore[openapi/missing-operation-id]: clients name it\n    get:\n")
    assert check({"api.yaml": ignored}) == "nothing wrong\n"


@pytest.mark.parametrize("deep", [True, False])
def test_an_object_ignores_for_itself_and_what_it_holds(check: Callable[..., str], *, deep: bool) -> None:
    source = parse("api.yaml", UNNAMED.encode())
    assert isinstance(source, Source)
    data = source.data
    holder = data["paths"]["/orders/{id}"]["get"] if deep else data
    holder["x-opsbook-ignore"] = {"openapi/missing-operation-id": "clients name it"}
    assert check({"api.json": json.dumps(data)}) == "nothing wrong\n"
    holder["x-opsbook-ignore"] = {"openapi/missing-operation-id": " "}
    found = check({"api.json": json.dumps(data, indent=1)})
    assert "[project/ignore-without-reason]" in found
    assert "[openapi/missing-operation-id]" in found


# References


@contextmanager
def serving(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[tuple[str, list[str]]]:
    """A server on loopback, and the paths that it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            answer(self)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def send(handler: BaseHTTPRequestHandler, code: int, body: str = "", **headers: str) -> None:
    handler.send_response(code)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body.encode())


def remote(host: str, path: str = "shared/order.yaml#/Order") -> str:
    return API.replace("'#/components/schemas/Order'", f"http://{host}/{path}").partition("components:")[0]


def test_a_host_that_is_allowed_is_asked(check: Callable[..., str]) -> None:
    files = {
        "/shared/order.yaml": "Order:\n  properties:\n    id:\n      $ref: id.yaml\n",
        "/shared/id.yaml": "type: text\n",
    }
    with serving(lambda handler: send(handler, 200, files[handler.path])) as (host, asked):
        assert "[openapi/remote-reference]" in check({"api.yaml": remote(host)})
        assert asked == []
        found = check({"api.yaml": remote(host)}, "--allow-host", host)
        assert f"http://{host}/shared/id.yaml:1:7: error: `type` cannot be `text` [openapi/wrong-value]" in found
        assert asked == ["/shared/order.yaml", "/shared/id.yaml"]
        settings = f"openapi:\n  allowed_hosts: ['{host}']\n"
        files["/shared/id.yaml"] = "type: string\n"
        assert check({"api.yaml": remote(host), "opsbook.yaml": settings}) == "nothing wrong\n"


def test_a_redirect_leads_to_no_other_host(check: Callable[..., str]) -> None:
    with (
        serving(lambda handler: send(handler, 200, "Order: {}\n")) as (other, asked),
        serving(lambda handler: send(handler, 302, Location=f"http://{other}/a.yaml")) as (host, _),
    ):
        found = check({"api.yaml": remote(host)}, "--allow-host", host)
        assert "it redirects to a host that is not allowed" in found
        assert asked == []


def test_a_host_that_fails_is_explained(check: Callable[..., str]) -> None:
    with serving(lambda handler: send(handler, 404)) as (host, _):
        assert "cannot be read: 404 Not Found" in check({"api.yaml": remote(host)}, "--allow-host", host)
    assert "cannot be read: " in check({"api.yaml": remote(host)}, "--allow-host", host)


PART = "Order:\n  type: object\n  propertys: {}\n"


def test_a_part_in_another_file_is_judged_by_its_type(check: Callable[..., str]) -> None:
    api = (CASES / "good/many-files.yaml").read_text(encoding="utf-8").replace("3.1.0", "3.0.3")
    found = check({"api.yaml": api, "shared/order.yaml": PART})
    assert "shared/order.yaml:3:3: error: `Order` has a field that nobody reads: `propertys`" in found


IDS = """
    Order:
      $id: https://example.com/schemas/order
      type: object
      properties:
        id:
          $ref: '#/$defs/id'
        item:
          $ref: item
      $defs:
        id:
          type: string
    Item:
      $id: https://example.com/schemas/item
      type: object
      properties:
        again:
          $ref: order#/$defs/id
"""


def test_references_count_from_the_id_of_their_schema(check: Callable[..., str]) -> None:
    api = API.partition("    Order:\n")[0].rstrip() + IDS
    assert check({"api.yaml": api}) == "nothing wrong\n"
    found = check({"api.yaml": api.replace("'#/$defs/id'", "'#/$defs/ids'")})
    assert "`#/$defs/ids` leads nowhere" in found
    found = check({"api.yaml": api.replace("$ref: item", "$ref: items")})
    assert "https://example.com/schemas/items` lies on another host" in found


@pytest.mark.parametrize(
    ("keywords", "rule"),
    [
        ("$dynamicRef: '#node'\n      $dynamicAnchor: node", ""),
        ("$dynamicRef: '#nod'\n      $dynamicAnchor: node", "openapi/unresolved-reference"),
    ],
)
def test_a_dynamic_reference_needs_some_anchor(keywords: str, rule: str, check: Callable[..., str]) -> None:
    found = check({"api.yaml": API.replace("    Order:\n", f"    Order:\n      {keywords}\n")})
    assert f"[{rule}]" in found if rule else found == "nothing wrong\n"


@pytest.mark.parametrize(
    ("dialect", "wrong"),
    [
        ("https://json-schema.org/draft/2020-12/schema", True),
        ("http://json-schema.org/draft-07/schema#", False),
        ("https://example.com/dialect", False),
    ],
)
def test_schemas_are_judged_by_their_dialect(dialect: str, check: Callable[..., str], *, wrong: bool) -> None:
    api = API.replace("type: object", "type: objekt").replace("servers:", f"jsonSchemaDialect: {dialect}\nservers:")
    assert ("[openapi/wrong-value]" in check({"api.yaml": api})) is wrong


# A second opinion


CORPUS = sorted(path for folder in ("good", "bad") for path in (CASES / folder).iterdir() if path.suffix != ".txt")


def read(path: Path) -> Document | None:
    source = parse(path.name, path.read_bytes()) if path.is_file() else None
    known = version(source) if isinstance(source, Source) else None
    return Document(source, known) if isinstance(source, Source) and isinstance(known, str) else None


def fetch_below(folder: Path) -> Callable[[str], Source | Unread]:
    def fetch(path: str) -> Source | Unread:
        if not (folder / path).is_file():
            return Unread("unresolved-reference", "it is not there", "write it")
        made = parse(path, (folder / path).read_bytes())
        return Unread("unresolved-reference", "it is broken", "mend it") if isinstance(made, Fault) else made

    return fetch


def test_we_find_whatever_the_other_validator_finds() -> None:
    documents = {path: document for path in CORPUS if (document := read(path)) is not None}
    said = opinions(list(documents.values()), seconds=120)
    assert sum(map(bool, said)) > 20
    missed = []
    for (path, document), theirs in zip(documents.items(), said, strict=True):
        api = walk.walk(document, fetch_below(path.parent))
        missed += [(path.name, one.finding) for one in cross_check(api, judge(api, metaschemas()), theirs)]
    assert missed == []


def test_what_only_the_other_validator_finds_is_a_note(
    check: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [Opinion(("info", "title"), "too\n long"), Opinion((), "anything"), Opinion(("paths", 3), "odd")]
    monkeypatch.setattr("opsbook.cross_check.opinions", lambda _documents: [said])
    found = check({"api.yaml": API}, "--cross-check", "--format", "json")
    assert {(one["rule"], one["severity"]) for one in json.loads(found)} == {("openapi/cross-check", "note")}
    assert [one["pointer"] for one in json.loads(found)] == ["", "", "/info/title"]
    assert json.loads(check({"api.yaml": API}, "--format", "json")) == []


def test_the_other_validator_calls_nobody_and_has_little_time(tmp_path: Path) -> None:
    with serving(lambda handler: send(handler, 200, "type: string\n")) as (host, asked):
        path = tmp_path / "api.yaml"
        path.write_text(remote(host), encoding="utf-8")
        document = read(path)
        assert document
        opinions([document])
        assert opinions([document], seconds=0.01) == [[]]
        assert asked == []


# The facts that the makers of the standard test, in words of our own


FACTS = Source.parse("facts.yaml", (CASES / "facts.yaml").read_bytes())
assert isinstance(FACTS, Source)


@pytest.mark.parametrize("fact", FACTS.data, ids=lambda fact: fact["fact"])
def test_a_fact_of_the_standard_holds(fact: dict[str, Any]) -> None:
    for said in fact["versions"]:
        data = {"openapi": f"{said}.0", "info": {"title": "Orders", "version": "1"}, **fact["document"]}
        data = {key: value for key, value in data.items() if value != "nothing"}
        document = Document(Source("fact.yaml", "", data), said)
        api = walk.walk(document, lambda _: Unread("unresolved-reference", "no", "none"))
        grave = {one.rule for one in judge(api, metaschemas()) if DEFAULTS.get(one.rule, "error") == "error"}
        assert grave == ({fact["wrong"]} if "wrong" in fact else set())
