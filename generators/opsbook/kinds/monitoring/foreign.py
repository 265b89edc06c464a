"""A value in a file of another tool, with its place, so that whatever is wrong with it can be shown where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from promql_parser import parse_duration

from opsbook.diagnostic import Finding
from opsbook.kinds.monitoring.model import LONGEST
from opsbook.promql import NotPromql, Query, read_query
from opsbook.source import Route, Source, short

_NO_TIME = re.compile(r"0(?:ms|[smhdwy])?")


class Unfit(Exception):
    """A file that gives no spec, and why."""

    def __init__(self, source: Source, finding: Finding) -> None:
        super().__init__(finding.message)
        self.source = source
        self.finding = finding


@dataclass(frozen=True)
class Node:
    """A value in a document."""

    source: Source
    route: Route
    value: Any

    @property
    def place(self) -> str:
        """Where it stands: `rules.yaml:12`."""
        return f"{self.source.path}:{self.source.place(self.route, key=True).line}"

    @property
    def name(self) -> str:
        """What it is called: the last key that leads to it."""
        return str(next((part for part in reversed(self.route) if isinstance(part, str)), "document"))

    def unfit(self, message: str, hint: str) -> Unfit:
        """That this value makes the file unfit, for raising."""
        return Unfit(self.source, Finding(self.route, message, hint))

    def find(self, *keys: str) -> Node | None:
        """The value at the end of some keys; None where there is none."""
        node = self
        for key in keys:
            if key not in node.mapping or node.mapping[key] is None:
                return None
            node = Node(node.source, (*node.route, key), node.mapping[key])
        return node

    def need(self, key: str, hint: str) -> Node:
        """The value of a key that has to be there."""
        found = self.find(key)
        if found is None:
            raise self.unfit(f"there is no `{key}:` here", hint)
        return found

    @property
    def mapping(self) -> dict[str, Any]:
        """Its keys and values."""
        if not isinstance(self.value, dict):
            raise self.unfit(f"`{self.name}` is no mapping", "write `key: value` lines below it")
        return self.value

    @property
    def fields(self) -> Iterator[tuple[str, Node]]:
        """Its keys, and the values that are there."""
        for key, value in self.mapping.items():
            if value is not None:
                yield key, Node(self.source, (*self.route, key), value)

    @property
    def items(self) -> Iterator[Node]:
        """What stands in this list."""
        if not isinstance(self.value, list):
            raise self.unfit(f"`{self.name}` is no list", "begin each entry with `- `")
        for index, value in enumerate(self.value):
            yield Node(self.source, (*self.route, index), value)

    @property
    def text(self) -> str:
        """It, as a text; a number as it is spelled."""
        if isinstance(self.value, dict | list):
            raise self.unfit(f"`{self.name}` is no text", "write a text")
        return self.value if isinstance(self.value, str) else (self.source.spelled(self.route) or str(self.value))

    @property
    def texts(self) -> dict[str, str]:
        """Its keys and values, where all of them are texts."""
        return {key: node.text for key, node in self.fields}

    @property
    def duration(self) -> timedelta:
        """A duration, as Prometheus writes them: `1h30m`, `2w`."""
        try:
            # The parser wants more than nothing, and `for: 0m` is common.
            found: timedelta = timedelta() if _NO_TIME.fullmatch(self.text) else parse_duration(self.text)
        except ValueError:
            found = LONGEST
        if found >= LONGEST:
            hint = "write one as Prometheus does: `90s`, `15m`, `1h30m`"
            raise self.unfit(f"`{short(self.text)}` is no duration", hint)
        return found

    @property
    def query(self) -> Query:
        """A query in PromQL."""
        read = read_query(self.text)
        if isinstance(read, NotPromql):
            reason = " ".join(read.reason.split())
            raise self.unfit(f"this is no PromQL: {reason}", "mend the query, or take it out of the file")
        return read
