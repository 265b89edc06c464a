"""A drill as an experiment of Chaos Toolkit, for those who play it there.

https://chaostoolkit.org/reference/api/experiment/ has the format. The steady state is its hypothesis; the fault and the
steps of the runbook are its method; what takes the fault back is its rollback. Every command runs in bash by itself, as
a process; values reach it as arguments that it exports, and never by pasting text into it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from shlex import quote
from typing import Any, TypeAlias

from opsbook.kind import Definition, Spec
from opsbook.kinds.drill.following import followed
from opsbook.kinds.drill.model import Drill, Probe, Script, Tolerance
from opsbook.markup import REFERENCE, plain_text
from opsbook.page import Artifact
from opsbook.project import Project
from opsbook.reference import Home
from opsbook.step import Expect, Step, Stream, Undo

_Around: TypeAlias = tuple[str, str]
"""What is put before a command, and after it."""

SECONDS = 60
"""How long a command may take that does not say."""

BEYOND = 1e300
"""The bound of a range that has none on this side: the format wants two numbers."""

_SANDBOX = "sandbox"
"""The kind of what a system's commands run against, which this kind knows by its name alone."""

_SECRET = re.compile(r"PASS|SECRET|TOKEN|AUTH|KEY")
"""What names of variables have that may hold secrets."""

_SINGULAR = re.compile(r"\$((?:\.[A-Za-z_]\w*|\['[^'\\]*'\]|\[\"[^\"\\]*\"\]|\[-?\d+\])*)")
"""A JSONPath that names one value: keys and numbers."""

_PART = re.compile(r"\.(?P<name>\w+)|\[['\"](?P<key>[^'\"]*)['\"]\]|\[(?P<number>-?\d+)\]")

_FLAGS = re.compile(r"\(\?([aiLmsux]+)\)")
"""Flags at the beginning of a regular expression, the only place where they may stand."""

_PYTHON = "import json, sys; found = json.load(sys.stdin){}; sys.exit(json.dumps(found, sort_keys=True) != sys.argv[1])"
"""Looks whether what stands at a place of a JSON document is a value."""


def playable(drill: Drill) -> bool:
    """Whether there is a command that injects the fault; without one, there is no experiment."""
    return bool(drill.fault.run or drill.fault.snippet)


def artifacts(spec: Spec[Drill], project: Project) -> Iterator[Artifact]:
    """The experiment beside the page of a drill, where it is one."""
    if playable(spec.document):
        yield Artifact(path(spec), as_text(spec, project).encode())


def path(spec: Spec[Drill]) -> str:
    """Where the experiment lies: beside the page, `lodging/drills/service-down.chaos.json`."""
    return f"{spec.path.removesuffix('.md')}.chaos.json"


def as_text(spec: Spec[Drill], project: Project) -> str:
    """The experiment of a drill, as JSON."""
    return json.dumps(experiment(spec, project), indent=2, ensure_ascii=False) + "\n"


def experiment(spec: Spec[Drill], project: Project) -> dict[str, Any]:
    """The experiment of a drill."""
    drill, made = spec.document, _Made(spec, project)
    configuration = {
        name: {"type": "env", "key": name, "default": value} for name, value in sorted(made.variables.items())
    }
    undo = drill.fault.undo
    rollbacks = [made.action(undo.do, undo)] if undo and (undo.run or undo.snippet) else []
    data: dict[str, Any] = {
        "title": plain_text(drill.title),
        "description": "\n\n".join(made.description()),
        "tags": ["opsbook", spec.system, drill.type, drill.fault.type],
        "configuration": configuration,
        "steady-state-hypothesis": {
            "title": plain_text(drill.title),
            "probes": [one for probe in drill.steady_state for one in made.questions(probe)],
        },
        "method": list(made.method()),
        "rollbacks": rollbacks,
    }
    return {name: value for name, value in data.items() if value or name != "configuration"}


@dataclass(frozen=True)
class _Made:
    """What an experiment is made of."""

    spec: Spec[Drill]
    project: Project

    @cached_property
    def drill(self) -> Drill:
        """The document."""
        return self.spec.document

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the runbook, as a reader does them one after the other."""
        ways = (followed(reference, self.spec, self.project) for reference in self.drill.follow)
        return tuple(step for way in ways if way for step in way.steps)

    @cached_property
    def given(self) -> Mapping[str, str]:
        """Values that are known, by the variables that commands read: nearer ones go before those further away."""
        sandboxes = [
            one.document for one in self.project.specs if (one.system, one.kind.name) == (self.spec.system, _SANDBOX)
        ]
        values = {name: value for one in sandboxes for name, value in {**one.environment, **one.values}.items()}
        for parameter in self._parameters():
            value = values.get(parameter.name, parameter.default or parameter.example)
            if value is not None:
                values[parameter.name] = value
        return {**values, **self.drill.values}

    def _parameters(self) -> Iterator[Any]:
        for reference in self.drill.follow:
            if way := followed(reference, self.spec, self.project):
                yield from getattr(way.spec.document, "parameters", ())

    @cached_property
    def secret(self) -> frozenset[str]:
        """Variables whose values nobody writes into a file."""
        marked = {one.name for one in self._parameters() if one.secret}
        return frozenset({*marked, *(name for name in self.given if _SECRET.search(name))})

    @cached_property
    def variables(self) -> Mapping[str, str]:
        """The values that commands of the experiment name, without secrets."""
        return {name: value for name, value in self.given.items() if name not in self.secret and self._named(name)}

    def _named(self, name: str) -> bool:
        # Some variables are read by programs, and named by no command.
        return name.startswith(("PG", "REDISCLI")) or bool(re.search(rf"\b{name}\b", self._text))

    @cached_property
    def _text(self) -> str:
        """Every command of the experiment."""
        undo = (self.drill.fault.undo,) if self.drill.fault.undo else ()
        scripts = (*self.drill.steady_state, *self.drill.verification, self.drill.fault, *undo, *self.steps)
        targets = (step.target.run for step in self.steps if step.target)
        return "\n".join((*(self._script(one) for one in scripts), *targets))

    def _script(self, one: Script | Undo | Step) -> str:
        return one.run or self.project.snippets.get(one.snippet or "", "")

    def description(self) -> Iterator[str]:
        """What to know before it is run."""
        yield self._plain(self.drill.purpose)
        yield f"The fault: {self._plain(self.drill.fault.what)}"
        if self.drill.detection and self.drill.detection.alert:
            yield f"The alert that has to fire: {self.drill.detection.alert}"
        yield f"The runbook: {', '.join(self._where(reference) for reference in self.drill.follow)}"
        people = [plain_text(step.title) for step in self.steps if not (step.run or step.snippet)]
        if people:
            yield f"By hand: {'; '.join(people)}"
        needed = sorted(name for name in self.secret if self._named(name))
        if needed:
            yield f"Set in the environment first: {', '.join(needed)}"
        yield "Run it with --rollback-strategy=deviated: the rollbacks are not for a system that has recovered."
        yield f"opsbook makes this file of {self.spec.source.path}: change that, not this."

    def _where(self, reference: str) -> str:
        found = self.project.resolve(reference, Home(self.spec.system, self.spec.kind.name, self.drill.id))
        if not isinstance(found, Definition):
            return reference
        return f"{found.title} ({self.project.site.address(found.address) if self.project.site.url else reference})"

    def _plain(self, text: str) -> str:
        home = Home(self.spec.system, self.spec.kind.name, self.drill.id)

        def title(match: re.Match[str]) -> str:
            found = self.project.resolve(match[1].strip(), home)
            return match[2] or (found.title if isinstance(found, Definition) else match[0])

        return plain_text(REFERENCE.sub(title, text)).strip()

    def method(self) -> Iterator[dict[str, Any]]:
        """The fault, whoever notices it, the steps of the runbook, and what has to hold in the end."""
        fault = self.action(self.drill.fault.what, self.drill.fault)
        detection, target = self.drill.detection, self.drill.targets.detection
        if detection and detection.alert and target:
            fault["pauses"] = {"after": int(target.total_seconds())}
        yield fault
        for probe in self.drill.steady_state:
            if detection and detection.probe == probe.id and (probe.run or probe.snippet):
                yield self._activity("probe", f"Noticed: {probe.title}", probe)
        for step in self.steps:
            if step.run or step.snippet:
                yield self._step(step)
        for probe in self.drill.verification:
            yield from self.questions(probe)

    def _step(self, step: Step) -> dict[str, Any]:
        before = f"{step.target.run.strip()} || exit 1\n" if step.target else ""
        kind = "action" if step.changes else "probe"
        seconds = int(step.timeout.total_seconds()) if step.timeout else SECONDS
        made = self._activity(kind, step.title, step, (before, ""), seconds)
        return {**made, "background": True} if step.background else made

    def action(self, title: str, script: Script | Undo) -> dict[str, Any]:
        """A command that changes something."""
        return self._activity("action", title, script)

    def questions(self, probe: Probe) -> Iterator[dict[str, Any]]:
        """A probe for each thing that the output of a command has to hold: the format allows one tolerance a probe."""
        if not (probe.run or probe.snippet):
            return
        wanted = probe.tolerance or Tolerance()
        exits = list(wanted.exit)
        yield self._asked(probe, "", exits[0] if len(exits) == 1 else exits)
        for stream, name in ((wanted, "stdout"), *(((wanted.stderr, "stderr"),) if wanted.stderr else ())):
            # What a step expects of its output is looked for in both streams.
            both = "exec 2>&1\n" if stream is wanted else ""
            for said, pattern in _patterns(stream):
                tolerance = {"type": "regex", "pattern": pattern.replace("$", "$$"), "target": name}
                yield self._asked(probe, said, tolerance, (both, ""))
            for place, value in stream.json_.items():
                yield self._at(probe, place, value, name)
        if wanted.at_least is not None or wanted.at_most is not None:
            bounds = [_number(wanted.at_least, -BEYOND), _number(wanted.at_most, BEYOND)]
            said = " ".join(f"{value}" for value in (wanted.at_least, "to", wanted.at_most) if value is not None)
            yield self._asked(
                probe,
                said,
                {"type": "range", "range": bounds, "target": "stdout"},
                ("{\n", "\n} | grep -Eo -m 1 -e '-?[0-9]+(\\.[0-9]+)?' | head -n 1"),
            )

    def _at(self, probe: Probe, place: str, value: Any, stream: str) -> dict[str, Any]:
        """Look for a value at a place of a JSON document, by an add-on of the tool where it may be at many places."""
        said = f"{place} is {json.dumps(value, ensure_ascii=False)}"
        if not _SINGULAR.fullmatch(place):
            tolerance = {"type": "jsonpath", "path": place.replace("$", "$$"), "expect": [value], "target": stream}
            return self._asked(probe, said, tolerance)
        program = _PYTHON.format("".join(_subscript(part) for part in _PART.finditer(place)))
        swapped = " 2>&1 >/dev/null" if stream == "stderr" else ""
        after = f"\n}}{swapped} | python3 -c {quote(program)} {quote(json.dumps(value, sort_keys=True))}"
        return self._asked(probe, said, 0, ("{\n", after))

    def _asked(self, probe: Probe, said: str, tolerance: Any, around: _Around = ("", "")) -> dict[str, Any]:
        name = f"{probe.title}: {said}" if said else probe.title
        return {**self._activity("probe", name, probe, around), "tolerance": tolerance}

    def _activity(
        self,
        kind: str,
        title: str,
        script: Script | Undo | Step,
        around: _Around = ("", ""),
        seconds: int = SECONDS,
    ) -> dict[str, Any]:
        # A snippet is a program of its own, which says itself whether it stops at the first failure.
        flags = ["-c"] if script.snippet else ["-euo", "pipefail", "-c"]
        text = f"{around[0]}{self._script(script).rstrip()}{around[1]}\n"
        arguments = [*flags, text]
        if self.variables:
            # The tool fills `${NAME}`, and reads `$$` as a dollar sign.
            text = f'export "$@"; set --\n{text}'.replace("$", "$$")
            arguments = [*flags, text, "opsbook", *(f"{name}=${{{name}}}" for name in sorted(self.variables))]
        provider = {"type": "process", "path": "bash", "arguments": arguments, "timeout": seconds}
        return {"type": kind, "name": self._plain(title), "provider": provider}


def _patterns(stream: Expect | Stream) -> Iterator[tuple[str, str]]:
    """What a text has to hold, in words and as a regular expression."""
    for text in stream.contains:
        yield f"contains {text}", re.escape(text)
    for pattern in stream.matches:
        own = _FLAGS.match(pattern)
        yield f"matches {pattern}", f"(?m{own[1]}){pattern[own.end() :]}" if own else f"(?m){pattern}"


def _number(value: Decimal | None, otherwise: float) -> float:
    if value is None:
        return otherwise
    return int(value) if value == value.to_integral_value() else float(value)


def _subscript(part: re.Match[str]) -> str:
    return f"[{part['number']}]" if part["number"] else f"[{json.dumps(part['name'] or part['key'])}]"
