"""The words for what can be counted in documents, so that nobody types a figure that a spec could tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from opsbook.labels import N_

Figure: TypeAlias = Literal[
    "runbooks",
    "checklists",
    "guides",
    "apis",
    "architectures",
    "drills",
    "postmortems",
    "templates",
    "incident-processes",
    "procedures",
    "scenarios",
    "steps",
    "commands",
    "reading-commands",
    "real",
    "double",
    "dry-run",
    "manual",
    "unproved",
    "items",
    "samples",
    "sample-languages",
    "paths",
    "operations",
    "schemas",
    "tags",
    "servers",
    "diagrams",
    "tables",
    "references",
    "alerts",
    "metrics",
    "slos",
    "dashboards",
    "severities",
    "messages",
]
"""What is counted. A kind says how much of it a document holds (`Kind.figures`); the rest is counted
for all of them (`opsbook.counting`)."""

FIGURES: Mapping[Figure, str] = {
    "runbooks": N_("Runbooks"),
    "checklists": N_("Checklists"),
    "guides": N_("Guides"),
    "apis": N_("OpenAPI documents"),
    "architectures": N_("Architecture models"),
    "drills": N_("Drills"),
    "postmortems": N_("Postmortems"),
    "templates": N_("Postmortem templates"),
    "incident-processes": N_("Incident processes"),
    "procedures": N_("Procedures"),
    "scenarios": N_("Scenarios"),
    "steps": N_("Steps"),
    "commands": N_("Steps with a command"),
    "reading-commands": N_("Commands that only read"),
    "real": N_("Commands run for real"),
    "double": N_("Commands run against a double"),
    "dry-run": N_("Commands run dry"),
    "manual": N_("Commands that only people try"),
    "unproved": N_("Commands that no run holds for"),
    "items": N_("Items of checklists"),
    "samples": N_("Programs in guides"),
    "sample-languages": N_("Languages of programs"),
    "paths": N_("Paths of APIs"),
    "operations": N_("Operations of APIs"),
    "schemas": N_("Schemas of APIs"),
    "tags": N_("Tags of APIs"),
    "servers": N_("Servers of APIs"),
    "diagrams": N_("Diagrams"),
    "tables": N_("Tables"),
    "references": N_("Cross-references"),
    "alerts": N_("Alerts"),
    "metrics": N_("Metrics"),
    "slos": N_("SLOs"),
    "dashboards": N_("Dashboards"),
    "severities": N_("Severities"),
    "messages": N_("Messages"),
}
"""What each is called on a page, as a label."""
