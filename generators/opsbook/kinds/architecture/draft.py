"""A first model, made of a compose file: what runs, what it is by its image, and who needs whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from opsbook.diagnostic import Finding
from opsbook.errors import CannotWrite
from opsbook.kind import Drafting
from opsbook.kinds.architecture.images import Product, image, product_of_scheme
from opsbook.kinds.architecture.model import ElementType
from opsbook.kinds.architecture.workloads import NAME, Workload, compose
from opsbook.source import Documents, Source
from opsbook.wording import slug, unique


@dataclass(frozen=True)
class DraftedElement:
    """An element of a model that is being drafted."""

    id: str
    title: str
    type: ElementType
    parent: str = ""
    technology: str = ""
    service: str = ""
    zone: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class DraftedRelationship:
    """A relationship of a model that is being drafted."""

    source: str
    to: str
    technology: str = ""
    mode: str = ""


@dataclass(frozen=True)
class DraftedInstance:
    """Something that runs, in a model that is being drafted."""

    element: str
    count: int = 1
    note: str = ""


def draft(documents: Documents, wanted: Drafting) -> Mapping[str, Any] | tuple[Source, Finding]:
    """The values of a model's template, or why a file gives none.

    Raises CannotWrite where the system has a model: its elements would be defined twice.
    """
    there = next(iter(wanted.defined.get("architecture", ())), None)
    if there:
        raise CannotWrite(
            f"the system {wanted.system} has an architecture already, `{there}`; name the file under its `sources:`, "
            "and `opsbook check` says what it lacks"
        )
    finding = _no_compose(documents)
    return (documents[0], finding) if finding else _Drafted(documents, wanted).values()


def _no_compose(documents: Documents) -> Finding | None:
    """Why a file is no compose file."""
    source = documents[0]
    data = source.data
    if len(documents) > 1:
        return Finding((), "the file holds several documents, and a compose file is one", "name a compose file")
    if not isinstance(data, dict) or "services" not in data:
        if isinstance(data, dict) and "apiVersion" in data:
            cure = (
                "name manifests of Kubernetes under `sources:` of a model; a first one is made of compose files alone"
            )
        else:
            cure = "put them under `services:`, as Compose wants them since its version 2, or name another file"
        return Finding((), "the file has no `services:`, so it is no compose file", cure)
    services = data["services"]
    if not isinstance(services, dict) or not services:
        return Finding(("services",), "`services:` holds no services", "name a compose file that has some")
    for name, service in services.items():
        if not NAME.fullmatch(name):
            what = f"`{name}` is no name of a service" if name.isprintable() else "this is no name of a service"
            return Finding(("services", name), what, "use letters, digits, `.`, `_` and `-`", key=True)
        if not isinstance(service, dict):
            return Finding(("services", name), f"the service `{name}` is no mapping", "say its `image:` or `build:`")
    return None


LABEL = "Uses (say for what)"
"""What a relationship says until somebody says better."""

_WEB = {80: "HTTP", 443: "HTTPS", 8443: "HTTPS"}
_ADDRESS = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?:[^@/\s]*@)?(?P<host>[A-Za-z0-9._-]+)")
_HOST = re.compile(r"(?P<host>[A-Za-z0-9._-]+)(?::[0-9]{1,5})?")
_NAMES_HOST = re.compile(r"(?:^|_)(?:HOST|HOSTNAME|ADDR|ADDRESS|SERVERS?|BROKERS?|ENDPOINT|URL|URI)$", re.IGNORECASE)
_DEFAULT = re.compile(r"\$\{[A-Za-z_]\w*:?-(.*)\}")
_PROFILES = "Only with the profile {}"


class _Drafted:
    """A compose file becoming a model."""

    def __init__(self, documents: Documents, wanted: Drafting) -> None:
        self.wanted = wanted
        self.workloads = [one for one in compose(documents).workloads if not one.ends]
        self.ended = [one.name for one in compose(documents).workloads if one.ends]
        self.taken: set[str] = set()
        # Names that are ids stay theirs, whatever else would become the same id.
        first = sorted(self.workloads, key=lambda one: slug(one.name) != one.name)
        self.ids = {one.name: self.unique(slug(one.name) or "service") for one in first}
        self.system = self.unique(wanted.system)
        self.products = {one.name: self.product(one) for one in self.workloads}
        self.outside: dict[str, DraftedElement] = {}
        networks = {name: None for one in self.workloads for name in one.networks or ("default",)}
        taken: set[str] = set()
        named = sorted(networks, key=lambda name: slug(name) != name)
        zones = {name: unique(slug(name) or "network", taken) for name in named}
        self.zones = {name: zones[name] for name in networks} if len(networks) > 1 else {}

    def unique(self, id_: str) -> str:
        """An id that no other element has."""
        return unique(id_, self.taken)

    @staticmethod
    def product(one: Workload) -> Product | None:
        """What a service runs, as far as its image tells."""
        return image(one.images[0][1]).product if one.images else None

    def values(self) -> dict[str, Any]:
        """What the template is filled with."""
        relationships = list(self.relationships())
        environment = self.environment()
        users = [one for one in relationships if one.source not in self.ids.values()]
        person = [DraftedElement(users[0].source, "User", "person")] if users else []
        system = DraftedElement(self.system, self.wanted.defined["system"][self.wanted.system], "system")
        elements = [self.element(one) for one in self.workloads]
        return {
            "path": self.wanted.path,
            "named": self.wanted.path if self.wanted.within else "",
            "ignored": self.ended,
            "zones": [(id_, name) for name, id_ in self.zones.items()],
            "elements": [*person, system, *elements, *self.outside.values()],
            "relationships": relationships,
            "environment": environment,
            "production": environment.startswith("prod"),
            "instances": [
                self.instance(one)
                for one, element in zip(self.workloads, elements, strict=True)
                if element.type != "external" and one.replicas != 0
            ],
            "label": LABEL,
        }

    def element(self, one: Workload) -> DraftedElement:
        """The element that a service is."""
        product, id_ = self.products[one.name], self.ids[one.name]
        version = image(one.images[0][1]).version if one.images else ""
        zones = [self.zones[name] for name in one.networks or ("default",) if name in self.zones]
        services = self.wanted.defined.get("service", {})
        external = bool(product and product.type == "external")
        return DraftedElement(
            id_,
            one.name,
            product.type if product else "container",
            "" if external else self.system,
            f"{product.name} {version}".strip() if product else "",
            next((name for name in (one.name, id_) if name in services and not external), ""),
            zones[0] if len(zones) == 1 else "",
            () if id_ == one.name else (one.name,),
        )

    def instance(self, one: Workload) -> DraftedInstance:
        """How a service runs."""
        note = _PROFILES.format(" or ".join(f"`{name}`" for name in one.profiles)) if one.profiles else ""
        return DraftedInstance(self.ids[one.name], one.replicas or 1, note)

    def relationships(self) -> Iterator[DraftedRelationship]:
        """Who needs whom, each pair once; first the user's, of what can be reached from outside."""
        seen: set[tuple[str, str]] = set()
        user = ""
        for one in self.workloads:
            product = self.products[one.name]
            if one.ports and (product is None or product.type == "container"):
                user = user or self.unique("user")
                yield DraftedRelationship(user, self.ids[one.name], _WEB.get(one.ports[0], "HTTP"))
        for one in self.workloads:
            source = self.ids[one.name]
            for target, product in self.targets(one):
                if target != source and (source, target) not in seen:
                    seen.add((source, target))
                    queue = product is not None and product.type == "queue"
                    yield DraftedRelationship(source, target, product.name if product else "", "async" if queue else "")

    def targets(self, one: Workload) -> Iterator[tuple[str, Product | None]]:
        """The elements that a service needs, and what they run."""
        for _, name in one.needs:
            if name in self.ids:
                yield self.ids[name], self.products[name]
        for variable, value in one.variables:
            for scheme, host in _hosts(variable, value):
                known = product_of_scheme(scheme)
                if host in self.ids:
                    yield self.ids[host], self.products[host] or known
                elif known and _is_elsewhere(host):
                    yield self.external(host, known), known

    def external(self, host: str, product: Product) -> str:
        """The element for something that runs elsewhere."""
        if host not in self.outside:
            id_ = self.unique(slug(host) or "external")
            self.outside[host] = DraftedElement(id_, host, "external", technology=product.name)
        return self.outside[host].id

    def environment(self) -> str:
        """The environment that the file describes, as far as its name tells; else production, else the first."""
        known = list(self.wanted.defined.get("environment", ()))
        words = set(re.split(r"[^a-z0-9]+", self.wanted.path.rpartition("/")[2].lower()))
        words -= {"docker", "compose", "yml", "yaml", ""}
        named = [id_ for id_ in known if any(id_.startswith(word) or word.startswith(id_) for word in words)]
        return next(iter([*named, *(id_ for id_ in known if id_.startswith("prod")), *known]), "")


def _hosts(variable: str, value: str) -> Iterable[tuple[str, str]]:
    """The hosts that an environment variable names, with the schemes of their addresses.

    Passwords may stand beside them, so nothing else is taken from it.
    """
    default = _DEFAULT.fullmatch(value)
    plain = default[1] if default else value
    addresses = [(found["scheme"], found["host"]) for found in _ADDRESS.finditer(plain)]
    if addresses or not _NAMES_HOST.search(variable):
        return addresses
    found = [_HOST.fullmatch(part.strip()) for part in plain.split(",")]
    return [("", one["host"]) for one in found if one]


def _is_elsewhere(host: str) -> bool:
    """Whether a host is neither this machine nor a name that only the file could explain."""
    return "." in host and not host.endswith((".internal", ".local", ".localhost")) and not host.startswith("127.")
