"""For the annotations of GitHub Actions.

Escapes follow the toolkit's `command.ts`. GitHub shows ten errors and ten warnings a step; the worst
come first and the rest is counted.
"""

from __future__ import annotations

from collections.abc import Sequence

from opsbook.diagnostic import SEVERITIES, Diagnostic
from opsbook.reporters.text import printable, summary

_SHOWN = 10
_LEVEL = {"error": "error", "warning": "warning", "note": "notice"}


def github(diagnostics: Sequence[Diagnostic]) -> str:
    """One workflow command a diagnostic, at most ten of each severity."""
    lines = [
        _command(diagnostic)
        for severity in SEVERITIES
        for diagnostic in [d for d in diagnostics if d.severity == severity][:_SHOWN]
    ]
    left = len(diagnostics) - len(lines)
    if left:
        lines.append(f"::notice title=opsbook::{left} more findings: see the log of `opsbook check`")
    return "".join(f"{line}\n" for line in lines) + summary(diagnostics) + "\n"


def _command(diagnostic: Diagnostic) -> str:
    properties = {
        "file": diagnostic.path,
        "line": str(diagnostic.line),
        "col": str(diagnostic.column),
        "title": diagnostic.rule,
    }
    spelled = ",".join(
        f"{name}={_data(value).replace(':', '%3A').replace(',', '%2C')}" for name, value in properties.items()
    )
    text = "\n".join(printable(part) for part in (diagnostic.message, diagnostic.hint) if part)
    return f"::{_LEVEL[diagnostic.severity]} {spelled}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
