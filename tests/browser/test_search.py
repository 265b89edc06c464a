"""Search from disk leads to the page that helps, with accents and without."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from browser.conftest import ITEMS, SEARCH, Site, Visit, find

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


@pytest.fixture(scope="module")
def search(handbooks: Site, browser: Browser) -> Iterator[Callable[[str, str], list[str]]]:
    """Search from a page; gives the pages that are found, the best first."""
    page = browser.new_page()
    page.set_default_timeout(20_000)

    def look(home: str, query: str) -> list[str]:
        if page.url != handbooks.url(home):
            page.goto(handbooks.url(home))
            page.click(SEARCH)
        return find(handbooks, page, query)

    yield look
    page.close()


@pytest.mark.parametrize(("query", "page"), QUERIES.items())
def test_the_first_result_helps(search: Callable[[str, str], list[str]], query: str, page: str) -> None:
    """Asked on the home of a system, its own pages come first."""
    found = search(f"{page.partition('/')[0]}/index.html", query)
    assert found
    assert found[0].startswith(page)


@pytest.mark.parametrize("query", ["redis recovery", "Deployment rollback", "bitácora", "failover"])
def test_the_home_searches_all_systems(search: Callable[[str, str], list[str]], query: str) -> None:
    found = search("index.html", query)
    assert found[0].partition("/")[0] in {"chatbot", "smartbeak", "site-hosting"}


@pytest.mark.parametrize(
    ("query", "telling"), [("what is the rpo", "rpo"), ("qué es el rto", "rto"), ("a 401 in the api", "401 api")]
)
def test_short_words_tell_but_small_ones_do_not(
    search: Callable[[str, str], list[str]], query: str, telling: str
) -> None:
    assert search("index.html", query) == search("index.html", telling) != []


def test_nothing_is_found_for_nonsense(search: Callable[[str, str], list[str]]) -> None:
    assert search("index.html", "xyzzyqwx") == []


def test_a_result_leads_to_its_section(handbooks: Site, visit: Callable[..., Visit]) -> None:
    page = visit().open(handbooks.url("index.html"))
    page.click(SEARCH)
    page.keyboard.type("restaurar postgres")
    page.locator(".md-search-result__item > .md-search-result__link").first.click()
    page.wait_for_url("**/restore-postgres.html*")
    assert page.inner_text("h1").startswith("Restaurar PostgreSQL")


def test_texts_are_read_when_somebody_searches(handbooks: Site, visit: Callable[..., Visit]) -> None:
    seen = visit()
    read: list[str] = []
    seen.page.on("requestfinished", lambda request: read.append(request.url))
    page = seen.open(handbooks.url("chatbot/index.html"))
    page.wait_for_timeout(500)
    assert [url for url in read if "/search/" in url] == []
    page.keyboard.press("s")
    page.keyboard.type("restaurar postgres")
    page.wait_for_selector(ITEMS)
    assert [url for url in read if "/search/" in url] == [handbooks.url("search/search_index.js")]
    page.locator(f"{ITEMS} > .md-search-result__link").first.click()
    page.wait_for_selector("article mark")
    assert "postgres" in page.inner_text("article mark").lower()
    seen.open(f"{handbooks.url('smartbeak/index.html')}?q=failover").wait_for_selector(ITEMS)
    assert seen.troubles == []
