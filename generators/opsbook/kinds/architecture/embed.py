"""What guides show of an architecture: the picture of a view."""

from __future__ import annotations

from collections.abc import Callable

from opsbook.kind import Definition, Spec
from opsbook.kinds.architecture.model import Architecture
from opsbook.kinds.architecture.scene import Scene, Survey
from opsbook.kinds.architecture.views.all_views import entries
from opsbook.kinds.architecture.views.values import Section, Table
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
        return "\n\n".join((md.to(definition), *(_picture(one, md) for one in shown.sections if one.diagram)))

    return show


def _picture(section: Section, md: Printer) -> str:
    """A picture, and what it says in words, folded."""
    tables = "\n\n".join(_table(one) for one in section.tables if one)
    summary = f"<summary>{md.label('The picture in words')}</summary>"
    folded = f'<details class="opsbook-source" markdown>\n{summary}\n\n{tables}\n\n</details>' if tables else ""
    drawn = md.diagram(section.diagram, section.pictured) if section.diagram else ""
    return "\n\n".join(part for part in (drawn, folded) if part)


def _table(table: Table) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (table.heads, ["---"] * len(table.heads), *table.rows))
