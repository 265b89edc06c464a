"""One alert with the rule that production has, for a Prometheus that watches a drill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from opsbook.kinds.monitoring.files import yaml_file
from opsbook.kinds.monitoring.model import Monitoring
from opsbook.kinds.monitoring.rules import alert_rule
from opsbook.kinds.monitoring.scrape import EVALUATION, job_of
from opsbook.model import spell_duration
from opsbook.project import Project

PACE = timedelta(seconds=1)
"""How often a drill's Prometheus reads metrics and evaluates rules."""

HOLDS = timedelta(seconds=2)
"""How long a condition has to hold in a drill before its alert fires, at most."""


@dataclass(frozen=True)
class Rehearsal:
    """What a Prometheus needs to watch a drill."""

    alert: str
    """What the alert is called in Prometheus."""
    files: Mapping[str, str]
    """Its files; `prometheus.yml` is the configuration."""
    waited: timedelta
    """How much longer it may take in production: what `for` was shortened by, and the time between two readings and two
    evaluations there."""
    jobs: tuple[str, ...]
    """The scrape jobs that have a target."""


def rehearsal(system: str, alert_id: str, targets: Mapping[str, str], project: Project) -> Rehearsal | None:
    """What watches a drill for an alert, with scrape jobs that find their targets there; None for an unknown alert."""
    specs = project.of(Monitoring, system)
    found = ((one, alert) for one in specs for alert in one.document.alerts if alert.id == alert_id)
    spec, alert = next(found, (None, None))
    if spec is None or alert is None:
        return None
    lasts = alert.for_ or timedelta()
    rule = {**alert_rule(alert, spec, project), "for": spell_duration(min(lasts, HOLDS))}
    jobs = [job for one in specs for job in one.document.scrape if job.id in targets]
    configuration = {
        "global": {"scrape_interval": spell_duration(PACE), "evaluation_interval": spell_duration(PACE)},
        "rule_files": ["rules.yml"],
        "scrape_configs": [
            job_of(job.model_copy(update={"every": PACE, "targets": (targets[job.id],), "scheme": "http"}))
            for job in jobs
        ],
    }
    files = {
        "prometheus.yml": configuration,
        "rules.yml": {"groups": [{"name": "drill", "rules": [rule]}]},
    }
    return Rehearsal(
        alert.called,
        {name: yaml_file(name, data, spec).content.decode() for name, data in files.items()},
        max(lasts - HOLDS, timedelta()) + max((job.every for job in jobs), default=PACE) + EVALUATION - 2 * PACE,
        tuple(job.id for job in jobs),
    )
