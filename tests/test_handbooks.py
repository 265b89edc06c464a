"""The handbooks of the reference systems hold what their source documents demand, on pages that can be found."""

from __future__ import annotations

import subprocess
from collections import Counter
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml

from cases import own
from opsbook import site
from opsbook.checks import check_all
from opsbook.effects import SyntaxProblem, detect_many, gravest
from opsbook.evidence import UNDO, statuses
from opsbook.inspection import inspect
from opsbook.kind import Spec
from opsbook.kinds.drill.standing import standings
from opsbook.model import Document, Shell, SnippetPath
from opsbook.page import Page
from opsbook.printed_step import guarded
from opsbook.source import Source
from opsbook.step import Step

pytestmark = pytest.mark.whole

ROOT = Path(__file__).parent.parent
DEMANDS = yaml.safe_load((ROOT / "tests/handbooks.yaml").read_text(encoding="utf-8"))
WITH_COMMANDS = ("chatbot", "smartbeak")
"""The systems that have runbooks; the others have APIs to begin with."""


@cache
def pages() -> dict[str, Page]:
    return {page.path: page for page in own().project.pages()}


def visible(page: Page) -> str:
    """A page's text with entities resolved and the marks of code taken away."""
    return unescape(page.body).replace("`", "")


@pytest.mark.parametrize(
    ("system", "demand"), [(system, demand) for system, demands in DEMANDS.items() for demand in demands]
)
def test_every_deliverable_is_on_a_page(system: str, demand: str) -> None:
    for part in DEMANDS[system][demand]:
        if part["page"] == "any":
            text = "\n".join(visible(page) for path, page in pages().items() if path.startswith(f"{system}/"))
        else:
            text = visible(pages()[f"{system}/{part['page']}"])
        missing = [fact for fact in part["has"] if not any(spelling in text for spelling in fact.split("|"))]
        assert missing == [], part["page"]


def test_every_page_is_in_the_navigation() -> None:
    def leaves(nav: Any) -> list[str]:
        if isinstance(nav, str):
            return [nav]
        values = nav.values() if isinstance(nav, dict) else nav
        return [leaf for value in values for leaf in leaves(value)]

    listed = [page.path for page in pages().values() if page.listed]
    assert sorted(leaves(site.navigation(pages().values()))) == sorted(listed)
    assert {page.path.split("/")[-2] for page in pages().values() if not page.listed} == {
        "elements",
        "records",
        "schemas",
    }


def test_nothing_is_wrong_with_the_reference_systems() -> None:
    """No error, no warning but an overdue review, on the day on which a document was last reviewed.

    On the day of the test a waiver may have ended, and that is nothing which a change of the code has done.
    """
    documents = (spec.document for spec in own().project.specs)
    day = max(one.last_reviewed for one in documents if isinstance(one, Document))
    found = [str(d) for d in check_all(own(), day, inspect(own().project)) if d.rule != "project/overdue-review"]
    assert found == []


def test_most_commands_can_run_without_a_container_or_a_cloud() -> None:
    """At least seven in ten commands use clients that a sandbox with real services can run."""
    for system in WITH_COMMANDS:
        commands = [
            mention.text if isinstance(mention.mark, Shell) else own().project.snippets[mention.text]
            for spec in own().project.specs
            if spec.system == system
            for mention in spec.mentions
            if isinstance(mention.mark, Shell | SnippetPath)
        ]
        tools = ("docker", "kubectl", "aws")
        remote = [command for command in commands if any(f"{tool} " in command for tool in tools)]
        assert len(commands) > 50, system
        assert len(remote) <= 0.3 * len(commands), system


def proved(system: str) -> Counter[str]:
    """How often each status stands on the pages of a system, beside a step with a command."""
    specs = [spec for spec in own().project.specs if spec.system == system]
    return Counter(
        status
        for spec in specs
        for name, (status, _) in statuses(spec, own().project).items()
        if not name.endswith(UNDO)
    )


@pytest.mark.parametrize(
    ("system", "real"),
    [("chatbot", 0.7), ("lodging", 0.6), ("messaging", 0.6), ("site-hosting", 0.6), ("smartbeak", 0.7)],
)
def test_the_commands_are_proved_and_mostly_for_real(system: str, real: float) -> None:
    """As the committed evidence says; where it is stale, `opsbook test --evidence evidence` makes it anew."""
    found = proved(system)
    assert not {"never", "stale", "failed"} & set(found)
    assert found["real"] >= real * found.total()
    assert found["manual"] <= 0.1 * found.total()


def test_the_drills_passed_and_hold() -> None:
    """As the committed records say; where one is stale, `opsbook drill` plays it anew."""
    found = [
        standing
        for system in own().project.systems
        for standing in standings(system, own().project).values()
        if standing.drill.type == "sandbox"
    ]
    assert {standing.drill.id: standing.worth for standing in found if standing.worth != "passed"} == {}
    assert len(found) >= 10
    assert [one.name for standing in found for one in standing.measured if one.met is False] == []


def test_a_changed_command_is_stale_at_once() -> None:
    """The step itself and what comes after it; not what came before, nor other documents."""
    path = "specs/chatbot/runbooks/respuesta-a-incidentes.yaml"
    (spec,) = [one for one in own().project.specs if one.source.path == path]
    raw = (ROOT / path).read_bytes()
    changed = Source.parse(path, raw.replace(b"run: pg_isready -h", b"run: true && pg_isready -h", 1))
    assert isinstance(changed, Source)
    again = spec.kind.parse(changed, spec.system)
    assert isinstance(again, Spec)
    for one, expected in ((spec, ["real", "real", "real"]), (again, ["real", "stale", "stale"])):
        told = statuses(one, own().project)
        assert [told[f"confirmar-{name}"][0] for name in ("salud", "postgres", "redis")] == expected


def aimed() -> list[Step]:
    """The steps of the handbooks that have a target."""
    lists = [spec.kind.trials(spec.document) for spec in own().project.specs if spec.kind.trials]
    return [step for trials in lists for trial in trials for step in trial.steps if step.target]


def test_what_asserts_a_target_only_reads() -> None:
    steps = aimed()
    assert len(steps) >= 20
    found = detect_many([step.target.run for step in steps if step.target])
    for step, told in zip(steps, found, strict=True):
        assert not isinstance(told, SyntaxProblem), step.id
        assert gravest(told) == "read", step.id


def test_what_is_copied_for_a_target_is_shell() -> None:
    for step in aimed():
        assert step.target
        command = guarded((step.run or f"bash snippets/{step.snippet}").rstrip(), step.target, "it's wrong")
        done = subprocess.run(["bash", "-n"], input=command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), command
