"""Failure routes, followed: where a failed step sends the reader must lead to an end.

A route is good when the steps that it leads to pass, by routes of their own if need be; when it leads to
another document that exists; or when it says whom to call or what to do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from opsbook.kind import Spec
from opsbook.project import Project
from opsbook.reference import Unresolved
from opsbook.sandbox.running import Running
from opsbook.sandbox.steps import Verdict, commands, run_step
from opsbook.step import OnFailure, Step, Trial

MOST_HOPS = 5
"""Routes that may be followed one after the other: a reader in trouble does not follow more."""


@dataclass
class Way:
    """The way of a reader whose step failed."""

    spec: Spec[Any]
    trials: Sequence[Trial]
    """The lists of steps of its document."""
    project: Project
    """Everything that a route may lead to."""
    running: Running
    taken: Counter[str] = field(default_factory=Counter)
    """How often the route of a step was followed."""
    calls: list[Any] = field(default_factory=list)
    """The calls of doubles on the way."""

    def run(self, step: Step, *, broken: bool = False) -> Verdict:
        """Run one step on the way."""
        verdict = run_step(step, self.running, broken=broken)
        self.calls += verdict.outcome.calls if verdict.outcome else ()
        return verdict

    def follow(self, step: Step, hops: int = MOST_HOPS) -> str:
        """Where the failure of a step leads; gives what is wrong with that, if anything."""
        route = step.on_failure
        if route is None:
            return f"`{step.id}` fails, and no `on_failure` says what then"
        self.taken[step.id] += 1
        if not route.go_to or (route.at_most and self.taken[step.id] > route.at_most):
            return self._end(step, route)
        found = self.project.resolve(route.go_to, self.spec.home)
        if isinstance(found, Unresolved):
            return f"the failure route of `{step.id}` leads nowhere: {found.message}"
        elsewhere = found.source != self.spec.source.path
        steps = () if elsewhere else self._steps(found.id.partition("#")[2])
        if steps and hops == 0:
            return f"after {MOST_HOPS} failure routes, `{step.id}` leads to yet another"
        return self._take(steps, hops)

    def _take(self, steps: tuple[Step, ...], hops: int) -> str:
        """Run the steps that a route leads to; one that fails leads on."""
        for step in steps:
            if self.running.ended:
                return f"the sandbox ended, so the route cannot be followed to `{step.id}`"
            verdict = self.run(step)
            if verdict.result != "passed" and step.on_failure:
                return self.follow(step, hops - 1)
            if verdict.result != "passed":
                what = "; ".join(verdict.problems)
                return f"the failure route leads to `{step.id}`, which fails, too, and leads no further: {what}"
        return ""

    def _end(self, step: Step, route: OnFailure) -> str:
        """What is wrong with the end of a route: somebody is called, or something is said."""
        if route.escalate:
            found = self.project.resolve(route.escalate, self.spec.home)
            return f"`{step.id}` escalates to nobody: {found.message}" if isinstance(found, Unresolved) else ""
        if route.say:
            return ""
        return f"the failure route of `{step.id}` was taken {route.at_most} times, and nothing says what then"

    def _steps(self, part: str) -> tuple[Step, ...]:
        """The steps with commands that a part of the document leads to: a list, or a step and those after it."""
        for trial in self.trials:
            if trial.name == part:
                return commands(trial.steps)
            for number, step in enumerate(trial.steps):
                if step.id == part:
                    return commands(trial.steps[number:])
        return ()
