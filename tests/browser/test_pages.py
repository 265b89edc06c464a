"""Every page of this repository's site, as a reader meets it: from disk, on a phone, in its language."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from browser.conftest import ROOT, SEARCH, Site, Visit, opsbook

PHONE = {"width": 320, "height": 640}

LOOK = """
() => ({
  lang: document.documentElement.lang,
  width: document.documentElement.scrollWidth,
  headings: document.querySelectorAll("h1").length,
  wide: [...document.querySelectorAll("article *")]
    .filter((node) => node.getBoundingClientRect().right > innerWidth + 1 &&
                      !node.closest(".md-typeset__scrollwrap, pre, .md-content__button, [hidden]"))
    .slice(0, 3).map((node) => node.outerHTML.slice(0, 120)),
})
"""

SHARES = 12
"""Tests among which the pages are divided."""

ALIKE = ("/rules/", "/schemas/", "/elements/")


def _various(site: Site) -> list[str]:
    """All pages, but of folders whose pages are alike only the two largest; `make access` looks at all."""
    folders = {name.rpartition("/")[0] for name in site.pages if any(part in name for part in ALIKE)}
    alike = {folder: [name for name in site.pages if name.rpartition("/")[0] == folder] for folder in folders}
    rest = {
        name
        for names in alike.values()
        for name in sorted(names, key=lambda name: (site.folder / name).stat().st_size)[:-2]
    }
    return [name for name in site.pages if name not in rest]


@pytest.mark.parametrize("share", range(SHARES))
def test_pages_open_from_disk_on_a_phone(handbooks: Site, visit: Callable[..., Visit], share: int) -> None:
    pages = _various(handbooks)[share::SHARES]
    assert len(pages) > len(handbooks.pages) / SHARES / 3
    assert on_a_phone(handbooks, visit(viewport=PHONE), pages) == []


def on_a_phone(handbooks: Site, seen: Visit, pages: list[str]) -> list[str]:
    """What is wrong with pages of the handbooks on a narrow screen."""
    faults = []
    for name in pages:
        look = seen.open(handbooks.url(name)).evaluate(LOOK)
        system = name.partition("/")[0]
        language = handbooks.project.labels(system).language if system in handbooks.project.systems else "en"
        if look["lang"] != language:
            faults.append(f"{name}: its language is {language}, but it says {look['lang']}")
        if look["width"] > PHONE["width"]:
            faults.append(f"{name}: it is {look['width']} pixels wide, because of {look['wide']}")
        if look["headings"] != 1:
            faults.append(f"{name}: it has {look['headings']} h1")
        faults += [f"{name}: {trouble}" for trouble in seen.troubles]
        seen.asked.clear()
        seen.said.clear()
    return faults


def test_another_build_gives_the_same_bytes(handbooks: Site, tmp_path: Path) -> None:
    """At another moment, in another folder, with another order of hashes."""
    left = shutil.ignore_patterns("__pycache__", ".venv", ".opsbook", ".*_cache", ".coverage*", ".hypothesis", "site")
    project, site = shutil.copytree(ROOT, tmp_path / "project", ignore=left), tmp_path / "site"
    opsbook("build", "-C", project, "--site-dir", site)
    made = {path.relative_to(site) for path in site.rglob("*") if path.is_file()}
    assert made == {path.relative_to(handbooks.folder) for path in handbooks.folder.rglob("*") if path.is_file()}
    assert [name for name in made if (site / name).read_bytes() != (handbooks.folder / name).read_bytes()] == []


def test_some_pages_are_spanish(handbooks: Site) -> None:
    assert "es" in {handbooks.project.labels(system).language for system in handbooks.project.systems}


def test_nothing_is_asked_of_another_host_while_searching(handbooks: Site, visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = seen.open(handbooks.url("index.html"))
    page.click(SEARCH)
    page.keyboard.type("postgres")
    page.wait_for_selector(".md-search-result__item")
    assert seen.troubles == []


def test_nothing_is_asked_of_another_host_when_served(
    handbooks: Site, visit: Callable[..., Visit], serve: Callable[[Path], str]
) -> None:
    seen, address = visit(), serve(handbooks.folder)
    for system in handbooks.project.systems:
        pages = [handbooks.of(system, kind)[:1] for kind in ("system", "runbook", "checklist", "incident-process")]
        for name in [name for found in pages for name in found]:
            page = seen.open(f"{address}/{name}")
    page.click(SEARCH)
    page.keyboard.type("postgres")
    page.wait_for_selector(".md-search-result__item")
    assert seen.troubles == []


def _due(site: Site) -> list[str]:
    spec = max((spec for spec in site.project.specs if spec.kind.name == "runbook"), key=lambda spec: spec.path)
    due = spec.document.review_due
    return [spec.path.replace(".md", ".html"), due.isoformat(), (due + timedelta(days=1)).isoformat()]


def test_a_review_is_overdue_by_the_clock_of_the_reader(handbooks: Site, visit: Callable[..., Visit]) -> None:
    name, due, after = _due(handbooks)
    for today, marks in ((due, 0), (after, 1)):
        seen = visit(timezone_id="UTC")
        seen.page.clock.set_fixed_time(f"{today}T12:00:00Z")
        page = seen.open(handbooks.url(name))
        assert page.locator("time.opsbook-due").count() == 1
        assert page.locator(".opsbook-overdue").count() == marks
        assert seen.troubles == []


def test_what_is_accepted_is_over_on_its_day(handbooks: Site, visit: Callable[..., Visit]) -> None:
    """Unlike a review, which holds through its day: a waiver ends with `until`."""
    (spec,) = [one for one in handbooks.project.specs if (one.system, one.kind.name) == ("smartbeak", "architecture")]
    first = min(waiver.until for waiver in spec.document.waivers)
    for today, over in ((first - timedelta(days=1), False), (first, True)):
        seen = visit(timezone_id="UTC")
        seen.page.clock.set_fixed_time(f"{today.isoformat()}T12:00:00Z")
        page = seen.open(handbooks.url("smartbeak/architecture/weaknesses.html"))
        assert page.locator("time[data-opsbook-ends]").count() > 0
        assert bool(page.locator(".opsbook-overdue").count()) == over


def test_failure_routes_lead_to_their_steps(handbooks: Site, visit: Callable[..., Visit]) -> None:
    routes = {
        spec.path.replace(".md", ".html"): step.on_failure.go_to
        for spec in handbooks.project.specs
        if spec.kind.name == "runbook"
        for step in (located.step for located in spec.document.located_steps)
        if step.on_failure and (step.on_failure.go_to or "").startswith("#")
    }
    assert routes
    for name, target in sorted(routes.items())[:4]:
        page = visit().open(handbooks.url(name))
        page.locator(f"article p > a[href='{target}']").first.click()
        assert page.url.endswith(target)
        top = page.locator(f"[id='{target[1:]}']").evaluate("node => node.getBoundingClientRect().top")
        assert 0 <= top < page.evaluate("innerHeight")


def test_commands_can_be_copied(handbooks: Site, visit: Callable[..., Visit]) -> None:
    (name, *_) = handbooks.of("chatbot", "runbook")
    seen = visit(permissions=["clipboard-read", "clipboard-write"])
    page = seen.open(handbooks.url(name))
    assert (
        page.locator("article pre:visible").count() == page.locator("article pre:visible .md-code__button").count() > 0
    )
    code = page.locator("article pre > code").first
    code.locator("xpath=..").locator(".md-code__button").click()
    assert page.evaluate("navigator.clipboard.readText()").strip() == code.inner_text().strip()


def test_print_shows_everything_and_no_buttons(handbooks: Site, visit: Callable[..., Visit]) -> None:
    for name in (handbooks.of("chatbot", "checklist")[0], handbooks.of("chatbot", "runbook")[0]):
        page = visit().open(handbooks.url(name))
        page.emulate_media(media="print")
        assert page.locator("button:visible, .headerlink:visible, [data-opsbook-progress]:visible").count() == 0
        wrapped = page.locator("article pre > code").evaluate_all(
            "nodes => nodes.map(n => getComputedStyle(n).whiteSpace)"
        )
        assert set(wrapped) == {"pre-wrap"}
        assert page.locator("article pre:not(:visible)").count() == 0


def test_a_site_without_scripts_is_complete(handbooks: Site, visit: Callable[..., Visit]) -> None:
    (name, *_) = handbooks.of("chatbot", "checklist")
    page = visit(java_script_enabled=False).open(handbooks.url(name))
    boxes = page.locator("input[data-opsbook-tick]")
    assert boxes.count() > 0
    boxes.first.check()
    assert boxes.first.is_checked()
    assert page.locator("[data-opsbook-progress]").inner_text() == ""
    assert page.locator("article pre:visible").count() > 0


def test_a_phone_shows_whole_rows(handbooks: Site, visit: Callable[..., Visit]) -> None:
    name = handbooks.of("chatbot", "runbook", type="troubleshooting")[0]
    page = visit(viewport=PHONE).open(handbooks.url(name))
    table = page.locator("article table").first
    heads, cells = table.locator("th").all_inner_texts(), table.locator("tbody tr").first.locator("td")
    assert len(heads) == cells.count() > 2
    assert cells.evaluate_all("nodes => nodes.map((node) => node.dataset.opsbookColumn)") == heads
    for edge in table.locator("td").evaluate_all("nodes => nodes.map((node) => node.getBoundingClientRect().right)"):
        assert edge <= PHONE["width"]
    page.get_by_role("table").first.get_by_role("cell").last.get_by_role("link").click()
    assert "#" in page.url
