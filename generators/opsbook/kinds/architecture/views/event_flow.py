"""The events: who produces each, over which topic it travels, and who consumes it."""

from __future__ import annotations

from collections.abc import Iterator

from opsbook.kinds.architecture.drawn import Columns, about, by_owner, by_parent, elements_table, pictures, tie
from opsbook.kinds.architecture.drawn import node as node_of
from opsbook.kinds.architecture.landscape import Landscape
from opsbook.kinds.architecture.model import Relationship
from opsbook.kinds.architecture.scene import Scene
from opsbook.kinds.architecture.sketch import Sketch
from opsbook.kinds.architecture.views.values import Section, Table, Topic, View, ViewType
from opsbook.labels import N_


def _topics(landscape: Landscape) -> Iterator[Topic]:
    if any(one.events for _, one in landscape.relationships):
        yield Topic()


def _make(scene: Scene, _topic: Topic) -> View:
    label, landscape = scene.label, scene.landscape
    carrying = [one for _, one in landscape.relationships if one.events]
    ids = sorted({id_ for one in carrying for id_ in (one.source, one.to)})
    nodes = {id_: node_of(scene, landscape.elements[id_]) for id_ in ids}
    ties = tuple(tie(scene, one, one.source, one.to, _events) for one in carrying if one.source != one.to)
    whole = Sketch(nodes, ties)
    groupings = (by_parent(scene, ids), by_owner(scene, ids))
    return View(
        (
            *pictures(scene, whole, label("Event flow"), _columns(scene), groupings),
            Section(label("Events"), "_events", tables=(_table(scene, carrying),)),
            Section(label("Elements"), "_elements", tables=(elements_table(scene, ids),)),
        ),
        about(ids, ties),
    )


def _events(one: Relationship) -> str:
    return ", ".join(one.events)


def _columns(scene: Scene) -> Columns:
    label = scene.label

    def cells(one: Relationship) -> tuple[str, ...]:
        events = ", ".join(scene.md.value(event) for event in one.events)
        return events, scene.line(one.label), scene.line(one.technology)

    return Columns((label("Events"), label("What it does"), label("Technology")), cells, (label("From"), label("To")))


def _table(scene: Scene, carrying: list[Relationship]) -> Table:
    """Each event: who only sends it, who passes it on, who only gets it."""
    label = scene.label
    rows = []
    for event in sorted({event for one in carrying for event in one.events}):
        sending = {one.source for one in carrying if event in one.events}
        getting = {one.to for one in carrying if event in one.events}
        parties = (sending - getting, sending & getting, getting - sending)
        rows.append((scene.md.value(event), *(scene.elements(scene.by_title(ids)) for ids in parties)))
    return Table((label("Event"), label("Produced by"), label("Travels through"), label("Consumed by")), tuple(rows))


EVENT_FLOW = ViewType(
    "event-flow",
    N_("Event flow"),
    N_("Who produces which event, and who learns of it?"),
    _topics,
    _make,
)
