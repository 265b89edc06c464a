"""The page of a postmortem template: it is the form."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from opsbook.blame import blame_words
from opsbook.forms import Control, Option, Words, controls
from opsbook.kind import Kind, Spec
from opsbook.kinds.postmortem_template.model import PostmortemTemplate, Section
from opsbook.labels import N_
from opsbook.markup import plain_text
from opsbook.page import Page
from opsbook.printer import Printer, render
from opsbook.project import Project
from opsbook.reference import Home

RECORD = "postmortem"
"""The kind of the records that the form is for."""

HEAD = (
    *("title", "id", "owner", "status", "reason", "severity", "template"),
    *("services", "runbooks", "authors", "detection", "times"),
)
"""What every postmortem has, whatever its template asks, in the order of the form."""

PROFILES = {"lite": N_("Short"), "standard": N_("Standard"), "deep": N_("Thorough")}
"""How much a template asks, as it is called on pages."""

STATUSES = ("draft", "in_review", "approved", "closed")
"""The statuses through which a record goes."""

MESSAGES = {
    "saved": N_("Saved in this browser at"),
    "unfiled": N_("Not in a file yet: browsers may clear what pages keep."),
    "unsaved": N_("This browser keeps nothing. Save the draft as a file."),
    "opened": N_("The draft is open."),
    "copied": N_("Copied."),
    "copy_here": N_("Copy the text from the field below."),
    "filed": N_("Saved as a file."),
    "unreadable": N_("This file cannot be read"),
    "foreign": N_("This file holds no postmortem."),
    "misfit": N_("The form has no place for what this file says at"),
    "replace": N_("Replace what is filled in here with this file?"),
    "clear": N_("Discard this draft?"),
    "other": N_("Changed in another tab."),
    "added": N_("Added"),
    "removed": N_("Removed"),
    "missing": N_("Missing for this status:"),
    "complete": N_("Nothing is missing for this status."),
    "moment": N_("Write the moment with its offset from UTC, such as 2026-11-21T03:10:00-05:00."),
    "id": N_("Write lower-case letters, digits and single hyphens."),
    "duration": N_("Write a duration, such as 15m or 1h30m."),
    "url": N_("Write a whole address, such as https://example.com/."),
    "blame": N_("looks for somebody to blame. Say what was known and seen then, and what made the mistake possible."),
}
"""What the form says while it is filled in."""


def pages(spec: Spec[PostmortemTemplate], project: Project) -> Iterator[Page]:
    """One page: how to write, and the form."""
    template = spec.document
    md = Printer(project, spec.path, Home(spec.system, "postmortem-template", template.id), spec)
    kind = next((kind for kind in project.kinds if kind.name == RECORD), None)
    body = render(
        Path(__file__).with_name("page.md.jinja"),
        md,
        spec=template,
        form=_form(template, kind, md, project) if kind else (),
        settings=_settings(template, kind, md) if kind else {},
        facts=[
            (md.label("Profile"), md.label(PROFILES[template.profile])),
            (md.label("For"), md.links("severity", template.severities)),
            (md.label("Due within"), md.duration(template.due) if template.due else ""),
            (md.label("Reviewers"), md.links("role", template.reviewers)),
            (md.label("Owner"), md.link("role", template.owner)),
            (md.label("Reviewed"), md.freshness(template)),
        ],
    )
    yield Page(spec.path, md.plain(template.title), body, (md.label("Postmortems"),), spec.source.path)


def _settings(template: PostmortemTemplate, kind: Kind[Any], md: Printer) -> Mapping[str, str]:
    """What the script of the form has to know, as values of attributes."""
    return {
        "form": f"{md.system}/{template.id}",
        "base": json.dumps({"kind": RECORD, "status": STATUSES[0], "template": template.id}),
        "words": json.dumps({name: md.label(text) for name, text in MESSAGES.items()}, ensure_ascii=False),
        "needs": json.dumps(_needs(template, kind, md), ensure_ascii=False),
        "blame": json.dumps(blame_words(md.label.language), ensure_ascii=False),
    }


def _needs(template: PostmortemTemplate, kind: Kind[Any], md: Printer) -> dict[str, list[Option]]:
    """What is needed at each status, by the kind and by the template: fields, and what they are called."""
    asked = {section.field: section for section in template.sections}

    def called(need: str) -> str:
        paths = need.partition(":")[0].partition("=")[0].split("|")
        return " / ".join(_called(path, asked, kind, md) for path in paths)

    reached: list[str] = []
    found = {}
    for status in STATUSES:
        reached += kind.needs.get(status, ())
        reached += [one.field for one in template.sections if one.required_from == status and one.field != "actions"]
        if status == STATUSES[-1]:
            reached.append("actions.status=done|refused")
        found[status] = [(need, called(need)) for need in dict.fromkeys(reached)]
    for status in kind.needs.keys() - found.keys():
        found[status] = [(need, called(need)) for need in kind.needs[status]]
    return found


def _called(path: str, asked: Mapping[str, Section], kind: Kind[Any], md: Printer) -> str:
    """A field with what it stands in: `Times: The impact began`."""
    if path in asked:
        return plain_text(asked[path].title)
    names = path.split(".")
    return ": ".join(md.label(kind.fields.get(".".join(names[: end + 1]), names[end])) for end in range(len(names)))


def _form(template: PostmortemTemplate, kind: Kind[Any], md: Printer, project: Project) -> tuple[Control, ...]:
    """The fields of the form: what every postmortem has, then what the template asks, in its order."""
    asked = {section.field: section for section in template.sections}

    def label(path: str) -> str:
        return (
            plain_text(asked[path].title) if path in asked else md.label(kind.fields.get(path, path.rpartition(".")[2]))
        )

    def help_(path: str) -> str:
        return plain_text(asked[path].help or "") if path in asked else ""

    def since(path: str) -> str:
        """From which status on a field is needed, by its template or else by its kind."""
        said = asked[path].required_from if path in asked else None
        needed = (
            one for one in STATUSES[1:] if any(path == need.partition(":")[0] for need in kind.needs.get(one, ()))
        )
        first = min((STATUSES.index(one) for one in (said, next(needed, None)) if one), default=None)
        return "" if first is None else md.label(kind.fields.get(f"status={STATUSES[first]}", STATUSES[first]))

    def options(type_: str) -> tuple[Option, ...]:
        found = (one for (system, of, _), one in project.definitions.items() if (system, of) == (md.system, type_))
        return tuple((one[0].id, plain_text(one[0].title)) for one in found)

    own = tuple(
        Control(
            "choice" if one.kind == "choice" else "text",
            one.id,
            label(field),
            help_(field),
            since(field),
            tuple((choice, plain_text(choice)) for choice in one.choices),
        )
        for field, one in asked.items()
        if field.startswith("sections.")
    )
    words = Words(
        label,
        help_,
        since,
        options,
        lambda path: template.factors if path == "contributing_factors.category" else (),
        lambda path, value: md.label(kind.fields.get(f"{path}={value}", value)),
        {"sections": own},
    )
    made = {one.name: one for one in controls(kind.model, words, frozenset(("kind",)))}
    body: list[Control] = []
    for field in asked:
        if field in made:
            body.append(made[field])
        elif made["sections"] not in body:
            body.append(replace(made["sections"], label=md.label("More")))
            made["sections"] = body[-1]
        body += [made["none_needed"]] if field == "actions" else []
    return (*(made[name] for name in HEAD), *body, made["review"])
