"""Postmortems: what happened, why it could, what is done about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opsbook.kind import Check, Draft, Happened, Kind, Part, ProjectCheck
from opsbook.kinds.postmortem import agreement, checks
from opsbook.kinds.postmortem.draft import draft
from opsbook.kinds.postmortem.events import events
from opsbook.kinds.postmortem.first_week import tasks
from opsbook.kinds.postmortem.health import health
from opsbook.kinds.postmortem.index import home, index, index_path
from opsbook.kinds.postmortem.model import Postmortem
from opsbook.kinds.postmortem.page import pages
from opsbook.kinds.postmortem.words import FIELDS, STATUS
from opsbook.labels import N_


def _parts(record: Postmortem) -> Iterator[Part]:
    for number, action in enumerate(record.actions):
        yield Part(action.id, action.title, action.id, ("actions", number))
    for number, factor in enumerate(record.contributing_factors):
        yield Part(factor.id, factor.title, factor.id, ("contributing_factors", number))


def _happened(record: Postmortem) -> Happened:
    took = record.between("started", "resolved")
    if record.status == "not_required":
        return Happened(record.severity, took, "none")
    return Happened(record.severity, took, "agreed" if record.status in ("approved", "closed") else "owed")


POSTMORTEM = Kind(
    name="postmortem",
    model=Postmortem,
    group=N_("Postmortems"),
    folder="incidents",
    pages=pages,
    shows_others=True,
    index=index,
    home=home,
    first_week=tasks,
    health=health,
    more_pages=lambda system: (index_path(system),),
    listed_as=N_("Incidents"),
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
        Check(checks.unsettled_day),
        Check(checks.stray_reason),
        Check(checks.premature_approval),
        Check(checks.impossible_order),
        Check(checks.implausible_due, "warning"),
        Check(checks.entry_outside_incident, "warning"),
        Check(checks.repeated_evidence, "warning"),
    ),
    project_checks=(
        ProjectCheck(agreement.blaming_words, "warning", group="postmortem"),
        ProjectCheck(agreement.missing_section, group="postmortem"),
        ProjectCheck(agreement.unknown_section, group="postmortem"),
        ProjectCheck(agreement.unknown_choice, group="postmortem"),
        ProjectCheck(agreement.skipped_postmortem, "warning", group="postmortem"),
        ProjectCheck(agreement.late_approval, "warning", group="postmortem"),
    ),
    needs=checks.NEEDS,
    figures=lambda _record: {"postmortems": 1},
    events=events,
    happened=_happened,
    skeleton=Path(__file__).with_name("skeleton.yaml.jinja"),
    draft=Draft(draft, Path(__file__).with_name("draft.yaml.jinja")),
)
