"""A drill passes when the runbook gets the better of the fault in time, and fails, or is none, when it should."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from small import EXPORTER, HEAD, MONITORING, procedure, project, runbook, sandbox, step

from opsbook.kind import Spec
from opsbook.kinds import all_kinds
from opsbook.kinds.drill.following import hashes
from opsbook.kinds.drill.model import Drill
from opsbook.kinds.drill.record import DrillRecord
from opsbook.project import Project
from opsbook.read import load
from opsbook.sandbox import drills
from opsbook.sandbox.running import FixtureFailed
from opsbook.sandbox.stage import NoDrill

CASES: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("drills.yaml").read_text(encoding="utf-8"))

DRILL: dict[str, Any] = {
    "kind": "drill",
    "id": "cache-lost",
    **HEAD,
    "type": "sandbox",
    "purpose": "Shows that the cache comes back.",
    "follow": ["runbook:restart"],
    "values": {"TOKEN": "a-secret-token"},
    "steady_state": [
        {"id": "answers", "title": "It answers", "run": "redis-cli ping", "tolerance": {"contains": ["PONG"]}},
        {"id": "blind", "title": "It sees nothing", "run": "true"},
    ],
    "fault": {
        "type": "kill",
        "what": "The server is killed.",
        "run": "redis-cli shutdown nosave",
        "undo": {"do": "Start it again.", "run": "redis-server /run/opsbook/cache.conf --daemonize yes"},
    },
    "detection": {"probe": "answers"},
    "data": {"write": 'redis-cli rpush marks "$MARK"', "count": "redis-cli llen marks"},
    "targets": {"detection": "30s", "rto": "30s", "rpo": "30s"},
    "schedule": {"every": "30d", "owner": "backend"},
}
STEPS: dict[str, dict[str, Any]] = {
    "look": step("look", "redis-cli ping", on_failure={"say": "Start it."}),
    "start": step("start", "redis-server /run/opsbook/cache.conf --daemonize yes", effect="change"),
    "wait": step("wait", "redis-cli ping", expect={"contains": ["PONG"]}, wait={"every": "1s", "at_most": "10s"}),
}
RESCUE: dict[str, dict[str, Any]] = {
    "ask": step("ask", "redis-cli ping", on_failure={"say": "Go on."}),
    "break": step("break", "exit 6"),
    "start": step("start-again", "redis-server /run/opsbook/cache.conf --daemonize yes", effect="change"),
    "wait": step("wait-again", "redis-cli ping", wait={"every": "1s", "at_most": "10s"}),
}
"""Steps that a failure may lead to."""

TELLS_LATE = 'printf "%s%0494d" "$TOKEN" 7; false'
"""What prints a secret so that a cut would go through it."""
CACHE = [{"id": "cache", "settings": {"appendonly": "yes", "appendfsync": "always"}}]


def merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A mapping with some of its values changed, however deep; None takes one away."""
    made = copy.deepcopy(base)
    for key, value in changes.items():
        made[key] = merged(made[key], value) if isinstance(value, dict) and isinstance(made.get(key), dict) else value
    return {key: value for key, value in made.items() if value is not None}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """What never comes is not waited for as long as in a real drill, but where an alert takes its time to fire."""
    if "alert" not in request.node.name:
        monkeypatch.setattr(drills, "PATIENCE", 2.0)
        monkeypatch.setattr(drills, "LONGEST", 4.0)


def prepared(root: Path, case: dict[str, Any]) -> tuple[Spec[Drill], Project, Path]:
    """What `play` is called with."""
    steps = list(merged(STEPS, case.get("runbook", {})).values())
    if "alert" in case:
        alert = {**MONITORING["alerts"][0], "expr": case["alert"]}
        more, setup = [{**MONITORING, "alerts": [alert]}], ["demo/exporter.sh"]
    else:
        more, setup = [], []
    rescue = [procedure("rescue", *(RESCUE[name] for name in case["rescue"]))] if "rescue" in case else []
    secret = {"name": "TOKEN", "title": "A token", "secret": True}
    root = project(
        root,
        sandbox(redis=CACHE, **case.get("sandbox", {})),
        runbook("restart", procedure("p", *steps), *rescue, parameters=[secret, *case.get("parameters", ())]),
        runbook("broken", procedure("p", step("breaks", "exit 5"))),
        merged({**DRILL, "setup": setup}, case.get("drill", {})),
        *more,
        exporter=EXPORTER,
        tells='echo "$TOKEN"; exit 3\n',
    )
    loaded = load(root, all_kinds())
    assert [(one.path, one.line, one.message) for one in loaded.diagnostics] == []
    (spec,) = loaded.project.of(Drill, "demo")
    return spec, loaded.project, root / "snippets"


def played(root: Path, case: dict[str, Any]) -> DrillRecord:
    """What comes of a drill."""
    return drills.play(*prepared(root, case))


@pytest.mark.parametrize("name", CASES)
def test_a_drill_fails_when_it_should(tmp_path: Path, name: str) -> None:
    """See drills.yaml."""
    case = CASES[name]
    if case["result"] == "none":
        with pytest.raises(NoDrill) as raised:
            played(tmp_path, case)
        assert case["says"] in str(raised.value)
        return
    record = played(tmp_path, case)
    assert (record.result, [one for one in record.failures if case.get("says", "") in one] != []) == (
        case["result"],
        case["result"] == "failed",
    )


def test_what_is_measured(tmp_path: Path) -> None:
    """The record says when, how much was lost, by what it was done, and what the result holds for."""
    case = CASES["rows that are lost after the preparation alone"]
    record = played(tmp_path, case)
    assert record.data
    assert (record.data.written, record.data.left) == (10, 5)
    assert record.loss
    assert 0.4 < record.loss.total_seconds() < 10
    names = [name for name, _ in record.times.ordered]
    assert names == ["fault", "detected", "mitigated", "verified"]
    assert sorted(moment for _, moment in record.times.ordered) == [moment for _, moment in record.times.ordered]
    assert [(one.step, one.outcome) for one in record.steps] == [
        ("look", "led-on"),
        ("start", "passed"),
        ("wait", "passed"),
    ]
    assert record.hashes
    assert (record.versions or "").startswith("Redis ")


def test_the_time_that_an_alert_holds_is_added(tmp_path: Path) -> None:
    """It is shortened to 2 s, and all intervals to 1 s; the record says by how much, and its figures have it."""
    record = played(tmp_path, {**CASES["an alert that fires"]})
    assert record.waited
    assert record.waited.total_seconds() == (5 * 60 - 2) + (30 - 1) + (30 - 1)
    assert record.detection
    assert record.detection > record.waited
    assert "Prometheus" in (record.versions or "")


def test_what_is_done_is_said(tmp_path: Path) -> None:
    """Each step as it is done: where a failure leads, the steps there, and those that are left to people."""
    heard: list[str] = []
    case = {"runbook": {"look": {"on_failure": {"go_to": "#start"}}, "wait": {"test": {"manual": "A person waits."}}}}
    drills.play(*prepared(tmp_path, case), say=heard.append)
    assert [one for one in heard if ": " in one] == [
        "look: led-on, to #start",
        "start: passed",
        "wait: left-to-people",
    ]


def test_steps_after_a_broken_one_are_said_not_to_have_run(tmp_path: Path) -> None:
    """Nothing is shown as done that was not."""
    record = played(tmp_path, CASES["a broken step"])
    assert [(one.step, one.outcome) for one in record.steps][1:] == [("start", "failed"), ("wait", "not-run")]
    assert record.times.verified is None


@pytest.mark.parametrize(
    "changes",
    [
        {"runbook": {"start": {"run": 'echo "$TOKEN"; false'}}},
        {"runbook": {"look": {"run": 'echo "$TOKEN" | base64; false', "on_failure": {"say": "Go on."}}}},
        {"drill": {"verification": [{"id": "tells", "title": "It tells", "run": 'echo "$TOKEN"; false'}]}},
        {"drill": {"prepare": [{"run": 'echo "$TOKEN"; false'}]}},
        {"drill": {"fault": {"run": 'echo "$TOKEN"; false'}}},
        {"drill": {"setup": ["demo/tells.sh"]}},
        {"drill": {"verification": [{"id": "tells", "title": "It tells", "run": TELLS_LATE}]}},
    ],
    ids=lambda changes: "-".join(one for part in changes.values() for one in part),
)
def test_secrets_stay_inside(tmp_path: Path, changes: dict[str, Any]) -> None:
    """Neither the record nor what is said on the way nor an error has one."""
    heard: list[str] = []
    try:
        heard.append(drills.play(*prepared(tmp_path, changes), say=heard.append).model_dump_json())
    except (NoDrill, FixtureFailed) as error:
        heard.append(str(error))
    assert heard
    assert not [one for one in heard if "secret-token" in one or "YS1zZWNyZXQtdG9rZW4" in one]


def test_a_secret_that_is_a_word_of_the_record_does_no_harm(tmp_path: Path) -> None:
    """Texts that people wrote are without it; what opsbook says is as it is."""
    record = played(tmp_path, {"drill": {"values": {"TOKEN": "passed"}}})
    assert (record.result, record.drill) == ("passed", "cache-lost")


UNDOS: dict[str, tuple[dict[str, Any], str]] = {
    "it is undone": ({}, ""),
    "it is not undone": (
        {"fault": {"undo": {"do": "Hope.", "run": "true"}}},
        "its `undo` does not bring the steady state back: `answers`",
    ),
    "it cannot be undone": (
        {"fault": {"undo": {"do": "Hope.", "run": "exit 3"}}},
        "the fault could not be taken back: it ended with 3",
    ),
    "it has no undo": ({"fault": {"undo": None}}, "its fault has no `undo`"),
    "it does not take": ({"fault": {"run": "true"}}, "the fault did not take"),
}


@pytest.mark.parametrize("name", UNDOS)
def test_a_fault_is_taken_back(tmp_path: Path, name: str) -> None:
    """A drill that is ended before its end leaves a system as it was."""
    changes, says = UNDOS[name]
    called = prepared(tmp_path, {"drill": changes})
    if says:
        with pytest.raises(NoDrill, match=says):
            drills.take_back(*called)
    else:
        drills.take_back(*called)


CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, ""),
    "words of a step": ({"runbook": {"look": {"title": "Look at it"}}}, ""),
    "words of the drill": ({"drill": {"purpose": "Shows something else.", "title": "Another title"}}, ""),
    "a step is deleted": ({"runbook": {"look": None}}, "runbook"),
    "a command is changed": ({"runbook": {"start": {"run": "redis-server --daemonize yes"}}}, "runbook"),
    "an expectation is changed": ({"runbook": {"wait": {"expect": {"contains": ["PO"]}}}}, "runbook"),
    "the fault is another": ({"drill": {"fault": {"run": "redis-cli debug sleep 9"}}}, "drill"),
    "a step that a failure leads to is another": ({"route": "exit 7"}, "runbook"),
    "a parameter is another": (
        {"parameters": [{"name": "HOW", "title": "How", "default": "fast"}]},
        "runbook",
    ),
    "the alert is another": ({"alert": "redis_up < 7"}, "drill"),
    "a target is another": ({"drill": {"targets": {"rto": "20s"}}}, "drill"),
    "a fixture is another": ({"sandbox": {"environment": {"MORE": "1"}}}, "fixtures"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_result_holds_for_what_it_was_found_with(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the runbook, the drill or the fixtures change, it holds no more; nobody has to run anything to see it."""
    changes, stale = CHANGES[name]
    base = {"runbook": {"look": {"on_failure": {"go_to": "#break"}}}, "rescue": ["break"]} if "route" in changes else {}
    base |= {**CASES["an alert that fires"], "alert": "redis_up == 0"} if "alert" in changes else {}
    before = hashes(*prepared(tmp_path / "before", base)[:2])
    if "route" in changes:
        monkeypatch.setitem(RESCUE, "break", {**RESCUE["break"], "run": changes["route"]})
    after = hashes(*prepared(tmp_path / "after", {**base, **changes})[:2])
    assert before
    assert after
    assert [one for one in ("runbook", "drill", "fixtures") if getattr(before, one) != getattr(after, one)] == (
        [stale] if stale else []
    )
