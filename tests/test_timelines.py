"""Pictures of what happens when: true to scale, in the order that is told, and legible whatever they say."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis.strategies import characters, lists, text, timedeltas

from opsbook.diagrams.figure import timeline_figure
from opsbook.diagrams.timeline import Event, Timeline, draw_timeline
from opsbook.labels import Labels
from test_diagrams import SVG, parsed, texts_of, tidy

MINUTES = {
    "one event": [15],
    "two": [0, 15],
    "at the same time": [5, 5, 5],
    "close to each other, and one far away": [0, 1, 2, 3, 1440],
    "days apart": [0, 3 * 1440, 30 * 1440],
    "thirty": list(range(30)),
    "told in another order": [30, 0, 15],
}
"""When the events of timelines are."""


def _drawn(minutes: list[int], title: str = "On-call engineer", note: str = "") -> str:
    events = (Event(title, timedelta(minutes=at), f"{at} min", note) for at in minutes)
    svg, width, height = draw_timeline(Timeline(tuple(events)))
    assert parsed(svg).get("viewBox") == f"-6 -6 {width} {height}"
    return svg


def _places(svg: str, css: str) -> list[float]:
    """Where circles of a class are, from the top."""
    return [float(one.attrib["cy"]) for one in parsed(svg).iter(f"{SVG}circle") if one.get("class") == css]


def _lines(svg: str) -> list[float]:
    """The baselines of the titles, a line each, in the order of the picture."""
    titles = (one for one in parsed(svg).iter(f"{SVG}text") if "opsbook-title" in one.get("class", ""))
    return [float(span.attrib["y"]) for one in titles for span in one.iter(f"{SVG}tspan")]


@pytest.mark.parametrize("minutes", MINUTES.values(), ids=MINUTES)
def test_dots_are_as_far_apart_as_what_happens(minutes: list[int]) -> None:
    dots = _places(_drawn(minutes), "opsbook-dot")
    assert len(dots) == len(minutes)
    first, last, span = min(dots), max(dots), max(minutes) - min(minutes)
    for dot, at in zip(dots, minutes, strict=True):
        share = (at - min(minutes)) / span if span else 0
        assert dot == pytest.approx(first + share * (last - first), abs=0.1)


@pytest.mark.parametrize("minutes", MINUTES.values(), ids=MINUTES)
def test_texts_stand_below_each_other_however_close_in_time(minutes: list[int]) -> None:
    svg = _drawn(minutes, "Engineering manager and the owner of the database", "When the data may be lost")
    lines = _lines(svg)
    assert len(lines) >= 2 * len(minutes), "the titles take two lines each"
    assert all(below - above >= 14 for above, below in pairwise(lines))
    told = [said for said in texts_of(svg) if said.endswith(" min")]
    assert told == [f"{at} min" for at in minutes], "in the order in which they are told"
    assert float(parsed(svg).attrib["height"]) > lines[-1]


def test_what_has_no_time_has_a_ring_and_no_dot() -> None:
    events = (Event("On-call", timedelta(), "at once"), Event("Security lead", None, "", "When data may be lost"))
    svg, _, _ = draw_timeline(Timeline(events))
    assert (len(_places(svg, "opsbook-dot")), len(_places(svg, "opsbook-ring"))) == (1, 1)
    without, _, _ = draw_timeline(Timeline(events[1:]))
    assert (_places(without, "opsbook-dot"), "opsbook-axis" in without) == ([], False)


@pytest.mark.parametrize("said", ["On-call " * 30, "Incident" * 30, "事故" * 60])
def test_a_picture_stays_narrow_however_long_its_texts(said: str) -> None:
    _, width, height = draw_timeline(Timeline((Event(said, timedelta(), "1 d 12 h 30 min", said),)))
    assert width <= 460
    assert height > 100


@given(lists(text(characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40), min_size=1, max_size=5))
def test_any_text_is_drawn_as_it_is(words: list[str]) -> None:
    events = (Event(word, timedelta(minutes=at), word, word) for at, word in enumerate(words))
    svg, _, _ = draw_timeline(Timeline(tuple(events)))
    assert {tidy(said) for said in texts_of(svg)} - {""} == {tidy(word) for word in words} - {""}


@given(lists(timedeltas(min_value=timedelta()), min_size=1, max_size=8))
def test_any_times_are_drawn_within_the_picture(times: list[timedelta]) -> None:
    svg, _, height = draw_timeline(Timeline(tuple(Event("On-call", at) for at in times)))
    assert all(0 <= dot <= height for dot in _places(svg, "opsbook-dot"))


def test_the_figure_says_what_it_shows_and_nothing_of_it_is_markup() -> None:
    events = (Event("<b>x</b>", timedelta(), '"&'), Event("y", timedelta(minutes=1), "", "</svg><script>"))
    said = timeline_figure(Timeline(events), 'Escalation: "<i>"', Labels("en", {}))
    assert not re.search("<(b|i|script)>", said)
    assert 'aria-label="Escalation: &quot;&lt;i&gt;&quot;. The table says the same in words."' in said
    assert timeline_figure(Timeline(()), "Nothing", Labels("en", {})) == ""
