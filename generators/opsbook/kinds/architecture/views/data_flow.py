"""The data: where each class of it is kept, over which relationships it travels, and which trust zones it crosses."""

from __future__ import annotations

from collections.abc import Iterator

from opsbook.diagrams.values import Node
from opsbook.kinds.architecture.drawn import Columns, Said, about, by_parent, by_zone, node, pictures, sketch
from opsbook.kinds.architecture.landscape import Landscape
from opsbook.kinds.architecture.model import DataClass, Relationship
from opsbook.kinds.architecture.scene import Scene
from opsbook.kinds.architecture.sketch import Sketch
from opsbook.kinds.architecture.views.containers import levels
from opsbook.kinds.architecture.views.values import Section, Table, Topic, View, ViewType
from opsbook.kinds.architecture.words import TRANSPORTS
from opsbook.labels import N_

NAME = "data-flow"


def zone_anchor(id_: str) -> str:
    """Where a trust zone stands on this page."""
    return f"zone-{id_}"


def data_anchor(id_: str) -> str:
    """Where a data class stands on this page."""
    return f"data-{id_}"


def _topics(landscape: Landscape) -> Iterator[Topic]:
    model = landscape.model
    if model.zones or model.data_classes or any(one.access_patterns for one in model.elements):
        yield Topic()


def _make(scene: Scene, _topic: Topic) -> View:
    label, landscape = scene.label, scene.landscape
    shown, _framed = levels(landscape)
    everything = sketch(scene, shown, said=_data(scene), only=lambda one: one.data)
    keeping = {id_ for id_ in shown if landscape.elements[id_].data}
    here = {*keeping, *(one.source for one in everything.ties), *(one.target for one in everything.ties)}
    zones = by_zone(scene, sorted(here))
    nodes: dict[str, Node] = {}
    for id_ in sorted(here):
        plain = node(scene, landscape.elements[id_], zones[id_].id)
        held = ", ".join(scene.called("data-class", one) for one in landscape.elements[id_].data)
        nodes[id_] = Node(
            id_, plain.title, held or plain.note, plain.shape, plain.inside, plain.address, "focus" if held else ""
        )
    whole = Sketch(nodes, everything.ties, {one.id: one for one in zones.values()})
    groupings = (zones, by_parent(scene, sorted(here)))
    stores = Table(
        (label("Element"), label("Data"), label("Trust zone")),
        tuple(
            (scene.element(id_), scene.md.links("data-class", landscape.elements[id_].data), _zone(scene, id_))
            for id_ in scene.by_title(keeping)
        ),
    )
    return View(
        (
            *pictures(scene, whole, label("Data flow"), _columns(scene), groupings),
            Section(label("Where data is kept"), "_kept", tables=(stores,)),
            Section(label("Data classes"), "_classes", tables=(_classes(scene),)),
            Section(label("Trust zones"), "_zones", tables=(_zones(scene),)),
            Section(label("Access patterns"), "_patterns", tables=(_patterns(scene),)),
        ),
        about(here, whole.ties),
    )


def _data(scene: Scene) -> Said:
    def said(one: Relationship) -> str:
        return ", ".join(scene.called("data-class", id_) for id_ in one.data)

    return said


def _zone(scene: Scene, id_: str) -> str:
    zone = scene.landscape.inherited(id_, "zone")
    return scene.md.link("trust-zone", zone) if zone else ""


def _columns(scene: Scene) -> Columns:
    label = scene.label

    def cells(one: Relationship) -> tuple[str, ...]:
        zones = [scene.landscape.inherited(id_, "zone") for id_ in (one.source, one.to)]
        links = [scene.md.link("trust-zone", zone) if zone else "—" for zone in zones]
        return (
            scene.md.links("data-class", one.data),
            scene.line(one.label),
            scene.line(one.technology),
            label(TRANSPORTS[one.transport]) if one.transport else "",
            " → ".join(links) if zones[0] != zones[1] else "",
        )

    heads = (
        label("Data"),
        label("What it does"),
        label("Technology"),
        label("Transport"),
        label("Crosses"),
    )
    return Columns(heads, cells, (label("From"), label("To")))


def _classes(scene: Scene) -> Table:
    label, md, landscape = scene.label, scene.md, scene.landscape

    def travels(one: DataClass) -> str:
        found = (
            f"{scene.element(two.source)} → {scene.element(two.to)}"
            for _, two in landscape.relationships
            if one.id in two.data
        )
        return "<br>".join(dict.fromkeys(found))

    rows = tuple(
        (
            f'<span id="{data_anchor(one.id)}">{md.cell(one.title)}</span>',
            label("yes") if one.personal else label("no"),
            scene.elements(
                scene.by_title(id_ for id_, element in landscape.elements.items() if one.id in element.data)
            ),
            travels(one),
            scene.line(one.description),
        )
        for one in sorted(scene.seen.model.data_classes, key=lambda one: (md.plain(one.title).casefold(), one.id))
    )
    heads = (label("Data"), label("Personal"), label("Kept in"), label("Travels"), label("What belongs to it"))
    return Table(heads, rows)


def _zones(scene: Scene) -> Table:
    label, md, landscape = scene.label, scene.md, scene.landscape
    rows = tuple(
        (
            f'<span id="{zone_anchor(one.id)}">{md.cell(one.title)}</span>',
            scene.elements(
                scene.by_title(id_ for id_ in landscape.elements if landscape.inherited(id_, "zone") == one.id)
            ),
            scene.line(one.description),
        )
        for one in sorted(scene.seen.model.zones, key=lambda one: (md.plain(one.title).casefold(), one.id))
    )
    return Table((label("Trust zone"), label("Elements"), label("What it is")), rows)


def _patterns(scene: Scene) -> Table:
    known = scene.landscape.elements
    rows = ((scene.element(id_), *row) for id_ in scene.by_title(known) for row in _asked(scene, id_))
    return Table((scene.label("Element"), *_pattern_heads(scene)), tuple(rows))


def _pattern_heads(scene: Scene) -> tuple[str, ...]:
    label = scene.label
    return label("What it answers"), label("Operation"), label("Keys"), label("Index"), label("Asked by")


def _asked(scene: Scene, id_: str) -> Iterator[tuple[str, ...]]:
    for one in scene.landscape.elements[id_].access_patterns:
        yield (
            scene.md.cell(one.title),
            scene.md.cell(one.operation),
            scene.md.value(one.key),
            scene.line(one.index),
            scene.elements(one.users),
        )


def patterns(scene: Scene, id_: str) -> Table:
    """How the data of a store is asked for."""
    return Table(_pattern_heads(scene), tuple(_asked(scene, id_)))


DATA_FLOW = ViewType(
    NAME,
    N_("Data flow"),
    N_("Where is which data kept, how does it travel, and which trust zones does it cross?"),
    _topics,
    _make,
)
