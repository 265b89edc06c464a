"""The variables of a script: what it takes from outside, what it sets, and what it hands on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from opsbook.effects.shell import Node, Tree, children

NAME = re.compile(r"[A-Za-z_]\w*")
_GUARDS = ("?", ":?")
_DEFAULTS = ("-", ":-", "+", ":+", "=", ":=")
_SETTERS = ("read", "mapfile", "readarray", "getopts", "printf", "wait")
_ANYTHING = ("source", ".", "eval")
_DECLARE = ("local", "declare", "typeset", "readonly", "nameref")
_ARITHMETIC = ("ArithmExp", "ArithmCmd", "LetClause", "CStyleLoop")


@dataclass(frozen=True)
class Taken:
    """A variable that a script takes from outside, and where it does so first."""

    name: str
    line: int
    column: int
    guarded: bool = False
    """It stops with a message of its own where there is none: `${NAME:?}`."""


@dataclass(frozen=True)
class Names:
    """The variables and functions of a script, seen from its syntax."""

    taken: tuple[Taken, ...] = ()
    """What it takes from outside, each once, in the order of the text.

    Nothing that has a default, and nothing that it first looks for (`[ -n "${NAME:-}" ]`).
    """
    sets: frozenset[str] = frozenset()
    """What it gives a value to."""
    exports: frozenset[str] = frozenset()
    """What it hands on to programs, and to the next step of a session."""
    functions: frozenset[str] = frozenset()
    """The functions that it defines."""
    anything: bool = False
    """It reads another script or makes one up (`source`, `eval`), which may set anything."""


def names(tree: Tree) -> Names:
    """The variables and functions of a script."""
    found = _Found(tree)
    for statement in tree.statements:
        found.walk(statement, (1, 1), function=False)
    return found.names()


@dataclass
class _Found:
    """What was met on the way through a script."""

    tree: Tree
    reads: list[tuple[Taken, bool]] = field(default_factory=list)
    """Each with whether it stands in a function, which runs later than its place says."""
    sets: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Each with the statement that does so first."""
    looked_for: dict[str, tuple[int, int]] = field(default_factory=dict)
    """What the script knows may not be there."""
    exports: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    anything: bool = False
    exports_all: bool = False

    def names(self) -> Names:
        taken: dict[str, Taken] = {}
        for read, late in self.reads:
            settled = [places[read.name] for places in (self.sets, self.looked_for) if read.name in places]
            if not settled or (not late and (read.line, read.column) < min(settled)):
                known = taken.get(read.name)
                if known is None or (known.guarded and not read.guarded and (read.line, read.column) < _place(known)):
                    taken[read.name] = read
        exports = set(self.sets) if self.exports_all else self.exports
        return Names(
            tuple(taken.values()), frozenset(self.sets), frozenset(exports), frozenset(self.functions), self.anything
        )

    def walk(self, node: object, place: tuple[int, int], *, function: bool) -> None:
        """Walk down; `place` is that of the statement around, `function` whether it runs when it is called."""
        if isinstance(node, dict):
            if "Position" in node:
                place = self.tree.place(node["Position"])
            kind = node.get("Type")
            if kind == "FuncDecl":
                self.functions.add(node["Name"]["Value"])
                function = True
            self._sets(node, kind, place)
            self._reads(node, kind, place, late=function)
        for child in children(node):
            self.walk(child, place, function=function)

    def _reads(self, node: Node, kind: object, place: tuple[int, int], *, late: bool) -> None:
        if kind == "ParamExp":
            self._expansion(node, place, late=late)
        elif kind in _ARITHMETIC:
            for name in _arithmetic(node):
                self.reads.append((Taken(name, *place), late))

    def _expansion(self, node: Node, place: tuple[int, int], *, late: bool) -> None:
        name = node.get("Param", {}).get("Value", "")
        operator = node.get("Exp", {}).get("Op")
        if operator in ("=", ":="):
            self._set(name, place)
        if operator in _DEFAULTS:
            self.looked_for.setdefault(name, place)
        if operator in _DEFAULTS or not NAME.fullmatch(name) or "Names" in node:
            return
        where = self.tree.place(node["Dollar"]) if "Dollar" in node else place
        self.reads.append((Taken(name, *where, guarded=operator in _GUARDS), late))

    def _set(self, name: str, place: tuple[int, int]) -> None:
        self.sets.setdefault(name, place)

    def _sets(self, node: Node, kind: object, place: tuple[int, int]) -> None:
        if kind == "CallExpr":
            self._call(node, place)
        elif kind == "DeclClause":
            self._declaration(node, place)
        elif kind == "WordIter":
            self._set(node["Name"]["Value"], place)
        elif kind == "CoprocClause":
            self._set(_literal(node.get("Name", {})), place)
        elif kind == "UnaryTest" and node.get("Op") == "-v":
            self.looked_for.setdefault(_literal(node.get("X", {})), place)
        elif kind in _ARITHMETIC:
            for name in _arithmetic_sets(node):
                self._set(name, place)
        for redirection in node.get("Redirs", []):
            match = re.fullmatch(r"\{(\w+)\}", redirection.get("N", {}).get("Value", ""))
            if match:
                self._set(match[1], place)

    def _call(self, node: Node, place: tuple[int, int]) -> None:
        arguments = [_literal(word) for word in node.get("Args", [])]
        for assign in node.get("Assigns", []):
            # `NAME=value command` is for that command alone, which may be a function.
            if not arguments or self.functions:
                self._set(assign["Name"]["Value"], place)
        if not arguments:
            return
        name, rest = arguments[0], arguments[1:]
        if name in _ANYTHING:
            self.anything = True
        elif name in _SETTERS:
            for word in rest:
                if NAME.fullmatch(word):
                    self._set(word, place)
        elif name == "set" and re.search(r"(?:^| )-\w*a|-o allexport", " ".join(rest)):
            self.exports_all = True

    def _declaration(self, node: Node, place: tuple[int, int]) -> None:
        variant = node.get("Variant", {}).get("Value", "")
        words = [_literal(assign["Value"]) for assign in node.get("Args", []) if "Name" not in assign]
        exports = variant == "export" or any(re.fullmatch(r"-\w*x\w*", word) for word in words)
        for assign in node.get("Args", []):
            name = assign.get("Name", {}).get("Value")
            if name:
                if exports:
                    self.exports.add(name)
                if variant in _DECLARE or not assign.get("Naked"):
                    self._set(name, place)


def _place(taken: Taken) -> tuple[int, int]:
    return taken.line, taken.column


def _literal(word: Node) -> str:
    """A word as far as it is plain text, quotes left out."""
    parts = word.get("Parts", [])
    return "".join(str(part.get("Value", "")) if part.get("Type") in ("Lit", "SglQuoted") else "$" for part in parts)


def _arithmetic(node: Node) -> Iterator[str]:
    """The variables that an expression reads by their bare names."""
    for inner in _within(node):
        if inner.get("Type") == "Word":
            name = _literal(inner)
            if NAME.fullmatch(name):
                yield name


def _arithmetic_sets(node: Node) -> Iterator[str]:
    """The variables that an expression sets without needing them: `i = 0`."""
    for inner in _within(node):
        if inner.get("Type") == "BinaryArithm" and inner.get("Op") == "=":
            yield _literal(inner.get("X", {}))


def _within(node: object) -> Iterator[Node]:
    """The nodes of an arithmetic expression; not those of commands and expansions within."""
    for child in children(node):
        if isinstance(child, dict):
            if child.get("Type") in ("CmdSubst", "ParamExp", "DblQuoted") or "Position" in child:
                continue
            yield child
        yield from _within(child)
