"""What can be wrong with one incident process."""

from __future__ import annotations

import re
from collections.abc import Iterator

from opsbook.diagnostic import Finding, suggest
from opsbook.kinds.incident_process.model import IncidentProcess

_BLANK = re.compile(r"\{([^{}\n]*)\}")


def undeclared_blank(process: IncidentProcess) -> Iterator[Finding]:
    """A message has a blank that none of its fields explains.

    Whoever fills in the message at night has to know what belongs there.

        fields:
          - id: impact
            title: Who is affected, and how
        body: "We see {impact}."
    """
    for index, message in enumerate(process.messages):
        fields = {field.id for field in message.fields}
        for blank in _BLANK.findall(message.body):
            if blank not in fields:
                yield Finding(
                    ("messages", index, "body"),
                    f"the message `{message.id}` has a blank `{{{blank}}}` that no field explains",
                    f"add a field with that `id`; {suggest(blank, fields)}".removesuffix("; "),
                    part=f"{{{blank}}}",
                )


def unused_field(process: IncidentProcess) -> Iterator[Finding]:
    """A message asks for a field that its text never uses.

    Whoever fills it in spends time on a word that nobody will read. Use it, or remove it:

        fields:
          - id: impact
            title: Who is affected, and how
        body: "We see {impact}."
    """
    for index, message in enumerate(process.messages):
        blanks = set(_BLANK.findall(message.body))
        for position, field in enumerate(message.fields):
            if field.id not in blanks:
                yield Finding(
                    ("messages", index, "fields", position),
                    f"the text of the message `{message.id}` does not use its field `{field.id}`",
                    f"write `{{{field.id}}}` where it belongs, or remove the field",
                )


def ambiguous_severity(process: IncidentProcess) -> Iterator[Finding]:
    """Two severities have the same rank, or the same name.

    In an incident, "SEV1" must mean one thing, and one of two severities must be the graver one.

        severities:
          - {id: sev-1, rank: 1, aliases: [P0], …}
          - {id: sev-2, rank: 2, aliases: [P1], …}
    """
    names: dict[str, str] = {}
    ranks: dict[int, str] = {}
    for index, severity in enumerate(process.severities):
        other = ranks.setdefault(severity.rank, severity.id)
        if other != severity.id:
            yield Finding(
                ("severities", index, "rank"),
                f"`{severity.id}` and `{other}` have the same rank",
                "give each severity a rank of its own; 1 is the gravest",
            )
        for name in (severity.id, *severity.aliases):
            other = names.setdefault(name.casefold(), severity.id)
            if other != severity.id:
                yield Finding(
                    ("severities", index, "aliases"),
                    f"`{name}` means both `{other}` and `{severity.id}`",
                    "remove it from one of them",
                )


def escalation_out_of_order(process: IncidentProcess) -> Iterator[Finding]:
    """A level of an escalation policy is called before the level that precedes it.

    The order is what people follow when nobody answers. Put the levels in the order of their times:

        steps:
          - {role: on-call, after: 0m}
          - {role: backend-owner, after: 15m}
    """
    for index, policy in enumerate(process.escalation):
        latest = None
        for position, step in enumerate(policy.steps):
            if step.after is not None:
                if latest is not None and step.after < latest:
                    yield Finding(
                        ("escalation", index, "steps", position, "after"),
                        f"level {position + 1} of `{policy.id}` is called before the level above it",
                        "put the levels in the order in which they are called",
                    )
                latest = step.after
