"""Monitoring: the alerts of a system, with what each means and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opsbook.kind import Check, Kind, Part, ProjectCheck
from opsbook.kinds.monitoring import agreement, checks
from opsbook.kinds.monitoring.model import Monitoring
from opsbook.kinds.monitoring.page import pages
from opsbook.kinds.monitoring.rules import rule_files
from opsbook.labels import N_


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


MONITORING = Kind(
    name="monitoring",
    model=Monitoring,
    group=N_("Monitoring"),
    folder="monitoring",
    pages=pages,
    parts=_parts,
    artifacts=rule_files,
    checks=(
        Check(checks.empty_document, "warning"),
        Check(checks.broken_query),
        Check(checks.unknown_blank),
        Check(checks.missing_threshold),
        Check(checks.unused_threshold),
        Check(checks.literal_threshold, "note"),
        Check(checks.missing_for, "warning"),
        Check(checks.missing_severity),
        Check(checks.lost_label),
        Check(checks.empty_blank),
        Check(checks.untested_alert, "note"),
        Check(checks.one_sided_tests, "warning"),
        Check(checks.broken_series),
        Check(checks.stray_series, "warning"),
        Check(checks.too_early),
        Check(checks.ambiguous_sli),
        Check(checks.fixed_window),
        Check(checks.objective_without_budget),
        Check(checks.slo_without_alert, "warning"),
        Check(checks.instant_window),
        Check(checks.window_beyond_period),
        Check(checks.unreachable_burn),
        Check(checks.paces_out_of_order, "warning"),
    ),
    project_checks=(
        ProjectCheck(agreement.missing_metrics, "warning", group="monitoring"),
        ProjectCheck(agreement.unknown_metric, group="monitoring"),
        ProjectCheck(agreement.unknown_label, group="monitoring"),
        ProjectCheck(agreement.impossible_match, group="monitoring"),
        ProjectCheck(agreement.rate_over_gauge, group="monitoring"),
        ProjectCheck(agreement.counter_without_rate, "warning", group="monitoring"),
        ProjectCheck(agreement.wrong_unit, group="monitoring"),
        ProjectCheck(agreement.conflicting_series, group="monitoring"),
        ProjectCheck(agreement.idle_job, "note", group="monitoring"),
        ProjectCheck(agreement.alert_without_runbook, group="monitoring"),
        ProjectCheck(agreement.vague_runbook, "note", group="monitoring"),
        ProjectCheck(agreement.role_without_receiver, "warning", group="monitoring"),
        ProjectCheck(agreement.repeated_threshold, "note", group="monitoring"),
    ),
    skeleton=Path(__file__).with_name("skeleton.yaml.jinja"),
)
