"""A project of many made-up incidents, for benchmarks and pictures: always the same for the same number."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from opsbook.scaffold import new_project

_RECORD = """\
kind: postmortem
id: incident-{number}
title: Part {number} of the shop stopped answering
owner: backend
status: {status}
severity: {severity}
services: [{services}]
runbooks: [{runbook}]
authors: [on-call]
detection:
  by: {by}
times:
  started: {started}
  detected: {detected}
  acknowledged: {acknowledged}
  mitigated: {mitigated}
  resolved: {resolved}
summary: |
  Customers saw errors while part {number} was out of the shop's reach. The orders of that time were kept, and were
  handed over when it came back.
impact:
  text: Orders were late.
  metrics:
    - {{id: late, title: Late orders, value: "{number}"}}
timeline:
  - at: {started}
    text: The first error stands in the log.
  - at: {detected}
    kind: observation
    text: A graph of errors rises.
  - at: {mitigated}
    kind: action
    role: on-call
    text: The part is started again, as [[{runbook}]] says.
trigger: A release with another limit.
contributing_factors:
  - id: first
    title: The limit was not known
    category: {category}
    text: It stood in no document.
  - id: second
    title: Nothing watched it
    category: {other}
    text: No alert looked at the queue.
went_well:
  - The runbook led to the right log.
went_wrong:
  - The first message came late.
actions:
  - id: watch
    title: Watch the queue
    type: detect
    owner: backend
    priority: high
    due: {due}
    status: {action}
{done}review:
  reviewers: [backend]
  held_on: {due}
  approved_by: backend
  approved_on: {due}
"""

_CATEGORIES = ("capacity", "configuration", "dependency", "observability", "deployment", "process")
_RUNBOOKS = ("runbook:api-troubleshooting", "checklist:shift-start")


def record(number: int) -> str:
    """The spec of one incident. Times are skewed as those of real ones are."""
    random = Random(number)  # noqa: S311  # the same figures every time is what is wanted
    at = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=number * 97 % 50_000)
    moments = [at]
    for scale in (1.5, 1.2, 3.5, 4.2):
        moments.append(moments[-1] + timedelta(minutes=round(random.lognormvariate(scale, 1.3))))
    started, detected, acknowledged, mitigated, resolved = (f"{one:%Y-%m-%dT%H:%M:%SZ}" for one in moments)
    closed, due = number % 5 > 0, f"{moments[-1] + timedelta(days=14):%Y-%m-%d}"
    return _RECORD.format(
        number=number,
        status="closed" if closed else "approved",
        severity=("sev-1", "sev-2")[number % 3 > 0],
        services=("api", "database", "api, database")[number % 3],
        runbook=_RUNBOOKS[number % 2],
        by=("alert", "customer")[number % 4 == 0],
        category=_CATEGORIES[number % 6],
        other=_CATEGORIES[number // 6 % 6],
        action="done" if closed else "open",
        done=f"    done_on: {due}\n" if closed else "",
        due=due,
        started=started,
        detected=detected,
        acknowledged=acknowledged,
        mitigated=mitigated,
        resolved=resolved,
    )


def write_project(folder: Path, incidents: int = 500) -> list[Path]:
    """Write a project with that many incidents; gives their paths."""
    new_project(folder)
    paths = []
    for number in range(incidents):
        path = folder / "specs/demo/incidents" / f"incident-{number}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(record(number), encoding="utf-8")
        paths.append(path)
    return paths
