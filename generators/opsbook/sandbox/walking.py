"""A runbook, followed in a drill: its steps one after the other, as a reader does them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from opsbook.kinds.drill.following import Followed, followed, steps_at
from opsbook.kinds.drill.record import OutcomeName
from opsbook.sandbox.routes import MOST_HOPS
from opsbook.sandbox.stage import NoDrill, Stage
from opsbook.sandbox.steps import Verdict, acts, perform
from opsbook.step import Step


@dataclass(frozen=True)
class Done:
    """A step of a runbook, and what came of it."""

    step: Step
    outcome: OutcomeName
    note: str = ""
    """What was not as expected, or why a person has to do it."""
    seconds: float = 0.0
    mode: str | None = None
    """What it was done against, where a machine did it."""

    @property
    def data(self) -> dict[str, Any]:
        """What a record says of it."""
        note = self.note or None
        return {"step": self.step.id, "outcome": self.outcome, "mode": self.mode, "seconds": self.seconds, "note": note}


def walk(stage: Stage, references: Sequence[str]) -> list[Done]:
    """Follow runbooks until a step fails and leads nowhere; gives what came of each step. Raises NoDrill."""
    done: list[Done] = []
    for way in [way_of(stage, reference) for reference in references]:
        lost = any(one.outcome == "failed" for one in done)
        done += _not_run(way.steps) if lost else _walk(stage, way)
    return done


def way_of(stage: Stage, reference: str) -> Followed:
    """The steps that a reference of a drill names. Raises NoDrill where there are none."""
    if way := followed(reference, stage.spec, stage.project):
        return way
    raise NoDrill(f"`{reference}` names no steps to follow")


def _walk(stage: Stage, way: Followed, hops: int = MOST_HOPS) -> list[Done]:
    """Do steps one after the other; one that fails leads where it says, and what it leads to is done instead."""
    done: list[Done] = []
    for number, step in enumerate(way.steps):
        rest = _not_run(way.steps[number + 1 :])
        if stage.running.ended:
            return [*done, Done(step, "not-run"), *rest]
        if False not in acts(step):
            stage.say(f"{step.id}: left-to-people")
            done.append(Done(step, "left-to-people", (step.test.manual if step.test else None) or ""))
            continue
        verdict = perform(step, stage.running)
        outcome: OutcomeName = "passed" if verdict.result == "passed" else _led(step)
        there = _there(stage, way, step) if outcome == "led-on" and _goes(step) else None
        note = "; ".join(verdict.problems)
        if outcome == "led-on" and _goes(step) and (there is None or not hops):
            outcome, note = "failed", f"{note}; and what it leads to cannot be followed"
        stage.say(f"{step.id}: {outcome}" + (f", to {step.on_failure.go_to}" if there and step.on_failure else ""))
        done.append(Done(step, outcome, stage.hidden(note), _seconds(verdict), verdict.mode))
        if outcome == "failed":
            return [*done, *rest]
        if there:
            taken = {step.id for step in there.steps}
            return [*done, *_walk(stage, there, hops - 1), *(one for one in rest if one.step.id not in taken)]
    return done


def _there(stage: Stage, way: Followed, step: Step) -> Followed | None:
    """What the failure of a step leads to; None where that has no steps."""
    route = step.on_failure.go_to if step.on_failure else None
    return steps_at(route, way.spec, stage.project) if route else None


def _led(step: Step) -> OutcomeName:
    """What comes of a step that does not give what is expected.

    A question may be answered otherwise where the runbook says what that means. A change has to work, or to lead on.
    """
    route = step.on_failure
    if route and (route.go_to or (route.say and not route.escalate and not step.changes)):
        return "led-on"
    return "failed"


def _goes(step: Step) -> bool:
    """Whether the failure of a step leads elsewhere."""
    return bool(step.on_failure and step.on_failure.go_to)


def _seconds(verdict: Verdict) -> float:
    return round(verdict.outcome.seconds, 1) if verdict.outcome else 0.0


def _not_run(steps: Sequence[Step]) -> list[Done]:
    return [Done(step, "not-run") for step in steps]
