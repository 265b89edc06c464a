"""The blocks of the how-to are one model: put together, they are found fault with only where the text says so."""

from __future__ import annotations

import re
from pathlib import Path

from cases import write
from opsbook.checks import check
from opsbook.clock import today
from opsbook.kinds import all_kinds
from opsbook.read import load

PAGE = Path(__file__).parents[1] / "docs/how-to/describe-an-architecture.md"
HEAD = """kind: architecture
id: model
title: Architecture of the shop
owner: backend
last_reviewed: 2026-11-01
review_every: 90d
summary: Takes orders.
"""
SYSTEM = """kind: system
id: shop
title: Shop
owner: backend
last_reviewed: 2026-11-01
review_every: 90d
summary: Sells things.
roles:
  - {id: backend, title: Backend}
environments:
  - {id: production, title: Production}
services:
  - {id: api, title: API}
urls:
  - {id: health, title: Health, url: "http://localhost:8000/healthz", service: api, health: true}
"""


def test_the_blocks_of_the_how_to_make_a_model(tmp_path: Path) -> None:
    blocks = re.findall(r"^```yaml\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    files = {
        "specs/shop/system.yaml": SYSTEM,
        "specs/shop/architecture/model.yaml": HEAD + "".join(blocks),
    }
    loaded = load(write(tmp_path, files), all_kinds())
    assert not loaded.diagnostics
    found = {(one.rule, one.severity) for one in check(loaded.project, loaded.settings, today())}
    assert found <= {
        ("architecture/no-alert", "note"),
        ("architecture/no-runbook", "note"),
        ("architecture/expired-waiver", "warning"),  # from the day on which the example's waiver ends
        ("project/overdue-review", "warning"),
    }
