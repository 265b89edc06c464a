"""Is the documentation of a system what its plan says? Judged for the page, and for `opsbook check --gate`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from opsbook.counting import figures, tables
from opsbook.diagnostic import Finding
from opsbook.figures import Figure
from opsbook.kind import Definition, Spec
from opsbook.kinds.documentation.model import Deliverable, Documentation, Standard
from opsbook.model import Model
from opsbook.project import Project
from opsbook.reference import Unresolved
from opsbook.source import Route, Source


@dataclass(frozen=True)
class Need:
    """Something that a plan wants of documents, and what there is of it."""

    route: Route
    """Where the plan says so."""
    figure: Figure | None
    """What is counted; None for a field that has to be filled."""
    field: str
    """The path of that field; empty for what is counted."""
    wanted: int
    """How much there has to be; 1 for a field."""
    found: int
    """How much there is; 0 for a field that nobody filled."""

    @property
    def met(self) -> bool:
        """Whether there is enough."""
        return self.found >= self.wanted


@dataclass(frozen=True)
class Judged:
    """A deliverable, and how far it is there."""

    deliverable: Deliverable
    route: Route
    """Where its plan says that it is owed."""
    documents: tuple[Definition, ...]
    """What of it exists."""
    missing: tuple[tuple[Route, str, Unresolved], ...]
    """What of it does not: where the plan names it, by what reference, and why it leads nowhere."""
    needs: tuple[Need, ...]
    """What its documents have to hold together."""

    @property
    def met(self) -> bool:
        """Whether all of it is there, and holds what it has to."""
        return not self.missing and all(need.met for need in self.needs)


@dataclass(frozen=True)
class Held:
    """A standard, and how far the documents of its kind keep it."""

    standard: Standard
    route: Route
    """Where its plan says so."""
    documents: tuple[tuple[Spec[Any], tuple[Need, ...]], ...]
    """Each document of the kind, with what it should hold."""

    @property
    def kept(self) -> int:
        """How many documents hold all of it."""
        return sum(all(need.met for need in needs) for _, needs in self.documents)

    @property
    def met(self) -> bool:
        """Whether enough documents do."""
        return self.kept * 100 >= self.standard.share * len(self.documents)


def deliverables(spec: Spec[Documentation], project: Project) -> tuple[Judged, ...]:
    """Every deliverable of a plan, and how far it is there."""
    return tuple(_judged(one, number, spec, project) for number, one in enumerate(spec.document.deliverables))


def _judged(deliverable: Deliverable, number: int, spec: Spec[Documentation], project: Project) -> Judged:
    route = ("deliverables", number)
    found: list[Definition] = []
    missing: list[tuple[Route, str, Unresolved]] = []
    for index, reference in enumerate(deliverable.documents):
        definition = project.resolve(reference, spec.home)
        if isinstance(definition, Unresolved):
            missing.append(((*route, "documents", index), reference, definition))
        else:
            found.append(definition)
    specs = specs_of(found, project)
    needs = _needs(deliverable.at_least, deliverable.holds, route, specs, project)
    return Judged(deliverable, route, tuple(found), tuple(missing), tuple(needs))


def specs_of(definitions: Iterable[Definition], project: Project) -> list[Spec[Any]]:
    """The documents that define these things, each once."""
    sources = {definition.source for definition in definitions}
    return [spec for spec in project.specs if spec.source.path in sources]


def standards(spec: Spec[Documentation], project: Project) -> tuple[Held, ...]:
    """Every standard of a plan, and how far it is kept."""
    return tuple(_held(one, number, spec, project) for number, one in enumerate(spec.document.standards))


def _held(standard: Standard, number: int, spec: Spec[Documentation], project: Project) -> Held:
    route = ("standards", number)
    kinds = {standard.kind, *standard.also}
    of_kind = [one for one in project.specs if one.system == spec.system and one.kind.name in kinds]
    judged = ((one, tuple(_needs(standard.at_least, standard.holds, route, [one], project))) for one in of_kind)
    return Held(standard, route, tuple(judged))


def _needs(
    at_least: Mapping[Figure, int], holds: Sequence[str], route: Route, specs: Sequence[Spec[Any]], project: Project
) -> Iterator[Need]:
    for figure, wanted in at_least.items():
        if figure == "tables":
            found = sum(tables(one, project) for one in specs)
        else:
            found = sum(figures(one, project).get(figure, 0) for one in specs)
        yield Need((*route, "at_least", figure), figure, "", wanted, found)
    for index, path in enumerate(holds):
        yield Need((*route, "holds", index), None, path, 1, int(any(holds_any(one.document, path) for one in specs)))


def holds_any(document: Model, path: str) -> bool:
    """Whether a document fills a field, or one of several: `rollback`, `scenarios.prevention`, `notes.a|notes.b`.

    Where a field is a list, each of its parts has to fill what stands after the dot, or the part of that id is meant.
    """
    return any(_filled(document, one.split(".")) for one in path.split("|"))


def _filled(value: Any, names: Sequence[str]) -> bool:
    if not names:
        return bool(value)
    first, *rest = names
    if isinstance(value, tuple):
        named = [one for one in value if getattr(one, "id", None) == first]
        return _filled(named[0], rest) if named else bool(value) and all(_filled(one, names) for one in value)
    if isinstance(value, dict):
        return _filled(value.get(first), rest)
    return _filled(getattr(value, first, None), rest)


# The rules of the gate


def missing_deliverable(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A document that the plan of a system names as owed is not there.

    A plan is a promise to those who will look for the document at three in the morning. Write it (`opsbook new` makes
    the first draft), or take it out of the plan, so that nobody relies on it:

        deliverables:
          - id: troubleshooting
            title: Troubleshooting
            documents: [runbook:troubleshooting]
    """
    for spec, judged in _every(project):
        for route, reference, why in judged.missing:
            yield (
                spec.source,
                Finding(
                    route,
                    f"the deliverable `{judged.deliverable.id}` of `{spec.system}` lacks `{reference}`: {why.message}",
                    why.hint,
                ),
            )


def thin_deliverable(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """The documents of a deliverable hold less than the plan wants of them.

    What is counted stands on the page of the plan, beside what was wanted. Write what is missing, or want less:

        at_least: {scenarios: 10}
        holds: [escalation, scenarios.prevention]
    """
    for spec, judged in _every(project):
        for need in judged.needs if judged.documents else ():
            if not need.met:
                yield (
                    spec.source,
                    Finding(
                        need.route,
                        f"the deliverable `{judged.deliverable.id}` of `{spec.system}` {_lacks(need)}",
                        _CURE,
                    ),
                )


def below_standard(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """Fewer documents of a kind than the plan says hold what each of them should.

    The message names those that do not. Mend them, or say which share is enough:

        standards:
          - {id: commands, title: Runbooks have commands, kind: runbook, at_least: {commands: 1}, share: 100}
    """
    for spec in plans(project):
        for held in standards(spec, project):
            if held.met:
                continue
            short = [f"`{one.document.id}`" for one, needs in held.documents if not all(need.met for need in needs)]
            yield (
                spec.source,
                Finding(
                    held.route,
                    f"only {held.kept} of {len(held.documents)} documents of the kind {_kinds(held.standard)} keep "
                    f"`{held.standard.id}`, and {held.standard.share} % should",
                    f"mend {', '.join(short)}",
                ),
            )


def missing_plan(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A system has no plan that says what documentation it owes.

    Without one, nobody notices what was never written. Draft it:

        opsbook new documentation documentation -s checkout
    """
    planned = {spec.system for spec in plans(project)}
    for spec in project.specs:
        if spec.kind.name == "system" and spec.system not in planned:
            yield (
                spec.source,
                Finding(
                    ("id",),
                    f"`{spec.system}` has no plan of its documentation",
                    f"`opsbook new documentation documentation -s {spec.system}` drafts one",
                ),
            )


def _kinds(standard: Standard) -> str:
    return " or ".join(f"`{kind}`" for kind in (standard.kind, *standard.also))


_CURE = "write what is missing, or want less of it here"


def _lacks(need: Need) -> str:
    if need.figure:
        return f"has {need.found} {need.figure}, and {need.wanted} are wanted"
    return f"has no document that fills `{need.field}`"


def plans(project: Project) -> list[Spec[Documentation]]:
    """The plans of all systems."""
    return [spec for spec in project.specs if isinstance(spec.document, Documentation)]


def _every(project: Project) -> Iterator[tuple[Spec[Documentation], Judged]]:
    return ((spec, judged) for spec in plans(project) for judged in deliverables(spec, project))


def report(project: Project) -> Iterator[str]:
    """A line for each system: how much of what it owes is there."""
    for spec in plans(project):
        judged = deliverables(spec, project)
        short = [one.deliverable.id for one in judged if not one.met]
        state = f"not whole: {', '.join(short)}" if short else "all there"
        yield f"{spec.system}: {len(judged) - len(short)} of {len(judged)} deliverables, {state}"
