"""Has somebody read it lately?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from opsbook.diagnostic import Finding
from opsbook.model import Document
from opsbook.project import Project
from opsbook.source import Source


def overdue_review(project: Project, today: date) -> Iterator[tuple[Source, Finding]]:
    """A document should have been reviewed again by now.

    Systems change faster than their documents. Read it against the system, mend it, and set the day:

        last_reviewed: 2026-11-21
        review_every: 90d
    """
    for spec in project.specs:
        if not isinstance(spec.document, Document):
            continue
        due = spec.document.review_due
        if due < today:
            yield (
                spec.source,
                Finding(
                    (*spec.kind.base, "last_reviewed"),
                    f"`{spec.document.id}` was due for review on {due}, {_days(today - due)} ago",
                    f"read it against the system and set `last_reviewed: {today}`",
                ),
            )


def _days(late: timedelta) -> str:
    return "1 day" if late.days == 1 else f"{late.days} days"


def future_review(project: Project, today: date) -> Iterator[tuple[Source, Finding]]:
    """A document claims to have been reviewed on a day that has not come yet.

    Set the day on which somebody really read it:

        last_reviewed: 2026-11-21
    """
    for spec in project.specs:
        if not isinstance(spec.document, Document):
            continue
        if spec.document.last_reviewed > today + timedelta(days=1):  # somewhere it is tomorrow already
            yield (
                spec.source,
                Finding(
                    (*spec.kind.base, "last_reviewed"),
                    f"{spec.document.last_reviewed} lies in the future",
                    "set the day on which somebody really read it",
                ),
            )
