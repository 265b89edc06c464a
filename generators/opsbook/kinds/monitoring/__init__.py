"""Monitoring: the alerts of a system, with what each means and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opsbook.kind import Draft, Kind, Part, Spec
from opsbook.kinds.monitoring.draft import draft
from opsbook.kinds.monitoring.model import Monitoring
from opsbook.kinds.monitoring.openslo import openslo_files
from opsbook.kinds.monitoring.page import pages
from opsbook.kinds.monitoring.rules import rule_files
from opsbook.labels import N_
from opsbook.page import Artifact
from opsbook.project import Project


def _parts(monitoring: Monitoring) -> Iterator[Part]:
    named = (
        ("alert", "alerts", monitoring.alerts),
        ("slo", "slos", monitoring.slos),
        ("dashboard", "dashboards", monitoring.dashboards),
        ("scrape-job", "scrape", monitoring.scrape),
    )
    for type_, field, parts in named:
        for index, part in enumerate(parts):
            yield Part(part.id, part.title, f"{type_}-{part.id}", (field, index), type_)
    for index, metric in enumerate(monitoring.metrics):
        yield Part(metric.name, metric.name, f"metric-{metric.name}", ("metrics", index), "metric")
    for index, alert in enumerate(monitoring.alerts):
        if alert.quantity:
            yield Part(alert.id, str(alert.quantity), f"alert-{alert.id}", ("alerts", index), "threshold")


def _artifacts(spec: Spec[Monitoring], project: Project) -> Iterator[Artifact]:
    yield from rule_files(spec, project)
    yield from openslo_files(spec, project)


MONITORING = Kind(
    name="monitoring",
    model=Monitoring,
    group=N_("Monitoring"),
    folder="monitoring",
    pages=pages,
    parts=_parts,
    artifacts=_artifacts,
    skeleton=Path(__file__).with_name("skeleton.yaml.jinja"),
    draft=Draft(draft, Path(__file__).with_name("draft.yaml.jinja")),
)
