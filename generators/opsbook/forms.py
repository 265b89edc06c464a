"""Forms made of models: what a spec holds, as fields that somebody fills in on a page.

A form is made of the same model that validates the spec, so that what it exports validates. Values are texts, lists and
maps alone, in the order of the model.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from opsbook.model import Day, Duration, Id, Line, Moment, Prose, Ref, Text, Url

ControlKind: TypeAlias = Literal["line", "text", "lines", "choice", "choices", "moment", "day", "group", "rows"]
"""One line, a text, a line each, one or several of some, a point in time, a day, fields that belong together, as many of
these as are needed."""

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
        """The kind of line that its `pattern` asks for: `moment`, `id`, `duration`; nothing where it asks for none."""
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
}
"""What lines of some types look like, as HTML's `pattern` has it: in a class of characters, a hyphen is escaped there."""


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
            made.append(_control(hints[name], key, where, field, words, skip))
    return tuple(made)


def _control(annotation: Any, key: str, path: str, field: FieldInfo, words: Words, skip: frozenset[str]) -> Control:
    annotation = _given(annotation)
    kind, options, pattern, inner = _kind(annotation, path, words)
    if kind == "line":
        options = tuple((value, value) for value in words.suggestions(path))
    return Control(
        kind,
        key,
        words.label(path),
        words.help(path),
        words.since(path),
        options,
        field.is_required(),
        pattern,
        controls(inner, words, skip, path) if inner else words.entries.get(path, ()),
    )


def _kind(
    annotation: Any, path: str, words: Words
) -> tuple[ControlKind, tuple[Option, ...], str, type[BaseModel] | None]:
    """What stands for a type, what can be chosen, what a line must look like, and the model within."""
    for known, kind, pattern in _KNOWN:
        if annotation == known:
            return kind, (), pattern, None
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "group", (), "", annotation
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return "choice", tuple((value, words.choice(path, value)) for value in arguments), "", None
    if origin is tuple:
        return _many(_given(arguments[0]), path, words)
    if origin is dict:
        return "group", (), "", None
    if origin is Annotated:
        named = next((mark for mark in arguments[1:] if isinstance(mark, Ref)), None)
        if named and named.type:
            return "choice", words.options(named.type), "", None
        if get_origin(arguments[0]) is not None:
            return _kind(arguments[0], path, words)
        return ("text" if any(isinstance(mark, Prose) for mark in arguments) else "line"), (), "", None
    return "line", (), "", None


def _many(
    annotation: Any, path: str, words: Words
) -> tuple[ControlKind, tuple[Option, ...], str, type[BaseModel] | None]:
    kind, options, pattern, inner = _kind(annotation, path, words)
    if inner:
        return "rows", (), "", inner
    return ("choices" if kind == "choice" else "lines"), options, pattern, None


def _given(annotation: Any) -> Any:
    """A type without its `None`."""
    if get_origin(annotation) in (Union, UnionType):
        return next(one for one in get_args(annotation) if one is not type(None))
    return annotation


_KNOWN: tuple[tuple[Any, ControlKind, str], ...] = (
    (Line, "line", ""),
    (Text, "text", ""),
    (Moment, "moment", _PATTERNS["moment"]),
    (Day, "day", ""),
    (Duration, "line", _PATTERNS["duration"]),
    (Id, "line", _PATTERNS["id"]),
    (Url, "line", _PATTERNS["url"]),
)
