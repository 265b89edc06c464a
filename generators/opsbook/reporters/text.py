"""For terminals and logs."""

from __future__ import annotations

from collections.abc import Sequence

from opsbook.diagnostic import SEVERITIES, Diagnostic


def text(diagnostics: Sequence[Diagnostic]) -> str:
    """`file:line:column: severity: what is wrong [rule]`, the cure below it, and a count at the end."""
    return (
        "".join(f"{line}\n" for diagnostic in diagnostics for line in _lines(diagnostic)) + summary(diagnostics) + "\n"
    )


def _lines(diagnostic: Diagnostic) -> list[str]:
    where = f"{diagnostic.path}:{diagnostic.line}:{diagnostic.column}"
    lines = [f"{where}: {diagnostic.severity}: {diagnostic.message} [{diagnostic.rule}]"]
    return [printable(line) for line in ([*lines, f"    hint: {diagnostic.hint}"] if diagnostic.hint else lines)]


def printable(text: str) -> str:
    """A text in which nothing breaks the line or commands the terminal: what is quoted in a message may be anything."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """How much is wrong, in one line."""
    counts = {severity: sum(d.severity == severity for d in diagnostics) for severity in SEVERITIES}
    parts = [f"{count} {severity}{'s' if count != 1 else ''}" for severity, count in counts.items() if count]
    return f"{', '.join(parts)} in {len({d.path for d in diagnostics})} file(s)" if parts else "nothing wrong"
