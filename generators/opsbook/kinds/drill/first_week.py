"""The first drills of somebody new: one that a machine plays, and one at a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from opsbook.first_week import Task, about
from opsbook.kind import Spec
from opsbook.kinds.drill import terms
from opsbook.kinds.drill.model import MACHINES, TABLE, Drill
from opsbook.kinds.drill.page import command_line
from opsbook.printer import Printer

_MINUTES = {MACHINES: 15, TABLE: 60}


def tasks(specs: Sequence[Spec[Drill]], md: Printer) -> Iterator[Task]:
    """The first drill of each of these types."""
    for type_, minutes in _MINUTES.items():
        spec = next((one for one in specs if one.document.type == type_), None)
        if spec:
            drill = spec.document
            runbooks = md.references(tuple(dict.fromkeys(one.partition("#")[0] for one in drill.follow)))
            follow = md.label("Follow {runbooks}").replace("{runbooks}", runbooks)
            yield Task(
                f"drill/{drill.id}",
                "drills",
                md.link("drill", drill.id),
                md.plain(drill.title),
                " · ".join([md.label(terms.TYPE[drill.type]), follow]),
                about(minutes),
                command_line(spec, md.project) if type_ == MACHINES else "",
            )
