"""Is there enough of it all, over all systems?"""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from opsbook.counting import total
from opsbook.diagnostic import Diagnostic, Finding, Rule, diagnose
from opsbook.project import Project
from opsbook.settings import Settings

_CURE = "write what is missing, or want less of it here"

THRESHOLD = Rule(
    "project/below-threshold",
    "error",
    inspect.cleandoc(
        """
        There is less over all systems than the project wants of its documentation.

        `opsbook check --gate` counts what the specs hold, and how their commands are proved. Write what is missing, run
        `opsbook test --evidence evidence`, or want less in `opsbook.yaml`:

            gate:
              at_least: {runbooks: 30, steps: 400}
              run_for_real: 60
              manual: 10
        """
    ),
)


def below_threshold(project: Project, settings: Settings) -> Iterator[Diagnostic]:
    """What there is too little of, or too much, by the settings of the gate."""
    severity = settings.severities.get(THRESHOLD.id, THRESHOLD.severity)
    if settings.source is None or severity is None:
        return
    yield from diagnose(settings.source, THRESHOLD.id, severity, _findings(project, settings))


def _findings(project: Project, settings: Settings) -> Iterator[Finding]:
    gate, counted = settings.gate, total(project.specs, project)
    for figure, wanted in gate.at_least.items():
        found = counted.get(figure, 0)
        if found < wanted:
            yield Finding(("gate", "at_least", figure), f"there are {found} {figure}, and {wanted} are wanted", _CURE)
    commands = counted.get("commands", 0)
    if not commands:
        return
    real, manual = counted.get("real", 0), counted.get("manual", 0)
    if gate.run_for_real is not None and real * 100 < gate.run_for_real * commands:
        yield Finding(
            ("gate", "run_for_real"),
            f"{real} of {commands} commands were run for real, and {gate.run_for_real} % are wanted",
            "give them a fixture instead of a double, and run `opsbook test --evidence evidence`",
        )
    if gate.manual is not None and manual * 100 > gate.manual * commands:
        yield Finding(
            ("gate", "manual"),
            f"{manual} of {commands} commands are tried by people alone, and {gate.manual} % are allowed",
            "let the sandbox run them",
        )
