"""The disk as OpenAPI documents: files below a root, and the metaschemas of an installed package."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from opsbook.collector import collector_paused
from opsbook.diagnostic import Diagnostic, Finding, diagnose
from opsbook.errors import OpsbookError
from opsbook.openapi import metaschema, walk
from opsbook.openapi.metaschema import Metaschemas
from opsbook.openapi.read import LIMITS, Document, is_declared, parse, pointer, version
from opsbook.openapi.walk import Unread
from opsbook.source import Fault, Source

_HEAD = 4096


def is_openapi(path: Path) -> bool:
    """Whether a file that belongs to no project calls itself an OpenAPI document."""
    try:
        with path.open("rb") as file:
            return is_declared(path.name, file.read(_HEAD))
    except OSError:
        return False  # whoever reads it next says why


@collector_paused()
def check_openapi(path: Path) -> list[Diagnostic]:
    """Everything that is wrong with the OpenAPI document in a file, and with the files that it refers to."""
    root = _root(path)
    files = _Files(root)
    name = Path(os.path.relpath(path, root)).as_posix()
    read = files.read(name)
    if isinstance(read, Unread | Fault):
        fault = read if isinstance(read, Fault) else Fault("project/unreadable", read.message, read.hint)
        return [Diagnostic.of_fault(str(path), fault)]
    declared = version(read)
    if isinstance(declared, Finding):
        found = [(read, "openapi/unknown-version", declared)]
    else:
        document = Document(read, declared)
        found = [(read, *one) for one in metaschema.judge(document, metaschemas())]
        found += walk.walk(document, files).judged
    shown = {name: str(path)}
    judged = {
        _placed(one, source, rule, finding, shown)
        for source, rule, finding in found
        for one in diagnose(source, rule, "error", [finding])
    }
    return sorted(
        judged | {Diagnostic.of_fault(os.path.relpath(root / bad), fault) for bad, fault in files.faults.items()}
    )


def _placed(one: Diagnostic, source: Source, rule: str, finding: Finding, shown: dict[str, str]) -> Diagnostic:
    path = shown.get(source.path, source.path)
    return Diagnostic(path, one.line, one.column, rule, one.message, one.hint, one.severity, pointer(finding.route))


def _root(path: Path) -> Path:
    """The folder that references may not leave: where the user stands if the file is below it, else the file's own."""
    here, own = Path.cwd().resolve(), path.resolve().parent
    return here if own.is_relative_to(here) else own


@dataclass
class _Files:
    """The files below a root, each read once."""

    root: Path
    known: dict[str, Source | Unread] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)

    def __call__(self, path: str) -> Source | Unread:
        """The file at a path that a reference names. One that cannot be read is reported at its own place, too."""
        if path not in self.known:
            read = self.read(path)
            if isinstance(read, Fault):
                self.faults[path] = read
                read = Unread("unresolved-reference", f"`{path}` cannot be read: {read.message}", "mend that file")
            self.known[path] = read
        return self.known[path]

    def read(self, path: str) -> Source | Unread | Fault:
        """The file at a path, unless it lies outside the root or is no file."""
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


@cache
def metaschemas() -> Metaschemas:
    """The metaschemas that openapi-spec-validator carries; its code, which is slow to load, is not."""
    schemas = _folder("openapi_spec_validator") / "resources/schemas"
    dialects = _folder("openapi_schema_validator") / "schemas"
    return Metaschemas(
        {one: json.loads((schemas / f"v{one}/schema.json").read_bytes()) for one in ("2.0", "3.0", "3.1", "3.2")},
        tuple(json.loads(file.read_bytes()) for file in sorted(dialects.rglob("*")) if file.is_file()),
    )


def files_around(path: Path) -> tuple[Path, _Files, str]:
    """For the document in a file: the folder that its references may not leave, the files there, and its own name."""
    root = _root(path)
    return root, _Files(root), Path(os.path.relpath(path, root)).as_posix()


def _folder(package: str) -> Path:
    found = find_spec(package)
    if not found or not found.submodule_search_locations:
        raise OpsbookError(f"{package} is missing, which carries the schemas of OpenAPI: pip install opsbook anew")
    return Path(found.submodule_search_locations[0])
