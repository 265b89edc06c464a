"""What holds for whatever an author writes, and whatever is on the disk."""

from __future__ import annotations

import json
import posixpath
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from cases import HERE, problems, project, run, write
from opsbook import markup
from opsbook.errors import CannotWrite
from opsbook.kind import Spec
from opsbook.kinds import OWN
from opsbook.model import Duration, spell_duration
from opsbook.page import relative
from opsbook.source import Fault, Place, Route, Source, place_at, plain
from opsbook.write import MANIFEST, write_tree

# Files

PIECES = st.sampled_from(
    [
        *("a", "b", "kind", "runbook", "é", "😀", "1", "0o7", "0x1F", "1e5", "no", "~", "2026-11-21", "\\", "%"),
        *(": ", ":", "- ", "-", "? ", ", ", "[", "]", "{", "}", "\n", "\n  ", "\n    ", "\n- ", "\na: ", " ", "\t"),
        *("'", '"', "|\n", ">-\n", "# ", " #", "&a ", "*a", "<<: *a", "!!str ", "!!set ", "!x ", "! ", "@", "`"),
        *("---\n", "\n---\n", "...\n", "%YAML 1.2\n", "%TAG ! x\n", "\r", "\r\n", "\ufeff", "\x00", "\x07", "\x85"),
        *("\u2028", "\ufffe", '"\\x41"', '"\\ud800"', "'it''s'", '"a\\\n b"'),
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=25).map("".join), st.text(max_size=60))
FILES = st.one_of(st.binary(max_size=60), TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")))


def _routes(data: Any, route: Route = ()) -> Iterator[Route]:
    """Every route into data."""
    yield route
    items: Any = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield from _routes(value, (*route, key))


def _at(data: Any, route: Route) -> Any:
    for part in route:
        data = data[part]
    return data


def _index(text: str, place: Place) -> int:
    """The index of a place in a text: the other direction of `place_at`."""
    assert place.line >= 1
    assert place.column >= 1
    lines = text.split("\n")
    assert place.line <= len(lines)
    assert place.column <= len(lines[place.line - 1]) + 1
    return sum(len(line) + 1 for line in lines[: place.line - 1]) + place.column - 1


@settings(max_examples=1500)
@given(FILES)
@example(b"\xef\xbb\xbf\xc3\xa9\xe9")
@example(b"a: \xc3\xb1\xc3\xb1\n\nb: \x01")
@example(b"\xef\xbb\xbf\xef\xbb\xbfa: b")
def test_any_file_is_read_or_explains_itself(raw: bytes) -> None:
    made = Source.parse("any.yaml", raw)
    if isinstance(made, Fault):
        assert re.fullmatch(r"yaml/[a-z-]+", made.rule)
        assert made.message
        assert made.hint
        text = raw.decode("utf-8", "replace").lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        assert _index(text, made.place) <= len(text)
    else:
        for route in _routes(made.data):
            index = _index(made.text, made.place(route))
            assert place_at(made.text, index) == made.place(route)
        assert json.loads(json.dumps(made.data)) == made.data, "data is what JSON can hold"


@settings(max_examples=300)
@given(TEXTS)
def test_any_text_makes_a_spec_or_explains_itself(text: str) -> None:
    source = Source.parse("any.yaml", text.encode("utf-8", "surrogatepass"))
    if isinstance(source, Source):
        for kind in OWN:
            made = kind.parse(source, "demo")
            assert isinstance(made, Spec) or made
            assert isinstance(made, Spec) or all(found.message for found in made)


PLACES = ("specs/demo/any.yaml", "snippets/any.sh", "docs/any.md", "opsbook.yaml", "locale/de.po")


@settings(max_examples=40)
@given(files=st.fixed_dictionaries(dict.fromkeys(PLACES, FILES)))
def test_any_project_is_checked_without_a_traceback(
    files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("project")
    code, said = run(write(root, files))
    assert (code, said == "nothing wrong\n") in ((0, True), (1, False))
    shutil.rmtree(root)


NAMES = [*HERE.glob("kinds/*/good/everything.yaml"), HERE / "kinds/monitoring/good/alerts.yaml"]
GOOD = [cast("Source", Source.parse(path.name, path.read_bytes())).data for path in NAMES]
SCALARS = st.one_of(
    TEXTS,
    st.none() | st.booleans() | st.integers(-5, 300) | st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", " ", "0s", "9999d", "sev-1", "#a", "[[#a]]", "[[a:b]]", "/", "x" * 400, "9999-12-31", "{x}"]),
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2))


@settings(max_examples=500)
@given(st.data())
def test_any_value_in_any_field_is_refused_or_printed(data: st.DataObject) -> None:
    """A spec with one value changed is explained, or it can be checked and printed."""
    document = json.loads(json.dumps(data.draw(st.sampled_from(GOOD))))
    route = data.draw(st.sampled_from([route for route in _routes(document) if route and route != ("kind",)]))
    _at(document, route[:-1])[route[-1]] = data.draw(VALUES)
    kind = next(kind for kind in OWN if kind.name == document["kind"])
    source = Source("specs/demo/any.yaml", yaml.dump(document, Dumper=yaml.CSafeDumper, allow_unicode=True), document)
    made = kind.parse(source, "demo")
    if isinstance(made, Spec):
        problems(made)
        pages = project(made).pages()
        assert all(page.body.encode() for page in pages)
    else:
        assert made


# Data and places

TREES = st.recursive(
    st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=300)
@given(TREES, st.booleans(), st.sampled_from([False, True, None]))
def test_what_was_written_is_read_back_and_found(data: Any, unicode: bool, flow: bool | None) -> None:  # noqa: FBT001
    def dumped(value: Any) -> str:
        return yaml.safe_dump(
            value, default_flow_style=flow, default_style='"', allow_unicode=unicode, width=10_000, sort_keys=False
        )

    source = Source.parse("any.yaml", dumped(data).encode())
    assert isinstance(source, Source)
    assert source.data == data
    for route in _routes(data):
        value = _at(data, route)
        here = source.text[_index(source.text, source.place(route)) :]
        if isinstance(value, str):
            assert here.startswith(dumped(value).rstrip("\n"))
            assert source.spelled(route) == value
        else:
            assert here.startswith(("[", "- ") if isinstance(value, list) else ("{", '"', "? "))
            assert source.spelled(route) is None
        if route and isinstance(route[-1], str):
            key = source.text[_index(source.text, source.place(route, key=True)) :]
            assert key.startswith(dumped(route[-1]).rstrip("\n"))


@given(TREES, st.lists(st.text(max_size=3) | st.integers(0, 3), max_size=4).map(tuple))
def test_a_value_that_is_not_there_has_the_place_of_its_parent(data: Any, route: Route) -> None:
    source = Source.parse("any.yaml", yaml.safe_dump(data, default_style='"').encode())
    assert isinstance(source, Source)
    known = set(_routes(data))
    parent = next(route[:end] for end in range(len(route), -1, -1) if route[:end] in known)
    assert source.place(route) == source.place(parent)


CORE = (
    (r"null|Null|NULL|~|", lambda _text: None),
    (r"true|True|TRUE", lambda _text: True),
    (r"false|False|FALSE", lambda _text: False),
    (r"[-+]?[0-9]+", int),
    (r"0o[0-7]+", lambda text: int(text, 0)),
    (r"0x[0-9a-fA-F]+", lambda text: int(text, 0)),
    (r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", float),
)
"""The core schema as chapter 10.3.2 of YAML 1.2.2 has it, without `.inf` and `.nan`, which we read as text."""


def _core(text: str) -> Any:
    found = next((make(text) for pattern, make in CORE if re.fullmatch(pattern, text)), text)
    return text if len(text) > 40 or found in (float("inf"), float("-inf")) else found


@settings(max_examples=1500)
@given(
    st.text("0123456789+-.eEoxXabcfF_: ~nulNULtrueTRUEsy\n", max_size=12) | st.text(max_size=6) | st.floats().map(str)
)
@example("1" * 40)
@example("1" * 41)
@example("1e400")
@example("-.inf")
@example("1_000")
@example("٣")
@example("0b1")
@example("22:22")
@example("2026-11-21")
def test_plain_scalars_mean_what_yaml_1_2_says(text: str) -> None:
    made, core = plain(text), _core(text)
    assert (type(made), made) == (type(core), core)


# Values and addresses

SPELLED = st.integers(0, 9999 * 86_400).map(lambda seconds: timedelta(seconds=seconds))


@given(SPELLED)
def test_a_duration_is_read_as_it_is_spelled(value: timedelta) -> None:
    assert TypeAdapter(Duration).validate_python(spell_duration(value)) == value
    assert json.loads(TypeAdapter(Duration).dump_json(value)) == spell_duration(value)


PATHS = st.lists(st.sampled_from(["a", "b", "c.md"]), min_size=1, max_size=4).map("/".join)


@given(PATHS, PATHS, st.sampled_from(["", "#part"]))
def test_a_relative_link_leads_to_its_target(target: str, start: str, anchor: str) -> None:
    link = relative(target + anchor, start)
    path, _, part = link.partition("#")
    assert posixpath.normpath(posixpath.join(posixpath.dirname(start), path) if path else start) == target
    assert part == anchor.removeprefix("#")


# Markdown

MARKS = st.sampled_from(
    [
        *"ab 1`*_~[](){}<>!|#:/\\\"'&=+^-",
        *(
            "\n",
            "\n\n",
            "```",
            "```\n",
            "\n~~~\n",
            "    ",
            "<b>",
            "</code>",
            "{{ x }}",
            "{% x %}",
            "{: #x }",
            "](",
            "8<--",
        ),
        *("<https://a.b>", "<https://a.b/{x}>", "<a@b.c>", "[x](<y z>)", "[[a:b|c]]", "``", "` ` `", "\t", "\r"),
    ]
)
OURS = re.compile(
    r"^(?P<fence>`{3,})[\w+#-]*\n.*?^(?P=fence)$|</?(?:code|pre)>|<div class=\"highlight\">|</div>"
    r"|<(?:https?://)[^\s<>{}]+>",
    re.MULTILINE | re.DOTALL,
)
"""What we write ourselves: blocks of code, code, addresses."""


@settings(max_examples=800)
@given(st.lists(MARKS, max_size=16).map("".join) | st.text(max_size=40))
def test_no_text_writes_html_or_attributes(text: str) -> None:
    for made in (markup.inline(text), markup.cell(text), markup.block(text), markup.literal(text), markup.code(text)):
        assert not set("<{") & set(OURS.sub("", made)), made
    assert not set('<{"\n') & set(markup.attribute(text))


# Trees of files

TREE_NAMES = st.sampled_from(["a", "b", "a/b", "a/c", "b/a/c", "a/b/c", "c"])
CONTENTS = st.sampled_from([b"", b"1", b"2"])


def _consistent(files: dict[str, bytes]) -> bool:
    """Whether no file is a folder, too."""
    return not any(other.startswith(f"{name}/") for name in files for other in files)


FILE_MAPS = st.dictionaries(TREE_NAMES, CONTENTS, max_size=4).filter(_consistent)


def _held(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


@settings(max_examples=300)
@given(foreign=FILE_MAPS, steps=st.lists(FILE_MAPS, min_size=1, max_size=4))
def test_a_tree_holds_what_is_made_and_what_is_not_ours(
    foreign: dict[str, bytes], steps: list[dict[str, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("tree")
    for name, content in foreign.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    theirs = dict(foreign)
    for files in steps:
        before = _held(folder)
        try:
            write_tree(folder, files)
        except CannotWrite:
            assert _held(folder) == before, "nothing was touched"
            assert not _consistent({**theirs, **files}) or any(
                theirs.get(name, made) != made for name, made in files.items()
            )
            continue
        for name in files:
            theirs.pop(name, None)  # it held the same already, and is ours now
        assert _held(folder) == {**theirs, **files}
        assert write_tree(folder, files) == 0
    shutil.rmtree(folder)
