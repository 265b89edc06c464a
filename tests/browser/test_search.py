"""Search from disk leads to the page that helps."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browser.conftest import Site, Visit

SEARCH = "[data-md-component=search-query]"


def first_results(handbooks: Site, visit: Callable[..., Visit], query: str) -> list[str]:
    page = visit().open(handbooks.url("index.html"))
    page.click(SEARCH)
    page.keyboard.type(query)
    page.wait_for_selector(".md-search-result__link, .md-search-result__meta:text('No matching')")
    page.wait_for_timeout(200)
    links = page.locator(".md-search-result__item > .md-search-result__link").evaluate_all("n => n.map(a => a.href)")
    return [link.removeprefix(handbooks.folder.as_uri() + "/").partition("?")[0].partition("#")[0] for link in links]
