"""What pictures of diagrams cost: those of `tests/pictures.yaml`, and the small ones that pages of elements have.

    .venv/bin/python tests/benchmarks/bench_diagrams.py

CPU seconds of one process, each diagram drawn once. A picture costs less than the page around it, and `opsbook serve`
draws equal ones once. A cache on disk would save a tenth of a build at most, and would have to be kept right.
"""

from __future__ import annotations

import sys
from itertools import cycle, islice
from pathlib import Path
from random import Random
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[1]))

from opsbook.diagrams.drawing import draw
from opsbook.diagrams.values import Diagram, Edge, Graph, Node
from pictures import dense_graph, diagrams


def small(count: int) -> list[Diagram]:
    """Elements with their neighbours, three to eight nodes each."""
    random = Random(1)  # noqa: S311  # the same figures every time is what is wanted
    made: list[Diagram] = []
    for number in range(count):
        size = random.randint(3, 8)
        nodes = [Node(f"n{at}", f"Element {at} of {number}", "Container: Python", address="x.md") for at in range(size)]
        edges = [Edge(*(("n0", f"n{at}") if at % 2 else (f"n{at}", "n0")), f"calls {number}") for at in range(1, size)]
        made.append(Graph.of(nodes, edges))
    return made


def various(count: int) -> list[Diagram]:
    """Those of the corpus, and as dense ones as fit a page."""
    corpus = [diagram for name, diagram in diagrams().items() if name not in {"poster", "wide"}]
    dense = (dense_graph(seed, 14, 21, frames=seed % 5) for seed in cycle(range(100, 10_000)))
    return [*corpus, *islice(dense, count - len(corpus))]


def main() -> None:
    """Print what each set costs."""
    draw(dense_graph(0, 5, 5))
    for name, made in (("200 of 14 nodes and 21 edges", various(200)), ("500 of 3 to 8 nodes", small(500))):
        draw.cache_clear()
        start = process_time()
        weight = sum(len(draw(diagram).svg) for diagram in made)
        spent = process_time() - start
        print(f"{name}: {spent:.1f} s, {spent / len(made) * 1000:.1f} ms and {weight / len(made) / 1000:.1f} KB each")


if __name__ == "__main__":
    main()
