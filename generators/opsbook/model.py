"""The types that every kind's model is made of, and how their references are found.

A field's type says what its text is: an id, Markdown, a duration, or a reference to something that
another spec defines. `mentions` walks any model by those types, so that no kind writes code to have
its references checked and its texts linked.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from textwrap import dedent
from types import UnionType
from typing import Annotated, Any, NamedTuple, TypeAlias, Union, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from opsbook.source import Route

ID = r"[a-z0-9]+(?:-[a-z0-9]+)*"
FOLDER = r"^[\w-][\w.-]*(/[\w-][\w.-]*)*$"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)", re.IGNORECASE)
_DURATION = re.compile(r"(?:(\d{1,4})d)?(?:(\d{1,4})h)?(?:(\d{1,4})m)?(?:(\d{1,5})s)?")


class Model(BaseModel):
    """Base of everything an author writes: unknown keys refused, values immutable, no coercion."""

    # Every command imports the models of all kinds, and needs few of them: each is built when it is first needed.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Describe each field by its docstring, as pydantic would, but not before anybody asks for a schema."""
        schema = handler(core_schema)
        properties = handler.resolve_ref_schema(schema)["properties"]
        descriptions = described(cls)
        for name, field in cls.model_fields.items():
            if name in descriptions and (key := field.alias or name) in properties:
                properties[key].setdefault("description", descriptions[name])
        return schema


def described(model: type[BaseModel]) -> dict[str, str]:
    """The docstring of each field of a model, those of its bases included."""
    found: dict[str, str] = {}
    for one in reversed(model.__mro__):
        if issubclass(one, Model):
            found |= _docstrings(one)
    return found


@cache
def _docstrings(model: type[BaseModel]) -> dict[str, str]:
    """The docstring of each field that a class declares, read off its source; none where that is not at hand."""
    try:
        (declared,) = ast.parse(dedent(inspect.getsource(model))).body
    except (OSError, TypeError):  # as `inspect` says it of a class that no file declares, or no module
        return {}
    return {
        field.target.id: inspect.cleandoc(text.value.value)
        for field, text in pairwise(declared.body if isinstance(declared, ast.ClassDef) else ())
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant) and isinstance(text.value.value, str)
    }


@dataclass(frozen=True)
class Ref:
    """Marks a text that names something defined elsewhere.

    With `type`, the text is a bare id of that type (`owner: backend`). Without, it is a whole
    reference (`runbook:restore`, `chatbot/runbook:restore#dump`).
    """

    type: str = ""


@dataclass(frozen=True)
class Prose:
    """Marks a text that is Markdown and may hold `[[references]]`."""


@dataclass(frozen=True)
class Shell:
    """Marks a text that a shell runs."""


@dataclass(frozen=True)
class Asks:
    """Marks a command, or a snippet, that asks whether something holds: it may only read."""


@dataclass(frozen=True)
class SnippetPath:
    """Marks a text that names a file below `snippets/`."""


@dataclass(frozen=True)
class FilePath:
    """Marks a text that names a file of another tool, from the project's root, which is read with the specs."""


def _duration(value: object) -> object:
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if not match or not value:
        raise ValueError("write a duration such as `90s`, `15m`, `1h30m` or `30d`")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _regex(value: str) -> str:
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"this is no regular expression: {error}") from error
    return value


def _day(value: object) -> object:
    """A day as our schema publishes it. Pydantic by itself takes the seconds since 1970 for a day, too."""
    if not (isinstance(value, str) and _DAY.fullmatch(value)):
        raise PydanticCustomError("date_parsing", "not a calendar day")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise PydanticCustomError("date_parsing", "not a calendar day") from error


def spell_duration(value: timedelta) -> str:
    """Write a duration the way authors do: `1h30m`."""
    seconds = int(value.total_seconds())
    parts = []
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


Mark: TypeAlias = Ref | Prose | Shell | SnippetPath | FilePath
"""What a text of a spec can be beside a plain value."""

Id: TypeAlias = Annotated[str, StringConstraints(pattern=rf"^{ID}$", max_length=60)]
"""A stable name: lower-case letters, digits and single hyphens. Anchors, links and storage keys are made of it."""

Line: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^\S[^\n]*$"), Prose()]
"""One line of Markdown."""

Text: TypeAlias = Annotated[str, StringConstraints(min_length=1, pattern=r"\S"), Prose()]
"""Markdown of any length."""

Command: TypeAlias = Annotated[str, StringConstraints(min_length=1, pattern=r"\S"), Shell()]
"""One or more lines of shell."""

Regex: TypeAlias = Annotated[str, AfterValidator(_regex)]
"""A regular expression, as Python understands it."""

Variable: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=60)]
"""An environment variable: `BACKUP_FILE`."""

Snippet: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[\w.-]+(/[\w.-]+)*\.sh$"), SnippetPath()]
"""A file below `snippets/`, such as `chatbot/dump.sh`."""

File: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^[^\x00-\x20/\\][^\x00-\x1f\\]*$", max_length=300),
    FilePath(),
    Field(examples=["deploy/compose.yaml"]),
]
"""A file of the project that another tool reads, too, from the project's root: `deploy/compose.yaml`."""

Url: TypeAlias = Annotated[str, StringConstraints(pattern=r"^(https?://|mailto:|tel:|\$\{)[^\s<>\"]+$")]
"""An address that starts with http://, https://, mailto: or tel:, or with `${VARIABLE}`."""

Duration: TypeAlias = Annotated[
    timedelta,
    BeforeValidator(_duration),
    PlainSerializer(spell_duration, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^(?=.)(\d{1,4}d)?(\d{1,4}h)?(\d{1,4}m)?(\d{1,5}s)?$",
            "examples": ["15m", "1h30m", "90d"],
        }
    ),
]
"""A length of time: `90s`, `15m`, `1h30m`, `30d`."""

YEARS = range(1970, 3000)
"""The years that a moment may lie in: what is added to one of them still is on the calendar."""

Day: TypeAlias = Annotated[date, BeforeValidator(_day), Field(examples=["2026-11-21"])]
"""A calendar day, `YYYY-MM-DD`."""


def _moment(value: object) -> object:
    """A point in time as RFC 3339 writes it: without its offset, nobody knows when it was."""
    if not (isinstance(value, str) and _MOMENT.fullmatch(value)):
        raise PydanticCustomError("moment_parsing", "not a moment with its offset")
    try:
        moment = datetime.fromisoformat(value.upper())
    except ValueError as error:
        raise PydanticCustomError("moment_parsing", "not a moment with its offset") from error
    if not YEARS.start <= moment.year < YEARS.stop:
        raise PydanticCustomError("moment_range", "a moment that nobody can have meant")
    return moment


Moment: TypeAlias = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-21T03:10:00-05:00"]}),
]
"""A point in time with its offset from UTC (RFC 3339): `2026-11-21T03:10:00Z`, `2026-11-21T03:10:00-05:00`."""

_Name: TypeAlias = Annotated[str, StringConstraints(min_length=1)]

RoleId: TypeAlias = Annotated[_Name, Ref("role")]
ServiceId: TypeAlias = Annotated[_Name, Ref("service")]
EnvironmentId: TypeAlias = Annotated[_Name, Ref("environment")]
SeverityId: TypeAlias = Annotated[_Name, Ref("severity")]
PolicyId: TypeAlias = Annotated[_Name, Ref("escalation")]
MessageId: TypeAlias = Annotated[_Name, Ref("message")]
ApiId: TypeAlias = Annotated[_Name, Ref("api")]
SandboxId: TypeAlias = Annotated[_Name, Ref("sandbox")]
Reference: TypeAlias = Annotated[_Name, Ref()]
"""Anything that has an address: `runbook:restore`, `runbook:restore#dump`, `chatbot/checklist:shift-start`."""


class Named(Model):
    """A part of a document that has an id and a title."""

    id: Id
    """Stable name; links and anchors are made of it."""
    title: Line
    """What it is called."""


class Record(Model):
    """What every spec carries, whatever its kind."""

    kind: str
    """The kind of this spec."""
    id: Id
    """Stable name, unique within its system and kind; links and anchors are made of it."""
    title: Line
    """What the page is called."""
    owner: RoleId
    """The role that answers for this document."""


class Document(Record):
    """A spec that says how things are, and so has to be read again from time to time."""

    last_reviewed: Day
    """The day somebody last read this document and found it true."""
    review_every: Duration
    """How long a review holds."""

    @property
    def review_due(self) -> date:
        """The day by which this document has to be reviewed again."""
        try:
            return self.last_reviewed + self.review_every
        except OverflowError:
            return date.max


class Mention(NamedTuple):
    """A text of a spec that is more than a plain value: where it stands and what it is."""

    route: Route
    mark: Mark
    text: str


_Walk: TypeAlias = Callable[[Any, Route, list[Mention]], None]


def mentions(model: BaseModel) -> list[Mention]:
    """Every reference, command and text with `[[references]]` in a model, in the order of its fields."""
    found: list[Mention] = []
    _fields(model, (), found)
    return found


def texts(model: BaseModel) -> list[Mention]:
    """Every text of a model that is Markdown, with references or without, in the order of its fields."""
    found: list[Mention] = []
    _texts(model, (), found)
    return found


def _texts(value: Any, route: Route, found: list[Mention]) -> None:
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            inner, mark = getattr(value, name), _prose((field.annotation, *field.metadata))
            place = (*route, field.alias or name)
            if mark:
                _marked(inner, place, mark, found)
            else:
                _texts(inner, place, found)
    elif isinstance(value, tuple | dict):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            _texts(inner, (*route, key), found)


def _marked(value: Any, route: Route, mark: Prose, found: list[Mention]) -> None:
    """Every text of a field that holds texts: one, a list of them, or a mapping."""
    if isinstance(value, str):
        found.append(Mention(route, mark, value))
    elif isinstance(value, tuple | dict):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            _marked(inner, (*route, key), mark, found)


def _prose(annotations: Any) -> Prose | None:
    """The mark of a field that holds texts in Markdown, however deep its type says so."""
    for one in annotations:
        if isinstance(one, Prose):
            return one
        if not isinstance(one, Mark) and (found := _prose(get_args(one))):
            return found
    return None


def _fields(model: BaseModel, route: Route, found: list[Mention]) -> None:
    values = model.__dict__
    for name, key, walk in _plan(type(model)):
        value = values[name]
        if value:
            walk(value, (*route, key), found)


@cache
def _plan(cls: type[BaseModel]) -> tuple[tuple[str, str, _Walk], ...]:
    """The fields that may hold mentions: their name, their key in YAML, and how to look into them."""
    walks = (
        (name, field.alias or name, _walk((field.annotation, *field.metadata)))
        for name, field in cls.model_fields.items()
    )
    return tuple((name, key, walk) for name, key, walk in walks if walk)


def _walk(annotations: tuple[Any, ...]) -> _Walk | None:
    """How to find mentions in values of a type; None where there can be none."""
    for mark in annotations:
        if isinstance(mark, Mark):
            return _linked(mark) if isinstance(mark, Prose) else _always(mark)
    annotation = annotations[0]
    origin = get_origin(annotation)
    if origin is Annotated:
        return _walk(get_args(annotation))
    if origin in (Union, UnionType):
        (inner,) = [arg for arg in get_args(annotation) if arg is not type(None)]
        return _walk((inner,))
    if origin is tuple:
        return _items(_walk((get_args(annotation)[0],)))
    if origin is dict:
        return _entries(_walk((get_args(annotation)[1],)))
    return _fields if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def _always(mark: Mark) -> _Walk:
    return lambda value, route, found: found.append(Mention(route, mark, value))


def _linked(mark: Prose) -> _Walk:
    def linked(value: str, route: Route, found: list[Mention]) -> None:
        if "[[" in value:
            found.append(Mention(route, mark, value))

    return linked


def _items(walk: _Walk | None) -> _Walk | None:
    if walk is None:
        return None

    def items(values: tuple[Any, ...], route: Route, found: list[Mention]) -> None:
        for index, value in enumerate(values):
            walk(value, (*route, index), found)

    return items


def _entries(walk: _Walk | None) -> _Walk | None:
    if walk is None:
        return None

    def entries(values: dict[str, Any], route: Route, found: list[Mention]) -> None:
        for key, value in values.items():
            walk(value, (*route, key), found)

    return entries
