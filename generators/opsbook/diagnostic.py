"""What is wrong, where, and the cure.

Checks speak in routes (`Finding`); this is the one place that knows about lines (`Diagnostic`)
and about comments that ignore a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal, TypeAlias

from opsbook.source import Fault, Place, Route, Source, pointer

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
    """The JSON pointer (RFC 6901) to the value in question: what stays when lines are moved."""

    @classmethod
    def of_fault(cls, path: str, fault: Fault) -> Diagnostic:
        """Report a file that could not be read as YAML."""
        return cls(path, fault.place.line, fault.place.column, fault.rule, fault.message, fault.hint)


@dataclass(frozen=True)
class Rule:
    """Something that opsbook finds fault with: its id, how grave it is, and its page of the manual."""

    id: str
    severity: Severity
    explanation: str = field(repr=False)
    """First line: the fault, in a sentence. Then why it matters, and an example of the cure."""

    @property
    def summary(self) -> str:
        """The fault, in a sentence."""
        return self.explanation.partition("\n")[0]


_IGNORE = re.compile(r"(?<!\S)(?:#|<!--)\s*ignore\[(?P<rules>[^\]]*)\](?::\s*(?P<reason>(?!-->)\S.*))?")


def diagnose(source: Source, rule: str, severity: Severity, findings: Iterable[Finding]) -> Iterator[Diagnostic]:
    """Give the findings of one rule their places in `source`, leaving out those that its author ignores.

    `# ignore[rule]: reason` counts on the line of the finding and on the line above it; in Markdown,
    `<!-- ignore[rule]: reason -->` does. In OpenAPI documents, which may be JSON, `x-opsbook-ignore: {rule: reason}`
    counts in its object and in everything that this holds.
    """
    for finding in findings:
        if any(_reason(ignores.get(rule)) for ignores in _extensions(source, finding.route)):
            continue
        found = locate(source, rule, severity, finding)
        if not source.comments:
            yield found
            continue
        # A comment cannot stand within a text of many lines: there, the line on which the text begins counts, too.
        lines = {found.line, source.place(finding.route, key=finding.key).line}
        if not any(_ignores(source.comments.get(at, ""), rule) for line in lines for at in (line, line - 1)):
            yield found


def locate(source: Source, rule: str, severity: Severity, finding: Finding) -> Diagnostic:
    """Give a finding its place, whether or not its author ignores it."""
    place = source.place(finding.route, key=finding.key, part=finding.part, within=finding.within)
    return Diagnostic(source.path, *place, rule, finding.message, finding.hint, severity, pointer(finding.route))


def _ignores(comment: str, rule: str) -> bool:
    match = _IGNORE.search(comment)
    return bool(match and match["reason"] and rule in [name.strip() for name in match["rules"].split(",")])


EXTENSION = "x-opsbook-ignore"
"""The field by which an object of an OpenAPI document ignores rules: for JSON, which has no comments."""


def _extensions(source: Source, route: Route) -> Iterator[dict[str, object]]:
    """What the objects on the way to a value ignore."""
    here = source.data
    for part in (*route, None):
        ignores = here.get(EXTENSION) if isinstance(here, dict) else None
        if isinstance(ignores, dict):
            yield ignores
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            return


def _reason(said: object) -> bool:
    return isinstance(said, str) and bool(said.strip())


def ignores_without_reason(source: Source, severity: Severity) -> Iterator[Diagnostic]:
    """Report `# ignore[rule]` comments that give no reason, and which therefore ignore nothing."""
    yield from _extensions_without_reason(source, severity)
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


def _extensions_without_reason(source: Source, severity: Severity) -> Iterator[Diagnostic]:
    places: list[tuple[Route, object]] = [((), source.data)] if EXTENSION in source.text else []
    while places:
        route, here = places.pop()
        pairs = here.items() if isinstance(here, dict) else enumerate(here) if isinstance(here, list) else ()
        for key, value in pairs:
            if key != EXTENSION:
                places.append(((*route, key), value))
                continue
            unexplained = [rule for rule, said in value.items() if not _reason(said)] if isinstance(value, dict) else []
            if unexplained or not isinstance(value, dict):
                finding = Finding(
                    (*route, key, *unexplained[:1]),
                    "an ignore without a reason ignores nothing",
                    f"write `{EXTENSION}: {{{(unexplained or ['openapi/RULE'])[0]}: why this is right here}}`",
                )
                yield locate(source, "project/ignore-without-reason", severity, finding)


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
