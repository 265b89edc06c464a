"""A YAML file as a value: its data, and where in the text each part of it stands.

PyYAML's loaders read `22:22` as 1342 and `no` as False, keep the last of two equal keys in
silence and die at deep nesting. This module builds plain data from libyaml's C *events* instead:
YAML 1.2 core scalars, string keys only, duplicate keys refused, depth and aliases limited.
Positions are found by a second walk, and only when somebody asks for one: good files, which
are nearly all files, cost neither its time nor its memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from yaml import MarkedYAMLError, YAMLError
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs leave the C classes out
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.reader import ReaderError

Route: TypeAlias = tuple[str | int, ...]
"""The keys and indices that lead to a value: `("steps", 2, "run")`."""

MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 64
MAX_VALUES = 200_000
"""How many values one file may hold after its aliases are expanded."""


class Place(NamedTuple):
    """A line and a column of a text, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Fault:
    """Why a text is not YAML that opsbook reads: what every reader of files can report."""

    rule: str
    message: str
    hint: str
    place: Place = Place(1, 1)


@dataclass(frozen=True)
class Source:
    """One YAML file: its path below the project's root, its text and the data in it."""

    path: str
    text: str = field(repr=False)
    data: Any = field(repr=False)

    @classmethod
    def parse(cls, path: str, raw: bytes) -> Source | Fault:
        """Read the bytes of the file at `path` (relative, with `/`) into a source, or say why not."""
        text = decode(raw)
        if isinstance(text, Fault):
            return text
        try:
            with _explained(text):
                return cls(path, text, _Builder(text).document())
        except _Refused as refused:
            return refused.fault

    @cached_property
    def _marks(self) -> dict[Route, _Mark]:
        return dict(_marks(self.text)) if self.data is not None else {}

    def place(self, route: Route, *, key: bool = False) -> Place:
        """Where the value at `route` starts (or its key), or its nearest parent that exists.

        A missing field has no place of its own: the reader is sent to the mapping that should
        have held it.
        """
        for end in range(len(route), -1, -1):
            mark = self._marks.get(route[:end])
            if mark is not None:
                return place_at(self.text, mark.key if key and end == len(route) else mark.value)
        return Place(1, 1)

    def spelled(self, route: Route) -> str | None:
        """The scalar at `route` as its author spelled it (`1.10`, not 1.1); None for anything else."""
        mark = self._marks.get(route)
        return mark.spelled if mark else None

    @cached_property
    def comments(self) -> dict[int, str]:
        """Every line that holds a `#`, from that `#` on, by line number: enough to look for ignores."""
        return {
            number: line[line.index("#") :] for number, line in enumerate(self.text.split("\n"), start=1) if "#" in line
        }


def place_at(text: str, index: int) -> Place:
    """The place of the character at `index`. Only `\\n` ends a line, as in every editor."""
    before = text.rfind("\n", 0, index)
    return Place(text.count("\n", 0, index) + 1, index - before)


def decode(raw: bytes) -> str | Fault:
    """Turn the bytes of a file into text with `\\n` line ends and no byte order mark."""
    if len(raw) > MAX_BYTES:
        return Fault(
            "yaml/too-large",
            f"the file is {len(raw) / 2**20:.1f} MiB; opsbook reads specs of up to {MAX_BYTES // 2**20} MiB",
            "split it into several specs, or move what is not a spec out of `specs/`",
        )
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Fault("yaml/encoding", "the file is UTF-16", "save it as UTF-8")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        good = raw[: error.start].decode("utf-8-sig")
        return Fault(
            "yaml/encoding",
            f"the file is not UTF-8: byte 0x{raw[error.start]:02x} cannot be read",
            "save it as UTF-8; if it is not text at all, it does not belong in `specs/`",
            place_at(good, len(good)),
        )
    if "\0" in text:
        return Fault(
            "yaml/encoding",
            "the file is binary: it holds NUL bytes",
            "`specs/` holds YAML text only",
            place_at(text, text.index("\0")),
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER = re.compile(
    r"([-+]?[0-9]+)|(0o[0-7]+|0x[0-9a-fA-F]+)|([-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)"
)
_LONGEST_NUMBER = 40
_MAY_START_CONSTANT = frozenset("~nNtTfF")
_MAY_START_NUMBER = frozenset("+-.0123456789")


def plain(value: str) -> str | int | float | bool | None:
    """What an unquoted scalar means in YAML 1.2's core schema. `no`, `14:02` and dates are text.

    Infinities and not-a-number have no use in a spec, and a number of more than 40 characters is an
    identifier: both stay text.
    """
    first = value[:1]
    if first in _MAY_START_NUMBER and len(value) <= _LONGEST_NUMBER:
        number = _NUMBER.fullmatch(value)
        if number:
            decimal, prefixed, real = number.groups()
            return int(decimal) if decimal else int(prefixed, 0) if prefixed else _finite(real)
    elif not first or first in _MAY_START_CONSTANT:
        return CONSTANTS.get(value, value)
    return value


def _finite(spelled: str) -> float | str:
    number = float(spelled)
    return spelled if number in (float("inf"), float("-inf")) else number


class _Refused(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def _refuse(rule: str, message: str, hint: str, text: str, index: int) -> _Refused:
    return _Refused(Fault(f"yaml/{rule}", message, hint, place_at(text, index)))


class _Builder:
    """Builds plain data from the events of one document."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.anchors: dict[str, tuple[Any, int, int]] = {}
        self.values = 0
        self.depth = 0
        self.next: Callable[[], Any] = CParser(text).get_event

    def document(self) -> Any:
        self.next()  # stream start
        event = self.next()
        if not isinstance(event, DocumentStartEvent):
            raise _refuse(
                "empty", "the file is empty", "write a spec (`opsbook new` makes one), or delete the file", self.text, 0
            )
        event = self.next()
        data = self.value(event)
        if data is None:
            raise _refuse(
                "empty",
                "the file holds no values, only comments",
                "write a spec (`opsbook new` makes one), or delete the file",
                self.text,
                0,
            )
        self.next()  # document end
        event = self.next()
        if isinstance(event, DocumentStartEvent):
            raise _refuse(
                "many-documents",
                "a second document starts here (`---`)",
                "put each spec into a file of its own",
                self.text,
                event.start_mark.index,
            )
        return data

    def value(self, event: Any) -> Any:
        kind = type(event)
        if kind is AliasEvent:
            return self.alias(event)
        before, anchor, tag = self.values, event.anchor, event.tag
        self.values += 1
        if tag is not None:
            self.refuse_tag(event)
        if kind is ScalarEvent:
            made = plain(event.value) if event.implicit[0] and tag is None else event.value
        else:
            self.depth += 1
            if self.values > MAX_VALUES:
                raise self.too_many(event)
            if self.depth > MAX_DEPTH:
                raise _refuse(
                    "too-deep",
                    f"values are nested more than {MAX_DEPTH} deep",
                    "no spec needs that: flatten it",
                    self.text,
                    event.start_mark.index,
                )
            made = self.mapping() if kind is MappingStartEvent else self.sequence()
            self.depth -= 1
        if anchor is not None:
            self.anchors[anchor] = (made, self.values - before, self.height(made))
        return made

    def mapping(self) -> dict[str, Any]:
        made: dict[str, Any] = {}
        get = self.next
        while type(event := get()) is not MappingEndEvent:
            key = event.value if type(event) is ScalarEvent and event.value != "<<" else self.key(event)
            if key in made:
                raise _refuse(
                    "duplicate-key",
                    f"the key `{key}` stands twice in this mapping",
                    "keep one of them; YAML readers silently drop the other",
                    self.text,
                    event.start_mark.index,
                )
            event = get()
            if type(event) is ScalarEvent and event.tag is None and event.anchor is None:  # nearly all values
                self.values += 1
                made[key] = plain(event.value) if event.implicit[0] else event.value
            else:
                made[key] = self.value(event)
        return made

    def sequence(self) -> list[Any]:
        made: list[Any] = []
        while type(event := self.next()) is not SequenceEndEvent:
            made.append(self.value(event))
        return made

    def key(self, event: Any) -> str:
        if type(event) is not ScalarEvent:
            raise _refuse(
                "key",
                "a key must be a plain word, not a list, a mapping or an alias",
                "quote it if it starts with a special character such as `[`, `{` or `*`",
                self.text,
                event.start_mark.index,
            )
        key: str = event.value
        if key == "<<" and event.implicit[0]:
            raise _refuse(
                "merge-key",
                "merge keys (`<<`) are not part of YAML 1.2",
                "write the fields out; a spec is read more often than it is written",
                self.text,
                event.start_mark.index,
            )
        return key

    def alias(self, event: Any) -> Any:
        if event.anchor not in self.anchors:
            raise _refuse(
                "alias",
                f"`*{event.anchor}` points to no finished `&{event.anchor}` above it",
                "define the anchor earlier, or write the value out",
                self.text,
                event.start_mark.index,
            )
        made, size, height = self.anchors[event.anchor]
        self.values += size
        if self.values > MAX_VALUES or self.depth + height > MAX_DEPTH:
            raise self.too_many(event)
        return made

    def height(self, made: Any) -> int:
        """How deep the values below an anchored one nest, aliases included."""
        inner = made.values() if isinstance(made, dict) else made if isinstance(made, list) else ()
        return 1 + max((self.height(value) for value in inner), default=0) if inner else 0

    def too_many(self, event: Any) -> _Refused:
        return _refuse(
            "too-many-values",
            f"the file expands to more than {MAX_VALUES} values, or nests too deep through aliases",
            "write values out instead of aliasing aliases",
            self.text,
            event.start_mark.index,
        )

    def refuse_tag(self, event: Any) -> None:
        if event.tag not in ("!", "tag:yaml.org,2002:str"):
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            raise _refuse(
                "tag",
                f"the tag `{tag}` is not read",
                "remove it; the spec's schema says what each value is",
                self.text,
                event.start_mark.index,
            )


@contextmanager
def _explained(text: str) -> Iterator[None]:
    """Turn what libyaml cannot read into a fault at its place."""
    try:
        yield
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = (error.problem or error.context or "not YAML").strip()
        index = min(mark.index, len(text)) if mark else 0  # type: ignore[union-attr]  # the C marks have one
        raise _refuse("syntax", *_explain_syntax(problem, text, index), text, index) from error
    except ReaderError as error:
        index = min(error.position, len(text))
        code = f"U+{error.character:04X}" if isinstance(error.character, int) else repr(error.character)
        raise _refuse(
            "syntax",
            f"the character {code} may not stand in a YAML file",
            "delete it: editors often hide it",
            text,
            index,
        ) from error
    except (YAMLError, ValueError) as error:
        raise _refuse("syntax", f"this is not YAML: {error}", "check the file in a YAML-aware editor", text, 0) from error


_SYNTAX = (
    (
        "found character that cannot start any token",
        "a tab or a reserved character stands where a value should start",
        "indent with spaces; quote a value that starts with `@`, `` ` `` or `%`",
    ),
    (
        "mapping values are not allowed",
        "a second `:` makes this line unreadable",
        "quote the value if it contains `: `, and check the indentation",
    ),
    (
        "could not find expected ':'",
        "this line is neither `key: value` nor a list item",
        "add the `:` after the key, or indent the line into the text above",
    ),
    (
        "did not find expected key",
        "the indentation or the quoting breaks here",
        "align the key with its neighbours; quote a value that starts with a quote, `[`, `{`, `*` or `&`",
    ),
    (
        "did not find expected '-' indicator",
        "the list breaks off here",
        "align this line with the `-` of the items above",
    ),
    (
        "did not find expected ',' or",
        "a bracket is not closed here",
        "close `[` with `]` and `{` with `}`, or quote the value",
    ),
    ("found unexpected end of stream", "a quoted text never ends", "close the quote"),
    (
        "block sequence entries are not allowed",
        "a list item stands where no list can start",
        "put the list on the line below its key, indented",
    ),
    ("found undefined tag handle", "a value that starts with `!` is read as a tag", "quote the value"),
    (
        "found unknown escape character",
        "an unknown `\\` escape in a double-quoted text",
        "use single quotes, or double the backslash",
    ),
)


def _explain_syntax(problem: str, text: str, index: int) -> tuple[str, str]:
    start = text.rfind("\n", 0, index) + 1
    indent = text[start : index + 1]
    if "\t" in indent and not indent.strip():
        return "a tab stands in the indentation", "indent with spaces; YAML forbids tabs"
    for start_of, message, hint in _SYNTAX:
        if problem.startswith(start_of):
            return message, hint
    return f"this is not YAML: {problem}", "check the indentation and the quotes around here"


class _Mark(NamedTuple):
    key: int
    value: int
    spelled: str | None


def _marks(text: str) -> Iterator[tuple[Route, _Mark]]:
    """The character index of every key and value of a text that is known to build."""
    stack: list[tuple[Route, str | int | None]] = []
    key_index = 0
    for event in iter(CParser(text).get_event, None):
        kind = type(event)
        if kind in (MappingEndEvent, SequenceEndEvent):
            stack.pop()
        if kind not in (ScalarEvent, AliasEvent, MappingStartEvent, SequenceStartEvent):
            continue
        route: Route = ()
        start = event.start_mark.index
        if stack:
            parent, at = stack[-1]
            if at is None:
                stack[-1] = (parent, event.value)
                key_index = start
                continue
            route = (*parent, at)
            stack[-1] = (parent, at + 1 if isinstance(at, int) else None)
            if isinstance(at, int):
                key_index = start
        yield route, _Mark(key_index, start, event.value if kind is ScalarEvent else None)
        if kind is MappingStartEvent:
            stack.append((route, None))
        elif kind is SequenceStartEvent:
            stack.append((route, 0))
