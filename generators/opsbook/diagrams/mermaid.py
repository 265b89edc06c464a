"""The Mermaid source of a diagram: plain enough for every version and every place that draws Mermaid.

Ids are made here, for Mermaid reserves words such as `end`, `style` and `__proto__`. Texts are encoded as Mermaid's
`#NN;` outside of letters, digits and a few signs, for it has no other escape that holds in every place.
"""

from __future__ import annotations

import re
import unicodedata

from opsbook.diagrams.values import Diagram, Graph, Node, Sequence

_SAFE = re.compile(r"[A-Za-z0-9 .,_/-]")

_OUTLINES = {
    "box": ("[", "]"),
    "person": ("([", "])"),
    "database": ("[(", ")]"),
    "queue": ("[[", "]]"),
    "storage": ("[(", ")]"),
    "external": ("{{", "}}"),
}
_ARROWS = {"solid": "-->", "dashed": "-.->", "dotted": "-.->"}
_MESSAGES = {"solid": "->>", "dashed": "-)", "dotted": "-->>"}


def encode(text: str) -> str:
    """A text as the label of anything in Mermaid."""
    return "".join(
        character if _SAFE.match(character) or character.isalpha() else f"#{ord(character)};"
        for character in " ".join(text.split())
    )


def names(ids: tuple[str, ...]) -> dict[str, str]:
    """The Mermaid id of each id: `n_<slug>`, told apart by a number where two would be the same."""
    made: dict[str, str] = {}
    taken: set[str] = set()
    for id_ in ids:
        plain = unicodedata.normalize("NFKD", id_).encode("ascii", "ignore").decode().lower()
        slug = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
        name, number = f"n_{slug}", 1
        while name in taken:
            number += 1
            name = f"n_{slug}_{number}"
        taken.add(name)
        made[id_] = name
    return made


def source(diagram: Diagram) -> str:
    """The Mermaid source of a diagram, ending in a newline."""
    lines = _graph(diagram) if isinstance(diagram, Graph) else _sequence(diagram)
    return "\n".join(lines) + "\n"


def _label(title: str, note: str) -> str:
    return encode(title) + (f"<br/>{encode(note)}" if note else "")


def _graph(graph: Graph) -> list[str]:
    known = names((*(boundary.id for boundary in graph.boundaries), *(node.id for node in graph.nodes)))
    lines = ["flowchart TB", *_within(graph, "", known, 1)]
    for edge in graph.edges:
        label = f'|"{encode(edge.label)}"|' if edge.label else ""
        lines.append(f"  {known[edge.source]} {_ARROWS[edge.stroke]}{label} {known[edge.target]}")
    return lines


def _within(graph: Graph, boundary: str, known: dict[str, str], depth: int) -> list[str]:
    """What stands directly within a boundary."""
    indent = "  " * depth
    lines = []
    for node in graph.nodes:
        if node.inside == boundary:
            opening, closing = _OUTLINES[node.shape]
            lines.append(f'{indent}{known[node.id]}{opening}"{_label(node.title, node.note)}"{closing}')
    for inner in graph.boundaries:
        if inner.inside == boundary:
            lines.append(f'{indent}subgraph {known[inner.id]} ["{_label(inner.title, inner.note)}"]')
            lines += _within(graph, inner.id, known, depth + 1)
            lines.append(f"{indent}end")
    return lines


def _sequence(sequence: Sequence) -> list[str]:
    known = names(tuple(one.id for one in sequence.participants))
    lines = ["sequenceDiagram", *(_participant(one, known) for one in sequence.participants)]
    case = ""
    for message in sequence.messages:
        if message.when != case:
            lines += ["  end"] * bool(case)
            lines += [f"  opt {encode(message.when)}"] * bool(message.when)
            case = message.when
        arrow = _MESSAGES[message.stroke]
        indent = "    " if case else "  "
        lines.append(f"{indent}{known[message.source]}{arrow}{known[message.target]}: {encode(message.label)}")
    return lines + ["  end"] * bool(case)


def _participant(node: Node, known: dict[str, str]) -> str:
    word = "actor" if node.shape == "person" else "participant"
    return f"  {word} {known[node.id]} as {_label(node.title, node.note)}"
