"""What fails with what: hard dependencies, the availability that they allow, and the blast radius of each element."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from opsbook.diagrams.values import Node
from opsbook.kinds.architecture.drawn import Columns, node, pictures
from opsbook.kinds.architecture.drawn import groupings as groupings_of
from opsbook.kinds.architecture.landscape import Landscape
from opsbook.kinds.architecture.model import Relationship
from opsbook.kinds.architecture.scene import Scene
from opsbook.kinds.architecture.sketch import Sketch, Tie
from opsbook.kinds.architecture.views.values import About, Section, Table, Topic, View, ViewType
from opsbook.kinds.architecture.words import MODES
from opsbook.labels import N_


def _topics(landscape: Landscape) -> Iterator[Topic]:
    if landscape.hard:
        yield Topic()


def needs(landscape: Landscape, id_: str) -> tuple[str, ...]:
    """Everything that an element cannot work without, near and far, sorted."""
    reached: set[str] = set()
    todo = list(landscape.hard.get(id_, ()))
    while todo:
        at = todo.pop()
        if at not in reached:
            reached.add(at)
            todo.extend(landscape.hard.get(at, ()))
    return tuple(sorted(reached - {id_}))


def bound(landscape: Landscape, id_: str) -> str:
    """What the promises of its hard dependencies allow an element, in per cent; empty where there are none."""
    promised = [found for one in needs(landscape, id_) if (found := landscape.elements[one].availability) is not None]
    if not promised:
        return ""
    allowed = Decimal(1)
    for one in promised:
        allowed *= one
    return f"{(allowed * 100).quantize(Decimal('0.001')).normalize():f} %"


def promised(slo: str | None) -> str:
    """An availability as a page writes it."""
    return f"{slo} %" if slo else ""


def _make(scene: Scene, _topic: Topic) -> View:
    label, landscape = scene.label, scene.landscape
    ids = sorted({*landscape.hard, *landscape.needed_by})
    nodes = {id_: _node(scene, id_) for id_ in ids}
    relationships = scene.seen.model.relationships
    hard = (one for one in landscape.dependencies if one.hard)
    ties = tuple(Tie(one.dependent, one.on, one.dependent, one.on, relationships[one.relationship]) for one in hard)
    whole = Sketch(nodes, ties)
    return View(
        (
            Section(text=label("An arrow leads from what fails to what it fails without.")),
            *pictures(scene, whole, label("Hard dependencies"), _columns(scene), groupings_of(scene, ids)),
            Section(label("Blast radius"), "_radius", tables=(_table(scene, ids),)),
        ),
        About(frozenset(ids), frozenset((one.source, one.to) for one in relationships)),
    )


def _node(scene: Scene, id_: str) -> Node:
    element, label = scene.landscape.elements[id_], scene.label
    shown = node(scene, element)
    said = [
        label("Tier {tier}").format(tier=element.tier) if element.tier else "",
        promised(element.slo),
    ]
    return Node(
        id_, shown.title, " · ".join(part for part in said if part) or shown.note, shown.shape, "", shown.address
    )


def _columns(scene: Scene) -> Columns:
    label = scene.label

    def cells(one: Relationship) -> tuple[str, ...]:
        return "→", label(MODES[one.mode]), scene.line(one.label)

    heads = (label("Fails"), label("How"), label("Relationship"))
    return Columns(heads, cells, (label("Element"), label("Without")))


def _table(scene: Scene, ids: list[str]) -> Table:
    """Those with the widest blast radius first."""
    label, landscape = scene.label, scene.landscape
    reach = {id_: landscape.blast_radius(id_) for id_ in ids}
    rows = tuple(
        (
            scene.element(id_),
            str(landscape.elements[id_].tier or ""),
            promised(landscape.elements[id_].slo),
            bound(landscape, id_),
            scene.some(landscape.needed_by.get(id_, ())),
            f"{len(reach[id_])}: {scene.some(reach[id_])}" if reach[id_] else "0",
        )
        for id_ in sorted(scene.by_title(ids), key=lambda id_: -len(reach[id_]))
    )
    heads = (
        label("Element"),
        label("Tier"),
        label("SLO"),
        label("Its dependencies allow"),
        label("Needed by"),
        label("Fails with it"),
    )
    return Table(heads, rows)


CRITICALITY = ViewType(
    "criticality",
    N_("Criticality"),
    N_("When something fails, what fails with it? And how available can it be at best?"),
    _topics,
    _make,
)
