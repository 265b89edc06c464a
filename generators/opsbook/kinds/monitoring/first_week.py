"""What somebody new looks at of the monitoring: what calls them, what is promised, what to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from opsbook.first_week import Task, about
from opsbook.kind import Spec
from opsbook.kinds.monitoring.index import index_path
from opsbook.kinds.monitoring.model import Monitoring
from opsbook.page import relative
from opsbook.printer import Printer

_MINUTES_AN_ALERT, _MINUTES = 1, 5


def tasks(specs: Sequence[Spec[Monitoring]], md: Printer) -> Iterator[Task]:
    """The alerts, the objectives and the dashboards, as far as there are any."""
    label, page = md.label, relative(index_path(md.system), md.path)
    alerts = sum(len(spec.document.alerts) for spec in specs)
    objectives = [slo.id for spec in specs for slo in spec.document.slos]
    dashboards = tuple(dashboard.id for spec in specs for dashboard in spec.document.dashboards)
    if alerts:
        yield Task(
            "alerts",
            "monitoring",
            f"[{label('Alerts')}]({page}#_alerts)",
            label("Alerts"),
            label("What calls you, and which runbook each of the {count} leads to.").replace("{count}", str(alerts)),
            about(_MINUTES_AN_ALERT * alerts, most=20),
        )
    if objectives:
        yield Task(
            "slos",
            "monitoring",
            f"[{label('Objectives')}]({page}#_slos)",
            label("Objectives"),
            label("What is promised, and how much of it may be missing."),
            about(_MINUTES),
        )
    if dashboards:
        yield Task(
            "dashboards",
            "monitoring",
            md.links("dashboard", dashboards),
            md.titles("dashboard", dashboards),
            label("Look at them while all is well, so that you see later what is not."),
            about(_MINUTES * len(dashboards), most=20),
        )
