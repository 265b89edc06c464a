"""Systems: what is documented, where it runs, who answers for it and what to do now."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opsbook.kind import Check, Kind, Part, Subject
from opsbook.kinds.system import checks
from opsbook.kinds.system.all_systems import embed_all
from opsbook.kinds.system.card import documents_path
from opsbook.kinds.system.changes import changes_path, feeds
from opsbook.kinds.system.embed import embed
from opsbook.kinds.system.first_week import first_week_path
from opsbook.kinds.system.model import System
from opsbook.kinds.system.page import pages
from opsbook.model import Named


def _parts(system: System) -> Iterator[Part]:
    parts: tuple[tuple[str, str, tuple[Named, ...]], ...] = (
        ("role", "roles", system.roles),
        ("contact", "contacts", system.contacts),
        ("environment", "environments", system.environments),
        ("service", "services", system.services),
        ("url", "urls", system.urls),
        ("dependency", "dependencies", system.dependencies),
    )
    for type_, field, things in parts:
        for index, thing in enumerate(things):
            yield Part(thing.id, thing.title, f"{type_}-{thing.id}", (field, index), type_)


def _subjects(system: System) -> Iterator[Subject]:
    for type_, field, things in (
        ("service", "services", system.services),
        ("environment", "environments", system.environments),
    ):
        for number in range(len(things)):
            yield Subject(type_, (field, number))


SYSTEM = Kind(
    name="system",
    model=System,
    pages=pages,
    shows_others=True,
    embed=embed,
    embed_all=embed_all,
    checks=(
        Check(checks.no_health_url, "warning"),
        Check(checks.circular_dependency),
        Check(checks.missing_description, "note"),
    ),
    parts=_parts,
    subjects=_subjects,
    page=lambda system, _document: f"{system}/index.md",
    more_pages=lambda system: (documents_path(system), first_week_path(system), changes_path(system)),
    artifacts=feeds,
    skeleton=Path(__file__).with_name("skeleton.yaml.jinja"),
)
