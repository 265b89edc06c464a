"""Who refers to what, seen from the other end."""

from __future__ import annotations

from itertools import count

import pytest

from cases import base, orders, spec
from opsbook.kind import Definition
from opsbook.kinds import all_kinds
from opsbook.project import Project

RUNBOOK = """\
kind: runbook
id: restart
title: Restart
owner: backend
last_reviewed: 2026-11-01
review_every: 90d
type: operations
summary: Not for [[service:postgres]], and not for `[[service:app]]`.
services: [app]
procedures:
  - id: main
    title: Main
    steps:
      - id: look
        title: Look
        text: As in [[#again|the next]] step; see [[service:postgres]].
      - id: again
        title: Look again
        text: At [[nothing:there]].
        on_failure: {go_to: "#look"}
"""
ALERTS = """\
kind: monitoring
id: alerts
title: Alerts
owner: on-call
last_reviewed: 2026-11-01
review_every: 90d
alerts:
  - id: app-down
    title: App down
    condition: No answer
    expr: up == 0
    for: 2m
    severity: sev-1
    services: [app]
    meaning: Nobody can buy.
    runbook: runbook:restart#look
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
apis: [orders]
---
## One

See [[runbook:restart]].

## Two
"""


@pytest.fixture(scope="module")
def project() -> Project:
    texts = {path: raw for path, raw in base().items() if path.endswith(".yaml")}
    texts |= {"specs/demo/restart.yaml": RUNBOOK.encode(), "specs/demo/alerts.yaml": ALERTS.encode()}
    texts["specs/demo/first-order.markdown"] = GUIDE.encode()
    specs = [*(spec(path, raw) for path, raw in texts.items()), orders()]
    return Project(tuple(specs), all_kinds())


def referrers(project: Project, type_: str, id_: str) -> list[tuple[str, str, bool]]:
    """What refers to a thing, and whether by a field."""
    found = project.find("demo", type_, id_)
    assert isinstance(found, Definition)
    return sorted((one.by.type, one.by.id, one.field) for one in project.mentioned_by(found))


def test_a_field_is_told_from_a_text(project: Project) -> None:
    assert referrers(project, "service", "postgres") == [
        ("runbook", "restart", False),
        ("runbook", "restart#look", False),
        ("service", "app", True),
    ]


def test_code_refers_to_nothing(project: Project) -> None:
    assert referrers(project, "service", "app") == [("alert", "app-down", True), ("runbook", "restart", True)]


def test_the_innermost_part_is_what_refers(project: Project) -> None:
    assert referrers(project, "runbook", "restart#look") == [
        ("alert", "app-down", True),
        ("runbook", "restart#again", True),
    ]
    assert referrers(project, "runbook", "restart#again") == [("runbook", "restart#look", False)]


def test_parts_without_a_place_of_their_own_leave_it_to_their_document(project: Project) -> None:
    assert referrers(project, "runbook", "restart") == [("guide", "first-order", False)]


def test_what_nobody_names_has_no_referrers(project: Project) -> None:
    assert referrers(project, "severity", "sev-2") == []


def test_where_a_reference_stands_is_known(project: Project) -> None:
    app = project.find("demo", "service", "app")
    assert app
    assert {one.route for one in project.mentioned_by(app)} == {("services", 0), ("alerts", 0, "services", 0)}


def test_what_is_worked_out_once_is_kept(project: Project) -> None:
    made = count(1)
    assert [project.once("test of it", lambda: next(made)) for _ in range(2)] == [1, 1]
    assert project.once("another test", lambda: next(made)) == 2
