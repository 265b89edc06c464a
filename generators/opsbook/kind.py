"""What a kind of spec is: one value that holds its model, its checks and its pages."""

from __future__ import annotations

import inspect
import json
import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, NamedTuple, TypeAlias, TypeVar

from pydantic import ValidationError

from opsbook import wording
from opsbook.diagnostic import Diagnostic, Finding, Rule, Severity, diagnose, locate
from opsbook.errors import CheckCrashed
from opsbook.figures import Figure
from opsbook.model import Mention, Record, mentions
from opsbook.reference import Home
from opsbook.source import Documents, Route, Source
from opsbook.step import Trial

if TYPE_CHECKING:
    from opsbook.first_week import Task
    from opsbook.labels import Labels
    from opsbook.openapi.contents import Contents
    from opsbook.openapi.walk import Api
    from opsbook.page import Artifact, Page
    from opsbook.printer import Printer
    from opsbook.project import Project
    from opsbook.reference import Unresolved

D = TypeVar("D", bound=Record)


@dataclass(frozen=True)
class Check(Generic[D]):
    """Finds one kind of fault in one document. Its name is its function's, its manual page the docstring."""

    find: Callable[[D], Iterator[Finding]]
    severity: Severity = "error"

    @property
    def name(self) -> str:
        """The fault that is found: `missing-rollback`."""
        return self.find.__name__.replace("_", "-")

    def rule(self, kind: str) -> Rule:
        """The rule that this check holds documents of `kind` to."""
        return Rule(f"{kind}/{self.name}", self.severity, inspect.getdoc(self.find) or "")


@dataclass(frozen=True)
class Definition:
    """Something that has an address: a document, or a part of one."""

    system: str
    type: str
    """`runbook`, `service`, `severity` …"""
    id: str
    """`restore`, or `restore#dump` for a part that only makes sense within its document."""
    title: str
    page: str
    anchor: str
    route: Route
    """Where in its spec it is defined."""
    source: str
    """The path of that spec."""
    names: tuple[str, ...] = ()
    """Other names that people use for it."""

    @property
    def address(self) -> str:
        """The page and the anchor: `chatbot/runbooks/restore.md#dump`."""
        return f"{self.page}#{self.anchor}" if self.anchor else self.page


@dataclass(frozen=True)
class Part:
    """Something within a document that can be referred to. The document's kind says what it has."""

    id: str
    title: str
    anchor: str
    route: Route
    type: str = ""
    """Its own type, for what is known beyond its document (`service`); empty for what is not (a step)."""
    page: str = ""
    """The path of the page that shows it, as seen from the document's own, where it is another."""
    label: str = ""
    """What it is called where no author said so: a label, in which `{name}` stands for the title."""
    names: tuple[str, ...] = ()
    """Other names that people use for it: no reference may use them, but whoever does is told the id."""


class Subject(NamedTuple):
    """Something that the documentation of a system has to cover, and by what it is counted."""

    type: str
    """`scenario`, `alert`, `service` …"""
    route: Route
    """Where in its spec it stands: what is defined there, or the document itself for `()`."""
    severity: str = ""
    """The id of its severity, where it has one."""
    group: str = ""
    """What it is counted under beside that, as a label: a type of runbook, a frequency."""
    within: timedelta | None = None
    """How soon it has to be over."""


EventType: TypeAlias = Literal["incident", "drill", "release", "action", "review"]
"""What happens to a system and to its documentation: an incident is over, a drill was played, a version of an API came
out, an action of a postmortem was done, a document was reviewed."""


class Event(NamedTuple):
    """Something that happened on a day, as a document tells it: feeds report it, and documents are read against it."""

    day: date
    type: EventType
    title: str
    """What it is called, as its author wrote it."""
    address: str
    """The page, perhaps with an anchor, that tells more of it."""
    concerns: tuple[str, ...] = ()
    """References to what has to be read against it. The version of an API concerns whatever names that API, too."""
    note: str = ""
    """What came of it, as a label."""
    ahead: bool = False
    """Whether it has yet to happen: its day is the one on which it is due."""


class Happened(NamedTuple):
    """An incident, as far as documentation is judged by it."""

    severity: str
    """The id of its severity."""
    took: timedelta | None
    """From its beginning until it was resolved, where both are known."""
    postmortem: Literal["none", "owed", "agreed"]
    """Whether it needs a postmortem, and whether people agreed on it."""


@dataclass(frozen=True)
class Drafting:
    """What a spec is drafted for, and what it may refer to."""

    id: str
    system: str
    path: str
    """The file that it is drafted from: from the project's root where it lies within, else as the user wrote it."""
    within: bool
    """Whether that file lies in the project, so that the spec may name it."""
    defined: Mapping[str, Mapping[str, str]]
    """What the system defines: type to ids, and those to titles."""
    project: Project | None = None
    """The project that it will stand in, for what ids and titles do not tell; None where there is none."""


@dataclass(frozen=True)
class Draft:
    """How specs of a kind are drafted from files of other tools: `opsbook new KIND ID --from FILE`."""

    values: Callable[[Documents, Drafting], Mapping[str, Any] | tuple[Source, Finding]]
    """What the template is filled with, beside what a skeleton gets; or why the file gives no such spec."""
    template: Path
    """A template like a skeleton's. Text from the file goes through its filter `yaml`."""


State: TypeAlias = Literal["good", "bad", "old", "none"]
"""How a badge looks: all is well, something is wrong, it holds no more, nothing is known yet."""


@dataclass(frozen=True)
class Badge:
    """What a document says of itself in a line, on the pages of what it names."""

    text: str
    """Plain text, in the language of the page."""
    state: State
    """How it looks."""
    due: date | None = None
    """The last day on which that is enough."""
    overdue: str = ""
    """What is said after that day, which the reader's clock tells; plain text."""


@dataclass(frozen=True)
class Health:
    """How well documents of a system are, in a line of its card."""

    name: str
    """What it is about, as a label: `Drills`."""
    page: str
    """The path of the page that says more."""
    badges: tuple[tuple[str, State], ...]
    """What is said, plain text in the language of the card, and how that looks."""
    days: tuple[date, ...] = ()
    """The days by which something has to be done; how many of them are over, the reader's clock tells."""


@dataclass(frozen=True)
class Kind(Generic[D]):
    """A kind of spec. A new kind is a folder with one of these; nothing else has to know it."""

    name: str
    """The word after `kind:`, and the prefix of its checks."""
    model: type[D]
    pages: Callable[[Spec[D], Project], Iterator[Page]]
    group: str = ""
    """The label of its section in the navigation; none when its pages stand beside the home."""
    folder: str = ""
    """The folder of its pages below the system's."""
    checks: tuple[Check[D], ...] = ()
    parts: Callable[[D], Iterator[Part]] = lambda _doc: iter(())
    """What a document defines beside itself."""
    order: Callable[[D], tuple[Any, ...]] = lambda doc: (doc.title,)
    """By what its documents are sorted in the navigation."""
    describe: Callable[[D], str] = lambda _doc: ""
    """What distinguishes a document within its kind, as a label: its type, its frequency."""
    home: Callable[[Sequence[Spec[D]], Printer], str] | None = None
    """What its documents of one system add to that system's home, as Markdown."""
    health: Callable[[Sequence[Spec[D]], Project, Labels], Health] | None = None
    """What its documents of one system add to that system's card."""
    first_week: Callable[[Sequence[Spec[D]], Printer], Iterator[Task]] | None = None
    """What somebody new reads and tries of its documents of one system, in this order."""
    page: Callable[[str, D], str] | None = None
    """The path of a document's page, where it is not `<system>/<folder>/<id>.md`."""
    artifacts: Callable[[Spec[D], Project], Iterator[Artifact]] = lambda _spec, _project: iter(())
    """What else stands beside its pages: files to download."""
    assets: str = ""
    """A folder of opsbook's assets that its pages use, and no others."""
    more_pages: Callable[[str], tuple[str, ...]] = lambda _system: ()
    """The paths of further pages that it makes in a system."""

    trials: Callable[[D], Iterator[Trial]] | None = None
    """The lists of steps that `opsbook test` runs, where its documents have any."""
    fixtures: Callable[[Spec[D], Project], Mapping[str, Any]] | None = None
    """What those steps run against, where it is not the system's sandbox: the fields of one."""
    contents: Callable[[D], Contents] | None = None
    """What its documents offer, where they are OpenAPI documents."""
    project_checks: tuple[ProjectCheck, ...] = ()
    """What can be wrong with its documents that only shows when all specs are seen together."""
    more_rules: tuple[Rule, ...] = ()
    """The rules that other programs hold its documents to, when a command asks them."""
    index: Callable[[str, Project], Iterator[Page]] | None = None
    """The pages that its documents of one system make together, such as a list of them; they come before their own,
    show of other specs only what they define, and are among its `more_pages`."""
    listed_as: str = ""
    """The label under which the page of a thing lists the documents that name it in a field: `Incidents`; empty where
    they are not listed."""
    parts_listed_as: Mapping[str, str] = field(default_factory=dict)
    """The labels under which the page of a thing lists the parts of documents that name it in a field, by the type of
    the part: `{"alert": "Alerts"}`."""
    badge: Callable[[Spec[D], Project, Labels], Badge] | None = None
    """What such a list says of each document beside the link to it, such as its last result."""
    unlisted: bool = False
    """Whether the lists of all documents leave its own out, for there may be very many: another page lists them."""
    shows_others: bool = False
    """Whether its pages show more of other specs than what they define: their texts, their dates."""
    adopt: Callable[[Sequence[Api], str, str, Mapping[str, Any]], Spec[D] | list[Diagnostic]] | None = None
    """Make a spec of an OpenAPI document (with earlier versions behind it), its system, its id and its defaults."""
    base: Route = ()
    """Where in a source the fields of a document stand, if the source has a form of its own."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """What its fields are called on a form, as labels: `actions.owner`, and `status=draft` for a choice."""
    needs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What its documents need from each status on: paths of fields, `a|b` for one of two, `a:3` for three of them."""
    embed: Callable[[Spec[D], Definition, str, Project], Callable[[Printer], str] | Unresolved] | None = None
    """What guides show of a document, or of what it defines: of which thing, and the words after the `|`. Gives what
    prints it, or why there is nothing to show."""
    embed_all: Callable[[str, Project], Callable[[Printer], str] | Unresolved] | None = None
    """What hand-written pages show of all of its documents, `![[system:*|cards]]`: of the word after the `|`."""
    figures: Callable[[D], Mapping[Figure, int]] = lambda _doc: {}
    """How much of what is counted its documents hold, beside what is counted for all kinds (`opsbook.counting`)."""
    subjects: Callable[[D], Iterator[Subject]] = lambda _doc: iter(())
    """What its documents treat or define that documentation has to cover: scenarios, alerts, services."""
    events: Callable[[Spec[D], Project], Iterator[Event]] = lambda _spec, _project: iter(())
    """What its documents tell of what happened, beside their own reviews (`opsbook.history`)."""
    happened: Callable[[D], Happened | None] = lambda _doc: None
    """The incident that a document records, where it records one."""
    gate_checks: tuple[ProjectCheck, ...] = ()
    """What `opsbook check --gate` asks beside everything else: whether there is enough of it all."""
    skeleton: Path | None = None
    """A commented, valid spec for `opsbook new`, as a template."""
    draft: Draft | None = None
    """How a first spec is made of a file of another tool, where that can be done."""

    def parse(self, source: Source, system: str, data: Mapping[str, Any] | None = None) -> Spec[D] | list[Diagnostic]:
        """Make a spec of a source, or say everything that its schema finds wrong with it.

        `data` are its fields, where these are not what the source holds.
        """
        try:
            # By way of JSON: pydantic's strict mode then takes lists for tuples and text for dates.
            document = self.model.model_validate_json(json.dumps(source.data if data is None else data))
        except ValidationError as error:
            found = wording.findings(error.errors(include_url=False), source, self.model, self.base)
            return [locate(source, rule, "error", finding) for rule, finding in found]
        return Spec(self, system, source, document)

    def path(self, system: str, document: D) -> str:
        """The path of a document's page."""
        if self.page:
            return self.page(system, document)
        return "/".join(part for part in (system, self.folder, f"{document.id}.md") if part)


@dataclass(frozen=True)
class Spec(Generic[D]):
    """One validated document, with its kind, its system and where it was read."""

    kind: Kind[D]
    system: str
    source: Source
    document: D

    @cached_property
    def path(self) -> str:
        """The path of its page."""
        return self.kind.path(self.system, self.document)

    @property
    def home(self) -> Home:
        """What references within it may leave out."""
        return Home(self.system, self.kind.name, self.document.id)

    @cached_property
    def mentions(self) -> list[Mention]:
        """Every reference, command and text with references in the document."""
        found = mentions(self.document)
        return [one._replace(route=(*self.kind.base, *one.route)) for one in found] if self.kind.base else found

    def definitions(self, label: Callable[[str], str] = lambda text: text) -> Iterator[Definition]:
        """The document itself and its parts; `label` translates what opsbook calls them."""
        document = self.document
        yield Definition(
            self.system,
            self.kind.name,
            document.id,
            document.title,
            self.path,
            "",
            (*self.kind.base, "id"),
            self.source.path,
        )
        for part in self.kind.parts(document):
            yield Definition(
                self.system,
                part.type or self.kind.name,
                part.id if part.type else f"{document.id}#{part.id}",
                label(part.label).replace("{name}", part.title) if part.label else part.title,
                posixpath.join(posixpath.dirname(self.path), part.page) if part.page else self.path,
                part.anchor,
                (*part.route, "id"),
                self.source.path,
                part.names,
            )

    def check(self, severities: Mapping[str, Severity | None]) -> Iterator[Diagnostic]:
        """Run the kind's own checks; `severities` overrides a rule's severity, or switches it off with None."""
        for check in self.kind.checks:
            rule = f"{self.kind.name}/{check.name}"
            severity = severities.get(rule, check.severity)
            if severity is None:
                continue
            try:
                yield from diagnose(self.source, rule, severity, check.find(self.document))
            except Exception as error:
                raise CheckCrashed(
                    f"{rule} crashed on {self.source.path}: {error!r}; this is a bug of the check"
                ) from error


@dataclass(frozen=True)
class ProjectCheck:
    """Finds one kind of fault that only shows when all specs are seen together."""

    find: Callable[[Project, date], Iterator[tuple[Source, Finding]]]
    severity: Severity = "error"

    group: str = "project"
    """The prefix of its rule: a kind of spec, where it looks at documents of that kind alone."""

    @property
    def rule(self) -> Rule:
        """The rule that this check holds the project to."""
        return project_rule(self.find, self.severity, self.group)


def project_rule(find: Callable[..., Any], severity: Severity, group: str = "project") -> Rule:
    """The rule of a function that looks at the whole project: `project/unknown-reference`."""
    return Rule(f"{group}/{find.__name__.replace('_', '-')}", severity, inspect.getdoc(find) or "")
