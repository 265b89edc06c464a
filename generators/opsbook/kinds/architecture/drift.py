"""The rules about drift: where the model and the files that deploy the system disagree."""

from __future__ import annotations

from opsbook.kinds.architecture.weakness import WeaknessRule

DRIFT_RULES: tuple[WeaknessRule, ...] = ()
"""In the order in which pages show them."""
