"""A graph with a place for everything, in the manner that reads best of those in which a page can show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from opsbook.diagrams.bounds import least_width
from opsbook.diagrams.frames import SIDE, needed, titles
from opsbook.diagrams.geometry import Size
from opsbook.diagrams.layout import FRAME, Flow, Placed, Wanted, place
from opsbook.diagrams.packing import has_loose_parts, in_rows, tied
from opsbook.diagrams.shapes import MARGIN, Written, write_node
from opsbook.diagrams.text import LINE, SMALL, Lines, wrap
from opsbook.diagrams.values import Edge, Graph

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

_HOPELESS = 4
"""How many times too wide a picture is that nothing has ever made fit. Nor does it gain by what ELK takes long for."""


@dataclass(frozen=True)
class Arranged:
    """A graph with a place for everything, not yet drawn."""

    edges: tuple[Edge, ...]
    """Those between two nodes."""
    nodes: tuple[Written, ...]
    """The texts of the nodes, and so forth for what else has any."""
    labels: tuple[Lines, ...]
    titles: tuple[Lines, ...]
    wanted: Wanted
    placed: Placed
    legend: tuple[str, ...]
    """What the numbers at the edges stand for."""

    @property
    def width(self) -> int:
        """How wide its picture is."""
        return _pictured(self.placed.width)


def arrange(graph: Graph) -> Arranged:
    """A graph in the first manner that fits a column.

    What is too wide even where edges bear numbers bears labels: it is scrolled anyway.
    """
    plain = _Option(graph, _MANNERS[0])
    if plain.fits:
        return plain.arranged
    is_loose = has_loose_parts(plain.wanted)
    rows, *narrower = (_Option(graph, manner, is_loose) for manner in _MANNERS[1:])
    poster = rows if is_loose else plain
    if poster.least > WIDEST * _HOPELESS:
        return replace(poster, manner=replace(poster.manner, flow="quick")).arranged
    is_large = len(graph.nodes) > MOST_NODES or len(graph.edges) > MOST_EDGES or poster.is_wider(WIDEST * _TOO_WIDE)
    labelled = [poster, *(one for one in narrower if not one.manner.numbered and not is_large)]
    for option in labelled:
        if option.fits:
            return option.arranged
    best = _narrowest(labelled)
    numbered = [one for one in narrower if one.manner.numbered]
    if _would_fit(numbered[-1], best) and numbered[-1].fits:
        return next(one.arranged for one in numbered if one.fits)
    return best.arranged


def _would_fit(option: _Option, other: _Option) -> bool:
    """Whether an option may fit though another does not: both should be wider than they are at least in like measure.

    That is no guide where what is known is not most of the width.
    """
    width = other.arranged.width
    return width > 2 * other.least or width * option.least <= WIDEST * other.least


@dataclass(frozen=True)
class _Option:
    """A graph in one manner, placed only if somebody has to know: that is what pictures cost."""

    graph: Graph
    manner: _Manner
    is_loose: bool = False
    """Whether parts of it can stand in rows."""

    @property
    def fits(self) -> bool:
        """Whether a column shows it whole."""
        return not self.is_wider(WIDEST)

    def is_wider(self, width: float) -> bool:
        """Whether its picture is wider than that."""
        return self.least > width or self.arranged.width > width

    @cached_property
    def least(self) -> int:
        """How wide its picture is at least."""
        if self.manner.flow == "right":
            return 0
        return _pictured(least_width(tied(self.wanted) if self._in_rows else self.wanted))

    @cached_property
    def wanted(self) -> Wanted:
        """What is to be placed."""
        return self._wanted(self._titles(beside=True))

    @cached_property
    def arranged(self) -> Arranged:
        """The graph with a place for everything."""
        for beside in (True, False):
            titled = self._titles(beside=beside)
            wanted = self._wanted(titled)
            placed = in_rows(wanted, WIDEST - 2 * MARGIN) if self._in_rows else place(wanted)
            rooms = (frame.width - 2 * SIDE for frame in placed.boundaries)
            if all(title.width <= room for title, room in zip(titled, rooms, strict=True)):
                break
        return Arranged(self._edges, self._nodes, self._labels, titled, wanted, placed, self._legend)

    @property
    def _in_rows(self) -> bool:
        return self.manner.rows and self.is_loose

    @cached_property
    def _edges(self) -> tuple[Edge, ...]:
        return tuple(edge for edge in self.graph.edges if edge.source != edge.target)

    @cached_property
    def _legend(self) -> tuple[str, ...]:
        said = (edge.label for edge in self._edges if edge.label)
        return tuple(dict.fromkeys(said)) if self.manner.numbered else ()

    @cached_property
    def _labels(self) -> tuple[Lines, ...]:
        numbers = {text: str(number) for number, text in enumerate(self._legend, 1)}
        return tuple(wrap(numbers.get(edge.label, edge.label), self.manner.edge) for edge in self._edges)

    @cached_property
    def _nodes(self) -> tuple[Written, ...]:
        loops: dict[str, list[str]] = {}
        for edge in self.graph.edges:
            if edge.source == edge.target:
                loops.setdefault(edge.source, []).append(edge.label)
        least = needed(self.graph)
        return tuple(
            write_node(node, self.manner.node, loops.get(node.id, ()), least=max(48, least.get(node.inside, 0)))
            for node in self.graph.nodes
        )

    def _titles(self, *, beside: bool) -> tuple[Lines, ...]:
        return tuple(titles(self.graph, [text.width for text in self._nodes], beside=beside))

    def _wanted(self, titled: tuple[Lines, ...]) -> Wanted:
        """What is to be placed. A boundary without content gets some that is not drawn."""
        graph = self.graph
        at = {node.id: number for number, node in enumerate(graph.nodes)}
        frames = {boundary.id: number for number, boundary in enumerate(graph.boundaries)}
        filled = {*(node.inside for node in graph.nodes), *(boundary.inside for boundary in graph.boundaries)}
        nodes = (
            (Size(text.width, text.height), frames.get(node.inside))
            for node, text in zip(graph.nodes, self._nodes, strict=True)
        )
        fillers = (
            (Size(max(48, title.width - 2 * (FRAME - SIDE)), LINE), frames[boundary.id])
            for boundary, title in zip(graph.boundaries, titled, strict=True)
            if boundary.id not in filled
        )
        boundaries = (
            (Size(title.width, title.height), frames.get(boundary.inside))
            for boundary, title in zip(graph.boundaries, titled, strict=True)
        )
        arrows = (
            (at[edge.source], at[edge.target], Size(text.width + 6, text.height + 2) if text.lines else None)
            for edge, text in zip(self._edges, self._labels, strict=True)
        )
        return Wanted((*nodes, *fillers), tuple(boundaries), tuple(arrows), self.manner.flow)


def _narrowest(options: Iterable[_Option]) -> _Option:
    """The option with the narrowest picture, the first one of several. Those that cannot be it are not placed."""
    first, *others = sorted(enumerate(options), key=lambda pair: pair[1].least)
    best = first
    for one in others:
        if one[1].least <= best[1].arranged.width:
            best = min(best, one, key=lambda pair: (pair[1].arranged.width, pair[0]))
    return best[1]


def _pictured(width: float) -> int:
    """How wide the picture of something is."""
    return round(width + 2 * MARGIN)
