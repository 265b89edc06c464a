"""Every type of view, in the order of the navigation, and which of them a model has."""

from __future__ import annotations

from opsbook.kinds.architecture.landscape import Landscape
from opsbook.kinds.architecture.views.components import COMPONENTS
from opsbook.kinds.architecture.views.containers import CONTAINERS
from opsbook.kinds.architecture.views.context import CONTEXT
from opsbook.kinds.architecture.views.criticality import CRITICALITY
from opsbook.kinds.architecture.views.data_flow import DATA_FLOW
from opsbook.kinds.architecture.views.deployment import DEPLOYMENT
from opsbook.kinds.architecture.views.differences import DIFFERENCES
from opsbook.kinds.architecture.views.event_flow import EVENT_FLOW
from opsbook.kinds.architecture.views.integration import INTEGRATION
from opsbook.kinds.architecture.views.ownership import OWNERSHIP
from opsbook.kinds.architecture.views.sequences import SEQUENCES
from opsbook.kinds.architecture.views.values import Entry, ViewType
from opsbook.kinds.architecture.views.weaknesses import WEAKNESSES

VIEW_TYPES: tuple[ViewType, ...] = (
    CONTEXT,
    CONTAINERS,
    COMPONENTS,
    CRITICALITY,
    WEAKNESSES,
    DEPLOYMENT,
    DIFFERENCES,
    SEQUENCES,
    DATA_FLOW,
    EVENT_FLOW,
    INTEGRATION,
    OWNERSHIP,
)


def entries(landscape: Landscape) -> tuple[Entry, ...]:
    """The views that a model has: those that have something to show."""
    return tuple(Entry(type_, topic) for type_ in VIEW_TYPES for topic in type_.topics(landscape))
