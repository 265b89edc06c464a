"""Walks a syntax tree to its simple commands, and gathers what is seen of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from opsbook.effects.commands import judge
from opsbook.effects.expand import Expander, Scope, unescape
from opsbook.effects.rule import Call
from opsbook.effects.shell import Node, SyntaxProblem, Tree, children
from opsbook.effects.words import (
    HARMLESS_TARGETS,
    NOTHING,
    OUTPUT,
    RAW_TARGETS,
    UNSEEN,
    Input,
    Sight,
    Word,
    as_shell,
    is_fixed,
    named,
    shown,
    spelled,
)

DEPTH = 24
"""How deep commands may stand within commands, and functions within functions."""
COMMANDS = 20_000
"""How many commands are looked at for one script."""

NETWORK = re.compile(r"/dev/(tcp|udp)/")
_OUT = {">", ">>", ">|", "&>", "&>>", "<>"}
_TEXTS = {"<<", "<<-", "<<<"}
_QUIET = {":", "true", "exec"}

RUNS_A_COMMAND = named(
    """
    PAGER PSQL_PAGER MANPAGER GIT_PAGER EDITOR VISUAL PSQL_EDITOR GIT_EDITOR GIT_SSH_COMMAND GIT_EXTERNAL_DIFF
    GIT_SEQUENCE_EDITOR KUBE_EDITOR PROMPT_COMMAND LESSOPEN RSYNC_RSH SSH_ASKPASS SUDO_ASKPASS BROWSER
    """
)
"""Variables that a program takes for a command."""


@dataclass
class Trees:
    """Syntax trees by text. A text that is not there is noted, and read in the next round with all others."""

    read: dict[str, Tree | SyntaxProblem] = field(default_factory=dict)
    wanted: dict[str, None] = field(default_factory=dict)

    def get(self, text: str) -> Tree | SyntaxProblem | None:
        """The tree of a text; None where it has to be read first."""
        found = self.read.get(text)
        if found is None:
            self.wanted[text] = None
        return found


@dataclass(frozen=True)
class Spot:
    """A simple command or redirection, and what is seen of it."""

    sight: Sight
    place: tuple[int, int]


@dataclass(frozen=True)
class Program:
    """A program that a script starts by its name."""

    name: str
    place: tuple[int, int]
    within: tuple[str, ...] = ()
    """The programs that run it, the outermost first: `sudo`, `timeout`, `ssh`."""


class Walk:
    """One walk over one script."""

    def __init__(self, trees: Trees, tree: Tree) -> None:
        """`tree` is the script; `trees` those of texts within it."""
        self.trees = trees
        self.tree = tree
        self.spots: list[Spot] = []
        self.programs: dict[Program, None] = {}
        self._within: tuple[str, ...] = ()
        self._place = (1, 1)
        self._outer = True
        self._depth = 0
        self._left = COMMANDS
        self._network = False

    def run(self) -> list[Spot]:
        """Everything that is seen of the script."""
        scope = Scope().within(self.tree.statements)
        for statement in self.tree.statements:
            self._walk(statement, scope, NOTHING)
        return self.spots

    # What is within

    def _walk(self, node: object, scope: Scope, given: Input) -> None:
        """Walk down to the statements below a node."""
        if isinstance(node, dict):
            if _is_statement(node):
                self._statement(node, scope, given)
                return
            if node.get("Type") == "FuncDecl":
                return
            if node.get("Type") in ("CmdSubst", "ProcSubst"):
                given = NOTHING
        for child in children(node):
            self._walk(child, scope, given)

    def _statement(self, node: Node, scope: Scope, given: Input) -> None:
        command = node.get("Cmd", {})
        if self._outer:
            self._place = self.tree.place(node.get("Position", {}))
        place = self._place
        given = self._redirections(node, scope, given)
        kind = command.get("Type")
        if kind == "CallExpr":
            self._walk([command.get("Assigns"), command.get("Args")], scope, NOTHING)
            self._place = place
            self._call(command, scope, given)
        elif kind == "BinaryCmd" and command.get("Op") in ("|", "|&"):
            self._walk(command.get("X"), scope, given)
            self._walk(command.get("Y"), scope, self._printed_by(command["X"], scope, given))
        else:
            self._walk(command, scope, given)

    def _call(self, command: Node, scope: Scope, given: Input) -> None:
        for assign in command.get("Assigns", []):
            if assign.get("Name", {}).get("Value") in RUNS_A_COMMAND:
                text = self._expander(scope).text(assign.get("Value"))
                self._see(self.shell(text, scope, NOTHING, ()))
        words = self._expander(scope).words(command.get("Args", []))
        if words:
            self._see(self.command(words, given, scope))

    def _see(self, sights: list[Sight]) -> None:
        self.spots.extend(Spot(sight, self._place) for sight in sights)

    def _expander(self, scope: Scope) -> Expander:
        return Expander(scope, self._printed)

    # Commands

    def command(self, words: tuple[Word, ...], given: Input, scope: Scope) -> list[Sight]:
        """What is seen of one simple command."""
        self._left -= 1
        if self._depth >= DEPTH or self._left < 0:
            return [Sight("unknown", "the commands are nested too deeply, or too many", spelled(words))]
        self._depth += 1
        within = self._within
        try:
            function = scope.functions.get(words[0].text) if words[0].fixed else None
            if function:
                return self._function(function, words, given, scope)
            if words[0].fixed and not words[0].loose:
                self.programs[Program(words[0].text, self._place, within)] = None
                self._within = (*within, words[0].text)
            sights = judge(Call(words, given, scope, self)) or [Sight("read", "nothing is run")]
        finally:
            self._depth -= 1
            self._within = within
        return [Sight(seen.effect, seen.why, seen.command or spelled(words)) for seen in sights]

    def _function(self, bodies: tuple[Node, ...], words: tuple[Word, ...], given: Input, scope: Scope) -> list[Sight]:
        inner = scope.called(words[1:])
        return self._apart(list(bodies), inner, given, outer=self._outer)

    def shell(self, text: str, scope: Scope, given: Input, arguments: tuple[Word, ...] | None) -> list[Sight]:
        """What is seen of a text that is handed to a shell."""
        if text.lstrip().startswith(OUTPUT):
            return [
                Sight("destructive", "a shell runs what another command prints, and that may be anything", shown(text))
            ]
        text = as_shell(text)
        tree = self.trees.get(text)
        if tree is None:
            return []
        if isinstance(tree, SyntaxProblem):
            return [Sight("unknown", f"the text that a shell gets is no shell: {tree.message}", text.strip())]
        inner = scope.called(arguments).within(tree.statements)
        return self._apart(list(tree.statements), inner, given, outer=False)

    def _apart(self, nodes: list[Node], scope: Scope, given: Input, *, outer: bool) -> list[Sight]:
        """What is seen in a walk, kept apart from what was seen so far."""
        before, place, was = self.spots, self._place, self._outer
        self.spots, self._outer = [], outer
        self._depth += 1
        try:
            if self._depth < DEPTH:
                self._walk(nodes, scope, given)
            else:
                self._see([Sight("unknown", "the commands are nested too deeply", "…")])
            return [spot.sight for spot in self.spots]
        finally:
            self._depth -= 1
            self.spots, self._place, self._outer = before, place, was

    # Redirections

    def _redirections(self, node: Node, scope: Scope, given: Input) -> Input:
        """Judge the redirections of a statement; gives what its command reads."""
        for redirection in node.get("Redirs", []):
            self._walk([redirection.get("Word"), redirection.get("Hdoc")], scope, NOTHING)
            operator = redirection.get("Op")
            if operator in _TEXTS:
                given = Input(self._document(redirection, scope))
            elif operator in ("<", "<&"):
                given = self._read_from(redirection, scope, given)
            if self._outer:
                self._place = self.tree.place(redirection.get("OpPos", node.get("Position", {})))
            self._see(list(self._written(redirection, node, scope)))
        if self._outer:
            self._place = self.tree.place(node.get("Position", {}))
        return given

    def _document(self, redirection: Node, scope: Scope) -> str:
        expander = self._expander(scope)
        if "Hdoc" not in redirection:
            return expander.text(redirection.get("Word")) + "\n" if redirection.get("Op") == "<<<" else ""
        parts = redirection.get("Word", {}).get("Parts", [])
        quoted = any(part.get("Type") != "Lit" or "\\" in part.get("Value", "") for part in parts)
        return expander.document(redirection["Hdoc"], quoted=quoted)

    def _read_from(self, redirection: Node, scope: Scope, given: Input) -> Input:
        if redirection.get("N", {}).get("Value", "0") != "0":
            return given
        parts = redirection.get("Word", {}).get("Parts", [])
        if [part.get("Type") for part in parts] == ["ProcSubst"]:
            printed = self._printed(parts[0].get("Stmts", []), scope)
            return Input(printed)
        text = self._expander(scope).text(redirection.get("Word"))
        return Input("") if text == "/dev/null" else UNSEEN

    def _written(self, redirection: Node, statement: Node, scope: Scope) -> Iterator[Sight]:
        operator = redirection.get("Op")
        text = self._expander(scope).text(redirection.get("Word"))
        line = f"{operator}{shown(text)}"
        if operator == ">&":
            if not re.fullmatch(r"[012]?-?", text) and (self._network or not text.rstrip("-").isdigit()):
                yield Sight("unknown", "it writes to something that was opened elsewhere", line)
            return
        if operator in _OUT:
            if NETWORK.match(text):
                yield from self._sent(statement, operator, line)
            elif RAW_TARGETS.fullmatch(text) and not HARMLESS_TARGETS.fullmatch(text):
                yield Sight("destructive", "it writes straight to a device", line)
            elif not HARMLESS_TARGETS.fullmatch(text) and not text.startswith(OUTPUT):
                yield Sight("change", "it writes a file", line)

    def _sent(self, statement: Node, operator: str, line: str) -> Iterator[Sight]:
        """Whether something is sent to a network address, or it is only asked whether it answers."""
        self._network = True
        words = self._expander(Scope()).words(statement.get("Cmd", {}).get("Args", []))
        name = words[0].text if words else ":"
        if not (name in _QUIET or (name == "echo" and len(words) == 1)) or operator == "&>":
            yield Sight("unknown", "it sends something to a network address", line)

    # What commands print

    def _printed(self, statements: list[Node], scope: Scope) -> str | None:
        """What statements print, where that is known."""
        texts = [self._printed_by(statement, scope, NOTHING).text for statement in statements]
        return None if None in texts else "".join(text or "" for text in texts)

    def _printed_by(self, statement: Node, scope: Scope, given: Input) -> Input:
        command = statement.get("Cmd", {})
        operators = [redirection.get("Op") for redirection in statement.get("Redirs", [])]
        if any(operator in _OUT for operator in operators):
            return UNSEEN
        for redirection in statement.get("Redirs", []):
            if redirection.get("Op") in _TEXTS:
                given = Input(self._document(redirection, scope))
        kind = command.get("Type")
        if kind == "CallExpr" and scope.level < DEPTH:
            deeper = replace(scope, level=scope.level + 1)
            words = self._expander(deeper).words(command.get("Args", []))
            return Input(printed(words, given))
        if kind == "BinaryCmd" and command.get("Op") == "|":
            return self._printed_by(command["Y"], scope, self._printed_by(command["X"], scope, given))
        if kind in ("Block", "Subshell"):
            return Input(self._printed(command.get("Stmts", []), scope))
        return UNSEEN


def _is_statement(node: Node) -> bool:
    return "Position" in node and "Type" not in node and ("Cmd" in node or "Redirs" in node)


def printed(words: tuple[Word, ...], given: Input) -> str | None:
    """What a command prints: known of those that print what they are told."""
    if not words or not words[0].fixed or any(word.many or word.loose for word in words[1:]):
        return None
    name, texts = words[0].text, [word.text for word in words[1:]]
    if name == "echo":
        return _echoed(texts)
    if name == "printf" and texts and texts[0] != "-v":
        return _formatted(texts[0], texts[1:])
    if name == "cat" and texts in ([], ["-"]):
        return given.text
    if name == "sed" and len(texts) == 1:
        return _prefixed(texts[0])
    return None


def _echoed(texts: list[str]) -> str:
    escapes = False
    while texts and re.fullmatch(r"-[neE]+", texts[0]):
        escapes = escapes or "e" in texts.pop(0)
    line = " ".join(texts) + "\n"
    return unescape(line) if escapes else line


def _formatted(pattern: str, values: list[str]) -> str:
    """What `printf` makes of a pattern; the pattern is used again as long as there are values."""
    pieces: list[str] = []
    pattern = unescape(pattern)
    todo = list(values)
    for _ in range(max(1, len(values))):
        pieces.append(re.sub(r"%(?:%|[-+ #0-9.]*[a-zA-Z])", lambda match: _value(match[0], todo), pattern))
        if not todo or "%" not in pattern.replace("%%", ""):
            break
    return "".join(pieces)


def _value(directive: str, todo: list[str]) -> str:
    if directive == "%%":
        return "%"
    value = todo.pop(0) if todo else ""
    return unescape(value) if directive.endswith("b") else value


def _prefixed(script: str) -> str | None:
    """What `sed 's/.*/TTL "&"/'` prints: one line for each that it reads, and each starts alike."""
    match = re.fullmatch(r"s(?P<mark>[/|#,])(?:\.\*|\^)(?P=mark)(?P<new>[^\\]*)(?P=mark)", script)
    if not match or not is_fixed(match["new"]) or not re.match(r"[A-Za-z]+ ", match["new"]):
        return None
    return match["new"].replace("&", OUTPUT) + "\n"
