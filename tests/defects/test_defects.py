"""Of the mistakes that people make in runbooks, `opsbook check` and `opsbook test` find nearly all."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from seeding import NOBODY, PROJECTS, Defect, copied, defects, found_by_check, found_by_test, noticed, remembered

from opsbook.effects import examine_many
from opsbook.kinds import all_kinds
from opsbook.read import load
from opsbook.shellcheck import remarks


@pytest.fixture(autouse=True)
def _told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What shfmt and shellcheck say of the texts that stay as they are is not asked again for every defect."""
    monkeypatch.setattr("opsbook.inspection.examine_many", EXAMINED)
    monkeypatch.setattr("opsbook.inspection.remarks", REMARKED)


EXAMINED, REMARKED = remembered(examine_many), remembered(remarks)
LISTS = tuple(PROJECTS)
EVERY = [
    pytest.param(name, defect, id=f"{defect.document.split('/')[-1].removesuffix('.yaml')}-{defect.id}")
    for name in LISTS
    for defect in defects(name)
]
DOCUMENTS = sorted({defect.document for defect in defects("defects")})


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_good_project_is_good(document: str) -> None:
    loaded = load(PROJECTS["defects"], all_kinds())
    assert found_by_check(loaded) == []
    assert found_by_test(loaded, document) == (NOBODY, "")


@pytest.mark.parametrize(("name", "defect"), EVERY)
def test_a_defect_is_noticed(name: str, defect: Defect, tmp_path: Path) -> None:
    root = copied(PROJECTS[name], defect.document, tmp_path)
    file = root / defect.file
    file.write_text(defect.seeded(file.read_text(encoding="utf-8")), encoding="utf-8")
    who, said = noticed(root, defect.document, PROJECTS[name])
    who = defect.caught if who.startswith("check ") and defect.caught in _each(who) else who
    assert who == defect.caught, said


def _each(who: str) -> list[str]:
    """A check that finds something by several rules, by each of them."""
    first, *rules = who.split()
    return [f"{first} {rule}" for rule in rules]


@pytest.mark.parametrize("name", LISTS)
def test_nearly_all_are_noticed(name: str) -> None:
    missed = [defect.id for defect in defects(name) if defect.caught == NOBODY]
    assert len(missed) <= 0.05 * len(defects(name)), missed


def test_there_are_enough_of_every_class() -> None:
    count = Counter(defect.kind for defect in defects("defects"))
    assert sum(count.values()) >= 100
    assert len({(defect.document, defect.id) for defect in defects("defects")}) == len(defects("defects"))
    for kind in (
        "wrong flag",
        "wrong path",
        "wrong exit code",
        "wrong SQL",
        "wrong order",
        "missing quoting",
        "wrong expectation",
        "dropped set -e",
        "unstarted service",
    ):
        assert count[kind] >= 5, kind


def test_whoever_is_not_caught_has_a_reason() -> None:
    every = [defect for name in LISTS for defect in defects(name)]
    assert [defect.id for defect in every if (defect.caught == NOBODY) != bool(defect.because)] == []
