"""Questions about the whole project, and everything that `opsbook check` asks."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from opsbook.change_rules import CHANGE_RULES
from opsbook.checks.commands import command_syntax, doubtful_command, unquoted_parameter
from opsbook.checks.declarations import understated_effect
from opsbook.checks.definitions import duplicate_id, misplaced_system, missing_system, untranslated_labels
from opsbook.checks.files import unread_file
from opsbook.checks.programs import unprovided_command
from opsbook.checks.references import unknown_reference
from opsbook.checks.review import future_review, overdue_review
from opsbook.checks.secrets import unmarked_secret
from opsbook.checks.shell import placeholder_in_command, unknown_snippet, unused_snippet
from opsbook.checks.targets import destructive_without_target, impossible_confirmation
from opsbook.checks.thresholds import THRESHOLD, below_threshold
from opsbook.checks.values import impossible_value
from opsbook.checks.variables import undeclared_parameter, unused_parameter
from opsbook.collector import collector_paused
from opsbook.diagnostic import Diagnostic, Finding, Rule, Severity, diagnose, locate, suggest
from opsbook.errors import CheckCrashed
from opsbook.hand_written import completed
from opsbook.inspection import TOOLS, Inspection
from opsbook.kind import Kind, ProjectCheck, project_rule
from opsbook.openapi.judge import rules as openapi_rules
from opsbook.project import Project
from opsbook.read import Loaded
from opsbook.reading_rules import FIXED, READING_RULES
from opsbook.settings import Settings
from opsbook.source import Source, place_at, short

PROJECT_CHECKS: tuple[ProjectCheck, ...] = (
    ProjectCheck(missing_system),
    ProjectCheck(misplaced_system),
    ProjectCheck(duplicate_id),
    ProjectCheck(unknown_reference),
    ProjectCheck(unread_file),
    ProjectCheck(unknown_snippet),
    ProjectCheck(unused_snippet, "warning"),
    ProjectCheck(placeholder_in_command),
    ProjectCheck(unused_parameter, "warning"),
    ProjectCheck(unmarked_secret, "warning"),
    ProjectCheck(impossible_value),
    ProjectCheck(destructive_without_target),
    ProjectCheck(impossible_confirmation),
    ProjectCheck(overdue_review, "warning"),
    ProjectCheck(future_review),
    ProjectCheck(untranslated_labels, "warning"),
)


@dataclass(frozen=True)
class CommandCheck:
    """Finds one kind of fault in the commands of a project, from what was found out about them."""

    find: Callable[[Inspection], Iterator[tuple[Source, Finding]]]
    needs: tuple[str, ...]
    """The tools without which there is nothing to judge."""
    severity: Severity = "error"

    @property
    def rule(self) -> Rule:
        """The rule that this check holds the commands to."""
        return project_rule(self.find, self.severity)


_PARSER = ("shfmt", "sqlglot")

COMMAND_CHECKS: tuple[CommandCheck, ...] = (
    CommandCheck(command_syntax, _PARSER),
    CommandCheck(unquoted_parameter, ("shellcheck",)),
    CommandCheck(doubtful_command, ("shellcheck",), "warning"),
    CommandCheck(undeclared_parameter, _PARSER),
    CommandCheck(unprovided_command, _PARSER, "warning"),
    CommandCheck(understated_effect, _PARSER),
)
"""What only `opsbook check` asks: gathering the facts takes tools and time that a site is built without."""

MISSING_TOOL = Rule(
    "project/missing-tool",
    "note",
    inspect.cleandoc(
        """
        A program that reads shell is not installed, so that some rules were not applied.

        What nobody looked at is not in order for that. The message names the rules. A site is built without
        these programs, so it is only a note; where the commands have to be checked, as in CI, make it an error
        in `opsbook.yaml`, and install them:

            pip install 'opsbook[test]'

        The extra also holds what `opsbook test` needs.
        """
    ),
)


def rules(kinds: tuple[Kind[Any], ...]) -> dict[str, Rule]:
    """Every rule by its id: of reading, of changes to an API, of the project, of each kind."""
    every = (
        *READING_RULES,
        *openapi_rules(),
        *CHANGE_RULES,
        *(check.rule for check in PROJECT_CHECKS),
        *(check.rule for check in COMMAND_CHECKS),
        MISSING_TOOL,
        *(check.rule(kind.name) for kind in kinds for check in kind.checks),
        *(check.rule for kind in kinds for check in (*kind.project_checks, *kind.gate_checks)),
        THRESHOLD,
        *(rule for kind in kinds for rule in kind.more_rules),
    )
    return {rule.id: rule for rule in sorted(every, key=lambda rule: rule.id)}


def check(
    project: Project, settings: Settings, today: date, inspection: Inspection | None = None, *, gate: bool = False
) -> Iterator[Diagnostic]:
    """Everything that is wrong with what could be read, in the order of files and lines.

    Commands are judged where there is an `inspection` of them; at the `gate`, whether there is enough of it all.
    """
    found = [*_unknown_rules(project, settings)]
    for spec in project.specs:
        found += spec.check(settings.severities)
    questions = [*PROJECT_CHECKS, *(one for kind in project.kinds for one in kind.project_checks)]
    if gate:
        questions += [one for kind in project.kinds for one in kind.gate_checks]
        found += below_threshold(project, settings)
    for question in questions:
        asked = partial(question.find, project, today)
        found += _found(question.rule.id, settings.severities.get(question.rule.id, question.severity), asked)
    if inspection:
        for judged in COMMAND_CHECKS:
            asked = partial(judged.find, inspection)
            found += _found(judged.rule.id, settings.severities.get(judged.rule.id, judged.severity), asked)
        found += _not_applied(inspection, settings)
    yield from sorted(found)


def _found(
    rule: str, severity: Severity | None, find: Callable[[], Iterator[tuple[Source, Finding]]]
) -> list[Diagnostic]:
    """What a check finds, unless its rule is off."""
    if severity is None:
        return []
    try:
        return [found for source, finding in find() for found in diagnose(source, rule, severity, [finding])]
    except Exception as error:
        raise CheckCrashed(f"{rule} crashed: {error!r}; this is a bug of the check") from error


def _not_applied(inspection: Inspection, settings: Settings) -> Iterator[Diagnostic]:
    """What nobody looked at, for want of a tool."""
    severity = settings.severities.get(MISSING_TOOL.id, MISSING_TOOL.severity)
    skipped = [
        check.rule.id
        for check in COMMAND_CHECKS
        if inspection.absent.intersection(check.needs) and settings.severities.get(check.rule.id, check.severity)
    ]
    if severity and skipped:
        tools = " and ".join(tool for tool in TOOLS if tool in inspection.absent)
        yield Diagnostic(
            settings.source.path if settings.source else settings.specs,
            1,
            1,
            MISSING_TOOL.id,
            f"{tools} cannot be found, so these rules were not applied: {', '.join(f'`{rule}`' for rule in skipped)}",
            "pip install 'opsbook[test]'",
            severity,
        )


@collector_paused()
def check_all(
    loaded: Loaded, today: date, inspection: Inspection | None = None, *, gate: bool = False
) -> list[Diagnostic]:
    """What could not be read, and everything that is wrong with what could, hand-written pages included.

    Commands are judged where there is an `inspection` of them; at the `gate`, whether there is enough of it all.
    """
    return sorted(
        [
            *loaded.diagnostics,
            *check(loaded.project, loaded.settings, today, inspection, gate=gate),
            *check_docs(loaded.docs, loaded.project, loaded.settings),
        ]
    )


def check_docs(docs: Mapping[str, str], project: Project, settings: Settings) -> Iterator[Diagnostic]:
    """The references and embeds of hand-written pages that lead nowhere. `docs` maps a page's path to its text."""
    rule = "project/unknown-reference"
    severity = settings.severities.get(rule, "error")
    if severity is None or project.unread:
        return
    for path, text in docs.items():
        for index, problem in completed(text, path, project)[1]:
            yield Diagnostic(
                f"{settings.docs}/{path}", *place_at(text, index), rule, problem.message, problem.hint, severity
            )


def _unknown_rules(project: Project, settings: Settings) -> Iterator[Diagnostic]:
    if settings.source is None:
        return
    known = rules(project.kinds)
    for rule in settings.severities:
        if rule not in known:
            finding = Finding(("rules", rule), f"there is no rule `{short(rule)}`", suggest(rule, known), key=True)
            yield locate(settings.source, "schema/wrong-value", "error", finding)
        elif rule in FIXED:
            finding = Finding(
                ("rules", rule),
                f"the severity of `{rule}` cannot be changed",
                "remove the line: what breaks this rule is always an error",
                key=True,
            )
            yield locate(settings.source, "schema/wrong-value", "error", finding)
