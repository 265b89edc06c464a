"""The words of pages for what authors write as keywords."""

from __future__ import annotations

from opsbook.kinds.architecture.model import ElementType, Mode, Redundancy
from opsbook.labels import N_

TYPES: dict[ElementType, str] = {
    "person": N_("Person"),
    "system": N_("Software system"),
    "container": N_("Container"),
    "component": N_("Component"),
    "database": N_("Database"),
    "queue": N_("Queue"),
    "storage": N_("Storage"),
    "external": N_("External system"),
}

MODES: dict[Mode, str] = {
    "sync": N_("synchronous"),
    "async": N_("asynchronous"),
    "callback": N_("callback"),
    "replication": N_("replication"),
}

REDUNDANCIES: dict[Redundancy, str] = {
    "none": N_("none"),
    "zone": N_("over zones"),
    "region": N_("over regions"),
}

CRITICALITIES: dict[str, str] = {"hard": N_("hard"), "soft": N_("soft")}

TRANSPORTS: dict[str, str] = {
    "encrypted": N_("encrypted"),
    "plain": N_("not encrypted"),
    "local": N_("within the machine"),
}

LIFECYCLES: dict[str, str] = {
    "experimental": N_("experimental"),
    "production": N_("in production"),
    "deprecated": N_("deprecated"),
}

KINDS: dict[str, str] = {"call": N_("call"), "reply": N_("reply"), "async": N_("not waited for")}
"""What a message of a sequence is."""
