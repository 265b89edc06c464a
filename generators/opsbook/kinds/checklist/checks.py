"""What can be wrong with one checklist."""

from __future__ import annotations

from collections.abc import Iterator

from opsbook.diagnostic import Finding
from opsbook.kinds.checklist.model import Checklist


def destructive_item(checklist: Checklist) -> Iterator[Finding]:
    """A checklist holds a command that may destroy data.

    Checklists are worked through by routine, often by somebody who is tired. What may lose data belongs
    into a runbook, with its prerequisites and its way back; link to it instead:

        - id: purge
          title: Purge old messages
          text: Follow [[runbook:purge-messages]].
    """
    for index, item in enumerate(checklist.items):
        if item.effect == "destructive":
            yield Finding(
                ("items", index, "effect"),
                f"the item `{item.id}` may destroy data, and people tick checklists by routine",
                "move the command into a runbook and link to it",
            )


def nothing_to_look_at(checklist: Checklist) -> Iterator[Finding]:
    """An item runs a command and does not say what a good result is.

    Without it, a tick means "I ran it", not "it is well".

        expect:
          see: Five containers, all `running`.
    """
    for index, item in enumerate(checklist.items):
        if (item.run or item.snippet) and not item.expect:
            yield Finding(
                ("items", index),
                f"the item `{item.id}` does not say what a good result looks like",
                "add `expect:` with `see`, `contains` or `matches`",
            )
