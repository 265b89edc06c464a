"""What can be wrong with one architecture as it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from opsbook.diagnostic import Finding, suggest
from opsbook.kinds.architecture.landscape import DEPLOYED, Landscape
from opsbook.kinds.architecture.model import Architecture, DeploymentNode, Waiver
from opsbook.kinds.architecture.rules import WEAKNESS_RULES
from opsbook.kinds.architecture.weakness import Seen, WeaknessRule, covers, landscape_of, models, see
from opsbook.project import Project
from opsbook.source import Route, Source

INSIDE: dict[str, str] = {
    "component": "container",
    **dict.fromkeys(("container", "database", "queue", "storage", "system"), "system"),
}
"""What each type of element may be a part of; people and what others run are parts of nothing."""


def parent_cycle(model: Architecture) -> Iterator[Finding]:
    """An element is a part of itself, directly or by way of others.

    Nothing can be drawn inside itself. Follow the parents upwards, and end at one that has none:

        elements:
          - id: shop
            title: Shop
            type: system
          - id: app
            title: App
            type: container
            parent: shop
    """
    here = landscape_of(model)
    reported: set[str] = set()
    for id_ in sorted(here.elements):
        chain = here.chain(id_)
        if _is_own_part(here, id_) and id_ not in reported:
            reported.update(chain)
            circle = " → ".join(f"`{one}`" for one in (*chain, id_))
            yield Finding(
                ("elements", here.index[id_], "parent"),
                f"`{id_}` is a part of itself: {circle}",
                "remove the `parent` of the outermost of them",
            )


def _is_own_part(here: Landscape, id_: str) -> bool:
    """Whether the parents of an element lead back to it, and not into a circle further out."""
    return here.elements[here.chain(id_)[-1]].parent == id_


def misplaced_element(model: Architecture) -> Iterator[Finding]:
    """An element is a part of something that has no such parts.

    In the C4 model a software system has containers, and those have components; databases, queues and storage stand
    beside the containers. Readers, and the views, rely on that. A system may be a part of a larger one:

        elements:
          - id: app
            title: App
            type: container
            parent: shop           # a system
          - id: pricing
            title: Pricing
            type: component
            parent: app            # a container
    """
    here = landscape_of(model)
    for number, element in enumerate(model.elements):
        parent = here.elements.get(element.parent or "")
        needed = INSIDE.get(element.type, "")
        if element.parent and not parent:
            continue  # a reference that leads nowhere, of which another rule speaks
        if parent and parent.type != needed and not _is_own_part(here, element.id):
            cure = f"can be a part of a {needed}" if needed else "is a part of nothing"
            yield Finding(
                ("elements", number, "parent"),
                f"`{element.id}` is {_a(element.type)} in `{parent.id}`, which is {_a(parent.type)}",
                f"{_a(element.type)} {cure}; change its `type` or its `parent`",
            )
        elif element.type == "component" and not parent:
            yield Finding(
                ("elements", number),
                f"the component `{element.id}` is a part of nothing",
                "name the container that it is a part of as its `parent`, or make it a container",
            )


def _a(type_: str) -> str:
    return {"external": "an external system", "storage": "storage"}.get(type_, f"a {type_}")


def self_relationship(model: Architecture) -> Iterator[Finding]:
    """An element has a relationship with itself.

    No picture shows it, and nothing depends on anything by it. Name the parts that deal with each other, or say it in
    the description:

        relationships:
          - from: router
            to: handler
            label: Hands requests on
    """
    for number, one in enumerate(model.relationships):
        if one.source == one.to:
            yield Finding(
                ("relationships", number, "to"),
                f"`{one.source}` has a relationship with itself, which no picture shows",
                "name the parts that deal with each other, or remove it",
            )


def unconnected_element(model: Architecture) -> Iterator[Finding]:
    """An element takes part in nothing: no relationship leads to it, to a part of it, or away from there.

    In a picture it stands alone, and nobody learns what it is for. Say who uses it, or what it uses:

        relationships:
          - from: app
            to: search
            label: Looks up rooms
    """
    here = landscape_of(model)
    ends = {id_ for one in model.relationships for id_ in (one.source, one.to)}
    ends |= {id_ for view in model.dynamic_views for one in view.messages for id_ in (one.source, one.to)}
    part = {around for id_ in ends for around in here.chain(id_)}
    if not ends:
        return  # a sketch of what there is
    for number, element in enumerate(model.elements):
        if element.id not in part:
            yield Finding(
                ("elements", number),
                f"`{element.id}` takes part in no relationship",
                "add the relationships that it has, or remove it",
            )


def undeployable_instance(model: Architecture) -> Iterator[Finding]:
    """Something is said to run on a node that does not run by itself.

    People run nowhere, and what others run is theirs to deploy. Of a system its containers run, and a component runs
    within its container. Name what is started there:

        instances:
          - element: app           # a container, database, queue or storage
    """
    here = landscape_of(model)
    for placed in here.placed:
        element = here.elements.get(placed.instance.element)
        if element and element.type not in DEPLOYED:
            within = [id_ for id_ in here.children.get(element.id, ()) if here.elements[id_].type in DEPLOYED]
            unit = here.unit(element.id)
            hint = {
                "system": f"name its parts: {', '.join(f'`{id_}`' for id_ in within)}" if within else "name its parts",
                "component": f"name `{unit}`, within which it runs",
            }.get(element.type, "leave it out")
            yield Finding(
                (*placed.route, "element"), f"`{element.id}` is {_a(element.type)}, and does not run by itself", hint
            )


def stray_absence(model: Architecture) -> Iterator[Finding]:
    """An environment is said to lack an element that runs there.

    Its page would say both. Remove one of the two:

        without:
          - element: payments
            reason: The sandbox of the provider answers.
    """
    here = landscape_of(model)
    for number, deployment in enumerate(model.deployments):
        for position, absence in enumerate(deployment.without):
            if absence.element in here.runs_in(number):
                yield Finding(
                    ("deployments", number, "without", position, "element"),
                    f"`{absence.element}` runs in `{deployment.environment}`, which is said to lack it",
                    "remove it here, or its instance on the node",
                )


def unmodelled_message(model: Architecture) -> Iterator[Finding]:
    """A dynamic view shows a message between elements that have no relationship.

    Then the sequence or the model is wrong, and nobody can tell which. A relationship in either direction will do,
    also one of an element around them or inside them:

        relationships:
          - from: app
            to: queue
            label: Enqueues messages
            mode: async
    """
    here = landscape_of(model)
    for number, view in enumerate(model.dynamic_views):
        for position, message in enumerate(view.messages):
            ends = message.source, message.to
            if all(id_ in here.elements for id_ in ends) and not _related(here, *ends):
                yield Finding(
                    ("dynamic_views", number, "messages", position),
                    f"`{message.source}` and `{message.to}` exchange messages here, and have no relationship",
                    "add the relationship to the model, or correct the message",
                )


def _related(here: Landscape, one: str, other: str) -> bool:
    """Whether a relationship joins two elements, what is around them or inside them; or one holds the other."""
    here_ends, there_ends = here.near(one), here.near(other)
    return other in here_ends or any(
        there in there_ends
        for id_ in here_ends
        for _, it in here.touching.get(id_, ())
        for there in [it.to if it.source == id_ else it.source]
    )


def repeated_name(model: Architecture) -> Iterator[Finding]:
    """Two parts of the model that have to be told apart have the same name.

    An environment is deployed in one way, and the ids of all of its nodes become addresses within pages:

        deployments:
          - environment: production
            nodes:
              - {id: host-a, title: Host A}
              - {id: host-b, title: Host B}
    """
    for what, named in _named(model):
        seen: set[str] = set()
        for route, name in named:
            if name in seen:
                cure = "put all of its nodes under one" if what == "environment" else "give one of them another id"
                yield Finding(route, f"a second {what} is called `{name}`", cure)
            seen.add(name)


def _named(model: Architecture) -> Iterator[tuple[str, Iterable[tuple[Route, str]]]]:
    """What each group of names is for, and the names that have to differ within it."""
    deployments = [(("deployments", number), one) for number, one in enumerate(model.deployments)]
    yield "environment", [((*route, "environment"), one.environment) for route, one in deployments]
    for route, one in deployments:
        yield "node", _nodes(one.nodes, route)


def _nodes(nodes: tuple[DeploymentNode, ...], route: Route) -> Iterator[tuple[Route, str]]:
    """All nodes below one; of those beside each other, `project/duplicate-id` looks after itself."""
    beside: set[str] = set()
    for number, node in enumerate(nodes):
        here = (*route, "nodes", number)
        if node.id not in beside:
            yield (*here, "id"), node.id
        beside.add(node.id)
        yield from _nodes(node.nodes, here)


def unknown_rule_waived(model: Architecture) -> Iterator[Finding]:
    """A waiver names a rule that finds no weaknesses.

    It would cover nothing, and its author believes that it does. The names are those that `opsbook check` prints,
    without `architecture/`:

        waivers:
          - rule: single-point-of-failure
            element: postgres
            reason: One host until the move is done.
            until: 2027-03-01
    """
    known = [rule.name for rule in WEAKNESS_RULES]
    for number, waiver in enumerate(model.waivers):
        if waiver.rule not in known:
            yield Finding(
                ("waivers", number, "rule"),
                f"no rule about weaknesses is called `{waiver.rule}`",
                suggest(waiver.rule, known),
            )


def useless_waiver(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A waiver covers nothing: what it accepts is not found.

    The weakness is gone, or the waiver names another element than the finding does. As long as it stands there, it
    would cover the weakness should it come back, and nobody would be told. Remove it:

        waivers:
          - rule: single-point-of-failure
            element: postgres      # the element that the finding names
            environment: production
            reason: One host until the move is done.
            until: 2027-03-01
    """
    for seen, number, waiver, rule in _waivers(project):
        found = seen.found(rule)
        missing = seen.spec.system in project.unread  # what could not be read may be what it is for
        if not missing and not any(covers(waiver, rule, one) for one in found):
            others = ", ".join(dict.fromkeys(one.subject.spelled for one in found[:_NAMED]))
            yield (
                seen.spec.source,
                Finding(
                    ("waivers", number),
                    f"`{waiver.rule}` finds nothing that this covers",
                    f"remove it, or name what is found: {others}" if others else "remove it",
                ),
            )


_NAMED = 4
"""How many things a hint names."""


def expired_waiver(project: Project, today: date) -> Iterator[tuple[Source, Finding]]:
    """A waiver has ended, and what it accepted is still there.

    Whoever accepted it did so until a day. That day has come, so the weakness is reported again. Mend it, or accept
    it anew with a later day, and for a reason that still holds:

        waivers:
          - rule: single-point-of-failure
            element: postgres
            reason: One host until the move is done.
            until: 2027-03-01
    """
    for seen, number, waiver, rule in _waivers(project):
        if waiver.until <= today and any(covers(waiver, rule, one) for one in seen.found(rule)):
            yield (
                seen.spec.source,
                Finding(
                    ("waivers", number, "until"),
                    f"this waiver ended on {waiver.until}; what it covered is reported again",
                    "mend the weakness, or accept it until a later day",
                ),
            )


def _waivers(project: Project) -> Iterator[tuple[Seen, int, Waiver, WeaknessRule]]:
    """The waivers, where each stands, and the rule that it names; those that name none have their own."""
    rules = {rule.name: rule for rule in WEAKNESS_RULES}
    for spec in models(project):
        for number, waiver in enumerate(spec.document.waivers):
            if waiver.rule in rules:
                yield see(spec, project), number, waiver, rules[waiver.rule]


def second_architecture(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A system has more than one model of its architecture.

    All views and all findings come from one set of elements, and the pages of two models would lie upon each other.
    Put everything into one; what belongs to another system goes to that system's specs:

        specs/shop/architecture.yaml
        specs/warehouse/architecture.yaml
    """
    first: dict[str, str] = {}
    for spec in sorted(models(project), key=lambda one: one.source.path):
        other = first.setdefault(spec.system, spec.source.path)
        if other != spec.source.path:
            yield (
                spec.source,
                Finding(
                    ("id",),
                    f"`{spec.system}` already has an architecture: {other}",
                    "put everything into one document; there are as many views of it as are needed",
                ),
            )
