"""The components of one container, and what they deal with around it."""

from __future__ import annotations

from collections.abc import Iterator

from opsbook.kinds.architecture.drawn import about, common_columns, elements_table, groupings, pictures, sketch
from opsbook.kinds.architecture.landscape import Landscape
from opsbook.kinds.architecture.scene import Scene
from opsbook.kinds.architecture.views.containers import levels
from opsbook.kinds.architecture.views.values import Section, Topic, View, ViewType
from opsbook.labels import N_


def _topics(landscape: Landscape) -> Iterator[Topic]:
    known = landscape.elements
    for id_, element in sorted(known.items()):
        if any(known[child].type == "component" for child in landscape.children.get(id_, ())):
            yield Topic(id_, element.title)


def _make(scene: Scene, topic: Topic) -> View:
    label, landscape = scene.label, scene.landscape
    parts = frozenset(landscape.children[topic.id])
    others, _framed = levels(landscape)
    outside = frozenset(id_ for id_ in others if id_ not in landscape.chain(topic.id))
    everything = sketch(scene, parts | outside, frozenset({topic.id}))
    ties = tuple(one for one in everything.ties if one.source in parts or one.target in parts)
    shown = {*parts, *(one.source for one in ties), *(one.target for one in ties)}
    nodes = {id_: node for id_, node in everything.nodes.items() if id_ in shown}
    whole = type(everything)(nodes, ties, everything.boundaries)
    title = label("Components of {name}").format(name=scene.md.plain(topic.title))
    return View(
        (
            *pictures(scene, whole, title, common_columns(scene), groupings(scene, whole.nodes)),
            Section(label("Elements"), "_elements", tables=(elements_table(scene, [topic.id, *shown]),)),
        ),
        about(shown, ties),
    )


COMPONENTS = ViewType(
    "components",
    N_("Components of {name}"),
    N_("What is it made of inside?"),
    _topics,
    _make,
    N_("Components"),
)
