"""An incident commander finds the severity, fills in messages and keeps their rhythm: by keyboard, without a server."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from browser.conftest import ROOT, Visit, once, opsbook
from browser.test_access import violations
from opsbook import scaffold

CASE = ROOT / "tests/kinds/incident-process/good/everything.yaml"
BEGUN = "2026-11-21T14:50:00Z"
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}
MESSAGE = "[data-opsbook-fill=message-first]"
CLOSING = "[data-opsbook-fill=message-last]"
LOG = "[data-opsbook-fill=log]"
BAR = "[data-opsbook-process]"
AGAIN = ".opsbook-again"


def _small(folder: Path) -> None:
    project = folder / "project"
    scaffold.new_project(project)
    shutil.copyfile(CASE, project / "specs/demo/incident-process.yaml")
    opsbook("build", "-C", project, "--site-dir", folder / "site")


@pytest.fixture(scope="session")
def process(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> str:
    """The page of an incident process with everything that it can hold, on disk."""
    folder = once(tmp_path_factory, worker_id, "incident-process", _small)
    return (folder / "site/demo/incidents.html").as_uri()


def begin(seen: Visit, url: str, now: str = BEGUN) -> Page:
    """Open the page at a time that stands still until a test moves it."""
    seen.page.clock.install(time=now)
    page = seen.open(url)
    page.locator(BAR).wait_for()
    page.clock.pause_at(datetime.fromisoformat(now) + timedelta(seconds=30))
    return page


def question(page: Page, number: int) -> Locator:
    """A question with its buttons and its answer."""
    return page.locator(".opsbook-questions > ol > li").nth(number)


def shown(page: Page) -> list[str]:
    """The answers that are shown, as a reader sees them."""
    outcomes = page.locator(".opsbook-questions p:visible").all_inner_texts()
    return [text for text in outcomes if text.startswith(("Yes:", "If every"))]


def copied(page: Page, form: str) -> str:
    """What the button of a text copies."""
    page.evaluate("navigator.clipboard.writeText('nothing')")
    page.locator(form).get_by_role("button", name="Copy").click()
    page.wait_for_function(f"document.querySelector('{form} [role=status]').textContent.startsWith('Copied')")
    got: str = page.evaluate("navigator.clipboard.readText()")
    return got


def test_the_first_yes_decides(process: str, visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = begin(seen, process)
    severity = page.locator(f"{BAR} select")
    assert question(page, 0).is_visible()
    assert not question(page, 1).is_visible()
    assert shown(page) == []
    question(page, 0).get_by_role("button", name="No").click()
    question(page, 1).get_by_role("button", name="Yes").click()
    assert shown(page) == ["Yes: SEV-1. Start with: Demo shop"]
    assert severity.input_value() == "sev-1"
    question(page, 1).get_by_role("button", name="No").click()
    assert shown(page) == ["If every answer is no: SEV-2"]
    assert severity.input_value() == "sev-2"
    question(page, 0).get_by_role("button", name="Yes").click()
    assert shown(page) == ["Yes: SEV-1. Start with: Demo shop"]
    assert not question(page, 1).is_visible()
    page.locator(AGAIN).click()
    assert shown(page) == []
    assert severity.input_value() == "sev-1", "what was decided stays"
    assert seen.troubles == []


def test_the_severity_is_found_by_keyboard_alone(process: str, visit: Callable[..., Visit]) -> None:
    page = begin(visit(), process)
    question(page, 0).get_by_role("button", name="Yes").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "Yes"
    assert page.evaluate("document.activeElement.closest('li').textContent").strip().startswith("Is an order lost?")
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.textContent").startswith("Yes: SEV-1")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Start over"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('li').textContent").strip().startswith("Does every")


def test_a_message_is_filled_in_and_copied(process: str, visit: Callable[..., Visit]) -> None:
    seen = visit(**CLIPBOARD)
    page = begin(seen, process)
    page.locator(f"{BAR} select").select_option("sev-1")
    form = page.locator(MESSAGE)
    assert (form.locator(".opsbook-text").text_content() or "").endswith("More at 15:20 UTC from the shop.")
    form.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("<b>Nobody</b> can pay.")
    assert copied(page, MESSAGE).startswith("<b>Nobody</b> can pay. We are *looking* into it. ([State])\n\nMore")
    assert form.get_by_role("status").inner_text() == "Copied · still blank: 1"
    form.get_by_label("State").select_option("open")
    assert copied(page, MESSAGE).startswith("<b>Nobody</b> can pay. We are *looking* into it. (open)")
    assert form.get_by_role("status").inner_text() == "Copied"
    form.get_by_label("Next update").fill("dawn")
    assert copied(page, MESSAGE).endswith("More at dawn UTC from the shop.")
    form.get_by_label("Next update").fill("")
    page.locator("h1").click()
    page.clock.run_for(6_000)
    assert form.get_by_label("Next update").input_value() == "15:20"
    assert seen.troubles == []


def test_the_next_update_is_told_until_it_is_late(process: str, visit: Callable[..., Visit]) -> None:
    page = begin(visit(**CLIPBOARD), process)
    page.locator(f"{BAR} select").select_option("sev-1")
    told = page.locator(f"{BAR} .opsbook-next")
    assert told.inner_text() == ""
    copied(page, LOG)
    assert told.inner_text() == "", "the log tells nobody"
    copied(page, MESSAGE)
    assert told.inner_text() == "Next update: 15:20 UTC · 30 min"
    page.clock.run_for(10 * 60_000)
    assert told.inner_text() == "Next update: 15:20 UTC · 20 min"
    page.reload()
    page.locator(BAR).wait_for()
    page.clock.run_for(21 * 60_000)
    assert told.inner_text() == "Next update: 15:20 UTC · overdue"
    copied(page, MESSAGE)
    assert told.inner_text().startswith("Next update: 15:51 UTC")
    page.locator(f"{BAR} select").select_option("sev-2")
    assert told.inner_text() == "", "nobody has promised one"
    page.locator(f"{BAR} select").select_option("sev-1")
    copied(page, CLOSING)
    assert told.inner_text() == "", "it is over"


@pytest.mark.parametrize(
    ("zone", "now", "local"),
    [
        ("UTC", "2026-11-21T23:50:00Z", "2026-11-21T23:50:31+00:00"),
        ("Asia/Kathmandu", BEGUN, "2026-11-21T20:35:31+05:45"),
    ],
)
def test_times_are_entered_whatever_the_clock(
    process: str, visit: Callable[..., Visit], zone: str, now: str, local: str
) -> None:
    page = begin(visit(timezone_id=zone), process, now)
    page.locator(f"{BAR} select").select_option("sev-1")
    assert page.locator(LOG).get_by_label("Time").input_value().startswith(now[:16])
    page.clock.run_for(1_000)
    page.locator(f"{BAR} select").select_option("sev-2")
    page.locator(f"{BAR} select").select_option("sev-1")
    assert page.locator(LOG).get_by_label("Here").input_value() == local
    expected = "15:20" if now == BEGUN else "2026-11-22 00:20"
    assert page.locator(f"{MESSAGE} [name=next]").input_value() == expected
    at_home = {"UTC": "2026-11-22 00:20", "Asia/Kathmandu": "21:05"}[zone]
    assert page.locator(f"{CLOSING} [name=here]").input_value() == at_home
    assert page.locator(f"{CLOSING} [name=often]").input_value() == "30 min"
    assert page.locator(f"{CLOSING} [name=severity]").input_value() == "critical", "a choice by its alias"
    assert page.locator(f"{LOG} [name=severity]").input_value() == "SEV-1"


def test_what_was_filled_in_survives_a_reload_until_it_is_cleared(process: str, visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = begin(seen, process)
    page.locator(f"{BAR} select").select_option("sev-1")
    page.locator(f"{MESSAGE} summary").click()
    page.locator(f"{MESSAGE} [name=impact]").fill("señal 🚨")
    page.locator(f"{LOG} [name=what]").fill("Failed over")
    page.reload()
    page.locator(BAR).wait_for()
    assert page.locator(f"{BAR} select").input_value() == "sev-1"
    assert (page.locator(f"{MESSAGE} .opsbook-text").text_content() or "").startswith("señal 🚨 We are")
    page.locator(LOG).get_by_role("button", name="Clear").click()
    assert page.locator(f"{LOG} [name=what]").input_value() == ""
    assert page.locator(f"{MESSAGE} [name=impact]").input_value() == "señal 🚨"
    page.locator(BAR).get_by_role("button").click()
    page.reload()
    page.locator(BAR).wait_for()
    assert page.locator(f"{BAR} select").input_value() == ""
    assert page.locator(f"{MESSAGE} [name=impact]").input_value() == ""
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes(':process:'))") == []
    assert seen.troubles == []


def test_two_tabs_show_the_same(process: str, visit: Callable[..., Visit]) -> None:
    page = begin(visit(), process)
    other = page.context.new_page()
    other.goto(process)
    other.locator(f"{LOG} [name=what]").fill("Failed over")
    page.wait_for_function(f"document.querySelector('{LOG} [name=what]').value === 'Failed over'")
    page.locator(f"{LOG} [name=what]").fill("Failed back")
    other.wait_for_function(f"document.querySelector('{LOG} [name=what]').value === 'Failed back'")


def test_the_page_is_complete_without_scripts(process: str, visit: Callable[..., Visit]) -> None:
    seen = visit(java_script_enabled=False)
    page = seen.open(process)
    assert len(shown(page)) == 3  # two questions, and no to both
    assert "[Who is affected, and how] We are" in page.locator(f"{MESSAGE} pre").inner_text()
    for name in ("Yes", "Copy", "Clear", "Clear all texts"):
        assert page.get_by_role("button", name=name, exact=True).count() == 0
    assert not page.locator(BAR).is_visible()


def test_paper_shows_everything_and_no_buttons(process: str, visit: Callable[..., Visit]) -> None:
    page = begin(visit(), process)
    page.emulate_media(media="print")
    assert len(shown(page)) == 3  # two questions, and no to both
    assert page.locator(f"{MESSAGE} [name=impact]").is_visible(), "a line to write on"
    assert page.get_by_text("open / closed").is_visible()
    assert page.locator("article button:visible").count() == 0
    assert page.locator("article select:visible").count() == 0


def test_no_button_floats_over_the_next_update(process: str, visit: Callable[..., Visit]) -> None:
    page = begin(visit(), process)
    assert page.evaluate("getComputedStyle(document.querySelector('.md-top')).display") == "none"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_while_the_page_is_used(
    process: str, visit: Callable[..., Visit], width: int, scheme: str
) -> None:
    seen = visit(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = seen.open(process)
    page.locator(BAR).wait_for()
    question(page, 0).get_by_role("button", name="Yes").click()
    page.locator(f"{MESSAGE} summary").click()
    page.locator(f"{MESSAGE} [name=impact]").fill("All")
    page.wait_for_timeout(150)  # until transitions of colours are over
    assert violations(page) == []
    widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1]
    sizes = page.evaluate(
        """() => [...document.querySelectorAll(".opsbook-timeline svg")].map((svg) =>
            13 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)"""
    )
    assert sizes
    assert min(sizes) >= 10  # pixels
    assert re.search(r"\[State\]", page.locator(f"{MESSAGE} pre").inner_text())
