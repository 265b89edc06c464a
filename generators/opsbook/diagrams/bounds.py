"""How wide a picture becomes at least, told without placing anything: to place is what pictures cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import permutations
from typing import Literal, TypeAlias

from opsbook.diagrams.layout import FRAME, Wanted

_GAP = 40
"""How far ELK keeps boxes of one row away from each other."""

_LABEL_GAP = 20
"""How far it keeps labels of one row away from each other."""

_Unit: TypeAlias = tuple[Literal["node", "frame"], int]
"""What stands in a frame or in none: a node, or a frame with all that it holds."""

_Side: TypeAlias = Literal["above", "below", "either"]

_Beside: TypeAlias = tuple[_Unit, bool | None]
"""The one neighbour of what stands in a row. And of what is tied to another thing with the same neighbour, so that one
of them stands below, whether it is the upper one."""


def least_width(wanted: Wanted) -> float:
    """How wide a graph is at least that leads down; it may well become wider.

    ELK puts what an edge connects into rows next to each other if it can, and with what has one neighbour it can. So
    all that have the same neighbour on the same side stand beside each other, as do the labels between. What has edges
    both from and to its neighbour goes to one side of it with all others of the kind. Of that there are exceptions by
    a box, in graphs of few: the figure is one to choose by and not one to place by.
    """
    return _Level(wanted).width(None)


class _Level:
    """A graph as what stands in each frame, and what is connected there."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._held: dict[int | None, list[_Unit]] = defaultdict(list)
        self._near: dict[_Unit, set[tuple[_Unit, bool]]] = defaultdict(set)
        """The neighbours of each, and whether an edge leads to them rather than comes from them."""
        self._labels: dict[_Unit, list[float]] = defaultdict(list)
        self._leaving: set[_Unit] = set()
        """What has edges to something outside of its frame, which may draw it anywhere."""
        for number, (_, inside) in enumerate(wanted.nodes):
            self._held[inside].append(("node", number))
        for number, (_, inside) in enumerate(wanted.boundaries):
            self._held[inside].append(("frame", number))
        for source, target, label in wanted.edges:
            self._connect(list(self._outwards(source)), list(self._outwards(target)), label.width if label else None)

    def _outwards(self, node: int) -> Iterator[_Unit]:
        """A node and the frames around it."""
        yield "node", node
        inside = self._wanted.nodes[node][1]
        while inside is not None:
            yield "frame", inside
            inside = self._wanted.boundaries[inside][1]

    def _connect(self, start: list[_Unit], end: list[_Unit], label: float | None) -> None:
        """An edge between two nodes is one between what holds them, where they are in different things."""
        while start[-1] == end[-1]:
            start.pop()
            end.pop()
        self._near[start[-1]].add((end[-1], True))
        self._near[end[-1]].add((start[-1], False))
        self._leaving.update(start[:-1], end[:-1])
        if label is not None:
            self._labels[start[-1]].append(label)
            self._labels[end[-1]].append(label)

    def width(self, frame: int | None) -> float:
        """How wide a frame is at least, or all of the picture. Labels may reach beyond the content of their frame."""
        boxes: dict[_Beside, _Rows] = defaultdict(_Rows)
        labels: dict[_Beside, _Rows] = defaultdict(_Rows)
        content = 0.0
        for unit in self._held[frame]:
            width = self._box(unit)
            content = max(content, width)
            for beside, side in self._place(unit):
                boxes[beside].add(side, [width])
                labels[beside].add(side, self._labels[unit] if beside[1] is None else [])
        content = max([content, *(rows.width(_GAP) for rows in boxes.values())])
        between = max((rows.width(_LABEL_GAP) for rows in labels.values()), default=0)
        return max(content if frame is None else content + 2 * FRAME, between)

    def _box(self, unit: _Unit) -> float:
        kind, number = unit
        return self._wanted.nodes[number][0].width if kind == "node" else self.width(number)

    def _place(self, unit: _Unit) -> Iterator[tuple[_Beside, _Side]]:
        """In which row a unit stands, unless it may stand anywhere."""
        near = self._near[unit]
        others = {other for other, _ in near}
        if unit in self._leaving:
            return
        if len(others) == 1:
            (other,) = others
            side: _Side = "either" if len(near) > 1 else "above" if (other, True) in near else "below"
            yield (other, None), side
        elif len(near) == 2:  # noqa: PLR2004  # it stands between two things
            for (other, leads), (tied, down) in permutations(near):
                if tied not in self._leaving and self._near[tied] == {(other, leads), (unit, not down)}:
                    yield (other, down), "above" if leads else "below"


class _Rows:
    """What stands in the row above a thing, in that below it, or in one of the two."""

    def __init__(self) -> None:
        self._widths: dict[_Side, list[float]] = {"above": [], "below": [], "either": []}

    def add(self, side: _Side, widths: list[float]) -> None:
        """Something that stands there."""
        self._widths[side] += widths

    def width(self, gap: float) -> float:
        """How wide the wider row is at least: what stands on either side is all in the row with more room for it."""
        room = {side: sum(widths) + gap * len(widths) for side, widths in self._widths.items()}
        narrower, wider = sorted((room["above"], room["below"]))
        return max(wider, narrower + room["either"]) - gap
