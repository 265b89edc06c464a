"""What is wrong with a document, with its places in the files that it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from opsbook.diagnostic import Diagnostic, Severity, diagnose
from opsbook.openapi.read import pointer
from opsbook.openapi.walk import Judged


def placed(found: Iterable[Judged], severities: Mapping[str, Severity | None]) -> Iterator[Diagnostic]:
    """Give findings their files, lines and JSON pointers; `severities` overrides, or leaves out with None."""
    for source, rule, finding in found:
        severity = severities.get(rule, "error")
        for one in diagnose(source, rule, severity, [finding]) if severity else ():
            yield replace(one, pointer=pointer(finding.route))
