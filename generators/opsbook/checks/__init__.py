"""Questions about the whole project, and everything that `opsbook check` asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from opsbook.checks.definitions import duplicate_id, misplaced_system, missing_system, untranslated_labels
from opsbook.checks.references import unknown_reference
from opsbook.checks.review import future_review, overdue_review
from opsbook.checks.shell import placeholder_in_command, unknown_snippet, unused_snippet
from opsbook.checks.targets import destructive_without_target, impossible_confirmation
from opsbook.collector import collector_paused
from opsbook.diagnostic import Diagnostic, Finding, diagnose, locate, suggest
from opsbook.errors import CheckCrashed
from opsbook.kind import Kind, ProjectCheck, Rule
from opsbook.project import Project
from opsbook.read import Loaded
from opsbook.reading_rules import READING_RULES
from opsbook.settings import Settings
from opsbook.site import link_references
from opsbook.source import place_at, short

PROJECT_CHECKS: tuple[ProjectCheck, ...] = (
    ProjectCheck(missing_system),
    ProjectCheck(misplaced_system),
    ProjectCheck(duplicate_id),
    ProjectCheck(unknown_reference),
    ProjectCheck(unknown_snippet),
    ProjectCheck(unused_snippet, "warning"),
    ProjectCheck(placeholder_in_command),
    ProjectCheck(destructive_without_target),
    ProjectCheck(impossible_confirmation),
    ProjectCheck(overdue_review, "warning"),
    ProjectCheck(future_review),
    ProjectCheck(untranslated_labels, "warning"),
)


def rules(kinds: tuple[Kind[Any], ...]) -> dict[str, Rule]:
    """Every rule by its id: of reading, of the project, of each kind."""
    every = (
        *READING_RULES,
        *(check.rule for check in PROJECT_CHECKS),
        *(check.rule(kind.name) for kind in kinds for check in kind.checks),
    )
    return {rule.id: rule for rule in sorted(every, key=lambda rule: rule.id)}


def check(project: Project, settings: Settings, today: date) -> Iterator[Diagnostic]:
    """Everything that is wrong with what could be read, in the order of files and lines."""
    found = [*_unknown_rules(project, settings)]
    for spec in project.specs:
        found += spec.check(settings.severities)
    for question in PROJECT_CHECKS:
        severity = settings.severities.get(question.name, question.severity)
        if severity is None:
            continue
        try:
            for source, finding in question.find(project, today):
                found += diagnose(source, question.name, severity, [finding])
        except Exception as error:
            raise CheckCrashed(f"{question.name} crashed: {error!r}; this is a bug of the check") from error
    yield from sorted(found)


@collector_paused()
def check_all(loaded: Loaded, today: date) -> list[Diagnostic]:
    """What could not be read, and everything that is wrong with what could, hand-written pages included."""
    return sorted(
        [
            *loaded.diagnostics,
            *check(loaded.project, loaded.settings, today),
            *check_docs(loaded.docs, loaded.project, loaded.settings),
        ]
    )


def check_docs(docs: Mapping[str, str], project: Project, settings: Settings) -> Iterator[Diagnostic]:
    """The references of hand-written pages that lead nowhere. `docs` maps a page's path to its text."""
    rule = "project/unknown-reference"
    severity = settings.severities.get(rule, "error")
    if severity is None or project.unread:
        return
    for path, text in docs.items():
        for index, problem in link_references(text, path, project)[1]:
            yield Diagnostic(
                f"{settings.docs}/{path}", *place_at(text, index), rule, problem.message, problem.hint, severity
            )


def _unknown_rules(project: Project, settings: Settings) -> Iterator[Diagnostic]:
    if settings.source is None:
        return
    known = rules(project.kinds)
    fixed = {rule.id for rule in READING_RULES} - {"project/ignore-without-reason"}
    for rule in settings.severities:
        if rule not in known:
            finding = Finding(("rules", rule), f"there is no rule `{short(rule)}`", suggest(rule, known), key=True)
            yield locate(settings.source, "schema/wrong-value", "error", finding)
        elif rule in fixed:
            finding = Finding(
                ("rules", rule),
                f"the severity of `{rule}` cannot be changed",
                "remove the line: what breaks this rule is always an error",
                key=True,
            )
            yield locate(settings.source, "schema/wrong-value", "error", finding)
