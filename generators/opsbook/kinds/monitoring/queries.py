"""The queries of a document: where each stands, what it is of, and what fills its blanks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from opsbook.kinds.monitoring import window
from opsbook.kinds.monitoring.model import Alert, Monitoring, Slo
from opsbook.promql import NotPromql, Query, blanks, fill, fill_panel, read_query
from opsbook.quantity import plain_number
from opsbook.source import Route


@dataclass(frozen=True)
class Asked:
    """A query of a document."""

    route: Route
    of: str
    """Whose it is, for messages: "the alert `app-down`"."""
    text: str
    """As its author wrote it."""
    fills: Mapping[str, str] | None
    """What stands for its blanks; None on a dashboard, which has blanks of its own."""

    @cached_property
    def query(self) -> Query | NotPromql:
        """The query with its blanks filled, read; those that nothing fills make it none."""
        return read_query(fill_panel(self.text) if self.fills is None else fill(self.text, self.fills))

    @property
    def parsed(self) -> Query | None:
        """The query, if it is one."""
        return self.query if isinstance(self.query, Query) else None

    @property
    def unfilled(self) -> tuple[str, ...]:
        """The blanks that nothing fills."""
        return () if self.fills is None else tuple(name for name in blanks(self.text) if name not in self.fills)


def asked(document: Monitoring) -> Iterator[Asked]:
    """Every query of a document, in the order of its fields."""
    yield from of_alerts(document)
    for index, slo in enumerate(document.slos):
        yield from of_slo(index, slo)
    for at, dashboard in enumerate(document.dashboards):
        for number, row in enumerate(dashboard.rows):
            for place, panel in enumerate(row.panels):
                route = ("dashboards", at, "rows", number, "panels", place, "queries")
                for position, query in enumerate(panel.queries):
                    yield Asked((*route, position, "expr"), f"the panel `{panel.id}`", query.expr, None)


def of_alerts(document: Monitoring) -> Iterator[Asked]:
    """The conditions of the alerts of a document, in their order."""
    for index, alert in enumerate(document.alerts):
        yield of_alert(index, alert)


def of_alert(index: int, alert: Alert) -> Asked:
    """The condition of an alert. Its threshold has some unit: enough to read it."""
    fills = {"threshold": plain_number(alert.quantity.number())} if alert.quantity else {}
    return Asked(("alerts", index, "expr"), f"the alert `{alert.id}`", alert.expr, fills)


def of_slo(index: int, slo: Slo) -> Iterator[Asked]:
    """The queries of an objective."""
    name, fills = f"the objective `{slo.id}`", {"window": window.COMMON}
    for field in ("good", "bad", "total"):
        text = getattr(slo.sli, field)
        if text:
            yield Asked(("slos", index, "sli", field), name, text, fills)
    if slo.indicator:
        yield Asked(("slos", index, "indicator", "expr"), name, slo.indicator.expr, fills)
