"""Documentation plans: the documents that a system owes, how good they are to be, and who keeps them true."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opsbook.kind import Check, Kind, Part, ProjectCheck, Spec
from opsbook.kinds.documentation import checks, covered, gate, reviews
from opsbook.kinds.documentation.coverage_page import coverage_page, coverage_path
from opsbook.kinds.documentation.health import health
from opsbook.kinds.documentation.model import Documentation
from opsbook.kinds.documentation.page import GROUP, pages, plan_path
from opsbook.kinds.documentation.quality_page import quality_page, quality_path
from opsbook.kinds.documentation.reviews_page import reviews_page, reviews_path
from opsbook.page import Page
from opsbook.project import Project


def _parts(plan: Documentation) -> Iterator[Part]:
    for number, deliverable in enumerate(plan.deliverables):
        yield Part(deliverable.id, deliverable.title, deliverable.id, ("deliverables", number), "deliverable")


def _pages(spec: Spec[Documentation], project: Project) -> Iterator[Page]:
    yield from pages(spec, project)
    yield coverage_page(spec, project)
    yield quality_page(spec, project)
    yield from reviews_page(spec, project)


DOCUMENTATION = Kind(
    name="documentation",
    model=Documentation,
    group=GROUP,
    folder="documentation",
    pages=_pages,
    health=health,
    page=lambda system, _plan: plan_path(system),
    more_pages=lambda system: (coverage_path(system), quality_path(system), reviews_path(system)),
    parts=_parts,
    shows_others=True,
    checks=(
        Check(checks.repeated_schedule),
        Check(checks.unscheduled_review),
        Check(checks.unfounded_target),
    ),
    project_checks=(
        ProjectCheck(checks.unknown_kind, group="documentation"),
        ProjectCheck(checks.unknown_field, group="documentation"),
        ProjectCheck(checks.second_plan, group="documentation"),
        ProjectCheck(reviews.missed_update, "warning", group="documentation"),
        ProjectCheck(reviews.loose_schedule, "warning", group="documentation"),
        ProjectCheck(checks.empty_coverage, group="documentation"),
        ProjectCheck(checks.unknown_excuse, group="documentation"),
        ProjectCheck(checks.needless_excuse, "warning", group="documentation"),
    ),
    gate_checks=(
        ProjectCheck(gate.missing_plan, group="documentation"),
        ProjectCheck(gate.missing_deliverable, group="documentation"),
        ProjectCheck(gate.thin_deliverable, group="documentation"),
        ProjectCheck(gate.below_standard, group="documentation"),
        ProjectCheck(covered.low_coverage, group="documentation"),
    ),
    skeleton=Path(__file__).with_name("skeleton.yaml.jinja"),
)
