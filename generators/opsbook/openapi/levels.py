"""How grave each rule of OpenAPI is: rule sets, and the severities that somebody sets for single rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from opsbook.diagnostic import Severity
from opsbook.openapi.lint import LINTS

RuleSet: TypeAlias = Literal["minimal", "recommended", "strict"]
"""`minimal`: what breaks clients or readers. `recommended`: every rule as its page says. `strict`: the same, and
everything that is found fails."""

RULE_SETS: tuple[RuleSet, ...] = ("minimal", "recommended", "strict")


def severities(rule_set: RuleSet, own: Mapping[str, Severity | None]) -> dict[str, Severity | None]:
    """The severities that differ from those of the rules themselves, None for off; what is set by name wins."""
    made: dict[str, Severity | None] = {}
    for lint in LINTS:
        if rule_set == "minimal" and lint.severity != "error":
            made[lint.rule.id] = None
        elif rule_set == "strict":
            made[lint.rule.id] = "error"
    return {**made, **own}


DEFAULTS: dict[str, Severity] = {"openapi/cross-check": "note", **{lint.rule.id: lint.severity for lint in LINTS}}
"""The severities of rules that are not errors by themselves; the rest is."""
