"""Diagrams to draw: those of `pictures.yaml`, and dense ones made by the number."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, get_args

import yaml

from opsbook.diagrams.values import Boundary, Diagram, Edge, Graph, Node, Sequence, SequenceMessage, Shape

_FILE = Path(__file__).with_suffix(".yaml")
_WORDS = (
    *("reservation", "guest", "order", "event", "queue", "reads", "writes", "sends", "of", "to", "the", "calls"),
    *("tenant", "confirmation", "payment"),
)


@cache
def diagrams() -> dict[str, Diagram]:
    """All of them, by name."""
    read = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    dense = {f"dense-{seed}": dense_graph(seed, 14, 21) for seed in range(4)}
    nested = {f"nested-{seed}": dense_graph(seed, 13, 18, frames=5) for seed in range(4)}
    poster = {"poster": dense_graph(1, 32, 48, frames=6), "wide": dense_graph(2, 22, 44)}
    return {name: _diagram(value) for name, value in read.items()} | dense | nested | poster


def _diagram(value: dict[str, Any]) -> Diagram:
    if "participants" in value:
        return Sequence(
            tuple(_node(id_, fields) for id_, fields in value["participants"].items()),
            tuple(SequenceMessage(*fields) for fields in value["messages"]),
        )
    return Graph.of(
        [_node(id_, fields) for id_, fields in value["nodes"].items()],
        [Edge(*fields) for fields in value.get("edges", ())],
        [replace(Boundary(id_, *fields), address="other.md") for id_, fields in value.get("boundaries", {}).items()],
    )


def _node(id_: str, fields: list[Any]) -> Node:
    return replace(Node(id_, *fields), address="other.md#target")


def dense_graph(seed: int, nodes: int, edges: int, frames: int = 0) -> Graph:
    """A graph of random elements, with that many boundaries up to three deep."""
    random = Random(seed)  # noqa: S311  # the same figures every time is what is wanted

    def words(most: int) -> str:
        return " ".join(random.choice(_WORDS) for _ in range(random.randint(1, most))).capitalize()

    boundaries: list[Boundary] = []
    for number in range(frames):
        outer = [one for one in boundaries if one.inside.count("b") < 1 or one.inside == "b0"]
        around = random.choice(outer).id if outer and random.random() < 0.7 else ""
        boundaries.append(Boundary(f"b{number}", words(3), "Deployment node", around, "other.md"))
    made = [
        Node(
            f"n{number}",
            words(3),
            f"Container: {words(1)}",
            random.choice(get_args(Shape)),
            random.choice(boundaries).id if boundaries and random.random() < 0.8 else "",
            "other.md#target",
        )
        for number in range(nodes)
    ]
    arrows = [
        Edge(
            f"n{random.randrange(nodes)}",
            f"n{min(nodes - 1, int(random.triangular(0, nodes, nodes)))}",
            words(4),
            random.choice(("solid", "solid", "dashed", "dotted")),
        )
        for _ in range(edges)
    ]
    return Graph.of(made, arrows, boundaries)
