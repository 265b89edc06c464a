"""Counting what documents hold: steps and how they are proved, tables, references, and what their kinds count."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from opsbook.evidence import statuses
from opsbook.figures import Figure
from opsbook.kind import Spec
from opsbook.labels import Labels
from opsbook.project import Project
from opsbook.step import Program

_PROVED: Mapping[str, Figure] = {
    "real": "real",
    "double": "double",
    "dry-run": "dry-run",
    "manual": "manual",
    "never": "unproved",
    "stale": "unproved",
    "failed": "unproved",
}
"""What may be said of how a command was tested, and what it counts as."""

_ENGLISH = Labels("en", {})

_RULE = re.compile(r"^[ \t]*\|?[ \t]*:?-{3,}:?[ \t]*\|[-:| \t]*$", re.MULTILINE)
"""The line below the head of a table in Markdown."""


def figures(spec: Spec[Any], project: Project) -> Mapping[Figure, int]:
    """What a document holds of everything that is counted but `tables`; what it has none of is left out."""
    return project.once(f"figures {spec.source.path}", lambda: _figures(spec, project))


def _figures(spec: Spec[Any], project: Project) -> Mapping[Figure, int]:
    found: Counter[Figure] = Counter(spec.kind.figures(spec.document))
    if found["drills"]:
        badge = project.badge(project.definitions[spec.system, spec.kind.name, spec.document.id][0], _ENGLISH)
        found["passed-drills"] = int(badge is not None and badge.state == "good")
    tried = [step for trial in spec.kind.trials(spec.document) for step in trial.steps] if spec.kind.trials else []
    steps = [step for step in tried if not isinstance(step, Program)]
    commands = [step for step in steps if step.run or step.snippet]
    found["steps"] = len(steps)
    found["commands"] = len(commands)
    found["reading-commands"] = sum(step.effect == "read" for step in commands)
    found["samples"] = len(tried) - len(steps)
    proved = statuses(spec, project)
    for step in commands:
        found[_PROVED[proved[step.id][0] if step.id in proved else "never"]] += 1
    found["references"] = len({thing for _, thing in project.named_by(spec) if thing.source != spec.source.path})
    return {name: count for name, count in found.items() if count}


def tables(spec: Spec[Any], project: Project) -> int:
    """How many tables the pages of a document have.

    The pages are printed for that, so that no page may ask for those of its own document.
    """
    return sum(len(_RULE.findall(page.body)) for page in project.pages_of(spec))


def total(specs: Iterable[Spec[Any]], project: Project) -> Mapping[Figure, int]:
    """What documents hold together."""
    found: Counter[Figure] = Counter()
    for spec in specs:
        found.update(figures(spec, project))
    return found
