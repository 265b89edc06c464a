"""The rules about weaknesses, one function each."""

from __future__ import annotations

from collections.abc import Iterator

from opsbook.kinds.architecture.drift import DRIFT_RULES
from opsbook.kinds.architecture.landscape import DEPLOYED
from opsbook.kinds.architecture.weakness import Seen, Subject, Weakness, WeaknessRule
from opsbook.labels import N_


def deployed_nowhere(seen: Seen) -> Iterator[Weakness]:
    """An element runs in no environment.

    Either the model misses where it runs, or it is gone and the model has not noticed. Say on which node of which
    environment it runs, or remove it:

        deployments:
          - environment: production
            nodes:
              - id: host
                title: Docker host
                instances:
                  - element: app
    """
    if not seen.model.deployments:
        return
    for id_, element in sorted(seen.landscape.elements.items()):
        if element.type in DEPLOYED and id_ not in seen.landscape.deployed:
            yield Weakness(
                ("elements", seen.landscape.index[id_]),
                Subject(element=id_),
                N_("`{element}` runs in no environment"),
                N_("name it under `instances:` of a node, or remove it"),
                (("element", id_),),
            )


WEAKNESS_RULES: tuple[WeaknessRule, ...] = (WeaknessRule(deployed_nowhere), *DRIFT_RULES)
"""In the order in which pages show them."""
