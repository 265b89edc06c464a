"""What is watched: the alerts of a system, with what each means and what to do."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from opsbook.model import Document, Duration, Line, Named, Reference, ServiceId, SeverityId, Text


class Alert(Named):
    """A condition that calls somebody."""

    threshold: Line
    """The condition in words and figures."""
    expr: Annotated[str, StringConstraints(min_length=1)]
    """The condition in PromQL."""
    for_: Annotated[Duration, Field(alias="for")]
    """How long it must hold before it calls."""
    severity: SeverityId
    """How bad it is when it fires."""
    services: tuple[ServiceId, ...] = ()
    """The services that it watches."""
    meaning: Text
    """What it means when this alert fires."""
    runbook: Reference
    """The runbook, scenario or step that says what to do."""


class Monitoring(Document):
    """What is watched in this system."""

    kind: Literal["monitoring"]
    summary: Text | None = None
    """What is watched, and why that."""
    alerts: Annotated[tuple[Alert, ...], Field(min_length=1)]

    """The conditions that call somebody."""
