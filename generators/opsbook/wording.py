"""What is wrong with a value, in the words of the person who wrote it.

Pydantic tells machines what it expected; this table tells authors. Every kind of error that our models
can raise has its own entry, so that nobody meets a bare "Field required".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, TypeAlias

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from opsbook.diagnostic import Finding, suggest
from opsbook.model import FOLDER, ID, YEARS
from opsbook.source import Route, Source, plain, short

Words: TypeAlias = tuple[str, str, str]
"""Rule, message, hint."""


def findings(
    errors: Iterable[ErrorDetails], source: Source, model: type[BaseModel], base: Route = ()
) -> Iterator[tuple[str, Finding]]:
    """Turn pydantic's errors into the rules that were broken, each with a finding for the author.

    `base` is where in the source the fields of the model stand.
    """
    for error in errors:
        # Pydantic counts only the good items of a list; each bad one has an error of its own.
        if error["type"] != "too_short" or len(error["input"]) < error["ctx"]["min_length"]:
            yield _finding(error, source, model, base)


def _finding(error: ErrorDetails, source: Source, model: type[BaseModel], base: Route) -> tuple[str, Finding]:
    route: Route = error["loc"]
    rule, message, hint = _WORDS.get(error["type"], _fallback)(error, _Value(source, route, model, base))
    return f"schema/{rule}", Finding((*base, *route), message, hint, key=error["type"] == "extra_forbidden")


class _Value:
    """A value that was refused: what it is called, how it was spelled, what could stand there."""

    def __init__(self, source: Source, route: Route, model: type[BaseModel], base: Route) -> None:
        self.route = route
        self.name = f"`{spell_route(route)}`" if route else "the document"
        self.spelled = source.spelled((*base, *route))
        self.keys = fields_at(model, route[:-1])

    def shown(self, value: object) -> str:
        """The value as its author sees it in the file."""
        if isinstance(value, dict):
            return "a mapping"
        if isinstance(value, list):
            return "a list"
        if value is None:
            return "nothing"
        text = self.spelled if self.spelled is not None else str(value)
        return f"`{short(text)}`" if text else "an empty text"


def spell_route(route: Route) -> str:
    """A route as authors read it: `steps[2].run`, counted from 1."""
    text = ""
    for part in route:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def fields_at(model: type[BaseModel], route: Route) -> tuple[str, ...]:
    """The keys that the mapping at `route` may have."""
    node = schema = _schema(model)
    for part in route:
        node = _resolve(node, schema)
        node = (
            node.get("items", {})
            if isinstance(part, int)
            else node.get("properties", {}).get(part, node.get("additionalProperties") or {})
        )
    return tuple(_resolve(node, schema).get("properties", ()))


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    """The schema of a model: made once, and not for every error."""
    return model.model_json_schema(by_alias=True)


def _resolve(node: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    while True:
        if "$ref" in node:
            node = schema["$defs"][node["$ref"].rpartition("/")[2]]
        elif "anyOf" in node:
            node = next(option for option in node["anyOf"] if option.get("type") != "null")
        else:
            return node


def slug(text: str) -> str:
    """The id that somebody probably meant: `Base de Datos` becomes `base-de-datos`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")


def unique(id_: str, taken: set[str]) -> str:
    """An id that is not taken yet; it is from then on."""
    number, found = 2, id_
    while found in taken:
        found = f"{id_[:55].rstrip('-')}-{number}"
        number += 1
    taken.add(found)
    return found


def _missing(_error: ErrorDetails, value: _Value) -> Words:
    holder = "the document" if len(value.route) == 1 else f"`{spell_route(value.route[:-1])}`"
    return "missing-field", f"{holder} has no `{value.route[-1]}`", f"add `{value.route[-1]}:`"


def _unknown_key(_error: ErrorDetails, value: _Value) -> Words:
    holder = "the document" if len(value.route) == 1 else f"`{spell_route(value.route[:-1])}`"
    return (
        "unknown-key",
        f"{holder} has no field `{short(str(value.route[-1]))}`",
        suggest(str(value.route[-1]), value.keys),
    )


def _expected(what: str, hint: str = "") -> Callable[[ErrorDetails, _Value], Words]:
    def words(error: ErrorDetails, value: _Value) -> Words:
        given = error["input"]
        quoted = isinstance(given, str) and not isinstance(plain(given), str)
        shown = f'the text `"{given}"`' if quoted else value.shown(given)
        return "wrong-type", f"{value.name} must be {what}, not {shown}", "remove the quotes" if quoted else hint

    return words


def _text(error: ErrorDetails, value: _Value) -> Words:
    given = error["input"]
    if given is None:
        return "wrong-type", f"{value.name} is empty", "write the text, or remove the key"
    hint = f'put it in quotes: `"{value.spelled}"`'
    if isinstance(given, list | dict):
        hint = "write one text; put it in quotes if it starts with `[` or `{`"
    return "wrong-type", f"{value.name} must be text, not {value.shown(given)}", hint


def _list(error: ErrorDetails, value: _Value) -> Words:
    shown = value.shown(error["input"])
    hint = "write each item on a line of its own that starts with `- `"
    if isinstance(error["input"], str | int | float):
        hint = f"even a single item is a list: `[{value.spelled}]`"
    return "wrong-type", f"{value.name} must be a list, not {shown}", hint


def _choice(error: ErrorDetails, value: _Value) -> Words:
    expected = error["ctx"]["expected"].replace("'", "`").replace(" or ", ", ")
    names = re.findall(r"`([^`]+)`", expected)
    hint = suggest(str(error["input"]), names) if isinstance(error["input"], str) else f"one of {expected}"
    return "wrong-value", f"{value.name} cannot be {value.shown(error['input'])}", hint


def _pattern(error: ErrorDetails, value: _Value) -> Words:
    given = str(error["input"])
    if error["ctx"]["pattern"] == f"^{ID}$":
        meant = slug(given)
        return (
            "wrong-value",
            f"{value.shown(given)} is no id: ids have lower-case letters, digits and single hyphens",
            f"write `{meant}`" if meant else "for example `restore-database`",
        )
    return (
        "wrong-value",
        f"{value.name} cannot be {value.shown(given)}",
        _PATTERNS.get(error["ctx"]["pattern"], f"it must match `{error['ctx']['pattern']}`"),
    )


_PATTERNS = {
    r"^\S[^\n]*$": "write it in one line that does not start with a space",
    r"\S": "write something, or remove the key",
    FOLDER: "name a folder of the project, such as `specs` or `ops/specs`",
    r"^(https?://|mailto:|tel:|\$\{)[^\s<>\"]+$": (
        "write a whole address that starts with `http://`, `https://`, `mailto:` or `tel:`"
    ),
    r"^[A-Z][A-Z0-9_]*$": "environment variables are written in capitals, digits and underscores: `BACKUP_FILE`",
    r"^[\w.-]+(/[\w.-]+)*\.sh$": "name a file below `snippets/`, such as `chatbot/dump.sh`",
    r"^[a-z]{2,3}(_[A-Z]{2})?$": "write a language code: `en`, `es`, `pt_BR`",
    r"^(100|[0-9]{1,2}(\.[0-9]{1,6})?)$": 'write a share of 0 to 100 in quotes, without the sign: `"99.9"`',
}


def _length(error: ErrorDetails, value: _Value) -> Words:
    context = error["ctx"]
    if error["type"] == "string_too_short":
        return "wrong-value", f"{value.name} is empty", "write something, or remove the key"
    if error["type"] == "too_short":
        return "wrong-value", f"{value.name} needs at least {context['min_length']} item", "add one"
    return "wrong-value", f"{value.name} is longer than {context['max_length']} characters", "shorten it"


def _day(error: ErrorDetails, value: _Value) -> Words:
    return (
        "wrong-value",
        f"{value.name} must be a calendar day, not {value.shown(error['input'])}",
        "write it as `2026-11-21`",
    )


def _moment(error: ErrorDetails, value: _Value) -> Words:
    return (
        "wrong-value",
        f"{value.name} must be a moment with its offset from UTC, not {value.shown(error['input'])}",
        "write it as `2026-11-21T03:10:00Z` or `2026-11-21T03:10:00-05:00`",
    )


def _moment_range(error: ErrorDetails, value: _Value) -> Words:
    return (
        "wrong-value",
        f"{value.name} cannot be {value.shown(error['input'])}",
        f"mend the year: it lies between {YEARS[0]} and {YEARS[-1]}",
    )


def _number(error: ErrorDetails, value: _Value) -> Words:
    bound = {"greater_than_equal": ("at least", "ge"), "less_than_equal": ("at most", "le")}[error["type"]]
    return (
        "wrong-value",
        f"{value.name} must be {bound[0]} {error['ctx'][bound[1]]}, not {value.shown(error['input'])}",
        "",
    )


def _rule_of_ours(error: ErrorDetails, value: _Value) -> Words:
    """A ValueError that one of our own models raised: it is already written for authors."""
    said = str(error["ctx"]["error"])
    if isinstance(error["input"], dict):
        return "wrong-value", said, ""
    return "wrong-value", f"{value.name} cannot be {value.shown(error['input'])}", said


def _fallback(error: ErrorDetails, value: _Value) -> Words:
    return "wrong-value", f"{value.name} is not right: {error['msg']}", ""


_WORDS: dict[str, Callable[[ErrorDetails, _Value], Words]] = {
    "missing": _missing,
    "extra_forbidden": _unknown_key,
    "string_type": _text,
    "int_type": _expected("a whole number"),
    "int_from_float": _expected("a whole number"),
    "bool_type": _expected("`true` or `false`"),
    "tuple_type": _list,
    "dict_type": _expected("a mapping", "write `key: value` lines below it, indented"),
    "model_type": _expected("a mapping", "write `key: value` lines below it, indented"),
    "literal_error": _choice,
    "string_pattern_mismatch": _pattern,
    "string_too_short": _length,
    "string_too_long": _length,
    "too_short": _length,
    "date_type": _day,
    "date_parsing": _day,
    "moment_parsing": _moment,
    "moment_range": _moment_range,
    "date_from_datetime_parsing": _day,
    "date_from_datetime_inexact": _day,
    "greater_than_equal": _number,
    "less_than_equal": _number,
    "value_error": _rule_of_ours,
}
