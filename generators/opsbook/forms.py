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

from opsbook.model import Day, Duration, Id, Line, Moment, Prose, Ref, Text

ControlKind: TypeAlias = Literal["line", "text", "lines", "choice", "choices", "moment", "day", "group", "rows", "map"]
"""One line, a text, a line each, one or several of some, a point in time, a day, fields that belong together, as many of these
as are needed, a text for each of some keys."""

Option: TypeAlias = tuple[str, str]
"""A value and what it is called."""


@dataclass(frozen=True)
class Control:
    """One field of a form, or several that belong together."""

    kind: ControlKind
    name: str
    """The key in the spec."""
    label: str
    help: str = ""
    options: tuple[Option, ...] = ()
    """What can be chosen."""
    required: bool = False
    pattern: str = ""
    """What a line has to look like, as HTML's `pattern` has it."""
    controls: tuple[Control, ...] = ()
    """The fields within."""


@dataclass(frozen=True)
class Words:
    """What a form says: labels and helps by the path of a field (`actions.owner`), options by the type of a reference."""

    label: Callable[[str], str]
    help: Callable[[str], str]
    options: Callable[[str], tuple[Option, ...]]
    """The ids of a type that there are, such as the roles of the system."""
    choice: Callable[[str, str], str]
    """What a choice of a field is called."""
    keys: Mapping[str, tuple[Option, ...]]
    """The keys of a map, by its path."""


_MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+\-]\d\d:\d\d)"
_ID = "[a-z0-9]+(-[a-z0-9]+)*"


def controls(model: type[BaseModel], words: Words, skip: frozenset[str] = frozenset(), path: str = "") -> tuple[Control, ...]:
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
    return Control(
        kind,
        key,
        words.label(path),
        words.help(path),
        options,
        field.is_required(),
        pattern,
        controls(inner, words, skip, path) if inner else (),
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
        return "map", words.keys.get(path, ()), "", None
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
    (Moment, "moment", _MOMENT),
    (Day, "day", ""),
    (Duration, "line", "(?=.)([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?"),
    (Id, "line", _ID),
)
