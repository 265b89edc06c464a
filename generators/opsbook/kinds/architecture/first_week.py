"""What somebody new looks at of an architecture: the overview, what runs where, and one way through it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from opsbook.first_week import Task, about, reading
from opsbook.kind import Spec
from opsbook.kinds.architecture.model import Architecture
from opsbook.kinds.architecture.views.all_views import entries
from opsbook.kinds.architecture.views.containers import CONTAINERS
from opsbook.kinds.architecture.views.sequences import SEQUENCES
from opsbook.kinds.architecture.weakness import landscape_of
from opsbook.printer import Printer

_READ = (CONTAINERS, SEQUENCES)
"""Of each of these types, the first view."""

_MINUTES_A_PICTURE = 10


def tasks(specs: Sequence[Spec[Architecture]], md: Printer) -> Iterator[Task]:
    """The overview and a few pictures, each with the question that it answers."""
    (spec, *_others) = specs
    label, model = md.label, spec.document
    yield Task(
        f"architecture/{model.id}",
        "system",
        md.link("architecture", model.id),
        md.plain(model.title),
        label("What the system deals with, how it is built, and every picture with the question that it answers."),
        reading([model.summary], more=_MINUTES_A_PICTURE),
    )
    found = entries(landscape_of(model))
    for type_ in _READ:
        entry = next((one for one in found if one.type is type_), None)
        if entry:
            yield Task(
                f"{type_.type}/{entry.id}",
                "system",
                md.link(type_.type, entry.id),
                md.titles(type_.type, (entry.id,)),
                label(type_.answers),
                about(_MINUTES_A_PICTURE),
            )
