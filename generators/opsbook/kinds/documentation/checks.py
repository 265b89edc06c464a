"""Does a plan speak of things that there are?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from opsbook.diagnostic import Finding, suggest
from opsbook.kinds.documentation.covered import coverages
from opsbook.kinds.documentation.gate import plans
from opsbook.kinds.documentation.model import Documentation
from opsbook.project import Project
from opsbook.source import Route, Source


def unknown_kind(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A plan speaks of a kind of spec that there is not.

    Nothing would ever be held to what it says there. The kinds stand in the reference; packages bring further ones.

        standards:
          - {id: tried, title: Runbooks are tried, kind: runbook, at_least: {commands: 1}}
    """
    kinds = [kind.name for kind in project.kinds]
    for spec in plans(project):
        for route, name in _kinds(spec.document):
            if name not in kinds:
                yield spec.source, Finding(route, f"there is no kind `{name}`", suggest(name, kinds))


def _kinds(plan: Documentation) -> Iterator[tuple[Route, str]]:
    """Every kind that a plan names, and where."""
    for number, standard in enumerate(plan.standards):
        yield ("standards", number, "kind"), standard.kind
        for index, name in enumerate(standard.also):
            yield ("standards", number, "also", index), name
    for number, schedule in enumerate(plan.schedule):
        yield ("schedule", number, "kind"), schedule.kind
    for number, coverage in enumerate(plan.coverage):
        for index, name in enumerate(coverage.by):
            yield ("coverage", number, "by", index), name


def unknown_field(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A plan wants a field filled that documents of that kind do not have.

    The fields stand in the reference of each kind. Those of parts follow a dot:

        holds: [rollback, scenarios.prevention]
    """
    models = {kind.name: kind.model for kind in project.kinds}
    for spec in plans(project):
        for route, path, kinds in _paths(spec.document):
            known = [name for kind in kinds if kind in models for name in models[kind].model_fields]
            for one in path.split("|"):
                first = one.partition(".")[0]
                if known and first not in known:
                    yield spec.source, Finding(route, f"no such document has a field `{first}`", suggest(first, known))


def _paths(plan: Documentation) -> Iterator[tuple[Route, str, list[str]]]:
    """Every field that a plan wants filled, where it says so, and the kinds of the documents."""
    for number, deliverable in enumerate(plan.deliverables):
        kinds = [reference.rpartition("/")[2].partition(":")[0] for reference in deliverable.documents]
        for index, path in enumerate(deliverable.holds):
            yield ("deliverables", number, "holds", index), path, kinds
    for number, standard in enumerate(plan.standards):
        for index, path in enumerate(standard.holds):
            yield ("standards", number, "holds", index), path, [standard.kind, *standard.also]


def second_plan(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A system has more than one plan of its documentation.

    What is owed stands in one place, so that it can be read at once. Join them:

        specs/checkout/documentation.yaml      kind: documentation
    """
    seen: dict[str, str] = {}
    for spec in plans(project):
        first = seen.setdefault(spec.system, spec.source.path)
        if first != spec.source.path:
            yield spec.source, Finding(("id",), f"`{spec.system}` already has a plan in {first}", "join the two")


def empty_coverage(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A plan wants things covered of which the system has none.

    It would always be kept, and says nothing. Write what defines them, or take the rule out:

        coverage:
          - {id: alerts, title: Alerts have a runbook, of: alert, by: [runbook]}
    """
    for spec in plans(project):
        for one in coverages(spec, project) if spec.system not in project.unread else ():
            if not one.things:
                yield (
                    spec.source,
                    Finding(
                        (*one.route, "of"),
                        f"`{spec.system}` has nothing of the type `{one.coverage.of}`",
                        "write what defines it, or remove the rule",
                    ),
                )


def unknown_excuse(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A plan excuses something from being covered that is not there.

    It was renamed or removed, and the excuse says nothing any more, or it hides a slip. Ids are those that references
    end with: `worker`, `restore#dump` for a part of a document.

        without: {restore#dump: The script of the hoster does it.}
    """
    for spec in plans(project):
        for one in coverages(spec, project) if spec.system not in project.unread else ():
            known = [thing.definition.id for thing in one.things]
            for id_ in one.coverage.without if known else ():
                if id_ not in known:
                    yield (
                        spec.source,
                        Finding(
                            (*one.route, "without", id_),
                            f"there is no {one.coverage.of} `{id_}` in `{spec.system}`",
                            suggest(id_, known),
                            key=True,
                        ),
                    )


def needless_excuse(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A plan excuses something from being covered that is covered.

    The excuse is out of date: whoever reads it believes that nothing helps there. Remove the line:

        without:
          watchdog: It only proves that alerts arrive.
    """
    for spec in plans(project):
        for one in coverages(spec, project):
            for thing in one.things:
                id_ = thing.definition.id
                covering = thing.by(one.coverage.by)
                if id_ in one.coverage.without and covering:
                    yield (
                        spec.source,
                        Finding(
                            (*one.route, "without", id_),
                            f"`{id_}` is excused, and `{covering[0].type}:{covering[0].id}` covers it",
                            "remove the line",
                            key=True,
                        ),
                    )


def repeated_schedule(plan: Documentation) -> Iterator[Finding]:
    """A plan schedules the reviews of one kind twice.

    Which of the two holds is anybody's guess. Leave one:

        schedule:
          - {kind: runbook, owner: on-call, every: 30d, after: [incident]}
    """
    seen: set[str] = set()
    for number, schedule in enumerate(plan.schedule):
        if schedule.kind in seen:
            route = ("schedule", number, "kind")
            yield Finding(route, f"the reviews of `{schedule.kind}` are scheduled twice", "leave one of the two")
        seen.add(schedule.kind)


def unscheduled_review(plan: Documentation) -> Iterator[Finding]:
    """A schedule of reviews says neither how often they are nor what makes one due.

    Then nothing is ever due. Say one of the two:

        schedule:
          - {kind: incident-process, owner: incident-lead, after: [incident]}
    """
    for number, schedule in enumerate(plan.schedule):
        if schedule.every is None and not schedule.after:
            yield Finding(
                ("schedule", number),
                f"nothing ever makes a review of `{schedule.kind}` due",
                "add `every: 90d`, or `after: [incident]`",
            )


def unfounded_target(plan: Documentation) -> Iterator[Finding]:
    """A target is a share that nothing is held against, or one that the specs cannot tell and nobody said why.

    Coverage, completion of postmortems and accuracy of runbooks are computed: give the share. Where something is
    measured elsewhere, say where:

        targets:
          - {id: coverage, title: Coverage, measures: documentation-coverage, target: 95 %, at_least: 95}
          - id: onboarding
            title: First week
            measures: onboarding-time
            target: a third less
            unmeasured: The lead of the team asks for it after the first week.
    """
    for number, target in enumerate(plan.targets):
        computed = target.measures in ("documentation-coverage", "postmortem-completion", "runbook-accuracy")
        if computed and target.at_least is None:
            yield Finding(("targets", number), f"the target `{target.id}` says no share", "add `at_least: 95`")
        if target.measures == "onboarding-time" and not target.unmeasured:
            yield Finding(
                ("targets", number),
                f"the specs cannot tell `{target.id}`",
                "say in `unmeasured` why, and where it is measured",
            )
