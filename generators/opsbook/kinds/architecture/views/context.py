"""The context: the system as a whole, who uses it, and what it deals with."""

from __future__ import annotations

from collections.abc import Iterator

from opsbook.kinds.architecture.drawn import (
    about,
    common_columns,
    elements_table,
    groupings,
    pictures,
    sketch,
)
from opsbook.kinds.architecture.landscape import Landscape
from opsbook.kinds.architecture.scene import Scene
from opsbook.kinds.architecture.sketch import Sketch
from opsbook.kinds.architecture.views.values import Section, Topic, View, ViewType
from opsbook.labels import N_


def _topics(landscape: Landscape) -> Iterator[Topic]:
    if any(one.type == "system" for one in landscape.elements.values()):
        yield Topic()


def drawn(scene: Scene) -> Sketch:
    """The outermost elements, and what they do with each other."""
    landscape = scene.landscape
    return sketch(scene, frozenset(landscape.chain(id_)[-1] for id_ in landscape.elements))


def _make(scene: Scene, _topic: Topic) -> View:
    label, whole = scene.label, drawn(scene)
    return View(
        (
            *pictures(scene, whole, label("Context"), common_columns(scene), groupings(scene, whole.nodes)),
            Section(label("Elements"), "_elements", tables=(elements_table(scene, whole.nodes),)),
        ),
        about(whole.nodes, whole.ties),
    )


CONTEXT = ViewType(
    "context",
    N_("Context"),
    N_("Who uses the system, and which other systems does it deal with?"),
    _topics,
    _make,
)
