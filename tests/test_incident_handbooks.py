"""The incident processes and postmortems of the reference systems are complete, and agree with each other."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from cases import own
from opsbook.kinds.incident_process.model import IncidentProcess, Targets
from opsbook.kinds.postmortem.model import STATUSES, Postmortem
from opsbook.kinds.postmortem_template.model import PostmortemTemplate

pytestmark = pytest.mark.whole

ROOT = Path(__file__).parent.parent
SYSTEMS = ("chatbot", "lodging", "messaging", "site-hosting", "smartbeak")
FIELDS = frozenset(Postmortem.model_fields)
D = TypeVar("D")


def documents(system: str, model: type[D]) -> list[D]:
    """The documents of one kind of a system."""
    found = (one.document for one in own().project.specs if one.system == system)
    return [one for one in found if isinstance(one, model)]


def process(system: str) -> IncidentProcess:
    (found,) = documents(system, IncidentProcess)
    return found


def records(system: str) -> list[Postmortem]:
    return documents(system, Postmortem)


def templates(system: str) -> dict[str, PostmortemTemplate]:
    return {one.id: one for one in documents(system, PostmortemTemplate)}


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_process_says_who_does_what_and_by_when(system: str) -> None:
    whole = process(system)
    due = {"postmortem_due"}
    lacking = {
        one.id: sorted(name for name in set(Targets.model_fields) - due if getattr(one.targets, name) is None)
        for one in whole.severities
    }
    assert not any(lacking.values()), lacking
    assert whole.learned_from
    assert {one.severity for one in whole.questions} == {one.id for one in whole.severities}
    assert all(one.taken_by and one.backups and not set(one.taken_by) & set(one.backups) for one in whole.roles)
    assert {one.stage for one in whole.messages} == {"initial", "update", "mitigation", "closing"}
    assert any(policy.repeat for policy in whole.escalation)
    assert whole.training
    assert whole.postmortem is not None


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_severity_that_needs_a_postmortem_has_one_template(system: str) -> None:
    asked = [severity for template in templates(system).values() for severity in template.severities]
    assert len(asked) == len(set(asked))
    assert {one.id for one in process(system).learned_from} <= set(asked)


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_postmortem_answers_what_its_template_asks(system: str) -> None:
    for record in records(system):
        if record.template is None:
            assert record.status == "not_required", record.id
            continue
        template = templates(system)[record.template]
        asked = {one.id: one for one in template.sections}
        assert record.severity in template.severities, record.id
        assert set(record.sections) <= set(asked), record.id
        assert {one.category for one in record.contributing_factors} <= set(template.factors), record.id
        for name, section in asked.items():
            own = name.replace("-", "_")
            answer = getattr(record, own) if own in FIELDS else record.sections.get(name)
            needed = section.required_from and STATUSES.index(section.required_from) <= STATUSES.index(record.status)
            assert answer or not needed or (own == "actions" and record.none_needed), (record.id, name)
            assert section.kind != "choice" or not answer or answer in section.choices, (record.id, name)
        if record.review:
            assert set(record.review.reviewers) <= set(template.reviewers), record.id


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_postmortem_keeps_the_dates_of_its_process(system: str) -> None:
    """Reviewed, approved and acted on in this order, and approved within what its severity or its template allows."""
    due = {one.id: one.targets.postmortem_due for one in process(system).severities}
    for record in records(system):
        ended = (record.times.resolved or record.times.mitigated or record.times.started).date()
        assert date(2026, 1, 1) <= ended < date(2026, 11, 22), record.id
        if review := record.review:
            held, approved = review.held_on, review.approved_on
            allowed = due[record.severity] or (templates(system)[record.template].due if record.template else None)
            assert held is None or ended <= held, record.id
            assert approved is None or (held is not None and held <= approved), record.id
            assert approved is None or approved - ended <= (allowed or timedelta.max), record.id
            assert review.approved_by is None or review.approved_by in review.reviewers, record.id
            assert review.approved_by not in record.authors, record.id
        for action in record.actions:
            assert action.due > record.times.started.date(), (record.id, action.id)
            assert (action.status == "done") == (action.done_on is not None), (record.id, action.id)


def test_the_postmortems_of_the_handbooks_show_what_can_be_shown() -> None:
    every = [record for system in SYSTEMS for record in records(system)]
    assert {one.status for one in every} == {*STATUSES, "not_required"}
    assert {one.detection.by for one in every if one.detection} == {"alert", "person", "customer", "test"}
    assert {template.profile for system in SYSTEMS for template in templates(system).values()} == {
        "lite", "standard", "deep",
    }  # fmt: skip
    assert any(one.none_needed for one in every)
    assert any(action.status == "refused" for one in every for action in one.actions)


def test_one_incident_crosses_a_change_of_clocks() -> None:
    """Its wall clock goes backwards, and its durations do not."""
    (one,) = (
        record
        for system in SYSTEMS
        for record in records(system)
        if len({at.utcoffset() for _, at in record.times.ordered}) > 1
    )
    assert one.times.detected is not None
    assert one.times.acknowledged is not None
    assert one.times.acknowledged.replace(tzinfo=None) < one.times.detected.replace(tzinfo=None)
    assert one.between("detected", "acknowledged") == timedelta(minutes=29)
    assert one.between("started", "mitigated") == timedelta(minutes=92)
