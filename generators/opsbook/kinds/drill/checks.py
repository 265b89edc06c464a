"""What can be wrong with one drill."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from opsbook.diagnostic import Finding, suggest
from opsbook.kind import Check
from opsbook.kinds.drill.model import Drill, Probe
from opsbook.source import Route
from opsbook.step import Undo

MOST_ID = 45
"""Characters of a drill's id: a record's, of at most 60, has the day before it, and perhaps a number after it."""

_Has = Callable[[Drill], object]

_PLAYED: dict[str, tuple[_Has, str]] = {
    "steady_state": (lambda drill: drill.steady_state, "add `steady_state:` with a probe that tells well from broken"),
    "fault": (lambda drill: drill.fault.run or drill.fault.snippet, "add `run:` or `snippet:` that breaks something"),
    "undo": (lambda drill: _undone(drill.fault.undo), "add `undo:` with `do`, and the `run` or `snippet` that does it"),
    "detection": (
        lambda drill: drill.detection,
        "add `detection:` with an `alert` that fires or a `probe` that fails",
    ),
}
"""What opsbook cannot play a drill without, and the cure."""

_LACKS = {
    "steady_state": "no steady state: nobody can tell whether it broke anything, or mended it",
    "fault": "a fault in words only: there is no command that injects it",
    "undo": "no command that takes its fault back",
    "detection": "nobody who notices its fault",
}


def _undone(undo: Undo | None) -> bool:
    return bool(undo and (undo.run or undo.snippet))


def missing_section(drill: Drill) -> Iterator[Finding]:
    """A drill lacks something that drills of its type cannot do without.

    opsbook plays a drill of the type `sandbox` by itself: it needs a steady state whose probes have commands, a fault
    with a command and an `undo`, and a detection. A drill in `staging` or in `production` says in which environment;
    one at a table, what is asked there:

        type: tabletop
        questions:
          - Whom do you call when neither replica answers?
    """
    if drill.type == "sandbox":
        for name, (has, cure) in _PLAYED.items():
            if not has(drill):
                route: Route = ("fault",) if name in ("fault", "undo") else ("type",)
                yield Finding(route, f"opsbook is to play `{drill.id}`, which has {_LACKS[name]}", cure)
        for route, probe in _probes(drill):
            if not (probe.run or probe.snippet):
                yield Finding(
                    route,
                    f"opsbook is to ask the probe `{probe.id}`, which has no command",
                    "add `run:` or `snippet:` that looks",
                )
    elif drill.type == "tabletop" and not drill.questions:
        yield Finding(
            ("type",),
            f"`{drill.id}` takes place at a table, and nothing says what is asked there",
            "add `questions:`",
        )
    elif drill.type in ("staging", "production") and not drill.environment:
        yield Finding(
            ("type",),
            f"`{drill.id}` takes place in {drill.type}, and nothing says in which environment of the system",
            "add `environment:` with its id",
        )


def stray_section(drill: Drill) -> Iterator[Finding]:
    """A drill says something that drills of its type have no use for.

    At a table nothing is run, and only opsbook has a sandbox to set up. What stands there all the same looks as if it
    were done. Remove it, or choose the type that fits:

        type: sandbox
        fault:
          type: kill
          what: The process of the worker is killed.
          run: kill -9 "$(cat /run/opsbook/worker.pid)"
    """
    if drill.type == "tabletop":
        for route in _commands(drill):
            yield Finding(
                route,
                f"`{drill.id}` takes place at a table, where nothing is run",
                "remove it, or set another `type`",
                key=True,
            )
    if drill.type == "sandbox":
        if drill.environment:
            yield Finding(
                ("environment",),
                f"opsbook plays `{drill.id}` in a sandbox, which is no environment of the system",
                "remove it, or set another `type`",
                key=True,
            )
        return
    if drill.setup:
        yield Finding(
            ("setup",),
            f"`{drill.id}` takes place outside a sandbox, which `setup` would make ready",
            "remove it, or set `type: sandbox`",
            key=True,
        )
    if drill.detection and drill.detection.targets:
        yield Finding(
            ("detection", "targets"),
            f"`{drill.id}` takes place outside a sandbox, and its Prometheus has targets of its own",
            "remove it, or set `type: sandbox`",
            key=True,
        )


def _commands(drill: Drill) -> Iterator[Route]:
    """Where commands stand."""
    for route, one in (
        *((("prepare", number), one) for number, one in enumerate(drill.prepare)),
        *_probes(drill),
        (("fault",), drill.fault),
        (("fault", "undo"), drill.fault.undo or Undo(do="-")),
    ):
        yield from ((*route, name) for name in ("run", "snippet") if getattr(one, name))
    if drill.data:
        yield ("data",)


def _probes(drill: Drill) -> Iterator[tuple[Route, Probe]]:
    for name in ("steady_state", "verification"):
        for number, probe in enumerate(getattr(drill, name)):
            yield (name, number), probe


def unknown_probe(drill: Drill) -> Iterator[Finding]:
    """The probe that has to notice a fault is none of the steady state.

    A probe of the steady state holds before the fault and fails after it, so that it can notice. Name one of them:

        steady_state:
          - id: health
            title: The health check answers
            run: curl -fsS "$APP_URL/healthz"
        detection:
          probe: health
    """
    known = [probe.id for probe in drill.steady_state]
    if drill.detection and drill.detection.probe and drill.detection.probe not in known:
        yield Finding(
            ("detection", "probe"),
            f"the steady state of `{drill.id}` has no probe `{drill.detection.probe}`",
            suggest(drill.detection.probe, known) or "add it to `steady_state:`",
        )


def immeasurable_target(drill: Drill) -> Iterator[Finding]:
    """A drill of a sandbox limits the loss of data, and nothing in it counts what is lost.

    It would pass whatever is lost. The loss of data is measured by marks, which are written until the fault and counted
    after the recovery:

        data:
          write: psql -c "INSERT INTO marks VALUES ($MARK)"
          count: psql -XAtc "SELECT count(*) FROM marks"
        targets: {detection: 1m, rto: 15m, rpo: 1m}
    """
    if drill.targets.rpo is not None and not drill.data and drill.type == "sandbox":
        yield Finding(
            ("targets", "rpo"),
            f"`{drill.id}` limits the loss of data, and nothing in it counts what is lost",
            "add `data:` with `write` and `count`, or remove this target",
        )


def missing_target(drill: Drill) -> Iterator[Finding]:
    """A drill measures something, and has no target that it could miss.

    A figure without a target neither passes nor fails. Set what is promised elsewhere; where nothing is promised yet,
    set what users would bear:

        targets: {detection: 2m, rto: 15m, rpo: 1m}
    """
    for name, measures, what in (
        ("rto", drill.type != "tabletop", "how long the recovery takes"),
        ("rpo", drill.data, "how much data is lost"),
        ("detection", drill.detection and drill.type != "tabletop", "how soon its fault is noticed"),
    ):
        if measures and getattr(drill.targets, name) is None:
            yield Finding(
                ("targets",),
                f"`{drill.id}` measures {what}, and has no target for it",
                f"add `{name}:` to `targets:`",
            )


def impossible_tolerance(drill: Drill) -> Iterator[Finding]:
    """A probe asks for a figure that cannot be: at least more than at most.

    It would fail whatever the system does. Mend one of the two:

        tolerance: {at_least: 1, at_most: 3}
    """
    for route, probe in _probes(drill):
        tolerance = probe.tolerance
        if tolerance is None or tolerance.at_least is None or tolerance.at_most is None:
            continue
        if tolerance.at_least > tolerance.at_most:
            yield Finding(
                (*route, "tolerance", "at_least"),
                f"no figure is at least {tolerance.at_least} and at most {tolerance.at_most}, as `{probe.id}` asks for",
                "mend one of the two",
            )


def long_id(drill: Drill) -> Iterator[Finding]:
    """The id of a drill is so long that its records cannot be named after it.

    A record's id is the day, the drill's id, and a number where there were several on that day: `2026-11-21-restore-2`.
    An id has at most 60 characters, which leaves 45 for the drill's:

        id: primary-lost
    """
    if len(drill.id) > MOST_ID:
        yield Finding(
            ("id",),
            f"`{drill.id}` has {len(drill.id)} characters, and an id made of it and a day would have more than 60",
            f"choose one of at most {MOST_ID} characters",
        )


def alert_without_targets(drill: Drill) -> Iterator[Finding]:
    """A drill waits for an alert, and the Prometheus of its sandbox has nothing to read metrics from.

    The alert would stay silent whatever is broken. Say for each scrape job that the alert's metrics come from where it
    finds them in the sandbox:

        detection:
          alert: service-down
          targets: {app: "localhost:8000"}
    """
    detection = drill.detection
    if drill.type == "sandbox" and detection and detection.alert and not detection.targets:
        yield Finding(
            ("detection", "alert"),
            f"`{drill.id}` waits for the alert `{detection.alert}`, and nothing says where its metrics come from",
            "add `targets:` with the scrape jobs that bring them, and hosts with ports of the sandbox",
        )


def hasty_schedule(drill: Drill) -> Iterator[Finding]:
    """A drill is due again within less than a day, and its records tell days.

    It would be overdue as soon as it is played. Give a time that people can keep:

        schedule: {every: 30d, owner: on-call}
    """
    if drill.schedule.every.days < 1:
        yield Finding(
            ("schedule", "every"),
            f"`{drill.id}` is due again within less than a day",
            "give a number of days: `30d`",
        )


CHECKS: tuple[Check[Drill], ...] = (
    Check(missing_section),
    Check(stray_section),
    Check(unknown_probe),
    Check(immeasurable_target),
    Check(missing_target, "warning"),
    Check(impossible_tolerance),
    Check(long_id),
    Check(alert_without_targets),
    Check(hasty_schedule, "warning"),
)
