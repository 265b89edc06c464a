"""The OpenAPI documents of a project's systems: each a spec, with what its system says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from opsbook.diagnostic import Diagnostic, Severity
from opsbook.kind import Spec
from opsbook.openapi.levels import DEFAULTS
from opsbook.openapi.walk import Api
from opsbook.openapi_files import ReadApi, is_openapi, read_api
from opsbook.wording import slug

APIS = "apis"
"""The folder of a system in which its OpenAPI documents lie, and the files that they refer to."""

API_SUFFIXES = (".yaml", ".yml", ".json")

Adopt: TypeAlias = Callable[[Api, str, str, Mapping[str, Any]], "Spec[Any] | list[Diagnostic]"]
"""Makes a spec of a document, its system, its id and what its system says."""


class KnownApi(NamedTuple):
    """A document that was read, and what it was made with."""

    read: ReadApi
    asked: tuple[Any, ...]
    """What else it depends on: the severities of rules, and what its system says."""
    spec: Spec[Any] | None
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True)
class Adopted:
    """The documents as specs, and everything that keeps some of them from being one."""

    specs: list[Spec[Any]] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    """The systems of which a document could not be read."""
    memory: dict[str, KnownApi] = field(default_factory=dict)
    """The documents by their paths, so that what has not changed is not read again."""


@dataclass(frozen=True)
class ApiReader:
    """Reads the OpenAPI documents of a project. What only lint finds fault with is a spec all the same."""

    root: Path
    folder: Path
    """Where the specs lie."""
    make: Adopt
    severities: Mapping[str, Severity | None]
    known: Mapping[str, KnownApi]
    """What was read before."""

    def read(self, paths: Iterable[Path], specs: Sequence[Spec[Any]]) -> Adopted:
        """Read the documents among `paths`; what is none must be a part of one.

        A document says under `x-opsbook` who owns it and when it was reviewed; where it does not, what its system
        says of itself holds.
        """
        adopted = Adopted()
        others: list[str] = []
        used: set[str] = set()
        for path in paths:
            name = path.relative_to(self.root).as_posix()
            if not is_openapi(path):
                others.append(name)
                continue
            system = path.relative_to(self.folder).parts[0]
            adopted.memory[name] = now = self._document(name, system, _defaults(specs, system))
            adopted.diagnostics.extend(now.diagnostics)
            used.update(now.read.files)
            if now.spec:
                adopted.specs.append(now.spec)
            else:
                adopted.unread.add(system)
        adopted.diagnostics.extend(_stray(name) for name in others if name not in used)
        return adopted

    def _document(self, name: str, system: str, defaults: Mapping[str, Any]) -> KnownApi:
        before = self.known.get(name)
        asked = self.severities, defaults
        if before and before.asked == asked and before.read.is_current(self.root):
            return before
        read = read_api(self.root, name, self.severities)
        if read.api is None or any(one.severity == "error" and one.rule not in DEFAULTS for one in read.diagnostics):
            return KnownApi(read, asked, None, read.diagnostics)
        stem = name.rpartition("/")[2].rpartition(".")[0]
        spec = self.make(read.api, system, slug(stem) or "api", defaults)
        if isinstance(spec, Spec):
            return KnownApi(read, asked, spec, read.diagnostics)
        return KnownApi(read, asked, None, (*read.diagnostics, *spec))


def _defaults(specs: Sequence[Spec[Any]], system: str) -> dict[str, Any]:
    """Who answers for a document that does not say so, and how long its review holds."""
    for spec in specs:
        if spec.system == system and spec.kind.name == "system":
            said = spec.document.model_dump(mode="json", include={"owner", "last_reviewed", "review_every"})
            return dict(said)
    return {}


def _stray(name: str) -> Diagnostic:
    return Diagnostic(
        name,
        1,
        1,
        "openapi/unknown-version",
        "this is no OpenAPI document, and none refers to it",
        "start it with `openapi: 3.1.0`, refer to it, or move it out of the folder `apis`",
    )
