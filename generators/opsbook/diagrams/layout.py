"""Where the boxes and arrows of a graph stand: placed by ELK, as merman brings it.

merman is asked for positions alone. Its own SVG weighs a hundred times what a diagram needs and lets some texts
overflow; positions of boxes whose sizes we tell it are exact (docs/decisions/0015).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from merman import (
    MermanEngine,
    MermanEngineServices,
    MermanTextMeasurementOperation,
    MermanTextMeasurementResultKind,
    MermanTextMeasurer,
    MermanTextMeasureRequest,
    MermanTextMeasureResult,
)


@dataclass(frozen=True)
class Box:
    """A rectangle by its upper left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Size:
    """How large a thing has to be."""

    width: float
    height: float


@dataclass(frozen=True)
class Placed:
    """A graph with a place for everything, from (0, 0)."""

    nodes: Mapping[int, Box]
    boundaries: Mapping[int, Box]
    paths: tuple[tuple[tuple[float, float], ...], ...]
    """The corners of each edge, in the order in which edges were given."""
    labels: tuple[Box | None, ...]
    """Where the label of each edge stands."""
    width: float
    height: float


@dataclass(frozen=True)
class Wanted:
    """What is to be placed; things are named by their index."""

    nodes: tuple[tuple[Size, int | None], ...]
    """Size and boundary."""
    boundaries: tuple[tuple[Size, int | None], ...]
    """Size of the title and the boundary around it."""
    edges: tuple[tuple[int, int, Size | None], ...]
    """Source, target and size of the label."""
    direction: str = "TB"


_PADDING = Size(32, 24)
"""What Mermaid adds to a node's text."""

_OPTIONS = json.dumps(
    {
        "site_config": {
            "layout": "elk",
            "htmlLabels": False,
            "flowchart": {
                "htmlLabels": False,
                "padding": 0,
                "wrappingWidth": 5000,
                "minNodeWidth": 0,
                "nodeSpacing": 22,
                "rankSpacing": 30,
            },
        }
    }
)


class _Sizes(MermanTextMeasurer):
    """Tells merman the sizes of what is to be placed, by the label that each thing is given for the purpose."""

    def __init__(self) -> None:
        self.known: dict[str, Size] = {}

    def measure(self, request: MermanTextMeasureRequest) -> MermanTextMeasureResult:
        """The size that was asked for; texts of merman's own have none."""
        size = self.known.get(request.text, Size(0, 0))
        operation = MermanTextMeasurementOperation
        kind = _RESULTS.get(request.operation, MermanTextMeasurementResultKind.LENGTH)
        length = {
            operation.TSPAN_B_BOX_HEIGHT: size.height,
            operation.SIMPLE_B_BOX_HEIGHT: size.height,
            operation.RAW_B_BOX_HEIGHT: size.height,
        }.get(request.operation, 0 if "OFFSET" in request.operation.name else size.width)
        metrics = kind in (
            MermanTextMeasurementResultKind.METRICS,
            MermanTextMeasurementResultKind.WRAPPED_WITH_RAW_WIDTH,
        )
        extents = kind is MermanTextMeasurementResultKind.HORIZONTAL_EXTENTS
        return MermanTextMeasureResult(
            result_kind=kind,
            width=size.width if metrics else 0,
            height=size.height if metrics else 0,
            length=0 if metrics or extents else length,
            line_count=1 if metrics else 0,
            bbox_left=0 if extents else None,
            bbox_right=size.width if extents else None,
            raw_width=size.width if kind is MermanTextMeasurementResultKind.WRAPPED_WITH_RAW_WIDTH else None,
        )


_RESULTS = {
    MermanTextMeasurementOperation.MEASURE: MermanTextMeasurementResultKind.METRICS,
    MermanTextMeasurementOperation.WRAPPED: MermanTextMeasurementResultKind.METRICS,
    MermanTextMeasurementOperation.MERMAID_CALCULATE_TEXT_DIMENSIONS: MermanTextMeasurementResultKind.METRICS,
    MermanTextMeasurementOperation.B_BOX_X: MermanTextMeasurementResultKind.HORIZONTAL_EXTENTS,
    MermanTextMeasurementOperation.B_BOX_X_WITH_ASCII_OVERHANG: MermanTextMeasurementResultKind.HORIZONTAL_EXTENTS,
    MermanTextMeasurementOperation.TITLE_B_BOX_X: MermanTextMeasurementResultKind.HORIZONTAL_EXTENTS,
    MermanTextMeasurementOperation.WRAPPED_WITH_RAW_WIDTH: MermanTextMeasurementResultKind.WRAPPED_WITH_RAW_WIDTH,
}


@cache
def _engine() -> tuple[MermanEngine, _Sizes]:
    sizes = _Sizes()
    return MermanEngine(None, MermanEngineServices().with_text_measurer(sizes)), sizes


def place(wanted: Wanted) -> Placed:
    """Place boxes from top to bottom (or left to right) so that no arrow runs through one."""
    engine, sizes = _engine()
    sizes.known = {}
    lines = [f"flowchart {wanted.direction}", *_members(wanted, None, sizes.known)]
    for number, (source, target, label) in enumerate(wanted.edges):
        text = ""
        if label:
            sizes.known[f"e{number}"] = label
            text = f"|e{number}|"
        lines.append(f"k{source} a{number}@-->{text} k{target}")
    answer = json.loads(engine.layout_json("\n".join(lines) + "\n", _OPTIONS))["layout"]["FlowchartV2"]
    return _placed(answer, wanted)


def _members(wanted: Wanted, boundary: int | None, known: dict[str, Size]) -> Iterable[str]:
    for number, (size, inside) in enumerate(wanted.nodes):
        if inside == boundary:
            known[f"k{number}"] = Size(size.width - _PADDING.width, size.height - _PADDING.height)
            yield f'k{number}["k{number}"]'
    for number, (size, inside) in enumerate(wanted.boundaries):
        if inside == boundary:
            known[f"b{number}"] = size
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
    paths = [tuple((round(one["x"] - left, 1), round(one["y"] - top, 1)) for one in edge["points"]) for edge in edges]
    labels = [box(edge["label"]) if edge["label"] else None for edge in edges]
    return Placed(nodes, boundaries, tuple(paths), tuple(labels), bounds["max_x"] - left, bounds["max_y"] - top)
