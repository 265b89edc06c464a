"""Does every reference lead somewhere?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from opsbook.diagnostic import Finding
from opsbook.model import ID, Mention, Ref
from opsbook.project import Project
from opsbook.reference import Home, Unresolved, written
from opsbook.source import Source, short


def unknown_reference(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A reference names something that does not exist, or that could be more than one thing.

    References stand in fields (`owner: backend`, `go_to: "#restart"`) and as `[[type:id]]` in any
    text. They are checked so that nobody follows a dead link during an outage.

        related:
          - runbook:restore-postgres
          - checklist:shift-start#check-queue
          - other-system/runbook:failover
    """
    # What a spec that could not be read would define is not known, so nothing is said about its system; of a
    # folder without a system another check speaks.
    silent = project.unread | ({spec.system for spec in project.specs} - set(project.systems))
    for spec in project.specs:
        home = Home(spec.system, spec.kind.name, spec.document.id)
        for mention in spec.mentions:
            for reference, part in written(mention).items():
                if silent & {spec.system, reference.partition("/")[0]}:
                    continue
                found = _bad_id(mention) or _undefined(mention, project, home) or project.resolve(reference, home)
                if isinstance(found, Unresolved):
                    found = _other_name(mention, project, home) or found
                    yield spec.source, Finding(mention.route, found.message, found.hint, part=part)


def _other_name(mention: Mention, project: Project, home: Home) -> Unresolved | None:
    """What to say of another name of a thing (`severity: P0`) where its id belongs."""
    type_ = mention.mark.type if isinstance(mention.mark, Ref) else ""
    names = (
        (name.casefold(), one)
        for (system, of, _), defined in project.definitions.items()
        if (system, of) == (home.system, type_)
        for one in defined
        for name in one.names
    )
    meant = next((one for name, one in names if name == mention.text.casefold()), None)
    if not meant:
        return None
    return Unresolved(f"`{short(mention.text)}` is another name of the {type_} `{meant.id}`", f"write `{meant.id}`")


def _bad_id(mention: Mention) -> Unresolved | None:
    """Why a bare id (`owner: backend`) cannot be one."""
    type_ = mention.mark.type if isinstance(mention.mark, Ref) else ""
    if not type_ or re.fullmatch(ID, mention.text):
        return None
    return Unresolved(
        f"`{short(mention.text)}` is no {type_}", f"write the id of a {type_} of this system, and nothing else"
    )


def _undefined(mention: Mention, project: Project, home: Home) -> Unresolved | None:
    """What to say of a bare id where its system defines nothing of that type: its author has named no type."""
    type_ = mention.mark.type if isinstance(mention.mark, Ref) else ""
    if not type_ or (home.system, type_) in project.defined:
        return None
    return Unresolved(f"there is no {type_} `{short(mention.text)}` in `{home.system}`", "none is defined yet")
