"""What somebody new works through of the guides: those about developing it, and where its APIs begin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from opsbook.first_week import Stage, Task, reading
from opsbook.kind import Spec
from opsbook.kinds.guide.model import Guide
from opsbook.printer import Printer

_MINUTES_A_PROGRAM = 0.5
"""To copy it, run it and look at what it prints."""


def tasks(specs: Sequence[Spec[Guide]], md: Printer) -> Iterator[Task]:
    """Every guide that is about no API, and the first of those that are."""
    guides = [spec.document for spec in specs]
    explain_apis = [guide for guide in guides if guide.apis]
    for guide in guides:
        if not guide.apis:
            yield _task(guide, "set-up", md)
    for guide in explain_apis[:1]:
        yield _task(guide, "interfaces", md)


def _task(guide: Guide, stage: Stage, md: Printer) -> Task:
    programs = _MINUTES_A_PROGRAM * len(guide.listings)
    return Task(
        f"guide/{guide.id}",
        stage,
        md.link("guide", guide.id),
        md.plain(guide.title),
        md.line(guide.summary),
        reading([guide.body], more=programs),
    )
