"""The rules about drift: where the model and the files that deploy the system disagree.

The model is what has to be mended, as a rule, so findings point into it and name the place in the file. Only what is
certain is said: what a file leaves open, or a variable decides, is no disagreement.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import product
from typing import Any
from urllib.parse import urlsplit

from opsbook.kinds.architecture.images import image, named
from opsbook.kinds.architecture.landscape import DEPLOYED, STORES, Placed
from opsbook.kinds.architecture.model import DeployedFile, Element
from opsbook.kinds.architecture.weakness import Seen, Subject, Weakness, WeaknessRule
from opsbook.kinds.architecture.workloads import Described, Workload, compose, kubernetes
from opsbook.labels import N_
from opsbook.openapi.contents import Contents
from opsbook.source import Fault, Route, Source

_READERS = {"compose": compose, "kubernetes": kubernetes}
"""What reads the files named under each field of `sources`."""


@dataclass(frozen=True)
class Compared:
    """A file that deploys an environment, beside the model."""

    seen: Seen
    route: Route
    """Where the model names it."""
    file: DeployedFile
    described: Described | None
    """What it runs; None where it cannot be read."""

    @property
    def environment(self) -> str:
        """The environment that it describes."""
        return self.file.environment

    @cached_property
    def deployment(self) -> int | None:
        """The index of the deployment of that environment; None where the model has none."""
        found = (n for n, one in enumerate(self.seen.model.deployments) if one.environment == self.environment)
        return next(found, None)

    @cached_property
    def pairs(self) -> tuple[tuple[Workload, tuple[Element, ...]], ...]:
        """What it runs and the model does not leave out on purpose, each with its elements."""
        workloads = self.described.workloads if self.described else ()
        return tuple(
            (one, self.elements(one.name, *one.also))
            for one in workloads
            if not {one.name, *one.also}.intersection(self.file.ignore)
        )

    def elements(self, *names: str) -> tuple[Element, ...]:
        """The elements that have one of some names, as their id or under `names`.

        They can be several: one Redis is a cache and a queue.
        """
        return next((tuple(found) for name in names if (found := self._names.get(name))), ())

    @cached_property
    def _names(self) -> dict[str, list[Element]]:
        found: dict[str, list[Element]] = {}
        for _, one in sorted(self.seen.landscape.elements.items()):
            if one.type not in ("person", "system"):
                for name in dict.fromkeys((one.id, *one.names)):
                    found.setdefault(name, []).append(one)
        return found

    @cached_property
    def known(self) -> dict[str, list[Workload]]:
        """What it runs, by the elements."""
        found: dict[str, list[Workload]] = {}
        for workload, elements in self.pairs:
            for element in elements:
                found.setdefault(element.id, []).append(workload)
        return found


def compared(seen: Seen) -> list[Compared]:
    """The files that the model names, in the order in which it does."""
    found = []
    for field, read in _READERS.items():
        for number, file in enumerate(getattr(seen.model.sources, field)):
            documents = seen.project.files.get(file.path, ())
            described = read(documents) if documents and not isinstance(documents, Fault) else None
            found.append(Compared(seen, ("sources", field, number), file, described))
    return found


def empty_source(seen: Seen) -> Iterator[Weakness]:
    """A file named under `sources` runs nothing that the model could be compared with.

    The comparison then finds nothing, and looks as if all were well. A compose file has `services:`; of the manifests
    of Kubernetes, Deployments, StatefulSets, DaemonSets and CronJobs are read:

        sources:
          kubernetes:
            - path: deploy/production.yaml
              environment: production

    Where a tool makes the manifests, such as Helm or Kustomize, name a file with what it prints.
    """
    for one in compared(seen):
        if one.described and not one.described.workloads and not one.described.partial:
            yield Weakness(
                (*one.route, "path"),
                Subject(environment=one.environment),
                N_("`{file}` runs nothing that the model could be compared with"),
                N_("name a compose file with `services:`, or manifests of Deployments and the like"),
                (("file", one.file.path),),
            )


def unmodelled_service(seen: Seen) -> Iterator[Weakness]:
    """A file by which the system is deployed runs something that the model does not have there.

    What runs and is in no diagram has no owner, no runbook and no alert either. A service of a compose file, or a
    Deployment, StatefulSet, DaemonSet or CronJob of Kubernetes, is the element of the same id, or the one that has its
    name under `names`; and it runs in the environment that the file describes:

        elements:
          - id: worker
            title: Worker
            type: container
            names: [worker-web]

    Services that run only with a profile are not asked for, nor are those for whose end others wait. What the model
    leaves out on purpose, name under `ignore:` of that file.
    """
    for one in compared(seen):
        if one.described and one.deployment is None:
            yield Weakness(
                (*one.route, "environment"),
                Subject(environment=one.environment),
                N_("`{file}` deploys `{environment}`, and the model does not say how the system runs there"),
                N_("add the environment under `deployments:`"),
                (("file", one.file.path), ("environment", one.environment)),
            )
            continue
        here = seen.landscape.runs_in(one.deployment or 0)
        for workload, elements in one.pairs:
            if workload.profiles or workload.ends or workload.replicas == 0:
                continue
            if not elements:
                yield Weakness(
                    (*one.route, "path"),
                    Subject(environment=one.environment),
                    N_("`{place}` runs `{name}`, which is no element"),
                    N_("add it to `elements:`, its name to `names:` of the element that it is, or to `ignore:` here"),
                    _where(workload, one),
                )
            elif not any(element.type not in DEPLOYED or element.id in here for element in elements):
                yield Weakness(
                    ("elements", seen.landscape.index[elements[0].id]),
                    Subject(element=elements[0].id, environment=one.environment),
                    N_("`{place}` runs `{name}` in `{environment}`, and the model does not"),
                    N_("name the element under `instances:` of a node there"),
                    _where(workload, one),
                )


def _where(workload: Workload, file: Compared) -> tuple[tuple[str, str], ...]:
    """What runs where, for a message."""
    return ("place", workload.place()), ("name", workload.name), ("environment", file.environment)


def undeployed_element(seen: Seen) -> Iterator[Weakness]:
    """The model runs an element in an environment, and the files by which that is deployed do not have it.

    Either it is gone, or it has another name there, which the element says:

        elements:
          - id: worker
            title: Worker
            type: container
            names: [worker-web]

    Asked are the elements on nodes of which the files have something else: what runs on a node of its own, such as a
    managed database, is not deployed by them.
    """
    files: dict[str, list[Compared]] = {}
    for one in compared(seen):
        files.setdefault(one.environment, []).append(one)
    for environment, ones in files.items():
        if any(one.described is None or one.described.partial for one in ones):
            continue
        known = {id_ for one in ones for id_ in one.known}
        here = [placed for placed in seen.landscape.placed if placed.deployment == ones[0].deployment]
        covered = {_node(placed) for placed in here if placed.instance.element in known}
        for placed in here:
            id_ = placed.instance.element
            element = seen.landscape.elements.get(id_)
            if element and element.type in DEPLOYED and id_ not in known and _node(placed) in covered:
                yield Weakness(
                    (*placed.route, "element"),
                    Subject(element=id_, environment=environment),
                    N_("the model runs `{element}` in `{environment}`, and {files} does not"),
                    N_("remove it there, or add the name that it has in the file to `names:` of the element"),
                    (
                        ("element", id_),
                        ("environment", environment),
                        ("files", ", ".join(f"`{one.file.path}`" for one in ones)),
                    ),
                )


def _node(placed: Placed) -> Route:
    """The node on which an instance runs."""
    return placed.route[:-2]


def differing_technology(seen: Seen) -> Iterator[Weakness]:
    """An element is said to be made with one thing, and the file that deploys it runs another.

    Whoever plans an upgrade, or looks for a command at night, trusts the model. Compared are products that opsbook
    knows by their images, such as PostgreSQL and Redis, and the first number of their versions:

        elements:
          - id: postgres
            title: PostgreSQL
            type: database
            technology: PostgreSQL 16

    A tag that is a variable, or no version, says nothing.
    """
    for one in compared(seen):
        for workload, element in [(workload, element) for workload, elements in one.pairs for element in elements]:
            wrong = _differing(element, workload)
            if wrong:
                route, spelled = wrong
                yield Weakness(
                    ("elements", seen.landscape.index[element.id], "technology"),
                    Subject(element=element.id, environment=one.environment),
                    N_("`{element}` is made with {technology}, and `{place}` runs `{image}`"),
                    N_("correct `technology:`"),
                    (
                        ("element", element.id),
                        ("technology", element.technology or ""),
                        ("place", workload.place(route)),
                        ("image", spelled),
                    ),
                )


def _differing(element: Element, workload: Workload) -> tuple[Route, str] | None:
    """The image that is not what the element is made with, and where it stands."""
    said = named(element.technology or "")
    read = [(route, spelled, image(spelled)) for route, spelled in workload.images]
    if not said or not read:
        return None
    same = [(route, spelled, one) for route, spelled, one in read if one.product is said.product]
    if same:
        route, spelled, one = same[0]
        differ = said.version and one.version and said.version.split(".")[0] != one.version.split(".")[0]
        return (route, spelled) if differ and len(same) == 1 else None
    route, spelled, one = read[0]
    stores = one.product and one.certain and {one.product.type, said.product.type} <= STORES
    return (route, spelled) if stores and len(read) == 1 else None


def unmodelled_dependency(seen: Seen) -> Iterator[Weakness]:
    """A compose file starts one service after another, and the model has no relationship between the two.

    The diagrams and the blast radius then miss a dependency. Say what the one does with the other:

        relationships:
          - from: app
            to: postgres
            label: Reads and writes bookings

    Either direction counts, and so does a relationship of a component within. Waiting for something to end, such as a
    migration, is no dependency.
    """
    for one in compared(seen):
        for workload, elements in one.pairs:
            for route, name in workload.needs:
                others = () if name in one.file.ignore else one.elements(name)
                if elements and others and not _related(seen, elements, others):
                    yield Weakness(
                        ("elements", seen.landscape.index[elements[0].id]),
                        Subject(source=elements[0].id, to=others[0].id, environment=one.environment),
                        N_(
                            "`{place}` starts `{element}` after `{other}`, and the model has no relationship of the two"
                        ),
                        N_("add it under `relationships:`"),
                        (("place", workload.place(route)), ("element", elements[0].id), ("other", others[0].id)),
                    )


def _related(seen: Seen, elements: tuple[Element, ...], others: tuple[Element, ...]) -> bool:
    """Whether anything of the one side has to do with anything of the other, or is the same."""
    mine, its = _family(seen, elements), _family(seen, others)
    return bool(mine & its) or any(
        (found.source in mine and found.to in its) or (found.source in its and found.to in mine)
        for _, found in seen.landscape.relationships
    )


def _family(seen: Seen, elements: tuple[Element, ...]) -> set[str]:
    """Elements and everything within them."""
    found, todo = set[str](), [element.id for element in elements]
    while todo:
        at = todo.pop()
        if at not in found:
            found.add(at)
            todo += seen.landscape.children.get(at, ())
    return found


def differing_count(seen: Seen) -> Iterator[Weakness]:
    """The model runs another number of an element than the file by which it is deployed.

    How many there are decides what the loss of one means. Compared is what the file says itself: `deploy.replicas` and
    `scale` of Compose, `replicas` of a Deployment or a StatefulSet without an autoscaler. The model counts on all nodes
    of the environment:

        instances:
          - element: worker
            count: 3
    """
    for one in compared(seen):
        for id_, workloads in one.known.items():
            placed = [found for found in seen.landscape.deployed.get(id_, ()) if found.deployment == one.deployment]
            replicas = [workload.replicas for workload in workloads if workload.replicas is not None]
            count = sum(found.instance.count for found in placed)
            if placed and len(replicas) == len(workloads) and sum(replicas) != count:
                yield Weakness(
                    (*placed[0].route, "count"),
                    Subject(element=id_, environment=one.environment),
                    N_("the model runs {count} of `{element}` in `{environment}`, and `{place}` {replicas}"),
                    N_("correct `count:`"),
                    (
                        ("count", str(count)),
                        ("element", id_),
                        ("environment", one.environment),
                        ("place", workloads[0].place(workloads[0].replicas_at)),
                        ("replicas", str(sum(replicas))),
                    ),
                )


@dataclass(frozen=True)
class _Server:
    """An address at which an OpenAPI document says that its API answers."""

    host: str
    """Its host; `*` stands for variables that take any value."""
    source: Source
    route: Route

    @property
    def place(self) -> str:
        return f"{self.source.path}:{self.source.place(self.route).line}"

    @property
    def is_local(self) -> bool:
        return self.host in ("localhost", "::1") or self.host.startswith("127.") or self.host.endswith(".localhost")


def unmodelled_server(seen: Seen) -> Iterator[Weakness]:
    """An OpenAPI document names a server at which the system does not answer, as far as the model knows.

    Clients are sent there. Either an environment has a host that the model misses, or the document is out of date:

        deployments:
          - environment: production
            hosts: [api.example.com]

    Servers without a host, and those on the reader's own machine, are not asked for.
    """
    hosts = [_host(host) for one in seen.model.deployments for host in one.hosts]
    for number, id_ in enumerate(seen.model.sources.openapi):
        for server in _servers(seen.project.api(seen.spec.system, id_)):
            if not server.is_local and not any(_meet(server.host, host) for host in hosts):
                yield Weakness(
                    ("sources", "openapi", number),
                    Subject(),
                    N_("`{place}` names the server `{host}`, at which no environment answers"),
                    N_("add it to `hosts:` of the deployment that it belongs to, or correct the document"),
                    (("place", server.place), ("host", server.host)),
                )


def host_without_server(seen: Seen) -> Iterator[Weakness]:
    """None of the hosts of an environment is a server of the OpenAPI documents that the model names.

    Readers of the API reference cannot tell where that environment answers, and its console cannot ask there. Add it
    to the document:

        servers:
          - url: https://api.example.com/v1
            description: Production

    One host of an environment is enough: others may be there for people.
    """
    found = [seen.project.api(seen.spec.system, id_) for id_ in seen.model.sources.openapi]
    if not found or None in found:
        return
    servers = [server for api in found for server in _servers(api)]
    for number, deployment in enumerate(seen.model.deployments):
        hosts = [_host(host) for host in deployment.hosts]
        if hosts and not any(_meet(server.host, host) for server in servers for host in hosts):
            yield Weakness(
                ("deployments", number, "hosts"),
                Subject(environment=deployment.environment),
                N_("no host of `{environment}` is a server of {documents}"),
                N_("add it to `servers:` of the document, or correct the host"),
                (
                    ("environment", deployment.environment),
                    ("documents", ", ".join(f"`{id_}`" for id_ in seen.model.sources.openapi)),
                ),
            )


def _host(text: str) -> str:
    """The host in what a model says of one: `https://api.example.com:8443/v1`."""
    return _hostname(text if "//" in text else f"//{text}")


def _hostname(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:  # brackets that hold no address
        return ""


def _meet(one: str, other: str) -> bool:
    """Whether two hosts can be the same one; `*` stands for anything."""
    return fnmatchcase(one, other) or fnmatchcase(other, one)


def _servers(contents: Contents | None) -> Iterator[_Server]:
    """The servers of a document that have a host."""
    root = contents.api.root if contents else None
    if root is None or not isinstance(root.value, dict):
        return
    host = root.value.get("host")
    if isinstance(host, str) and _host(host):
        yield _Server(_host(host), root.source, ("host",))
    servers = root.value.get("servers")
    for number, server in enumerate(servers if isinstance(servers, list) else ()):
        url = server.get("url") if isinstance(server, dict) else None
        if isinstance(url, str):
            for expanded in _expanded(url, server.get("variables")):
                if _hostname(expanded):
                    yield _Server(_hostname(expanded), root.source, ("servers", number, "url"))


_MOST_SERVERS = 50
"""More addresses than this nobody lists; a document could ask for any number."""


def _expanded(url: str, variables: Any) -> list[str]:
    """The addresses that a server with variables stands for: of those with an `enum` all, `*` for any other."""
    known = variables if isinstance(variables, dict) else {}
    choices: dict[str, list[str]] = {}
    for name, variable in known.items():
        values = variable.get("enum") if isinstance(variable, dict) else None
        choices[name] = [str(value) for value in values] if isinstance(values, list) and values else ["*"]
    used = [name for name in choices if f"{{{name}}}" in url]
    found = []
    for _, values in zip(range(_MOST_SERVERS), product(*(choices[name] for name in used)), strict=False):
        address = url
        for name, value in zip(used, values, strict=True):
            address = address.replace(f"{{{name}}}", value)
        found.append(address)
    return found


DRIFT_RULES: tuple[WeaknessRule, ...] = (
    WeaknessRule(empty_source),
    WeaknessRule(unmodelled_service),
    WeaknessRule(undeployed_element),
    WeaknessRule(differing_technology),
    WeaknessRule(unmodelled_dependency),
    WeaknessRule(differing_count),
    WeaknessRule(unmodelled_server),
    WeaknessRule(host_without_server),
)
"""In the order in which pages show them."""
