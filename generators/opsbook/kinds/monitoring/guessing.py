"""Metrics as far as queries tell of them: their names, labels, and by the naming conventions their types and units."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from promql_parser import (
    AggModifierType,
    AggregateExpr,
    BinaryExpr,
    Call,
    MatrixSelector,
    ParenExpr,
    StringLiteral,
    SubqueryExpr,
    UnaryExpr,
    VectorMatchCardinality,
    VectorSelector,
)

from opsbook.kinds.monitoring.model import Label, Metric, MetricType
from opsbook.promql import GROWTH

UNDESCRIBED = "Not described yet."
"""What a draft says where a text has to stand and nothing is known."""

_GROWS = GROWTH | {"resets"}
_MOVES = {"delta", "idelta", "deriv", "predict_linear", "holt_winters", "double_exponential_smoothing"}
_OF_TARGETS = {"job", "instance"}
"""Labels that every series gets when it is scraped."""
_OF_TYPES = {"le", "quantile"}
"""Labels that the type of a metric brings."""
_PARTS = ("_bucket", "_sum", "_count")
_UNITS = {"seconds": "s", "milliseconds": "ms", "bytes": "B", "percent": "%", "celsius": "°C", "volts": "V"}
"""The last word of a name, before `_total`, and the unit that it stands for."""
_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]{0,119}")
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]{0,59}")
_CREATES = {"label_replace": 5, "label_join": 4}
"""Functions that make a label, and the number of their arguments; the second names it."""


@dataclass
class _Seen:
    """What queries do with a series."""

    labels: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Asked:
    """A query, and the labels that something else wants of its result."""

    tree: Any
    labels: frozenset[str] = frozenset()


def metrics(queries: Iterable[Asked], recorded: Iterable[str] = ()) -> tuple[Metric, ...]:
    """The metrics of which queries tell, sorted; those that rules record are gauges without a unit."""
    seen: dict[str, _Seen] = defaultdict(_Seen)
    for one in queries:
        _walk(one.tree, one.labels, "", seen)
    own = set(recorded)
    for name in own:
        seen[name]  # a series that nothing reads is measured, too
    found: dict[str, tuple[MetricType, set[str]]] = {}
    for series in sorted(name for name in seen if _NAME.fullmatch(name)):
        name, type_ = (series, _by_use(seen[series])) if series in own else _metric(series, seen)
        known = found.get(name, (type_, set()))
        labels = seen[series].labels - (_OF_TYPES if type_ in ("histogram", "summary") else set())
        found[name] = known[0], known[1] | labels
    return tuple(
        Metric(
            name=name,
            type=type_,
            unit=None if name in own else unit(name),
            meaning=UNDESCRIBED,
            labels=tuple(Label(name=label) for label in sorted(labels) if _LABEL.fullmatch(label)),
        )
        for name, (type_, labels) in sorted(found.items())
    )


def unit(name: str) -> str | None:
    """The unit that a name ends with."""
    return _UNITS.get(name.removesuffix("_total").rpartition("_")[2]) if "_" in name else None


def _by_use(seen: _Seen) -> MetricType:
    return "counter" if seen.functions & _GROWS else "gauge"


def _metric(series: str, seen: dict[str, _Seen]) -> tuple[str, MetricType]:
    """The metric that a series belongs to, and its type: by what queries do with it, and by its name."""
    base = next((series.removesuffix(part) for part in _PARTS if series.endswith(part)), "")
    grows = bool(seen[series].functions & _GROWS)
    if base and "quantile" in seen.get(base, _Seen()).labels:
        return base, "summary"
    together = grows and {f"{base}_sum", f"{base}_count"} <= seen.keys()
    if base and (series.endswith("_bucket") or f"{base}_bucket" in seen or together):
        return base, "histogram"
    if "quantile" in seen[series].labels:
        return series, "summary"
    counted = series.endswith("_total") and not seen[series].functions & _MOVES
    return series, "counter" if grows or counted else "gauge"


def _walk(tree: Any, wanted: frozenset[str], function: str, seen: dict[str, _Seen]) -> None:
    """Note what a query does with each series; `wanted` are the labels that its result should have."""
    match tree:
        case VectorSelector():
            _note(tree, wanted, function, seen)
        case MatrixSelector():
            _note(tree.vector_selector, wanted, function, seen)
        case ParenExpr() | SubqueryExpr():
            _walk(tree.expr, wanted, function, seen)
        case UnaryExpr():
            _walk(tree.expr, wanted, "", seen)
        case AggregateExpr():
            _walk(tree.expr, _aggregated(tree, wanted), "", seen)
        case Call():
            made = _made(tree)
            for arg in tree.args:
                _walk(arg, (wanted | made[1]) - made[0] if made else wanted, tree.func.name, seen)
        case BinaryExpr():
            left, right = _joined(tree, wanted)
            _walk(tree.lhs, left, "", seen)
            _walk(tree.rhs, right, "", seen)
        case _:
            return


def _note(selector: VectorSelector, wanted: frozenset[str], function: str, seen: dict[str, _Seen]) -> None:
    matched = {one.name for one in selector.matchers.matchers}
    named = [
        one.value for one in selector.matchers.matchers if one.name == "__name__" and str(one.op).endswith(".Equal")
    ]
    name = selector.name or next(iter(named), "")
    if name:
        labels = matched | wanted
        seen[name].labels |= {label for label in labels if not label.startswith("__")} - _OF_TARGETS
        seen[name].functions.add(function)


def _aggregated(tree: AggregateExpr, wanted: frozenset[str]) -> frozenset[str]:
    """The labels that an aggregation wants of its series."""
    if str(tree.op) == "count_values" and isinstance(tree.param, StringLiteral):
        wanted -= {tree.param.val}
    if tree.modifier is None:
        return wanted
    named = frozenset(tree.modifier.labels)
    return named if tree.modifier.type == AggModifierType.By else wanted | named


def _made(tree: Call) -> tuple[frozenset[str], frozenset[str]] | None:
    """The label that a function makes, and those that it makes it of."""
    if len(tree.args) < _CREATES.get(tree.func.name, len(tree.args) + 1):
        return None
    words = [arg.val if isinstance(arg, StringLiteral) else "" for arg in tree.args]
    sources = words[3:4] if tree.func.name == "label_replace" else words[3:]
    return frozenset(words[1:2]), frozenset(filter(None, sources))


def _joined(tree: BinaryExpr, wanted: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The labels that a join wants of its sides."""
    modifier = tree.modifier
    by = frozenset(modifier.matching.labels) if modifier and modifier.matching else frozenset()
    given = frozenset(modifier.group_labels or ()) if modifier else frozenset()
    if modifier and modifier.card == VectorMatchCardinality.ManyToOne:
        return (wanted - given) | by, by | given
    if modifier and modifier.card == VectorMatchCardinality.OneToMany:
        return by | given, (wanted - given) | by
    if str(tree.op) in ("and", "unless"):
        return wanted | by, by
    return wanted | by, wanted | by
