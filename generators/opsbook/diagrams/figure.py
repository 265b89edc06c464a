"""A diagram as it stands on a page: the picture, its legend and its source."""

from __future__ import annotations

from html import escape

from opsbook.diagrams.arranging import COLUMN, WIDEST
from opsbook.diagrams.drawing import Drawing, draw
from opsbook.diagrams.mermaid import source
from opsbook.diagrams.timeline import Timeline, draw_timeline
from opsbook.diagrams.values import Diagram
from opsbook.diagrams.view import view
from opsbook.labels import Labels
from opsbook.markup import attribute, code, literal


def figure(diagram: Diagram, title: str, label: Labels) -> str:
    """The Markdown of a diagram; empty where it has nothing to show.

    `title` says what it is a picture of. Where the page makes it smaller than it is, a script adds buttons that enlarge
    it.
    """
    drawing = draw(diagram)
    if not drawing.svg:
        return ""
    shown = label("Mermaid source")
    legend = "".join(f"<li>{literal(text)}</li>" for text in drawing.legend)
    return "\n".join(
        [
            f'<figure class="opsbook-diagram{_large(drawing, label)} data-search-exclude>',
            view(drawing.svg, drawing.width, title, label),
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


def timeline_figure(timeline: Timeline, title: str, label: Labels) -> str:
    """The Markdown of a timeline; empty where nothing happens. It shrinks like other pictures, on phones alone."""
    svg, width, _ = draw_timeline(timeline)
    shown = view(svg, width, title, label)
    return f'<figure class="opsbook-timeline" data-search-exclude>{shown}</figure>' if svg else ""


def _large(drawing: Drawing, label: Labels) -> str:
    """The rest of the class of a figure, and what its buttons say where it has any."""
    if drawing.width <= COLUMN:
        return '"'
    says = {"in": label("Zoom in"), "out": label("Zoom out"), "full": label("Full screen")}
    buttons = "".join(f' data-opsbook-zoom-{name}="{attribute(text)}"' for name, text in says.items())
    return f'{" opsbook-poster" if drawing.width > WIDEST else ""}"{buttons}'
