"""The steps of a document, run one after the other in a sandbox; its failure routes in others."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from opsbook.errors import OpsbookError
from opsbook.evidence import step_hashes, surroundings
from opsbook.kind import Spec
from opsbook.kinds.sandbox.model import Sandbox
from opsbook.openapi.answers import Table, answers
from opsbook.project import Project
from opsbook.sandbox.redaction import redact
from opsbook.sandbox.routes import Way
from opsbook.sandbox.running import EMPTY, FixtureFailed, Running, SandboxEnded
from opsbook.sandbox.steps import Verdict, acts, commands, prepare, run_step, run_undo
from opsbook.step import Parameter, Step, Trial


@dataclass
class DocumentRun:
    """One document, run from top to bottom as far as somebody asks for results."""

    spec: Spec[Any]
    sandbox: Sandbox
    """What it runs against: see `sandbox_of`."""
    snippets: Path
    """The folder of the snippets."""
    project: Project
    """Everything that the document may refer to."""
    _running: Running | None = None
    _verdicts: dict[str, Verdict] = field(default_factory=dict)
    _steps: Iterator[Verdict] | None = None
    _stopped: BaseException | None = None

    @cached_property
    def trials(self) -> tuple[Trial, ...]:
        """The lists of steps of the document."""
        return tuple(self.spec.kind.trials(self.spec.document)) if self.spec.kind.trials else ()

    @cached_property
    def hashes(self) -> dict[str, str]:
        """What the result of each step depends on: see `step_hashes`."""
        return step_hashes(self.spec, self.project, surroundings(self.spec, self.project) or "")

    def verdict(self, name: str) -> Verdict:
        """What came of a step, or of its rollback (`dump[undo]`); everything before it is run first."""
        if self._steps is None:
            self._steps = self._run()
        while name not in self._verdicts:
            if self._stopped:
                raise self._stopped
            try:
                verdict = self._redacted(next(self._steps), self._running)
            except OpsbookError as error:
                self._stopped = type(error)(redact(str(error), self._secrets(self._running)))
                raise self._stopped from None
            except BaseException as error:
                self._stopped = error
                raise
            self._verdicts[verdict.name] = verdict
        return self._verdicts[name]

    def broken(self, step_id: str) -> Verdict:
        """What comes of making a step fail, in a sandbox of its own: its failure route is followed."""

        def then(way: Way, step: Step) -> Verdict:
            verdict = way.run(step, broken=True)
            if verdict.outcome is None:
                return verdict  # what was to break it failed itself
            problem = way.follow(step) if verdict.result == "failed" else "its `break` does not make it fail"
            return replace(
                verdict,
                mode="double" if way.calls else "real",
                result="failed" if problem else "passed",
                problems=(problem,) if problem else (),
            )

        return self._apart(step_id, then)

    def close(self) -> None:
        """End the sandbox, if one was started."""
        if self._running:
            self._running.close()
            self._running = None

    @property
    def values(self) -> dict[str, str]:
        """The value of each of its parameters in a test."""
        return parameter_values(self._parameters, self.sandbox.values)

    def _apart(self, step_id: str, then: Callable[[Way, Step], Verdict]) -> Verdict:
        """Run the steps before one in a sandbox of their own, and then something else."""
        trial, step = next((trial, step) for trial in self.trials for step in trial.steps if step.id == step_id)
        with self._sandbox() as running:
            running.session(self.values)
            way = Way(self.spec, self.trials, self.project, running)
            verdict = _before(way, trial, step) or then(way, step)
            return self._redacted(verdict, running)

    def _sandbox(self) -> Running:
        """A new sandbox for this document. Raises FixtureFailed, without any secret in its text."""
        try:
            return Running(self.sandbox, self.snippets, tables(self.sandbox, self.spec.system, self.project))
        except FixtureFailed as error:
            raise FixtureFailed(redact(str(error), self._secrets(None))) from None

    def _secrets(self, running: Running | None) -> set[str]:
        """The values that nobody may see."""
        values = {**self.sandbox.environment, **self.values}
        given = {values[one.name] for one in self._parameters if one.secret and one.name in values}
        return given | (running.secrets if running else set())

    @property
    def _parameters(self) -> tuple[Parameter, ...]:
        parameters: tuple[Parameter, ...] = getattr(self.spec.document, "parameters", ())
        return parameters

    def _redacted(self, verdict: Verdict, running: Running | None) -> Verdict:
        """A verdict without secrets, for others to see, and with the versions of what it was found with."""
        secrets = self._secrets(running)
        versions = ", ".join(sorted(running.versions)) if running else ""
        outcome = verdict.outcome and replace(
            verdict.outcome,
            stdout=redact(verdict.outcome.stdout, secrets),
            stderr=redact(verdict.outcome.stderr, secrets),
            calls=tuple(
                {**one, "argv": [redact(word, secrets) for word in one["argv"]]} for one in verdict.outcome.calls
            ),
        )
        problems = tuple(redact(text, secrets) for text in verdict.problems)
        return replace(verdict, problems=problems, outcome=outcome, versions=versions)

    def _run(self) -> Iterator[Verdict]:
        for trial in self.trials:
            if trial.test.fresh or (self._running and self._running.ended):
                self.close()
            yield from self._trial(trial, self._session())

    def _trial(self, trial: Trial, running: Running) -> Iterator[Verdict]:
        broken = prepare(running, trial.test.setup, f"the setup of `{trial.name}`")
        for step, undo in ((one, undo) for one in trial.steps for undo in acts(one)):
            if broken and (running.ended or not step.always):
                yield Verdict(step, "real", "not-run", (broken,), undo=undo)
                continue
            verdict = run_undo(step, running) if undo else run_step(step, running)
            if verdict.result != "passed":
                broken = broken or f"not run, because `{verdict.name}` before it failed"
                verdict = self._followed(verdict, running)
            yield verdict

    def _followed(self, verdict: Verdict, running: Running) -> Verdict:
        """A failed step does as its page says: its failure route is followed. It has failed all the same."""
        if verdict.undo or verdict.step.on_failure is None or running.ended:
            return verdict
        problem = Way(self.spec, self.trials, self.project, running).follow(verdict.step)
        said = f"its failure route was followed: {problem}" if problem else "its failure route leads out"
        return replace(verdict, problems=(*verdict.problems, said))

    def _session(self) -> Running:
        """A sandbox with a new session: a service that a step left behind may have ended the one before."""
        if self._running:
            try:
                self._running.session(self.values)
            except SandboxEnded:
                self.close()
            else:
                return self._running
        self._running = self._sandbox()
        self._running.session(self.values)
        return self._running


def tables(sandbox: Sandbox, system: str, project: Project) -> dict[str, Table]:
    """What the HTTP services of a sandbox answer for their APIs. Raises FixtureFailed where there is no such API."""
    found = {}
    for id_ in {id_ for service in sandbox.http for id_ in service.documents}:
        contents = project.api(system, id_)
        if contents is None:
            raise FixtureFailed(f"there is no API `{id_}` to answer for: see `opsbook check`")
        found[id_] = answers(contents.api)
    return found


def sandbox_of(spec: Spec[Any], project: Project) -> Sandbox | None:
    """What the steps of a document run against: fixtures of its own, or its system's sandbox, if there is one."""
    if spec.kind.fixtures:
        return Sandbox.model_validate_json(
            json.dumps({**EMPTY.model_dump(mode="json"), **spec.kind.fixtures(spec, project)})
        )
    return next((one.document for one in project.of(Sandbox, spec.system) if not one.document.named), None)


def tried(spec: Spec[Any]) -> Iterator[Step]:
    """The steps of a document that have something to run: a command, or a rollback with one."""
    for trial in spec.kind.trials(spec.document) if spec.kind.trials else ():
        for step in trial.steps:
            if step.run or step.snippet or (step.rollback and (step.rollback.run or step.rollback.snippet)):
                yield step


def _before(way: Way, trial: Trial, step: Step) -> Verdict | None:
    """Run the steps of a list that come before one; gives what keeps that one from being reached."""
    if problem := prepare(way.running, trial.test.setup, f"the setup of `{trial.name}`"):
        return Verdict(step, "real", "failed", (problem,))
    for before in commands(trial.steps):
        if before.id == step.id:
            break
        verdict = way.run(before)
        if verdict.result != "passed":
            first = f"`{before.id}` before it failed, in a sandbox that only ran this list"
            return Verdict(step, verdict.mode, "failed", (first, *verdict.problems), verdict.outcome)
    return None


def parameter_values(parameters: tuple[Parameter, ...], values: Mapping[str, str]) -> dict[str, str]:
    """The value of each parameter in a test: the sandbox's, else the default, else the example."""
    return {
        parameter.name: value
        for parameter in parameters
        if (value := values.get(parameter.name, parameter.default or parameter.example)) is not None
    }
