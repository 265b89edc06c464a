from __future__ import annotations

import ast
import re
from datetime import timedelta
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

import opsbook
from cases import TODAY, project, spec, write
from opsbook.checks.definitions import untranslated_labels
from opsbook.kinds import all_kinds
from opsbook.labels import N_, Labels, languages, read_catalogue, template
from opsbook.read import load

PACKAGE = Path(opsbook.__file__).parent
LOCALE = PACKAGE / "locale"
TRANSLATIONS = [path.stem for path in sorted(LOCALE.glob("*.po"))]


def _collected() -> set[str]:
    """Every label in the package, as `make labels` collects them."""
    with (LOCALE / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    keywords = {**DEFAULT_KEYWORDS, "_": None, "N_": None, "label": None}
    found = extract_from_dir(PACKAGE, methods, options, keywords)
    return {message for _file, _line, message, _comments, _context in found if isinstance(message, str)}


def _messages(name: str) -> Catalog:
    with (LOCALE / name).open("rb") as file:
        return read_po(file, abort_invalid=True)


def test_the_template_holds_every_label_and_no_other() -> None:
    assert template() == _collected(), "run `make labels`"


def test_labels_within_longer_texts_are_in_the_template() -> None:
    """Extraction does not look into f-strings; who prints a label there marks it elsewhere, too."""
    known = template()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            name = (
                called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
            )
            if name == "label" and isinstance(node, ast.Call) and isinstance(node.args[0], ast.Constant):
                assert node.args[0].value in known, f"{path.name}:{node.lineno}"


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_shipped_language_is_complete(language: str) -> None:
    catalogue = _messages(f"{language}.po")
    assert {message.id for message in catalogue if message.id} == template()
    assert [message.id for message in catalogue if message.id and (message.fuzzy or not message.string)] == []
    assert dict(catalogue.obsolete) == {}
    assert languages({})[language].missing() == []


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_translation_has_the_marks_of_its_label(language: str) -> None:
    """Placeholders, the colon at the end, and the spaces around."""
    for message in _messages(f"{language}.po"):
        if message.id:
            pair = str(message.id), str(message.string)
            marks = [re.findall(r"%\w|\{\w*\}|:$|^\s|\s$", text) for text in pair]
            assert marks[0] == marks[1], pair


def test_a_label_that_nobody_translated_stays_english() -> None:
    labels = Labels("de", {"Owner": "Verantwortlich"})
    assert [labels("Owner"), labels("Reviewed")] == ["Verantwortlich", "Reviewed"]
    assert len(labels.missing()) == len(template()) - 1
    assert languages({})["en"].missing() == []
    assert N_("Owner") == "Owner"


@pytest.mark.parametrize(
    ("seconds", "english", "spanish"),
    [
        (0, "0 s", "0 s"),
        (1, "1 s", "1 s"),
        (90, "1 min 30 s", "1 min 30 s"),
        (5_400, "1 h 30 min", "1 h 30 min"),
        (86_400, "1 day", "1 día"),
        (2 * 86_400 + 60, "2 days 1 min", "2 días 1 min"),
    ],
)
def test_a_duration_is_spelled_in_the_language(seconds: int, english: str, spanish: str) -> None:
    known = languages({})
    duration = timedelta(seconds=seconds)
    assert [known["en"].duration(duration), known["es"].duration(duration)] == [english, spanish]


def test_a_project_brings_its_own_language(tmp_path: Path) -> None:
    system = "kind: system\nid: laden\ntitle: Laden\nowner: dienst\nlast_reviewed: 2026-11-01\nreview_every: 90d\n"
    system += "summary: Verkauft.\nlanguage: de\nroles:\n  - {id: dienst, title: Dienst}\n"
    complete = "".join(f'msgid "{label}"\nmsgstr "de {label}"\n\n' for label in template())
    files = {
        "specs/laden/system.yaml": system,
        "locale/de.po": complete,
        "locale/es.po": 'msgid "Owner"\nmsgstr "Dueño"\n',
    }
    found = load(write(tmp_path, files), all_kinds()).project
    assert list(untranslated_labels(found, TODAY)) == []
    (home,) = [page for page in found.pages() if page.path == "laden/index.md"]
    assert "\nde Owner\n:   " in home.body
    assert found.languages["es"]("Owner") == "Dueño", "the project's own words win"
    assert found.languages["es"]("Reviewed") == "Revisado"


def test_a_system_without_a_known_language_is_labelled_in_english() -> None:
    home = spec("specs/demo/system.yaml", (Path(__file__).parent / "base/specs/demo/system.yaml").read_bytes())
    assert project(home).labels("demo")("Owner") == "Owner"
    assert project(home).labels("unknown").language == "en"


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"hello", "line 1: Unknown or misformatted keyword"),
        (b'msgid "a"\nmsgid "b"\n', "missing msgstr"),
        (b"caf\xe9", "it is not UTF-8 text"),
        (b'msgid ""\nmsgstr "Content-Type: text/plain; charset=klingon\\n"\n\nmsgid "a"\nmsgstr "b"\n', "klingon"),
        (b'msgid ""\nmsgstr "POT-Creation-Date: yesterday\\n"\n', "yesterday"),
    ],
)
def test_a_catalogue_that_gettext_cannot_read_is_explained(raw: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_catalogue(raw)


def test_only_what_is_translated_for_good_is_read() -> None:
    raw = b'msgid "a"\nmsgstr "1"\n\n#, fuzzy\nmsgid "b"\nmsgstr "2"\n\nmsgid "c"\nmsgstr ""\n\n'
    raw += b'msgid "d"\nmsgid_plural "e"\nmsgstr[0] "3"\nmsgstr[1] "4"\n'
    assert read_catalogue(raw) == {"a": "1"}
    assert set(read_catalogue(raw, everything=True)) == {"a", "b", "c"}
