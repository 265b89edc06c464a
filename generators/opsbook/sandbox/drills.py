"""A drill, played: something breaks, somebody notices, the runbook is followed, all is measured."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from opsbook.errors import OpsbookError
from opsbook.kind import Spec
from opsbook.kinds.drill.following import followed, hashes, references
from opsbook.kinds.drill.model import Drill
from opsbook.kinds.drill.record import DrillRecord
from opsbook.kinds.drill.terms import took
from opsbook.kinds.monitoring.rehearsal import Rehearsal, rehearsal
from opsbook.kinds.sandbox.model import Sandbox, Setup
from opsbook.model import spell_duration
from opsbook.project import Project
from opsbook.sandbox.judging import judge
from opsbook.sandbox.redaction import redact
from opsbook.sandbox.running import EMPTY, Running
from opsbook.sandbox.stage import PAUSE, PROMETHEUS_PORT, NoDrill, Stage, now, number, until
from opsbook.sandbox.trials import parameter_values, sandbox_of, tables
from opsbook.sandbox.walking import Done, walk
from opsbook.step import Expect, Parameter

PATIENCE = 10.0
"""Seconds within which a steady state has to be there at the start, and to be gone once something is broken."""

LONGEST = 45.0
"""Seconds that a drill waits for detection or for recovery, whatever its targets say: they are about production."""

BETWEEN_MARKS = 0.1
"""Seconds between two marks."""

MOST_SAID = 300
"""Characters of a failure."""


def play(
    spec: Spec[Drill], project: Project, snippets: Path, commit: str = "", say: Callable[[str], None] = lambda _: None
) -> DrillRecord:
    """Play a drill in a sandbox of its own, and record what came of it; `say` hears how far it is.

    Raises NoDrill where nothing can be told of the runbook, FixtureFailed where a fixture does not start, SandboxEnded
    where a command ended the sandbox before the fault, and NoSandbox where nothing can be isolated.
    """
    with _stage(spec, project, snippets, say) as stage:
        record = DrillRecord.model_validate_json(json.dumps({**_played(stage), "commit": commit or None}))
    failures = (*record.failures, *missed(spec.document, record))
    return record.model_copy(update={"failures": failures, "result": "failed" if failures else "passed"})


def take_back(spec: Spec[Drill], project: Project, snippets: Path, say: Callable[[str], None] = lambda _: None) -> None:
    """Inject the fault of a drill and take it back: the steady state has to be there again. Raises as `play` does."""
    undo = spec.document.fault.undo
    if undo is None:
        raise NoDrill("its fault has no `undo`")
    with _stage(spec, project, snippets, say) as stage:
        _prepared(stage)
        _expect_steady(stage)
        _break(stage)
        stage.say(undo.do)
        stage.act(undo, "the fault could not be taken back")
        if until(lambda: not stage.unsteady(stage.drill.steady_state), PATIENCE) is None:
            raise NoDrill(
                f"its `undo` does not bring the steady state back: {stage.unsteady(stage.drill.steady_state)}"
            )


def missed(drill: Drill, record: DrillRecord) -> Iterator[str]:
    """The targets of a drill that a record does not reach."""
    for what, target, measured in (
        ("detection", drill.targets.detection, record.detection),
        ("RTO", drill.targets.rto, record.recovery),
        ("RPO", drill.targets.rpo, record.loss),
    ):
        if target is not None and measured is not None and measured > target:
            yield f"{what}: {took(measured)}, and the target is {took(target)}"


@contextmanager
def _stage(spec: Spec[Drill], project: Project, snippets: Path, say: Callable[[str], None]) -> Iterator[Stage]:
    """A sandbox in which everything is there that a drill needs; what is said leaves it without secrets."""
    declared = _declared(spec, project)
    watching = _watching(spec, project)
    secrets = _secrets(spec, declared, project)
    try:
        with Running(declared, snippets, tables(declared, spec.system, project)) as running:
            running.session({**parameter_values(_parameters(spec, project), {}), **declared.values})
            if watching:
                running.prometheus(watching.files, PROMETHEUS_PORT)
            stage = Stage(spec, project, running, watching, say, lambda: secrets | running.secrets)
            yield replace(stage, say=lambda text: say(stage.hidden(text)))
    except OpsbookError as error:
        raise type(error)(redact(str(error), secrets)) from None


def _declared(spec: Spec[Drill], project: Project) -> Sandbox:
    """What the drill is played against: the system's sandbox, and what the drill sets up itself."""
    sandbox = sandbox_of(spec, project) or EMPTY
    more = tuple(Setup(id=f"drill-{count}", snippet=one) for count, one in enumerate(spec.document.setup))
    values = {**sandbox.values, **spec.document.values}
    return sandbox.model_copy(update={"setup": (*sandbox.setup, *more), "values": values})


def _parameters(spec: Spec[Drill], project: Project) -> tuple[Parameter, ...]:
    """The parameters of every document that is followed; the first of a name counts."""
    found: dict[str, Parameter] = {}
    for reference in references(spec.document):
        way = followed(reference, spec, project)
        for parameter in getattr(way.spec.document, "parameters", ()) if way else ():
            found.setdefault(parameter.name, parameter)
    return tuple(found.values())


def _secrets(spec: Spec[Drill], declared: Sandbox, project: Project) -> set[str]:
    """The values that nobody may see, as far as they are known before anything runs."""
    values = {**declared.environment, **declared.values}
    named = {one.name for one in _parameters(spec, project) if one.secret}
    return {value for name, value in values.items() if name in named}


def _watching(spec: Spec[Drill], project: Project) -> Rehearsal | None:
    detection = spec.document.detection
    if detection is None or detection.alert is None:
        return None
    found = rehearsal(spec.system, detection.alert, detection.targets, project)
    if found is None:
        raise NoDrill(f"`{spec.system}` has no alert `{detection.alert}`")
    return found


def _played(stage: Stage) -> dict[str, Any]:
    """The fields of the record, as they stand in a file; the targets are not yet compared."""
    drill = stage.drill
    before, marks = _prepared(stage)
    _expect_steady(stage)
    _expect_marks(stage, len(marks))
    fault, detected, silent = _noticed(stage)
    done = walk(stage, drill.follow)
    mitigated = None if any(one.outcome == "failed" for one in done) or stage.running.ended else now()
    verified, unwell = _verified(stage)
    data, uncounted = _counted(stage, fault, marks)
    broken = [f"the step `{one.step.id}` failed: {one.note}" for one in done if one.outcome == "failed"]
    if not any(one.outcome in ("passed", "led-on", "failed") for one in done):
        broken = ["no step of what is followed was done: all are left to people"]
    found = hashes(stage.spec, stage.project)
    moments = {"fault": fault, "detected": detected, "mitigated": mitigated, "verified": verified}
    waited = stage.watching.waited if stage.watching else timedelta()
    return {
        "kind": "drill-record",
        "id": f"{fault:%Y-%m-%d}-{drill.id}",
        "title": drill.title,
        "owner": drill.owner,
        "drill": drill.id,
        "type": drill.type,
        "result": "passed",
        "failures": [_line(stage, one) for one in (silent, *broken, unwell, uncounted) if one],
        "times": {name: _spelled(moment) for name, moment in moments.items() if moment},
        "waited": spell_duration(waited) if waited else None,
        "data": data,
        "hashes": found.model_dump() if found else None,
        "versions": ", ".join(sorted(stage.running.versions)) or None,
        "steps": [one.data for one in (*before, *done)],
    }


def _line(stage: Stage, text: str) -> str:
    """A failure in a line, without secrets."""
    return " ".join(stage.hidden(text).split())[:MOST_SAID]


def _prepared(stage: Stage) -> tuple[list[Done], list[datetime]]:
    """Wait for the steady state, write marks, make what is there before the fault; what came of that, and the marks."""
    _expect_probes(stage)
    count = stage.drill.data.marks if stage.drill.data else 0
    marks = list(_marked(stage, range(1, count // 2 + 1)))
    done: list[Done] = []
    for preparation in stage.drill.prepare:
        if preparation.follow:
            steps = walk(stage, (preparation.follow,))
            if bad := next((one for one in steps if one.outcome == "failed"), None):
                raise NoDrill(f"the preparation failed at `{bad.step.id}`: {bad.note}")
            done += steps
        else:
            stage.act(preparation, "the preparation failed")
    return done, [*marks, *_marked(stage, range(count // 2 + 1, count + 1))]


def _marked(stage: Stage, numbers: range) -> Iterator[datetime]:
    """Write marks; gives when each was there. Raises NoDrill."""
    for mark in numbers if stage.drill.data else ():
        outcome = stage.run(f"export MARK={mark}\n{stage.drill.data.write if stage.drill.data else ''}")
        if problems := list(judge(Expect(), outcome)):
            raise NoDrill(f"mark {mark} could not be written: {stage.told(problems, outcome)}")
        yield now()
        time.sleep(BETWEEN_MARKS)


def _expect_probes(stage: Stage) -> None:
    """Wait for the steady state. Raises NoDrill where it never holds."""
    probes = stage.drill.steady_state
    if until(lambda: not stage.unsteady(probes), PATIENCE) is None:
        raise NoDrill(f"the steady state never held: {stage.unsteady(probes)}")


def _expect_marks(stage: Stage, written: int) -> None:
    """See that all marks are found before anything is broken, and nothing else. Raises NoDrill."""
    if stage.drill.data is None:
        return
    outcome = stage.run(stage.drill.data.count)
    if problems := list(judge(Expect(), outcome)):
        raise NoDrill(f"the marks cannot be counted: {stage.told(problems, outcome)}")
    if number(outcome.stdout) != written:
        raise NoDrill(
            f"{written} marks were written, and `data.count` finds {outcome.stdout.strip() or 'none'} "
            "before anything is broken: it has to count these marks, and nothing else"
        )


def _expect_steady(stage: Stage) -> None:
    """Wait for the steady state, and for the silence of what watches. Raises NoDrill where one of them never comes."""
    _expect_probes(stage)
    if stage.watching:
        _expect_silence(stage, stage.watching)


def _expect_silence(stage: Stage, watching: Rehearsal) -> None:
    """Wait until Prometheus reads metrics, and has nothing to say. Raises NoDrill."""
    scraped = until(stage.scraped, PATIENCE)
    if scraped is None:
        jobs = ", ".join(f"`{job}`" for job in watching.jobs) or "any job"
        raise NoDrill(f"Prometheus reads no metrics of {jobs}: see `detection.targets`, and what answers there")
    if until(lambda: stage.silent(scraped), PATIENCE) is None:
        raise NoDrill(f"the alert `{watching.alert}` is not silent before anything is broken")


def _break(stage: Stage) -> None:
    """Inject the fault. Raises NoDrill where that fails, and where the steady state holds all the same."""
    stage.say(stage.drill.fault.what)
    stage.act(stage.drill.fault, "the fault could not be injected")
    if until(lambda: bool(stage.unsteady(stage.drill.steady_state)), PATIENCE) is None:
        raise NoDrill("the fault did not take: the steady state still holds after it was injected")


def _noticed(stage: Stage) -> tuple[datetime, datetime | None, str]:
    """Inject the fault and wait until it is noticed: when it was, when it was noticed, and why it was not."""
    fault, began = now(), time.monotonic()
    _break(stage)
    detection, target = stage.drill.detection, stage.drill.targets.detection
    if detection is None:
        return fault, None, ""
    waited = stage.watching.waited if stage.watching else timedelta()
    patience = min(LONGEST, max((target - waited).total_seconds(), 0) if target else LONGEST) + PAUSE
    left = max(patience - (time.monotonic() - began), 0)
    if stage.watching:
        detected = until(stage.firing, left)
        silent = f"the alert `{stage.watching.alert}` stayed silent for {patience:.0f} s"
    else:
        probes = [one for one in stage.drill.steady_state if one.id == detection.probe]
        detected = until(lambda: bool(stage.unsteady(probes)), left)
        silent = f"the probe `{detection.probe}` noticed nothing for {patience:.0f} s"
    stage.say(f"noticed after {time.monotonic() - began:.1f} s" if detected else silent)
    return fault, detected, "" if detected else silent


def _verified(stage: Stage) -> tuple[datetime | None, str]:
    """When all was well again; and what is not, where it never was."""
    if stage.running.ended:
        return None, "the system did not recover: the sandbox has ended"
    probes = (*stage.drill.steady_state, *stage.drill.verification)
    target = stage.drill.targets.rto
    verified = until(lambda: not stage.unsteady(probes), min(LONGEST, target.total_seconds() if target else LONGEST))
    return verified, "" if verified else f"the system did not recover: {stage.unsteady(probes)}"


def _counted(stage: Stage, fault: datetime, marks: list[datetime]) -> tuple[Mapping[str, Any] | None, str]:
    """What is left of the marks; and why they cannot be counted."""
    if stage.drill.data is None:
        return None, ""
    outcome = stage.run(stage.drill.data.count)
    figure = number(outcome.stdout)
    if figure is None or (problems := list(judge(Expect(), outcome))):
        return (
            None,
            f"the marks cannot be counted: {stage.told(['no number'] if figure is None else problems, outcome)}",
        )
    left = max(0, min(int(figure), len(marks)))
    lost = (fault - marks[left]).total_seconds() if left < len(marks) else 0
    return {"written": len(marks), "left": left, "seconds": round(max(lost, 0), 1)}, ""


def _spelled(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
