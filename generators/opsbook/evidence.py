"""What a test run proved, and for which text of a step it holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from opsbook.kind import Spec
from opsbook.step import Step

if TYPE_CHECKING:
    from opsbook.project import Project

Mode: TypeAlias = Literal["real", "double", "dry-run", "manual"]
"""How a step was tested: against real services, with a double's answer, by a dry run in its place, or by a person."""

Result: TypeAlias = Literal["passed", "failed", "not-run"]


BREAK, UNDO = "[break]", "[undo]"
"""What the name of a step is followed by where its failure route, or its rollback, was run."""


@dataclass(frozen=True)
class Proof:
    """What a run says about one step."""

    hash: str
    """Of everything that the result depends on: see `step_hashes`."""
    mode: Mode
    result: Result
    day: str
    """The day of the run, `2026-11-21`."""
    revision: str = ""
    """The commit that was checked out; empty where there is no version control."""
    seconds: float = 0.0
    versions: str = ""
    """Of the fixtures: `PostgreSQL 16.9, Redis 6.2.14`."""


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


def step_names(spec: Spec[Any]) -> Iterator[str]:
    """The names that evidence may have for what a document holds: of steps, their failure routes, their rollbacks."""
    for trial in spec.kind.trials(spec.document) if spec.kind.trials else ():
        for step in trial.steps:
            key = step_key(spec, step)
            yield from (key, key + BREAK, key + UNDO)


def step_hashes(spec: Spec[Any], project: Project, against: str) -> dict[str, str]:
    """Each step of a document, and a hash of everything that its result depends on.

    That is what the step does and expects, every step before it, the parameters, the scripts, and the fixtures.
    `against` is what it runs against: see `surroundings`. The empty name stands for the whole document, on which
    a failure route depends.
    """
    parameters = [parameter.model_dump_json() for parameter in getattr(spec.document, "parameters", ())]
    files = sorted(item for item in project.fixtures.items() if item[0].startswith(f"{spec.system}/"))
    if spec.kind.fixtures and not any(name in against for name, _ in files):
        files = []  # fixtures of its own, which no script fills
    digest = hashlib.sha256(json.dumps([parameters, files, against]).encode())
    hashes = {}
    for trial in spec.kind.trials(spec.document) if spec.kind.trials else ():
        digest.update(trial.test.model_dump_json().encode())
        for step in trial.steps:
            digest.update(json.dumps(does(step, project)).encode())
            hashes[step.id] = digest.hexdigest()[:16]
    return {**hashes, "": digest.hexdigest()[:16]}


def does(step: Step, project: Project) -> list[Any]:
    """What a step does and expects, with the scripts that it runs: all of it that a result can depend on."""
    text = step.model_dump_json(exclude=_WORDS, exclude_none=True)
    return [text, [script for name, script in project.snippets.items() if name in text]]


_WORDS: dict[str, Any] = {
    **dict.fromkeys(("title", "why", "text", "hazard", "irreversible", "line"), True),
    "expect": {"see", "output"},
    "rollback": {"do"},
    "target": {"what"},
}
"""What a step says to people alone: it can be mended without running anything again."""

SANDBOX = "sandbox"
"""The kind of spec that says what a system's commands run against."""


Status: TypeAlias = tuple[str, Proof | None]
"""What may be said of how a step was tested, and the proof behind it.

`manual`, `never`, `stale` (something that the result depends on changed since), `failed`, `real`, `double` or
`dry-run`.
"""


def statuses(spec: Spec[Any], project: Project) -> dict[str, Status]:
    """What may be said of each step with a command, and of its rollback; nothing where the system is not tested.

    A page never claims more than the evidence.
    """
    against = surroundings(spec, project) if spec.kind.trials else None
    if against is None or spec.kind.trials is None:
        return {}
    hashes = step_hashes(spec, project, against)
    proofs = project.evidence.get(spec.system, {})
    found = {}
    for step in (step for trial in spec.kind.trials(spec.document) for step in trial.steps):
        if step.run or step.snippet:
            proof = proofs.get(step_key(spec, step))
            found[step.id] = _status(proof, hashes[step.id], step.test.manual if step.test else None)
        if step.rollback and (step.rollback.run or step.rollback.snippet):
            proof = proofs.get(step_key(spec, step) + UNDO)
            found[step.id + UNDO] = _status(proof, hashes[step.id], step.rollback.manual)
    return found


def _status(proof: Proof | None, now: str, manual: str | None) -> Status:
    if manual:
        return "manual", None
    if proof is None or proof.result == "not-run":
        return "never", proof
    if proof.hash != now:
        return "stale", proof
    return ("failed" if proof.result == "failed" else proof.mode), proof


def surroundings(spec: Spec[Any], project: Project) -> str | None:
    """A text that says what the steps of a document run against; None where that is nothing.

    It is that of its own fixtures, or of its system's sandbox, with the documents of the APIs that these answer for.
    """
    if spec.kind.fixtures:
        holder: Spec[Any] | None = spec
        text = json.dumps(spec.kind.fixtures(spec, project), sort_keys=True)
    else:
        sandboxes = (one for one in project.specs if one.system == spec.system and one.kind.name == SANDBOX)
        holder = next((one for one in sandboxes if not one.document.named), None)
        text = holder.source.text if holder else ""
    if holder is None:
        return None
    apis = {id_: contents.digest for id_, contents in project.apis_of(holder).items()}
    return json.dumps([text, apis]) if apis else text
