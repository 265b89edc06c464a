"""What can be wrong with one architecture as it is written."""

from __future__ import annotations

from collections.abc import Iterator

from opsbook.diagnostic import Finding, suggest
from opsbook.kinds.architecture.model import Architecture
from opsbook.kinds.architecture.rules import WEAKNESS_RULES


def unknown_rule_waived(model: Architecture) -> Iterator[Finding]:
    """A waiver names a rule that finds no weaknesses.

    It would cover nothing, and its author believes that it does. The names are those that `opsbook check` prints,
    without `architecture/`:

        waivers:
          - rule: single-point-of-failure
            element: postgres
            reason: One host until the move is done.
            until: 2027-03-01
    """
    known = [rule.name for rule in WEAKNESS_RULES]
    for number, waiver in enumerate(model.waivers):
        if waiver.rule not in known:
            yield Finding(
                ("waivers", number, "rule"),
                f"no rule about weaknesses is called `{waiver.rule}`",
                suggest(waiver.rule, known),
            )
