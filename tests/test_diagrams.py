"""Diagrams as SVG: where texts break, that all of them is there, and that order and repetition change nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis.strategies import characters, lists, text

from effort import placings
from opsbook.diagrams.arranging import COLUMN, LEGIBLE, WIDEST
from opsbook.diagrams.bounds import least_width
from opsbook.diagrams.drawing import Drawing, draw
from opsbook.diagrams.figure import figure
from opsbook.diagrams.geometry import Size, overlap
from opsbook.diagrams.layout import Placed, Wanted, place
from opsbook.diagrams.text import MOST, NAME, PLAIN, SMALL, TITLE, is_rightward, width, wrap
from opsbook.diagrams.values import Boundary, Edge, Graph, Node, Sequence, SequenceMessage
from opsbook.labels import Labels
from pictures import diagrams

SVG = "{http://www.w3.org/2000/svg}"
ENGLISH = Labels("en", {})

BROKEN = [
    ("", 100, []),
    ("one", 100, ["one"]),
    ("asks for free rooms", 80, ["asks for ", "free rooms"]),
    ("conversaciones", 84, ["conversaciones"]),
    ("Container: Node.js × 3", 116, ["Container: ", "Node.js × 3"]),
    ("Gets tokens · Calls the APIs", 84, ["Gets tokens · ", "Calls the APIs"]),
    ("POST /v1/reservations/confirmations", 84, ["POST ", "/v1/reservations/", "confirmations"]),
    ("ReservationConfirmationHandler", 84, ["Reservation", "Confirmation", "Handler"]),
    ("预订服务管理系统", 60, ["预订服务管理", "系统"]),
    ("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 60, ["👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"]),
    ("🇩🇪🇪🇸🇩🇪🇪🇸", 60, ["🇩🇪🇪🇸", "🇩🇪🇪🇸"]),
]
"""Texts, how wide their lines should be, and the lines."""


@pytest.fixture
def placed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Wanted, Placed]]:
    """What is placed in a test, and how."""
    return placings(monkeypatch)


def tidy(text: str) -> str:
    """A text on one line, with a single space between words."""
    return " ".join(text.split())


def parsed(svg: str) -> ET.Element:
    """A picture as XML."""
    return ET.fromstring(svg)  # noqa: S314  # it is our own


def texts_of(svg: str) -> list[str]:
    """Every text of a picture as a reader sees it, the clipped ones whole."""
    return [
        text.findtext(f"{SVG}title") or "".join(span.text or "" for span in text.iter(f"{SVG}tspan"))
        for text in parsed(svg).iter(f"{SVG}text")
    ]


@pytest.mark.parametrize(("words", "limit", "lines"), BROKEN)
def test_texts_break_where_readers_expect_it(words: str, limit: float, lines: list[str]) -> None:
    assert list(wrap(words, limit).lines) == lines


@given(text())
def test_lines_hold_the_text_and_are_no_wider_than_they_say(words: str) -> None:
    broken = wrap(words, 90, TITLE)
    assert len(broken.lines) <= MOST
    assert all(width(line.rstrip(), TITLE) <= broken.width for line in broken.lines)
    if broken.whole:
        assert broken.whole == tidy(words)
        assert broken.lines[-1].endswith("…")
    else:
        assert "".join(broken.lines) == tidy(words)


def test_lines_do_not_grow_where_they_must_not() -> None:
    assert wrap("Benutzerkontenverwaltungsdatenbank of the platform", 90, NAME, growth=1).width <= 90


@pytest.mark.parametrize(
    ("narrower", "wider"),
    [("ill", "mmm"), ("a", "á b"), ("é", "ée"), ("x", "漢"), ("漢", "🚀"), ("a\u200d", "ab")],
)
def test_widths_follow_what_is_drawn(narrower: str, wider: str) -> None:
    assert width(narrower) < width(wider)


def test_accents_take_no_room() -> None:
    assert width("conversación") == width("conversacion") == width("conversacio\u0301n")


@pytest.mark.parametrize("words", ["abc", "API نظام", "12", ""])
def test_a_text_is_read_rightwards(words: str) -> None:
    assert is_rightward(words)


@pytest.mark.parametrize("words", ["12 שלום", "نظام API"])
def test_a_text_is_read_leftwards(words: str) -> None:
    assert not is_rightward(words)


@pytest.mark.whole
@pytest.mark.parametrize("name", diagrams())
def test_pictures_are_small_well_formed_and_the_same_every_time(name: str) -> None:
    diagram = diagrams()[name]
    first = draw(diagram)
    draw.cache_clear()
    assert draw(diagrams()[name]) == first
    parsed(first.svg)
    assert len(first.svg) < 600 * (len(_parts(diagram)) + 3)


def _parts(diagram: Graph | Sequence) -> tuple[object, ...]:
    """What is in a diagram."""
    if isinstance(diagram, Graph):
        return (*diagram.nodes, *diagram.edges, *diagram.boundaries)
    return (*diagram.participants, *diagram.messages)


@pytest.mark.parametrize("name", ["containers", "deployment", "shapes", "nested-1", "titles-of-frames"])
def test_the_order_of_what_is_given_changes_nothing(name: str) -> None:
    diagram = diagrams()[name]
    assert isinstance(diagram, Graph)
    nodes, edges, boundaries = list(diagram.nodes), list(diagram.edges), list(diagram.boundaries)
    random = Random(1)  # noqa: S311  # the same order every time
    for part in (nodes, edges, boundaries):
        random.shuffle(part)
    shuffled = Graph.of(nodes, edges, boundaries)
    draw.cache_clear()
    assert draw(shuffled) == draw(diagram)


@settings(max_examples=25)
@given(lists(text(characters(exclude_categories=["Cs", "Cc"]), max_size=60), min_size=6, max_size=6))
def test_any_text_is_drawn_as_it_is(words: list[str]) -> None:
    title, note, label, frame, other, again = words
    graph = Graph.of(
        [Node("a", title, note, inside="f", address="x.md#a"), Node("b", other, shape="external")],
        [Edge("a", "b", label), Edge("b", "b", again)],
        [Boundary("f", frame)],
    )
    shown = texts_of(draw(graph).svg)
    assert {tidy(one) for one in words if tidy(one)} - {tidy(one) for one in shown} == set()
    told = Sequence((Node("a", title), Node("b", note)), (SequenceMessage("a", "b", label, when=frame),))
    shown = texts_of(draw(told).svg)
    assert {tidy(one) for one in (title, note, label, frame) if tidy(one)} - {tidy(one) for one in shown} == set()


def test_what_is_clipped_is_in_the_tooltip() -> None:
    diagram = diagrams()["long-texts"]
    assert isinstance(diagram, Graph)
    drawn = draw(diagram)
    said = {one.title for one in diagram.nodes} | {one.label for one in diagram.edges}
    said |= {one.title for one in diagram.boundaries}
    assert said <= set(texts_of(drawn.svg))
    assert drawn.height < 800


@pytest.mark.parametrize(
    "name", ["focus", "containers", "deployment", "star", "dense-0", "nested-2", "sequence-of-nine"]
)
def test_what_can_be_taken_in_at_a_glance_fits_a_column(name: str) -> None:
    drawn = draw(diagrams()[name])
    assert drawn.width <= WIDEST
    assert SMALL * COLUMN / drawn.width >= LEGIBLE
    assert not drawn.legend


def test_where_labels_do_not_fit_edges_bear_numbers() -> None:
    diagram = diagrams()["wide"]
    assert isinstance(diagram, Graph)
    drawn = draw(diagram)
    assert set(drawn.legend) == {edge.label for edge in diagram.edges if edge.source != edge.target}
    assert drawn.width <= WIDEST
    shown = texts_of(drawn.svg)
    assert {str(number + 1) for number in range(len(drawn.legend))} <= set(shown)
    assert f"<li>{drawn.legend[0]}</li>" in figure(diagram, "Wide", ENGLISH)


def test_what_nothing_connects_stands_in_rows() -> None:
    apart = Graph.of([Node(f"n{number:02}", f"Element {number}", "Container: Python") for number in range(20)], [])
    drawn = draw(apart)
    assert drawn.width <= WIDEST
    assert drawn.height > 100
    framed = draw(
        replace(
            apart, nodes=tuple(replace(node, inside="f") for node in apart.nodes), boundaries=(Boundary("f", "All"),)
        )
    )
    assert framed.width <= WIDEST


def test_nothing_is_drawn_of_nothing() -> None:
    assert draw(Graph((), ())) == Drawing("", 0, 0)
    assert draw(Sequence((), ())).svg == ""
    assert figure(Graph((), ()), "Nothing", ENGLISH) == ""


def test_an_empty_boundary_is_a_frame() -> None:
    drawn = draw(Graph((), (), (Boundary("a", "Empty"), Boundary("b", "Also", inside="c"), Boundary("c", "Around"))))
    assert drawn.svg.count("opsbook-frame") == 3
    assert "opsbook-node" not in drawn.svg


def test_boxes_have_the_sizes_that_were_asked_for() -> None:
    wanted = Wanted(
        ((Size(120, 60), None), (Size(90, 35), 0), (Size(100, 50), 0)),
        ((Size(80, 17), None),),
        ((0, 1, Size(70, 36)), (1, 2, None), (0, 2, Size(50, 19))),
    )
    placed = place(wanted)
    assert [Size(box.width, box.height) for box in placed.nodes] == [size for size, _ in wanted.nodes]
    assert [label and Size(label.width, label.height) for label in placed.labels] == [
        label for _, _, label in wanted.edges
    ]
    assert not any(overlap(one, other) for one in placed.nodes for other in placed.nodes if one is not other)
    frame = placed.boundaries[0]
    assert all(frame.x < box.x and box.right < frame.right and box.bottom < frame.bottom for box in placed.nodes[1:])


_HUB, _LEAF, _LABEL = (Size(150, 60), None), (Size(100, 50), None), Size(80, 20)


@pytest.mark.parametrize(
    ("edges", "least"),
    [
        ([], 150),
        ([(0, leaf, None) for leaf in range(1, 6)], 5 * 100 + 4 * 40),
        ([(leaf, 0, None) for leaf in range(1, 6)], 5 * 100 + 4 * 40),
        ([(0, 1, None), (0, 2, None), (3, 0, None), (4, 0, None), (5, 0, None)], 3 * 100 + 2 * 40),
        ([(0, leaf, Size(200, 20)) for leaf in range(1, 6)], 5 * 200 + 4 * 20),
        ([(0, leaf, _LABEL) for leaf in range(1, 6)] + [(leaf, 0, _LABEL) for leaf in range(1, 6)], 10 * 80 + 9 * 20),
        ([(0, 1, None), (1, 2, None), (2, 3, None), (3, 4, None), (4, 5, None)], 150),
    ],
)
def test_how_wide_a_picture_is_at_least_is_known_beforehand(
    edges: list[tuple[int, int, Size | None]], least: float
) -> None:
    wanted = Wanted((_HUB, *[_LEAF] * 5), (), tuple(edges))
    assert least_width(wanted) == least
    assert least <= place(wanted).width


def test_nothing_that_fits_is_held_too_wide(placed: list[tuple[Wanted, Placed]]) -> None:
    for diagram in diagrams().values():
        draw.__wrapped__(diagram)
    down = [(least_width(wanted), made.width) for wanted, made in placed if wanted.flow != "right"]
    assert len(down) > 40
    assert [(least, wide) for least, wide in down if least > max(wide, WIDEST / 2) * 1.01] == []


def _star(leaves: int, label: str) -> Graph:
    names = [f"n{number:02}" for number in range(leaves)]
    return Graph.of([Node(name, f"Element {name}") for name in names], [Edge("n00", name, label) for name in names[1:]])


@pytest.mark.parametrize(
    ("graph", "layouts"),
    [
        (_star(4, "calls"), 1),
        (_star(12, "calls"), 3),
        (_star(40, "asks for what it needs to know"), 1),
    ],
    ids=["fits", "fits to the right", "never fits"],
)
def test_what_cannot_fit_is_not_placed_to_see_it(
    graph: Graph, layouts: int, placed: list[tuple[Wanted, Placed]]
) -> None:
    assert draw.__wrapped__(graph).svg
    assert len(placed) == layouts


def test_links_lead_to_where_they_are_asked_to() -> None:
    graph = Graph.of([Node("a", "A", address='x.md#"&<')], [], [Boundary("f", "F", address="y.md")])
    assert re.findall(r'<a class="opsbook-to" href="([^"]*)"', draw(graph).svg) == ["x.md#&quot;&amp;&lt;", "y.md"]


def test_only_what_is_shown_smaller_than_it_is_has_buttons() -> None:
    assert "data-opsbook-zoom" not in figure(diagrams()["focus"], "Small", ENGLISH)
    assert 'data-opsbook-zoom-in="Zoom in"' in figure(diagrams()["containers"], "Large", ENGLISH)
    assert "opsbook-poster" not in figure(diagrams()["containers"], "Large", ENGLISH)
    assert "opsbook-poster" in figure(diagrams()["poster"], "Poster", ENGLISH)


def test_faces_differ() -> None:
    assert width("Word", PLAIN) < width("Word", NAME) < width("Word", TITLE)
