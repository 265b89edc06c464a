"""What comparing two versions of a large API costs: `python tests/benchmarks/bench_api_diff.py [MEGABYTES]`.

The document is made up: wide and deep schemas in cycles, shared by many operations. The second version differs in
one property of one schema, in one operation and, for the worst case, in the version of OpenAPI.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any


def schema(number: int, count: int) -> dict[str, Any]:
    """A schema of about 2 kB that refers to others, forwards and backwards."""
    properties: dict[str, Any] = {
        f"field_{index}": {
            "type": "string",
            "maxLength": 100 + index,
            "description": f"What field {index} is for. " * 2,
        }
        for index in range(10)
    }
    for step in (1, 7, 31):
        properties[f"next_{step}"] = {"$ref": f"#/components/schemas/Schema{(number + step) % count}"}
    properties["parts"] = {"type": "array", "items": {"$ref": f"#/components/schemas/Schema{(number * 3) % count}"}}
    properties["either"] = {
        "oneOf": [{"$ref": f"#/components/schemas/Schema{(number + step) % count}"} for step in (2, 5)]
    }
    return {"type": "object", "required": ["field_0", "field_1"], "properties": properties}


def operation(number: int, count: int) -> dict[str, Any]:
    """An operation of about 2 kB with a body of its own and shared schemas."""
    here = {"$ref": f"#/components/schemas/Schema{number % count}"}
    inline = {
        "type": "object",
        "properties": {f"p_{index}": {"type": "integer", "minimum": index} for index in range(8)},
    }
    return {
        "operationId": f"operation{number}",
        "description": "What it does, in some detail. " * 8,
        "parameters": [
            {"name": f"q_{index}", "in": "query", "description": "A filter. " * 4, "schema": {"type": "string"}}
            for index in range(4)
        ],
        "requestBody": {"content": {"application/json": {"schema": {"allOf": [here, inline]}}}},
        "responses": {
            "200": {"description": "Done", "content": {"application/json": {"schema": here}}},
            "404": {"description": "Not there", "content": {"application/json": {"schema": deepcopy(inline)}}},
        },
    }


def document(size: int) -> dict[str, Any]:
    """A document of about that many bytes."""
    count = size // 4500
    return {
        "openapi": "3.0.3",
        "info": {"title": "Large", "version": "1.0.0"},
        "paths": {f"/things/{number}": {"post": operation(number, count)} for number in range(count)},
        "components": {"schemas": {f"Schema{number}": schema(number, count) for number in range(count)}},
    }


def measured(old: Path, new: Path) -> str:
    """The CPU seconds and the memory of one run, and what it says last."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "opsbook", "api-diff", "--fail-on", "none", str(old), str(new)],
        capture_output=True,
        text=True,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return f"{seconds:6.2f} s  {after.ru_maxrss / 1024:6.0f} MiB  {done.stdout.splitlines()[-1]}"


def main() -> None:
    size = int(float(sys.argv[1] if len(sys.argv) > 1 else 13) * 2**20)
    with TemporaryDirectory() as folder:
        old = document(size)
        few = deepcopy(old)
        del few["components"]["schemas"]["Schema3"]["properties"]["field_4"]
        few["paths"]["/things/5"]["post"]["parameters"][0]["required"] = True
        versions = {"itself": old, "few changes": few, "another version": {**few, "openapi": "3.1.0"}}
        first = Path(folder, "old.json")
        first.write_text(json.dumps(old), encoding="utf-8")
        print(f"{first.stat().st_size / 2**20:.1f} MiB, {len(old['paths'])} operations")
        for name, data in versions.items():
            second = Path(folder, "new.json")
            second.write_text(json.dumps(data), encoding="utf-8")
            print(f"{name:16}{measured(first, second)}")


if __name__ == "__main__":
    main()
