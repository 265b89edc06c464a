"""The shell texts of a project: where each stands, what it is for, and what comes before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from opsbook.kind import Spec
from opsbook.model import Mention, Shell, SnippetPath
from opsbook.project import Project
from opsbook.source import Route
from opsbook.step import Effect, Step, Trial

Role: TypeAlias = Literal["run", "target", "undo", "test", "fixture"]
"""What a text is: what the reader does, makes sure of before, takes back; what a test does, or the sandbox itself."""


@dataclass(frozen=True)
class Use:
    """A shell text where a spec has it, or a snippet where a spec names it."""

    spec: Spec[Any]
    route: Route
    text: str
    """The shell text; of a snippet, the text of its file."""
    role: Role
    snippet: str = ""
    """The path of the snippet below its folder, where it is one."""
    step: Step | None = None
    """The step that it belongs to."""
    asks: bool = False
    """It asks whether something holds and may only read; nobody declares its effect."""
    session: str = ""
    """The list of steps that share a shell session with it; empty where it has one of its own."""

    @property
    def effect(self) -> Effect | None:
        """What it is said to do; None where nobody has to say so."""
        if self.asks:
            return "read"
        return self.step.effect if self.step and self.role == "run" else None

    @property
    def manual(self) -> bool:
        """Whether only a person runs it."""
        if not self.step:
            return False
        test, undo = self.step.test, self.step.rollback if self.role == "undo" else None
        elsewhere = test and (test.manual or (test.dry_run and self.role == "run"))
        return bool(elsewhere or (undo and undo.manual))

    @property
    def name(self) -> str:
        """What it is called in a message: ``the step `dump` ``."""
        if not self.step:
            return "this command"
        step = f"the step `{self.step.id}`"
        return {"undo": f"the rollback of {step}", "target": f"the assertion of {step}"}.get(self.role, step)


def uses(project: Project) -> Iterator[Use]:
    """Every shell text and every snippet that a spec has, document by document, in the order of its steps."""
    for spec in project.specs:
        yield from _of(spec, project)


def _of(spec: Spec[Any], project: Project) -> Iterator[Use]:
    trials: list[Trial] = list(spec.kind.trials(spec.document)) if spec.kind.trials else []
    sessions = {id(step): trial.name for trial in trials for step in trial.steps}
    # A prerequisite is no step, but is tried as one.
    asked = {step.run: trial.name for trial in trials for step in trial.steps}
    for mention in spec.mentions:
        text = _text(mention, project)
        if text is None:
            continue
        step = _step(spec, mention.route)
        session = sessions.get(id(step), "") if step else ""
        role = _role(spec, mention.route)
        asks = role == "target"
        if step is None and mention.route[-1] == "run" and mention.text in asked:
            asks, session = True, asked[mention.text]
        snippet = mention.text if isinstance(mention.mark, SnippetPath) else ""
        yield Use(spec, mention.route, text, role, snippet, step, asks, session)


def _text(mention: Mention, project: Project) -> str | None:
    """The shell text of a mention; None where it is none, or a file that is missing."""
    if isinstance(mention.mark, Shell):
        return mention.text
    return project.snippets.get(mention.text) if isinstance(mention.mark, SnippetPath) else None


def _role(spec: Spec[Any], route: Route) -> Role:
    if spec.kind.name == "sandbox":
        return "fixture"
    if "test" in route[-2:]:
        return "test"
    if "target" in route[-2:]:
        return "target"
    return "undo" if route[-2:-1] == ("rollback",) else "run"


def _step(spec: Spec[Any], route: Route) -> Step | None:
    """The step that a route leads through."""
    at: Any = spec.document
    found: Step | None = None
    for key in route:
        at = at[key] if isinstance(key, int) or isinstance(at, dict) else getattr(at, key, None)
        if isinstance(at, Step):
            found = at
        if at is None:
            break
    return found
