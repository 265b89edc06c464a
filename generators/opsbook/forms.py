"""Forms made of models: what a spec holds, as fields that somebody fills in on a page.

A form is made of the same model that validates the spec, so that what it exports validates. Values are texts, lists and
maps alone, in the order of the model.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from opsbook.labels import N_
from opsbook.model import Day, Duration, Id, Line, Moment, Prose, Ref, Text, Url

ControlKind: TypeAlias = Literal[
    "line", "text", "lines", "choice", "choices", "moment", "day", "number", "group", "rows"
]
"""One line, a text, a line each, one or several of some, a point in time, a day, a figure, fields that belong together,
as many of these as are needed."""

Option: TypeAlias = tuple[str, str]
"""A value and what it is called."""


@dataclass(frozen=True)
class Control:
    """One field of a form, or several that belong together."""

    kind: ControlKind
    """What is filled in, and how."""
    name: str
    """The key in the spec."""
    label: str
    """What it is called."""
    help: str = ""
    """What belongs there."""
    since: str = ""
    """The status from which it may not be empty, as it is called."""
    options: tuple[Option, ...] = ()
    """What can be chosen; for a line, what is suggested."""
    required: bool = False
    """Whether it may never be empty."""
    pattern: str = ""
    """What a line has to look like, as HTML's `pattern` has it."""
    controls: tuple[Control, ...] = ()
    """The fields within."""

    @property
    def wide(self) -> bool:
        """Whether it takes the whole width: everything that may grow."""
        return self.kind in ("text", "lines", "choices", "group", "rows")

    @property
    def hint(self) -> str:
        """The kind of line that its `pattern` asks for: `moment`, `id`, `count`; nothing where it asks for none."""
        return next((name for name, pattern in _PATTERNS.items() if self.pattern == pattern), "")


@dataclass(frozen=True)
class Words:
    """What a form says, by the path of a field (`actions.owner`)."""

    label: Callable[[str], str]
    """What a field is called."""
    help: Callable[[str], str]
    """What belongs there; empty where nothing is said."""
    since: Callable[[str], str]
    """The status from which it may not be empty; empty where it may stay so."""
    options: Callable[[str], tuple[Option, ...]]
    """The ids of a type that there are, such as the roles of the system."""
    suggestions: Callable[[str], tuple[str, ...]]
    """What a line may well hold; none where nothing is suggested."""
    choice: Callable[[str, str], str]
    """What a choice of a field is called."""
    entries: Mapping[str, tuple[Control, ...]]
    """The fields of a map, which its model leaves open."""


_PATTERNS = {
    "moment": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+\-]\d\d:\d\d)",
    "id": "[a-z0-9]+(-[a-z0-9]+)*",
    "duration": "(?=.)([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?",
    "url": r"(https?://|mailto:|tel:|\$\{)[^\s<>\x22]+",
    "count": "[0-9]+",
    "number": r"[0-9]+(\.[0-9]+)?",
}
"""What lines of some types look like, as HTML's `pattern` has it: a hyphen in a class of characters is escaped."""

MESSAGES = {
    "saved": N_("Saved in this browser at"),
    "unfiled": N_("Not in a file yet: browsers may clear what pages keep."),
    "unsaved": N_("This browser keeps nothing. Save the draft as a file."),
    "opened": N_("The draft is open."),
    "copied": N_("Copied."),
    "copy_here": N_("Copy the text from the field below."),
    "filed": N_("Saved as a file."),
    "unreadable": N_("This file cannot be read"),
    "misfit": N_("The form has no place for what this file says at"),
    "replace": N_("Replace what is filled in here with this file?"),
    "clear": N_("Discard this draft?"),
    "other": N_("Changed in another tab."),
    "added": N_("Added"),
    "removed": N_("Removed"),
    "moment": N_("Write the moment with its offset from UTC, such as 2026-11-21T03:10:00-05:00."),
    "id": N_("Write lower-case letters, digits and single hyphens."),
    "duration": N_("Write a duration, such as 15m or 1h30m."),
    "url": N_("Write a whole address, such as https://example.com/."),
    "count": N_("Write a whole number, such as 12."),
    "number": N_("Write a number with a decimal point, such as 12 or 0.5."),
    "blame": N_("looks for somebody to blame. Say what was known and seen then, and what made the mistake possible."),
}
"""What any form says while it is filled in. A form adds what it says of its own records: `foreign` about a file that
holds none, `missing` and `complete` about what they need."""


def field_label(path: str, fields: Mapping[str, str], label: Callable[[str], str]) -> str:
    """What a kind calls a field, by its `fields`; the last part of its path where these do not say."""
    return label(fields.get(path, path.rpartition(".")[2]))


def in_full(path: str, label: Callable[[str], str]) -> str:
    """What a field is called, with what it stands in: `Times: The impact began`."""
    return ": ".join(map(label, accumulate(path.split("."), "{}.{}".format)))


def controls(
    model: type[BaseModel], words: Words, skip: frozenset[str] = frozenset(), path: str = ""
) -> tuple[Control, ...]:
    """The controls of a model's fields, in their order; without those whose path is in `skip`."""
    hints = typing.get_type_hints(model, include_extras=True)
    made = []
    for name, field in model.model_fields.items():
        key = field.alias or name
        where = f"{path}.{key}" if path else key
        if where not in skip:
            made.append(_control(hints[name], where, field, words, skip))
    return tuple(made)


def _control(annotation: Any, path: str, field: FieldInfo, words: Words, skip: frozenset[str]) -> Control:
    shape = _shape(_given(annotation), path, words)
    suggested = tuple((value, value) for value in words.suggestions(path)) if shape.kind == "line" else ()
    return Control(
        shape.kind,
        path.rpartition(".")[2],
        words.label(path),
        words.help(path),
        words.since(path),
        shape.options or suggested,
        field.is_required(),
        shape.pattern,
        controls(shape.inner, words, skip, path) if shape.inner else words.entries.get(path, ()),
    )


class _Shape(NamedTuple):
    """What stands for a type on a form."""

    kind: ControlKind
    options: tuple[Option, ...] = ()
    pattern: str = ""
    inner: type[BaseModel] | None = None


def _shape(annotation: Any, path: str, words: Words) -> _Shape:
    for known, shape in _KNOWN:
        if annotation == known:
            return shape
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is dict or (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return _Shape("group", inner=None if origin is dict else annotation)
    if origin is Literal:
        return _Shape("choice", tuple((value, words.choice(path, value)) for value in arguments))
    if origin is tuple:
        one = _shape(_given(arguments[0]), path, words)
        several: ControlKind = "rows" if one.inner else "choices" if one.kind == "choice" else "lines"
        return one._replace(kind=several)
    if origin is Annotated:
        return _marked(arguments[0], arguments[1:], path, words)
    return _Shape("line")


def _marked(annotation: Any, marks: tuple[Any, ...], path: str, words: Words) -> _Shape:
    """What stands for a type about which marks say more."""
    named = next((mark.type for mark in marks if isinstance(mark, Ref)), "")
    if named:
        return _Shape("choice", words.options(named))
    if get_origin(annotation) is not None or annotation in _FIGURES:
        return _shape(annotation, path, words)
    return _Shape("text" if any(isinstance(mark, Prose) for mark in marks) else "line")


def _given(annotation: Any) -> Any:
    """A type without its `None`."""
    if get_origin(annotation) in (Union, UnionType):
        return next(one for one in get_args(annotation) if one is not type(None))
    return annotation


_FIGURES: dict[Any, str] = {int: "count", float: "number", Decimal: "number"}

_KNOWN: tuple[tuple[Any, _Shape], ...] = (
    (Line, _Shape("line")),
    (Text, _Shape("text")),
    (Moment, _Shape("moment", pattern=_PATTERNS["moment"])),
    (Day, _Shape("day")),
    (Duration, _Shape("line", pattern=_PATTERNS["duration"])),
    (Id, _Shape("line", pattern=_PATTERNS["id"])),
    (Url, _Shape("line", pattern=_PATTERNS["url"])),
    *((figure, _Shape("number", pattern=_PATTERNS[name])) for figure, name in _FIGURES.items()),
)
