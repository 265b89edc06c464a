"""How the system runs in one environment: nodes within nodes, what runs on them, how many of it, and how spread."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from opsbook.diagrams.values import Boundary, Node
from opsbook.kinds.architecture.drawn import Columns, Role, common_columns, node, pictures, tie
from opsbook.kinds.architecture.landscape import Landscape, Placed
from opsbook.kinds.architecture.model import Deployment, DeploymentNode
from opsbook.kinds.architecture.scene import Scene
from opsbook.kinds.architecture.sketch import Grouping, Sketch, Tie
from opsbook.kinds.architecture.views.values import About, Section, Table, Topic, View, ViewType
from opsbook.kinds.architecture.words import REDUNDANCIES
from opsbook.labels import N_
from opsbook.model import ID


def _topics(landscape: Landscape) -> Iterator[Topic]:
    """An environment each, by its id; what is no id is told about by the checks and has no page."""
    for environment in sorted({one.environment for one in landscape.model.deployments}):
        if re.fullmatch(ID, environment):
            yield Topic(environment, environment)


@dataclass(frozen=True)
class Spot:
    """An instance at its place."""

    id: str
    """The node of a picture that shows it: `app@cloud/cluster`."""
    path: tuple[str, ...]
    placed: Placed


def spots(landscape: Landscape, environment: str) -> tuple[Spot, ...]:
    """What runs in an environment, in an order of its own."""
    number = next((at for at, one in enumerate(landscape.model.deployments) if one.environment == environment), None)
    found: dict[str, Spot] = {}
    # One element may stand twice on a node: their contents tell the two apart, whatever their order in the file.
    for one in sorted(landscape.placed, key=lambda one: (one.instance.element, repr(one.instance))):
        if one.deployment == number and one.instance.element in landscape.elements:
            path = tuple(at.id for at in one.nodes)
            id_ = f"{one.instance.element}@{'/'.join(path)}"
            while id_ in found:
                id_ += "'"
            found[id_] = Spot(id_, path, one)
    return tuple(sorted(found.values(), key=lambda spot: (spot.path, spot.id)))


def how_many(scene: Scene, placed: Placed, sign: str = "×") -> str:
    """How many there are of it, and how they are spread: `3 ×, over zones`."""
    spread = scene.label(REDUNDANCIES[placed.redundancy])
    return f"{placed.instance.count} {sign}" + (f", {spread}" if placed.redundancy != "none" else "")


def _sketch(scene: Scene, found: tuple[Spot, ...], deployment: Deployment) -> Sketch:
    weak = {
        one.weakness.subject.element
        for one in scene.survey.told
        if not one.waiver and one.weakness.subject.environment == deployment.environment
    }
    nodes: dict[str, Node] = {}
    for spot in found:
        element = scene.landscape.elements[spot.placed.instance.element]
        role: Role = "weak" if element.id in weak else ""
        shown = node(scene, element, "/".join(spot.path), role)
        note = f"{how_many(scene, spot.placed)} · {shown.note}"
        nodes[spot.id] = Node(spot.id, shown.title, note, shown.shape, shown.inside, shown.address, role)
    boundaries = {id_: _frame(scene, one, id_) for id_, one in _nodes(deployment.nodes)}
    return Sketch(nodes, tuple(_ties(scene, found)), boundaries)


def _nodes(nodes: tuple[DeploymentNode, ...], around: str = "") -> Iterator[tuple[str, DeploymentNode]]:
    """Every node of a deployment with its path, sorted."""
    for one in sorted(nodes, key=lambda node: node.id):
        path = f"{around}/{one.id}" if around else one.id
        yield path, one
        yield from _nodes(one.nodes, path)


def _frame(scene: Scene, one: DeploymentNode, path: str) -> Boundary:
    technology = scene.md.plain(one.technology) if one.technology else ""
    return Boundary(path, scene.md.plain(one.title), technology, path.rpartition("/")[0])


def _ties(scene: Scene, found: tuple[Spot, ...]) -> Iterator[Tie]:
    """The relationships between instances; where there are several, those that share the most nodes."""
    here = frozenset(spot.placed.instance.element for spot in found)
    by_element: dict[str, list[Spot]] = {}
    for spot in found:
        by_element.setdefault(spot.placed.instance.element, []).append(spot)
    for lifted in scene.landscape.lift(here):
        for start in by_element[lifted.source]:
            shared = {end.id: _shared(start.path, end.path) for end in by_element[lifted.to]}
            for end in by_element[lifted.to]:
                if shared[end.id] == max(shared.values()):
                    yield tie(scene, lifted.relationship, start.id, end.id)


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    return next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(one))


def _groupings(drawn: Sketch) -> tuple[Grouping, ...]:
    """Instances by the outermost node around them, then by the next."""
    made: list[Grouping] = []
    for depth in (1, 2, 3):
        found = {}
        for id_, one in drawn.nodes.items():
            path = one.inside.split("/")
            if len(path) >= depth:
                found[id_] = drawn.boundaries["/".join(path[:depth])]
        made.append(found)
    return tuple(made)


def _make(scene: Scene, topic: Topic) -> View:
    label, md = scene.label, scene.md
    deployment = scene.landscape.deployment(topic.id)
    if deployment is None:
        return View(())
    found = spots(scene.landscape, topic.id)
    drawn = _sketch(scene, found, deployment)
    title = label("Deployment in {name}").format(name=scene.called("environment", topic.id))
    paths = dict(_nodes(deployment.nodes))
    sections = [
        Section(text=md.block(deployment.summary) if deployment.summary else ""),
        *pictures(scene, drawn, title, _columns(scene), _groupings(drawn)),
        Section(label("What runs where"), "_instances", tables=(_instances(scene, found),)),
        Section(label("Nodes"), "_nodes", tables=(_node_table(scene, paths),)),
        Section(
            label("Left out on purpose"),
            "_without",
            tables=(
                Table(
                    (label("Element"), label("Reason")),
                    tuple(
                        (scene.element(one.element), md.cell(one.reason))
                        for one in sorted(deployment.without, key=lambda one: (one.element, one.reason))
                    ),
                ),
            ),
        ),
        Section(
            label("Host names"), "_hosts", ", ".join(f"<code>{md.literal(host)}</code>" for host in deployment.hosts)
        ),
        Section(label("Deployed by"), "_files", _files(scene, topic.id)),
    ]
    return View(
        tuple(sections),
        About(
            frozenset(spot.placed.instance.element for spot in found),
            frozenset((one.start, one.end) for one in drawn.ties),
            frozenset({topic.id}),
        ),
    )


def _columns(scene: Scene) -> Columns:
    return common_columns(scene)


def _instances(scene: Scene, found: tuple[Spot, ...]) -> Table:
    label, md = scene.label, scene.md
    rows = tuple(
        (
            scene.element(spot.placed.instance.element),
            " › ".join(md.line(one.title) for one in spot.placed.nodes),
            str(spot.placed.instance.count),
            label(REDUNDANCIES[spot.placed.redundancy]),
            scene.line(spot.placed.instance.note),
        )
        for spot in found
    )
    return Table((label("Element"), label("Where"), label("How many"), label("Redundancy"), label("Note")), rows)


def _node_table(scene: Scene, paths: dict[str, DeploymentNode]) -> Table:
    label, md = scene.label, scene.md
    rows = tuple(
        (
            " › ".join(md.line(paths[path.rsplit("/", up)[0]].title) for up in range(path.count("/"), -1, -1)),
            scene.line(one.technology),
            label(REDUNDANCIES[one.redundancy]) if one.redundancy else "",
            scene.line(one.description),
        )
        for path, one in paths.items()
    )
    return Table((label("Node"), label("Technology"), label("Redundancy"), label("What it is")), rows)


def _files(scene: Scene, environment: str) -> str:
    sources = scene.seen.model.sources
    files = (one for one in (*sources.compose, *sources.kubernetes) if one.environment == environment)
    return ", ".join(sorted(f"<code>{scene.md.literal(one.path)}</code>" for one in files))


DEPLOYMENT = ViewType(
    "deployment",
    N_("Deployment in {name}"),
    N_("What runs where, how many of it, and what survives the loss of a machine?"),
    _topics,
    _make,
    N_("Deployment"),
)
