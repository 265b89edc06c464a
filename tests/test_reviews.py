"""When documents have to be read again: by the calendar, and by what happened since."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from cases import HERE, TODAY, write
from opsbook.history import happenings
from opsbook.kind import Event
from opsbook.kinds import all_kinds
from opsbook.kinds.documentation.gate import plans
from opsbook.kinds.documentation.reviews import Reviewed, missed_update, reviews
from opsbook.project import Project
from opsbook.read import load

FILES: dict[str, str] = yaml.safe_load((HERE / "project/bad/missed-update.yaml").read_text(encoding="utf-8"))
PLAN, RUNBOOK, INCIDENT, SLOW = FILES
API = """\
openapi: 3.1.0
x-opsbook: {owner: backend, last_reviewed: 2026-11-20, review_every: 90d, released: RELEASED}
info: {title: Orders, version: "VERSION"}
paths: {}
"""
GUIDE = """\
---
kind: guide
id: first-order
title: The first order
owner: backend
last_reviewed: 2026-11-01
review_every: 90d
summary: How to order.
WORDS
---
## One

See NAMED.
"""
DRILL = yaml.safe_load((HERE / "project/bad/overdue-drill.yaml").read_text(encoding="utf-8"))


def read(root: Path, files: dict[str, str]) -> Project:
    loaded = load(write(root, files), all_kinds())
    assert [one for one in loaded.diagnostics if one.severity == "error"] == []
    return loaded.project


def reviewed(project: Project, id_: str) -> Reviewed:
    (plan,) = plans(project)
    return next(one for one in reviews(plan, project) if one.spec.document.id == id_)


def events(found: Reviewed) -> list[tuple[str, str]]:
    return [(one.event.type, str(one.event.day)) for one in found.since]


@pytest.mark.parametrize(
    ("schedule", "calendar", "due", "since"),
    [
        ("every: 90d", "2027-02-08", "2027-02-08", []),
        ("every: 30d", "2026-12-10", "2026-12-10", []),
        ("every: 300d", "2027-02-08", "2027-02-08", []),
        ("every: 9999d", "2027-02-08", "2027-02-08", []),
        ("after: [incident]", "2027-02-08", "2026-11-12", [("incident", "2026-11-12")]),
        ("after: [drill, release, change]", "2027-02-08", "2027-02-08", []),
        ("after: [postmortem-action]", "2027-02-08", "2026-11-18", [("action", "2026-11-18")]),
        (
            "every: 1d, after: [incident, postmortem-action]",
            "2026-11-11",
            "2026-11-11",
            [("action", "2026-11-18"), ("incident", "2026-11-12")],
        ),
    ],
)
def test_the_earliest_day_counts(
    tmp_path: Path, schedule: str, calendar: str, due: str, since: list[tuple[str, str]]
) -> None:
    """The incident of the day on which the runbook was reviewed counts as read."""
    plan = FILES[PLAN].replace("every: 90d, after: [incident, postmortem-action]", schedule)
    found = reviewed(read(tmp_path, FILES | {PLAN: plan}), "restart")
    assert (str(found.calendar), str(found.due)) == (calendar, due)
    assert events(found) == since


def test_what_is_not_done_lies_ahead(tmp_path: Path) -> None:
    found = reviewed(read(tmp_path, FILES), "restart")
    assert [(one.event.title, str(one.event.day)) for one in found.ahead] == [
        ("Say in [[runbook:restart]] that there are two", "2026-12-01")
    ]


def test_a_review_settles_it(tmp_path: Path) -> None:
    files = FILES | {RUNBOOK: FILES[RUNBOOK].replace("2026-11-10", "2026-11-18")}
    assert events(reviewed(read(tmp_path, files), "restart")) == []


def test_only_what_is_over_is_missed(tmp_path: Path) -> None:
    """Today is an argument: on the day before, nobody has missed anything."""
    project = read(tmp_path, FILES)
    told = [
        finding.message for source, finding in missed_update(project, date(2026, 11, 17)) if "restart" in source.path
    ]
    assert [("second-app" in one, "app-down" in one) for one in told] == [(False, True)]
    assert list(missed_update(project, date(2026, 11, 9))) == []


def test_an_incident_without_an_end_is_not_over(tmp_path: Path) -> None:
    files = FILES | {INCIDENT: FILES[INCIDENT].replace("  mitigated: 2026-11-12T10:20:00Z\n", "")}
    assert events(reviewed(read(tmp_path, files), "restart")) == [("action", "2026-11-18")]


def test_an_alert_and_a_severity_lead_to_their_documents(tmp_path: Path) -> None:
    project = read(tmp_path, FILES)
    told = {one.spec.document.id: one.concerned for one in happenings(project) if one.event.type == "incident"}
    process = "specs/demo/incident-process.yaml"
    assert told == {"app-down": {RUNBOOK, process}, "slow": {RUNBOOK, process}}


@pytest.mark.parametrize(
    ("words", "named", "day", "due"),
    [
        ("apis: [orders]", "it", "2026-11-15", True),
        ("summary_: x", "[[api:orders]]", "2026-11-15", True),
        ("apis: [orders]", "it", "2026-11-01", False),
        ("summary_: x", "it", "2026-11-15", False),
    ],
)
def test_a_version_concerns_who_names_the_api(tmp_path: Path, words: str, named: str, day: str, due: bool) -> None:  # noqa: FBT001  # a column
    plan = FILES[PLAN].replace("{kind: runbook, owner: on-call,", "{kind: guide, owner: on-call,")
    guide = GUIDE.replace("WORDS\n", f"{words}\n" if words.startswith("apis") else "").replace("NAMED", named)
    files = {
        PLAN: plan.replace("after: [incident, postmortem-action]", "after: [release]"),
        "specs/demo/apis/orders.yaml": API.replace("RELEASED", day).replace("VERSION", "2.0"),
        "specs/demo/guides/first-order.md": guide,
    }
    found = reviewed(read(tmp_path, files), "first-order")
    assert [one.event.title for one in found.since] == (["Orders 2&#46;0"] if due else [])


def test_earlier_versions_say_their_own_day(tmp_path: Path) -> None:
    files = {
        "specs/demo/apis/orders.yaml": API.replace("RELEASED", "2026-11-15").replace("VERSION", "2.0"),
        "specs/demo/apis/versions/orders/1.0.yaml": API.replace("RELEASED", "2026-01-15").replace("VERSION", "1.0"),
        "specs/demo/apis/versions/orders/0.9.yaml": API.replace("RELEASED", "in spring").replace("VERSION", "0.9"),
        "specs/demo/apis/versions/orders/0.8.yaml": API.replace("released: RELEASED", "").replace("VERSION", "0.8"),
    }
    told = [one.event for one in happenings(read(tmp_path, files))]
    assert [(str(one.day), one.address) for one in told] == [
        ("2026-11-15", "demo/apis/orders/changes.md#v-2-0"),
        ("2026-01-15", "demo/apis/orders/changes.md#v-1-0"),
    ]


RECORD = next(path for path in DRILL if "records" in path)

DRILLED: dict[str, tuple[str, str, bool]] = {
    "passed": ("passed", "", False),
    "failed": ("failed", "failures: [Nobody noticed.]", True),
    "passed, and people did something else": ("passed", "deviations: [The app was started twice.]", True),
    "passed, and something should be better": (
        "passed",
        "actions: [{id: better, title: Better, owner: backend, due: 2026-12-01}]",
        True,
    ),
    "passed, and what should be better was refused": (
        "passed",
        "actions: [{id: better, title: Better, owner: backend, due: 2026-12-01, status: refused}]",
        False,
    ),
}


@pytest.mark.parametrize("case", DRILLED)
def test_a_drill_that_found_something_concerns_its_runbook(tmp_path: Path, case: str) -> None:
    result, more, due = DRILLED[case]
    record = DRILL[RECORD].replace("result: passed", f"result: {result}") + f"{more}\n"
    loaded = load(write(tmp_path, {**DRILL, RECORD: record}), all_kinds())
    (drilled,) = [one for one in happenings(loaded.project) if one.event.type == "drill"]
    assert drilled.concerned == (
        {"specs/demo/drills/app-killed.yaml", "specs/demo/runbooks/app-recovery.yaml"} if due else set()
    )


def test_events_of_other_packages_can_be_made_of_little() -> None:
    event = Event(TODAY, "incident", "The app was down", "demo/incidents/app-down.md")
    assert (event.concerns, event.note, event.ahead) == ((), "", False)
