"""The faults of the project's own drills: each is one that `opsbook drill --undo` injects and takes back.

That command shows for every drill that the steady state goes with the fault and comes back with its undo; `make drills`
runs it. Here is what it cannot see: a fault that no drill uses, and one that it would never come to.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from cases import own
from opsbook.kind import Spec
from opsbook.kinds.drill.model import MACHINES, Drill, FaultType
from opsbook.kinds.drill.named import drills

ROOT = Path(__file__).parents[2]
PLAYED = {
    f"{spec.system}/{spec.document.id}": spec for spec in drills(own().project, None) if spec.document.type == MACHINES
}
FAULTS = sorted(
    path.relative_to(ROOT / "snippets").as_posix() for path in (ROOT / "snippets").glob("*/faults/*") if path.is_file()
)
LIKE_OTHERS = {"stop": "kill", "delete-file": "corrupt-file"}
"""Types whose fault another type has, too: a service that is stopped is one that is killed, and has time to say so."""


@pytest.mark.parametrize("name", PLAYED)
def test_a_fault_can_be_taken_back(name: str) -> None:
    """Without its undo, `opsbook drill --undo` could not show anything."""
    undo = PLAYED[name].document.fault.undo
    assert undo
    assert undo.run or undo.snippet


@pytest.mark.parametrize("name", PLAYED)
def test_a_fault_is_something_that_the_steady_state_sees(name: str) -> None:
    """Without probes, every fault would count as one that took."""
    assert PLAYED[name].document.steady_state


@pytest.mark.parametrize("snippet", FAULTS)
def test_a_fault_belongs_to_a_drill(snippet: str) -> None:
    """What no drill uses is never injected, and breaks unseen."""
    called = " ".join(text for name, text in own().project.snippets.items() if name in FAULTS)
    assert snippet in {used for spec in PLAYED.values() for used in _snippets(spec)} or Path(snippet).name in called


@pytest.mark.parametrize("type_", get_args(FaultType))
def test_every_type_of_fault_is_played(type_: str) -> None:
    played = {spec.document.fault.type for spec in PLAYED.values()}
    assert type_ in played or LIKE_OTHERS.get(type_) in played


def _snippets(spec: Spec[Drill]) -> Iterator[str]:
    fault = spec.document.fault
    yield from (one.snippet for one in (fault, fault.undo) if one and one.snippet)
