"""Made-up series for an indicator: events of which a given share is bad, read off the queries that count them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import islice, product
from typing import Any

from promql_parser import AggregateExpr, BinaryExpr, Call, MatrixSelector, SubqueryExpr, VectorSelector

from opsbook.kinds.monitoring import window
from opsbook.kinds.monitoring.model import Sli
from opsbook.kinds.monitoring.samples import matches
from opsbook.promql import GROWTH, Matcher, Query, Selector, fill, inner, number, read_query
from opsbook.quantity import plain_number, rounded

_MEANS = {"avg_over_time", "sum_over_time"}
"""Functions that tell how often a gauge was 1."""

_MANY = 1000
"""Events of a minute."""

_FRACTION = (Decimal(1), Decimal(0))
"""The values of a gauge that is 1 while it is counted: their mean is the share of the time."""

_TRIED = 10_000
"""How many combinations of labels are tried, at most."""

_PLAIN = ("200", "x", "")
"""Values of a label that are tried where conditions name none; an empty one is no label."""


@dataclass(frozen=True)
class MadeUp:
    """A series that a test makes up."""

    series: str
    """Its name and labels, as a query writes them."""
    each: Decimal
    """What each interval adds to a counter; the value of a gauge."""
    counter: bool = True
    """Whether it grows."""

    def values(self, intervals: int) -> str:
        """Its values over some intervals, as promtool writes them."""
        each = plain_number(self.each)
        return f"0+{each}x{intervals}" if self.counter else f"{each}+0x{intervals}"


@dataclass(frozen=True)
class Events:
    """The series that an indicator reads."""

    bad: bool
    """Whether it counts bad events; else it counts good ones."""
    counted: tuple[str, ...]
    """The series of the events that it counts."""
    rest: tuple[str, ...] = ()
    """Those that only its total counts."""
    overlap: bool = True
    """Whether the total counts the events of `counted`, too; else these have a metric of their own."""
    counter: bool = True
    """Whether the series are counters; else they are gauges."""
    levels: tuple[Decimal, Decimal] = _FRACTION
    """The values of a gauge while it is counted, and while it is not."""

    def with_errors(self, share: Decimal) -> tuple[MadeUp, ...] | None:
        """Series of which this share is bad, but for those that would stay 0. None where there can be none."""
        part = share if self.bad else 1 - share
        if not self.counter:
            if self.levels != _FRACTION and part not in _FRACTION:
                return None  # what is compared with a number is counted, or is not
            value = part * self.levels[0] + (1 - part) * self.levels[1]
            return tuple(MadeUp(series, value, counter=False) for series in self.counted)
        left = 1 - part if self.overlap else Decimal(1)
        if left and not self.rest:
            return None
        shares = ((self.counted, part), (self.rest, left))
        return tuple(
            MadeUp(one, rounded(of * _MANY / len(series), 15)) for series, of in shares if of for one in series
        )

    def idle(self) -> tuple[MadeUp, ...]:
        """The same series, and nothing happens. A gauge always says something, so that there are none of these."""
        return tuple(MadeUp(series, Decimal(0)) for series in (*self.counted, *self.rest)) if self.counter else ()


@dataclass(frozen=True)
class _Series:
    """A series by its name and labels."""

    metric: str
    labels: tuple[tuple[str, str], ...]

    def counted(self, selectors: Iterable[Selector]) -> int:
        """How many selectors it matches."""
        return sum(one.metric == self.metric and _match(one, dict(self.labels)) for one in selectors)

    def __str__(self) -> str:
        """As a query writes it."""
        inside = ", ".join(f"{name}={_quoted(value)}" for name, value in self.labels)
        return f"{self.metric}{{{inside}}}" if inside else self.metric


@dataclass(frozen=True)
class _Term:
    """Series that a query adds up."""

    function: str
    """What counts them; `count` where every value counts."""
    selector: Selector
    condition: tuple[str, Decimal] | None = None
    """The operator and the number that values are compared with to be counted, if any."""


def events(sli: Sli) -> Events | None:
    """The series of an indicator; None where its queries do more than add up rates, or the time that a gauge is 1."""
    counted, total = (_terms(text) for text in (sli.bad or sli.good or "", sli.total))
    if not counted or not total:
        return None
    functions = {term.function for term in counted}
    numerator, whole = ([term.selector for term in terms] for terms in (counted, total))
    if functions <= GROWTH and {term.function for term in total} <= GROWTH:
        return _counters(numerator, whole, bad=bool(sli.bad))
    same = [(one.metric, one.matchers) for one in numerator] == [(one.metric, one.matchers) for one in whole]
    if same and functions <= _MEANS and {term.function for term in total} == {"count"}:
        gauges = [_series([one], ()) for one in numerator]
        conditions = {term.condition for term in counted}
        if all(gauges) and len(conditions) == 1:
            series = tuple(str(one) for one in gauges)
            return Events(bool(sli.bad), series, counter=False, levels=_levels(conditions.pop()))
    return None


def _levels(condition: tuple[str, Decimal] | None) -> tuple[Decimal, Decimal]:
    """A value that a condition counts, and one that it does not; 1 and 0 where values are added up as they are."""
    if condition is None:
        return _FRACTION
    operator, number = condition
    above, below = number + 1, number - 1
    return {"<": (below, above), "<=": (number, above), ">": (above, below), ">=": (number, below)}.get(
        operator, (number, above) if operator == "==" else (above, number)
    )


def _counters(numerator: Sequence[Selector], whole: Sequence[Selector], *, bad: bool) -> Events | None:
    """The series of counters, where some can be found that are counted just once."""
    counted = [_counted(one, numerator, whole) for one in numerator]
    rest = [_series([one], _like(one, numerator)) for one in whole]
    overlaps = {one.counted(whole) for one in counted if one}
    once = all(one and one.counted(numerator) == 1 for one in counted) and overlaps in ({0}, {1})
    if not once or len(set(counted)) != len(counted) or any(one and one.counted(whole) != 1 for one in rest):
        return None
    left = dict.fromkeys(str(one) for one in rest if one)
    return Events(bad, tuple(str(one) for one in counted), tuple(left), overlap=overlaps == {1})


def _counted(one: Selector, numerator: Sequence[Selector], whole: Sequence[Selector]) -> _Series | None:
    """A series that the numerator counts by this selector alone, and the total, too, where that is possible."""
    others = [two for two in _like(one, numerator) if two is not one]
    within = (_series([one, two], others) for two in _like(one, whole))
    return next((found for found in within if found), None) or _series([one], others)


def _like(one: Selector, selectors: Iterable[Selector]) -> list[Selector]:
    """The selectors of the same metric."""
    return [two for two in selectors if two.metric == one.metric]


def _series(chosen: Sequence[Selector], avoided: Sequence[Selector]) -> _Series | None:
    """A series that all chosen selectors match and none of the avoided ones; None where none is found."""
    labels = _satisfying(chosen, avoided)
    if labels is None or not chosen[0].metric:
        return None
    return _Series(chosen[0].metric, tuple((name, value) for name, value in sorted(labels.items()) if value))


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _terms(text: str) -> tuple[_Term, ...]:
    """What a query adds up; nothing where it does anything else."""
    query = read_query(fill(text, {"window": window.COMMON}))
    found = tuple(_added(query.tree)) if isinstance(query, Query) else ()
    return () if None in found else tuple(term for term in found if term)


def _added(tree: Any, *, counted: bool = False) -> Iterator[_Term | None]:
    tree = inner(tree)
    if isinstance(tree, AggregateExpr) and str(tree.op) in ("sum", "count"):
        yield from _added(tree.expr, counted=counted or str(tree.op) == "count")
    elif isinstance(tree, BinaryExpr) and str(tree.op) == "or" and _is_constant(inner(tree.rhs)):
        yield from _added(tree.lhs, counted=counted)
    elif isinstance(tree, BinaryExpr) and str(tree.op) == "+":
        yield from (*_added(tree.lhs, counted=counted), *_added(tree.rhs, counted=counted))
    elif isinstance(tree, Call) and len(tree.args) == 1:
        yield _term("count" if counted or tree.func.name == "count_over_time" else tree.func.name, inner(tree.args[0]))
    else:
        yield None


def _is_constant(tree: Any) -> bool:
    """Whether a query is `vector(0)`: what stands for series that are missing."""
    return isinstance(tree, Call) and tree.func.name == "vector" and number(tree.args[0]) == 0


def _term(function: str, over: Any) -> _Term | None:
    """What a function counts over a window; None where that is more than series, or series compared with a number."""
    condition = None
    if isinstance(over, SubqueryExpr):
        over = inner(over.expr)
        if isinstance(over, BinaryExpr) and over.modifier and over.modifier.return_bool:
            compared = number(over.rhs)
            condition = (str(over.op), rounded(Decimal(str(compared)), 15)) if compared is not None else None
            over = inner(over.lhs) if condition else None
    series = over.vector_selector if isinstance(over, MatrixSelector) else over
    query = read_query(str(series.prettify())) if isinstance(series, VectorSelector) else None
    if not isinstance(query, Query) or len(query.selectors) != 1:
        return None
    return _Term(function, query.selectors[0], condition)


def _satisfying(chosen: Sequence[Selector], avoided: Sequence[Selector]) -> dict[str, str] | None:
    """Labels that all chosen selectors match and none of the avoided ones, if there are any."""
    conditions = [matcher for one in (*chosen, *avoided) for matcher in one.matchers]
    names = sorted({matcher.label for matcher in conditions})
    tried = [list(_values([one for one in conditions if one.label == name])) for name in names]
    for values in islice(product(*tried), _TRIED):
        labels = dict(zip(names, values, strict=True))
        if all(_match(one, labels) for one in chosen) and not any(_match(one, labels) for one in avoided):
            return labels
    return None


def _values(matchers: Iterable[Matcher]) -> Iterator[str]:
    """Values of a label that are worth trying: those that its conditions name, and plain ones."""
    named = (value for one in matchers for value in (_examples(one.value) if "~" in one.operator else (one.value,)))
    yield from dict.fromkeys([*named, *_PLAIN])


def _examples(pattern: str) -> Iterator[str]:
    """Texts that a regular expression may match: one of each of its alternatives."""
    for alternative in pattern.removeprefix("(").removesuffix(")").split("|"):
        text = re.sub(r"\[([^\]^])[^\]]*\]", r"\1", alternative)
        text = re.sub(r"(?<!\\)\.\*", "", text)
        text = re.sub(r"(?<!\\)\.\+?", "0", text)
        text = re.sub(r"\\d\+?", "0", text)
        yield re.sub(r"\\(.)", r"\1", text)


def _match(selector: Selector, labels: Mapping[str, str]) -> bool:
    return all(matches(one.operator, one.value, labels.get(one.label, ""), unread=False) for one in selector.matchers)


def interval(shortest: timedelta) -> timedelta:
    """How far the values of made-up series are apart, so that the shortest window has some: a minute at most."""
    return min(timedelta(minutes=1), max(timedelta(seconds=1), timedelta(seconds=shortest // timedelta(seconds=4))))
