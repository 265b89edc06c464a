"""What covers what, and what documentation achieves: told of small projects of which the answer is known."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from cases import base, spec
from opsbook.evidence import Proof
from opsbook.kind import Spec
from opsbook.kinds import all_kinds
from opsbook.kinds.documentation.covered import Thing, coverages, covered_share, things
from opsbook.kinds.documentation.metrics import Reached, reached
from opsbook.kinds.documentation.model import Documentation
from opsbook.labels import languages
from opsbook.project import Project

CASES = yaml.safe_load(Path(__file__).with_name("coverage.yaml").read_text(encoding="utf-8"))
"""The specs of the small projects, by name, and what is asked of them."""

PLAN = CASES["plan"]


def _project(*names: str, **plan: object) -> tuple[Spec[Documentation], Project]:
    """The base of all cases, some further specs, and a plan."""
    documents = [{**CASES["specs"][name]} for name in names] + [{**PLAN, **plan}]
    specs = [spec(path, raw) for path, raw in sorted(base().items()) if path.endswith(".yaml")]
    specs += [spec(f"specs/demo/{one['id']}.yaml", yaml.safe_dump(one).encode()) for one in documents]
    order = [kind.name for kind in all_kinds()]
    specs.sort(key=lambda one: (order.index(one.kind.name), one.document.id))
    found = next(one for one in specs if isinstance(one.document, Documentation))
    return found, Project(tuple(specs), all_kinds(), languages=languages({}))


def _thing(project: Project, type_: str, id_: str) -> Thing:
    return next(one for one in things("demo", project)[type_] if one.definition.id == id_)


@pytest.mark.parametrize("case", CASES["covered"], ids=lambda case: case["because"])
def test_a_document_covers_what_it_leads_to(case: dict[str, Any]) -> None:
    _, project = _project(*case["specs"])
    thing = _thing(project, str(case["type"]), str(case["id"]))
    assert [f"{one.type}:{one.id}" for one in thing.documents] == case["by"]


def test_what_is_excused_does_not_count() -> None:
    rule = {"id": "services", "title": "Services", "of": "service", "by": ["runbook"]}
    plan, project = _project("runbook", coverage=[rule, {**rule, "id": "some", "without": {"postgres": "Not ours."}}])
    every, some = coverages(plan, project)
    assert [one.definition.id for one in every.gaps] == ["postgres"]
    assert (every.reached, every.share, every.met) == (1, 0.5, False)
    assert [one.definition.id for one in some.counted] == ["app"]
    assert (some.reached, some.share, some.met) == (1, 1, True)
    assert covered_share((every, some)) == 0.75


@pytest.mark.parametrize(("at_least", "met"), [(50, True), (51, False), (0, True)])
def test_a_share_is_enough(at_least: int, met: bool) -> None:  # noqa: FBT001  # what is asked
    rule = {"id": "services", "title": "Services", "of": "service", "by": ["runbook"], "at_least": at_least}
    plan, project = _project("runbook", coverage=[rule])
    assert [one.met for one in coverages(plan, project)] == [met]


def test_where_there_is_nothing_to_cover_all_of_it_is() -> None:
    rule = {"id": "alerts", "title": "Alerts", "of": "alert", "by": ["runbook"]}
    (alerts,) = coverages(*_project(coverage=[rule]))
    assert (alerts.things, alerts.share, alerts.met) == ((), 1, True)
    assert covered_share(()) == 1


# What documentation achieves


def _reached(measures: str, *names: str, **more: object) -> Reached:
    target = {"id": "goal", "title": "Goal", "measures": measures, "target": "Much", "at_least": 60, **more}
    (one,) = reached(*_project(*names, targets=[target]))
    return one


def test_postmortems_count_where_they_are_needed() -> None:
    one = _reached("postmortem-completion", "drafted", "closed", "needless")
    assert (one.share, one.met) == (0.5, False)
    assert [(counted.good, counted.all) for counted in one.counted] == [(1, 2)]


def test_where_nothing_happened_there_is_nothing_to_tell() -> None:
    for measures in ("postmortem-completion", "runbook-accuracy", "documentation-coverage"):
        one = _reached(measures)
        assert (one.share, one.met, one.counted) == (None, None, ())


def test_times_are_told_by_severity_the_gravest_first() -> None:
    one = _reached("time-to-resolution", "drafted", "closed", "needless", "other")
    assert [(took.severity, took.median, took.count) for took in one.took] == [
        ("sev-1", timedelta(minutes=45), 2),
        ("sev-2", timedelta(minutes=10), 1),
    ]
    assert one.met is None


def test_onboarding_is_measured_elsewhere() -> None:
    assert _reached("onboarding-time", unmeasured="The lead asks.").met is None


def test_the_average_of_what_is_covered() -> None:
    target = {"id": "goal", "title": "Goal", "measures": "documentation-coverage", "target": "Much", "at_least": 60}
    rule = {"id": "services", "title": "Services", "of": "service", "by": ["runbook"], "at_least": 0}
    (one,) = reached(*_project("runbook", targets=[target], coverage=[rule]))
    assert (one.share, one.met) == (0.5, False)


def test_a_command_that_no_run_holds_for_is_not_known_to_be_right() -> None:
    one = _reached("runbook-accuracy", "runbook")
    assert [(counted.good, counted.all) for counted in one.counted] == [(0, 3)]
    assert (one.share, one.met) == (0, False)


def test_a_run_that_does_not_hold_any_more_counts_as_none() -> None:
    target = {"id": "goal", "title": "Goal", "measures": "runbook-accuracy", "target": "Much", "at_least": 60}
    plan, project = _project("runbook", "sandbox", targets=[target])
    stale = {"runbook:restart#look": Proof("0" * 16, "real", "passed", "2026-11-01")}
    (one,) = reached(plan, Project(project.specs, project.kinds, evidence={"demo": stale}))
    assert one.share == 0
