"""Elements and relationships as nodes, frames and ties: how every view shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from opsbook.diagrams.values import Boundary, Node, Shape, Stroke
from opsbook.kinds.architecture.landscape import OUTSIDE, Landscape
from opsbook.kinds.architecture.model import Element, Mode, Relationship
from opsbook.kinds.architecture.scene import Scene
from opsbook.kinds.architecture.sketch import OTHERS, Grouping, Piece, Sketch, Tie, joint, split
from opsbook.kinds.architecture.views.values import About, Section, Table
from opsbook.kinds.architecture.words import CRITICALITIES, MODES, TYPES
from opsbook.labels import N_
from opsbook.markup import plain_text

SHAPES: dict[str, Shape] = {
    "person": "person",
    "database": "database",
    "queue": "queue",
    "storage": "storage",
    "external": "external",
}
STROKES: dict[Mode, Stroke] = {"sync": "solid", "async": "dashed", "callback": "dotted", "replication": "dotted"}

Role = Literal["", "focus", "faded", "weak"]
Said = Callable[[Relationship], str]
"""What stands at the arrow of a relationship, as plain text."""


def node(scene: Scene, element: Element, inside: str = "", role: Role = "") -> Node:
    """An element as a node."""
    kind = scene.label(TYPES[element.type])
    note = f"{kind}: {scene.md.plain(element.technology)}" if element.technology else kind
    shape = SHAPES.get(element.type, "box")
    title = scene.md.plain(element.title)
    return Node(element.id, title, note, shape, inside, scene.address(element.id), role)


def frame(scene: Scene, element: Element, inside: str = "") -> Boundary:
    """An element as the frame around its parts."""
    title = scene.md.plain(element.title)
    return Boundary(element.id, title, scene.label(TYPES[element.type]), inside, scene.address(element.id))


def around(landscape: Landscape, id_: str, framed: frozenset[str]) -> str:
    """The innermost of some elements that holds an element; none for what is part of itself by a mistake."""
    chain = landscape.chain(id_)
    if len(chain) > 1 and id_ in landscape.chain(chain[1]):
        return ""
    return next((one for one in chain[1:] if one in framed), "")


def label_of(one: Relationship) -> str:
    """What a relationship does: what most views write at its arrow."""
    return plain_text(one.label)


def sketch(
    scene: Scene,
    shown: frozenset[str],
    framed: frozenset[str] = frozenset(),
    said: Said = label_of,
    only: Callable[[Relationship], object] = lambda _: True,
) -> Sketch:
    """The elements `shown` and the relationships between them, with frames for the elements `framed`."""
    landscape = scene.landscape
    nodes = {id_: node(scene, landscape.elements[id_], around(landscape, id_, framed)) for id_ in sorted(shown)}
    ties = tuple(
        tie(scene, one.relationship, one.source, one.to, said)
        for one in landscape.lift(shown)
        if only(one.relationship)
    )
    boundaries = {id_: frame(scene, landscape.elements[id_], around(landscape, id_, framed)) for id_ in sorted(framed)}
    return Sketch(nodes, ties, boundaries)


def tie(scene: Scene, one: Relationship, source: str, target: str, said: Said = label_of) -> Tie:
    """A relationship between two nodes."""
    weak = (one.source, one.to) in scene.survey.weak_relationships
    return Tie(source, target, one.source, one.to, one, said(one), STROKES[one.mode], weak)


@dataclass(frozen=True)
class Columns:
    """What a table of relationships says of each, beside its two ends."""

    heads: tuple[str, ...]
    """Labels, already translated: the first stands between the ends, the others after them."""
    cells: Callable[[Relationship], tuple[str, ...]]
    ends: tuple[str, str]
    """The labels of the two ends."""


def common_columns(scene: Scene) -> Columns:
    """What is said of relationships where a view is not about something special."""
    label = scene.label

    def cells(one: Relationship) -> tuple[str, ...]:
        how = label(MODES[one.mode]) + (f", {label(CRITICALITIES['soft'])}" if one.criticality == "soft" else "")
        return scene.line(one.label), scene.line(one.technology), how

    return Columns((label("What it does"), label("Technology"), label("How")), cells, (label("From"), label("To")))


def ties_table(scene: Scene, piece: Sketch, columns: Columns) -> Table:
    """The arrows of a picture in words."""

    def end(shown: str, real: str) -> str:
        link, drawn = scene.element(real), piece.nodes.get(shown)
        if drawn is None or drawn.address == scene.address(real):
            return link
        return f"{link} · {linked(scene, drawn.title, drawn.address)}"

    rows = []
    for one in piece.ties:
        first, *others = columns.cells(one.relationship)
        rows.append((end(one.source, one.start), first, end(one.target, one.end), *others))
    heads = (columns.ends[0], columns.heads[0], columns.ends[1], *columns.heads[1:])
    return Table(heads, tuple(dict.fromkeys(rows)))


def linked(scene: Scene, title: str, address: str) -> str:
    """A plain title as a link; as it is where there is no address."""
    text = scene.md.literal(title)
    return f"[{text}]({address})" if address else text


def elements_table(scene: Scene, ids: Iterable[str]) -> Table:
    """The boxes of a picture in words."""
    known, label = scene.landscape.elements, scene.label
    rows = tuple(
        (
            scene.element(id_),
            label(TYPES[known[id_].type]),
            scene.line(known[id_].technology),
            scene.line(known[id_].description),
        )
        for id_ in scene.by_title(ids)
    )
    return Table((label("Element"), label("Type"), label("Technology"), label("What it is for")), rows)


def about(ids: Iterable[str], ties: Iterable[Tie], environments: Iterable[str] = ()) -> About:
    """What a page with these elements and ties shows."""
    return About(frozenset(ids), frozenset((one.start, one.end) for one in ties), frozenset(environments))


def pictures(
    scene: Scene,
    whole: Sketch,
    title: str,
    columns: Columns,
    groupings: Sequence[Grouping] = (),
) -> list[Section]:
    """A sketch as pictures that can be read, each with its arrows in words; folded where there are several."""
    pieces = split(whole, groupings, scene.label)
    folded = len(pieces) > 1
    return [
        replace(_picture(scene, piece, title, columns, number), folded=folded) for number, piece in enumerate(pieces)
    ]


def _picture(scene: Scene, piece: Piece, title: str, columns: Columns, number: int) -> Section:
    label, drawn = scene.label, piece.sketch
    members = Table(
        (label("Group"), label("Elements")),
        tuple(
            (linked(scene, drawn.nodes[id_].title, drawn.nodes[id_].address), _named(scene, ids))
            for id_, ids in piece.members.items()
            if id_ in drawn.nodes
        ),
    )
    heading = scene.md.literal(piece.boundary.title) if piece.boundary else ""
    shows = drawn.fits_poster
    words = ties_table(scene, drawn, columns) if piece.boundary or not piece.members else _counts(scene, drawn, columns)
    return Section(
        heading,
        f"_part-{number}" if heading else "",
        "" if shows else label("There is too much of it for a picture; the table says it all."),
        drawn.graph(label) if shows else None,
        f"{title}: {piece.boundary.title}" if piece.boundary else title,
        (members, words),
    )


def _counts(scene: Scene, drawn: Sketch, columns: Columns) -> Table:
    """The arrows between boundaries in words; the relationships behind them stand with each boundary."""
    heads = (columns.ends[0], scene.label("Relationships"), columns.ends[1])
    ends = {id_: linked(scene, one.title, one.address) for id_, one in drawn.nodes.items()}
    rows = sorted(
        (ends[source], joint(ties, scene.label), ends[target]) for (source, target, _), ties in drawn.lines.items()
    )
    return Table(heads, tuple(rows))


def _named(scene: Scene, ids: tuple[str, ...]) -> str:
    """The elements that nodes show; a node that shows one in a certain place begins with its id."""
    return scene.elements(dict.fromkeys(id_.partition("@")[0] for id_ in ids))


def by_parent(scene: Scene, ids: Iterable[str]) -> Grouping:
    """Elements by what holds them; people and others' systems together."""
    found = {}
    others = Boundary(OTHERS, scene.label("People and external systems"))
    for id_ in ids:
        parent = scene.landscape.elements[id_].parent
        if parent in scene.landscape.elements:
            found[id_] = frame(scene, scene.landscape.elements[parent])
        elif scene.landscape.elements[id_].type in OUTSIDE:
            found[id_] = others
    return found


def by_zone(scene: Scene, ids: Iterable[str]) -> Grouping:
    """Elements by their trust zone."""
    label = scene.label
    return {
        id_: Boundary(
            f"zone/{zone}", scene.called("trust-zone", zone), label("Trust zone"), "", scene.where("trust-zone", zone)
        )
        if (zone := scene.landscape.inherited(id_, "zone"))
        else Boundary("zone/", label(N_("In no trust zone")))
        for id_ in ids
    }


def by_owner(scene: Scene, ids: Iterable[str]) -> Grouping:
    """Elements by the role that answers for them."""
    label = scene.label
    return {
        id_: Boundary(f"role/{role}", scene.called("role", role), label("Owner"), "", scene.where("role", role))
        if (role := scene.landscape.inherited(id_, "owner"))
        else Boundary("role/", label(N_("Without owner")))
        for id_ in ids
    }


def groupings(scene: Scene, ids: Iterable[str]) -> tuple[Grouping, ...]:
    """By what pictures of elements are split, in the order in which it is tried."""
    listed = tuple(ids)
    return by_parent(scene, listed), by_zone(scene, listed), by_owner(scene, listed)
