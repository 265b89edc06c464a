"""What somebody new reads and tries: the page of a first week, and what each kind adds to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from cases import handbook, own, spec
from opsbook.first_week import about, reading
from opsbook.kind import Definition
from opsbook.kinds.api.first_week import first_call
from opsbook.kinds.system.first_week import STAGES, first_week, first_week_path, tasks
from opsbook.kinds.system.model import System
from opsbook.openapi.contents import Contents
from opsbook.printer import Printer
from opsbook.reference import Home

HERE = Path(__file__).parent
SYSTEMS = ("chatbot", "lodging", "messaging", "site-hosting", "smartbeak")


def test_a_first_week_is_made_of_what_a_system_has(golden: Callable[[Path, str], None]) -> None:
    project = handbook()
    (system,) = project.of(System, "demo")
    golden(HERE / "first_week.md", first_week(system, project).body)


@pytest.mark.parametrize("name", SYSTEMS)
def test_boxes_of_a_system_have_keys_of_their_own(name: str) -> None:
    """Two boxes with one key would be ticked together."""
    (system,) = own().project.of(System, name)
    found = list(tasks(system, Printer(own().project, first_week_path(name), Home(name, "system", system.document.id))))
    assert len({task.id for task in found}) == len(found)
    assert {task.stage for task in found} <= set(STAGES)
    assert all(task.why and task.name for task in found)


@pytest.mark.parametrize("name", SYSTEMS)
def test_what_a_first_week_names_is_there(name: str) -> None:
    """A key is made of the type and the id of what it is about, and the page begins below the system's home."""
    (system,) = own().project.of(System, name)
    home, page, *_ = system.kind.pages(system, own().project)
    assert (home.path, page.path) == (f"{name}/index.md", f"{name}/first-week.md")
    for task in tasks(system, Printer(own().project, page.path, Home(name, "system", system.document.id))):
        type_, _, id_ = task.id.partition("/")
        if id_ and type_ != "incident-process":
            assert isinstance(own().project.find(name, type_, id_), Definition), task.id
    assert "(&" not in page.body


def test_what_may_destroy_data_is_named_on_every_runbook_that_does() -> None:
    for name in SYSTEMS:
        (system,) = own().project.of(System, name)
        page = first_week(system, own().project)
        for one in (one for one in own().project.specs if one.system == name and one.kind.name == "runbook"):
            if any(located.step.effect == "destructive" for located in one.document.located_steps):
                assert f"first-week/runbook/{one.document.id}" in page.body


TIMES = (
    # minutes, at most, minutes as they are told
    (0, 60, 5),
    (1, 60, 5),
    (5, 60, 5),
    (5.1, 60, 10),
    (44, 45, 45),
    (300, 45, 45),
)


@pytest.mark.parametrize(("minutes", "most", "told"), TIMES)
def test_times_are_told_in_steps_of_five_minutes(minutes: float, most: int, told: int) -> None:
    assert about(minutes, most) == timedelta(minutes=told)


def test_longer_texts_take_longer() -> None:
    assert reading(["word " * 100]) == timedelta(minutes=5)
    assert reading(["word " * 1000, "word " * 500], more=3) == timedelta(minutes=15)


CALLS: tuple[tuple[dict[str, list[str]], str], ...] = (
    # paths with their operations, the one to call first
    ({"/orders": ["post", "get"], "/healthz": ["get"]}, "get-/healthz"),
    ({"/orders/{id}": ["get"], "/orders": ["get"]}, "get-/orders"),
    ({"/orders/{id}": ["get"], "/orders": ["post"]}, ""),
    ({}, ""),
)  # fmt: skip


@pytest.mark.parametrize(("paths", "first"), CALLS)
def test_the_first_call_changes_nothing_and_needs_nothing(paths: dict[str, list[str]], first: str) -> None:
    offers = _offers(paths)
    called = first_call(offers)
    assert (f"{called.method.lower()}-{called.path}" if called else "") == first


def _offers(paths: dict[str, list[str]]) -> Contents:
    lines = [
        f"  {path}: {{{', '.join(f'{one}: {{responses: {{}}}}' for one in methods)}}}"
        for path, methods in paths.items()
    ]
    said = "\n".join(["paths:", *lines]) if lines else "paths: {}"
    text = (
        "openapi: 3.0.3\ninfo: {title: Shop, version: '1'}\n"
        "x-opsbook: {owner: backend, last_reviewed: 2026-11-01, review_every: 90d}\n"
        f"{said}\n"
    )
    offers = spec("specs/demo/shop.yaml", text.encode()).document.offers
    assert isinstance(offers, Contents)
    return offers
