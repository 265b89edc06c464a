"""The blocks of the how-to are one incident process: put together, nothing is wrong with them."""

from __future__ import annotations

import re
from pathlib import Path

from cases import TODAY, write
from opsbook.checks import check
from opsbook.kinds import all_kinds
from opsbook.read import load

PAGE = Path(__file__).parents[1] / "docs/how-to/agree-on-an-incident-process.md"
DATES = "owner: on-call\nlast_reviewed: 2026-11-01\nreview_every: 90d\n"
HEAD = f"kind: incident-process\nid: incidents\ntitle: Incidents\n{DATES}"
SYSTEM = f"""\
kind: system
id: shop
title: Shop
{DATES}
summary: Sells things.
roles:
  - {{id: on-call, title: On-call}}
  - {{id: engineering-manager, title: Engineering manager}}
  - {{id: security-lead, title: Security lead}}
"""
RUNBOOK = f"""\
kind: runbook
id: restore-database
title: Restore the database
{DATES}
type: operations
summary: Brings the database back.
procedures:
  - id: main
    title: Main
    steps: [{{id: look, title: Look, text: Look at it.}}]
"""
SOME = """\
  - id: sev-2
    title: SEV-2
    rank: 2
    description: Some cannot buy.
    targets: {acknowledge: 30m}
  - id: sev-3
    title: SEV-3
    rank: 3
    description: Nobody is hurt.
    targets: {acknowledge: 1d}
"""


def test_the_blocks_of_the_how_to_make_a_process(tmp_path: Path) -> None:
    blocks = re.findall(r"^```yaml\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    severities, *others = blocks
    files = {
        "specs/shop/system.yaml": SYSTEM,
        "specs/shop/runbooks/restore-database.yaml": RUNBOOK,
        "specs/shop/incident-process.yaml": HEAD + severities + SOME + "".join(others),
    }
    loaded = load(write(tmp_path, files), all_kinds())
    assert not loaded.diagnostics
    assert list(check(loaded.project, loaded.settings, TODAY)) == []
