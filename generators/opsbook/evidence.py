"""What a test run proved, and for which text of a step it holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal, TypeAlias

from opsbook.kind import Spec
from opsbook.step import Step

Mode: TypeAlias = Literal["real", "double", "manual"]
"""How a step was tested: against real services, with a double's answer, or by a person."""

Result: TypeAlias = Literal["passed", "failed", "not-run"]


@dataclass(frozen=True)
class Proof:
    """What a run says about one step."""

    hash: str
    """Of everything that the result depends on: see `step_hash`."""
    mode: Mode
    result: Result
    seconds: float = 0.0


@dataclass(frozen=True)
class Evidence:
    """What one run says about the steps of one system."""

    date: date
    revision: str
    """The commit that was checked out; empty where there is no version control."""
    steps: Mapping[str, Proof] = field(default_factory=dict)
    """`runbook:backup#dump` to what was proved."""

    def dump(self) -> bytes:
        """The evidence as a file: JSON, sorted, so that two runs differ only where their results do."""
        data = {
            "date": self.date.isoformat(),
            "revision": self.revision,
            "steps": {k: asdict(v) for k, v in self.steps.items()},
        }
        return (json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()

    @classmethod
    def load(cls, raw: bytes) -> Evidence:
        """Read a file that `dump` made. Raises ValueError for anything else."""
        try:
            data = json.loads(raw)
            steps = {name: Proof(**proof) for name, proof in data["steps"].items()}
            return cls(date.fromisoformat(data["date"]), str(data["revision"]), steps)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"this is no evidence of a run: {error!r}") from error


def step_key(spec: Spec[Any], step: Step) -> str:
    """The name of a step in evidence."""
    return f"{spec.kind.name}:{spec.document.id}#{step.id}"


def step_hash(spec: Spec[Any], step: Step, snippets: Mapping[str, str], sandbox: str) -> str:
    """A hash of everything that a step's result depends on: its command, what it expects, the parameters, the fixtures.

    `sandbox` is the text of the system's sandbox spec.
    """
    parameters = getattr(spec.document, "parameters", ())
    parts = [
        step.run or "",
        snippets.get(step.snippet or "", ""),
        step.expect.model_dump_json() if step.expect else "",
        step.test.model_dump_json() if step.test else "",
        step.timeout.total_seconds() if step.timeout else "",
        [parameter.model_dump_json() for parameter in parameters],
        sandbox,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
