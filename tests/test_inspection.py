"""What is found out about commands before they run."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases import project, run, spec, write
from opsbook.effects import Examined, NoShellParser, Program, Taken, examine_many
from opsbook.effects.names import Names
from opsbook.errors import OpsbookError
from opsbook.inspection import inspect
from opsbook.shellcheck import NoShellCheck, Remark, remarks
from opsbook.source import Place, Source

HERE = Path(__file__).parent


def seen(script: str) -> Examined:
    (found,) = examine_many([script])
    assert isinstance(found, Examined), found
    return found


def names(script: str) -> Names:
    return seen(script).names


def taken(script: str) -> list[str]:
    return [variable.name for variable in names(script).taken]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('echo "$A ${B}" ${C} "${#D}" "${E%.gz}" "${F[0]}"', ["A", "B", "C", "D", "E", "F"]),
        ('echo "${A:-x}" "${B-x}" "${C:+x}" "${D:=x}" "$D"', []),
        ('echo "${A:?say it}"', ["A"]),
        ('[ -n "${A:-}" ] && echo "$A"', []),
        ('[[ -v A ]] && echo "$A"', []),
        ('echo "$1 $@ $# $? $$ $! $- $0"', []),
        ("a=1; echo $a", []),
        ("echo $a; a=1", ["a"]),
        ('f() { echo "$late"; }\nlate=1\nf', []),
        ('for i in $LIST; do echo "$i"; done', ["LIST"]),
        ("for ((i = 0; i < N; i++)); do echo $i; done", ["N"]),
        ("echo $((A + 1)); ((b = A)); echo $b", ["A"]),
        ("((n++))", ["n"]),
        ('while read -r a b; do echo "$a$b"; done < "$FILE"', ["FILE"]),
        ('mapfile -t lines < x; printf -v y %s 1; echo "${lines[0]}$y"', []),
        ('getopts ab: option; echo "$option"', []),
        ('A=1 sh -c true; echo "$A"', ["A"]),
        ("A=1; sh -c 'echo \"$B\"'", []),
        ("cat <<END\n$A\nEND\ncat <<'END'\n$B\nEND", ["A"]),
        ('local a; declare -r b=1; export C="$D"; echo "$a$b$C"', ["D"]),
        ('exec {pipe}> file; echo "$pipe"', []),
        ('coproc WORK { cat; }; echo "${WORK[0]}"', []),
        ("select s in a b; do echo $s; done", []),
        ('echo "${!PREFIX@}" "${!NAME}"', ["NAME"]),
        ('x=$(cat "$A"); echo `cat "$B"` <(cat "$C")', ["A", "B", "C"]),
    ],
)
def test_what_a_script_takes_from_outside(script: str, expected: list[str]) -> None:
    assert taken(script) == expected


def test_what_a_script_leaves() -> None:
    left = names('a=1\nexport B=2 a\ndeclare -x C=3\nf() { :; }\ncp "$b" "${D:?}"')
    assert left.sets == {"a", "B", "C"}
    assert left.exports == {"a", "B", "C"}
    assert left.functions == {"f"}
    assert not left.anything
    assert left.taken == (Taken("b", 5, 5), Taken("D", 5, 10, guarded=True))
    assert names("set -a; a=1").exports == {"a"}
    assert names("set -euo pipefail; a=1").exports == set()
    assert names(". ./.env").anything
    assert names('eval "$(ssh-agent)"').anything


def test_a_guard_counts_only_before_what_it_guards() -> None:
    assert [variable.guarded for variable in names(': "${A:?}"; echo "$A"').taken] == [True]
    assert [variable.guarded for variable in names('echo "$A"; : "${A:?}"').taken] == [False]


def test_programs_are_found_where_they_are_started() -> None:
    script = "sudo -u x timeout 5 pg_dump shop | gzip\nf() { jq .; }\nif true; then f; fi\nbash -c 'ssh db1 uptime'"
    assert seen(script).programs == (
        Program("sudo", (1, 1)),
        Program("timeout", (1, 1), ("sudo",)),
        Program("pg_dump", (1, 1), ("sudo", "timeout")),
        Program("gzip", (1, 36)),
        Program("true", (3, 4)),
        Program("jq", (2, 7)),
        Program("bash", (4, 1)),
        Program("ssh", (4, 1), ("bash",)),
        Program("uptime", (4, 1), ("bash", "ssh")),
    )
    assert seen('"$TOOL" run; *.sh').programs == ()


def test_shellcheck_judges_steps_and_whole_files_differently() -> None:
    script = "unused=1\ncd /srv\nls $A"
    quotes = Remark(2086, "Double quote to prevent globbing and word splitting.", 3, 4, "$A")
    (step,), (file,) = remarks([script], whole=False), remarks([script], whole=True)
    assert step == (quotes,)
    assert [remark.code for remark in file] == [2034, 2164, 2086]


def test_shellcheck_sees_what_single_quotes_keep_from_being_expanded() -> None:
    parameter, protocol = remarks(["echo 'the day is $DAY'", "printf '*1\\r\\n$4\\r\\n'"], whole=False)
    assert [remark.code for remark in parameter] == [2016]
    assert protocol == ()


@pytest.mark.parametrize(
    ("happens", "says"),
    [
        (subprocess.TimeoutExpired("shellcheck", 600), "shellcheck does not come to an end within 600 s"),
        (subprocess.CompletedProcess([], 2, b"", b"out of memory"), "shellcheck failed: out of memory"),
    ],
)
def test_a_shellcheck_that_fails_is_explained(happens: object, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def run_instead(*_: object, **__: object) -> object:
        if isinstance(happens, Exception):
            raise happens
        return happens

    monkeypatch.setattr("opsbook.shellcheck.subprocess.run", run_instead)
    with pytest.raises(OpsbookError, match=says):
        remarks(["true"], whole=True)


def test_many_scripts_keep_their_order() -> None:
    found = remarks([f"echo $A{number}" for number in range(850)], whole=False)
    assert [remark.text for (remark,) in found] == [f"$A{number}" for number in range(850)]


@pytest.mark.parametrize("style", ["|", "|2-", "| # why", ">", '"', "'", "plain"])
def test_a_place_within_a_text_is_found_however_it_is_written(style: str) -> None:
    first, second = "echo one", 'ls -l "$DIR" it\'s'
    written = {
        '"': '"echo one\\n\\\n  ls -l\\t \\"$DIR\\" it\'s"',
        "'": "'echo one\n\n  ls -l \"$DIR\" it''s'",
        "plain": 'echo one\n\n  ls -l "$DIR" it\'s',
        ">": f">\n  {first}\n\n  {second}\n",
    }.get(style, f"{style}\n  {first}\n  {second}\n")
    source = Source.parse("x.yaml", f"a: &run {written}\nb: *run\n".encode())
    assert isinstance(source, Source)
    lines = source.data["a"].split("\n")
    assert len(lines) > 1
    line, column = source.place(("a",), within=Place(2, lines[1].index("$") + 1))
    assert source.text.split("\n")[line - 1][column - 1 :].startswith("$DIR")
    assert source.place(("b",), within=Place(2, 1)) == source.place(("b",))
    assert source.place(("c", "d"), within=Place(2, 1)) == source.place(())


@given(st.lists(st.text(alphabet="ab$\"'\\ \t:#é→", max_size=12), min_size=1, max_size=5), st.booleans())
def test_every_place_of_a_block_is_found(lines: list[str], quoted: bool) -> None:  # noqa: FBT001  # hypothesis gives it
    text = "\n".join(line.rstrip() for line in lines).strip()
    if not text or text != text.lstrip():
        return
    block = "\n".join(f"  {line}" if line else "" for line in text.split("\n"))
    single = text.replace("'", "''").replace("\n", "\n\n")
    written = f"a: '{single}'\n" if quoted and not any(line != line.strip() for line in text.split("\n")) else None
    source = Source.parse("x.yaml", (written or f"a: |\n{block}\n").encode())
    if not isinstance(source, Source):
        return  # an odd blank that YAML reads otherwise
    value = source.data["a"].split("\n")
    for number, line in enumerate(value, start=1):
        for column, char in enumerate(line, start=1):
            if not char.isspace():
                at = source.place(("a",), within=Place(number, column))
                assert source.text.split("\n")[at.line - 1][at.column - 1] == char


def test_where_tools_are_missing_a_note_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = spec("specs/demo/a.yaml", (HERE / "kinds/checklist/bad/nothing-to-look-at.yaml").read_bytes())
    monkeypatch.setattr("opsbook.effects.shell._program", _raise(NoShellParser("none")))
    monkeypatch.setattr("opsbook.shellcheck._program", _raise(NoShellCheck("none")))
    found = inspect(project(case))
    assert found.absent == {"shfmt", "shellcheck"}
    assert (found.examined, found.remarks, found.snippet_remarks) == ({}, {}, {})
    root = write(tmp_path, {})
    assert run(root) == (0, "nothing wrong\n")  # there is no command that somebody would have to look at
    write(tmp_path, {"snippets/demo/a.sh": "ls $A\n"})
    assert run(root, str(root / "specs/demo/system.yaml")) == (0, "nothing wrong\n")
    code, said = run(root, str(root / "snippets/demo"))
    assert code == 1  # no step uses it
    assert "specs:1:1: note: shfmt and shellcheck cannot be found" in said


def test_without_sqlglot_no_effect_is_guessed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opsbook.inspection.find_spec", lambda _: None)
    code, said = run(write(tmp_path, {"snippets/demo/a.sh": "ls $A\n"}))
    assert code == 1
    assert "sqlglot cannot be found, so these rules were not applied: `project/command-syntax`" in said
    assert "[project/unquoted-parameter]" in said


def _raise(error: Exception) -> object:
    def refuse() -> str:
        raise error

    return refuse
