"""JSON Schemas of the kinds, draft 2020-12, for editors: completion, hover texts, errors while typing."""

from __future__ import annotations

from typing import Any

from opsbook.kind import Kind
from opsbook.model import Record, described


def json_schema(kind: Kind[Any]) -> dict[str, Any]:
    """The schema of a kind's specs. The titles that pydantic makes of field names say nothing and are left out.

    Where the fields stand within a file of another form, nothing else in that file is judged, and none is demanded:
    what is left out is taken from elsewhere.
    """
    schema = _without_titles(kind.model.model_json_schema(by_alias=True))
    schema["properties"]["kind"] = {
        "const": kind.name,
        "description": described(Record)["kind"],
    }
    if kind.base:
        definitions = {"$defs": schema.pop("$defs")} if "$defs" in schema else {}
        for name in ("kind", "title"):
            del schema["properties"][name]
        del schema["required"]
        for key in reversed(kind.base):
            schema = {"type": "object", "properties": {key: schema}}
        schema |= definitions
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:opsbook:{kind.name}", **schema}


def _without_titles(node: Any) -> Any:
    """Drop `title` where it is an annotation; under `properties` it is a field's name."""
    if isinstance(node, list):
        return [_without_titles(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: {name: _without_titles(field) for name, field in value.items()}
        if key in ("properties", "$defs")
        else _without_titles(value)
        for key, value in node.items()
        if key != "title"
    }
