"""Configuration of Prometheus for a system: where it reads metrics, its rules, whom it tells of alerts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from opsbook.kind import Spec
from opsbook.kinds.monitoring.files import yaml_file
from opsbook.kinds.monitoring.model import Monitoring, ScrapeJob
from opsbook.model import spell_duration
from opsbook.page import Artifact

PROMETHEUS = "prometheus.yml"
"""The name of the file."""

ALERTMANAGER = "localhost:9093"
"""Where Alertmanager listens: beside Prometheus, at its usual port."""

EVALUATION = timedelta(seconds=30)
"""How often rules are evaluated."""

_PATIENCE = timedelta(seconds=10)
"""How long Prometheus waits for an answer by itself; it refuses to wait longer than until the next question."""


def prometheus_file(first: Spec[Monitoring], jobs: Iterable[ScrapeJob], rules: Iterable[str]) -> Iterator[Artifact]:
    """The configuration for a system with these jobs and files of rules, made by its first document.

    None where it has neither.
    """
    listed, asked = list(rules), [job_of(job) for job in jobs]
    if not (listed or asked):
        return
    data: dict[str, Any] = {
        "global": {"scrape_interval": "30s", "evaluation_interval": spell_duration(EVALUATION)},
        "rule_files": listed,
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [ALERTMANAGER]}]}]},
        "scrape_configs": asked,
    }
    yield yaml_file(PROMETHEUS, {key: value for key, value in data.items() if value}, first)


def job_of(job: ScrapeJob) -> dict[str, Any]:
    """A scrape job as Prometheus has it."""
    every = spell_duration(job.every)
    static: dict[str, Any] = {"targets": list(job.targets)}
    if job.environment:
        static["labels"] = {"environment": job.environment}
    asked = {"params": {name: [value] for name, value in job.parameters.items()}} if job.parameters else {}
    return {
        "job_name": job.id,
        "scheme": job.scheme,
        "metrics_path": job.path,
        "scrape_interval": every,
        **({"scrape_timeout": every} if job.every < _PATIENCE else {}),
        **asked,
        "static_configs": [static],
        **({"relabel_configs": _relabelled(job.through)} if job.through else {}),
    }


def _relabelled(exporter: str) -> list[dict[str, Any]]:
    """Ask an exporter about each target, and keep the target's name: the multi-target pattern of Prometheus' guides."""
    return [
        {"source_labels": ["__address__"], "target_label": "__param_target"},
        {"source_labels": ["__param_target"], "target_label": "instance"},
        {"target_label": "__address__", "replacement": exporter},
    ]
