"""Hand-written pages: what stands in them becomes what specs say at this moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cases import cases, handbook
from opsbook.hand_written import completed
from opsbook.page import Site


@pytest.mark.parametrize("path", cases("hand_written/*.markdown"))
def test_embeds_show_what_specs_say(path: Path, golden: Callable[[Path, str], None]) -> None:
    text, faults = completed(path.read_text(encoding="utf-8"), "index.md", handbook())
    assert faults == []
    golden(path.with_suffix(".md"), text)


FAULTS = (
    # what stands there, what is said of it
    ("![[system:*|card]]", "there is no view `card` of all systems", "did you mean `cards`?"),
    ("![[system:*]]", "there is no view `` of all systems", "known: `cards`"),
    ("![[runbook:*|cards]]", "there is nothing to show of all of `runbook`", ""),
    ("![[system:dem|card]]", "there is no system `dem`", "did you mean `demo`?"),
    ("![[system:demo|roots]]", "there is no view `roots` of a system", "did you mean `roles`?"),
    ("![[role:backend|x]]", "`backend` cannot be embedded so", ""),
    ("See ![[system:*|cards]].", "`![[system:*|cards]]` stands beside something else", "a line of its own"),
    ("![[severity:sev-1]]", "a hand-written page cannot embed `sev-1`", ""),
)  # fmt: skip


@pytest.mark.parametrize(("mark", "message", "hint"), FAULTS)
def test_what_cannot_be_shown_is_said(mark: str, message: str, hint: str) -> None:
    text = f"# Home\n\n{mark}\n"
    shown, faults = completed(text, "index.md", handbook())
    assert shown == text
    ((index, fault),) = faults
    assert text[index:].startswith("[[")
    assert message in fault.message
    assert hint in fault.hint


STAYS = (
    "`![[system:*|cards]]` in a sentence",
    "```text\n![[system:*|cards]]\n```",
)


def test_code_keeps_its_marks() -> None:
    for text in STAYS:
        assert completed(text, "index.md", handbook()) == (text, [])


def test_within_a_sentence_a_reference_is_a_link() -> None:
    assert completed("See [[system:demo|this]].", "a/b.md", handbook())[0] == "See [this](../demo/index.md)."


def test_what_is_of_all_systems_speaks_the_language_of_the_site() -> None:
    project = replace(handbook(), site=Site(language="es"))
    shown, _ = completed("![[system:*|first-week]]", "index.md", project)
    assert "Primera semana" in shown
    assert '<span lang="en">Demo shop</span>' in shown
