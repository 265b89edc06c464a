"""What is filled in on a page comes out as a spec that validates, and goes in again without a difference."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

from browser.conftest import Site, Visit
from opsbook.kind import Spec
from opsbook.kinds.postmortem import POSTMORTEM
from opsbook.source import Source

FORM = "form[data-opsbook-form]"
COUNT = 200

TEXTS = (
    "14:02", "NO", "no", "0012", "1.10", "~", "null", "true", "22:22", "2026-11-21", "2026-11-21T03:10:00Z", "=", "0x1F",
    "1_000", ".inf", "-", "- a", "? b", ": c", "#d", "a: b", "a #b", "'", '"', "\\", "\\n", "{a}", "[b]", "&a", "*b", "!c",
    "%d", "@e", "`f`", "|", ">", "señal", "漢字", "🚨 fuego", "שלום", "e\u0301", "a\tb", "ends with a space ",
    "one\ntwo", "one\n\n  two\n", "```\ncode\n```", "x" * 300, "<img src=x onerror=alert(1)>", "</textarea><b>", "a\u00a0b",
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
    return whole | {name: make() for name, make in parts.items() if chance.random() < 0.7}  # noqa: PLR2004  # most of them


def parsed(text: str) -> Spec[Any]:
    source = Source.parse("specs/chatbot/incidents/x.yaml", text.encode())
    assert isinstance(source, Source), source
    spec = POSTMORTEM.parse(source, "chatbot")
    assert isinstance(spec, Spec), spec
    return spec


def test_records_go_through_a_form_unchanged(handbooks: Site, visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = seen.open(handbooks.url(handbooks.of("chatbot", "postmortem-template")[0]))
    page.wait_for_function(f"document.querySelector('{FORM}').opsbook")
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
    for before, (yaml, values, again) in zip(records, exported, strict=True):
        assert values == before
        assert again == before
        expected = POSTMORTEM.model.model_validate_json(json.dumps(before))
        assert parsed(yaml).document == expected, yaml
    assert seen.troubles == []


def test_a_draft_survives_a_reload(handbooks: Site, visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = seen.open(handbooks.url(handbooks.of("chatbot", "postmortem-template")[0]))
    page.wait_for_function(f"document.querySelector('{FORM}').opsbook")
    page.locator(f"{FORM} [name=title]").first.fill("La cola se detuvo")
    page.wait_for_timeout(1000)
    page.reload()
    page.wait_for_function(f"document.querySelector('{FORM}').opsbook")
    assert page.locator(f"{FORM} [name=title]").first.input_value() == "La cola se detuvo"
    assert seen.troubles == []
