"""The components of one container, and what they deal with around it."""

from __future__ import annotations

from collections.abc import Iterator

from opsbook.kinds.architecture.drawn import (
    about,
    around,
    common_columns,
    elements_table,
    frame,
    groupings,
    node,
    pictures,
    tie,
)
from opsbook.kinds.architecture.landscape import Landscape
from opsbook.kinds.architecture.scene import Scene
from opsbook.kinds.architecture.sketch import Sketch, Tie
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
    ties = tuple(_ties(scene, topic.id, parts))
    shown = frozenset({*parts, *(one.source for one in ties), *(one.target for one in ties)})
    framed = frozenset({topic.id})
    whole = Sketch(
        {id_: node(scene, landscape.elements[id_], around(landscape, id_, framed)) for id_ in sorted(shown)},
        ties,
        {topic.id: frame(scene, landscape.elements[topic.id])},
    )
    title = label("Components of {name}").format(name=scene.md.plain(topic.title))
    return View(
        (
            *pictures(scene, whole, title, common_columns(scene), groupings(scene, whole.nodes)),
            Section(label("Elements"), "_elements", tables=(elements_table(scene, [topic.id, *sorted(shown)]),)),
        ),
        about(shown, ties),
    )


def _ties(scene: Scene, container: str, parts: frozenset[str]) -> Iterator[Tie]:
    """What the parts deal with: each other, and what runs around their container."""
    landscape = scene.landscape
    for one in scene.survey.touching.get(container, ()):
        ends = []
        for id_ in (one.source, one.to):
            chain = landscape.chain(id_)
            ends.append(next((at for at in chain if at in parts), "" if container in chain else landscape.unit(id_)))
        if all(ends) and ends[0] != ends[1] and not parts.isdisjoint(ends):
            yield tie(scene, one, ends[0], ends[1])


COMPONENTS = ViewType(
    "components",
    N_("Components of {name}"),
    N_("What is it made of inside?"),
    _topics,
    _make,
    N_("Components"),
)
