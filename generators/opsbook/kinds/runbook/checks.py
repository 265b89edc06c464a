"""What can be wrong with one runbook."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from opsbook.diagnostic import Finding
from opsbook.kinds.runbook.model import Runbook
from opsbook.step import Step

_HAS: dict[str, Callable[[Runbook], object]] = {
    "prerequisites": lambda runbook: runbook.prerequisites,
    "procedures": lambda runbook: runbook.procedures,
    "scenarios": lambda runbook: runbook.scenarios,
    "procedures or scenarios": lambda runbook: runbook.procedures or runbook.scenarios,
    "verification": lambda runbook: runbook.verification,
    "rollback": lambda runbook: runbook.rollback,
    "escalation": lambda runbook: runbook.escalation,
    "communication": lambda runbook: runbook.communication,
    "severities": lambda runbook: runbook.severities,
    "when": lambda runbook: runbook.when,
    "objectives with rto and rpo": lambda runbook: (
        runbook.objectives and runbook.objectives.rto and runbook.objectives.rpo
    ),
}

REQUIRED: dict[str, tuple[str, ...]] = {
    "operations": ("procedures",),
    "deployment": ("prerequisites", "procedures", "verification", "rollback"),
    "promotion": ("prerequisites", "procedures", "verification", "rollback"),
    "rollback": ("when", "procedures", "verification"),
    "troubleshooting": ("scenarios", "escalation"),
    "disaster-recovery": ("objectives with rto and rpo", "procedures or scenarios", "verification", "escalation"),
    "incident": ("severities", "procedures or scenarios", "escalation", "communication"),
    "maintenance": ("procedures", "verification"),
}
"""The sections that a runbook of each type must have."""

_KEY = re.compile(r"\b(?!with\b|and\b|or\b)\w+")
_EFFECTS = {"change": "changes the system", "destructive": "may destroy data"}


def missing_section(runbook: Runbook) -> Iterator[Finding]:
    """A runbook lacks a section that its type must have.

    Somebody who opens a deployment runbook at night relies on a way back, and somebody in a disaster
    on knowing how long it may take. Each type of runbook promises such sections:

        type: maintenance
        procedures: …
        verification:
          - id: row-count
            title: Compare the row counts

    The how-to page on adding a runbook lists the sections of every type.
    """
    for section in REQUIRED[runbook.type]:
        if not _HAS[section](runbook):
            yield Finding(
                ("type",),
                f"a runbook of the type `{runbook.type}` must have {section}",
                f"add {_KEY.sub(_as_key, section)}, or choose the type that fits",
            )


def _as_key(word: re.Match[str]) -> str:
    return f"`{word[0]}:`"


def missing_rollback(runbook: Runbook) -> Iterator[Finding]:
    """A step changes the system, and nothing says how to undo it.

    Nobody works out the reverse of a migration at three in the morning. Say how the step is undone, or
    say that and why it cannot be, or give the whole runbook a `rollback`:

        - id: scale-down
          title: Stop the workers
          run: docker compose stop worker
          effect: change
          rollback:
            do: Start them again
            run: docker compose start worker

    Steps of a rollback are themselves the way back and need none.
    """
    if runbook.rollback:
        return
    for route, step, _ in runbook.located_steps:
        if step.changes and not (step.rollback or step.irreversible):
            yield Finding(
                route,
                f"the step `{step.id}` ({step.title}) {_EFFECTS[step.effect or '']}, and nothing says how to undo it",
                "add `rollback:` with what undoes it, or `irreversible:` with the reason",
            )


def command_without_expectation(runbook: Runbook) -> Iterator[Finding]:
    """A step runs a command and does not say how to know that it worked.

    "No error" is not a result: half of all commands that did nothing exit with 0.

        expect:
          contains: ["PONG"]
    """
    for route, step, _ in runbook.located_steps:
        if (step.run or step.snippet) and not step.expect:
            yield Finding(
                route,
                f"the step `{step.id}` ({step.title}) does not say what its command should give",
                "add `expect:` with `see`, `contains`, `matches` or `exit`",
            )


def nothing_to_do(runbook: Runbook) -> Iterator[Finding]:
    """A step has neither a command nor a text: its title is all it says.

    A title such as "Check the database" leaves the reader to find out how.

        - id: check-database
          title: Check the database
          run: pg_isready -h "$PGHOST"
          effect: read
    """
    for route, step, _ in runbook.located_steps:
        if not (step.run or step.snippet or step.text):
            yield Finding(
                route,
                f"the step `{step.id}` ({step.title}) does not say how to do it",
                "add `run:`, `snippet:` or `text:`",
            )


def looping_failure_route(runbook: Runbook) -> Iterator[Finding]:
    """Failure routes lead back to where they came from, and nothing ends the loop.

    A reader who is sent back to an earlier step meets the same failure again, and again. Bound the
    route, or lead it out:

        on_failure:
          go_to: "#restart"
          at_most: 2
          escalate: escalation:default
    """
    following = _following(runbook)
    for route, step, _ in runbook.located_steps:
        target = _local_target(runbook, step)
        if target and not (step.on_failure and step.on_failure.at_most) and step.id in _reached(target, following):
            yield Finding(
                (*route, "on_failure", "go_to"),
                f"the failure of `{step.id}` leads to `{target}`, and from there back to `{step.id}`, without end",
                "add `at_most:` with how often, or lead to another procedure or to `escalate:`",
            )


def unreachable_procedure(runbook: Runbook) -> Iterator[Finding]:
    """A procedure may not be started directly, and no failure route or link leads to it.

    `entry: false` says that a procedure is only reached from elsewhere; this one never is.

        on_failure:
          go_to: "#rebuild-replica"
    """
    hidden = [(index, procedure) for index, procedure in enumerate(runbook.procedures) if not procedure.entry]
    if not hidden:
        return
    wanted = {_part(step.on_failure.go_to) for _, step, _ in runbook.located_steps if step.on_failure}
    text = runbook.model_dump_json()
    for index, procedure in hidden:
        within = {procedure.id, *(step.id for step in procedure.steps)}
        linked = any(f"#{id_}]]" in text or f"#{id_}|" in text for id_ in within)
        if not linked and not within & wanted:
            yield Finding(
                ("procedures", index, "entry"),
                f"nothing leads to the procedure `{procedure.id}`, and `entry: false` forbids to start with it",
                f"lead a failure route to `#{procedure.id}`, or remove `entry: false`",
            )


def _local_target(runbook: Runbook, step: Step) -> str:
    """The step, procedure or scenario of this runbook that a step's failure leads to."""
    go_to = step.on_failure.go_to if step.on_failure else None
    if not go_to:
        return ""
    document, _, part = go_to.partition("#")
    return part if document in ("", f"runbook:{runbook.id}", runbook.id) else ""


def _part(reference: str | None) -> str:
    return (reference or "").partition("#")[2]


def _following(runbook: Runbook) -> dict[str, set[str]]:
    """What a reader may come to next from each step, procedure and scenario."""
    following: dict[str, set[str]] = {}
    for place in runbook.step_lists():
        if place.steps and place.within:
            following.setdefault(place.within, set()).add(place.steps[0].id)
        for before, after in pairwise(place.steps):
            following.setdefault(before.id, set()).add(after.id)
    for _, step, _ in runbook.located_steps:
        target = _local_target(runbook, step)
        if target and not (step.on_failure and step.on_failure.at_most):
            following.setdefault(step.id, set()).add(target)
    return following


def _reached(start: str, following: dict[str, set[str]]) -> set[str]:
    """Everything that can be come to from `start`, itself included."""
    reached: set[str] = set()
    todo = [start]
    while todo:
        at = todo.pop()
        if at not in reached:
            reached.add(at)
            todo.extend(following.get(at, ()))
    return reached
