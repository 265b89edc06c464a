"""What can be wrong with one document of what is watched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from difflib import get_close_matches
from itertools import pairwise

from opsbook.diagnostic import Finding, suggest
from opsbook.kind import Check
from opsbook.kinds.monitoring.model import Alert, AlertTest, Monitoring, Slo
from opsbook.kinds.monitoring.queries import Asked, asked, of_alert, of_slo
from opsbook.kinds.monitoring.samples import odd_value, read_sample
from opsbook.model import spell_duration
from opsbook.promql import NotPromql, Query, blanks
from opsbook.quantity import plain_number
from opsbook.source import Route, short

_LABEL = re.compile(r"\{(?!\{)([^{}\n]*)\}(?!\})")
"""A blank of a summary or a condition: `{instance}`."""

_PROMETHEUS = re.compile(r"\{\{(.*?)\}\}")
_PROMETHEUS_LABEL = re.compile(r"\$labels\.([a-zA-Z_]\w*)")
"""A label, the way Prometheus itself writes it: `{{ $labels.instance }}`."""

LEAST = timedelta(minutes=12)
"""The shortest window of a pace in which something can be measured: a twelfth of it has two values."""

_LEGEND = re.compile(r"\{\{\s*([a-zA-Z_]\w*)\s*\}\}")
"""A blank of a legend, the way Grafana writes it: `{{status}}`."""


def empty_document(monitoring: Monitoring) -> Iterator[Finding]:
    """A document of what is watched holds nothing: no metric, alert, objective, dashboard, job or receiver.

    Its page would be a title. Write down the first thing that calls somebody:

        alerts:
          - id: app-down
            title: App down
            condition: No answer for one minute
            expr: up{job="app"} == 0
            for: 1m
            severity: sev-1
            meaning: Nobody can buy.
            runbook: runbook:app-recovery#app-down
    """
    parts = ("metrics", "alerts", "slos", "dashboards", "scrape", "receivers")
    if not any(getattr(monitoring, part) for part in parts):
        yield Finding(("id",), f"`{monitoring.id}` holds nothing", "add `alerts:`, or remove the file")


def broken_query(monitoring: Monitoring) -> Iterator[Finding]:
    """A query is not PromQL.

    Prometheus refuses to load the whole file of rules, and a panel shows an error. Mend the query; the message says
    what the parser stumbled over. A range in square brackets belongs to a function:

        expr: rate(http_requests_total[5m]) > $threshold
    """
    for one in asked(monitoring):
        if isinstance(one.query, NotPromql) and not one.unfilled:
            yield Finding(
                one.route,
                f"{one.of} has a query that is not PromQL: {one.query.reason}",
                "mend it; `promtool check rules` and Prometheus's own page read the same language",
            )


def unknown_blank(monitoring: Monitoring) -> Iterator[Finding]:
    """A query has a blank that nothing fills.

    `$threshold` is the figure of an alert, `$window` the window of an objective; dashboards may have any, as Grafana
    fills them. A group of a regular expression is written `$1`:

        threshold: 5 %
        expr: error_ratio > $threshold
    """
    for one in asked(monitoring):
        for name in dict.fromkeys(one.unfilled):
            if name == "threshold" and one.route[0] == "alerts":
                continue  # `missing-threshold` says so
            known = ["threshold"] if one.route[0] == "alerts" else ["window"]
            yield Finding(
                one.route,
                f"{one.of} has a blank `${name}`, which nothing fills",
                suggest(name, known).replace("`threshold`", "`$threshold`").replace("`window`", "`$window`"),
                part=f"${name}" if f"${name}" in one.text else f"${{{name}}}",
            )


def missing_threshold(monitoring: Monitoring) -> Iterator[Finding]:
    """A query says `$threshold`, and the alert has none.

    Then nothing stands there, and Prometheus refuses the rule. Say the figure, with its unit:

        threshold: 2 s
    """
    for index, alert in enumerate(monitoring.alerts):
        if alert.threshold is None and "threshold" in blanks(alert.expr):
            yield Finding(
                ("alerts", index, "expr"),
                f"the alert `{alert.id}` compares with `$threshold`, and has no `threshold`",
                "add `threshold:`, such as `2 s` or `5 %`",
                part="$threshold",
            )


def unused_threshold(monitoring: Monitoring) -> Iterator[Finding]:
    """An alert has a threshold that its query does not use.

    The page then shows a figure at which nothing happens. Write `$threshold` where the query compares:

        threshold: 1000 messages
        expr: messages_pending > $threshold
    """
    for index, alert in enumerate(monitoring.alerts):
        if alert.threshold is not None and "threshold" not in blanks(alert.expr):
            yield Finding(
                ("alerts", index, "threshold"),
                f"the query of the alert `{alert.id}` does not use its threshold",
                "write `$threshold` in `expr:` where it compares",
            )


def literal_threshold(monitoring: Monitoring) -> Iterator[Finding]:
    """A query compares with a figure that should be the threshold of its alert.

    Pages, dashboards and runbooks take the figure from `threshold`; from a query they cannot. Zero and one are states
    and may stay:

        condition: The queue holds more than {threshold}
        threshold: 1000 messages
        expr: messages_pending > $threshold
    """
    for index, alert in enumerate(monitoring.alerts):
        query = of_alert(index, alert).parsed
        if query is None or alert.threshold is not None:
            continue
        first = next((one for one in query.comparisons if one.operator not in ("==", "!=")), None)
        if first and first.number not in (0, 1):
            yield Finding(
                ("alerts", index, "expr"),
                f"the alert `{alert.id}` compares with {first.number:g} in its query, and has no `threshold`",
                "say the figure with its unit in `threshold:`, and write `$threshold` in its place",
            )


def missing_for(monitoring: Monitoring) -> Iterator[Finding]:
    """An alert does not say how long its condition must hold.

    One bad scrape then calls somebody at night. Say how long; where a single value is enough, say that:

        for: 5m
    """
    for index, alert in enumerate(monitoring.alerts):
        if alert.for_ is None:
            yield Finding(
                ("alerts", index),
                f"the alert `{alert.id}` does not say how long its condition must hold",
                "add `for:`, such as `5m`; `0s` where one value is enough",
            )


def missing_severity(monitoring: Monitoring) -> Iterator[Finding]:
    """An alert has no severity.

    By it Alertmanager finds whom to call. Give it one of the incident process:

        severity: sev-2
    """
    for index, alert in enumerate(monitoring.alerts):
        if alert.severity is None:
            yield Finding(
                ("alerts", index),
                f"the alert `{alert.id}` has no severity, so that it calls nobody in particular",
                "add `severity:` with a severity of the incident process",
            )


def lost_label(monitoring: Monitoring) -> Iterator[Finding]:
    """A text prints a label that its query has aggregated away.

    Where the label should stand, the message that wakes somebody has a hole. Keep the label:

        summary: "Many errors on {instance}"
        expr: sum by (instance) (rate(http_errors_total[5m])) > $threshold

    The same goes for the legend of a panel.
    """
    for index, alert in enumerate(monitoring.alerts):
        query = of_alert(index, alert).parsed
        for name in labels_of(alert.summary or "") if query else ():
            yield from _lost(query, name, ("alerts", index, "summary"), f"the summary of the alert `{alert.id}`")
    for one in asked(monitoring):
        legend = legend_of(one, monitoring)
        for name in _LEGEND.findall(legend) if one.parsed else ():
            yield from _lost(one.parsed, name, (*one.route[:-1], "legend"), f"the legend of {one.of}")


def _lost(query: Query | None, name: str, route: Route, of: str) -> Iterator[Finding]:
    if query is None or query.kept.has(name):
        return
    kept = ", ".join(f"`{label}`" for label in sorted(query.kept.exactly or ()))
    left = f"only {kept} is left" if kept else "no label is left"
    yield Finding(
        route,
        f"{of} prints `{name}`, which its query does not keep",
        f"keep it, as `by ({name})` does, or remove it from the text"
        + (f"; {left}" if query.kept.exactly is not None else ""),
        part=name,
    )


def labels_of(summary: str) -> tuple[str, ...]:
    """The labels that a summary prints, in its own spelling or in that of Prometheus."""
    own = (name.strip() for name in _LABEL.findall(_PROMETHEUS.sub("", summary)))
    theirs = (name for found in _PROMETHEUS.findall(summary) for name in _PROMETHEUS_LABEL.findall(found))
    return tuple(dict.fromkeys(name for name in (*own, *theirs) if re.fullmatch(r"[a-zA-Z_]\w*", name)))


def legend_of(one: Asked, monitoring: Monitoring) -> str:
    """The legend that stands beside a query of a panel; empty where there is none."""
    if one.route[0] != "dashboards":
        return ""
    _, at, _, row, _, panel, _, number, _ = one.route
    return monitoring.dashboards[int(at)].rows[int(row)].panels[int(panel)].queries[int(number)].legend or ""


def empty_blank(monitoring: Monitoring) -> Iterator[Finding]:
    """A text has a blank that nothing can fill.

    A condition has `{threshold}`, where the alert has one; a summary has the names of labels. What stands there
    otherwise stays a hole:

        condition: The queue holds more than {threshold}
        threshold: 1000 messages
    """
    for index, alert in enumerate(monitoring.alerts):
        for name in dict.fromkeys(_LABEL.findall(alert.condition)):
            if name != "threshold" or alert.threshold is None:
                hint = "write `{threshold}`" if alert.threshold else "add `threshold:`, and write `{threshold}`"
                yield Finding(
                    ("alerts", index, "condition"),
                    f"the condition of the alert `{alert.id}` has a blank `{{{short(name)}}}`, which nothing fills",
                    hint,
                    part=f"{{{name}}}",
                )
        for name in dict.fromkeys(_LABEL.findall(_PROMETHEUS.sub("", alert.summary or ""))):
            if not re.fullmatch(r"[a-zA-Z_]\w*", name):
                yield Finding(
                    ("alerts", index, "summary"),
                    f"the summary of the alert `{alert.id}` has a blank `{{{short(name)}}}`, which is no label",
                    "write the name of a label, such as `{instance}`",
                    part=f"{{{name}}}",
                )


def untested_alert(monitoring: Monitoring) -> Iterator[Finding]:
    """Nobody has shown when an alert fires.

    Half of all alerts are wrong the first time: a label that is not there, a unit, a window. Two tests with made-up
    series show that it fires, and that it stays silent:

        tests:
          - title: The app does not answer
            series: {'up{job="app"}': "1 0x5"}
            at: 4m
            fires: true
          - title: One scrape is lost
            series: {'up{job="app"}': "1 0 1x5"}
            at: 4m
            fires: false
    """
    for index, alert in enumerate(monitoring.alerts):
        if not alert.tests:
            yield Finding(
                ("alerts", index),
                f"nothing shows when the alert `{alert.id}` fires, and when it does not",
                "add `tests:`: one in which it fires, and one in which it stays silent",
            )


def one_sided_tests(monitoring: Monitoring) -> Iterator[Finding]:
    """The tests of an alert show that it fires, or that it stays silent, but not both.

    An alert that always fires passes the one, an alert that never does the other. Add the missing one:

        tests:
          - title: One scrape is lost
            series: {'up{job="app"}': "1 0 1x5"}
            at: 4m
            fires: false
    """
    for index, alert in enumerate(monitoring.alerts):
        seen = {test.fires for test in alert.tests}
        if len(seen) == 1:
            lacks = "stays silent" if True in seen else "fires"
            yield Finding(
                ("alerts", index, "tests"),
                f"no test shows that the alert `{alert.id}` {lacks}",
                f"add a test with `fires: {'false' if True in seen else 'true'}`",
                key=True,
            )


def tests_of(monitoring: Monitoring) -> Iterator[tuple[Route, str, AlertTest]]:
    """Every test of an alert or of an objective, with its place and whose it is."""
    named: tuple[tuple[str, str, tuple[Alert | Slo, ...]], ...] = (
        ("alerts", "alert", monitoring.alerts),
        ("slos", "objective", monitoring.slos),
    )
    for field, word, parts in named:
        for index, part in enumerate(parts):
            for number, test in enumerate(part.tests):
                yield (field, index, "tests", number), f"the {word} `{part.id}`", test


def broken_series(monitoring: Monitoring) -> Iterator[Finding]:
    """A made-up series is not written as promtool writes them.

    Its name is a metric with labels that have one value each. Its values stand a minute apart: `5`, `0+10x5` for six
    values that grow by ten, `_` for none, `stale` for the end:

        series: {'up{job="app"}': "1 1 0x5"}
    """
    for route, of, test in tests_of(monitoring):
        for name, values in test.series.items():
            if read_sample(name) is None:
                yield Finding(
                    (*route, "series", name),
                    f"`{short(name)}`, in a test of {of}, is no series",
                    'write its name and its labels: `up{job="app"}`',
                    key=True,
                )
            odd = odd_value(values)
            if odd is not None:
                yield Finding(
                    (*route, "series", name),
                    f"promtool cannot read `{short(odd)}` among the values of `{short(name)}`",
                    "write values with blanks between them: `1 0x5`, `0+10x5`, `_`, `stale`",
                    part=odd,
                )


def stray_series(monitoring: Monitoring) -> Iterator[Finding]:
    """A test makes up a series that cannot show what the test says.

    Its name has a slip; or the alert has to fire, and its query reads none of the series; or it has to stay silent, and
    the query does not even ask for such a metric: without any series, it would stay silent, too. Name a series as the
    query reads it:

        expr: up{job="app"} == 0
        tests:
          - title: The app does not answer
            series: {'up{job="app"}': "1 0x5"}
            at: 4m
            fires: true
    """
    for index, alert in enumerate(monitoring.alerts):
        query = of_alert(index, alert).parsed
        for number, test in enumerate(alert.tests) if query else ():
            for name, hint in _stray(query, test) if query else ():
                yield Finding(
                    ("alerts", index, "tests", number, "series", name),
                    f"the alert `{alert.id}` does not read the series `{short(name)}` of this test",
                    hint,
                    key=True,
                )


def _stray(query: Query, test: AlertTest) -> Iterator[tuple[str, str]]:
    """The series of a test that its query should read and does not, with the cure."""
    samples = {name: sample for name in test.series if (sample := read_sample(name))}
    metrics = {one.metric for one in query.selectors}
    if "" in metrics or len(samples) < len(test.series):
        return
    slips = {name: sample for name, sample in samples.items() if sample.metric not in metrics}
    slips = {name: sample for name, sample in slips.items() if get_close_matches(sample.metric, metrics, cutoff=0.8)}
    asks_for_none = any(one.function in ("absent", "absent_over_time") for one in query.selectors)
    if test.fires:
        rests = asks_for_none or any(one.fed(selector) for one in samples.values() for selector in query.selectors)
    else:
        rests = any(one.metric in metrics for one in samples.values())
    for name, sample in (slips if rests else slips or samples).items():
        wanted = [one for selector in query.selectors if selector.metric == sample.metric for one in selector.matchers]
        spelled = dict.fromkeys(f'{one.label}{one.operator}"{one.value}"' for one in wanted)
        yield (
            name,
            f"it reads `{sample.metric}` with {', '.join(spelled)}" if wanted else suggest(sample.metric, metrics),
        )


def too_early(monitoring: Monitoring) -> Iterator[Finding]:
    """A test wants an alert to fire before its condition can have held long enough.

    `at` counts from the first value, and the condition must hold for the time of `for`. Look later:

        for: 10m
        tests:
          - title: It stays slow
            series: {'queue_length': "5000x20"}
            at: 12m
            fires: true
    """
    places = ((index, number) for index, alert in enumerate(monitoring.alerts) for number, _ in enumerate(alert.tests))
    for index, number in places:
        alert = monitoring.alerts[index]
        test = alert.tests[number]
        if test.fires and alert.for_ and test.at < alert.for_:
            yield Finding(
                ("alerts", index, "tests", number, "at"),
                f"the alert `{alert.id}` cannot fire after {spell_duration(test.at)}: "
                f"its condition must hold for {spell_duration(alert.for_)}",
                "look later, and give the series enough values",
            )


def ambiguous_sli(monitoring: Monitoring) -> Iterator[Finding]:
    """An SLI counts neither good nor bad events, or both.

    The share of good events is one of `good` and 1 minus `bad`, over `total`. With both, two answers are possible:

        sli:
          bad: sum(rate(http_requests_total{status=~"5.."}[$window]))
          total: sum(rate(http_requests_total[$window]))
    """
    for index, slo in enumerate(monitoring.slos):
        if (slo.sli.good is None) == (slo.sli.bad is None):
            said = "neither `good` nor `bad`" if slo.sli.good is None else "`good` and `bad`"
            yield Finding(
                ("slos", index, "sli"), f"the SLI of `{slo.id}` has {said}", "give it one of the two, beside `total`"
            )


def fixed_window(monitoring: Monitoring) -> Iterator[Finding]:
    """A query of an SLI does not use `$window`.

    The burn rate is asked over several windows; a fixed one gives the same answer for all of them. Write it in the
    range:

        total: sum(rate(http_requests_total[$window]))
    """
    for index, slo in enumerate(monitoring.slos):
        for one in of_slo(index, slo):
            if one.route[2] == "sli" and one.parsed and "window" not in blanks(one.text):
                yield Finding(
                    one.route,
                    f"`{one.route[3]}` of the objective `{slo.id}` does not use `$window`",
                    "write `[$window]` in place of the fixed range",
                )


def objective_without_budget(monitoring: Monitoring) -> Iterator[Finding]:
    """An objective promises that nothing ever fails.

    At 100 % there is no error budget: any single error breaks the promise, and no burn rate can be computed. Promise
    what can be kept:

        target: "99.9"
    """
    for index, slo in enumerate(monitoring.slos):
        if not slo.budget:
            yield Finding(
                ("slos", index, "target"),
                f"the objective `{slo.id}` leaves no error budget",
                'promise less than 100: `"99.9"`',
            )


def slo_without_alert(monitoring: Monitoring) -> Iterator[Finding]:
    """Nobody is called when an objective is in danger.

    Then it is broken before anybody looks. Say at which pace of using up the error budget somebody is called, or name
    the alerts that watch it:

        alerting:
          runbook: runbook:app-recovery
          burn:
            - {budget: "2", window: 1h, severity: sev-1}
            - {budget: "10", window: 3d, severity: sev-3}
    """
    for index, slo in enumerate(monitoring.slos):
        if not slo.alerting and not slo.alerts:
            yield Finding(
                ("slos", index),
                f"nobody is called when the objective `{slo.id}` is in danger",
                "add `alerting:` with paces, or `alerts:` with the alerts that watch it",
            )


def window_beyond_period(monitoring: Monitoring) -> Iterator[Finding]:
    """The window of a pace is as long as the period of its objective, or longer.

    By then the period is over, and the budget a new one. Take a window well within the period:

        period: 30d
        alerting:
          burn:
            - {budget: "10", window: 3d, severity: sev-3}
    """
    for index, slo in enumerate(monitoring.slos):
        for number, burn in enumerate(slo.alerting.burn if slo.alerting else ()):
            if burn.window >= slo.period:
                yield Finding(
                    ("slos", index, "alerting", "burn", number, "window"),
                    f"`{slo.id}` looks at {spell_duration(burn.window)} of a period of {spell_duration(slo.period)}",
                    "take a window well within the period",
                )


def unreachable_burn(monitoring: Monitoring) -> Iterator[Finding]:
    """A pace can never be reached: even if everything failed, the budget would last longer.

    The share of bad events would have to be above 100 %. Ask for less of the budget, or for a longer window:

        target: "95"
        alerting:
          burn:
            - {budget: "2", window: 1h, severity: sev-1}
    """
    for index, slo in enumerate(monitoring.slos):
        for number, burn in enumerate(slo.alerting.burn if slo.alerting else ()):
            share = burn.factor(slo.period) * slo.budget
            if share >= 1:
                yield Finding(
                    ("slos", index, "alerting", "burn", number, "budget"),
                    f"`{slo.id}` would need {plain_number(share * 100)} % of bad events to use up "
                    f"{burn.budget} % of its budget within {spell_duration(burn.window)}",
                    "ask for less of the budget, or for a longer window",
                )


def paces_out_of_order(monitoring: Monitoring) -> Iterator[Finding]:
    """A pace of an objective stands before a faster one, or uses up less of the budget in more time.

    The fastest comes first, as it is the gravest, and each slower one takes more of the budget within a longer window:

        burn:
          - {budget: "2", window: 1h, severity: sev-1}
          - {budget: "5", window: 6h, severity: sev-2}
          - {budget: "10", window: 3d, severity: sev-3}
    """
    for index, slo in enumerate(monitoring.slos):
        burns = slo.alerting.burn if slo.alerting else ()
        for number, (before, after) in enumerate(pairwise(burns), 1):
            if after.factor(slo.period) >= before.factor(slo.period) or after.window <= before.window:
                yield Finding(
                    ("slos", index, "alerting", "burn", number),
                    f"pace {number + 1} of `{slo.id}` is not slower than the one above it",
                    "put the fastest first; each slower one has a longer window",
                )


def instant_window(monitoring: Monitoring) -> Iterator[Finding]:
    """The window of a pace is too short to measure anything in.

    A twelfth of it is the short window, and a rate needs two values in it: with a value each 30 seconds, that is a
    window of 12 minutes at least. An hour is usual for the fastest pace:

        burn:
          - {budget: "2", window: 1h, severity: sev-1}
    """
    for index, slo in enumerate(monitoring.slos):
        for number, burn in enumerate(slo.alerting.burn if slo.alerting else ()):
            if burn.window < LEAST:
                yield Finding(
                    ("slos", index, "alerting", "burn", number, "window"),
                    f"`{slo.id}` looks at {spell_duration(burn.window)}, "
                    f"and so at {spell_duration(burn.short)} for the short window",
                    "take 12 minutes or more; an hour is usual",
                )


CHECKS: tuple[Check[Monitoring], ...] = (
    Check(empty_document, "warning"),
    Check(broken_query),
    Check(unknown_blank),
    Check(missing_threshold),
    Check(unused_threshold),
    Check(literal_threshold, "note"),
    Check(missing_for, "warning"),
    Check(missing_severity, "warning"),
    Check(lost_label),
    Check(empty_blank),
    Check(untested_alert, "note"),
    Check(one_sided_tests, "warning"),
    Check(broken_series),
    Check(stray_series, "warning"),
    Check(too_early),
    Check(ambiguous_sli),
    Check(fixed_window),
    Check(objective_without_budget),
    Check(slo_without_alert, "warning"),
    Check(instant_window),
    Check(window_beyond_period),
    Check(unreachable_burn),
    Check(paces_out_of_order, "warning"),
)
"""What is asked of each document."""
