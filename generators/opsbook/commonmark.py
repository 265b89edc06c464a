"""Markdown by strangers as HTML that can stand on a page: it may look as it likes, and do nothing.

The texts in OpenAPI documents are CommonMark with tables, and hold HTML of their own. A library renders them,
another removes what could act, and what is left is written anew: headings one below the other where they
stand, links only to other hosts, images as links, every sign that an engine or an extension could read as markup
as an entity. All of it stands on one line, so that no engine looks into it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from html import escape, unescape
from urllib.parse import quote

import nh3
from markdown_it import MarkdownIt

from opsbook.markup import literal

_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "details": {"open"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan"},
}
_TAGS = {
    *("p", "br", "hr", "div", "span", "blockquote", "pre", "code", "kbd", "samp", "var", "h1", "h2", "h3", "h4", "h5"),
    *("h6", "ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"),
    *("b", "i", "u", "s", "em", "strong", "del", "ins", "small", "sub", "sup", "mark", "abbr", "cite", "dfn", "q"),
    *("details", "summary", "center", "tt", "strike", "time", "bdi", "bdo", "a", "img"),
}
_OLD = {"center": "div", "tt": "code", "strike": "s"}
"""Elements that HTML has given up, and what says the same."""

_PIECE = re.compile(r'<(?P<end>/?)(?P<tag>[a-z][a-z0-9]*)(?P<rest>(?:[^<>"]|"[^"]*")*)>|(?P<text>[^<]+|<)')
_ATTRIBUTE = re.compile(r'([a-z]+)(?:="([^"]*)")?')
_HOST = re.compile(r"(?:https?://|mailto:)[^\s\\]+", re.IGNORECASE)
_PLAIN = re.compile(r"[^\W_](?:[^\W_]|[ ,;()'\"%-]|[.?:/](?=[ \n]|\Z)|\n(?=[^\W\d_]))*+")
"""Text without a sign that could mean anything; most descriptions are."""

_DEEPEST = 100
"""Elements within one another; no author nests deeper, and some readers of HTML cannot follow."""


def html(text: str, level: int) -> str:
    """A text as HTML on one line, its headings below one of `level`; empty where nothing is left of it.

    In a Markdown page it stands at the left margin, between blank lines, within an element that is a block.
    """
    return _html(text, level)


def phrase(text: str) -> str:
    """A text as HTML within a line: a cell of a table, a paragraph of ours."""
    whole = _html(text, 5)
    inner = whole.removeprefix("<p>").removesuffix("</p>")
    return inner if len(inner) == len(whole) - 7 and "<p>" not in inner else whole


@lru_cache(maxsize=4096)
def _html(text: str, level: int) -> str:
    text = text.strip()
    if not text:
        return ""
    if _PLAIN.fullmatch(text):
        return f"<p>{_text(text, ' ')}</p>"
    rendered = _markdown().render(text)
    return _Writer(level).write(nh3.clean(rendered, tags=_TAGS, attributes=_ATTRIBUTES, link_rel=None))


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


@dataclass
class _Writer:
    """Writes clean HTML anew, element by element."""

    level: int
    parts: list[str] = field(default_factory=list)
    open: list[tuple[str, str]] = field(default_factory=list)
    """The elements that are open: as they were spelled, and as they were written."""
    outer: list[int] = field(default_factory=list)
    """The headings above the present one, as the author counts them."""

    def write(self, clean: str) -> str:
        for piece in _PIECE.finditer(clean):
            if piece["text"]:
                within_code = any(tag == "pre" for tag, _ in self.open)
                self.parts.append(_text(unescape(piece["text"]), "&#10;" if within_code else " "))
            elif piece["end"]:
                self.close(piece["tag"])
            else:
                values = {name: unescape(value) for name, value in _ATTRIBUTE.findall(piece["rest"])}
                self.begin(piece["tag"], values)
        while self.open:
            self.close(self.open[-1][0])
        return "".join(self.parts).strip()

    def begin(self, tag: str, values: dict[str, str]) -> None:
        if tag == "img":
            self.image(values)
        elif tag in ("br", "hr"):
            self.parts.append(f"<{tag}>")
        else:
            shown = self.spelled(tag) if len(self.open) < _DEEPEST else ""
            self.open.append((tag, shown))
            if shown:
                self.parts.append(f"<{shown}{_attributes(tag, values)}>")

    def close(self, tag: str) -> None:
        if not self.open or self.open[-1][0] != tag:
            return
        shown = self.open.pop()[1]
        if shown:
            self.parts.append(f"</{shown}>")

    def spelled(self, tag: str) -> str:
        """What an element is written as: a heading stands one below that in whose section it is."""
        if not re.fullmatch("h[1-6]", tag):
            return _OLD.get(tag, tag)
        own = int(tag[1])
        self.outer = [*(outer for outer in self.outer if outer < own), own]
        below = self.level + len(self.outer)
        return f"h{below}" if below <= 6 else "p"  # noqa: PLR2004  # HTML counts to six

    def image(self, values: dict[str, str]) -> None:
        """An image from another host is never loaded: its text leads to it."""
        source, text = values.get("src", ""), values.get("alt", "").strip()
        linked = any(tag == "a" for tag, _ in self.open)
        shown = _text(text or source, " ")
        self.parts.append(
            f'<a href="{_address(source)}">{shown}</a>' if _HOST.fullmatch(source) and not linked else shown
        )


def _attributes(tag: str, values: dict[str, str]) -> str:
    if tag == "a":
        target = values.get("href", "").strip()
        return f' href="{_address(target)}"' if _HOST.fullmatch(target) else ""
    kept = []
    for name, value in values.items():
        if name == "open":
            kept.append(" open")
        elif re.fullmatch(r"[1-9][0-9]{0,4}|left|right|center", value):
            kept.append(f' {name}="{value}"')
    return "".join(kept)


def _address(target: str) -> str:
    """An address as an attribute, with nothing in it that an engine could read."""
    return escape(quote(target, safe="/?#@!+,;=%&:~()-._"), quote=True)


def _text(text: str, line_break: str) -> str:
    return line_break.join(literal(line) for line in text.split("\n"))
