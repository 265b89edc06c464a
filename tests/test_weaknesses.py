"""What a model tells: faults seeded into a good one, which are found, and nothing else."""

from __future__ import annotations

import random
import re
import runpy
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from cases import TODAY, spec
from effort import calls
from opsbook.checks import check
from opsbook.diagnostic import Diagnostic
from opsbook.kinds import all_kinds
from opsbook.kinds.architecture.rules import weaknesses
from opsbook.kinds.architecture.weakness import models, see
from opsbook.labels import languages
from opsbook.project import Project
from opsbook.settings import Settings

HERE = Path(__file__).parent / "weaknesses"
GOOD = {path.name: path.read_text(encoding="utf-8") for path in sorted((HERE / "specs").glob("*.yaml"))}
MODEL = "architecture.yaml"
FAULTS, HARMLESS = (
    yaml.safe_load((HERE / name).read_text(encoding="utf-8")) for name in ("faults.yaml", "harmless.yaml")
)


@cache
def parsed(name: str, text: str) -> Any:
    """A spec of the good project, or what a fault makes of it."""
    return spec(f"specs/demo/{name}", text.encode())


def project(texts: dict[str, str]) -> Project:
    """A project of these specs."""
    order = [kind.name for kind in all_kinds()]
    specs = sorted((parsed(*one) for one in texts.items()), key=lambda one: order.index(one.kind.name))
    return Project(tuple(specs), all_kinds())


def problems(texts: dict[str, str], today: date = TODAY) -> list[Diagnostic]:
    """Everything that is wrong with a project of these specs."""
    return list(check(project(texts), Settings(), today))


def seeded(fault: dict[str, Any]) -> dict[str, str]:
    """The good project with a fault."""
    name = fault.get("file", MODEL)
    text = GOOD.get(name, "")
    if "replace" not in fault:
        return {**GOOD, name: fault["with"]}
    for edit in (fault, *fault.get("also", ())):
        assert text.count(edit["replace"]) == 1, f"{fault['id']} has to replace one thing"
        text = text.replace(edit["replace"], edit["with"])
    return {**GOOD, name: text}


def test_the_good_model_has_no_weakness() -> None:
    assert problems(GOOD) == []


@pytest.mark.parametrize("fault", [pytest.param(fault, id=fault["id"]) for fault in FAULTS])
def test_a_seeded_fault_is_found_and_nothing_else(fault: dict[str, Any]) -> None:
    texts = seeded(fault)
    found = problems(texts)
    assert [(one.rule, one.message) for one in found] == list(fault["finds"].items())
    where = Path(found[0].path).name
    assert texts[where].splitlines()[found[0].line - 1].strip().removeprefix("- ") == fault["at"]
    assert all(one.hint for one in found)


@pytest.mark.parametrize("change", [pytest.param(change, id=change["id"]) for change in HARMLESS])
def test_what_is_no_weakness_is_not_found(change: dict[str, Any]) -> None:
    assert [f"{one.rule} {one.message}" for one in problems(seeded(change))] == []


def test_there_are_many_faults() -> None:
    assert len(FAULTS) >= 20


def test_what_could_not_be_read_may_hold_the_runbooks() -> None:
    """A runbook with a slip of the pen is one error, and not another for each element that it is for."""
    whole = project({name: text for name, text in GOOD.items() if name != "restore.yaml"})
    rules = {one.rule for one in check(replace(whole, unread=frozenset({"demo"})), Settings(), TODAY)}
    assert rules.isdisjoint({"architecture/no-runbook", "architecture/no-alert"})
    assert "architecture/no-runbook" in {one.rule for one in check(whole, Settings(), TODAY)}


def test_what_could_not_be_read_may_need_its_waiver() -> None:
    (fault,) = (fault for fault in FAULTS if fault["id"] == "waiver-of-nothing")
    whole = project(seeded(fault))
    assert list(check(replace(whole, unread=frozenset({"demo"})), Settings(), TODAY)) == []


def test_pages_know_what_is_accepted_and_until_when() -> None:
    whole = project({**GOOD, MODEL: yaml.safe_dump(weak(), sort_keys=False)})
    (model,) = models(whole)
    every = weaknesses(see(model, whole))
    assert see(model, whole) is see(model, whole)
    accepted = [one for one in every if one.waiver]
    assert [(one.rule.name, str(one.waiver and one.waiver.until)) for one in accepted] == [
        ("unauthenticated-crossing", "2027-01-01")
    ]
    assert accepted[0].weakness.subject.concerns("guest")
    assert not accepted[0].weakness.subject.concerns("api")


def test_the_waiver_that_holds_longest_counts() -> None:
    text = GOOD[MODEL].replace(
        "    until: 2027-01-01\n",
        "    until: 2027-01-01\n  - {rule: unauthenticated-crossing, reason: So be it., until: 2028-01-01}\n",
    )
    whole = project({**GOOD, MODEL: text})
    (one,) = weaknesses(see(models(whole)[0], whole))
    assert one.waiver
    assert one.waiver.reason == "So be it."


def test_weaknesses_are_said_in_the_language_of_the_pages() -> None:
    whole = project({**GOOD, MODEL: yaml.safe_dump(weak(), sort_keys=False)})
    spanish = languages({})["es"]
    for one in weaknesses(see(models(whole)[0], whole)):
        said, cure = one.weakness.say(spanish), one.weakness.cure(spanish)
        assert said != one.weakness.say()
        assert cure != one.weakness.cure()
        assert set(re.findall(r"`[^`]*`", said)) == set(re.findall(r"`[^`]*`", one.weakness.say()))


def weak() -> dict[str, Any]:
    """A model with as many of the faults at once as can stand beside each other."""
    text = GOOD[MODEL]
    for fault in FAULTS:
        rule = next(iter(fault["finds"]))
        known = fault.get("file", MODEL) == MODEL and "replace" in fault and "project/" not in rule
        if known and text.count(fault["replace"]) == 1:
            text = text.replace(fault["replace"], fault["with"])
    made: dict[str, Any] = yaml.safe_load(
        text.replace("until: 2", "until: !!str 2").replace("2026-11-01", "'2026-11-01'")
    )
    return made


def shuffled(value: Any, chance: random.Random, *, ordered: bool = False) -> Any:
    """A model with everything in another order whose order says nothing: that of messages does."""
    if isinstance(value, dict):
        return {key: shuffled(one, chance, ordered=key == "messages") for key, one in value.items()}
    if isinstance(value, list):
        made = [shuffled(one, chance) for one in value]
        return made if ordered else chance.sample(made, len(made))
    return value


@pytest.mark.whole
@pytest.mark.parametrize("seed", range(12))
def test_the_order_of_the_file_changes_nothing_that_is_found(seed: int) -> None:
    model = weak()
    text = yaml.safe_dump(shuffled(model, random.Random(seed)), sort_keys=False)  # noqa: S311  # no secret
    before = problems({**GOOD, MODEL: yaml.safe_dump(model, sort_keys=False)})
    after = problems({**GOOD, MODEL: text})
    assert len({one.rule for one in before}) >= 15
    assert sorted((one.rule, one.message) for one in after) == sorted((one.rule, one.message) for one in before)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_file_changes_no_page(seed: int) -> None:
    """The order of the environments does: that is their author's."""
    model = weak()
    other = shuffled(model, random.Random(seed))  # noqa: S311  # no secret
    said = []
    for one in (model, {**other, "deployments": model["deployments"]}):
        whole = project({**GOOD, MODEL: yaml.safe_dump(one, sort_keys=False)})
        said.append([told.weakness.say() for told in weaknesses(see(models(whole)[0], whole))])
    assert said[0] == said[1]


@pytest.mark.whole
def test_twice_the_model_is_less_than_four_times_the_work() -> None:
    """What grows as the square of a model makes a large one slow; seconds are measured by the benchmark."""
    make = runpy.run_path(str(HERE.parent / "benchmarks/large_architecture.py"))["model"]

    def work(elements: int) -> int:
        specs = {**GOOD, MODEL: make(elements, 2 * elements)}
        return calls(lambda: problems(specs))

    assert work(300) < 4 * work(150)


@pytest.mark.parametrize(("users", "more"), [(6, ""), (7, " + 1")])
def test_a_message_names_a_few_and_counts_the_others(users: int, more: str) -> None:
    """Everybody who looks for a room needs one of many storefronts, and each of those needs the API."""
    others = "".join(f"  - {{id: copy-{number}, title: Copy, type: person}}\n" for number in range(users - 2))
    calls = "".join(
        f"  - {{from: copy-{number}, to: api, label: Books, authentication: Token}}\n" for number in range(users - 2)
    )
    text = GOOD[MODEL].replace("            redundancy: zone\n            instances:\n", "            instances:\n")
    text = text.replace("relationships:\n", f"{others}relationships:\n{calls}", 1)
    (said,) = [one.message for one in problems({**GOOD, MODEL: text}) if "`api` run on" in one.message]
    assert said.endswith(f"lost with that: `copy-0`, `copy-1`, `copy-2`, `copy-3`, {LAST[more]}{more}")


LAST = {"": "`guest`, `storefront`", " + 1": "`copy-4`, `guest`"}
