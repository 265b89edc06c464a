"""The frames of a graph: how their titles break, and how large they become."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from opsbook.diagrams.geometry import Box, Path, Point, Size, overlap
from opsbook.diagrams.layout import FRAME, Placed, Wanted
from opsbook.diagrams.text import NAME, Lines, width, wrap
from opsbook.diagrams.values import Boundary, Graph

SIDE = 8
"""How far a title stays away from the sides of its frame."""

_LONGEST = 200
"""How wide a word of a title may make what is in its frame."""
_AIR = 6
"""How far frames stay away from the labels of edges that run within them."""
_STACKED = 2
"""How many parts of a frame may all stand below each other; of more, some stand side by side."""

_BESIDE = 4
"""How far a picture reaches beyond what was placed, within its margin."""


def called(boundary: Boundary) -> str:
    """What stands at the top of a frame."""
    return f"{boundary.title} · {boundary.note}" if boundary.note else boundary.title


def depths(graph: Graph) -> list[int]:
    """How many frames are around each boundary."""
    outer = {one.id: one.inside for one in graph.boundaries}
    return [sum(1 for _ in _outwards(outer, boundary.inside)) for boundary in graph.boundaries]


def _outwards(outer: Mapping[str, str], id_: str) -> Iterator[str]:
    """A boundary and those around it."""
    while id_:
        yield id_
        id_ = outer[id_]


def needed(graph: Graph) -> dict[str, float]:
    """How wide what is in each frame has to be so that the longest word of its title fits."""
    return {
        boundary.id: min(max((width(word, NAME) for word in called(boundary).split()), default=0), _LONGEST)
        - 2 * (FRAME - SIDE)
        for boundary in graph.boundaries
    }


def titles(graph: Graph, widths: list[float], *, beside: bool) -> list[Lines]:
    """The titles in lines, where nodes have these widths. They fit whatever becomes of the frames, unless `beside`.

    `beside` trusts that frames with many parts have several of them side by side.
    """
    content: dict[str, list[float]] = {boundary.id: [] for boundary in graph.boundaries}
    for node, wide in zip(graph.nodes, widths, strict=True):
        if node.inside:
            content[node.inside].append(wide)
    made: dict[str, Lines] = {}
    for _, boundary in sorted(zip(depths(graph), graph.boundaries, strict=True), key=lambda one: -one[0]):
        parts = content[boundary.id]
        inner = max(parts, default=min(width(called(boundary), NAME), _LONGEST))
        if boundary.inside:
            content[boundary.inside].append(inner + 2 * FRAME)
        room = (inner * 2 if beside and len(parts) > _STACKED else inner) + 2 * (FRAME - SIDE)
        made[boundary.id] = wrap(called(boundary), room, NAME, 4, growth=1)
    return [made[boundary.id] for boundary in graph.boundaries]


def title_at(frame: Box, title: Lines, paths: tuple[Path, ...]) -> Point:
    """Where the title of a frame begins: at the left, or where no edge crosses it."""
    top = frame.y + 4
    crossed = sorted(
        x for path in paths for (x, y), (_, z) in pairwise(path) if min(y, z) < top + title.height and max(y, z) > top
    )
    left, right = frame.x + SIDE, frame.right - SIDE - title.width
    clear = (x for x in (left, *(x + SIDE for x in crossed)) if left <= x <= right)
    return next((x for x in clear if not any(x - 4 < at < x + title.width + 4 for at in crossed)), left), top


def grown(placed: Placed, wanted: Wanted) -> Placed:
    """Frames as large as the labels of the edges within them ask for, as far as nothing else is in the way."""
    outer = [inside for _, inside in wanted.boundaries]
    chains = [_chain(outer, number) for number in range(len(outer))]
    frames = list(placed.boundaries)
    for number in sorted(range(len(frames)), key=lambda number: -len(chains[number])):
        within = {
            node for node, (_, inside) in enumerate(wanted.nodes) if inside is not None and number in chains[inside]
        }
        held = [
            label
            for (source, target, _), label in zip(wanted.edges, placed.labels, strict=True)
            if label and source in within and target in within
        ]
        held += [frames[one] for one, inside in enumerate(outer) if inside == number]
        others = [box for node, box in enumerate(placed.nodes) if node not in within]
        others += [box for one, box in enumerate(frames) if one not in chains[number] and number not in chains[one]]
        frames[number] = _grown(frames[number], held, others, Size(placed.width, placed.height))
    return replace(placed, boundaries=tuple(frames))


def _chain(outer: list[int | None], number: int) -> list[int]:
    """A boundary and those around it."""
    chain = [number]
    while (above := outer[chain[-1]]) is not None:
        chain.append(above)
    return chain


def _grown(frame: Box, held: list[Box], others: list[Box], whole: Size) -> Box:
    """A frame with each side moved as far out as what it holds asks for, unless something else is there."""
    left = max(min([frame.x, *(box.x - _AIR for box in held)]), -_BESIDE)
    top = max(min([frame.y, *(box.y - _AIR for box in held)]), -_BESIDE)
    right = min(max([frame.right, *(box.right + _AIR for box in held)]), whole.width + _BESIDE)
    bottom = min(max([frame.bottom, *(box.bottom + _AIR for box in held)]), whole.height + _BESIDE)
    for dx, dy, wide, high in (
        (left - frame.x, 0, frame.x - left, 0),
        (0, 0, right - frame.right, 0),
        (0, top - frame.y, 0, frame.y - top),
        (0, 0, 0, bottom - frame.bottom),
    ):
        larger = Box(frame.x + dx, frame.y + dy, frame.width + wide, frame.height + high)
        if not any(overlap(larger, other) for other in others):
            frame = larger
    return frame
