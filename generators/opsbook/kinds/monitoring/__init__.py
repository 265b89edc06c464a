"""Monitoring: the metrics, alerts, objectives and dashboards of a system, and the files that are made of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opsbook.kind import Draft, Kind, Part, Subject
from opsbook.kinds.monitoring.agreement import PROJECT_CHECKS
from opsbook.kinds.monitoring.artifacts import artifacts
from opsbook.kinds.monitoring.checks import CHECKS
from opsbook.kinds.monitoring.draft import draft
from opsbook.kinds.monitoring.embed import embed
from opsbook.kinds.monitoring.first_week import tasks
from opsbook.kinds.monitoring.index import home, index, index_path
from opsbook.kinds.monitoring.model import Monitoring
from opsbook.kinds.monitoring.page import LISTS, pages
from opsbook.kinds.monitoring.verdicts import RULES
from opsbook.labels import N_


def _parts(monitoring: Monitoring) -> Iterator[Part]:
    named = (
        ("alert", "alerts", monitoring.alerts),
        ("slo", "slos", monitoring.slos),
        ("dashboard", "dashboards", monitoring.dashboards),
        ("scrape-job", "scrape", monitoring.scrape),
    )
    for type_, field, parts in named:
        for number, part in enumerate(parts):
            yield Part(part.id, part.title, f"{type_}-{part.id}", (field, number), type_)
    for number, metric in enumerate(monitoring.metrics):
        yield Part(metric.name, metric.name, f"metric-{metric.name}", ("metrics", number), "metric")
    for number, alert in enumerate(monitoring.alerts):
        if alert.quantity:
            yield Part(alert.id, str(alert.quantity), f"alert-{alert.id}", ("alerts", number, "threshold"), "threshold")


def _order(monitoring: Monitoring) -> tuple[bool | str, ...]:
    """What calls somebody first, then what is promised, then what is looked at, then the rest."""
    return (not monitoring.alerts, not monitoring.slos, not monitoring.dashboards, monitoring.title)


MONITORING = Kind(
    name="monitoring",
    model=Monitoring,
    group=N_("Monitoring"),
    folder="monitoring",
    pages=pages,
    shows_others=True,
    index=index,
    home=home,
    first_week=tasks,
    more_pages=lambda system: (index_path(system),),
    parts_listed_as=LISTS,
    order=_order,
    parts=_parts,
    embed=embed,
    figures=lambda monitoring: {
        "alerts": len(monitoring.alerts),
        "metrics": len(monitoring.metrics),
        "slos": len(monitoring.slos),
        "dashboards": len(monitoring.dashboards),
    },
    subjects=lambda monitoring: (
        Subject("alert", ("alerts", number), alert.severity or "") for number, alert in enumerate(monitoring.alerts)
    ),
    artifacts=artifacts,
    more_rules=RULES,
    checks=CHECKS,
    project_checks=PROJECT_CHECKS,
    skeleton=Path(__file__).with_name("skeleton.yaml.jinja"),
    draft=Draft(draft, Path(__file__).with_name("draft.yaml.jinja")),
)
