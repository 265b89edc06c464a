"""What the pages of a large API cost: 1,000 operations and 900 schemas, many of them in circles.

Run it with `.venv/bin/python tests/benchmarks/bench_apis.py`.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from cases import project, spec

OPERATIONS, SCHEMAS, TAGS = 1_000, 900, 40


def document() -> dict[str, Any]:
    """The document, made by counting."""
    schemas = {
        f"Thing{number}": {
            "type": "object",
            "description": f"Thing **{number}**, with `code` and [a link](https://example.com/{number}).",
            "required": ["id"],
            "properties": {
                "id": {"type": "string", "format": "uuid", "description": "Its name."},
                **{f"field{index}": {"type": "string", "maxLength": 10 + index} for index in range(8)},
                "next": {"$ref": f"#/components/schemas/Thing{(number * 7 + 1) % SCHEMAS}"},
                "others": {
                    "type": "array",
                    "items": {"$ref": f"#/components/schemas/Thing{(number * 3 + 2) % SCHEMAS}"},
                },
            },
        }
        for number in range(SCHEMAS)
    }
    paths = {
        f"/things/{number}/{{id}}": {
            "post": {
                "operationId": f"changeThing{number}",
                "tags": [f"Tag {number % TAGS}"],
                "summary": f"Change thing {number}",
                "description": "It changes.\n\n| a | b |\n|---|---|\n| 1 | 2 |",
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"$ref": f"#/components/schemas/Thing{number % SCHEMAS}"}}
                    }
                },
                "responses": {
                    "200": {
                        "description": "Done.",
                        "content": {
                            "application/json": {"schema": {"$ref": f"#/components/schemas/Thing{number % 90}"}}
                        },
                    },
                    "404": {"description": "There is none."},
                },
            }
        }
        for number in range(OPERATIONS)
    }
    return {
        "openapi": "3.1.0",
        "x-opsbook": {"owner": "on-call", "last_reviewed": "2026-11-01", "review_every": "90d"},
        "info": {"title": "Things", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    }


def main() -> None:
    """Print the seconds."""
    raw = json.dumps(document(), indent=1).encode()
    start = time.process_time()
    case = spec("specs/demo/things.yaml", raw)
    read = time.process_time()
    pages = list(case.kind.pages(case, project(case)))
    printed = time.process_time()
    size = sum(len(page.body) for page in pages) / 2**20
    print(f"{len(raw) / 2**20:.1f} MiB, read in {read - start:.1f} s of CPU")
    print(f"{len(pages)} pages, {size:.1f} MiB of Markdown, in {printed - read:.1f} s of CPU")


if __name__ == "__main__":
    main()
