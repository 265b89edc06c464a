"""Where the boxes and arrows of a graph stand: see `engine` for who places them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from opsbook.diagrams.geometry import Box, Path, Size


@dataclass(frozen=True)
class Placed:
    """A graph with a place for everything, from (0, 0)."""

    nodes: tuple[Box, ...]
    boundaries: tuple[Box, ...]
    paths: tuple[Path, ...]
    """The corners of each edge, in the order in which edges were given."""
    labels: tuple[Box | None, ...]
    """Where the label of each edge stands."""
    width: float
    height: float


Flow: TypeAlias = Literal["down", "narrow", "quick", "right"]
"""Where edges lead: down as it looks best, down with boxes rather below each other than side by side, down as it is
placed soonest, to the right."""

_STRATEGIES: Mapping[Flow, str] = {
    "down": "NETWORK_SIMPLEX",
    "narrow": "SIMPLE",
    "quick": "BRANDES_KOEPF",
    "right": "NETWORK_SIMPLEX",
}
"""How ELK places the boxes of a layer: with few bends and in little room, with little room, or with few bends."""


@dataclass(frozen=True)
class Wanted:
    """What is to be placed; things are named by their index."""

    nodes: tuple[tuple[Size, int | None], ...]
    """Size and boundary."""
    boundaries: tuple[tuple[Size, int | None], ...]
    """Size of the title and the boundary around it."""
    edges: tuple[tuple[int, int, Size | None], ...]
    """Source, target and size of the label. No edge leads from a node to itself."""
    flow: Flow = "down"


_PLACES = '"FlowchartV2":'
"""What stands before the places in merman's answer, and nowhere else."""

FRAME = 24
"""How far the content of a boundary stays away from its sides."""

_ABOVE = 3
"""What it adds to the title of a boundary."""


def place(wanted: Wanted) -> Placed:
    """Place boxes so that no arrow runs through one."""
    from opsbook.diagrams.engine import engine  # every command would wait for it, and few draw

    merman, sizes = engine(_STRATEGIES[wanted.flow])
    sizes.known = {}
    lines = [f"flowchart {'LR' if wanted.flow == 'right' else 'TB'}", *_members(wanted, None, sizes.known)]
    for number, (source, target, label) in enumerate(wanted.edges):
        text = ""
        if label:
            sizes.known[f"e{number}"] = label
            text = f"|e{number}|"
        lines.append(f"k{source} a{number}@-->{text} k{target}")
    answer = merman.layout_json("\n".join(lines) + "\n", None)
    # Before the places stand 24,000 characters of settings.
    places, _ = json.JSONDecoder().raw_decode(answer, answer.index(_PLACES) + len(_PLACES))
    return _placed(places, wanted)


def _members(wanted: Wanted, boundary: int | None, known: dict[str, Size]) -> Iterable[str]:
    for number, (size, inside) in enumerate(wanted.nodes):
        if inside == boundary:
            # A picture of a given size is not measured. To be asked for a size costs as much as to place the node.
            yield f"k{number}@{{img: x, w: {size.width}, h: {size.height}}}"
    for number, (size, inside) in enumerate(wanted.boundaries):
        if inside == boundary:
            # The width of a title is not reserved, but makes gaps above and below its boundary.
            known[f"b{number}"] = Size(1, size.height - _ABOVE)
            yield f'subgraph b{number}["b{number}"]'
            yield from _members(wanted, number, known)
            yield "end"


def _placed(answer: Mapping[str, Any], wanted: Wanted) -> Placed:
    bounds = answer["bounds"]
    left, top = bounds["min_x"], bounds["min_y"]

    def box(found: Mapping[str, float]) -> Box:
        wide, high = found["width"], found["height"]
        return Box(round(found["x"] - wide / 2 - left, 1), round(found["y"] - high / 2 - top, 1), wide, high)

    nodes = {int(one["id"][1:]): box(one) for one in answer["nodes"] if not one["is_cluster"]}
    boundaries = {int(one["id"][1:]): box(one) for one in answer["clusters"]}
    found = {int(one["id"][1:]): one for one in answer["edges"]}
    edges = [found[number] for number in range(len(wanted.edges))]
    return Placed(
        tuple(nodes[number] for number in range(len(wanted.nodes))),
        tuple(boundaries[number] for number in range(len(wanted.boundaries))),
        tuple(tuple((round(at["x"] - left, 1), round(at["y"] - top, 1)) for at in edge["points"]) for edge in edges),
        tuple(box(edge["label"]) if edge["label"] else None for edge in edges),
        bounds["max_x"] - left,
        bounds["max_y"] - top,
    )
