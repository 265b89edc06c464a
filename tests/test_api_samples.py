"""Samples: values that their own schemas find valid, requests that shells and languages read as they are meant."""

from __future__ import annotations

import ast
import shlex
from typing import Any

import pytest
import yaml

from opsbook.openapi.contents import Contents
from opsbook.openapi.read import Document
from opsbook.openapi.requests import Secret, curl, javascript, python, request
from opsbook.openapi.samples import Sampler, sample
from opsbook.openapi.standalone import is_valid
from opsbook.openapi.walk import Api, Unread, walk
from opsbook.source import Source


def _api(data: dict[str, Any], version: Any = "3.1") -> Api:
    whole = {"info": {"title": "T", "version": "1"}, "paths": {}, **data}
    source = Source.parse("api.yaml", yaml.safe_dump(whole, sort_keys=False).encode())
    assert isinstance(source, Source)
    return walk(Document(source, version), lambda _path: Unread("x", "", ""))


def _schema(schema: Any, version: Any = "3.1", **others: Any) -> tuple[Api, Any]:
    api = _api({"components": {"schemas": {"It": schema, **others}}}, version)
    return api, Contents(api).schemas[0].node


VALID: list[Any] = [
    {"type": "string", "minLength": 9, "maxLength": 10},
    {"type": "string", "pattern": "^[A-Z]{3}-[0-9]+$"},
    {"type": "string", "pattern": r"^(ab|cd)?\d{2}[^x]\w*$"},
    *({"type": "string", "format": one} for one in ("date-time", "date", "time", "duration", "email", "uuid", "uri")),
    *(
        {"type": "string", "format": one}
        for one in ("ipv4", "ipv6", "hostname", "json-pointer", "uri-template", "regex")
    ),
    {"type": "integer", "minimum": 3, "multipleOf": 5},
    {"type": "integer", "maximum": -3},
    {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.001},
    {"type": "number", "exclusiveMaximum": 0},
    {"type": "array", "minItems": 3, "uniqueItems": True, "items": {"type": "integer"}},
    {"type": "array", "minItems": 2, "uniqueItems": True, "items": {"enum": ["a", "b"]}},
    {"type": "array", "prefixItems": [{"const": 1}, {"type": "null"}], "items": False},
    {"type": "array", "contains": {"const": "x"}, "minItems": 1},
    {"type": ["null", "boolean"]},
    {"enum": [None, "x"]},
    {"const": {"a": [1]}},
    {"type": "object", "required": ["a"], "additionalProperties": {"type": "integer"}},
    {"type": "object", "minProperties": 3, "additionalProperties": {"type": "boolean"}},
    {
        "type": "object",
        "patternProperties": {"^x-": {"type": "string"}},
        "additionalProperties": False,
        "minProperties": 1,
    },
    {"type": "object", "propertyNames": {"pattern": "^[a-z]{4}$"}, "minProperties": 1},
    {"allOf": [{"minimum": 2, "type": "integer"}, {"minimum": 7}]},
    {"oneOf": [{"type": "null"}, {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}]},
    {"anyOf": [False, {"type": "string"}]},
    {"type": "object", "properties": {"a": {"type": "string"}}, "not": {"required": ["a"]}},
    {"type": "object", "properties": {"again": {"$ref": "#/components/schemas/It"}}},
    {"type": "array", "items": {"$ref": "#/components/schemas/It"}},
    {"type": "object", "required": ["b"], "properties": {"b": {"$ref": "#/components/schemas/Other"}}},
]

OTHER = {"type": "object", "properties": {"it": {"$ref": "#/components/schemas/It"}, "n": {"type": "integer"}}}


@pytest.mark.parametrize("schema", VALID, ids=str)
def test_a_sample_is_valid(schema: Any) -> None:
    api, node = _schema(schema, Other=OTHER)
    assert is_valid(api, node, sample(api, node, "response"), "response")


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "nullable": True},
        {"type": "integer", "minimum": 1, "exclusiveMinimum": True, "maximum": 3, "exclusiveMaximum": True},
        {"allOf": [{"$ref": "#/components/schemas/Other"}], "nullable": True},
    ],
    ids=str,
)
def test_a_sample_of_older_words_is_valid(schema: Any) -> None:
    api, node = _schema(schema, "3.0", Other=OTHER)
    assert is_valid(api, node, sample(api, node, "response"), "response")


@pytest.mark.parametrize(
    "schema",
    [
        False,
        {"type": "string", "pattern": "("},
        {"type": "object", "required": ["again"], "properties": {"again": {"$ref": "#/components/schemas/It"}}},
        {"type": "integer", "minimum": 3, "maximum": 2},
    ],
    ids=str,
)
def test_what_cannot_be_valid_is_said(schema: Any) -> None:
    api, node = _schema(schema)
    assert not Sampler(api).of(node, "request").valid


def test_what_is_read_only_is_not_sent_and_what_is_write_only_does_not_come_back() -> None:
    fields = {"id": {"type": "integer", "readOnly": True}, "key": {"type": "integer", "writeOnly": True}}
    api, node = _schema({"type": "object", "required": ["id", "key"], "properties": fields})
    assert sample(api, node, "request") == {"key": 1}
    assert sample(api, node, "response") == {"id": 1}


def test_the_field_that_tells_alternatives_apart_names_the_one_that_is_shown() -> None:
    pet = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}
    mapping = {"d": "#/components/schemas/Dog"}
    schema = {
        "oneOf": [{"$ref": "#/components/schemas/Dog"}, {"$ref": "#/components/schemas/Cat"}],
        "discriminator": {"propertyName": "kind", "mapping": mapping},
    }
    api, node = _schema({"anyOf": [schema]}, Dog=pet, Cat=pet)
    assert sample(api, node, "request") == {"kind": "d"}


HOSTILE = 'it\'s "$HOME" `id` $(id) \\ \n; </code>'

PARAMETERS: list[tuple[dict[str, Any], str]] = [
    ({"name": "q", "in": "query", "example": "a b&c"}, "/p?q=a%20b%26c"),
    ({"name": "q", "in": "query", "allowReserved": True, "example": "a/b?c"}, "/p?q=a/b?c"),
    ({"name": "q", "in": "query", "example": ["a", "b"]}, "/p?q=a&q=b"),
    ({"name": "q", "in": "query", "explode": False, "example": ["a", "b"]}, "/p?q=a,b"),
    ({"name": "q", "in": "query", "style": "pipeDelimited", "explode": False, "example": ["a", "b"]}, "/p?q=a%7Cb"),
    ({"name": "q", "in": "query", "style": "spaceDelimited", "explode": False, "example": ["a", "b"]}, "/p?q=a%20b"),
    ({"name": "q", "in": "query", "style": "deepObject", "example": {"x": 1, "y": "z"}}, "/p?q[x]=1&q[y]=z"),
    ({"name": "q", "in": "query", "example": {"x": 1}}, "/p?x=1"),
    ({"name": "q", "in": "query", "content": {"application/json": {"example": {"x": 1}}}}, "/p?q=%7B%22x%22%3A%201%7D"),
    (
        {"name": "q", "in": "querystring", "content": {"application/x-www-form-urlencoded": {"example": {"x": 1}}}},
        "/p?x=1",
    ),
    ({"name": "id", "in": "path", "required": True, "example": "../a b"}, "/p/..%2Fa%20b"),
    ({"name": "id", "in": "path", "required": True, "style": "matrix", "example": "x"}, "/p/;id=x"),
    ({"name": "id", "in": "path", "required": True, "style": "label", "example": ["a", "b"]}, "/p/.a,b"),
    ({"name": "id", "in": "path", "required": True, "explode": True, "example": {"a": 1, "b": 2}}, "/p/a=1,b=2"),
]


def _request(operation: dict[str, Any], path: str = "/p", **document: Any) -> Any:
    api = _api({"servers": [{"url": "https://api.example.com"}], "paths": {path: {"post": operation}}, **document})
    return request(api, Contents(api).operations[0], Sampler(api))


@pytest.mark.parametrize(("parameter", "url"), PARAMETERS, ids=[url for _, url in PARAMETERS])
def test_a_parameter_is_written_in_its_style(parameter: dict[str, Any], url: str) -> None:
    path = "/p/{id}" if parameter["in"] == "path" else "/p"
    assert _request({"parameters": [parameter]}, path).url == f"https://api.example.com{url}"


SCHEMES = {
    "api-key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "inQuery": {"type": "apiKey", "in": "query", "name": "a key"},
    "inCookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "plain": {"type": "http", "scheme": "basic"},
    "token": {"type": "http", "scheme": "bearer"},
}


def _whole() -> Any:
    body = {"application/json": {"example": {"text": HOSTILE, "n": [1, None, True, {"deep": 0.5}]}}}
    return _request(
        {
            "security": [{name: [] for name in SCHEMES}],
            "parameters": [{"name": "X-Odd", "in": "header", "example": HOSTILE}],
            "requestBody": {"content": body},
        },
        components={"securitySchemes": SCHEMES},
    )


def test_a_shell_reads_what_was_meant() -> None:
    words = shlex.split(curl(_whole()))
    assert words[:2] == ["curl", "https://api.example.com/p?a%20key=$IN_QUERY"]
    assert f"X-Odd: {HOSTILE}" in words
    assert "X-Key: $API_KEY" in words
    assert "sid=$IN_COOKIE" in words
    assert "Authorization: Bearer $TOKEN" in words
    assert "$PLAIN_USER:$PLAIN_PASSWORD" in words
    assert yaml.safe_load(words[-1]) == {"text": HOSTILE, "n": [1, None, True, {"deep": 0.5}]}


def test_python_reads_what_was_meant() -> None:
    tree = ast.parse(python(_whole()))
    (call,) = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".request")
    ]
    values = {one.arg: one.value for one in call.keywords}
    assert ast.literal_eval(values["json"]) == {"text": HOSTILE, "n": [1, None, True, {"deep": 0.5}]}
    assert "os.environ['API_KEY']" in ast.unparse(values["headers"])
    assert set(values) == {"headers", "params", "cookies", "auth", "json", "timeout"}


def test_javascript_holds_values_as_json() -> None:
    printed = javascript(_whole())
    assert r'"X-Odd": "it' in printed
    assert '"X-Key": process.env.API_KEY' in printed
    assert "+ encodeURIComponent(process.env.IN_QUERY)" in printed


@pytest.mark.parametrize(
    ("media", "expected"),
    [
        ("application/x-www-form-urlencoded", ["--data-urlencode", "note=a b"]),
        ("multipart/form-data", ["--form-string", "note=a b", "--form", "photo=@photo"]),
        ("text/plain", ["--header", "Content-Type: text/plain", "--data-raw"]),
    ],
)
def test_bodies_of_other_kinds(media: str, expected: list[str]) -> None:
    fields = {"note": {"type": "string", "example": "a b"}, "photo": {"type": "string", "format": "binary"}}
    sent = _request({"requestBody": {"content": {media: {"schema": {"type": "object", "properties": fields}}}}})
    words = shlex.split(curl(sent))
    assert all(word in words for word in expected)
    ast.parse(python(sent))
    assert javascript(sent)


def test_a_secret_is_never_written_out() -> None:
    sent = _whole()
    assert all(isinstance(sent.headers[name], Secret) for name in ("X-Key", "Authorization"))
