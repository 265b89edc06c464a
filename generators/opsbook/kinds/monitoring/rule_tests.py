"""Tests of rules for promtool: each alert is shown to fire and to stay silent, over made-up series.

A test asks the series ALERTS, which Prometheus writes for each alert that fires: so it needs to know neither the labels
nor the texts of the alert. The comment in its query is what promtool prints of a test that fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from opsbook.kind import Spec
from opsbook.kinds.monitoring.files import yaml_file
from opsbook.kinds.monitoring.made_up import MadeUp, events, interval
from opsbook.kinds.monitoring.model import AlertTest, Monitoring, Slo
from opsbook.kinds.monitoring.slo_rules import burn_name, ratio_name, slo_file, windows
from opsbook.markup import plain_text
from opsbook.model import spell_duration
from opsbook.page import Artifact
from opsbook.quantity import plain_number, rounded

_EVERY = "30s"
"""How often promtool works out the rules of alerts."""

_INTERVALS = 4
"""How many values made-up series of an objective have: enough for a rate over the shortest window."""

_ALERT = re.compile(r'alertname="(\w+)"')

_NEAR = Decimal("0.1")
"""How far above and below its limit an alert is tried, as a share of the limit."""


def test_files(spec: Spec[Monitoring]) -> Iterator[Artifact]:
    """The tests of a document's alerts, and a file for each objective, as its rules have one."""
    tests = list(alert_tests(spec.document))
    if tests:
        yield _file(f"{spec.document.id}.yaml", _EVERY, tests, spec)
    for slo in spec.document.slos:
        # Made-up series are looked at once, at their end: that is all, and takes promtool half of the time.
        every = _EVERY if slo.tests else spell_duration(interval(windows(slo)[0]) * _INTERVALS)
        yield _file(slo_file(slo), every, list(slo_tests(slo, spec.system)), spec)


def _file(name: str, every: str, tests: list[dict[str, Any]], spec: Spec[Monitoring]) -> Artifact:
    data = {"rule_files": [f"../rules/{name}"], "evaluation_interval": every, "tests": tests}
    return yaml_file(f"tests/{name}", data, spec)


def expectations(spec: Spec[Monitoring]) -> Iterator[tuple[str, bool]]:
    """Each alert that a test asks about, and whether it has to fire."""
    tests = (*alert_tests(spec.document), *(test for slo in spec.document.slos for test in slo_tests(slo, spec.system)))
    for asked in (asked for test in tests for asked in test["promql_expr_test"]):
        name = _ALERT.search(asked["expr"])
        if name:
            yield name[1], bool(asked["exp_samples"])


def alert_tests(document: Monitoring) -> Iterator[dict[str, Any]]:
    """The tests that the author of alerts wrote."""
    for alert in document.alerts:
        for number, test in enumerate(alert.tests, 1):
            yield _written([alert.called], alert.id, number, test)


def slo_tests(slo: Slo, system: str) -> Iterator[dict[str, Any]]:
    """The tests of an objective: what opsbook makes up, and what its author wrote.

    Each alert is tried above and below its limit; the shares of bad events, and that no alert fires, without any
    series, with series that do not grow, and without a series of bad events.
    """
    burns = slo.alerting.burn if slo.alerting else ()
    limits = {burn_name(slo, burn): slo.limit(burn) for burn in burns}
    yield _made_up(slo, system, "no series", (), None)
    made = events(slo.sli)
    if made and made.idle():
        yield _made_up(slo, system, "no events", made.idle(), None)
    for share in _shares(limits.values()) if made else ():
        series = made.with_errors(share) if made else None
        if series:
            yield _made_up(slo, system, f"{plain_number(share * 100)} % bad", series, share)
    for number, test in enumerate(slo.tests, 1):
        yield _written(list(limits), slo.id, number, test)


def _shares(limits: Iterable[Decimal]) -> list[Decimal]:
    """Shares of bad events: none, a little below and above each limit, all; the smallest first."""
    near = {share for limit in limits for share in (limit * (1 - _NEAR), limit * (1 + _NEAR) or _NEAR)}
    return sorted({Decimal(0), Decimal(1), *(min(rounded(share), Decimal(1)) for share in near)})


def _made_up(slo: Slo, system: str, title: str, series: Iterable[MadeUp], share: Decimal | None) -> dict[str, Any]:
    """The alerts of an objective over made-up series of which a share is bad; and the share, where it is exact."""
    apart = interval(windows(slo)[0])
    at = apart * _INTERVALS
    burns = slo.alerting.burn if slo.alerting else ()
    name = ratio_name(windows(slo)[0])
    measured = {
        "expr": name,
        "eval_time": spell_duration(at),
        "exp_samples": [{"labels": f'{name}{{system="{system}", slo="{slo.id}"}}', "value": 0}],
    }
    return {
        "name": f"{slo.id}: {title}",
        "interval": spell_duration(apart),
        "input_series": [{"series": one.series, "values": one.values(_INTERVALS)} for one in series],
        "promql_expr_test": [
            *([] if share else [measured]),
            *(_asked(burn_name(slo, burn), at, title, fires=(share or 0) > slo.limit(burn)) for burn in burns),
        ],
    }


def _written(alerts: Iterable[str], of: str, number: int, test: AlertTest) -> dict[str, Any]:
    """What an author says that alerts do, as a test."""
    title = plain_text(test.title)
    return {
        "name": f"{of}, test {number}: {title}",
        "interval": "1m",
        "input_series": [{"series": series, "values": values} for series, values in test.series.items()],
        "promql_expr_test": [_asked(name, test.at, f"test {number}, {title}", fires=test.fires) for name in alerts],
    }


def _asked(alert: str, at: timedelta, why: str, *, fires: bool) -> dict[str, Any]:
    """Ask whether an alert fires, whatever its labels."""
    return {
        "expr": f'group(ALERTS{{alertname="{alert}", alertstate="firing"}})  # {why}',
        "eval_time": spell_duration(at),
        "exp_samples": [{"labels": "{}", "value": 1}] if fires else [],
    }
