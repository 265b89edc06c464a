"""What somebody new reads of past incidents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from opsbook.first_week import Task, reading
from opsbook.kind import Spec
from opsbook.kinds.postmortem.model import Postmortem
from opsbook.printer import Printer

MOST = 3
"""How many are read, the last ones."""

_AGREED = ("approved", "closed")
"""The statuses of postmortems from which others can learn."""

_MOST_FACTORS = 2
"""How many contributing factors stand beside each."""

_MINUTES_OF_PICTURES = 3


def tasks(specs: Sequence[Spec[Postmortem]], md: Printer) -> Iterator[Task]:
    """The last incidents of which a postmortem is agreed on."""
    agreed = [spec.document for spec in specs if spec.document.status in _AGREED]
    for record in agreed[:MOST]:
        factors = ", ".join(md.line(one.title) for one in record.contributing_factors[:_MOST_FACTORS])
        day = record.times.started.date().isoformat()
        yield Task(
            f"postmortem/{record.id}",
            "postmortems",
            md.link("postmortem", record.id),
            md.plain(record.title),
            " · ".join(part for part in (day, md.link("severity", record.severity), factors) if part),
            reading(_texts(record), more=_MINUTES_OF_PICTURES),
        )


def _texts(record: Postmortem) -> Iterator[str]:
    """Most of what it says."""
    yield record.summary or ""
    yield record.impact.text if record.impact else ""
    yield record.trigger or ""
    yield from (entry.text for entry in record.timeline)
    yield from (factor.text for factor in record.contributing_factors)
    yield from (*record.went_well, *record.went_wrong, *record.lucky, *record.sections.values())
    yield from (one.title for one in record.actions)
