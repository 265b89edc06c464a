"""What may destroy data is read by everybody, and copied by whoever typed what it is meant for."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from browser.conftest import Site, Visit
from browser.test_access import AXE

CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


def guarded(page: Page, step: str) -> tuple[Locator, Locator]:
    """The field of a step and the block of its command."""
    heading = page.locator(f"[id='{step}']")
    block = heading.locator("xpath=following-sibling::div[contains(@class, 'opsbook-guarded')][1]")
    field = heading.locator("xpath=following-sibling::div[contains(@class, 'opsbook-target')][1]").get_by_role(
        "textbox"
    )
    return field, block


def text(block: Locator) -> str:
    """The command in a block, to the letter."""
    return (block.locator("pre > code").first.text_content() or "").strip()


def copied(page: Page, block: Locator) -> str:
    page.evaluate("navigator.clipboard.writeText('nothing')")
    block.locator(".md-code__button").first.click()
    got: str = page.evaluate("navigator.clipboard.readText()")
    return got


def selected(page: Page, block: Locator) -> str:
    """What a reader gets who selects the whole block and copies it."""
    page.evaluate("navigator.clipboard.writeText('nothing')")
    block.evaluate("node => getSelection().selectAllChildren(node)")
    page.keyboard.press("Control+c")
    got: str = page.evaluate("navigator.clipboard.readText()")
    return got


REDIS = "chatbot/runbooks/diagnostico-por-componente.html"
DROP = "chatbot/runbooks/restore-postgres.html"


def test_a_command_is_copied_once_its_target_is_typed(handbooks: Site, visit: Callable[..., Visit]) -> None:
    seen = visit(**CLIPBOARD)
    page = seen.open(handbooks.url(REDIS))
    field, block = guarded(page, "redis-reiniciar")
    assert field.get_attribute("type") == "text"
    page.get_by_role("textbox", name="Escribir redis para desbloquear el comando").wait_for()
    status = field.locator("xpath=ancestor::p").get_by_role("status")
    for typed in ("", "rediss", "REDIS"):
        field.fill(typed)
        assert "docker compose restart redis" in block.inner_text()
        assert not block.locator(".md-code__button").is_visible()
        assert "restart" not in selected(page, block)
        assert status.inner_text() == ""
    field.fill(" redis")
    assert status.inner_text() == "El comando ya se puede copiar."
    command = copied(page, block)
    assert command == text(block) == selected(page, block).strip()
    assert command.startswith("if docker compose config")
    field.fill("redi")
    assert not block.locator(".md-code__button").is_visible()
    assert seen.troubles == []


def test_the_keyboard_leads_from_the_field_to_the_button(handbooks: Site, visit: Callable[..., Visit]) -> None:
    page = visit(**CLIPBOARD).open(handbooks.url(REDIS))
    field, block = guarded(page, "redis-reiniciar")
    field.focus()
    page.keyboard.type("redis")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_timeout(100)
    assert page.evaluate("navigator.clipboard.readText()") == text(block)


def test_a_typed_value_is_compared_with_the_shells(
    handbooks: Site, visit: Callable[..., Visit], tmp_path: Path
) -> None:
    page = visit(**CLIPBOARD).open(handbooks.url(DROP))
    field, block = guarded(page, "descartar-borrar")
    for typed in ("", "chatbot", "x chatbot_copia"):
        field.fill(typed)
        assert not block.locator(".md-code__button").is_visible()
    field.fill("chatbot_copia")
    command = copied(page, block)
    assert command == text(block)
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, does in (("psql", "echo t"), ("dropdb", 'echo dropped "$@"')):
        (tools / name).write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
        (tools / name).chmod(0o755)

    def run(value: str) -> tuple[int, str, str]:
        environment = {"PATH": f"{tools}:/usr/bin:/bin", "RESTORE_DB": value, "PGHOST": "h"}
        done = subprocess.run(
            ["/bin/bash", "-c", command], capture_output=True, text=True, check=False, env=environment
        )
        return done.returncode, done.stdout, done.stderr

    assert run("chatbot_copia") == (0, "dropped -w -h h -U chatbot --if-exists chatbot_copia\n", "")
    assert run("chatbot_otra") == (1, "", "OBJETIVO EQUIVOCADO: no se ejecutó nada\n")
    (tools / "psql").write_text("#!/bin/sh\necho f\n", encoding="utf-8")
    assert run("chatbot_copia") == (1, "", "OBJETIVO EQUIVOCADO: no se ejecutó nada\n")


def test_a_typed_quote_stays_within_its_quotes(handbooks: Site, visit: Callable[..., Visit]) -> None:
    page = visit(**CLIPBOARD).open(handbooks.url("chatbot/runbooks/despliegue.html"))
    field, block = guarded(page, "migrar")
    field.fill("a'; touch x; '")
    first = copied(page, block).partition("\n")[0]
    assert first.startswith("""[ "$PGHOST" = 'a'\\''; touch x; '\\''' ] || {""")


def test_without_scripts_the_words_remain(handbooks: Site, visit: Callable[..., Visit]) -> None:
    page = visit(java_script_enabled=False).open(handbooks.url(REDIS))
    field, block = guarded(page, "redis-reiniciar")
    assert field.count() == 0
    assert block.locator("pre").first.is_visible()
    assert block.locator("pre").first.evaluate("node => getComputedStyle(node).userSelect") == "auto"
    said = page.locator("[data-opsbook-confirm=redis]")
    assert said.is_visible()
    assert "Decirlo en voz alta antes de lanzar el comando: redis" in said.locator("xpath=..").inner_text()


def test_print_shows_the_words_and_the_command(handbooks: Site, visit: Callable[..., Visit]) -> None:
    page = visit().open(handbooks.url(REDIS))
    page.emulate_media(media="print")
    field, block = guarded(page, "redis-reiniciar")
    assert not field.is_visible()
    assert page.locator("[data-opsbook-confirm=redis]").is_visible()
    assert block.locator("pre").first.is_visible()


def test_a_page_that_is_set_up_twice_asks_once(
    handbooks: Site, visit: Callable[..., Visit], serve: Callable[[Path], str]
) -> None:
    page = visit().open(f"{serve(handbooks.folder)}/{REDIS}")
    page.evaluate("document$.next(document)")
    field, block = guarded(page, "redis-reiniciar")
    assert field.count() == 1
    field.fill("redis")
    assert block.locator(".md-code__button").first.is_visible()


def test_what_was_typed_is_not_kept(handbooks: Site, visit: Callable[..., Visit]) -> None:
    page = visit().open(handbooks.url(REDIS))
    guarded(page, "redis-reiniciar")[0].fill("redis")
    page.reload()
    field, block = guarded(page, "redis-reiniciar")
    assert field.input_value() == ""
    assert not block.locator(".md-code__button").is_visible()
    assert page.evaluate("JSON.stringify(localStorage)").find("redis-reiniciar") == -1


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (320, "light"), (320, "dark")])
def test_locked_and_unlocked_commands_are_accessible(
    handbooks: Site, visit: Callable[..., Visit], width: int, scheme: str
) -> None:
    page = visit(viewport={"width": width, "height": 800}, color_scheme=scheme).open(
        handbooks.url("smartbeak/runbooks/deployment-rollback.html")
    )
    page.wait_for_timeout(150)
    page.evaluate(AXE)
    around = "() => axe.run({ include: [['.opsbook-target'], ['.opsbook-guarded']] }, { resultTypes: ['violations'] })"
    assert page.evaluate(around)["violations"] == []
    guarded(page, "run-down")[0].fill("db1.internal.example.com")
    assert page.evaluate(around)["violations"] == []
