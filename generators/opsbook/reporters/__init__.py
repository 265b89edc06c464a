"""Diagnostics as text for people and machines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from opsbook.diagnostic import Diagnostic
from opsbook.reporters.github import github
from opsbook.reporters.json import json
from opsbook.reporters.text import text

Reporter: TypeAlias = Callable[[Sequence[Diagnostic]], str]

REPORTERS: dict[str, Reporter] = {"text": text, "json": json, "github": github}
"""Format to reporter, in the order in which `--format` lists them."""
