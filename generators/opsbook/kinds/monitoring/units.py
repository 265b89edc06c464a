"""The unit of what a query gives, worked out from the units of its metrics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from math import inf
from typing import Any

from promql_parser import AggregateExpr, BinaryExpr, Call, MatrixSelector, SubqueryExpr, UnaryExpr, VectorSelector

from opsbook.promql import COMPARES, Query, inner, number, selected, walk
from opsbook.quantity import UNITS, dimension, factor

COUNT = "#"
"""The unit of what is counted and has no word of its own: the requests of a histogram, the result of `count`."""

_PER_SECOND = frozenset({"rate", "irate", "deriv"})
_COUNTS = frozenset({"count_over_time", "changes", "resets"})
_CLOCKS = frozenset({"time", "timestamp"})
_SUMS = frozenset({"sum", "sum_over_time"})
_KEEP = frozenset(
    {"abs", "ceil", "floor", "round", "clamp", "clamp_min", "clamp_max", "increase", "delta", "idelta", "scalar"}
    | {f"{name}_over_time" for name in ("avg", "min", "max", "last", "first", "quantile", "stddev", "mad", "sum")}
    | {"predict_linear", "double_exponential_smoothing", "label_replace", "label_join", "vector"}
    | {"sort", "sort_desc", "sort_by_label", "sort_by_label_desc"}
)
"""Functions whose result has the unit of what they take."""

Powers = Counter[str]
"""A unit taken apart: each word with its power. `B/s` is `{"B": 1, "s": -1}`, a share has none."""


def unit_of(tree: Any, units: Mapping[str, str]) -> str | None:
    """The unit of a query: empty for a share, `COUNT` for a bare count, None where it cannot be told.

    `units` has the unit of each series by its name, empty where it has none.
    """
    powers = _powers(tree, units)
    return None if powers is None else _spelled(powers)


def compared_in(query: Query, units: Mapping[str, str]) -> str | None:
    """The unit in which the condition of an alert is compared; None where it cannot be told."""
    return next((unit_of(one.side, units) for one in query.comparisons), None)


def fits(unit: str, compared: str) -> bool:
    """Whether a figure in `unit` can be compared with what is in `compared`: words for what is counted are all alike.

    A bare number fits a count and a share, per cent only a share.
    """
    if not unit:
        return _shape(compared) in ("", COUNT)
    return _shape(unit) == _shape(compared)


def _shape(unit: str) -> str:
    """What is measured, with one word for everything that is counted."""
    base = dimension(unit)
    if not base:
        return ""
    of, per, each = base.partition("/")
    return f"{_counted(of)}{per}{_counted(each) if each else ''}"


def _counted(word: str) -> str:
    return word if word in UNITS else COUNT


def _powers(tree: Any, units: Mapping[str, str]) -> Powers | None:
    tree = inner(tree)
    if isinstance(tree, VectorSelector | MatrixSelector):
        (selector,) = selected(tree)
        unit = units.get(selector.metric)
        return None if unit is None else _taken_apart(unit)
    if isinstance(tree, SubqueryExpr | UnaryExpr):
        return _powers(tree.expr, units)
    if isinstance(tree, AggregateExpr):
        return _of_many(tree, units)
    if isinstance(tree, Call):
        return _of_call(tree, units)
    return _of_two(tree, units) if isinstance(tree, BinaryExpr) else None


def _of_many(tree: AggregateExpr, units: Mapping[str, str]) -> Powers | None:
    name = str(tree.op)
    if name in ("count", "count_values"):
        return Counter({COUNT: 1})
    powers = _powers(tree.expr, units)
    # The sum of shares is a share no more: of several processors, say, it is how many are busy.
    return None if name == "stdvar" or (name in _SUMS and not powers) else powers


def _of_call(tree: Call, units: Mapping[str, str]) -> Powers | None:
    called = tree.func.name
    if called in _CLOCKS:
        return Counter({"s": 1})
    if called in _COUNTS:
        return Counter({COUNT: 1})
    if called == "histogram_quantile":
        buckets = (one.metric.removesuffix("_bucket") for one in selected(tree.args[-1]))
        return next((_taken_apart(units[name]) for name in buckets if name in units), None)
    if called not in _KEEP | _PER_SECOND:
        return None
    powers = next((_powers(arg, units) for arg in tree.args if selected(arg)), None)
    if powers is None or (called in _SUMS and not powers):
        return None
    return _times(powers, Counter({"s": -1})) if called in _PER_SECOND else powers


def _of_two(tree: BinaryExpr, units: Mapping[str, str]) -> Powers | None:
    operator = str(tree.op)
    if operator in COMPARES and tree.modifier and tree.modifier.return_bool:
        return Counter()
    if number(tree.lhs) is not None or number(tree.rhs) is not None:
        return _with_number(tree, units)
    left, right = _powers(tree.lhs, units), _powers(tree.rhs, units)
    if operator in ("*", "/"):
        if left is None or right is None:
            return None
        return _times(left, right if operator == "*" else Counter({word: -power for word, power in right.items()}))
    if operator in ("^", "atan2"):
        return None
    return right if left is None and operator in ("+", "-", "or") else left


def _with_number(tree: BinaryExpr, units: Mapping[str, str]) -> Powers | None:
    """What a sum, a product or a comparison with a number has as its unit."""
    left, right, operator = number(tree.lhs), number(tree.rhs), str(tree.op)
    powers = _powers(tree.lhs if left is None else tree.rhs, units)
    by = right if left is None else left
    if powers is None or operator in ("^", "atan2") or (operator == "/" and left is not None):
        return None
    if by is None or operator not in ("*", "/"):
        return powers
    return _scaled(powers, by, multiplied=operator == "*")


def _scaled(powers: Powers, by: float, *, multiplied: bool) -> Powers | None:
    """The unit in which a value stands after it was multiplied with a number or divided by it, if there is one.

    Seconds divided by 60 are minutes, requests a second times 60 are requests a minute.
    """
    if not 0 < by < inf:
        return None
    times = Fraction(repr(by)) if multiplied else 1 / Fraction(repr(by))
    if times in (factor("%"), 1 / factor("%")):
        return _times(powers, Counter({"%": 1 if times > 1 else -1}))
    for word, power in powers.items():
        if word not in UNITS or abs(power) != 1:
            continue
        wanted = factor(word) / times if power == 1 else factor(word) * times
        found = next((one for one, (base, size) in UNITS.items() if base == dimension(word) and size == wanted), None)
        if found:
            return _times(powers, Counter({word: -power, found: power}))
    return None


def _times(left: Powers, right: Powers) -> Powers:
    """The unit of a product."""
    words = {*left, *right}
    return Counter({word: power for word in words if (power := left[word] + right[word])})


def _taken_apart(unit: str) -> Powers:
    of, _, each = unit.partition("/")
    return _times(Counter({of: 1} if of else {}), Counter({each: -1} if each else {}))


def _spelled(powers: Powers) -> str | None:
    """A unit as one writes it; None for what has no short name."""
    above = sorted(word for word, power in powers.items() for _ in range(power))
    below = sorted(word for word, power in powers.items() for _ in range(-power))
    # Errors over requests are a share; bytes over requests are bytes.
    counted = [word for word in below if word not in UNITS]
    for word in counted:
        above_counted = [one for one in above if one not in UNITS]
        if above_counted:
            above.remove(above_counted[0])
            below.remove(word)
        elif above:
            below.remove(word)
    if len(above) > 1 or len(below) > 1 or any(dimension(word) != "s" for word in below):
        return None
    return "".join(above) + "".join(f"/{word}" for word in below)


def share_of_itself(tree: Any) -> bool:
    """Whether a query divides some series of a metric by more of them, of the same time: a share never above one."""
    tree = inner(tree)
    if not isinstance(tree, BinaryExpr) or str(tree.op) != "/":
        return False
    if any(isinstance(one, VectorSelector) and (one.offset or one.at) for one in walk(tree)):
        return False
    above, below = selected(tree.lhs), selected(tree.rhs)
    return (
        len(above) == len(below) == 1
        and above[0].metric == below[0].metric
        and {*below[0].matchers} < {*above[0].matchers}
        and (above[0].function, above[0].range) == (below[0].function, below[0].range)
    )
