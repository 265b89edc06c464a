"""Failure routes, tried: a step is made to fail, and where it then sends the reader must lead to an end.

A route is good when the steps that it leads to pass, by routes of their own if need be; when it leads to
another document that exists; or when it says whom to call or what to do.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from opsbook.reference import Home, Unresolved
from opsbook.sandbox.running import Running
from opsbook.sandbox.trials import DocumentRun, Verdict, commands, prepare, run_step, trials
from opsbook.step import OnFailure, Step, Trial

MOST_HOPS = 5
"""Routes that may be followed one after the other: a reader in trouble does not follow more."""


def try_route(run: DocumentRun, step_id: str) -> Verdict:
    """Make a step fail in a sandbox of its own, and follow its failure route."""
    trial, step = next((trial, step) for trial in trials(run.spec) for step in trial.steps if step.id == step_id)
    with run.sandboxed() as running:
        return run.redacted(_Way(run, running).tried(trial, step))


@dataclass
class _Way:
    """The way of a reader whose step failed."""

    run: DocumentRun
    running: Running
    taken: Counter[str] = field(default_factory=Counter)
    """How often the route of a step was followed."""
    calls: list[Any] = field(default_factory=list)

    def tried(self, trial: Trial, step: Step) -> Verdict:
        """What comes of breaking a step, after those before it in its list."""
        self.running.session(self.run.values)
        if problem := prepare(self.running, trial.test.setup, f"the setup of `{trial.name}`"):
            return Verdict(step, "real", "failed", (problem,))
        for before in commands(trial.steps):
            if before.id == step.id:
                break
            verdict = self._pass(before)
            if verdict.result != "passed":
                first = f"`{before.id}` before it failed, in a sandbox that only ran this list"
                return Verdict(step, verdict.mode, "failed", (first, *verdict.problems), verdict.outcome)
        verdict = self._pass(step, broken=True)
        if verdict.outcome is None:
            return verdict  # what was to break it failed itself
        problem = self._follow(step, MOST_HOPS) if verdict.result == "failed" else "its `break` does not make it fail"
        return Verdict(
            step,
            "double" if self.calls else "real",
            "failed" if problem else "passed",
            (problem,) if problem else (),
            verdict.outcome,
        )

    def _pass(self, step: Step, *, broken: bool = False) -> Verdict:
        verdict = run_step(step, self.running, broken=broken)
        self.calls += verdict.outcome.calls if verdict.outcome else ()
        return verdict

    def _follow(self, step: Step, hops: int) -> str:
        """Where the failure of a step leads; gives what is wrong with that, if anything."""
        route = step.on_failure
        if route is None:
            return f"`{step.id}` fails, and no `on_failure` says what then"
        self.taken[step.id] += 1
        if not route.go_to or (route.at_most and self.taken[step.id] > route.at_most):
            return self._end(step, route)
        found = self.run.project.resolve(route.go_to, self._home)
        if isinstance(found, Unresolved):
            return f"the failure route of `{step.id}` leads nowhere: {found.message}"
        elsewhere = found.source != self.run.spec.source.path
        steps = () if elsewhere else self._steps(found.id.partition("#")[2])
        if steps and hops == 0:
            return f"after {MOST_HOPS} failure routes, `{step.id}` leads to yet another"
        return self._take(steps, hops)

    def _take(self, steps: tuple[Step, ...], hops: int) -> str:
        """Run the steps that a route leads to; one that fails leads on."""
        for step in steps:
            if self.running.ended:
                return f"the sandbox ended, so the route cannot be followed to `{step.id}`"
            verdict = self._pass(step)
            if verdict.result != "passed" and step.on_failure:
                return self._follow(step, hops - 1)
            if verdict.result != "passed":
                what = "; ".join(verdict.problems)
                return f"the failure route leads to `{step.id}`, which fails, too, and leads no further: {what}"
        return ""

    def _end(self, step: Step, route: OnFailure) -> str:
        """What is wrong with the end of a route: somebody is called, or something is said."""
        if route.escalate:
            found = self.run.project.resolve(route.escalate, self._home)
            return f"`{step.id}` escalates to nobody: {found.message}" if isinstance(found, Unresolved) else ""
        if route.say:
            return ""
        return f"the failure route of `{step.id}` was taken {route.at_most} times, and nothing says what then"

    def _steps(self, part: str) -> tuple[Step, ...]:
        """The steps with commands that a part of the document leads to: a list, or a step and those after it."""
        for trial in trials(self.run.spec):
            if trial.name == part:
                return commands(trial.steps)
            for number, step in enumerate(trial.steps):
                if step.id == part:
                    return commands(trial.steps[number:])
        return ()

    @property
    def _home(self) -> Home:
        spec = self.run.spec
        return Home(spec.system, spec.kind.name, spec.document.id)
