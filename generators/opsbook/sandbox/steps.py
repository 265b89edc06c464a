"""One step, run in a sandbox and judged."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from opsbook.evidence import UNDO, Mode, Result
from opsbook.sandbox.judging import captured, judge
from opsbook.sandbox.running import Outcome, Running
from opsbook.step import Expect, Step, StepTest, Target

DEFAULT_SECONDS = 60.0
"""How long a step may take that does not say."""

SETTLED = 0.5
"""Seconds for which a command in the background has to run before it counts as running."""

AGAIN = 1.0
"""Seconds before a command is tried again."""


@dataclass(frozen=True)
class Verdict:
    """What came of one step."""

    step: Step
    mode: Mode
    result: Result
    problems: tuple[str, ...] = ()
    """What is not as it should be."""
    outcome: Outcome | None = None
    undo: bool = False
    """Whether it is about the step's rollback."""
    versions: str = ""
    """Of the fixtures: `PostgreSQL 16.9, Redis 6.2.14`."""

    @property
    def name(self) -> str:
        """What it is about: `dump`, `dump[undo]`."""
        return f"{self.step.id}{UNDO}" if self.undo else self.step.id


def acts(step: Step) -> Iterator[bool]:
    """What a machine does with a step: it runs the command (`False`), and then the rollback (`True`)."""
    if not (step.test and step.test.manual):
        if step.run or step.snippet:
            yield False
        if step.rollback and (step.rollback.run or step.rollback.snippet) and not step.rollback.manual:
            yield True


def commands(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps whose commands a machine runs."""
    return tuple(step for step in steps if False in acts(step))


def prepare(running: Running, script: str | None, what: str) -> str:
    """Make the sandbox ready; says what went wrong, if anything."""
    if not script:
        return ""
    outcome = running.run(script, DEFAULT_SECONDS)
    if outcome.exit is None:
        return f"{what} failed: {outcome.ended}, and the sandbox was ended"
    return "" if outcome.exit == 0 else f"{what} failed with {outcome.exit}: {outcome.output.strip()}"


def run_step(step: Step, running: Running, *, broken: bool = False) -> Verdict:
    """Make the sandbox ready for a step that has a command, and run it; `broken`: after what makes it fail."""
    test = step.test or StepTest()
    problem = prepare(running, test.setup, "its setup")
    if not problem and broken:
        problem = prepare(running, test.break_, "its `break`")
    if problem:
        return Verdict(step, "real", "failed", (problem,))
    return perform(step, running, broken=broken)


def perform(step: Step, running: Running, *, broken: bool = False) -> Verdict:
    """Run a step that has a command as it stands; `broken`: it is to fail, and nobody waits for it to succeed."""
    asked, problem = assure(step.target, running, broken=broken)
    if problem:
        return Verdict(step, "double" if asked else "real", "failed", (problem,))
    if step.test and step.test.dry_run:
        return _dry_run(step, step.test.dry_run, running)
    attempt = _last(_attempts(step, running, patient=not broken))
    problems = attempt.problems or tuple(_keep(step, running, attempt.outcome))
    mode: Mode = "double" if asked or attempt.calls else "real"
    return Verdict(step, mode, "failed" if problems else "passed", problems, attempt.outcome)


def _dry_run(step: Step, script: str, running: Running) -> Verdict:
    """Run what stands in for the command, which has an output of its own: it has to end with 0."""
    outcome = running.run(script, DEFAULT_SECONDS)
    problems = tuple(f"its dry run: {problem}" for problem in judge(Expect(), outcome))
    return Verdict(step, "dry-run", "failed" if problems else "passed", problems, outcome)


def run_undo(step: Step, running: Running) -> Verdict:
    """Take back what a step did, by its `rollback`, and do it once more: it has to find all as it was."""
    undo = step.rollback
    script = (undo.run or running.snippet(undo.snippet or "")) if undo else ":"
    outcome = running.run(script, DEFAULT_SECONDS)
    problems = [f"its `rollback`: {problem}" for problem in judge(Expect(), outcome)]
    calls = outcome.calls
    if not problems and (step.run or step.snippet):
        again = perform(step, running)
        problems = [f"after its `rollback`, done once more: {problem}" for problem in again.problems]
        outcome, calls = again.outcome or outcome, calls + (again.outcome.calls if again.outcome else ())
    result: Result = "failed" if problems else "passed"
    return Verdict(step, "double" if calls else "real", result, tuple(problems), outcome, undo=True)


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


@dataclass(frozen=True)
class _Attempt:
    """A command that ran, and what is not as expected."""

    outcome: Outcome
    problems: tuple[str, ...]
    calls: tuple[Mapping[str, Any], ...]
    """The calls of doubles, of those before it, too."""


def _last(attempts: Iterator[_Attempt]) -> _Attempt:
    """The attempt that counts: the first good one, else the last."""
    for attempt in attempts:
        if not attempt.problems:
            break
    return attempt


def _attempts(step: Step, running: Running, *, patient: bool) -> Iterator[_Attempt]:
    """Run a command as often as its step allows; once, where nobody is `patient`, for it is to fail."""
    expect = step.expect or Expect()
    seconds = step.timeout.total_seconds() if step.timeout else DEFAULT_SECONDS
    script = step.run or running.snippet(step.snippet or "")
    outcomes = _looked(script, running, seconds) if step.background else _repeated(script, running, seconds, step)
    calls: tuple[Mapping[str, Any], ...] = ()
    for outcome in outcomes:
        calls += outcome.calls
        yield _Attempt(outcome, tuple(_found(expect, outcome, background=step.background)), calls)
        if not (patient or step.background):
            return


def _found(expect: Expect, outcome: Outcome, *, background: bool) -> Iterator[str]:
    if background and outcome.exit is not None:
        yield f"it ended with {outcome.exit}, and is to keep running in the background"
    else:
        found = list(judge(expect, outcome))
        # A refusal alone is no fault: what a service refuses may be what a step wants to show.
        yield from [*found, *outcome.refusals] if found else ()


def _repeated(script: str, running: Running, seconds: float, step: Step) -> Iterator[Outcome]:
    again, pause = _patience(step)
    while True:
        outcome = running.run(script, seconds)
        yield outcome
        if outcome.exit is None or not again():
            return
        time.sleep(pause)


def _patience(step: Step) -> tuple[Callable[[], bool], float]:
    """Whether there is time for another attempt, and the seconds before it."""
    if step.wait:
        until = time.monotonic() + step.wait.at_most.total_seconds()
        return lambda: time.monotonic() < until, step.wait.every.total_seconds()
    left = iter(range(step.retries))
    return lambda: next(left, None) is not None, AGAIN


def _looked(script: str, running: Running, seconds: float) -> Iterator[Outcome]:
    """Start a command in the background, and look at it until it is ready or its time is over."""
    until = time.monotonic() + seconds
    number = running.start(script)
    time.sleep(SETTLED)
    while True:
        outcome = running.look(number)
        yield outcome
        if not outcome.runs or time.monotonic() > until:
            return
        time.sleep(0.1)


def _keep(step: Step, running: Running, outcome: Outcome) -> Iterator[str]:
    """Give later steps the values that they need; gives what is missing."""
    for capture in step.capture:
        try:
            running.keep(capture.name, captured(capture, outcome), secret=capture.secret)
        except ValueError as error:
            yield f"`{capture.name}` cannot be captured: {error}"
