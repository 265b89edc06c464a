"""The steps of a document, run one after the other in a sandbox, and judged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from opsbook.errors import OpsbookError
from opsbook.evidence import Mode, Result
from opsbook.kind import Spec
from opsbook.kinds.sandbox.model import Sandbox
from opsbook.project import Project
from opsbook.sandbox.redaction import redact
from opsbook.sandbox.running import FixtureFailed, Outcome, Running, SandboxEnded
from opsbook.step import Expect, Parameter, Step, StepTest, Target, Trial

DEFAULT_SECONDS = 60.0
"""How long a step may take that does not say."""


@dataclass(frozen=True)
class Verdict:
    """What came of one step."""

    step: Step
    mode: Mode
    result: Result
    problems: tuple[str, ...] = ()
    """What is not as it should be."""
    outcome: Outcome | None = None


@dataclass
class DocumentRun:
    """One document, run from top to bottom as far as somebody asks for results."""

    spec: Spec[Any]
    sandbox: Spec[Sandbox]
    snippets: Path
    """The folder of the snippets."""
    project: Project
    """Everything that the document may refer to."""
    _running: Running | None = None
    _verdicts: dict[str, Verdict] = field(default_factory=dict)
    _steps: Iterator[Verdict] | None = None
    _stopped: OpsbookError | None = None

    def verdict(self, step_id: str) -> Verdict:
        """What came of a step; everything before it is run first."""
        if self._steps is None:
            self._steps = self._run()
        while step_id not in self._verdicts:
            if self._stopped:
                raise self._stopped
            try:
                verdict = self.redacted(next(self._steps))
            except OpsbookError as error:
                self._stopped = type(error)(redact(str(error), self.secrets))
                raise self._stopped from None
            self._verdicts[verdict.step.id] = verdict
        return self._verdicts[step_id]

    def close(self) -> None:
        """End the sandbox, if one was started."""
        if self._running:
            self._running.close()
            self._running = None

    def sandboxed(self) -> Running:
        """A new sandbox for this document. Raises FixtureFailed, without any secret in its text."""
        try:
            return Running(self.sandbox.document, self.snippets)
        except FixtureFailed as error:
            raise FixtureFailed(redact(str(error), self.secrets)) from None

    @property
    def values(self) -> dict[str, str]:
        """The value of each of its parameters in a test."""
        return parameter_values(self._parameters, self.sandbox.document.values)

    @property
    def secrets(self) -> list[str]:
        """The values that nobody may see."""
        values = {**self.sandbox.document.environment, **self.values}
        return [
            values[parameter.name] for parameter in self._parameters if parameter.secret and parameter.name in values
        ]

    @property
    def _parameters(self) -> tuple[Parameter, ...]:
        parameters: tuple[Parameter, ...] = getattr(self.spec.document, "parameters", ())
        return parameters

    def redacted(self, verdict: Verdict) -> Verdict:
        """A verdict without secrets, for others to see."""
        secrets = self.secrets
        outcome = verdict.outcome and replace(
            verdict.outcome,
            stdout=redact(verdict.outcome.stdout, secrets),
            stderr=redact(verdict.outcome.stderr, secrets),
            calls=(),
        )
        return replace(verdict, problems=tuple(redact(text, secrets) for text in verdict.problems), outcome=outcome)

    def _run(self) -> Iterator[Verdict]:
        for trial in trials(self.spec):
            if trial.test.fresh or (self._running and self._running.ended):
                self.close()
            yield from _trial(trial, self._session())

    def _session(self) -> Running:
        """A sandbox with a new session: a service that a step left behind may have ended the one before."""
        if self._running:
            try:
                self._running.session(self.values)
            except SandboxEnded:
                self.close()
            else:
                return self._running
        self._running = self.sandboxed()
        self._running.session(self.values)
        return self._running


def trials(spec: Spec[Any]) -> list[Trial]:
    """The lists of steps of a document, those without a command left out."""
    return list(spec.kind.trials(spec.document)) if spec.kind.trials else []


def parameter_values(parameters: tuple[Parameter, ...], values: Mapping[str, str]) -> dict[str, str]:
    """The value of each parameter in a test: the sandbox's, else the default, else the example."""
    return {
        parameter.name: value
        for parameter in parameters
        if (value := values.get(parameter.name, parameter.default or parameter.example)) is not None
    }


def _trial(trial: Trial, running: Running) -> Iterator[Verdict]:
    broken = prepare(running, trial.test.setup, f"the setup of `{trial.name}`")
    for step in trial.steps:
        if not (step.run or step.snippet):
            continue
        if step.test and step.test.manual:
            yield Verdict(step, "manual", "not-run")
        elif broken:
            yield Verdict(step, "real", "not-run", (broken,))
        else:
            verdict = run_step(step, running)
            if verdict.result != "passed":
                broken = f"not run, because `{step.id}` before it failed"
            yield verdict


def commands(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps that a machine runs."""
    return tuple(step for step in steps if (step.run or step.snippet) and not (step.test and step.test.manual))


def prepare(running: Running, script: str | None, what: str) -> str:
    """Make the sandbox ready; says what went wrong, if anything."""
    if not script:
        return ""
    outcome = running.run(script, DEFAULT_SECONDS)
    if outcome.exit is None:
        return f"{what} failed: {outcome.ended}, and the sandbox was ended"
    return "" if outcome.exit == 0 else f"{what} failed with {outcome.exit}: {outcome.output.strip()}"


def run_step(step: Step, running: Running, *, broken: bool = False) -> Verdict:
    """Run a step that has a command, and judge it; `broken`: after what makes it fail."""
    test = step.test or StepTest()
    problem = prepare(running, test.setup, "its setup")
    if not problem and broken:
        problem = prepare(running, test.break_, "its `break`")
    if problem:
        return Verdict(step, "real", "failed", (problem,))
    asked, problem = assure(step.target, running, broken=broken)
    if problem:
        return Verdict(step, "double" if asked else "real", "failed", (problem,))
    seconds = step.timeout.total_seconds() if step.timeout else DEFAULT_SECONDS
    outcome = running.run(step.run or running.snippet(step.snippet or ""), seconds)
    problems = tuple(judge(step.expect or Expect(), outcome))
    mode: Mode = "double" if asked or outcome.calls else "real"
    return Verdict(step, mode, "failed" if problems else "passed", problems, outcome)


def assure(target: Target | None, running: Running, *, broken: bool) -> tuple[tuple[Mapping[str, Any], ...], str]:
    """Be sure of a target before the command runs: the doubles that were asked, and why it is not the right one."""
    if target is None:
        return (), ""
    outcome = running.run(target.run, DEFAULT_SECONDS)
    problems = [*judge(Expect(), outcome)]
    if not problems:
        return outcome.calls, ""
    what = "its `break` breaks the assertion of its target, too" if broken else "this is not its target"
    said = f": {outcome.output.strip()}" if outcome.output.strip() else ""
    why = "; ".join(problems)
    return outcome.calls, f"{what} ({target.what}), so the command was not run: `{target.run.strip()}`: {why}{said}"


def judge(expect: Expect, outcome: Outcome) -> Iterator[str]:
    """Everything in an outcome that is not as expected."""
    if outcome.exit is None:
        yield f"{outcome.ended}, and the sandbox was ended"
        return
    for call in outcome.calls:
        if not call["expected"]:
            yield f"no double expects `{call['program']} {' '.join(call['argv'])}`"
    if outcome.exit not in expect.exit:
        yield f"it ended with {outcome.exit}, not {' or '.join(map(str, expect.exit))}"
    for text in expect.contains:
        if text not in outcome.output:
            yield f"the output does not contain `{text}`"
    for pattern in expect.matches:
        if not re.search(pattern, outcome.output, re.MULTILINE):
            yield f"nothing in the output matches `{pattern}`"
