"""The parts that pictures are made of: outlines, lines of text, arrows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from opsbook.diagrams.geometry import Box, Point
from opsbook.diagrams.text import LINE, PLAIN, TITLE, Lines, is_rightward, wrap
from opsbook.diagrams.values import Node
from opsbook.markup import literal

MARGIN = 6
"""What is left free around a picture."""

_PAD_Y = 9
_CURVE = 7
"""How far the lid of a cylinder is curved."""
_POINT = 12
"""How far the sides of what is external point outwards."""
_LOOP = 16
"""How much room the sign of an edge to the same node takes before its label."""
_HEAD = 8
"""How long the head of an arrow is."""
_SPACE = 2
"""Half the width of a space: what ends a line is not seen, but is centred with it."""


@dataclass(frozen=True)
class Written:
    """The lines of a node's text, and how large it has to be to hold them."""

    title: Lines
    note: Lines
    loops: tuple[Lines, ...]
    """What the node does to itself."""
    width: float
    height: float


def write_node(node: Node, limit: float, loops: Sequence[str] = (), *, pad: int = 12, least: float = 48) -> Written:
    """Break a node's text into lines of about `limit` units.

    `loops` are the labels of edges from the node to itself: they stand within it, for there they never run into
    anything. `least` is how wide its text has to be at least.
    """
    title, note = wrap(node.title, limit, TITLE), wrap(node.note, limit, PLAIN, 4)
    own = tuple(wrap(label, limit, PLAIN, 3) for label in loops)
    wide = max(title.width, note.width, *(one.width + _LOOP for one in own), least)
    high = max(title.height, LINE) + note.height + sum(max(one.height, LINE) for one in own)
    more_x = {"external": 2 * _POINT, "queue": 16, "person": 12}.get(node.shape, 0)
    more_y = 2 * _CURVE if _is_cylinder(node) else 0
    return Written(title, note, own, wide + 2 * pad + more_x, high + 2 * _PAD_Y + more_y)


def _is_cylinder(node: Node) -> bool:
    return node.shape in {"database", "storage"}


def draw_node(node: Node, written: Written, box: Box) -> Iterator[str]:
    """The group of a node: its outline and its text, within a link where it has an address."""
    classes = " ".join(["opsbook-node", f"opsbook-{node.shape}", *([f"opsbook-{node.role}"] if node.role else [])])
    yield f'<g class="{classes}">{link_start(node.address)}{_outline(node.shape, box)}'
    middle, _ = box.middle
    loops = sum(max(one.height, LINE) for one in written.loops)
    top = box.y + (box.height - max(written.title.height, LINE) - written.note.height - loops) / 2
    top += _CURVE / 2 if _is_cylinder(node) else 0
    yield text_lines(written.title, (middle, top), "opsbook-title")
    top += max(written.title.height, LINE)
    yield text_lines(written.note, (middle, top), "opsbook-note")
    top += written.note.height
    for one in written.loops:
        left = middle - (one.width + _LOOP) / 2
        yield _loop(left, top + LINE / 2)
        yield text_lines(one, (left + _LOOP, top), "opsbook-note", anchor="start")
        top += max(one.height, LINE)
    yield f"{link_end(node.address)}</g>"


def picture(parts: str, wide: float, high: float) -> tuple[str, int, int]:
    """The parts of a picture as SVG, with a margin, and its width and height."""
    width, height = round(wide + 2 * MARGIN), round(high + 2 * MARGIN)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-MARGIN} {-MARGIN} {width} {height}" '
        f'width="{width}" height="{height}">{parts}</svg>'
    )
    return svg, width, height


def _loop(x: float, y: float) -> str:
    """The sign of an edge to the same node: an arrow that turns back to where it began."""
    return (
        f'<path class="opsbook-edge" d="M{x + 9:g} {y + 3:g}a5 5 0 1 1 1 -4"/>'
        f'<path class="opsbook-head" d="M{x + 7:g} {y - 2:g}l5.5 -0.5l-1.5 4.5z"/>'
    )


def link_start(address: str) -> str:
    """What begins a link in a picture, where there is an address."""
    return f'<a class="opsbook-to" href="{escape(address)}">' if address else ""


def link_end(address: str) -> str:
    """What ends it."""
    return "</a>" if address else ""


def _outline(shape: str, box: Box) -> str:
    x, y, wide, right, bottom = (round(value, 1) for value in (box.x, box.y, box.width, box.right, box.bottom))
    if shape in {"database", "storage"}:
        half = f"{wide / 2:g} {_CURVE}"
        lid = f"M{x:g} {y + _CURVE:g}a{half} 0 0 1 {wide:g} 0"
        foot = f"V{bottom - _CURVE:g}a{half} 0 0 1 {-wide:g} 0Z"
        return (
            f'<path class="opsbook-outline" d="{lid}{foot}"/>'
            f'<path class="opsbook-detail" d="M{x:g} {y + _CURVE:g}a{half} 0 0 0 {wide:g} 0"/>'
        )
    if shape == "external":
        _, middle = box.middle
        corners = (
            (x, middle), (x + _POINT, y), (right - _POINT, y), (right, middle), (right - _POINT, bottom),
            (x + _POINT, bottom),
        )  # fmt: skip
        return f'<polygon class="opsbook-outline" points="{" ".join(f"{a:g},{b:g}" for a, b in corners)}"/>'
    corner = min(box.height / 2, 24) if shape == "person" else 4
    outline = rectangle("opsbook-outline", box, corner)
    if shape != "queue":
        return outline
    return f'{outline}<path class="opsbook-detail" d="M{x + 8:g} {y:g}V{bottom:g}M{right - 8:g} {y:g}V{bottom:g}"/>'


def rectangle(css: str, box: Box, corner: float = 4) -> str:
    """A rectangle with round corners."""
    return (
        f'<rect class="{css}" x="{round(box.x, 1):g}" y="{round(box.y, 1):g}" width="{round(box.width, 1):g}" '
        f'height="{round(box.height, 1):g}" rx="{corner:g}"/>'
    )


def text_lines(text: Lines, at: Point, css: str, *, anchor: str = "") -> str:
    """Lines below each other, the first one's upper edge at `at`; centred there unless `anchor` says `start`."""
    if not text.lines:
        return ""
    x, top = at
    spans = []
    for number, line in enumerate(text.lines):
        shift = (_SPACE if line.endswith(" ") and not anchor else 0) * (1 if is_rightward(line) else -1)
        spans.append(
            f'<tspan x="{round(x + shift, 1):g}" y="{round(top + LINE * (number + 0.75), 1):g}">{literal(line)}</tspan>'
        )
    whole = f"<title>{literal(text.whole)}</title>" if text.whole else ""
    turned = not is_rightward("".join(text.lines))
    side = {"start": " opsbook-end" if turned else " opsbook-start"}.get(anchor, "")
    direction = ' direction="rtl"' if turned else ""
    return f'<text class="{css}{side}"{direction}>{whole}{"".join(spans)}</text>'


def plated(text: Lines, at: Point, css: str, *, anchor: str = "") -> str:
    """Lines of text on a ground of their own, so that no line of the picture is seen between or behind them."""
    if not text.lines:
        return ""
    x, top = at
    left = x - 3 if anchor == "start" else x - text.width / 2 - 2
    ground = rectangle("opsbook-plate", Box(left, top, text.width + (6 if anchor == "start" else 4), text.height), 2)
    return ground + text_lines(text, at, css, anchor=anchor)


def arrow(path: Sequence[Point], css: str, *, hollow: bool = False) -> str:
    """A line through corners with a head at its end; a hollow head says that nobody waits."""
    *_, (x1, y1), (x2, y2) = path
    across, along = (x2 > x1) - (x2 < x1), (y2 > y1) - (y2 < y1)
    if abs(x2 - x1) > abs(y2 - y1):
        along = 0
    else:
        across = 0
    back_x, back_y = x2 - _HEAD * across, y2 - _HEAD * along
    line = _rounded([*path[:-1], (x2, y2) if hollow else (back_x, back_y)])
    (ax, ay), (bx, by) = ((back_x - 4 * along, back_y - 4 * across), (back_x + 4 * along, back_y + 4 * across))
    head = f"M{ax:g} {ay:g}L{x2:g} {y2:g}L{bx:g} {by:g}{'' if hollow else 'Z'}"
    kind = "opsbook-head-open" if hollow else "opsbook-head"
    return f'<path class="{css}" d="{line}"/><path class="{kind}" d="{head}"/>'


def _rounded(path: Sequence[Point], radius: float = 5) -> str:
    """A path through corners, each rounded as far as its neighbours leave room."""
    parts = [f"M{path[0][0]:g} {path[0][1]:g}"]
    for before, corner, after in zip(path, path[1:], path[2:], strict=False):
        room = min(radius, _distance(before, corner) / 2, _distance(corner, after) / 2)
        (ax, ay), (bx, by) = _towards(corner, before, room), _towards(corner, after, room)
        straight = (ax == bx) or (ay == by)
        parts.append("" if straight else f"L{ax:g} {ay:g}Q{corner[0]:g} {corner[1]:g} {bx:g} {by:g}")
    return "".join(parts) + f"L{path[-1][0]:g} {path[-1][1]:g}"


def _distance(a: Point, b: Point) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _towards(start: Point, goal: Point, far: float) -> Point:
    """The point that lies `far` units from `start` on the way to `goal`, along an axis."""
    whole = _distance(start, goal) or 1
    share = far / whole
    return round(start[0] + (goal[0] - start[0]) * share, 1), round(start[1] + (goal[1] - start[1]) * share, 1)
