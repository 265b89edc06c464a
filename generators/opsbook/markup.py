"""Text from specs, made safe to stand in Markdown.

Authors may use Markdown: emphasis, code, links, lists, quotes, tables, code blocks. They cannot inject
anything: no character of theirs reaches the page as HTML, as an attribute list, as a macro, as an inclusion,
as a definition, as a block of an extension, as an image or as a link with an unsafe scheme. What is not
allowed is shown as it was typed.

The rule that makes this hold whatever the Markdown engine and its extensions think: a text is read once, from
left to right. Code, links and references are written anew, in a form that has one reading; of everything else,
each character that could begin more than emphasis, a list, a quote or a table becomes an entity. Blocks of code
stand at the left margin, closed, and longer than anything in them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from html import escape, unescape
from textwrap import dedent
from typing import TypeAlias

from opsbook import drawable

Resolve: TypeAlias = Callable[[str, str], str]
"""Turns the target and the text of a `[[target|text]]` into Markdown."""

REFERENCE = re.compile(r"\[\[([^\[\]|\n]+)(?:\|([^\[\]|\n]+))?\]\]")

_SIGNS = r"\u00a0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufffd"  # without separators, direction marks, surrogates
_WORDS = rf"[\w \t.,;()'\"%{_SIGNS}-]*+"
_PLAIN = re.compile(rf"{_WORDS}(?:(?:[/=?:](?![/=?:])|\n+(?=[^\W\d_])){_WORDS})*+")
_PLAIN_LINE = re.compile(rf"(?![\s_:-]|\d+[.)]){_WORDS}(?:[/=?:](?![/=?:]){_WORDS})*+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_SPAN = re.compile(
    r"(?<!`)(?P<ticks>`++)(?P<code>(?:[^\n]|\n(?![ \t]*(?:\n|[-*+>|]|\d+\.)))+?)(?<!`)(?P=ticks)(?!`)", re.MULTILINE
)
_TOKEN = re.compile(
    rf"{_SPAN.pattern}|"
    r"""
    \\(?P<escaped>[\\`*_{}\[\]()<>\#+.!|~-])
  | \[\[(?P<reference>[^\[\]|\n]++)(?:\|(?P<alias>[^\[\]|\n]++))?\]\]
  | (?P<image>!?)\[(?P<text>(?:[^\[\]`\\\n]|\\.|`[^`\n]+`|\n(?![ \t]*\n))++)\]
    (?P<rest>\(\s*+(?:<(?P<bracketed>[^<>\n]*+)>|(?P<target>[^\s()<>]*+(?:\([^\s()<>]*+\)[^\s()<>]*+)*+))
    (?:\s++(?:"(?P<title>[^"\n]*+)"|'(?P<quoted>[^'\n]*+)')\s*+|\s*+)\))
  | <(?P<auto>https?://[^\s<>]++|(?:mailto:)?[\w.+-]++@[\w.-]++)>
  | (?P<under>(?<=[^\n]\n)[ \t>]*+)[=-](?=[=-]*+[ \t]*+$)
  | (?:[<{\[\]`\#]|!(?=[!\[])|:(?=::)|/(?=//)|=(?===)|\?(?=\?\?)|~(?=~~)|\\\Z)
    """,
    re.MULTILINE | re.VERBOSE,
)
"""What is written anew; the last alternative is the single characters that could begin what is not allowed."""

_INERT = re.compile(r"(?![\s\d])(?:[^\W_]| |[,.;](?= |\Z))*+")
_MEANING = re.compile(rf"[^\w {_SIGNS}]|_")
_MARKER = re.compile(r"\A(\d+(?=[.)](?:\s|\Z))|(?=>|[-+*:](?:\s|\Z)|[-_*][-_* ]*\Z))(.)", re.DOTALL)
"""What a single line must not begin with: the marks of lists, quotes, definitions and rules."""

_ITEM = re.compile(r"[ >]*(?:[-*+]|\d+\.)\s")
_FENCE = re.compile(r"(?P<indent> *)(?P<marks>`{3,}|~{3,})(?P<info>[^`]*)")
_CODE_SPAN = re.compile(rf"[\w \-./:,;=@+*~^%$\"'()#?!{_SIGNS}]+")
_INEXACT = re.compile(r"\t|8<-|\{%|\{!.*!\}")
"""What would not stay as it is in a fence: Markdown expands tabs, and extensions include files."""

_WORD = re.compile(r"[\s{.]*([\w+#-]{0,30})(?![^\s}])")
"""The language of a fence."""

_MERMAID = "mermaid"
_DRAWN = f' class="{_MERMAID}"'
"""How a theme knows what to draw, whatever the site makes of fences. Some print their text as HTML."""

_TARGET = re.compile(r"(?:https?://|mailto:|tel:)[^\s\\]+|(?!//)[^\s\\:]*", re.IGNORECASE)
_UNSAFE_IN_TARGET = re.compile(r"[^\w\-.~:/?#@!*+,;=%&\u00a0-\U0010ffff]")
_AUTOLINK = re.compile(r"https?://[\w\-.~:/?#@,;=%+]+")


def literal(text: str) -> str:
    """Text as it is, in any Markdown context: every character that could mean something becomes an entity."""
    return text if _INERT.fullmatch(text) else _MEANING.sub(lambda match: _entity(match[0]), _clean(text))


def link(target: str, text: str = "", title: str = "") -> str:
    """A link to an address, which is shown where there is no Markdown `text`. An unsafe address is only shown."""
    target = target.strip()
    if not target or not _TARGET.fullmatch(target) or _CONTROL.search(target):
        return text or literal(target)
    if not text and _AUTOLINK.fullmatch(target):
        return f"<{target}>"
    encoded = _UNSAFE_IN_TARGET.sub(lambda match: f"%{ord(match[0]):02X}", target).replace("&", "&amp;")
    tip = f' "{literal(title)}"' if title else ""
    return f"[{text or literal(target)}]({encoded}{tip})"


def _no_references(target: str, _text: str) -> str:
    return literal(f"[[{target}]]")


def inline(text: str, resolve: Resolve = _no_references) -> str:
    """One line of an author's Markdown, for a heading, a list item, a paragraph or a cell of a table."""
    if _PLAIN_LINE.fullmatch(text):
        return text
    line = _safe(" ".join(_clean(text).split("\n")).strip(), resolve).replace("|", "&#124;")
    return _MARKER.sub(lambda match: (match[1] or "") + _entity(match[2]), line)


cell = inline
"""One line of an author's Markdown, for a cell of a table."""


def unlinked(text: str) -> str:
    """An author's Markdown in one line as the text of a link: links within it become their own text."""
    if _PLAIN_LINE.fullmatch(text):
        return text
    line = REFERENCE.sub(lambda match: match[2] or match[1], " ".join(_clean(text).split("\n")).strip())
    return _TOKEN.sub(partial(_token, None), line).replace("|", "&#124;")


def block(text: str, resolve: Resolve = _no_references) -> str:
    """An author's Markdown of any length, for the left margin of a page, blank line before and after."""
    text = text.strip("\n").rstrip()
    if _PLAIN.fullmatch(text):
        return text
    return "\n\n".join(part for part in _parts(_clean(text).expandtabs(4).split("\n"), resolve) if part)


def _parts(lines: list[str], resolve: Resolve) -> Iterator[str]:
    """Blocks of code, each written anew, and what stands between them."""
    prose: list[str] = []
    unclosed: set[str] = set()
    listed, blank, at = False, True, 0
    while at < len(lines):
        line, end = lines[at], _closing(lines, at, unclosed)
        fence = _FENCE.fullmatch(line) if end else None
        if not end and blank and not listed and line.startswith("    "):
            end = _dedented(lines, at)
        if end:
            indent = fence["indent"] if fence and listed else ""
            inner = dedent("\n".join(lines[at + 1 : end - 1] if fence else lines[at:end])).rstrip("\n")
            yield _safe("\n".join(prose).strip("\n"), resolve)
            info = fence["info"] if fence else ""
            yield indent + _raw(inner, info) if indent.startswith("    ") else code(inner, info)
            prose = []
        else:
            prose.append(line)
            if line.strip() and not line.startswith("    "):
                listed = bool(_ITEM.match(line)) or (listed and not blank)
        blank = bool(end) or not line.strip()
        at = end or at + 1
    yield _safe("\n".join(prose).strip("\n"), resolve)


def _closing(lines: list[str], start: int, unclosed: set[str]) -> int:
    """The line after a fenced block that begins here; 0 where none does. `unclosed` remembers what never closes."""
    fence = _FENCE.fullmatch(lines[start])
    if not fence or fence["marks"] in unclosed:
        return 0
    marks = fence["marks"]
    for at in range(start + 1, len(lines)):
        line = lines[at].strip()
        if line.startswith(marks) and not line.strip(marks[0]):
            return at + 1
    unclosed.add(marks)
    return 0


def _dedented(lines: list[str], start: int) -> int:
    """The line after indented code."""
    end = start
    for at in range(start, len(lines)):
        if lines[at].startswith("    "):
            end = at + 1
        elif lines[at].strip():
            break
    return end


def _safe(text: str, resolve: Resolve) -> str:
    return _TOKEN.sub(partial(_token, resolve), text)


def _token(resolve: Resolve | None, match: re.Match[str]) -> str:
    """What was found, written anew. Within the text of a link there are no links: `resolve` is None there."""
    if match["code"]:
        return _code_span(" ".join(match["code"].split("\n")).strip())
    if match["reference"] or match["text"] or match["auto"]:
        return _linked(resolve, match) if resolve else _unlinked(match)
    if match["under"] is not None:
        return match["under"] + _entity(match[0][-1])
    return _entity(match["escaped"] or match[0])


def _linked(resolve: Resolve, match: re.Match[str]) -> str:
    if match["reference"]:
        return resolve(match["reference"].strip(), match["alias"] or "")
    if auto := match["auto"]:
        return link(auto) if "://" in auto else link(auto if ":" in auto else f"mailto:{auto}", literal(auto))
    text = _unlinked(match)
    target = unescape(match["bracketed"] or match["target"] or "")
    linked = text if match["image"] else link(target, text, match["title"] or match["quoted"] or "")
    return linked if linked != text else f"{_entity(match['image'])}&#91;{text}&#93;{_safe(match['rest'], resolve)}"


def _unlinked(match: re.Match[str]) -> str:
    return _TOKEN.sub(partial(_token, None), match["text"]) if match["text"] else literal(match[0])


def _entity(text: str) -> str:
    return f"&#{ord(text)};" if text else ""


def _code_span(text: str) -> str:
    return f"`{text}`" if _CODE_SPAN.fullmatch(text) else f"<code>{literal(text)}</code>"


def _clean(text: str) -> str:
    """A text without the characters that engines and browsers give a meaning of their own, or cannot show."""
    return _CONTROL.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n")) if _CONTROL.search(text) else text


def code(text: str, language: str = "", marked: tuple[int, int] | None = None) -> str:
    """A block of code, highlighted and copyable, for the left margin of a page; `marked`: the lines that matter."""
    text = _clean(text)
    if _INEXACT.search(text):
        return f'<div class="highlight">{_raw(text)}</div>'
    word = _WORD.match(language)
    if word and word[1].lower() == _MERMAID:
        return _raw(text, language)
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    lines = f' hl_lines="{marked[0]}-{marked[1]}"' if marked else ""
    return f"{fence}{word[1] if word else ''}{lines}\n{text}\n{fence}"


def _raw(text: str, language: str = "") -> str:
    """A block of code as HTML; with the mark of what is drawn, where it is a diagram that may be."""
    word = _WORD.match(language)
    drawn = word and word[1].lower() == _MERMAID and not drawable.fault(text)
    return f"<pre{_DRAWN if drawn else ''}><code>{literal(text).replace(chr(10), '&#10;')}</code></pre>"


def attribute(text: str) -> str:
    """Text as the value of an HTML attribute of ours."""
    return escape(text, quote=True).replace("{", "&#123;").replace("|", "&#124;").replace("\n", "&#10;")


@lru_cache(maxsize=16_384)
def plain_text(text: str) -> str:
    """An author's Markdown with its marks taken off: for page titles, navigation and search."""
    text = REFERENCE.sub(lambda match: match[2] or match[1].rpartition(":")[2], _clean(text))
    text = re.sub(r"!?\[([^\[\]\n]*+)\]\([^()\n]*+\)", r"\1", text)
    text = re.sub(r"(?<![\\`])(`++)([^`\n]++)\1(?!`)", r"\2", text)
    text = re.sub(r"(?<!\\)(\*\*|__|\*|~~)(?=\S)(.{1,300}?)(?<=\S)\1", r"\2", text)
    return " ".join(re.sub(r"\\([\\`*_{}\[\]()<>#+.!|~-])", r"\1", text).split())


def html_text(text: str) -> str:
    """An author's Markdown as text that a theme prints into HTML as it is: titles and descriptions of pages."""
    return escape(plain_text(text)).replace("&#x27;", "'")


def references(text: str) -> Iterator[re.Match[str]]:
    """The `[[target|text]]` of a text; those in code spans and fences are code (`[[ -f file ]]`) and left out."""
    bare = _without_code(text) if "[[" in text and ("`" in text or "~~~" in text) else text
    return (match for match in REFERENCE.finditer(bare) if bare[match.start() - 1 : match.start()] != "\\")


def _without_code(text: str) -> str:
    """A text with blanks for its code, every other character where it was."""
    lines, unclosed, at = text.split("\n"), set[str](), 0
    while at < len(lines):
        end = _closing(lines, at, unclosed)
        lines[at:end] = [" " * len(line) for line in lines[at:end]]
        at = end or at + 1
    return _SPAN.sub(lambda match: " " * len(match[0]), "\n".join(lines))
