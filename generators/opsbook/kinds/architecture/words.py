"""The words of pages for what authors write as keywords."""

from __future__ import annotations

from opsbook.kinds.architecture.model import ElementType, Mode
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
