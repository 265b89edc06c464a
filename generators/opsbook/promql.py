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
    StringLiteral,
    SubqueryExpr,
    UnaryExpr,
    ValueType,
    VectorMatchCardinality,
    VectorSelector,
)

_BLANK = re.compile(r"\$(?:\{(?P<braced>[a-zA-Z_]\w*)\}|(?P<bare>[a-zA-Z_]\w*))")
"""A blank of a query: `$threshold`, `${window}`. `$1` is a group of a regular expression."""

QUOTED = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`|\#[^\n]*"
"""What a query only quotes, as a pattern: its texts and its comments."""

_SILENT = re.compile(QUOTED, re.DOTALL)

_NESTS = re.compile(r"[-+*/%^(\[<>]|\b(?:and|or|unless|atan2)\b", re.IGNORECASE)
_MOST_NESTED = 200
_LONGEST = 8_000
"""The parser is recursive: far longer queries than anybody can read would end the process."""

GROWTH = frozenset({"rate", "irate", "increase"})
"""The functions that ask how fast a counter grows."""

COMPARES = frozenset({">", ">=", "<", "<=", "==", "!="})
"""The operators that compare."""
_FLIPPED = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "==": "==", "!=": "!="}
_MATCHES = {
    "MatchOp.Equal": "=",
    "MatchOp.NotEqual": "!=",
    "MatchOp.Re": "=~",
    "MatchOp.NotRe": "!~",
}
_FEW = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})
"""Aggregations that choose series and keep all their labels."""

_RELABELS = {"label_replace": 1, "label_join": 1}
"""Functions that make a label, and which of their arguments names it."""


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
    """`>`, `>=`, `<`, `<=`, `==` or `!=`, with the number on its right."""
    side: Any
    """The tree of the vector."""
    number: float


@dataclass(frozen=True)
class Kept:
    """The labels that the result of a query, or of a part of it, has."""

    exactly: frozenset[str] | None = None
    """All of them, where that is known; None where they are those of the series, but for what follows."""
    lost: frozenset[str] = frozenset()
    """Those of the series that are gone."""
    gained: frozenset[str] = frozenset()
    """Those that it has beside those of the series."""

    def has(self, label: str) -> bool:
        """Whether a label can be there, if the series have it."""
        if self.exactly is not None:
            return label in self.exactly
        return label in self.gained or label not in self.lost

    def plus(self, labels: frozenset[str]) -> Kept:
        """The same with further labels."""
        if self.exactly is not None:
            return Kept(self.exactly | labels)
        return Kept(None, self.lost - labels, self.gained | labels)

    def minus(self, labels: frozenset[str]) -> Kept:
        """The same without some labels."""
        if self.exactly is not None:
            return Kept(self.exactly - labels)
        return Kept(None, self.lost | labels, self.gained - labels)

    def either(self, other: Kept) -> Kept:
        """What one of two results has."""
        if self.exactly is not None and other.exactly is not None:
            return Kept(self.exactly | other.exactly)
        if self.exactly is not None:
            return other.plus(self.exactly)
        if other.exactly is not None:
            return self.plus(other.exactly)
        return Kept(None, self.lost & other.lost, self.gained | other.gained)


@dataclass(frozen=True)
class Operand:
    """What a query groups or joins: the labels that it has, and the series that these come from."""

    kept: Kept
    selectors: tuple[Selector, ...]


@dataclass(frozen=True)
class Grouping:
    """Labels that a query names to group or to join by."""

    word: str
    """The word before them: `by`, `on`, `group_left`."""
    labels: tuple[str, ...]
    operands: tuple[Operand, ...]
    """Where they may be: any one of these has to have them."""


@dataclass(frozen=True)
class Query:
    """A query that parses."""

    text: str
    selectors: tuple[Selector, ...]
    comparisons: tuple[Comparison, ...]
    kept: Kept
    """The labels of its result."""
    groupings: tuple[Grouping, ...]
    """The labels that it groups or joins by, anywhere."""
    tree: Any


def blanks(text: str) -> Iterator[str]:
    """The names of the blanks of a query, as often as they stand there; what it only quotes has none."""
    yield from (found["braced"] or found["bare"] for found in _BLANK.finditer(_SILENT.sub('""', text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """A query with its blanks filled; those without a value stay."""
    return _BLANK.sub(lambda found: values.get(found["braced"] or found["bare"], found[0]), text)


_GRAFANA = {
    "__rate_interval": "5m",
    "__interval": "1m",
    "__range": "1h",
    "__interval_ms": "60000",
    "__range_s": "3600",
    "__range_ms": "3600000",
}
"""What Grafana fills in by itself, with values that it might have."""


def fill_panel(text: str) -> str:
    """A query of a dashboard with every blank filled: Grafana's own, and the variables of the dashboard.

    A variable within square brackets is a time, elsewhere a number; within a text it stays.
    """
    parts: list[str] = []
    end = 0
    for quoted in _SILENT.finditer(text):
        parts += (_filled_panel(text[end : quoted.start()]), quoted[0])
        end = quoted.end()
    return "".join((*parts, _filled_panel(text[end:])))


def _filled_panel(text: str) -> str:
    def value(found: re.Match[str]) -> str:
        name = found["braced"] or found["bare"]
        before = text[: found.start()]
        return _GRAFANA.get(name, "5m" if before.count("[") > before.count("]") else "1")

    return _BLANK.sub(value, text)


@lru_cache(maxsize=4096)
def read_query(text: str) -> Query | NotPromql:
    """Read a query without blanks, or say why it is none, in the parser's words."""
    if len(text) > _LONGEST or sum(1 for _ in _NESTS.finditer(_SILENT.sub('""', text))) > _MOST_NESTED:
        return NotPromql("it is too long to be read")
    try:
        tree = promql_parser.parse(text)
    except ValueError as error:
        return NotPromql(str(error))
    if isinstance(tree, MatrixSelector | SubqueryExpr | StringLiteral):
        return NotPromql("its result is no vector: a range needs a function, as in `rate(requests_total[5m])`")
    if any(isinstance(one, VectorSelector) and one.matchers.or_matchers for one in walk(tree)):
        return NotPromql("Prometheus knows no `or` between the conditions on labels")
    selectors = tuple(_selectors(tree))
    return Query(text, selectors, tuple(_comparisons(tree)), _kept(tree), tuple(_groupings(tree)), tree)


def children(tree: Any) -> tuple[Any, ...]:
    """The queries within a query."""
    if isinstance(tree, BinaryExpr):
        return (tree.lhs, tree.rhs)
    if isinstance(tree, Call):
        return tuple(tree.args)
    if isinstance(tree, AggregateExpr | ParenExpr | SubqueryExpr | UnaryExpr):
        return (tree.expr,)
    return ()


def walk(tree: Any) -> Iterator[Any]:
    """A query and every query within it, the outer ones first."""
    waiting = [tree]
    while waiting:
        tree = waiting.pop()
        yield tree
        waiting += reversed(children(tree))
        if isinstance(tree, MatrixSelector):
            waiting.append(tree.vector_selector)


def inner(tree: Any) -> Any:
    """A query without the brackets around it."""
    while isinstance(tree, ParenExpr):
        tree = tree.expr
    return tree


def selected(tree: Any) -> tuple[Selector, ...]:
    """The series that a part of a query reads."""
    return tuple(_selectors(tree))


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
        for child in children(tree):
            yield from _selectors(child, called)


def _comparisons(tree: Any) -> Iterator[Comparison]:
    """Every comparison with a number; those whose result is 0 or 1 (`bool`) filter nothing and are no conditions."""
    if isinstance(tree, BinaryExpr) and str(tree.op) in COMPARES and not (tree.modifier and tree.modifier.return_bool):
        left, right = number(tree.lhs), number(tree.rhs)
        if right is not None:
            yield Comparison(str(tree.op), tree.lhs, right)
        elif left is not None:
            yield Comparison(_FLIPPED[str(tree.op)], tree.rhs, left)
    for child in children(tree):
        yield from _comparisons(child)


def compared(tree: Any) -> Iterator[Any]:
    """Every side of every comparison that filters, in a query."""
    if isinstance(tree, BinaryExpr) and str(tree.op) in COMPARES and not (tree.modifier and tree.modifier.return_bool):
        yield from (tree.lhs, tree.rhs)
    for child in children(tree):
        yield from compared(child)


def number(tree: Any) -> float | None:
    """The number that a query is; None where it is more."""
    tree = inner(tree)
    if isinstance(tree, UnaryExpr):
        value = number(tree.expr)
        return None if value is None else -value
    return tree.val if isinstance(tree, NumberLiteral) else None


def scalar(tree: Any) -> bool:
    """Whether a query gives one bare value, without labels: a number, or what was computed of such."""
    tree = inner(tree)
    if isinstance(tree, BinaryExpr):
        return scalar(tree.lhs) and scalar(tree.rhs)
    if isinstance(tree, UnaryExpr):
        return scalar(tree.expr)
    return isinstance(tree, NumberLiteral) or (isinstance(tree, Call) and tree.func.return_type == ValueType.Scalar)


def _groupings(tree: Any) -> Iterator[Grouping]:
    if isinstance(tree, AggregateExpr) and tree.modifier:
        word = "by" if tree.modifier.type == AggModifierType.By else "without"
        yield Grouping(word, tuple(tree.modifier.labels), (_operand(tree.expr),))
    if isinstance(tree, BinaryExpr) and tree.modifier:
        yield from _joins(tree)
    for child in children(tree):
        yield from _groupings(child)


def _joins(tree: Any) -> Iterator[Grouping]:
    modifier = tree.modifier
    if not (modifier.group_labels or (modifier.matching and modifier.matching.labels)):
        return
    sides = (_operand(tree.lhs), _operand(tree.rhs))
    if modifier.matching and modifier.matching.type == LabelModifierType.Include:
        yield from (Grouping("on", tuple(modifier.matching.labels), (side,)) for side in sides)
    elif modifier.matching:
        yield Grouping("ignoring", tuple(modifier.matching.labels), sides)
    if modifier.group_labels:
        one = sides[1] if modifier.card == VectorMatchCardinality.ManyToOne else sides[0]
        word = "group_left" if modifier.card == VectorMatchCardinality.ManyToOne else "group_right"
        yield Grouping(word, tuple(modifier.group_labels), (one,))


def _operand(tree: Any) -> Operand:
    return Operand(_kept(tree), selected(tree))


def _kept(tree: Any) -> Kept:
    """The labels that are left after aggregations and joins."""
    tree = inner(tree)
    if isinstance(tree, AggregateExpr):
        return _aggregated(tree)
    if isinstance(tree, BinaryExpr):
        return _joined(tree)
    if isinstance(tree, Call):
        return _called(tree)
    below = children(tree)
    return _kept(below[0]) if below else Kept(frozenset() if scalar(tree) else None)


def _called(tree: Any) -> Kept:
    """The labels after a function: those of the vector that it takes, which stands last but for `label_replace`."""
    name = tree.func.name
    if name in ("absent", "absent_over_time"):
        of = inner(tree.args[0])
        matchers = selected(of)[0].matchers if isinstance(of, VectorSelector | MatrixSelector) else ()
        return Kept(frozenset(one.label for one in matchers if one.operator == "="))
    if name in _RELABELS:
        return _kept(tree.args[0]).plus(frozenset({inner(tree.args[_RELABELS[name]]).val}))
    vectors = [arg for arg in tree.args if not scalar(arg)]
    kept = _kept(vectors[-1]) if vectors else Kept(frozenset())
    return kept.minus(frozenset({"le"})) if name == "histogram_quantile" else kept


def _aggregated(tree: Any) -> Kept:
    name = str(tree.op)
    if name in _FEW:
        return _kept(tree.expr)
    named = frozenset(tree.modifier.labels) if tree.modifier else frozenset()
    without = tree.modifier and tree.modifier.type != AggModifierType.By
    kept = _kept(tree.expr).minus(named) if without else Kept(named)
    made = frozenset({inner(tree.param).val}) if name == "count_values" else frozenset()
    return kept.plus(made)


def _joined(tree: Any) -> Kept:
    """The labels of two sides that were joined: those of the side with more series, with what it was given."""
    if scalar(tree.rhs) or str(tree.op) in ("unless", "and"):
        return _kept(tree.lhs)
    if scalar(tree.lhs):
        return _kept(tree.rhs)
    left, right, modifier = _kept(tree.lhs), _kept(tree.rhs), tree.modifier
    if str(tree.op) == "or":
        return left.either(right)
    if modifier and modifier.card in (VectorMatchCardinality.ManyToOne, VectorMatchCardinality.OneToMany):
        many = left if modifier.card == VectorMatchCardinality.ManyToOne else right
        return many.plus(frozenset(modifier.group_labels or ()))
    if modifier and modifier.matching:
        named = frozenset(modifier.matching.labels)
        return Kept(named) if modifier.matching.type == LabelModifierType.Include else left.minus(named)
    # Both sides have the same labels, or nothing is left: what is known of one is known of the other.
    return right if left.exactly is None and right.exactly is not None else left
