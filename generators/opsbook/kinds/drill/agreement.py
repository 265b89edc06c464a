"""Where a drill and its system disagree: what it follows, who notices, what is promised, what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from opsbook.diagnostic import Finding, suggest
from opsbook.kind import Definition, ProjectCheck, Spec
from opsbook.kinds.drill.following import Followed, followed
from opsbook.kinds.drill.model import MACHINES, Drill
from opsbook.kinds.drill.record import DrillRecord
from opsbook.kinds.drill.standing import day as played_on
from opsbook.kinds.drill.standing import standings
from opsbook.model import spell_duration
from opsbook.project import Project
from opsbook.source import Route, Source
from opsbook.step import Step

MONITORING = "monitoring"
"""The kind of alerts and scrape jobs, which this kind knows by its name alone."""


def nothing_to_follow(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A drill follows something that has no steps.

    What is drilled are the steps of a document: all of them, those of one procedure or scenario, or those from one step
    on. Name such a thing:

        follow: ["runbook:app-recovery#app-down"]
    """
    for spec in _drills(project):
        for route, reference in _references(spec.document):
            found = project.resolve(reference, spec.home)
            if isinstance(found, Definition) and not _has_steps(reference, spec, project):
                yield (
                    spec.source,
                    Finding(
                        route,
                        f"`{reference}` has no steps that `{spec.document.id}` could follow",
                        "name a document with steps, a list of them, or the step to begin with",
                    ),
                )


def _has_steps(reference: str, spec: Spec[Drill], project: Project) -> bool:
    way = followed(reference, spec, project)
    return bool(way and way.steps)


def unknown_job(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A drill says where a scrape job finds its target, and the system has no such job.

    Prometheus would not read it, and the alert would stay silent. Write the id of a scrape job:

        detection:
          alert: service-down
          targets: {app: "localhost:8000"}
    """
    for spec in _drills(project):
        jobs = [job.id for job in _jobs(spec.system, project)]
        for name in spec.document.detection.targets if spec.document.detection else ():
            if name not in jobs and spec.system not in project.unread:
                yield (
                    spec.source,
                    Finding(
                        ("detection", "targets", name),
                        f"`{spec.system}` has no scrape job `{name}`",
                        suggest(name, jobs) or "add it below `scrape:` in a document of `monitoring`",
                        key=True,
                    ),
                )


def exporter_job(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A drill wants metrics of a scrape job that has an exporter ask its targets (`through`).

    That exporter is not in the sandbox, and the alert would stay silent. Name a job whose target shows metrics itself:
    a service, or an exporter of that one service, which a snippet below `setup:` starts. Or notice it by a probe:

        detection:
          probe: health
    """
    for spec in _drills(project):
        through = {job.id: job.through for job in _jobs(spec.system, project) if job.through}
        for name in spec.document.detection.targets if spec.document.detection else ():
            if name in through:
                yield (
                    spec.source,
                    Finding(
                        ("detection", "targets", name),
                        f"the scrape job `{name}` asks through `{through[name]}`, which is not in the sandbox",
                        "name a job without `through`, or notice the fault by a `probe`",
                        key=True,
                    ),
                )


def early_detection(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A drill wants a fault to be noticed before its alert may fire.

    An alert fires once its condition has held for its `for`; a shorter target is always missed. Set a longer one, or
    shorten the `for` of the alert:

        targets: {detection: 2m, rto: 15m}
    """
    for spec in _drills(project):
        target, detection = spec.document.targets.detection, spec.document.detection
        alert = _alert(detection.alert, spec.system, project) if detection and detection.alert else None
        if alert is not None and alert.for_ and target is not None and target < alert.for_:
            yield (
                spec.source,
                Finding(
                    ("targets", "detection"),
                    f"the alert `{alert.id}` fires after {spell_duration(alert.for_)} at the earliest",
                    f"set a target above {spell_duration(alert.for_)}, or shorten the `for` of the alert",
                ),
            )


def loose_target(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A drill has a target that is looser than what its runbook promises.

    It would pass where the promise is broken. Take over the figure of the scenario (`rto`) or of the runbook
    (`objectives`), or a tighter one:

        targets: {rto: 15m, rpo: 1m}
    """
    for spec in _drills(project):
        for name in ("rto", "rpo"):
            target = getattr(spec.document.targets, name)
            promised = _promise(name, list(_ways(spec, project)))
            if target is not None and promised is not None and target > promised[0]:
                yield (
                    spec.source,
                    Finding(
                        ("targets", name),
                        f"{promised[1]} promises {spell_duration(promised[0])}, and this drill is content with "
                        f"{spell_duration(target)}",
                        f"set `{name}: {spell_duration(promised[0])}` or less, or mend the promise",
                    ),
                )


def _promise(name: str, ways: Sequence[Followed]) -> tuple[timedelta, str] | None:
    """The tightest promise of the scenarios that are followed; where none of them makes any, of their documents."""
    own = [found for way in ways if (found := _of_scenario(name, way))]
    return min(own or [found for way in ways if (found := _of_document(name, way))], default=None)


def _of_scenario(name: str, way: Followed) -> tuple[timedelta, str] | None:
    ids = {step.id for step in way.steps}
    for scenario in getattr(way.spec.document, "scenarios", ()):
        value = getattr(scenario, name, None)
        if value is not None and ids <= {step.id for step in (*scenario.diagnosis, *scenario.resolution)}:
            return value, f"`{way.spec.kind.name}:{way.spec.document.id}#{scenario.id}`"
    return None


def _of_document(name: str, way: Followed) -> tuple[timedelta, str] | None:
    value = getattr(getattr(way.spec.document, "objectives", None), name, None)
    return None if value is None else (value, f"`{way.spec.kind.name}:{way.spec.document.id}`")


def unproved_step(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A drill follows a step whose command only a person can run, or which is run dry, so that it cannot prove it.

    The record then says that the step is left to people, or was done by a dry run, and what it takes is missing from
    the time until recovery. Let a double stand in for what cannot run in a sandbox, and remove the step's
    `test: {manual: …}` or `test: {dry_run: …}`; or follow what a machine can do, and drill the rest in staging:

        follow: ["runbook:failover#promote-replica"]
    """
    for spec in _drills(project):
        if spec.document.type != MACHINES:
            continue
        for route, reference in _references(spec.document):
            way = followed(reference, spec, project)
            for step in way.steps if way else ():
                if why := _unproved(step):
                    yield (
                        spec.source,
                        Finding(
                            route,
                            f"`{spec.document.id}` cannot prove the step `{step.id}`, {why}",
                            "let a double stand in for what it needs, or follow steps that a machine can do",
                        ),
                    )


def _unproved(step: Step) -> str:
    """Why a drill does not run the command of a step; nothing where it does, or where there is none."""
    if not step.test or not (step.run or step.snippet):
        return ""
    if step.test.manual:
        return f"whose command only a person can run: {step.test.manual}"
    return "in whose place its `test: {dry_run: …}` is run" if step.test.dry_run else ""


def overdue_drill(project: Project, today: date) -> Iterator[tuple[Source, Finding]]:
    """A drill should have been played again by now.

    People, services and runbooks change; what was proved once is worth less each month. Play it (`opsbook drill ID`),
    or record what came of it with the form of its page. One that was never played is due once its interval has passed
    since its last review.

        schedule: {every: 90d, owner: on-call}
    """
    for spec in _drills(project):
        drill = spec.document
        standing = standings(spec.system, project)[drill.id]
        due = standing.due
        if due < today:
            said = f"was last played on {played_on(standing.last)}" if standing.last else "was never played"
            days = (today - due).days
            yield (
                spec.source,
                Finding(
                    ("schedule", "every"),
                    f"`{drill.id}` {said}, and was due on {due}, {days} day{'s' if days != 1 else ''} ago",
                    f"play it with `opsbook drill {drill.id}`"
                    if drill.type == MACHINES
                    else "play it, and record what came of it with the form of its page",
                ),
            )


def failed_drill(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """The last time that a drill was played, it failed.

    The runbook does not do what it promises, and nobody knows how to do better. Mend the runbook, the alert or the
    target, and play the drill again; the record of the failure stays:

        result: failed
        failures: ["RTO: 1260 s, and the target is 900 s"]
    """
    for spec in _drills(project):
        last = _last(spec, project)
        if last and last.document.result == "failed":
            why = f": {last.document.failures[0]}" if last.document.failures else ""
            yield (
                last.source,
                Finding(
                    ("result",),
                    f"`{spec.document.id}` failed when it was last played{why}",
                    "mend what failed, and play it again",
                ),
            )


def _last(spec: Spec[Drill], project: Project) -> Spec[DrillRecord] | None:
    """The record of the last time that a drill was played."""
    return next(iter(standings(spec.system, project)[spec.document.id].records), None)


def _drills(project: Project) -> Iterator[Spec[Drill]]:
    for system in project.systems:
        yield from project.of(Drill, system)


def _references(drill: Drill) -> Iterator[tuple[Route, str]]:
    """What a drill follows, and where it says so."""
    for number, one in enumerate(drill.prepare):
        if one.follow:
            yield ("prepare", number, "follow"), one.follow
    for number, reference in enumerate(drill.follow):
        yield ("follow", number), reference


def _ways(spec: Spec[Drill], project: Project) -> Iterator[Followed]:
    """What a drill follows once something is broken."""
    for reference in spec.document.follow:
        if way := followed(reference, spec, project):
            yield way


def _monitored(system: str, project: Project) -> Iterator[Any]:
    return (one.document for one in project.specs if (one.system, one.kind.name) == (system, MONITORING))


def _jobs(system: str, project: Project) -> list[Any]:
    return [job for document in _monitored(system, project) for job in document.scrape]


def _alert(id_: str, system: str, project: Project) -> Any | None:
    alerts = (alert for document in _monitored(system, project) for alert in document.alerts)
    return next((alert for alert in alerts if alert.id == id_), None)


PROJECT_CHECKS: tuple[ProjectCheck, ...] = (
    ProjectCheck(nothing_to_follow, group="drill"),
    ProjectCheck(unknown_job, group="drill"),
    ProjectCheck(exporter_job, group="drill"),
    ProjectCheck(early_detection, "warning", group="drill"),
    ProjectCheck(loose_target, group="drill"),
    ProjectCheck(unproved_step, "warning", group="drill"),
    ProjectCheck(overdue_drill, "warning", group="drill"),
    ProjectCheck(failed_drill, "warning", group="drill"),
)
