"""What runs in a sandbox, and what is said about it."""

from __future__ import annotations

import json
import os
import re
import shutil
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result
from small import declared, gone, procedure, processes, project, runbook, sandbox, step

from opsbook import scaffold
from opsbook.cli import main
from opsbook.sandbox import bubble, canary, door
from opsbook.sandbox.redaction import redact
from opsbook.sandbox.running import FixtureFailed, Running, SandboxEnded


def opsbook_test(root: Path, *arguments: str) -> Result:
    """What `opsbook test` says, run in this process; pytest repeats each failure where it sees a CI."""
    result = CliRunner(env={"CI": None, "BUILD_NUMBER": None}).invoke(
        main, ["test", "-C", str(root), "-n", "0", *arguments]
    )
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def report(root: Path, *arguments: str) -> dict[str, str]:
    """The name of each step that was run, and what came of it."""
    file = root / "junit.xml"
    opsbook_test(root, "--junit", str(file), *arguments)
    cases = ET.parse(file).iter("testcase")  # noqa: S314  # it was written just now
    return {
        case.get("name", ""): next((one.tag for one in case if one.tag != "properties"), "passed") for case in cases
    }


@pytest.fixture(scope="module")
def services() -> Iterator[Running]:
    """A sandbox with one of each service."""
    spec = declared(
        state={"app": "up"},
        environment={"PGPASSWORD": "s3cret", "EVERYWHERE": "yes"},
        postgres=[
            {
                "id": "first",
                "sql": ["CREATE ROLE app LOGIN PASSWORD 's3cret'", "CREATE DATABASE app OWNER app"],
                "seeds": [{"file": "demo/seed.sql", "database": "app", "user": "app", "password": "s3cret"}],
            },
            {"id": "second", "port": 5433, "replica_of": "first"},
        ],
        redis=[{"id": "cache", "password": "pw", "commands": [["SET", "greeting", "hello"]]}],
        http=[
            {
                "id": "api",
                "port": 8000,
                "routes": [
                    {"path": "/health", "body": "fine", "when": {"app": "up"}},
                    {"path": "/health", "body": "bad", "status": 503},
                    {"path": "/stop", "method": "POST", "sets": {"app": "down"}, "request_contains": ["now"]},
                    {"path": "/find?q=*", "body": "found"},
                    {"path": "/private", "request_headers": {"Authorization": "Bearer t"}, "headers": {"X-A": "b"}},
                    {"path": "/any/*", "method": "*", "body": "any"},
                ],
            },
            {"id": "shop", "port": 8001, "routes": [{"path": "/", "body": "open"}]},
        ],
        repositories=[
            {
                "id": "source",
                "path": "work/source",
                "commits": [
                    {"message": "First", "files": {"a/b.txt": "one"}, "tag": "v1"},
                    {"message": "Second", "files": {"a/b.txt": "two"}},
                ],
            }
        ],
        files={"work/.env": "A=1\n"},
        setup=[{"id": "last", "snippet": "demo/last.sh"}],
        doubles=[
            {
                "program": "systemctl",
                "why": "There is no init system.",
                "calls": [
                    {"argv": "restart 'my app'", "sets": {"app": "up"}},
                    {"argv": "is-active *", "stdout": "active\n", "when": {"app": "up"}},
                    {"argv": "is-active *", "stderr": "inactive\n", "exit": 3},
                    {"argv": "logs **", "stdout": "a line\n"},
                ],
            }
        ],
    )
    here = Path(__file__).parent / "snippets"
    with Running(spec, here) as running:
        running.session({})
        yield running


OUT_AND_IN = """
curl -fsS -X POST -d now localhost:8000/stop
curl -sS -o - -w '%{http_code}' localhost:8000/health
systemctl is-active app 2>&1 || echo $?
systemctl restart 'my app'
systemctl is-active app
curl -fsS localhost:8000/health
"""

KILLED_ALONE = """
kill -KILL -- "-$(cat /run/opsbook/shop.pid)"
bash /run/opsbook/shop.start
curl -fsS localhost:8001
kill -KILL -- "-$(cat /run/opsbook/shop.pid)"
while curl -fsS localhost:8001 >/dev/null 2>&1; do sleep 0.1; done
curl -fsS localhost:8000/any/thing
bash /run/opsbook/shop.start
curl -fsS localhost:8001
"""

REPLICATED = """
psql -h localhost -U app -d app -qc 'CREATE TABLE more (x int)'
for i in $(seq 50); do
  psql -h localhost -p 5433 -U app -d app -tAc "SELECT 'there' FROM pg_tables WHERE tablename = 'more'" | grep . && exit
  sleep 0.1
done
"""


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("psql -h localhost -U app -d app -tAc 'SELECT count(*) FROM customer'", "2\n"),
        ("psql -h localhost -p 5433 -U app -d app -tAc 'SELECT count(*), pg_is_in_recovery() FROM customer'", "2|t\n"),
        (REPLICATED, "there\n"),
        ("REDISCLI_AUTH=pw redis-cli GET greeting", "hello\n"),
        ("redis-cli GET greeting 2>&1 | grep -o NOAUTH", "NOAUTH\n"),
        ("git -C source log --format=%s; git -C source show v1:a/b.txt", "Second\nFirst\none"),
        ("cat .env; stat -c %a .env", "A=1\n600\n"),
        ("cat made-by-setup; echo $EVERYWHERE", "made\nyes\n"),
        ("curl -fsS localhost:8000/health?x=1", "fine"),
        (
            "curl -sS -X POST -d later localhost:8000/stop; curl -fsS localhost:8000/health",
            '{"error": "no such route"}fine',
        ),
        (KILLED_ALONE, "openanyopen"),
        (OUT_AND_IN, "bad503inactive\n3\nactive\nfine"),
        ("systemctl logs -n 10 --since today", "a line\n"),
        (
            "curl -fsS 'localhost:8000/find?q=a'; curl -s -o - 'localhost:8000/find?p=a'",
            'found{"error": "no such route"}',
        ),
        ("curl -sS -i -H 'Authorization: Bearer t' localhost:8000/private | grep -i x-a | tr -d '\\r'", "X-A: b\n"),
        ("curl -sS -I localhost:8000/any/thing | head -1 | tr -d '\\r'", "HTTP/1.1 200 OK\n"),
    ],
)
def test_services_are_real(script: str, expected: str, services: Running) -> None:
    outcome = services.run(script, 30)
    assert (outcome.stdout, outcome.exit) == (expected, 0), outcome


def test_a_double_says_what_it_expects(services: Running) -> None:
    outcome = services.run("systemctl restart app", 10)
    assert outcome.exit == 97
    assert "nothing expects `systemctl restart app`; it knows:\n  systemctl restart 'my app'\n" in outcome.stderr
    assert [call["expected"] for call in outcome.calls] == [False]


@pytest.fixture(scope="module")
def empty() -> Iterator[Running]:
    with Running(declared(), None) as running:
        running.session({})
        yield running


def test_steps_share_variables_and_the_folder(empty: Running) -> None:
    empty.session({"GIVEN": "a 'b\" c"})
    assert empty.run("export A=$GIVEN; B=2; mkdir -p 'x y'; cd 'x y'", 10).exit == 0
    assert empty.run('echo "$A ${B-unset} ${PWD##*/}"', 10).stdout == "a 'b\" c unset x y\n"
    assert empty.run("export A=; false", 10).exit == 1
    assert empty.run('echo "[$A]"', 10).stdout == "[]\n"
    empty.session({})
    assert empty.run('echo "${A-unset} ${PWD##*/}"', 10).stdout == "unset work\n"


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("false; echo after", 1),
        ("false | true", 1),
        ('echo "$UNSET"', 1),
        ("(exit 3)", 3),
        ("kill -9 $$", 137),
        ("if", 2),
    ],
)
def test_a_script_stops_at_the_first_failure(script: str, code: int, empty: Running) -> None:
    outcome = empty.run(script, 10)
    assert outcome.exit == code
    assert "after" not in outcome.stdout


def test_long_output_is_cut(empty: Running) -> None:
    outcome = empty.run("head -c 300000 /dev/zero | tr '\\0' x; head -c 10 /dev/urandom >&2", 10)
    assert outcome.stdout.endswith("x\n[cut here]\n")
    assert len(outcome.stdout) < 201_000


def test_a_service_in_the_background_outlives_its_step_and_dies_with_its_sandbox() -> None:
    with Running(declared(), None) as running:
        running.session({})
        assert running.run("sleep 31415926 & echo started", 10).stdout == "started\n"
        assert running.run("pgrep -f 'sleep 31415926'", 10).exit == 0
        assert processes("sleep 31415926")
    assert not processes("sleep 31415926")


def test_what_took_too_long_is_over() -> None:
    with Running(declared(), None) as running:
        running.session({})
        outcome = running.run("sleep 27182818 & sleep 27182818", 0.5)
        assert (outcome.exit, outcome.ended) == (None, "it took longer than 0.5 s")
        assert not processes("sleep 27182818")
        with pytest.raises(SandboxEnded):
            running.session({})


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        (
            {"postgres": [{"id": "db", "sql": ["CREATE NONSENSE"]}]},
            'PostgreSQL `db`: .*syntax error at or near "NONSENSE"',
        ),
        ({"postgres": [{"id": "db", "settings": {"no_such": "1"}}]}, "PostgreSQL `db`"),
        ({"redis": [{"id": "cache", "settings": {"no-such": "1"}}]}, "Redis `cache`"),
        (
            {
                "redis": [{"id": "cache", "port": 8000}],
                "http": [{"id": "api", "port": 8000, "routes": [{"path": "/"}]}],
            },
            "`api` cannot listen on port 8000: Address already in use",
        ),
        ({"setup": [{"id": "first", "snippet": "demo/fails.sh"}]}, "the setup `first` failed with 4\nwhy it failed"),
        ({"setup": [{"id": "first", "snippet": "demo/none.sh"}]}, "the setup `first` failed with 127"),
        (
            {"repositories": [{"id": "r", "path": "r", "commits": [{"message": "m", "files": {}}]}]},
            "the repository `r`",
        ),
    ],
)
def test_a_fixture_that_fails_says_why(fields: dict[str, Any], why: str) -> None:
    with pytest.raises(FixtureFailed, match=re.compile(why, re.DOTALL)):
        Running(declared(**fields), Path(__file__).parent / "snippets")


def test_secrets_are_found_in_every_spelling() -> None:
    secret = "p&ss 'w\"ord"  # noqa: S105  # one of the kind that people choose
    text = "p&ss 'w\"ord p%26ss%20%27w%22ord p%26ss+%27w%22ord p&ss 'w\\\"ord cCZzcyAndyJvcmQ= 'p&ss '\"'\"'w\"ord'"
    assert redact(text, [secret, ""]) == "*** *** *** *** *** ***"


# --- as a person runs it

SECRET = "hunter2-very-secret"  # noqa: S105  # it opens nothing

MIXED = (
    sandbox(
        values={"TOKEN": SECRET},
        doubles=[{"program": "docker", "why": "No daemon.", "calls": [{"argv": "ps", "stdout": "app\n"}]}],
    ),
    runbook(
        "mixed",
        procedure(
            "first",
            step("export", "export A=1"),
            step("use", 'test "$A" = 1'),
            step("double", "docker ps", expect={"contains": ["app"]}),
            step("tell", 'echo "$TOKEN" | tee "token-$TOKEN"; docker run "$TOKEN"', on_failure={"say": "Stop."}),
            step("after", "true"),
            step("by-hand", "reboot", test={"manual": "It restarts the laptop."}),
        ),
        procedure("slow", step("sleep", "sleep 60", timeout="1s"), step("too-late", "true")),
        procedure(
            "next",
            step("new-sandbox", "test ! -e token-$TOKEN"),
            step("by-snippet", "bash /opsbook/snippets/demo/one.sh"),
        ),
        procedure(
            "set-up", step("prepared", "test -e a && test -e b", test={"setup": "touch b"}), test={"setup": "touch a"}
        ),
        procedure("badly", step("unprepared", "true"), test={"setup": "echo nothing works; false"}),
        procedure("alone", step("without-a", "test ! -e a"), test={"fresh": True}),
        prerequisites=[{"text": "It is there", "run": "true"}],
        parameters=[{"name": "TOKEN", "title": "The token", "secret": True, "example": "x"}],
    ),
    runbook("other", procedure("only", step("matches", "echo 42", expect={"matches": ["^4\\d$"]}))),
)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    root = project(tmp_path_factory.mktemp("mixed"), *MIXED, one="echo one\n")
    (root / "evidence").mkdir()
    return root, opsbook_test(root, "--evidence", str(root / "evidence"), "--junit", str(root / "junit.xml"))


def test_each_step_has_its_result(mixed: tuple[Path, Result]) -> None:
    root, result = mixed
    assert result.exit_code == 1
    cases = ET.parse(root / "junit.xml").iter("testcase")  # noqa: S314  # it was written just now
    results = {one.get("name", ""): next((x.tag for x in one if x.tag != "properties"), "passed") for one in cases}
    failed = {name for name, what in results.items() if what == "failure"}
    assert failed == {"tell", "after", "sleep", "too-late", "unprepared"}
    assert {name for name, what in results.items() if what == "skipped"} == {"by-hand"}
    assert len(results) == 15


@pytest.mark.parametrize(
    "said",
    [
        "FAILED demo/runbooks/mixed::tell",
        "specs/demo/runbooks/mixed.yaml: step `tell` (A step)",
        "no double expects `docker run ***`",
        "(a double was asked) docker run '***'",
        "it ended with 97, not 0",
        "docker ps",
        "not run, because `tell` before it failed",
        "it took longer than 1 s, and the sandbox was ended",
        "the setup of `badly` failed with 1: nothing works",
    ],
)
def test_a_failure_says_what_happened(said: str, mixed: tuple[Path, Result]) -> None:
    assert said in mixed[1].output


def test_a_secret_is_nowhere(mixed: tuple[Path, Result]) -> None:
    root, result = mixed
    assert "***" in result.output
    assert SECRET not in result.output
    assert SECRET not in (root / "junit.xml").read_text()
    assert SECRET not in (root / "evidence/demo.json").read_text()


def test_evidence_says_what_was_proved_and_no_more(mixed: tuple[Path, Result]) -> None:
    evidence = json.loads((mixed[0] / "evidence/demo.json").read_text())
    told = {name.partition("#")[2]: (proof["mode"], proof["result"]) for name, proof in evidence.items()}
    assert told["use"] == told["matches"] == ("real", "passed")
    assert told["double"] == ("double", "passed")
    assert told["tell"] == ("double", "failed")
    assert told["after"][1] == told["too-late"][1] == told["unprepared"][1] == "not-run"
    assert "by-hand" not in told


def test_a_part_of_the_steps_keeps_what_is_known_of_the_others(mixed: tuple[Path, Result]) -> None:
    root, _ = mixed
    before = json.loads((root / "evidence/demo.json").read_text())
    spec = root / "specs/demo/runbooks/other.yaml"
    spec.write_text(spec.read_text().replace("echo 42", "echo 43"))
    result = opsbook_test(root, str(spec), "--evidence", str(root / "evidence"))
    assert (result.exit_code, "1 passed" in result.output) == (0, True), result.output
    after = json.loads((root / "evidence/demo.json").read_text())
    changed = {name for name in after if after[name]["hash"] != before[name]["hash"]}
    assert (set(before), changed) == (set(after), {"runbook:other#matches"})


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["-k", "use"], {"use"}),
        (["-k", "other"], {"matches"}),
        (["-k", "first or by-hand or double"], {"by-hand", "double"}),
        (["-x", "-k", "mixed"], {"prerequisite-1", "export", "use", "double", "tell"}),
        (["--shard", "2/2"], {"matches"}),
    ],
)
def test_a_choice_of_steps(arguments: list[str], names: set[str], tmp_path: Path) -> None:
    assert set(report(project(tmp_path, *MIXED, one="echo one\n"), *arguments)) == names


def test_shards_are_the_whole(tmp_path: Path) -> None:
    root = project(tmp_path, sandbox(), *(runbook(f"r{n}", procedure("p", step(f"s{n}", "true"))) for n in range(5)))
    shares = [set(report(root, "--shard", f"{number}/3")) for number in (1, 2, 3)]
    assert set.union(*shares) == {f"s{n}" for n in range(5)}
    assert sum(map(len, shares)) == 5


@pytest.mark.parametrize("shard", ["0/2", "3/2", "one", "1/0"])
def test_a_shard_that_is_none(shard: str, tmp_path: Path) -> None:
    result = opsbook_test(
        project(tmp_path, sandbox(), runbook("r", procedure("p", step("s", "true")))), "--shard", shard
    )
    assert result.exit_code == 2


def test_the_first_failure_ends_a_run_in_many_processes(tmp_path: Path) -> None:
    steps = step("fails", "false"), step("never", "true")
    root = project(tmp_path, sandbox(), runbook("r", procedure("p", *steps)))
    result = CliRunner().invoke(main, ["test", "-C", str(root), "-n", "1", "-x"])
    assert result.exit_code == 1, result.output


@pytest.mark.parametrize(("routes", "processes"), [(0, "0"), (7, "0"), (8, str(2 * len(os.sched_getaffinity(0))))])
def test_a_few_sandboxes_need_no_other_processes(
    routes: int, processes: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One document, and failure routes in sandboxes of their own: up to eight are run by one process."""
    steps = (step(f"s{number}", "true", test={"break": "true"}) for number in range(routes))
    root = project(tmp_path, sandbox(), runbook("r", procedure("p", step("s", "true"), *steps)))
    called = Mock(return_value=0)
    monkeypatch.setattr(pytest, "main", called)
    result = CliRunner().invoke(main, ["test", "-C", str(root)])
    assert result.exit_code == 0, result.output
    asked = called.call_args.args[0]
    assert asked[asked.index("-n") + 1] == processes


def test_a_system_without_a_sandbox_says_how_to_make_one(tmp_path: Path) -> None:
    result = opsbook_test(project(tmp_path, runbook("r", procedure("p", step("s", "true")))))
    assert result.exit_code == 2
    assert "`opsbook new sandbox tests --system demo` makes one" in result.output


def test_a_new_project_can_be_tested_at_once(tmp_path: Path) -> None:
    scaffold.new_project(tmp_path / "demo")
    result = opsbook_test(tmp_path / "demo")
    assert result.exit_code == 0, result.output
    assert "4 steps passed for real, 1 with a double; failure routes: 1" in result.output


def test_nothing_to_run_is_said(tmp_path: Path) -> None:
    result = opsbook_test(project(tmp_path, sandbox()))
    assert (result.exit_code, "no step with a command was found" in result.output) == (2, True)


def test_a_name_that_no_step_has_is_said_with_one_that_there_is(tmp_path: Path) -> None:
    result = opsbook_test(project(tmp_path, sandbox(), runbook("r", procedure("p", step("s", "true")))), "-k", "other")
    assert result.exit_code == 2
    assert "for -k `other`; names are such as `demo/runbooks/r::s`" in result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-k", "a b ("), "-k `a b (` cannot be read"),
        (("-n", "many"), "-n is a number of processes, or `auto`: not `many`"),
        (("--shard", "3/2"), "--shard is `I/N`, the I-th of N shares, such as `1/3`: not `3/2`"),
        (("--shard", "9/9"), "no step with a command was found in share 9/9"),
        (("mkdocs.yml",), "mkdocs.yml is no spec: name files or folders below"),
        (("snippets",), "snippets is no spec"),
        (("specs/demo/sandbox.yaml",), "no step with a command was found in these specs"),
    ],
)
def test_what_makes_no_sense_is_said_in_one_line(
    arguments: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project(tmp_path, {**sandbox(), "id": "sandbox"}, runbook("r", procedure("p", step("s", "true"))), x=":\n")
    (root / "mkdocs.yml").touch()
    monkeypatch.chdir(root)
    result = CliRunner().invoke(main, ["test", *arguments])
    assert result.exit_code == 2
    assert said in result.output
    assert "INTERNALERROR" not in result.output


@pytest.mark.parametrize("processes", ["0", "2"])
def test_a_spec_that_cannot_be_read_fails_and_hides_no_other(processes: str, tmp_path: Path) -> None:
    root = project(tmp_path, sandbox(), runbook("r", procedure("p", step("s", "true"))))
    (root / "specs/demo/runbooks/bad.yaml").write_text("kind: runbook\nid: [\n", encoding="utf-8")
    result = opsbook_test(root, "-n", processes)
    assert result.exit_code == 1
    assert "specs/demo/runbooks/bad.yaml:3:1: error:" in result.output
    assert "FAILED demo/runbooks/bad::is-valid" in result.output
    assert "1 failed, 1 passed" in result.output


def test_a_sandbox_that_cannot_be_read_is_not_said_to_be_missing(tmp_path: Path) -> None:
    root = project(tmp_path, {**sandbox(), "postgres": "yes"}, runbook("r", procedure("p", step("s", "true"))))
    result = opsbook_test(root, str(root / "specs/demo/runbooks"))
    assert result.exit_code == 1
    assert "which may be that: see `opsbook check`" in result.output
    assert "opsbook new" not in result.output


def test_a_fixture_that_fails_fails_every_step(tmp_path: Path) -> None:
    spec = sandbox(values={"TOKEN": SECRET}, setup=[{"id": "first", "snippet": "demo/bad.sh"}])
    parameters = [{"name": "TOKEN", "title": "The token", "secret": True}]
    steps = step("one", "true"), step("two", "true", on_failure={"say": "Stop."}, test={"break": "true"})
    root = project(
        tmp_path, spec, runbook("r", procedure("p", *steps), parameters=parameters), bad='echo "$TOKEN"; exit 4\n'
    )
    result = opsbook_test(root)
    assert (result.exit_code, SECRET in result.output) == (1, False)
    assert result.output.count("the setup `first` failed with 4\n***") == 3


@pytest.mark.parametrize("asked", ["opsbook", "pytest"])
def test_without_walls_nothing_is_run(asked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ubuntu's AppArmor lets bubblewrap start, and then forbids it what it is for."""
    root = project(tmp_path, sandbox(), runbook("r", procedure("p", step("s", f"touch {tmp_path}/ran"))))
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setattr(bubble, "bubblewrap", lambda: str(fake))
    canary.prove.cache_clear()
    if asked == "opsbook":
        result = opsbook_test(root)
        code, output = result.exit_code, result.output
    else:
        code = pytest.main(["--opsbook", "-p", "no:cacheprovider", "-n", "0", "-c", "/dev/null", str(root / "specs")])
        output = "sysctl setting up uid map"
    canary.prove.cache_clear()
    assert code == 2
    assert "setting up uid map" in output
    assert "sysctl" in output
    assert not (tmp_path / "ran").exists()


def test_no_bubblewrap_says_where_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = project(tmp_path, sandbox(), runbook("r", procedure("p", step("s", "true"))))
    monkeypatch.setattr(sysconfig, "get_path", lambda _: str(tmp_path))
    monkeypatch.setattr(shutil, "which", lambda _: None)
    canary.prove.cache_clear()
    result = opsbook_test(root)
    canary.prove.cache_clear()
    assert (result.exit_code, "pip install 'opsbook[test]'" in result.output) == (2, True)


# --- failure routes

MEND = procedure("mend", step("repair", "touch lamp"), step("look-again", "test -e lamp"))


@pytest.mark.parametrize(
    ("on_failure", "more", "said"),
    [
        ({"go_to": "#repair"}, {}, ""),
        ({"go_to": "#mend"}, {}, ""),
        ({"go_to": "#look-again"}, {}, "leads to `look-again`, which fails, too, and leads no further"),
        ({"go_to": "#leads-on"}, {}, ""),
        ({"go_to": "#circle"}, {}, "after 5 failure routes"),
        ({"go_to": "#look", "at_most": 2, "say": "Give up."}, {}, ""),
        ({"go_to": "#look", "at_most": 2}, {}, "was taken 2 times, and nothing says what then"),
        ({"go_to": "runbook:elsewhere"}, {}, ""),
        ({"go_to": "runbook:nowhere"}, {}, "leads nowhere: there is no runbook `nowhere`"),
        ({"go_to": "#nothing"}, {}, "leads nowhere"),
        ({"escalate": "escalation:default"}, {}, ""),
        ({"escalate": "role:nobody"}, {}, "escalates to nobody"),
        ({"say": "Buy a new one."}, {}, ""),
        (None, {}, "no `on_failure` says what then"),
        ({"say": "Stop."}, {"break": "true"}, "its `break` does not make it fail"),
        ({"say": "Stop."}, {"break": "exit 9"}, "its `break` failed with 9"),
        ({"go_to": "#mend"}, {"break": "rm lamp; mkfifo lamp"}, "the sandbox ended, so the route"),
        ({"say": "Stop."}, {"break": "rm lamp; mkfifo lamp"}, ""),
    ],
)
def test_failure_routes_are_tried(on_failure: Any, more: dict[str, str], said: str, tmp_path: Path) -> None:
    looks = step("look", "cat lamp", timeout="1s", test={"break": "rm lamp", **more})
    if on_failure:
        looks["on_failure"] = on_failure
    broken = step("leads-on", "test -e lamp", on_failure={"go_to": "#repair"})
    circle = step("circle", "test -e lamp", on_failure={"go_to": "#circle"})
    root = project(
        tmp_path,
        sandbox(),
        runbook(
            "lamp",
            procedure("main", step("light", "touch lamp"), looks),
            MEND,
            procedure("detour", broken, test={"setup": "touch lamp"}),
            procedure("round", circle, test={"setup": "touch lamp"}),
        ),
        runbook("elsewhere", procedure("p", step("s", "true"))),
    )
    evidence = root / "evidence"
    result = opsbook_test(root, "-k", "lamp", "--evidence", str(evidence))
    assert result.exit_code == (1 if said else 0), result.output
    assert said in result.output
    assert ("lamp::look[break]" in result.output) == bool(said)
    proof = json.loads((evidence / "demo.json").read_text())["runbook:lamp#look[break]"]
    assert proof["result"] == ("failed" if said else "passed")


def aimed(id_: str, run: str, assertion: str, **fields: Any) -> dict[str, Any]:
    """A step that may destroy data, with its target."""
    target = {"what": "The *lamp*", "run": assertion, "confirm": "lamp"}
    return step(id_, run, effect="destructive", irreversible="Gone.", target=target, **fields)


def test_a_command_does_not_run_on_the_wrong_target(tmp_path: Path) -> None:
    root = project(
        tmp_path,
        sandbox(doubles=[{"program": "docker", "why": "No daemon.", "calls": [{"argv": "ps", "stdout": "app\n"}]}]),
        runbook(
            "lamp",
            procedure(
                "right",
                step("light", "touch lamp; export NAME=lamp"),
                aimed("in-session", 'rm "$NAME"; touch dark', 'test -e "$NAME"'),
                aimed("with-a-double", "true", "docker ps | grep -qx app"),
            ),
            procedure("wrong", aimed("broke", "touch ran", "echo it is dark; test -e lamp"), step("after", "true")),
            procedure("negated", aimed("not-there", "touch ran", "! test -e dark")),
            procedure("unexpected", aimed("asks", "touch ran", "docker info || true")),
            procedure("found", step("nothing-ran", "test -e dark && test ! -e ran")),
        ),
    )
    evidence = root / "evidence"
    result = opsbook_test(root, "--evidence", str(evidence))
    assert result.exit_code == 1
    wrong = "this is not its target (The *lamp*), so the command was not run: `echo it is dark; test -e lamp`"
    assert f"{wrong}: it ended with 1, not 0: it is dark" in result.output
    assert "no double expects `docker info`" in result.output
    proofs = json.loads((evidence / "demo.json").read_text())
    told = {name.partition("#")[2]: (proof["mode"], proof["result"]) for name, proof in proofs.items()}
    assert told == {
        "light": ("real", "passed"),
        "in-session": ("real", "passed"),
        "with-a-double": ("double", "passed"),
        "broke": ("real", "failed"),
        "after": ("real", "not-run"),
        "not-there": ("real", "failed"),
        "asks": ("double", "failed"),
        "nothing-ran": ("real", "passed"),
    }
    spec = root / "specs/demo/runbooks/lamp.yaml"
    spec.write_text(spec.read_text().replace("docker ps | grep", "docker ps|grep"))
    opsbook_test(root, "--evidence", str(evidence))
    again = json.loads((evidence / "demo.json").read_text())
    # What comes before it is proved as ever.
    same = {name.partition("#")[2] for name in again if again[name]["hash"] == proofs[name]["hash"]}
    assert same == {"light", "in-session"}


@pytest.mark.parametrize(
    ("breaks", "said"),
    [("rm lamp", "its `break` breaks the assertion of its target, too (The *lamp*)"), ("mkdir burnt", "")],
)
def test_what_breaks_a_step_leaves_its_target_alone(breaks: str, said: str, tmp_path: Path) -> None:
    burn = aimed("burn", "mkdir burnt", "test -e lamp", test={"break": breaks}, on_failure={"say": "Stop."})
    root = project(tmp_path, sandbox(), runbook("lamp", procedure("p", step("light", "touch lamp"), burn)))
    result = opsbook_test(root)
    assert result.exit_code == (1 if said else 0), result.output
    assert said in result.output


def test_what_comes_before_the_broken_step_has_to_work(tmp_path: Path) -> None:
    looks = step("look", "test -e lamp", test={"break": "rm lamp"}, on_failure={"say": "Stop."})
    root = project(
        tmp_path,
        sandbox(),
        runbook(
            "lamp", procedure("first", step("light", "touch lamp")), procedure("p", step("seen", "test -e lamp"), looks)
        ),
    )
    result = opsbook_test(root)
    assert result.exit_code == 1
    assert "`seen` before it failed, in a sandbox that only ran this list" in result.output


# --- what is no step that fails


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("specs: {}\n", "because the settings cannot be read\nopsbook.yaml:1:8: error"),
        ("specs: nowhere\n", "the folder of the specs, nowhere, is missing"),
    ],
)
def test_what_nobody_can_find_is_not_passed_over(settings: str, said: str, tmp_path: Path) -> None:
    root = project(tmp_path, sandbox(), runbook("r", procedure("p", step("s", "true"))))
    (root / "opsbook.yaml").write_text(settings)
    result = opsbook_test(root)
    assert (result.exit_code, said in result.output) == (2, True), result.output


def test_evidence_that_cannot_be_read_is_made_anew(tmp_path: Path) -> None:
    root = project(tmp_path, sandbox(), runbook("r", procedure("p", step("s", "true"))))
    (root / "evidence").mkdir()
    (root / "evidence/demo.json").write_text("<<<<<<< HEAD\n")
    result = opsbook_test(root, "--evidence", str(root / "evidence"))
    assert (result.exit_code, "could not be read, so nothing is kept" in result.output) == (0, True), result.output
    assert list(json.loads((root / "evidence/demo.json").read_text())) == ["runbook:r#s"]


def test_evidence_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    root = project(tmp_path, sandbox(), runbook("r", procedure("p", step("s", "true"))))
    (root / "evidence/demo.json").mkdir(parents=True)
    result = opsbook_test(root, "--evidence", str(root / "evidence"))
    assert (result.exit_code, "the evidence cannot be written to" in result.output) == (2, True), result.output


@pytest.mark.parametrize("option", ["--evidence", "--junit"])
def test_results_that_could_not_be_kept_are_not_waited_for(option: str, tmp_path: Path) -> None:
    root = project(tmp_path, sandbox(), runbook("r", procedure("p", step("s", "true"))))
    (root / "file").touch()
    result = opsbook_test(root, option, str(root / "file/results/results"))
    assert (result.exit_code, f"{root}/file is no folder" in result.output) == (2, True), result.output


@pytest.mark.parametrize(("name", "mode"), [("snippets/demo/one.sh", 0o600), ("snippets/demo", 0o700)])
def test_snippets_that_root_keeps_to_itself(
    name: str, mode: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A checkout with a strict umask: the user inside the sandbox is another."""
    by_snippet = {"id": "s", "title": "A step", "snippet": "demo/one.sh", "effect": "read"}
    root = project(tmp_path, sandbox(), runbook("r", procedure("p", by_snippet)), one="echo one\n")
    (root / name).chmod(mode)
    monkeypatch.setattr(door, "prove", lambda _: None)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    result = opsbook_test(root)
    said = f"may not read {root / name}: chmod -R o+rX {root}/snippets"
    assert (result.exit_code, said in result.output) == (2, True), result.output


def test_other_plugins_of_pytest_have_no_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is installed beside opsbook could turn the order of steps around."""
    beside = tmp_path / "beside"
    (beside / "backwards-1.dist-info").mkdir(parents=True)
    (beside / "backwards-1.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: backwards\nVersion: 1\n")
    (beside / "backwards-1.dist-info/entry_points.txt").write_text("[pytest11]\nbackwards = backwards\n")
    (beside / "backwards.py").write_text("def pytest_collection_modifyitems(items): items.reverse()\n")
    monkeypatch.syspath_prepend(beside)
    steps = procedure("p", step("first", "true"), step("second", "true"))
    root = project(tmp_path / "root", sandbox(), runbook("r", steps))
    assert list(report(root)) == ["first", "second"]


def test_output_commands_nobody(tmp_path: Path) -> None:
    says = r"printf '\033]0;title\007\n  ::stop-commands::x\nsee ##[error]\n\377\r\ta\342\200\256\n'; false"
    result = opsbook_test(project(tmp_path, sandbox(), runbook("r", procedure("p", step("s", says)))))
    assert "\\x1b]0;title\\x07\n  : :stop-commands::x\nsee # #[error]\n\ufffd\\r" in result.output
    assert not {"\x1b", "\r", "\u202e"} & set(result.output)


def test_nothing_is_left() -> None:
    assert not gone(lambda: processes("sleep 31415926", "sleep 27182818"))
