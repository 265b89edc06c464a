"""What the pages of an architecture promise: pictures that the tables repeat, no matter how large or in what order."""

from __future__ import annotations

import random
import re
import runpy
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from cases import HERE, own, project, spec
from effort import calls, placings
from opsbook.diagrams.arranging import MOST_EDGES, MOST_NODES
from opsbook.diagrams.drawing import draw
from opsbook.diagrams.values import Graph, Sequence
from opsbook.kind import Spec
from opsbook.kinds.architecture.drawn import linked
from opsbook.kinds.architecture.page import overview_path, pages, scene_at
from opsbook.kinds.architecture.scene import FOLDER, Scene, Survey, element_path
from opsbook.kinds.architecture.views import element as one_element
from opsbook.kinds.architecture.views import overview
from opsbook.kinds.architecture.views.all_views import VIEW_TYPES, entries
from opsbook.kinds.architecture.views.values import View
from opsbook.kinds.architecture.weakness import models, see
from opsbook.markup import cell, literal
from opsbook.project import Project

GOOD = HERE / "kinds/architecture/good"
LARGE = runpy.run_path(str(HERE / "benchmarks/large_architecture.py"))["model"]


def _made(text: str) -> tuple[Spec[Any], Project]:
    case = spec("specs/demo/architecture.yaml", text.encode())
    return case, project(case)


def _surveys() -> Iterator[Survey]:
    for case in models(own().project):
        yield Survey(see(case, own().project))
    for text in ((GOOD / "everything.yaml").read_text(encoding="utf-8"), LARGE(120, 240)):
        yield Survey(see(*_made(text)))


def _views(survey: Survey) -> Iterator[tuple[Scene, View]]:
    """Every page of a model, not yet printed."""
    system = survey.seen.spec.system
    scene = scene_at(survey, overview_path(system))
    yield scene, overview.view(scene, entries(survey.landscape))
    for entry in entries(survey.landscape):
        scene = scene_at(survey, f"{system}/{FOLDER}/{entry.path}")
        yield scene, entry.type.make(scene, entry.topic)
    for id_, element in survey.landscape.elements.items():
        scene = scene_at(survey, element_path(system, id_))
        yield scene, one_element.view(scene, element)


def test_tables_say_what_pictures_show() -> None:
    """Every box is named in a table of its page, and every arrow has a row with both ends and its text."""
    missing: list[str] = []
    pictures = 0
    for survey in _surveys():
        for scene, view in _views(survey):
            rows = ["".join(row) for section in view.sections for table in section.tables for row in table.rows]
            together = "\n".join(rows)
            for section in view.sections:
                if isinstance(section.diagram, Graph):
                    pictures += 1
                    missing += _missing(scene, section.diagram, rows, together)
                elif isinstance(section.diagram, Sequence):
                    said = [f"{literal(one.label)}" for one in section.diagram.messages]
                    assert len(section.tables[0].rows) == len(said)
    assert pictures > 100
    assert missing == []


def _missing(scene: Scene, drawn: Graph, rows: list[str], together: str) -> Iterator[str]:
    nodes = {node.id: node for node in drawn.nodes}
    words = {id_: f"({node.address})" if node.address else linked(scene, node.title, "") for id_, node in nodes.items()}
    yield from (f"{scene.md.path}: box {id_}" for id_, word in words.items() if word not in together)
    for edge in drawn.edges:
        among = [row for row in rows if words[edge.source] in row and words[edge.target] in row]
        counted = re.match(r"\d+ ", edge.label)
        first = "" if counted else re.sub(r" \+\d+$", "", edge.label).partition(" · ")[0].partition(", ")[0]
        if not any(first in _bare(row) for row in among):
            yield f"{scene.md.path}: arrow {edge.source} → {edge.target} {first!r}"


def _bare(row: str) -> str:
    """A row as readers see it."""
    text = re.sub(r"&#(\d+);", lambda match: chr(int(match[1])), re.sub(r"<[^>]*>", "", row))
    return " ".join(text.replace("`", "").replace("*", "").split())


def test_large_pictures_are_split_by_boundary() -> None:
    """In a model as dense as no real one is, some pictures of boundaries still are posters, and no other ones."""
    pictures = [
        section.diagram
        for _, view in _views(Survey(see(*_made(LARGE(120, 240)))))
        for section in view.sections
        if isinstance(section.diagram, Graph)
    ]
    posters = [one for one in pictures if len(one.nodes) > MOST_NODES or len(one.edges) > MOST_EDGES]
    assert len(pictures) > 150
    assert len(posters) < 8


def test_no_relationship_is_lost_where_a_picture_is_split() -> None:
    survey = Survey(see(*_made(LARGE(120, 240))))
    scene = scene_at(survey, f"demo/{FOLDER}/containers.md")
    (entry,) = [one for one in entries(survey.landscape) if one.id == "containers"]
    view = entry.type.make(scene, entry.topic)
    assert sum(1 for section in view.sections if section.diagram) > 5
    rows = {cell_ for section in view.sections for table in section.tables for row in table.rows for cell_ in row}
    shown = survey.landscape
    for _, one in shown.relationships:
        if shown.unit(one.source) != shown.unit(one.to) and not shown.holds(one.source, one.to):
            levels = {shown.elements[id_].type for id_ in (one.source, one.to)}
            assert "system" in levels or cell(one.label) in rows


def test_the_order_of_a_file_does_not_change_a_page() -> None:
    """But for what authors order on purpose: sequences, their messages, sections, figures."""
    raw = yaml.safe_load((GOOD / "everything.yaml").read_text(encoding="utf-8"))
    expected = list(pages(*_made(_dumped(raw))))
    for seed in range(3):
        mixed = dict(raw)
        dice = random.Random(seed)  # noqa: S311  # no secret
        for field in ("zones", "data_classes", "elements", "relationships", "deployments", "waivers"):
            mixed[field] = dice.sample(raw[field], len(raw[field]))
        mixed["deployments"] = [_shuffled(one, dice) for one in mixed["deployments"]]
        assert mixed != raw
        assert list(pages(*_made(_dumped(mixed)))) == expected


def _dumped(value: Any) -> str:
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True)


def _shuffled(value: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """A deployment or one of its nodes, with what is within it in another order."""
    mixed = dict(value)
    for field in ("nodes", "instances", "without"):
        if field in mixed:
            mixed[field] = [
                _shuffled(one, dice) if field == "nodes" else one
                for one in dice.sample(mixed[field], len(mixed[field]))
            ]
    return mixed


MINIMAL = """\
kind: architecture
id: shop
title: Shop
owner: backend
last_reviewed: 2026-11-01
review_every: 90d
summary: A shop.
"""


@pytest.mark.parametrize(
    ("elements", "more"),
    [
        ("a: {type: system, parent: a}", ""),
        ("a: {type: container, parent: b}\nb: {type: container, parent: a}\nc: {type: component, parent: a}", ""),
        ("a: {type: container, parent: nobody}", ""),
        ("a: {type: container}", "relationships: [{from: a, to: a, label: Itself}]"),
        ("a: {type: container}", "relationships: [{from: a, to: gone, label: Nobody}]"),
        ("a: {type: container}", "dynamic_views: [{id: v, title: V, messages: [{from: gone, to: a, label: x}]}]"),
        (
            "a: {type: database}",
            "deployments: [{environment: ../../secret, nodes: [{id: n, title: N, instances: [{element: a}]}]}]",
        ),
        (
            "a: {type: database}",
            """deployments:
  - environment: production
    nodes:
      - {id: n, title: N, instances: [{element: a}, {element: a}, {element: gone}]}""",
        ),
    ],
)
def test_a_model_with_faults_still_has_its_pages(elements: str, more: str) -> None:
    """The checks tell about them; a page that cannot be made would hide all others."""
    listed = [{"id": id_, "title": id_, **fields} for id_, fields in yaml.safe_load(elements).items()]
    made = list(pages(*_made(f"{MINIMAL}{_dumped({'elements': listed})}{more}\n")))
    paths = [page.path for page in made]
    assert len(paths) == len(set(paths))
    assert all(re.fullmatch(r"demo/architecture/[a-z0-9/-]+\.md", path) for path in paths)
    assert {f"demo/architecture/elements/{one['id']}.md" for one in listed} < set(paths)


def test_what_has_nothing_to_show_is_not_made() -> None:
    case, whole = _made(f"{MINIMAL}elements: [{{id: a, title: A, type: person}}]\n")
    assert [page.path for page in pages(case, whole)] == [
        "demo/architecture/index.md",
        "demo/architecture/weaknesses.md",
        "demo/architecture/elements/a.md",
    ]


def test_every_view_can_be_referred_to() -> None:
    case, whole = _made((GOOD / "everything.yaml").read_text(encoding="utf-8"))
    made = {page.path: page.body for page in pages(case, whole)}
    found = [one for ones in whole.definitions.values() for one in ones if one.source == case.source.path]
    assert {one.type for one in found} == {"architecture", "element", "view", "sequence", "trust-zone", "data-class"}
    for one in found:
        assert not one.anchor or f'id="{one.anchor}"' in made[one.page]
    assert {one.name for one in VIEW_TYPES} == {entry.type.name for entry in entries(see(case, whole).landscape)}
    titles = {one.id: one.title for one in found if one.type == "view"}
    assert titles["components-api"] == "Components of API | orders"


def test_views_are_called_as_their_language_has_it() -> None:
    titles = {
        (system, id_): found[0].title
        for (system, type_, id_), found in own().project.definitions.items()
        if type_ == "view"
    }
    assert titles["chatbot", "containers"] == "Contenedores"
    assert titles["smartbeak", "containers"] == "Containers"


@pytest.mark.whole
def test_twice_the_model_is_about_twice_the_work_for_its_views() -> None:
    """Pictures are measured where they are drawn (tests/benchmarks/bench_architecture.py --pages)."""
    less, more = (_survey_of(LARGE(size, 2 * size)) for size in (125, 250))
    assert calls(lambda: list(_views(more))) < 3 * calls(lambda: list(_views(less)))


@pytest.mark.whole
def test_most_pictures_of_a_large_model_are_placed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which is what the pages of a large model cost: see tests/benchmarks/bench_architecture.py."""
    placed = placings(monkeypatch)
    sections = [section for _, view in _views(_survey_of(LARGE(120, 240))) for section in view.sections]
    pictures = {section.diagram for section in sections if isinstance(section.diagram, Graph)}
    for picture in pictures:
        draw.__wrapped__(picture)
    assert len(pictures) > 150
    assert len(placed) < 1.8 * len(pictures)


def _survey_of(text: str) -> Survey:
    """What is known of a model, found out beforehand."""
    survey = Survey(see(*_made(text)))
    assert survey.told
    return survey
