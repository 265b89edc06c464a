"""The model as a whole, indexed: who is part of what, who depends on whom, what runs where.

Checks and views ask the same questions; they are answered here, each once.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from opsbook.kinds.architecture.model import (
    Architecture,
    Deployment,
    DeploymentNode,
    Element,
    Instance,
    Redundancy,
    Relationship,
)
from opsbook.source import Route

DEPLOYED = frozenset({"container", "database", "queue", "storage"})
"""What runs by itself, and so has to run somewhere. Components run within their container."""

STORES = frozenset({"database", "queue", "storage"})
OUTSIDE = frozenset({"person", "external"})
"""What the system deals with, and others answer for."""


class Dependency(NamedTuple):
    """That one element does not work, or works less, without another."""

    dependent: str
    on: str
    hard: bool
    relationship: int
    """The index of the relationship that it comes from."""


class Placed(NamedTuple):
    """An instance with the nodes around it, the outermost first."""

    deployment: int
    """The index of the deployment."""
    nodes: tuple[DeploymentNode, ...]
    instance: Instance
    route: Route

    @property
    def redundancy(self) -> Redundancy:
        """Over what it is spread: its own word, or that of the nearest node that has one."""
        said = (self.instance.redundancy, *(node.redundancy for node in reversed(self.nodes)))
        return next((one for one in said if one), "none")


class Lifted(NamedTuple):
    """A relationship as it appears in a view: between the elements of that view that hold its ends."""

    source: str
    to: str
    relationship: Relationship
    position: int
    """The index of the relationship in the file."""


@dataclass(frozen=True)
class Landscape:
    """An architecture with its indexes."""

    model: Architecture

    @cached_property
    def elements(self) -> dict[str, Element]:
        """Every element by its id; the first of two that share one."""
        return {element.id: element for element in reversed(self.model.elements)}

    @cached_property
    def index(self) -> dict[str, int]:
        """Where each element stands in the file."""
        return {element.id: number for number, element in reversed(list(enumerate(self.model.elements)))}

    @cached_property
    def children(self) -> dict[str, tuple[str, ...]]:
        """The ids of the elements directly within each, sorted; under "" those within none."""
        found: dict[str, list[str]] = defaultdict(list)
        for element in self.elements.values():
            found[element.parent or ""].append(element.id)
        return {parent: tuple(sorted(ids)) for parent, ids in found.items()}

    @cached_property
    def _chains(self) -> dict[str, tuple[str, ...]]:
        return {id_: self._chain(id_) for id_ in self.elements}

    def chain(self, id_: str) -> tuple[str, ...]:
        """An element and those around it, the innermost first. Stops where a parent is unknown or its own."""
        return self._chains.get(id_, ())

    def _chain(self, id_: str) -> tuple[str, ...]:
        found: list[str] = []
        at: str | None = id_
        while at and at in self.elements and at not in found:
            found.append(at)
            at = self.elements[at].parent
        return tuple(found)

    def holds(self, outer: str, inner: str) -> bool:
        """Whether an element is another one, or around it."""
        return outer in self.chain(inner)

    @cached_property
    def _inside(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for id_ in self.elements:
            for around in self.chain(id_):
                found[around].add(id_)
        return {id_: frozenset(ids) for id_, ids in found.items()}

    def near(self, id_: str) -> frozenset[str]:
        """An element with everything inside it and everything around it."""
        return self._inside.get(id_, frozenset()).union(self.chain(id_))

    def unit(self, id_: str) -> str:
        """What an element runs and fails as: itself, or for a component what holds it."""
        return self._units.get(id_, id_)

    @cached_property
    def _units(self) -> dict[str, str]:
        return {
            id_: next((one for one in self.chain(id_) if self.elements[one].type != "component"), id_)
            for id_ in self.elements
        }

    def inherited(self, id_: str, field: str) -> str | None:
        """A field of an element, or of the nearest element around it that has it: `owner`, `zone`."""
        return next((value for one in self.chain(id_) if (value := getattr(self.elements[one], field))), None)

    @cached_property
    def relationships(self) -> tuple[tuple[int, Relationship], ...]:
        """The relationships between known elements, with their indexes, in an order of their own."""
        known = [
            (number, one)
            for number, one in enumerate(self.model.relationships)
            if one.source in self.elements and one.to in self.elements
        ]
        return tuple(sorted(known, key=lambda pair: (pair[1].source, pair[1].to, pair[1].label, repr(pair[1]))))

    def lift(self, shown: frozenset[str]) -> tuple[Lifted, ...]:
        """The relationships as seen between the elements `shown`, each end at the innermost of them that holds it."""
        nearest = {
            id_: next((one for one in self.chain(id_) if one in shown), "")
            for id_ in {id_ for _, one in self.relationships for id_ in (one.source, one.to)}
        }
        lifted = (Lifted(nearest[one.source], nearest[one.to], one, number) for number, one in self.relationships)
        return tuple(one for one in lifted if one.source and one.to and one.source != one.to)

    @cached_property
    def touching(self) -> dict[str, tuple[tuple[int, Relationship], ...]]:
        """The relationships at each element, with their indexes, in the order of `relationships`."""
        found: dict[str, list[tuple[int, Relationship]]] = defaultdict(list)
        for number, one in self.relationships:
            for id_ in dict.fromkeys((one.source, one.to)):
                found[id_].append((number, one))
        return {id_: tuple(ones) for id_, ones in found.items()}

    @cached_property
    def dependencies(self) -> tuple[Dependency, ...]:
        """Who depends on whom, as the mode of each relationship says. On a person nothing does: people do not fail."""
        return tuple(
            Dependency(dependent, on, one.criticality == "hard", number)
            for number, one in self.relationships
            for dependent, on in [self._direction(one)]
            if dependent != on and self.elements[on].type != "person"
        )

    def _direction(self, one: Relationship) -> tuple[str, str]:
        if one.mode == "sync":
            return one.source, one.to
        if one.mode == "async" and self.elements[one.to].type in STORES:
            return one.source, one.to
        return one.to, one.source

    @cached_property
    def hard(self) -> dict[str, tuple[str, ...]]:
        """What each element cannot work without, sorted.

        A component fails with its container. A container fails with what one of its components cannot work without;
        whoever loses only a part of it says so with `criticality: soft`.
        """
        found: dict[str, set[str]] = defaultdict(set)
        for one in self.dependencies:
            if one.hard and self.unit(one.dependent) != self.unit(one.on):
                for dependent in {one.dependent, self.unit(one.dependent)}:
                    found[dependent] |= {one.on, self.unit(one.on)}
            elif one.hard:
                found[one.dependent].add(one.on)
        for id_ in self.elements:
            if self.unit(id_) != id_:
                found[id_].add(self.unit(id_))
        return {id_: tuple(sorted(ids)) for id_, ids in found.items()}

    @cached_property
    def needed_by(self) -> dict[str, tuple[str, ...]]:
        """What cannot work without each element, sorted."""
        found: dict[str, set[str]] = defaultdict(set)
        for id_, ids in self.hard.items():
            for one in ids:
                found[one].add(id_)
        return {id_: tuple(sorted(ids)) for id_, ids in found.items()}

    def users(self, id_: str) -> tuple[str, ...]:
        """What cannot work without an element and is no part of it, sorted."""
        return tuple(one for one in self.needed_by.get(id_, ()) if not self.holds(id_, one))

    def blast_radius(self, id_: str) -> tuple[str, ...]:
        """Everything that fails when an element does, itself left out, sorted."""
        if id_ not in self._radii:
            self._radii[id_] = tuple(sorted(reach(self.needed_by, id_) - {id_}))
        return self._radii[id_]

    @cached_property
    def _radii(self) -> dict[str, tuple[str, ...]]:
        return {}

    @cached_property
    def circles(self) -> tuple[tuple[str, ...], ...]:
        """Software of ours that cannot work without itself: of each such group, the shortest way around.

        What others run is left out. That it calls us is its own affair: it will hardly fail with us.
        """
        ours = {
            id_: tuple(one for one in ids if self.elements[one].type not in OUTSIDE)
            for id_, ids in self.needs.items()
            if self.elements[id_].type not in OUTSIDE
        }
        found: list[tuple[str, ...]] = []
        seen: set[str] = set()
        for id_ in sorted(ours):
            if id_ not in seen and id_ in (group := reach(ours, id_)):
                found.append(_way_around(ours, id_))
                seen |= {one for one in group if id_ in reach(ours, one)}
        return tuple(found)

    @cached_property
    def needs(self) -> dict[str, tuple[str, ...]]:
        """What each running unit cannot work without, as relationships alone say it, sorted; itself left out."""
        found: dict[str, set[str]] = defaultdict(set)
        for one in self.dependencies:
            if one.hard and self.unit(one.dependent) != self.unit(one.on):
                found[self.unit(one.dependent)].add(self.unit(one.on))
        return {id_: tuple(sorted(ids)) for id_, ids in found.items()}

    @cached_property
    def placed(self) -> tuple[Placed, ...]:
        """Every instance of every deployment."""
        return tuple(
            one
            for number, deployment in enumerate(self.model.deployments)
            for one in _instances(number, deployment.nodes, (), ("deployments", number))
        )

    @cached_property
    def deployed(self) -> dict[str, tuple[Placed, ...]]:
        """Where each element runs."""
        found: dict[str, list[Placed]] = defaultdict(list)
        for one in self.placed:
            found[one.instance.element].append(one)
        return {id_: tuple(ones) for id_, ones in found.items()}

    @cached_property
    def _running(self) -> dict[int, frozenset[str]]:
        found: dict[int, set[str]] = defaultdict(set)
        for one in self.placed:
            found[one.deployment].add(one.instance.element)
        return {number: frozenset(ids) for number, ids in found.items()}

    def runs_in(self, deployment: int) -> frozenset[str]:
        """The elements that run in a deployment."""
        return self._running.get(deployment, frozenset())

    def deployment(self, environment: str) -> Deployment | None:
        """How the system runs in an environment."""
        return next((one for one in self.model.deployments if one.environment == environment), None)


def _instances(
    deployment: int, nodes: tuple[DeploymentNode, ...], around: tuple[DeploymentNode, ...], route: Route
) -> Iterator[Placed]:
    for number, node in enumerate(nodes):
        here = (*route, "nodes", number)
        for at, instance in enumerate(node.instances):
            yield Placed(deployment, (*around, node), instance, (*here, "instances", at))
        yield from _instances(deployment, node.nodes, (*around, node), here)


def reach(graph: Mapping[str, tuple[str, ...]], start: str) -> frozenset[str]:
    """Everything to which a graph leads from somewhere: `start` itself only if a way leads back to it."""
    reached: set[str] = set()
    todo = [start]
    while todo:
        for one in graph.get(todo.pop(), ()):
            if one not in reached:
                reached.add(one)
                todo.append(one)
    return frozenset(reached)


def _way_around(graph: Mapping[str, tuple[str, ...]], start: str) -> tuple[str, ...]:
    """The shortest way from somewhere back to it, of several the first by name."""
    ways: deque[tuple[str, ...]] = deque([(start,)])
    seen: set[str] = set()
    while True:
        way = ways.popleft()
        for one in graph.get(way[-1], ()):
            if one == start:
                return way
            if one not in seen:
                seen.add(one)
                ways.append((*way, one))
