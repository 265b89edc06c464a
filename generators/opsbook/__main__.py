"""`python -m opsbook`."""

from __future__ import annotations

from opsbook.cli import main

main(prog_name="opsbook")
