"""A service that is made of a document: what it answers, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import jsonschema_rs
import pytest
import yaml
from hypothesis import given
from hypothesis.strategies import binary, dictionaries, sampled_from, text

from opsbook.openapi.answers import Bundle, answers, base_paths, examples_of, parameters_of
from opsbook.openapi.contents import Contents, Operation
from opsbook.openapi.json_source import JsonSource
from opsbook.openapi.read import LIMITS, Document
from opsbook.openapi.walk import Api, Node, Unread, walk
from opsbook.openapi_files import is_openapi, read_api
from opsbook.sandbox.answering import Answering, Reply, Request

HERE = Path(__file__).parent
CASES: dict[str, list[Any]] = yaml.safe_load((HERE / "answers/cases.yaml").read_text(encoding="utf-8"))
DOCUMENTS = sorted(
    path.relative_to(HERE.parent).as_posix()
    for folder in (HERE / "answers", *(HERE.parent / "specs").glob("*/apis"))
    for path in folder.iterdir()
    if path.is_file() and is_openapi(path)
)
"""Those of the tests, and all of the reference systems."""


@cache
def document(path: str) -> Api:
    """A document of this repository."""
    api = read_api(HERE.parent, path, {}).api
    assert api
    return api


@cache
def table(path: str) -> dict[str, Any]:
    """The table that is made of it, by way of JSON, as into a sandbox."""
    return dict(json.loads(json.dumps(answers(document(path)))))


@cache
def service(path: str) -> Answering:
    """The service that answers from the table."""
    return Answering(table(path))


def request(line: str, sent: dict[str, Any]) -> Request:
    """A request as the cases write it."""
    method, target = line.split(" ", 1)
    headers = {"authorization": "Bearer t", **{name: str(value) for name, value in sent.items()}}
    body = str(headers.pop("body", "")).encode()
    if "json" in headers:
        del headers["json"]
        headers["content-type"], body = "application/json", json.dumps(sent["json"]).encode()
    if "auth" in headers:
        headers["authorization"] = headers.pop("auth")
    return Request(method, target, {name: value for name, value in headers.items() if value}, body)


@pytest.mark.parametrize(
    ("path", "line", "sent", "status", "part"),
    [
        pytest.param(f"tests/answers/{name}.yaml", *case, id=f"{name} {case[0]} {case[2]} {number}")
        for name, cases in CASES.items()
        for number, case in enumerate(cases)
    ],
)
def test_every_request_has_its_verdict(path: str, line: str, sent: dict[str, Any], status: int, part: str) -> None:
    reply = service(path).answer(request(line, sent))
    assert (reply.status, bool(reply.problem)) == (status, bool(reply.problem))
    said = reply.body.decode()
    assert part in said, said
    assert bool(reply.problem) == (b'"type": "about:blank"' in reply.body)


def test_a_refusal_is_a_problem_that_names_the_place() -> None:
    reply = service("tests/answers/orders.yaml").answer(request("POST /shop/v1/orders", {"json": {"state": "new"}}))
    assert dict(reply.headers)["Content-Type"] == "application/problem+json"
    assert json.loads(reply.body) == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "`/goods`: `goods` is missing",
        "errors": [{"pointer": "/goods", "detail": "`/goods`: `goods` is missing"}],
    }
    assert reply.problem == "POST /shop/v1/orders was refused with 400: `/goods`: `goods` is missing"


@pytest.mark.parametrize(
    ("line", "header", "value"),
    [
        ("GET /shop/v1/orders", "X-Count", "2"),
        ("GET /shop/v1/orders", "X-Names", "a,b"),
        ("GET /shop/v1/orders", "X-Made", "string"),
        ("PATCH /shop/v1/orders", "Allow", "GET, POST"),
        ("PUT /shop/v1/tree", "WWW-Authenticate", "Basic"),
    ],
)
def test_headers_are_those_of_the_document(line: str, header: str, value: str) -> None:
    reply = service("tests/answers/orders.yaml").answer(request(line, {}))
    assert dict(reply.headers)[header] == value


def test_the_base_path_is_that_of_the_server() -> None:
    assert base_paths(document("tests/answers/orders.yaml")) == ("/shop/v1",)
    assert base_paths(document("tests/answers/pets.yaml")) == ("/v2",)
    assert base_paths(document("tests/answers/letters.yaml")) == ("",)


# Every operation of every document


def asked(api: Api, operation: Operation, carried: list[dict[str, str]]) -> Request:
    """A request that the document allows, made of its examples; `carried` is what authenticates."""
    bundle = Bundle(api)
    path = operation.path
    query = [(one["name"], "k") for one in carried if one["in"] == "query"]
    headers = {one["name"].lower(): f"{one.get('scheme', '')} k".lstrip() for one in carried if one["in"] == "header"}
    cookies = [f"{one['name']}=k" for one in carried if one["in"] == "cookie"]
    headers |= {"cookie": "; ".join(cookies)} if cookies else {}
    for one in parameters_of(api, operation):
        name, where = str(one.value["name"]), one.value["in"]
        value = one.value.get("example", next(iter(examples_of(bundle, one, "request").values())).get("value"))
        if api.document.version == "2.0":
            value = bundle.sampler.of(one._replace(shape="schema"), "request").value
        spelled = value if isinstance(value, str) else json.dumps(value)
        spelled = f";{name}={spelled}" if one.value.get("style") == "matrix" else spelled
        if where == "path":
            path = path.replace(f"{{{name}}}", quote(spelled, safe=";="))
        elif one.value.get("required"):
            query += [(name, spelled)] if where == "query" else []
            headers |= {name.lower(): spelled} if where == "header" else {}
    media, body = sent_with(api, bundle, operation)
    headers |= {"content-type": media} if media else {}
    base = base_paths(api, operation.node, operation.item)[0]
    return Request(operation.method, base + path + (f"?{urlencode(query)}" if query else ""), headers, body)


def sent_with(api: Api, bundle: Bundle, operation: Operation) -> tuple[str, bytes]:
    """The first example of a body, as it is sent, with its media type."""
    for one in parameters_of(api, operation):
        if one.value["in"] == "body":
            schema = next(api.members(one, "schema"))
            return "application/json", json.dumps(bundle.sampler.of(schema, "request").value).encode()
        if one.value["in"] == "formData":
            part = '--b\r\nContent-Disposition: form-data; name="photo"; filename="a"\r\n\r\nhello\r\n--b--\r\n'
            return "multipart/form-data; boundary=b", part.encode()
    for body in api.members(operation.node, "requestBody"):
        whole = api.resolve(body)
        assert whole
        for media in api.members(whole, "content"):
            example = next(iter(examples_of(bundle, api.resolve(media) or media, "request").values()))["value"]
            if media.name == "application/x-www-form-urlencoded":
                return media.name, urlencode(example).encode()
            return media.name, json.dumps(example).encode()
    return "", b""


def schemas_of(api: Api, operation: Operation, status: int) -> Iterator[Node]:
    """The schemas of a response's bodies that are JSON."""
    for response in api.members(operation.node, "responses"):
        whole = api.resolve(response)
        if whole and response.name in (str(status), f"{status // 100}XX"):
            yield from (whole,) if api.document.version == "2.0" else ()
            yield from (media for media in api.members(whole, "content") if "json" in media.name)


OPERATIONS = [
    pytest.param(path, operation.name, id=f"{path} {operation.name}")
    for path in DOCUMENTS
    for operation in Contents(document(path)).operations
    if not operation.webhook
]


def ask(path: str, name: str) -> tuple[Operation, Request, Reply]:
    """Call an operation as its document says."""
    api = document(path)
    operation = next(one for one in Contents(api).operations if one.name == name)
    route = next(one for one in table(path)["routes"] if one["id"] in (operation.id, name))
    call = asked(api, operation, (route["security"] or [[]])[0])
    return operation, call, service(path).answer(call)


@pytest.mark.parametrize(("path", "name"), OPERATIONS)
def test_every_operation_answers_with_a_valid_example(path: str, name: str) -> None:
    api = document(path)
    operation, _, reply = ask(path, name)
    assert not reply.problem
    assert reply.status < 300
    for media in schemas_of(api, operation, reply.status):
        bundle = Bundle(api)
        for schema in api.members(media, "schema"):
            made = bundle.schema(schema, "response")
            whole = {**made, "$defs": bundle.schemas, "$schema": bundle.draft}
            jsonschema_rs.validator_for(whole).validate(json.loads(reply.body))
        break


@pytest.mark.parametrize(("path", "name"), OPERATIONS)
def test_every_operation_refuses_a_wrong_request(path: str, name: str) -> None:
    _, call, _ = ask(path, name)
    sign = "&" if "?" in call.target else "?"
    reply = service(path).answer(Request(call.method, f"{call.target}{sign}no-such=1", call.headers, call.body))
    assert reply.status == 400
    assert "`no-such`" in reply.problem
    if call.body and "json" in call.headers["content-type"]:
        reply = service(path).answer(Request(call.method, call.target, call.headers, b"{"))
        assert reply.status == 400


@given(
    sampled_from(["GET", "POST", "PUT", "QUERY", ""]),
    sampled_from(["/shop/v1/orders", "/shop/v1/orders/3", "/shop/v1/tree", "/", "", "?"]),
    text(max_size=20),
    dictionaries(
        sampled_from(["authorization", "content-type", "accept", "prefer", "cookie"]),
        sampled_from(
            ["Bearer t", "application/json", "multipart/form-data", "code=", "a=b;;=", "", ";q=x", "*/*", "é"]
        ),
    ),
    binary(max_size=20),
)
def test_any_request_is_answered(method: str, path: str, query: str, headers: dict[str, str], body: bytes) -> None:
    reply = service("tests/answers/orders.yaml").answer(Request(method, f"{path}?{query}", headers, body))
    assert 200 <= reply.status < 600


def made(schemas: dict[str, Any], body: dict[str, Any]) -> Answering:
    """A service with one operation, which takes a body."""
    response = {"description": "Well.", "content": {"application/json": {"schema": body}}}
    call = {"requestBody": {"content": {"application/json": {"schema": body}}}, "responses": {"200": response}}
    data = {"openapi": "3.1.0", "paths": {"/a": {"post": call}}, "components": {"schemas": schemas}}
    source = JsonSource.parse("api.json", json.dumps(data).encode(), LIMITS)
    assert isinstance(source, JsonSource)
    return Answering(answers(walk(Document(source, "3.1"), lambda _path: Unread("", "", ""))))


def test_long_chains_of_references_are_followed() -> None:
    refs = [{"$ref": f"#/components/schemas/S{number}"} for number in range(1_201)]
    schemas = {f"S{number}": {"required": ["a"], "properties": {"b": refs[number + 1]}} for number in range(1_200)}
    service = made({**schemas, "S1200": {"type": "integer"}}, refs[0])
    body = b'{"a": 1, "b": {"a": 1, "b": {}}}'
    reply = service.answer(Request("POST", "/a", {"content-type": "application/json"}, body))
    assert "`/b/b/a`: `a` is missing" in reply.problem
    assert service.answer(Request("POST", "/a")).status == 200


def test_schemas_within_schemas_end_somewhere() -> None:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(110):
        schema = {"type": "object", "properties": {"a": schema}}
    assert made({}, schema).answer(Request("POST", "/a")).status == 200
