"""The frame in which a picture stands on a page."""

from __future__ import annotations

from math import ceil

from opsbook.diagrams.arranging import LEGIBLE
from opsbook.diagrams.text import SMALL
from opsbook.labels import Labels
from opsbook.markup import attribute


def view(svg: str, width: int, title: str, label: Labels) -> str:
    """A picture, and how wide it is, in a frame that can be scrolled by keyboard.

    It shrinks with the page until its texts are as small as may be read, and is scrolled from there on. Readers who
    cannot see it are told what it is a picture of, and that the table beside it says the same.
    """
    least = ceil(width * LEGIBLE / SMALL)
    sized = svg.replace("<svg ", f'<svg style="--opsbook-least:{least}px" ', 1)
    same = label("The table says the same in words.")
    name = attribute(f"{title}. {same}")
    return f'<div class="opsbook-diagram-view" role="group" aria-label="{name}" tabindex="0">{sized}</div>'
