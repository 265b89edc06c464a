"""A JSON file as a source: its data at the speed of the standard library, its positions when asked for.

`json` gives no positions. They are found by its own scanner, a container at a time and only on the way to
what was asked for: the members of a container are skipped whole, which costs no more than parsing them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]  # the stubs leave it out
from typing import Any

from opsbook.source import Fault, Limits, Mark, Marks, Route, Source, decode, place_at, short

_BLANK = re.compile(r"[ \t\n]*")
_ENDLESS = re.compile(r"\d{4301}")
"""More digits than Python reads as a number."""
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


@dataclass(frozen=True)
class JsonSource(Source):
    """One JSON file: its path, its text and the data in it. It has no comments, and so no ignores."""

    @classmethod
    def parse(cls, path: str, raw: bytes, limits: Limits = Limits()) -> Source | Fault:  # noqa: B008  # immutable
        """Read the bytes of the file at `path` into a source, or say why not."""
        text = decode(raw, limits.size)
        if isinstance(text, Fault):
            return text
        read = _load(text)
        if isinstance(read, Fault):
            return read
        if _is_deeper(read, limits.depth):
            return _fault("too-deep", f"values are nested more than {limits.depth} deep", "flatten them", text, 0)
        return cls(path, text, read)

    @cached_property
    def marks(self) -> Marks:
        """Where every key and value stands."""
        return _Marks(self.text)

    @cached_property
    def comments(self) -> dict[int, str]:
        """Nothing: JSON has no comments."""
        return {}


_SYNTAX = "check the file in an editor that knows JSON: commas, quotes and brackets around here"


def _load(text: str) -> Any | Fault:  # a return for every way in which a text is no JSON
    try:
        data = json.loads(text, object_pairs_hook=_unique, parse_constant=_constant)
    except JSONDecodeError as error:
        return _broken(text, error)
    except _Repeated as repeated:
        return _fault(
            "duplicate-key",
            f"the key `{short(repeated.key)}` stands twice in this object",
            "keep one of them; JSON readers silently drop the other",
            text,
            _second(text, repeated.key),
        )
    except RecursionError:
        return _fault("too-deep", "values are nested too deep to be read", "flatten them", text, 0)
    except ValueError as error:
        return _broken(text, error)
    lone = _lone_surrogate(text, data)
    if lone is not None:
        return _fault(
            "syntax", "half of a surrogate pair stands here", "write the character, or both halves", text, lone
        )
    return data


def _is_deeper(data: Any, most: int) -> bool:
    level = [data] if isinstance(data, dict | list) else []
    for _ in range(most):
        level = [
            inner
            for value in level
            for inner in (value.values() if type(value) is dict else value)
            if type(inner) is dict or type(inner) is list
        ]
        if not level:
            return False
    return bool(level)


class _Repeated(Exception):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _Repeated(key)
            seen.add(key)
    return made


def _constant(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


def _fault(rule: str, message: str, hint: str, text: str, index: int) -> Fault:
    return Fault(f"json/{rule}", message, hint, place_at(text, min(index, len(text))))


def _broken(text: str, error: ValueError) -> Fault:
    if not text.strip():
        return _fault("syntax", "the file is empty", "write a document, or delete the file", text, 0)
    if isinstance(error, JSONDecodeError):
        return _fault("syntax", f"this is not JSON: {error.msg[:1].lower()}{error.msg[1:]}", _SYNTAX, text, error.pos)
    digits = _ENDLESS.search(text)
    if digits:
        return _fault("syntax", "a number of thousands of digits", "make it a text", text, digits.start())
    return _fault("syntax", f"this is not JSON: {error}", _SYNTAX, text, 0)


def _lone_surrogate(text: str, data: Any) -> int | None:
    """Where an escape stands that makes a text which cannot be encoded; nearly no file has any to look at."""
    if not _SURROGATE.search(text):
        return None
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        for match in re.finditer(r'"(?:[^"\\]|\\.)*"', text):
            try:
                scanstring(text, match.start() + 1, True)[0].encode()  # noqa: FBT003  # the C function's own form
            except UnicodeEncodeError:
                return match.start()
        return 0
    return None


def _second(text: str, key: str) -> int:
    """Where a key stands for the second time in one object, the first such place of the text."""
    seen: list[set[str] | None] = []
    expecting = False
    for match in re.finditer(r'"(?:[^"\\]|\\.)*"|[{}\[\],]', text):
        sign = match[0]
        if sign in ("{", "["):
            seen.append(set() if sign == "{" else None)
            expecting = sign == "{"
        elif sign in ("}", "]"):
            seen.pop()
            expecting = False
        elif sign == ",":
            expecting = seen[-1] is not None
        elif expecting:
            expecting = False
            name = scanstring(text, match.start() + 1, True)[0]  # noqa: FBT003  # the C function's own form
            keys = seen[-1]
            if keys is not None:
                if name == key and name in keys:
                    return match.start()
                keys.add(name)
    return 0


@dataclass
class _Marks:
    """Finds marks on the way from the root, and remembers the members of every container it went through."""

    text: str
    members: dict[Route, dict[str | int, Mark]] = field(default_factory=dict)

    def get(self, route: Route, /) -> Mark | None:
        """The mark of the value at `route`; None where there is none."""
        if not route:
            start = self.blank(0)
            return Mark(start, start, len(self.text), None)
        parent = route[:-1]
        if parent not in self.members:
            mark = self.get(parent)
            self.members[parent] = self.scan(mark.value) if mark else {}
        return self.members[parent].get(route[-1])

    def blank(self, at: int) -> int:
        """The first index from `at` on that is not white space."""
        match = _BLANK.match(self.text, at)
        return match.end() if match else at

    def scan(self, start: int) -> dict[str | int, Mark]:
        """The members of the container that starts here; none where it is a scalar."""
        text, found = self.text, dict[str | int, Mark]()
        opened = text[start : start + 1]
        if opened not in ("{", "["):
            return found
        scan = json.JSONDecoder().scan_once  # type: ignore[attr-defined]  # the stubs leave it out
        at = self.blank(start + 1)
        while text[at] not in "}]":
            key: str | int = len(found)
            value_at = key_at = at
            if opened == "{":
                key, end = scanstring(text, at + 1, True)  # noqa: FBT003  # the C function's own form
                value_at = self.blank(self.blank(end) + 1)
            value, end = scan(text, value_at)
            spelled = (
                value if isinstance(value, str) else None if isinstance(value, dict | list) else text[value_at:end]
            )
            found[key] = Mark(key_at, value_at, end, spelled)
            at = self.blank(end)
            if text[at] == ",":
                at = self.blank(at + 1)
        return found
