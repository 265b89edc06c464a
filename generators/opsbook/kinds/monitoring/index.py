"""What is watched in a system, over all its documents: every alert, every objective, who is called, the files."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from opsbook.kind import Spec
from opsbook.kinds.monitoring.files import FOLDER
from opsbook.kinds.monitoring.model import Monitoring, Receiver
from opsbook.kinds.monitoring.page import by_severity, condition, holds
from opsbook.kinds.monitoring.process import Process, process
from opsbook.kinds.monitoring.routing import Route, routes
from opsbook.kinds.monitoring.words import MEANS
from opsbook.page import Page, relative
from opsbook.printer import Printer, render
from opsbook.project import Project
from opsbook.reference import Home

HERE = Path(__file__)


def index_path(system: str) -> str:
    """The path of the page of all that is watched in a system."""
    return f"{system}/{FOLDER}/index.md"


def index(system: str, project: Project) -> Iterator[Page]:
    """One page: the alerts by severity, the objectives, who is called by what, the files."""
    path = index_path(system)
    md = Printer(project, path, Home(system, "monitoring", ""))
    specs = project.of(Monitoring, system)
    known = process(system, project)
    alerts = [alert for spec in specs for alert in spec.document.alerts]
    receivers = [one for spec in specs for one in spec.document.receivers]
    title = md.label("What is watched")
    body = render(
        HERE.with_name("index.md.jinja"),
        md,
        title=title,
        alerts=by_severity(alerts, known, md),
        condition=condition,
        holds=lambda alert: holds(alert, md),
        slos=[slo for spec in specs for slo in spec.document.slos],
        calls=[_called(route, known, receivers, md) for route in routes(specs[0], project)],
        files=_files(specs, project),
    )
    yield Page(path, title, body, (md.label("Monitoring"),))


def home(specs: Sequence[Spec[Monitoring]], md: Printer) -> str:
    """What a system's home says of its monitoring: the alerts by severity, what is promised, the way to the rest."""
    alerts = by_severity(
        [alert for spec in specs for alert in spec.document.alerts], process(md.system, md.project), md
    )
    return render(
        HERE.with_name("home.md.jinja"),
        md,
        severities=[(severity, list(group)) for severity, group in groupby(alerts, key=lambda alert: alert.severity)],
        slos=[slo for spec in specs for slo in spec.document.slos],
        address=relative(index_path(md.system), md.path),
    )


def _called(route: Route, known: Process, receivers: Sequence[Receiver], md: Printer) -> tuple[str, str, str, str]:
    """A row: the severity, the policy, who is called by what, how often."""
    labels = dict(route.labels)
    own = known.policy(labels["severity"])
    policy = labels.get("escalation") or (own.id if own else "")
    return (
        md.link("severity", labels["severity"]),
        md.link("escalation", policy) if policy else "",
        "<br>".join(f"{md.link('role', role)}: {_means(role, receivers, md)}" for role in route.roles),
        md.duration(route.repeat) if route.repeat else "",
    )


def _means(role: str, receivers: Sequence[Receiver], md: Printer) -> str:
    """By what a role is called: by a web hook where nothing is said."""
    said = [f"{md.label(MEANS[one.by])} {md.value(one.to)}".rstrip() for one in receivers if one.role == role]
    return ", ".join(said) or md.label(MEANS["webhook"])


def _files(specs: Sequence[Spec[Monitoring]], project: Project) -> dict[str, list[str]]:
    """The files that are made, by their folder; each as its path below the folder of them all."""
    folder = f"{specs[0].system}/{FOLDER}/"
    made = (artifact for spec in specs for artifact in spec.kind.artifacts(spec, project))
    files: dict[str, list[str]] = {}
    for path in sorted(artifact.path.removeprefix(folder) for artifact in made):
        files.setdefault(posixpath.dirname(path), []).append(path)
    return files
