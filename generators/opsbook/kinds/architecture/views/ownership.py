"""Who answers for what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from opsbook.kinds.architecture.drawn import about, by_owner, by_parent, common_columns, pictures, sketch
from opsbook.kinds.architecture.landscape import OUTSIDE, Landscape
from opsbook.kinds.architecture.scene import Scene
from opsbook.kinds.architecture.sketch import Sketch
from opsbook.kinds.architecture.views.containers import levels
from opsbook.kinds.architecture.views.values import Section, Table, Topic, View, ViewType
from opsbook.kinds.architecture.words import LIFECYCLES, TYPES
from opsbook.labels import N_


def _topics(landscape: Landscape) -> Iterator[Topic]:
    if any(one.owner for one in landscape.elements.values()):
        yield Topic()


def _make(scene: Scene, _topic: Topic) -> View:
    label, landscape = scene.label, scene.landscape
    shown = frozenset(id_ for id_ in levels(landscape)[0] if _ours(landscape, id_))
    owners = by_owner(scene, sorted(shown))
    everything = sketch(scene, shown)
    nodes = {id_: replace(one, inside=owners[id_].id) for id_, one in everything.nodes.items()}
    between = tuple(one for one in everything.ties if owners[one.source] != owners[one.target])
    whole = Sketch(nodes, between, {one.id: one for one in owners.values()})
    return View(
        (
            *pictures(scene, whole, label("Ownership"), common_columns(scene), (owners, by_parent(scene, shown))),
            Section(label("Who answers for what"), "_owners", tables=(_table(scene),)),
        ),
        about(shown, between),
    )


def _ours(landscape: Landscape, id_: str) -> bool:
    return landscape.elements[id_].type not in OUTSIDE or bool(landscape.elements[id_].owner)


def _table(scene: Scene) -> Table:
    label, landscape = scene.label, scene.landscape
    owned = [id_ for id_ in scene.by_title(landscape.elements) if _ours(landscape, id_)]
    owners = by_owner(scene, owned)

    def owner(id_: str) -> str:
        role = landscape.inherited(id_, "owner")
        return scene.md.link("role", role) if role else scene.label("Without owner")

    rows = tuple(
        (
            owner(id_),
            scene.element(id_),
            label(TYPES[landscape.elements[id_].type]),
            label(LIFECYCLES[landscape.elements[id_].lifecycle]),
            str(landscape.elements[id_].tier or ""),
        )
        for id_ in sorted(owned, key=lambda id_: (owners[id_].title.casefold(), owners[id_].id))
    )
    return Table((label("Owner"), label("Element"), label("Type"), label("Lifecycle"), label("Tier")), rows)


OWNERSHIP = ViewType(
    "ownership",
    N_("Ownership"),
    N_("Who answers for what, and whose work depends on whose?"),
    _topics,
    _make,
)
