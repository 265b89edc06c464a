"""Postmortem templates: what a postmortem is asked, as a form that is filled in on its page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opsbook.kind import Check, Kind, Part, ProjectCheck
from opsbook.kinds.postmortem_template import checks
from opsbook.kinds.postmortem_template.model import PostmortemTemplate
from opsbook.kinds.postmortem_template.page import PROFILES, pages
from opsbook.kinds.postmortem_template.process import process, process_path
from opsbook.labels import N_

_ORDER = list(PROFILES)


def _parts(template: PostmortemTemplate) -> Iterator[Part]:
    for number, section in enumerate(template.sections):
        yield Part(section.id, section.title, section.anchor, ("sections", number))


POSTMORTEM_TEMPLATE = Kind(
    name="postmortem-template",
    model=PostmortemTemplate,
    group=N_("Postmortems"),
    folder="postmortems",
    pages=pages,
    index=process,
    more_pages=lambda system: (process_path(system),),
    parts=_parts,
    assets="forms",
    shows_others=True,
    order=lambda template: (_ORDER.index(template.profile), template.title),
    describe=lambda template: PROFILES[template.profile],
    checks=(Check(checks.unfit_section), Check(checks.missing_choices)),
    project_checks=(ProjectCheck(checks.rival_templates, group="postmortem-template"),),
    figures=lambda _template: {"templates": 1},
    skeleton=Path(__file__).with_name("skeleton.yaml.jinja"),
)
