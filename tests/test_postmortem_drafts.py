"""Postmortems that are drafted from logs and from exports of forms: they validate and lose nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import opsbook
from cases import HERE
from opsbook import scaffold
from opsbook.checks import check_all
from opsbook.clock import today
from opsbook.kind import Drafting
from opsbook.kinds import all_kinds
from opsbook.kinds.postmortem.draft import draft
from opsbook.kinds.postmortem.model import Postmortem
from opsbook.openapi.json_source import JsonSource
from opsbook.read import Loaded, load
from opsbook.scaffold import fill
from opsbook.source import Source
from test_architecture_drafts import new

UNFIT = yaml.safe_load((HERE / "incidents/unfit.yaml").read_text(encoding="utf-8"))
TEMPLATE = (Path(opsbook.__file__).parent / "kinds/postmortem/draft.yaml.jinja").read_text(encoding="utf-8")
LOG = {
    "kind": "postmortem",
    "status": "draft",
    "severity": "sev-2",
    "services": ["api"],
    "runbooks": ["runbook:api-troubleshooting"],
    "times": {"started": "2026-11-21T02:50:00-05:00", "resolved": "2026-11-21T08:00:00Z"},
    "timeline": [
        {"at": "2026-11-21T02:50:00-05:00", "text": "It begins.", "kind": "event", "role": "on-call"},
        {"at": "2026-11-21T08:00:00Z", "text": "- NO: 'x' # y\n\n14:02", "kind": "observation"},
    ],
}


def project(folder: Path) -> Path:
    """A working project."""
    scaffold.new_project(folder / "shop")
    return folder / "shop"


def drafted(root: Path, value: Any) -> tuple[Loaded, Postmortem]:
    """The project with a postmortem that is drafted from a file, and that postmortem."""
    (root / "log.json").write_text(json.dumps(value), encoding="utf-8")
    result = new(root, "postmortem", "the-outage", "--from", root / "log.json")
    assert result.exit_code == 0, result.output
    loaded = load(root, all_kinds())
    (spec,) = loaded.project.of(Postmortem, "demo")
    return loaded, spec.document


def test_a_log_makes_a_postmortem_that_validates(tmp_path: Path) -> None:
    loaded, record = drafted(project(tmp_path), LOG)
    assert [one for one in check_all(loaded, today()) if one.severity == "error"] == []
    expected = {**LOG, "id": "the-outage", "title": "The outage", "owner": "on-call", "authors": ["on-call"]}
    assert record == Postmortem.model_validate_json(json.dumps(expected))
    assert record.between("started", "resolved") == timedelta(minutes=10)


def test_what_a_form_has_exported_stays(tmp_path: Path) -> None:
    more = {
        "id": "another",
        "title": "Orders: none",
        "owner": "backend",
        "authors": ["backend", "on-call"],
        "summary": "Nobody could order.\n\nFor ten minutes.\n",
        "impact": {"text": "x", "metrics": [{"id": "orders", "title": "Orders", "value": "0012"}]},
        "sections": {"no": "a", "null": "b"},
        "went_well": ["~"],
        "none_needed": "yes",
        "review": None,
    }
    _, record = drafted(project(tmp_path), {**LOG, **more})
    assert record == Postmortem.model_validate_json(json.dumps({**LOG, **more, "id": "the-outage"}))


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda text: text.strip())


@given(texts=st.lists(TEXT, min_size=1, max_size=5))
def test_any_text_stays_as_it_was_noted(texts: list[str]) -> None:
    entries = [{"at": "2026-11-21T03:10:00Z", "text": text} for text in texts]
    source = JsonSource.parse("log.json", json.dumps({**LOG, "timeline": entries}).encode())
    assert isinstance(source, JsonSource)
    defined = {"severity": {"sev-2": ""}, "service": {"api": ""}, "runbook": {"api-troubleshooting": ""}}
    values = draft(
        (source,), Drafting("x", "demo", "log.json", within=True, defined={**defined, "role": {"on-call": ""}})
    )
    assert isinstance(values, dict)
    text = fill(TEMPLATE, {**values, "id": "x", "there": {"role": "on-call"}})
    record = Source.parse("x.yaml", text.encode())
    assert isinstance(record, Source), record
    assert [entry["text"] for entry in record.data["timeline"]] == texts


@pytest.mark.parametrize("case", UNFIT, ids=lambda case: case["name"])
def test_a_file_that_gives_no_postmortem_is_explained(case: dict[str, Any], tmp_path: Path) -> None:
    root = project(tmp_path)
    file = root / "log.yaml"
    file.write_text(case["content"], encoding="utf-8")
    before = sorted(root.rglob("*"))
    result = new(root, "postmortem", "the-outage", "--from", file)
    assert result.exit_code == 2
    assert result.output.startswith(f"opsbook: {case['says'].replace('FILE', str(file))}")
    assert "\n    hint: " in result.output
    assert sorted(root.rglob("*")) == before
