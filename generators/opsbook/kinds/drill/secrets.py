"""Which variables of a drill hold something that nobody else should read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from opsbook.kind import Spec
from opsbook.kinds.drill.following import followed, references
from opsbook.kinds.drill.model import Drill
from opsbook.project import Project
from opsbook.step import Parameter

_SECRET = re.compile(r"PASS|SECRET|TOKEN|AUTH|(API|ACCESS|PRIVATE|SIGNING|ENCRYPTION|MASTER)_?KEY")
"""What names of variables have that may hold secrets."""


def parameters(spec: Spec[Drill], project: Project) -> Iterator[Parameter]:
    """The parameters of everything that a drill follows, its preparations first."""
    for reference in references(spec.document):
        if way := followed(reference, spec, project):
            document: Any = way.spec.document
            yield from getattr(document, "parameters", ())


def secret(names: Iterable[str], spec: Spec[Drill], project: Project) -> frozenset[str]:
    """Those variables whose values stand on no page and in no file: marked as secret by a runbook, or so called."""
    marked = {one.name for one in parameters(spec, project) if one.secret}
    return frozenset(name for name in names if name in marked or _SECRET.search(name))
