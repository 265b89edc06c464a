"""A second opinion on OpenAPI documents, from openapi-spec-validator: run apart, with nothing to call and little time.

It raises on some documents, looks for other files and hosts by itself, and can take long. So it runs in a process
of its own, in which every resolver refuses, and which ends after some seconds; what it raises is left out.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from opsbook.diagnostic import Finding
from opsbook.openapi.read import Document
from opsbook.openapi.walk import Api, Judged
from opsbook.source import Route, short

MOST = 2 * 2**20
"""Characters of a document beyond which it is not asked: it would take minutes."""

_INSIDE = """
import json, sys, warnings
warnings.simplefilter("ignore")
import openapi_spec_validator as library

def refuse(uri):
    raise LookupError(uri)

kinds = {
    "2.0": library.OpenAPIV2SpecValidator,
    "3.0": library.OpenAPIV30SpecValidator,
    "3.1": library.OpenAPIV31SpecValidator,
    "3.2": library.OpenAPIV32SpecValidator,
}
for kind in kinds.values():
    kind.resolver_handlers = {name: refuse for name in ("", "file", "http", "https", "ftp", "<all_urls>")}
for number, (version, document) in enumerate(json.load(sys.stdin)):
    try:
        for error in kinds[version](document).iter_errors():
            path = [part if isinstance(part, int) else str(part) for part in getattr(error, "absolute_path", ())]
            print(json.dumps([number, path, str(getattr(error, "message", error))]), flush=True)
    except Exception:
        pass  # it raises where others report; what it said until then is its opinion
"""


@dataclass(frozen=True)
class Opinion:
    """One thing that openapi-spec-validator says."""

    route: Route
    message: str


def opinions(documents: Sequence[Document], seconds: float = 20) -> list[list[Opinion]]:
    """What openapi-spec-validator finds in each of some documents, as far as it gets within the time."""
    given = [(one.version, one.source.data if len(one.source.text) <= MOST else {}) for one in documents]
    try:
        done = subprocess.run(  # noqa: S603  # our own program, and the interpreter that we run in
            [sys.executable, "-I", "-c", _INSIDE],
            input=json.dumps(given).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
        said = done.stdout
    except subprocess.TimeoutExpired as late:
        said = late.stdout or b""
    made: list[list[Opinion]] = [[] for _ in documents]
    for line in said.decode(errors="replace").splitlines():
        try:
            number, path, message = json.loads(line)
        except ValueError:
            continue  # cut off where the time was over
        if len(documents[number].source.text) <= MOST:
            made[number].append(Opinion(tuple(path), message))
    return made


def cross_check(api: Api, judged: list[Judged], found: list[Opinion]) -> Iterator[Judged]:
    """What it finds and we do not: on values around which nothing of ours lies.

    Some of its findings have no place, or one that counts from an inner schema. Those count as ours where we find
    anything at all.
    """
    ours = [one.finding.route for one in judged if one.source is api.document.source]
    for opinion in dict.fromkeys(found):
        route = _route(opinion.route, api.document.source.data)
        near = any(_related(one, route) for one in ours) if route else bool(judged)
        if not near:
            finding = Finding(
                route,
                f"openapi-spec-validator says: {short(' '.join(opinion.message.split()))}",
                "see whether it is right; if so, a rule of opsbook is missing",
            )
            yield Judged(api.document.source, "openapi/cross-check", finding)


def _route(path: Route, data: Any) -> Route:
    """A path as a route of the document; empty where it counts from elsewhere. Keys of digits come as numbers."""
    made: list[str | int] = []
    for part in path:
        key = part if isinstance(data, list) else str(part)
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return ()
        made.append(key)
    return tuple(made)


def _related(one: Route, other: Route) -> bool:
    """Whether one of two places lies within the other."""
    length = min(len(one), len(other))
    return one[:length] == other[:length]
