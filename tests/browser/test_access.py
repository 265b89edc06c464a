"""axe finds nothing, on every kind of page, wide and narrow, light and dark, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import axe_playwright_python
import pytest
from playwright.sync_api import Page

from browser.conftest import Site, Visit

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN = """
({ colours, rest }) => axe.run(document, {
  preload: false,
  resultTypes: ["violations"],
  ...(rest
    ? { rules: { "color-contrast": { enabled: colours } } }
    : { runOnly: ["color-contrast", "link-in-text-block"] }),
})
"""
"""Nothing is fetched beforehand: a browser lets no page from a disk read its style sheets."""

SHORTEN = """
() => {
  const rest = [...document.querySelectorAll("article > *")].slice(120);
  const links = [...document.querySelectorAll(".md-nav--secondary .md-nav__item")].slice(20);
  for (const node of [...rest, ...links]) node.remove();
}
"""
"""Long pages repeat themselves, and axe takes its time: their beginning shows everything."""

SCHEME = "(name) => { document.body.dataset.mdColorScheme = name === 'dark' ? 'slate' : 'default'; }"

SYSTEMS = ("chatbot", "smartbeak")
KINDS: dict[str, tuple[str, dict[str, str]]] = {
    "home": ("system", {}),
    "runbook": ("runbook", {"type": "maintenance"}),
    "troubleshooting": ("runbook", {"type": "troubleshooting"}),
    "checklist": ("checklist", {}),
    "incident-process": ("incident-process", {}),
    "monitoring": ("monitoring", {}),
    "architecture": ("architecture", {}),
    "drill": ("drill", {"type": "sandbox"}),
    "drill at a table": ("drill", {"type": "tabletop"}),
    "record of a drill": ("drill-record", {"type": "sandbox"}),
    "documentation": ("documentation", {}),
}
PAGES_BESIDE = {
    "home": ("documents.html", "first-week.html", "changes.html"),
    "drill": ("drills/index.html",),
    "documentation": tuple(f"documentation/{name}.html" for name in ("coverage", "quality", "reviews")),
}
"""The pages of a system that no spec has for itself, by the kind that they are looked at with."""

VIEWS_OF_MODELS = "chatbot/architecture"
"""The folder of whose pages one of each sort is looked at."""
HAND_WRITTEN = ("index.html", "tutorial.html")
View: TypeAlias = tuple[int, str]
"""The width of a screen in pixels, and a scheme of colours."""

VIEWS: list[View] = [(1280, "light"), (1280, "dark"), (320, "light")]
"""How pages are looked at, so that colours are seen in either scheme, and all else at either width."""


def faults(seen: Visit, url: str, view: View | None = None) -> list[str]:
    """What axe finds wrong with a page."""
    page = seen.open(url)
    page.wait_for_timeout(150)  # until transitions of colours are over
    page.evaluate(SHORTEN)
    return violations(page, view)


def violations(page: Page, view: View | None = None) -> list[str]:
    """What axe finds wrong with a page as it is shown.

    Contrast takes most of the time. Of a page that is looked at in several views, colours are looked at where the
    screen is wide, for they do not depend on its width; where it is wide and dark, nothing else is.
    """
    wide, dark = (view[0] == VIEWS[0][0], view[1] == "dark") if view else (True, False)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(RUN, {"colours": wide, "rest": not (wide and dark)})
    return [
        f"{violation['id']}: {violation['help']}: {node['target']} {node['html'][:160]}"
        for violation in found["violations"]
        for node in violation["nodes"][:3]
    ]


def everywhere(seen: Visit, url: str, prepare: Callable[[Page], None] = lambda _: None) -> list[str]:
    """What axe finds wrong with a page in either scheme, wide and narrow, and what is wider than the screen."""
    page = seen.open(url)
    prepare(page)
    page.add_style_tag(content="*, ::before, ::after { transition: none !important; }")
    page.evaluate(SHORTEN)
    found = []
    for width, scheme in VIEWS:
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate(SCHEME, scheme)
        found += [f"{width} {scheme}: {violation}" for violation in violations(page, (width, scheme))]
        wide = page.evaluate("document.scrollingElement.scrollWidth")
        found += [f"{width} {scheme}: {wide} pixels wide"] if wide > width else []
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_handbooks_are_accessible(handbooks: Site, visit: Callable[..., Visit], kind: str) -> None:
    name, fields = KINDS[kind]
    pages = [
        page
        for system in SYSTEMS
        for page in (
            *handbooks.of(system, name, **fields)[-1:],
            *(f"{system}/{beside}" for beside in PAGES_BESIDE.get(kind, ())),
        )
    ]
    assert pages
    for page in pages:
        assert everywhere(visit(), handbooks.url(page)) == [], page


def test_views_are_accessible(handbooks: Site, visit: Callable[..., Visit]) -> None:
    """The views that stand by themselves, and one of each folder of them."""
    folder = VIEWS_OF_MODELS
    found = [name for name in handbooks.pages if name.startswith(f"{folder}/") and not name.endswith("index.html")]
    one_each = {name.rpartition("/")[0] if name.count("/") > folder.count("/") + 1 else name: name for name in found}
    assert len(one_each) >= 10
    for page in one_each.values():
        assert everywhere(visit(), handbooks.url(page)) == [], page


def test_monitoring_is_accessible(handbooks: Site, visit: Callable[..., Visit]) -> None:
    """What is watched, and each document of it: alerts, objectives, dashboards, metrics."""
    found = [name for name in handbooks.pages if name.startswith("chatbot/monitoring/")]
    assert len(found) > 1
    for page in found:
        assert everywhere(visit(), handbooks.url(page)) == [], page


@pytest.mark.parametrize("page", HAND_WRITTEN)
def test_hand_written_pages_are_accessible(handbooks: Site, visit: Callable[..., Visit], page: str) -> None:
    assert everywhere(visit(), handbooks.url(page)) == []


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_an_open_search_is_accessible(handbooks: Site, visit: Callable[..., Visit], width: int, scheme: str) -> None:
    page = visit(viewport={"width": width, "height": 800}, color_scheme=scheme).open(
        handbooks.url("chatbot/index.html")
    )
    page.keyboard.press("s")
    page.keyboard.type("postgres")
    page.wait_for_selector(".md-search-result__item")
    page.wait_for_timeout(500)
    assert violations(page) == []
