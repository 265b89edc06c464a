"""Questions to a model, answered for any model that can be written, however little sense it makes."""

from __future__ import annotations

import json
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from cases import TODAY, base, spec
from opsbook.checks import check
from opsbook.kinds import all_kinds
from opsbook.kinds.architecture.landscape import OUTSIDE, Landscape
from opsbook.kinds.architecture.model import Architecture, ElementType, Mode
from opsbook.project import Project
from opsbook.settings import Settings

IDS = ("a", "b", "c", "d", "e", "f")
IDS_AND_MORE = st.sampled_from((*IDS, "unknown"))
HEAD = {
    "kind": "architecture",
    "id": "any",
    "title": "Any",
    "owner": "backend",
    "last_reviewed": "2026-11-01",
    "review_every": "90d",
    "summary": "Whatever comes.",
}


def given_fields(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A mapping that has these fields; what is drawn as None is not written."""
    return st.fixed_dictionaries(fields).map(
        lambda drawn: {key: value for key, value in drawn.items() if value is not None}
    )


ELEMENTS = st.lists(
    given_fields(
        id=st.sampled_from(IDS),
        title=st.just("Title"),
        type=st.sampled_from(get_args(ElementType)),
        parent=st.none() | IDS_AND_MORE,
        zone=st.none() | st.sampled_from(("inner", "outer", "unknown")),
        slo=st.none() | st.sampled_from(("99.9", "100", "0")),
        tier=st.none() | st.just(1),
    ),
    min_size=1,
    max_size=7,
)
RELATIONSHIPS = st.lists(
    st.fixed_dictionaries(
        {
            "from": IDS_AND_MORE,
            "to": IDS_AND_MORE,
            "label": st.just("Does something"),
            "mode": st.sampled_from(get_args(Mode)),
            "criticality": st.sampled_from(("hard", "hard", "soft")),
            "data": st.just([]) | st.just(["people"]),
        }
    ),
    max_size=10,
)
NODES = st.recursive(
    st.fixed_dictionaries(
        {
            "id": st.sampled_from(("left", "right")),
            "title": st.just("Node"),
            "instances": st.lists(st.fixed_dictionaries({"element": IDS_AND_MORE}), max_size=3),
        }
    ),
    lambda nodes: st.fixed_dictionaries(
        {"id": st.just("around"), "title": st.just("Node"), "nodes": st.lists(nodes, max_size=2)}
    ),
    max_leaves=4,
)
SKETCHES = st.fixed_dictionaries(
    {**{key: st.just(value) for key, value in HEAD.items()}, "elements": ELEMENTS, "relationships": RELATIONSHIPS}
)
MODELS = st.fixed_dictionaries(
    {
        **{key: st.just(value) for key, value in HEAD.items()},
        "elements": ELEMENTS,
        "relationships": RELATIONSHIPS,
        "zones": st.just([{"id": "inner", "title": "Inner"}, {"id": "outer", "title": "Outer"}]),
        "data_classes": st.just([{"id": "people", "title": "People", "personal": True}]),
        "deployments": st.lists(
            st.fixed_dictionaries(
                {
                    "environment": st.just("production"),
                    "production": st.booleans(),
                    "nodes": st.lists(NODES, min_size=1, max_size=2),
                    "without": st.lists(st.fixed_dictionaries({"element": IDS_AND_MORE, "reason": st.just("So.")})),
                }
            ),
            max_size=2,
        ),
        "dynamic_views": st.lists(
            st.fixed_dictionaries(
                {
                    "id": st.just("view"),
                    "title": st.just("View"),
                    "messages": st.lists(
                        st.fixed_dictionaries({"from": IDS_AND_MORE, "to": IDS_AND_MORE, "label": st.just("Hello")}),
                        min_size=1,
                        max_size=3,
                    ),
                }
            ),
            max_size=1,
        ),
        "waivers": st.lists(
            given_fields(
                rule=st.sampled_from(("no-owner", "circular-dependency", "single-point-of-failure", "other")),
                element=st.none() | IDS_AND_MORE,
                reason=st.just("So."),
                until=st.sampled_from(("2026-11-21", "2027-01-01")),
            ),
            max_size=2,
        ),
    }
)


def landscape(model: dict[str, Any]) -> Landscape:
    """The landscape of a model."""
    return Landscape(Architecture.model_validate_json(json.dumps(model)))


@settings(max_examples=30)
@given(MODELS)
def test_every_rule_has_an_answer(model: dict[str, Any]) -> None:
    others = [spec(path, raw) for path, raw in base().items() if path.endswith(".yaml")]
    whole = Project((*others, spec("specs/demo/any.yaml", json.dumps(model).encode())), all_kinds())
    for one in check(whole, Settings(), TODAY):
        assert "{" not in one.message + one.hint, "a name for which nothing stands"


@settings(max_examples=50)
@given(SKETCHES)
def test_what_is_lost_is_all_that_needs_it_in_the_end(model: dict[str, Any]) -> None:
    here = landscape(model)
    needs = {one: set(here.hard.get(one, ())) for one in here.elements}
    for middle, beyond in needs.items():
        for known in needs.values():
            known.update(beyond if middle in known else ())
    for id_ in here.elements:
        assert here.blast_radius(id_) == tuple(sorted(one for one in needs if id_ in needs[one] and one != id_))


@settings(max_examples=50)
@given(SKETCHES)
def test_circles_are_found_where_no_order_of_starting_exists(model: dict[str, Any]) -> None:
    here = landscape(model)
    ours = {id_ for id_, one in here.elements.items() if one.type not in OUTSIDE}
    needs = {id_: ours.intersection(here.needs.get(id_, ())) for id_ in ours}
    try:
        TopologicalSorter(needs).prepare()
        possible = True
    except CycleError:
        possible = False
    assert possible == (here.circles == ())
    for way in here.circles:
        assert all(to in needs[source] for source, to in pairwise((*way, way[0])))
        assert len(set(way)) == len(way)


@settings(max_examples=50)
@given(SKETCHES)
def test_chains_end(model: dict[str, Any]) -> None:
    here = landscape(model)
    for id_ in here.elements:
        chain = here.chain(id_)
        assert chain[0] == id_
        assert len(set(chain)) == len(chain)
        assert here.unit(id_) in chain
        assert here.near(id_) >= set(chain)


def test_what_is_not_there_has_no_neighbours() -> None:
    here = landscape({**HEAD, "elements": [{"id": "a", "title": "A", "type": "container"}]})
    assert (here.chain("b"), here.near("b"), here.blast_radius("b"), here.runs_in(0)) == (
        (),
        frozenset(),
        (),
        frozenset(),
    )
