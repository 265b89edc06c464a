"""The unit of what a query gives, worked out from the units of its metrics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from promql_parser import AggregateExpr, BinaryExpr, Call, MatrixSelector, SubqueryExpr, UnaryExpr, VectorSelector

from opsbook.promql import Query, inner, number

_RATES = {"rate", "irate", "deriv"}
_COUNTS = {"count_over_time", "absent", "absent_over_time", "changes", "resets", "present_over_time"}
_CLOCKS = {"time", "timestamp"}


def unit_of(tree: Any, units: Mapping[str, str]) -> str | None:
    """The unit of a query: empty for a share or a bare count, None where it cannot be told.

    `units` has the unit of each series by its name, empty where it has none.
    """
    tree = inner(tree)
    if isinstance(tree, VectorSelector):
        return units.get(tree.name or "")
    if isinstance(tree, MatrixSelector):
        return units.get(tree.vector_selector.name or "")
    if isinstance(tree, SubqueryExpr | UnaryExpr):
        return unit_of(tree.expr, units)
    if isinstance(tree, AggregateExpr):
        return "" if str(tree.op) in ("count", "group", "count_values") else unit_of(tree.expr, units)
    if isinstance(tree, Call):
        return _of_call(tree, units)
    return _of_two(tree, units) if isinstance(tree, BinaryExpr) else None


def _of_call(tree: Call, units: Mapping[str, str]) -> str | None:
    called = tree.func.name
    if called in _CLOCKS:
        return "s"
    if called in _COUNTS:
        return ""
    if called == "histogram_quantile":
        buckets = (name.removesuffix("_bucket") for name in _names(tree.args[-1]) if name.endswith("_bucket"))
        return next((units[name] for name in buckets if name in units), None)
    counted = next((unit_of(arg, units) for arg in reversed(tree.args) if number(arg) is None), None)
    if called in _RATES and counted is not None:
        return "" if counted == "s" else f"{counted}/s"
    return counted


def _of_two(tree: BinaryExpr, units: Mapping[str, str]) -> str | None:
    left, right = (None if number(side) is not None else unit_of(side, units) for side in (tree.lhs, tree.rhs))
    factor = number(tree.lhs) if number(tree.lhs) is not None else number(tree.rhs)
    operator = str(tree.op)
    if factor is not None:
        known = right if number(tree.lhs) is not None else left
        if operator in ("*", "/"):
            return "%" if operator == "*" and factor == 100 and known == "" else None  # noqa: PLR2004  # per cent
        return known
    if operator == "/":
        return "" if left == right and left is not None else left if right == "" else None
    if operator == "*":
        return left if right == "" else right if left == "" else None
    return left if left is not None else right


def _names(tree: Any) -> Iterator[str]:
    """The names of the series that a query reads."""
    tree = inner(tree)
    if isinstance(tree, VectorSelector):
        yield tree.name or ""
    elif isinstance(tree, MatrixSelector):
        yield tree.vector_selector.name or ""
    elif isinstance(tree, BinaryExpr):
        yield from (*_names(tree.lhs), *_names(tree.rhs))
    elif isinstance(tree, Call):
        for arg in tree.args:
            yield from _names(arg)
    elif isinstance(tree, AggregateExpr | SubqueryExpr | UnaryExpr):
        yield from _names(tree.expr)


def compared_in(query: Query, units: Mapping[str, str]) -> str | None:
    """The unit in which the condition of an alert is compared; None where it cannot be told."""
    return next((unit_of(one.side, units) for one in query.comparisons), None)
