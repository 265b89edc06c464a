"""What guides show of an architecture: the picture of a view."""

from __future__ import annotations

from collections.abc import Callable

from opsbook.kind import Definition, Spec
from opsbook.kinds.architecture.model import Architecture
from opsbook.kinds.architecture.scene import Scene, Survey
from opsbook.kinds.architecture.views.all_views import entries
from opsbook.kinds.architecture.weakness import landscape_of, see
from opsbook.printer import Printer
from opsbook.project import Project
from opsbook.reference import Unresolved


def embed(
    spec: Spec[Architecture], definition: Definition, view: str, project: Project
) -> Callable[[Printer], str] | Unresolved:
    """The picture of a view, or of who says what to whom, with the way to it."""
    known = entries(landscape_of(spec.document))
    entry = next((one for one in known if (one.type.type, one.id) == (definition.type, definition.id)), None)
    if view or entry is None:
        return Unresolved(
            f"`{definition.id}{f'|{view}' if view else ''}` is no picture of the architecture",
            "embed a `view:` or a `sequence:`, with nothing after it",
        )

    def show(md: Printer) -> str:
        shown = entry.type.make(Scene(Survey(see(spec, project)), md), entry.topic)
        pictures = (md.diagram(one.diagram, one.pictured) for one in shown.sections if one.diagram)
        return "\n\n".join((md.to(definition), *pictures))

    return show
