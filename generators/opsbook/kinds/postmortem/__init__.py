"""Postmortems: what happened, why it could, what is done about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opsbook.kind import Check, Draft, Kind, Part
from opsbook.kinds.postmortem import checks
from opsbook.kinds.postmortem.draft import draft
from opsbook.kinds.postmortem.model import Postmortem
from opsbook.kinds.postmortem.page import pages
from opsbook.kinds.postmortem.words import FIELDS, STATUS
from opsbook.labels import N_


def _parts(record: Postmortem) -> Iterator[Part]:
    for number, action in enumerate(record.actions):
        yield Part(action.id, action.title, action.id, ("actions", number))
    for number, factor in enumerate(record.contributing_factors):
        yield Part(factor.id, factor.title, factor.id, ("contributing_factors", number))


POSTMORTEM = Kind(
    name="postmortem",
    model=Postmortem,
    group=N_("Postmortems"),
    folder="incidents",
    pages=pages,
    parts=_parts,
    fields=FIELDS,
    order=lambda record: (-record.times.started.timestamp(),),
    describe=lambda record: STATUS[record.status],
    checks=(
        Check(checks.incomplete),
        Check(checks.not_required_without_reason),
        Check(checks.times_out_of_order),
        Check(checks.timeline_out_of_order),
        Check(checks.closed_with_open_actions),
        Check(checks.refused_without_reason),
        Check(checks.actions_and_none_needed),
        Check(checks.reviewed_by_its_author),
        Check(checks.blaming_words, "warning"),
    ),
    skeleton=Path(__file__).with_name("skeleton.yaml.jinja"),
    draft=Draft(draft, Path(__file__).with_name("draft.yaml.jinja")),
)
