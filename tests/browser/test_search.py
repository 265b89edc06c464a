"""Search from disk leads to the page that helps, with accents and without."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from browser.conftest import SEARCH, Site, Visit

QUERIES: dict[str, str | tuple[str, ...]] = {
    "restaurar postgres": "chatbot/runbooks/restore-postgres.html",
    "rotación de secretos": "chatbot/runbooks/rotacion-de-secretos.html",
    "rotacion de secretos": "chatbot/runbooks/rotacion-de-secretos.html",
    "diagnóstico": "chatbot/runbooks/diagnostico-por-componente.html",
    "ajuste de capacidad": "chatbot/runbooks/ajuste-de-capacidad.html",
    "inicio de turno": "chatbot/checklists/inicio-de-turno.html",
    "recuperación ante desastres": ("chatbot/runbooks/recuperacion-", "messaging/runbooks/recuperacion-"),
    "recuperacion ante desastres": ("chatbot/runbooks/recuperacion-", "messaging/runbooks/recuperacion-"),
    "contraseña": "chatbot/runbooks/rotacion-de-secretos.html",
    "contrasena": "chatbot/runbooks/rotacion-de-secretos.html",
    "código 500": "chatbot/",
    "codigo 500": "chatbot/",
    "bitacora": "chatbot/",
    "restaur": "chatbot/runbooks/restore-postgres.html",
    "failover": "smartbeak/runbooks/database-failover.html",
    "redis recovery": "smartbeak/runbooks/redis-recovery.html",
    "payment": "smartbeak/runbooks/payment-processing-issues.html",
    '"redis recovery"': "smartbeak/runbooks/redis-recovery.html",
}


ITEMS = ".md-search-result__item"
TYPE = """
(field, query) => {
  field.value = query;
  field.dispatchEvent(new KeyboardEvent("keyup", { key: "Enter" }));
}
"""


@pytest.fixture(scope="module")
def search(handbooks: Site, browser: Browser) -> Iterator[Callable[[str], list[str]]]:
    """Search from the home page; gives the pages that are found, the best first."""
    page = browser.new_page()
    page.set_default_timeout(20_000)
    page.goto(handbooks.url("index.html"))
    page.click(SEARCH)

    def find(query: str) -> list[str]:
        field = page.locator(SEARCH)
        field.evaluate(TYPE, "")
        page.wait_for_function(f"!document.querySelector('{ITEMS}')")
        field.evaluate(TYPE, query)
        page.wait_for_selector(f"{ITEMS}, .md-search-result__meta:text-matches('^No ')")
        found = page.locator(f"{ITEMS} > .md-search-result__link").evaluate_all("nodes => nodes.map((a) => a.href)")
        return [link.removeprefix(f"{handbooks.folder.as_uri()}/").partition("?")[0] for link in found]

    yield find
    page.close()


@pytest.mark.parametrize(("query", "page"), QUERIES.items())
def test_the_first_result_helps(search: Callable[[str], list[str]], query: str, page: str | tuple[str, ...]) -> None:
    found = search(query)
    assert found
    assert found[0].startswith(page)


def test_nothing_is_found_for_nonsense(search: Callable[[str], list[str]]) -> None:
    assert search("xyzzyqwx") == []


def test_a_result_leads_to_its_section(handbooks: Site, visit: Callable[..., Visit]) -> None:
    page = visit().open(handbooks.url("index.html"))
    page.click(SEARCH)
    page.keyboard.type("restaurar postgres")
    page.locator(".md-search-result__item > .md-search-result__link").first.click()
    page.wait_for_url("**/restore-postgres.html*")
    assert page.inner_text("h1").startswith("Restaurar PostgreSQL")
