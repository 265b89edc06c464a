"""What guides show of a runbook: the command of a step, or the output that it is to have."""

from __future__ import annotations

from collections.abc import Callable

from opsbook.kind import Definition, Spec
from opsbook.kinds.runbook.model import Runbook
from opsbook.printed_step import printed_steps
from opsbook.printer import Printer
from opsbook.project import Project
from opsbook.reference import Unresolved
from opsbook.step import Step


def embed(
    spec: Spec[Runbook], definition: Definition, view: str, _project: Project
) -> Callable[[Printer], str] | Unresolved:
    """The command of a step as its page has it, with the way there; with `output`, what it prints."""
    _, _, part = definition.id.partition("#")
    step = next((located.step for located in spec.document.located_steps if located.step.id == part), None)
    if step is None or not (step.run or step.snippet):
        return Unresolved(f"`{definition.id}` is no step with a command", "embed a step that has `run` or `snippet`")
    if view == "output":
        return _output(step)
    if view:
        return Unresolved(f"there is no view `{view}` of a step", "write `output`, or leave out what follows the `|`")
    return lambda md: f"{md.to(definition)}\n\n{next(printed_steps(md, [step])).command}"


def _output(step: Step) -> Callable[[Printer], str] | Unresolved:
    sample = step.expect.output if step.expect else None
    if not sample:
        return Unresolved(f"`{step.id}` shows no output", "give the step an `expect.output`, or leave out the embed")
    return lambda md: md.code(sample.rstrip(), "text")
