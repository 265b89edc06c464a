"""The page of a postmortem template: it is the form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from opsbook.forms import Control, Option, Words, controls
from opsbook.kind import Kind, Spec
from opsbook.kinds.postmortem_template.model import PostmortemTemplate
from opsbook.labels import N_
from opsbook.markup import plain_text
from opsbook.page import Page
from opsbook.printer import Printer, render
from opsbook.project import Project
from opsbook.reference import Home

RECORD = "postmortem"
"""The kind of the records that the form is for."""

HEAD = frozenset(
    ("id", "title", "owner", "status", "reason", "severity", "template", "services", "runbooks", "authors", "detection", "times", "review")
)  # fmt: skip
"""What every postmortem has, whatever its template asks."""

PROFILES = {"lite": N_("Short"), "standard": N_("Standard"), "deep": N_("Thorough")}


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
        skeleton=f"kind: postmortem\nstatus: draft\ntemplate: {template.id}\n",
        key=f"{spec.system}/{template.id}",
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


def _form(template: PostmortemTemplate, kind: Kind[Any], md: Printer, project: Project) -> tuple[Control, ...]:
    """The fields of the form: what every postmortem has, then what the template asks, in its order."""
    asked = {section.id.replace("-", "_"): section for section in template.sections}
    own = tuple((one.id, plain_text(one.title)) for name, one in asked.items() if name not in kind.model.model_fields)

    def label(path: str) -> str:
        section = asked.get(path)
        return plain_text(section.title) if section else md.label(kind.fields.get(path, path.rpartition(".")[2]))

    def help_(path: str) -> str:
        section = asked.get(path)
        return plain_text(section.help) if section and section.help else ""

    def options(type_: str) -> tuple[Option, ...]:
        found = (one for (system, of, _), one in project.definitions.items() if (system, of) == (md.system, type_))
        return tuple((one[0].id, plain_text(one[0].title)) for one in found)

    words = Words(
        label, help_, options, lambda path, value: md.label(kind.fields.get(f"{path}={value}", value)), {"sections": own}
    )
    made = {one.name: one for one in controls(kind.model, words, frozenset(("kind",)))}
    head = [one for name, one in made.items() if name in HEAD and name not in asked and name != "review"]
    body = [made["sections"]] if own else []
    for name in asked:
        body += [made[name]] if name in made else []
        body += [made["none_needed"]] if name == "actions" else []
    return (*head, *body, made["review"])
