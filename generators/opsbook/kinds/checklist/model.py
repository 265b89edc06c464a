"""What a checklist holds: things to look at or to do, again and again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from opsbook.model import Document, Duration, Line, Named, Reference, ServiceId, Text
from opsbook.step import ListTest, Parameter, Step, Trial

Frequency: TypeAlias = Literal[
    "shift-start", "end-of-day", "daily", "weekly", "fortnightly", "monthly", "quarterly", "on-demand"
]


class RecordField(Named):
    """Something to write down each time."""

    help: Line | None = None
    """What to enter."""


class Checklist(Document):
    """Things to look at or to do, again and again."""

    kind: Literal["checklist"]
    frequency: Frequency
    """When it is done."""
    summary: Text
    """What it is for."""
    services: tuple[ServiceId, ...] = ()
    """The services that it looks at."""
    expected_time: Duration | None = None
    """How long it takes."""
    parameters: tuple[Parameter, ...] = ()
    """The values that the commands of its items need."""
    items: Annotated[tuple[Step, ...], Field(min_length=1)]
    """What to look at or to do, in its order."""
    test: ListTest = ListTest()
    """How it is tested, where running its items in order is not enough."""
    record: tuple[RecordField, ...] = ()
    """What to write down each time: the evidence that it was done."""
    related: tuple[Reference, ...] = ()

    """What to read next."""

    def trials(self) -> Iterator[Trial]:
        """What a test runs: the items, in their order."""
        yield Trial("items", self.items, self.test)
