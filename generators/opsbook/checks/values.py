"""Are commands tested with values that a reader could give?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from opsbook.diagnostic import Finding
from opsbook.kinds.sandbox.model import Sandbox
from opsbook.project import Project
from opsbook.source import Source
from opsbook.step import Parameter


def impossible_value(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A sandbox gives a parameter a value that its pattern forbids to readers.

    The test would then prove something that nobody can do. Mend the value in the sandbox, or the pattern
    of the parameter:

        values:
          BACKUP_FILE: /home/ops/backups/shop-2026-11-21.dump
    """
    for spec in project.specs:
        parameters: tuple[Parameter, ...] = getattr(spec.document, "parameters", ())
        for sandbox in project.of(Sandbox, spec.system):
            for parameter in parameters:
                value = sandbox.document.values.get(parameter.name)
                if value is not None and parameter.pattern and not re.fullmatch(parameter.pattern, value):
                    yield (
                        sandbox.source,
                        Finding(
                            ("values", parameter.name),
                            f"`{parameter.pattern}`, the pattern of this parameter in {spec.source.path}, forbids it",
                            "mend the value or the pattern: a test uses what a reader could give",
                        ),
                    )
