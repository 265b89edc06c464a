"""What is watched in a system, over all its documents: every alert, every objective, who is called, the files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from opsbook.kind import Spec
from opsbook.kinds.monitoring.calls import Calls, Policy, calls
from opsbook.kinds.monitoring.model import Alert, Monitoring, Receiver
from opsbook.kinds.monitoring.page import by_severity, condition, holds
from opsbook.kinds.monitoring.rules import alert_name
from opsbook.kinds.monitoring.words import MEANS
from opsbook.page import Page, relative
from opsbook.printer import Printer, render
from opsbook.project import Project
from opsbook.reference import Home

HERE = Path(__file__)


def index_path(system: str) -> str:
    """The path of the page of all that is watched in a system."""
    return f"{system}/monitoring/index.md"


def index(system: str, project: Project) -> Iterator[Page]:
    """One page: the alerts by severity, the objectives, who is called by what, the files."""
    path = index_path(system)
    md = Printer(project, path, Home(system, "monitoring", ""))
    specs = project.of(Monitoring, system)
    called = calls(system, project)
    alerts = [alert for spec in specs for alert in spec.document.alerts]
    receivers = [one for spec in specs for one in spec.document.receivers]
    title = md.label("What is watched")
    body = render(
        HERE.with_name("index.md.jinja"),
        md,
        title=title,
        alerts=by_severity(alerts, called, md),
        name=alert_name,
        condition=condition,
        holds=lambda alert: holds(alert, md),
        slos=[slo for spec in specs for slo in spec.document.slos],
        calls=list(_calls(called, alerts, receivers, md)) if receivers else [],
        files=[
            (md.literal(artifact.path.removeprefix(f"{system}/monitoring/")), relative(artifact.path, path))
            for spec in specs
            for artifact in spec.kind.artifacts(spec, project)
        ],
    )
    yield Page(path, title, body, (md.label("Monitoring"),))


def home(specs: Sequence[Spec[Monitoring]], md: Printer) -> str:
    """What a system's home says of its monitoring: the alerts by severity, what is promised, the way to the rest."""
    alerts = by_severity([alert for spec in specs for alert in spec.document.alerts], calls(md.system, md.project), md)
    return render(
        HERE.with_name("home.md.jinja"),
        md,
        severities=[(severity, list(group)) for severity, group in groupby(alerts, key=lambda alert: alert.severity)],
        slos=[slo for spec in specs for slo in spec.document.slos],
        address=relative(index_path(md.system), md.path),
    )


def _calls(
    called: Calls, alerts: Sequence[Alert], receivers: Sequence[Receiver], md: Printer
) -> Iterator[tuple[str, str, str]]:
    """A row for each severity, and for each further policy that alerts of it name."""
    for severity in called.ranks:
        named = [alert.escalation for alert in alerts if alert.severity == severity and alert.escalation]
        policies = [called.policy(severity), *(called.policy(severity, id_) for id_ in named)]
        for id_ in dict.fromkeys(policy.id for policy in policies if policy):
            policy = called.policy(severity, id_)
            if policy:
                yield md.link("severity", severity), md.link("escalation", id_), _levels(policy, receivers, md)


def _levels(policy: Policy, receivers: Sequence[Receiver], md: Printer) -> str:
    """Who is called at each level that has its time, and by what means."""
    label = md.label
    return "<br>".join(
        f"{md.duration(level.after) if level.after else label('at once')}: "
        + ", ".join(md.link("role", role) + _means(role, receivers, md) for role in level.roles)
        for level in policy.levels
        if level.after is not None
    )


def _means(role: str, receivers: Sequence[Receiver], md: Printer) -> str:
    said = [f"{md.label(MEANS[one.by])} {md.value(one.to)}".rstrip() for one in receivers if one.role == role]
    return f" ({', '.join(said)})" if said else ""
