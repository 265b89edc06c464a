"""What hand-written pages show of all systems: their cards, figures over all of them, and ways for each reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta

from opsbook.counting import total
from opsbook.diagnostic import suggest
from opsbook.figures import FIGURES, Figure
from opsbook.first_week import Stage
from opsbook.kind import Spec
from opsbook.kinds.system.card import DOUBLED, MANUAL, REAL, card, documents_path, share, specs_of, spoken
from opsbook.kinds.system.first_week import first_week_path, home_id, tasks
from opsbook.kinds.system.model import System
from opsbook.labels import N_
from opsbook.markup import unlinked
from opsbook.page import relative
from opsbook.printer import Printer
from opsbook.project import Project
from opsbook.reference import Home, Unresolved

_COUNTED: tuple[Figure, ...] = (
    "runbooks",
    "steps",
    "scenarios",
    "apis",
    "diagrams",
    "alerts",
    "drills",
    "postmortems",
    "guides",
)
"""The columns of the table of figures, before those about commands."""


def embed_all(view: str, project: Project) -> Callable[[Printer], str] | Unresolved:
    """One of the views below."""
    show = _VIEWS.get(view)
    if show is None:
        return Unresolved(f"there is no view `{view}` of all systems", suggest(view, _VIEWS))
    systems = [spec for name in project.systems for spec in project.of(System, name)]
    return lambda md: show(systems, md)


def _cards(systems: Sequence[Spec[System]], md: Printer) -> str:
    cards = "\n\n".join(card(spec, md).strip() for spec in systems)
    return f'<div class="opsbook-cards opsbook-systems" markdown>\n\n{cards}\n\n</div>'


def _figures(systems: Sequence[Spec[System]], md: Printer) -> str:
    """A row a system, and one for all of them."""
    label, project = md.label, md.project
    everything = [spec for spec in project.specs if spec.system in project.systems]
    rows = [(_title(spec, md), total(specs_of(spec.system, project), project)) for spec in systems]
    whole, all_ = total(everything, project), label("All systems")
    shown = [name for name in _COUNTED if whole.get(name)]
    heads = [label("System"), *(label(FIGURES[name]) for name in shown)]
    heads += [label(said) for said, _ in _SHARES] if whole.get("commands") else []
    if len(rows) > 1:
        rows.append((f"**{all_}**", whole))
    lines = [heads, ["---", *["--:"] * (len(heads) - 1)]]
    for title, held in rows:
        shares = [_share(held, names) for _, names in _SHARES] if whole.get("commands") else []
        lines.append([title, *(str(held.get(name, 0)) for name in shown), *shares])
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return f'<div class="opsbook-numbers" markdown>\n\n{table}\n\n</div>'


_SHARES: tuple[tuple[str, tuple[Figure, ...]], ...] = (
    (N_("Run for real"), REAL),
    (N_("With a double"), DOUBLED),
    (N_("By hand"), MANUAL),
)
"""The shares of commands, by what they are called."""


def _share(held: Mapping[Figure, int], names: Sequence[Figure]) -> str:
    count = held.get("commands", 0)
    return f"{share(sum(held.get(name, 0) for name in names), count)} %" if count else ""


def _ways(links: Callable[[Spec[System], Printer], Iterator[str]]) -> Callable[[Sequence[Spec[System]], Printer], str]:
    """A list: each system that has any of these links, with them."""

    def shown(systems: Sequence[Spec[System]], md: Printer) -> str:
        found = [(spec, list(links(spec, md))) for spec in systems]
        return "\n".join(f"-   {_title(spec, md)}: {' · '.join(ways)}" for spec, ways in found if ways)

    return shown


def _on_call(spec: Spec[System], md: Printer) -> Iterator[str]:
    """What one sees, which alert fires, whom to call."""
    held = total(specs_of(spec.system, md.project), md.project)
    if held.get("scenarios"):
        yield _to(f"{spec.path}#_symptoms", N_("What do you see?"), md)
    if held.get("alerts"):
        yield _to(f"{spec.path}#_alerts", N_("Which alert fires?"), md)
    if spec.document.contacts:
        yield _to(f"{spec.path}#_contacts", N_("Whom to call"), md)


def _commanding(spec: Spec[System], md: Printer) -> Iterator[str]:
    """How bad it is, who does what, what to write."""
    for process in (one for one in specs_of(spec.system, md.project) if one.kind.name == "incident-process"):
        for field, said in _PROCESS.items():
            if getattr(process.document, field):
                yield _to(f"{process.path}#_{field}", said, md)


_PROCESS = {"severities": N_("How bad is it?"), "roles": N_("Who does what"), "messages": N_("What to write")}
"""The sections of an incident process that lead through an incident."""


def _checking(spec: Spec[System], md: Printer) -> Iterator[str]:
    """What is owed and what of it is there, or else every document; and what commands run against."""
    others = specs_of(spec.system, md.project)
    plans = [one for one in others if one.kind.name == "documentation"]
    if not plans:
        yield _to(documents_path(spec.system), N_("All documents"), md)
    for plan in plans:
        yield _to(plan.path, N_("What is owed, and what is there"), md)
    for sandbox in others:
        if sandbox.kind.name == "sandbox" and not sandbox.document.named:
            yield _to(sandbox.path, N_("What commands run against"), md)


def _first_week(spec: Spec[System], md: Printer) -> Iterator[str]:
    """The page of the first week with how long it takes, and what comes first of what is built and of setting it up."""
    found = list(tasks(spec, Printer(md.project, md.path, Home(spec.system, spec.kind.name, spec.document.id))))
    takes = md.duration(sum((task.takes for task in found), timedelta()))
    yield f"{_to(first_week_path(spec.system), N_('First week'), md)} ({takes})"
    for stage in _BEGINNING:
        first = next((task for task in found if task.stage == stage and task.id != home_id(spec)), None)
        if first:
            yield spoken(first.title, spec.document, md)


_BEGINNING: tuple[Stage, ...] = ("system", "set-up")
"""Of which parts of the first week the beginning is linked by itself."""


def _to(target: str, said: str, md: Printer) -> str:
    return f"[{md.label(said)}]({relative(target, md.path)})"


def _title(spec: Spec[System], md: Printer) -> str:
    title = spoken(unlinked(spec.document.title), spec.document, md)
    return f"[{title}]({relative(spec.path, md.path)})"


_VIEWS: Mapping[str, Callable[[Sequence[Spec[System]], Printer], str]] = {
    "cards": _cards,
    "figures": _figures,
    "on-call": _ways(_on_call),
    "commanding": _ways(_commanding),
    "checking": _ways(_checking),
    "first-week": _ways(_first_week),
}
"""What can be shown of all systems, by the word after the `|`."""
