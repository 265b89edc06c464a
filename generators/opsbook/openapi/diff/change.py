"""One difference between two versions of an API, and how the differences are collected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias

from opsbook.diagnostic import SEVERITIES, Finding, Severity
from opsbook.openapi.diff.origins import Key, origins
from opsbook.openapi.diff.rules import MEANINGS
from opsbook.openapi.walk import Api, Node
from opsbook.source import Route, Source

Direction: TypeAlias = Literal["request", "response"]
"""Who writes a value: the client of the API, or the API. What the client writes may not be narrowed, what it reads
may not be widened."""


class Spot(NamedTuple):
    """A value in one of the files of a document."""

    source: Source
    route: Route
    key: bool = False
    """Whether its key is meant."""


@dataclass(frozen=True)
class Change:
    """One difference between two versions of an API, said once, however many operations it touches."""

    rule: str
    severity: Severity
    text: str
    """What is different, in a sentence that does not say where."""
    hint: str
    spot: Spot
    """Where it shows: in the new document, or in the old one for what is gone."""
    near: Spot
    """Where in the new document its author would excuse it: the same place, or what is left around it."""
    operations: tuple[str, ...]
    """The operations that it touches, such as `GET /orders`; none where it touches the API as a whole."""
    gone: bool = False
    """Whether the spot is in the old document."""

    @property
    def message(self) -> str:
        """What is different, and where."""
        named = [f"`{name}`" for name in self.operations[:_NAMED]]
        left = len(self.operations) - len(named)
        if len(self.operations) == 1:
            return f"{named[0]}: {self.text}"
        if not named:
            return self.text
        more = f" and {left} more" if left else ""
        return f"{self.text} ({len(self.operations)} operations: {', '.join(named)}{more})"

    @property
    def finding(self) -> Finding:
        """The change as what a check has to say about its spot."""
        return Finding(self.spot.route, self.message, self.hint, self.spot.key)


_NAMED = 3
"""How many of the operations that a change touches its message names."""


class Seen(NamedTuple):
    """A difference as it was seen by one question, before it is known which operations ask that question."""

    rule: str
    text: str
    hint: str
    spot: Spot
    near: Spot
    gone: bool


@dataclass
class Pair:
    """Two documents, the questions that their comparison asks, and the answers.

    Every question is asked once, whoever asks it: that is what ends cycles, and what makes a shared schema one
    change instead of one an operation. Questions wait in a list, so that depth costs no stack.
    """

    old: Api
    new: Api
    found: dict[Key, list[Seen]] = field(default_factory=dict)
    askers: dict[Key, dict[Key, None]] = field(default_factory=dict)
    """Each question to those in the course of which it was asked."""
    labels: dict[Key, str] = field(default_factory=dict)
    """The questions that are about an operation, with its name."""
    waiting: list[tuple[Key, Callable[[], None]]] = field(default_factory=list)
    current: Key = ()

    def ask(self, key: Key, answer: Callable[[], None], label: str = "") -> None:
        """Note that the current question leads to another one, which is answered once."""
        if key not in self.askers:
            self.askers[key] = {}
            self.waiting.append((key, answer))
        if label:
            self.labels[key] = label
        self.askers[key][self.current] = None

    def run(self) -> None:
        """Answer what waits, and what that leads to."""
        while self.waiting:
            self.current, answer = self.waiting.pop()
            answer()
        self.current = ()

    def say(self, rule: str, text: str, spot: Spot, hint: str = "") -> None:
        """Report a difference that shows in the new document."""
        self.found.setdefault(self.current, []).append(Seen(rule, text, hint, spot, spot, gone=False))

    def say_gone(self, rule: str, text: str, spot: Spot, near: Spot, hint: str = "") -> None:
        """Report what is left in the old document only; `near` is what is left around it in the new one."""
        self.found.setdefault(self.current, []).append(Seen(rule, text, hint, spot, near, gone=True))

    def changes(self, order: Sequence[str]) -> Iterator[Change]:
        """All differences, each once; `order` is that of the names of operations."""
        names = list(dict.fromkeys([*order, *self.labels.values()]))
        bits = {name: 1 << number for number, name in enumerate(names)}
        marks = {key: bits[label] for key, label in self.labels.items()}
        reached = origins(self.found, self.askers, marks)
        merged: dict[Any, tuple[Seen, int]] = {}
        for key, seen in self.found.items():
            for one in seen:
                same = one.rule, one.text, one.spot.source.path, one.spot.route, one.gone
                merged[same] = one, merged.get(same, (one, 0))[1] | reached[key]
        for one, touched in merged.values():
            severity = MEANINGS[one.rule].severity
            operations = tuple(_named(names, touched))
            yield Change(
                f"api-diff/{one.rule}", severity, one.text, one.hint, one.spot, one.near, operations, gone=one.gone
            )


def _named(names: Sequence[str], touched: int) -> Iterator[str]:
    """The names whose bits are set."""
    while touched:
        lowest = touched & -touched
        yield names[lowest.bit_length() - 1]
        touched ^= lowest


def gravest_first(change: Change) -> tuple[Any, ...]:
    """By what changes are sorted: how grave they are, then where they stand."""
    place = change.spot.source.path, tuple(map(str, change.spot.route))
    return SEVERITIES.index(change.severity), change.rule, not change.gone, place, change.text


def spot_of(node: Node, *more: str | int, key: bool = False) -> Spot:
    """The spot of an object, or of what stands in it."""
    return Spot(node.source, (*node.route, *more), key)
