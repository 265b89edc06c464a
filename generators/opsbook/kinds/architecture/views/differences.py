"""What differs between environments: what passes in one may fail in another for this."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from opsbook.diagrams.arranging import MOST_NODES
from opsbook.diagrams.values import Boundary, Graph, Node
from opsbook.kinds.architecture.drawn import node
from opsbook.kinds.architecture.landscape import Landscape
from opsbook.kinds.architecture.model import Redundancy
from opsbook.kinds.architecture.scene import Scene
from opsbook.kinds.architecture.views.deployment import DEPLOYMENT, spots
from opsbook.kinds.architecture.views.values import About, Entry, Section, Table, Topic, View, ViewType
from opsbook.kinds.architecture.words import REDUNDANCIES
from opsbook.labels import N_

_SPREAD: tuple[Redundancy, ...] = ("none", "zone", "region")


class _Runs(NamedTuple):
    """How an element runs in an environment as a whole."""

    instances: int
    redundancy: Redundancy
    nodes: tuple[str, ...]
    """The titles of its nodes, joined; without the outermost, which mostly is the environment itself."""


def _topics(landscape: Landscape) -> Iterator[Topic]:
    if len(list(DEPLOYMENT.topics(landscape))) > 1:
        yield Topic()


def _environments(scene: Scene) -> list[str]:
    """The environments as the system lists them."""
    found = [topic.id for topic in DEPLOYMENT.topics(scene.landscape)]
    project, system = scene.seen.project, scene.seen.spec.system

    def place(id_: str) -> tuple[int, str]:
        defined = project.find(system, "environment", id_)
        at = next((part for part in defined.route if isinstance(part, int)), 0) if defined else len(found)
        return at, id_

    return sorted(found, key=place)


def _runs(scene: Scene, environment: str) -> dict[str, _Runs]:
    found: dict[str, _Runs] = {}
    for spot in spots(scene.landscape, environment):
        id_, placed = spot.placed.instance.element, spot.placed
        before = found.get(id_, _Runs(0, "none", ()))
        found[id_] = _Runs(
            before.instances + placed.instance.count,
            max(before.redundancy, placed.redundancy, key=_SPREAD.index),
            (*before.nodes, " › ".join(scene.md.line(one.title) for one in placed.nodes[1:] or placed.nodes)),
        )
    return found


def _said(scene: Scene, runs: _Runs | None) -> str:
    if runs is None:
        return "—"
    spread = f", {scene.label(REDUNDANCIES[runs.redundancy])}" if runs.redundancy != "none" else ""
    return f"{runs.instances} ×{spread}"


def _make(scene: Scene, _topic: Topic) -> View:
    label = scene.label
    environments = _environments(scene)
    runs = {one: _runs(scene, one) for one in environments}
    reference = next(
        (
            one
            for one in environments
            if (deployment := scene.landscape.deployment(one)) is not None and deployment.production
        ),
        environments[0],
    )
    elements = scene.by_title({id_ for found in runs.values() for id_ in found})
    matrix = Table(
        (label("Element"), *(_environment(scene, one) for one in environments)),
        tuple((scene.element(id_), *(_said(scene, runs[one].get(id_)) for one in environments)) for id_ in elements),
    )
    sections = [Section(tables=(matrix,))]
    for other in environments:
        if other != reference:
            sections += [_comparison(scene, reference, other, runs[reference], runs[other])]
    return View(tuple(sections), About(frozenset(elements), frozenset(), frozenset()))


def _environment(scene: Scene, id_: str) -> str:
    entry = Entry(DEPLOYMENT, Topic(id_))
    return scene.md.link("view", entry.id, scene.called("environment", id_))


def _comparison(
    scene: Scene, reference: str, other: str, expected: dict[str, _Runs], found: dict[str, _Runs]
) -> Section:
    """What an environment has otherwise than the one that it is measured by."""
    label = scene.label
    names = scene.called("environment", reference), scene.called("environment", other)
    title = label("{one} and {other}").format(one=names[0], other=names[1])
    differing = [id_ for id_ in scene.by_title({*expected, *found}) if _differ(expected.get(id_), found.get(id_))]
    rows = tuple(
        (
            scene.element(id_),
            _said(scene, expected.get(id_)),
            _said(scene, found.get(id_)),
            "<br>".join(expected[id_].nodes) if id_ in expected else "",
            "<br>".join(found[id_].nodes) if id_ in found else "",
            _reason(scene, reference if id_ not in expected else other, id_),
        )
        for id_ in differing
    )
    where = label("Where in {name}")
    heads = (
        label("Element"),
        *(scene.md.literal(name) for name in names),
        *(scene.md.literal(where.format(name=name)) for name in names),
        label("Reason"),
    )
    return Section(
        scene.md.literal(title),
        f"_{other}",
        "" if rows else label("They run the same."),
        _graph(scene, names, differing, expected, found) if 0 < len(rows) <= MOST_NODES else None,
        title,
        (Table(heads, rows),),
    )


def _differ(one: _Runs | None, other: _Runs | None) -> bool:
    return one is None or other is None or one != other


def _reason(scene: Scene, environment: str, element: str) -> str:
    """Why an environment lacks an element, in the words of whoever left it out."""
    deployment = scene.landscape.deployment(environment)
    found = (one.reason for one in (deployment.without if deployment else ()) if one.element == element)
    return scene.line(next(found, None))


def _graph(
    scene: Scene, names: tuple[str, str], differing: list[str], expected: dict[str, _Runs], found: dict[str, _Runs]
) -> Graph:
    """What is only in one of two environments, and what is in both otherwise."""
    label = scene.label
    only = label("Only in {name}")
    frames = {
        "first": Boundary("first", only.format(name=names[0])),
        "both": Boundary("both", label("In both, otherwise")),
        "second": Boundary("second", only.format(name=names[1])),
    }
    nodes = []
    for id_ in differing:
        one, other = expected.get(id_), found.get(id_)
        inside = "both" if one and other else "first" if one else "second"
        shown = node(scene, scene.landscape.elements[id_], inside)
        note = " → ".join(dict.fromkeys(_said(scene, runs) for runs in (one, other) if runs))
        nodes.append(Node(id_, shown.title, note, shown.shape, inside, shown.address))
    used = [frame for id_, frame in frames.items() if any(one.inside == id_ for one in nodes)]
    return Graph.of(nodes, [], used)


DIFFERENCES = ViewType(
    "differences",
    N_("Differences between environments"),
    N_("What is otherwise in production than where it was tested?"),
    _topics,
    _make,
)
