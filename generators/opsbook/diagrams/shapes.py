"""The parts that pictures are made of: outlines, lines of text, arrows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from opsbook.diagrams.text import LINE, SMALL, width, wrap
from opsbook.diagrams.values import Node

_PAD_X, _PAD_Y = 12, 9
_CURVE = 7
"""How far the lid of a cylinder is curved."""
_POINT = 12
"""How far the sides of what is external point outwards."""


@dataclass(frozen=True)
class Written:
    """The lines of a node's text, and how large it has to be to hold them."""

    title: tuple[str, ...]
    note: tuple[str, ...]
    width: float
    height: float


def write_node(node: Node, limit: float) -> Written:
    """Break a node's text into lines of at most `limit` units."""
    title, note = tuple(wrap(node.title, limit)) or ("",), tuple(wrap(node.note, limit, SMALL))
    wide = max(*(width(line) for line in title), *(width(line, SMALL) for line in note), 48)
    high = LINE * (len(title) + len(note))
    more_x = {"external": 2 * _POINT, "queue": 16, "person": 12}.get(node.shape, 0)
    more_y = 2 * _CURVE if node.shape in ("database", "storage") else 0
    return Written(title, note, wide + 2 * _PAD_X + more_x, high + 2 * _PAD_Y + more_y)


def draw_node(node: Node, written: Written, x: float, y: float, wide: float, high: float) -> Iterator[str]:
    """The group of a node: its outline and its text, within a link where it has an address."""
    classes = " ".join(["opsbook-node", f"opsbook-{node.shape}", *([f"opsbook-{node.role}"] if node.role else [])])
    yield f'<g class="{classes}">'
    if node.address:
        yield f'<a class="opsbook-to" href="{escape(node.address)}">'
    yield from _outline(node.shape, x, y, wide, high)
    top = y + (high - LINE * (len(written.title) + len(written.note))) / 2
    top += _CURVE if node.shape in ("database", "storage") else 0
    yield text_lines(written.title, x + wide / 2, top, "opsbook-title")
    if written.note:
        yield text_lines(written.note, x + wide / 2, top + LINE * len(written.title), "opsbook-note")
    if node.address:
        yield "</a>"
    yield "</g>"


def _outline(shape: str, x: float, y: float, wide: float, high: float) -> Iterator[str]:
    right, bottom = x + wide, y + high
    if shape in ("database", "storage"):
        half = wide / 2
        lid = f"M{x:g} {y + _CURVE:g}a{half:g} {_CURVE} 0 0 1 {wide:g} 0"
        foot = f"V{bottom - _CURVE:g}a{half:g} {_CURVE} 0 0 1 {-wide:g} 0Z"
        yield f'<path class="opsbook-outline" d="{lid}{foot}"/>'
        yield f'<path class="opsbook-detail" d="M{x:g} {y + _CURVE:g}a{half:g} {_CURVE} 0 0 0 {wide:g} 0"/>'
    elif shape == "external":
        middle = y + high / 2
        corners = (
            (x, middle), (x + _POINT, y), (right - _POINT, y), (right, middle), (right - _POINT, bottom),
            (x + _POINT, bottom),
        )  # fmt: skip
        yield f'<polygon class="opsbook-outline" points="{" ".join(f"{a:g},{b:g}" for a, b in corners)}"/>'
    else:
        round_ = {"person": high / 2}.get(shape, 4)
        yield (
            f'<rect class="opsbook-outline" x="{x:g}" y="{y:g}" width="{wide:g}" height="{high:g}" '
            f'rx="{min(round_, 24):g}"/>'
        )
        if shape == "queue":
            yield f'<path class="opsbook-detail" d="M{x + 8:g} {y:g}V{bottom:g}M{right - 8:g} {y:g}V{bottom:g}"/>'


def text_lines(lines: Sequence[str], x: float, top: float, css: str, anchor: str = "") -> str:
    """Lines of text below each other, the first one's upper edge at `top`; centred unless `anchor` says `start`."""
    spans = "".join(
        f'<tspan x="{x:g}" y="{top + LINE * (number + 0.75):g}">{escape(line, quote=False)}</tspan>'
        for number, line in enumerate(lines)
    )
    return f'<text class="{css}{" opsbook-start" if anchor == "start" else ""}">{spans}</text>'


def arrow(path: Sequence[tuple[float, float]], css: str, *, open_: bool = False) -> str:
    """A line through corners with a head at its end; an open head says that nobody waits."""
    *_, (x1, y1), (x2, y2) = path
    across, along = (x2 > x1) - (x2 < x1), (y2 > y1) - (y2 < y1)
    if abs(x2 - x1) > abs(y2 - y1):
        along = 0
    else:
        across = 0
    back_x, back_y = x2 - 8 * across, y2 - 8 * along
    sides = ((back_x - 4 * along, back_y - 4 * across), (back_x + 4 * along, back_y + 4 * across))
    line = _rounded([*path[:-1], (x2, y2) if open_ else (back_x, back_y)])
    (ax, ay), (bx, by) = sides
    head = f"M{ax:g} {ay:g}L{x2:g} {y2:g}L{bx:g} {by:g}{'' if open_ else 'Z'}"
    kind = "opsbook-head-open" if open_ else "opsbook-head"
    return f'<path class="{css}" d="{line}"/><path class="{kind}" d="{head}"/>'


def _rounded(path: Sequence[tuple[float, float]], radius: float = 5) -> str:
    """A path through corners, each rounded as far as its neighbours leave room."""
    parts = [f"M{path[0][0]:g} {path[0][1]:g}"]
    for before, (x, y), after in zip(path, path[1:], path[2:], strict=False):
        room = min(radius, _distance(before, (x, y)) / 2, _distance((x, y), after) / 2)
        ax, ay = _towards((x, y), before, room)
        bx, by = _towards((x, y), after, room)
        parts.append(f"L{ax:g} {ay:g}Q{x:g} {y:g} {bx:g} {by:g}")
    return "".join(parts) + f"L{path[-1][0]:g} {path[-1][1]:g}"


def _distance(a: tuple[float, float], b: tuple[float, float]) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _towards(start: tuple[float, float], goal: tuple[float, float], far: float) -> tuple[float, float]:
    """The point that lies `far` units from `start` on the way to `goal`, along an axis."""
    whole = _distance(start, goal) or 1
    share = far / whole
    return round(start[0] + (goal[0] - start[0]) * share, 1), round(start[1] + (goal[1] - start[1]) * share, 1)
