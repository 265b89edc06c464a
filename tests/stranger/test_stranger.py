"""What somebody asks at three in the morning, who has never seen the site, is answered by one query or three clicks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browser.conftest import SEARCH, Site, browser, find, handbooks
from stranger import asked
from stranger.asked import Answer, Question

__all__ = ("browser", "handbooks")

ROOT = Path(__file__).parents[2]
QUESTIONS = asked.questions(Path(__file__).parent / "questions.yaml")
PAGE = ROOT / "docs/reference/strangers-test.md"


def test_there_are_ten_questions_for_each_system() -> None:
    systems = {path.parent.name for path in ROOT.glob("specs/*/system.yaml")}
    assert Counter(question.system for question in QUESTIONS) == dict.fromkeys(systems, 10)
    assert len({(question.system, question.id) for question in QUESTIONS}) == len(QUESTIONS)


def answers(site: Site, browser: Browser) -> Iterator[Answer]:
    """Every question, asked on the home of its system."""
    read = asked.Site(site.folder)
    clicks = read.clicks()
    for system in dict.fromkeys(question.system for question in QUESTIONS):
        page = browser.new_page()
        page.set_default_timeout(20_000)
        page.goto(site.url(f"{system}/index.html"))
        page.click(SEARCH)
        for question in QUESTIONS:
            if question.system == system:
                found = [link.partition("#")[0] for link in find(site, page, question.query)]
                yield asked.answer(question, read, list(dict.fromkeys(found)), clicks)
        page.close()


def test_a_stranger_finds_the_answers(handbooks: Site, browser: Browser, golden: Callable[[Path, str], None]) -> None:
    """What is found stands on a page of the documentation, and nothing is left without an answer."""
    found = list(answers(handbooks, browser))
    project = handbooks.project
    golden(PAGE, asked.report(found, {system: project.labels(system).language for system in project.systems}))
    assert [f"{one.question.system}/{one.question.id}" for one in found if not one.page] == []


@pytest.mark.parametrize(
    ("says", "text", "held"),
    [
        (["5 min"], "within 5 minutes", True),
        (["5 min"], "within 15 minutes", False),
        (["crítico"], "CRITICO", True),
        (["500 ms"], "menos de 500\u00a0ms", True),
        (["1.000"], "más de 1.000 mensajes", True),
        (["000"], "más de 1.000 mensajes", False),
        (["lock:acc:"], "redis-cli --scan --pattern 'lock:acc:*'", True),
        (["console", "CLI"], "by the console", False),
        ([["console", "CLI"]], "by the CLI", True),
    ],
)
def test_a_passage_says_all_of_it(says: list[str | list[str]], text: str, held: bool) -> None:  # noqa: FBT001  # a case
    wanted = [tuple(one) if isinstance(one, list) else (one,) for one in says]
    assert asked.holds(asked.plain(text), wanted) is held


HOME = """<title>Home - site</title><nav><a href="a/">A</a><a href="reference/strangers-test.html">Test</a></nav>"""
PAGES = {
    "index.html": HOME,
    "a/index.html": "<title>A - site</title><article><h1>A</h1><p>Call</p><h2 id=x>X</h2><a href='b.html#y'>B</a>",
    "a/b.html": "<article><p>It helps</p><h2 id=y>Y</h2><table><tr><td>5<td>min</table><a href=c.html>C</a>",
    "a/c.html": "<article><a href=d.html>D</a>",
    "a/d.html": "<article>too far",
    "reference/strangers-test.html": "<article><a href=../a/d.html>D</a>",
}
"""A site in which `d` is four clicks from the home, but for the page of the test itself."""


@pytest.fixture
def small(tmp_path: Path) -> asked.Site:
    for name, text in PAGES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return asked.Site(tmp_path)


def test_clicks_are_counted_from_the_home(small: asked.Site) -> None:
    assert small.clicks() == {"index.html": 0, "a/index.html": 1, "a/b.html": 2, "a/c.html": 3}


@pytest.mark.parametrize(
    ("says", "results", "expected"),
    [
        ("5 min", ["x.html", "a/b.html"], ("a/b.html", "y", 2, 2)),
        ("5 min", ["1.html", "2.html", "3.html", "a/b.html"], ("a/b.html", "y", 0, 2)),
        ("it helps", [], ("a/b.html", "", 0, 2)),
        ("too far", [], ("", "", 0, 0)),
        ("too far", ["a/d.html"], ("a/d.html", "", 1, 0)),
        ("call x", ["a/index.html"], ("", "", 0, 0)),
    ],
)
def test_an_answer_is_near(
    small: asked.Site, says: str, results: list[str], expected: tuple[str, str, int, int]
) -> None:
    question = Question("a", "one", "What?", "what", "That.", ((says,),))
    found = asked.answer(question, small, results, small.clicks())
    assert (found.page, found.anchor, found.result, found.clicks) == expected


def test_the_report_says_what_failed() -> None:
    question = Question("a", "one", "¿Qué <b>?", "qué", "Eso.", (("x",),))
    text = asked.report(
        [
            Answer(question, "a/b.html", "y", "B | *b*", 2, 2, "a/c.html"),
            Answer(question, "a/index.html", "", "A", 0, 1, "a/c.html"),
            Answer(question, first="a/c.html"),
            Answer(question),
        ],
        {"a": "es"},
    )
    assert "| [a](#a) | 4 | 1 | 1 | 2 |" in text
    assert text.splitlines()[-4:] == [
        r'| <span lang="es">¿Qué &lt;b&gt;?</span> | `qué` | [B \| \*b\*](../a/b.md#y) |',
        '| <span lang="es">¿Qué &lt;b&gt;?</span> | `qué` | by links, 1 click: [A](../a/index.md) |',
        '| <span lang="es">¿Qué &lt;b&gt;?</span> | `qué` | **not found**; the search had `a/c.html` first |',
        '| <span lang="es">¿Qué &lt;b&gt;?</span> | `qué` | **not found**; no result at all |',
    ]
