"""The made-up series of tests, in the notation of promtool: a selector of one series, and its values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import isinf

from promql_parser import VectorSelector
from pydantic_core import SchemaError, SchemaValidator, core_schema

from opsbook.promql import NotPromql, Selector, read_query

_NUMBER = r"(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)"
_WORD = r"(?:[iI][nN][fF]|[nN][aA][nN])"
_NATIVE = r"\{\{[^{}]*\}\}"
_VALUE = re.compile(
    rf"_(?:x\d+)?|stale|[+-]?{_WORD}|[+-]?(?:{_NUMBER}|{_WORD}(?=[+-]))(?:(?:[+-]{_NUMBER})?x\d+)?|{_NUMBER}"
    rf"|{_NATIVE}(?:(?:[+-]{_NATIVE})?x\d+)?"
)
"""One entry of a line of values: `3`, `0+10x5`, `_x3`, `stale`, or a native histogram in double braces."""

_HISTOGRAM = re.compile(_NATIVE)


@dataclass(frozen=True)
class Sample:
    """A series that a test makes up."""

    metric: str
    labels: Mapping[str, str]

    def fed(self, selector: Selector) -> bool:
        """Whether a query that reads `selector` reads this series."""
        return selector.metric in ("", self.metric) and all(
            matches(one.operator, one.value, self.labels.get(one.label, "")) for one in selector.matchers
        )


def read_sample(text: str) -> Sample | None:
    """Read a series as tests name it; None where it is none."""
    query = read_query(text)
    if isinstance(query, NotPromql) or not isinstance(query.tree, VectorSelector):
        return None
    (selector,) = query.selectors
    names = [one.label for one in selector.matchers]
    plain = all(one.operator == "=" for one in selector.matchers) and len({*names}) == len(names)
    if not (plain and selector.metric and query.tree.offset is None and query.tree.at is None):
        return None
    return Sample(selector.metric, {one.label: one.value for one in selector.matchers})


def odd_value(text: str) -> str | None:
    """The first entry of a line of values that promtool cannot read; None where it reads all."""
    compact = _HISTOGRAM.sub(lambda found: re.sub(r"\s", "", found[0]), text)
    entries = re.split(r"[ \t]+", compact.strip(" \t"))
    return next((one for one in entries if one and not (_VALUE.fullmatch(one) and _in_range(one))), None)


def _in_range(entry: str) -> bool:
    """Whether every number of an entry has a value: `1e400` has none."""
    return not any(isinf(float(number)) for number in re.findall(_NUMBER, _HISTOGRAM.sub("", entry)))


def matches(operator: str, wanted: str, value: str, *, unread: bool = True) -> bool:
    """Whether a value of a label meets a condition. Prometheus compares with the whole value, regexes too.

    `unread` is the answer where Prometheus knows a spelling that nothing here can read.
    """
    if operator in ("=", "!="):
        return (value == wanted) == (operator == "=")
    whole = _whole(wanted)
    return unread if whole is None else whole.isinstance_python(value) == (operator == "=~")


@lru_cache(maxsize=1024)
def _whole(pattern: str) -> SchemaValidator | None:
    """A regular expression for whole texts; None where it cannot be read.

    pydantic's engine takes time in proportion to the text, as that of Prometheus does, and knows nearly the same
    spellings. That of Python may take forever.
    """
    try:
        return SchemaValidator(core_schema.str_schema(pattern=f"^(?s:{pattern})$", regex_engine="rust-regex"))
    except SchemaError:
        return None
