"""What a stranger asks of the site, and where it answers: by search, or by links from its home."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from posixpath import normpath
from urllib.parse import unquote, urldefrag, urlsplit

import yaml
from selectolax.lexbor import LexborHTMLParser, LexborNode

NEAR = 3
"""How many results of a search, and how many clicks from the home, somebody tired still goes through."""

REPORT = "reference/strangers-test.html"
"""The page that the answers are written to; that it links them helps nobody to find them."""

_BREAKS = frozenset(("p", "li", "td", "th", "tr", "br", "div", "h1", "h3", "h4", "h5", "dt", "dd", "pre", "summary"))
"""Elements before which a word has ended."""


@dataclass(frozen=True)
class Question:
    """One question, the one query that is typed for it, and how an answer is known."""

    system: str
    id: str
    question: str
    query: str
    fact: str
    says: tuple[tuple[str, ...], ...]
    """What a passage must hold: of every entry any one."""


@dataclass(frozen=True)
class Answer:
    """Where the site answers a question: on which page, and how it is come by."""

    question: Question
    page: str = ""
    """The page, relative to the site; empty where there is no answer."""
    anchor: str = ""
    """The part of the page that holds the fact."""
    title: str = ""
    result: int = 0
    """Which result of the search it is, from 1; 0 where it is not among the nearest."""
    clicks: int = 0
    """How many clicks from the home; 0 where it takes too many."""
    first: str = ""
    """What the search found first."""


def questions(path: Path) -> list[Question]:
    """The questions of a file."""
    return [
        Question(
            system,
            one["id"],
            one["question"],
            str(one["query"]),
            one["fact"],
            tuple(tuple(said) if isinstance(said, list) else (said,) for said in one["says"]),
        )
        for system, asked in yaml.safe_load(path.read_text(encoding="utf-8")).items()
        for one in asked
    ]


def plain(text: str) -> str:
    """A text by which others are known: without case, accents, line breaks and the spaces of typography."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return " ".join(bare.casefold().split())


def holds(text: str, says: Iterable[tuple[str, ...]]) -> bool:
    """Whether a passage, already `plain`, says all of it. A word or a number begins where its text begins."""
    return all(any(re.search(rf"(?<![\w.,]){re.escape(plain(one))}", text) for one in said) for said in says)


@dataclass(frozen=True)
class Passage:
    """What stands under one heading of the second level, or before the first."""

    anchor: str
    text: str


@dataclass(frozen=True)
class Read:
    """A page as a reader has it."""

    title: str
    passages: tuple[Passage, ...]
    links: tuple[str, ...]
    """The pages that it links, relative to the site."""


class Site:
    """A built site, each page read once and only when it is needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pages = frozenset(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
        self.page: Callable[[str], Read] = cache(self._page)

    def _page(self, name: str) -> Read:
        tree = LexborHTMLParser((self.folder / name).read_text(encoding="utf-8"))
        article = tree.css_first("article")
        title = tree.css_first("title")
        links = dict.fromkeys(urldefrag(node.attributes.get("href") or "").url for node in tree.css("a[href]"))
        return Read(
            (title.text() if title else name).partition(" - ")[0],
            tuple(_passages(article)) if article else (),
            tuple(dict.fromkeys(found for link in links if (found := self._linked(name, link)))),
        )

    def _linked(self, page: str, link: str) -> str:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc or not parts.path:
            return ""
        target = normpath(f"{page}/../{unquote(parts.path)}")
        return next((name for name in (target, normpath(f"{target}/index.html")) if name in self.pages), "")

    def clicks(self) -> Mapping[str, int]:
        """How many clicks it is from the home to each page that is near it."""
        found = {"index.html": 0}
        edge = ["index.html"]
        for number in range(1, NEAR + 1):
            edge = [link for page in edge for link in self.page(page).links if link not in found and link != REPORT]
            edge = list(dict.fromkeys(edge))
            found.update(dict.fromkeys(edge, number))
        return found

    def answering(self, page: str, question: Question) -> Passage | None:
        """The passage of a page that answers a question."""
        return next((one for one in self.page(page).passages if holds(one.text, question.says)), None)


def _passages(article: LexborNode) -> Iterator[Passage]:
    """The text of an article, cut at its headings of the second level."""
    for node in article.css("script, style, .headerlink"):
        node.decompose()
    anchor, texts = "", [""]
    for node in article.traverse(include_text=True):
        if node.tag == "h2":
            yield Passage(anchor, plain("".join(texts)))
            anchor, texts = node.attributes.get("id") or "", [""]
        elif node.tag == "-text":
            texts.append(node.text(deep=False))
        elif node.tag in _BREAKS:
            texts.append(" ")
    yield Passage(anchor, plain("".join(texts)))


def answer(question: Question, site: Site, results: list[str], clicks: Mapping[str, int]) -> Answer:
    """Where the site answers a question, given what the search found: first by search, else by links."""
    first = results[0] if results else ""
    for number, page in enumerate(results[:NEAR], 1):
        if page.startswith(f"{question.system}/") and (passage := site.answering(page, question)):
            title = site.page(page).title
            return Answer(question, page, passage.anchor, title, number, clicks.get(page, 0), first)
    for page, count in clicks.items():  # the nearest first
        if page.startswith(f"{question.system}/") and (passage := site.answering(page, question)):
            return Answer(question, page, passage.anchor, site.page(page).title, 0, count, first)
    return Answer(question, first=first)


_REPORT = """---
title: The stranger's test
search:
  exclude: true
---

# The stranger's test

Ten questions a system that somebody on call asks at three in the morning. They were written from the source documents
of the systems, before anybody had looked at specs or site. For each of them one query is typed on the home of its
system. It is answered by search where one of the first three results is a page of the system that holds the fact, all
of it in one section. Where none does, it may still be answered by links: at most three clicks from the home of the
site.

`tests/stranger` asks the built site anew, and writes this page: `pytest --accept tests/stranger`."""


def report(answers: Iterable[Answer], languages: Mapping[str, str]) -> str:
    """What was asked and found, as a page of the documentation. `languages` are those of the systems."""
    by_system: dict[str, list[Answer]] = {}
    for one in answers:
        by_system.setdefault(one.question.system, []).append(one)
    parts = [_REPORT, _sums(by_system)]
    for system, found in by_system.items():
        rows = [f"| {' | '.join(_row(one, languages[system]))} |" for one in found]
        head = ["| Question | Typed | Answer |", "| --- | --- | --- |"]
        parts += [f"## {system} {{ #{system} }}", "\n".join([*head, *rows])]
    return "\n\n".join(parts) + "\n"


def _sums(by_system: Mapping[str, list[Answer]]) -> str:
    rows = ["| System | Asked | By search | By links alone | Not answered |", "| --- | --: | --: | --: | --: |"]
    for system, found in by_system.items():
        searched = sum(1 for one in found if one.result)
        linked = sum(1 for one in found if one.page and not one.result)
        rows.append(
            f"| [{system}](#{system}) | {len(found)} | {searched} | {linked} | {len(found) - searched - linked} |"
        )
    return "\n".join(rows)


def _row(one: Answer, language: str) -> tuple[str, str, str]:
    asked = one.question
    if one.result:
        found = _link(one)
    elif one.page:
        found = f"by links, {one.clicks} click{'' if one.clicks == 1 else 's'}: {_link(one)}"
    else:
        found = f"**not found**; the search had `{one.first}` first" if one.first else "**not found**; no result at all"
    return _said(asked.question, language), f"`{asked.query}`", found


def _link(one: Answer) -> str:
    path = re.sub(r"\.html$", ".md", one.page)
    title = re.sub(r"([\\`*_\[\]|])", r"\\\1", escape(one.title, quote=False))
    return f"[{title}](../{path}{'#' + one.anchor if one.anchor else ''})"


def _said(text: str, language: str) -> str:
    said = escape(text, quote=False)
    return said if language == "en" else f'<span lang="{language}">{said}</span>'
