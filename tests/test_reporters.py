from __future__ import annotations

import json

from opsbook.diagnostic import Diagnostic, worst
from opsbook.reporters import REPORTERS

ONE = Diagnostic("specs/demo/a.yaml", 3, 5, "project/x", "it is wrong", "mend it")
ODD = Diagnostic("specs/a,b: 100%.yaml", 1, 1, "yaml/key", "50% of\r\n`a\tb\x1b[31m`: wrong", "", "warning")


def test_text_is_for_people() -> None:
    assert REPORTERS["text"]([ONE, ODD]) == (
        "specs/demo/a.yaml:3:5: error: it is wrong [project/x]\n"
        "    hint: mend it\n"
        "specs/a,b: 100%.yaml:1:1: warning: 50% of\\r\\n`a\\tb\\x1b[31m`: wrong [yaml/key]\n"
        "1 error, 1 warning in 2 file(s)\n"
    )


def test_counts_are_spelled() -> None:
    notes = [Diagnostic("a", 1, 1, "r", "m", severity="note")] * 2
    assert REPORTERS["text"](notes).endswith("2 notes in 1 file(s)\n")


def test_nothing_wrong_is_said() -> None:
    assert REPORTERS["text"]([]) == REPORTERS["github"]([]) == "nothing wrong\n"
    assert REPORTERS["json"]([]) == "[]\n"


def test_json_is_for_programs() -> None:
    first, second = json.loads(REPORTERS["json"]([ONE, ODD]))
    assert first == {
        "path": "specs/demo/a.yaml",
        "line": 3,
        "column": 5,
        "rule": "project/x",
        "message": "it is wrong",
        "hint": "mend it",
        "severity": "error",
        "pointer": "",
    }
    assert Diagnostic(**second) == ODD


def test_github_reads_every_character_as_it_was() -> None:
    assert REPORTERS["github"]([ONE, ODD]) == (
        "::error file=specs/demo/a.yaml,line=3,col=5,title=project/x::it is wrong%0Amend it\n"
        "::warning file=specs/a%2Cb%3A 100%25.yaml,line=1,col=1,title=yaml/key::50%25 of\\r\\n`a\\tb\\x1b[31m`: wrong\n"
        "1 error, 1 warning in 2 file(s)\n"
    )


def test_github_shows_ten_of_each_severity_and_counts_the_rest() -> None:
    errors = [Diagnostic("a", line, 1, "r", "m") for line in range(13)]
    warnings = [Diagnostic("a", line, 1, "r", "m", severity="warning") for line in range(11)]
    notes = [Diagnostic("a", line, 1, "r", "m", severity="note") for line in range(2)]
    lines = REPORTERS["github"]([*notes, *warnings, *errors]).splitlines()
    levels = [line.split(" ")[0] for line in lines[:-2]]
    assert levels == ["::error"] * 10 + ["::warning"] * 10 + ["::notice"] * 2
    assert lines[-2] == "::notice title=opsbook::4 more findings: see the log of `opsbook check`"
    assert lines[-1] == "13 errors, 11 warnings, 2 notes in 1 file(s)"


def test_the_worst_severity_decides() -> None:
    note = Diagnostic("a", 1, 1, "r", "m", severity="note")
    assert [worst([]), worst([note]), worst([note, ODD]), worst([ODD, note, ONE])] == [None, "note", "warning", "error"]
