"""A Markdown file with front matter as a source: its fields are data, and so is the text below them, as `body`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from opsbook.source import SPEC_LIMITS, Fault, Limits, Mark, Marks, Place, Route, Source, decode, place_at

BODY = "body"
"""The field that holds the text below the front matter."""

_END = re.compile(r"^---[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class MarkdownSource(Source):
    """One Markdown file: its path, its text, and the fields of its front matter with the `body`."""

    start: int = 0
    """Where in the text the body begins, as the index of a character."""

    @classmethod
    def parse(cls, path: str, raw: bytes, limits: Limits = SPEC_LIMITS) -> Source | Fault:
        """Read the bytes of the file at `path` into a source, or say why not."""
        text = decode(raw, limits.size)
        if isinstance(text, Fault):
            return text
        first = re.match(r"---[ \t]*\n", text)
        end = _END.search(text, first.end()) if first else None
        if not first or not end:
            what = "its front matter is not closed" if first else "it does not begin with front matter"
            hint = "begin with a line `---`, write fields such as `kind: guide`, and close them with another `---`"
            return Fault("project/missing-front-matter", what, hint)
        # Up to its end and not only its lines, so that its places are those of the file.
        fields = Source.parse(path, text[: end.start()].encode(), limits)
        if isinstance(fields, Fault):
            return fields
        if isinstance(fields.data, dict) and BODY in fields.data:
            hint = "write the text below the `---` that closes the front matter"
            return Fault("schema/unknown-key", f"`{BODY}` is no field", hint, fields.place((BODY,), key=True))
        start = end.end() + 1
        data = {**fields.data, BODY: text[start:]} if isinstance(fields.data, dict) else fields.data
        return cls(path, text, data, start)

    @cached_property
    def _fields(self) -> Source:
        return Source(self.path, self.text[: self.text.rindex("---", 0, self.start)], self.data)

    @cached_property
    def marks(self) -> Marks:
        """Where every field stands, and the body."""
        body = Mark(min(self.start, len(self.text)), min(self.start, len(self.text)), len(self.text), None)
        known = self._fields.marks
        return {**known, (BODY,): body} if isinstance(known, dict) else known

    def place(self, route: Route, *, key: bool = False, part: str = "", within: Place | None = None) -> Place:
        """Where the value at `route` stands; a line of the body is a line of the file."""
        if within and route == (BODY,):
            return Place(place_at(self.text, self.start).line + within.line - 1, within.column)
        return super().place(route, key=key, part=part, within=within)

    @cached_property
    def comments(self) -> dict[int, str]:
        """The comments of the front matter, and those of the body, from `<!--` on."""
        return {
            **self._fields.comments,
            **{
                number: line[line.index("<!--") :]
                for number, line in enumerate(self.text.split("\n"), start=1)
                if "<!--" in line and number > self._fields.text.count("\n")
            },
        }
