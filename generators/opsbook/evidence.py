"""What a test run proved, and for which text of a step it holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from opsbook.kind import Spec
from opsbook.step import Step

if TYPE_CHECKING:
    from opsbook.project import Project

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
    day: str
    """The day of the run, `2026-11-21`."""
    revision: str = ""
    """The commit that was checked out; empty where there is no version control."""
    seconds: float = 0.0


Evidence: TypeAlias = Mapping[str, Proof]
"""`runbook:backup#dump` to the last thing that was proved of that step."""


def dump(evidence: Evidence) -> bytes:
    """Evidence as a file: JSON, sorted, so that two runs differ only where their results do."""
    data = {name: asdict(proof) for name, proof in evidence.items()}
    return (json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def parse(raw: bytes) -> dict[str, Proof]:
    """Read a file that `dump` made. Raises ValueError for anything else."""
    try:
        return {name: Proof(**proof) for name, proof in json.loads(raw).items()}
    except (TypeError, AttributeError) as error:
        raise ValueError(f"this is no evidence of a run: {error!r}") from error


def step_key(spec: Spec[Any], step: Step) -> str:
    """The name of a step in evidence."""
    return f"{spec.kind.name}:{spec.document.id}#{step.id}"


def step_hash(spec: Spec[Any], step: Step, snippets: Mapping[str, str], sandbox: str) -> str:
    """A hash of everything that a step's result depends on: its command, its target, the fixtures.

    `sandbox` is the text of the system's sandbox spec.
    """
    parameters = getattr(spec.document, "parameters", ())
    parts = [
        step.run or "",
        snippets.get(step.snippet or "", ""),
        step.target.model_dump_json() if step.target else "",
        step.expect.model_dump_json() if step.expect else "",
        step.test.model_dump_json() if step.test else "",
        step.timeout.total_seconds() if step.timeout else "",
        [parameter.model_dump_json() for parameter in parameters],
        sandbox,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


SANDBOX = "sandbox"
"""The kind of spec that says what a system's commands run against."""


def status(spec: Spec[Any], step: Step, project: Project) -> tuple[str, Proof | None] | None:
    """What may be said of how a step was tested, and the proof behind it; None where its system is not tested.

    `manual`, `never`, `stale` (the step, its parameters or the fixtures changed since), `failed`, `real`
    or `double`. A page never claims more than the evidence.
    """
    sandbox = sandbox_text(project, spec.system)
    if sandbox is None or not (step.run or step.snippet):
        return None
    if step.test and step.test.manual:
        return "manual", None
    proof = project.evidence.get(spec.system, {}).get(step_key(spec, step))
    if proof is None or proof.result == "not-run":
        return "never", proof
    if proof.hash != step_hash(spec, step, project.snippets, sandbox):
        return "stale", proof
    return ("failed" if proof.result == "failed" else proof.mode), proof


def sandbox_text(project: Project, system: str) -> str | None:
    """The text of a system's sandbox spec; None where it has none."""
    texts = (spec.source.text for spec in project.specs if spec.system == system and spec.kind.name == SANDBOX)
    return next(texts, None)
