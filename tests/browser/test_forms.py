"""What is filled in on a page comes out as a spec that validates, and goes in again without a difference."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from browser.conftest import Site, Visit, once, opsbook
from browser.forms import DRILL_RECORD, DRILLS, PAGES, RECORD, write_forms
from browser.test_access import faults
from cases import run
from opsbook.kind import Spec
from opsbook.kinds import all_kinds
from opsbook.kinds.drill import DRILL_RECORD as RECORD_OF_A_DRILL
from opsbook.kinds.postmortem import POSTMORTEM
from opsbook.read import load
from opsbook.source import Source

FORM = "form[data-opsbook-form]"
READY = f"document.querySelector('{FORM}').opsbook"
COUNT = 200

TEXTS = (
    "14:02", "NO", "no", "0012", "1.10", "~", "null", "true", "22:22", "2026-11-21", "2026-11-21T03:10:00Z", "=",
    "0x1F", "1_000", ".inf", "-", "- a", "? b", ": c", "#d", "a: b", "a #b", "'", '"', "\\", "\\n", "{a}", "[b]", "&a",
    "*b", "!c", "%d", "@e", "`f`", "|", ">", "señal", "漢字", "🚨 fuego", "שלום", "e\u0301", "a\tb",
    "ends with a space ", "one\ntwo", "one\n\n  two\n", "```\ncode\n```", "x" * 300, "<img src=x onerror=alert(1)>",
    "</textarea><b>", "a\u00a0b",
)  # fmt: skip
LINES = tuple(text for text in TEXTS if "\n" not in text)


def record(chance: random.Random) -> dict[str, Any]:
    """A postmortem in which anything may stand anywhere."""

    def text() -> str:
        return chance.choice(TEXTS)

    def line() -> str:
        return chance.choice(LINES)

    def some(make: Callable[[], Any], most: int = 3) -> list[Any]:
        return [make() for _ in range(chance.randint(1, most))]

    def moment() -> str:
        offset = chance.choice(("Z", "+02:00", "-05:00", "+05:45"))
        return f"2026-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}T{chance.randint(0, 23):02}:02:00{offset}"

    def day() -> str:
        return f"2026-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"

    def named(**more: Any) -> dict[str, Any]:
        return {"id": f"id-{chance.randint(0, 99)}", "title": line(), **more}

    roles = ("guardia", "backend-owner", "a-role-that-is-gone")
    whole: dict[str, Any] = {
        **named(kind="postmortem", owner="guardia", status="draft", severity="sev-1"),
        "authors": chance.sample(roles[:2], chance.randint(1, 2)),
        "times": {"started": moment(), "resolved": moment()},
    }
    parts: dict[str, Callable[[], Any]] = {
        "reason": text,
        "template": lambda: "estandar",
        "services": lambda: chance.sample(("app", "redis", "one-that-is-gone"), 2),
        "runbooks": lambda: some(lambda: "runbook:despliegue"),
        "detection": lambda: {"by": "alert", "alert": "healthz-caido", "note": text()},
        "summary": text,
        "impact": lambda: {"text": text(), "metrics": some(lambda: named(value=line()))},
        "timeline": lambda: some(
            lambda: {"at": moment(), "text": text(), "kind": "action", "role": chance.choice(roles)}
        ),
        "trigger": text,
        "contributing_factors": lambda: some(lambda: named(text=text(), category="capacity")),
        "went_well": lambda: some(line),
        "surprises": lambda: some(line),
        "sections": lambda: {"datos": text(), "another-template-s": text()},
        "actions": lambda: some(
            lambda: named(type="prevent", owner="guardia", priority="high", due=day(), status="refused", reason=line())
        ),
        "none_needed": text,
        "review": lambda: {"reviewers": ["guardia"], "held_on": day(), "notes": text()},
    }
    return whole | {name: make() for name, make in parts.items() if chance.random() < 0.7}


def parsed(text: str) -> Spec[Any]:
    source = Source.parse("specs/chatbot/incidents/x.yaml", text.encode())
    assert isinstance(source, Source), source
    spec = POSTMORTEM.parse(source, "chatbot")
    assert isinstance(spec, Spec), spec
    return spec


@pytest.fixture(scope="session")
def forms(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Site:
    """A small site with a form in each language."""

    def make(folder: Path) -> None:
        write_forms(folder / "project")
        opsbook("build", "-C", folder / "project", "--site-dir", folder / "site")

    folder = once(tmp_path_factory, worker_id, "forms", make)
    return Site(folder / "site", load(folder / "project", all_kinds()).project)


def opened(seen: Visit, site: Site, system: str = "demo", drill: str = "") -> Page:
    """A form that its script has taken up, of postmortems or of a drill."""
    page = seen.open(site.url(f"{system}/drills/{drill}.html" if drill else PAGES[system]))
    page.wait_for_function(READY)
    return page


def values(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(f"document.querySelector('{FORM}').opsbook.values()")
    return found


def focused(page: Page) -> str:
    """The id of the control that has the focus."""
    found: str = page.evaluate("document.activeElement.id")
    return found


def test_records_go_through_a_form_unchanged(forms: Site, visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = opened(seen, forms)
    chance = random.Random(6)  # noqa: S311  # the same records in every run
    records = [record(chance) for _ in range(COUNT)]
    exported = page.evaluate(
        f"""(records) => {{
            const form = document.querySelector("{FORM}").opsbook;
            return records.map((record) => {{
                form.show(record);
                const yaml = form.yaml();
                const values = form.values();
                form.show(jsyaml.load(yaml, {{ schema: jsyaml.CORE_SCHEMA }}));
                return [yaml, values, form.values()];
            }});
        }}""",
        records,
    )
    for before, (yaml, shown, again) in zip(records, exported, strict=True):
        assert shown == before
        assert again == before
        expected = POSTMORTEM.model.model_validate_json(json.dumps(before))
        assert parsed(yaml).document == expected, yaml
    assert seen.troubles == []


def test_what_is_typed_is_kept_within_a_second(forms: Site, visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = opened(seen, forms)
    page.locator("#form-title").press_sequentially("The queue stopped", delay=60)
    page.wait_for_timeout(1000)
    other = page.context.new_page()
    page.close(run_before_unload=False)
    seen.page = other
    page = opened(seen, forms)
    assert page.locator("#form-title").input_value() == "The queue stopped"
    page.locator("#form-summary").fill("Typed just before the tab is closed.")
    page.reload()
    page.wait_for_function(READY)
    assert page.locator("#form-summary").input_value() == "Typed just before the tab is closed."
    assert seen.troubles == []


def test_a_form_is_filled_in_with_the_keyboard_alone(forms: Site, visit: Callable[..., Visit]) -> None:
    seen = visit(timezone_id="America/Lima")
    page = opened(seen, forms)
    key = page.keyboard
    page.locator("#form-title").focus()
    key.type("The queue stopped")
    key.press("Tab")
    assert focused(page) == "form-id"
    assert page.locator("#form-id").input_value() == "the-queue-stopped"
    key.press("Tab")
    key.press("ArrowDown")
    key.press("Tab")
    assert focused(page) == "form-status"
    page.locator("#form-times-started").focus()
    key.press("Tab")
    assert focused(page) == "form-times-started-now"
    key.press("Enter")
    assert focused(page) == "form-times-started"
    started = page.locator("#form-times-started").input_value()
    assert started.endswith("-05:00")
    assert page.locator("#form-id").input_value() == f"{started[:10]}-the-queue-stopped"
    page.locator("#form-timeline-1-remove").focus()
    key.press("Tab")
    key.press("Enter")
    assert focused(page) == "form-timeline-2-at"
    key.type(started)
    page.locator("#form-timeline-2-text").focus()
    key.type("A customer asks.")
    page.locator("#form-timeline-1-remove").focus()
    key.press("Enter")
    assert focused(page) == "form-timeline-2-at"
    assert page.locator("#form-timeline .opsbook-row-name").all_inner_texts() == ["Minute by minute 1"]
    assert page.locator(f"{FORM} [role=status]").inner_text() == "Removed Minute by minute 1"
    assert values(page)["timeline"] == [{"at": started, "text": "A customer asks."}]
    page.locator(FORM).get_by_role("button", name="Save as YAML").focus()
    with page.expect_download() as download:
        key.press("Enter")
    assert download.value.suggested_filename == f"{started[:10]}-the-queue-stopped.yaml"
    assert seen.troubles == []


def test_every_control_has_a_name_and_an_id_of_its_own(forms: Site, visit: Callable[..., Visit]) -> None:
    page = opened(visit(), forms)
    for _ in range(2):
        page.locator("#form-timeline > [data-opsbook-do=add]").click()
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(set(ids)) == len(ids)
    lost = page.evaluate(
        f"""[...document.querySelectorAll('{FORM} :is([for], [aria-describedby], [aria-labelledby], [list])')].filter(
            (one) => ['for', 'aria-describedby', 'aria-labelledby', 'list'].some((name) =>
                (one.getAttribute(name) ?? '').split(' ').filter(Boolean).some((id) => !document.getElementById(id)))
        ).map((one) => one.outerHTML)"""
    )
    assert lost == []
    nameless = page.evaluate(
        f"[...document.querySelectorAll('{FORM} :is(input, select, textarea)')]"
        ".filter((one) => !one.labels.length).map((one) => one.outerHTML)"
    )
    assert nameless == []
    assert page.get_by_role("button", name="Remove Minute by minute 3").count() == 1


def test_the_form_tells_what_is_missing_for_a_status(forms: Site, visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = opened(seen, forms)
    missing = page.locator("[data-opsbook-missing]")
    assert missing.inner_text() == (
        "Missing for this status: Id, Title, Owner, Severity, Authors, Times: The impact began, Summary"
    )
    page.evaluate(f"(draft) => document.querySelector('{FORM}').opsbook.show(draft)", _good())
    assert missing.inner_text() == "Nothing is missing for this status."
    page.locator("#form-status").select_option("closed")
    page.wait_for_function("document.querySelector('[data-opsbook-missing] a')")
    assert missing.inner_text() == "Missing for this status: What changes: Status"
    page.locator("#form-status").select_option("in_review")
    page.locator("#form-trigger, #form-sections-data").first.fill("")
    page.locator("#form-timeline-4-remove").click()
    page.locator("#form-timeline-3-remove").click()
    page.wait_for_timeout(600)
    links = missing.locator("a")
    assert links.all_inner_texts() == ["Minute by minute", "Integrity of the data"]
    links.nth(1).click()
    assert focused(page) == "form-sections-data"
    assert seen.troubles == []


def _good() -> dict[str, Any]:
    source = Source.parse("record.yaml", RECORD.read_bytes())
    assert isinstance(source, Source)
    return dict(source.data)


def test_what_cannot_be_exported_is_said_beside_the_field(forms: Site, visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = opened(seen, forms, "ejemplo")
    for typed, said in (
        ("2026-11-21 03:10", "Escriba el momento con su diferencia con UTC, como 2026-11-21T03:10:00-05:00."),
        ("2026-11-31T25:10:00Z", "Escriba el momento con su diferencia con UTC, como 2026-11-21T03:10:00-05:00."),
        ("2026-11-21T03:10:00Z", ""),
    ):
        page.locator("#form-times-started").fill(typed)
        page.locator("#form-times-started").blur()
        assert page.locator("#form-times-started-wrong").text_content() == said
        assert (page.locator("#form-times-started").get_attribute("aria-invalid") == "true") == bool(said)
    page.locator("#form-summary").fill("Fue un error humano.")
    page.locator("#form-summary").blur()
    assert "“error humano” busca a quién culpar" in (page.locator("#form-summary-wrong").text_content() or "")
    page.locator("#form-summary").fill("Fue una noche larga.")
    page.locator("#form-summary").blur()
    assert page.locator("#form-summary-wrong").text_content() == ""
    assert seen.troubles == []


def test_a_draft_comes_in_from_a_file_and_goes_out_again(
    forms: Site, visit: Callable[..., Visit], tmp_path: Path
) -> None:
    seen = visit(accept_downloads=True)
    page = opened(seen, forms)
    for name, text in (("record.yaml", RECORD.read_text(encoding="utf-8")), ("record.json", json.dumps(_good()))):
        page.set_input_files("[data-opsbook-do=open]", {"name": name, "mimeType": "", "buffer": text.encode()})
        page.wait_for_function("document.querySelector('#form-id').value === 'queue-stopped'")
        with page.expect_download() as download:
            page.get_by_role("button", name="Save as YAML").click()
        assert download.value.suggested_filename == "queue-stopped.yaml"
        download.value.save_as(tmp_path / name)
        expected = POSTMORTEM.model.model_validate_json(json.dumps(_good()))
        assert parsed((tmp_path / name).read_text(encoding="utf-8")).document == expected
        page.evaluate("localStorage.clear()")
        seen.page = page.context.new_page()
        page.close()
        page = opened(seen, forms)
    page.evaluate(f"(draft) => document.querySelector('{FORM}').opsbook.show(draft)", _good())
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as Markdown").click()
    download.value.save_as(tmp_path / "record.md")
    text = (tmp_path / "record.md").read_text(encoding="utf-8")
    assert text.startswith("# The queue stopped\n")
    for part in ("## Minute by minute", "**Status:** Approved", "- On-call engineer", "Two would wait"):
        assert part in text


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.yaml", "kind: runbook\n", "This file holds no postmortem."),
        ("a.yaml", "- a\n", "This file holds no postmortem."),
        ("a.yaml", "a: [\n", "This file cannot be read: "),
        ("a.json", "{", "This file cannot be read: "),
        ("a.yaml", "kind: postmortem\ntimeline: none\n", "The form has no place for what this file says at /timeline"),
        (
            "a.yaml",
            "kind: postmortem\ntimeline: [{text: {a: b}}]\n",
            "The form has no place for what this file says at /timeline/0/text",
        ),
        ("a.yaml", "kind: postmortem\nauthors: on-call\n", "The form has no place for what this file says at /authors"),
    ],
)
def test_a_file_that_holds_no_draft_changes_nothing(
    forms: Site, visit: Callable[..., Visit], name: str, text: str, said: str
) -> None:
    seen = visit()
    page = opened(seen, forms)
    page.locator("#form-title").fill("What is there")
    page.set_input_files("[data-opsbook-do=open]", {"name": name, "mimeType": "", "buffer": text.encode()})
    status = page.locator(f"{FORM} [role=status]")
    page.wait_for_function(
        "(said) => document.querySelector('form [role=status]').textContent.startsWith(said)", arg=said
    )
    assert status.inner_text().startswith(said.strip())
    assert values(page)["title"] == "What is there"
    assert seen.troubles == []


def test_nothing_is_lost_without_asking(forms: Site, visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = opened(seen, forms)
    page.locator("#form-title").fill("What is there")
    page.set_input_files(
        "[data-opsbook-do=open]", {"name": "a.yaml", "mimeType": "", "buffer": b"kind: postmortem\ntitle: Another\n"}
    )
    page.wait_for_timeout(200)
    page.get_by_role("button", name="Start over").click()
    assert seen.troubles == [
        "dialog: Replace what is filled in here with this file?",
        "dialog: Discard this draft?",
    ]
    assert values(page)["title"] == "What is there"


def test_a_draft_is_copied_or_shown_to_be_copied(forms: Site, visit: Callable[..., Visit]) -> None:
    seen = visit()
    seen.page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page = opened(seen, forms)
    page.locator("#form-title").fill("What is there")
    page.get_by_role("button", name="Copy YAML").click()
    selected = page.evaluate("getSelection().toString() || document.activeElement.value")
    assert "title: What is there\n" in selected
    assert page.locator(f"{FORM} [role=status]").inner_text() == "Copy the text from the field below."
    assert seen.troubles == []


SETTLED = """() => !document.querySelector("[data-opsbook-tabs]").hidden
  || Object.values(localStorage).some((text) => text.includes(document.querySelector("#form-summary").value))"""
"""A tab has kept what was typed in it, or asks what to do with it."""


def test_two_tabs_do_not_overwrite_each_other(forms: Site, visit: Callable[..., Visit]) -> None:
    seen = visit()
    first = opened(seen, forms)
    seen.page = first.context.new_page()
    second = opened(seen, forms)
    second.evaluate("addEventListener('storage', (event) => event.stopImmediatePropagation(), true)")
    first.locator("#form-title").fill("From the first")
    first.wait_for_timeout(600)
    second.wait_for_timeout(100)
    second.locator("#form-summary").fill("From the second")
    first.locator("#form-summary").fill("Also from the first")
    for tab in (first, second):
        tab.wait_for_function(SETTLED)
    asking = [page for page in (first, second) if page.locator("[data-opsbook-tabs]").is_visible()]
    assert asking
    page = asking[0]
    mine = values(page)
    page.reload()
    page.wait_for_function(READY)
    assert values(page) == mine
    page.get_by_role("button", name="Take over the other tab's").click()
    assert values(page) != mine
    assert not page.locator("[data-opsbook-tabs]").is_visible()
    other = first if page is second else second
    assert values(page) == values(other)
    assert seen.troubles == []


def test_a_form_works_where_nothing_can_be_stored(forms: Site, visit: Callable[..., Visit]) -> None:
    seen = visit()
    seen.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get: () => { throw new Error('no storage'); } })"
    )
    page = opened(seen, forms)
    page.locator("#form-title").fill("What is there")
    page.wait_for_timeout(600)
    assert page.locator(f"{FORM} [role=status]").inner_text() == "This browser keeps nothing. Save the draft as a file."


@pytest.mark.parametrize("system", PAGES)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (320, "light"), (320, "dark")])
def test_forms_and_their_process_are_accessible(
    forms: Site, visit: Callable[..., Visit], system: str, width: int, scheme: str
) -> None:
    seen = visit(viewport={"width": width, "height": 800}, color_scheme=scheme)
    pages = ("postmortems/standard", "postmortems/process", *(f"drills/{name}" for name in DRILLS))
    for name in pages:
        assert faults(seen, forms.url(f"{system}/{name}.html"), (width, scheme)) == [], name
        wide = seen.page.evaluate("document.scrollingElement.scrollWidth")
        assert wide <= width


def test_paper_shows_all_that_was_typed_and_nothing_to_press(forms: Site, visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = opened(seen, forms)
    long = "\n".join(f"Line {number} of what happened." for number in range(40))
    page.evaluate(f"(draft) => document.querySelector('{FORM}').opsbook.show(draft)", {**_good(), "summary": long})
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    written = page.locator(".opsbook-written:visible").all_inner_texts()
    for text in (long, "The queue stopped", "2026-10-25T01:40:00+02:00", "Two would wait for the same lock."):
        assert text in written
    assert page.locator(f"{FORM} button:visible").count() == 0
    assert page.locator(".opsbook-form-tools:visible").count() == 0
    cut = page.evaluate(
        "[...document.querySelectorAll('.opsbook-written')]"
        ".filter((one) => one.scrollHeight > one.clientHeight + 2).length"
    )
    assert cut == 0
    assert page.locator("#form-none_needed").is_visible(), "what is empty is a box to write into"


def test_a_form_is_complete_without_scripts(forms: Site, visit: Callable[..., Visit]) -> None:
    seen = visit(java_script_enabled=False)
    page = seen.open(forms.url(PAGES["demo"]))
    assert page.locator(f"{FORM} button:visible").count() == 0
    for name in ("title", "summary", "sections-told", "timeline-1-at", "actions-1-due", "review-held_on"):
        assert page.locator(f"#form-{name}").is_visible()


def drill_record(chance: random.Random) -> dict[str, Any]:
    """A record of a drill in which anything may stand anywhere."""

    def some(make: Callable[[], Any]) -> list[Any]:
        return [make() for _ in range(chance.randint(1, 3))]

    def line() -> str:
        return chance.choice(LINES)

    def moment() -> str:
        return f"2026-10-{chance.randint(1, 28):02}T{chance.randint(0, 23):02}:02:00{chance.choice(('Z', '-05:00'))}"

    def figure() -> float:
        return chance.choice((0, 1, 12, 0.5, 1234567.125, 1e-7))

    roles = ("on-call", "backend", "a-role-that-is-gone")
    outcomes = ("passed", "led-on", "failed", "left-to-people", "not-run")
    whole = {
        "kind": "drill-record",
        "drill": "app-lost",
        "type": "staging",
        "hashes": dict.fromkeys(("runbook", "drill", "fixtures"), "0123456789012345"),
        "title": line(),
        "id": f"id-{chance.randint(0, 99)}",
        "owner": "backend",
        "result": chance.choice(("passed", "failed")),
        "times": {"fault": moment(), "verified": moment()},
    }
    parts: dict[str, Callable[[], Any]] = {
        "environment": lambda: "one-that-is-gone",
        "failures": lambda: some(line),
        "data": lambda: {"written": chance.randint(0, 9999), "left": 0, "seconds": figure()},
        "commit": lambda: "0123abc",
        "waited": lambda: "2m",
        "steps": lambda: some(
            lambda: {
                "step": chance.choice(("look", "start", "a-step-that-is-gone")),
                "outcome": chance.choice(outcomes),
                "seconds": figure(),
                "note": chance.choice(TEXTS),
            }
        ),
        "answers": lambda: some(lambda: {"question": chance.choice(TEXTS), "answer": chance.choice(TEXTS)}),
        "participants": lambda: chance.sample(roles, 2),
        "deviations": lambda: some(line),
        "notes": lambda: chance.choice(TEXTS),
        "actions": lambda: some(
            lambda: {
                "id": "an-id",
                "title": line(),
                "owner": chance.choice(roles),
                "due": "2026-12-01",
                "status": "done",
            }
        ),
        "sign_off": lambda: some(lambda: {"role": chance.choice(roles), "day": "2026-11-21"}),
    }
    return whole | {name: make() for name, make in parts.items() if chance.random() < 0.7}


@pytest.mark.parametrize("drill", DRILLS)
def test_records_of_drills_go_through_a_form_unchanged(forms: Site, visit: Callable[..., Visit], drill: str) -> None:
    """Those of another drill, too: what its form has no field for is kept."""
    seen = visit()
    page = opened(seen, forms, drill=drill)
    chance = random.Random(8)  # noqa: S311  # the same records in every run
    records = [drill_record(chance) for _ in range(COUNT)]
    exported = page.evaluate(
        f"""(records) => {{
            const form = document.querySelector("{FORM}").opsbook;
            return records.map((record) => {{ form.show(record); return [form.yaml(), form.values()]; }});
        }}""",
        records,
    )
    for before, (yaml, shown) in zip(records, exported, strict=True):
        assert shown == before
        source = Source.parse("specs/demo/drills/records/x.yaml", yaml.encode())
        assert isinstance(source, Source), source
        made = RECORD_OF_A_DRILL.parse(source, "demo")
        assert isinstance(made, Spec), made
        assert made.document == RECORD_OF_A_DRILL.model.model_validate_json(json.dumps(before))
    assert seen.troubles == []


def _checked(forms: Site, page: Page, folder: Path, system: str) -> str:
    """Save a form into the folder that its page names; gives what `opsbook check` says about that file."""
    project = folder / "project"
    shutil.copytree(forms.folder.parent / "project", project)
    with page.expect_download() as download:
        page.locator("[data-opsbook-do=yaml]").click()
    path = project / f"specs/{system}/drills/records/{download.value.suggested_filename}"
    download.value.save_as(path)
    return run(project, str(path))[1]


def test_a_drill_in_staging_is_recorded_on_its_page(forms: Site, visit: Callable[..., Visit], tmp_path: Path) -> None:
    seen = visit(accept_downloads=True)
    page = opened(seen, forms, drill="app-lost")
    missing = page.locator("[data-opsbook-missing]")
    assert missing.inner_text() == "Still missing: Id, Result, Times: Something is broken"
    page.locator("#form-result").select_option("passed")
    page.locator("#form-times-fault").fill("2026-11-20T09:00:00Z")
    assert page.locator("#form-id").input_value() == "2026-11-20-app-lost"
    page.wait_for_function("document.querySelectorAll('[data-opsbook-missing] a').length === 1")
    assert missing.inner_text() == "Still missing: Times: All is well again"
    page.locator("#form-times-verified").fill("2026-11-20T10:12:00+01:00")
    page.locator("#form-data-written").fill("1,5")
    page.locator("#form-data-written").blur()
    assert page.locator("#form-data-written-wrong").text_content() == "Write a whole number, such as 12."
    for name, value in (("written", "100"), ("left", "98"), ("seconds", "12.5")):
        page.locator(f"#form-data-{name}").fill(value)
    steps = page.locator("#form-steps [data-opsbook-row]")
    assert steps.count() == 2
    for number, outcome in enumerate(("passed", "left-to-people"), 1):
        page.locator(f"#form-steps-{number}-outcome").select_option(outcome)
    page.locator("#form-steps-1-seconds").fill("4")
    page.locator("#form-deviations").fill("The console asked for a second factor.")
    page.locator("#form-sign_off-1-role").select_option("backend")
    page.locator("#form-sign_off-1-day").fill("2026-11-21")
    page.wait_for_function("!document.querySelector('[data-opsbook-missing] a')")
    assert missing.inner_text() == "Nothing is missing."
    said = values(page)
    assert said["data"] == {"written": 100, "left": 98, "seconds": 12.5}
    assert said["steps"] == [
        {"step": "look", "outcome": "passed", "seconds": 4},
        {"step": "start", "outcome": "left-to-people"},
    ]
    assert _checked(forms, page, tmp_path, "demo") == "nothing wrong\n"
    page.locator("#form-result").select_option("failed")
    page.wait_for_function("document.querySelector('[data-opsbook-missing] a')")
    assert missing.inner_text() == "Still missing: Why it failed"
    assert seen.troubles == []


def test_a_drill_at_a_table_is_recorded_in_the_language_of_the_system(
    forms: Site, visit: Callable[..., Visit], tmp_path: Path
) -> None:
    seen = visit(accept_downloads=True, timezone_id="America/Lima")
    page = opened(seen, forms, "ejemplo", "region-lost")
    missing = page.locator("[data-opsbook-missing]")
    assert missing.inner_text() == "Aún falta: Id, Resultado, Tiempos: Algo se rompe"
    page.locator("#form-times-fault").fill("2026-11-20T09:00:00-05:00")
    page.locator("#form-result").select_option("failed")
    page.locator("#form-failures").fill("Nadie supo a quién llamar.\nLa página de estado no se tocó.")
    assert page.locator("#form-answers-2-question").input_value() == 'What is told to customers, and "by whom"?'
    page.locator("#form-answers-2-answer").fill("Primero lo que no funciona.\n\nLo dice soporte.")
    page.wait_for_function("!document.querySelector('[data-opsbook-missing] a')")
    assert page.locator("#form-id").input_value() == "2026-11-20-region-lost"
    rules = re.findall(r"\[([a-z/-]+)\]$", _checked(forms, page, tmp_path, "ejemplo"), re.MULTILINE)
    assert rules == ["drill/failed-drill"]  # which it is, as it says
    page.reload()
    page.wait_for_function(READY)
    assert values(page)["failures"] == ["Nadie supo a quién llamar.", "La página de estado no se tocó."]
    assert seen.troubles == []


def test_a_record_of_a_drill_is_opened_and_a_postmortem_is_not(forms: Site, visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = opened(seen, forms, drill="app-lost")
    status = page.locator(f"{FORM} [role=status]")
    for name, path, said in (
        ("a.yaml", RECORD, "This file holds no record of a drill."),
        ("b.yaml", DRILL_RECORD, "The draft is open."),
    ):
        page.set_input_files("[data-opsbook-do=open]", {"name": name, "mimeType": "", "buffer": path.read_bytes()})
        page.wait_for_function("(said) => document.querySelector('form [role=status]').textContent === said", arg=said)
        assert status.inner_text() == said
    assert page.locator("#form-steps-2-seconds").input_value() == "300"
    assert seen.troubles == []
