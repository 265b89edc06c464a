"""What commands do is seen: against a corpus that was written first, through wrappers, for any text."""

from __future__ import annotations

import shlex
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from effort import calls
from opsbook.effects import RANK, Detection, NotShell, Seen, SyntaxProblem, detect, detect_many, gravest
from opsbook.effects.commands import CHANGES, DESTROYS, PROGRAMS, READS, RULES
from opsbook.effects.unwrap import WRAPPERS

HERE = Path(__file__).parent / "effects"

WRAPPED = {
    "bash -c": lambda run: f"bash -c {shlex.quote(run)}",
    "sudo sh -c": lambda run: f"sudo -u postgres sh -c {shlex.quote(run)}",
    "ssh": lambda run: f"ssh -p 22 db1 {shlex.quote(run)}",
    "three deep": lambda run: f"ssh db1 {shlex.quote(f'sudo timeout 5 bash -c {shlex.quote(run)}')}",
    "docker exec": lambda run: f"docker exec -i app sh -c {shlex.quote(run)}",
    "compose exec": lambda run: f"docker compose -f a.yml exec -T app sh -c {shlex.quote(run)}",
    "kubectl exec": lambda run: f"kubectl -n shop exec -i pod -c main -- sh -c {shlex.quote(run)}",
    "eval": lambda run: f"eval {shlex.quote(run)}",
    "find": lambda run: f"find . -name x -exec bash -c {shlex.quote(run)} \\;",
    "xargs": lambda run: f"xargs -n1 env A=1 nohup bash -c {shlex.quote(run)}",
    "su": lambda run: f"su - postgres -c {shlex.quote(run)}",
    "watch": lambda run: f"watch -n 5 {shlex.quote(run)}",
    "flock": lambda run: f"flock /tmp/lock -c {shlex.quote(run)}",
    "trap": lambda run: f"trap {shlex.quote(run)} EXIT",
    "here-document": lambda run: f"bash <<'opsbook_end'\n{run}\nopsbook_end",
    "subshell": lambda run: f"(\n{run}\n)",
    "block": lambda run: f"{{\n{run}\n}} 2>&1",
    "function": lambda run: f"opsbook_f() {{\n{run}\n}}\nopsbook_f",
    "if": lambda run: f"if true; then\n{run}\nfi",
    "loop": lambda run: f"for opsbook_i in 1 2; do\n{run}\ndone",
    "substitution": lambda run: f'echo "$(\n{run}\n)"',
    "after another": lambda run: f"ls\n{run}",
    "before another": lambda run: f"{run}\nls",
    "in the background": lambda run: f"{{\n{run}\n}} &",
}
"""Ways to run a script within another."""


class Case(NamedTuple):
    run: str
    effect: Seen


@cache
def corpus() -> list[Case]:
    read = yaml.safe_load((HERE / "corpus.yaml").read_text(encoding="utf-8"))
    return [Case(case["run"], case["effect"]) for case in read]


@cache
def traps() -> list[Case]:
    """Small commands that try to look like something else; a letter says what they are, `⏎` ends a line."""
    effects: dict[str, Seen] = {"R": "read", "C": "change", "U": "unknown", "D": "destructive"}
    lines = (HERE / "traps.txt").read_text(encoding="utf-8").splitlines()
    return [
        Case(line[2:].replace("⏎", "\n"), effects[line[0]]) for line in lines if line[1:2] == " " and line[0] != "#"
    ]


def seen(found: list[Detection] | SyntaxProblem) -> Seen:
    assert not isinstance(found, SyntaxProblem), found
    return gravest(found)


@cache
def seen_bare(runs: tuple[str, ...]) -> list[Seen]:
    return [seen(found) for found in detect_many(runs)]


@cache
def confusion() -> Counter[tuple[Seen, Seen]]:
    found = detect_many([case.run for case in corpus()])
    return Counter((case.effect, seen(one)) for case, one in zip(corpus(), found, strict=True))


def test_the_corpus_is_large_and_even() -> None:
    count = Counter(case.effect for case in corpus())
    assert sum(count[effect] for effect in ("read", "change", "destructive")) >= 340
    assert min(count[effect] for effect in ("read", "change", "destructive")) >= 113
    assert len({case.run for case in corpus()}) == len(corpus())


def test_no_destructive_command_is_read_as_less() -> None:
    assert confusion()["destructive", "read"] == 0
    assert confusion()["destructive", "change"] == 0


def test_no_change_is_read_as_harmless() -> None:
    assert confusion()["change", "read"] == 0


def test_what_nobody_can_tell_fails_closed() -> None:
    assert confusion()["unknown", "read"] == confusion()["unknown", "change"] == 0


def test_hardly_anything_harmless_is_flagged() -> None:
    harmless = sum(count for (true, _), count in confusion().items() if true == "read")
    assert harmless - confusion()["read", "read"] <= 0.03 * harmless


@pytest.mark.parametrize("effect", ["read", "change", "unknown", "destructive"])
def test_traps_are_seen_through(effect: Seen) -> None:
    mine = [case for case in traps() if case.effect == effect]
    found = detect_many([case.run for case in mine])
    assert {case.run: seen(one) for case, one in zip(mine, found, strict=True) if seen(one) != effect} == {}


@pytest.mark.whole
@pytest.mark.parametrize("wrapper", WRAPPED)
def test_a_wrapper_never_lowers_an_effect(wrapper: str) -> None:
    # What a script's own arguments are is not known; within a function or `bash -c` it has none.
    cases = [case for case in [*corpus(), *traps()] if '"$@"' not in case.run]
    bare = seen_bare(tuple(case.run for case in cases))
    wrapped = detect_many([WRAPPED[wrapper](case.run) for case in cases])
    lowered = [
        (case.run, one, seen(other))
        for case, one, other in zip(cases, bare, wrapped, strict=True)
        if not isinstance(other, SyntaxProblem) and RANK[seen(other)] < RANK[one]
    ]
    assert lowered == []
    assert sum(isinstance(other, SyntaxProblem) for other in wrapped) <= 2


def test_many_at_once_see_the_same_as_each_alone() -> None:
    runs = [case.run for case in corpus()[::9]]
    assert detect_many(runs) == [detect(run) for run in runs]


def test_five_times_the_scripts_are_about_five_times_the_work() -> None:
    runs = [case.run for case in corpus()[:300]]
    assert calls(lambda: detect_many(runs)) < 7 * calls(lambda: detect_many(runs[:60]))


def test_one_wrong_script_does_not_hide_the_others() -> None:
    runs = ["ls", "if x", "rm a", 'echo "', "cat <<EOF", "touch b \\", "a && ", "}", "touch b"]
    found = detect_many(runs)
    assert [isinstance(one, SyntaxProblem) or seen(one) for one in found] == [
        *("read", True, "destructive", True, True, "change", True, True, "change"),
    ]
    assert found[1] == SyntaxProblem(1, 1, "`if <cond>` must be followed by `then`")


def test_places_are_counted_in_characters() -> None:
    found = detect('echo "ñandú"; rm x\n  touch "café" >y')
    places = [(one.effect, one.command, one.line, one.column) for one in found]
    assert places == [
        ("read", "echo ñandú", 1, 1),
        ("destructive", "rm x", 1, 15),
        ("change", "touch café", 2, 3),
        ("change", ">y", 2, 16),
    ]


def test_the_command_within_is_named() -> None:
    (found,) = (one for one in detect("sudo -u postgres bash -c 'psql -c \"drop table x\"'") if one.effect != "read")
    assert (found.effect, found.command, found.why) == (
        "destructive",
        "drop table x",
        "`DROP` loses data or running work",
    )


def test_no_command_no_detection() -> None:
    assert detect("") == detect("# nothing\n") == detect("X=1\n") == []
    assert gravest([]) == "read"


def test_what_is_no_shell_is_said() -> None:
    with pytest.raises(NotShell) as caught:
        detect("ls\nfi")
    assert (caught.value.problem.line, caught.value.problem.column) == (2, 1)


@pytest.mark.parametrize("depth", [3, 40, 3000])
def test_depth_is_survived(depth: int) -> None:
    for text in (
        "(" * depth + "rm x" + ")" * depth,
        "$(" * depth + "rm x" + ")" * depth,
        "! " + "{ " * depth + "rm x;" + "}" * depth,
    ):
        (found,) = detect_many([text])
        assert isinstance(found, SyntaxProblem) or RANK[gravest(found)] >= RANK["unknown"]


def test_the_table_names_each_program_once() -> None:
    names = [*READS, *CHANGES, *DESTROYS, *RULES, *WRAPPERS]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert set(names) == set(PROGRAMS)


SCRAPS = st.sampled_from(
    [case.run for case in corpus()]
    + list("'\"$`\\(){}[]<>|&;#!\n \t~*?=-")
    + ["$(", "${", "<<E\n", "\nE\n", "((", "$'", "\ue000"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(st.text() | st.lists(SCRAPS, max_size=6).map("".join), max_size=4))
def test_any_text_is_read_or_its_problem_said(texts: list[str]) -> None:
    for text, found in zip(texts, detect_many(texts), strict=True):
        if isinstance(found, SyntaxProblem):
            assert found.line >= 1
            assert found.column >= 1
            assert found.message
        else:
            assert all(1 <= one.line <= text.count("\n") + 1 and one.column >= 1 and one.why for one in found)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["psql -c", "redis-cli", "sed", "awk", "find", "curl", "tar", "git", "bash -c", "mysql -e"]),
    st.text(),
    st.text(),
)
def test_any_argument_is_survived(program: str, first: str, second: str) -> None:
    (found,) = detect_many([f"{program} {shlex.quote(first)} {shlex.quote(second)}"])
    assert isinstance(found, SyntaxProblem) or found
