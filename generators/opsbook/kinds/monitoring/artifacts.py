"""Everything that the documents of a system make for Prometheus, Alertmanager and Grafana."""

from __future__ import annotations

from collections.abc import Iterator

from opsbook.kind import Spec
from opsbook.kinds.monitoring.files import FOLDER
from opsbook.kinds.monitoring.grafana import dashboard_files
from opsbook.kinds.monitoring.model import Monitoring
from opsbook.kinds.monitoring.openslo import openslo_files
from opsbook.kinds.monitoring.routing import alertmanager_file
from opsbook.kinds.monitoring.rule_tests import test_files
from opsbook.kinds.monitoring.rules import rule_files
from opsbook.kinds.monitoring.scrape import prometheus_file
from opsbook.kinds.monitoring.slo_rules import slo_files
from opsbook.page import Artifact
from opsbook.project import Project


def artifacts(spec: Spec[Monitoring], project: Project) -> Iterator[Artifact]:
    """The files of a document; the first of a system also makes those that there is one of."""
    # The page that lists them and the site that holds them both ask.
    key = f"monitoring:files:{spec.source.path}"
    yield from project.once(key, lambda: tuple(_artifacts(spec, project)))


def _artifacts(spec: Spec[Monitoring], project: Project) -> Iterator[Artifact]:
    yield from _rules(spec, project)
    yield from test_files(spec)
    yield from dashboard_files(spec, project)
    yield from openslo_files(spec, project)
    specs = project.of(Monitoring, spec.system)
    if spec is specs[0]:
        jobs = (job for one in specs for job in one.document.scrape)
        rules = (rule.path.removeprefix(f"{spec.system}/{FOLDER}/") for one in specs for rule in _rules(one, project))
        yield from prometheus_file(spec, jobs, rules)
        yield from alertmanager_file(spec, project)


def _rules(spec: Spec[Monitoring], project: Project) -> Iterator[Artifact]:
    yield from rule_files(spec, project)
    yield from slo_files(spec, project)


def every(project: Project, system: str | None = None) -> Iterator[tuple[Spec[Monitoring], Artifact]]:
    """The files of a project, or of one of its systems, each with the document that makes it."""
    for name in (system,) if system else project.systems:
        for spec in project.of(Monitoring, name):
            yield from ((spec, artifact) for artifact in artifacts(spec, project))
