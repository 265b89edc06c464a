"""What can be wrong with one postmortem."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta
from itertools import pairwise

from opsbook.diagnostic import Finding
from opsbook.kinds.postmortem.model import STATUSES, Postmortem
from opsbook.source import Route

NEEDS: dict[str, tuple[str, ...]] = {
    "draft": ("id", "title", "owner", "severity", "authors", "times.started"),
    "in_review": (
        "summary", "impact", "detection", "timeline:3", "trigger", "contributing_factors", "went_well", "went_wrong",
        "actions|none_needed", "times.mitigated",
    ),
    "approved": ("review", "review.approved_by", "review.approved_on"),
    "closed": ("times.resolved",),
    "not_required": ("id", "title", "owner", "severity", "authors", "times.started", "reason"),
}  # fmt: skip
"""What a postmortem needs from each status on, beside what the ones before need: a field, one of several (`a|b`), or at
least so many entries (`a:3`)."""

_SCHEMA = frozenset(NEEDS["draft"])


def incomplete(record: Postmortem) -> Iterator[Finding]:
    """A postmortem has a status for which a part of it is missing.

    Who reads `in_review` expects something to read; who reads `approved`, that somebody has agreed. Write the part,
    or go back a status:

        status: draft
    """
    if record.status == "not_required":
        return
    reached = STATUSES[: STATUSES.index(record.status) + 1]
    for at, status in enumerate(reached):
        for need in NEEDS[status]:
            if need not in _SCHEMA and not _has(record, need):
                yield Finding(
                    ("status",),
                    f"`{record.id}` is `{record.status}` and has {_lacks(need)}",
                    f"write it, or set `status: {STATUSES[max(at - 1, 0)]}`",
                )


def needed(record: Postmortem) -> frozenset[str]:
    """What a postmortem needs at its status."""
    reached = STATUSES[: STATUSES.index(record.status) + 1] if record.status != "not_required" else ()
    return frozenset(need.partition(":")[0].partition("|")[0] for status in reached for need in NEEDS[status])


def _has(record: Postmortem, need: str) -> bool:
    fields, _, least = need.partition(":")
    return any(_enough(_value(record, path), int(least or 1)) for path in fields.split("|"))


def _value(record: Postmortem, path: str) -> object:
    value: object = record
    for name in path.split("."):
        value = getattr(value, name, None)
    return value


def _enough(value: object, least: int) -> bool:
    return len(value) >= least if isinstance(value, tuple) else value is not None


def _lacks(need: str) -> str:
    """What is missing, in the author's words."""
    fields, _, least = need.partition(":")
    if least:
        return f"fewer than {least} entries in its `{fields}`"
    return "neither " + " nor ".join(f"`{one}`" for one in fields.split("|")) if "|" in fields else f"no `{fields}`"


def not_required_without_reason(record: Postmortem) -> Iterator[Finding]:
    """An incident gets no postmortem, and nobody says why.

    Whoever meets the next one of its kind wants to know what people thought of this one:

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

    Refusing is a decision, and the next incident will ask for its reasons:

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

    One of the two is left over from another draft. Remove it. Where nothing has to be done, say why:

        none_needed: The part that failed was switched off for good the day after.
    """
    if record.actions and record.none_needed:
        yield Finding(
            ("none_needed",), f"`{record.id}` has actions and says that none are needed", "remove one of them"
        )


def reviewed_by_its_author(record: Postmortem) -> Iterator[Finding]:
    """Nobody but its authors has reviewed a postmortem, or its only author has approved it.

    Who was there does not see what is not explained. Name somebody else:

        authors: [on-call]
        review:
          reviewers: [on-call, platform-owner]
          approved_by: platform-owner
    """
    authors = set(record.authors)
    if record.review and authors.issuperset(record.review.reviewers):
        yield Finding(
            ("review", "reviewers"),
            f"only its authors have reviewed `{record.id}`",
            "name a reviewer who did not write it",
        )
    if record.review and authors == {record.review.approved_by}:
        yield Finding(
            ("review", "approved_by"),
            f"`{record.id}` was approved by its only author",
            "name somebody who did not write it",
        )


def unsettled_day(record: Postmortem) -> Iterator[Finding]:
    """An action and the day on which it was done do not agree.

    How fast actions are done is counted from these days. Give the day of what is done, and of nothing else:

        - id: alert-on-lag
          status: done
          done_on: 2026-11-30
    """
    for number, action in enumerate(record.actions):
        if action.status == "done" and not action.done_on:
            yield Finding(
                ("actions", number, "status"),
                f"the action `{action.id}` is done, and nobody says when",
                "add `done_on:`",
            )
        elif action.done_on and action.status != "done":
            yield Finding(
                ("actions", number, "done_on"),
                f"the action `{action.id}` has a day on which it was done, and is `{action.status}`",
                "set `status: done`, or remove `done_on`",
            )


def stray_reason(record: Postmortem) -> Iterator[Finding]:
    """A postmortem or an action has a reason that nothing in it asks for.

    A postmortem has one where none is required, an action where it is refused. What stands elsewhere is left over from
    another status, and readers take it for what holds:

        status: not_required
        reason: A planned restart; nobody noticed.
    """
    if record.reason and record.status != "not_required":
        yield Finding(
            ("reason",),
            f"`{record.id}` says why none is required, and is `{record.status}`",
            "set `status: not_required`, or remove `reason`",
            key=True,
        )
    for number, action in enumerate(record.actions):
        if action.reason and action.status != "refused":
            yield Finding(
                ("actions", number, "reason"),
                f"the action `{action.id}` says why it was refused, and is `{action.status}`",
                "set `status: refused`, or remove `reason`",
                key=True,
            )


def premature_approval(record: Postmortem) -> Iterator[Finding]:
    """A postmortem has been approved, by its review, and its status does not say so.

    Its readers go by the status. Set it, or remove what the review says:

        status: approved
        review:
          reviewers: [platform-owner]
          approved_by: platform-owner
          approved_on: 2026-11-28
    """
    if record.review and record.review.approved_on and record.status not in ("approved", "closed"):
        yield Finding(
            ("review", "approved_on"),
            f"the review has approved `{record.id}`, which is `{record.status}`",
            "set `status: approved`, or remove `approved_on`",
        )


def impossible_order(record: Postmortem) -> Iterator[Finding]:
    """A day of the review or of an action lies before what it follows.

    Nobody reviews an incident before it, and nobody approves a postmortem before its review. One of the days is wrong:

        review:
          held_on: 2026-11-25
          approved_on: 2026-11-28
    """
    # A day has no offset: somewhere on earth, the incident began a day earlier than in UTC.
    began = record.times.started.astimezone(UTC).date() - timedelta(days=1)
    if record.review:
        held, approved = record.review.held_on, record.review.approved_on
        if held and held < began:
            yield _before(("review", "held_on"), "the review lies before the incident")
        if approved and approved < max(held or began, began):
            said = "the approval lies before the review" if held else "the approval lies before the incident"
            yield _before(("review", "approved_on"), said)
    for number, action in enumerate(record.actions):
        if action.done_on and action.done_on < began:
            yield _before(("actions", number, "done_on"), f"the action `{action.id}` was done before the incident")


def _before(route: Route, message: str) -> Finding:
    return Finding(route, message, "mend the day, or the times of the incident")


_YEAR = timedelta(days=366)


def implausible_due(record: Postmortem) -> Iterator[Finding]:
    """An action is due before its incident was over, or more than a year after it.

    The first is a slip of the pen, the second a wish: what is due in a year is not done in a year. Give it a day that
    somebody can promise, or refuse it with the reason:

        - id: second-region
          status: refused
          reason: Costs more than the outages that it would prevent.
    """
    end = record.times.end.astimezone(UTC).date()
    for number, action in enumerate(record.actions):
        route = ("actions", number, "due")
        if action.due < end - timedelta(days=1):
            yield Finding(route, f"the action `{action.id}` is due before the incident was over", "mend the day")
        elif action.due > end + _YEAR:
            yield Finding(
                route,
                f"the action `{action.id}` is due more than a year after the incident",
                "give a day that somebody can promise, or refuse the action with a reason",
            )


_BEFORE, _AFTER = timedelta(days=90), timedelta(days=1)


def entry_outside_incident(record: Postmortem) -> Iterator[Finding]:
    """An entry of the timeline lies far from the incident: more than 90 days before it, or more than a day after.

    What led to it belongs there, and further away the date is usually wrong. Mend it; tell what happened long before
    among the contributing factors, and what happened after among the actions:

        times:
          started: 2026-11-21T03:10:00Z
        timeline:
          - at: 2026-11-21T02:40:00Z
            text: The new release goes out.
    """
    first, last = record.times.started - _BEFORE, record.times.end + _AFTER
    for number, entry in enumerate(record.timeline):
        if not first <= entry.at <= last:
            side = "90 days before the incident began" if entry.at < first else "a day after it was over"
            yield Finding(
                ("timeline", number, "at"),
                f"entry {number + 1} of the timeline lies more than {side}",
                "mend its date, or the times of the incident",
            )


def repeated_evidence(record: Postmortem) -> Iterator[Finding]:
    """An entry of a timeline repeats a link to evidence.

    Two links to the same place look like two pieces of evidence. Remove one, or name the other place:

        evidence:
          - https://grafana.example.com/d/queue
          - https://logs.example.com/search/4711
    """
    for number, entry in enumerate(record.timeline):
        for place, url in enumerate(entry.evidence):
            if url in entry.evidence[:place]:
                yield Finding(
                    ("timeline", number, "evidence", place), f"`{url}` stands here twice", "remove one of them"
                )


def texts(record: Postmortem) -> Iterator[tuple[Route, str]]:
    """Everything that was written about what happened, with its place."""
    for path in _TEXTS:
        if isinstance(value := _value(record, path), str):
            yield tuple(path.split(".")), value
    for name, part in _ROWS:
        for number, row in enumerate(getattr(record, name)):
            if text := getattr(row, part):
                yield (name, number, part), text
    for name in ("went_well", "went_wrong", "lucky", "surprises"):
        for number, line in enumerate(getattr(record, name)):
            yield (name, number), line
    for key, text in record.sections.items():
        yield ("sections", key), text


_TEXTS = ("title", "summary", "detection.note", "impact.text", "trigger", "reason", "none_needed", "review.notes")
_ROWS = (
    ("timeline", "text"),
    ("contributing_factors", "title"),
    ("contributing_factors", "text"),
    ("actions", "title"),
    ("actions", "reason"),
)
