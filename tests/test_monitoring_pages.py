"""The page of all that is watched in a system, and what the pages of other kinds list of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from cases import base, cases, project, spec
from opsbook.kinds import all_kinds
from opsbook.kinds.monitoring.artifacts import every
from opsbook.labels import Labels
from opsbook.project import Project

RUNBOOK = """\
kind: runbook
id: restart
title: Restart
owner: backend
last_reviewed: 2026-11-01
review_every: 90d
type: troubleshooting
summary: What to do when the app is slow.
services: [app]
scenarios:
  - id: slow
    title: It is slow
    symptom: Answers take long.
    severity: sev-2
    causes: [Too many orders.]
    diagnosis: [{id: look, title: Look, text: Look at it.}]
    resolution: [{id: begin-anew, title: Begin anew, text: Restart it.}]
"""
MONITORING = """\
kind: monitoring
id: alerts
title: Alerts
owner: on-call
last_reviewed: 2026-11-01
review_every: 90d
alerts:
  - id: slow
    title: Slow answers
    condition: Over {threshold}
    threshold: 2 s
    expr: duration > $threshold
    for: 2m
    severity: sev-2
    services: [app]
    meaning: People leave.
    runbook: runbook:restart#slow
  - id: stuck
    title: Nothing moves
    condition: No answer
    expr: up == 0
    for: 2m
    severity: sev-1
    services: [app]
    meaning: People leave.
    runbook: runbook:restart#look
slos:
  - id: fast
    title: Fast answers
    services: [postgres]
    sli: {bad: "rate(slow[$window])", total: "rate(all[$window])"}
    target: "99.9"
    alerts: [slow]
  - id: seldom
    title: Seldom wrong
    sli: {bad: "rate(wrong[$window])", total: "rate(all[$window])"}
    target: "50"
    alerting:
      runbook: runbook:restart#slow
      burn: [{budget: "2", window: 1h, severity: sev-2}, {budget: "10", window: 3d, severity: sev-2}]
dashboards:
  - id: first-look
    title: First look
    rows:
      - title: All
        panels: [{id: up, title: Up, alert: stuck, queries: [{expr: up}]}]
"""


@pytest.mark.parametrize("path", cases("kinds/monitoring/good/*.yaml"))
def test_all_that_is_watched_has_a_page(path: Path, golden: Callable[[Path, str], None]) -> None:
    case = spec(f"specs/demo/{path.name}", path.read_bytes())
    assert case.kind.index
    (page,) = case.kind.index("demo", project(case))
    golden(path.with_suffix(".index.md"), page.body)


@pytest.fixture(scope="module")
def bodies() -> dict[str, str]:
    """The pages of a system with a runbook and alerts that lead to it."""
    texts = {path: raw for path, raw in base().items() if path.endswith(".yaml")}
    texts |= {"specs/demo/restart.yaml": RUNBOOK.encode(), "specs/demo/alerts.yaml": MONITORING.encode()}
    return {page.path: page.body for page in Project(tuple(spec(*one) for one in texts.items()), all_kinds()).pages()}


def test_alerts_stand_where_they_lead(bodies: dict[str, str]) -> None:
    slow, stuck = (f"[{title}](../monitoring/alerts.md#alert-{id_})" for title, id_ in LINKS)
    facts, after = bodies["demo/runbooks/restart.md"].split("{ #slow }")
    scenario, step = after.split("{ #look }")
    assert f"Alerts\n:   {slow}, {stuck}\n" in facts
    assert f"Alerts\n:   {slow}\n" in scenario
    assert f"**Alerts:** {stuck}\n" in step.split("{ #begin-anew }")[0]
    assert "Alerts" not in step.split("{ #begin-anew }")[1]


@pytest.mark.parametrize("figure", ["2 s", "1500 ms"])
def test_a_threshold_is_one_figure_wherever_it_stands(figure: str) -> None:
    """On the page of the alert, in its rule, on the dashboard and in the runbook."""
    texts = {path: raw for path, raw in base().items() if path.endswith(".yaml")}
    runbook = RUNBOOK.replace("Answers take long.", "Answers take over [[threshold:slow]].")
    watched = MONITORING.replace("threshold: 2 s", f"threshold: {figure}").replace(
        "alert: stuck", "alert: slow, unit: s"
    )
    metrics = "metrics: [{name: duration, type: gauge, unit: s, meaning: How long.}]\n"
    texts |= {"specs/demo/restart.yaml": runbook.encode(), "specs/demo/alerts.yaml": (watched + metrics).encode()}
    whole = Project(tuple(spec(*one) for one in texts.items()), all_kinds())
    pages = {page.path: page.body for page in whole.pages()}
    files = {artifact.path: artifact.content.decode() for _, artifact in every(whole)}
    assert f"Condition\n:   Over {figure}\n" in pages["demo/monitoring/alerts.md"]
    assert f"Line at [{figure}](#alert-slow)" in pages["demo/monitoring/alerts.md"]
    assert f"Answers take over [{figure}](../monitoring/alerts.md#alert-slow)." in pages["demo/runbooks/restart.md"]
    seconds = {"2 s": "2", "1500 ms": "1.5"}[figure]
    assert f"expr: duration > {seconds}\n" in files["demo/monitoring/rules/alerts.yaml"]
    assert f'"value": {seconds}\n' in files["demo/monitoring/dashboards/first-look.json"]


LINKS = (("Slow answers", "slow"), ("Nothing moves", "stuck"))


def test_services_have_their_alerts_and_objectives(bodies: dict[str, str]) -> None:
    home = bodies["demo/index.md"]
    app, postgres = (
        next(line for line in home.splitlines() if f'id="service-{id_}"' in line) for id_ in ("app", "postgres")
    )
    assert all(f"[{title}](monitoring/alerts.md#alert-{id_})" in app for title, id_ in LINKS)
    assert "[Fast answers](monitoring/alerts.md#slo-fast)" in postgres
    assert "Alerts" not in postgres


def test_the_home_has_alerts_by_severity(bodies: dict[str, str]) -> None:
    rows = [line for line in bodies["demo/index.md"].splitlines() if "#alert-" in line and "severity-" in line]
    assert ["sev-1" in row for row in rows] == [True, False]


def test_what_to_do_is_a_place_in_a_document(bodies: dict[str, str]) -> None:
    body = bodies["demo/monitoring/alerts.md"]
    assert "What to do\n:   [Look](../runbooks/restart.md#look) · [Restart](../runbooks/restart.md)\n" in body


def test_a_pace_that_no_trouble_reaches_never_calls(bodies: dict[str, str]) -> None:
    rows = [line for line in bodies["demo/monitoring/alerts.md"].splitlines() if line.startswith("| [SEV-2]")]
    assert [row.split(" | ")[-1] for row in rows] == ["never |", "3 days / 1 day 12 h |"]


def test_a_budget_that_outlives_everybody_is_never_gone() -> None:
    burn = '{budget: "0.000001", window: 29d, severity: sev-2}'
    changed = MONITORING.replace('{budget: "2", window: 1h, severity: sev-2}', burn)
    case = spec("specs/demo/alerts.yaml", changed.encode())
    (page,) = case.kind.pages(case, project(case))
    assert "| 0.0000000103448 | > 0.00000051724 % | never |" in page.body


def test_a_line_without_a_figure_has_the_name_of_its_alert(bodies: dict[str, str]) -> None:
    assert "Line at [Nothing moves](#alert-stuck)" in bodies["demo/monitoring/alerts.md"]


BUDGETS = {
    timedelta(minutes=43.2): "43.2 min",
    timedelta(seconds=51.84): "51.84 s",
    timedelta(0): "0 s",
    timedelta(minutes=60): "60 min",
    timedelta(minutes=432): "432 min (7 h 12 min)",
    timedelta(seconds=100): "1.66 min",
}


@pytest.mark.parametrize("value", BUDGETS)
def test_a_budget_is_one_figure(value: timedelta) -> None:
    assert Labels("en", {}).budget(value) == BUDGETS[value]
