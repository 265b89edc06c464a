"""What guides show of the monitoring: a table of alerts or of objectives, or the row of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from opsbook.diagnostic import suggest
from opsbook.kind import Definition, Spec
from opsbook.kinds.monitoring.model import Alert, Monitoring, Slo
from opsbook.kinds.monitoring.page import condition, holds
from opsbook.labels import N_
from opsbook.printer import Printer
from opsbook.project import Project
from opsbook.reference import Unresolved


def embed(
    spec: Spec[Monitoring], definition: Definition, view: str, _project: Project
) -> Callable[[Printer], str] | Unresolved:
    """The alerts or the objectives of a document, or the row of one of them."""
    alerts, slos = spec.document.alerts, spec.document.slos
    if definition.type == "monitoring":
        if view not in _VIEWS:
            return Unresolved(f"there is no view `{view}` of the monitoring", suggest(view, _VIEWS))
        if not getattr(spec.document, view):
            return Unresolved(f"`{definition.id}` has no {view}", "embed the document that has them")
        return (lambda md: _alerts(alerts, md)) if view == "alerts" else (lambda md: _slos(slos, md))
    if view or definition.type not in ("alert", "slo"):
        return Unresolved(
            f"`{definition.id}` cannot be embedded so",
            "embed an `alert:` or an `slo:`, with nothing after it, or a `monitoring:` with `|alerts` or `|slos`",
        )
    if definition.type == "alert":
        return lambda md: _alerts([one for one in alerts if one.id == definition.id], md)
    return lambda md: _slos([one for one in slos if one.id == definition.id], md)


_VIEWS = ("alerts", "slos")
"""What can be shown of a document, by the word after the `|`."""


def _alerts(alerts: Sequence[Alert], md: Printer) -> str:
    rows = [
        (
            md.link("alert", one.id),
            md.link("severity", one.severity) if one.severity else "",
            md.cell(condition(one)),
            holds(one, md),
            md.ref(one.runbook) if one.runbook else "",
        )
        for one in alerts
    ]
    return _table((N_("Alert"), N_("Severity"), N_("Condition"), N_("Holds for"), N_("What to do")), rows, md)


def _slos(slos: Sequence[Slo], md: Printer) -> str:
    rows = [
        (md.link("slo", one.id), f"{one.target} %", md.duration(one.period), md.label.budget(one.allowance))
        for one in slos
    ]
    return _table((N_("Objective"), N_("Promised"), N_("Period"), N_("Error budget")), rows, md)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], md: Printer) -> str:
    lines = [[md.label(head) for head in heads], ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
