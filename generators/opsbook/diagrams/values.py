"""What a diagram shows, not yet placed anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Shape: TypeAlias = Literal["box", "person", "database", "queue", "storage", "external"]
"""The outline of a node."""

Stroke: TypeAlias = Literal["solid", "dashed", "dotted"]
"""The line of an edge: solid for what is waited for, dashed for what is not, dotted for what comes back."""


@dataclass(frozen=True)
class Node:
    """A box of a graph, or a participant of a sequence."""

    id: str
    """Unique in its diagram; any text."""
    title: str
    """Plain text."""
    note: str = ""
    """A second line, such as what it is made with."""
    shape: Shape = "box"
    inside: str = ""
    """The id of the boundary around it."""
    address: str = ""
    """Where a click leads, seen from the page: `elements/app.md`, with an anchor perhaps."""
    role: Literal["", "focus", "faded", "weak"] = ""
    """How it stands out: what a view is about, what is only there for context, what has a weakness."""


@dataclass(frozen=True)
class Boundary:
    """A frame around nodes and other boundaries."""

    id: str
    title: str
    note: str = ""
    inside: str = ""
    """The id of the boundary around it."""
    address: str = ""
    """Where a click leads, seen from the page."""


@dataclass(frozen=True)
class Edge:
    """An arrow from one node to another."""

    source: str
    target: str
    label: str = ""
    stroke: Stroke = "solid"
    weak: bool = False
    """Whether it has a weakness."""


@dataclass(frozen=True)
class Graph:
    """Boxes and arrows. Equal sets of them make an equal picture, whatever their order."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()
    boundaries: tuple[Boundary, ...] = ()

    @classmethod
    def of(cls, nodes: list[Node], edges: list[Edge], boundaries: list[Boundary] | None = None) -> Graph:
        """A graph in the one order that it has: by id."""
        return cls(
            tuple(sorted(nodes, key=lambda node: node.id)),
            tuple(sorted(edges, key=lambda edge: (edge.source, edge.target, edge.label, edge.stroke, edge.weak))),
            tuple(sorted(boundaries or [], key=lambda boundary: boundary.id)),
        )


@dataclass(frozen=True)
class SequenceMessage:
    """A message from one participant of a sequence to another, or to itself."""

    source: str
    target: str
    label: str
    stroke: Stroke = "solid"
    when: str = ""
    """The case in which it is sent. Neighbours of one case share a box."""


@dataclass(frozen=True)
class Sequence:
    """Participants, and their messages in the order of time."""

    participants: tuple[Node, ...]
    messages: tuple[SequenceMessage, ...]


Diagram: TypeAlias = Graph | Sequence
