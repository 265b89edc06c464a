"""Drills as experiments of Chaos Toolkit: valid for that tool, and played by it."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from chaoslib.experiment import ensure_experiment_is_valid, run_experiment
from chaoslib.hypothesis import within_tolerance

from cases import HERE, cases, own, project, spec
from opsbook.kinds.drill.chaos_toolkit import artifacts, experiment, playable
from opsbook.kinds.drill.model import Drill

SHOWN = HERE / "drills/experiment.json"
"""What is made of the drill with everything in it."""


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """The tool says much, and tests show what it says of a failure."""
    before = dict(os.environ)
    logging.getLogger("chaostoolkit").setLevel(logging.ERROR)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.parametrize("path", cases("kinds/drill/good/*.yaml"))
def test_an_experiment_is_valid_for_the_tool(path: Path) -> None:
    case = spec(f"specs/demo/{path.name}", path.read_bytes())
    made = [json.loads(one.content) for one in artifacts(case, project(case))]
    assert len(made) == playable(case.document)
    for one in made:
        ensure_experiment_is_valid(one)


def test_every_drill_of_the_handbooks_is_valid_for_the_tool() -> None:
    whole = own().project
    drills = [one for system in whole.systems for one in whole.of(Drill, system) if playable(one.document)]
    assert drills
    for one in drills:
        ensure_experiment_is_valid(experiment(one, whole))


def test_an_experiment_is_shown_whole(golden: Any) -> None:
    path = HERE / "kinds/drill/good/full.yaml"
    case = spec("specs/demo/full.yaml", path.read_bytes())
    (one,) = artifacts(case, project(case))
    assert one.path == "demo/drills/everything.chaos.json"
    golden(SHOWN, one.content.decode())


DRILL = """
kind: drill
id: marker-lost
title: The marker is lost
owner: backend
last_reviewed: 2026-11-01
review_every: 90d
type: sandbox
purpose: Shows that "quotes", $dollars and ${braces} survive.
follow: ["runbook:app-recovery#start-app"]
values: {FOLDER: FOLDER_HERE, ODD: "a $HOME '\\"` b", APP_URL: "http://localhost"}
steady_state:
  - id: marker
    title: The marker is there
    run: |
      test -e "$FOLDER/marker"
      test "$$" -gt 0
      printf '%s\\n' "$ODD" '{"state": [{"is": "well"}], "n": 3}' | tail -n 1
    tolerance: {json: {"$.state[0].is": well, $.n: 3}, matches: ['\\}$'], contains: ['"n": 3'], at_least: 2.5}
fault:
  type: delete-file
  what: The marker is deleted.
  run: rm "$FOLDER/marker"
  undo: {do: Make it again., run: 'printf %s "$ODD" >"$FOLDER/marker"'}
detection: {probe: marker}
targets: {detection: 1m, rto: 15m}
schedule: {every: 90d, owner: on-call}
"""


def _played(folder: Path, *, mended: bool) -> tuple[dict[str, Any], str]:
    """What the tool tells of a drill whose runbook mends it, or does not; and what is in the file then."""
    case = spec("specs/demo/drill.yaml", DRILL.replace("FOLDER_HERE", str(folder)).encode())
    made = experiment(case, project(case))
    (start,) = [one for one in made["method"] if one["name"] == "Start the app"]
    start["provider"]["arguments"][3] = 'export "$$@"; set --\n' + ('echo >"$$FOLDER/marker"' if mended else "true")
    (folder / "marker").write_text("", encoding="utf-8")
    ensure_experiment_is_valid(made)
    journal = run_experiment(made, settings={"runtime": {"rollbacks": {"strategy": "deviated"}}})
    return journal, (folder / "marker").read_text(encoding="utf-8")


def test_the_tool_plays_an_experiment(tmp_path: Path) -> None:
    journal, left = _played(tmp_path, mended=True)
    assert (journal["status"], journal["deviated"], left) == ("completed", False, "\n")
    noticed = next(one for one in journal["run"] if one["activity"]["name"].startswith("Noticed"))
    assert noticed["output"]["status"] == 1


def test_the_tool_takes_a_fault_back_where_nothing_has_mended_it(tmp_path: Path) -> None:
    journal, left = _played(tmp_path, mended=False)
    assert (journal["deviated"], left) == (True, "a $HOME '\"` b")


@pytest.mark.parametrize(
    ("tolerance", "output", "holds"),
    [
        ("{contains: ['a$b (c']}", "x a$b (c y", True),
        ("{contains: ['a$b']}", "ab", False),
        ("{matches: ['^b$']}", "a\nb\nc", True),
        ("{matches: ['(?i)^B$']}", "a\nb", True),
        ("{matches: ['^c$']}", "a\nb", False),
        ("{at_least: 3}", "3", True),
        ("{at_least: 3, at_most: 4.5}", "4.6", False),
        ("{exit: [1]}", "", False),
        ("{stderr: {contains: [x]}}", "x", False),
    ],
)
def test_a_tolerance_holds_where_it_holds_for_opsbook(tolerance: str, output: str, *, holds: bool) -> None:
    text = DRILL.partition("    tolerance:")[0] + f"    tolerance: {tolerance}\n" + DRILL[DRILL.index("fault:") :]
    case = spec("specs/demo/drill.yaml", text.encode())
    probes = experiment(case, project(case))["steady-state-hypothesis"]["probes"]
    came = {"status": 0, "stdout": output, "stderr": ""}
    assert all(within_tolerance(one["tolerance"], came) for one in probes) is holds


SNIPPETS = {
    "demo/faults/lose.sh": 'bash "$(dirname "$0")/../forget.sh"\n',
    "demo/forget.sh": 'rm "$FORGOTTEN"\n',
}
"""The snippet of a fault, and the neighbour that it calls, which alone names a value."""


def test_a_snippet_calls_its_neighbour_when_the_tool_plays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = DRILL.replace('run: rm "$FOLDER/marker"', "snippet: demo/faults/lose.sh").replace(
        "values: {", f'values: {{FORGOTTEN: "{tmp_path}/marker", '
    )
    case = spec("specs/demo/drill.yaml", text.replace("FOLDER_HERE", str(tmp_path)).encode())
    made = experiment(case, replace(project(case), snippets=SNIPPETS, snippets_folder="my snippets"))
    for name, content in SNIPPETS.items():
        (tmp_path / "my snippets" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "my snippets" / name).write_text(content, encoding="utf-8")
    (tmp_path / "marker").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    journal = run_experiment(made, settings={"runtime": {"rollbacks": {"strategy": "never"}}})
    fault = next(one for one in journal["run"] if one["activity"]["name"] == "The marker is deleted.")
    assert (fault["output"]["status"], (tmp_path / "marker").exists()) == (0, False)
    assert "Run it in the root of the project: it calls files in my snippets/." in made["description"]


def test_preparations_come_before_the_fault() -> None:
    case = spec("specs/demo/full.yaml", (HERE / "kinds/drill/good/full.yaml").read_bytes())
    names = [one["name"] for one in experiment(case, project(case))["method"]]
    before = ["Before: preparation 1", "Before: preparation 2", "Before: Start the app"]
    assert names[:4] == [*before, "The app is stopped, and nothing starts it."]


def test_an_experiment_says_what_it_takes_from_a_sandbox() -> None:
    made = DRILL + "setup: [demo/dump.sh]\n"
    case = spec("specs/demo/drill.yaml", made.encode())
    said = experiment(case, project(case))["description"]
    assert "What it needs, started before it is run, in this order: bash snippets/demo/dump.sh\n" in said
    assert "are those of the sandbox of opsbook" in said
    people = spec("specs/demo/drill.yaml", DRILL.replace("type: sandbox", "type: staging").encode())
    said = experiment(people, project(people))["description"]
    assert "sandbox" not in said
    assert "What it needs" not in said


def test_secrets_stay_out_of_an_experiment() -> None:
    whole = own().project
    for system in whole.systems:
        for one in whole.of(Drill, system):
            if playable(one.document):
                names = experiment(one, whole).get("configuration", {})
                assert not [name for name in names if "PASS" in name or "TOKEN" in name]
