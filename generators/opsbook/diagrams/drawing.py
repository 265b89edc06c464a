"""The picture of a diagram: SVG without styles of its own, so that the site's style sheet colours it.

Sizes are in units that are pixels where nothing is scaled. Texts are at least `SMALL`, so that a picture of up to
`WIDEST` still has ten pixels of type in the column of a page; wider ones are scrolled instead of shrunk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from opsbook.diagrams.arranging import WIDEST, Arranged, arrange
from opsbook.diagrams.frames import depths, grown, title_at
from opsbook.diagrams.geometry import Box, Path
from opsbook.diagrams.layout import Placed
from opsbook.diagrams.sequence import draw_sequence
from opsbook.diagrams.shapes import (
    arrow,
    draw_node,
    link_end,
    link_start,
    picture,
    plated,
    rectangle,
)
from opsbook.diagrams.text import Lines
from opsbook.diagrams.values import Boundary, Diagram, Graph


@dataclass(frozen=True)
class Drawing:
    """A picture, and what has to be said beside it."""

    svg: str
    width: int
    height: int
    legend: tuple[str, ...] = ()
    """The labels of the edges in the order of their numbers, where the picture only has room for these."""


@lru_cache(maxsize=4096)
def draw(diagram: Diagram) -> Drawing:
    """The picture of a diagram. Equal diagrams are drawn once in a process."""
    if not isinstance(diagram, Graph):
        return Drawing(*draw_sequence(diagram, WIDEST))
    if not diagram.nodes and not diagram.boundaries:
        return Drawing("", 0, 0)
    arranged = arrange(diagram)
    placed = grown(arranged.placed, arranged.wanted)
    parts = _parts(diagram, arranged, placed)
    return Drawing(*picture("".join(parts), placed.width, placed.height), arranged.legend)


def _parts(graph: Graph, arranged: Arranged, placed: Placed) -> Iterator[str]:
    """What is drawn, from the back to the front."""
    depth = depths(graph)
    order = sorted(range(len(graph.boundaries)), key=depth.__getitem__)
    for number in order:
        yield rectangle("opsbook-frame", placed.boundaries[number])
    for edge, path in zip(arranged.edges, placed.paths, strict=True):
        css = f"opsbook-edge opsbook-{edge.stroke}" + (" opsbook-weak" if edge.weak else "")
        yield arrow(path, css, hollow=edge.stroke == "dashed")
    for node, text, box in zip(graph.nodes, arranged.nodes, placed.nodes, strict=False):
        yield from draw_node(node, text, box)
    for boundary, title, box in zip(graph.boundaries, arranged.titles, placed.boundaries, strict=True):
        yield _named(boundary, title, box, placed.paths)
    for label, place_ in zip(arranged.labels, placed.labels, strict=True):
        if place_:
            x, y = place_.middle
            yield plated(label, (x, y - label.height / 2), "opsbook-label")


def _named(boundary: Boundary, title: Lines, frame: Box, paths: tuple[Path, ...]) -> str:
    text = plated(title, title_at(frame, title, paths), "opsbook-boundary-title", anchor="start")
    return link_start(boundary.address) + text + link_end(boundary.address)
