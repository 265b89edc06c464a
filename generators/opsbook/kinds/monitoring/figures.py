"""The figure that a query compares with, taken out of it: `rate(x[5m]) > 0.05` has the threshold `5 %`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from opsbook.kinds.monitoring.units import COUNT, compared_in
from opsbook.promql import QUOTED, Query, fill, read_query
from opsbook.quantity import Quantity, plain_number

_TOKEN = re.compile(
    rf"""
    (?P<aside>{QUOTED}|\[[^\]]*\])
    |(?P<operator>>=|<=|>|<)\s*(?P<number>-?[0-9]{{1,15}}(?:\.[0-9]{{1,9}})?)(?![\w.])
    """,
    re.VERBOSE,
)
"""What cannot be a figure of a comparison, or one."""

WORDS = {
    ">": "More than {threshold}",
    ">=": "{threshold} or more",
    "<": "Less than {threshold}",
    "<=": "{threshold} or less",
}
"""A comparison in words."""

_STEPS = {
    "s": (("d", 86_400), ("h", 3600), ("min", 60)),
    "B": (("TiB", 1024**4), ("GiB", 1024**3), ("MiB", 1024**2), ("KiB", 1024)),
}
"""Larger units, for figures that are whole numbers of them."""

_CERTAIN = {"s", "B", "B/s", "%", "", COUNT}
"""Units that are those of Prometheus' naming conventions, and not the name of what is counted."""

_PROBE = "314159265"
"""A figure that no query has by chance."""


@dataclass(frozen=True)
class Figure:
    """A query without its figure."""

    expr: str
    """The query with `$threshold` where the figure stood."""
    threshold: str
    """The figure with its unit."""
    condition: str
    """The comparison in words."""


@dataclass(frozen=True)
class Bare:
    """A query that keeps its figure."""

    reason: str
    """Why; empty where it has none that could be a threshold."""


def taken_out(query: Query, units: Mapping[str, str]) -> Figure | Bare:
    """Take the figure out of a query that has exactly one and whose unit is certain.

    `units` has those of the metrics; one that is counted in itself (`requests`) may stand for any unit that is not
    known. A comparison with zero, and one for equality, tells states apart: its figure is no threshold.
    """
    orders = [one for one in query.comparisons if one.operator in WORDS and one.number != 0]
    if not orders:
        return Bare("")
    found = [match for match in _TOKEN.finditer(query.text) if match["number"] and Decimal(match["number"]) != 0]
    if len(query.comparisons) > 1:
        return Bare("there is more than one comparison")
    if len(found) != 1:
        return Bare("its figure could not be told from the rest")
    spelled, operator = found[0]["number"], found[0]["operator"]
    expr = f"{query.text[: found[0].start('number')]}$threshold{query.text[found[0].end() :]}"
    # That the right place was found is shown by what another figure there does to the query.
    probe = read_query(fill(expr, {"threshold": _PROBE}))
    if isinstance(probe, Query) and [one.number for one in probe.comparisons] == [float(_PROBE)]:
        unit = compared_in(query, units)
        quantity = _readable(Decimal(spelled), unit) if unit is not None and unit in _CERTAIN else None
        if (
            quantity
            and plain_number(quantity.number(unit)) == spelled
            and fill(expr, {"threshold": spelled}) == query.text
        ):
            return Figure(expr, str(quantity), WORDS[operator])
        return Bare(f"the unit of {spelled} is not certain")
    return Bare("its figure could not be told from the rest")


def _readable(value: Decimal, unit: str) -> Quantity:
    """A figure in the unit in which people say it."""
    if unit == "" and 0 < value < 1:
        return Quantity(value * 100, "%")
    if unit == "s" and 0 < value < 1:
        return Quantity(value * 1000, "ms")
    for larger, size in _STEPS.get(unit, ()):
        if value >= 2 * size and value % size == 0:  # 1800 s are half an hour, and 90 s stay what they are
            return Quantity(value / size, larger)
    return Quantity(value, unit.replace(COUNT, ""))
