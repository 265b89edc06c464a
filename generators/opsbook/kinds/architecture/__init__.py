"""Architecture: one model of a system, every diagram of it, and what it tells."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opsbook.kind import Check, Draft, Kind, Part, ProjectCheck, Subject
from opsbook.kinds.architecture import checks
from opsbook.kinds.architecture.draft import draft
from opsbook.kinds.architecture.embed import embed
from opsbook.kinds.architecture.first_week import tasks
from opsbook.kinds.architecture.model import Architecture
from opsbook.kinds.architecture.page import home, overview_path, pages
from opsbook.kinds.architecture.rules import WEAKNESS_RULES
from opsbook.kinds.architecture.scene import FOLDER
from opsbook.kinds.architecture.views import data_flow
from opsbook.kinds.architecture.views.all_views import entries
from opsbook.kinds.architecture.views.sequences import SEQUENCES
from opsbook.kinds.architecture.views.values import Entry, Topic
from opsbook.kinds.architecture.weakness import GROUP, landscape_of
from opsbook.labels import N_


def _parts(model: Architecture) -> Iterator[Part]:
    for number, element in enumerate(model.elements):
        yield Part(element.id, element.title, "", ("elements", number), "element", f"elements/{element.id}.md")
    flow = f"{data_flow.NAME}.md"
    for number, zone in enumerate(model.zones):
        anchor = data_flow.zone_anchor(zone.id)
        yield Part(zone.id, zone.title, anchor, ("zones", number), "trust-zone", flow)
    for number, data in enumerate(model.data_classes):
        anchor = data_flow.data_anchor(data.id)
        yield Part(data.id, data.title, anchor, ("data_classes", number), "data-class", flow)
    for number, view in enumerate(model.dynamic_views):
        path = Entry(SEQUENCES, Topic(view.id)).path
        yield Part(view.id, view.title, "", ("dynamic_views", number), SEQUENCES.type, path)
    for entry in entries(landscape_of(model)):
        if entry.type.type == "view":
            yield Part(entry.id, entry.topic.title, "", (), "view", entry.path, entry.type.title)


ARCHITECTURE = Kind(
    name="architecture",
    model=Architecture,
    group=N_("Architecture"),
    folder=FOLDER,
    pages=pages,
    home=home,
    first_week=tasks,
    page=lambda system, _model: overview_path(system),
    parts=_parts,
    shows_others=True,
    embed=embed,
    checks=(
        Check(checks.parent_cycle),
        Check(checks.misplaced_element),
        Check(checks.undeployable_instance),
        Check(checks.stray_absence),
        Check(checks.unmodelled_message),
        Check(checks.repeated_name),
        Check(checks.self_relationship, "warning"),
        Check(checks.unconnected_element, "note"),
        Check(checks.unknown_rule_waived),
    ),
    project_checks=(
        *(rule.check() for rule in WEAKNESS_RULES),
        ProjectCheck(checks.useless_waiver, "warning", GROUP),
        ProjectCheck(checks.expired_waiver, "warning", GROUP),
        ProjectCheck(checks.second_architecture, group=GROUP),
    ),
    subjects=lambda model: (
        Subject("data-class", ("data_classes", number)) for number in range(len(model.data_classes))
    ),
    figures=lambda model: {"architectures": 1, "diagrams": sum(1 for _ in entries(landscape_of(model)))},
    skeleton=Path(__file__).with_name("skeleton.yaml.jinja"),
    draft=Draft(draft, Path(__file__).with_name("draft.yaml.jinja")),
)
