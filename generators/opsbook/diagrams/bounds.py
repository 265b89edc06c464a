"""How wide a picture becomes at least, told without placing anything: to place is what pictures cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import permutations
from typing import Literal, TypeAlias

from opsbook.diagrams.layout import FRAME, Wanted

_GAP = 40
"""How far ELK keeps boxes of one layer away from each other."""

_LABEL_GAP = 20
"""How far it keeps labels of one layer away from each other."""

_Unit: TypeAlias = tuple[Literal["node", "frame"], int]
"""What stands in a frame or in none: a node, or a frame with all that it holds."""

_Side: TypeAlias = tuple[_Unit, bool]
"""A neighbour, and whether an edge leads to it rather than comes from it."""

_Beside: TypeAlias = tuple[_Unit, bool | None]
"""The one neighbour of what stands in a row. And of what is tied to another thing with the same neighbour, so that one
of them stands below, whether it is the upper one."""

_TWO = 2


def least_width(wanted: Wanted) -> float:
    """How wide a graph is at least that leads down; it may well become wider.

    ELK puts what an edge connects into layers next to each other if it can, and with what has one neighbour it always
    can. So all that have the same neighbour on the same side stand beside each other, and so do the labels between.
    """
    return _Units(wanted).width(None)


class _Units:
    """A graph as what stands in each frame, and what is connected there."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._held: dict[int | None, list[_Unit]] = defaultdict(list)
        self._near: dict[_Unit, set[_Side]] = defaultdict(set)
        self._labels: dict[_Unit, list[float]] = defaultdict(list)
        self._leaving: set[_Unit] = set()
        for number, (_, inside) in enumerate(wanted.nodes):
            self._held[inside].append(("node", number))
        for number, (_, inside) in enumerate(wanted.boundaries):
            self._held[inside].append(("frame", number))
        for source, target, label in wanted.edges:
            start, end = list(self._around(source)), list(self._around(target))
            while start[-1] == end[-1]:
                start.pop(), end.pop()
            self._near[start[-1]].add((end[-1], True))
            self._near[end[-1]].add((start[-1], False))
            self._leaving.update(start[:-1], end[:-1])
            for unit in (start[-1], end[-1]) if label else ():
                self._labels[unit].append(label.width)

    def _around(self, node: int) -> Iterator[_Unit]:
        """A node and the frames around it, from the inside out."""
        yield "node", node
        inside = self._wanted.nodes[node][1]
        while inside is not None:
            yield "frame", inside
            inside = self._wanted.boundaries[inside][1]

    def width(self, frame: int | None) -> float:
        """How wide a frame is at least, or all of the picture. Labels may reach beyond the content of their frame."""
        wide = {unit: self._box(unit) for unit in self._held[frame]}
        boxes: dict[_Beside, _Rows] = defaultdict(_Rows)
        labels: dict[_Beside, _Rows] = defaultdict(_Rows)
        for unit in wide:
            for beside, side in self._place(unit):
                boxes[beside].add(side, [wide[unit]])
                labels[beside].add(side, self._labels[unit] if beside[1] is None else [])
        content = max([0, *wide.values(), *(rows.width(_GAP) for rows in boxes.values())])
        between = max((rows.width(_LABEL_GAP) for rows in labels.values()), default=0)
        return max(content if frame is None else content + 2 * FRAME, between)

    def _box(self, unit: _Unit) -> float:
        kind, number = unit
        return self._wanted.nodes[number][0].width if kind == "node" else self.width(number)

    def _place(self, unit: _Unit) -> Iterator[tuple[_Beside, bool | None]]:
        """Beside what a unit stands and on which side of that, where it has to stand somewhere."""
        near = self._near[unit]
        others = {other for other, _ in near}
        if unit in self._leaving:
            return
        if len(others) == 1:
            (other,) = others
            yield (other, None), next(iter(near))[1] if len(near) == 1 else None
        elif len(near) == _TWO:
            for (other, leads), (tied, down) in permutations(near):
                if tied not in self._leaving and self._near[tied] == {(other, leads), (unit, not down)}:
                    yield (other, down), leads


class _Rows:
    """What stands in the row above a thing, in that below it, or in one of the two."""

    def __init__(self) -> None:
        self._widths: dict[bool | None, list[float]] = {True: [], False: [], None: []}

    def add(self, side: bool | None, widths: list[float]) -> None:  # noqa: FBT001  # a side, not a switch
        """Something that stands there."""
        self._widths[side] += widths

    def width(self, gap: float) -> float:
        """How wide the wider row is at least."""
        above, below, either = (
            sum(widths) + gap * len(widths) for widths in (self._widths[True], self._widths[False], self._widths[None])
        )
        return max(above, below, min(above, below) + either) - gap
