"""Pictures of diagrams as a page shows them, measured: those of this repository's site, and those of `pictures.yaml`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Locator, Page

from browser.conftest import Site, Visit
from browser.test_access import AXE, RUN
from opsbook.diagrams.drawing import COLUMN, LEGIBLE
from opsbook.diagrams.figure import figure
from opsbook.labels import Labels
from pictures import diagrams

MEASURE = (Path(__file__).parent / "pictures.js").read_text(encoding="utf-8")
DESKTOP = {"width": 1280, "height": 900}
"""With a column of 688 pixels."""

PHONE = {"width": 390, "height": 800}
VIEW = ".opsbook-diagram-view"
ENGLISH = Labels("en", {})


def measured(page: Page) -> list[str]:
    """What is wrong with the pictures of a page."""
    found: list[str] = page.evaluate(MEASURE, {"legible": LEGIBLE})
    return found


def figures(*names: str) -> str:
    """The figures of `pictures.yaml` as HTML, each below its name."""
    drawn = {name: diagram for name, diagram in diagrams().items() if not names or name in names}
    assert drawn
    return "\n".join(
        f"<h2>{name}</h2>{figure(diagram, name, ENGLISH).partition('<details')[0]}" for name, diagram in drawn.items()
    )


def show(seen: Visit, site: Site, content: str) -> Page:
    """A page of the site with other content, as if it had been built so."""
    built = (site.folder / "index.html").read_text(encoding="utf-8")
    html = re.sub(
        r"(<article[^>]*>).*(</article>)", lambda match: f"{match[1]}<h1>Pictures</h1>{content}{match[2]}", built, flags=re.DOTALL
    )
    url = site.url("pictures.html")
    seen.page.route(url, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    return seen.open(url)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_are_legible(handbooks: Site, visit: Callable[..., Visit], scheme: str) -> None:
    page = show(visit(viewport=DESKTOP, color_scheme=scheme), handbooks, figures())
    assert page.locator("article").bounding_box()["width"] == pytest.approx(COLUMN, abs=1)
    assert page.locator("figure svg").count() == len(diagrams())
    assert measured(page) == []
