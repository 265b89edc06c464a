"""A picture before it is drawn: nodes, what ties them, and how it is split where it would be too large to read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from opsbook.diagrams.arranging import MOST_EDGES, MOST_NODES
from opsbook.diagrams.values import Boundary, Edge, Graph, Node, Stroke
from opsbook.kinds.architecture.model import Relationship
from opsbook.labels import N_, Labels

POSTER_NODES, POSTER_EDGES = 60, 90
"""What a poster can show; of more, no picture is made."""

_LONGEST = 48
"""How long the joint text of an edge may be before it names only the first of what it stands for."""

_TWO = 2

OTHERS = "~others"
"""The id of the boundary of what belongs to nobody here; it stands last."""

Grouping: TypeAlias = Mapping[str, Boundary]
"""The boundary that each node can be put into; a node without one stays by itself."""


@dataclass(frozen=True)
class Tie:
    """A relationship as a picture shows it: between two nodes, which hold the ends of the relationship."""

    source: str
    target: str
    start: str
    """The element that it really begins at: the source, or something within it."""
    end: str
    """The element that it really leads to."""
    relationship: Relationship
    said: str = ""
    """What stands at the arrow, plain text."""
    stroke: Stroke = "solid"
    weak: bool = False
    """Whether it has a weakness."""
    collapsed: bool = False
    """Whether one of its nodes stands for a whole boundary."""


@dataclass(frozen=True)
class Sketch:
    """The nodes of a picture, what ties them, and the frames around them."""

    nodes: Mapping[str, Node]
    ties: tuple[Tie, ...] = ()
    boundaries: Mapping[str, Boundary] = field(default_factory=dict)

    @property
    def lines(self) -> dict[tuple[str, str, Stroke], list[Tie]]:
        """The ties by the arrow that shows them."""
        found: dict[tuple[str, str, Stroke], list[Tie]] = defaultdict(list)
        for tie in self.ties:
            found[tie.source, tie.target, tie.stroke].append(tie)
        return found

    @property
    def fits(self) -> bool:
        """Whether it can be read in the column of a page."""
        return len(self.nodes) <= MOST_NODES and len(self.lines) <= MOST_EDGES

    @property
    def fits_poster(self) -> bool:
        """Whether a picture of it helps anybody."""
        return len(self.nodes) <= POSTER_NODES and len(self.lines) <= POSTER_EDGES

    def graph(self, label: Labels) -> Graph:
        """The picture as a graph."""
        edges = [
            Edge(source, target, joint(ties, label), stroke, any(tie.weak for tie in ties))
            for (source, target, stroke), ties in self.lines.items()
        ]
        return Graph.of(list(self.nodes.values()), edges, list(self._around().values()))

    def _around(self) -> dict[str, Boundary]:
        """The frames that hold something."""
        used: dict[str, Boundary] = {}
        for node in self.nodes.values():
            at = node.inside
            while at and at not in used:
                used[at] = self.boundaries[at]
                at = used[at].inside
        return used


def joint(ties: list[Tie], label: Labels) -> str:
    """What stands at an arrow that shows some ties."""
    said = sorted({tie.said for tie in ties if tie.said})
    if len(said) > 1 and any(tie.collapsed for tie in ties):
        return label(N_("{count} relationships")).format(count=len(ties))
    joint = " · ".join(said)
    return (
        joint if len(said) < _TWO or (len(said) == _TWO and len(joint) <= _LONGEST) else f"{said[0]} +{len(said) - 1}"
    )


@dataclass(frozen=True)
class Piece:
    """A part of a sketch that is too large for one picture."""

    sketch: Sketch
    boundary: Boundary | None = None
    """What it shows from within; none for the overview."""
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The nodes that stand for boundaries, and what each of them holds."""


def split(sketch: Sketch, groupings: Sequence[Grouping], label: Labels) -> list[Piece]:
    """A sketch as it is where it can be read, else by boundary: an overview, then each with what it deals with."""
    if sketch.fits:
        return [Piece(sketch)]
    for number, grouping in enumerate(groupings):
        groups = _groups(sketch, grouping)
        whole = collapse(sketch, grouping, frozenset(), label)
        if len(whole.nodes) == len(sketch.nodes) or len(whole.nodes) == 1:
            continue
        every = Piece(whole, None, {boundary.id: ids for boundary, ids in groups.items()})
        pieces = [every] if len(whole.nodes) > _TWO else []
        for boundary in groups:
            pieces += _within(sketch, grouping, boundary, groupings[number + 1 :], label)
        return pieces
    return [Piece(sketch)]


def _within(
    sketch: Sketch, grouping: Grouping, boundary: Boundary, more: Sequence[Grouping], label: Labels
) -> list[Piece]:
    """What a boundary holds, with its neighbours as the boundaries that hold them; smaller pieces where need be."""
    groups = _groups(sketch, grouping)
    members = frozenset(groups[boundary])
    touching = replace(sketch, ties=_touching(sketch, members))
    inner = _framed(near(collapse(touching, grouping, members, label), members), boundary, members)
    rest = [one for one in split(inner, more, label) if one.boundary]
    if len([one for one in rest if members & one.sketch.nodes.keys()]) > 1:
        return rest
    if not inner.fits:
        others = Boundary(OTHERS, label(N_("Everything else")))
        around = {id_: others for id_ in inner.nodes if id_ not in members}
        inner = collapse(inner, around, members, label)
    held = {other.id: found for other, found in groups.items() if other.id in inner.nodes}
    return [Piece(inner, boundary, held)]


def collapse(sketch: Sketch, grouping: Grouping, spared: frozenset[str], label: Labels) -> Sketch:
    """A sketch with a node for each boundary of a grouping, but for the nodes that are spared."""
    groups = _groups(sketch, grouping)
    stands = {id_: boundary.id for boundary, ids in groups.items() for id_ in ids if id_ not in spared}
    nodes = {id_: node for id_, node in sketch.nodes.items() if id_ not in stands}
    for boundary, ids in groups.items():
        if set(ids) - spared:
            count = label(N_("{count} elements")).format(count=len(ids)) if len(ids) > 1 else ""
            note = " · ".join(part for part in (boundary.note, count) if part)
            nodes[boundary.id] = Node(boundary.id, boundary.title, note, address=boundary.address, role="faded")
    ends = ((tie, stands.get(tie.source, tie.source), stands.get(tie.target, tie.target)) for tie in sketch.ties)
    ties = (
        # One arrow stands for several relationships, and they need not be of one mode.
        replace(tie, source=source, target=target, stroke="solid", collapsed=True)
        if tie.source in stands or tie.target in stands
        else tie
        for tie, source, target in ends
        if source != target
    )
    return Sketch(nodes, tuple(ties), sketch.boundaries)


def near(sketch: Sketch, ids: frozenset[str]) -> Sketch:
    """Of a sketch, some nodes and what they are tied to."""
    ties = _touching(sketch, ids)
    kept = {*ids, *(tie.source for tie in ties), *(tie.target for tie in ties)}
    return Sketch({id_: node for id_, node in sketch.nodes.items() if id_ in kept}, ties, sketch.boundaries)


def _touching(sketch: Sketch, ids: frozenset[str]) -> tuple[Tie, ...]:
    return tuple(tie for tie in sketch.ties if tie.source in ids or tie.target in ids)


def _groups(sketch: Sketch, grouping: Grouping) -> dict[Boundary, tuple[str, ...]]:
    found: dict[Boundary, list[str]] = defaultdict(list)
    for id_ in sorted(sketch.nodes):
        if id_ in grouping:
            found[grouping[id_]].append(id_)
    return {
        boundary: tuple(found[boundary])
        for boundary in sorted(found, key=lambda one: (one.id == OTHERS, one.title.casefold(), one.id))
    }


def _framed(sketch: Sketch, boundary: Boundary, ids: frozenset[str]) -> Sketch:
    """A sketch with a boundary around some of its nodes, and around the frames that these have already."""
    nodes, boundaries = dict(sketch.nodes), dict(sketch.boundaries)
    boundaries[boundary.id] = boundaries.get(boundary.id, boundary)
    for id_ in ids:
        chain = [nodes[id_].inside]
        while chain[-1] and chain[-1] != boundary.id:
            chain.append(boundaries[chain[-1]].inside)
        if chain[-1] == boundary.id:
            continue
        frames = [one for one in chain if one]
        if frames:
            boundaries[frames[-1]] = replace(boundaries[frames[-1]], inside=boundary.id)
        else:
            nodes[id_] = replace(nodes[id_], inside=boundary.id)
    for id_, node in nodes.items():
        if id_ not in ids and node.inside:
            nodes[id_] = replace(node, inside="")
    return Sketch(nodes, sketch.ties, boundaries)
