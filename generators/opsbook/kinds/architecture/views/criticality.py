"""What fails with what: hard dependencies, the availability that they allow, and the blast radius of each element."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal, localcontext

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
    if landscape.needs:
        yield Topic()


def bound(landscape: Landscape, id_: str) -> str:
    """What the promises of its hard dependencies allow an element, in per cent; empty where nobody promised anything.

    As `architecture/slo-too-high` reckons: those at first hand, for what stands behind these is in their own.
    """
    shares = [
        share for on in landscape.needs.get(id_, ()) if (share := landscape.elements[on].availability) is not None
    ]
    if not shares:
        return ""
    with localcontext(prec=10 * len(shares) + 10):
        most = math.prod(shares, start=Decimal(1)) * 100
        return f"{most.quantize(Decimal('0.001'), ROUND_FLOOR).normalize():f} %"


def fails_with(landscape: Landscape, id_: str) -> tuple[str, ...]:
    """What runs by itself and fails when an element does."""
    return tuple(
        one for one in landscape.blast_radius(id_) if landscape.unit(one) == one and one not in landscape.chain(id_)
    )


def promised(slo: str | None) -> str:
    """An availability as a page writes it."""
    return f"{slo} %" if slo else ""


def _make(scene: Scene, _topic: Topic) -> View:
    label, landscape = scene.label, scene.landscape
    ids = sorted({*landscape.needs, *(on for needed in landscape.needs.values() for on in needed)})
    nodes = {id_: _node(scene, id_) for id_ in ids}
    relationships = scene.seen.model.relationships
    ties = tuple(
        Tie(
            landscape.unit(one.dependent),
            landscape.unit(one.on),
            one.dependent,
            one.on,
            relationships[one.relationship],
        )
        for one in landscape.dependencies
        if one.hard and landscape.unit(one.dependent) != landscape.unit(one.on)
    )
    drawn = pictures(scene, Sketch(nodes, ties), label("Hard dependencies"), _columns(scene), groupings_of(scene, ids))
    text = label("An arrow leads from what fails to what it fails without.")
    first = replace(drawn[0], title=label("Hard dependencies"), anchor="_hard", text=drawn[0].text or text)
    ours = [id_ for id_ in ids if landscape.elements[id_].type != "person"]
    return View(
        (Section(label("Blast radius"), "_radius", tables=(_table(scene, ours),)), first, *drawn[1:]),
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
        return scene.line(one.label), label(MODES[one.mode])

    heads = (label("Relationship"), label("How"))
    return Columns(heads, cells, (label("Element"), label("Fails without")))


def _table(scene: Scene, ids: list[str]) -> Table:
    """Those with the widest blast radius first."""
    label, landscape = scene.label, scene.landscape
    reach = {id_: fails_with(landscape, id_) for id_ in ids}
    users: dict[str, list[str]] = defaultdict(list)
    for id_, needed in landscape.needs.items():
        for one in needed:
            users[one].append(id_)
    rows = tuple(
        (
            scene.element(id_),
            str(landscape.elements[id_].tier or ""),
            promised(landscape.elements[id_].slo),
            bound(landscape, id_),
            scene.some(users[id_]),
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
