"""What can be wrong with one incident process."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from opsbook.diagnostic import Finding, suggest
from opsbook.kinds.incident_process.model import BLANK, IncidentProcess, Targets
from opsbook.model import spell_duration


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
        for blank in BLANK.findall(message.body):
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
        blanks = set(BLANK.findall(message.body))
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
    names = {name.casefold(): one.id for one in process.severities for name in (one.id, one.title)}
    ranks: dict[int, str] = {}
    for index, severity in enumerate(process.severities):
        other = ranks.setdefault(severity.rank, severity.id)
        if other != severity.id:
            yield Finding(
                ("severities", index, "rank"),
                f"`{severity.id}` and `{other}` have the same rank",
                "give each severity a rank of its own; 1 is the gravest",
            )
        for place, alias in enumerate(severity.aliases):
            other = names.setdefault(alias.casefold(), severity.id)
            if other != severity.id:
                yield Finding(
                    ("severities", index, "aliases", place),
                    f"`{alias}` means both `{other}` and `{severity.id}`",
                    "remove it from one of them",
                )


def escalation_out_of_order(process: IncidentProcess) -> Iterator[Finding]:
    """A level of an escalation policy is called before the level that precedes it.

    The order is what people follow when nobody answers. Put the levels in the order of their times:

        steps:
          - {targets: [on-call], after: 0m}
          - {targets: [backend-owner], after: 15m}
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


def level_never_called(process: IncidentProcess) -> Iterator[Finding]:
    """A level of an escalation policy has no time after which it is called, and no condition on which.

    Nobody knows when to call it, and so nobody does. Say after how long, or when, or both:

        steps:
          - {targets: [on-call], after: 0m}
          - {targets: [security-lead], when: Data may have left the system.}
    """
    for index, policy in enumerate(process.escalation):
        for position, step in enumerate(policy.steps):
            if step.after is None and not step.when:
                yield Finding(
                    ("escalation", index, "steps", position),
                    f"nothing says when level {position + 1} of `{policy.id}` is called",
                    "add `after:`, `when:` or both",
                )


def severity_without_escalation(process: IncidentProcess) -> Iterator[Finding]:
    """No escalation policy holds for a severity.

    Whoever has an incident of it and gets no answer knows nobody to call next. The mildest severity needs none: it may
    wait. A policy without `severities` holds for all of them:

        escalation:
          - id: default
            title: Everything
            severities: [sev-1, sev-2]
            steps:
              - {targets: [on-call], after: 0m}
    """
    if not process.escalation or any(not policy.severities for policy in process.escalation):
        return
    reached = {severity for policy in process.escalation for severity in policy.severities}
    for index, severity in enumerate(process.severities):
        if severity.id not in reached and severity != process.mildest:
            yield Finding(
                ("severities", index),
                f"no escalation policy holds for `{severity.id}`",
                f"add `{severity.id}` to the `severities` of the policy that does",
            )


def role_without_backup(process: IncidentProcess) -> Iterator[Finding]:
    """A role that the gravest incidents need has nobody who takes it when its holder cannot.

    Whoever leads is asleep, travelling or ill in the one night that counts. Name somebody else:

        roles:
          - id: incident-commander
            title: Incident commander
            duties: [Decides.]
            taken_by: [on-call]
            backups: [engineering-manager]
    """
    gravest = process.by_rank[0]
    for index, role in enumerate(process.roles):
        needed = not role.severities or gravest.id in role.severities
        if needed and not set(role.backups) - set(role.taken_by):
            yield Finding(
                ("roles", index),
                f"nobody takes the role `{role.id}` at `{gravest.id}` when those who have it cannot",
                "add `backups:` with another role of the system",
            )


def severity_never_decided(process: IncidentProcess) -> Iterator[Finding]:
    """No question leads to a severity.

    Whoever answers the questions never finds it. The mildest severity needs none: it remains when every answer is no.

        questions:
          - {id: down, title: Can nobody buy?, severity: sev-1}
          - {id: some, title: Can some not buy?, severity: sev-2}
    """
    if not process.questions:
        return
    reached = {question.severity for question in process.questions}
    for index, severity in enumerate(process.severities):
        if severity.id not in reached and severity != process.mildest:
            yield Finding(
                ("severities", index),
                f"no question leads to `{severity.id}`",
                "add a question for it before those of milder severities",
            )


def question_out_of_order(process: IncidentProcess) -> Iterator[Finding]:
    """A question leads to a graver severity than a question before it.

    The first yes decides: an incident that is also of the milder severity never gets to the graver one. Ask for the
    gravest first:

        questions:
          - {id: down, title: Can nobody buy?, severity: sev-1}
          - {id: some, title: Can some not buy?, severity: sev-2}
    """
    ranks = {severity.id: severity.rank for severity in process.severities}
    asked = [(index, question) for index, question in enumerate(process.questions) if question.severity in ranks]
    for (_, before), (index, question) in pairwise(asked):
        if ranks[question.severity] < ranks[before.severity]:
            yield Finding(
                ("questions", index, "severity"),
                f"`{question.id}` leads to `{question.severity}`, but `{before.id}` before it to the milder "
                f"`{before.severity}`",
                "put the questions in the order of the severities, the gravest first",
            )


def graver_but_slower(process: IncidentProcess) -> Iterator[Finding]:
    """A severity allows more time than a milder one.

    Then it helps to call an incident harmless. The graver an incident, the sooner one answers and the more often one
    writes:

        severities:
          - {id: sev-1, rank: 1, targets: {update_every: 30m}, …}
          - {id: sev-2, rank: 2, targets: {update_every: 1h}, …}
    """
    places = {severity.id: index for index, severity in enumerate(process.severities)}
    for name in Targets.model_fields:
        known: list[tuple[str, timedelta]] = [
            (severity.id, value)
            for severity in process.by_rank
            if (value := getattr(severity.targets, name)) is not None
        ]
        for (graver, long), (milder, short) in pairwise(known):
            if long > short:
                yield Finding(
                    ("severities", places[graver], "targets", name),
                    f"`{name}` of `{graver}` is {spell_duration(long)}, "
                    f"of the milder `{milder}` {spell_duration(short)}",
                    f"give `{graver}` {spell_duration(short)} or less, or `{milder}` more",
                )


def level_with_nobody_new(process: IncidentProcess) -> Iterator[Finding]:
    """A level of an escalation policy calls only people who have been called before.

    Who has not answered twice does not answer the third time. To call everybody again, use `repeat:`; here, name
    somebody else:

        steps:
          - {targets: [on-call], after: 0m}
          - {targets: [backend-owner], after: 15m}
    """
    for index, policy in enumerate(process.escalation):
        called: set[str] = set()
        for position, step in enumerate(policy.steps):
            if step.after is None:
                continue
            if called.issuperset(step.targets):
                yield Finding(
                    ("escalation", index, "steps", position, "targets"),
                    f"level {position + 1} of `{policy.id}` calls nobody new",
                    "name somebody else, or remove the level and set `repeat:`",
                )
            if not step.when:
                called.update(step.targets)


def no_acknowledge_target(process: IncidentProcess) -> Iterator[Finding]:
    """Nothing says how fast somebody has to take on an incident of a severity.

    Alerts, escalation and on-call duty are measured by it. Say it:

        severities:
          - id: sev-1
            targets: {acknowledge: 15m}
    """
    for index, severity in enumerate(process.severities):
        if severity.targets.acknowledge is None:
            yield Finding(
                ("severities", index),
                f"nothing says how soon somebody has to answer an incident of `{severity.id}`",
                "add `acknowledge:` to its `targets:`",
            )
