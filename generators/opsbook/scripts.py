"""The shell texts of a project: where each stands, what it is for, and what comes before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel

from opsbook.kind import Spec
from opsbook.model import Asks, Mention, Named, Shell, SnippetPath
from opsbook.project import Project
from opsbook.source import Place, Route
from opsbook.step import Effect, Program, Step, Trial

SHELL = "bash"
"""The language of programs that are shell."""

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
    part: str = ""
    """The part of its document that it belongs to, where that is no step: ``the probe `health` ``."""
    elsewhere: bool = False
    """Whether it is for people, in a place that is no sandbox."""
    line: int = 0
    """The line above its first, where it stands within a longer text."""

    def place(self, line: int, column: int) -> Place:
        """Where a place of the text stands within the value that its route leads to."""
        return Place(self.line + line, column)

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
            return self.elsewhere
        test, undo = self.step.test, self.step.rollback if self.role == "undo" else None
        elsewhere = test and (test.manual or (test.dry_run and self.role == "run"))
        return bool(elsewhere or (undo and undo.manual))

    @property
    def name(self) -> str:
        """What it is called in a message: ``the step `dump` ``."""
        if not self.step:
            return self.part or "this command"
        step = f"the step `{self.step.id}`"
        if isinstance(self.step, Program):
            return f"the program `{self.step.id}`"
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
    drill = spec.kind.name == "drill"
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
        holder = None if step else _holder(spec, mention.route)
        snippet = mention.text if isinstance(mention.mark, SnippetPath) else ""
        yield Use(
            spec,
            mention.route,
            text,
            role,
            snippet,
            step,
            asks or _only_asks(holder, mention.route[-1]),
            session or ("drill" if drill and role == "run" else ""),
            f"the {type(holder).__name__.lower()} `{holder.id}`" if isinstance(holder, Named) else "",
            drill and spec.document.type != "sandbox",
        )
    for trial in trials:
        yield from _programs(spec, trial)


def _programs(spec: Spec[Any], trial: Trial) -> Iterator[Use]:
    """The commands that stand in the text of a document, between its paragraphs."""
    for step in trial.steps:
        if isinstance(step, Program) and step.language == SHELL and step.run == step.program:
            yield Use(spec, ("body",), step.program, "run", step=step, session=trial.name, line=step.line)


def _text(mention: Mention, project: Project) -> str | None:
    """The shell text of a mention; None where it is none, or a file that is missing."""
    if isinstance(mention.mark, Shell):
        return mention.text
    return project.snippets.get(mention.text) if isinstance(mention.mark, SnippetPath) else None


def _role(spec: Spec[Any], route: Route) -> Role:
    if spec.kind.name == "sandbox" or route[0] == "setup":
        return "fixture"
    if "test" in route[-2:]:
        return "test"
    if "target" in route[-2:]:
        return "target"
    return "undo" if route[-2:-1] == ("rollback",) else "run"


def _step(spec: Spec[Any], route: Route) -> Step | None:
    """The step that a route leads through."""
    return next((one for one in reversed(_way(spec, route)) if isinstance(one, Step)), None)


def _holder(spec: Spec[Any], route: Route) -> BaseModel | None:
    """The innermost part of a document that a route leads through."""
    return next((one for one in reversed(_way(spec, route)[:-1]) if isinstance(one, BaseModel)), None)


def _way(spec: Spec[Any], route: Route) -> list[Any]:
    """What a route leads through, the document first."""
    way: list[Any] = [spec.document]
    for key in route:
        at = way[-1]
        way.append(at[key] if isinstance(key, int) or isinstance(at, dict) else getattr(at, key, None))
        if way[-1] is None:
            break
    return way


def _only_asks(holder: BaseModel | None, name: str | int) -> bool:
    """Whether the model of a part says that one of its fields only asks."""
    field = type(holder).model_fields.get(str(name)) if holder else None
    return any(isinstance(one, Asks) for one in field.metadata) if field else False
