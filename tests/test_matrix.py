"""Pictures of what there is of what: every cell has its sign, says what it means, and fits a phone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis.strategies import characters, lists, sampled_from, text

from opsbook.diagrams.matrix import Cell, Matrix, MatrixRow, Sign, draw_matrix, matrix_figure
from opsbook.labels import Labels
from test_diagrams import SVG, parsed, texts_of

SIGNS: tuple[Sign, ...] = ("full", "missing", "excused", "none")
MEANINGS: dict[Sign, str] = {"full": "There are", "missing": "Lacks", "excused": "Excused", "none": "None owed"}
PHONE = 360


def _matrix(signs: list[Sign], titles: list[str]) -> Matrix:
    columns = tuple(f"Kind {number}" for number in range(len(signs)))
    cells = tuple(Cell(sign, f"{sign} here", "a.md#b" if sign == "full" else "") for sign in signs)
    return Matrix(columns, tuple(MatrixRow(title, cells, "row.md") for title in titles), MEANINGS)


@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_is_told_by_its_shape_and_explained(sign: Sign) -> None:
    drawing = draw_matrix(_matrix([sign, sign], ["One", "Two", "Three"]))
    shapes = [one for one in parsed(drawing.svg).iter() if one.get("class") == f"opsbook-{sign}"]
    assert len(shapes) == 3 * 2 + 1
    assert MEANINGS[sign] in texts_of(drawing.svg)
    assert not {MEANINGS[other] for other in SIGNS if other != sign} & set(texts_of(drawing.svg))


def test_every_cell_says_what_it_means_and_leads_there() -> None:
    picture = parsed(draw_matrix(_matrix([*SIGNS], ["One"])).svg)
    assert [one.text for one in picture.iter(f"{SVG}title")] == [f"{sign} here" for sign in SIGNS]
    links = [(one.get("href"), one.get("aria-label")) for one in picture.iter(f"{SVG}a")]
    assert links == [("row.md", None), ("a.md#b", "full here")]


def test_ten_kinds_fit_a_phone() -> None:
    assert draw_matrix(_matrix([*SIGNS, *SIGNS, "full", "none"], ["A service of a name with many words"])).width <= 460
    assert draw_matrix(_matrix([*SIGNS, "full", "none"], ["Worker of the queue"])).width <= PHONE


@given(
    lists(text(characters(codec="utf-8"), min_size=1), min_size=1, max_size=4), lists(sampled_from(SIGNS), max_size=9)
)
def test_any_title_is_drawn(titles: list[str], signs: list[Sign]) -> None:
    drawing = draw_matrix(_matrix(signs, titles))
    assert bool(drawing.svg) == bool(signs)
    if signs:
        written = [one for one in parsed(drawing.svg).iter(f"{SVG}text") if "opsbook-name" in one.get("class", "")]
        assert len(written) == len([title for title in titles if title.split()])


def test_nothing_is_drawn_of_nothing() -> None:
    assert matrix_figure(Matrix(("Kind",), (), MEANINGS), "Nothing", Labels("en", {})) == ""
