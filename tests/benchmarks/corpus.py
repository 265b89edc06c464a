"""A project of many generated runbooks, for benchmarks: always the same for the same number."""

from __future__ import annotations

from pathlib import Path

from opsbook.scaffold import new_project

_STEP = """\
      - id: {list}-step-{step}
        title: Look at part {step} of service {number}
        why: Part {step} fails first when the queue is long, so its state says where to look next.
        hazard: Reading takes a lock for a moment; do not run this twice at once.
        run: |
          curl -fsS "http://localhost:8000/parts/{step}?runbook={number}"
          psql -h "$PGHOST" -d shop -Atc "SELECT count(*) FROM part_{step}"
        effect: read
        expect:
          contains: ["ok {step}"]
          see: One line that says `ok`, and a number below {number}.
        timeout: 30s
        on_failure:
          say: The part is lost
          go_to: runbook:api-troubleshooting#restart-api
"""

_HEAD = """\
kind: runbook
id: runbook-{number}
type: maintenance
title: Look after service {number}
summary: |
  Walks through every part of service {number}, in the order in which they fail.
  See [[runbook:api-troubleshooting]] when it does not answer at all.
owner: backend
last_reviewed: 2026-11-01
review_every: 90d
severities: [sev-2]
services: [api, database]
when: Once a week, and after every release that touches service {number}.
parameters:
  - name: PGHOST
    title: The host of the database
    example: localhost
prevention:
  - Watch the queue of service {number}; more than 1,000 messages is too many.
related: ["runbook:api-troubleshooting", "checklist:shift-start"]
procedures:
  - id: parts
    title: Walk through the parts
    expected_time: 20m
    steps:
"""


def runbook(number: int) -> str:
    """A runbook of about 200 lines."""
    steps = "".join(_STEP.format(number=number, step=step, list="walk") for step in range(1, 10))
    verification = "".join(_STEP.format(number=number, step=step, list="verify") for step in range(1, 3))
    dedented = "".join(line[4:] + "\n" for line in verification.splitlines())
    return _HEAD.format(number=number) + steps + "verification:\n" + dedented


def write_project(folder: Path, runbooks: int) -> list[Path]:
    """Write a project with that many runbooks; gives their paths."""
    new_project(folder)
    paths = []
    for number in range(runbooks):
        path = folder / "specs/demo/runbooks" / f"runbook-{number}.yaml"
        path.write_text(runbook(number), encoding="utf-8")
        paths.append(path)
    return paths
