"""The page of what is watched: alerts with what to do, objectives with their budgets, dashboards, metrics."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opsbook.kind import Spec
from opsbook.kinds.monitoring.measured import measured
from opsbook.kinds.monitoring.model import Alert, Burn, Monitoring, Slo
from opsbook.page import Page
from opsbook.printer import Printer, render
from opsbook.project import Project
from opsbook.quantity import plain_number
from opsbook.reference import Home


def pages(spec: Spec[Monitoring], project: Project) -> Iterator[Page]:
    """One page: a table of each thing that the document has, then a section for each alert."""
    md = Printer(project, spec.path, Home(spec.system, "monitoring", spec.document.id))
    known = measured(spec.system, project)
    body = render(
        Path(__file__).with_name("page.md.jinja"),
        md,
        monitoring=spec.document,
        facts=[
            (md.label("Owner"), md.link("role", spec.document.owner)),
            (md.label("Reviewed"), md.freshness(spec.document)),
        ],
        listed=lambda type_, id_: md.listed(project.find(spec.system, type_, id_)),
        condition=_condition,
        query=known.filled,
        paces=_paces,
        number=plain_number,
    )
    yield Page(spec.path, md.plain(spec.document.title), body, (md.label("Monitoring"),), spec.source.path)


def _condition(alert: Alert) -> str:
    """The condition in words, with its figure."""
    return alert.condition.replace("{threshold}", str(alert.quantity or ""))


def _paces(slo: Slo) -> list[tuple[Burn, str]]:
    """Each pace that calls somebody, with its factor."""
    burns = slo.alerting.burn if slo.alerting else ()
    return [(burn, plain_number(burn.factor(slo.period))) for burn in burns]
