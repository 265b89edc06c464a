"""The rules about weaknesses, one function each."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from decimal import ROUND_FLOOR, Decimal, localcontext

from opsbook.kinds.architecture.drift import DRIFT_RULES
from opsbook.kinds.architecture.landscape import DEPLOYED, OUTSIDE, Landscape, Placed
from opsbook.kinds.architecture.weakness import Seen, Subject, Told, Weakness, WeaknessRule, told
from opsbook.labels import N_


def single_point_of_failure(seen: Seen) -> Iterator[Weakness]:
    """An element that others cannot work without runs only once in production.

    When it fails, or the one machine under its instances does, everything that needs it fails with it; the message
    says what that is. An element counts as spread when its instances stand on separate nodes, or when `redundancy`,
    its own or that of a node around it, is `zone` or `region`:

        nodes:
          - id: database
            title: Managed PostgreSQL
            redundancy: zone
            instances:
              - element: postgres

    Where one machine is accepted for now, one waiver without an `element` covers everything that runs on it:

        waivers:
          - rule: single-point-of-failure
            environment: production
            reason: One host until the move is done.
            until: 2027-03-01
    """
    here = seen.landscape
    for number, deployment in enumerate(seen.model.deployments):
        if not deployment.production:
            continue
        for id_ in sorted(here.runs_in(number)):
            placed = [one for one in here.deployed[id_] if one.deployment == number]
            node = _single_machine(placed)
            if not node or not here.users(id_):
                continue
            lost = {here.unit(one) for one in here.blast_radius(id_)} - {id_}
            count = sum(one.instance.count for one in placed)
            yield Weakness(
                placed[0].route,
                Subject(element=id_, environment=deployment.environment),
                N_("`{element}` runs once in `{environment}`, on `{node}`; lost with it: {lost}")
                if count == 1
                else N_("all {count} of `{element}` run on `{node}` in `{environment}`; lost with that: {lost}"),
                N_("spread it over nodes, or say with `redundancy: zone` that it is; accept it with a waiver"),
                (
                    ("element", id_),
                    ("environment", deployment.environment),
                    ("node", node),
                    ("count", str(count)),
                    ("lost", _names(lost)),
                ),
            )


def _single_machine(placed: list[Placed]) -> str:
    """The node that all instances are lost with; nothing where they are spread."""
    if any(one.redundancy != "none" for one in placed):
        return ""
    shared = placed[0].nodes
    for one in placed[1:]:
        shared = tuple(a for a, b in zip(shared, one.nodes, strict=False) if a is b)
    inner = placed[0].nodes[-1]
    if all(one.nodes[-1] is inner for one in placed):
        return inner.id
    return next((node.id for node in reversed(shared) if node.redundancy == "none"), "")


def circular_dependency(seen: Seen) -> Iterator[Weakness]:
    """Elements need each other to work, each of them hard.

    After an outage none of them starts before the others, and a failure of one is a failure of all. Break the circle
    where one side can go on with less, and say so, or turn a call into a message that waits in a queue:

        relationships:
          - from: billing
            to: orders
            label: Asks for the order
            criticality: soft
            on_failure: Bills are written when the orders are back.
    """
    here = seen.landscape
    for way in here.circles:
        pairs = set(zip(way, (*way[1:], way[0]), strict=True))
        first = min(
            one.relationship
            for one in here.dependencies
            if one.hard and (here.unit(one.dependent), here.unit(one.on)) in pairs
        )
        yield Weakness(
            ("relationships", first),
            Subject(element=way[0]),
            N_("these need each other to work: {circle}"),
            N_("find the side that can go on without the other, and give that relationship `criticality: soft`"),
            (("circle", " → ".join(f"`{id_}`" for id_ in (*way, way[0]))),),
        )


def slo_too_high(seen: Seen) -> Iterator[Weakness]:
    """An element promises more than what it cannot work without allows.

    It fails whenever one of its hard dependencies does. If these fail independently of each other, it is up for at
    most the product of their availabilities, before any failure of its own. The rule is that of "The Calculus of
    Service Availability" (Treynor, Dahlin, Rau and Beyer, ACM Queue 15(2), 2017), where a service cannot be more
    available than the intersection of its critical dependencies. Only dependencies with an `slo` are counted, and
    only those at first hand: what stands behind these is in their own `slo`. What others promise is theirs to keep.

    Promise less, get more from what is needed, or need it less: with a cache, a retry, a queue. Where dependencies fail
    together, as on one host, the product is too low, and a waiver says so.

        elements:
          - id: app
            title: App
            type: container
            slo: "99.8"
    """
    here = seen.landscape
    for id_, element in sorted(here.elements.items()):
        promised = element.availability
        parts = {on: share for on in here.needs.get(id_, ()) if (share := here.elements[on].availability) is not None}
        if promised is None or element.type in OUTSIDE:
            continue
        with localcontext(prec=10 * len(parts) + 10):  # an SLO has at most eight digits: nothing is rounded
            bound = math.prod(parts.values(), start=Decimal(1))
            most = (bound * 100).quantize(Decimal("0.000001"), ROUND_FLOOR).normalize()
        if promised > bound:
            yield Weakness(
                ("elements", here.index[id_], "slo"),
                Subject(element=id_),
                N_("`{element}` promises {promised} %, but what it needs allows {most} % at most: {parts}"),
                N_("promise less, or make one of those dependencies soft or more available"),
                (
                    ("element", id_),
                    ("promised", str(element.slo)),
                    ("most", f"{most:f}"),
                    ("parts", ", ".join(f"`{on}` {here.elements[on].slo} %" for on in parts)),
                ),
            )


def unauthenticated_crossing(seen: Seen) -> Iterator[Weakness]:
    """A relationship crosses from one trust zone into another without authentication.

    Within a zone callers trust each other; at its border nobody is who they say they are until they have shown it.
    Say how the other side knows who is calling, or waive it where everybody may call:

        relationships:
          - from: browser
            to: api
            label: Books a room
            authentication: Session cookie

    What others run, and people, stand outside of every zone unless they name one. Of our own elements without a
    `zone` nothing is said.
    """
    here = seen.landscape
    if not seen.model.zones:
        return
    for number, one in here.relationships:
        if one.authentication:
            continue
        left, entered = (_zone(here, id_) for id_ in (one.source, one.to))
        if left is None or entered is None or left == entered:
            continue
        if not left:
            message = N_("`{source}` comes from outside to `{to}` in the zone `{entered}` without authentication")
        elif not entered:
            message = N_("`{source}` in the zone `{left}` turns to `{to}` outside without authentication")
        else:
            message = N_("`{source}` in the zone `{left}` reaches `{to}` in `{entered}` without authentication")
        yield Weakness(
            ("relationships", number),
            Subject(source=one.source, to=one.to),
            message,
            N_("say under `authentication:` how the other side knows who is calling"),
            (("source", one.source), ("to", one.to), ("left", left), ("entered", entered)),
        )


def _zone(here: Landscape, id_: str) -> str | None:
    """The zone of an element: empty outside of all of them, None where one of ours says nothing."""
    return here.inherited(id_, "zone") or ("" if here.elements[id_].type in OUTSIDE else None)


def unencrypted_personal_data(seen: Seen) -> Iterator[Weakness]:
    """Personal data travels unencrypted, or nothing says how.

    Whoever listens on the way reads it, and the law asks who could. Encrypt it; what never leaves the machine is
    `local`:

        relationships:
          - from: app
            to: postgres
            label: Reads and writes guests
            transport: encrypted
            data: [guest-details]
    """
    personal = {one.id for one in seen.model.data_classes if one.personal}
    for number, one in seen.landscape.relationships:
        data = sorted(personal.intersection(one.data))
        if not data or one.transport in ("encrypted", "local"):
            continue
        yield Weakness(
            ("relationships", number, "transport") if one.transport else ("relationships", number),
            Subject(source=one.source, to=one.to),
            N_("{data} travels readable from `{source}` to `{to}`")
            if one.transport
            else N_("{data} travels from `{source}` to `{to}`, and nothing says whether it can be read on the way"),
            N_("encrypt it and write `transport: encrypted`; `local` where it never leaves the machine"),
            (("data", _names(data)), ("source", one.source), ("to", one.to)),
        )


def missing_in_environment(seen: Seen) -> Iterator[Weakness]:
    """An environment lacks what something that runs there cannot work without.

    Either it does run there and the model has not noticed, or something stands in for it. Name the node that it
    runs on, or say why it is not there:

        deployments:
          - environment: staging
            nodes: […]
            without:
              - element: payments
                reason: The sandbox of the provider answers.
    """
    here = seen.landscape
    for number, deployment in enumerate(seen.model.deployments):
        running = here.runs_in(number)
        there = running | {one.element for one in deployment.without}
        for id_ in sorted(here.elements):
            users = [one for one in here.users(id_) if one in running]
            if here.elements[id_].type in DEPLOYED and id_ not in there and users:
                yield Weakness(
                    ("deployments", number),
                    Subject(element=id_, environment=deployment.environment),
                    N_("`{environment}` lacks `{element}`, without which {users} cannot work"),
                    N_("name it under `instances:` of a node, or under `without:` with the reason"),
                    (("environment", deployment.environment), ("element", id_), ("users", _names(users))),
                )


def deployed_nowhere(seen: Seen) -> Iterator[Weakness]:
    """An element runs in no environment.

    Either the model misses where it runs, or it is gone and the model has not noticed. Say on which node of which
    environment it runs, or remove it:

        deployments:
          - environment: production
            nodes:
              - id: host
                title: Docker host
                instances:
                  - element: app
    """
    if not seen.model.deployments:
        return
    for id_, element in sorted(seen.landscape.elements.items()):
        if element.type in DEPLOYED and id_ not in seen.landscape.deployed:
            yield Weakness(
                ("elements", seen.landscape.index[id_]),
                Subject(element=id_),
                N_("`{element}` runs in no environment"),
                N_("name it under `instances:` of a node, or remove it"),
                (("element", id_),),
            )


def no_owner(seen: Seen) -> Iterator[Weakness]:
    """Nobody answers for an element.

    When it fails, or when it has to change, somebody has to be asked. An owner counts for everything inside, so one
    for the system is a beginning:

        elements:
          - id: shop
            title: Shop
            type: system
            owner: backend
    """
    here = seen.landscape
    for id_, element in sorted(here.elements.items()):
        outermost = element.parent not in here.elements  # of what is inside, the same would be said
        if element.type not in OUTSIDE | {"component"} and outermost and not here.inherited(id_, "owner"):
            yield Weakness(
                ("elements", here.index[id_]),
                Subject(element=id_),
                N_("nobody answers for `{element}`"),
                N_("give it an `owner`, a role of the system"),
                (("element", id_),),
            )


def no_runbook(seen: Seen) -> Iterator[Weakness]:
    """No runbook says what to do when an element fails on which others depend.

    Asked are the elements that we run, that others cannot work without or that are of tier 1, and that are no
    experiments. Their own `runbooks` count, and every runbook that names the element or its `service`. Write one,
    and name what it is for:

        kind: runbook
        services: [postgres]
    """
    yield from _unmentioned(
        seen,
        "runbook",
        N_("no runbook says what to do when `{element}` fails"),
        N_("no runbook says what to do when something fails here: {elements}"),
        N_("write one that names its `service`, or name one under `runbooks:`"),
    )


def no_alert(seen: Seen) -> Iterator[Weakness]:
    """No alert watches an element on which others depend.

    Its failure is then first seen by those who need it. Asked are the same elements as for
    `architecture/no-runbook`; what counts is an alert that names the element's `service`:

        kind: monitoring
        alerts:
          - id: database-down
            title: PostgreSQL does not answer
            services: [postgres]
    """
    yield from _unmentioned(
        seen,
        "alert",
        N_("no alert watches `{element}`"),
        N_("no alert watches anything here: {elements}"),
        N_("name its `service` under `services:` of an alert"),
    )


def _unmentioned(seen: Seen, type_: str, one: str, all_: str, hint: str) -> Iterator[Weakness]:
    """The important elements that no runbook, or no alert, is about; said once where that is all of several."""
    if seen.spec.system in seen.project.unread:
        return  # what could not be read may be just that
    here = seen.landscape
    asked = [id_ for id_ in sorted(here.elements) if _is_important(here, id_)]
    lacking = [id_ for id_ in asked if not _is_subject_of(type_, seen, id_)]
    if lacking == asked and len(asked) > 1:
        yield Weakness(("elements",), Subject(), all_, hint, (("elements", _names(lacking)),))
        return
    for id_ in lacking:
        yield Weakness(("elements", here.index[id_]), Subject(element=id_), one, hint, (("element", id_),))


def _is_important(here: Landscape, id_: str) -> bool:
    """Whether we run an element and others, or everybody, depend on it."""
    element = here.elements[id_]
    run = element.type in DEPLOYED and (id_ in here.deployed or not here.model.deployments)
    return run and element.lifecycle != "experimental" and bool(here.users(id_) or element.tier == 1)


def _is_subject_of(type_: str, seen: Seen, id_: str) -> bool:
    """Whether a document of a type, or a part of one, names an element or its service."""
    element = seen.landscape.elements[id_]
    if type_ == "runbook" and element.runbooks:
        return True
    names = (("element", id_), ("service", element.service))
    found = [seen.project.find(seen.spec.system, kind, name) for kind, name in names if name]
    return any(one.field and one.by.type == type_ for it in found if it for one in seen.project.mentioned_by(it))


_MOST = 6
"""How many names a message lists."""


def _names(ids: Iterable[str]) -> str:
    """Ids as a message lists them; how many more, where they are many."""
    every = sorted(ids)
    more = f" + {len(every) - _MOST}" if len(every) > _MOST else ""
    return ", ".join(f"`{id_}`" for id_ in every[:_MOST]) + more


WEAKNESS_RULES: tuple[WeaknessRule, ...] = (
    WeaknessRule(single_point_of_failure),
    WeaknessRule(circular_dependency),
    WeaknessRule(slo_too_high),
    WeaknessRule(unauthenticated_crossing),
    WeaknessRule(unencrypted_personal_data),
    WeaknessRule(missing_in_environment),
    WeaknessRule(deployed_nowhere),
    WeaknessRule(no_owner),
    WeaknessRule(no_runbook, "note"),
    WeaknessRule(no_alert, "note"),
    *DRIFT_RULES,
)
"""In the order in which pages show them."""


def weaknesses(seen: Seen) -> tuple[Told, ...]:
    """Everything that the model tells, as pages show it."""
    return told(seen, WEAKNESS_RULES)
