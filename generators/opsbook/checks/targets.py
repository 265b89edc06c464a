"""Does what may destroy data say what it is meant for?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import BaseModel

from opsbook.diagnostic import Finding, suggest
from opsbook.project import Project
from opsbook.source import Route, Source
from opsbook.step import Capture, Parameter, Step


def destructive_without_target(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A command may destroy data, and nothing keeps it from running on the wrong host or database.

    The worst outages are right commands in the wrong window. Say what the command is meant for, with an
    assertion that ends with 0 there and nowhere else, and a name that the reader types:

        - id: drop
          title: Drop the copy
          run: dropdb -h "$PGHOST" shop_copy
          effect: destructive
          target:
            what: The database `shop_copy` on the standby.
            run: test "$(psql -h "$PGHOST" -XAtc 'SELECT pg_is_in_recovery()' shop_copy)" = t
            confirm: shop_copy

    The page shows the assertion before the command and within it, and unlocks the copying of the command when
    the name is typed. `opsbook test` runs the assertion first; where it fails, the command does not run.
    """
    for spec in project.specs:
        for route, step in _steps(spec.document, ()):
            if step.effect == "destructive" and (step.run or step.snippet) and not step.target:
                yield (
                    spec.source,
                    Finding(
                        (*route, "effect"),
                        f"the step `{step.id}` ({step.title}) may destroy data, and nothing says on which host or "
                        "database it is right",
                        "add `target:` with `what` in words, `run` with an assertion, "
                        "and `confirm` with the name to type",
                    ),
                )


def impossible_confirmation(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """The reader shall type the value of a parameter, and there is no such parameter, or its value is secret.

    What is typed stands on the screen and in the command that is copied. `confirm` takes a name, or a declared
    parameter (or a captured value) that everybody may see:

        parameters:
          - name: RESTORE_DB
            title: The database to restore into
        …
            target:
              confirm: $RESTORE_DB
    """
    for spec in project.specs:
        steps = [*_steps(spec.document, ())]
        parameters: tuple[Parameter, ...] = getattr(spec.document, "parameters", ())
        values: list[Parameter | Capture] = [*parameters, *(capture for _, step in steps for capture in step.capture)]
        secret = {value.name: value.secret for value in values}
        for route, step in steps:
            name = step.target.parameter if step.target else ""
            if name and secret.get(name, True):
                declared = name in secret
                yield (
                    spec.source,
                    Finding(
                        (*route, "target", "confirm"),
                        f"the value of `{name}` is secret, and what is typed can be seen"
                        if declared
                        else f"there is no parameter `{name}` whose value could be typed",
                        "take another parameter, or write a name of the target"
                        if declared
                        else suggest(name, secret) or "declare it, or write a name of the target",
                    ),
                )


def _steps(value: Any, route: Route) -> Iterator[tuple[Route, Step]]:
    """Every step of a document, whatever its kind, and where it stands."""
    if isinstance(value, Step):
        yield route, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _steps(getattr(value, name), (*route, name))
    elif isinstance(value, tuple):
        for index, part in enumerate(value):
            yield from _steps(part, (*route, index))
