"""What uses what in the monitoring of a system: metrics in queries, alerts of objectives and on panels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from opsbook.kinds.monitoring.measured import Measured, measured
from opsbook.kinds.monitoring.model import Alert, Dashboard, Metric, Monitoring, Panel, Slo
from opsbook.kinds.monitoring.queries import Asked, asked
from opsbook.project import Project


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
    """What reads a metric, each by its id, in the order of the documents."""

    alerts: dict[str, Alert] = field(default_factory=dict)
    slos: dict[str, Slo] = field(default_factory=dict)
    panels: dict[str, Shown] = field(default_factory=dict)
    """By their places: panels of several dashboards may have one id."""


@dataclass(frozen=True)
class Usage:
    """The alerts, objectives and panels of a system, and what they use."""

    alerts: tuple[Alert, ...]
    slos: tuple[Slo, ...]
    panels: tuple[Shown, ...]
    readers: Mapping[str, Users]
    """What reads each metric, by its name, under any of the names of its series."""

    def users(self, metric: Metric) -> Users:
        """What reads a metric."""
        return self.readers.get(metric.name, Users())

    def watched(self, alert: Alert) -> tuple[Slo, ...]:
        """The objectives that an alert watches."""
        return tuple(slo for slo in self.slos if alert.id in slo.alerts)

    def shown(self, alert: Alert) -> tuple[Shown, ...]:
        """The panels that draw the threshold of an alert."""
        return tuple(one for one in self.panels if one.panel.alert == alert.id)


def usage(system: str, project: Project) -> Usage:
    """What is used by what in a system, over all its documents."""
    return project.once(f"monitoring:usage:{system}", lambda: _usage(system, project))


def _usage(system: str, project: Project) -> Usage:
    documents = [spec.document for spec in project.of(Monitoring, system)]
    known = measured(system, project)
    readers: dict[str, Users] = {}
    for document in documents:
        for one in asked(document):
            for name in _read(one, known):
                _add(readers.setdefault(name, Users()), document, one)
    return Usage(
        tuple(alert for one in documents for alert in one.alerts),
        tuple(slo for one in documents for slo in one.slos),
        tuple(Shown(board, panel) for one in documents for board in one.dashboards for panel in board.panels),
        readers,
    )


def _read(one: Asked, known: Measured) -> Iterator[str]:
    """The metrics that a query reads; none where it is no query, which a check reports."""
    for selector in one.parsed.selectors if one.parsed else ():
        series = known.series.get(selector.metric)
        if series:
            yield series.metric.name


def _add(users: Users, document: Monitoring, one: Asked) -> None:
    """Note what a query is of."""
    match one.route:
        case "alerts", int(place), *_:
            alert = document.alerts[place]
            users.alerts[alert.id] = alert
        case "slos", int(place), *_:
            slo = document.slos[place]
            users.slos[slo.id] = slo
        case "dashboards", int(at), "rows", int(row), "panels", int(place), *_:
            board = document.dashboards[at]
            shown = Shown(board, board.rows[row].panels[place])
            users.panels[shown.anchor] = shown
