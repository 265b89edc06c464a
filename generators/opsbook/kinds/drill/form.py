"""The form on which people record a drill that no machine can play."""

from __future__ import annotations

from opsbook.kind import Spec
from opsbook.kinds.drill.model import Drill
from opsbook.printer import Printer
from opsbook.project import Project


def form(spec: Spec[Drill], project: Project, md: Printer) -> str:
    """The form of a drill, as HTML; empty for one that a machine plays."""
    del spec, project, md
    return ""
