"""Changes as those who use an API read them: a section for a version, a page for all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

from opsbook.diagnostic import SEVERITIES
from opsbook.labels import N_
from opsbook.markup import inline
from opsbook.openapi.diff.change import Change
from opsbook.openapi.diff.compare import compare
from opsbook.openapi.walk import Api

_HEADINGS = {
    "error": N_("Breaking changes"),
    "warning": N_("May break clients"),
    "note": N_("Compatible changes"),
}


def changelog(versions: Sequence[tuple[str, Api]], label: Callable[[str], str] = str) -> str:
    """The Markdown of what has changed from version to version, the newest first.

    `versions` are names and documents, the oldest first (`by_age` sorts names so); `label` translates the headings.
    """
    if not versions:
        return ""
    parts = [
        section(name, compare(old, new), label, anchor=anchor_of(name)) for (_, old), (name, new) in pairwise(versions)
    ]
    first, beginning = versions[0][0], label(N_("The first version."))
    parts.insert(0, f"## {inline(first)} {{ #{anchor_of(first)} }}\n\n{beginning}\n")
    return "\n".join(reversed(parts))


def section(title: str, changes: Iterable[Change], label: Callable[[str], str] = str, anchor: str = "") -> str:
    """The Markdown of what one version changes: a heading, and the changes by how grave they are."""
    found = list(changes)
    lines = [f"## {inline(title)}{f' {{ #{anchor} }}' if anchor else ''}", ""]
    for severity in SEVERITIES:
        texts = dict.fromkeys(_line(one) for one in found if one.severity == severity)
        if texts:
            heading = f"### {label(_HEADINGS[severity])}"
            lines += [f"{heading} {{ #{anchor}-{severity} }}" if anchor else heading, "", *texts, ""]
    if not found:
        lines += [label(N_("Nothing changes for clients.")), ""]
    return "\n".join(lines)


def _line(change: Change) -> str:
    return f"- {inline(f'{change.message[:1].upper()}{change.message[1:]}.')}"


def by_age(name: str) -> tuple[Any, ...]:
    """A key that sorts the names of versions: `1.10` after `1.9`, and `2.0.0-rc.1` before `2.0.0`."""
    release, _, early = name.removeprefix("v").partition("-")
    return _numbers(release), not early, _numbers(early)


def _numbers(text: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"[.\-+_]", text))


def title_of(api: Api) -> str:
    """The version that a document says it has; empty where it does not."""
    info = api.root.value.get("info") if isinstance(api.root.value, dict) else None
    version = info.get("version") if isinstance(info, dict) else None
    return str(version) if version is not None else ""


def anchor_of(name: str) -> str:
    """Where the section of a version stands on the page of all of them."""
    return f"v-{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-') or 'x'}"
