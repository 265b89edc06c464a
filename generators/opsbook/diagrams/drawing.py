"""The picture of a diagram: SVG without styles of its own, so that the site's style sheet colours it.

Sizes are in units that are pixels where nothing is scaled. Texts are at least `SMALL`, so that a picture of up to
`WIDEST` still has ten pixels of type in the column of a page; wider ones are scrolled instead of shrunk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from opsbook.diagrams.geometry import Box, Path, Size
from opsbook.diagrams.layout import FRAME, Placed, Wanted, place
from opsbook.diagrams.sequence import draw_sequence
from opsbook.diagrams.shapes import (
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
from opsbook.diagrams.text import LINE, NAME, SMALL, Lines, width, wrap
from opsbook.diagrams.values import Boundary, Diagram, Edge, Graph

COLUMN = 688
"""The width of a page's column in pixels, with the navigation beside it."""

LEGIBLE = 10
"""The size in pixels below which no text may be shown."""

WIDEST = COLUMN * SMALL // LEGIBLE
"""How wide a picture may be that a column shows whole."""

_TITLE = 8
"""How far the title of a boundary stays away from its sides."""
_LONGEST = 200
"""How wide a word of a boundary's title may make what is in it."""


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
    narrow: bool = False
    """Whether boxes stand below each other rather than side by side."""
    numbered: bool = False
    """Whether edges bear numbers."""


_MANNERS = (
    _Manner(150, 112),
    _Manner(116, 84),
    _Manner(116, 84, narrow=True),
    _Manner(104, 84, narrow=True, numbered=True),
)
"""As it reads best, then narrower and narrower."""


@dataclass(frozen=True)
class _Texts:
    """The texts of a graph, broken into lines."""

    nodes: list[Written]
    labels: list[Lines]
    titles: list[Lines]


@lru_cache(maxsize=4096)
def draw(diagram: Diagram) -> Drawing:
    """The picture of a diagram. Equal diagrams are drawn once in a process.

    What is too wide for a column even where edges bear numbers is drawn as it reads best: it is scrolled anyway.
    """
    if not isinstance(diagram, Graph):
        return Drawing(*draw_sequence(diagram, WIDEST))
    if not diagram.nodes and not diagram.boundaries:
        return Drawing("", 0, 0)
    first = drawn = _graph(diagram, _MANNERS[0])
    for manner in _MANNERS[1:]:
        if drawn.width > WIDEST:
            drawn = _graph(diagram, manner)
    return drawn if drawn.width <= WIDEST else first


def _graph(graph: Graph, manner: _Manner) -> Drawing:
    """A graph drawn in one manner."""
    edges = [edge for edge in graph.edges if edge.source != edge.target]
    legend = tuple(dict.fromkeys(edge.label for edge in edges if edge.label)) if manner.numbered else ()
    said = [str(legend.index(edge.label) + 1) if edge.label in legend else edge.label for edge in edges]
    written = _write(graph, manner)
    texts = _Texts(written, [wrap(text, manner.edge) for text in said], _titles(graph, written))
    placed = place(_wanted(graph, edges, texts, narrow=manner.narrow))
    return Drawing(*picture("".join(_parts(graph, edges, texts, placed)), placed.width, placed.height), legend)


def _parts(graph: Graph, edges: list[Edge], texts: _Texts, placed: Placed) -> Iterator[str]:
    """What is drawn, from the back to the front."""
    order = sorted(range(len(graph.boundaries)), key=lambda number: _depth(graph, graph.boundaries[number]))
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
    """The texts of the nodes; what is in a boundary is wide enough for every word of its title."""
    loops: dict[str, list[str]] = {}
    for edge in graph.edges:
        if edge.source == edge.target:
            loops.setdefault(edge.source, []).append(edge.label)
    least = {
        boundary.id: max((width(word, NAME) for word in _called(boundary).split()), default=0) - 2 * (FRAME - _TITLE)
        for boundary in graph.boundaries
    }
    return [
        write_node(node, manner.node, loops.get(node.id, ()), least=max(48, min(least.get(node.inside, 0), _LONGEST)))
        for node in graph.nodes
    ]


def _titles(graph: Graph, written: list[Written]) -> list[Lines]:
    """The titles of the boundaries, each in lines that fit whatever becomes of its content."""
    content: dict[str, list[float]] = {boundary.id: [] for boundary in graph.boundaries}
    for node, text in zip(graph.nodes, written, strict=True):
        if node.inside:
            content[node.inside].append(text.width)
    inner: dict[str, float] = {}
    for boundary in sorted(graph.boundaries, key=lambda one: -_depth(graph, one)):
        inner[boundary.id] = max(content[boundary.id], default=min(width(_called(boundary), NAME), _LONGEST))
        if boundary.inside:
            content[boundary.inside].append(inner[boundary.id] + 2 * FRAME)
    return [
        wrap(_called(boundary), inner[boundary.id] + 2 * (FRAME - _TITLE), NAME, 4, growth=1)
        for boundary in graph.boundaries
    ]


def _called(boundary: Boundary) -> str:
    return f"{boundary.title} · {boundary.note}" if boundary.note else boundary.title


def _depth(graph: Graph, boundary: Boundary) -> int:
    around = {one.id: one.inside for one in graph.boundaries}
    depth, at = 0, boundary.inside
    while at:
        depth, at = depth + 1, around[at]
    return depth


def _wanted(graph: Graph, edges: list[Edge], texts: _Texts, *, narrow: bool) -> Wanted:
    """What is to be placed. A boundary without content gets some that is not drawn."""
    at = {node.id: number for number, node in enumerate(graph.nodes)}
    frames = {boundary.id: number for number, boundary in enumerate(graph.boundaries)}
    filled = {*(node.inside for node in graph.nodes), *(boundary.inside for boundary in graph.boundaries)}
    nodes = (
        (Size(text.width, text.height), frames.get(node.inside))
        for node, text in zip(graph.nodes, texts.nodes, strict=True)
    )
    fillers = (
        (Size(max(48, title.width - 2 * (FRAME - _TITLE)), LINE), frames[boundary.id])
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
    return Wanted((*nodes, *fillers), tuple(boundaries), tuple(arrows), narrow)


def _named(boundary: Boundary, title: Lines, frame: Box, paths: tuple[Path, ...]) -> str:
    """The title of a boundary: at the left, or where no edge crosses it."""
    top = frame.y + 4
    crossed = sorted(
        x for path in paths for (x, y), (_, z) in pairwise(path) if min(y, z) < top + title.height and max(y, z) > top
    )
    left, right = frame.x + _TITLE, frame.right - _TITLE - title.width
    clear = (x for x in (left, *(x + _TITLE for x in crossed)) if left <= x <= right)
    x = next((x for x in clear if not any(x - 4 < at < x + title.width + 4 for at in crossed)), left)
    text = plated(title, (x, top), "opsbook-boundary-title", anchor="start")
    return link_start(boundary.address) + text + link_end(boundary.address)
