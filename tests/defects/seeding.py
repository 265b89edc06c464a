"""Defects that are seeded into good projects, and who notices them: `opsbook check`, `opsbook test`, or nobody."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml

from opsbook.checks import check_all
from opsbook.clock import today
from opsbook.diagnostic import Diagnostic
from opsbook.errors import OpsbookError
from opsbook.evidence import BREAK, UNDO
from opsbook.inspection import inspect
from opsbook.kind import Spec
from opsbook.kinds import all_kinds
from opsbook.read import Loaded, Memory, load
from opsbook.sandbox.steps import Verdict, acts
from opsbook.sandbox.trials import DocumentRun, sandbox_of
from opsbook.step import Step

HERE = Path(__file__).parent
PROJECTS = {"defects": HERE / "project", "handbooks": HERE.parent.parent}
"""The lists of defects, by their name, and the good project that each is seeded into."""

NOBODY = "nothing"
"""What catches a defect that stays undiscovered."""

_MEMORY = Memory()

F = TypeVar("F", bound=Callable[..., Any])


def remembered(found_out: F) -> F:
    """What is found out about each of many texts, asked anew only for texts that were not asked about before."""
    known: dict[Any, Any] = {}

    def ask(texts: Sequence[str], **how: Any) -> list[Any]:
        new = [text for text in dict.fromkeys(texts) if (text, *how.items()) not in known]
        known.update(zip(((text, *how.items()) for text in new), found_out(new, **how) if new else (), strict=True))
        return [known[text, *how.items()] for text in texts]

    return cast("F", ask)


@dataclass(frozen=True)
class Defect:
    """One mistake in a good project."""

    id: str
    kind: str
    """What sort of mistake it is: `wrong flag`."""
    document: str
    """The document whose steps are run."""
    file: str
    """The file with the mistake."""
    change: dict[str, Any]
    """What is done to the file."""
    caught: str
    """Who is to notice it: `check RULE`, `test STEP`, or `nothing`."""
    because: str
    """Why nobody notices it."""

    def seeded(self, text: str) -> str:
        """The text of the file with the mistake in it."""
        match self.change:
            case {"swap": [one, other]}:
                first, second = sorted((_block(text, one), _block(text, other)))
                between = text[first[1] : second[0]]
                return text[: first[0]] + text[slice(*second)] + between + text[slice(*first)] + text[second[1] :]
            case {"drop": step}:
                start, end = _block(text, step)
                return text[:start] + text[end:]
            case {"replace": old, "with": new}:
                assert text.count(old) == 1, f"{self.id}: {old!r} stands {text.count(old)} times in {self.file}"
                return text.replace(old, new)
        raise ValueError(self.change)


def _block(text: str, step: str) -> tuple[int, int]:
    """Where a step begins and ends: its line, and those that are indented further."""
    (found,) = re.finditer(rf"^( *)- id: {step}\n(?:\1 .*\n|\n)*", text, re.MULTILINE)
    return found.span()


@cache
def defects(name: str) -> tuple[Defect, ...]:
    """A list of defects."""
    listed = yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    return tuple(
        Defect(
            entry["id"],
            entry["class"],
            document,
            entry.get("file", document),
            {key: entry[key] for key in ("replace", "with", "swap", "drop") if key in entry},
            entry.get("caught", ""),
            entry.get("because", ""),
        )
        for document, entries in listed.items()
        for entry in entries
    )


def copied(project: Path, document: str, target: Path) -> Path:
    """What belongs to the system of a document, in a project of its own."""
    system = document.split("/")[1]
    for folder in (f"specs/{system}", f"snippets/{system}", "locale"):
        if (project / folder).is_dir():
            shutil.copytree(project / folder, target / folder)
    specs = "".join(path.read_text(encoding="utf-8") for path in (target / "specs").rglob("*.yaml"))
    for script in (project / "snippets" / "shared").rglob("*.sh"):
        name = script.relative_to(project / "snippets")
        if name.as_posix() in specs:
            (target / "snippets" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(script, target / "snippets" / name)
    return target


def noticed(root: Path, document: str, good: Path) -> tuple[str, str]:
    """Who notices that something is wrong with a project, and what is said: the check, or else the test.

    `good` is the project without the mistake.
    """
    loaded = load(root, all_kinds(), _MEMORY)
    found = found_by_check(loaded)
    if found:
        return f"check {' '.join(dict.fromkeys(one.rule for one in found))}", "\n".join(map(str, found))
    return found_by_test(loaded, document, _good_steps(good, document))


def found_by_check(loaded: Loaded) -> list[Diagnostic]:
    """What `opsbook check` says, but for reviews that are due: they depend on the day."""
    found = check_all(loaded, today(), inspect(loaded.project))
    return [one for one in found if one.rule != "project/overdue-review"]


def found_by_test(loaded: Loaded, document: str, good: Sequence[Step] = ()) -> tuple[str, str]:
    """What does not pass when a document is run: a step, then what is to make a step fail, or takes it back.

    Steps that are not among the `good` ones are made to fail first: that is where the mistake is.
    """
    spec = _spec(loaded, document)
    sandbox = sandbox_of(spec, loaded.project)
    assert sandbox, f"{document} has nothing to run against"
    run = DocumentRun(spec, sandbox, loaded.root / loaded.settings.snippets, loaded.project)
    try:
        for name, verdict in _verdicts(run, good):
            if verdict.result == "failed" or (verdict.result == "not-run" and verdict.problems):
                said = verdict.outcome.output if verdict.outcome else ""
                return f"test {name}", "\n".join([*verdict.problems, said])
    except OpsbookError as error:
        return "test sandbox", str(error)
    finally:
        run.close()
    return NOBODY, ""


def _spec(loaded: Loaded, document: str) -> Spec[Any]:
    (spec,) = [spec for spec in loaded.project.specs if spec.source.path == document]
    return spec


@cache
def _good_steps(good: Path, document: str) -> tuple[Step, ...]:
    spec = _spec(load(good, all_kinds()), document)
    return tuple(step for trial in spec.document.trials() for step in trial.steps)


def _verdicts(run: DocumentRun, good: Sequence[Step]) -> Iterator[tuple[str, Verdict]]:
    """What comes of the steps and of taking them back, then of making them fail."""
    steps = [step for trial in run.trials for step in trial.steps]
    for name in (f"{step.id}{UNDO if undo else ''}" for step in steps for undo in acts(step)):
        yield name, run.verdict(name)
    run.close()
    for step in sorted(steps, key=good.__contains__):
        if step.test and step.test.break_:
            yield f"{step.id}{BREAK}", run.broken(step.id)
