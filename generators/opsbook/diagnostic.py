"""What is wrong, where, and the cure.

Checks speak in routes (`Finding`); this is the one place that knows about lines (`Diagnostic`)
and about comments that ignore a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, TypeAlias

from opsbook.source import Fault, Place, Route, Source

Severity: TypeAlias = Literal["error", "warning", "note"]
"""`error`: the page cannot be built or would be false. `warning`: it can, but misleads. `note`: never fails a build."""

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


@dataclass(frozen=True)
class Finding:
    """What a check has to say about one value of one spec."""

    route: Route
    message: str
    hint: str = ""
    key: bool = False
    """Point at the key instead of its value: for a key that should not be there."""
    part: str = ""
    """Point at this part of a text instead of its beginning."""
    within: Place | None = None
    """Point at this line and column of a text, both from 1, instead of its beginning."""


@dataclass(frozen=True, order=True)
class Diagnostic:
    """A finding with a file and a line: what people and machines are shown."""

    path: str
    line: int
    column: int
    rule: str
    message: str
    hint: str = ""
    severity: Severity = "error"
    pointer: str = ""
    """The JSON pointer (RFC 6901) to the value in question, in documents that are spoken of that way."""

    @classmethod
    def of_fault(cls, path: str, fault: Fault) -> Diagnostic:
        """Report a file that could not be read as YAML."""
        return cls(path, fault.place.line, fault.place.column, fault.rule, fault.message, fault.hint)


_IGNORE = re.compile(r"(?<!\S)(?:#|<!--)\s*ignore\[(?P<rules>[^\]]*)\](?::\s*(?P<reason>(?!-->)\S.*))?")


def diagnose(source: Source, rule: str, severity: Severity, findings: Iterable[Finding]) -> Iterator[Diagnostic]:
    """Give the findings of one rule their places in `source`, leaving out those that its author ignores.

    `# ignore[rule]: reason` counts on the line of the finding and on the line above it; in Markdown,
    `<!-- ignore[rule]: reason -->` does.
    """
    for finding in findings:
        found = locate(source, rule, severity, finding)
        # A comment cannot stand within a text of many lines: there, the line on which the text begins counts, too.
        lines = {found.line, source.place(finding.route, key=finding.key).line}
        if not any(_ignores(source.comments.get(at, ""), rule) for line in lines for at in (line, line - 1)):
            yield found


def locate(source: Source, rule: str, severity: Severity, finding: Finding) -> Diagnostic:
    """Give a finding its place, whether or not its author ignores it."""
    place = source.place(finding.route, key=finding.key, part=finding.part, within=finding.within)
    return Diagnostic(source.path, *place, rule, finding.message, finding.hint, severity)


def _ignores(comment: str, rule: str) -> bool:
    match = _IGNORE.search(comment)
    return bool(match and match["reason"] and rule in [name.strip() for name in match["rules"].split(",")])


def ignores_without_reason(source: Source, severity: Severity) -> Iterator[Diagnostic]:
    """Report `# ignore[rule]` comments that give no reason, and which therefore ignore nothing."""
    if "ignore[" not in source.text:
        return
    for number, comment in source.comments.items():
        match = _IGNORE.search(comment)
        if match and not match["reason"]:
            before = len(source.text.split("\n")[number - 1]) - len(comment)
            yield Diagnostic(
                source.path,
                number,
                before + match.start() + 1,
                "project/ignore-without-reason",
                "an ignore without a reason ignores nothing",
                f"write `{match[0].partition('ignore')[0]}ignore[{match['rules']}]: ` and why this is right here",
                severity,
            )


_LISTED = 12
"""How many names a suggestion lists where none is close."""


def suggest(word: str, known: Iterable[str]) -> str:
    """A sentence that names what `word` was probably meant to be, out of what is `known`.

    Close names come first; where nothing is close, a short list of everything is the next best help.
    """
    names = sorted(set(known))
    close = get_close_matches(word, names, n=3, cutoff=0.6)
    if close:
        return f"did you mean {' or '.join(f'`{name}`' for name in close)}?"
    if not names:
        return ""
    shown = ", ".join(f"`{name}`" for name in names[:_LISTED])
    return f"known: {shown}" + (f" and {len(names) - _LISTED} more" if len(names) > _LISTED else "")


def worst(diagnostics: Iterable[Diagnostic]) -> Severity | None:
    """The gravest severity among the diagnostics; None when there are none."""
    found = {diagnostic.severity for diagnostic in diagnostics}
    return next((severity for severity in SEVERITIES if severity in found), None)
