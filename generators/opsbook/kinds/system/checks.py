"""What can be wrong with one system."""

from __future__ import annotations

from collections.abc import Iterator

from opsbook.diagnostic import Finding
from opsbook.kinds.system.model import System


def no_health_url(system: System) -> Iterator[Finding]:
    """A system has services, and no address that says whether it is up.

    "Is it up?" is the first question of every incident; the system's home answers it with a link.

        urls:
          - id: health
            title: Health
            url: http://localhost:8003/healthz
            health: true
    """
    if system.services and not any(url.health for url in system.urls):
        yield Finding(
            ("urls",) if system.urls else ("services",),
            f"no URL of `{system.id}` answers whether it is up",
            "mark the one that does with `health: true`, or add it to `urls:`",
        )


def circular_dependency(system: System) -> Iterator[Finding]:
    """Services need each other in a circle: after a full outage, none of them could start first.

    Remove the direction that is not needed to start:

        services:
          - id: app
            depends_on: [postgres]
          - id: postgres
    """
    needs = {service.id: service.depends_on for service in system.services}
    for index, service in enumerate(system.services):
        reached: list[str] = []
        todo = list(service.depends_on)
        while todo:
            at = todo.pop()
            if at not in reached:
                reached.append(at)
                todo.extend(needs.get(at, ()))
        if service.id in reached:
            through = ", ".join(f"`{name}`" for name in reached if name != service.id)
            yield Finding(
                ("services", index, "depends_on"),
                f"`{service.id}` needs itself" + (f", by way of {through}" if through else ""),
                "remove the dependency that is not needed to start",
            )


def missing_description(system: System) -> Iterator[Finding]:
    """A critical service does not say what it does.

    Somebody new on call has to know what is lost while it is away.

        - id: worker-web
          title: worker-web
          description: Sends and receives messages through WhatsApp Web.
          critical: true
    """
    for index, service in enumerate(system.services):
        if service.critical and not service.description:
            yield Finding(
                ("services", index),
                f"the critical service `{service.id}` does not say what it does",
                "add `description:`",
            )
