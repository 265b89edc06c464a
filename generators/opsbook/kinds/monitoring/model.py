"""What a spec of monitoring holds: metrics, alerts, objectives, dashboards, scrape jobs.

The words are those of Prometheus, and of "The Site Reliability Workbook" for objectives: SLI, SLO, error budget, burn
rate (chapter 5, "Alerting on SLOs").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field, StringConstraints

from opsbook.model import (
    Document,
    Duration,
    EnvironmentId,
    Line,
    Model,
    Named,
    PolicyId,
    Ref,
    Reference,
    RoleId,
    ServiceId,
    SeverityId,
    Text,
)
from opsbook.quantity import QUANTITY, Quantity, rounded

MetricType: TypeAlias = Literal["counter", "gauge", "histogram", "summary"]

Expression: TypeAlias = Annotated[str, StringConstraints(min_length=1, pattern=r"\S"), Field(examples=["up == 0"])]
"""A query in PromQL. `$threshold` and `$window` stand for what is said beside it."""

Percentage: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^(100|[0-9]{1,2}(\.[0-9]{1,6})?)$"), Field(examples=["99.9"])
]
"""A share in per cent, quoted so that it stays the decimal that was written: `"99.9"`."""

Amount: TypeAlias = Annotated[str, StringConstraints(pattern=QUANTITY), Field(examples=["2 s", "5 %", "1000 messages"])]
"""A number with its unit: `2 s`, `5 %`, `1000 messages`."""

USUAL_PERIOD = timedelta(days=30)
"""The period of an objective that says none."""

ALERT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}")
"""What an alert may be called in Prometheus."""

MetricName: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z_:][a-zA-Z0-9_:]*$", max_length=120)]
"""A name as Prometheus has it; one with colons is of a series that a rule records: `job:requests:rate5m`."""

LabelName: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z_][a-zA-Z0-9_]*$", max_length=60)]


def _passing(value: timedelta) -> timedelta:
    if not value:
        raise ValueError("write a duration that is not zero, such as `30s`, `1h` or `30d`")
    return value


Span: TypeAlias = Annotated[Duration, AfterValidator(_passing)]
"""A length of time over which something is asked: never zero."""

LONGEST = timedelta(days=10_000)
"""A length of time that no spec can say any more."""


def _some(value: str) -> str:
    if not Decimal(value):
        raise ValueError('write more than nothing, such as `"2"`')
    return value


AlertId: TypeAlias = Annotated[str, StringConstraints(min_length=1), Ref("alert")]
JobId: TypeAlias = Annotated[str, StringConstraints(min_length=1), Ref("scrape-job")]


class Label(Model):
    """A label of a metric."""

    name: LabelName
    """Its name, as queries write it."""
    meaning: Line | None = None
    """What it tells apart."""
    values: tuple[Annotated[str, StringConstraints(min_length=1)], ...] = ()
    """The values that there are, where they are few and known."""


class Metric(Model):
    """Something that is measured."""

    name: MetricName
    """Its name, as queries write it; a histogram is named without `_bucket`, `_sum` and `_count`."""
    type: MetricType
    """How its values behave: a counter only grows, a gauge goes up and down."""
    unit: Annotated[str, StringConstraints(pattern=r"^[^\s0-9]\S{0,29}$")] | None = None
    """What one is of: `s`, `B`, `%`, `min`, `messages`; none for a share of one."""
    meaning: Line
    """What it measures."""
    labels: tuple[Label, ...] = ()
    """What tells its series apart."""
    job: JobId | None = None
    """The scrape job that brings it."""
    services: tuple[ServiceId, ...] = ()
    """The services of which it tells."""

    @property
    def series(self) -> dict[str, tuple[frozenset[str], str]]:
        """The names under which queries find it, each with its further labels and its type."""
        if self.type == "histogram":
            return {
                f"{self.name}_bucket": (frozenset({"le"}), "counter"),
                f"{self.name}_sum": (frozenset(), "counter"),
                f"{self.name}_count": (frozenset(), "counter"),
            }
        if self.type == "summary":
            return {
                self.name: (frozenset({"quantile"}), "gauge"),
                f"{self.name}_sum": (frozenset(), "counter"),
                f"{self.name}_count": (frozenset(), "counter"),
            }
        return {self.name: (frozenset(), self.type)}


def capitals(id_: str) -> str:
    """An id as alerts are named in Prometheus: `high-error-rate` is `HighErrorRate`."""
    return "".join(word.capitalize() for word in id_.split("-"))


class AlertTest(Model):
    """Made-up series, and what the alert does about them: proof that it fires, or that it stays silent."""

    title: Line
    """The situation."""
    series: Annotated[dict[str, Annotated[str, StringConstraints(min_length=1)]], Field(min_length=1)]
    """Series and their values, a minute apart, as promtool writes them: `up{job="app"}: "1 1 0x10"`."""
    at: Duration
    """When to look, from the first value on."""
    fires: bool
    """Whether it has to fire by then."""


class Alert(Named):
    """A condition that calls somebody."""

    name: Annotated[str, StringConstraints(pattern=rf"^{ALERT_NAME.pattern}$", max_length=80)] | None = None
    """What it is called in Prometheus, where that is not its id in capitals: `HighCPUUsage`."""
    condition: Line
    """The condition in words; `{threshold}` is the figure."""
    expr: Expression
    """The condition in PromQL."""
    threshold: Amount | None = None
    """The figure that `$threshold` stands for, with its unit."""
    for_: Annotated[Duration | None, Field(alias="for")] = None
    """How long it must hold before it calls; said even where that is `0s`."""
    severity: SeverityId | None = None
    """How bad it is when it fires."""
    services: tuple[ServiceId, ...] = ()
    """The services that it watches."""
    summary: Line | None = None
    """What the message says first; `{instance}` is the value of that label. The title where nothing is said."""
    meaning: Text
    """What it means when this alert fires."""
    impact: Line | None = None
    """What users notice."""
    runbook: Reference | None = None
    """The runbook, scenario or step that says what to do."""
    escalation: PolicyId | None = None
    """The policy that it follows; the first that holds for its severity where none is named."""
    tests: tuple[AlertTest, ...] = ()
    """When it fires, and when it does not."""

    @property
    def called(self) -> str:
        """What it is called in Prometheus."""
        return self.name or capitals(self.id)

    @property
    def quantity(self) -> Quantity | None:
        """The threshold as a number with its unit."""
        return Quantity.read(self.threshold) if self.threshold else None


class Sli(Model):
    """What share of events was good: one of `good` and `bad` over `total`, each over `$window`."""

    good: Expression | None = None
    """The rate of good events."""
    bad: Expression | None = None
    """The rate of bad events."""
    total: Expression
    """The rate of all events."""


class Burn(Model):
    """A pace at which the error budget is used up that calls somebody."""

    budget: Annotated[Percentage, AfterValidator(_some)]
    """The share of the budget that may be used up within `window`, in per cent."""
    window: Span
    """The long window; a twelfth of it is the short one, so that the alert ends soon after the trouble."""
    severity: SeverityId
    """How bad that is."""

    @property
    def short(self) -> timedelta:
        """The short window."""
        return self.window / 12

    def factor(self, period: timedelta) -> Decimal:
        """How many times as fast as the period allows: the share of the budget times period over window.

        2 % of 30 days within one hour is a burn rate of 14.4 (The Site Reliability Workbook, chapter 5).
        """
        seconds = Decimal(int(period.total_seconds())) / Decimal(int(self.window.total_seconds()))
        return rounded(Decimal(self.budget) / 100 * seconds)


class SloAlerting(Model):
    """Who is called when the error budget goes too fast."""

    runbook: Reference
    """The runbook, scenario or step that says what to do."""
    burn: Annotated[tuple[Burn, ...], Field(min_length=1)]
    """The paces that call somebody, the fastest first."""


class Indicator(Model):
    """A figure that people compare with the objective, beside the share that is computed with."""

    expr: Expression
    """The figure: a quantile, an age."""
    target: Amount
    """What it should not exceed."""
    warning: Amount | None = None
    """What is watched."""
    critical: Amount | None = None
    """What is an incident."""


class Slo(Named):
    """A service level objective: what share of events has to be good over a period."""

    description: Line | None = None
    """What is promised, to whom."""
    services: tuple[ServiceId, ...] = ()
    """The services that it is about."""
    sli: Sli
    """The service level indicator."""
    target: Percentage
    """The share of good events that is promised, in per cent."""
    period: Span = USUAL_PERIOD
    """The period over which it is promised."""
    indicator: Indicator | None = None
    """The figure with its thresholds, as people look at it."""
    alerting: SloAlerting | None = None
    """Who is called when it is in danger."""
    alerts: tuple[AlertId, ...] = ()
    """Alerts that watch it, beside those of `alerting`."""
    tests: tuple[AlertTest, ...] = ()
    """When all alerts of `alerting` fire, and when none does: for an SLI for which opsbook can make up no series."""

    @property
    def budget(self) -> Decimal:
        """The share of events that may be bad: 0.001 for 99.9 %."""
        return ((100 - Decimal(self.target)) / 100).normalize()

    @property
    def allowance(self) -> timedelta:
        """The time within the period that may be bad, if everything was bad then: 43.2 minutes of 30 days at 99.9 %."""
        microseconds = int(self.period / timedelta(microseconds=1))
        return timedelta(microseconds=int(microseconds * self.budget))

    def limit(self, burn: Burn) -> Decimal:
        """The share of bad events above which the budget goes at least at this pace: 0.0144 for 14.4 times 0.1 %."""
        return rounded(burn.factor(self.period) * self.budget)


class PanelQuery(Model):
    """A query of a panel."""

    expr: Expression
    """The query; `$__rate_interval` and the variables of the dashboard may stand in it."""
    legend: Annotated[str, StringConstraints(min_length=1, max_length=120)] | None = None
    """What its series are called: `{{status}}` is the value of that label."""


class Panel(Named):
    """A picture of a dashboard."""

    type: Literal["timeseries", "stat", "gauge", "table", "barchart", "heatmap"] = "timeseries"
    """How it is drawn, in Grafana's words."""
    unit: Annotated[str, StringConstraints(pattern=r"^[^\s0-9]\S{0,29}$")] | None = None
    """The unit of its values."""
    queries: Annotated[tuple[PanelQuery, ...], Field(min_length=1)]
    """What it shows."""
    alert: AlertId | None = None
    """The alert whose threshold is drawn as a line."""
    meaning: Line | None = None
    """What to look for."""


class Row(Model):
    """Panels that stand side by side."""

    title: Line
    """What they are about."""
    panels: Annotated[tuple[Panel, ...], Field(min_length=1)]
    """The panels, from left to right."""


class Dashboard(Named):
    """What somebody looks at to see how the system is."""

    description: Line | None = None
    """Who looks at it, and when."""
    refresh: Span = timedelta(seconds=30)
    """How often it is drawn anew."""
    rows: Annotated[tuple[Row, ...], Field(min_length=1)]
    """Its rows, from top to bottom."""

    @property
    def panels(self) -> Iterator[Panel]:
        """Its panels, in their order."""
        return (panel for row in self.rows for panel in row.panels)


class ScrapeJob(Named):
    """Where Prometheus reads metrics."""

    path: Annotated[str, StringConstraints(pattern=r"^/\S*$")] = "/metrics"
    """The path that answers."""
    scheme: Literal["http", "https"] = "http"
    """How to ask."""
    every: Span = timedelta(seconds=30)
    """How often."""
    environment: EnvironmentId | None = None
    """The environment that the targets belong to."""
    services: tuple[ServiceId, ...] = ()
    """The services that answer."""
    targets: Annotated[
        tuple[Annotated[str, StringConstraints(pattern=r"^(https?://\S+|[^\s/:]+:[0-9]{1,5})$")], ...],
        Field(min_length=1),
    ]
    """Hosts and ports; by way of an exporter, what it understands: `https://shop.example.com/health`."""
    through: Annotated[str, StringConstraints(pattern=r"^[^\s/:]+:[0-9]{1,5}$")] | None = None
    """The exporter that is asked about each target, such as a blackbox exporter."""
    parameters: Annotated[dict[str, Annotated[str, StringConstraints(min_length=1)]], Field(default_factory=dict)]
    """What the question says besides: `module: http_2xx`."""


class Receiver(Model):
    """How alerts reach a role. The address itself is a secret, and lies in a file beside Alertmanager."""

    role: RoleId
    """The role that is called."""
    by: Literal["webhook", "email", "slack", "pagerduty"]
    """By what means."""
    to: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    """The address or the channel, where it is no secret: `oncall@example.com`, `#incidents`."""


class Monitoring(Document):
    """What is watched in this system, by what, and what it should be."""

    kind: Literal["monitoring"]
    summary: Text | None = None
    """What is watched, and why that."""
    metrics: tuple[Metric, ...] = ()
    """What is measured."""
    alerts: tuple[Alert, ...] = ()
    """The conditions that call somebody."""
    slos: tuple[Slo, ...] = ()
    """The service level objectives."""
    dashboards: tuple[Dashboard, ...] = ()
    """What people look at."""
    scrape: tuple[ScrapeJob, ...] = ()
    """Where the metrics are read."""
    receivers: tuple[Receiver, ...] = ()
    """How alerts reach those whom the escalation policies name."""
