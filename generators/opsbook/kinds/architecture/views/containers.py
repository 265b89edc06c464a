"""The containers: what runs by itself, and what keeps data."""

from __future__ import annotations

from collections.abc import Iterator

from opsbook.kinds.architecture.drawn import about, common_columns, elements_table, groupings, pictures, sketch
from opsbook.kinds.architecture.landscape import DEPLOYED, Landscape
from opsbook.kinds.architecture.scene import Scene
from opsbook.kinds.architecture.views.values import Section, Topic, View, ViewType
from opsbook.labels import N_


def _topics(landscape: Landscape) -> Iterator[Topic]:
    if any(one.type in DEPLOYED for one in landscape.elements.values()):
        yield Topic()


def levels(landscape: Landscape) -> tuple[frozenset[str], frozenset[str]]:
    """What stands beside each other where components are left out, and what stands around that."""
    known = landscape.elements
    whole = {id_ for id_, one in known.items() if one.type != "component"}
    framed = {known[id_].parent or "" for id_ in whole} & whole
    # What is its own parent by a mistake is still shown.
    framed = {id_ for id_ in framed if id_ not in landscape.chain(known[id_].parent or "")}
    return frozenset(whole - framed), frozenset(framed)


def _make(scene: Scene, _topic: Topic) -> View:
    label = scene.label
    whole = sketch(scene, *levels(scene.landscape))
    return View(
        (
            *pictures(scene, whole, label("Containers"), common_columns(scene), groupings(scene, whole.nodes)),
            Section(label("Elements"), "_elements", tables=(elements_table(scene, whole.nodes),)),
        ),
        about(whole.nodes, whole.ties),
    )


CONTAINERS = ViewType(
    "containers",
    N_("Containers"),
    N_("What runs by itself, what keeps data, and what calls what?"),
    _topics,
    _make,
)
