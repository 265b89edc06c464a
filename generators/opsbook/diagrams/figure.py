"""A diagram as it stands on a page: the picture, its legend and its source."""

from __future__ import annotations

from html import escape

from opsbook.diagrams.drawing import LEGIBLE, draw
from opsbook.diagrams.mermaid import source
from opsbook.diagrams.text import SMALL
from opsbook.diagrams.values import Diagram
from opsbook.labels import Labels
from opsbook.markup import code


def figure(diagram: Diagram, title: str, label: Labels) -> str:
    """The Markdown of a diagram; empty where it has nothing to show.

    `title` says what it is a picture of. The picture shrinks with the page until its texts are as small as may be
    read, and is scrolled from there on. Readers who cannot see it are told that the table beside it says the same.
    """
    drawing = draw(diagram)
    if not drawing.svg:
        return ""
    name = escape(f"{title}. {label('The table says the same in words.')}")
    least = drawing.width * LEGIBLE // SMALL
    legend = "".join(f"<li>{escape(text)}</li>" for text in drawing.legend)
    picture = drawing.svg.replace("<svg ", f'<svg style="min-width:{least}px" ', 1)
    return "\n".join(
        [
            '<figure class="opsbook-diagram" data-search-exclude>',
            f'<div class="opsbook-diagram-view" role="group" aria-label="{name}" tabindex="0">{picture}</div>',
            *([f'<ol class="opsbook-legend">{legend}</ol>'] if legend else []),
            "</figure>",
            "",
            '<details class="opsbook-source" markdown>',
            f"<summary>{escape(label('Mermaid source'))}</summary>",
            "",
            code(source(diagram).rstrip(), "text"),
            "",
            "</details>",
        ]
    )
