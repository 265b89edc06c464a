"""The disk as OpenAPI documents: files below a root, and the metaschemas of an installed package."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from opsbook.collector import collector_paused
from opsbook.diagnostic import Diagnostic, Finding, Severity, diagnose, ignores_without_reason
from opsbook.errors import OpsbookError
from opsbook.openapi.judge import judge
from opsbook.openapi.levels import DEFAULTS
from opsbook.openapi.metaschema import Metaschemas
from opsbook.openapi.read import LIMITS, Document, is_declared, parse, version
from opsbook.openapi.walk import Api, Judged, Unread, walk
from opsbook.source import Fault, Source


def is_openapi(path: Path) -> bool:
    """Whether a file calls itself an OpenAPI document."""
    try:
        return path.is_file() and is_declared(path.name, path.read_bytes())
    except OSError:
        return False  # whoever reads it next says why


@dataclass(frozen=True)
class Allowed:
    """What may be fetched, and how much of it."""

    hosts: frozenset[str] = frozenset()
    """Host names, with the port where it is not the usual one."""
    seconds: float = 10
    """How long an answer may take."""


@dataclass(frozen=True)
class ReadApi:
    """An OpenAPI document as it was read from a disk."""

    api: Api | None
    """None where nothing can be made of it."""
    diagnostics: tuple[Diagnostic, ...]
    files: Mapping[str, tuple[int, int] | None]
    """The path of each file that it is made of, below the root, to what tells whether it has changed."""

    def is_current(self, root: Path) -> bool:
        """Whether none of its files has changed since."""
        return all(_stamp(root / path) == stamp for path, stamp in self.files.items())


@collector_paused()
def read_api(
    root: Path,
    name: str,
    severities: Mapping[str, Severity | None] | None,
    allowed: Allowed = Allowed(),  # immutable
    *,
    cross_check: bool = False,
) -> ReadApi:
    """Read the document in a file below `root`, and say everything that is wrong with it and the files it refers to.

    `severities` gives rules another severity than their own; None is off. Without any, a document is not judged,
    as long as it can be read. Nothing is fetched but what is `allowed`.
    """
    levels: Mapping[str, Severity | None] = {**DEFAULTS, **(severities or {})}
    files = _Files(root=root, allowed=allowed)
    read = files.read(name)
    stamps = {name: _stamp(root / name)}
    if isinstance(read, Unread | Fault):
        fault = read if isinstance(read, Fault) else Fault("project/unreadable", read.message, read.hint)
        return ReadApi(None, (Diagnostic.of_fault(name, fault),), stamps)
    declared = version(read)
    api = None if isinstance(declared, Finding) else walk(Document(read, declared), files, allowed.hosts)
    found: list[Judged] = []
    if isinstance(declared, Finding):
        found = [Judged(read, "openapi/unknown-version", declared)]
    elif api and severities is not None:
        found = judge(api, metaschemas(), lambda rule: levels.get(rule, "error") is not None)
        if cross_check and levels.get("openapi/cross-check", "note"):
            from opsbook.cross_check import cross_check as compared
            from opsbook.cross_check import opinions

            found += list(compared(api, found, opinions([api.document])[0]))
    made = {
        one
        for source, rule, finding in found
        for one in diagnose(source, rule, levels.get(rule, "error") or "error", [finding])
    }
    in_vain = levels.get("project/ignore-without-reason", "warning")
    if in_vain and severities is not None:
        for source in (read, *files.sources()):
            made.update(ignores_without_reason(source, in_vain))
    made.update(Diagnostic.of_fault(bad, fault) for bad, fault in files.faults.items())
    stamps |= {path: _stamp(root / path) for path in files.known}
    return ReadApi(api, tuple(sorted(made)), stamps)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def check_openapi(
    path: Path,
    severities: Mapping[str, Severity | None] | None = None,
    allowed: Allowed = Allowed(),  # immutable
    *,
    cross_check: bool = False,
) -> list[Diagnostic]:
    """Everything that is wrong with the OpenAPI document in a file, and with the files that it refers to.

    `severities` gives rules another severity than their own; None is off. Nothing is fetched but what is `allowed`.
    """
    root = _root(path)
    name = Path(os.path.relpath(path, root)).as_posix()
    found = read_api(root, name, severities or {}, allowed, cross_check=cross_check).diagnostics
    return sorted(replace(one, path=str(path) if one.path == name else _from_here(root, one.path)) for one in found)


def _from_here(root: Path, path: str) -> str:
    return path if "://" in path else os.path.relpath(root / path)


def _root(path: Path) -> Path:
    """The folder that references may not leave: where the user stands if the file is below it, else the file's own."""
    here, own = Path.cwd().resolve(), Path(os.path.realpath(path)).parent  # a circle of links is no reason to stop
    return here if own.is_relative_to(here) else own


@dataclass
class ReadOnce:
    """Files that documents are made of, each read once, wherever they lie."""

    known: dict[str, Source | Unread] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)
    """Those that cannot be read; they are reported at their own places, too."""

    def __call__(self, path: str) -> Source | Unread:
        """The file at a path that a reference names."""
        if path not in self.known:
            read = self.read(path)
            if isinstance(read, Fault):
                self.faults[path] = read
                read = Unread("unresolved-reference", f"`{path}` cannot be read: {read.message}", "mend that file")
            self.known[path] = read
        return self.known[path]

    def read(self, path: str) -> Source | Unread | Fault:
        """The file at a path, read now; or why it is not."""
        raise NotImplementedError


@dataclass(kw_only=True)
class _Files(ReadOnce):
    """The files below a root."""

    root: Path
    allowed: Allowed = Allowed()

    def sources(self) -> list[Source]:
        """What was read."""
        return [read for read in self.known.values() if isinstance(read, Source)]

    def read(self, path: str) -> Source | Unread | Fault:
        """The file at a path, unless it lies outside the root or is no file."""
        if "://" in path:
            return self.fetched(path)
        whole = Path(os.path.realpath(self.root / path))
        if not whole.is_relative_to(self.root):
            return Unread(
                "outside-reference",
                "this leads out of the folder that is checked",
                "copy the file below it; a link that leads out is not followed either",
            )
        if not whole.is_file():
            return Unread(
                "unresolved-reference", f"there is no file `{path}`", "mend the path; it counts from this file"
            )
        try:
            with whole.open("rb") as file:
                raw = file.read(LIMITS.size + 1)
        except OSError as error:
            return Unread(
                "unresolved-reference", f"`{path}` cannot be read: {error.strerror}", "see that you may read it"
            )
        return parse(path, raw)

    def fetched(self, address: str) -> Source | Unread | Fault:
        """The file at an address of a host that may be called."""
        from opsbook.openapi_remote import fetch

        got = fetch(address, self.allowed.hosts, self.allowed.seconds, LIMITS.size)
        if isinstance(got, str):
            return Unread(
                "unresolved-reference", f"`{address}` cannot be read: {got}", "mend the address, or copy the file"
            )
        return parse(address, got)


@cache
def metaschemas() -> Metaschemas:
    """The metaschemas that openapi-spec-validator carries; its code, which is slow to load, is not."""
    schemas = _folder("openapi_spec_validator") / "resources/schemas"
    dialects = _folder("openapi_schema_validator") / "schemas"
    return Metaschemas(
        {one: json.loads((schemas / f"v{one}/schema.json").read_bytes()) for one in ("2.0", "3.0", "3.1", "3.2")},
        tuple(json.loads(file.read_bytes()) for file in sorted(dialects.rglob("*")) if file.is_file()),
    )


def files_around(path: Path) -> tuple[Path, ReadOnce, str]:
    """For the document in a file: the folder that its references may not leave, the files there, and its own name."""
    root = _root(path)
    return root, _Files(root=root), Path(os.path.relpath(path, root)).as_posix()


def _folder(package: str) -> Path:
    found = find_spec(package)
    if not found or not found.submodule_search_locations:
        raise OpsbookError(f"{package} is missing, which carries the schemas of OpenAPI: pip install opsbook anew")
    return Path(found.submodule_search_locations[0])
