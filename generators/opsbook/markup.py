"""Text from specs, made safe to stand in Markdown.

Authors may use Markdown: emphasis, code, links, lists, tables, fences. They cannot inject anything:
no character of theirs reaches the page as HTML, as an attribute list, as a macro, as a snippet
inclusion, as an image from another host or as a link with an unsafe scheme. What is not allowed is
shown as it was typed.

The rule that makes this hold whatever the Markdown engine thinks a code span is: outside fences no `<`
and no `{` is ever written as itself; fences are always written at the left margin, closed, and longer
than anything in them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import TypeAlias

Resolve: TypeAlias = Callable[[str, str], str]
"""Turns the target and the text of a `[[target|text]]` into Markdown."""

REFERENCE = re.compile(r"\[\[([^\[\]|\n]+)(?:\|([^\[\]|\n]+))?\]\]")

_PLAIN = re.compile(r"[\w \t.,;()'\"/%=?\u00a0-\uffff-]*")
_FENCE = re.compile(
    r"^[ \t]*(?P<marks>`{3,}|~{3,})(?P<info>[^`\n]*)\n(?P<code>.*?)^[ \t]*(?P=marks)[`~]*[ \t]*$",
    re.MULTILINE | re.DOTALL,
)
_SPAN = re.compile(r"(?<![\\`])(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_SAFE_AUTOLINK = r"<(?:https?://|mailto:)[^\s<>{}|\"'`]+>"
_SAFE_TARGET = re.compile(r"(?:https?://|mailto:|tel:)[^\s\\]+|(?!//)[^\s\\:&]*", re.IGNORECASE)
_SAFE_CODE = re.compile(r"[\w \-./:,;=@+*~^%$\"'()#?!\u00a0-\uffff]+")
_LINK = re.compile(
    r"\]\(\s*(?P<target><[^>\n]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)(?P<title>\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\s*\)"
)
_SPECIAL = re.compile(
    rf"(?P<autolink>{_SAFE_AUTOLINK})"
    r"|(?P<heading>^[ \t]*#{1,6}(?=[ \t#]))"
    r"|(?P<snippet>-{1,}8<)"
    r"|(?P<char>[<{}]|\](?=:)|!(?=\[)|:(?=::)|/(?=//))",
    re.MULTILINE,
)


def literal(text: str) -> str:
    """Text as it is, in any Markdown context: every character that could mean something becomes an entity."""
    return re.sub(r"[^\w \u00a0-\uffff]", lambda match: f"&#{ord(match[0])};", text)


def _code_span(text: str) -> str:
    return f"`{text}`" if _SAFE_CODE.fullmatch(text) else f"<code>{literal(text)}</code>"


def _special(match: re.Match[str]) -> str:
    kind, text = match.lastgroup, match[0]
    if kind == "autolink":
        return text
    if kind == "snippet":
        return "&#45;" * (len(text) - 2) + "8&lt;"
    if kind == "heading":
        blank = len(text) - len(text.lstrip())
        return f"{text[:blank]}\\{text[blank:]}"
    return f"&#{ord(text)};"


def _link(match: re.Match[str]) -> str:
    target = match["target"].strip("<>")
    return f"]({match['target']}{match['title'] or ''})" if _SAFE_TARGET.fullmatch(target) else "&#93;(" + match[0][2:]


def _no_references(target: str, _text: str) -> str:
    return literal(f"[[{target}]]")


def inline(text: str, resolve: Resolve = _no_references) -> str:
    """One line of an author's Markdown, for a heading, a list item or a paragraph."""
    if _PLAIN.fullmatch(text):
        return text
    return _spans(" ".join(text.split("\n")), resolve)


def cell(text: str, resolve: Resolve = _no_references) -> str:
    """An author's Markdown for a cell of a table: one line, without a bare pipe."""
    if _PLAIN.fullmatch(text):
        return text
    return inline(text.strip(), resolve).replace("|", "&#124;")


def block(text: str, resolve: Resolve = _no_references) -> str:
    """An author's Markdown of any length, for the left margin of a page, blank line before and after."""
    text = text.strip("\n").rstrip()
    if _PLAIN.fullmatch(text):
        return text
    parts: list[str] = []
    end = 0
    for match in _FENCE.finditer(text):
        parts += [_spans(text[end : match.start()], resolve).rstrip(), code(match["code"].rstrip("\n"), match["info"])]
        end = match.end()
    parts.append(_spans(text[end:], resolve).strip("\n"))
    return "\n\n".join(part for part in parts if part)


def _spans(text: str, resolve: Resolve) -> str:
    """Make safe what stands between code spans, and write code spans that no engine reads otherwise."""
    parts: list[str] = []
    end = 0
    for match in _SPAN.finditer(text):
        parts += [_prose(text[end : match.start()], resolve), _code_span(match[2].strip())]
        end = match.end()
    parts.append(_prose(text[end:], resolve))
    return "".join(parts)


def _prose(text: str, resolve: Resolve) -> str:
    parts: list[str] = []
    end = 0
    for match in REFERENCE.finditer(text):
        parts += [_safe(text[end : match.start()]), resolve(match[1].strip(), match[2] or "")]
        end = match.end()
    parts.append(_safe(text[end:]))
    return "".join(parts)


def _safe(text: str) -> str:
    """Links first, on the text as it was typed; then the characters that could become something else."""
    if _PLAIN.fullmatch(text):
        return text
    return _SPECIAL.sub(_special, _LINK.sub(_link, text))


def code(text: str, language: str = "") -> str:
    """A block of code, highlighted and copyable, for the left margin of a page."""
    language = language.strip() if re.fullmatch(r"\s*[\w+#-]{0,30}\s*", language) else ""
    if "8<-" in text:  # the snippets extension would include a file here, even inside a fence
        return f"<pre><code>{literal(text).replace(chr(10), '&#10;')}</code></pre>"
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def attribute(text: str) -> str:
    """Text as the value of an HTML attribute of ours."""
    return escape(text, quote=True).replace("{", "&#123;").replace("|", "&#124;").replace("\n", "&#10;")


def plain_text(text: str) -> str:
    """An author's Markdown with its marks taken off: for page titles, navigation and search."""
    text = REFERENCE.sub(lambda match: match[2] or match[1].rpartition(":")[2], text)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"(`+)(.+?)\1", r"\2", text)
    return " ".join(re.sub(r"(\*\*|__|\*|~~)(?=\S)(.+?)(?<=\S)\1", r"\2", text).split())
