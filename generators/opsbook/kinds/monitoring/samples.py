"""The made-up series of tests, in the notation of promtool: a selector of one series, and its values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from promql_parser import VectorSelector

from opsbook.promql import NotPromql, Selector, read_query

_NUMBER = r"(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|inf|nan)"
_TIMES = r"x\d+"
_VALUE = re.compile(
    rf"(?:_(?:{_TIMES})?|stale(?:{_TIMES})?|[+-]?{_NUMBER}(?:(?:[+-]{_NUMBER})?{_TIMES})?"
    rf"|\{{\{{[^{{}}]*\}}\}}(?:(?:[+-]\{{\{{[^{{}}]*\}}\}})?{_TIMES})?)",
    re.IGNORECASE,
)
"""One entry of a line of values: `3`, `0+10x5`, `_x3`, `stale`, or a native histogram in double braces."""

_HISTOGRAM = re.compile(r"\{\{[^{}]*\}\}")


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
    plain = all(one.operator == "=" for one in selector.matchers)
    if not (plain and selector.metric and query.tree.offset is None and query.tree.at is None):
        return None
    return Sample(selector.metric, {one.label: one.value for one in selector.matchers})


def odd_value(text: str) -> str | None:
    """The first entry of a line of values that promtool cannot read; None where it reads all."""
    compact = _HISTOGRAM.sub(lambda found: re.sub(r"\s", "", found[0]), text)
    return next((one for one in compact.split(" ") if one and not _VALUE.fullmatch(one)), None)


def matches(operator: str, wanted: str, value: str) -> bool:
    """Whether a value of a label meets a condition. Prometheus compares with the whole value, regexes too."""
    if operator in ("=", "!="):
        return (value == wanted) == (operator == "=")
    try:
        found = re.fullmatch(wanted, value, re.DOTALL) is not None
    except (re.error, OverflowError, RecursionError):
        return True  # Prometheus knows spellings that Python does not
    return found == (operator == "=~")
