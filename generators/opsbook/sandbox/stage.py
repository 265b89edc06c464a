"""Where a drill is played: what is done to the system, and what one sees of it."""

from __future__ import annotations

import json
import re
import shlex
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from opsbook.errors import OpsbookError
from opsbook.kind import Spec
from opsbook.kinds.drill.model import Drill, Probe, Script, Tolerance
from opsbook.kinds.monitoring.rehearsal import Rehearsal
from opsbook.project import Project
from opsbook.sandbox.judging import judge
from opsbook.sandbox.redaction import redact
from opsbook.sandbox.running import Outcome, Running
from opsbook.sandbox.steps import DEFAULT_SECONDS
from opsbook.step import Expect, Undo

PAUSE = 0.2
"""Seconds between two looks."""

PROMETHEUS_PORT = 19_090
"""Where the Prometheus of a drill listens; a system's sandbox may have one of its own at the usual port."""

MOST_OUTPUT = 500
"""Characters of an output that are told with what is wrong with it: its end."""

ANSWERS = 10
"""Seconds within which a probe has to answer."""

_TIMED_OUT = 124
"""How `timeout` ends."""

_NUMBER = re.compile(r"(?<![\w.-])-?\d+(?:\.\d+)?(?!\w)")


class NoDrill(OpsbookError):
    """Nothing was drilled: what should have been there before the fault was not, or the fault did not take."""


@dataclass(frozen=True)
class Stage:
    """A drill and the sandbox that it is played in."""

    spec: Spec[Drill]
    project: Project
    running: Running
    watching: Rehearsal | None
    """What the Prometheus has that watches, where there is one."""
    say: Callable[[str], None]
    """Hears how far it is."""
    secrets: Callable[[], set[str]] = set
    """The values that nobody may see."""

    @property
    def drill(self) -> Drill:
        """The document."""
        return self.spec.document

    def run(self, script: str) -> Outcome:
        """Run a script as an operator would."""
        return self.running.run(script, DEFAULT_SECONDS)

    def act(self, script: Script | Undo, failed: str) -> None:
        """Run a script that has to succeed. Raises NoDrill."""
        outcome = self.run(self._text(script))
        if problems := list(judge(Expect(), outcome)):
            raise NoDrill(f"{failed}: {self.told(problems, outcome)}")

    def unsteady(self, probes: Sequence[Probe]) -> str:
        """What the first probe says that does not find what it should; nothing where all of them do."""
        for probe in probes:
            outcome = self.run(f"timeout -k 1 {ANSWERS} bash -euo pipefail -c {shlex.quote(self._text(probe))}")
            if outcome.exit == _TIMED_OUT:
                return f"`{probe.id}`: it did not answer within {ANSWERS} s"
            tolerance = probe.tolerance or Tolerance()
            if problems := [*judge(tolerance, outcome), *_beyond(tolerance, outcome)]:
                return f"`{probe.id}`: {self.told(problems, outcome)}"
        return ""

    def told(self, problems: Sequence[str], outcome: Outcome) -> str:
        """What is wrong with an outcome, and the end of what was printed, without secrets: no cut goes through one."""
        printed = self.hidden(outcome.output).strip()
        return self.hidden("; ".join(problems)) + (f": {printed[-MOST_OUTPUT:]}" if printed else "")

    def hidden(self, text: str) -> str:
        """A text without secrets."""
        return redact(text, self.secrets())

    def firing(self) -> bool:
        """Whether the alert fires."""
        return self._rule().get("state") == "firing"

    def silent(self, since: datetime) -> bool:
        """Whether the alert was evaluated since then, and neither fires nor is about to."""
        rule = self._rule()
        evaluated = rule.get("lastEvaluation", "")[:19]
        return rule.get("state") == "inactive" and evaluated > since.isoformat()[:19]

    def _rule(self) -> dict[str, Any]:
        """What Prometheus knows of the alert; nothing before it was first evaluated."""
        groups = self._asked("rules").get("groups", [])
        return next((rule for group in groups for rule in group["rules"]), {})

    def scraped(self) -> bool:
        """Whether Prometheus reads the metrics of everything that it should."""
        targets = self._asked("targets").get("activeTargets", [])
        return bool(targets) and all(one["health"] == "up" for one in targets)

    def _asked(self, what: str) -> dict[str, list[dict[str, Any]]]:
        """What Prometheus answers; nothing where it does not. https://prometheus.io/docs/prometheus/latest/querying/api/"""
        text = self.running.got(f"http://127.0.0.1:{PROMETHEUS_PORT}/api/v1/{what}")
        return dict(json.loads(text)["data"]) if text else {}

    def _text(self, script: Script | Undo) -> str:
        return script.run or self.running.snippet(script.snippet or "")


def _beyond(tolerance: Tolerance, outcome: Outcome) -> Iterator[str]:
    """How a figure is not within its limits."""
    if tolerance.at_least is None and tolerance.at_most is None:
        return
    figure = number(outcome.stdout)
    if figure is None:
        yield "it prints no figure"
    elif tolerance.at_least is not None and figure < tolerance.at_least:
        yield f"{figure} is less than {tolerance.at_least}"
    elif tolerance.at_most is not None and figure > tolerance.at_most:
        yield f"{figure} is more than {tolerance.at_most}"


def number(text: str) -> Decimal | None:
    """The first figure in a text."""
    return Decimal(found[0]) if (found := _NUMBER.search(text)) else None


def until(holds: Callable[[], bool], seconds: float) -> datetime | None:
    """When something began to hold, within so many seconds; None where it did not."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return None
        time.sleep(PAUSE)
    return now()


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)
