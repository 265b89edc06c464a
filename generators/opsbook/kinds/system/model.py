"""What a system is: its services, where they run, who answers for them and how to reach those people."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from opsbook.model import Document, EnvironmentId, Line, Named, RoleId, ServiceId, Text, Url


class Role(Named):
    """A role that people take, never a person: people change, roles stay."""

    duties: Text | None = None
    """What the role answers for."""
    contact: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    """How to reach whoever holds the role: a channel, a rota, an address."""


class Contact(Named):
    """A way to reach somebody or something during operations."""

    channel: Literal["chat", "email", "phone", "pager", "web"]
    """By what means."""
    address: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    """The address itself, as one would type it."""
    when: Line | None = None
    """In which case to use it."""


class Environment(Named):
    """One place where the system runs."""

    description: Text | None = None
    """Who uses it, and for what."""


class Service(Named):
    """A running part of the system that can fail by itself."""

    description: Text | None = None
    """What it does, and what is lost while it is away."""
    critical: bool = False
    """Whether the system is down when this service is."""
    owner: RoleId | None = None
    """The role that answers for it."""
    depends_on: tuple[ServiceId, ...] = ()
    """The services without which this one does not work."""


class OperationalUrl(Named):
    """An address that operators open."""

    url: Url
    """The address."""
    service: ServiceId | None = None
    """The service that answers there."""
    environment: EnvironmentId | None = None
    """The environment that it belongs to."""
    health: bool = False
    """Whether this address answers "is it up?"."""
    expect: Line | None = None
    """What a healthy answer looks like."""


class Dependency(Named):
    """Something outside the system that it cannot work without."""

    description: Text | None = None
    """What the system needs it for."""
    status_page: Url | None = None
    """Where its operator says how it is."""


class System(Document):
    """The thing that is documented; owns the specs beside it and has one language."""

    kind: Literal["system"]
    summary: Text
    """What the system does and for whom."""
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(_[A-Z]{2})?$")] = "en"
    """The language of this system's texts and labels: `en`, `es`, `pt_BR`."""
    goals: tuple[Line, ...] = ()
    """What operating this system has to achieve."""
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
    """The roles that other specs refer to; at least one."""
    contacts: tuple[Contact, ...] = ()
    """How to reach people, in the order in which to try."""
    environments: tuple[Environment, ...] = ()
    """Where the system runs."""
    services: tuple[Service, ...] = ()
    """What can fail by itself."""
    urls: tuple[OperationalUrl, ...] = ()
    """What operators open."""
    dependencies: tuple[Dependency, ...] = ()

    """What lies outside and can fail, too."""
