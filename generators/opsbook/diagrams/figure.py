"""A diagram as it stands on a page: the picture, its legend and its source."""

from __future__ import annotations

from html import escape
from math import ceil

from opsbook.diagrams.arranging import COLUMN, LEGIBLE, WIDEST
from opsbook.diagrams.drawing import Drawing, draw
from opsbook.diagrams.mermaid import source
from opsbook.diagrams.text import SMALL
from opsbook.diagrams.values import Diagram
from opsbook.labels import Labels
from opsbook.markup import attribute, code, literal


def figure(diagram: Diagram, title: str, label: Labels) -> str:
    """The Markdown of a diagram; empty where it has nothing to show.

    `title` says what it is a picture of. The picture shrinks with the page until its texts are as small as may be
    read, and is scrolled from there on. Where that makes it smaller than it is, a script adds buttons that enlarge it.
    Readers who cannot see it are told that the table beside it says the same.
    """
    drawing = draw(diagram)
    if not drawing.svg:
        return ""
    same, shown = label("The table says the same in words."), label("Mermaid source")
    name = attribute(f"{title}. {same}")
    least = ceil(drawing.width * LEGIBLE / SMALL)
    picture = drawing.svg.replace("<svg ", f'<svg style="--opsbook-least:{least}px" ', 1)
    legend = "".join(f"<li>{literal(text)}</li>" for text in drawing.legend)
    return "\n".join(
        [
            f'<figure class="opsbook-diagram{_large(drawing, label)} data-search-exclude>',
            f'<div class="opsbook-diagram-view" role="group" aria-label="{name}" tabindex="0">{picture}</div>',
            *([f'<ol class="opsbook-legend">{legend}</ol>'] if legend else []),
            "</figure>",
            "",
            '<details class="opsbook-source" markdown>',
            f"<summary>{escape(shown)}</summary>",
            "",
            code(source(diagram).rstrip(), "text"),
            "",
            "</details>",
        ]
    )


def _large(drawing: Drawing, label: Labels) -> str:
    """The rest of the class of a figure, and what its buttons say where it has any."""
    if drawing.width <= COLUMN:
        return '"'
    says = {"in": label("Zoom in"), "out": label("Zoom out"), "full": label("Full screen")}
    buttons = "".join(f' data-opsbook-zoom-{name}="{attribute(text)}"' for name, text in says.items())
    return f'{" opsbook-poster" if drawing.width > WIDEST else ""}"{buttons}'
