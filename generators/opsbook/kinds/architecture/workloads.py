"""Compose files and manifests of Kubernetes as one thing: what they run, and what of it a model has to say too.

The files belong to other tools, which judge them. Here is only read what is clear: what has an unexpected form, or
holds a variable, says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from opsbook.source import Documents, Route, Source


@dataclass(frozen=True)
class Workload:
    """Something that a file runs: a service of Compose, a Deployment of Kubernetes."""

    name: str
    source: Source
    route: Route
    also: tuple[str, ...] = ()
    """Other names by which the file knows it."""
    images: tuple[tuple[Route, str], ...] = ()
    """Its images, and where they stand."""
    replicas: int | None = None
    """How many of it run; None where the file does not say so, or something else decides."""
    replicas_at: Route = ()
    needs: tuple[tuple[Route, str], ...] = ()
    """The names of what has to run for it, as long as it runs itself."""
    variables: tuple[tuple[str, str], ...] = ()
    """Its environment variables with their values."""
    ports: tuple[int, ...] = ()
    """The ports within it that are published."""
    networks: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    """The profiles without which it does not run."""
    ends: bool = False
    """Whether others wait for its end, as for that of a migration."""

    def place(self, route: Route = ()) -> str:
        """Where the value at `route` stands, for a message: `deploy/compose.yaml:12`.

        Where it has no place of its own, as what a merge key brings, it is that of the workload.
        """
        own = bool(route) and self.source.marks.get(route) is not None
        return f"{self.source.path}:{self.source.place(route if own else self.route, key=not own).line}"


@dataclass(frozen=True)
class Described:
    """What a file says about what runs."""

    workloads: tuple[Workload, ...] = field(default=())
    partial: bool = False
    """Whether it takes more from files that are not read here."""


NAME = re.compile(r"[A-Za-z0-9._-]{1,200}")
"""What Compose and Kubernetes take for a name."""


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _at(value: Any, *keys: str) -> Any:
    for key in keys:
        value = _mapping(value).get(key)
    return value


def compose(documents: Documents) -> Described:
    """What a compose file runs. Compose reads one document a file."""
    source = documents[0]
    data = _mapping(source.data)
    services = _mapping(data.get("services"))
    ending = {name for service in services.values() for name in _ended(service)}
    found = tuple(
        _service(source, name, service, ends=name in ending)
        for name, service in services.items()
        if isinstance(service, dict) and NAME.fullmatch(name)
    )
    return Described(found, partial="include" in data)


def _ended(service: Any) -> Iterator[str]:
    """The services that have to have ended before one starts."""
    for name, wanted in _mapping(_at(service, "depends_on")).items():
        if _at(wanted, "condition") == "service_completed_successfully":
            yield name


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST


_MOST = 10_000
"""More of one thing than a model can say."""


def _service(source: Source, name: str, service: dict[str, Any], *, ends: bool) -> Workload:
    here: Route = ("services", name)
    image = service.get("image")
    container = service.get("container_name")
    replicas, replicas_at = next(
        (
            (number, (*here, *keys))
            for keys in (("deploy", "replicas"), ("scale",))
            if _is_count(number := _at(service, *keys))
        ),
        (None, ()),
    )
    return Workload(
        name,
        source,
        here,
        also=(container,) if isinstance(container, str) else (),
        images=(((*here, "image"), image),) if isinstance(image, str) else (),
        replicas=replicas,
        replicas_at=replicas_at,
        needs=tuple(_needs(service, here)),
        variables=tuple(_variables(service.get("environment"))),
        ports=tuple(port for one in _list(service.get("ports")) if (port := _port(one))),
        networks=tuple(_names(service.get("networks"))),
        profiles=tuple(_names(service.get("profiles"))),
        ends=ends,
    )


def _names(value: Any) -> dict[str, str | int]:
    """The names in a list of them, or in a mapping by them, and the keys under which they stand there."""
    pairs = enumerate(value) if isinstance(value, list) else ((name, name) for name in _mapping(value))
    return {name: key for key, name in pairs if isinstance(name, str) and NAME.fullmatch(name)}


def _needs(service: dict[str, Any], here: Route) -> Iterator[tuple[Route, str]]:
    """What `depends_on` and `links` name. What has to have ended, such as a migration, is not needed any more."""
    wanted, ended = service.get("depends_on"), set(_ended(service))
    for name, key in _names(wanted).items():
        if name not in ended:
            yield (*here, "depends_on", key), name
    for number, link in enumerate(_list(service.get("links"))):
        if isinstance(link, str):
            yield (*here, "links", number), link.partition(":")[0]


def _variables(value: Any) -> Iterator[tuple[str, str]]:
    """Environment variables, written as a mapping or as a list of `NAME=value`."""
    if isinstance(value, dict):
        yield from ((name, said) for name, said in value.items() if isinstance(said, str))
    for one in _list(value):
        if isinstance(one, str) and "=" in one:
            name, _, said = one.partition("=")
            yield name, said


_PORT = re.compile(r"(?:(?P<host>.*):)?(?P<port>[0-9]{1,5})(?:-[0-9]+)?(?:/(?:tcp|udp))?")


def _port(value: Any) -> int | None:
    """The port within the container; None for one that only the host itself reaches, or that is not clear."""
    if isinstance(value, dict):
        target, host = value.get("target"), str(value.get("host_ip", ""))
    else:
        read = _PORT.fullmatch(str(value))
        target, host = (int(read["port"]), read["host"] or "") if read else (None, "")
    local = host.startswith(("127.", "localhost", "[::1]", "::1"))
    return target if isinstance(target, int) and not local else None


_TEMPLATES: dict[str, tuple[str, ...]] = {
    "Deployment": ("spec", "template", "spec"),
    "StatefulSet": ("spec", "template", "spec"),
    "DaemonSet": ("spec", "template", "spec"),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
}
"""The kinds of manifests that keep something running, and where they say what their pods hold."""


def kubernetes(documents: Documents) -> Described:
    """What manifests run, in the documents of a file and in lists of them."""
    manifests = [one for source in documents for one in _manifests(source, (), source.data)]
    scaled = {
        (_at(data, "spec", "scaleTargetRef", "kind"), _at(data, "spec", "scaleTargetRef", "name"))
        for _, _, data in manifests
        if data.get("kind") in ("HorizontalPodAutoscaler", "ScaledObject")
    }
    return Described(
        tuple(
            _workload(source, route, data, scaled)
            for source, route, data in manifests
            if data.get("kind") in _TEMPLATES and isinstance(_at(data, "metadata", "name"), str)
        )
    )


def _manifests(source: Source, route: Route, data: Any) -> Iterator[tuple[Source, Route, dict[str, Any]]]:
    if not isinstance(data, dict):
        return
    yield source, route, data
    if str(data.get("kind", "")).endswith("List"):
        for number, item in enumerate(_list(data.get("items"))):
            yield from _manifests(source, (*route, "items", number), item)


def _workload(source: Source, here: Route, data: dict[str, Any], scaled: set[tuple[Any, Any]]) -> Workload:
    kind, name = data["kind"], data["metadata"]["name"]
    pods = _TEMPLATES[kind]
    replicas = _at(data, "spec", "replicas")
    # KEDA's objects name a Deployment where they name no kind.
    counted = _is_count(replicas) and not {(kind, name), (None, name)} & scaled
    return Workload(
        name,
        source,
        (*here, "metadata", "name"),
        images=tuple(
            ((*here, *pods, "containers", number, "image"), container["image"])
            for number, container in enumerate(_list(_at(data, *pods, "containers")))
            if isinstance(container, dict) and isinstance(container.get("image"), str)
        ),
        replicas=replicas if counted else None,
        replicas_at=(*here, "spec", "replicas") if counted else (),
    )
