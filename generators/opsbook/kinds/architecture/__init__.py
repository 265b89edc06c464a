"""Architecture: one model of a system, every diagram of it, and what it tells."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opsbook.kind import Check, Draft, Kind, Part
from opsbook.kinds.architecture import checks
from opsbook.kinds.architecture.draft import draft
from opsbook.kinds.architecture.model import Architecture
from opsbook.kinds.architecture.page import FOLDER, overview_path, pages
from opsbook.kinds.architecture.rules import WEAKNESS_RULES
from opsbook.labels import N_


def _parts(model: Architecture) -> Iterator[Part]:
    for number, element in enumerate(model.elements):
        yield Part(element.id, element.title, "", ("elements", number), "element", f"elements/{element.id}.md")
    for number, zone in enumerate(model.zones):
        yield Part(zone.id, zone.title, f"zone-{zone.id}", ("zones", number), "trust-zone")
    for number, data in enumerate(model.data_classes):
        yield Part(data.id, data.title, f"data-{data.id}", ("data_classes", number), "data-class")


ARCHITECTURE = Kind(
    name="architecture",
    model=Architecture,
    group=N_("Architecture"),
    folder=FOLDER,
    pages=pages,
    page=lambda system, _model: overview_path(system),
    parts=_parts,
    shows_others=True,
    checks=(Check(checks.unknown_rule_waived),),
    project_checks=tuple(rule.check() for rule in WEAKNESS_RULES),
    skeleton=Path(__file__).with_name("skeleton.yaml.jinja"),
    draft=Draft(draft, Path(__file__).with_name("draft.yaml.jinja")),
)
