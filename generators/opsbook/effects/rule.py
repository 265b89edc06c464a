"""How one line of the table says what a program does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol, TypeAlias

from opsbook.effects.expand import Scope
from opsbook.effects.words import RANK, Input, Seen, Sight, Word, is_fixed


class Runner(Protocol):
    """Judges commands within commands."""

    def command(self, words: tuple[Word, ...], given: Input, scope: Scope) -> list[Sight]:
        """What is seen of one simple command."""

    def shell(self, text: str, scope: Scope, given: Input, arguments: tuple[Word, ...] | None) -> list[Sight]:
        """What is seen of a text that is handed to a shell."""


@dataclass(frozen=True)
class Call:
    """A simple command with everything that decides what it does."""

    words: tuple[Word, ...]
    given: Input
    scope: Scope
    runner: Runner

    @property
    def name(self) -> str:
        """The program."""
        return self.words[0].text

    @property
    def arguments(self) -> tuple[Word, ...]:
        """The words after the program."""
        return self.words[1:]

    def of(self, words: tuple[Word, ...]) -> Call:
        """The same, with other words."""
        return replace(self, words=words)

    def run(self, words: tuple[Word, ...], given: Input | None = None) -> list[Sight]:
        """What is seen of a command that this one runs."""
        return self.runner.command(words, self.given if given is None else given, self.scope) if words else []

    def shell(self, text: str, arguments: tuple[Word, ...] | None = None, given: Input | None = None) -> list[Sight]:
        """What is seen of a text that this command hands to a shell."""
        return self.runner.shell(text, self.scope, self.given if given is None else given, arguments)


Judge: TypeAlias = Callable[[Call], list[Sight]]
"""Says what is seen of a command."""


@dataclass(frozen=True)
class Given:
    """The arguments of a command, told apart: options and operands."""

    options: tuple[tuple[str, Word | None], ...]
    operands: tuple[Word, ...]
    rest: int
    """How many words come before the first operand."""
    many: bool
    """There are words that may turn out as any options."""

    def value(self, *names: str) -> Word | None:
        """The value of an option: the last one given."""
        found = [value for name, value in self.options if name in names and value is not None]
        return found[-1] if found else None

    def values(self, *names: str) -> list[Word]:
        """All values of an option."""
        return [value for name, value in self.options if name in names and value is not None]

    def has(self, *names: str) -> bool:
        """Whether one of some options is given."""
        return any(name in names for name, _ in self.options)


def sort_arguments(
    arguments: tuple[Word, ...], takes: str = "", first: str = "", *, whole: bool = False, stop: bool = False
) -> Given:
    """Tell options from operands.

    `takes` names the options that have a value (`-i?`: only one in the same word), `first` those that have
    one only before the first operand.
    `whole` means that `-delete` is one option and not seven; `stop` that the first operand ends them.
    """
    after = frozenset(takes.split())
    before = after | frozenset(first.split())
    options: list[tuple[str, Word | None]] = []
    operands: list[Word] = []
    todo = list(arguments)
    rest, ended = 0, False
    many = any(word.many for word in arguments)
    while todo:
        word = todo.pop(0)
        many = many or (not ended and _is_option(word) and not is_fixed(word.text[:2]))
        if ended or not _is_option(word):
            rest = rest if operands else len(arguments) - len(todo) - 1
            operands.append(word)
            ended = ended or stop
        elif word.text == "--":
            ended = True
        else:
            options.extend(_option(word, todo, after if operands else before, whole=whole))
    return Given(
        tuple(options),
        tuple(operands),
        rest if operands else len(arguments),
        many,
    )


_NO_FILE = ("-", "/dev/stdout", "/dev/stderr", "/dev/null")
"""What an option may name without writing anywhere."""


def _is_option(word: Word) -> bool:
    return len(word.text) > 1 and word.text.startswith("-") and word.text != "-"


def _option(word: Word, todo: list[Word], takes: frozenset[str], *, whole: bool) -> Iterator[tuple[str, Word | None]]:
    text = word.text
    if text.startswith("--") or whole:
        name, equals, value = text.partition("=")
        name = name if whole else _full_name(name, takes)
        if equals:
            yield name, replace(word, text=value)
        else:
            yield name, (todo.pop(0) if name in takes and todo else None)
        return
    for number, letter in enumerate(text[1:], start=2):
        name = f"-{letter}"
        if name in takes:
            rest = text[number:]
            yield name, (replace(word, text=rest) if rest else todo.pop(0) if todo else None)
            return
        yield name, None
        if f"{name}?" in takes:
            return


def _full_name(name: str, takes: frozenset[str]) -> str:
    """The whole name of a long option that is shortened: `--comm` is `--command`."""
    found = [option for option in takes if option.startswith(name)] if name not in takes else []
    return found[0] if len(found) == 1 and len(name) >= _SHORTEST else name


@dataclass(frozen=True)
class Phrase:
    """Words by which a command is known: `volume rm`, `down -v`, `--dry-run=client`."""

    verbs: tuple[str, ...]
    options: tuple[str, ...]
    effect: Seen

    @classmethod
    def all_of(cls, text: str, effect: Seen) -> Iterator[Phrase]:
        """The phrases of a line; commas part them."""
        for phrase in text.split(","):
            words = phrase.split()
            if words:
                yield cls(
                    tuple(word for word in words if not word.startswith("-")),
                    tuple(word for word in words if word.startswith("-")),
                    effect,
                )

    def fits(self, verbs: tuple[str, ...], given: Given, *, exactly: bool) -> bool:
        """Whether a command is known by these words."""
        return self.verbs == verbs[: len(self.verbs)] and all(
            any(_is_meant(option, name, value, exactly=exactly) for name, value in given.options)
            for option in self.options
        )


def _is_meant(option: str, name: str, value: Word | None, *, exactly: bool) -> bool:
    wanted, equals, wanted_value = option.partition("=")
    if equals and (value is None or value.text != wanted_value):
        return False
    if value is not None and value.text in _NO_FILE:
        return False
    # Long options may be shortened; that counts only where it makes the command graver.
    short = not exactly and name.startswith("--") and len(name) >= _SHORTEST and wanted.startswith(name)
    return name == wanted or short


_SHORTEST = 5


@dataclass(frozen=True)
class Rule:
    """What a program does, as phrases of the words and options that it is called with.

    Of the phrases without options the longest that fits decides, or else `effect`. Phrases with options
    only make it graver. A phrase of `harmless` settles that it reads, whatever else is there.
    """

    effect: Seen
    read: str = ""
    change: str = ""
    destructive: str = ""
    unknown: str = ""
    harmless: str = ""
    takes: str = ""
    """Options that have a value."""
    first: str = ""
    """Options that have a value only before the first operand."""
    whole: bool = False
    """Whether options are whole words after a single hyphen: `-auto-approve`."""
    any_case: bool = False
    """Whether the program takes its verbs in capitals, too."""
    why: str = ""
    """Why it has its effect, where the words do not say so themselves."""

    @cached_property
    def phrases(self) -> tuple[Phrase, ...]:
        """What decides."""
        lines: tuple[tuple[str, Seen], ...] = (
            (self.read, "read"),
            (self.change, "change"),
            (self.destructive, "destructive"),
            (self.unknown, "unknown"),
        )
        return tuple(phrase for line, effect in lines for phrase in Phrase.all_of(line, effect))

    @cached_property
    def harmless_phrases(self) -> tuple[Phrase, ...]:
        """What settles that the command reads."""
        return tuple(Phrase.all_of(self.harmless, "read"))

    def __call__(self, call: Call) -> list[Sight]:
        """What is seen of a command."""
        given = sort_arguments(call.arguments, self.takes, self.first, whole=self.whole)
        return [self.judge(call.name, given)]

    def judge(self, name: str, given: Given) -> Sight:
        """What is seen of a command whose arguments are told apart."""
        verbs = tuple(word.text for word in given.operands)
        if self.any_case:
            verbs = tuple(verb.lower() for verb in verbs)
        if any(phrase.fits(verbs, given, exactly=True) for phrase in self.harmless_phrases):
            return Sight("read", f"`{name}` only tries, or only shows")
        best = self._by_verbs(name, verbs, given)
        for phrase in self.phrases:
            graver = phrase.options and RANK[phrase.effect] > RANK[best.effect]
            if graver and phrase.fits(verbs, given, exactly=False):
                best = Sight(phrase.effect, _why(name, phrase, self.why))
        raises = any(phrase.options and RANK[phrase.effect] > RANK[best.effect] for phrase in self.phrases)
        if given.many and raises and RANK[best.effect] < RANK["unknown"]:
            return Sight("unknown", f"unquoted words may turn out as any option of `{name}`")
        return best

    def _by_verbs(self, name: str, verbs: tuple[str, ...], given: Given) -> Sight:
        worded = [phrase for phrase in self.phrases if not phrase.options]
        fitting = [phrase for phrase in worded if phrase.fits(verbs, given, exactly=True)]
        best = max(fitting, key=lambda phrase: len(phrase.verbs), default=None)
        depth = len(best.verbs) if best else 0
        deeper = any(len(phrase.verbs) > depth and phrase.verbs[:depth] == verbs[:depth] for phrase in worded)
        known = RANK[best.effect] if best else 0
        if deeper and len(verbs) > depth and not given.operands[depth].fixed and known < RANK["unknown"]:
            return Sight("unknown", f"what `{name}` does is only known when it runs")
        if best:
            return Sight(best.effect, _why(name, best, self.why))
        if self.effect == "unknown":
            said = " ".join([name, *verbs[:1]]) if self.phrases else name
            return Sight("unknown", self.why or f"opsbook does not know what `{said}` does")
        return Sight(self.effect, self.why or _SAYS[self.effect].format(name))


_SAYS: dict[Seen, str] = {
    "read": "`{}` only shows",
    "change": "`{}` changes something",
    "destructive": "`{}` may lose data",
    "unknown": "opsbook does not know what `{}` does",
}


def _why(name: str, phrase: Phrase, why: str) -> str:
    said = " ".join([name, *phrase.verbs, *phrase.options])
    return f"{_SAYS[phrase.effect].format(said)}" + (f": {why}" if why and phrase.effect != "read" else "")
