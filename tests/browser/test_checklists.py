"""Ticks stay where somebody set them, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page

from browser.conftest import Site, Visit

BOXES = "input[data-opsbook-tick]"
BAR = "[data-opsbook-progress]"


def boxes(page: Page) -> Locator:
    return page.locator(BOXES)


def checked(page: Page) -> list[bool]:
    states: list[bool] = boxes(page).evaluate_all("nodes => nodes.map(node => node.checked)")
    return states


def test_ticks_last_over_a_reload_and_start_over(handbooks: Site, visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = seen.open(handbooks.url(handbooks.of("chatbot", "checklist")[0]))
    count = boxes(page).count()
    assert checked(page) == [False] * count
    assert page.locator(f"{BAR} [role=status]").inner_text() == f"0 / {count} hechos"
    page.locator("label.opsbook-tick").nth(1).click()
    boxes(page).nth(2).focus()
    page.keyboard.press("Space")
    ticked = [index in (1, 2) for index in range(count)]
    page.reload()
    assert checked(page) == ticked
    assert page.locator(f"{BAR} [role=status]").inner_text() == f"2 / {count} hechos"
    page.locator(f"{BAR} button").click()
    assert checked(page) == [False] * count
    assert page.locator(f"{BAR} [role=status]").inner_text() == f"0 / {count} hechos"
    page.reload()
    assert checked(page) == [False] * count
    assert seen.troubles == []


def test_pages_and_sites_do_not_share_ticks(handbooks: Site, hostile: Site, visit: Callable[..., Visit]) -> None:
    seen = visit()
    first, second = handbooks.of("chatbot", "checklist")[:2]
    page = seen.open(handbooks.url(first))
    for box in boxes(page).all():
        box.check()
    for site, name in ((handbooks, second), (hostile, hostile.of("hostile", "checklist")[0])):
        assert not any(checked(seen.open(site.url(name))))
    assert all(checked(seen.open(handbooks.url(first))))
    assert seen.troubles == []


def test_every_box_says_what_it_ticks(handbooks: Site, visit: Callable[..., Visit]) -> None:
    page = visit().open(handbooks.url(handbooks.of("chatbot", "checklist")[0]))
    names = boxes(page).evaluate_all("nodes => nodes.map(node => node.ariaLabel)")
    assert len(set(names)) == len(names)
    assert all(name.startswith("Hecho: ") for name in names)


@pytest.mark.parametrize("broken", ["null", "{ get: () => { throw new Error('no storage'); } }"])
def test_ticks_work_where_nothing_can_be_stored(handbooks: Site, visit: Callable[..., Visit], broken: str) -> None:
    seen = visit()
    descriptor = broken if broken.startswith("{") else "{ get: () => null }"
    seen.page.add_init_script(f"Object.defineProperty(window, 'localStorage', {descriptor})")
    page = seen.open(handbooks.url(handbooks.of("chatbot", "checklist")[0]))
    boxes(page).first.check()
    assert page.locator(f"{BAR} [role=status]").inner_text().startswith("1 / ")
