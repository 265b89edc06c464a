"""A first week: boxes remember, progress shows, nothing is lost without scripts, and it prints."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from browser.conftest import Site, Visit

PAGES = {"chatbot/first-week.html": "hechos", "smartbeak/first-week.html": "done"}
BOXES = "input[data-opsbook-tick]"
STATUS = "[data-opsbook-progress] [role=status]"


@pytest.mark.parametrize(("name", "done"), PAGES.items())
def test_what_is_done_is_remembered_and_counted(
    handbooks: Site, visit: Callable[..., Visit], name: str, done: str
) -> None:
    seen = visit()
    page = seen.open(handbooks.url(name))
    count = page.locator(BOXES).count()
    assert count > 10
    page.locator("label.opsbook-tick").nth(2).click()
    page.locator(BOXES).last.check()
    page.reload()
    page.wait_for_function(
        "([selector, text]) => document.querySelector(selector)?.textContent === text",
        arg=[STATUS, f"2 / {count} {done}"],
    )
    ticked = page.locator(BOXES).evaluate_all("boxes => boxes.map((box) => box.checked)")
    assert ticked == [number in (2, count - 1) for number in range(count)]
    seen.open(handbooks.url("messaging/first-week.html"))
    assert not any(page.locator(BOXES).evaluate_all("boxes => boxes.map((box) => box.checked)"))
    assert seen.troubles == []


def test_every_box_says_what_it_ticks(handbooks: Site, visit: Callable[..., Visit]) -> None:
    page = visit().open(handbooks.url("smartbeak/first-week.html"))
    names = page.locator(BOXES).evaluate_all("boxes => boxes.map((box) => box.ariaLabel)")
    assert len(set(names)) == len(names)


def test_it_is_whole_without_scripts(handbooks: Site, visit: Callable[..., Visit]) -> None:
    page = visit(java_script_enabled=False).open(handbooks.url("chatbot/first-week.html"))
    box = page.locator(BOXES).first
    box.check()
    assert box.is_checked()
    for task in page.locator(".opsbook-task").all():
        assert task.locator("a").first.is_visible()


def test_it_prints_with_its_boxes(handbooks: Site, visit: Callable[..., Visit]) -> None:
    page = visit().open(handbooks.url("smartbeak/first-week.html"))
    page.locator(BOXES).first.check()
    page.emulate_media(media="print")
    assert page.locator(BOXES).first.is_visible()
    assert not page.locator("[data-opsbook-progress] button").is_visible()


def test_it_stands_right_below_the_home(handbooks: Site, visit: Callable[..., Visit]) -> None:
    page = visit().open(handbooks.url("chatbot/index.html"))
    page.locator(".md-footer__link--next").click()
    page.wait_for_function("() => location.pathname.endsWith('/chatbot/first-week.html')")
