"""A YAML file as a value: its data, and where in the text each part of it stands.

PyYAML's loaders read `22:22` as 1342 and `no` as False, keep the last of two equal keys in
silence and die at deep nesting. This module builds plain data from libyaml's C *events* instead:
YAML 1.2 core scalars, string keys only, duplicate keys refused, depth and aliases limited.
Positions are found by a second walk, and only when somebody asks for one: good files, which
are nearly all files, cost neither its time nor its memory.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import count
from typing import Any, NamedTuple, Protocol, TypeAlias

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


def pointer(route: Route) -> str:
    """A route as a JSON pointer (RFC 6901): `/paths/~1pets/get`."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in route)


MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 64
MAX_VALUES = 200_000
"""How many values one file may hold after its aliases are expanded."""


class Limits(NamedTuple):
    """How much of a file is read: what is larger is refused, never cut."""

    size: int = MAX_BYTES
    """In bytes."""
    depth: int = MAX_DEPTH
    values: int = MAX_VALUES


SPEC_LIMITS = Limits()
"""More than any spec needs."""


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
    place: Place = field(default_factory=lambda: Place(1, 1))


@dataclass(frozen=True)
class Source:
    """One YAML file: its path below the project's root, its text and the data in it."""

    path: str
    text: str = field(repr=False)
    data: Any = field(repr=False)

    @classmethod
    def parse(cls, path: str, raw: bytes, limits: Limits = SPEC_LIMITS) -> Source | Fault:
        """Read the bytes of the file at `path` (relative, with `/`) into a source, or say why not."""
        text = decode(raw, limits.size)
        if isinstance(text, Fault):
            return text
        try:
            with _explained(text):
                return cls(path, text, _Builder(text, limits).document())
        except _Refused as refused:
            return refused.fault

    @cached_property
    def marks(self) -> Marks:
        """Where every key and value stands."""
        return dict(_marks(_events(self.text))) if self.data is not None else {}

    def place(self, route: Route, *, key: bool = False, part: str = "", within: Place | None = None) -> Place:
        """Where the value at `route` starts (or its key), or its nearest parent that exists.

        A missing field has no place of its own: the reader is sent to the mapping that should
        have held it. With `part`, the place of that part of a text, if it stands there as it is;
        with `within`, the place of that line and column of the text.
        """
        if within:
            found = within if self.data is None else self._place_within(route, within)
            if found:
                return found
        for end in range(len(route), -1, -1):
            mark = self.marks.get(route[:end])
            if mark is not None:
                found_at = self.text.find(part, mark.value, mark.end) if part and end == len(route) else -1
                return self.place_at(max(found_at, mark.key if key and end == len(route) else mark.value))
        return Place(2 if self.text.startswith("#!") else 1, 1)  # a script's first line is not for comments

    def place_at(self, index: int) -> Place:
        """The place of the character at `index`, in no time however large the file is."""
        line = bisect_right(self.lines, index)
        return Place(line, index - self.lines[line - 1] + 1)

    @cached_property
    def lines(self) -> list[int]:
        """Where every line begins."""
        return _lines(self.text)

    def _place_within(self, route: Route, within: Place) -> Place | None:
        """Where a line and column of the text at `route` stands in the file, however the text is written there.

        Styles of YAML differ in blanks, quotes and escapes alone: the n-th visible character of the value
        is the n-th visible one of the file.
        """
        mark = self.marks.get(route)
        if mark is None or mark.spelled is None:
            return None
        lines = mark.spelled.split("\n")[: within.line]
        lines[-1] = lines[-1][: within.column - 1]
        count = sum(not char.isspace() for line in lines for char in line)
        written = list(_visible(self.text, mark))
        if not written:
            return None
        return self.place_at(written[count] if count < len(written) else written[-1] + 1)

    def spelled(self, route: Route) -> str | None:
        """The scalar at `route` as its author spelled it (`1.10`, not 1.1); None for anything else."""
        mark = self.marks.get(route)
        return mark.spelled if mark else None

    @cached_property
    def comments(self) -> dict[int, str]:
        """Every line that holds a `#`, from that `#` on, by line number: enough to look for ignores."""
        return {
            number: line[line.index("#") :] for number, line in enumerate(self.text.split("\n"), start=1) if "#" in line
        }


Documents: TypeAlias = tuple[Source, ...]
"""What one file of another tool holds: most formats have one document a file, manifests of Kubernetes have many."""


@dataclass(frozen=True)
class ForeignSource(Source):
    """One document of a YAML file that other tools read, too.

    Their rules are not those of specs: several documents may stand in a file, mappings may take over others with
    merge keys (`<<`), and tags stand for themselves. What is dangerous stays refused, within the same limits.
    """

    number: int = 0
    """Which of the documents of the file it is, from 0."""

    @classmethod
    def parse_all(cls, path: str, raw: bytes, limits: Limits = SPEC_LIMITS) -> Documents | Fault:
        """Read the bytes of the file at `path` into the documents that it holds, or say why not."""
        text = decode(raw, limits.size)
        if isinstance(text, Fault):
            return text
        try:
            with _explained(text):
                builder = _ForeignBuilder(text, limits)
                return tuple(cls(path, text, data, number) for number, data in builder.documents())
        except _Refused as refused:
            return refused.fault

    @cached_property
    def marks(self) -> Marks:
        """Where every key and value of this document stands. What a merge key brings has no place of its own."""
        return _marks_of_documents(self.text)[self.number]


@lru_cache(maxsize=8)
def _lines(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", text))]


def place_at(text: str, index: int) -> Place:
    """The place of the character at `index`. Only a line feed ends a line, as in every editor."""
    before = text.rfind("\n", 0, index)
    return Place(text.count("\n", 0, index) + 1, index - before)


def short(text: str) -> str:
    """A text cut to what fits on a line of a message."""
    return text if len(text) <= 60 else text[:57] + "..."  # noqa: PLR2004  # as wide as a terminal allows


def decode(raw: bytes, most: int = MAX_BYTES) -> str | Fault:
    """Turn the bytes of a file into text that ends lines with a line feed and has no byte order mark."""
    if len(raw) > most:
        return Fault(
            "yaml/too-large",
            f"the file is {len(raw) / 2**20:.1f} MiB; opsbook reads up to {most // 2**20} MiB",
            "split it, or move it elsewhere if it is no spec",
        )
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Fault("yaml/encoding", "the file is UTF-16", "save it as UTF-8")
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        good = _plain_lines(raw[: error.start].decode())
        return Fault(
            "yaml/encoding",
            f"the file is not UTF-8: byte 0x{raw[error.start]:02x} cannot be read",
            "save it as UTF-8; if it is not text at all, it does not belong in `specs/`",
            place_at(good, len(good)),
        )
    text = _plain_lines(text)
    if "\0" in text:
        return Fault(
            "yaml/encoding",
            "the file holds NUL bytes: it is binary, or UTF-16",
            "save it as UTF-8; if it is not text at all, it does not belong in `specs/`",
            place_at(text, text.index("\0")),
        )
    return text


def _plain_lines(text: str) -> str:
    return text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


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

    def __init__(self, text: str, limits: Limits) -> None:
        self.text = text
        self.limits = limits
        self.anchors: dict[str, tuple[Any, int, int]] = {}
        self.values = 0
        self.depth = 0
        self.next: Callable[[], Any] = CParser(text).get_event

    def document(self) -> Any:
        self.next()  # stream start
        event: Any = self.next()
        if type(event) is not DocumentStartEvent:
            raise self.empty("the file holds only comments" if self.text.strip() else "the file is empty")
        event = self.next()
        data = self.value(event)
        self.next()  # document end
        event = self.next()
        kind = type(event)
        if kind is DocumentStartEvent:
            raise _refuse(
                "many-documents",
                "a second document starts here (`---`)",
                "put each spec into a file of its own",
                self.text,
                event.start_mark.index,
            )
        if data is None:
            raise self.empty("the file holds no value")
        return data

    def empty(self, message: str) -> _Refused:
        return _refuse(
            "empty", message, "write a spec or a document (`opsbook new` makes one), or delete the file", self.text, 0
        )

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
            if self.values > self.limits.values:
                raise self.too_many(event)
            if self.depth > self.limits.depth:
                raise _refuse(
                    "too-deep",
                    f"values are nested more than {self.limits.depth} deep",
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
        event: Any
        while type(event := get()) is not MappingEndEvent:
            key = event.value if type(event) is ScalarEvent and event.value != "<<" else self.key(event)
            if key in made:
                raise _refuse(
                    "duplicate-key",
                    f"the key `{short(key)}` stands twice in this mapping",
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
        kind = type(event)
        if kind is not ScalarEvent:
            if self.text[event.start_mark.index - 1 : event.start_mark.index + 1] == "{{":
                raise _refuse(
                    "key",
                    "`{{` opens two mappings: YAML knows no templates",
                    "quote the value; what the reader supplies is a parameter, written `$NAME`",
                    self.text,
                    event.start_mark.index - 1,
                )
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
        if self.values > self.limits.values or self.depth + height > self.limits.depth:
            raise self.too_many(event)
        return made

    def height(self, made: Any) -> int:
        """How deep the values below an anchored one nest, aliases included."""
        inner = made.values() if isinstance(made, dict) else made if isinstance(made, list) else ()
        return 1 + max((self.height(value) for value in inner), default=0) if inner else 0

    def too_many(self, event: Any) -> _Refused:
        return _refuse(
            "too-many-values",
            f"the file expands to more than {self.limits.values:,} values, or nests too deep through aliases",
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


class _ForeignBuilder(_Builder):
    """Builds plain data from the events of a file that other tools read, too."""

    def __init__(self, text: str, limits: Limits) -> None:
        super().__init__(text, limits)
        self.merges: list[int] = []
        """Where the merge keys of the mappings that are being built stand, the innermost last."""

    def documents(self) -> list[tuple[int, Any]]:
        """The documents that hold a value, with their numbers."""
        found: list[tuple[int, Any]] = []
        self.next()  # stream start
        for number in count():
            if type(self.next()) is not DocumentStartEvent:
                break
            self.anchors.clear()
            data = self.value(self.next())
            self.next()  # document end
            if data is not None:
                found.append((number, data))
        if not found:
            raise _refuse("empty", "the file holds no value", "fill it, or do not name it", self.text, 0)
        return found

    def mapping(self) -> dict[str, Any]:
        made = super().mapping()
        if "<<" in made and self.merges:
            index, merged = self.merges.pop(), made.pop("<<")
            for one in merged if isinstance(merged, list) else [merged]:
                if not isinstance(one, dict):
                    message = "a merge key (`<<`) takes over mappings, and this is none"
                    raise _refuse("merge-key", message, "name the anchor of a mapping", self.text, index)
                for key, value in one.items():
                    made.setdefault(key, value)
        return made

    def key(self, event: Any) -> str:
        start: Any = event.start_mark
        if type(event) is ScalarEvent and event.value == "<<" and event.implicit[0]:
            self.merges.append(start.index)
            return "<<"
        return super().key(event)

    def refuse_tag(self, event: Any) -> None:
        """Tags mean something to the tool that the file is for; here they are passed over."""


@contextmanager
def _explained(text: str) -> Iterator[None]:
    """Turn what libyaml cannot read into a fault at its place."""
    try:
        yield
    except MarkedYAMLError as error:
        problem = (error.problem or error.context or "not YAML").strip()
        mark = (error.context_mark if problem.startswith(_OPENS) else None) or error.problem_mark
        index = min(mark.index, len(text)) if mark else 0
        raise _refuse("syntax", *_explain_syntax(problem, text, index), text, index) from error
    except ReaderError as error:
        index = len(text.encode()[: error.position].decode(errors="ignore"))  # libyaml counts bytes here
        code = f"U+{error.character:04X}" if isinstance(error.character, int) else repr(error.character)
        raise _refuse(
            "syntax",
            f"the character {code} may not stand in a YAML file",
            "delete it: editors often hide it",
            text,
            index,
        ) from error
    except (YAMLError, ValueError) as error:
        raise _refuse(
            "syntax", f"this is not YAML: {error}", "check the file in a YAML-aware editor", text, 0
        ) from error


_OPENS = (
    "could not find expected ':'",
    "did not find expected ',' or",
    "found unexpected end of stream",
    "found unexpected document indicator",
)
"""Problems that show long after their cause: their place is where what they are about begins."""

_SYNTAX: tuple[tuple[str | tuple[str, ...], str, str], ...] = (
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
        "the bracket that opens here is not closed, or a comma is missing in it",
        "close `[` with `]` and `{` with `}`, or quote the value",
    ),
    (
        ("found unexpected end of stream", "found unexpected document indicator"),
        "the quote that opens here is not closed",
        "close it; within single quotes, write `''` for an apostrophe",
    ),
    (
        "block sequence entries are not allowed",
        "a list item stands where no list can start",
        "put the list on the line below its key, indented",
    ),
    (
        ("found undefined tag handle", "did not find expected whitespace or line break", "did not find expected tag"),
        "a value that starts with `!` is read as a tag",
        "quote the value",
    ),
    (
        "did not find expected alphabetic or numeric character",
        "a value that starts with `*` or `&` is read as an alias or an anchor",
        "quote the value",
    ),
    (
        "did not find expected node content",
        "a value, or a closing bracket, is missing here",
        "write it, or quote what stands here",
    ),
    (
        "did not find expected comment or line break",
        "text follows `|` or `>` on its line",
        "start the text on the next line, indented; quote a value that starts with `|` or `>`",
    ),
    (
        "did not find expected <document start>",
        "this belongs to nothing above it",
        "align it with the lines above, or put the whole value in quotes",
    ),
    ("found a tab character", "a tab stands in the indentation", "indent with spaces; YAML forbids tabs"),
    (
        ("found incompatible YAML document", "found unknown directive", "found duplicate %YAML"),
        "a line that starts with `%` is an instruction to the reader of the file, and this one is not known",
        "remove the line",
    ),
    (
        ("found unknown escape character", "found invalid Unicode", "did not find expected hex"),
        "an unknown `\\` escape in a double-quoted text",
        "use single quotes, or double the backslash",
    ),
)


def _explain_syntax(problem: str, text: str, index: int) -> tuple[str, str]:
    start = text.rfind("\n", 0, index) + 1
    indent = text[start : index + 1]
    if "\t" in indent and not indent.strip():
        return "a tab stands in the indentation", "indent with spaces; YAML forbids tabs"
    if text.startswith(("<<<<<<< ", "=======\n", ">>>>>>> "), start):
        return "a mark of a merge conflict stands here", "decide which side holds, and remove the marks"
    hidden = next((mark for mark in "\x85\u2028\u2029" if mark in text[start : index + 1]), None)
    if hidden:
        return f"the hidden character U+{ord(hidden):04X} breaks this line", "delete it"
    if problem.startswith("did not find expected key") and text[start:index].rstrip().endswith(("'", '"')):
        return (
            "the text goes on after its closing quote",
            "put the whole value in quotes; within single quotes, write `''` for an apostrophe",
        )
    for start_of, message, hint in _SYNTAX:
        if problem.startswith(start_of):
            return message, hint
    return f"this is not YAML: {problem}", "check the indentation and the quotes around here"


class Mark(NamedTuple):
    """Where a key and its value stand in a text, as character indices."""

    key: int
    value: int
    end: int
    spelled: str | None
    """A scalar as its author spelled it."""


class Marks(Protocol):
    """Finds the mark of a value by its route."""

    def get(self, route: Route, /) -> Mark | None:
        """The mark of the value at `route`; None where there is none."""


_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")
_HEADER = re.compile(r"[|>][^\n]*\n?")
_DOUBLE = re.compile(r"\\(?:x..|u.{4}|U.{8}|.)|.", re.DOTALL)
_SINGLE = re.compile(r"''|.", re.DOTALL)
_BLANK_ESCAPES = frozenset("\\" + letter for letter in "tnvfr \t\n_NLP")


def _visible(text: str, mark: Mark) -> Iterator[int]:
    """The index of every character of a scalar, as it is written, that stands for a visible one of its value."""
    start = _PROPERTIES.match(text, mark.value, mark.end)
    at = start.end() if start else mark.value
    quote = text[at : at + 1]
    if quote in ("|", ">"):
        header = _HEADER.match(text, at)
        at = header.end() if header else at
    if quote in ('"', "'"):
        for token in (_DOUBLE if quote == '"' else _SINGLE).finditer(text, at + 1, mark.end):
            if not (token[0].isspace() or token[0] in _BLANK_ESCAPES):
                yield token.start()
    else:
        yield from (index for index in range(at, mark.end) if not text[index].isspace())


def _events(text: str) -> Iterator[Any]:
    """What libyaml says of a text."""
    get: Callable[[], Any] = CParser(text).get_event
    return iter(get, None)


@lru_cache(maxsize=8)
def _marks_of_documents(text: str) -> tuple[dict[Route, Mark], ...]:
    """The marks of every document of a text, found in one walk: a file may hold thousands."""
    documents: list[list[Any]] = []
    for event in _events(text):
        if type(event) is DocumentStartEvent:
            documents.append([])
        elif documents:
            documents[-1].append(event)
    return tuple(dict(_marks(events)) for events in documents)


def _marks(events: Iterable[Any]) -> Iterator[tuple[Route, Mark]]:
    """The character index of every key and value of a document that is known to build, from its events."""
    stack: list[tuple[Route, str | int | None]] = []
    key_index = 0
    for event in events:
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
        yield route, Mark(key_index, start, event.end_mark.index, event.value if kind is ScalarEvent else None)
        if kind is MappingStartEvent:
            stack.append((route, None))
        elif kind is SequenceStartEvent:
            stack.append((route, 0))
