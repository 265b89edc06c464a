"""The Spanish of handbooks and labels is spelt as Debian's dictionary has it, or as `spelling/es.txt` allows.

codespell, which `make check` runs, knows the misspellings of English; another language needs a dictionary.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from babel.messages.pofile import read_po
from markdown_it import MarkdownIt
from markdown_it.token import Token

import opsbook
from cases import own, spec
from opsbook.kind import Spec
from opsbook.kinds import all_kinds
from opsbook.labels import languages
from opsbook.markup import REFERENCE
from opsbook.model import texts
from opsbook.project import Project
from opsbook.source import Route

pytestmark = pytest.mark.whole

HERE = Path(__file__).parent
LANGUAGE = "es"
DICTIONARY = "es_ES"
ACCEPTED = HERE / "spelling" / f"{LANGUAGE}.txt"
CATALOGUE = Path(opsbook.__file__).parent / "locale" / f"{LANGUAGE}.po"

API_TEXTS = ("title", "summary", "description")
"""The keys of an OpenAPI document whose values people read."""

API_DATA = ("example", "examples", "default", "enum", "properties")
"""The keys of an OpenAPI document below which those words may name anything."""

_CAPITALS = re.compile(r"[A-ZÁÉÍÓÚÜÑ]+s?")
"""An abbreviation, or a command of a server."""

_NAME = re.compile(r"[\d_@$={}<>\\]|\w[.:]\w|^\W*[#/]|^\W*\.\w|^\W*[a-z]+[A-Z]")
"""What tells the name of a file, a host, a channel, a variable or a version from words."""

_WORD = re.compile(r"[^\W\d_]+")
_PLACEHOLDER = re.compile(r"\$?\{[^{}]*\}|%\(\w+\)s")


class Prose(NamedTuple):
    """A text that people read, and where it stands."""

    spec: Spec[Any]
    route: Route
    text: str


def words(text: str) -> Iterator[str]:
    """The words of a text in Markdown: no code, no address, no name of a thing."""
    plain = REFERENCE.sub(lambda match: match[2] or " ", _PLACEHOLDER.sub(" ", text))
    for token in _inline(_markdown().parse(plain)):
        for chunk in _phrases().sub(" ", token.content).split():
            if not _NAME.search(chunk):
                yield from (word for word in _WORD.findall(chunk) if len(word) > 1)


def _inline(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.type == "text":
            yield token
        yield from _inline(token.children or ())


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")


def prose(project: Project) -> Iterator[Prose]:
    """Every text of the handbooks in this language, in the order of the specs."""
    for one in project.specs:
        by_machine = one.kind.name == "drill-record" and one.document.type == "sandbox"
        if project.labels(one.system).language == LANGUAGE and not by_machine:
            for route, text in _api(one.source.data) if one.kind.name == "api" else _model(one):
                yield Prose(one, route, text)


def _model(one: Spec[Any]) -> Iterator[tuple[Route, str]]:
    for mention in texts(one.document):
        yield mention.route, mention.text
    if body := getattr(one.document, "body", None):
        yield ("body",), body


def _api(data: Any, route: Route = ()) -> Iterator[tuple[Route, str]]:
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        named = bool(route) and route[-1] == "properties"
        if isinstance(value, str) and key in API_TEXTS and not named:
            yield (*route, key), value
        elif key not in API_DATA or key == "properties" or named:
            yield from _api(value, (*route, key))


@cache
def accepted() -> frozenset[str]:
    """What is right though no dictionary has it: names as they are written, terms in small letters, whole phrases."""
    return frozenset(ACCEPTED.read_text(encoding="utf-8").splitlines())


@cache
def _phrases() -> re.Pattern[str]:
    found = sorted(re.escape(one) for one in accepted() if " " in one or "-" in one)
    return re.compile(rf"(?<!\w)(?:{'|'.join(found)})(?!\w)", re.IGNORECASE)


def is_accepted(word: str) -> bool:
    """Whether a word is right all the same."""
    return bool(_CAPITALS.fullmatch(word)) or word in accepted() or word.lower() in accepted()


def misspelt(candidates: Iterable[str]) -> Mapping[str, str]:
    """Which of some words are in no dictionary, and what was perhaps meant."""
    unknown = [word for word in _hunspell("-l", set(candidates)) if not is_accepted(word)]
    if not unknown:
        return {}
    found = [line for line in _hunspell("-a", unknown) if line[:1] in ("&", "#")]
    return {line.split()[1]: line.partition(": ")[2] for line in found}


def _hunspell(mode: str, asked: Iterable[str]) -> list[str]:
    program = shutil.which("hunspell")
    if program is None:
        pytest.fail("no spelling checker: apt-get install hunspell hunspell-es", pytrace=False)
    done = subprocess.run(
        [program, "-d", DICTIONARY, "-i", "utf-8", mode],
        input="".join(f"{word}\n" for word in sorted(asked)),
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
        env={"LC_ALL": "C.UTF-8", "HOME": "/nonexistent"},
    )
    return done.stdout.splitlines()


def faults(project: Project) -> list[str]:
    """Every misspelt word of the handbooks: file, line, column, the word, and what was perhaps meant."""
    found = [(text, list(words(text.text))) for text in prose(project)]
    wrong = misspelt(word for _, spelt in found for word in spelt)
    return [
        _message(f"{text.spec.source.path}:{place.line}:{place.column}", word, wrong[word])
        for text, spelt in found
        for word in dict.fromkeys(spelt)
        if word in wrong
        for place in [text.spec.source.place(text.route, part=word)]
    ]


def labels(path: Path) -> list[str]:
    """Every misspelt word of the labels of a catalogue."""
    with path.open(encoding="utf-8") as file:
        catalogue = read_po(file, abort_invalid=True)
    lines = path.read_text(encoding="utf-8").split("\n")
    found = [(message.id, list(words(str(message.string)))) for message in catalogue if message.id]
    wrong = misspelt(word for _, spelt in found for word in spelt)
    return [
        _message(f"{path.name}:{_line(lines, str(label))}", word, wrong[word])
        for label, spelt in found
        for word in dict.fromkeys(spelt)
        if word in wrong
    ]


def _line(lines: list[str], label: str) -> int:
    return next((number for number, line in enumerate(lines, start=1) if line == f'msgid "{label}"'), 1)


def comments(folder: Path) -> list[str]:
    """Every misspelt word in the comments of the scripts of a system, which stand on its pages."""
    found = [
        (f"{path.relative_to(HERE.parent)}:{number}", list(words(line.lstrip("# "))))
        for path in sorted(folder.rglob("*.sh"))
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1)
        if line.lstrip().startswith("# ")
    ]
    wrong = misspelt(word for _, spelt in found for word in spelt)
    return [_message(place, word, wrong[word]) for place, spelt in found for word in spelt if word in wrong]


def _message(place: str, word: str, meant: str) -> str:
    return f"{place}: {word!r} is in no dictionary" + (f"; perhaps {meant}" if meant else "")


@pytest.fixture(scope="module")
def handbooks() -> Project:
    return own().project


def test_handbooks_are_spelt_right(handbooks: Project) -> None:
    found = faults(handbooks)
    assert not found, "\n".join([*found, f"mend the word; one that is right belongs into {ACCEPTED.name}"])


def test_every_handbook_in_the_language_is_read(handbooks: Project) -> None:
    read = {text.spec.system for text in prose(handbooks)}
    assert read == {name for name in handbooks.systems if handbooks.labels(name).language == LANGUAGE}
    assert {"api", "runbook", "system"} <= {text.spec.kind.name for text in prose(handbooks)}


def test_labels_are_spelt_right() -> None:
    assert labels(CATALOGUE) == []


def test_comments_of_scripts_are_spelt_right(handbooks: Project) -> None:
    for name in sorted({text.spec.system for text in prose(handbooks)}):
        assert comments(HERE.parent / "snippets" / name) == []


def test_what_is_accepted_is_sorted_and_in_no_dictionary() -> None:
    listed = ACCEPTED.read_text(encoding="utf-8").splitlines()
    assert listed == sorted(set(listed), key=lambda word: (word.lower(), word))
    single = {word for word in listed if _WORD.fullmatch(word)}
    assert single - set(_hunspell("-l", single)) == set()


SEEDED = """\
kind: system
id: demo
title: Demostración
owner: guardia
last_reviewed: 2026-11-01
review_every: 90d
language: es
summary: |
  Una API recibe mensajes y los encola.

  El `servdor` de [la colla](https://servdor.example.com) es [[service:servdor|el servidro]] de 3 nodos.
goals:
  - Volver a la **verssión** anterior.
roles:
  - id: guardia
    title: Guardia
    duties: Responde a las alertas.
services: []
environments: []
"""
"""A handbook with misspellings: in a text of a reference, and in a list. Those in code and addresses are none."""


def test_a_misspelling_is_found_where_it_stands() -> None:
    seeded = Project((spec("specs/demo/system.yaml", SEEDED.encode()),), all_kinds(), languages=languages({}))
    found = faults(seeded)
    assert [line.partition(" is in")[0] for line in found] == [
        "specs/demo/system.yaml:11:83: 'servidro'",
        "specs/demo/system.yaml:13:19: 'verssión'",
    ]
    assert "perhaps" in found[0]
    assert "servidor" in found[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Abra `config.yaml` y **pulse** el botón.", ["Abra", "pulse", "el", "botón"]),
        ("```sh\nechho hola\n```\n\ndespués", ["después"]),
        ("[texto](https://example.com/otro) en mail@example.com", ["texto", "en"]),
        ("[[runbook:copia|la copia]] y [[service:redis]]", ["la", "copia"]),
        ("#canal-abierto, /health/ready, MAX_SIZE, eventId, v1.2, $HOME, .env", []),
        ("| Uno | Dos |\n| --- | --- |\n| tres | cuatro |", ["Uno", "Dos", "tres", "cuatro"]),
        ("pre-reserva/reserva", ["pre", "reserva", "reserva"]),
        ("Hola {nombre}: quedan ${DIAS} días", ["Hola", "quedan", "días"]),
    ],
)
def test_only_words_that_people_read_are_looked_at(text: str, expected: list[str]) -> None:
    assert list(words(text)) == [word for word in expected if len(word) > 1]
