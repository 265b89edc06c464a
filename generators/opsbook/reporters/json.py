"""For programs."""

from __future__ import annotations

import json as library
from collections.abc import Sequence
from dataclasses import asdict

from opsbook.diagnostic import Diagnostic


def json(diagnostics: Sequence[Diagnostic]) -> str:
    """A JSON list of objects with path, line, column, rule, severity, message, hint and JSON pointer."""
    return library.dumps([asdict(diagnostic) for diagnostic in diagnostics], indent=2, ensure_ascii=False) + "\n"
