"""Sandboxes: what a system's commands run against when they are tested."""

from __future__ import annotations

from pathlib import Path

from opsbook.kind import Kind
from opsbook.kinds.sandbox.model import Sandbox
from opsbook.kinds.sandbox.page import pages
from opsbook.labels import N_

SANDBOX = Kind(
    name="sandbox",
    model=Sandbox,
    group=N_("Tests"),
    folder="tests",
    pages=pages,
    skeleton=Path(__file__).with_name("skeleton.yaml.jinja"),
)
