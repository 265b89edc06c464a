"""What the model tells about the system: its weaknesses, for `opsbook check` and for the pages alike."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from opsbook.diagnostic import Finding, Severity
from opsbook.kind import ProjectCheck, Spec
from opsbook.kinds.architecture.landscape import Landscape
from opsbook.kinds.architecture.model import Architecture, Waiver
from opsbook.labels import Labels
from opsbook.project import Project
from opsbook.source import Route, Source

GROUP = "architecture"


@dataclass(frozen=True)
class Subject:
    """What a weakness is found about; a waiver names the same."""

    element: str = ""
    source: str = ""
    to: str = ""
    environment: str = ""


@dataclass(frozen=True)
class Weakness:
    """One weakness: a label with `{names}` of values, so that pages say it in their own language."""

    route: Route
    subject: Subject
    message: str
    """The label: `N_("{element} runs once in {environment}")`."""
    hint: str
    """The cure, a label too."""
    values: tuple[tuple[str, str], ...] = ()
    """What stands for the names in both labels."""

    def say(self, label: Callable[[str], str] = lambda text: text) -> str:
        """The message, translated by `label`."""
        return label(self.message).format(**dict(self.values))

    def cure(self, label: Callable[[str], str] = lambda text: text) -> str:
        """The cure, translated by `label`."""
        return label(self.hint).format(**dict(self.values))


@dataclass(frozen=True)
class Seen:
    """A model within its project: what a rule about weaknesses is given."""

    spec: Spec[Architecture]
    project: Project
    landscape: Landscape = field(compare=False)

    @property
    def model(self) -> Architecture:
        """The model itself."""
        return self.spec.document


Find: TypeAlias = Callable[[Seen], Iterator[Weakness]]


@dataclass(frozen=True)
class WeaknessRule:
    """A rule that finds weaknesses: its id is its function's name, its manual page the docstring."""

    find: Find
    severity: Severity = "warning"

    @property
    def name(self) -> str:
        """The fault that is found, as waivers name it: `single-point-of-failure`."""
        return self.find.__name__.replace("_", "-")

    def check(self) -> ProjectCheck:
        """The rule as a check of the project."""

        @functools.wraps(self.find)
        def find(project: Project, today: date) -> Iterator[tuple[Source, Finding]]:
            for spec in models(project):
                for one in open_weaknesses(see(spec, project), self, today):
                    yield spec.source, Finding(one.route, one.say(), one.cure())

        return ProjectCheck(find, self.severity, GROUP)


def models(project: Project) -> list[Spec[Architecture]]:
    """Every architecture of a project."""
    return [spec for system in project.systems for spec in project.of(Architecture, system)]


def see(spec: Spec[Architecture], project: Project) -> Seen:
    """A model within its project."""
    return Seen(spec, project, landscape_of(spec.document))


@functools.lru_cache(maxsize=64)
def landscape_of(model: Architecture) -> Landscape:
    """The indexes of a model, made once."""
    return Landscape(model)


def open_weaknesses(seen: Seen, rule: WeaknessRule, today: date) -> Iterator[Weakness]:
    """What a rule finds and no waiver covers."""
    waivers = [one for one in seen.model.waivers if one.rule == rule.name and today < one.until]
    for weakness in rule.find(seen):
        if not any(covers(waiver, weakness.subject) for waiver in waivers):
            yield weakness


def covers(waiver: Waiver, subject: Subject) -> bool:
    """Whether a waiver speaks of a subject; what it does not name, it does not ask for."""
    return (
        (waiver.element is None or waiver.element == subject.element)
        and (waiver.source is None or waiver.source == subject.source)
        and (waiver.to is None or waiver.to == subject.to)
        and (waiver.environment is None or waiver.environment == subject.environment)
    )


def said(weakness: Weakness, label: Labels) -> str:
    """A weakness in the language of a page."""
    return weakness.say(label)
