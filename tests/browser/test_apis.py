"""The pages of an API in a browser: for every reader, harmless whatever they describe."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from browser.conftest import Hostile, Site, Visit, once, opsbook
from browser.test_access import VIEWS, faults, violations
from opsbook import scaffold
from opsbook.kinds import all_kinds
from opsbook.read import load

DOCUMENT = Path(__file__).parents[1] / "api/features.yaml"
FOLDER = "demo/apis/parcels"
PAGES = ("index.html", "parcels.html", "schemas/Parcel.html")


def _parcels(folder: Path) -> None:
    scaffold.new_project(folder / "project")
    apis = folder / "project/specs/demo/apis"
    apis.mkdir()
    shutil.copy(DOCUMENT, apis / "parcels.yaml")
    opsbook("build", "-C", folder / "project", "--site-dir", folder / "site")


@pytest.fixture(scope="session")
def parcels(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Site:
    """The site of a project with an API."""
    folder = once(tmp_path_factory, worker_id, "parcels", _parcels)
    return Site(folder / "site", load(folder / "project", all_kinds()).project)


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
@pytest.mark.parametrize("page", PAGES)
def test_pages_of_apis_are_accessible(
    parcels: Site, visit: Callable[..., Visit], page: str, width: int, scheme: str
) -> None:
    seen = visit(viewport={"width": width, "height": 800}, color_scheme=scheme)
    assert faults(seen, parcels.url(f"{FOLDER}/{page}"), (width, scheme)) == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_on_a_phone(parcels: Site, visit: Callable[..., Visit], page: str) -> None:
    shown = visit(viewport={"width": 390, "height": 800}).open(parcels.url(f"{FOLDER}/{page}"))
    assert shown.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_deep_link_leads_to_its_field(parcels: Site, visit: Callable[..., Visit]) -> None:
    page = visit(viewport={"width": 1280, "height": 400}).open(parcels.url(f"{FOLDER}/schemas/Parcel.html#within"))
    page.wait_for_timeout(200)
    assert page.locator("[id='within']").is_visible()
    assert 0 <= page.evaluate("document.getElementById('within').getBoundingClientRect().top") < 400


def test_the_console_opens_from_disk_and_asks_nobody(parcels: Site, visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = seen.open(parcels.url(f"{FOLDER}/try.html"))
    page.wait_for_selector(".opblock")
    page.click(".opblock-summary-control >> nth=0")
    page.wait_for_selector(".opblock-body")
    assert page.locator(".opblock").count() >= 3
    page.wait_for_timeout(500)  # until its references are resolved
    assert page.locator(".errors-wrapper").count() == 0
    assert seen.troubles == []


def test_axe_finds_nothing_in_the_console(parcels: Site, visit: Callable[..., Visit]) -> None:
    page = visit(viewport={"width": 1280, "height": 800}).open(parcels.url(f"{FOLDER}/try.html"))
    page.wait_for_selector(".opblock")
    assert violations(page) == []
    for selector in (".opblock-summary-control", ".try-out__btn"):
        for control in page.locator(selector).all():
            control.click()
    page.wait_for_timeout(500)  # until what came up is drawn and named
    assert violations(page) == []


def test_the_console_of_a_hostile_document_is_harmless(hostile: Hostile, visit: Callable[..., Visit]) -> None:
    seen = visit()
    blocked: list[str] = []
    seen.page.on("requestfailed", lambda request: blocked.append(request.url) if request.failure == "csp" else None)
    page = seen.open(hostile.url("hostile/apis/the-api/try.html"))
    page.wait_for_selector(".opblock, .errors-wrapper")
    for number in range(min(5, page.locator(".opblock-summary-control").count())):
        page.locator(".opblock-summary-control").nth(number).click()
    page.wait_for_timeout(300)
    assert page.evaluate("window.__pwned") is None
    assert set(seen.asked) == set(blocked), "the page's own policy keeps images from being loaded"
    assert [said for said in seen.said if said.startswith("dialog")] == []


def test_legitimate_html_stays(parcels: Site, visit: Callable[..., Visit]) -> None:
    page = visit().open(parcels.url(f"{FOLDER}/index.html"))
    assert page.locator("article .opsbook-prose details summary").inner_text() == "closed box"
    assert page.locator("article .opsbook-prose table td").first.inner_text() == "weight"
    assert page.locator("article .opsbook-prose b").inner_text() == "bold"
    assert page.locator("article .opsbook-prose :is(h2, h3)").first.inner_text() == "Getting started"
