"""What the record of an incident tells of what happened: its end, and what was done about it."""

from __future__ import annotations

from collections.abc import Iterator

from opsbook.kind import Event, Spec
from opsbook.kinds.postmortem.model import Action, Postmortem
from opsbook.kinds.postmortem.words import STATUS
from opsbook.markup import references
from opsbook.project import Project


def events(spec: Spec[Postmortem], _project: Project) -> Iterator[Event]:
    """The end of the incident, and the actions that are done or have yet to be.

    An incident concerns what it used and what it was measured by: the runbooks that were followed, the alert that
    fired, the process that its severity belongs to. What only has a service in common with it, or is mentioned in a
    text, is left alone: a mark that everything gets says nothing. An action concerns what its text names, and, once
    done, the runbooks of its incident.
    """
    record = spec.document
    if over := record.times.resolved or record.times.mitigated:
        used = [*record.runbooks, f"severity:{record.severity}"]
        if record.detection and record.detection.alert:
            used.append(f"alert:{record.detection.alert}")
        yield Event(over.date(), "incident", record.title, spec.path, tuple(used), STATUS[record.status])
    for action in record.actions:
        address, named = f"{spec.path}#{action.id}", _named(action)
        if action.status == "done" and action.done_on:
            yield Event(action.done_on, "action", action.title, address, (*record.runbooks, *named))
        elif action.status in ("open", "in_progress"):
            yield Event(action.due, "action", action.title, address, named, ahead=True)


def _named(action: Action) -> tuple[str, ...]:
    return tuple(match[1].strip() for match in references(action.title))
