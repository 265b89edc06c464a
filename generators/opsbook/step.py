"""Steps, one action each, and the values that they need: shared by every kind that tells somebody what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, JsonValue, StringConstraints, model_validator

from opsbook.model import Command, Duration, Id, Line, Model, Reference, Regex, Snippet, Text, Variable

Effect: TypeAlias = Literal["read", "change", "destructive"]
"""What running a step does to the system: nothing, something that can be undone, something that may lose data."""

_VALUE_OF = re.compile(r"\$\{?([A-Z][A-Z0-9_]*)\}?")


class Stream(Model):
    """What one stream of a command's output has to hold."""

    contains: tuple[str, ...] = ()
    """Texts that it must contain."""
    matches: tuple[Regex, ...] = ()
    """Regular expressions, each of which must match somewhere in it."""
    json_: Annotated[dict[str, JsonValue], Field(alias="json")] = Field(default={})
    """It is JSON, and this is in it: a JSONPath (`$.status`) to the value that stands there."""


class Expect(Model):
    """How a person, and later a machine, knows that a command did what it should."""

    see: Text | None = None
    """What a person should see."""
    output: str | None = None
    """A sample of the output, for the reader's eye; never compared word for word."""
    exit: tuple[Annotated[int, Field(ge=0, le=255)], ...] = (0,)
    """The exit codes that mean success."""
    contains: tuple[str, ...] = ()
    """Texts that the output must contain."""
    matches: tuple[Regex, ...] = ()
    """Regular expressions, each of which must match somewhere in the output."""
    json_: Annotated[dict[str, JsonValue], Field(alias="json")] = Field(default={})
    """Standard output is JSON, and this is in it: a JSONPath (`$.status`) to the value that stands there."""
    stderr: Stream | None = None
    """What standard error has to hold, where that matters by itself."""


class OnFailure(Model):
    """Where to go when a step does not give what was expected."""

    say: Line | None = None
    """What to do or to know, in words."""
    go_to: Reference | None = None
    """The step, scenario, procedure or document to continue with: `#other-step`, `runbook:restore#dump`."""
    escalate: Reference | None = None
    """Whom to call: `escalation:policy` or `role:on-call`."""
    at_most: Annotated[int, Field(ge=1, le=10)] | None = None
    """How often this route may be taken; a route that leads back needs an end."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.say or self.go_to or self.escalate):
            raise ValueError("an `on_failure` needs at least one of `say`, `go_to` and `escalate`")
        return self


class Undo(Model):
    """How to take back what a step did."""

    do: Line
    """What to do."""
    run: Command | None = None
    """The command that does it."""
    snippet: Snippet | None = None
    """The file below `snippets/` that does it."""
    manual: Line | None = None
    """Why a machine cannot try it."""


class Parameter(Model):
    """A value that the reader supplies; it reaches the commands as an environment variable."""

    name: Variable
    """The environment variable: `BACKUP_FILE`."""
    title: Line
    """What the value is and where to find it."""
    pattern: Regex | None = None
    """A regular expression that the whole value must match."""
    example: str | None = None
    """A value that would be right."""
    default: str | None = None
    """The value to use where the reader gives none."""
    secret: bool = False
    """Whether the value must never be shown or stored."""

    @model_validator(mode="after")
    def _fits_its_pattern(self) -> Self:
        for name, value in (("example", self.example), ("default", self.default)):
            if self.pattern and value is not None and not re.fullmatch(self.pattern, value):
                raise ValueError(f"the `{name}` is not what the `pattern` allows: mend whichever of the two is wrong")
        return self

    @model_validator(mode="after")
    def _keeps_secrets(self) -> Self:
        if self.secret and self.default is not None:
            raise ValueError("a secret parameter has no `default`: it would stand in the repository and on the page")
        return self


class Capture(Model):
    """A value in the output of a step that the commands of later steps need."""

    name: Variable
    """The environment variable in which they find it: `JOB_ID`."""
    title: Line
    """What it is, and where it stands in the output."""
    matches: Regex | None = None
    """A regular expression; its first group is the value, or all of it where it has no group."""
    json_: Annotated[str | None, Field(alias="json")] = None
    """Instead: the JSONPath of the value in standard output, `$.id`."""
    secret: bool = False
    """Whether the value must never be shown or stored."""

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        if (self.matches is None) == (self.json_ is None):
            raise ValueError("a `capture` needs either `matches` or `json`, to find the value in the output")
        return self


class Wait(Model):
    """A command is run again and again, until it gives what is expected."""

    every: Duration
    """How long to wait between two runs."""
    at_most: Duration
    """When to give up."""


class StepTest(Model):
    """How a step is tested, where running its command as it stands is not enough."""

    manual: Line | None = None
    """Why a machine cannot run it; a person then tries it, and the page says so."""
    dry_run: Command | None = None
    """What is run in the place of the command: it shows that the command would work, and changes nothing."""
    setup: Command | None = None
    """What makes the sandbox ready for this step: it kills a server, it fills a queue."""
    break_: Annotated[Command | None, Field(alias="break")] = None
    """What makes the step fail, so that its failure route is tried, too."""


class ListTest(Model):
    """How a list of steps is tested."""

    fresh: bool = False
    """Whether it needs a sandbox of its own, and not the state that the lists before it leave."""
    setup: Command | None = None
    """What makes the sandbox ready: it breaks what the steps mend."""


class Target(Model):
    """What a command that may destroy data is meant for, and how to be sure of it before the command runs."""

    what: Line
    """The host, the database, the files that the command works on, in words."""
    run: Command
    """An assertion in one line: it only reads, and ends with 0 on the right target and nowhere else."""
    confirm: Annotated[str, StringConstraints(pattern=r"^\S(?:[^\n]*\S)?$", max_length=100)]
    """What the reader types before the command can be copied: a name, or `$PARAMETER` for the value of one."""

    @model_validator(mode="after")
    def _is_one_line(self) -> Self:
        if "\n" in self.run.strip():
            raise ValueError("the `run` of a `target` is one line, so that it can stand before the command")
        return self

    @property
    def parameter(self) -> str:
        """The parameter whose value the reader types; empty where it is a fixed text."""
        return match[1] if (match := _VALUE_OF.fullmatch(self.confirm)) else ""


class Step(Model):
    """One action: what to do, the command that does it, what to expect, and where to go if not."""

    id: Id
    """Stable name, unique within its document."""
    title: Line
    """The action, in the imperative."""
    why: Text | None = None
    """Why this step is there, when that is not plain."""
    text: Text | None = None
    """What to do by hand, or what to know while doing it."""
    hazard: Line | None = None
    """What can go wrong here, shown before the command."""
    run: Command | None = None
    """The shell commands of this step, inline."""
    snippet: Snippet | None = None
    """Instead of `run`: a file below `snippets/`, such as `chatbot/dump.sh`."""
    effect: Effect | None = None
    """What the command does to the system: `read`, `change` or `destructive`. Needed as soon as there is a command."""
    target: Target | None = None
    """What the command is meant for, and how to be sure of it. Needed where the command is `destructive`."""
    expect: Expect | None = None
    """How to know that the step did what it should."""
    capture: tuple[Capture, ...] = ()
    """Values in the output that later steps need."""
    wait: Wait | None = None
    """Where the command looks for something that takes its time: how often to look, and how long."""
    retries: Annotated[int, Field(ge=0, le=10)] = 0
    """How often the command may be tried again when it does not give what is expected."""
    background: bool = False
    """Whether the command keeps running while the next steps are done, in a terminal of its own."""
    always: bool = False
    """Whether this is done in any case, even where a step before it failed: it tidies up."""
    timeout: Duration | None = None
    """How long the command may take before it counts as failed; in the background, before it is ready."""
    on_failure: OnFailure | None = None
    """Where to go when it does not."""
    rollback: Undo | None = None
    """How to undo this step."""
    irreversible: Line | None = None
    """Why this step cannot be undone."""
    test: StepTest | None = None
    """How it is tested, where running it as it stands is not enough."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.run and self.snippet:
            raise ValueError("a step has either `run` or `snippet`, not both")
        if (self.run or self.snippet) and not self.effect:
            raise ValueError("a step with a command says its `effect`: `read`, `change` or `destructive`")
        if self.target and not (self.run or self.snippet):
            raise ValueError("a `target` stands before a command: add `run` or `snippet`")
        if self.wait and (self.retries or self.background):
            raise ValueError("a step that waits (`wait`) has neither `retries` nor `background`")
        if self.background and self.retries:
            raise ValueError("a step in the `background` has no `retries`")
        if self.rollback and self.irreversible:
            raise ValueError("a step has either `rollback` or `irreversible`, not both")
        return self

    @property
    def changes(self) -> bool:
        """Whether the step changes the system."""
        return self.effect in ("change", "destructive")


class Printed(Expect):
    """What a program has to print."""

    lines: tuple[str, ...] = ()
    """Lines of standard output, in this order; others may stand between them."""


class Program(Step):
    """A whole program of a document, which a reader copies as it is."""

    language: str
    """What it is written in, as fences of Markdown spell it: `python`."""
    program: str
    """The program itself."""
    line: int = 0
    """The line of the document's text above the first of the program."""
    expect: Printed | None = None
    """What it prints."""


@dataclass(frozen=True)
class Trial:
    """Steps of a document that are run one after the other, in one shell session."""

    name: str
    """The id of the procedure or scenario, or the name of the section."""
    steps: tuple[Step, ...]
    test: ListTest
