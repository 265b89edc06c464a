"""Monitoring: the alerts of a system, with what each means and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opsbook.kind import Kind, Part
from opsbook.kinds.monitoring.model import Monitoring
from opsbook.kinds.monitoring.page import pages
from opsbook.labels import N_


def _parts(monitoring: Monitoring) -> Iterator[Part]:
    for index, alert in enumerate(monitoring.alerts):
        yield Part(alert.id, alert.title, f"alert-{alert.id}", ("alerts", index), "alert")


MONITORING = Kind(
    name="monitoring",
    model=Monitoring,
    group=N_("Monitoring"),
    folder="monitoring",
    pages=pages,
    parts=_parts,
    skeleton=Path(__file__).with_name("skeleton.yaml.jinja"),
)
