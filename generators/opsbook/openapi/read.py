"""A text as an OpenAPI document: its data, its version, and the places of what is in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from opsbook.diagnostic import Finding
from opsbook.openapi.json_source import JsonSource
from opsbook.source import Fault, Limits, Source, pointer, short

__all__ = ["LIMITS", "Document", "Version", "is_declared", "parse", "pointer", "version"]

Version: TypeAlias = Literal["2.0", "3.0", "3.1", "3.2"]
"""A version of the standard, as far as documents of it are judged alike."""

LIMITS = Limits(size=64 * 2**20, depth=250, values=5_000_000)
"""The largest published documents have 13 MB; what comes near this was not written by a person. The validator follows
values some 255 deep."""

_DECLARED = re.compile(rb"""(?:^|\A\xef\xbb\xbf|\A[^{]*\{\s*)["']?(?:openapi|swagger)["']?\s*:""", re.MULTILINE)
_DECLARED_IN_JSON = re.compile(rb"""[{,]\s*"(?:openapi|swagger)"\s*:\s*["\d]""")


@dataclass(frozen=True)
class Document:
    """One OpenAPI document, whole or the part of one that a file of its own holds."""

    source: Source
    version: Version


def parse(path: str, raw: bytes) -> Source | Fault:
    """Read the bytes of a file, JSON or YAML, into a source, or say why not."""
    if path.endswith(".json") or (not path.endswith((".yaml", ".yml")) and raw.lstrip()[:1] == b"{"):
        return JsonSource.parse(path, raw, LIMITS)
    return Source.parse(path, raw, LIMITS)


def is_declared(path: str, raw: bytes) -> bool:
    """Whether a file calls itself an OpenAPI document."""
    if path.endswith(".json"):
        return bool(_DECLARED_IN_JSON.search(raw))
    return bool(_DECLARED.search(raw) or (raw.lstrip()[:1] == b"{" and _DECLARED_IN_JSON.search(raw)))


def version(source: Source) -> Version | Finding:
    """The version that a document declares, or what is wrong with the declaration."""
    data = source.data
    if not isinstance(data, dict):
        return Finding((), "an OpenAPI document is a mapping", "start with `openapi: 3.1.0`, `info:` and `paths:`")
    key = "swagger" if "swagger" in data and "openapi" not in data else "openapi"
    if key not in data:
        return Finding(
            (), "the document does not say which version of OpenAPI it is", "add `openapi: 3.1.0` as its first line"
        )
    said = data[key]
    if key == "swagger" and said == "2.0":
        return "2.0"
    match = re.fullmatch(r"(3\.[012])\.\d+(?:-.+)?", said) if key == "openapi" and isinstance(said, str) else None
    if match:
        return match[1]  # type: ignore[return-value]  # the pattern knows no others
    return _no_version(key, said, source.spelled((key,)))


def _no_version(key: str, said: object, spelled: str | None) -> Finding:
    number = isinstance(said, int | float)
    shown = spelled or str(said) if number else short(said) if isinstance(said, str) else "this"
    hint = 'use `swagger: "2.0"`, or `openapi:` with 3.0.x, 3.1.x or 3.2.x'
    if key == "openapi" and shown in ("3.0", "3.1", "3.2"):
        hint = f"write all three numbers: `{shown}.0`"
    elif key == "swagger" and number:
        hint = 'quote it: `"2.0"`'
    if number:
        return Finding((key,), f"the version must be a text, and {shown} is a number", hint)
    return Finding((key,), f"{shown} is no version of OpenAPI that can be checked", hint)
