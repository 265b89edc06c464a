"""What somebody new looks at of the APIs: what they offer, and the operation that is safe to call first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from opsbook.first_week import Task, about
from opsbook.kind import Spec
from opsbook.kinds.api.model import ApiDocument
from opsbook.markup import literal
from opsbook.openapi.answers import parameters_of
from opsbook.openapi.contents import Contents, Operation
from opsbook.printer import Printer

_MINUTES_AN_API, _MINUTES_A_CALL = 5, 5

_HEALTH = ("health", "ready", "live", "ping", "status")
"""Words in the paths of operations that only say whether all is well."""


def tasks(specs: Sequence[Spec[ApiDocument]], md: Printer) -> Iterator[Task]:
    """What is offered, and what to call first."""
    label = md.label
    ids = tuple(spec.document.id for spec in specs)
    count = sum(len(spec.document.offers.operations) for spec in specs)
    yield Task(
        "apis",
        "interfaces",
        md.links("api", ids),
        md.titles("api", ids),
        label("What other programs can ask of the system: {count} operations.").replace("{count}", str(count)),
        about(_MINUTES_AN_API * len(ids), most=30),
    )
    calls = [(spec, call) for spec in specs if (call := first_call(spec.document.offers))]
    for spec, call in sorted(calls, key=lambda one: not _asks_health(one[1]))[:1]:
        name = f"{spec.document.id}#{call.name}"
        yield Task(
            f"operation/{name}",
            "interfaces",
            f"{md.link('operation', name)} · {md.value(f'{call.method} {call.path}')}",
            literal(call.summary),
            label("Call this first: it changes nothing and needs no ids."),
            about(_MINUTES_A_CALL),
        )


def first_call(offers: Contents) -> Operation | None:
    """The operation to call first: one that reads and needs nothing to be known, best one that asks for health."""
    harmless = [
        one
        for one in offers.operations
        if one.method == "GET" and not one.webhook and not one.path.count("{") and not _required(offers, one)
    ]
    return min(harmless, key=lambda one: not _asks_health(one), default=None)


def _required(offers: Contents, operation: Operation) -> bool:
    """Whether a call needs a parameter."""
    return any(one.value.get("required") is True for one in parameters_of(offers.api, operation))


def _asks_health(operation: Operation) -> bool:
    return any(word in operation.path.lower() for word in _HEALTH)
