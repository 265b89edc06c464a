"""The Mermaid source of a diagram: plain enough for every version and every place that draws Mermaid.

Ids are made here, for Mermaid reserves words such as `end`, `style` and `__proto__`. Texts are encoded as Mermaid's
`#NN;` outside of letters, digits and a few signs, for it has no other escape that holds in every place.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

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


_RUN_TOGETHER = re.compile(r"(?<=\$)(?=\$)|(?<=\\)(?=n)|(?<=:)(?=fa-)|(?<=ﬂ)(?=°)|(?<=¶)(?=ß)")
"""Where Mermaid would read a formula, a line break, an icon or a placeholder of its own in the text of a graph: it
looks for these when everything is decoded."""

_PLAIN = re.compile(r"[a-z0-9]+(?:[-/][a-z0-9]+)*")
"""Ids of which one can tell by their names what they were."""


@lru_cache(maxsize=4096)
def encode(text: str) -> str:
    """A text as the label of anything in Mermaid."""
    return "".join(
        character if _SAFE.match(character) or character.isalpha() else f"#{ord(character)};"
        for character in " ".join(text.split())
    )


@lru_cache(maxsize=4096)
def name(id_: str) -> str:
    """The Mermaid id of an id: `n_<slug>`. It depends on nothing else, so that a new node renames no other.

    Where the slug does not tell which id it was made of, a hash does.
    """
    if _PLAIN.fullmatch(id_):
        return "n_" + id_.replace("-", "_").replace("/", "__")
    plain = unicodedata.normalize("NFKD", id_).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return f"n_{slug}___{hashlib.sha256(id_.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def source(diagram: Diagram) -> str:
    """The Mermaid source of a diagram, ending in a newline."""
    lines = _graph(diagram) if isinstance(diagram, Graph) else _sequence(diagram)
    return "\n".join(lines) + "\n"


def _label(title: str, note: str) -> str:
    """A title and a note below it; Mermaid wants some text in any case."""
    return (_encode(title) or "#160;") + (f"<br/>{_encode(note)}" if note else "")


def _encode(text: str) -> str:
    """A text as a label of a graph, where Mermaid also reads what is no syntax."""
    return "<wbr>".join(encode(part) for part in _RUN_TOGETHER.split(text))


def _graph(graph: Graph) -> list[str]:
    lines = ["flowchart TB", *_within(graph, "", 1)]
    for edge in graph.edges:
        label = f'|"{_encode(edge.label)}"|' if edge.label else ""
        lines.append(f"  {name(edge.source)} {_ARROWS[edge.stroke]}{label} {name(edge.target)}")
    return lines


def _within(graph: Graph, boundary: str, depth: int) -> list[str]:
    """What stands directly within a boundary."""
    indent = "  " * depth
    lines = []
    for node in graph.nodes:
        if node.inside == boundary:
            opening, closing = _OUTLINES[node.shape]
            lines.append(f'{indent}{name(node.id)}{opening}"{_label(node.title, node.note)}"{closing}')
    for inner in graph.boundaries:
        if inner.inside == boundary:
            lines.append(f'{indent}subgraph {name(inner.id)} ["{_label(inner.title, inner.note)}"]')
            lines += _within(graph, inner.id, depth + 1)
            lines.append(f"{indent}end")
    return lines


def _sequence(sequence: Sequence) -> list[str]:
    lines = ["sequenceDiagram", *(_participant(one) for one in sequence.participants)]
    case = ""
    for message in sequence.messages:
        if message.when != case:
            lines += ["  end"] * bool(case)
            lines += [f"  opt {encode(message.when)}"] * bool(message.when)
            case = message.when
        arrow = _MESSAGES[message.stroke]
        indent = "    " if case else "  "
        lines.append(f"{indent}{name(message.source)}{arrow}{name(message.target)}: {encode(message.label) or '#160;'}")
    return lines + ["  end"] * bool(case)


def _participant(node: Node) -> str:
    label = "<br/>".join(encode(text) for text in (node.title, node.note) if text.strip()) or "#160;"
    word = "actor" if node.shape == "person" else "participant"
    return f"  {word} {name(node.id)} as {label}"
