"""Search from disk leads to the page that helps, with accents and without."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browser.conftest import SEARCH, Site, Visit

QUERIES = {
    "restaurar postgres": "chatbot/runbooks/restore-postgres.html",
    "rotación de secretos": "chatbot/runbooks/rotacion-de-secretos.html",
    "rotacion de secretos": "chatbot/runbooks/rotacion-de-secretos.html",
    "diagnóstico": "chatbot/runbooks/diagnostico-por-componente.html",
    "ajuste de capacidad": "chatbot/runbooks/ajuste-de-capacidad.html",
    "inicio de turno": "chatbot/checklists/inicio-de-turno.html",
    "recuperación ante desastres": "chatbot/runbooks/recuperacion-ante-desastres.html",
    "recuperacion ante desastres": "chatbot/runbooks/recuperacion-ante-desastres.html",
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


@pytest.fixture
def search(handbooks: Site, visit: Callable[..., Visit]) -> Callable[[str], list[str]]:
    """Type a query on the home page; gives the pages that are found, the best first."""

    def find(query: str) -> list[str]:
        seen = visit()
        page = seen.open(handbooks.url("index.html"))
        page.click(SEARCH)
        page.keyboard.type(query)
        page.wait_for_selector(".md-search-result__item, .md-search-result__meta:text-matches('^No ')")
        found = page.locator(".md-search-result__item > .md-search-result__link").evaluate_all(
            "n => n.map(a => a.href)"
        )
        assert seen.troubles == []
        return [link.removeprefix(f"{handbooks.folder.as_uri()}/").partition("?")[0] for link in found]

    return find


@pytest.mark.parametrize(("query", "page"), QUERIES.items())
def test_the_first_result_helps(search: Callable[[str], list[str]], query: str, page: str) -> None:
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
