"""The picture of a diagram: SVG without styles of its own, so that the site's style sheet colours it.

Sizes are in units that are pixels where nothing is scaled. Texts are at least `SMALL`, so that a picture of up to
`WIDEST` still has ten pixels of type in the column of a page; wider ones are scrolled instead of shrunk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from opsbook.diagrams.frames import SIDE, depths, grown, needed, title_at, titles
from opsbook.diagrams.geometry import Box, Path, Size
from opsbook.diagrams.layout import FRAME, Flow, Placed, Wanted, place
from opsbook.diagrams.packing import has_loose_parts, in_rows
from opsbook.diagrams.sequence import draw_sequence
from opsbook.diagrams.shapes import (
    MARGIN,
    Written,
    arrow,
    draw_node,
    link_end,
    link_start,
    picture,
    plated,
    rectangle,
    write_node,
)
from opsbook.diagrams.text import LINE, SMALL, Lines, wrap
from opsbook.diagrams.values import Boundary, Diagram, Edge, Graph

COLUMN = 688
"""The width of a page's column in pixels, with the navigation beside it."""

LEGIBLE = 10
"""The size in pixels below which no text may be shown."""

WIDEST = COLUMN * SMALL // LEGIBLE
"""How wide a picture may be that a column shows whole."""

MOST_NODES = 15
"""How many nodes a picture may have and still be taken in at a glance."""

MOST_EDGES = 22
"""How many edges it may have."""


@dataclass(frozen=True)
class Drawing:
    """A picture, and what has to be said beside it."""

    svg: str
    width: int
    height: int
    legend: tuple[str, ...] = ()
    """The labels of the edges in the order of their numbers, where the picture only has room for these."""


@dataclass(frozen=True)
class _Manner:
    """How a graph is drawn: `node` and `edge` are how wide the texts of either may be."""

    node: float
    edge: float
    flow: Flow = "down"
    numbered: bool = False
    """Whether edges bear numbers."""
    rows: bool = True
    """Whether what nothing connects stands in rows below each other."""


_MANNERS = (
    _Manner(150, 112, rows=False),
    _Manner(150, 112),
    _Manner(116, 84),
    _Manner(116, 84, "right"),
    _Manner(116, 84, "narrow"),
    _Manner(90, 64, "narrow"),
    _Manner(104, 84, "narrow", numbered=True),
    _Manner(90, 84, "narrow", numbered=True),
)
"""As it reads best, then in the ways in which it may be narrower."""


_TOO_WIDE = 1.5
"""How many times too wide a picture is that narrower texts have never made fit; numbers still may."""


@dataclass(frozen=True)
class _Texts:
    """The texts of a graph, broken into lines."""

    nodes: list[Written]
    labels: list[Lines]
    titles: list[Lines]


@dataclass(frozen=True)
class _Arranged:
    """A graph in one manner, with a place for everything, not yet drawn."""

    edges: list[Edge]
    texts: _Texts
    wanted: Wanted
    placed: Placed
    legend: tuple[str, ...]

    @property
    def width(self) -> int:
        """How wide its picture is."""
        return round(self.placed.width + 2 * MARGIN)

    @property
    def fits(self) -> bool:
        """Whether a column shows it whole."""
        return self.width <= WIDEST


@lru_cache(maxsize=4096)
def draw(diagram: Diagram) -> Drawing:
    """The picture of a diagram. Equal diagrams are drawn once in a process."""
    if not isinstance(diagram, Graph):
        return Drawing(*draw_sequence(diagram, WIDEST))
    if not diagram.nodes and not diagram.boundaries:
        return Drawing("", 0, 0)
    chosen = _chosen(diagram)
    placed = grown(chosen.placed, chosen.wanted)
    parts = _parts(diagram, chosen.edges, chosen.texts, placed)
    return Drawing(*picture("".join(parts), placed.width, placed.height), chosen.legend)


def _chosen(graph: Graph) -> _Arranged:
    """A graph in the first manner that fits a column.

    What is too wide even where edges bear numbers bears labels: it is scrolled anyway.
    """
    poster = _arranged(graph, _MANNERS[0])
    if not poster.fits and has_loose_parts(poster.wanted):
        poster = _arranged(graph, _MANNERS[1])
    if poster.fits:
        return poster
    labelled = [poster]
    large = len(graph.nodes) > MOST_NODES or len(graph.edges) > MOST_EDGES or poster.width > WIDEST * _TOO_WIDE
    for manner in _MANNERS[2:]:
        if manner.numbered or not large:
            arranged = _arranged(graph, manner)
            if arranged.fits:
                return arranged
            labelled += [] if manner.numbered else [arranged]
    return min(labelled, key=lambda one: one.width)


def _arranged(graph: Graph, manner: _Manner) -> _Arranged:
    """A graph in one manner."""
    edges = [edge for edge in graph.edges if edge.source != edge.target]
    legend = tuple(dict.fromkeys(edge.label for edge in edges if edge.label)) if manner.numbered else ()
    said = [str(legend.index(edge.label) + 1) if edge.label in legend else edge.label for edge in edges]
    written = _write(graph, manner)
    labels = [wrap(text, manner.edge) for text in said]
    for beside in (True, False):
        texts = _Texts(written, labels, titles(graph, [text.width for text in written], beside=beside))
        wanted = _wanted(graph, edges, texts, manner.flow)
        rows = manner.rows and has_loose_parts(wanted)
        placed = in_rows(wanted, WIDEST - 2 * MARGIN) if rows else place(wanted)
        rooms = (frame.width - 2 * SIDE for frame in placed.boundaries)
        if all(title.width <= room for title, room in zip(texts.titles, rooms, strict=True)):
            break
    return _Arranged(edges, texts, wanted, placed, legend)


def _parts(graph: Graph, edges: list[Edge], texts: _Texts, placed: Placed) -> Iterator[str]:
    """What is drawn, from the back to the front."""
    depth = depths(graph)
    order = sorted(range(len(graph.boundaries)), key=depth.__getitem__)
    for number in order:
        yield rectangle("opsbook-frame", placed.boundaries[number])
    for edge, path in zip(edges, placed.paths, strict=True):
        css = f"opsbook-edge opsbook-{edge.stroke}" + (" opsbook-weak" if edge.weak else "")
        yield arrow(path, css, hollow=edge.stroke == "dashed")
    for node, text, box in zip(graph.nodes, texts.nodes, placed.nodes, strict=False):
        yield from draw_node(node, text, box)
    for boundary, title, box in zip(graph.boundaries, texts.titles, placed.boundaries, strict=True):
        yield _named(boundary, title, box, placed.paths)
    for label, place_ in zip(texts.labels, placed.labels, strict=True):
        if place_:
            x, y = place_.middle
            yield plated(label, (x, y - label.height / 2), "opsbook-label")


def _write(graph: Graph, manner: _Manner) -> list[Written]:
    """The texts of the nodes."""
    loops: dict[str, list[str]] = {}
    for edge in graph.edges:
        if edge.source == edge.target:
            loops.setdefault(edge.source, []).append(edge.label)
    least = needed(graph)
    return [
        write_node(node, manner.node, loops.get(node.id, ()), least=max(48, least.get(node.inside, 0)))
        for node in graph.nodes
    ]


def _wanted(graph: Graph, edges: list[Edge], texts: _Texts, flow: Flow) -> Wanted:
    """What is to be placed. A boundary without content gets some that is not drawn."""
    at = {node.id: number for number, node in enumerate(graph.nodes)}
    frames = {boundary.id: number for number, boundary in enumerate(graph.boundaries)}
    filled = {*(node.inside for node in graph.nodes), *(boundary.inside for boundary in graph.boundaries)}
    nodes = (
        (Size(text.width, text.height), frames.get(node.inside))
        for node, text in zip(graph.nodes, texts.nodes, strict=True)
    )
    fillers = (
        (Size(max(48, title.width - 2 * (FRAME - SIDE)), LINE), frames[boundary.id])
        for boundary, title in zip(graph.boundaries, texts.titles, strict=True)
        if boundary.id not in filled
    )
    boundaries = (
        (Size(title.width, title.height), frames.get(boundary.inside))
        for boundary, title in zip(graph.boundaries, texts.titles, strict=True)
    )
    arrows = (
        (at[edge.source], at[edge.target], Size(text.width + 6, text.height + 2) if text.lines else None)
        for edge, text in zip(edges, texts.labels, strict=True)
    )
    return Wanted((*nodes, *fillers), tuple(boundaries), tuple(arrows), flow)


def _named(boundary: Boundary, title: Lines, frame: Box, paths: tuple[Path, ...]) -> str:
    text = plated(title, title_at(frame, title, paths), "opsbook-boundary-title", anchor="start")
    return link_start(boundary.address) + text + link_end(boundary.address)
