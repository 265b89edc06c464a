"""An incident that is run from a runbook's page: nothing of its log is lost, and a postmortem is made of it."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from click.testing import CliRunner
from playwright.sync_api import Error, Locator, Page

from browser.conftest import Site, Visit, once, opsbook
from browser.test_access import violations
from browser.test_forms import FORM, TEXTS
from opsbook.cli import main
from opsbook.kinds import all_kinds
from opsbook.read import load

PROCESS = """\
kind: incident-process
id: incidents
title: Incidents
owner: on-call
last_reviewed: 2026-11-22
review_every: 90d
severities:
  - id: sev-1
    title: SEV1
    rank: 1
    description: The shop is down.
    targets: {first_communication: 10m, update_every: 30m}
  - id: sev-2
    title: "SEV2 </script><img src=x onerror=window.__pwned=1>"
    rank: 2
    description: Some orders fail.
    targets: {mitigate: 2h}
escalation:
  - id: default
    title: Escalation
    steps: [{targets: [on-call], after: 0m}]
"""
RUNBOOK = """\
kind: runbook
id: {id}
type: maintenance
title: {id}
summary: Brings it back.
owner: backend
last_reviewed: 2026-11-22
review_every: 90d
severities: [sev-1]
services: [database]
objectives: {{rto: 15m}}
procedures:
  - id: go
    title: Go
    steps:
      - {{id: first, title: "Look at <b>it</b>", text: Look.}}
      - {{id: second, title: Mend it, text: Mend.}}
verification:
  - {{id: third, title: See that it works, text: See.}}
"""
TEMPLATE = """\
kind: postmortem-template
id: standard
title: Standard
owner: backend
last_reviewed: 2026-11-22
review_every: 90d
profile: standard
summary: For all.
sections:
  - {id: timeline, title: Timeline, kind: timeline}
"""
PAGE = "demo/runbooks/recovery.html"
TROUBLES = "demo/runbooks/api-troubleshooting.html"
INCIDENT = ".opsbook-incident"
STRIP = ".opsbook-incident-strip"
LOG = f"{INCIDENT} ol > li"
STEP = ".opsbook-incident-step"
MOST = 40 * 1024
"""Bytes of opsbook's scripts that a page may load, after gzip."""


def _demo(folder: Path) -> None:
    project = folder / "project"
    opsbook("init", project)
    specs = project / "specs/demo"
    (specs / "incident-process.yaml").write_text(PROCESS, encoding="utf-8")
    for name in ("recovery", "failover"):
        (specs / f"runbooks/{name}.yaml").write_text(RUNBOOK.format(id=name), encoding="utf-8")
    (specs / "postmortems").mkdir()
    (specs / "postmortems/standard.yaml").write_text(TEMPLATE, encoding="utf-8")
    for path in (project / "snippets", specs / "runbooks/api-troubleshooting.yaml"):
        assert path.exists()
    settings = project / "mkdocs.yml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("  features:\n", "  features:\n    - navigation.instant\n"), encoding="utf-8")
    opsbook("build", "-C", project, "--site-dir", folder / "site")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Site:
    """The site of a small project whose runbooks have recovery times."""
    folder = once(tmp_path_factory, worker_id, "incidents", _demo)
    return Site(folder / "site", load(folder / "project", all_kinds()).project)


def ready(page: Page) -> Locator:
    """The part of the page in which the incident is run."""
    page.wait_for_selector(f"{INCIDENT} :is(details, h2)")
    return page.locator(INCIDENT)


def instantly(seen: Visit, demo: Site, serve: Callable[[Path], str]) -> str:
    """Where the site is served so that Material goes from page to page without loading one."""
    there = serve(demo.folder)
    # Material goes to the pages of the site map alone, and takes their port from it.
    pages = re.sub(r"https://[^/<]+", there, (demo.folder / "sitemap.xml").read_text(encoding="utf-8"))
    seen.page.route("**/sitemap.xml", lambda route: route.fulfill(body=pages, content_type="application/xml"))
    return there


def stopped(seen: Visit, url: str, time: str) -> Page:
    """A page whose clock stands still at a time."""
    seen.page.clock.install(time="2026-01-01T00:00:00Z")
    page = seen.open(url)
    ready(page)
    page.clock.pause_at(time)
    return page


def start(page: Page, **chosen: str) -> Locator:
    """Start an incident; `chosen` are values of the form by their labels."""
    incident = ready(page)
    incident.locator("summary").click()
    for label, value in chosen.items():
        field = incident.get_by_label(label.replace("_", " "))
        field.select_option(value) if label != "The_impact_began" else field.fill(value)
    incident.get_by_role("button", name="Start the log").click()
    page.wait_for_selector(f"{INCIDENT} h2")
    return incident


def note(page: Page, step: int) -> Locator:
    return page.locator(f"{STEP} textarea").nth(step)


def log(page: Page) -> list[str]:
    return page.locator(f"{LOG} > span").all_text_contents()


def exported(page: Page) -> dict[str, Any]:
    value: dict[str, Any] = page.evaluate(f"document.querySelector('{INCIDENT}').opsbook.exported()")
    assert (
        yaml.load(page.evaluate(f"document.querySelector('{INCIDENT}').opsbook.yaml()"), Loader=yaml.BaseLoader)  # noqa: S506  # reads every value as the text it is, and makes nothing else
        == value
    )
    return value


def test_an_incident_becomes_a_log(demo: Site, visit: Callable[..., Visit]) -> None:
    seen = visit(timezone_id="America/Lima")
    page = stopped(seen, demo.url(PAGE), "2026-11-21T08:00:00Z")
    incident = start(page, The_impact_began="2026-11-21T02:50", Incident_commander="on-call")
    assert page.evaluate("document.activeElement.textContent") == "Incident"
    page.clock.run_for(60_000)
    page.locator(f"{STEP} input").first.check()
    note(page, 1).fill("[1, 2]: 'x' # 🚨")
    incident.get_by_role("button", name="Update sent").click()
    page.clock.run_for(60_000)
    incident.get_by_label("Severity").select_option("sev-2")
    incident.get_by_role("button", name="Mitigated").click()
    page.clock.run_for(60_000)
    incident.get_by_role("button", name="Resolved").click()
    assert exported(page) == {
        "kind": "postmortem",
        "status": "draft",
        "severity": "sev-2",
        "services": ["database"],
        "runbooks": ["runbook:recovery"],
        "times": {
            "started": "2026-11-21T02:50:00-05:00",
            "acknowledged": "2026-11-21T03:00:00-05:00",
            "mitigated": "2026-11-21T03:02:00-05:00",
            "resolved": "2026-11-21T03:03:00-05:00",
        },
        "timeline": [
            {"at": "2026-11-21T02:50:00-05:00", "text": "Incident started (SEV1)", "kind": "event", "role": "on-call"},
            {"at": "2026-11-21T03:01:00-05:00", "text": "Done: 1. Look at <b>it</b>", "kind": "action"},
            {"at": "2026-11-21T03:01:00-05:00", "text": "2. Mend it: [1, 2]: 'x' # 🚨", "kind": "observation"},
            {"at": "2026-11-21T03:01:00-05:00", "text": "Update sent", "kind": "communication"},
            {
                "at": "2026-11-21T03:02:00-05:00",
                "text": "Severity: SEV2 </script><img src=x onerror=window.__pwned=1>",
                "kind": "decision",
                "role": "on-call",
            },
            {"at": "2026-11-21T03:02:00-05:00", "text": "Mitigated", "kind": "event"},
            {"at": "2026-11-21T03:03:00-05:00", "text": "Resolved", "kind": "event"},
        ],
    }
    assert log(page) == [entry["text"] for entry in exported(page)["timeline"]]
    assert not page.evaluate("'__pwned' in window")
    assert seen.troubles == []


def test_what_is_wrong_in_the_log_can_be_taken_out(demo: Site, visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = seen.open(demo.url(PAGE))
    incident = start(page)
    box = page.locator(f"{STEP} input").first
    box.check()
    assert len(log(page)) == 2
    box.uncheck()
    assert log(page) == ["Incident started (SEV1)"]
    incident.get_by_role("button", name="Mitigated").click()
    assert incident.get_by_role("button", name="Mitigated", exact=True).is_disabled()
    incident.get_by_role("button", name="Remove: Mitigated").click()
    assert incident.get_by_role("button", name="Mitigated", exact=True).is_enabled()
    assert "mitigated" not in exported(page)["times"]
    assert incident.get_by_role("button", name="Remove").count() == 0
    incident.locator("summary").click()
    incident.get_by_role("button", name="Discard the log").click()
    assert page.locator(f"{STEP}, {INCIDENT} h2").count() == 0
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes(':incident:'))") == []
    assert seen.troubles == []


def test_no_button_floats_over_the_clocks(demo: Site, visit: Callable[..., Visit]) -> None:
    page = visit().open(demo.url(PAGE))
    display = "getComputedStyle(document.querySelector('.md-top')).display"
    ready(page)
    assert page.evaluate(display) == "block"
    start(page)
    assert page.evaluate(display) == "none"
    page.locator(f"{INCIDENT} summary").click()
    page.get_by_role("button", name="Discard the log").click()
    assert page.evaluate(display) == "block"


def test_clocks_run_by_absolute_time(demo: Site, visit: Callable[..., Visit]) -> None:
    """In this night the clocks of Madrid go back from 3 to 2; the incident lasts as long as it lasts."""
    seen = visit(timezone_id="Europe/Madrid")
    page = stopped(seen, demo.url(PAGE), "2026-10-25T00:55:00Z")
    incident = start(page)
    strip, status = page.locator(STRIP), incident.locator("[role=status]")
    assert strip.locator("span").all_inner_texts() == [
        "Since the beginning 0:00:00", "RTO 0:15:00 left", "Next update 0:10:00 left",
    ]  # fmt: skip
    page.clock.fast_forward(9 * 60_000)
    page.clock.run_for(2_000)
    assert "Since the beginning 0:09:02" in strip.inner_text()
    assert "RTO 0:05:58 left" in strip.inner_text()
    assert "Next update 0:00:58 left" in strip.inner_text()
    page.clock.run_for(60_000)
    assert "Next update over by 0:00:02" in strip.inner_text()
    assert status.inner_text() == "The next update is due."
    incident.get_by_role("button", name="Update sent").click()
    assert "Next update 0:30:00 left" in strip.inner_text()
    page.clock.run_for(5 * 60_000)
    assert "RTO over by 0:00:02" in strip.inner_text()
    assert status.inner_text() == "The time to recover is over."
    incident.get_by_role("button", name="Mitigated").click()
    page.clock.run_for(10 * 60_000)
    assert "Since the beginning 0:15:02" in strip.inner_text()
    times = exported(page)["times"]
    assert times["started"] == "2026-10-25T02:55:00+02:00"
    assert times["mitigated"] == "2026-10-25T02:10:02+01:00"
    assert seen.troubles == []


def test_the_trouble_that_is_seen_sets_severity_and_services(demo: Site, visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = seen.open(demo.url(f"{TROUBLES}#no-answer"))
    incident = ready(page)
    incident.locator("summary").click()
    assert incident.get_by_label("What do you see?").input_value() == "no-answer"
    incident.get_by_role("button", name="Start the log").click()
    assert log(page) == ["Incident started (SEV1): No answer at all"]
    assert exported(page)["services"] == ["api", "database"]
    assert seen.troubles == []


def test_typing_survives_a_crash_of_the_page(demo: Site, visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = seen.open(demo.url(PAGE))
    start(page)
    note(page, 1).press_sequentially("It is slow, not down", delay=5)
    page.wait_for_timeout(1000)
    with suppress(Error):  # the page cannot answer any more
        page.goto("chrome://crash")
    again = page.context.new_page()
    again.goto(demo.url(PAGE))
    ready(again)
    assert log(again) == ["Incident started (SEV1)", "2. Mend it: It is slow, not down"]
    assert seen.asked == []


def test_a_reload_goes_on_where_it_was(demo: Site, visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = seen.open(demo.url(PAGE))
    start(page)
    page.locator(f"{STEP} input").nth(2).check()
    note(page, 1).press_sequentially("It is slow")
    page.reload()
    ready(page)
    assert note(page, 1).input_value() == "It is slow"
    note(page, 1).press("End")
    note(page, 1).press_sequentially(", not down")
    note(page, 1).press("Control+Enter")
    assert note(page, 1).input_value() == ""
    note(page, 1).press_sequentially("Now it is down")
    assert log(page)[1:] == [
        "Done: 1. See that it works",
        "2. Mend it: It is slow, not down",
        "2. Mend it: Now it is down",
    ]
    assert page.locator(f"{STEP} input").evaluate_all("nodes => nodes.map((node) => node.checked)") == [
        False,
        False,
        True,
    ]
    assert seen.troubles == []


def test_two_tabs_keep_one_log(demo: Site, visit: Callable[..., Visit]) -> None:
    seen = visit()
    first = seen.open(demo.url(PAGE))
    second = first.context.new_page()
    second.goto(demo.url(PAGE))
    ready(second)
    start(first)
    second.wait_for_selector(f"{INCIDENT} h2")
    for number in range(5):
        for page, name in ((first, "first"), (second, "second")):
            note(page, 0).press_sequentially(f"{name} {number}")
            note(page, 0).press("Control+Enter")
    note(first, 1).press_sequentially("a draft of the first")
    note(second, 1).press_sequentially("a draft of the second")
    second.locator(f"{STEP} input").nth(2).check()
    expected = [
        "Incident started (SEV1)",
        *(f"1. Look at <b>it</b>: {name} {number}" for number in range(5) for name in ("first", "second")),
        *(f"2. Mend it: a draft of the {name}" for name in ("first", "second")),
        "Done: 1. See that it works",
    ]
    for page in (first, second):
        page.wait_for_function(f"document.querySelectorAll('{LOG}').length === {len(expected)}")
        assert sorted(log(page)) == sorted(expected)
        assert page.locator(f"{STEP} input").nth(2).is_checked()
    assert note(first, 1).input_value() == "a draft of the first"
    second.locator(f"{INCIDENT} summary").click()
    second.get_by_role("button", name="Discard the log").click()
    first.wait_for_function(f"!document.querySelector('{INCIDENT} h2')")
    assert seen.troubles == []


def test_a_copied_tab_does_not_write_over_the_first(demo: Site, visit: Callable[..., Visit]) -> None:
    """A tab that a browser duplicates has the first one's session, and begins with its draft."""
    seen = visit()
    first = seen.open(demo.url(PAGE))
    start(first)
    note(first, 0).press_sequentially("one")
    name = first.evaluate("sessionStorage.getItem('opsbook:incident-tab')")
    second = first.context.new_page()
    second.add_init_script(f"sessionStorage.setItem('opsbook:incident-tab', '{name}')")
    second.goto(demo.url(PAGE))
    ready(second)
    assert note(second, 0).input_value() == "one"
    note(second, 0).press("End")
    note(second, 0).press_sequentially(" two")
    first.wait_for_function(f"document.querySelector('{INCIDENT} ol').textContent.includes('one two')")
    note(first, 0).press_sequentially("!")
    second.wait_for_function(f"document.querySelectorAll('{LOG}').length >= 3")
    texts = " / ".join(log(second))
    assert "one two" in texts
    assert "!" in texts
    assert seen.troubles == []


def test_an_incident_goes_from_runbook_to_runbook(
    demo: Site, visit: Callable[..., Visit], serve: Callable[[Path], str]
) -> None:
    """With instant navigation no page is loaded, and the log goes on."""
    seen = visit()
    page = seen.open(f"{instantly(seen, demo, serve)}/{PAGE}")
    start(page)
    page.locator(f"{STEP} input").first.check()
    note(page, 1).press_sequentially("half a sen")
    page.evaluate("window.sameDocument = true")
    page.evaluate("document.querySelector(\"a[href$='failover.html']\").click()")
    page.wait_for_function("document.querySelector('h1').textContent.includes('failover')")
    ready(page)
    assert page.evaluate("window.sameDocument === true")
    page.wait_for_selector(STEP)
    assert not page.locator(f"{STEP} input").first.is_checked()
    page.locator(f"{STEP} input").nth(1).check()
    assert log(page) == [
        "Incident started (SEV1)", "Done: 1. Look at <b>it</b>", "2. Mend it: half a sen", "Done: 2. Mend it",
    ]  # fmt: skip
    assert exported(page)["runbooks"] == ["runbook:recovery", "runbook:failover"]
    page.go_back()
    page.wait_for_function("document.querySelector('h1').textContent.includes('recovery')")
    ready(page)
    page.wait_for_selector(STEP)
    assert note(page, 1).input_value() == "half a sen"
    assert page.locator(STEP).count() == 3
    assert seen.troubles == []


@pytest.mark.parametrize("suffix", ["yaml", "json"])
def test_the_log_becomes_a_postmortem(
    demo: Site, visit: Callable[..., Visit], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    """In the form of a template, and by the command line; both validate once what is missing is filled in."""
    seen = visit(timezone_id="Asia/Kathmandu")
    page = seen.open(demo.url(PAGE))
    incident = start(page)
    for text in TEXTS:
        note(page, 0).fill(text)
        note(page, 0).press("Control+Enter")
    incident.get_by_role("button", name="Mitigated").click()
    incident.get_by_role("button", name="Resolved").click()
    value = exported(page)
    assert [entry["text"] for entry in value["timeline"][1:-2]] == [
        f"1. Look at <b>it</b>: {text.strip()}" for text in TEXTS
    ]
    with page.expect_download() as downloaded:
        incident.get_by_role("button", name=f"Save as {suffix.upper()}").click()
    file = tmp_path / downloaded.value.suggested_filename
    assert re.fullmatch(rf"incident-\d{{4}}-\d\d-\d\d-\d\d-\d\d\.{suffix}", file.name)
    downloaded.value.save_as(file)

    page = seen.open(demo.url("demo/postmortems/standard.html"))
    page.wait_for_function(f"document.querySelector('{FORM}')?.opsbook")
    page.locator("[data-opsbook-do=open]").set_input_files(file)
    page.wait_for_function(f"document.querySelector('{FORM}').opsbook.values().timeline?.length > 2")
    assert page.evaluate(f"document.querySelector('{FORM}').opsbook.values()") == value
    page.locator(f"{FORM} [name=id]").first.fill("one")
    page.locator(f"{FORM} [name=title]").first.fill("One")
    page.locator(f"{FORM} [name=owner]").first.select_option("backend")
    page.locator("[data-opsbook-name=authors] input").first.check()
    made = yaml.load(page.evaluate(f"document.querySelector('{FORM}').opsbook.yaml()"), Loader=yaml.BaseLoader)  # noqa: S506  # reads every value as the text it is, and makes nothing else
    postmortem = next(kind.model for kind in all_kinds() if kind.name == "postmortem")
    form = postmortem.model_validate_json(json.dumps(made))

    project = demo.folder.parent / "project"
    monkeypatch.chdir(tmp_path)
    target = project / f"specs/demo/incidents/from-{suffix}.yaml"
    result = CliRunner().invoke(main, ["new", "-C", str(project), "postmortem", target.stem, "--from", file.name])
    assert result.exit_code == 0, result.output
    try:
        checked = CliRunner().invoke(main, ["check", "-C", str(project), str(target)])
        assert checked.exit_code == 0, checked.output
        drafted = next(
            spec for spec in load(project, all_kinds()).project.specs if spec.source.path.endswith(target.name)
        )
    finally:
        target.unlink()
    fields = ("severity", "services", "runbooks", "times", "timeline", "status")
    assert [getattr(drafted.document, name) for name in fields] == [getattr(form, name) for name in fields]
    assert seen.troubles == []


def test_the_keyboard_is_enough(demo: Site, visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = seen.open(demo.url(PAGE))
    ready(page).locator("summary").focus()
    page.keyboard.press("Enter")
    for _ in range(15):  # the parts of a time are stops of their own
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Start the log":
            break
    page.keyboard.press("Enter")
    reached = set()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('input[type=checkbox]')"):
            page.keyboard.press("Space")
            break
        reached.add(page.evaluate("document.activeElement.textContent"))
    assert {"Update sent", "Mitigated", "Resolved", "Save as YAML", "Save as JSON", "Add to the log"} <= reached
    page.keyboard.press("Tab")
    page.keyboard.type("Seen")
    page.keyboard.press("Control+Enter")
    assert log(page)[1:] == ["Done: 1. Look at <b>it</b>", "1. Look at <b>it</b>: Seen"]
    page.locator(INCIDENT).get_by_role("button", name="Save as JSON").focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".json")
    assert seen.troubles == []


def test_a_form_goes_on_after_an_instant_navigation(
    demo: Site, visit: Callable[..., Visit], serve: Callable[[Path], str]
) -> None:
    seen = visit()
    page = seen.open(f"{instantly(seen, demo, serve)}/demo/postmortems/standard.html")
    page.wait_for_function(f"document.querySelector('{FORM}')?.opsbook")
    page.locator("#form-title").press_sequentially("Half a sen")
    page.evaluate("window.sameDocument = true")
    page.evaluate("document.querySelector(\"a[href$='process.html']\").click()")
    page.wait_for_function(f"!document.querySelector('{FORM}')")
    assert page.evaluate("window.sameDocument === true")
    page.go_back()
    page.wait_for_function(f"document.querySelector('{FORM}')?.opsbook")
    assert page.locator("#form-title").input_value() == "Half a sen"
    page.locator("#form-title").fill("A whole one")
    page.reload()
    page.wait_for_function(f"document.querySelector('{FORM}')?.opsbook")
    assert page.locator("#form-title").input_value() == "A whole one"
    assert seen.troubles == []


@pytest.mark.parametrize("name", [PAGE, "demo/incidents.html", "demo/postmortems/standard.html"])
def test_scripts_are_small(demo: Site, visit: Callable[..., Visit], name: str) -> None:
    page = visit().open(demo.url(name))
    page.wait_for_load_state("networkidle")
    sources = set(page.locator("script[src*='/opsbook/']").evaluate_all("nodes => nodes.map((node) => node.src)"))
    scripts = [Path(unquote(urlsplit(source).path)).read_bytes() for source in sources]
    assert len(scripts) > 1
    assert sum(len(gzip.compress(script)) for script in scripts) <= MOST


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_incident_is_accessible(demo: Site, visit: Callable[..., Visit], width: int, scheme: str) -> None:
    seen = visit(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = seen.open(demo.url(PAGE))
    ready(page).locator("summary").click()
    for begun in (False, True):
        if begun:
            page.get_by_role("button", name="Start the log").click()
            page.locator(f"{STEP} input").first.check()
        page.wait_for_timeout(150)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_paper_shows_the_log_and_no_controls(demo: Site, visit: Callable[..., Visit]) -> None:
    page = visit().open(demo.url(PAGE))
    ready(page)
    page.emulate_media(media="print")
    assert not page.locator(INCIDENT).is_visible()
    page.emulate_media(media="screen")
    start(page)
    page.locator(f"{STEP} input").first.check()
    page.emulate_media(media="print")
    shown = page.locator(f"{INCIDENT} :is(button, input, select, textarea, summary), {STEP}, {STRIP}")
    assert not any(one.is_visible() for one in shown.all())
    assert all(one.is_visible() for one in page.locator(LOG).all())


def test_without_scripts_the_page_is_as_it_was(demo: Site, visit: Callable[..., Visit]) -> None:
    page = visit(java_script_enabled=False).open(demo.url(PAGE))
    assert not page.locator(INCIDENT).is_visible()
    assert page.locator("h3#first").is_visible()


def test_a_log_is_kept_where_nothing_can_be_stored(demo: Site, visit: Callable[..., Visit]) -> None:
    seen = visit()
    seen.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get: () => { throw new Error('no'); } })"
    )
    seen.page.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', { get: () => { throw new Error('no'); } })"
    )
    page = seen.open(demo.url(PAGE))
    incident = start(page)
    note(page, 0).press_sequentially("seen")
    assert log(page)[1:] == ["1. Look at <b>it</b>: seen"]
    assert "This browser keeps nothing" in incident.inner_text()


def test_what_others_left_in_the_storage_is_harmless(demo: Site, visit: Callable[..., Visit]) -> None:
    """All pages on a disk share one storage."""
    seen = visit()
    page = seen.open(demo.url(PAGE))
    incident = start(page)
    page.evaluate(
        """() => {
            const place = Object.keys(localStorage).find((key) => key.includes(":incident:"));
            const [other, started] = [place.replace(/:[^:]*$/, ""), JSON.parse(localStorage[place])];
            const kept = ["{", "null", "[]", '"x"', "{}", JSON.stringify({ ...started, text: 1 }),
              JSON.stringify({ ...started, type: "toString" }), JSON.stringify({ ...started, at: "never" }),
              JSON.stringify({ ...started, type: "note", text: "<img src=x onerror=window.__pwned=1>" })];
            kept.forEach((text, index) => localStorage.setItem(`${other}:x${index}`, text));
        }"""
    )
    page.reload()
    ready(page)
    assert sorted(log(page)) == ["<img src=x onerror=window.__pwned=1>", "Incident started (SEV1)"]
    assert incident.get_by_role("button", name="Remove").count() == 1
    assert not page.evaluate("'__pwned' in window")
    assert seen.troubles == []
