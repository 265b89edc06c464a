"""A drill, played: something breaks, somebody notices, the runbook is followed, all is measured."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from opsbook.errors import OpsbookError
from opsbook.kind import Spec
from opsbook.kinds.drill.following import Followed, followed, hashes
from opsbook.kinds.drill.model import Drill, Probe, Script, Tolerance
from opsbook.kinds.drill.record import DrillRecord, Outcome
from opsbook.kinds.monitoring.rehearsal import Rehearsal, rehearsal
from opsbook.kinds.sandbox.model import Sandbox, Setup
from opsbook.model import spell_duration
from opsbook.project import Project
from opsbook.sandbox.judging import judge
from opsbook.sandbox.routes import Way
from opsbook.sandbox.running import EMPTY, Running
from opsbook.sandbox.running import Outcome as Ran
from opsbook.sandbox.steps import DEFAULT_SECONDS, Verdict, acts
from opsbook.sandbox.trials import parameter_values, sandbox_of, tables
from opsbook.step import Step, Undo

PATIENCE = 10.0
"""Seconds within which a steady state has to be there at the start, and to be gone once something is broken."""

LONGEST = 45.0
"""Seconds that a drill waits for detection or for recovery, whatever its targets say: they are about production."""

PAUSE = 0.2
"""Seconds between two looks."""

BETWEEN_MARKS = 0.1
"""Seconds between two marks."""

MOST_SAID = 300
"""Characters of a failure."""

PROMETHEUS_PORT = 19_090
"""Where the Prometheus of a drill listens; a system's sandbox may have one of its own at the usual port."""

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


class NoDrill(OpsbookError):
    """Nothing was drilled: what should have been there before the fault was not, or the fault did not take."""


@dataclass(frozen=True)
class _Done:
    """A step of a runbook, and what came of it."""

    step: Step
    outcome: Outcome
    verdict: Verdict | None = None
    note: str = ""

    @property
    def data(self) -> dict[str, Any]:
        """What the record says of it."""
        came = self.verdict.outcome if self.verdict else None
        seconds = round(came.seconds, 1) if came else 0
        return {"step": self.step.id, "outcome": self.outcome, "seconds": seconds, "note": self.note or None}


@dataclass
class _Stage:
    """A drill while it is played."""

    spec: Spec[Drill]
    project: Project
    running: Running
    watching: Rehearsal | None
    say: Callable[[str], None]
    failures: list[str] = field(default_factory=list)
    marks: list[datetime] = field(default_factory=list)
    """When each mark was written."""

    @property
    def drill(self) -> Drill:
        """The document."""
        return self.spec.document


def play(
    spec: Spec[Drill], project: Project, snippets: Path, commit: str, say: Callable[[str], None] = lambda _: None
) -> DrillRecord:
    """Play a drill in a sandbox of its own, and record what came of it; `say` hears how far it is.

    Raises NoDrill where it cannot tell anything, FixtureFailed where a fixture does not start, and NoSandbox where
    nothing can be isolated.
    """
    declared = _declared(spec, project)
    watching = _watching(spec, project)
    with Running(declared, snippets, tables(declared, spec.system, project)) as running:
        running.session({**_parameters(spec, project), **declared.values})
        if watching:
            running.prometheus(watching.files, PROMETHEUS_PORT)
        return _played(_Stage(spec, project, running, watching, say), commit)


def undoes(spec: Spec[Drill], project: Project, snippets: Path) -> None:
    """Inject the fault of a drill and take it back: the steady state has to be there again. Raises NoDrill."""
    raise NotImplementedError


def _parameters(spec: Spec[Drill], project: Project) -> dict[str, str]:
    """The defaults and examples of the parameters of every document that is followed."""
    values: dict[str, str] = {}
    for reference in (*(one.follow for one in spec.document.prepare if one.follow), *spec.document.follow):
        parameters = getattr(_way(reference, spec, project).spec.document, "parameters", ())
        values = {**parameter_values(parameters, {}), **values}
    return values


def _way(reference: str, spec: Spec[Drill], project: Project) -> Followed:
    """The steps that a reference of a drill names. Raises NoDrill where there are none."""
    if way := followed(reference, spec, project):
        return way
    raise NoDrill(f"`{reference}` names no steps to follow")


def _declared(spec: Spec[Drill], project: Project) -> Sandbox:
    """What the drill is played against: the system's sandbox, and what the drill sets up itself."""
    sandbox = sandbox_of(spec, project) or EMPTY
    more = tuple(Setup(id=f"drill-{number}", snippet=one) for number, one in enumerate(spec.document.setup))
    values = {**sandbox.values, **spec.document.values}
    return sandbox.model_copy(update={"setup": (*sandbox.setup, *more), "values": values})


def _watching(spec: Spec[Drill], project: Project) -> Rehearsal | None:
    detection = spec.document.detection
    if detection is None or detection.alert is None:
        return None
    found = rehearsal(spec.system, detection.alert, detection.targets, project)
    if found is None:
        raise NoDrill(f"`{spec.system}` has no alert `{detection.alert}`")
    return found


def _played(stage: _Stage, commit: str) -> DrillRecord:
    drill = stage.drill
    before = _marked_and_prepared(stage)
    _expect_steady(stage)
    began = time.monotonic()
    fault = _now()
    stage.say(f"the steady state holds; {drill.fault.what}")
    _act(stage, drill.fault, "the fault could not be injected")
    _expect_broken(stage)
    detected = _detected(stage, began)
    done = _follow(stage)
    mitigated = _now()
    verified = _verified(stage)
    data = _counted(stage, fault) if drill.data else None
    record = DrillRecord.model_validate_json(
        json.dumps(
            {
                "kind": "drill-record",
                "id": f"{fault:%Y-%m-%d}-{drill.id}",
                "title": drill.title,
                "owner": drill.owner,
                "drill": drill.id,
                "type": drill.type,
                "result": "passed",
                "times": {
                    name: moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
                    for name, moment in (
                        ("fault", fault),
                        ("detected", detected),
                        ("mitigated", mitigated),
                        ("verified", verified),
                    )
                    if moment
                },
                "waited": spell_duration(stage.watching.waited) if stage.watching and stage.watching.waited else None,
                "data": data,
                "commit": commit or None,
                "hashes": (found := hashes(stage.spec, stage.project)) and found.model_dump(),
                "versions": ", ".join(sorted(stage.running.versions)) or None,
                "steps": [one.data for one in (*before, *done)],
            }
        )
    )
    failures = (*stage.failures, *missed(drill, record))
    return record.model_copy(update={"failures": failures, "result": "failed" if failures else "passed"})


def missed(drill: Drill, record: DrillRecord) -> Iterator[str]:
    """The targets of a drill that a record does not reach."""
    for what, target, measured in (
        ("detection", drill.targets.detection, record.detection),
        ("RTO", drill.targets.rto, record.recovery),
        ("RPO", drill.targets.rpo, record.loss),
    ):
        if target is not None and measured is not None and measured > target:
            yield f"{what}: {_seconds(measured)} s, and the target is {_seconds(target)} s"


def _marked_and_prepared(stage: _Stage) -> list[_Done]:
    """Write marks and prepare what is there before the fault; gives what came of the runbooks of preparations."""
    data = stage.drill.data
    half = data.marks // 2 if data else 0
    _mark(stage, half)
    done: list[_Done] = []
    for preparation in stage.drill.prepare:
        if preparation.follow:
            steps = _walk(stage, _way(preparation.follow, stage.spec, stage.project))
            if bad := [one for one in steps if one.outcome == "failed"]:
                raise NoDrill(f"the preparation failed at `{bad[0].step.id}`: {bad[0].note}")
            done += steps
        else:
            _act(stage, preparation, "the preparation failed")
    _mark(stage, (data.marks if data else 0) - half)
    return done


def _mark(stage: _Stage, count: int) -> None:
    for _ in range(count):
        number = len(stage.marks) + 1
        outcome = _ran(stage, f"export MARK={number}\n{stage.drill.data.write if stage.drill.data else ''}")
        if problems := list(judge(Tolerance(), outcome)):
            raise NoDrill(f"mark {number} could not be written: {_said(problems, outcome)}")
        stage.marks.append(_now())
        time.sleep(BETWEEN_MARKS)


def _expect_steady(stage: _Stage) -> None:
    """Wait for the steady state. Raises NoDrill where it never holds."""
    probes = stage.drill.steady_state
    if _until(lambda: not _unsteady(stage, probes), PATIENCE) is None:
        raise NoDrill(f"the steady state never held: {_unsteady(stage, probes)}")
    if stage.watching:
        scraped = _until(lambda: _all_up(stage), PATIENCE)
        if scraped is None:
            raise NoDrill(
                f"Prometheus reads no metrics of {', '.join(stage.watching.jobs) or 'any job'}: "
                "see `detection.targets`, and what answers there"
            )
        if stage.watching.alert in _alerts(stage):
            raise NoDrill(f"the alert `{stage.watching.alert}` fires before anything is broken")


def _all_up(stage: _Stage) -> bool:
    found = _asked(stage, "targets")
    active = found.get("activeTargets", [])
    return bool(active) and all(one["health"] == "up" for one in active)


def _expect_broken(stage: _Stage) -> None:
    """Wait until the steady state is gone. Raises NoDrill where it holds on: nothing was broken."""
    if _until(lambda: bool(_unsteady(stage, stage.drill.steady_state)), PATIENCE) is None:
        raise NoDrill("the fault did not take: the steady state still holds after it was injected")


def _detected(stage: _Stage, began: float) -> datetime | None:
    """When the fault was noticed; None where it was not."""
    detection, target = stage.drill.detection, stage.drill.targets.detection
    if detection is None:
        return None
    waited = stage.watching.waited if stage.watching else timedelta()
    patience = min(LONGEST, max(((target or timedelta.max) - waited).total_seconds(), 0) + PAUSE)
    left = max(patience - (time.monotonic() - began), PAUSE)
    if stage.watching:
        alert = stage.watching.alert
        when = _until(lambda: alert in _alerts(stage), left)
        silent = f"the alert `{alert}` stayed silent for {patience:.0f} s"
    else:
        (probe,) = [one for one in stage.drill.steady_state if one.id == detection.probe]
        when = _until(lambda: bool(_unsteady(stage, (probe,))), left)
        silent = f"the probe `{probe.id}` noticed nothing for {patience:.0f} s"
    if when is None:
        stage.failures.append(silent)
    stage.say(f"noticed after {time.monotonic() - began:.1f} s" if when else silent)
    return when


def _follow(stage: _Stage) -> list[_Done]:
    """Follow the runbook until a step fails and leads nowhere; gives what came of each step."""
    done: list[_Done] = []
    for reference in stage.drill.follow:
        way = _way(reference, stage.spec, stage.project)
        if any(one.outcome == "failed" for one in done):
            done += [_Done(step, "not-run") for step in way.steps]
        else:
            done += _walk(stage, way)
    for one in done:
        if one.outcome == "failed":
            stage.failures.append(f"the step `{one.step.id}` failed: {one.note}"[:MOST_SAID])
    return done


def _walk(stage: _Stage, way: Followed) -> list[_Done]:
    """Do the steps of a document one after the other, as a reader does: a failed one leads where it says."""
    path = Way(way.spec, way.trials, stage.project, stage.running, prepared=False)
    done: list[_Done] = []
    for number, step in enumerate(way.steps):
        if stage.running.ended:
            return [*done, *(_Done(one, "not-run") for one in way.steps[number:])]
        if False not in acts(step):
            done.append(_Done(step, "left-to-people", note=(step.test.manual if step.test else None) or ""))
            continue
        verdict = path.run(step)
        outcome = "passed" if verdict.result == "passed" else _led(step)
        done.append(_Done(step, outcome, verdict, "; ".join(verdict.problems)))
        stage.say(f"{step.id}: {outcome}")
        if outcome == "passed" or (outcome == "led-on" and not _goes(step)):
            continue
        if outcome == "led-on":
            known = len(path.verdicts)
            problem = path.follow(step)
            done += [_Done(one.step, one.result, one, "; ".join(one.problems)) for one in path.verdicts[known:]]
            if not problem:
                return done
            done[number] = _Done(step, "failed", verdict, problem)
        return [*done, *(_Done(one, "not-run") for one in way.steps[number + 1 :])]
    return done


def _goes(step: Step) -> bool:
    """Whether the failure of a step leads elsewhere."""
    return bool(step.on_failure and step.on_failure.go_to)


def _led(step: Step) -> Outcome:
    """What comes of a step that does not give what is expected.

    A question may be answered otherwise where the runbook says what that means. A change has to work, or to lead on.
    """
    route = step.on_failure
    if route and (route.go_to or (route.say and not route.escalate and not step.changes)):
        return "led-on"
    return "failed"


def _verified(stage: _Stage) -> datetime | None:
    """When all was well again; None where it never was."""
    probes = (*stage.drill.steady_state, *stage.drill.verification)
    target = stage.drill.targets.rto
    patience = min(LONGEST, target.total_seconds() if target else LONGEST)
    when = None if stage.running.ended else _until(lambda: not _unsteady(stage, probes), patience)
    if when is None:
        what = "the sandbox has ended" if stage.running.ended else _unsteady(stage, probes)
        stage.failures.append(f"the system did not recover: {what}"[:MOST_SAID])
    return when


def _counted(stage: _Stage, fault: datetime) -> dict[str, Any] | None:
    """Count what is left of the marks."""
    if stage.drill.data is None or stage.running.ended:
        return None
    outcome = _ran(stage, stage.drill.data.count)
    found = _NUMBER.search(outcome.stdout)
    problems = list(judge(Tolerance(), outcome))
    if problems or not found:
        stage.failures.append(f"the marks cannot be counted: {_said(problems or ['no number'], outcome)}"[:MOST_SAID])
        return None
    left = min(int(Decimal(found[0])), len(stage.marks))
    lost = (fault - stage.marks[left]).total_seconds() if left < len(stage.marks) else 0
    return {"written": len(stage.marks), "left": left, "seconds": round(max(lost, 0), 1)}


def _unsteady(stage: _Stage, probes: Sequence[Probe]) -> str:
    """What keeps a system from being in its steady state; nothing where it is."""
    for probe in probes:
        outcome = _ran(stage, _script(stage, probe))
        problems = [*judge(probe.tolerance or Tolerance(), outcome), *_beyond(probe.tolerance, outcome)]
        if problems:
            return f"`{probe.id}`: {_said(problems, outcome)}"
    return ""


def _beyond(tolerance: Tolerance | None, outcome: Ran) -> Iterator[str]:
    """How a figure is not within its limits."""
    if tolerance is None or (tolerance.at_least is None and tolerance.at_most is None):
        return
    found = _NUMBER.search(outcome.stdout)
    figure = None
    with suppress(InvalidOperation):
        figure = Decimal(found[0]) if found else None
    if figure is None:
        yield "it prints no figure"
    elif tolerance.at_least is not None and figure < tolerance.at_least:
        yield f"{figure} is less than {tolerance.at_least}"
    elif tolerance.at_most is not None and figure > tolerance.at_most:
        yield f"{figure} is more than {tolerance.at_most}"


def _act(stage: _Stage, script: Script | Undo, failed: str) -> None:
    """Run a script that has to succeed. Raises NoDrill."""
    outcome = _ran(stage, _script(stage, script))
    if problems := list(judge(Tolerance(), outcome)):
        raise NoDrill(f"{failed}: {_said(problems, outcome)}")


def _script(stage: _Stage, script: Script | Undo) -> str:
    return script.run or stage.running.snippet(script.snippet or "")


def _ran(stage: _Stage, script: str) -> Ran:
    return stage.running.run(script, DEFAULT_SECONDS)


def _said(problems: Sequence[str], outcome: Ran) -> str:
    said = outcome.output.strip()
    return "; ".join(problems) + (f": {said[-500:]}" if said else "")


def _alerts(stage: _Stage) -> set[str]:
    """The alerts that fire."""
    found = _asked(stage, "alerts").get("alerts", [])
    return {one["labels"]["alertname"] for one in found if one["state"] == "firing"}


def _asked(stage: _Stage, what: str) -> dict[str, list[dict[str, Any]]]:
    """What Prometheus answers; nothing where it does not. https://prometheus.io/docs/prometheus/latest/querying/api/"""
    text = stage.running.got(f"http://127.0.0.1:{PROMETHEUS_PORT}/api/v1/{what}")
    return dict(json.loads(text)["data"]) if text else {}


def _until(holds: Callable[[], bool], seconds: float) -> datetime | None:
    """When something began to hold, within so many seconds; None where it did not."""
    until = time.monotonic() + seconds
    while True:
        if holds():
            return _now()
        if time.monotonic() > until:
            return None
        time.sleep(PAUSE)


def _now() -> datetime:
    return datetime.now(UTC)


def _seconds(span: timedelta) -> str:
    return f"{span.total_seconds():.1f}".removesuffix(".0")
