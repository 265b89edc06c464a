"""One OpenAPI document by itself, as a CI job of somebody who uses nothing else of opsbook checks it.

What only a project needs is not even imported: loading it takes longer than judging a document.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from opsbook.diagnostic import Diagnostic, Finding, locate, suggest
from opsbook.errors import NoProject
from opsbook.openapi.judge import rules
from opsbook.openapi.levels import severities
from opsbook.openapi_files import Allowed, check_openapi
from opsbook.root import SETTINGS, find_root
from opsbook.source import short


@dataclass(frozen=True)
class Asked:
    """What the command line asks for beside the document."""

    hosts: Sequence[str] = ()
    """Hosts that may be called for references."""
    cross_check: bool = False
    """Whether openapi-spec-validator is heard, too."""


def check_document(path: Path, asked: Asked) -> list[Diagnostic]:
    """Everything that is wrong with one document, under the settings that hold where it lies."""
    try:
        settings_file = find_root(path.parent) / SETTINGS
    except NoProject:
        settings_file = None
    if settings_file is None or not settings_file.is_file():
        return check_openapi(path, allowed=Allowed(frozenset(asked.hosts)), cross_check=asked.cross_check)
    from opsbook.read import read_settings

    settings, said = read_settings(settings_file.parent)
    known = {rule.id for rule in rules()}
    for rule in settings.severities:
        if settings.source and rule.startswith("openapi/") and rule not in known | _READING:
            finding = Finding(("rules", rule), f"there is no rule `{short(rule)}`", suggest(rule, known), key=True)
            said.append(locate(settings.source, "schema/wrong-value", "error", finding))
    found = check_openapi(
        path,
        severities(settings.rule_set, settings.severities),
        allowed=Allowed(frozenset((*settings.allowed_hosts, *asked.hosts))),
        cross_check=asked.cross_check,
    )
    return [*said, *found]


_READING = frozenset(
    f"openapi/{name}"
    for name in (
        *("unknown-version", "missing-field", "unknown-field", "wrong-type", "wrong-value", "unresolved-reference"),
        *("misdirected-reference", "circular-reference", "outside-reference", "remote-reference", "cross-check"),
    )
)
"""The rules of reading, which are known without their pages."""
