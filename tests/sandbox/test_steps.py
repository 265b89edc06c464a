"""What a step may ask for beside a command: values for later, patience, company, tidying up, a way back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from small import procedure, project, runbook, sandbox, step

from opsbook.cli import main
from opsbook.sandbox.judging import captured, judge
from opsbook.sandbox.running import Outcome
from opsbook.step import Capture, Expect

JSON = (
    '{"id": 7, "name": "app", "up": true, "parts": [{"s": "ok"}, {"s": "ok"}], "text": "a b", '
    '"nul": "\\u0000", "half": "\\ud800"}'
)


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ({"json": {"$.id": 7, "$.name": "app", "$.up": True}}, []),
        ({"json": {"$.parts[*].s": "ok"}}, []),
        ({"json": {"$.parts[*].s": "bad"}}, ['standard output has "ok" at `$.parts[*].s`, not "bad"'] * 2),
        ({"json": {"$.id": 8}}, ["standard output has 7 at `$.id`, not 8"]),
        ({"json": {"$.up": 1}}, ["standard output has true at `$.up`, not 1"]),
        ({"json": {"$.none": 1}}, ["standard output has nothing at `$.none`"]),
        ({"json": {"none": 1}}, ["standard output: `none` is no JSONPath: expected 'TOKEN_ROOT', found 'TOKEN_NAME'"]),
        ({"stderr": {"contains": ["warning"], "matches": ["^w"]}}, []),
        ({"stderr": {"contains": ["id"]}}, ["standard error does not contain `id`"]),
        ({"stderr": {"matches": ["^x$"]}}, ["nothing in standard error matches `^x$`"]),
        (
            {"stderr": {"json": {"$": 1}}},
            ["standard error: this is no JSON: Expecting value: line 1 column 1 (char 0)"],
        ),
        ({"contains": ["warning", '"id"'], "matches": ["^warning"]}, []),
        ({"exit": [1]}, ["it ended with 0, not 1"]),
    ],
)
def test_an_outcome_is_judged(expect: dict[str, Any], said: list[str]) -> None:
    outcome = Outcome(0, JSON + "\n", "warning: old\n")
    assert list(judge(Expect.model_validate_json(json.dumps(expect)), outcome)) == said


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ({"json": "$.id"}, "7"),
        ({"json": "$.name"}, "app"),
        ({"json": "$.up"}, "true"),
        ({"matches": '"name": "(\\w+)"'}, "app"),
        ({"matches": "a b"}, "a b"),
    ],
)
def test_a_value_is_found(where: dict[str, str], value: str) -> None:
    capture = Capture.model_validate({"name": "X", "title": "A value", **where})
    assert captured(capture, Outcome(0, JSON)) == value


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ({"json": "$.parts[*].s"}, "standard output has 2 values at `$.parts[*].s`, not one"),
        ({"json": "$.none"}, "standard output has 0 values at `$.none`, not one"),
        ({"matches": "^none$"}, "nothing in the output matches `^none$`"),
        ({"json": "$.nul"}, "no variable can hold what stands there"),
        ({"json": "$.half"}, "no variable can hold what stands there"),
    ],
)
def test_a_value_that_is_not_there(where: dict[str, str], said: str) -> None:
    capture = Capture.model_validate({"name": "X", "title": "A value", **where})
    with pytest.raises(ValueError, match=r"value|matches|variable") as caught:
        captured(capture, Outcome(0, JSON))
    assert str(caught.value) == said


def test_an_outcome_that_is_too_deep_is_no_crash() -> None:
    expect = Expect.model_validate_json('{"json": {"$": 1}}')
    assert list(judge(expect, Outcome(0, "[" * 100_000))) == ["standard output: this is nested too deeply to be read"]


def test_a_pattern_that_never_ends_is_said() -> None:
    endless = "(a+)+$"
    expect, outcome = Expect(matches=(endless,)), Outcome(0, "a" * 60 + "!")
    assert list(judge(expect, outcome)) == [
        f"`{endless}` takes for ever on the output: write it so that its parts cannot match the same text"
    ]
    with pytest.raises(ValueError, match="takes for ever"):
        captured(Capture(name="X", title="A value", matches=endless), outcome)


# --- as a person runs it: which steps of a list fail, and what is said

JOB = {"name": "JOB", "title": "The number", "matches": "job (\\d+)"}
KEY = {"name": "KEY", "title": "The key", "json": "$.key", "secret": True}
WAIT = {"every": "1s", "at_most": "10s"}

SERVER = "touch ready; while :; do echo ready; sleep 0.1; done"

CASES: dict[str, tuple[list[dict[str, Any]], dict[str, str]]] = {
    "a value for later": (
        [step("ask", "echo job 42", capture=[JOB]), step("use", 'test "$JOB" = 42')],
        {},
    ),
    "no value for later": (
        [step("ask", "echo none", capture=[JOB]), step("use", "true")],
        {"ask": "`JOB` cannot be captured: nothing in the output matches", "use": "not run, because `ask` before it"},
    ),
    "a secret for later": (
        [step("ask", 'echo \'{"key": "hush-hush"}\'', capture=[KEY]), step("use", 'echo "$KEY"; false')],
        {"use": "\n***"},
    ),
    "waiting": (
        [
            step("begin", "(sleep 1; touch done) > /dev/null 2>&1 &"),
            step("look", "test -e done", wait=WAIT),
        ],
        {},
    ),
    "waiting in vain": (
        [step("look", "echo look >> looks; false", wait={"every": "1s", "at_most": "1s"}), step("end", "wc -l looks")],
        {"look": "it ended with 1, not 0", "end": "not run"},
    ),
    "trying again": (
        [
            step("flaky", "echo x >> tries; test $(wc -l < tries) -ge 3", retries=2),
            step("count", "cat tries", expect={"matches": ["^x\\nx\\nx\\n$"]}),
        ],
        {},
    ),
    "trying again in vain": (
        [step("flaky", "echo x >> tries; test $(wc -l < tries) -ge 3", retries=1)],
        {"flaky": "it ended with 1, not 0"},
    ),
    "in the background": (
        [
            step("serve", SERVER, background=True, expect={"contains": ["ready"]}),
            step("other", "test -e ready; pgrep -f 'echo ready'"),
        ],
        {},
    ),
    "over in the background": (
        [step("serve", "echo ready; exit 3", background=True, expect={"contains": ["ready"]})],
        {"serve": "it ended with 3, and is to keep running in the background"},
    ),
    "never ready in the background": (
        [step("serve", SERVER, background=True, timeout="1s", expect={"contains": ["never"]})],
        {"serve": "the output does not contain `never`"},
    ),
    "tidying up": (
        [
            step("fails", "false"),
            step("skipped", "true"),
            step("tidy", "touch tidied", always=True),
            step("after", "true"),
            step("see", "test -e tidied", always=True),
        ],
        {"fails": "it ended with 1", "skipped": "not run", "after": "not run"},
    ),
    "a way back": (
        [
            step("light", "test ! -e lamp; touch lamp", rollback={"do": "Put it out", "run": "rm lamp"}),
            step("see", "test -e lamp"),
        ],
        {},
    ),
    "no way back": (
        [step("light", "touch lamp", rollback={"do": "Put it out", "run": "rm lamps"}), step("see", "true")],
        {"light[undo]": "its `rollback`: it ended with 1, not 0", "see": "not run, because `light[undo]` before it"},
    ),
    "half a way back": (
        [step("light", "mkdir room; touch room/lamp", rollback={"do": "Put it out", "run": "rm room/lamp"})],
        {"light[undo]": "after its `rollback`, done once more: it ended with 1, not 0"},
    ),
    "a way back that nobody can try": (
        [step("light", "touch lamp", rollback={"do": "Out", "run": "false", "manual": "It is hot."})],
        {},
    ),
    "a way back of what is done by hand": (
        [{"id": "by-hand", "title": "Light it", "text": "By hand.", "rollback": {"do": "Out", "run": "rm -f lamp"}}],
        {},
    ),
    "a dry run": (
        [step("apply", "terraform apply plan", test={"dry_run": "test ! -e plan"}), step("see", "true")],
        {},
    ),
    "a dry run that fails": (
        [step("apply", "terraform apply plan", test={"dry_run": "test -e plan"}), step("see", "true")],
        {"apply": "its dry run: it ended with 1, not 0", "see": "not run"},
    ),
    "a failure that is followed": (
        [
            step("look", "test -e lamp", on_failure={"go_to": "#mend"}),
            step("mend", "touch lamp"),
        ],
        {"look": "its failure route leads out", "mend": "not run"},
    ),
    "a failure that leads to another": (
        [
            step("look", "test -e lamp", on_failure={"go_to": "#mend"}),
            step("mend", "touch nowhere/lamp"),
        ],
        {"look": "its failure route was followed: the failure route leads to `mend`, which fails, too", "mend": "not"},
    ),
}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """What is said of each step that fails, by case; all cases are run at once, each a runbook."""
    ids = {f"case-{number}": case for number, case in enumerate(CASES)}
    root = project(
        tmp_path_factory.mktemp("steps"),
        sandbox(),
        *(runbook(id_, procedure("p", *CASES[case][0])) for id_, case in ids.items()),
    )
    junit = root / "junit.xml"
    ran = CliRunner().invoke(main, ["test", "-C", str(root), "-n", "0", "--junit", str(junit)])
    assert ran.exit_code == 1, ran.output
    return {case: failures(junit, id_) for id_, case in ids.items()}


def failures(junit: Path, id_: str) -> dict[str, str]:
    """The steps of a runbook that failed, and what was said."""
    import xml.etree.ElementTree as ET

    found = {}
    for one in ET.parse(junit).iter("testcase"):  # noqa: S314  # it was written just now
        failure = one.find("failure")
        if one.get("classname", "").endswith(id_) and failure is not None:
            found[one.get("name", "")] = failure.text or ""
    return found


@pytest.mark.parametrize("case", CASES)
def test_what_comes_of_a_list(case: str, results: dict[str, dict[str, str]]) -> None:
    wanted = CASES[case][1]
    assert set(results[case]) == set(wanted)
    for name, said in wanted.items():
        assert said in results[case][name]
    assert "hush-hush" not in json.dumps(results[case])


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"wait": WAIT, "retries": 1}, "neither `retries` nor `background`"),
        ({"wait": WAIT, "background": True}, "neither `retries` nor `background`"),
        ({"background": True, "retries": 1}, "has no `retries`"),
        ({"capture": [{"name": "X", "title": "A value"}]}, "needs either `matches` or `json`"),
        ({"capture": [{**JOB, "json": "$"}]}, "needs either `matches` or `json`"),
        ({"expect": {"matches": ["("]}}, "this is no regular expression"),
    ],
)
def test_what_makes_no_sense_is_refused(fields: dict[str, Any], said: str, tmp_path: Path) -> None:
    root = project(tmp_path, sandbox(), runbook("r", procedure("p", step("s", "true", **fields))))
    result = CliRunner().invoke(main, ["check", "-C", str(root)])
    assert result.exit_code == 1
    assert said in result.output
