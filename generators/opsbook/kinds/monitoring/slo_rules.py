"""Objectives as rules of Prometheus: the share of bad events over every window, and alerts on how fast it grows.

The way is that of "The Site Reliability Workbook", chapter 5: an alert looks at a long window, so that a short trouble
calls nobody, and at a short one, so that it ends when the trouble does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from textwrap import indent
from typing import Any

from promql_parser import AggregateExpr

from opsbook.kind import Spec
from opsbook.kinds.monitoring.files import yaml_file
from opsbook.kinds.monitoring.model import Burn, Monitoring, Sli, Slo, capitals
from opsbook.kinds.monitoring.rules import literal, runbook_url, said
from opsbook.model import spell_duration
from opsbook.page import Artifact
from opsbook.project import Project
from opsbook.promql import Query, fill, read_query
from opsbook.quantity import plain_number
from opsbook.source import Route

_SHORTEST = timedelta(minutes=5)
"""The window of the current burn rate where no alert asks for another one."""

_SUBQUERY = re.compile(r"\[\s*\$\{?window\}?\s*:")
"""A query that is worked out many times over its window. Over the whole period that is too much for Prometheus, and not
needed: it counts moments, not events, so that the mean of what is recorded says the same."""

_SELDOM = "5m"
"""How often what covers the whole period is worked out: it reads many samples and changes slowly."""


def slo_files(spec: Spec[Monitoring], project: Project) -> Iterator[Artifact]:
    """The rules of each objective, a file each: promtool takes minutes for many of them in one file."""
    for slo in spec.document.slos:
        yield yaml_file(f"rules/{slo_file(slo)}", {"groups": list(_groups(slo, spec, project))}, spec)


def slo_file(slo: Slo) -> str:
    """The name of the file of an objective. Ids have no dots, so that no document has this name."""
    return f"slo.{slo.id}.yaml"


def windows(slo: Slo) -> tuple[timedelta, ...]:
    """The windows over which its alerts look, the shortest first."""
    burns = slo.alerting.burn if slo.alerting else ()
    return tuple(sorted({window for burn in burns for window in (burn.short, burn.window)} or {_SHORTEST}))


def burn_name(slo: Slo, burn: Burn) -> str:
    """The name of the alert on a pace of an objective: `CheckoutWorksBurn1h`."""
    return f"{capitals(slo.id)}Burn{spell_duration(burn.window)}"


def called(document: Monitoring) -> Iterator[tuple[Route, str, str]]:
    """Every alert of a document, those of its objectives among them: where it stands, whose it is, its name."""
    for index, alert in enumerate(document.alerts):
        yield ("alerts", index), f"the alert `{alert.id}`", alert.called
    for index, slo in enumerate(document.slos):
        for number, burn in enumerate(slo.alerting.burn if slo.alerting else ()):
            yield ("slos", index, "alerting", "burn", number), f"the objective `{slo.id}`", burn_name(slo, burn)


def ratio_name(window: timedelta) -> str:
    """The name of the share of bad events over a window: `slo:sli_error:ratio_rate5m`."""
    return f"slo:sli_error:ratio_rate{spell_duration(window)}"


def error_ratio(sli: Sli, window: timedelta) -> str:
    """The share of bad events over a window, as one series without labels, whatever series there are.

    Without a series of bad events a plain ratio is empty, and without events it is no number. Here both are 0, and
    events without a series of good ones are all bad.
    """
    counted, total = (_whole(text, window) for text in (sli.bad or sli.good or "", sli.total))
    share = f"({counted} or vector(0))\n/\n({total} > 0)"
    bad = indent(share if sli.bad else f"1 -\n{share}", "  ")
    return f"(\n{bad}\n)\nor vector(0)"


def _whole(text: str, window: timedelta) -> str:
    """A query over a window, as one series without labels."""
    filled = fill(text.strip(), {"window": spell_duration(window)})
    query = read_query(filled)
    if isinstance(query, Query) and query.kept.exactly == frozenset() and isinstance(query.tree, AggregateExpr):
        return filled
    return f"sum(\n{indent(filled, '  ')}\n)"


def _groups(slo: Slo, spec: Spec[Monitoring], project: Project) -> Iterator[dict[str, Any]]:
    name = f"{spec.system}-slo-{slo.id}"
    of = {"system": spec.system, "slo": slo.id}
    chosen = f'{{system="{spec.system}", slo="{slo.id}"}}'

    def record(series: str, expr: str) -> dict[str, Any]:
        return {"record": series, "expr": expr, "labels": of}

    short = windows(slo)
    budget = f"slo:error_budget:ratio{chosen}"
    rules = [
        record("slo:objective:ratio", f"vector({plain_number(1 - slo.budget)})"),
        record("slo:error_budget:ratio", f"vector({plain_number(slo.budget)})"),
        *(record(ratio_name(window), error_ratio(slo.sli, window)) for window in short if window != slo.period),
    ]
    current = f"{ratio_name(short[0])}{chosen}"
    often = any(_SUBQUERY.search(text or "") for text in (slo.sli.good, slo.sli.bad, slo.sli.total))
    period = f"avg_over_time({current}[{spell_duration(slo.period)}])" if often else error_ratio(slo.sli, slo.period)
    whole = [record(ratio_name(slo.period), period)]
    if slo.budget:  # where nothing may be bad, there is no pace at which that is used up
        rules.append(record("slo:current_burn_rate:ratio", f"{current}\n/\n{budget}"))
        whole.append(
            record("slo:period_error_budget_remaining:ratio", f"1 - {ratio_name(slo.period)}{chosen}\n/\n{budget}")
        )
    rules += _alerts(slo, spec, project, chosen)
    yield {"name": name, "rules": rules}
    yield {"name": f"{name}-period", "interval": _SELDOM, "rules": whole}


def _alerts(slo: Slo, spec: Spec[Monitoring], project: Project, chosen: str) -> Iterator[dict[str, Any]]:
    if slo.alerting is None:
        return
    label = project.labels(spec.system)
    summary = label("{objective}: the error budget is used up {factor} times as fast as it may be")
    description = label(
        "At this pace, {share} % of the error budget of {period} is gone within {window}. "
        "{target} % is promised, so that {allowance} may be bad."
    )
    for burn in slo.alerting.burn:
        factor, limit = plain_number(burn.factor(slo.period)), plain_number(slo.limit(burn))
        long, short = (f"{ratio_name(window)}{chosen} > {limit}" for window in (burn.window, burn.short))
        said_of = {
            "objective": literal(slo.title),
            "factor": factor,
            "share": burn.budget,
            "period": label.duration(slo.period),
            "window": label.duration(burn.window),
            "target": slo.target,
            "allowance": label.budget(slo.allowance),
        }
        labels = {
            "system": spec.system,
            "slo": slo.id,
            "severity": burn.severity,
            "service": slo.services[0] if len(slo.services) == 1 else None,
        }
        annotations = {
            "summary": _filled(summary, said_of),
            "description": _filled(description, said_of),
            "runbook_url": runbook_url(slo.alerting.runbook, spec, project),
        }
        yield {
            "alert": burn_name(slo, burn),
            "expr": f"{long}\nand\n{short}",
            "for": "0s",
            "labels": said(labels),
            "annotations": said(annotations),
        }


def _filled(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text
