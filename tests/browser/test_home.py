"""The home of the site: a card for each system, what is overdue by the reader's clock, a way for each reader."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from browser.conftest import Site, Visit

CARDS = ".opsbook-system"


def _at(visit: Callable[..., Visit], handbooks: Site, day: str) -> Visit:
    seen = visit()
    seen.page.clock.set_fixed_time(f"{day}T12:00:00Z")
    seen.open(handbooks.url("index.html"))
    return seen


def test_every_system_has_a_card(handbooks: Site, visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = seen.open(handbooks.url("index.html"))
    linked = page.locator(f"{CARDS} h3 > a:first-child").evaluate_all("links => links.map((link) => link.href)")
    assert [Path(link).parent.name for link in linked] == list(handbooks.project.systems)
    for card in page.locator(CARDS).all():
        assert card.locator(".opsbook-badge").count() >= 2
        assert all(text.strip() for text in card.locator(".opsbook-badge").all_inner_texts()), "never a colour alone"
    assert seen.troubles == []


def test_what_is_overdue_is_counted_by_the_readers_clock(handbooks: Site, visit: Callable[..., Visit]) -> None:
    reviewed = max(spec.document.last_reviewed for spec in handbooks.project.specs if spec.kind.name == "system")
    for day, some in ((reviewed.isoformat(), False), ("2099-01-01", True)):
        seen = _at(visit, handbooks, day)
        reviews = seen.page.locator(CARDS).first.locator("dd").last
        marks = reviews.locator(".opsbook-overdue").all_inner_texts()
        days = (reviews.locator("time").get_attribute("data-opsbook-days") or "").split()
        assert [mark.strip() for mark in marks] == ([f"{len(days)} overdue"] if some else [])


def test_every_reader_is_led_to_a_place_that_is_there(handbooks: Site, visit: Callable[..., Visit]) -> None:
    """`opsbook check --site` follows the addresses; here, that each reader has one in every system."""
    page = visit().open(handbooks.url("index.html"))
    readers = page.locator(".opsbook-readers > .opsbook-card")
    assert readers.count() == 4
    for reader in readers.all():
        ways = reader.locator("li")
        assert ways.count() == len(handbooks.project.systems)
        assert all(way.locator("a").count() >= 2 for way in ways.all())


def test_languages_of_systems_are_marked(handbooks: Site, visit: Callable[..., Visit]) -> None:
    page = visit().open(handbooks.url("index.html"))
    spoken = {spec.system: spec.document.language for spec in handbooks.project.specs if spec.kind.name == "system"}
    for card, language in zip(page.locator(CARDS).all(), spoken.values(), strict=True):
        assert card.locator("h3 [lang]").count() == (language != "en")


def test_it_is_whole_without_scripts(handbooks: Site, visit: Callable[..., Visit]) -> None:
    page = visit(java_script_enabled=False).open(handbooks.url("index.html"))
    assert page.locator(CARDS).count() == len(handbooks.project.systems)
    assert page.locator(f"{CARDS} time").first.is_visible()
