"""Shell text as a syntax tree, read by shfmt: many scripts with one process."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from opsbook.errors import OpsbookError

Node: TypeAlias = dict[str, Any]
"""A node of shfmt's tree: https://pkg.go.dev/mvdan.cc/sh/v3/syntax."""

_FAULT = re.compile(r"^(?:<standard input>:)?(\d+):(\d+): (.*)", re.DOTALL)
_UNREADABLE = re.compile("[\x00\ud800-\udfff]")
_PLACES = ("Position", "OpPos", "Dollar")
_DEPTH = 60
_PATIENCE = 60


class NoShellParser(OpsbookError):
    """The program that reads shell is not installed."""


@dataclass(frozen=True)
class SyntaxProblem:
    """Why a script is no shell."""

    line: int
    column: int
    message: str


@dataclass(frozen=True)
class Tree:
    """A script that was read: its statements, and how to find a place in it."""

    statements: tuple[Node, ...]
    lines: tuple[str, ...]
    first: int = 1
    """The line on which it starts in the text that shfmt read."""

    def place(self, position: Node) -> tuple[int, int]:
        """Line and column, from 1 and in characters; shfmt counts columns in bytes."""
        line = min(max(position.get("Line", self.first) - self.first, 0), len(self.lines) - 1)
        before = self.lines[line].encode()[: position.get("Col", 1) - 1]
        return line + 1, len(before.decode(errors="ignore")) + 1


def parse_many(scripts: Sequence[str]) -> list[Tree | SyntaxProblem]:
    """Read many scripts, all at once where they are all right; each wrong one costs a few processes more."""
    read: list[Tree | SyntaxProblem | None] = [_unreadable(script) for script in scripts]
    good = [index for index, problem in enumerate(read) if problem is None]
    for index, result in zip(good, _parse([scripts[index] for index in good]), strict=True):
        read[index] = result
    return [result for result in read if result is not None]


def _unreadable(script: str) -> SyntaxProblem | None:
    match = _UNREADABLE.search(script)
    if not match:
        return None
    before = script[: match.start()]
    return SyntaxProblem(
        before.count("\n") + 1,
        match.start() - before.rfind("\n"),
        "the text has a character that no shell script can have",
    )


def _parse(scripts: Sequence[str]) -> list[Tree | SyntaxProblem]:
    if not scripts:
        return []
    together = _together(scripts)
    if together:
        return list(together)
    if len(scripts) == 1:
        return [_alone(scripts[0])]
    half = len(scripts) // 2
    return [*_parse(scripts[:half]), *_parse(scripts[half:])]


def _together(scripts: Sequence[str]) -> list[Tree] | None:
    """Read scripts as one text with a mark between them; None where that cannot be done.

    A script with an open quote, brace, here-document or backslash swallows the mark after it. So the
    scripts are what they seem exactly if every mark comes back as a statement of its own, at the very
    line and column where it was put.
    """
    mark = ": opsbook"
    while any(mark in script for script in scripts):
        mark += "x"
    text = "".join(f"{script}\n{mark}\n" for script in scripts)
    answer = _shfmt(text)
    if not isinstance(answer, dict):
        return None
    marks, line = [], 0
    for script in scripts:
        line += script.count("\n") + 2
        marks.append(line)
    return _divide(answer.get("Stmts", []), marks, mark.split()[1], scripts)


def _divide(statements: list[Node], marks: list[int], word: str, scripts: Sequence[str]) -> list[Tree] | None:
    trees: list[Tree] = []
    mine: list[Node] = []
    first = 1
    for statement in statements:
        if len(trees) < len(marks) and _is_mark(statement, marks[len(trees)], word):
            trees.append(Tree(tuple(mine), tuple(scripts[len(trees)].split("\n")), first))
            first, mine = marks[len(trees) - 1] + 1, []
        else:
            mine.append(statement)
    return trees if len(trees) == len(marks) and not mine else None


def _is_mark(statement: Node, line: int, word: str) -> bool:
    position = statement.get("Position", {})
    if (position.get("Line"), position.get("Col")) != (line, 1) or set(statement) - {"Cmd", "Position", "End", "Pos"}:
        return False
    arguments = statement.get("Cmd", {}).get("Args", [])
    return [[part.get("Value") for part in argument.get("Parts", [])] for argument in arguments] == [[":"], [word]]


def _alone(script: str) -> Tree | SyntaxProblem:
    answer = _shfmt(script)
    if isinstance(answer, SyntaxProblem):
        return answer
    return Tree(tuple(answer.get("Stmts", [])), tuple(script.split("\n")))


@cache
def _program() -> str:
    beside = os.pathsep.join((sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)))
    program = shutil.which("shfmt", path=beside)
    if not program:
        raise NoShellParser("shfmt is not installed, and without it no shell is read: `pip install shfmt-py`")
    return program


def _shfmt(text: str) -> Node | SyntaxProblem:
    try:
        done = subprocess.run(  # noqa: S603  # fixed words; the text is only parsed
            [_program(), "-ln", "bash", "--to-json"],
            input=text.encode(),
            capture_output=True,
            check=False,
            timeout=_PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return SyntaxProblem(1, 1, "the shell parser does not come to an end with this text")
    if done.returncode:
        return _problem(done.stderr.decode(errors="replace"), text)
    try:
        tree: Node = json.loads(done.stdout)
    except (ValueError, RecursionError):
        return SyntaxProblem(1, 1, "the commands are nested too deeply to be read")
    return tree if _shallow(tree) else SyntaxProblem(1, 1, "the commands are nested too deeply to be read")


def _problem(answer: str, text: str) -> SyntaxProblem:
    match = _FAULT.match(answer.strip())
    if not match:
        return SyntaxProblem(1, 1, answer.strip().partition("\n")[0] or "the text is no shell")
    line, column, message = int(match[1]), int(match[2]), match[3].partition("\n")[0]
    tree = Tree((), tuple(text.split("\n")))
    return SyntaxProblem(*tree.place({"Line": line, "Col": column}), message)


def _shallow(tree: Node) -> bool:
    """Whether a tree can be walked, seen level by level, so that this itself never goes deep."""
    level: list[Any] = [tree]
    for _ in range(_DEPTH * 4):
        for node in level:
            _forget_places(node)
        level = [child for node in level for child in children(node)]
        if not level:
            return True
    return False


def _forget_places(node: Any) -> None:
    """Drop the places that nobody asks for: they are most of a tree."""
    if isinstance(node, dict):
        for key in [key for key, value in node.items() if isinstance(value, dict) and "Offset" in value]:
            if key not in _PLACES:
                del node[key]


def children(node: Any) -> Iterator[Any]:
    """The nodes below a node, those without their places."""
    values = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return (value for value in values if isinstance(value, (dict, list)) and "Offset" not in value)
