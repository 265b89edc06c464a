"""What the pages of an API are printed with: links between them, texts of the document, small pieces of Markdown."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from opsbook import commonmark, markup
from opsbook.kind import Spec
from opsbook.kinds.api.model import ApiDocument
from opsbook.labels import Labels
from opsbook.openapi.contents import Contents, Operation, Schema, Tag
from opsbook.openapi.exchange import mapping, text
from opsbook.openapi.samples import Sampler, spelled
from opsbook.openapi.walk import Api
from opsbook.page import relative
from opsbook.printer import Printer
from opsbook.project import Project
from opsbook.reference import Home

_LONGEST_EXAMPLE = 20_000
"""Characters of an example; beyond, the document itself is the place to look."""

_INDENTED = 6
"""Levels by which what is nested stands further in."""


@dataclass(frozen=True)
class View:
    """One page of an API, as far as its printers need to know it."""

    spec: Spec[ApiDocument]
    project: Project
    path: str
    """The path of the page."""
    sampler: Sampler
    """Shared by all pages of a document."""
    offers: Contents

    @cached_property
    def md(self) -> Printer:
        """Prints texts and links for this page."""
        return Printer(self.project, self.path, Home(self.spec.system, "api", self.spec.document.id), self.spec)

    @property
    def label(self) -> Labels:
        """Translates the labels of the page."""
        return self.md.label

    @property
    def document(self) -> ApiDocument:
        """What opsbook knows of the document."""
        return self.spec.document

    @property
    def api(self) -> Api:
        """The document."""
        return self.offers.api

    def at(self, path: str) -> View:
        """The same for another page of the API; its path counts from the overview."""
        return View(self.spec, self.project, self.whole(path), self.sampler, self.offers)

    def whole(self, path: str) -> str:
        """The path of a page, which is given as seen from the overview."""
        return posixpath.join(posixpath.dirname(self.spec.path), path)

    # Links

    def to(self, path: str, words: str) -> str:
        """A link to a page of the API; its path, perhaps with an anchor, counts from the overview."""
        return f"[{words}]({relative(self.whole(path), self.path)})"

    def to_operation(self, operation: Operation, words: str = "") -> str:
        """A link to an operation."""
        page = self.document.page_of(operation)
        anchor = f"#{operation.name}" if self.document.layout == "tag" else ""
        return self.to(page + anchor, words or literal(operation.summary))

    def to_schema(self, schema: Schema) -> str:
        """A link to the page of a schema."""
        return self.to(self.document.page_of(schema), literal(schema.title))

    def to_tag(self, tag: Tag) -> str:
        """A link to the page of a tag."""
        return self.to(self.document.page_of_tag(tag), self.title_of(tag))

    def title_of(self, tag: Tag) -> str:
        """What a tag is called, as Markdown."""
        return literal(text(tag.value, "summary") or tag.title) or self.label("Other operations")

    # Pieces

    def prose(self, value: Any, key: str = "description", classes: str = "", level: int = 3) -> Iterator[str]:
        """A text of the document, as a block; nothing where there is none."""
        found = text(value, key)
        made = commonmark.html(found, level) if found else ""
        if made:
            yield f'<div class="{f"opsbook-prose {classes}".strip()}">{made}</div>'

    def outside(self, value: Mapping[str, Any]) -> str:
        """A link to further documentation; empty where the object names none."""
        docs = mapping(value, "externalDocs")
        url = text(docs, "url")
        words = commonmark.phrase(text(docs, "description"))
        return address(url, words if "<" not in words else "") if url else ""

    def extensions(self, value: Any) -> Iterator[tuple[str, str]]:
        """The extensions of an object that the author chose to show."""
        for name in self.document.extensions:
            if isinstance(value, dict) and name in value:
                yield literal(name), code_of(value[name])

    def example(self, title: str, value: Any, *, serialized: bool = False, shown: bool = False) -> str:
        """An example under its title, which opens it."""
        printed = value if serialized and isinstance(value, str) else spelled(value)
        return self.listing(title, printed, shown=shown)

    def listing(self, title: str, printed: str, *, shown: bool = False, searched: bool = True) -> str:
        """A text to be read as it is, under a title that opens it."""
        if len(printed) > _LONGEST_EXAMPLE:
            printed = printed[:_LONGEST_EXAMPLE] + "\n…"
        return (
            f'<details class="opsbook-example"{" open" if shown else ""}><summary>{title}</summary>'
            f"{preformatted(printed, searched=searched)}</details>"
        )

    def facts(self, pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
        """A box of labels and their values."""
        rows = [f"{label}\n:   {value}" for label, value in pairs if value]
        if rows:
            yield "\n\n".join(['<div class="opsbook-facts" markdown>', *rows, "</div>"])


def literal(value: str) -> str:
    """A text of the document on one line, as it is."""
    return markup.literal(" ".join(value.split()))


def code_of(value: Any) -> str:
    """A value within a line, as it would be written in JSON; a text without its quotes."""
    if isinstance(value, str):
        printed = value
    else:
        try:
            printed = json.dumps(value, ensure_ascii=False)
        except (TypeError, ValueError):
            printed = str(value)
    shown = printed if len(printed) <= 300 else f"{printed[:300]}…"  # noqa: PLR2004  # what a line can hold
    if not shown:
        return '<code>""</code>'
    return f"<code>{'&#32;'.join(markup.literal(part) for part in shown.replace(chr(10), ' ').split(' '))}</code>"


def preformatted(printed: str, *, searched: bool = True) -> str:
    """Text on several lines, as it is, on one line of HTML; what search need not know is left out of it."""
    lines = "&#10;".join(markup.literal(line) for line in printed.rstrip("\n").split("\n"))
    return f"<pre{'' if searched else ' data-search-exclude'}><code>{lines}</code></pre>"


def address(url: str, words: str = "") -> str:
    """An address as a link, where it is one that may be followed."""
    if not url.lower().startswith(("https://", "http://", "mailto:")):
        return words or code_of(url)
    return markup.link(url.strip(), words or literal(url))


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """A table, as a block; nothing where it has no rows."""
    lines = [f"| {' | '.join(cell or ' ' for cell in row)} |" for row in rows]
    if lines:
        titles = list(head)
        yield "\n".join([f"| {' | '.join(titles)} |", f"|{' --- |' * len(titles)}", *lines])


def paragraph(line: str, classes: str, depth: int = 0, anchor: str = "") -> str:
    """A line of Markdown with a style, further in where it is nested."""
    id_ = f"#{anchor} " if anchor else ""
    deep = f" .{indent(depth)}" if depth else ""
    return f"{line}\n{{ {id_}.{classes}{deep} }}"


def indent(depth: int) -> str:
    """The class of what is nested."""
    return f"opsbook-deep-{min(depth, _INDENTED)}" if depth else ""


def method(name: str) -> str:
    """The method of an operation, as a badge."""
    known = name.lower() if name.lower() in ("get", "put", "post", "delete", "patch") else "other"
    return f'<span class="opsbook-method opsbook-method--{known}">{markup.literal(name)}</span>'
