"""What the objects of OpenAPI hold, by their types: the map by which documents are walked.

A walk by the names of keys goes astray: a property may be called `$ref`, a schema `default`, a path parameter
`example`. Here a field leads on only from the object type that has it.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

Form: TypeAlias = Literal["one", "list", "map"]
"""Whether a field holds an object, a list of objects, or objects by name."""


class Field(NamedTuple):
    """What a field of an object holds."""

    form: Form
    shape: str
    """The type of the objects in it."""


Shape: TypeAlias = dict[str, Field]
"""The fields of one object type that hold further objects; `*` is every field that is not an extension."""


def _one(shape: str) -> Field:
    return Field("one", shape)


def _many(shape: str) -> Field:
    return Field("list", shape)


def _map(shape: str) -> Field:
    return Field("map", shape)


_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")

_SCHEMA: Shape = {
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), _many("schema")),
    **dict.fromkeys(("properties", "patternProperties", "dependentSchemas", "$defs", "definitions"), _map("schema")),
    **dict.fromkeys(
        (
            *("not", "if", "then", "else", "items", "contains", "additionalProperties", "propertyNames"),
            *("unevaluatedItems", "unevaluatedProperties", "contentSchema"),
        ),
        _one("schema"),
    ),
    "discriminator": _one("discriminator"),
}

_CONTENT: Shape = {"schema": _one("schema"), "examples": _map("example"), "content": _map("media type")}

_COMPONENTS: dict[str, str] = {
    "schemas": "schema",
    "responses": "response",
    "parameters": "parameter",
    "examples": "example",
    "requestBodies": "request body",
    "headers": "header",
    "securitySchemes": "security scheme",
    "links": "link",
    "callbacks": "callback",
    "pathItems": "path item",
    "mediaTypes": "media type",
}

OPENAPI: dict[str, Shape] = {
    "document": {"paths": _one("paths"), "webhooks": _map("path item"), "components": _one("components")},
    "paths": {"*": _one("path item")},
    "components": {name: _map(shape) for name, shape in _COMPONENTS.items()},
    "path item": {
        **dict.fromkeys(_METHODS, _one("operation")),
        "parameters": _many("parameter"),
        "additionalOperations": _map("operation"),
    },
    "operation": {
        "parameters": _many("parameter"),
        "requestBody": _one("request body"),
        "responses": _map("response"),
        "callbacks": _map("callback"),
    },
    "parameter": _CONTENT,
    "header": _CONTENT,
    "request body": {"content": _map("media type")},
    "response": {"headers": _map("header"), "content": _map("media type"), "links": _map("link")},
    "media type": {
        "schema": _one("schema"),
        "itemSchema": _one("schema"),
        "examples": _map("example"),
        "encoding": _map("encoding"),
        "prefixEncoding": _many("encoding"),
        "itemEncoding": _one("encoding"),
    },
    "encoding": {"headers": _map("header"), "encoding": _map("encoding")},
    "callback": {"*": _one("path item")},
    "schema": _SCHEMA,
}
"""The object types of OpenAPI 3.0 to 3.2."""

SWAGGER: dict[str, Shape] = {
    "document": {
        "paths": _one("paths"),
        "definitions": _map("schema"),
        "parameters": _map("parameter"),
        "responses": _map("response"),
    },
    "paths": {"*": _one("path item")},
    "path item": {**dict.fromkeys(_METHODS[:-2], _one("operation")), "parameters": _many("parameter")},
    "operation": {"parameters": _many("parameter"), "responses": _map("response")},
    "parameter": {"schema": _one("schema")},
    "response": {"schema": _one("schema")},
    "schema": {
        "allOf": _many("schema"),
        "properties": _map("schema"),
        "items": _one("schema"),
        "additionalProperties": _one("schema"),
    },
}
"""The object types of OpenAPI 2.0."""

HOMES: dict[tuple[str, str], str] = {("components", name): shape for name, shape in _COMPONENTS.items()}
"""Where a document of 3.x keeps objects to refer to, and of which type they are."""
