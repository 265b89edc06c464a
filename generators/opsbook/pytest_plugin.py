"""The door to pytest: every step with a command is a test, so that -k, -x, junit and xdist work.

    pytest --opsbook specs
    opsbook test -k backup

A file of specs is a collector, a step an item: `chatbot/runbooks/backup::dump`. The steps of a document
share a sandbox and run in order; asking for one runs those before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from opsbook.read import Loaded
    from opsbook.sandbox.trials import DocumentRun, Verdict

# opsbook itself is imported only when it is asked for: this plugin is loaded into every run of pytest.


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("opsbook")
    group.addoption("--opsbook", action="store_true", help="Run the commands of the specs below the given folders.")
    group.addoption("--evidence", metavar="DIR", help="Write what was proved to DIR/<system>.json.")


class StepFailed(Exception):  # noqa: N818  # it says what happened
    """A step did not do what its runbook says."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__("; ".join(verdict.problems))
        self.verdict = verdict


class StepItem(pytest.Item):
    """One step with a command."""

    def __init__(self, *, run: DocumentRun, step_id: str, manual: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.run = run
        self.step_id = step_id
        self.manual = manual

    def runtest(self) -> None:
        """Run the step, and those before it that have not run."""
        if self.manual:
            pytest.skip(f"manual: {self.manual}")
        verdict = self.run.verdict(self.step_id)
        self.user_properties.append(("opsbook", proof(self.run, verdict)))
        if verdict.result != "passed":
            raise StepFailed(verdict)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Say what a person needs to mend the step, and nothing of our own code."""
        from opsbook.errors import OpsbookError

        error = excinfo.value
        if isinstance(error, OpsbookError):
            return str(error)
        if not isinstance(error, StepFailed):
            return super().repr_failure(excinfo, style)
        verdict = error.verdict
        lines = [f"{self.run.spec.source.path}: step `{verdict.step.id}` ({verdict.step.title})", *verdict.problems]
        if verdict.outcome:
            lines += [f"$ {verdict.step.run or verdict.step.snippet}".rstrip(), verdict.outcome.output.rstrip()[-4000:]]
        return "\n".join(lines)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the step stands."""
        return self.path, 0, self.name


class SpecFile(pytest.File):
    """One spec; its sandbox lives as long as its tests run."""

    run: DocumentRun | None = None

    def collect(self) -> Iterator[StepItem]:
        """Every step of the spec that has a command."""
        from opsbook.kinds.sandbox.model import Sandbox
        from opsbook.sandbox.trials import DocumentRun, trials

        loaded = _loaded(self.config, self.path)
        name = self.path.relative_to(loaded.root).as_posix()
        spec = next((spec for spec in loaded.project.specs if spec.source.path == name), None)
        if spec is None or spec.kind.trials is None:
            return
        steps = [step for trial in trials(spec) for step in trial.steps if step.run or step.snippet]
        if not steps:
            return
        sandboxes = loaded.project.of(Sandbox, spec.system)
        if not sandboxes:
            raise pytest.UsageError(
                f"`{spec.system}` has no sandbox: `opsbook new sandbox tests --system {spec.system}` makes one"
            )
        self.run = DocumentRun(spec, sandboxes[0].document, loaded.root / loaded.settings.snippets)
        for step in steps:
            manual = (step.test.manual if step.test else None) or ""
            yield StepItem.from_parent(self, name=step.id, run=self.run, step_id=step.id, manual=manual)

    def teardown(self) -> None:
        """End the sandbox with the last test of the file."""
        if self.run:
            self.run.close()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> SpecFile | None:
    """Take the specs, when --opsbook is given."""
    if not parent.config.getoption("--opsbook") or file_path.suffix not in (".yaml", ".yml"):
        return None
    loaded = _loaded(parent.config, file_path)
    specs = loaded.root / loaded.settings.specs
    if not file_path.is_relative_to(specs):
        return None
    name = file_path.relative_to(specs).with_suffix("").as_posix()
    return SpecFile.from_parent(parent, path=file_path, nodeid=name)


_KEY = pytest.StashKey[Any]()


def _loaded(config: pytest.Config, path: Path) -> Loaded:
    """The project, read once."""
    from opsbook.kinds import all_kinds
    from opsbook.read import find_root, load

    if _KEY not in config.stash:
        config.stash[_KEY] = load(find_root(path.parent), all_kinds())
    return config.stash[_KEY]  # type: ignore[no-any-return]


def proof(run: DocumentRun, verdict: Verdict) -> dict[str, Any]:
    """What a verdict proves, as data that travels between processes."""
    from opsbook.evidence import step_key

    return {
        "system": run.spec.system,
        "step": step_key(run.spec, verdict.step),
        "mode": verdict.mode,
        "result": verdict.result,
        "seconds": round(verdict.outcome.seconds, 2) if verdict.outcome else 0.0,
    }
