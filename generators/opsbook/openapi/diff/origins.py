"""From which operations a question was asked, over whatever steps: for all questions at once.

Questions ask in circles, as schemas do. All questions of a circle come from the same operations, so the circle is
found first and treated as one: otherwise a large document would be walked once for each of its changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

Key: TypeAlias = tuple[Any, ...]
"""What tells a question from every other."""


def origins(wanted: Iterable[Key], askers: Mapping[Key, Iterable[Key]], marks: Mapping[Key, int]) -> dict[Key, int]:
    """The union of the marks that lead to each wanted question, as bits; what is marked counts by its own mark."""
    found: dict[Key, int] = {}
    for key in wanted:
        if key not in found:
            _Circles(askers, marks, found).run(key)
    return found


class _Circles:
    """Tarjan's search for strongly connected components, without recursion: what a circle leads to ends before it."""

    def __init__(self, askers: Mapping[Key, Iterable[Key]], marks: Mapping[Key, int], found: dict[Key, int]) -> None:
        self.askers, self.marks, self.found = askers, marks, found
        self.lowest: dict[Key, int] = {}
        self.numbers: dict[Key, int] = {}
        self.open: list[Key] = []

    def run(self, start: Key) -> None:
        """Find the marks of a question and of all that lead to it."""
        path = [(start, self.enter(start))]
        while path:
            key, waiting = path[-1]
            for asker in waiting:
                if asker not in self.numbers and asker not in self.found:
                    path.append((asker, self.enter(asker)))
                    break
                if asker not in self.found:
                    self.lowest[key] = min(self.lowest[key], self.numbers[asker])
            else:
                path.pop()
                if path:
                    above = path[-1][0]
                    self.lowest[above] = min(self.lowest[above], self.lowest[key])
                self.leave(key)

    def enter(self, key: Key) -> Iterable[Key]:
        """Open a question; what is marked leads no further."""
        self.numbers[key] = self.lowest[key] = len(self.numbers)
        self.open.append(key)
        return iter(() if key in self.marks else self.askers.get(key, ()))

    def leave(self, key: Key) -> None:
        """Close a circle, if this is where it was entered."""
        if self.lowest[key] != self.numbers[key]:
            return
        circle = [self.open.pop()]
        while circle[-1] != key:
            circle.append(self.open.pop())
        bits = 0
        for one in circle:
            bits |= self.marks.get(one, 0)
            if one not in self.marks:
                for asker in self.askers.get(one, ()):
                    bits |= self.found.get(asker, 0)
        for one in circle:
            self.found[one] = bits
