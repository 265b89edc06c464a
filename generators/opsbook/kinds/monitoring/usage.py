"""What uses what in the monitoring of a system: metrics in queries, alerts of objectives and on panels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from opsbook.kinds.monitoring.measured import Measured, measured
from opsbook.kinds.monitoring.model import Alert, Dashboard, Metric, Monitoring, Panel, Slo
from opsbook.project import Project
from opsbook.promql import Query, fill, read_query

_STAND_INS = {
    "threshold": "1",
    "window": "5m",
    "__rate_interval": "5m",
    "__interval": "1m",
    "__range": "1h",
}
"""What the blanks of a query are filled with to see which metrics it reads."""


@dataclass(frozen=True)
class Shown:
    """A panel on its dashboard."""

    dashboard: Dashboard
    panel: Panel

    @property
    def anchor(self) -> str:
        """Its place on the page of its dashboard. Ids have no underscore, so that no other place is called so."""
        return f"dashboard-{self.dashboard.id}_{self.panel.id}"


@dataclass(frozen=True)
class Users:
    """What reads a metric."""

    alerts: tuple[Alert, ...] = ()
    slos: tuple[Slo, ...] = ()
    panels: tuple[Shown, ...] = ()


@dataclass(frozen=True)
class Usage:
    """The alerts, objectives and panels of a system, and what they use."""

    known: Measured
    alerts: tuple[Alert, ...]
    slos: tuple[Slo, ...]
    panels: tuple[Shown, ...]

    def users(self, metric: Metric) -> Users:
        """What reads a metric, under any of the names of its series."""
        name = metric.name
        return Users(
            tuple(self._alerts.get(name, {}).values()),
            tuple(self._slos.get(name, {}).values()),
            tuple(self._panels.get(name, {}).values()),
        )

    def watched(self, alert: Alert) -> tuple[Slo, ...]:
        """The objectives that an alert watches."""
        return tuple(slo for slo in self.slos if alert.id in slo.alerts)

    def shown(self, alert: Alert) -> tuple[Shown, ...]:
        """The panels that draw the threshold of an alert."""
        return tuple(one for one in self.panels if one.panel.alert == alert.id)

    @cached_property
    def _alerts(self) -> Mapping[str, dict[str, Alert]]:
        """Metrics to the alerts that read them, by their ids."""
        index: dict[str, dict[str, Alert]] = defaultdict(dict)
        for alert in self.alerts:
            for name in self._read(alert.expr):
                index[name][alert.id] = alert
        return index

    @cached_property
    def _slos(self) -> Mapping[str, dict[str, Slo]]:
        """Metrics to the objectives that read them, by their ids."""
        index: dict[str, dict[str, Slo]] = defaultdict(dict)
        for slo in self.slos:
            figure = slo.indicator.expr if slo.indicator else None
            for text in (slo.sli.good, slo.sli.bad, slo.sli.total, figure):
                for name in self._read(text or ""):
                    index[name][slo.id] = slo
        return index

    @cached_property
    def _panels(self) -> Mapping[str, dict[str, Shown]]:
        """Metrics to the panels that read them, by their places."""
        index: dict[str, dict[str, Shown]] = defaultdict(dict)
        for one in self.panels:
            for query in one.panel.queries:
                for name in self._read(query.expr):
                    index[name][one.anchor] = one
        return index

    def _read(self, text: str) -> Iterator[str]:
        """The metrics that a query reads; none where it is no query, which a check reports."""
        query = read_query(fill(text.strip(), _STAND_INS))
        for selector in query.selectors if isinstance(query, Query) else ():
            series = self.known.series.get(selector.metric)
            if series:
                yield series.metric.name


def usage(system: str, project: Project) -> Usage:
    """What is used by what in a system, over all its documents."""
    return project.once(f"monitoring:usage:{system}", lambda: _usage(system, project))


def _usage(system: str, project: Project) -> Usage:
    documents = [spec.document for spec in project.of(Monitoring, system)]
    return Usage(
        measured(system, project),
        tuple(alert for one in documents for alert in one.alerts),
        tuple(slo for one in documents for slo in one.slos),
        tuple(Shown(board, panel) for one in documents for board in one.dashboards for panel in board.panels),
    )
