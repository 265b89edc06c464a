"""Large OpenAPI documents of our own making, alike in shape to what big services publish.

Schemas refer to each other in circles, share a few base schemas, and carry examples; operations repeat the same
parameters, and errors have one schema. What is written is valid, and the same every time.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

_WORDS = (
    *("order", "customer", "invoice", "payment", "refund", "shipment", "product", "category", "review", "address"),
    *("session", "token", "account", "team", "project", "issue", "comment", "release", "branch", "commit"),
    *("label", "milestone", "webhook", "event", "delivery", "runner", "artifact", "cache", "secret"),
)


def document(schemas: int = 900, operations: int = 1000, *, version: str = "3.1.0", seed: int = 1) -> dict[str, Any]:
    """A wide document with circles: about 4 KB a schema and 5 KB an operation."""
    dice = random.Random(seed)  # noqa: S311  # the same numbers every time
    names = [f"{_WORDS[number % len(_WORDS)].title()}{number}" for number in range(schemas)]
    paths: dict[str, Any] = {}
    for number in range(operations):
        method = ("get", "post", "put", "delete")[number % 4]
        word = _WORDS[number // 4 % len(_WORDS)]
        path = f"/{word}-{number // 4}/{{owner}}/items/{{id}}"
        paths.setdefault(path, {})[method] = _operation(method, f"{method}{word.title()}{number}", names, dice)
    old = version.startswith("3.0")
    return {
        "openapi": version,
        "info": {"title": "A large service", "version": "1.0.0", "description": _prose(dice, 400)},
        "servers": [{"url": "https://api.example.com/v1"}],
        "security": [{"token": ["read"]}],
        "tags": [{"name": word} for word in dict.fromkeys(_WORDS)],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "oauth2",
                    "flows": {
                        "clientCredentials": {
                            "tokenUrl": "https://auth.example.com/token",
                            "scopes": {"read": "See", "write": "Change"},
                        }
                    },
                }
            },
            "parameters": {
                name: {"name": name, "in": "path", "required": True, "schema": {"type": "string"}, "example": "acme"}
                for name in ("owner", "id")
            },
            "responses": {
                "Fault": {
                    "description": "The request is faulty",
                    "content": {
                        "application/json": {
                            "schema": {"$ref": "#/components/schemas/Fault"},
                            "example": {"message": "There is none", "code": 404},
                        }
                    },
                }
            },
            "schemas": {
                "Fault": {
                    "type": "object",
                    "required": ["message"],
                    "properties": {"message": {"type": "string"}, "code": {"type": "integer", "example": 404}},
                },
                **{name: _schema(number, names, dice, old=old) for number, name in enumerate(names)},
            },
        },
    }


def deep(levels: int = 200, *, version: str = "3.1.0") -> dict[str, Any]:
    """A document with one schema that nests as deep as opsbook reads."""
    made = document(20, 20, version=version)
    inner: dict[str, Any] = {"type": "string", "example": "end"}
    value: Any = "end"
    for _ in range(levels // 2):
        inner = {"type": "object", "properties": {"in": inner}}
        value = {"in": value}
    made["components"]["schemas"]["Fault"]["properties"]["deep"] = inner
    made["components"]["responses"]["Fault"]["content"]["application/json"]["example"]["deep"] = value
    return made


def write_many_files(folder: Path, schemas: int = 300, operations: int = 300) -> Path:
    """Write a document whose schemas lie in files of their own, which refer to each other; gives the main file."""
    made = document(schemas, operations)
    (folder / "schemas").mkdir(parents=True)
    for name, schema in made["components"].pop("schemas").items():
        text = json.dumps(schema, indent=1).replace("#/components/schemas/", "./").replace('"./', '"')
        text = text.replace('"$ref": "', '"$ref": "SCHEMA:')
        (folder / "schemas" / f"{name}.json").write_text(_files(text), encoding="utf-8")
    main = folder / "openapi.json"
    text = json.dumps(made, indent=1)
    for name in ("Fault", *(f"{_WORDS[number % len(_WORDS)].title()}{number}" for number in range(schemas))):
        text = text.replace(f'"#/components/schemas/{name}"', f'"schemas/{name}.json"')
    main.write_text(text, encoding="utf-8")
    return main


def _files(text: str) -> str:
    """References by name made references to files."""
    parts = text.split('"SCHEMA:')
    return parts[0] + "".join(f'"{part.replace(chr(34), ".json" + chr(34), 1)}' for part in parts[1:])


def _operation(method: str, name: str, names: list[str], dice: random.Random) -> dict[str, Any]:
    target = dice.choice(names)
    reference = {"$ref": f"#/components/schemas/{target}"}
    success: dict[str, Any] = {
        "description": "It worked",
        "headers": {"X-Remaining": {"description": "Requests left", "schema": {"type": "integer"}, "example": 12}},
        "content": {
            "application/json": {
                "schema": {"type": "array", "items": reference} if method == "get" else reference,
                "examples": {"default": {"value": [_value(dice)] * 3 if method == "get" else _value(dice)}},
            }
        },
    }
    made: dict[str, Any] = {
        "operationId": name,
        "summary": f"{method.title()} something",
        "description": _prose(dice, 60),
        "tags": [dice.choice(_WORDS)],
        "parameters": [
            {"$ref": "#/components/parameters/owner"},
            {"$ref": "#/components/parameters/id"},
            {
                "name": "page",
                "in": "query",
                "description": "Which page.",
                "schema": {"type": "integer", "default": 1, "minimum": 1},
            },
            {
                "name": "sort",
                "in": "query",
                "schema": {"type": "string", "enum": ["created", "updated"], "default": "created"},
            },
        ],
        "responses": {"200": success, "404": {"$ref": "#/components/responses/Fault"}},
    }
    if method in ("post", "put"):
        made["requestBody"] = {
            "content": {"application/json": {"schema": reference, "examples": {"one": {"value": _value(dice)}}}}
        }
    return made


_CIRCLE = 30
"""So many schemas refer to each other, as the parts of a service do; some readers follow no longer chains."""


def _schema(number: int, names: list[str], dice: random.Random, *, old: bool) -> dict[str, Any]:
    start = number // _CIRCLE * _CIRCLE
    near = names[start : start + _CIRCLE]
    properties: dict[str, Any] = {
        "id": {"type": "integer", "format": "int64", "example": number},
        "name": {"type": "string", "description": _prose(dice, 12), "example": f"name {number}"},
        "url": {"type": "string", "format": "uri", "example": f"https://api.example.com/{number}"},
        "state": {"type": "string", "enum": ["open", "closed"], "default": "open"},
        "created_at": {"type": "string", "format": "date-time", "example": "2026-11-22T05:00:00Z"},
        "labels": {"type": "array", "items": {"type": "string"}, "maxItems": 100},
        "parent": {"$ref": f"#/components/schemas/{dice.choice(near)}"},
        "next": {"$ref": f"#/components/schemas/{near[(number - start + 1) % len(near)]}"},
        "owner": {
            "oneOf": [{"$ref": f"#/components/schemas/{dice.choice(near)}"}, {"type": "string"}],
            "description": _prose(dice, 20),
        },
    }
    if number // _CIRCLE % 3 == 0:
        properties["id"]["readOnly"] = True
    for extra in range(14):
        text: dict[str, Any] = {"type": "string", "nullable": True} if old else {"type": ["string", "null"]}
        properties[f"{_WORDS[extra]}_url"] = {**text, "description": _prose(dice, 10), "example": f"/{extra}"}
    return {"type": "object", "description": _prose(dice, 30), "required": ["id", "name"], "properties": properties}


def _value(dice: random.Random) -> dict[str, Any]:
    return {
        "id": dice.randrange(10**6),
        "name": "A name",
        "state": "open",
        "created_at": "2026-11-22T05:00:00Z",
        "labels": ["one", "two"],
        "owner": "somebody",
        "next": {"id": 1, "name": "Another", "url": "https://api.example.com/1"},
        **{f"{word}_url": f"https://api.example.com/{word}" for word in _WORDS[:14]},
    }


def _prose(dice: random.Random, words: int) -> str:
    return " ".join(dice.choice(_WORDS) for _ in range(words)).capitalize() + "."
