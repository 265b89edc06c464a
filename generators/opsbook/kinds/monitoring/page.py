"""The page of a document: its alerts with what to do, its objectives with their budgets, dashboards, metrics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from opsbook.kind import Definition, Spec
from opsbook.kinds.monitoring import window, words
from opsbook.kinds.monitoring.files import FOLDER
from opsbook.kinds.monitoring.measured import Measured, measured
from opsbook.kinds.monitoring.model import LONGEST, Alert, AlertTest, Burn, Metric, Monitoring, Panel, ScrapeJob, Slo
from opsbook.kinds.monitoring.openslo import file_name, fits
from opsbook.kinds.monitoring.process import Process, process
from opsbook.kinds.monitoring.slo_rules import burn_name
from opsbook.kinds.monitoring.usage import Shown, Usage, usage
from opsbook.labels import MUCH, N_
from opsbook.page import Page, relative
from opsbook.printer import Printer, render
from opsbook.project import Project
from opsbook.promql import fill
from opsbook.quantity import plain_number
from opsbook.reference import Home

HERE = Path(__file__)

LISTS = {"alert": N_("Alerts"), "slo": N_("Objectives")}
"""What lists alerts and objectives on the pages of what they name: services, runbooks, scenarios, steps."""

_PARTS = (
    ("alerts", N_("Alerts")),
    ("slos", N_("Objectives")),
    ("dashboards", N_("Dashboards")),
    ("metrics", N_("Metrics")),
    ("scrape", N_("Where metrics are read")),
    ("receivers", N_("By what means roles are called")),
)
"""The lists of a document with their headings, in the order in which its page has them."""


def pages(spec: Spec[Monitoring], project: Project) -> Iterator[Page]:
    """One page: what its author chose to put together."""
    scene = Scene(spec, project)
    md, monitoring = scene.md, spec.document
    there = [(name, md.label(title)) for name, title in _PARTS if getattr(monitoring, name)]
    level = "##" if len(there) == 1 else "###"
    body = render(
        HERE.with_name("page.md.jinja"),
        md,
        monitoring=monitoring,
        facts=[
            (md.label("Owner"), md.link("role", monitoring.owner)),
            (md.label("Reviewed"), md.freshness(monitoring)),
        ],
        parts=[
            (
                f"## {title} {{ #_{name} }}\n\n" if len(there) > 1 else "",
                render(HERE.with_name(f"{name}.md.jinja"), md, scene=scene, monitoring=monitoring, level=level),
            )
            for name, title in there
        ],
    )
    yield Page(spec.path, md.plain(monitoring.title), body, (md.label("Monitoring"),), spec.source.path)


@dataclass(frozen=True)
class Scene:
    """What the parts of a page are made from, as templates ask for it."""

    spec: Spec[Monitoring]
    project: Project

    @cached_property
    def md(self) -> Printer:
        """The printer of the page."""
        spec = self.spec
        return Printer(self.project, spec.path, Home(spec.system, "monitoring", spec.document.id), spec)

    @cached_property
    def known(self) -> Measured:
        """What is measured in the system."""
        return measured(self.spec.system, self.project)

    @cached_property
    def usage(self) -> Usage:
        """What uses what in the system."""
        return usage(self.spec.system, self.project)

    @cached_property
    def process(self) -> Process:
        """Who is called in the system."""
        return process(self.spec.system, self.project)

    @cached_property
    def alerts(self) -> Sequence[Alert]:
        """The alerts of the document, the gravest first."""
        return by_severity(self.spec.document.alerts, self.process, self.md)

    def alert_facts(self, alert: Alert) -> list[tuple[str, str]]:
        """What to do about an alert, then how bad it is, then how it comes about."""
        md, label = self.md, self.md.label
        fitting = self.process.policy(alert.severity) if alert.severity else None
        policy = alert.escalation or (fitting.id if fitting else "")
        return [
            (label("What to do"), self.what_to_do(alert.runbook)),
            (label("Users notice"), md.line(alert.impact) if alert.impact else ""),
            (label("Severity"), md.link("severity", alert.severity) if alert.severity else ""),
            (label("Message"), md.line(alert.summary) if alert.summary else ""),
            (label("Condition"), md.line(condition(alert))),
            (label("Holds for"), holds(alert, md)),
            (label("Services"), md.links("service", alert.services)),
            (label("Escalation"), md.link("escalation", policy) if policy else ""),
            (label("Objectives"), md.links("slo", tuple(slo.id for slo in self.usage.watched(alert)))),
            (label("Panels"), self.panels(self.usage.shown(alert))),
            (label("In Prometheus"), f"`{alert.called}`"),
            *self.elsewhere("alert", alert.id),
        ]

    def what_to_do(self, reference: str | None) -> str:
        """A link to the step or scenario that helps, and to the document that it is in."""
        if not reference:
            return ""
        found = self.project.resolve(reference, Home(self.spec.system, "monitoring", self.spec.document.id))
        if not isinstance(found, Definition) or "#" not in found.id:
            return self.md.ref(reference)
        whole = self.project.find(found.system, found.type, found.id.partition("#")[0])
        return self.md.to(found) + (f" · {self.md.to(whole)}" if whole else "")

    def elsewhere(self, type_: str, id_: str) -> list[tuple[str, str]]:
        """What documents of other kinds name a thing; those of this kind have their places among its facts."""
        own = {self.md.label(one) for one in LISTS.values()}
        found = self.md.listed(self.project.find(self.spec.system, type_, id_))
        return [(label, links) for label, links in found if label not in own]

    def panels(self, shown: Iterable[Shown]) -> str:
        """Links to panels, those of a dashboard after its title."""
        boards: dict[Definition, list[str]] = {}
        for one in shown:
            board = self.project.find(self.spec.system, "dashboard", one.dashboard.id)
            if board:
                boards.setdefault(board, []).append(self.md.to(_at(board, one)))
        return " · ".join(f"{self.md.unlinked(board.title)}: {', '.join(links)}" for board, links in boards.items())

    def query(self, alert: Alert) -> str:
        """The condition of an alert as it can be asked: its threshold in it."""
        return self.md.code(self.known.filled(alert), "promql")

    def tests(self, tests: Sequence[AlertTest]) -> str:
        """The situations in which it is tested, folded away."""
        rows = [self.test(test) for test in tests]
        return render(HERE.with_name("tests.md.jinja"), self.md, tests=rows) if rows else ""

    def test(self, test: AlertTest) -> tuple[str, str, str, str]:
        """A row: the situation, when one looks, whether the alert fires, the series."""
        md = self.md
        series = "<br>".join(f"{md.value(name)} = {md.value(values)}" for name, values in test.series.items())
        result = md.label("fires") if test.fires else md.label("stays silent")
        return md.cell(test.title), md.duration(test.at), result, series

    def slo_facts(self, slo: Slo) -> list[tuple[str, str]]:
        """What is promised of an objective, and what watches it."""
        md, label = self.md, self.md.label
        names = ", ".join(f"`{burn_name(slo, burn)}`" for burn in slo.alerting.burn) if slo.alerting else ""
        return [
            (label("Promised"), f"{slo.target} % · {md.duration(slo.period)}"),
            (label("Error budget"), md.label.budget(slo.allowance)),
            (label("Indicator"), self.figures(slo)),
            (label("Services"), md.links("service", slo.services)),
            (label("What to do"), self.what_to_do(slo.alerting.runbook) if slo.alerting else ""),
            (label("Alerts"), md.links("alert", slo.alerts)),
            (label("In Prometheus"), names),
            (label("In OpenSLO"), self.openslo() if fits(slo) else ""),
            *self.elsewhere("slo", slo.id),
        ]

    def openslo(self) -> str:
        """A link to the file with the objectives of the document, for other tools."""
        name = file_name(self.spec.document)
        return f"[`{name}`]({relative(f'{self.spec.system}/{FOLDER}/{name}', self.spec.path)})"

    def figures(self, slo: Slo) -> str:
        """The thresholds of the figure that people look at, in words."""
        label, figure = self.md.label, slo.indicator
        if not figure:
            return ""
        named = ((N_("Target"), figure.target), (N_("Warning"), figure.warning), (N_("Critical"), figure.critical))
        return " · ".join(f"{label(name)} {self.md.literal(value)}" for name, value in named if value)

    def burns(self, slo: Slo) -> Iterator[Mapping[str, str]]:
        """Each pace at which the budget of an objective calls somebody, in figures."""
        for burn in slo.alerting.burn if slo.alerting else ():
            yield self._burn(slo, burn)

    def _burn(self, slo: Slo, burn: Burn) -> Mapping[str, str]:
        md, label = self.md, self.md.label
        factor = burn.factor(slo.period)
        limit = slo.limit(burn)
        soonest = burn.window * float(limit)
        shown = label.figure(soonest) if soonest < MUCH else label.about(soonest)
        return {
            "severity": md.link("severity", burn.severity),
            "used": f"{burn.budget} %",
            "windows": f"{md.duration(burn.window)}, {md.duration(burn.short)}",
            "factor": plain_number(factor),
            "bad": f"> {plain_number(limit * 100)} %",
            "gone": md.duration(slo.period / float(factor)) if slo.period < LONGEST * float(factor) else label("never"),
            "calls": label("never") if limit >= 1 else f"{md.duration(burn.window)} / {shown}",
        }

    def sli(self, slo: Slo) -> Iterator[tuple[str, str]]:
        """The queries of an indicator, each with what it counts; they can be asked as they stand."""
        label = self.md.label
        named = (
            (label("Good events"), slo.sli.good),
            (label("Bad events"), slo.sli.bad),
            (label("All events"), slo.sli.total),
            (label("Indicator"), slo.indicator.expr if slo.indicator else None),
        )
        for title, text in named:
            if text:
                yield title, self.md.code(fill(text.strip(), {"window": window.COMMON}), "promql")

    def panel_facts(self, panel: Panel) -> str:
        """How a panel is drawn, in which unit, and the alert whose threshold crosses it."""
        md, label = self.md, self.md.label
        alert = next((one for one in self.usage.alerts if one.id == panel.alert), None)
        line = label("Line at {figure}") if alert else ""
        figure = md.link("alert", alert.id, str(alert.quantity or alert.title)) if alert else ""
        said = (
            label(words.PANEL_TYPES[panel.type]),
            md.literal(panel.unit or ""),
            line.replace("{figure}", figure),
        )
        return " · ".join(part for part in said if part)

    def metric_facts(self, metric: Metric) -> list[tuple[str, str]]:
        """What a metric is, and what reads it."""
        md, label = self.md, self.md.label
        users = self.usage.users(metric)
        names = ", ".join(f"`{name}`" for name in metric.series) if metric.type in ("histogram", "summary") else ""
        return [
            (label("Type"), label(words.METRIC_TYPES[metric.type])),
            (label("Unit"), md.literal(metric.unit or "")),
            (label("Series"), names),
            (label("Labels"), "<br>".join(self._label(one.name, one.meaning, one.values) for one in metric.labels)),
            (label("Read by the job"), md.link("scrape-job", metric.job) if metric.job else ""),
            (label("Services"), md.links("service", metric.services)),
            (label("Alerts"), md.links("alert", tuple(users.alerts))),
            (label("Objectives"), md.links("slo", tuple(users.slos))),
            (label("Panels"), self.panels(users.panels.values())),
            *self.elsewhere("metric", metric.name),
        ]

    def _label(self, name: str, meaning: str | None, values: tuple[str, ...]) -> str:
        """A label, what it tells apart, and its values."""
        said = [f"`{name}`", self.md.line(meaning) if meaning else "", ", ".join(map(self.md.value, values))]
        return " · ".join(part for part in said if part)

    def targets(self, job: ScrapeJob) -> str:
        """The addresses that a scrape job asks."""
        before, behind = ("", "") if job.through else (f"{job.scheme}://", job.path)
        asked = "<br>".join(self.md.value(f"{before}{target}{behind}") for target in job.targets)
        by = self.md.label("by way of")
        return f"{asked}<br>{by} {self.md.value(job.through)}" if job.through else asked

    def means(self, by: str) -> str:
        """What a means of calling somebody is called."""
        return self.md.label(words.MEANS[by])


def by_severity(alerts: Sequence[Alert], known: Process, md: Printer) -> list[Alert]:
    """Alerts, the gravest first, and by title; those without a severity that is known come last."""
    ids = [one.id for one in known.severities]
    ranks = {id_: place for place, id_ in enumerate(ids)}
    return sorted(
        alerts, key=lambda alert: (ranks.get(alert.severity or "", len(ids)), md.plain(alert.title).casefold())
    )


def condition(alert: Alert) -> str:
    """The condition of an alert in words, with its figure."""
    return alert.condition.replace("{threshold}", str(alert.quantity or ""))


def holds(alert: Alert, md: Printer) -> str:
    """How long a condition has to hold."""
    return "" if alert.for_ is None else md.duration(alert.for_) if alert.for_ else md.label("at once")


def _at(board: Definition, shown: Shown) -> Definition:
    """Where a panel stands on the page of its dashboard."""
    return Definition(
        board.system, "panel", shown.anchor, shown.panel.title, board.page, shown.anchor, board.route, board.source
    )
