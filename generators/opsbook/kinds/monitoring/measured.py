"""What is measured in a system, over all its documents, and the queries that are made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from opsbook.kinds.monitoring.model import Alert, Metric, Monitoring
from opsbook.kinds.monitoring.units import COUNT, compared_in
from opsbook.project import Project
from opsbook.promql import NotPromql, Query, fill, read_query
from opsbook.quantity import plain_number

_UP = Metric(name="up", type="gauge", meaning="1 where the last scrape of a target went well, 0 where it did not.")
"""What Prometheus measures by itself."""


@dataclass(frozen=True)
class Series:
    """A name that queries may use."""

    metric: Metric
    labels: frozenset[str]
    """The labels that it has beside those of its metric: `le` for the buckets of a histogram."""
    type: str
    """How it behaves: `counter` or `gauge`."""


@dataclass(frozen=True)
class Measured:
    """The metrics of a system."""

    metrics: tuple[Metric, ...]

    @cached_property
    def series(self) -> Mapping[str, Series]:
        """Every series by the name under which queries find it."""
        return {
            name: Series(metric, labels, type_)
            for metric in (_UP, *self.metrics)
            for name, (labels, type_) in metric.series.items()
        }

    @cached_property
    def units(self) -> Mapping[str, str]:
        """The unit of each metric and of each series; what counts and has no word for it has `COUNT`."""
        metrics = {one.name: one.unit or (COUNT if one.type == "counter" else "") for one in (_UP, *self.metrics)}
        series = {
            name: COUNT if name.endswith(("_bucket", "_count")) else metrics[one.metric.name]
            for name, one in self.series.items()
        }
        return {**metrics, **series}

    def filled(self, alert: Alert) -> str:
        """The condition of an alert with its threshold in it, in the unit in which it is compared."""
        quantity = alert.quantity
        if quantity is None:
            return alert.expr.strip()
        unit = self.compared_in(alert)
        value = quantity.number() if unit is None else quantity.number(unit)
        return fill(alert.expr.strip(), {"threshold": plain_number(value)})

    def compared_in(self, alert: Alert) -> str | None:
        """The unit in which the condition of an alert compares, empty for a share and for a bare count.

        None where it cannot be told.
        """
        quantity = alert.quantity
        query = read_query(fill(alert.expr.strip(), {"threshold": plain_number(quantity.number())} if quantity else {}))
        unit = compared_in(query, self.units) if isinstance(query, Query) else None
        return unit.replace(COUNT, "") if unit else unit

    def query(self, alert: Alert) -> Query | NotPromql:
        """The condition of an alert, read."""
        return read_query(self.filled(alert))


def measured(system: str, project: Project) -> Measured:
    """What the documents of a system say is measured."""
    return project.once(f"monitoring:{system}", lambda: _measured(system, project))


def _measured(system: str, project: Project) -> Measured:
    return Measured(tuple(metric for spec in project.of(Monitoring, system) for metric in spec.document.metrics))
