"""What the words of a script are when it runs, as far as the script itself says so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from opsbook.effects.shell import Node, children
from opsbook.effects.words import OUTPUT, Word, hole, is_fixed, own_hole, plain

Printed = Callable[[list[Node], "Scope"], str | None]
"""Tells what statements print, where that is known."""

_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{1,4}|U[0-9A-Fa-f]{1,8}|0?[0-7]{1,3}|.)", re.DOTALL)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "v": "\v"}
_SETTERS = {"read": 0, "mapfile": 0, "readarray": 0, "getopts": 1, "printf": 0, "unset": 0, "select": 0}
_LEVELS = 8


@dataclass(frozen=True)
class Scope:
    """What is known where a command stands: functions, variables, and the arguments of the function it is in."""

    functions: dict[str, tuple[Node, ...]] = field(default_factory=dict)
    values: dict[str, tuple[Node | None, ...]] = field(default_factory=dict)
    """Every assignment to a name; None where its value cannot be told."""
    arguments: tuple[Word, ...] | None = None
    level: int = 0
    moves: bool = False
    """Whether `set` or `shift` stands somewhere, after which nobody can tell the arguments."""

    def within(self, statements: tuple[Node, ...]) -> Scope:
        """This scope with what a script defines."""
        functions = dict(self.functions)
        values = dict(self.values)
        moves = self.moves
        for node in _nodes(list(statements)):
            for name, value in _assigned(node):
                values[name] = (*values.get(name, ()), value)
            if node.get("Type") == "FuncDecl":
                name = node["Name"]["Value"]
                functions[name] = (*functions.get(name, ()), node["Body"])
            moves = moves or _moves_arguments(node)
        return Scope(functions, values, None if moves else self.arguments, self.level, moves)

    def called(self, arguments: tuple[Word, ...] | None) -> Scope:
        """This scope within a function or script that got some arguments."""
        return replace(self, arguments=None if self.moves else arguments)


def _nodes(root: list[Node]) -> Iterator[Node]:
    todo: list[object] = [root]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            yield node
        todo.extend(children(node))


def _moves_arguments(node: Node) -> bool:
    words = node.get("Args", []) if node.get("Type") == "CallExpr" else []
    names = [part.get("Value") for word in words[:1] for part in word.get("Parts", [])]
    return names == ["shift"] or (names == ["set"] and len(words) > 1 and not _is_plain_set(words[1:]))


def _is_plain_set(words: list[Node]) -> bool:
    """`set -euo pipefail` leaves the arguments alone."""
    texts = ["".join(str(part.get("Value", "")) for part in word.get("Parts", [])) for word in words]
    return bool(re.fullmatch(r"(?:[-+][a-zA-Z]+ ?(?:pipefail|posix|errexit|nounset)? ?)+", " ".join(texts)))


def _assigned(node: Node) -> Iterator[tuple[str, Node | None]]:
    """The names that a node gives a value to."""
    kind = node.get("Type")
    if kind in ("CallExpr", "DeclClause"):
        for assign in [*node.get("Assigns", []), *(node.get("Args", []) if kind == "DeclClause" else [])]:
            if "Name" in assign and not assign.get("Naked"):
                known = not assign.get("Append") and "Index" not in assign
                yield assign["Name"]["Value"], assign if known else None
    elif kind == "WordIter":
        items = node.get("Items", [])
        yield node["Name"]["Value"], {"Value": items[0]} if len(items) == 1 else None
    if kind == "CallExpr" and node.get("Args"):
        words = [part.get("Value", "") for word in node["Args"] for part in word.get("Parts", [])[:1]]
        if words and words[0] in _SETTERS:
            yield from ((name, None) for name in words[1:] if re.fullmatch(r"[A-Za-z_]\w*", name))


class Expander:
    """Expands words in a scope."""

    def __init__(self, scope: Scope, printed: Printed) -> None:
        """`printed` tells what a command substitution gives."""
        self.scope = scope
        self.printed = printed

    def words(self, nodes: list[Node]) -> tuple[Word, ...]:
        """The words that a command gets."""
        return tuple(word for node in nodes for word in self.fields(node.get("Parts", [])))

    def text(self, node: Node | None) -> str:
        """A word as one text, as if it were quoted."""
        if not node:
            return ""
        return "".join(segment.text for part in node.get("Parts", []) for segment in self._part(part, quoted=True))

    def fields(self, parts: list[Node], *, split: bool = False) -> list[Word]:
        """The words that one written word makes. `split` cuts its own text at blanks, too."""
        fields = _Fields()
        for part in parts:
            for segment in self._part(part, quoted=False):
                fields.add(segment, split=split)
        return fields.words()

    def document(self, node: Node, *, quoted: bool) -> str:
        """The text of a here-document."""
        if quoted:
            return "".join(plain(part.get("Value", "")) for part in node.get("Parts", []))
        return self.text(node)

    def _part(self, part: Node, *, quoted: bool) -> list[_Segment]:
        kind, value = part.get("Type"), plain(part.get("Value", ""))
        if kind == "DblQuoted":
            inside = [segment for inner in part.get("Parts", []) for segment in self._part(inner, quoted=True)]
            return inside or [_Segment("", quoted=True)]
        if kind == "ParamExp":
            return self._parameter(part, quoted=quoted)
        if kind == "CmdSubst":
            printed = self.printed(part.get("Stmts", []), self.scope)
            return [_Segment(OUTPUT if printed is None else printed.rstrip("\n"), quoted=quoted, split=True)]
        simple = {
            "Lit": lambda: _literal(value, quoted=quoted),
            "SglQuoted": lambda: _Segment(unescape(value) if part.get("Dollar") else value, quoted=True),
            "ProcSubst": lambda: _Segment(OUTPUT, quoted=True),
            "ExtGlob": lambda: _Segment("*", quoted=True, loose=True),
        }
        return [simple.get(str(kind), lambda: _Segment(hole("((…))"), quoted=True))()]

    def _parameter(self, part: Node, *, quoted: bool) -> list[_Segment]:
        name = part.get("Param", {}).get("Value", "")
        if name in ("@", "*") or _all_of_array(part):
            return self._list(name, part, quoted=quoted)
        if part.get("Length"):
            return [_Segment(hole(f"#{name}"), quoted=True)]
        operator = part.get("Exp", {}).get("Op")
        if operator in ("+", ":+") and not quoted:
            inside = self.fields(part["Exp"].get("Word", {}).get("Parts", []), split=True)
            return _apart(inside) or [_NOTHING]
        odd = any(key in part for key in ("Excl", "Index", "Slice", "Repl", "Names"))
        value = None if odd or operator not in (None, ":?", "?") else self._value(name)
        return [_Segment(hole(name) if value is None else value, quoted=quoted, split=True)]

    def _list(self, name: str, part: Node, *, quoted: bool) -> list[_Segment]:
        """All arguments, or all elements of an array."""
        odd = any(key in part for key in ("Slice", "Repl", "Exp", "Excl", "Length"))
        words = None if odd else self.scope.arguments if name in ("@", "*") else self._array(name)
        if words is None:
            return [_Segment(hole(name), quoted=quoted, many=True)]
        if name == "*" and quoted:
            return [_Segment(" ".join(word.text for word in words), quoted=True)]
        return _apart(list(words)) or [_NOTHING]

    def _array(self, name: str) -> tuple[Word, ...] | None:
        assigned = self.scope.values.get(name, ())
        if len(assigned) != 1 or assigned[0] is None or "Array" not in assigned[0] or self.scope.level > _LEVELS:
            return None
        elements = assigned[0]["Array"].get("Elems", [])
        return self._deeper().words([element.get("Value", {}) for element in elements])

    def _value(self, name: str) -> str | None:
        """The value of a variable, where the script gives it exactly one."""
        if name.isdigit() and name != "0":
            arguments = self.scope.arguments
            known = arguments is not None and int(name) <= len(arguments) and not any(word.many for word in arguments)
            return arguments[int(name) - 1].text if arguments is not None and known else None
        assigned = self.scope.values.get(name, ())
        if not assigned or None in assigned or self.scope.level > _LEVELS:
            return None
        if all(node and _makes_temporary(node) for node in assigned):
            return own_hole(name)
        return self._single(assigned[0]) if len(assigned) == 1 and assigned[0] else None

    def _single(self, assign: Node) -> str | None:
        if "Array" in assign:
            return None
        text = self._deeper().text(assign.get("Value"))
        return text if is_fixed(text) or Word(text).own else None

    def _deeper(self) -> Expander:
        return Expander(replace(self.scope, level=self.scope.level + 1), self.printed)


@dataclass(frozen=True)
class _Segment:
    """A piece of a word: its text, and what the shell does with it."""

    text: str
    quoted: bool
    split: bool = False
    """It comes from an expansion: unquoted, it is cut at blanks."""
    many: bool = False
    loose: bool = False
    ends: bool = False
    """The word ends after it."""


_NOTHING = _Segment("", quoted=False, split=True)
"""What no words leave, such as `"$@"` without arguments: not even an empty word."""


class _Fields:
    """Puts segments together to words, as the shell does."""

    def __init__(self) -> None:
        self._done: list[Word] = []
        self._open: Word | None = None

    def add(self, segment: _Segment, *, split: bool) -> None:
        """Add a segment to the word that is being made."""
        if segment.quoted or not (segment.split or split):
            self._append(Word(segment.text, segment.many, segment.loose))
        else:
            self._cut(segment)
        if segment.ends:
            self._close()

    def words(self) -> list[Word]:
        """The words."""
        self._close()
        return self._done

    def _cut(self, segment: _Segment) -> None:
        pieces = re.split(r"\s+", segment.text)
        for number, piece in enumerate(pieces):
            if number:
                self._close()
            if piece:
                self._append(Word(piece, segment.many or not is_fixed(piece), segment.loose))

    def _append(self, more: Word) -> None:
        have = self._open or Word("")
        self._open = Word(have.text + more.text, have.many or more.many, have.loose or more.loose)

    def _close(self) -> None:
        if self._open is not None:
            self._done.append(self._open)
        self._open = None


def _apart(words: list[Word]) -> list[_Segment]:
    last = len(words) - 1
    return [
        _Segment(word.text, quoted=True, many=word.many, loose=word.loose, ends=number < last)
        for number, word in enumerate(words)
    ]


def _literal(value: str, *, quoted: bool) -> _Segment:
    if quoted:
        return _Segment(re.sub(r"\\(\n|[$`\"\\])", lambda match: match[1].strip("\n"), value), quoted=True)
    bare = re.sub(r"\\.", "", value, flags=re.DOTALL)
    loose = bool(re.search(r"[*?]|\[[^\]]+\]|\{[^{}]*(?:,|\.\.)[^{}]*\}", bare))
    braces = bool(re.match(r"[-{].*(?:,|\.\.).*\}", bare)) and "{" in bare
    text = re.sub(r"\\(.)", lambda match: match[1].strip("\n"), value, flags=re.DOTALL)
    return _Segment(text, quoted=False, many=braces, loose=loose)


def _all_of_array(part: Node) -> bool:
    index = part.get("Index", {})
    return [inner.get("Value") for inner in index.get("Parts", [])] in (["@"], ["*"])


def _makes_temporary(assign: Node) -> bool:
    """Whether a value is exactly what `mktemp` prints."""
    parts = assign.get("Value", {}).get("Parts", [])
    if len(parts) == 1 and parts[0].get("Type") == "DblQuoted":
        parts = parts[0].get("Parts", [])
    if len(parts) != 1 or parts[0].get("Type") != "CmdSubst" or len(parts[0].get("Stmts", [])) != 1:
        return False
    command = parts[0]["Stmts"][0].get("Cmd", {})
    words = command.get("Args", []) if command.get("Type") == "CallExpr" else []
    return bool(words) and [part.get("Value") for part in words[0].get("Parts", [])] == ["mktemp"]


def unescape(text: str) -> str:
    r"""A text with the escapes of `$'…'`, `printf` and `echo -e` made real: `\n`, `\x41`, `\101`."""
    return _ESCAPE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    code = match[1]
    if code[0] in "xuU" and len(code) > 1:
        number = int(code[1:], 16)
    elif code[0] in "01234567":
        number = int(code, 8)
    elif code in "\\'\"?":
        return code
    else:
        return _LETTERS.get(code, "\\" + code)
    try:
        character = chr(number)
        character.encode()
    except (ValueError, OverflowError):  # there is none of that number, or it is half of one
        return "?"
    return plain(character) if number else "?"
