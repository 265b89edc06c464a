"""Where what is watched and the rest of the system disagree: metrics, labels, units, runbooks, escalation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from promql_parser import AggregateExpr, BinaryExpr, Call, MatrixSelector, VectorSelector

from opsbook.diagnostic import Finding, suggest
from opsbook.kind import Definition, ProjectCheck, Spec
from opsbook.kinds.monitoring.checks import labels_of
from opsbook.kinds.monitoring.measured import Measured, measured
from opsbook.kinds.monitoring.model import Alert, Monitoring
from opsbook.kinds.monitoring.process import process
from opsbook.kinds.monitoring.queries import Asked, asked, of_alert, of_slo
from opsbook.kinds.monitoring.routing import routes
from opsbook.kinds.monitoring.samples import matches
from opsbook.kinds.monitoring.slo_rules import called
from opsbook.kinds.monitoring.units import COUNT, compared_in, fits, share_of_itself, unit_of
from opsbook.model import Mention, texts
from opsbook.project import Project
from opsbook.promql import GROWTH, Matcher, Operand, Query, Selector, compared, inner, selected
from opsbook.quantity import Quantity, plain_number
from opsbook.reference import Home
from opsbook.source import Route, Source, short

_TARGET = frozenset({"job", "instance", "environment"})
"""The labels that Prometheus gives to whatever it scrapes; the last where a job says which environment."""

_OF_PROMETHEUS = frozenset(
    {
        "up", "ALERTS", "ALERTS_FOR_STATE", "scrape_duration_seconds", "scrape_samples_scraped",
        "scrape_samples_post_metric_relabeling", "scrape_series_added",
    }
)  # fmt: skip
"""What Prometheus measures by itself."""

_ALERTS = frozenset({"ALERTS", "ALERTS_FOR_STATE"})
"""Series about alerts, which have the labels of these."""

_AWAY = frozenset({*GROWTH, "resets", "changes", "absent", "absent_over_time", "count_over_time", "timestamp"})
"""Functions whose result is no longer the count since some restart."""

_COUNT_ALL = frozenset({"count", "group", "count_values"})
"""Aggregations that look at how many series there are, and not at their values."""


def missing_metrics(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A system has queries, and no document of it says what is measured.

    Then nobody can tell whether a query asks for something that exists. List the metrics that the queries use:

        metrics:
          - name: http_requests_total
            type: counter
            unit: requests
            meaning: Requests that were answered.
            labels: [{name: status}]
    """
    for spec, known in _documents(project):
        if known.metrics:
            continue
        for one in asked(spec.document):
            if one.parsed and any(_judged(selector) for selector in one.parsed.selectors):
                yield (
                    spec.source,
                    Finding(
                        one.route,
                        f"no document of `{spec.system}` says what is measured, and {one.of} asks for it",
                        "add `metrics:` with what the queries use",
                    ),
                )
                break


def unknown_metric(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A query asks for a metric that no document of the system measures.

    An alert on a name with a slip never fires, and nobody notices until it should have. Mend the name, or add the
    metric:

        metrics:
          - name: http_requests_total
            type: counter
            meaning: Requests that were answered.

    A histogram is found as `_bucket`, `_sum` and `_count`. What Prometheus measures by itself, such as `up`, needs no
    entry; series that rules record, with a colon in their names, neither.
    """
    for spec, known in _documents(project):
        for one in asked(spec.document) if known.metrics else ():
            for name in dict.fromkeys(_names(one)):
                if name in known.series or name in _OF_PROMETHEUS:
                    continue
                names = [*known.series, *(metric.name for metric in known.metrics)]
                histogram = next((metric for metric in known.metrics if metric.name == name), None)
                hint = (
                    f"a histogram is asked for as `{name}_bucket`, `{name}_sum` or `{name}_count`"
                    if histogram
                    else suggest(name, names)
                )
                yield (
                    spec.source,
                    Finding(one.route, f"{one.of} asks for `{name}`, which nothing measures", hint, part=name),
                )


def unknown_label(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A query or a text uses a label that its metrics do not have.

    A condition on it matches nothing, and a group by it has one member. Mend the name, or add the label to the metric:

        metrics:
          - name: http_requests_total
            type: counter
            meaning: Requests that were answered.
            labels:
              - {name: status, meaning: The status code of HTTP.}

    Labels that Prometheus gives to everything it scrapes, `job` and `instance`, are always there.
    """
    for spec, known in _documents(project):
        for one in asked(spec.document):
            if one.parsed:
                yield from ((spec.source, finding) for finding in _odd_labels(one, one.parsed, known))
        for index, alert in enumerate(spec.document.alerts):
            query = of_alert(index, alert).parsed
            every = _labels_of(query.selectors, known) if query else None
            for name in labels_of(alert.summary or "") if query else ():
                if (
                    every is None
                    or query is None
                    or name in every | query.kept.gained
                    or query.kept.exactly is not None
                ):
                    continue
                if query.kept.has(name):  # else `lost-label` says so
                    yield (
                        spec.source,
                        Finding(
                            ("alerts", index, "summary"),
                            f"the summary of the alert `{alert.id}` prints `{name}`, which its metrics do not have",
                            suggest(name, every),
                            part=name,
                        ),
                    )


def _odd_labels(one: Asked, query: Query, known: Measured) -> Iterator[Finding]:
    """The labels of a query that are none, each once."""
    said: set[str] = set()
    for selector in query.selectors:
        every = _labels_of((selector,), known)
        for matcher in selector.matchers if every is not None else ():
            if every is not None and matcher.label not in every and matcher.label not in said:
                said.add(matcher.label)
                yield Finding(
                    one.route,
                    f"{one.of} asks for the label `{matcher.label}`, which `{selector.metric}` does not have",
                    suggest(matcher.label, every),
                    part=matcher.label,
                )
    for grouping in query.groupings:
        sides = [_there(operand, known) for operand in grouping.operands]
        if any(side is None for side in sides):
            continue
        there = frozenset(label for side in sides if side is not None for label in side)
        for label in grouping.labels:
            if label not in there and label not in said:
                said.add(label)
                yield Finding(
                    one.route,
                    f"{one.of} has `{grouping.word} ({label})`, and what stands there has no label `{label}`",
                    suggest(label, there),
                    part=label,
                )


def _there(operand: Operand, known: Measured) -> frozenset[str] | None:
    """The labels of one side of a query; None where they are not known."""
    if operand.kept.exactly is not None:
        return operand.kept.exactly
    every = _labels_of(operand.selectors, known)
    return None if every is None else (every - operand.kept.lost) | operand.kept.gained


def _labels_of(selectors: tuple[Selector, ...], known: Measured) -> frozenset[str] | None:
    """The labels that any of these series have; None where one of them is not known."""
    every = set(_TARGET)
    for selector in selectors:
        series = known.series.get(selector.metric)
        if series is None or selector.metric in _ALERTS:
            return None
        every |= {label.name for label in series.metric.labels} | series.labels
    return frozenset(every)


def impossible_match(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A condition on a label matches none of its values.

    The query finds no series, and its alert never fires. Prometheus compares the whole value: `5` does not match
    `503`, and `5..` does. Mend the condition, or add the value to the label:

        expr: sum(rate(http_requests_total{status=~"5.."}[5m])) > $threshold
        metrics:
          - name: http_requests_total
            type: counter
            meaning: Requests that were answered.
            labels: [{name: status, values: ["200", "404", "500", "503"]}]
    """
    for spec, known in _documents(project):
        jobs = _jobs(spec.system, project)
        for one in asked(spec.document):
            for selector in one.parsed.selectors if one.parsed else ():
                by_label: dict[str, list[Matcher]] = {}
                for matcher in selector.matchers:
                    if "$" not in matcher.value or one.fills is not None:
                        by_label.setdefault(matcher.label, []).append(matcher)
                for label, matchers in by_label.items():
                    finding = _no_value(one, label, matchers, _values(label, selector, known, jobs))
                    if finding:
                        yield spec.source, finding


def _no_value(one: Asked, label: str, matchers: list[Matcher], known: frozenset[str] | None) -> Finding | None:
    """That no value meets all conditions on a label, of the known ones or of those that the conditions name."""
    named = frozenset(matcher.value for matcher in matchers if matcher.operator == "=")
    candidates = named if known is None else known | {""}
    if not candidates or any(all(matches(m.operator, m.value, value) for m in matchers) for value in candidates):
        return None
    conditions = ", ".join(f'{label}{matcher.operator}"{matcher.value}"' for matcher in matchers)
    hint = suggest(matchers[0].value, known) if known else "conditions on the same label must all hold"
    return Finding(
        one.route,
        f"no value of `{label}` meets `{short(conditions)}` in {one.of}",
        hint,
        part=matchers[-1].value,
    )


def _values(label: str, selector: Selector, known: Measured, jobs: frozenset[str]) -> frozenset[str] | None:
    """The values of a label of a series; None where they are not known."""
    series = known.series.get(selector.metric)
    if series is None:
        return None
    said = next((one.values for one in series.metric.labels if one.name == label), ())
    if said:
        return frozenset(said)
    if label != "job":
        return None
    return frozenset({series.metric.job}) if series.metric.job else jobs if selector.metric == "up" and jobs else None


def _jobs(system: str, project: Project) -> frozenset[str]:
    return frozenset(job.id for spec in project.of(Monitoring, system) for job in spec.document.scrape)


def rate_over_gauge(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A query asks how fast a gauge grows, with a function for counters.

    `rate`, `irate` and `increase` take every fall for a restart and add it up: of a gauge that falls they say that it
    grows. Use `deriv` or `delta` for a gauge; or the metric is a counter, and its entry should say so:

        expr: deriv(queue_length[15m]) > $threshold
    """
    for spec, known in _documents(project):
        for one in asked(spec.document):
            for selector in one.parsed.selectors if one.parsed else ():
                series = known.series.get(selector.metric)
                if series and series.type == "gauge" and selector.function in GROWTH:
                    yield (
                        spec.source,
                        Finding(
                            one.route,
                            f"{one.of} takes `{selector.function}` of `{selector.metric}`, which is a gauge",
                            "use `deriv` or `delta`; or set `type: counter` where the metric is defined",
                            part=selector.function,
                        ),
                    )


def counter_without_rate(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """An alert compares a counter as it stands.

    A counter counts from the last restart on: once above the threshold it stays there, and after a restart it is
    silent. Ask how fast it grows:

        expr: increase(http_errors_total[5m]) > $threshold
    """
    for spec, known in _documents(project):
        for index, alert in enumerate(spec.document.alerts):
            one = of_alert(index, alert)
            names = (name for side in compared(one.parsed.tree) for name in _bare(side, known)) if one.parsed else ()
            for name in dict.fromkeys(names):
                yield (
                    spec.source,
                    Finding(
                        one.route,
                        f"{one.of} compares `{name}` as it stands, which is a counter",
                        f"ask how fast it grows: `rate({name}[5m])` or `increase({name}[5m])`",
                        part=name,
                    ),
                )


def _bare(tree: Any, known: Measured) -> Iterator[str]:
    """The counters of a query that nothing turns into a rate, a difference or a number of series."""
    tree = inner(tree)
    if isinstance(tree, VectorSelector | MatrixSelector):
        (selector,) = selected(tree)
        series = known.series.get(selector.metric)
        if series and series.type == "counter":
            yield selector.metric
        return
    if isinstance(tree, Call) and tree.func.name in _AWAY:
        return
    if isinstance(tree, AggregateExpr) and str(tree.op) in _COUNT_ALL:
        return
    if isinstance(tree, BinaryExpr):
        sides = [frozenset(one.metric for one in selected(side)) for side in (tree.lhs, tree.rhs)]
        if str(tree.op) == "-" and sides[0] & sides[1]:
            return  # the growth since another moment
        yield from _bare(tree.lhs, known)
        if str(tree.op) not in ("and", "unless"):
            yield from _bare(tree.rhs, known)
        return
    for child in tree.args if isinstance(tree, Call) else [tree.expr] if hasattr(tree, "expr") else []:
        yield from _bare(child, known)


def wrong_unit(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A threshold is in another unit than what it is compared with.

    opsbook converts within what is measured: `2 s` is 2000 where a query gives milliseconds. Seconds compared with a
    share mean nothing. The unit of a query follows from those of its metrics: give these theirs, and the threshold
    the same:

        threshold: 2 s
        expr: histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m]))) > $threshold
        metrics:
          - name: http_request_duration_seconds
            type: histogram
            unit: s
            meaning: How long an answer takes.

    The figures of an objective's `indicator` are held to the same.
    """
    for spec, known in _documents(project):
        for index, alert in enumerate(spec.document.alerts):
            query, quantity = of_alert(index, alert).parsed, alert.quantity
            if query and quantity:
                route, of = ("alerts", index, "threshold"), f"the alert `{alert.id}`"
                finding = _unlike(route, of, quantity, compared_in(query, known.units)) or _above_all(
                    route, of, quantity, query
                )
                if finding:
                    yield spec.source, finding
        yield from ((spec.source, finding) for finding in _odd_figures(spec.document, known))


def _odd_figures(document: Monitoring, known: Measured) -> Iterator[Finding]:
    """The figures of indicators that cannot be compared with what their queries give."""
    for index, slo in enumerate(document.slos):
        for one in of_slo(index, slo):
            if slo.indicator is None or one.route[2] != "indicator" or one.parsed is None:
                continue
            unit = unit_of(one.parsed.tree, known.units)
            for field in ("target", "warning", "critical"):
                figure = getattr(slo.indicator, field)
                route = ("slos", index, "indicator", field)
                finding = _unlike(route, one.of, Quantity.read(figure), unit) if figure else None
                if finding:
                    yield finding


def _unlike(route: Route, of: str, quantity: Quantity, unit: str | None) -> Finding | None:
    """That a figure cannot be compared with a query in a unit."""
    if unit is None or fits(quantity.unit, unit):
        return None
    spelled = unit.replace(COUNT, "")
    what = f"`{spelled}`" if spelled else "a plain number" if unit == COUNT else "a share of one"
    hints = {
        "": "write per cent or a share: `5 %`, `0.05`; or give the metric its `unit`",
        COUNT: "write a number, with a word for what is counted; or mend the `unit` of the metric",
    }
    example = "it" if quantity.unit else f"`{quantity} {spelled}` if that is meant, or another figure"
    own = f"`{quantity}`" if quantity.unit else f"`{quantity}`, without a unit,"
    return Finding(
        route,
        f"{own} of {of} is compared with {what}",
        hints.get(unit, f"write {example} in `{spelled}`; or mend the `unit` of the metric"),
    )


def _above_all(route: Route, of: str, quantity: Quantity, query: Query) -> Finding | None:
    """That a share of the series of one metric in all of them would have to be more than all."""
    first = next(iter(query.comparisons), None)
    if not (first and first.operator in (">", ">=") and share_of_itself(first.side) and not quantity.unit):
        return None
    if quantity.number() < 1:
        return None
    return Finding(
        route,
        f"{of} compares a share, which is never above 1, with `{quantity}`",
        f"write `{quantity} %` if that is meant",
    )


def conflicting_series(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """Two metrics of a system give series of the same name.

    A histogram `request_seconds` has the series `request_seconds_count`, and so no counter can be called that.
    Queries would not know which is meant. Remove the entry that repeats what the other already holds:

        metrics:
          - name: request_seconds
            type: histogram
            unit: s
            meaning: How long an answer takes.
    """
    for system in project.systems:
        owners: dict[str, str] = {}
        for spec in project.of(Monitoring, system):
            for index, metric in enumerate(spec.document.metrics):
                for name in metric.series:
                    other = owners.setdefault(name, metric.name)
                    if other != metric.name:
                        yield (
                            spec.source,
                            Finding(
                                ("metrics", index, "name"),
                                f"`{metric.name}` and `{other}` both have the series `{name}`",
                                "keep the entry of the histogram, or mend a name",
                            ),
                        )


def conflicting_alerts(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """Two alerts of a system have one name in Prometheus.

    Pagers, silences and tests know an alert by its name: of two with one name, nobody can tell which one fires, and the
    tests of the one see the other. The name is `name:`, or the id in capitals; the alerts of an objective have names
    such as `AnswersBurn1h`. Give one of them another:

        alerts:
          - id: slow-answers-of-the-shop
            name: SlowShop
    """
    for system in project.systems:
        owners: dict[str, str] = {}
        for spec in project.of(Monitoring, system):
            for route, of, name in called(spec.document):
                other = owners.setdefault(name, of)
                if other != of:
                    yield (
                        spec.source,
                        Finding(
                            route,
                            f"{of} and {other} are both called `{name}` in Prometheus",
                            "give one of them another `name:`, or another `id:`",
                        ),
                    )


def idle_job(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A scrape job brings no metric that a document names.

    Who wonders what stops when it fails finds nothing. Name the job where the metric is defined:

        metrics:
          - name: http_requests_total
            type: counter
            meaning: Requests that were answered.
            job: app
    """
    for system in project.systems:
        specs = project.of(Monitoring, system)
        named = {metric.job for spec in specs for metric in spec.document.metrics}
        for spec in specs:
            for index, job in enumerate(spec.document.scrape):
                if job.id not in named:
                    yield (
                        spec.source,
                        Finding(
                            ("scrape", index),
                            f"no metric says that the job `{job.id}` brings it",
                            f"add `job: {job.id}` to its metrics, or remove the job",
                        ),
                    )


def alert_without_runbook(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """An alert calls somebody and does not say what to do.

    Whoever it wakes begins to search. Name the scenario or the step that helps, not just the document. Of three
    severities or more, alerts of the mildest may wait, and need none:

        runbook: runbook:app-recovery#app-down
    """
    for spec, _ in _documents(project):
        mild = _mildest(spec.system, project)
        for index, alert in enumerate(spec.document.alerts):
            if alert.runbook is None and alert.severity is not None and alert.severity != mild:
                yield (
                    spec.source,
                    Finding(
                        ("alerts", index),
                        f"the alert `{alert.id}` does not say what to do when it fires",
                        "add `runbook:` with a scenario or a step, such as `runbook:app-recovery#app-down`",
                    ),
                )


def _mildest(system: str, project: Project) -> str | None:
    """The mildest severity of a system that has three or more: what has it may wait."""
    found = process(system, project).severities
    return found[-1].id if len(found) > 2 else None  # noqa: PLR2004  # critical, warning and one below


def vague_runbook(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """An alert leads to a whole runbook that has scenarios, and not to the one that it is about.

    Whoever it wakes has to find the right one first. Name it behind `#`:

        runbook: runbook:app-recovery#app-down
    """
    documents = {(spec.system, spec.kind.name, spec.document.id): spec.document for spec in project.specs}
    for spec, _ in _documents(project):
        for route, name, reference in _leads(spec.document):
            found = project.resolve(reference, Home(spec.system, "monitoring", spec.document.id))
            if not isinstance(found, Definition):
                continue
            scenarios = getattr(documents.get((found.system, found.type, found.id)), "scenarios", ())
            if scenarios:
                known = ", ".join(f"`#{scenario.id}`" for scenario in scenarios[:6])
                yield (
                    spec.source,
                    Finding(route, f"{name} leads to all of `{reference}`", f"name one of its scenarios: {known}"),
                )


def _leads(document: Monitoring) -> Iterator[tuple[Route, str, str]]:
    """Every reference of a document to what somebody does: its place, whose it is, and its text."""
    for index, alert in enumerate(document.alerts):
        if alert.runbook:
            yield ("alerts", index, "runbook"), f"the alert `{alert.id}`", alert.runbook
    for index, slo in enumerate(document.slos):
        if slo.alerting:
            yield ("slos", index, "alerting", "runbook"), f"the objective `{slo.id}`", slo.alerting.runbook


def role_without_receiver(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """An escalation policy calls a role first, and nothing says how alerts reach it.

    The other roles are called in the way that `receivers` says. This one is called by a webhook on the machine of
    Alertmanager, where most likely nothing listens. Say how:

        receivers:
          - role: on-call
            by: pagerduty
    """
    for system in project.systems:
        specs = project.of(Monitoring, system)
        reached = {one.role for spec in specs for one in spec.document.receivers}
        first = next((spec for spec in specs if spec.document.receivers), None)
        if first is None:
            continue
        missing: dict[str, dict[str, None]] = {}
        for route in routes(first, project):
            for role in route.roles:
                if role not in reached:
                    missing.setdefault(role, {})[dict(route.labels)["severity"]] = None
        for role, severities in missing.items():
            named = ", ".join(f"`{severity}`" for severity in severities)
            yield (
                first.source,
                Finding(
                    ("receivers",),
                    f"nothing says how alerts reach `{role}`, who is called first for {named}",
                    f"add a receiver with `role: {role}`",
                    key=True,
                ),
            )


_CODE = re.compile(r"(?s)```.*?```|`[^`\n]*`|\[\[.*?\]\]")
"""What a text only quotes, and its references."""


def repeated_threshold(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A text repeats the figure of an alert's threshold.

    When the threshold changes, the text stays. Let the figure come from the alert, in its own texts and in the
    runbook that it leads to:

        symptom: The p95 is above [[threshold:slow-answers]].

    In the condition of the alert itself, write `{threshold}`.
    """
    sources = {spec.source.path: spec for spec in project.specs}
    known: dict[str, list[Mention]] = {}
    for spec, _ in _documents(project):
        for index, alert in enumerate(spec.document.alerts):
            if not (alert.quantity and alert.quantity.unit):
                continue
            for mention in texts(alert):
                written = "{threshold}" if mention.route == ("condition",) else f"[[threshold:{alert.id}]]"
                route: Route = ("alerts", index, *mention.route)
                if "tests" not in mention.route:  # what a test tries stays true when the threshold changes
                    yield from ((spec.source, one) for one in _repeated(route, mention.text, alert, written))
            home = Home(spec.system, "monitoring", spec.document.id)
            found = project.resolve(alert.runbook, home) if alert.runbook else None
            if not isinstance(found, Definition) or found.source not in sources:
                continue
            there = sources[found.source]
            if found.source not in known:
                known[found.source] = texts(there.document)
            within = found.route[:-1]
            system = "" if there.system == spec.system else f"{spec.system}/"
            for mention in known[found.source]:
                if mention.route[: len(within)] == within:
                    written = f"[[{system}threshold:{alert.id}]]"
                    yield from ((there.source, one) for one in _repeated(mention.route, mention.text, alert, written))


def _repeated(route: Route, text: str, alert: Alert, written: str) -> Iterator[Finding]:
    """That a text repeats the figure of an alert."""
    match = _figure(alert).search(_CODE.sub(lambda found: " " * len(found[0]), text))
    if match:
        yield Finding(
            route,
            f"“{match[0]}” repeats the threshold of the alert `{alert.id}`",
            f"write `{written}`, so that both change together",
            part=match[0],
        )


def _figure(alert: Alert) -> re.Pattern[str]:
    """The figure of a threshold as texts have it: `2 s`, `2s`, `5%`, with a blank that may not be broken."""
    quantity = alert.quantity or Quantity.read("0")
    number, unit = re.escape(plain_number(quantity.value)), re.escape(quantity.unit)
    return re.compile(rf"(?<![\w.,:+-]){number}[ \u00a0\u202f]?{unit}(?![\w%/])")


def _documents(project: Project) -> Iterator[tuple[Spec[Monitoring], Measured]]:
    """Every document of what is watched, with what its system measures."""
    for system in project.systems:
        known = measured(system, project)
        for spec in project.of(Monitoring, system):
            yield spec, known


def _names(one: Asked) -> Iterator[str]:
    """The metrics that a query asks for by name."""
    yield from (selector.metric for selector in one.parsed.selectors if _judged(selector)) if one.parsed else ()


def _judged(selector: Selector) -> bool:
    """Whether it can be known if series exist: those that rules record are not listed."""
    return bool(selector.metric) and ":" not in selector.metric and selector.metric not in _OF_PROMETHEUS


PROJECT_CHECKS: tuple[ProjectCheck, ...] = (
    ProjectCheck(missing_metrics, "warning", group="monitoring"),
    ProjectCheck(unknown_metric, group="monitoring"),
    ProjectCheck(unknown_label, group="monitoring"),
    ProjectCheck(impossible_match, group="monitoring"),
    ProjectCheck(rate_over_gauge, group="monitoring"),
    ProjectCheck(counter_without_rate, "warning", group="monitoring"),
    ProjectCheck(wrong_unit, group="monitoring"),
    ProjectCheck(conflicting_series, group="monitoring"),
    ProjectCheck(conflicting_alerts, "warning", group="monitoring"),
    ProjectCheck(idle_job, "note", group="monitoring"),
    ProjectCheck(alert_without_runbook, group="monitoring"),
    ProjectCheck(vague_runbook, "note", group="monitoring"),
    ProjectCheck(role_without_receiver, "warning", group="monitoring"),
    ProjectCheck(repeated_threshold, "note", group="monitoring"),
)
"""What is asked when all specs are seen together."""
