"""The door to pytest: every step with a command is a test, so that -k, -x, junit and xdist work.

    pytest --opsbook specs
    opsbook test -k backup

A file of specs is a collector, a step an item: `chatbot/runbooks/backup::dump`. The steps of a document
share a sandbox and run in order; asking for one runs those before it.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from opsbook.evidence import Proof
    from opsbook.read import Loaded
    from opsbook.sandbox.steps import Verdict
    from opsbook.sandbox.trials import DocumentRun
    from opsbook.step import Step

# opsbook itself is imported only when it is asked for: this plugin is loaded into every run of pytest.


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("opsbook")
    group.addoption("--opsbook", action="store_true", help="Run the commands of the specs below the given folders.")
    group.addoption("--evidence", metavar="DIR", help="Write what was proved to DIR/<system>.json.")
    group.addoption("--evidence-root", metavar="DIR", help="The project whose commit the evidence names.")
    group.addoption("--shard", metavar="I/N", help="Run the I-th of N shares of the documents.")


class StepFailed(Exception):  # it says what happened
    """A step did not do what its runbook says."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__("; ".join(verdict.problems))
        self.verdict = verdict


class StepItem(pytest.Item):
    """One step with a command."""

    suffix = ""
    """What its name has beyond the step's id."""

    def __init__(self, *, run: DocumentRun, step: Step, **kwargs: Any) -> None:
        super().__init__(name=f"{step.id}{self.suffix}", **kwargs)
        self.run = run
        self.step = step

    @property
    def command(self) -> str | None:
        """What is run."""
        return self.step.run or self.step.snippet

    @property
    def manual(self) -> str | None:
        """Why a machine cannot run it."""
        return self.step.test.manual if self.step.test else None

    def verdict(self) -> Verdict:
        """Run the step, and those before it that have not run."""
        return self.run.verdict(self.step.id)

    def runtest(self) -> None:
        """Run it, and note what that proves."""
        if self.manual:
            pytest.skip(f"manual: {self.manual}")  # the author's own reason; the summary counts it, the page shows it
        verdict = self.verdict()
        self.user_properties.append(("opsbook", proof(self.run, verdict, self.suffix)))
        if verdict.result != "passed":
            raise StepFailed(verdict)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Say what a person needs to mend the step, and nothing of our own code."""
        from opsbook.errors import OpsbookError

        error = excinfo.value
        if isinstance(error, OpsbookError):
            return shown(str(error))
        if not isinstance(error, StepFailed):
            return super().repr_failure(excinfo, style)
        verdict = error.verdict
        lines = [f"{self.run.spec.source.path}: step `{verdict.step.id}` ({verdict.step.title})", *verdict.problems]
        if verdict.outcome:
            lines += [f"$ {self.command}".rstrip(), verdict.outcome.output.rstrip()[-4000:]]
            lines += [
                f"(a double was asked) {shlex.join([one['program'], *one['argv']])}" for one in verdict.outcome.calls
            ]
        return shown("\n".join(lines))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the step stands."""
        return self.path, 0, self.name


class RouteItem(StepItem):
    """A step that is made to fail, and the failure route that it then declares."""

    suffix = "[break]"

    def verdict(self) -> Verdict:
        """Break the step in a sandbox of its own."""
        return self.run.broken(self.step.id)


class UndoItem(StepItem):
    """The rollback of a step."""

    suffix = "[undo]"

    @property
    def command(self) -> str | None:
        """What takes the step back."""
        return (self.step.rollback.run or self.step.rollback.snippet) if self.step.rollback else None

    @property
    def manual(self) -> str | None:
        """Why a machine cannot try it."""
        return super().manual or (self.step.rollback.manual if self.step.rollback else None)

    def verdict(self) -> Verdict:
        """Take the step back and do it once more, after those before it."""
        return self.run.verdict(f"{self.step.id}{self.suffix}")


class FaultItem(pytest.Item):
    """What keeps the steps of a spec from being run: it fails, so that they are not missing without a word."""

    def __init__(self, *, fault: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fault = fault

    def runtest(self) -> None:
        """Fail."""
        raise Faulty

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Say what is wrong, as `opsbook check` does."""
        return self.fault if isinstance(excinfo.value, Faulty) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the fault is."""
        return self.path, 0, self.name


class Faulty(Exception):  # it says what happened
    """A spec cannot be read, or has nothing to run its commands in."""


class SpecFile(pytest.File):
    """One spec; its sandbox lives as long as its tests run."""

    run: DocumentRun | None = None

    def collect(self) -> Iterator[StepItem | FaultItem]:
        """Every step of the spec that has a command; or what is wrong with the spec."""
        from opsbook.reporters.text import text
        from opsbook.sandbox.trials import DocumentRun, sandbox_of

        loaded = _loaded(self.config)
        name = self.path.relative_to(loaded.root).as_posix()
        spec = next((spec for spec in loaded.project.specs if spec.source.path == name), None)
        if spec is None and (faults := [fault for fault in loaded.diagnostics if fault.path == name]):
            yield FaultItem.from_parent(self, name="is-valid", fault=text(faults).rstrip())
        if spec is None or spec.kind.trials is None:
            return
        steps = [step for trial in spec.kind.trials(spec.document) for step in trial.steps]
        items = [(item, step) for step in steps for item in _items(step)]
        if not items:
            return
        sandbox = sandbox_of(spec, loaded.project)
        if sandbox is None:
            cure = f"`opsbook new sandbox tests --system {spec.system}` makes one"
            if spec.system in loaded.project.unread:
                cure = "a spec of it cannot be read, which may be that: see `opsbook check`"
            fault = f"{name}: `{spec.system}` has no sandbox to run its commands in: {cure}"
            yield FaultItem.from_parent(self, name="has-a-sandbox", fault=fault)
            return
        self.run = DocumentRun(spec, sandbox, loaded.root / loaded.settings.snippets, loaded.project)
        for item, step in items:
            yield item.from_parent(self, run=self.run, step=step)

    def teardown(self) -> None:
        """End the sandbox with the last test of the file."""
        if self.run:
            self.run.close()


def shown(text: str) -> str:
    """What a command printed, as text that commands neither the terminal nor the service that runs the tests."""
    from opsbook.reporters.text import printable

    lines = (printable(line.expandtabs()) for line in text.split("\n"))
    return "\n".join(_ORDER.sub(lambda match: f"{match[0]} ", line) for line in lines)


_ORDER = re.compile(r"^\s*:(?=:)|#(?=#\[)")
"""Where a space makes a text of what a service for tests takes as an order: `::stop-commands::`, `##[error]`."""


def _items(step: Step) -> Iterator[type[StepItem]]:
    """What there is to try of a step."""
    if step.run or step.snippet:
        yield StepItem
        if step.test and step.test.break_:
            yield RouteItem
    if step.rollback and (step.rollback.run or step.rollback.snippet):
        yield UndoItem


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> SpecFile | None:
    """Take the specs, when --opsbook is given."""
    if not parent.config.getoption("--opsbook") or file_path.suffix not in (".yaml", ".yml", ".md"):
        return None
    loaded = _loaded(parent.config)
    specs = loaded.root / loaded.settings.specs
    if not file_path.is_relative_to(specs):
        return None
    name = file_path.relative_to(specs).with_suffix("").as_posix()
    return SpecFile.from_parent(parent, path=file_path, nodeid=name)


_KEY: pytest.StashKey[Loaded] = pytest.StashKey()


def _loaded(config: pytest.Config) -> Loaded:
    """The project of the first path that pytest was given, read once."""
    from opsbook.kinds import all_kinds
    from opsbook.read import load
    from opsbook.root import find_root

    if _KEY not in config.stash:
        start = Path(config.args[0].partition("::")[0])
        config.stash[_KEY] = load(find_root(start if start.is_dir() else start.parent), all_kinds())
    return config.stash[_KEY]


def proof(run: DocumentRun, verdict: Verdict, suffix: str) -> dict[str, Any]:
    """What a verdict proves, as data that travels between processes."""
    from opsbook.evidence import BREAK, step_key

    return {
        "system": run.spec.system,
        "step": f"{step_key(run.spec, verdict.step)}{suffix}",
        "hash": run.hashes["" if suffix == BREAK else verdict.step.id],
        "mode": verdict.mode,
        "result": verdict.result,
        "seconds": round(verdict.outcome.seconds, 1) if verdict.outcome else 0.0,
        "versions": verdict.versions,
    }


_PROVED = ("hash", "mode", "result", "seconds", "versions")
"""What a proof takes over from a result."""


class Recorder:
    """Collects what the steps proved, in the process that sees all reports; in the end, sums it up and writes it."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.root = Path(config.getoption("--evidence-root") or ".")
        self.folder: str | None = config.getoption("--evidence")
        self.proofs: dict[str, dict[str, Any]] = {}
        self.manual = 0
        self.stopped = False
        self.said: list[str] = []
        """What became of the evidence."""

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Notice that a person stopped the run. (pytest-xdist ends one with `-x` by an exception derived from this.)"""
        self.stopped = excinfo.type is KeyboardInterrupt

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the proof of a step."""
        self.manual += report.skipped
        for name, value in report.user_properties if report.when == "call" else ():
            if name == "opsbook" and isinstance(value, dict):
                self.proofs.setdefault(value["system"], {})[value["step"]] = value

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the evidence, each file in one stroke; steps that were not asked for keep what was proved of them.

        A run that was stopped proves nothing.
        """
        if self.stopped or not self.folder:
            return
        from opsbook.clock import today
        from opsbook.evidence import Proof, dump, step_names
        from opsbook.read import head
        from opsbook.write import write_file

        day, revision = today().isoformat(), head(self.root)
        for system, proofs in self.proofs.items():
            path = Path(self.folder, f"{system}.json")
            specs = (spec for spec in _loaded(self.config).project.specs if spec.system == system)
            names = {name for spec in specs for name in step_names(spec)}
            known = {name: proof for name, proof in self._before(path).items() if name in names}
            new = {
                step: Proof(day=day, revision=revision, **{name: value[name] for name in _PROVED})
                for step, value in proofs.items()
            }
            try:
                write_file(path, dump({**known, **new}))
            except OSError as error:
                self.said.append(f"the evidence cannot be written to {path}: {error.strerror}")
                session.exitstatus = pytest.ExitCode.INTERNAL_ERROR
            else:
                self.said.append(f"evidence: {path}")

    def _before(self, path: Path) -> dict[str, Proof]:
        """What a file of evidence says of earlier runs."""
        from opsbook.evidence import parse

        try:
            return parse(path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            self.said.append(f"{path} could not be read, so nothing is kept of what earlier runs proved")
            return {}

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what was proved, and how."""
        proofs = [proof for proofs in self.proofs.values() for proof in proofs.values() if proof["result"] == "passed"]
        steps = [proof["mode"] for proof in proofs if not proof["step"].endswith("]")]
        routes = sum(proof["step"].endswith(RouteItem.suffix) for proof in proofs)
        undone = sum(proof["step"].endswith(UndoItem.suffix) for proof in proofs)
        said = f"{steps.count('real')} steps passed for real, {steps.count('double')} with a double"
        said += f", {dry} by a dry run" if (dry := steps.count("dry-run")) else ""
        more = f"failure routes: {routes}, rollbacks: {undone}, left to people: {self.manual}"
        terminalreporter.write_line(f"{said}; {more}")
        for line in self.said:
            terminalreporter.write_line(line)


def pytest_configure(config: pytest.Config) -> None:
    """Record in the process that sees all reports; in the others, see that they do not outlive it."""
    if not config.getoption("--opsbook"):
        return
    if hasattr(config, "workerinput"):
        import ctypes
        import signal

        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    else:
        config.pluginmanager.register(Recorder(config), "opsbook-recorder")


_PARENT_DEATH_SIGNAL = 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Share the work out: the steps of a document stay together, its failure routes have sandboxes of their own."""
    if not config.getoption("--opsbook"):
        return None
    from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # it ships no types

    class Documents(LoadScopeScheduling):  # type: ignore[misc]  # as above
        def _split_scope(self, nodeid: str) -> str:
            return nodeid if nodeid.endswith(RouteItem.suffix) else nodeid.partition("::")[0]

    return Documents(config, log)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Prove that a sandbox is one before anything runs in it; without that, nothing is run."""
    config = session.config
    if not config.getoption("--opsbook") or hasattr(config, "workerinput"):
        return
    from opsbook.errors import OpsbookError
    from opsbook.sandbox.bubble import NoSandbox
    from opsbook.sandbox.door import ready

    try:
        ready(_loaded(config))
    except NoSandbox as error:
        pytest.exit(str(error), returncode=2)
    except OpsbookError as error:
        raise pytest.UsageError(str(error)) from None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep one shard of the documents, for a matrix of machines."""
    shard = config.getoption("--shard")
    if not shard:
        return
    match = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", shard)
    if not match or int(match[1]) > int(match[2]):
        raise pytest.UsageError(f"--shard is `I/N`, the I-th of N shares: not `{shard}`")
    number, count = int(match[1]), int(match[2])
    documents = sorted({item.nodeid.partition("::")[0] for item in items})
    mine = set(documents[number - 1 :: count])
    kept = [item for item in items if item.nodeid.partition("::")[0] in mine]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept
