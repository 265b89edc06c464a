"""What guides and hand-written pages show of a system: its card, its tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from opsbook import markup
from opsbook.diagnostic import suggest
from opsbook.kind import Definition, Spec
from opsbook.kinds.system.card import CARD, card
from opsbook.kinds.system.model import System
from opsbook.labels import N_
from opsbook.printer import Printer
from opsbook.project import Project
from opsbook.reference import Unresolved


def embed(
    spec: Spec[System], definition: Definition, view: str, _project: Project
) -> Callable[[Printer], str] | Unresolved:
    """Its card, one of its tables, or the row of one thing."""
    if definition.type == "system":
        if view == CARD:
            return lambda md: card(spec, md)
        if view not in _TABLES:
            return Unresolved(f"there is no view `{view}` of a system", suggest(view, (CARD, *_TABLES)))
        return lambda md: _table(spec.document, view, md, "")
    field = f"{definition.type}s"
    if view or field not in _TABLES:
        return Unresolved(f"`{definition.id}` cannot be embedded so", f"embed the system, with one of {_SPELLED}")
    return lambda md: _table(spec.document, field, md, definition.id)


def _table(system: System, field: str, md: Printer, id_: str) -> str:
    heads, rows = _TABLES[field]
    shown = [row for one, row in zip(getattr(system, field), rows(system, md), strict=True) if id_ in ("", one.id)]
    lines = [[md.label(head) for head in heads], ["---"] * len(heads), *shown]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _services(system: System, md: Printer) -> list[Sequence[str]]:
    return [
        (
            md.link("service", one.id),
            md.cell(one.description or ""),
            md.links("service", one.depends_on),
            md.link("role", one.owner) if one.owner else "",
        )
        for one in system.services
    ]


def _environments(system: System, md: Printer) -> list[Sequence[str]]:
    return [(md.link("environment", one.id), md.cell(one.description or "")) for one in system.environments]


def _urls(system: System, md: Printer) -> list[Sequence[str]]:
    return [
        (
            md.link("url", one.id),
            md.value(one.url) if "$" in one.url else markup.link(one.url),
            md.link("environment", one.environment) if one.environment else "",
            md.cell(one.expect or ""),
        )
        for one in system.urls
    ]


def _roles(system: System, md: Printer) -> list[Sequence[str]]:
    return [(md.link("role", one.id), md.cell(one.duties or ""), md.value(one.contact)) for one in system.roles]


_TABLES: dict[str, tuple[tuple[str, ...], Callable[[System, Printer], list[Sequence[str]]]]] = {
    "services": ((N_("Service"), N_("What it does"), N_("Needs"), N_("Owner")), _services),
    "environments": ((N_("Environment"), N_("What it is")), _environments),
    "urls": ((N_("What"), N_("Address"), N_("Environment"), N_("Expected")), _urls),
    "roles": ((N_("Role"), N_("Answers for"), N_("Contact")), _roles),
}
"""What can be shown, by the word after the `|`: the heads of its table, and its rows."""

_SPELLED = ", ".join(f"`|{name}`" for name in (CARD, *_TABLES))
