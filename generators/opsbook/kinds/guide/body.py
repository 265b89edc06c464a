"""The body of a guide, taken apart: headings, embeds, programs, and the prose between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from opsbook.wording import slug


@dataclass(frozen=True)
class Prose:
    """Markdown of any length."""

    line: int
    """Where it begins in the body, from 1."""
    text: str


@dataclass(frozen=True)
class Heading:
    """A heading of the page, from the second level on."""

    line: int
    level: int
    title: str
    anchor: str
    """Under which links find it."""


@dataclass(frozen=True)
class Embed:
    """Something of an API that stands in the guide: `![[operation:tenants#createTenant|request]]`."""

    line: int
    reference: str
    view: str
    """What of it is shown; empty for what is most often wanted."""


@dataclass(frozen=True)
class Listing:
    """A program that is run, with what it has to print; or a file that later ones need."""

    line: int
    id: str
    """Its name in tests and links: `python-1`."""
    language: str
    text: str
    output: tuple[str, ...] | None = None
    """The lines that its output must have, in this order; None where the guide shows none."""
    path: str = ""
    """The file that it is, seen from where the commands before it left off; empty for a program that is run."""
    background: bool = False
    """Whether it keeps running while those after it are run, as in a terminal of its own."""
    destructive: bool = False
    """Whether it destroys what nobody brings back."""


@dataclass(frozen=True)
class Fault:
    """Something that was meant as more than prose, and cannot be read."""

    line: int
    what: str
    """`unclosed` or `output`."""
    text: str


Block: TypeAlias = Prose | Heading | Embed | Listing | Fault

_FENCE = re.compile(r" {0,3}(?P<marks>`{3,}|~{3,})[ \t]*(?P<info>[^`]*?)[ \t]*")
_HEADING = re.compile(
    r"(?P<marks>#{2,6})[ \t]+(?P<title>\S.*?)(?:[ \t]+#+)?(?:[ \t]*\{[ \t]*#(?P<id>[a-z0-9-]+)[ \t]*\})?[ \t]*"
)
_EMBED = re.compile(r"[ \t]*!\[\[(?P<reference>[^\[\]|\n]+)(?:\|(?P<view>[^\[\]\n]*))?\]\][ \t]*")
_COMMENT = re.compile(r"[ \t]*<!--.*?-->[ \t]*")
_RUN = re.compile(
    r"(?P<language>[\w+#-]+) (?:run(?P<background> background)?(?P<destructive> destructive)?|file=(?P<path>\S+))"
)
_OUTPUT = re.compile(r"text output")


def blocks(body: str) -> tuple[Block, ...]:
    """Take a body apart."""
    lines = body.split("\n")
    # The names of programs hold, whatever headings are called.
    taken = {block.id for block in _Reader(lines, set()).read() if isinstance(block, Listing)}
    return tuple(_joined(_Reader(lines, taken).read()))


class _Reader:
    def __init__(self, lines: list[str], taken: set[str]) -> None:
        self.lines = lines
        self.numbers: dict[str, int] = {}
        self.anchors = taken

    def read(self) -> Iterator[Block]:
        at = 0
        while at < len(self.lines):
            fence = _FENCE.fullmatch(self.lines[at])
            if fence:
                block, at = self.fenced(at, fence)
                yield block
            else:
                yield from self.line(at)
                at += 1

    def line(self, at: int) -> Iterator[Block]:
        line = self.lines[at]
        if match := _HEADING.fullmatch(line):
            yield Heading(at + 1, len(match["marks"]), match["title"], self.anchor(match["id"] or slug(match["title"])))
        elif match := _EMBED.fullmatch(line):
            yield Embed(at + 1, match["reference"].strip(), " ".join((match["view"] or "").split()))
        elif not _COMMENT.fullmatch(line):
            yield Prose(at + 1, line)

    def fenced(self, at: int, fence: re.Match[str]) -> tuple[Block, int]:
        """A fenced block that begins on a line, and the line after it."""
        marks, info = fence["marks"], " ".join(fence["info"].split())
        end = self.closing(at, marks)
        program, output = _RUN.fullmatch(info), _OUTPUT.fullmatch(info)
        if not end:
            return (Fault(at + 1, "unclosed", info) if program or output else Prose(at + 1, self.lines[at])), at + 1
        if output:
            return Fault(at + 1, "output", info), end
        if not program:
            return Prose(at + 1, "\n".join(self.lines[at:end])), end
        language = program["language"].lower()
        self.numbers[language] = number = self.numbers.get(language, 0) + 1
        id_ = f"{slug(language) or 'program'}-{number}"
        printed, after = (None, end) if program["path"] else self.output(end)
        text = "\n".join(self.lines[at + 1 : end - 1])
        words = (program["path"] or "", bool(program["background"]), bool(program["destructive"]))
        return Listing(at + 1, id_, language, text, printed, *words), after

    def output(self, at: int) -> tuple[tuple[str, ...] | None, int]:
        """The output that follows a program, with nothing but blank lines between, and the line after it."""
        start = next((n for n in range(at, len(self.lines)) if self.lines[n].strip()), len(self.lines))
        fence = _FENCE.fullmatch(self.lines[start]) if start < len(self.lines) else None
        if not fence or not _OUTPUT.fullmatch(" ".join(fence["info"].split())):
            return None, at
        end = self.closing(start, fence["marks"])
        if not end:
            return None, at
        return tuple(line.rstrip() for line in self.lines[start + 1 : end - 1]), end

    def closing(self, at: int, marks: str) -> int:
        """The line after a fenced block; 0 where it does not end."""
        for number in range(at + 1, len(self.lines)):
            line = self.lines[number].strip()
            if line.startswith(marks) and not line.strip(marks[0]):
                return number + 1
        return 0

    def anchor(self, wanted: str) -> str:
        """An anchor that nothing before has."""
        wanted = wanted or "section"
        found = next(name for name in _several(wanted) if name not in self.anchors)
        self.anchors.add(found)
        return found


def _several(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}-{number}"
        number += 1


def _joined(found: Iterator[Block]) -> Iterator[Block]:
    """Lines of prose that follow one another as one."""
    kept: list[Prose] = []
    for block in found:
        if isinstance(block, Prose):
            kept.append(block)
            continue
        yield from _one(kept)
        kept = []
        yield block
    yield from _one(kept)


def _one(kept: list[Prose]) -> Iterator[Prose]:
    text = "\n".join(block.text for block in kept)
    if text.strip():
        yield Prose(kept[0].line, text)
