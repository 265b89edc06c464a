"""What a model of an architecture holds: one set of elements and relationships, seen from every side.

The words are those of the C4 model (c4model.com): person, software system, container, component, relationship,
deployment node, dynamic view. Owner and lifecycle are Backstage's.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from opsbook.model import (
    ApiId,
    Day,
    Document,
    EnvironmentId,
    File,
    Id,
    Line,
    Model,
    Named,
    Ref,
    Reference,
    RoleId,
    ServiceId,
    Text,
)

ElementType: TypeAlias = Literal[
    "person", "system", "container", "component", "database", "queue", "storage", "external"
]
Mode: TypeAlias = Literal["sync", "async", "callback", "replication"]
Redundancy: TypeAlias = Literal["none", "zone", "region"]

_Name: TypeAlias = Annotated[str, StringConstraints(min_length=1)]
ElementId: TypeAlias = Annotated[_Name, Ref("element")]
ZoneId: TypeAlias = Annotated[_Name, Ref("trust-zone")]
DataClassId: TypeAlias = Annotated[_Name, Ref("data-class")]

Percentage: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^(100|[0-9]{1,2}(\.[0-9]{1,6})?)$"), Field(examples=["99.9"])
]
"""A share in per cent, quoted so that it stays the decimal that was written: `"99.9"`."""

EventName: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][\w.:/-]*$", max_length=80)]
"""The name of an event as it travels: `reservation.created`."""


class TrustZone(Named):
    """A part of the world within which the callers trust each other, such as the private network."""

    description: Text | None = None
    """Who can reach it, and what keeps others out."""


class DataClass(Named):
    """A kind of data that is handled alike."""

    description: Text | None = None
    """What belongs to it."""
    personal: bool = False
    """Whether it says something about a person, so that the law protects it."""


class AccessPattern(Named):
    """One question that a data store is asked, and the keys by which it answers."""

    operation: Line
    """How it is asked: `Query`, `GetItem`, `SELECT`."""
    key: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    """The keys: `PK = TENANT#{id}, SK begins with SITE#`."""
    index: Line | None = None
    """The index that it uses, where it is not the table's own key."""
    users: tuple[ElementId, ...] = ()
    """The elements that ask."""


class Element(Named):
    """Something that the system is made of or deals with."""

    type: ElementType
    """What it is. `system` is the software system in question; what others run is `external`."""
    parent: ElementId | None = None
    """The element that it is a part of: the system of a container, the container of a component."""
    technology: Line | None = None
    """What it is made with: `FastAPI`, `PostgreSQL 16`."""
    description: Text | None = None
    """What it is for."""
    service: ServiceId | None = None
    """The service of the system's spec that it is: the alerts and runbooks of that are its own."""
    owner: RoleId | None = None
    """The role that answers for it; its parent's where none is given."""
    lifecycle: Literal["experimental", "production", "deprecated"] = "production"
    """How far along it is."""
    tier: Annotated[int, Field(ge=1, le=4)] | None = None
    """How much hangs on it: 1 for what must never be away, 4 for what nobody misses for a day."""
    slo: Percentage | None = None
    """The availability that is promised, in per cent."""
    runbooks: tuple[Reference, ...] = ()
    """What to do when it fails, beside the runbooks of its service."""
    apis: tuple[ApiId, ...] = ()
    """The APIs that it offers."""
    zone: ZoneId | None = None
    """The trust zone that it is in; its parent's where none is given."""
    data: tuple[DataClassId, ...] = ()
    """The data that it keeps."""
    access_patterns: tuple[AccessPattern, ...] = ()
    """How its data is asked for, if it is a store."""
    names: tuple[Line, ...] = ()
    """What it is called in the files named under `sources`, where that is not its id."""
    tags: tuple[Id, ...] = ()
    """Words by which it can be found."""

    @property
    def availability(self) -> Decimal | None:
        """The promised availability as a fraction of 1."""
        return Decimal(self.slo) / 100 if self.slo else None


class Relationship(Model):
    """What one element does with another."""

    source: Annotated[ElementId, Field(alias="from")]
    """The element that begins."""
    to: ElementId
    """The element that it turns to."""
    label: Line
    """What it does there: `Reads and writes bookings`."""
    technology: Line | None = None
    """By what means: `HTTPS`, `SQL`."""
    mode: Mode = "sync"
    """How. It decides who depends on whom: `sync`, the caller on the called; `async`, both on the queue between
    them, or the receiver on the sender; `callback` and `replication`, the receiver on the sender."""
    criticality: Literal["hard", "soft"] = "hard"
    """Whether who depends here fails with the other side (`hard`), or goes on with less (`soft`)."""
    authentication: Line | None = None
    """How the other side knows who is calling: `JWT`, `mutual TLS`, `password`."""
    transport: Literal["encrypted", "plain", "local"] | None = None
    """Whether what travels can be read on the way; `local` never leaves the machine."""
    data: tuple[DataClassId, ...] = ()
    """The data that travels."""
    events: tuple[EventName, ...] = ()
    """The events that travel."""
    contract: Reference | None = None
    """Where the exchange is specified: an API, one of its operations."""
    limits: Line | None = None
    """How much the other side takes: rates, sizes, timeouts."""
    on_failure: Text | None = None
    """What happens when the other side does not answer."""


class Instance(Model):
    """An element that runs on a deployment node."""

    element: ElementId
    """What runs."""
    count: Annotated[int, Field(ge=1, le=10_000)] = 1
    """How many of it."""
    redundancy: Redundancy | None = None
    """Over what its instances are spread, so that losing one does not lose it; the node's where none is given."""
    note: Line | None = None
    """What is special about it here: a size, a limit, a schedule."""


class DeploymentNode(Named):
    """Something that software runs on: a region, a cluster, a host, a managed service."""

    technology: Line | None = None
    """What it is: `AWS Lambda`, `Docker host`."""
    description: Text | None = None
    """What is worth knowing about it."""
    redundancy: Redundancy | None = None
    """Over what it is spread; `none` for a single machine. Its parent's where none is given."""
    nodes: tuple[DeploymentNode, ...] = ()
    """The nodes within it."""
    instances: tuple[Instance, ...] = ()
    """What runs on it."""


class Absence(Model):
    """An element that an environment lacks on purpose."""

    element: ElementId
    """What is not there."""
    reason: Line
    """Why, and what stands in for it."""


class Deployment(Model):
    """How the system runs in one environment."""

    environment: EnvironmentId
    """The environment, as the system's spec names it."""
    production: bool = False
    """Whether it serves those for whom the system is there: only there is what cannot fail over a weakness."""
    summary: Text | None = None
    """What is special about it."""
    hosts: tuple[Line, ...] = ()
    """The host names at which it answers: `api.example.com`."""
    nodes: Annotated[tuple[DeploymentNode, ...], Field(min_length=1)]
    """What it runs on."""
    without: tuple[Absence, ...] = ()
    """What it lacks on purpose, though other environments have it."""


class Message(Model):
    """One message of a dynamic view."""

    source: Annotated[ElementId, Field(alias="from")]
    """Who sends it."""
    to: ElementId
    """Who gets it; the sender itself for something done alone."""
    label: Line
    """What it says."""
    kind: Literal["call", "reply", "async"] = "call"
    """A call that is waited for, its reply, or a message that nobody waits for."""
    when: Line | None = None
    """The case in which it is sent. Messages that follow each other in one case stand in one box."""


class DynamicView(Named):
    """How elements work together to get one thing done, message by message."""

    summary: Text | None = None
    """What is done, and what is worth knowing about it."""
    messages: Annotated[tuple[Message, ...], Field(min_length=1)]
    """The messages, in their order."""


class Characteristic(Named):
    """A figure that the system is measured by."""

    value: Line
    """The figure with its unit: `200 messages/s`."""
    target: Line | None = None
    """What is asked for."""
    element: ElementId | None = None
    """What it is measured on."""


class Section(Named):
    """Something that readers must know and that no field holds."""

    text: Text
    """What there is to say."""


class Waiver(Model):
    """A weakness that is known and accepted, by whom and until when."""

    rule: Annotated[str, StringConstraints(min_length=1)]
    """The rule that finds it: `single-point-of-failure`."""
    element: ElementId | None = None
    """The element, or either end of a relationship; every one where none is given."""
    source: Annotated[ElementId | None, Field(alias="from")] = None
    """The side of a relationship that begins, for what is found about relationships."""
    to: ElementId | None = None
    """The other side of that relationship."""
    environment: EnvironmentId | None = None
    """The environment; every one where none is given."""
    reason: Line
    """Why it is accepted."""
    until: Day
    """The day from which it no longer is."""


class DeployedFile(Model):
    """A file by which an environment is deployed, and which the model has to agree with."""

    path: File
    """The file, from the project's root."""
    environment: EnvironmentId
    """The environment that it describes."""
    ignore: tuple[Line, ...] = ()
    """What stands in that file and the model leaves out on purpose."""


class Sources(Model):
    """Files that say the same as the model, so that it has to agree with them."""

    compose: tuple[DeployedFile, ...] = ()
    """Compose files: their services are elements that run in the environment."""
    kubernetes: tuple[DeployedFile, ...] = ()
    """Manifests of Kubernetes: their workloads are elements that run in the environment."""
    openapi: tuple[ApiId, ...] = ()
    """OpenAPI documents: their servers are hosts of the environments."""


class Architecture(Document):
    """The model of a system's architecture."""

    kind: Literal["architecture"]
    summary: Text
    """What the system is made of, in a few sentences."""
    zones: tuple[TrustZone, ...] = ()
    """The trust zones."""
    data_classes: tuple[DataClass, ...] = ()
    """The kinds of data."""
    elements: Annotated[tuple[Element, ...], Field(min_length=1)]
    """What the system is made of and deals with."""
    relationships: tuple[Relationship, ...] = ()
    """What they do with each other."""
    deployments: tuple[Deployment, ...] = ()
    """How it runs, by environment."""
    dynamic_views: tuple[DynamicView, ...] = ()
    """How things get done, message by message."""
    characteristics: tuple[Characteristic, ...] = ()
    """The figures that it is measured by: throughput, latency, capacity."""
    sections: tuple[Section, ...] = ()
    """What else there is to say, on the overview."""
    waivers: tuple[Waiver, ...] = ()
    """Weaknesses that are accepted for now."""
    sources: Sources = Sources()
    """Files that the model has to agree with."""
