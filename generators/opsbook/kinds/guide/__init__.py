"""Guides: how to do something with APIs, told from the beginning, with programs that are run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from opsbook.evidence import SANDBOX
from opsbook.figures import Figure
from opsbook.kind import Check, Kind, Part, ProjectCheck, Spec
from opsbook.kinds.guide import checks
from opsbook.kinds.guide.body import Heading
from opsbook.kinds.guide.first_week import tasks
from opsbook.kinds.guide.model import FOLDER, Guide
from opsbook.kinds.guide.page import pages
from opsbook.labels import N_
from opsbook.markup import literal
from opsbook.openapi.answers import base_paths
from opsbook.project import Project

_FIRST_PORT = 18_001

TOKEN = "token-of-the-sandbox"  # noqa: S105  # the fixture only looks whether there is one
"""What programs authenticate with."""


def _parts(guide: Guide) -> Iterator[Part]:
    """Headings and programs."""
    for block in guide.blocks:
        if isinstance(block, Heading):
            yield Part(block.anchor, literal(block.title), block.anchor, ("body",))
    for listing in guide.listings:
        yield Part(listing.id, listing.path or listing.id, listing.id, ("body",))


def _figures(guide: Guide) -> Mapping[Figure, int]:
    languages = {listing.language for listing in guide.listings if not listing.path}
    return {"guides": 1, "sample-languages": len(languages)}


def _fixtures(spec: Spec[Guide], project: Project) -> Mapping[str, Any]:
    """What its sandbox has, a service for each API, its address in a variable, and the programs as files."""
    guide = spec.document
    named = _sandbox(spec, project)
    services, environment = list(named.get("http", ())), {**named.get("environment", {}), "API_TOKEN": TOKEN}
    for port, id_ in enumerate(guide.apis, start=_FIRST_PORT):
        contents = project.api(spec.system, id_)
        base = base_paths(contents.api)[0] if contents else ""
        services.append({"id": f"api-{port}", "port": port, "api": id_})
        environment[f"{id_.upper().replace('-', '_')}_URL"] = f"http://localhost:{port}{base}"
    files = {**named.get("files", {}), **guide.files}
    return {**named, "folder": FOLDER, "http": services, "environment": environment, "files": files}


def _sandbox(spec: Spec[Guide], project: Project) -> Mapping[str, Any]:
    """The fields of the sandbox that a guide names; none where it names none."""
    found = project.find(spec.system, SANDBOX, spec.document.sandbox or "")
    named = next((one for one in project.specs if found and one.source.path == found.source), None)
    return named.document.model_dump(mode="json", by_alias=True) if named else {}


GUIDE = Kind(
    name="guide",
    model=Guide,
    group=N_("Guides"),
    folder="guides",
    pages=pages,
    first_week=tasks,
    checks=(
        Check(checks.no_sample, "warning"),
        Check(checks.unknown_language),
        Check(checks.unclosed_fence),
        Check(checks.stray_output),
    ),
    project_checks=(ProjectCheck(checks.unknown_embed, group="guide"),),
    parts=_parts,
    trials=Guide.trials,
    fixtures=_fixtures,
    order=lambda guide: (guide.order, guide.title),
    shows_others=True,
    figures=_figures,
    skeleton=Path(__file__).with_name("skeleton.md.jinja"),
)
