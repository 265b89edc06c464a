"""The page of a runbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from opsbook.kind import Spec
from opsbook.kinds.runbook.incident import incident
from opsbook.kinds.runbook.model import Procedure, Runbook, Scenario
from opsbook.labels import N_
from opsbook.page import Page
from opsbook.printed_step import exports, printed_steps, values_used
from opsbook.printer import Printer, render
from opsbook.project import Project
from opsbook.reference import Home

TYPES = {
    "incident": N_("Incident"),
    "troubleshooting": N_("Troubleshooting"),
    "disaster-recovery": N_("Disaster recovery"),
    "rollback": N_("Rollback"),
    "deployment": N_("Deployment"),
    "promotion": N_("Promotion"),
    "maintenance": N_("Maintenance"),
    "operations": N_("Operations"),
}
"""The types of runbooks as they are called on pages, the most urgent first."""


def pages(spec: Spec[Runbook], project: Project) -> Iterator[Page]:
    """One page: what to do now first, then everything that helps."""
    runbook = spec.document
    md = Printer(project, spec.path, Home(spec.system, "runbook", runbook.id), spec)
    label = md.label

    def procedure_facts(procedure: Procedure) -> list[tuple[str, str]]:
        return [
            (label("Environment"), md.link("environment", procedure.environment) if procedure.environment else ""),
            (label("Takes about"), md.duration(procedure.expected_time) if procedure.expected_time else ""),
            (label("Needs the values"), values_used(md, runbook.parameters, procedure.steps)),
            *md.listed_at(procedure.id),
        ]

    def scenario_facts(scenario: Scenario) -> list[tuple[str, str]]:
        steps = scenario.diagnosis + scenario.resolution
        return [
            (label("Symptom"), md.line(scenario.symptom)),
            (label("Severity"), md.link("severity", scenario.severity)),
            (label("Services"), md.links("service", scenario.services)),
            (label("RTO"), md.duration(scenario.rto) if scenario.rto else ""),
            (label("Needs the values"), values_used(md, runbook.parameters, steps)),
            *md.listed_at(scenario.id),
        ]

    body = render(
        Path(__file__).with_name("page.md.jinja"),
        md,
        steps=printed_steps,
        runbook=runbook,
        facts=_facts(runbook, md),
        incident=incident(spec, project),
        exports=exports(runbook.parameters),
        procedure_facts=procedure_facts,
        scenario_facts=scenario_facts,
    )
    yield Page(
        spec.path, md.plain(runbook.title), body, (label("Runbooks"), label(TYPES[runbook.type])), spec.source.path
    )


def home(specs: Sequence[Spec[Runbook]], md: Printer) -> str:
    """What somebody may see, over all runbooks of a system, each with the way to what helps."""
    symptoms = [
        (scenario, f"runbook:{spec.document.id}#{scenario.id}")
        for spec in specs
        for scenario in spec.document.scenarios
    ]
    return render(Path(__file__).with_name("home.md.jinja"), md, symptoms=symptoms) if symptoms else ""


def _facts(runbook: Runbook, md: Printer) -> list[tuple[str, str]]:
    label, goal = md.label, runbook.objectives
    return [
        (label("Type"), label(TYPES[runbook.type])),
        (label("Severity"), md.links("severity", runbook.severities)),
        (label("RTO"), md.duration(goal.rto) if goal and goal.rto else ""),
        (label("RPO"), md.duration(goal.rpo) if goal and goal.rpo else ""),
        *md.listed_here(badged=True),
        (label("Services"), md.links("service", runbook.services)),
        (label("Environments"), md.links("environment", runbook.environments)),
        (label("Owner"), md.link("role", runbook.owner)),
        (label("Reviewed"), md.freshness(runbook)),
        (label("Escalation"), md.link("escalation", runbook.escalation) if runbook.escalation else ""),
        *md.listed_here(badged=False),
    ]
