"""The picture of a diagram: SVG without styles of its own, so that the site's style sheet colours it.

Sizes are in units that are pixels where nothing is scaled. Texts are at least `SMALL`, so that a picture of up to
`WIDEST` still has ten pixels of type in the column of a page; wider ones are scrolled instead of shrunk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from opsbook.diagrams.layout import Box, Placed, Size, Wanted, place
from opsbook.diagrams.sequence import draw_sequence
from opsbook.diagrams.shapes import Written, arrow, draw_node, text_lines, write_node
from opsbook.diagrams.text import LINE, SMALL, width, wrap
from opsbook.diagrams.values import Diagram, Graph

COLUMN = 688
"""The width of a page's column in pixels, with the navigation beside it."""

LEGIBLE = 10
"""The size in pixels below which no text may be shown."""

WIDEST = COLUMN * SMALL // LEGIBLE

_MARGIN = 6
_ATTEMPTS = ((150, 112), (116, 84))
"""How wide the texts of nodes and of edges may be: as they read best, then narrower."""


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
        svg, wide, high = draw_sequence(diagram)
        return Drawing(svg, wide, high)
    if not diagram.nodes:
        return Drawing("", 0, 0)
    best: Drawing | None = None
    for node_limit, edge_limit in _ATTEMPTS:
        drawn = _graph(diagram, node_limit, edge_limit)
        if best is None or drawn.width < best.width:
            best = drawn
        if best.width <= WIDEST:
            return best
    assert best is not None  # noqa: S101  # there was at least one attempt
    numbered = _graph(diagram, _ATTEMPTS[-1][0], 0)
    return numbered if numbered.width < best.width else best


def _graph(graph: Graph, node_limit: float, edge_limit: float) -> Drawing:
    """A graph with texts of at most these widths; its edges bear numbers where these have none at all."""
    boundary_at = {boundary.id: number for number, boundary in enumerate(graph.boundaries)}
    node_at = {node.id: number for number, node in enumerate(graph.nodes)}
    written = [write_node(node, node_limit) for node in graph.nodes]
    legend = tuple(dict.fromkeys(edge.label for edge in graph.edges if edge.label)) if not edge_limit else ()
    labels = [
        ([str(legend.index(edge.label) + 1)] if legend else wrap(edge.label, edge_limit, SMALL)) if edge.label else []
        for edge in graph.edges
    ]
    titles = [_title(boundary.title, boundary.note) for boundary in graph.boundaries]
    placed = place(
        Wanted(
            tuple(
                (Size(one.width, one.height), boundary_at.get(node.inside))
                for node, one in zip(graph.nodes, written, strict=True)
            ),
            tuple(
                (Size(width(title, SMALL) + 16, LINE + 2), boundary_at.get(boundary.inside))
                for boundary, title in zip(graph.boundaries, titles, strict=True)
            ),
            tuple(
                (node_at[edge.source], node_at[edge.target], _room(lines))
                for edge, lines in zip(graph.edges, labels, strict=True)
            ),
        )
    )
    wide, high = round(placed.width + 2 * _MARGIN), round(placed.height + 2 * _MARGIN)
    body = "".join(_parts(graph, placed, written, labels, titles))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-_MARGIN} {-_MARGIN} {wide} {high}" '
        f'width="{wide}" height="{high}">{body}</svg>'
    )
    return Drawing(svg, wide, high, legend)


def _title(title: str, note: str) -> str:
    return f"{title} · {note}" if note else title


def _room(lines: list[str]) -> Size | None:
    return Size(max(width(line, SMALL) for line in lines) + 2, LINE * len(lines)) if lines else None


def _parts(
    graph: Graph, placed: Placed, written: list[Written], labels: list[list[str]], titles: list[str]
) -> Iterator[str]:
    depths = [_depth(graph, number) for number in range(len(graph.boundaries))]
    for number in sorted(range(len(graph.boundaries)), key=depths.__getitem__):
        yield from _boundary(graph, number, placed.boundaries[number], titles[number])
    for edge, path in zip(graph.edges, placed.paths, strict=True):
        css = f"opsbook-edge opsbook-{edge.stroke}" + (" opsbook-weak" if edge.weak else "")
        yield arrow(path, css, open_=edge.stroke == "dashed")
    for number, (node, one) in enumerate(zip(graph.nodes, written, strict=True)):
        box = placed.nodes[number]
        yield from draw_node(node, one, box.x, box.y, box.width, box.height)
    for lines, box in zip(labels, placed.labels, strict=True):
        if box:
            top = box.y + (box.height - LINE * len(lines)) / 2
            yield text_lines(lines, box.x + box.width / 2, top, "opsbook-label")


def _depth(graph: Graph, number: int) -> int:
    around = {boundary.id: boundary.inside for boundary in graph.boundaries}
    depth, at = 0, graph.boundaries[number].inside
    while at:
        depth, at = depth + 1, around[at]
    return depth


def _boundary(graph: Graph, number: int, box: Box, title: str) -> Iterator[str]:
    boundary = graph.boundaries[number]
    yield '<g class="opsbook-boundary">'
    yield (
        f'<rect class="opsbook-frame" x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="4"/>'
    )
    text = text_lines([title], box.x + 8, box.y + 3, "opsbook-boundary-title", "start")
    yield f'<a class="opsbook-to" href="{escape(boundary.address)}">{text}</a>' if boundary.address else text
    yield "</g>"
