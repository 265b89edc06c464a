"""How a system's postmortems go from draft to done: what each status needs, by when, and what reviewers ask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from opsbook.forms import field_label, in_full
from opsbook.kind import Kind
from opsbook.kinds.postmortem_template.model import PostmortemTemplate
from opsbook.kinds.postmortem_template.page import RECORD, STATUSES
from opsbook.labels import N_
from opsbook.page import Page
from opsbook.printer import Printer, render
from opsbook.project import Project
from opsbook.reference import Home

PROCESS = "incident-process"
"""The kind of the severities, which say by when."""

MEANING = {
    "draft": N_("Whoever was there writes down what is known. Gaps are welcome, guesses are marked."),
    "in_review": N_("Somebody who did not write it reads it and asks. The record changes until both agree."),
    "approved": N_("The record stands. Its actions have owners and days, and are tracked until they are settled."),
    "closed": N_("Every action is done, or refused with a reason."),
    "not_required": N_("Nothing was to be learned, and the record says why."),
}
"""What happens at each status."""


def process_path(system: str) -> str:
    """The path of a system's page about its postmortems."""
    return f"{system}/postmortems/process.md"


def process(system: str, project: Project) -> Iterator[Page]:
    """One page, made by all templates of a system together."""
    specs = project.of(PostmortemTemplate, system)
    kind = next((kind for kind in project.kinds if kind.name == RECORD), None)
    md = Printer(project, process_path(system), Home(system, "postmortem-template", specs[0].document.id))
    title = md.label("From draft to done")
    body = render(
        Path(__file__).with_name("process.md.jinja"),
        md,
        title=title,
        templates=[spec.document for spec in specs],
        steps=[(status, *_step(status, kind, md)) for status in MEANING],
        deadlines=list(_deadlines(system, project, md)),
        needs=[
            (template, _status(status, kind, md), [f"{template.id}#{section.id}" for section in sections])
            for template in (spec.document for spec in specs)
            for status in STATUSES
            if (sections := [section for section in template.sections if section.required_from == status])
        ],
        key=f"{system}/postmortems",
    )
    yield Page(process_path(system), title, body, (md.label("Postmortems"),), specs[0].source.path)


def _status(status: str, kind: Kind[Any] | None, md: Printer) -> str:
    return md.label(kind.fields.get(f"status={status}", status) if kind else status)


def _step(status: str, kind: Kind[Any] | None, md: Printer) -> tuple[str, str, list[str]]:
    """What a status is called, what happens, and which fields it needs beside those before."""
    if kind is None or status == STATUSES[0]:
        return _status(status, kind, md), md.label(MEANING[status]), []
    before = kind.needs.get(STATUSES[0], ())
    needs = [_called(need, kind, md) for need in kind.needs.get(status, ()) if need not in before]
    return _status(status, kind, md), md.label(MEANING[status]), needs


def _called(need: str, kind: Kind[Any], md: Printer) -> str:
    """A need in words: `Timeline (at least 3)`, `Actions / Why nothing has to be done`."""
    paths, _, least = need.partition(":")
    said = " / ".join(in_full(path, lambda one: field_label(one, kind.fields, md.label)) for path in paths.split("|"))
    return md.label("{name} (at least {count})").replace("{name}", said).replace("{count}", least) if least else said


def _deadlines(system: str, project: Project, md: Printer) -> Iterator[tuple[str, str, PostmortemTemplate | None]]:
    """By severity, the gravest first: how long a postmortem may take, and its template.

    How long says the severity. Where it needs none, its template says it for those that are written all the same.
    """
    templates = [spec.document for spec in project.of(PostmortemTemplate, system)]
    found = [
        severity
        for spec in project.specs
        if (spec.system, spec.kind.name) == (system, PROCESS)
        for severity in spec.document.severities
    ]
    for severity in sorted(found, key=lambda one: one.rank):
        template = next((one for one in templates if severity.id in one.severities), None)
        due = severity.targets.postmortem_due
        if due is not None:
            said = md.duration(due)
        elif template and template.due is not None:
            said = md.label("{duration}, where one is written").replace("{duration}", md.duration(template.due))
        else:
            said = md.label("not required")
        yield severity.id, said, template
