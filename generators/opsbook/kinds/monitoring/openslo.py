"""Objectives in OpenSLO, version 1 (openslo.com): ratios of events over a rolling window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from opsbook.kind import Spec
from opsbook.kinds.monitoring import window
from opsbook.kinds.monitoring.files import yaml_documents
from opsbook.kinds.monitoring.model import Burn, Monitoring, Slo
from opsbook.kinds.monitoring.rules import runbook_url
from opsbook.markup import plain_text
from opsbook.page import Artifact
from opsbook.project import Project

VERSION = "openslo/v1"
"""The version of OpenSLO that is read and written."""

WINDOW = "opsbook-window"
"""The annotation that says which window in the queries of an objective stands for `$window`."""

SERVICES = "services"
"""The label that names all services of an objective that is about several."""

TARGET = "alertmanager"
"""Who is told: Alertmanager, which routes by severity."""

_UNITS = (("d", timedelta(days=1)), ("h", timedelta(hours=1)), ("m", timedelta(minutes=1)))


def shorthand(duration: timedelta) -> str | None:
    """A duration as OpenSLO writes it: one whole number of days, hours or minutes; None where it is none."""
    for unit, size in _UNITS:
        if duration and not duration % size:
            return f"{duration // size}{unit}"
    return None


def fits(slo: Slo) -> bool:
    """Whether OpenSLO can hold an objective: it knows none of 100 %, and no period in seconds."""
    return bool(slo.budget and shorthand(slo.period))


def file_name(document: Monitoring) -> str:
    """The file with the objectives of a document, below the folder of all such files."""
    return f"openslo/{document.id}.yaml"


def openslo_files(spec: Spec[Monitoring], project: Project) -> Iterator[Artifact]:
    """The objectives of a document, as one file; none where OpenSLO can hold none of them."""
    told = [slo for slo in spec.document.slos if fits(slo)]
    if not told:
        return
    documents = [*_services(told, spec, project), *(one for slo in told for one in _objective(slo, spec, project))]
    if any(slo.alerting for slo in told):
        documents.append(_document("AlertNotificationTarget", TARGET, "", {"target": TARGET}))
    yield yaml_documents(file_name(spec.document), documents, spec, list(_notes(spec, told)))


def _notes(spec: Spec[Monitoring], told: list[Slo]) -> Iterator[str]:
    """What of the spec has no place in the file."""
    for slo in spec.document.slos:
        if slo not in told:
            yield f"Left out: {slo.id}. OpenSLO knows no objective of 100 %, and no period in seconds."
            continue
        others = [f"`{name}`" for name in ("indicator", "alerts") if getattr(slo, name)]
        if others:
            yield f"Left out: {' and '.join(others)} of {slo.id}, which OpenSLO does not know beside a ratio."


def _document(kind: str, name: str, title: str, spec: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    shown = {"displayName": plain_text(title)} if title else {}
    return {"apiVersion": VERSION, "kind": kind, "metadata": {"name": name, **shown, **metadata}, "spec": spec}


def _services(slos: list[Slo], spec: Spec[Monitoring], project: Project) -> Iterator[dict[str, Any]]:
    """The services that the objectives are about; the system itself, where one is about none in particular."""
    named = dict.fromkeys(service for slo in slos for service in _of(slo, spec))
    for id_ in named:
        found = project.find(spec.system, "service", id_) or project.find(spec.system, "system", id_)
        yield _document("Service", id_, found.title if found else "", {})


def _of(slo: Slo, spec: Spec[Monitoring]) -> tuple[str, ...]:
    return slo.services or (spec.system,)


def _objective(slo: Slo, spec: Spec[Monitoring], project: Project) -> Iterator[dict[str, Any]]:
    """An objective, and a policy for each pace at which its budget may go."""
    parts = {name: text for name in ("good", "bad", "total") if (text := getattr(slo.sli, name))}
    said, queries = window.whole(parts.values())
    ratio = {name: _source(query) for name, query in zip(parts, queries, strict=True)}
    burns = slo.alerting.burn if slo.alerting else ()
    policies = {f"{slo.id}-{number}": burn for number, burn in enumerate(burns, start=1)}
    services = _of(slo, spec)
    yield _document(
        "SLO",
        slo.id,
        slo.title,
        {
            **({"description": plain_text(slo.description)} if slo.description else {}),
            "service": services[0],
            "indicator": {
                "metadata": {"name": slo.id, "displayName": plain_text(slo.title)},
                # A rate is no counter any more.
                "spec": {"ratioMetric": {"counter": False, **ratio}},
            },
            "timeWindow": [{"duration": shorthand(slo.period), "isRolling": True}],
            "budgetingMethod": "Occurrences",
            "objectives": [{"displayName": plain_text(slo.title), "target": float(1 - slo.budget)}],
            **({"alertPolicies": [{"alertPolicyRef": name} for name in policies]} if policies else {}),
        },
        **({"labels": {SERVICES: list(services)}} if len(services) > 1 else {}),
        annotations={WINDOW: said},
    )
    url = runbook_url(slo.alerting.runbook, spec, project) if slo.alerting else ""
    for name, burn in policies.items():
        yield _policy(name, slo, burn, url)


def _source(query: str) -> dict[str, Any]:
    return {"metricSource": {"type": "Prometheus", "spec": {"query": query}}}


def _policy(name: str, slo: Slo, burn: Burn, url: str) -> dict[str, Any]:
    """Who is told when the budget goes at a pace."""
    title = f"{plain_text(slo.title)}: {burn.budget} % of the budget"
    condition = {
        "kind": "AlertCondition",
        "metadata": {"name": name},
        "spec": {
            "severity": burn.severity,
            "condition": {
                "kind": "burnrate",
                "op": "gt",
                "threshold": _figure(Decimal(burn.budget) / 100 * _seconds(slo.period) / _seconds(burn.window)),
                "lookbackWindow": shorthand(burn.window) or _minutes(burn.window),
                "alertAfter": shorthand(burn.short) or _minutes(burn.short),
            },
        },
    }
    return _document(
        "AlertPolicy",
        name,
        title,
        {
            **({"description": f"What to do: {url}"} if url.startswith("http") else {}),
            "alertWhenBreaching": True,
            "alertWhenNoData": False,
            "alertWhenResolved": False,
            "conditions": [condition],
            "notificationTargets": [{"targetRef": TARGET}],
        },
    )


def _minutes(duration: timedelta) -> str:
    """A duration in whole minutes, no less than it is: OpenSLO knows no seconds."""
    return f"{-(-duration // timedelta(minutes=1))}m"


def _seconds(duration: timedelta) -> Decimal:
    return Decimal(int(duration.total_seconds()))


def _figure(value: Decimal) -> float | int:
    """A decimal as a number of YAML, whole where it is."""
    return int(value) if value == value.to_integral_value() else float(value)
