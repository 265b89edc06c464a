"""The OpenAPI documents of a project's systems: each a spec, with what its system says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from opsbook.diagnostic import Diagnostic, Severity, suggest
from opsbook.kind import Spec
from opsbook.openapi.levels import DEFAULTS
from opsbook.openapi.walk import Api
from opsbook.openapi_files import Allowed, ReadApi, is_openapi, read_api
from opsbook.wording import slug

APIS = "apis"
"""The folder of a system in which its OpenAPI documents lie, and the files that they refer to."""

VERSIONS = "versions"
"""The folder in that folder which keeps earlier versions: `versions/orders/1.0.yaml` is one of `orders.yaml`."""

API_SUFFIXES = (".yaml", ".yml", ".json")

Adopt: TypeAlias = Callable[[Sequence[Api], str, str, Mapping[str, Any]], "Spec[Any] | list[Diagnostic]"]
"""Makes a spec of a document with its earlier versions behind it, its system, its id and what its system says."""


class KnownApi(NamedTuple):
    """A document that was read, and what it was made with."""

    read: ReadApi
    asked: tuple[Any, ...]
    """What else it depends on: the severities of rules, what its system says, its earlier versions."""
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
    allowed: Allowed
    """What may be fetched."""
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
        earlier, latest = self._split(paths)
        for path in latest:
            name = path.relative_to(self.root).as_posix()
            if not is_openapi(path):
                others.append(name)
                continue
            system = path.relative_to(self.folder).parts[0]
            before = [self._earlier(old, adopted) for old in earlier.pop((system, path.stem), ())]
            adopted.memory[name] = now = self._document(name, system, _defaults(specs, system), before)
            adopted.diagnostics.extend(now.diagnostics)
            for read in (now.read, *before):
                used.update(read.files)
            if now.spec:
                adopted.specs.append(now.spec)
            else:
                adopted.unread.add(system)
        adopted.diagnostics.extend(_stray(name) for name in others if name not in used)
        stems = [path.stem for path in latest]
        for (_, stem), olds in earlier.items():
            adopted.diagnostics.extend(_orphan(old.relative_to(self.root).as_posix(), stem, stems) for old in olds)
        return adopted

    def _split(self, paths: Iterable[Path]) -> tuple[dict[tuple[str, str], list[Path]], list[Path]]:
        """The earlier versions by the system and the name of what they are versions of, and the rest."""
        earlier: dict[tuple[str, str], list[Path]] = {}
        latest = []
        for path in paths:
            system, _, *inner = path.relative_to(self.folder).parts
            if inner[0] == VERSIONS and len(inner) == _DEPTH_OF_VERSIONS:
                earlier.setdefault((system, inner[1]), []).append(path)
            else:
                latest.append(path)
        return earlier, latest

    def _earlier(self, path: Path, adopted: Adopted) -> ReadApi:
        """An earlier version. What was published is not judged any more, as long as it can be read."""
        name = path.relative_to(self.root).as_posix()
        known = self.known.get(name)
        read = (
            known.read if known and known.read.is_current(self.root) else read_api(self.root, name, None, self.allowed)
        )
        adopted.memory[name] = KnownApi(read, (), None, read.diagnostics)
        adopted.diagnostics.extend(read.diagnostics)
        return read

    def _document(self, name: str, system: str, defaults: Mapping[str, Any], earlier: Sequence[ReadApi]) -> KnownApi:
        before = self.known.get(name)
        asked = self.severities, self.allowed, defaults, [read.files for read in earlier]
        if before and before.asked == asked and before.read.is_current(self.root):
            return before
        read = read_api(self.root, name, self.severities, self.allowed)
        if read.api is None or any(one.severity == "error" and one.rule not in DEFAULTS for one in read.diagnostics):
            return KnownApi(read, asked, None, read.diagnostics)
        stem = name.rpartition("/")[2].rpartition(".")[0]
        versions = [read.api, *(old.api for old in earlier if old.api)]
        spec = self.make(versions, system, slug(stem) or "api", defaults)
        if isinstance(spec, Spec):
            return KnownApi(read, asked, spec, read.diagnostics)
        return KnownApi(read, asked, None, (*read.diagnostics, *spec))


_DEPTH_OF_VERSIONS = 3
"""As in `versions/orders/1.0.yaml`."""


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


def _orphan(name: str, stem: str, stems: Iterable[str]) -> Diagnostic:
    return Diagnostic(
        name,
        1,
        1,
        "openapi/unknown-version",
        f"this is an earlier version of `{stem}`, and there is no such document",
        suggest(stem, stems) or f"put the latest version into `{APIS}/{stem}.yaml`",
    )
