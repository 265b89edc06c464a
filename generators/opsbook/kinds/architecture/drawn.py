"""Elements and relationships as nodes and edges: how every view shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from opsbook.diagrams.values import Boundary, Edge, Graph, Node, Shape, Stroke
from opsbook.kinds.architecture.landscape import Landscape, Lifted
from opsbook.kinds.architecture.model import Element, Mode
from opsbook.kinds.architecture.words import TYPES
from opsbook.labels import Labels
from opsbook.markup import plain_text

SHAPES: dict[str, Shape] = {
    "person": "person",
    "database": "database",
    "queue": "queue",
    "storage": "storage",
    "external": "external",
}
STROKES: dict[Mode, Stroke] = {"sync": "solid", "async": "dashed", "callback": "dotted", "replication": "dotted"}

Address = Callable[[str], str]
"""The address of an element's page, seen from the page that is printed."""


def node(element: Element, label: Labels, address: Address, *, inside: str = "", role: str = "") -> Node:
    """An element as a node."""
    kind = label(TYPES[element.type])
    note = f"{kind}: {plain_text(element.technology)}" if element.technology else kind
    return Node(
        element.id,
        plain_text(element.title),
        note,
        SHAPES.get(element.type, "box"),
        inside,
        address(element.id),
        role,  # type: ignore[arg-type]  # one of the roles of a node
    )


def boundary(element: Element, label: Labels, address: Address, inside: str = "") -> Boundary:
    """An element as the frame around its parts."""
    return Boundary(element.id, plain_text(element.title), label(TYPES[element.type]), inside, address(element.id))


def edges(lifted: Iterable[Lifted]) -> list[Edge]:
    """Relationships as edges; those that say the same between the same two are one."""
    return list(
        dict.fromkeys(
            Edge(one.source, one.to, plain_text(one.relationship.label), STROKES[one.relationship.mode])
            for one in lifted
        )
    )


def graph(
    landscape: Landscape,
    shown: frozenset[str],
    framed: frozenset[str],
    label: Labels,
    address: Address,
    focus: str = "",
) -> Graph:
    """A graph of the elements `shown`, with frames around them for the elements `framed` that hold them."""

    def around(id_: str) -> str:
        return next((one for one in landscape.chain(id_)[1:] if one in framed), "")

    nodes = [
        node(
            landscape.elements[id_],
            label,
            address,
            inside=around(id_),
            role="focus" if id_ == focus else "",
        )
        for id_ in shown
    ]
    boundaries = [boundary(landscape.elements[id_], label, address, around(id_)) for id_ in framed]
    return Graph.of(nodes, edges(landscape.lift(shown)), boundaries)
