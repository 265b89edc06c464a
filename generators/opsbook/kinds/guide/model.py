"""What a guide holds: prose, embeds of the APIs that it explains, and programs that are run."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import timedelta
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from opsbook.kinds.guide.body import Block, Listing, blocks
from opsbook.model import ApiId, Document, Duration, Line, SandboxId, Text
from opsbook.step import Effect, ListTest, Printed, Program, Trial

FOLDER = "samples"
"""Where the programs lie and run, below the home of their sandbox."""

SHELL = "bash"
"""The language of commands: they are run in one session, so that a folder and a variable hold for those below."""

_SUFFIXES = {"python": "py", "javascript": "mjs", "typescript": "mts"}
"""The languages of whole programs that are run, and what their files end in."""

_RUNNERS = {"python": "sample-python", "javascript": "sample-javascript", "typescript": "sample-javascript"}
"""What runs them in a sandbox."""

LISTINGS = f"{FOLDER}/.listings"
"""Where the texts of files lie until their turn comes, below the home of their sandbox."""

_LEFT_OUT = ("", "...", "…")
"""Lines of an output that only say that others may stand there."""

LANGUAGES = (*_SUFFIXES, SHELL)
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
    sandbox: SandboxId | None = None
    """The sandbox that its programs run against, beside those APIs: one that is `named`."""
    timeout: Duration = timedelta(seconds=30)
    """How long each of its programs may take."""
    body: Annotated[Text, Field(description="What stands below the front matter.")]

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The body, taken apart."""
        return blocks(self.body)

    @property
    def listings(self) -> tuple[Listing, ...]:
        """The programs that are run, and the files that they need."""
        return tuple(
            block for block in self.blocks if isinstance(block, Listing) and (block.path or block.language in LANGUAGES)
        )

    def trials(self) -> Iterator[Trial]:
        """What a test runs: the programs, in their order."""
        # Commands may leave their folder, so that a program is found by its whole path.
        moves = any(listing.language == SHELL and not listing.path for listing in self.listings)
        programs = tuple(
            Program(
                id=listing.id,
                title=f"The {'file' if listing.path else 'program'} {listing.path or listing.id}",
                run=_command(listing, f"~/{FOLDER}/" if moves else ""),
                effect=_effect(listing),
                expect=Printed(lines=tuple(line for line in listing.output or () if line not in _LEFT_OUT)),
                background=listing.background,
                language=listing.language,
                program=listing.text,
                line=listing.line,
            ).model_copy(update={"timeout": self.timeout})
            for listing in self.listings
        )
        if programs:
            yield Trial("samples", programs, ListTest())

    @property
    def files(self) -> dict[str, str]:
        """The texts that its sandbox holds, below its home: programs, and files until their turn comes."""
        return {
            f"{LISTINGS if listing.path else FOLDER}/{_file(listing)}": f"{listing.text}\n"
            for listing in self.listings
            if listing.path or listing.language != SHELL
        }


def _effect(listing: Listing) -> Effect:
    """What running it does: whole programs see nothing but APIs that forget everything."""
    if listing.destructive:
        return "destructive"
    return "change" if listing.path or listing.language == SHELL else "read"


def _command(listing: Listing, folder: str) -> str:
    """What a sandbox runs: a program, the commands themselves, or what puts a file into its place."""
    if listing.path:
        path = shlex.quote(listing.path)
        return f'mkdir -p "$(dirname {path})" && cp ~/{LISTINGS}/{_file(listing)} {path}'
    if listing.language == SHELL:
        return listing.text
    return f"{_RUNNERS[listing.language]} {folder}{_file(listing)}"


def _file(listing: Listing) -> str:
    """What the file of a program is called in its sandbox."""
    return listing.id if listing.path else f"{listing.id}.{_SUFFIXES[listing.language]}"
