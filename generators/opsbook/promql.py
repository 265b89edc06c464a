"""What a query in PromQL asks for: its metrics, their labels, and what it compares them with.

promql-parser builds the tree. It refuses the blanks that rules and dashboards are written with (`$threshold`,
`$window`), so these are filled before it sees the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

import promql_parser
from promql_parser import (
    AggModifierType,
    AggregateExpr,
    BinaryExpr,
    Call,
    LabelModifierType,
    MatrixSelector,
    NumberLiteral,
    ParenExpr,
    SubqueryExpr,
    UnaryExpr,
    VectorMatchCardinality,
    VectorSelector,
)

_BLANK = re.compile(r"\$(?:\{(?P<braced>\w+)\}|(?P<bare>\w+))")
"""A blank of a query: `$threshold`, `${window}`."""

_COMPARES = frozenset({">", ">=", "<", "<=", "==", "!="})
_MATCHES = {
    "MatchOp.Equal": "=",
    "MatchOp.NotEqual": "!=",
    "MatchOp.Re": "=~",
    "MatchOp.NotRe": "!~",
}
_FEW = {"topk", "bottomk", "limitk", "limit_ratio"}
"""Aggregations that choose series and keep all their labels."""


@dataclass(frozen=True)
class NotPromql:
    """Why a text is no query."""

    reason: str


@dataclass(frozen=True)
class Matcher:
    """A condition on a label."""

    label: str
    operator: str
    """`=`, `!=`, `=~` or `!~`."""
    value: str


@dataclass(frozen=True)
class Selector:
    """Series that a query reads."""

    metric: str
    """Its name; empty where the series are chosen by labels alone."""
    matchers: tuple[Matcher, ...] = ()
    function: str = ""
    """The function that takes it as its argument: `rate`; empty where none does."""
    range: timedelta | None = None
    """The window over which it is read, if any."""


@dataclass(frozen=True)
class Comparison:
    """A vector that is compared with a number: the condition of an alert."""

    operator: str
    """`>`, `>=`, `<`, `<=`, `==` or `!=`."""
    side: Any
    """The tree of the vector."""
    number: float


@dataclass(frozen=True)
class Query:
    """A query that parses."""

    text: str
    selectors: tuple[Selector, ...]
    comparisons: tuple[Comparison, ...]
    labels: frozenset[str] | None
    """The labels that its result keeps; None where it keeps those of its series."""
    grouped: frozenset[str]
    """The labels that it groups or joins by, anywhere."""
    tree: Any


def blanks(text: str) -> Iterator[str]:
    """The names of the blanks of a query, as often as they stand there."""
    yield from (found["braced"] or found["bare"] for found in _BLANK.finditer(text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """A query with its blanks filled; those without a value stay."""
    return _BLANK.sub(lambda found: values.get(found["braced"] or found["bare"], found[0]), text)


@lru_cache(maxsize=4096)
def read_query(text: str) -> Query | NotPromql:
    """Read a query without blanks, or say why it is none, in the parser's words."""
    try:
        tree = promql_parser.parse(text)
    except ValueError as error:
        return NotPromql(str(error))
    return Query(
        text,
        tuple(_selectors(tree)),
        tuple(_comparisons(tree)),
        _labels(tree),
        frozenset(_grouped(tree)),
        tree,
    )


def _children(tree: Any) -> tuple[Any, ...]:
    """The queries within a query."""
    if isinstance(tree, BinaryExpr):
        return (tree.lhs, tree.rhs)
    if isinstance(tree, Call):
        return tuple(tree.args)
    if isinstance(tree, AggregateExpr | ParenExpr | SubqueryExpr | UnaryExpr):
        return (tree.expr,)
    return ()


def inner(tree: Any) -> Any:
    """A query without the brackets around it."""
    while isinstance(tree, ParenExpr):
        tree = tree.expr
    return tree


def _selectors(tree: Any, function: str = "") -> Iterator[Selector]:
    if isinstance(tree, MatrixSelector):
        for one in _selectors(tree.vector_selector, function):
            yield Selector(one.metric, one.matchers, function, tree.range)
    elif isinstance(tree, VectorSelector):
        matchers = tuple(Matcher(one.name, _MATCHES[str(one.op)], one.value) for one in tree.matchers.matchers)
        named = next((one.value for one in matchers if one.label == "__name__" and one.operator == "="), "")
        yield Selector(tree.name or named, tuple(one for one in matchers if one.label != "__name__"), function)
    else:
        called = tree.func.name if isinstance(tree, Call) else function if isinstance(tree, ParenExpr) else ""
        for child in _children(tree):
            yield from _selectors(child, called)


def _comparisons(tree: Any) -> Iterator[Comparison]:
    """Every comparison with a number; those whose result is 0 or 1 (`bool`) filter nothing and are no conditions."""
    if isinstance(tree, BinaryExpr) and str(tree.op) in _COMPARES and not (tree.modifier and tree.modifier.return_bool):
        right = number(tree.rhs)
        if right is not None:
            yield Comparison(str(tree.op), tree.lhs, right)
    for child in _children(tree):
        yield from _comparisons(child)


def number(tree: Any) -> float | None:
    """The number that a query is; None where it is more."""
    tree = inner(tree)
    if isinstance(tree, UnaryExpr):
        value = number(tree.expr)
        return None if value is None else -value
    return tree.val if isinstance(tree, NumberLiteral) else None


def _grouped(tree: Any) -> Iterator[str]:
    if isinstance(tree, AggregateExpr) and tree.modifier:
        yield from tree.modifier.labels
    if isinstance(tree, BinaryExpr) and tree.modifier:
        if tree.modifier.matching:
            yield from tree.modifier.matching.labels
        yield from tree.modifier.group_labels or ()
    for child in _children(tree):
        yield from _grouped(child)


def _labels(tree: Any) -> frozenset[str] | None:
    """The labels that are left after aggregations and joins; None where those of the series stay, or most of them."""
    tree = inner(tree)
    if isinstance(tree, AggregateExpr) and str(tree.op) not in _FEW:
        return _aggregated(tree)
    if isinstance(tree, BinaryExpr):
        return _joined(tree)
    if isinstance(tree, Call):
        if tree.func.name in ("absent", "absent_over_time", "label_replace", "label_join"):
            return None
        kept = next((_labels(arg) for arg in reversed(tree.args) if number(arg) is None), None)
        return kept - {"le"} if kept is not None and tree.func.name == "histogram_quantile" else kept
    children = _children(tree)
    return _labels(children[0]) if children else None


def _aggregated(tree: Any) -> frozenset[str] | None:
    """The labels after an aggregation: with `without`, only what is known to be left of known ones."""
    if tree.modifier is None:
        return frozenset()
    named = frozenset(tree.modifier.labels)
    if tree.modifier.type == AggModifierType.By:
        return named
    before = _labels(tree.expr)
    return None if before is None else before - named


def _joined(tree: Any) -> frozenset[str] | None:
    """The labels of two sides that were joined: those of the side with more series, with what it was given."""
    modifier = tree.modifier
    if number(tree.rhs) is not None or str(tree.op) in ("or", "unless", "and"):
        return _labels(tree.lhs)
    if number(tree.lhs) is not None:
        return _labels(tree.rhs)
    if modifier and modifier.card in (VectorMatchCardinality.ManyToOne, VectorMatchCardinality.OneToMany):
        many = _labels(tree.lhs if modifier.card == VectorMatchCardinality.ManyToOne else tree.rhs)
        return None if many is None else many | frozenset(modifier.group_labels or ())
    if modifier and modifier.matching:
        named = frozenset(modifier.matching.labels)
        if modifier.matching.type == LabelModifierType.Include:
            return named
        before = _labels(tree.lhs)
        return None if before is None else before - named
    left, right = _labels(tree.lhs), _labels(tree.rhs)
    return right if left is None else left
