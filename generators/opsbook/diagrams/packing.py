"""Graphs whose parts nothing connects: in rows below each other, where side by side they would be too wide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from math import ceil, sqrt
from typing import TypeVar

from opsbook.diagrams.geometry import Box, Path
from opsbook.diagrams.layout import Placed, Wanted, place

_GAP = 24
"""What is left free between parts."""

_SIDE_BY_SIDE = 2
"""How many unconnected nodes of a frame stand well in one row."""

_ROW = 4
"""How many neighbours of a node stand side by side where there is little room."""


@dataclass(frozen=True)
class _Part:
    """A part of a graph: the indices of what belongs to it, in order."""

    nodes: tuple[int, ...]
    boundaries: tuple[int, ...]
    edges: tuple[int, ...]

    def of(self, wanted: Wanted) -> Wanted:
        """The part as a graph of its own."""
        node = {old: new for new, old in enumerate(self.nodes)}
        frame: dict[int | None, int] = {old: new for new, old in enumerate(self.boundaries)}
        return Wanted(
            tuple((size, frame.get(inside)) for size, inside in (wanted.nodes[one] for one in self.nodes)),
            tuple((size, frame.get(inside)) for size, inside in (wanted.boundaries[one] for one in self.boundaries)),
            tuple(
                (node[source], node[target], label)
                for source, target, label in (wanted.edges[one] for one in self.edges)
            ),
            wanted.flow,
        )


class _Groups:
    """Things that belong together."""

    def __init__(self) -> None:
        self._leader: dict[Hashable, Hashable] = {}

    def leader(self, thing: Hashable) -> Hashable:
        """The one that stands for all that belong together with a thing."""
        while (above := self._leader.setdefault(thing, thing)) != thing:
            thing = above
        return thing

    def join(self, one: Hashable, other: Hashable) -> None:
        """Two things belong together."""
        self._leader[self.leader(other)] = self.leader(one)


def has_loose_parts(wanted: Wanted) -> bool:
    """Whether there is anything to put below each other that could stand side by side."""
    return len(_parts(wanted)) > 1 or next(_ties(wanted), None) is not None


def tied(wanted: Wanted) -> Wanted:
    """A graph with edges that are not drawn, and hold below each other what would stand side by side."""
    return replace(wanted, edges=(*wanted.edges, *((source, target, None) for source, target in _ties(wanted))))


def in_rows(wanted: Wanted, widest: float) -> Placed:
    """Place a graph with its unconnected parts in rows of about this width."""
    parts = _parts(wanted)
    placed = []
    for part in parts:
        count = len(part.edges)
        held = place(tied(part.of(wanted)))
        placed.append(replace(held, paths=held.paths[:count], labels=held.labels[:count]))
    order = sorted(range(len(parts)), key=lambda number: (-len(parts[number].nodes), parts[number].nodes))
    return _rows([(parts[number], placed[number]) for number in order], widest)


def _parts(wanted: Wanted) -> list[_Part]:
    """The parts of a graph that nothing connects."""
    groups = _Groups()
    for number, (_, inside) in enumerate(wanted.nodes):
        groups.join(("node", number), ("node", number) if inside is None else ("frame", inside))
    for number, (_, inside) in enumerate(wanted.boundaries):
        groups.join(("frame", number), ("frame", number if inside is None else inside))
    for source, target, _ in wanted.edges:
        groups.join(("node", source), ("node", target))
    nodes, frames, edges = defaultdict(list), defaultdict(list), defaultdict(list)
    for number in range(len(wanted.nodes)):
        nodes[groups.leader(("node", number))].append(number)
    for number in range(len(wanted.boundaries)):
        frames[groups.leader(("frame", number))].append(number)
    for number, (source, _, _) in enumerate(wanted.edges):
        edges[groups.leader(("node", source))].append(number)
    return [_Part(tuple(nodes[one]), tuple(frames[one]), tuple(edges[one])) for one in nodes]


def _ties(wanted: Wanted) -> Iterator[tuple[int, int]]:
    """The ends of the edges that `tied` adds."""
    yield from _ties_of_strangers(wanted)
    yield from _ties_of_leaves(wanted)


def _ties_of_leaves(wanted: Wanted) -> Iterator[tuple[int, int]]:
    """Those between nodes that all have the same node as their only neighbour."""
    near: dict[int, set[tuple[int, bool]]] = defaultdict(set)
    for source, target, _ in wanted.edges:
        near[source].add((target, True))
        near[target].add((source, False))
    leaves: dict[Hashable, list[int]] = defaultdict(list)
    for node, (_, inside) in enumerate(wanted.nodes):
        if len(near[node]) == 1:
            leaves[*near[node], inside].append(node)
    for row in leaves.values():
        if len(row) > _ROW:
            yield from zip(row, row[ceil(len(row) / 2) :], strict=False)


def _ties_of_strangers(wanted: Wanted) -> Iterator[tuple[int, int]]:
    """Those within each boundary, between what nothing connects."""
    outer = [inside for _, inside in wanted.boundaries]
    for frame in range(len(outer)):
        groups, members = _Groups(), {}
        for node, (_, inside) in enumerate(wanted.nodes):
            *_, unit = (("node", node), *_below(outer, inside, frame))
            if unit is not None:
                members[node] = unit
        for source, target, _ in wanted.edges:
            if source in members and target in members:
                groups.join(members[source], members[target])
        first: dict[Hashable, int] = {}
        for node, unit in members.items():
            first.setdefault(groups.leader(unit), node)
        apart = list(first.values())
        if len(apart) > _SIDE_BY_SIDE:
            yield from zip(apart, apart[ceil(sqrt(len(apart))) :], strict=False)


def _below(outer: list[int | None], inside: int | None, frame: int) -> Iterator[tuple[str, int] | None]:
    """The boundaries around a node from the inside out, until one is within `frame`; then None if none is."""
    while inside != frame:
        if inside is None:
            yield None
            return
        yield ("frame", inside)
        inside = outer[inside]


def _moved(box: Box, x: float, y: float) -> Box:
    return replace(box, x=box.x + x, y=box.y + y)


_Any = TypeVar("_Any")


def _sorted(found: dict[int, _Any]) -> tuple[_Any, ...]:
    """Things in the order of their indices."""
    return tuple(found[number] for number in range(len(found)))


def _rows(parts: list[tuple[_Part, Placed]], widest: float) -> Placed:
    """Parts beside each other as long as there is room, then in another row."""
    nodes: dict[int, Box] = {}
    frames: dict[int, Box] = {}
    paths: dict[int, Path] = {}
    labels: dict[int, Box | None] = {}
    x = y = high = wide = 0.0
    for part, placed in parts:
        if x and x + placed.width > widest:
            x, y, high = 0.0, y + high + _GAP, 0.0
        nodes |= zip(part.nodes, (_moved(box, x, y) for box in placed.nodes), strict=True)
        frames |= zip(part.boundaries, (_moved(box, x, y) for box in placed.boundaries), strict=True)
        paths |= zip(part.edges, (tuple((a + x, b + y) for a, b in path) for path in placed.paths), strict=True)
        labels |= zip(part.edges, (box and _moved(box, x, y) for box in placed.labels), strict=True)
        wide, high = max(wide, x + placed.width), max(high, placed.height)
        x += placed.width + _GAP
    return Placed(_sorted(nodes), _sorted(frames), _sorted(paths), _sorted(labels), wide, y + high)
