"""Every page of the handbooks, on a phone and for axe: `make access`. `make test` looks at some of each sort."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from browser.conftest import Site, Visit
from browser.test_access import faults
from browser.test_pages import PHONE, SHARES, on_a_phone


@pytest.mark.parametrize("share", range(SHARES))
def test_every_page_is_accessible(handbooks: Site, visit: Callable[..., Visit], share: int) -> None:
    seen = visit()
    assert on_a_phone(handbooks, visit(viewport=PHONE), handbooks.pages[share::SHARES]) == []
    found = {page: faults(seen, handbooks.url(page)) for page in handbooks.pages[share::SHARES]}
    assert {page: said for page, said in found.items() if said} == {}
