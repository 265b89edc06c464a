"""What may change between two versions of an API, as rules: each has its page, and a project may set its severity."""

from __future__ import annotations

from inspect import cleandoc

from opsbook.diagnostic import Rule
from opsbook.openapi.diff.rules import MEANINGS

CHANGE_RULES: tuple[Rule, ...] = tuple(
    Rule(f"api-diff/{name}", meaning.severity, cleandoc(meaning.explanation)) for name, meaning in MEANINGS.items()
)
"""The rules of `opsbook api-diff`."""
