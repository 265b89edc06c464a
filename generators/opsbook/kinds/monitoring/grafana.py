"""Dashboards for Grafana: rows of panels, with the threshold of their alert and the way to what to do."""

from __future__ import annotations

import string
from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256
from typing import Any

from opsbook.kind import Spec
from opsbook.kinds.monitoring.files import json_file
from opsbook.kinds.monitoring.measured import measured
from opsbook.kinds.monitoring.model import Alert, Dashboard, Monitoring, Panel
from opsbook.kinds.monitoring.rules import runbook_url
from opsbook.markup import plain_text
from opsbook.model import spell_duration
from opsbook.page import Artifact
from opsbook.project import Project
from opsbook.promql import NotPromql
from opsbook.quantity import dimension

SCHEMA = 39
"""The version of the dashboard model that is written: that of Grafana 10.3 and later, which reads older ones, too."""

WIDTH = 24
"""The columns of a dashboard."""

_HEIGHT = 8
_LOW = 5
"""The height of panels that show a figure, and no course."""

_IN_A_LINE = 4
"""How many panels stand side by side, at most."""

_LONGEST = 40
"""Grafana refuses longer uids."""

_UNITS = {
    "": "short",
    "s": "s",
    "ms": "ms",
    "min": "m",
    "h": "h",
    "d": "d",
    "B": "bytes",
    "KiB": "kbytes",
    "MiB": "mbytes",
    "GiB": "gbytes",
    "TiB": "tbytes",
    "B/s": "binBps",
    "%": "percent",
}
"""What Grafana calls a unit; any other is printed behind the number."""

_SOURCE = {"type": "prometheus", "uid": "${datasource}"}


def dashboard_files(spec: Spec[Monitoring], project: Project) -> Iterator[Artifact]:
    """The dashboards of a document, a file each."""
    for dashboard in spec.document.dashboards:
        yield json_file(f"dashboards/{dashboard.id}.json", _dashboard(dashboard, spec, project), spec)


def uid(system: str, id_: str) -> str:
    """What Grafana knows a dashboard by, however it is called: links to it stay."""
    whole = f"{system}-{id_}"
    if len(whole) <= _LONGEST:
        return whole
    return f"{whole[: _LONGEST - 9]}-{sha256(whole.encode()).hexdigest()[:8]}"


def grafana_unit(unit: str) -> str:
    """A unit in Grafana's words."""
    return _UNITS.get(unit, f"suffix:{unit}")


def _dashboard(dashboard: Dashboard, spec: Spec[Monitoring], project: Project) -> dict[str, Any]:
    return {
        "uid": uid(spec.system, dashboard.id),
        "title": plain_text(dashboard.title),
        "description": plain_text(dashboard.description or ""),
        "tags": [spec.system],
        "schemaVersion": SCHEMA,
        "editable": False,
        "graphTooltip": 1,
        "refresh": spell_duration(dashboard.refresh),
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "browser",
        "links": [
            {
                "title": plain_text(spec.document.title),
                "type": "link",
                "icon": "doc",
                "targetBlank": True,
                "url": project.site.address(f"{spec.path}#dashboard-{dashboard.id}"),
            }
        ],
        "templating": {
            "list": [{"name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus"}]
        },
        "panels": list(_panels(dashboard, spec, project)),
    }


def _panels(dashboard: Dashboard, spec: Spec[Monitoring], project: Project) -> Iterator[dict[str, Any]]:
    """Rows and panels in their places, numbered in their order."""
    number = top = 0
    for row in dashboard.rows:
        number += 1
        place = {"h": 1, "w": WIDTH, "x": 0, "y": top}
        title = plain_text(row.title)
        yield {"id": number, "type": "row", "title": title, "collapsed": False, "gridPos": place, "panels": []}
        top += 1
        for start in range(0, len(row.panels), _IN_A_LINE):
            line = row.panels[start : start + _IN_A_LINE]
            width, height = WIDTH // len(line), max(_LOW if one.type == "stat" else _HEIGHT for one in line)
            for column, panel in enumerate(line):
                number += 1
                place = {"h": height, "w": width, "x": column * width, "y": top}
                yield {"id": number, **_panel(panel, spec, project), "gridPos": place}
            top += height


def _panel(panel: Panel, spec: Spec[Monitoring], project: Project) -> dict[str, Any]:
    alert = _alert(panel, spec, project)
    url = runbook_url(alert.runbook, spec, project) if alert and alert.runbook else ""
    about = [plain_text(panel.meaning)] if panel.meaning else []
    about += [f"[{plain_text(alert.title)}]({url})"] if alert and url else []
    made = {
        "type": panel.type,
        "title": plain_text(panel.title),
        "description": "\n\n".join(about),
        "datasource": _SOURCE,
        "fieldConfig": {"defaults": _defaults(panel, alert, spec, project), "overrides": []},
        "options": _options(panel),
        "targets": list(_targets(panel)),
    }
    if url:
        made["links"] = [{"title": plain_text(alert.title if alert else ""), "url": url, "targetBlank": True}]
    return made


def _alert(panel: Panel, spec: Spec[Monitoring], project: Project) -> Alert | None:
    """The alert of a panel, wherever its system declares it."""
    alerts = (alert for other in project.of(Monitoring, spec.system) for alert in other.document.alerts)
    return next((alert for alert in alerts if alert.id == panel.alert), None)


def _targets(panel: Panel) -> Iterator[dict[str, Any]]:
    one_moment = panel.type in ("stat", "gauge", "table", "barchart")
    for letter, query in zip(_letters(), panel.queries, strict=False):
        yield {
            "refId": letter,
            "datasource": _SOURCE,
            "editorMode": "code",
            "expr": query.expr.strip(),
            "legendFormat": query.legend or "__auto",
            "format": {"table": "table", "heatmap": "heatmap"}.get(panel.type, "time_series"),
            "instant": one_moment,
            "range": not one_moment,
        }


def _letters() -> Iterator[str]:
    """A, B … Z, AA, AB …"""
    yield from string.ascii_uppercase
    yield from (first + second for first in string.ascii_uppercase for second in string.ascii_uppercase)


def _options(panel: Panel) -> dict[str, Any]:
    if panel.type in ("stat", "gauge"):
        return {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}}
    if panel.type == "timeseries":
        return {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}}
    return {}


def _defaults(panel: Panel, alert: Alert | None, spec: Spec[Monitoring], project: Project) -> dict[str, Any]:
    """The unit of a panel, and the threshold of its alert as a line."""
    unit = panel.unit or ""
    defaults: dict[str, Any] = {"unit": grafana_unit(unit)}
    limit = _limit(alert, unit, spec, project) if alert else None
    if limit is not None:
        value, below = limit
        good, bad = ("red", "green") if below else ("green", "red")
        steps = [{"color": good, "value": None}, {"color": bad, "value": _number(value)}]
        defaults["thresholds"] = {"mode": "absolute", "steps": steps}
        if panel.type == "timeseries":
            defaults["custom"] = {"thresholdsStyle": {"mode": "line"}}
    return defaults


def _limit(alert: Alert, unit: str, spec: Spec[Monitoring], project: Project) -> tuple[Decimal, bool] | None:
    """The threshold of an alert in the unit of a panel, and whether it fires below it; None where it has none."""
    quantity = alert.quantity
    if quantity is None:
        return None
    known = measured(spec.system, project)
    query = known.query(alert)
    compared = () if isinstance(query, NotPromql) else query.comparisons
    below = any(one.operator in ("<", "<=") for one in compared)
    fits = dimension(unit) == quantity.dimension
    return quantity.number(unit if fits else known.compared_in(alert)), below


def _number(value: Decimal) -> int | float:
    """A decimal as JSON has it: the shortest number that means it."""
    return int(value) if value == value.to_integral_value() else float(value)
