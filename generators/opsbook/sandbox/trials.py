"""The steps of a document, run one after the other in a sandbox, and judged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from opsbook.errors import OpsbookError
from opsbook.evidence import Mode, Result
from opsbook.kind import Spec
from opsbook.kinds.sandbox.model import Sandbox
from opsbook.sandbox.running import Outcome, Running
from opsbook.step import Expect, Parameter, Step, Trial

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
    texts: Mapping[str, str]
    """The snippets' texts, by their paths below it."""
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
                verdict = next(self._steps)
            except OpsbookError as error:
                self._stopped = error
                raise
            self._verdicts[verdict.step.id] = verdict
        return self._verdicts[step_id]

    def close(self) -> None:
        """End the sandbox, if one was started."""
        if self._running:
            self._running.close()
            self._running = None

    def _run(self) -> Iterator[Verdict]:
        values = parameter_values(getattr(self.spec.document, "parameters", ()), self.sandbox.document.values)
        for trial in trials(self.spec):
            if trial.test.fresh:
                self.close()
            if self._running is None:
                self._running = Running(self.sandbox.document, self.snippets)
            yield from _trial(trial, self._running, values)
            if self._running.ended:
                self.close()


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


def _trial(trial: Trial, running: Running, values: Mapping[str, str]) -> Iterator[Verdict]:
    running.session(values)
    broken = ""
    if trial.test.setup:
        broken = _prepared(running, trial.test.setup, f"the setup of `{trial.name}`")
    for step in trial.steps:
        if not (step.run or step.snippet):
            continue
        if step.test and step.test.manual:
            yield Verdict(step, "manual", "not-run")
        elif broken:
            yield Verdict(step, "real", "not-run", (broken,))
        else:
            verdict = _step(step, running)
            if verdict.result != "passed":
                broken = f"not run, because `{step.id}` before it failed"
            yield verdict


def _prepared(running: Running, script: str, what: str) -> str:
    """Make the sandbox ready; says what went wrong, if anything."""
    outcome = running.run(script, DEFAULT_SECONDS)
    return "" if outcome.exit == 0 else f"{what} failed with {outcome.exit}: {outcome.output.strip()}"


def _step(step: Step, running: Running) -> Verdict:
    if step.test and step.test.setup:
        broken = _prepared(running, step.test.setup, "its setup")
        if broken:
            return Verdict(step, "real", "failed", (broken,))
    seconds = step.timeout.total_seconds() if step.timeout else DEFAULT_SECONDS
    outcome = running.run(step.run or running.snippet(step.snippet or ""), seconds)
    problems = tuple(judge(step.expect or Expect(), outcome, seconds))
    mode: Mode = "double" if outcome.calls else "real"
    return Verdict(step, mode, "failed" if problems else "passed", problems, outcome)


def judge(expect: Expect, outcome: Outcome, seconds: float) -> Iterator[str]:
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
