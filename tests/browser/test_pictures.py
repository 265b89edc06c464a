"""Pictures of diagrams as a page shows them, measured: those of the site, and those of `pictures.yaml`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from functools import cache
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import FloatRect, Locator, Page

from browser.conftest import Site, Visit
from browser.test_access import violations
from opsbook.diagrams.arranging import COLUMN, LEGIBLE
from opsbook.diagrams.drawing import Drawing, draw
from opsbook.diagrams.figure import figure
from opsbook.diagrams.text import SMALL
from opsbook.labels import Labels
from pictures import diagrams

MEASURE = (Path(__file__).parent / "pictures.js").read_text(encoding="utf-8")
DESKTOP = {"width": 1280, "height": 900}
"""With a column of 688 pixels."""

PHONE = {"width": 390, "height": 800}
VIEW = ".opsbook-diagram-view"
FAULTS = {
    "pixels high": ".opsbook-diagram text { font-size: 11px !important; }",
    "leaves its shape": ".opsbook-diagram .opsbook-note { font-size: 20px !important; }",
    "is cut off": ".opsbook-diagram .opsbook-title { font-size: 60px !important; }",
    "overlap": ".opsbook-diagram .opsbook-label { font-size: 26px !important; }",
    "leaves its frame": ".opsbook-diagram .opsbook-boundary-title { font-size: 50px !important; }",
    "has no ground": ".opsbook-plate { fill: none !important; }",
    "has a contrast of": ".opsbook-diagram text { fill: #888 !important; }",
}
"""Styles that make pictures illegible, and what is then found."""

OPEN = "view => getComputedStyle(view).overflowX === 'visible' && view.scrollHeight <= view.clientHeight + 1"
"""Whether a view shows all of its picture."""

ENGLISH = Labels("en", {})


def measured(page: Page, *, places: bool = True) -> list[str]:
    """What is wrong with the pictures of a page: with their texts, and with where things stand."""
    found: list[str] = page.evaluate(MEASURE, {"legible": LEGIBLE, "places": places})
    return found


def measured_in_the_dark(page: Page) -> list[str]:
    """What is wrong with the texts of its pictures in the dark scheme."""
    page.evaluate("document.body.dataset.mdColorScheme = 'slate'")
    page.wait_for_timeout(300)  # until transitions of colours are over
    return [f"dark: {found}" for found in measured(page, places=False)]


def figures(*names: str) -> str:
    """The figures of `pictures.yaml` as HTML, each below its name."""
    drawn = {name: diagram for name, diagram in diagrams().items() if not names or name in names}
    assert drawn
    return "\n".join(
        f"<h2>{name}</h2>{figure(diagram, name, ENGLISH).partition('<details')[0]}" for name, diagram in drawn.items()
    )


def diagrams_drawn(name: str) -> Drawing:
    """A picture of `pictures.yaml`."""
    return draw(diagrams()[name])


def drawn(site: Site) -> Iterator[tuple[str, str]]:
    """The figures of a built site, each with the page that it is on."""
    for name in site.pages:
        for picture in re.findall(r'<figure class="opsbook-diagram.*?</figure>', _text(site.folder / name), re.DOTALL):
            yield name, picture


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def box_of(found: Locator) -> FloatRect:
    """Where something is on the screen."""
    box = found.bounding_box()
    assert box
    return box


def width_of(found: Locator) -> float:
    """How wide something is on the screen."""
    return box_of(found)["width"]


def height_of(found: Locator) -> float:
    """How high it is."""
    return box_of(found)["height"]


def show(seen: Visit, site: Site, content: str) -> Page:
    """A page of the site with other content, as if it had been built so."""
    built = (site.folder / "tutorial.html").read_text(encoding="utf-8")
    html = re.sub(
        r"(<article[^>]*>).*(</article>)",
        lambda match: f'{match[1]}<h1 id="tutorial">Pictures</h1>{content}{match[2]}',
        built,
        flags=re.DOTALL,
    )
    url = site.url("pictures.html")
    seen.page.route(url, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    seen.page.set_default_timeout(60_000)  # a hundred pictures on a page are not what readers wait for
    return seen.open(url)


def test_pictures_are_legible(handbooks: Site, visit: Callable[..., Visit]) -> None:
    page = show(visit(viewport=DESKTOP), handbooks, figures())
    assert width_of(page.locator("article")) == pytest.approx(COLUMN, abs=1)
    assert page.locator("figure svg").count() == len(diagrams())
    assert measured(page) + measured_in_the_dark(page) == []


@pytest.mark.parametrize(("fault", "style"), list(FAULTS.items()))
def test_what_is_illegible_is_found(handbooks: Site, visit: Callable[..., Visit], fault: str, style: str) -> None:
    page = show(visit(viewport=DESKTOP), handbooks, figures("containers", "sequence"))
    page.add_style_tag(content=style)
    assert any(fault in found for found in measured(page))


def test_an_edge_through_a_box_is_found(handbooks: Site, visit: Callable[..., Visit]) -> None:
    page = show(visit(viewport=DESKTOP), handbooks, figures("cycle"))
    page.evaluate("document.querySelector('svg > .opsbook-edge').setAttribute('d', 'M0 0L250 600')")
    assert any("an edge runs through" in found for found in measured(page))


@pytest.mark.parametrize("share", range(3))
def test_every_picture_of_the_site_is_legible(handbooks: Site, visit: Callable[..., Visit], share: int) -> None:
    found = list(drawn(handbooks))[share::3]
    assert found
    content = "".join(f"<h2>{name}</h2>{picture}" for name, picture in found)
    page = show(visit(viewport=DESKTOP), handbooks, content)
    assert measured(page) + measured_in_the_dark(page) == []


def test_every_link_of_every_picture_leads_somewhere(handbooks: Site) -> None:
    links = {
        (name, unescape(href)) for name, picture in drawn(handbooks) for href in re.findall(r'href="([^"]*)"', picture)
    }
    assert links
    lost = []
    for name, href in sorted(links):
        path, _, anchor = href.partition("#")
        goal = Path(os.path.normpath(handbooks.folder / Path(name).parent / unquote(path or Path(name).name)))
        if not goal.is_file() or (anchor and f'id="{unquote(anchor)}"' not in _text(goal)):
            lost.append(f"{name}: {href}")
    assert lost == []


def test_a_poster_is_zoomed_and_panned(handbooks: Site, visit: Callable[..., Visit]) -> None:
    seen = visit(viewport=DESKTOP)
    page = show(seen, handbooks, figures("poster"))
    picture, view = page.locator("figure svg"), page.locator(VIEW)
    natural = diagrams_drawn("poster").width
    least = width_of(picture)
    assert least == pytest.approx(natural * LEGIBLE / SMALL, abs=1)
    assert height_of(view) < DESKTOP["height"] < height_of(picture)

    page.get_by_role("button", name="Zoom in").click()
    assert width_of(picture) == pytest.approx(least * 1.25, rel=0.01)
    page.get_by_role("button", name="Zoom out").click()
    assert width_of(picture) == pytest.approx(least, rel=0.01)

    view.focus()
    page.keyboard.press("+")
    page.keyboard.press("+")
    assert width_of(picture) == pytest.approx(least * 1.25**2, rel=0.01)
    page.keyboard.press("0")
    assert width_of(picture) == pytest.approx(least, rel=0.01)

    view.hover()
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    page.wait_for_function(
        "([most]) => document.querySelector('figure svg').getBoundingClientRect().width > most", arg=[least * 1.3]
    )
    assert seen.troubles == []


def test_the_point_below_the_pointer_stays_when_zoomed(handbooks: Site, visit: Callable[..., Visit]) -> None:
    page = show(visit(viewport=DESKTOP), handbooks, figures("poster"))
    node = page.locator(".opsbook-node").nth(5)
    node.scroll_into_view_if_needed()
    before = box_of(node)
    x, y = before["x"] + before["width"] / 2, before["y"] + before["height"] / 2
    page.mouse.move(x, y)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -60)
    page.keyboard.up("Control")
    page.wait_for_timeout(100)
    after = box_of(node)
    assert after["width"] > before["width"] * 1.2
    assert after["x"] + after["width"] / 2 == pytest.approx(x, abs=3)
    assert after["y"] + after["height"] / 2 == pytest.approx(y, abs=3)


@pytest.mark.parametrize(("far", "followed"), [(2, True), (60, False)])
def test_a_drag_pans_and_a_click_follows(
    handbooks: Site,
    visit: Callable[..., Visit],
    far: int,
    followed: bool,  # noqa: FBT001  # a case's expectation
) -> None:
    page = show(visit(viewport=DESKTOP), handbooks, figures("poster").replace("other.md", "tutorial.html"))
    view = page.locator(VIEW)
    view.evaluate("view => view.scrollTo(200, 200)")
    box = box_of(view)
    link = next(
        one
        for one in (box_of(found) for found in page.locator(".opsbook-node a").all())
        if box["x"] + 100 < one["x"] < box["x"] + box["width"] - 200
        and box["y"] + 100 < one["y"] < box["y"] + box["height"] - 100
    )
    start = link["x"] + link["width"] / 2, link["y"] + link["height"] / 2
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] - far, start[1] - far, steps=4)
    page.mouse.up()
    page.wait_for_timeout(300)
    assert ("tutorial.html" in page.url) == followed
    if not followed:
        assert view.evaluate("view => [view.scrollLeft, view.scrollTop]") == [200 + far, 200 + far]


def test_small_pictures_have_no_buttons(handbooks: Site, visit: Callable[..., Visit]) -> None:
    page = show(visit(viewport=DESKTOP), handbooks, figures("focus"))
    assert page.locator(".opsbook-zoom").count() == 0
    assert page.locator(f"{VIEW}[tabindex]").count() == 0


def test_a_poster_fills_the_screen(handbooks: Site, visit: Callable[..., Visit]) -> None:
    page = show(visit(viewport=DESKTOP), handbooks, figures("poster"))
    page.get_by_role("button", name="Full screen").click()
    page.wait_for_function("() => document.fullscreenElement?.matches('figure.opsbook-diagram')")
    assert height_of(page.locator(VIEW)) > DESKTOP["height"] * 0.85


def test_on_a_phone_pictures_scroll_and_the_page_does_not(handbooks: Site, visit: Callable[..., Visit]) -> None:
    page = show(visit(viewport=PHONE), handbooks, figures())
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert measured(page, places=False) == []
    assert page.locator(f"{VIEW}[tabindex='0']").count() > 0


def test_print_shows_whole_pictures(handbooks: Site, visit: Callable[..., Visit]) -> None:
    page = show(visit(viewport={"width": 720, "height": 1000}), handbooks, figures("poster", "containers", "focus"))
    page.get_by_role("button", name="Zoom in").first.click()
    page.emulate_media(media="print")
    assert page.locator(".opsbook-zoom:visible").count() == 0
    for number in range(3):
        view, picture = page.locator(VIEW).nth(number), page.locator("figure svg").nth(number)
        assert width_of(picture) <= width_of(view) + 1
        assert view.evaluate(OPEN)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(handbooks: Site, visit: Callable[..., Visit], scheme: str) -> None:
    page = show(
        visit(viewport=DESKTOP, color_scheme=scheme), handbooks, figures("containers", "sequence", "long-texts", "wide")
    )
    page.wait_for_timeout(150)  # until transitions of colours are over
    assert violations(page) == []


def test_every_link_of_a_picture_has_a_name(handbooks: Site, visit: Callable[..., Visit]) -> None:
    page = show(visit(), handbooks, figures("containers"))
    assert page.get_by_role("link", name="Reservation API Container: FastAPI").count() == 1
    assert page.get_by_role("group", name="containers. The table says the same in words.").count() == 1
