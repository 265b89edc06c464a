"""What templates print with: safe text, working links and translated labels for one page."""

from __future__ import annotations

import functools
import json
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, FunctionLoader, StrictUndefined, Template

from opsbook import markup
from opsbook.diagrams.figure import figure, timeline_figure
from opsbook.diagrams.timeline import Timeline
from opsbook.diagrams.values import Diagram
from opsbook.evidence import Status, statuses
from opsbook.kind import Definition, Spec
from opsbook.labels import Labels
from opsbook.model import Document, Record
from opsbook.page import relative
from opsbook.project import Project
from opsbook.reference import Home
from opsbook.step import Parameter

MOST_LISTED = 5
"""How many documents a list of those that name a thing has."""


class Printer:
    """Prints texts, links and labels for the page at `path`, which belongs to `home`."""

    def __init__(self, project: Project, path: str, home: Home, spec: Spec[Any] | None = None) -> None:
        self._spec = spec
        self.snippets = project.snippets
        self.snippets_folder = project.snippets_folder
        self.project = project
        self._home = home
        self.system = home.system
        self.label: Labels = project.labels(home.system)
        self.duration = self.label.duration
        self.code = markup.code
        self.attribute = markup.attribute
        self.plain = markup.plain_text
        self.literal = markup.literal
        self.unlinked = _unlinked
        self.path = path

    def line(self, text: str) -> str:
        """An author's Markdown in one line."""
        return markup.inline(text, self._resolve)

    def cell(self, text: str) -> str:
        """An author's Markdown in a cell of a table."""
        return markup.cell(text, self._resolve)

    def block(self, text: str) -> str:
        """An author's Markdown of any length."""
        return markup.block(text, self._resolve)

    def ref(self, reference: str, text: str = "") -> str:
        """A link to what a whole reference names."""
        return self._resolve(reference, text)

    def link(self, type_: str, id_: str, text: str = "") -> str:
        """A link to the thing of a type with an id, in this page's system."""
        found = self.project.find(self._home.system, type_, id_)
        return self.to(found, text) if found else markup.literal(text or id_)

    def links(self, type_: str, ids: tuple[str, ...]) -> str:
        """Links to several things of one type, with commas."""
        return ", ".join(self.link(type_, id_) for id_ in ids)

    def titles(self, type_: str, ids: tuple[str, ...]) -> str:
        """What several things of one type are called, as plain text with commas."""
        found = [(self.project.find(self._home.system, type_, id_), id_) for id_ in ids]
        return ", ".join(markup.plain_text(one.title) if one else id_ for one, id_ in found)

    def options(self, type_: str) -> tuple[tuple[str, str], ...]:
        """The ids of a type in this page's system and what each is called, as plain text: what a form offers."""
        defined = self.project.definitions.items()
        found = (one[0] for (system, of, _), one in defined if (system, of) == (self.system, type_))
        return tuple((one.id, markup.plain_text(one.title)) for one in found)

    def to(self, definition: Definition, text: str = "") -> str:
        """A link to a definition."""
        title = markup.unlinked(text) if text else _unlinked(definition.title)
        return f"[{title}]({relative(definition.address, self.path)})"

    @cached_property
    def tested(self) -> dict[str, Status]:
        """What may be said of how each step of this page's document was tested."""
        return statuses(self._spec, self.project) if self._spec else {}

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The values that the reader of this page's document supplies."""
        found: tuple[Parameter, ...] = getattr(self._spec.document, "parameters", ()) if self._spec else ()
        return found

    def freshness(self, document: Record) -> str:
        """When the document was reviewed and has to be again; the browser marks what is overdue by its own clock.

        Nothing for a record: it says how things were.
        """
        if not isinstance(document, Document):
            return ""
        due = document.review_due.isoformat()
        overdue, next_review = markup.attribute(self.label("review overdue")), self.label("next review by")
        return (
            f"{document.last_reviewed.isoformat()} · {next_review} "
            f'<time class="opsbook-due" datetime="{due}" data-opsbook-overdue="{overdue}">{due}</time>'
        )

    def due(self, day: date | None, said: str = "") -> str:
        """A day until which something has to be done; the browser marks by its own clock what should have been.

        `said` is the mark; `overdue` where it is empty.
        """
        overdue = markup.attribute(said or self.label("overdue"))
        return f'<time datetime="{day}" data-opsbook-overdue="{overdue}">{day}</time>' if day else ""

    def listed(self, *definitions: Definition | None, badged: bool | None = None) -> list[tuple[str, str]]:
        """What names things in a field, as links: a list for each label, the first of them in it.

        What a page does not know (None) is not named by any. With `badged`, only the lists of documents that say
        something of themselves, or only the others.
        """
        found = self.project.listed_on(one for one in definitions if one)
        return [
            (self.label(label), self._shortened(by))
            for label, by in found.items()
            if badged is None or badged == any(self.project.badge(one, self.label) for one in by)
        ]

    def listed_whole(self, *definitions: Definition | None) -> list[tuple[str, list[str]]]:
        """As `listed`, with every link of each list."""
        found = self.project.listed_on(one for one in definitions if one)
        return [(self.label(label), [self.to(one) for one in by]) for label, by in found.items()]

    def listed_here(self, *, badged: bool | None = None) -> list[tuple[str, str]]:
        """As `listed`, for this page's document and everything that it defines."""
        return self.listed(*(self._spec.definitions() if self._spec else ()), badged=badged)

    def listed_at(self, part: str) -> list[tuple[str, str]]:
        """As `listed`, for a part of this page's document."""
        spec = self._spec
        return self.listed(self.project.find(spec.system, spec.kind.name, f"{spec.document.id}#{part}")) if spec else []

    def _shortened(self, definitions: tuple[Definition, ...]) -> str:
        """Links to the first few, and how many more there are, with the way to them where one page has them all."""
        entries = [self._entry(one) for one in definitions[:MOST_LISTED]]
        badged = any(said for _, said in entries)
        links = ("<br>" if badged else ", ").join(f"{link}{said}" for link, said in entries)
        more = len(definitions) - MOST_LISTED
        if more <= 0:
            return links
        said = self.label("and {count} more").replace("{count}", str(more))
        one = next((one for one in definitions if one.system == self.system), definitions[0])
        kind = next(spec.kind for spec in self.project.specs if spec.source.path == one.source)
        address, *_ = (*kind.more_pages(one.system), "")
        more_of_them = f"[{said}]({relative(address, self.path)})" if address else said
        return f"{links}{'<br>' if badged else ' '}{more_of_them}"

    def _entry(self, definition: Definition) -> tuple[str, str]:
        """A link in a list, and what is said beside it."""
        said = self.badge(definition)
        return self.to(definition), f": {said}" if said else ""

    def badge(self, definition: Definition) -> str:
        """What a document says of itself in a line, and by when it has to say so anew; empty where it says nothing."""
        badge = self.project.badge(definition, self.label)
        if not badge:
            return ""
        said = f'<span class="opsbook-badge opsbook-badge--{badge.state}">{markup.literal(badge.text)}</span>'
        due = self.label("next by {day}").replace("{day}", self.due(badge.due, badge.overdue))
        return f'{said}<span class="opsbook-badge-due"> · {due}</span>' if badge.due else said

    def references(self, references: tuple[str, ...]) -> str:
        """Links to several things, with commas."""
        return ", ".join(self.ref(reference) for reference in references)

    def front(self, text: str) -> str:
        """An author's text as a value of the page's front matter."""
        return json.dumps(markup.html_text(text), ensure_ascii=False)

    def diagram(self, diagram: Diagram, title: str) -> str:
        """A diagram with its source, as a block; nothing where it has nothing to show."""
        return figure(diagram, title, self.label)

    def timeline(self, timeline: Timeline, title: str) -> str:
        """What happens when, as a picture; nothing where nothing happens."""
        return timeline_figure(timeline, title, self.label)

    def value(self, text: str | None) -> str:
        """A value to type in, as code in a cell of a table; nothing where there is none."""
        return f"<code>{markup.literal(text)}</code>" if text else ""

    def _resolve(self, reference: str, text: str) -> str:
        found = self.project.resolve(reference, self._home)
        if isinstance(found, Definition):
            return self.to(found, text)
        return markup.literal(text or reference)


_unlinked = functools.lru_cache(maxsize=4096)(markup.unlinked)


@functools.cache
def _environment() -> Environment:
    return Environment(  # noqa: S701  # prints Markdown, where HTML's escaping does not apply: Printer escapes
        loader=ChoiceLoader([FileSystemLoader(Path(__file__).parent / "templates"), FunctionLoader(_read)]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        cache_size=-1,
        auto_reload=False,
    )


def _read(name: str) -> str | None:
    path = Path(name)
    return path.read_text(encoding="utf-8") if path.is_file() else None


@functools.cache
def _template(path: Path) -> Template:
    return _environment().get_template(str(path))


def render(template: Path, printer: Printer, **values: Any) -> str:
    """Print prepared values with the template at `template`, which lies beside its kind."""
    return _template(template).render(md=printer, _=printer.label, **values)
