"""What the model tells about the system: its weaknesses, for `opsbook check` and for the pages alike."""

from __future__ import annotations

import functools
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TypeAlias

from opsbook.diagnostic import Finding, Severity
from opsbook.kind import ProjectCheck, Spec
from opsbook.kinds.architecture.landscape import Landscape
from opsbook.kinds.architecture.model import Architecture, Waiver
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

    @property
    def spelled(self) -> str:
        """How a message names it."""
        what = f"`{self.source}` → `{self.to}`" if self.source else f"`{self.element}`" if self.element else "all of it"
        return f"{what} in `{self.environment}`" if self.environment else what

    def concerns(self, element: str) -> bool:
        """Whether it is about an element: itself, or one end of a relationship."""
        return element in (self.element, self.source, self.to)


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

    def found(self, rule: WeaknessRule) -> tuple[Weakness, ...]:
        """What a rule finds here, whether or not a waiver covers it. It is looked for once."""
        if rule.name not in self._found:
            self._found[rule.name] = tuple(rule.find(self))
        return self._found[rule.name]

    @cached_property
    def _found(self) -> dict[str, tuple[Weakness, ...]]:
        return {}


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


@dataclass(frozen=True)
class Told:
    """A weakness as pages show it: with the rule that found it, and the waiver that accepts it, if one does."""

    rule: WeaknessRule
    weakness: Weakness
    waiver: Waiver | None
    """It says until when; a page does not know what day it is."""


def told(seen: Seen, rules: tuple[WeaknessRule, ...]) -> tuple[Told, ...]:
    """Everything that rules find about a model, in their order; of several waivers, the one that holds longest."""
    return tuple(
        Told(rule, weakness, max(waivers, key=lambda one: one.until, default=None))
        for rule in rules
        for weakness in seen.found(rule)
        for waivers in [[one for one in seen.model.waivers if covers(one, rule, weakness)]]
    )


def models(project: Project) -> list[Spec[Architecture]]:
    """Every architecture of a project."""
    return [spec for system in project.systems for spec in project.of(Architecture, system)]


def see(spec: Spec[Architecture], project: Project) -> Seen:
    """A model within its project; what is found out about it is kept with the project."""
    return project.once(f"{GROUP} {spec.source.path}", lambda: Seen(spec, project, landscape_of(spec.document)))


_KEPT = 64
_landscapes: OrderedDict[int, Landscape] = OrderedDict()


def landscape_of(model: Architecture) -> Landscape:
    """The indexes of a model, made once.

    Models are told apart by identity: to hash one of 500 elements takes longer than most questions to its landscape.
    A landscape holds its model, so that no other one can get the same identity while it is kept.
    """
    found = _landscapes.get(id(model))
    if found is None:
        found = _landscapes[id(model)] = Landscape(model)
        while len(_landscapes) > _KEPT:
            _landscapes.popitem(last=False)
    return found


def open_weaknesses(seen: Seen, rule: WeaknessRule, today: date) -> Iterator[Weakness]:
    """What a rule finds and no waiver covers."""
    waivers = [one for one in seen.model.waivers if today < one.until]
    for weakness in seen.found(rule):
        if not any(covers(waiver, rule, weakness) for waiver in waivers):
            yield weakness


def covers(waiver: Waiver, rule: WeaknessRule, weakness: Weakness) -> bool:
    """Whether a waiver speaks of a weakness; what it does not name, it does not ask for."""
    subject = weakness.subject
    return (
        waiver.rule == rule.name
        and (waiver.element is None or subject.concerns(waiver.element))
        and (waiver.source is None or waiver.source == subject.source)
        and (waiver.to is None or waiver.to == subject.to)
        and (waiver.environment is None or waiver.environment == subject.environment)
    )
