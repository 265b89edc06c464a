"""Postmortem templates: what a postmortem is asked, as a form that is filled in on its page."""

from __future__ import annotations

from pathlib import Path

from opsbook.kind import Kind
from opsbook.kinds.postmortem_template.model import PostmortemTemplate
from opsbook.kinds.postmortem_template.page import PROFILES, pages
from opsbook.labels import N_

_ORDER = list(PROFILES)

POSTMORTEM_TEMPLATE = Kind(
    name="postmortem-template",
    model=PostmortemTemplate,
    group=N_("Postmortems"),
    folder="postmortems",
    pages=pages,
    assets="forms",
    shows_others=True,
    order=lambda template: (_ORDER.index(template.profile), template.title),
    describe=lambda template: PROFILES[template.profile],
    skeleton=Path(__file__).with_name("skeleton.yaml.jinja"),
)
