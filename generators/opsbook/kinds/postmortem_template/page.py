"""The page of a postmortem template: it is the form."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from opsbook.blame import blame_words
from opsbook.forms import MESSAGES, Control, Option, Words, controls, field_label, in_full
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

_SAID = {
    **MESSAGES,
    "foreign": N_("This file holds no postmortem."),
    "missing": N_("Missing for this status:"),
    "complete": N_("Nothing is missing for this status."),
}
"""What the form says while it is filled in."""


def pages(spec: Spec[PostmortemTemplate], project: Project) -> Iterator[Page]:
    """One page: how to write, and the form."""
    template = spec.document
    md = Printer(project, spec.path, Home(spec.system, "postmortem-template", template.id), spec)
    kind = next((kind for kind in project.kinds if kind.name == RECORD), None)
    wording = _Wording(template, kind, md, project) if kind else None
    body = render(
        Path(__file__).with_name("page.md.jinja"),
        md,
        spec=template,
        form=_form(wording) if wording else (),
        settings=_settings(wording) if wording else {},
        facts=[
            (md.label("Profile"), md.label(PROFILES[template.profile])),
            (md.label("For"), md.links("severity", template.severities)),
            (md.label("Due within"), md.duration(template.due) if template.due is not None else ""),
            (md.label("Reviewers"), md.links("role", template.reviewers)),
            (md.label("Owner"), md.link("role", template.owner)),
            (md.label("Reviewed"), md.freshness(template)),
        ],
    )
    yield Page(spec.path, md.plain(template.title), body, (md.label("Postmortems"),), spec.source.path)


@dataclass(frozen=True)
class _Wording:
    """What a form says: in the words of its template, or else in those of the kind of the records."""

    template: PostmortemTemplate
    kind: Kind[Any]
    md: Printer
    project: Project

    @cached_property
    def asked(self) -> Mapping[str, Section]:
        """The sections of the template, by the path of the field that each fills, in their order."""
        return {section.field: section for section in self.template.sections}

    def label(self, path: str) -> str:
        """What a field is called."""
        if path in self.asked:
            return plain_text(self.asked[path].title)
        return field_label(path, self.kind.fields, self.md.label)

    def called(self, path: str) -> str:
        """A field with what it stands in, where the template does not ask for it by itself."""
        return self.label(path) if path in self.asked else in_full(path, self.label)

    def help(self, path: str) -> str:
        """What belongs into a field."""
        return plain_text(self.asked[path].help or "") if path in self.asked else ""

    def choice(self, path: str, value: str) -> str:
        """What a choice of a field is called."""
        return self.md.label(self.kind.fields.get(f"{path}={value}", value))

    def since(self, path: str) -> str:
        """From which status on a field is needed, by its template or else by its kind."""
        said = self.asked[path].required_from if path in self.asked else None
        needing = (status for status in STATUSES[1:] if path in map(_path, self.kind.needs.get(status, ())))
        first = min((STATUSES.index(one) for one in (said, next(needing, None)) if one), default=None)
        return "" if first is None else self.choice("status", STATUSES[first])

    def suggestions(self, path: str) -> tuple[str, ...]:
        """The categories that the template suggests."""
        return self.template.factors if path == "contributing_factors.category" else ()

    def own(self) -> tuple[Control, ...]:
        """The fields for the sections that are the template's own."""
        return tuple(
            Control(
                "choice" if section.kind == "choice" else "text",
                section.id,
                self.label(path),
                self.help(path),
                self.since(path),
                tuple((choice, plain_text(choice)) for choice in section.choices),
            )
            for path, section in self.asked.items()
            if path.startswith("sections.")
        )


def _path(need: str) -> str:
    """The fields that a need is about, without how many entries or which value it asks for."""
    return need.partition(":")[0].partition("=")[0]


def _settings(wording: _Wording) -> Mapping[str, str]:
    """What the script of the form has to know, as values of attributes."""
    md, template = wording.md, wording.template
    return {
        "form": f"{md.system}/{template.id}",
        "base": json.dumps({"kind": RECORD, "status": STATUSES[0], "template": template.id}),
        "words": json.dumps({name: md.label(text) for name, text in _SAID.items()}, ensure_ascii=False),
        "needs": json.dumps(_needs(wording), ensure_ascii=False),
        "blame": json.dumps(blame_words(md.label.language), ensure_ascii=False),
    }


def _needs(wording: _Wording) -> dict[str, list[Option]]:
    """What is needed at each status, by the kind and by the template: fields, and what they are called."""
    needs, sections = wording.kind.needs, wording.template.sections

    def called(need: str) -> str:
        return " / ".join(map(wording.called, _path(need).split("|")))

    reached: list[str] = []
    found = {}
    for status in STATUSES:
        reached += needs.get(status, ())
        reached += [one.field for one in sections if one.required_from == status and one.field != "actions"]
        if status == STATUSES[-1]:
            reached.append("actions.status=done|refused")
        found[status] = [(need, called(need)) for need in dict.fromkeys(reached)]
    for status in needs.keys() - found.keys():
        found[status] = [(need, called(need)) for need in needs[status]]
    return found


def _form(wording: _Wording) -> tuple[Control, ...]:
    """The fields of the form: what every postmortem has, then what the template asks, in its order."""
    words = Words(
        wording.label,
        wording.help,
        wording.since,
        wording.md.options,
        wording.suggestions,
        wording.choice,
        {"sections": wording.own()},
    )
    made = {one.name: one for one in controls(wording.kind.model, words, frozenset(("kind",)))}
    body: list[Control] = []
    for field in wording.asked:
        if field in made:
            body.append(made[field])
        elif made["sections"] not in body:
            body.append(replace(made["sections"], label=wording.md.label("More")))
            made["sections"] = body[-1]
        body += [made["none_needed"]] if field == "actions" else []
    return (*(made[name] for name in HEAD), *body, made["review"])
