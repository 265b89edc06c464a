"""Are commands tested with values that a reader could give?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from opsbook.diagnostic import Finding
from opsbook.kind import Spec
from opsbook.kinds.drill.following import followed, references
from opsbook.kinds.drill.model import Drill
from opsbook.kinds.sandbox.model import Sandbox
from opsbook.project import Project
from opsbook.source import Source
from opsbook.step import Parameter


def impossible_value(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A sandbox or a drill gives a parameter a value that its pattern forbids to readers.

    The test would then prove something that nobody can do. Mend the value in the sandbox, or the pattern
    of the parameter:

        values:
          BACKUP_FILE: /home/ops/backups/shop-2026-11-21.dump
    """
    for spec in project.specs:
        for sandbox in project.of(Sandbox, spec.system):
            yield from _impossible(sandbox, sandbox.document.values, spec)
    for system in project.systems:
        for drill in project.of(Drill, system):
            ways = [followed(reference, drill, project) for reference in references(drill.document)]
            for spec in {way.spec.source.path: way.spec for way in ways if way}.values():
                yield from _impossible(drill, drill.document.values, spec)


def _impossible(giver: Spec[Any], values: Mapping[str, str], spec: Spec[Any]) -> Iterator[tuple[Source, Finding]]:
    """The values that the parameters of a document forbid."""
    parameters: tuple[Parameter, ...] = getattr(spec.document, "parameters", ())
    for parameter in parameters:
        value = values.get(parameter.name)
        if value is not None and parameter.pattern and not re.fullmatch(parameter.pattern, value):
            yield (
                giver.source,
                Finding(
                    ("values", parameter.name),
                    f"`{parameter.pattern}`, the pattern of this parameter in {spec.source.path}, forbids it",
                    "mend the value or the pattern: a test uses what a reader could give",
                ),
            )
