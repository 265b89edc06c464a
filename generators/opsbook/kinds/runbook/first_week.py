"""Which runbooks somebody new reads before they have to follow one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from opsbook.first_week import Task, about
from opsbook.kind import Spec
from opsbook.kinds.runbook.model import Runbook
from opsbook.kinds.runbook.page import TYPES
from opsbook.printer import Printer
from opsbook.project import Project

MOST = 5
"""How many are read in any case; after those, only what may destroy data."""

_MINUTES_A_STEP = 0.5

_MOST_STEPS = 3
"""How many steps that may destroy data are named."""


def tasks(specs: Sequence[Spec[Runbook]], md: Printer) -> Iterator[Task]:
    """The runbooks of critical services first, and every one that may destroy data."""
    critical = _critical(md.project, md.system)
    ordered = sorted((spec.document for spec in specs), key=lambda one: not critical & services(one))
    for number, runbook in enumerate(ordered):
        risky = [one.step.id for one in runbook.located_steps if one.step.effect == "destructive"]
        if number < MOST or risky:
            yield Task(
                f"runbook/{runbook.id}",
                "runbooks",
                md.link("runbook", runbook.id),
                md.plain(runbook.title),
                _why(runbook, md),
                about(_MINUTES_A_STEP * len(runbook.located_steps), most=45),
                caution=_caution(runbook, risky, md),
            )


def services(runbook: Runbook) -> set[str]:
    """The services that a runbook works on, by itself or in one of its scenarios."""
    return {*runbook.services, *(one for scenario in runbook.scenarios for one in scenario.services)}


def _critical(project: Project, system: str) -> set[str]:
    """The services without which the system is down."""
    found = (spec.document for spec in project.specs if (spec.system, spec.kind.name) == (system, "system"))
    return {service.id for document in found for service in document.services if service.critical}


def _why(runbook: Runbook, md: Printer) -> str:
    """What it is for."""
    summary, *_ = md.plain(runbook.summary).split(". ")
    return f"{md.label(TYPES[runbook.type])} · {md.literal(summary.removesuffix('.'))}."


def _caution(runbook: Runbook, steps: Sequence[str], md: Printer) -> str:
    """The steps that may destroy data: the first of them, and how many more there are."""
    if not steps:
        return ""
    links = ", ".join(md.ref(f"runbook:{runbook.id}#{step}") for step in steps[:_MOST_STEPS])
    more = md.label("and {count} more").replace("{count}", str(len(steps) - _MOST_STEPS))
    named = f"{links} {more}" if len(steps) > _MOST_STEPS else links
    return md.label("May destroy data: {steps}").replace("{steps}", named)
