"""What can be wrong with one postmortem."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from opsbook.diagnostic import Finding
from opsbook.kinds.postmortem.model import STATUSES, Postmortem
from opsbook.source import Route

_HAS: dict[str, Callable[[Postmortem], object]] = {
    "summary": lambda record: record.summary,
    "impact": lambda record: record.impact,
    "detection": lambda record: record.detection,
    "at least three entries in its timeline": lambda record: len(record.timeline) >= 3,  # noqa: PLR2004  # fewer tell no story
    "trigger": lambda record: record.trigger,
    "contributing_factors": lambda record: record.contributing_factors,
    "went_well": lambda record: record.went_well,
    "went_wrong": lambda record: record.went_wrong,
    "actions, or none_needed with a reason": lambda record: record.actions or record.none_needed,
    "times.mitigated": lambda record: record.times.mitigated,
    "times.resolved": lambda record: record.times.resolved,
    "review": lambda record: record.review,
    "review.approved_by": lambda record: record.review and record.review.approved_by,
    "review.approved_on": lambda record: record.review and record.review.approved_on,
}

REQUIRED = {
    "draft": (),
    "in_review": (
        "summary", "impact", "detection", "at least three entries in its timeline", "trigger", "contributing_factors",
        "went_well", "went_wrong", "actions, or none_needed with a reason", "times.mitigated",
    ),
    "approved": ("review", "review.approved_by", "review.approved_on"),
    "closed": ("times.resolved",),
}  # fmt: skip
"""What a postmortem needs from each status on, beside what the ones before need."""


def incomplete(record: Postmortem) -> Iterator[Finding]:
    """A postmortem has a status for which a part of it is missing.

    Who reads `in_review` expects something to read; who reads `approved`, that somebody has agreed. Write the part,
    or go back a status:

        status: draft
    """
    if record.status == "not_required":
        return
    reached = STATUSES[: STATUSES.index(record.status) + 1]
    for part in (part for status in reached for part in REQUIRED[status]):
        if not _HAS[part](record):
            yield Finding(
                ("status",),
                f"`{record.id}` is `{record.status}` and has no {part}" if " " not in part else f"`{record.id}` is "
                f"`{record.status}` and needs {part}",
                f"write it, or set `status: {STATUSES[max(len(reached) - 2, 0)]}`",
            )


def not_required_without_reason(record: Postmortem) -> Iterator[Finding]:
    """An incident gets no postmortem, and nobody says why.

        status: not_required
        reason: A planned restart; nobody noticed.
    """
    if record.status == "not_required" and not record.reason:
        yield Finding(("status",), f"`{record.id}` needs no postmortem, and does not say why", "add `reason:`")


def times_out_of_order(record: Postmortem) -> Iterator[Finding]:
    """A moment of the incident lies before the one that it must follow.

    Durations are computed from these. Moments with different offsets are compared as what they are in UTC:

        times:
          started: 2026-10-25T01:50:00+02:00
          detected: 2026-10-25T01:10:00+01:00
    """
    for (before, first), (after, then) in pairwise(record.times.ordered):
        if then < first:
            yield Finding(
                ("times", after),
                f"`{after}` lies before `{before}`",
                "put the moments in the order in which they came; compare them in UTC",
            )


def timeline_out_of_order(record: Postmortem) -> Iterator[Finding]:
    """An entry of the timeline lies before the one above it.

    People read a timeline from top to bottom. Move the entry, or mend its time:

        timeline:
          - at: 2026-11-21T03:10:00Z
            text: The alert fires.
          - at: 2026-11-21T03:14:00Z
            text: On-call opens the runbook.
    """
    for number, (before, after) in enumerate(pairwise(record.timeline), 1):
        if after.at < before.at:
            yield Finding(
                ("timeline", number, "at"),
                f"entry {number + 1} of the timeline lies before the entry above it",
                "move it up, or mend its time; entries are compared in UTC",
            )


def closed_with_open_actions(record: Postmortem) -> Iterator[Finding]:
    """A postmortem is closed, and an action of it is neither done nor refused.

    What is closed nobody looks at again. Settle the action, or leave the postmortem approved:

        actions:
          - id: alert-on-lag
            status: refused
            reason: The replica goes away next month.
    """
    if record.status == "closed":
        for number, action in enumerate(record.actions):
            if action.status not in ("done", "refused"):
                yield Finding(
                    ("actions", number, "status"),
                    f"`{record.id}` is closed, and its action `{action.id}` is `{action.status}`",
                    "set it to `done` or, with a `reason`, to `refused`; or set `status: approved`",
                )


def refused_without_reason(record: Postmortem) -> Iterator[Finding]:
    """An action is refused, and nobody says why.

        - id: second-region
          status: refused
          reason: Costs more than the outages that it would prevent.
    """
    for number, action in enumerate(record.actions):
        if action.status == "refused" and not action.reason:
            yield Finding(
                ("actions", number, "status"), f"the action `{action.id}` is refused without a reason", "add `reason:`"
            )


def actions_and_none_needed(record: Postmortem) -> Iterator[Finding]:
    """A postmortem has actions, and says that none are needed.

    One of the two is left over from another draft. Remove it.
    """
    if record.actions and record.none_needed:
        yield Finding(("none_needed",), f"`{record.id}` has actions and says that none are needed", "remove one of them")


def reviewed_by_its_author(record: Postmortem) -> Iterator[Finding]:
    """Nobody but its authors has reviewed a postmortem.

    Who was there does not see what is not explained. Name somebody else:

        authors: [on-call]
        review:
          reviewers: [on-call, platform-owner]
    """
    if record.review and set(record.review.reviewers) <= set(record.authors):
        yield Finding(
            ("review", "reviewers"),
            f"only its authors have reviewed `{record.id}`",
            "name a reviewer who did not write it",
        )


BLAME = {
    "en": (
        "human error", "user error", "operator error", "should have", "should've", "could have known", "failed to follow",
        "careless", "carelessness", "negligent", "negligence", "incompetent", "stupid", "sloppy", "blame", "fault of",
    ),
    "es": (
        "error humano", "fallo humano", "debería haber", "debió haber", "tendría que haber", "descuido", "descuidado",
        "descuidada", "negligencia", "negligente", "incompetente", "imprudencia", "por culpa de", "culpable", "torpeza",
    ),
}  # fmt: skip
"""Words that find a culprit instead of a cause, by language."""

_BLAMING = re.compile(r"(?<!\w)(?:" + "|".join(re.escape(word) for words in BLAME.values() for word in words) + r")(?!\w)", re.I)


def blaming_words(record: Postmortem) -> Iterator[Finding]:
    """A postmortem says who was to blame instead of what made the mistake possible.

    Who has to fear blame leaves out what others could learn from. Say what the person knew and saw, and why it made sense to
    act like that:

        text: The dashboard showed the replica's lag of the hour before, so the switch looked safe.

    The words are those of English and Spanish for human error, carelessness and what somebody should have done.
    """
    for route, text in _texts(record):
        for found in _BLAMING.finditer(text):
            yield Finding(
                route,
                f"“{found[0]}” looks for somebody to blame",
                "say what was known and seen then, and what made the mistake possible",
                part=found[0],
            )


def _texts(record: Postmortem) -> Iterator[tuple[Route, str]]:
    """Everything that was written about what happened."""
    for name in ("summary", "trigger", "reason", "none_needed"):
        if value := getattr(record, name):
            yield (name,), value
    if record.impact:
        yield ("impact", "text"), record.impact.text
    if record.detection and record.detection.note:
        yield ("detection", "note"), record.detection.note
    for number, entry in enumerate(record.timeline):
        yield ("timeline", number, "text"), entry.text
    for number, factor in enumerate(record.contributing_factors):
        yield ("contributing_factors", number, "title"), factor.title
        yield ("contributing_factors", number, "text"), factor.text
    for name in ("went_well", "went_wrong", "lucky", "surprises"):
        for number, line in enumerate(getattr(record, name)):
            yield (name, number), line
    for number, action in enumerate(record.actions):
        yield ("actions", number, "title"), action.title
    for key, text in record.sections.items():
        yield ("sections", key), text
