"""The pages of all incidents, and the pictures on them: dots of durations, measured as a browser shows them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from playwright.sync_api import Page

from browser.conftest import Site, Visit
from browser.test_access import everywhere
from browser.test_pictures import DESKTOP, ENGLISH, PHONE, measured, measured_in_the_dark, show, width_of
from opsbook.diagrams.dots import Plot, Row, plot_figure

TOUCHED = """
() => [...document.querySelectorAll("figure.opsbook-plot")].flatMap((figure) => {
  const name = figure.previousElementSibling.textContent;
  const box = (node) => node.getBBox();
  const apart = (one, other) =>
    one.x + one.width <= other.x || other.x + other.width <= one.x ||
    one.y + one.height <= other.y || other.y + other.height <= one.y;
  const texts = [...figure.querySelectorAll("text")].map((text) => [text.textContent, box(text)]);
  const drawn = [...figure.querySelectorAll(".opsbook-point, .opsbook-points, .opsbook-quantile")].map(box);
  const whole = figure.querySelector("svg").viewBox.baseVal;
  return [
    ...texts.flatMap(([said, one], at) => [
      ...texts.slice(at + 1).filter(([, other]) => !apart(one, other))
        .map(([other]) => `${name}: "${said}" lies on "${other}"`),
      ...drawn.filter((other) => !apart(one, other)).map(() => `${name}: something is drawn on "${said}"`),
    ]),
    ...drawn.filter((one) => one.x < whole.x || one.x + one.width > whole.x + whole.width)
      .map(() => `${name}: cut off`),
  ];
})
"""
"""What lies on a text that should stand by itself, and what leaves its picture."""


def row(title: str, *minutes: float) -> Row:
    """A row of dots, with a median and a ninetieth percentile somewhere among them."""
    passed = sorted(timedelta(minutes=one) for one in minutes)
    marks = (passed[len(passed) // 2], passed[len(passed) * 9 // 10]) if len(passed) > 1 else ()
    return Row(title, tuple((one, f"{one} <of> it") for one in passed), marks)


def _skewed(count: int) -> list[float]:
    random = Random(count)  # noqa: S311  # the same figures every time is what is wanted
    return [round(random.lognormvariate(3, 1.5)) for _ in range(count)]


MARKS = ("median", "p90: nine in ten take no longer")
PLOTS = {
    "one": Plot((row("Time to detect", 25),), "one incident", MARKS),
    "few": Plot((row("Time to detect", 1, 5, 60), row("Time to resolve", 60, 61, 62, 1440)), "one incident", MARKS),
    "many": Plot(tuple(row(f"Time to {name}", *_skewed(500)) for name in ("detect", "resolve")), "one incident", MARKS),
    "no time": Plot((row("Time to detect", 0, 0, 0, 0.005, 3), row("Time to mitigate", 0)), "one incident", MARKS),
    "from a second to ten years": Plot((row("Time to resolve", 1 / 60, 3, 240, 5_000_000),), "one incident", MARKS),
    "the same": Plot((row("Time to acknowledge", *[5] * 90),), "one incident", MARKS),
    "long words": Plot(
        (row("Zeit bis zur Wiederherstellung aller Donaudampfschifffahrtsgesellschaftsdienste", 3, 400),),
        "ein einzelner Vorfall, wie er in den Aufzeichnungen steht",
        ("die Mitte", "neun von zehn Vorfällen dauerten nicht länger als bis hierher", "😀 العربية"),
    ),
}
FAULTS = {
    "lies on": ".opsbook-plot text { font-size: 26px !important; }",
    "something is drawn on": ".opsbook-plot .opsbook-point { transform: translateX(-150px); cx: 60px; }",
    "cut off": ".opsbook-plot .opsbook-point { cx: 900px; }",
}
"""Styles that put things where they should not be, and what is then found."""


def figures() -> str:
    """The plots as HTML, each below its name."""
    return "\n".join(f"<h2>{name}</h2>{plot_figure(plot, name, ENGLISH)}" for name, plot in PLOTS.items())


def touched(page: Page) -> list[str]:
    """What lies where it should not."""
    found: list[str] = page.evaluate(TOUCHED)
    return found


def test_texts_and_dots_stay_in_their_places(handbooks: Site, visit: Callable[..., Visit]) -> None:
    seen = visit(viewport=DESKTOP)
    page = show(seen, handbooks, figures())
    assert page.locator("figure.opsbook-plot svg").count() == len(PLOTS)
    assert touched(page) + measured(page) + measured_in_the_dark(page) == []
    assert seen.troubles == []


@pytest.mark.parametrize(("fault", "style"), FAULTS.items())
def test_what_is_out_of_place_is_found(handbooks: Site, visit: Callable[..., Visit], fault: str, style: str) -> None:
    page = show(visit(viewport=DESKTOP), handbooks, figures())
    page.add_style_tag(content=style)
    assert any(fault in found for found in touched(page))


def test_dots_stand_above_the_names_of_their_time(handbooks: Site, visit: Callable[..., Visit]) -> None:
    plot = Plot((row("A row", 5, 60, 1440),), "one")
    page = show(visit(viewport=DESKTOP), handbooks, f"<h2>Row</h2>{plot_figure(plot, 'Row', ENGLISH)}")
    middles = """(nodes) => nodes.map((node) => { const box = node.getBBox(); return box.x + box.width / 2; })"""
    names = ["5 min", "1 h", "1 day"]
    texts = [
        page.locator("figure text").filter(has_text=re.compile(f"^{name}$")).evaluate_all(middles)[-1] for name in names
    ]
    assert page.locator("figure circle:has(title)").evaluate_all(middles) == pytest.approx(texts, abs=1.5)


def test_on_a_phone_the_picture_scrolls_and_the_page_does_not(handbooks: Site, visit: Callable[..., Visit]) -> None:
    page = show(visit(viewport=PHONE), handbooks, figures())
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert measured(page, places=False) == []


def test_print_shows_whole_pictures(handbooks: Site, visit: Callable[..., Visit]) -> None:
    page = show(visit(viewport={"width": 720, "height": 1000}), handbooks, figures())
    page.emulate_media(media="print")
    for number in range(len(PLOTS)):
        view, picture = page.locator(".opsbook-diagram-view").nth(number), page.locator("figure svg").nth(number)
        assert width_of(picture) <= width_of(view) + 1


def pages_of(site: Site, system: str) -> list[str]:
    """A record, the form of every profile, the process of postmortems and the index of a system."""
    forms = site.of(system, "postmortem-template")
    return [
        site.of(system, "postmortem", status="closed")[0],
        *forms,
        f"{system}/postmortems/process.html",
        f"{system}/incidents/index.html",
    ]


@pytest.mark.parametrize("system", ["chatbot", "smartbeak"])
def test_axe_finds_nothing(handbooks: Site, visit: Callable[..., Visit], system: str) -> None:
    seen = visit(viewport=DESKTOP)
    found = {name: everywhere(seen, handbooks.url(name)) for name in pages_of(handbooks, system)}
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert seen.troubles == []


@pytest.mark.parametrize(("system", "runbook"), [("chatbot", "restore-postgres"), ("smartbeak", "redis-recovery")])
def test_axe_finds_nothing_while_an_incident_runs(
    handbooks: Site, visit: Callable[..., Visit], system: str, runbook: str
) -> None:
    seen = visit(viewport=DESKTOP)

    def begin(page: Page) -> None:
        page.locator(".opsbook-incident summary").click()
        page.locator(".opsbook-incident form button").click()
        page.locator(".opsbook-incident-step input").first.check()

    assert everywhere(seen, handbooks.url(f"{system}/runbooks/{runbook}.html"), begin) == []
    assert seen.troubles == []


@pytest.mark.parametrize(("year", "late"), [(2020, False), (2099, True)])
def test_the_readers_clock_says_what_is_overdue(
    handbooks: Site,
    visit: Callable[..., Visit],
    year: int,
    late: bool,  # noqa: FBT001  # a case's expectation
) -> None:
    seen = visit()
    seen.page.clock.set_fixed_time(datetime(year, 1, 1, tzinfo=UTC))
    page = seen.open(handbooks.url("chatbot/incidents/index.html"))
    actions = page.locator("time[data-opsbook-overdue]").count()
    assert actions > 0
    assert page.locator(".opsbook-overdue").count() == (actions if late else 0)
