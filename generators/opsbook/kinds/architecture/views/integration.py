"""The integration points: where the system meets people and systems that others run."""

from __future__ import annotations

from collections.abc import Iterator

from opsbook.kinds.architecture.drawn import Columns, about, by_parent, by_zone, elements_table, pictures, sketch
from opsbook.kinds.architecture.landscape import OUTSIDE, Landscape
from opsbook.kinds.architecture.model import Relationship
from opsbook.kinds.architecture.scene import Scene
from opsbook.kinds.architecture.sketch import near
from opsbook.kinds.architecture.views.containers import levels
from opsbook.kinds.architecture.views.values import Section, Topic, View, ViewType
from opsbook.kinds.architecture.words import MODES, TRANSPORTS
from opsbook.labels import N_


def crosses(landscape: Landscape, one: Relationship) -> bool:
    """Whether a relationship leads from the system to somebody else, or back."""
    outside = [landscape.elements[id_].type in OUTSIDE for id_ in (one.source, one.to)]
    return outside[0] != outside[1]


def _topics(landscape: Landscape) -> Iterator[Topic]:
    if any(crosses(landscape, one) for _, one in landscape.relationships):
        yield Topic()


def _make(scene: Scene, _topic: Topic) -> View:
    label, landscape = scene.label, scene.landscape
    whole = sketch(scene, *levels(landscape), only=lambda one: crosses(landscape, one))
    whole = near(whole, frozenset(id_ for tie in whole.ties for id_ in (tie.source, tie.target)))
    ids = tuple(whole.nodes)
    groupings = (by_parent(scene, ids), by_zone(scene, ids))
    return View(
        (
            *pictures(scene, whole, label("Integration points"), _columns(scene), groupings),
            Section(label("Elements"), "_elements", tables=(elements_table(scene, ids),)),
        ),
        about(ids, whole.ties),
    )


def _columns(scene: Scene) -> Columns:
    label, md = scene.label, scene.md

    def cells(one: Relationship) -> tuple[str, ...]:
        technology = scene.line(one.technology)
        return (
            scene.line(one.label),
            " · ".join(part for part in (technology, label(MODES[one.mode])) if part),
            md.ref(one.contract) if one.contract else "",
            " · ".join(
                part
                for part in (
                    scene.line(one.authentication),
                    label(TRANSPORTS[one.transport]) if one.transport else "",
                )
                if part
            ),
            "<br>".join(part for part in (scene.line(one.limits), scene.line(one.on_failure)) if part),
        )

    heads = (
        label("What it does"),
        label("By what means"),
        label("Contract"),
        label("Protection"),
        label("Limits, and when it fails"),
    )
    return Columns(heads, cells, (label("From"), label("To")))


INTEGRATION = ViewType(
    "integration",
    N_("Integration points"),
    N_("Where does the system meet others, on which terms, and what happens when they do not answer?"),
    _topics,
    _make,
)
