"""A spec with many objectives, for benchmarks and tests: always the same for the same number."""

from __future__ import annotations

_HEAD = """\
kind: monitoring
id: objectives
title: Objectives
owner: on-call
last_reviewed: 2026-11-01
review_every: 90d
metrics:
  - name: http_requests_total
    type: counter
    unit: requests
    meaning: Requests that were answered.
    labels: [{name: job}, {name: handler}, {name: status}]
slos:
"""

_SLO = """\
  - id: part-{number}
    title: Part {number} answers without errors
    services: [app]
    sli:
      {counts}: sum(rate(http_requests_total{{job="app", handler="/{number}", status{matches}"5.."}}[$window]))
      total: sum(rate(http_requests_total{{job="app", handler="/{number}"}}[$window]))
    target: "{target}"
    alerting:
      runbook: severity:sev-1
      burn:
        - {{budget: "2", window: 1h, severity: sev-1}}
        - {{budget: "5", window: 6h, severity: sev-1}}
        - {{budget: "10", window: 1d, severity: sev-2}}
        - {{budget: "10", window: 3d, severity: sev-2}}
"""


def many_slos(count: int) -> str:
    """A document of the system `demo` with so many objectives, each with four alerts."""
    return _HEAD + "".join(
        _SLO.format(
            number=number,
            counts=("bad", "good")[number % 2],
            matches=("=~", "!~")[number % 2],
            target=("99", "99.5", "99.9", "99.95")[number % 4],
        )
        for number in range(count)
    )
