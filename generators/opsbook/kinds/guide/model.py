"""What a guide holds: prose, embeds of the APIs that it explains, and programs that are run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from opsbook.kinds.guide.body import Block, Listing, blocks
from opsbook.model import ApiId, Document, Duration, Line, Text
from opsbook.step import ListTest, Printed, Program, Trial

FOLDER = "samples"
"""Where the programs lie and run, below the home of their sandbox."""

_SUFFIXES = {"python": "py", "javascript": "mjs"}
"""The languages of programs that are run, and what their files end in."""

_LEFT_OUT = ("", "...", "…")
"""Lines of an output that only say that others may stand there."""

LANGUAGES = tuple(_SUFFIXES)
"""The languages of programs that are run."""


class Guide(Document):
    """How to do something with APIs, told from the beginning: a Markdown file with these fields as its front matter."""

    kind: Literal["guide"]
    summary: Line
    """What the reader can do afterwards."""
    order: int = 0
    """Its place among the guides of the system: the lowest comes first."""
    apis: tuple[ApiId, ...] = ()
    """The APIs that its programs call: each is answered for by a fixture."""
    timeout: Duration = timedelta(seconds=30)
    """How long each of its programs may take."""
    body: Annotated[Text, Field(description="What stands below the front matter.")]

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The body, taken apart."""
        return blocks(self.body)

    @property
    def listings(self) -> tuple[Listing, ...]:
        """The programs that are run."""
        return tuple(block for block in self.blocks if isinstance(block, Listing) and block.language in LANGUAGES)

    def trials(self) -> Iterator[Trial]:
        """What a test runs: the programs, in their order."""
        programs = tuple(
            Program(
                id=listing.id,
                title=f"The program {listing.id}",
                run=f"sample-{listing.language} {file(listing)}",
                effect="read",
                expect=Printed(lines=tuple(line for line in listing.output or () if line not in _LEFT_OUT)),
                language=listing.language,
                program=listing.text,
            ).model_copy(update={"timeout": self.timeout})
            for listing in self.listings
        )
        if programs:
            yield Trial("samples", programs, ListTest())


def file(listing: Listing) -> str:
    """What the file of a program is called in its sandbox."""
    return f"{listing.id}.{_SUFFIXES[listing.language]}"
