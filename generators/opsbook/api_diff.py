"""`opsbook api-diff`: two versions of an API, from a disk or out of Git, compared and reported."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from opsbook.collector import collector_paused
from opsbook.diagnostic import SEVERITIES, Diagnostic, Severity, diagnose, locate
from opsbook.errors import OpsbookError, UnknownName
from opsbook.openapi import metaschema
from opsbook.openapi.diff.change import Change
from opsbook.openapi.diff.compare import compare
from opsbook.openapi.diff.markdown import section, title_of
from opsbook.openapi.read import LIMITS, Document, parse, pointer, version
from opsbook.openapi.walk import Api, Unread, walk
from opsbook.openapi_files import ReadOnce, files_around, metaschemas
from opsbook.reporters import REPORTERS
from opsbook.source import Fault, Source

FORMATS = (*REPORTERS, "markdown")
"""What `--format` takes."""

FailOn: TypeAlias = Literal["breaking", "warning", "none"]
"""From which changes on the command fails."""

_FAILING: dict[FailOn, tuple[Severity, ...]] = {"breaking": ("error",), "warning": ("error", "warning"), "none": ()}


class Outcome(NamedTuple):
    """What the command prints, and how it ends."""

    output: str
    code: int
    complaint: str = ""
    """What it prints to standard error."""


class _Version(NamedTuple):
    """One version of an API as it was read."""

    place: _Place
    api: Api | None
    diagnostics: list[Diagnostic]


@dataclass(frozen=True)
class _Place:
    """Where a version is read from."""

    files: ReadOnce
    name: str
    """The path of its document below the root."""
    spelled: str
    """What the user calls the document."""
    folder: str
    """What leads from where the user stands to the root; for a revision, its name and a colon."""

    def shown(self, path: str) -> str:
        """What the user calls a file of the document."""
        if path == self.name:
            return self.spelled
        return f"{self.folder}{path}" if self.folder.endswith(":") else os.path.relpath(Path(self.folder, path))


@collector_paused()
def api_diff(old: str, new: str, format_: str, fail_on: FailOn, severities: Mapping[str, Severity | None]) -> Outcome:
    """Compare the documents at `old` and `new`, each a file or `REV:path` in Git.

    `severities` overrides a rule's severity, or switches it off with None.
    """
    before, now = _read(_place(old)), _read(_place(new))
    unreadable = [*(before.diagnostics if not before.api else ()), *now.diagnostics]
    if unreadable or not (before.api and now.api):
        report = REPORTERS.get(format_, REPORTERS["text"])(sorted(unreadable))
        return Outcome("", 2, report) if format_ == "markdown" else Outcome(report, 2)
    complaint = ""
    if before.diagnostics:
        complaint = (
            f"{old} breaks rules of OpenAPI in {len(before.diagnostics)} place(s), as `opsbook check` would say: "
            "what is said about those may be wrong\n"
        )
    try:
        found = compare(before.api, now.api)
    except RecursionError:
        raise OpsbookError("values are nested too deep to be compared: flatten them") from None
    changes = _judged(found, severities)
    failing = any(one.severity in _FAILING[fail_on] for one in changes)
    return Outcome(_report(format_, changes, before, now), int(failing), complaint)


def _judged(changes: Sequence[Change], severities: Mapping[str, Severity | None]) -> list[Change]:
    """The changes with the severities that they have here, without those that their author excuses."""
    kept = []
    for change in changes:
        severity = severities.get(change.rule, change.severity)
        if severity and not _is_excused(change):
            kept.append(replace(change, severity=severity))
    return sorted(kept, key=lambda change: SEVERITIES.index(change.severity))


def _is_excused(change: Change) -> bool:
    """Whether a comment in the new document ignores the change, at the key or at the value in question."""
    source, route, _ = change.near
    if "ignore[" not in source.text:
        return False
    finding = replace(change.finding, route=route)
    return any(
        not list(diagnose(source, change.rule, change.severity, [replace(finding, key=key)])) for key in (True, False)
    )


def _report(format_: str, changes: Sequence[Change], before: _Version, now: _Version) -> str:
    if format_ == "markdown":
        return section((now.api and title_of(now.api)) or now.place.spelled, changes)
    if format_ == "json":
        rows = [
            {**asdict(_diagnostic(change, before, now)), "gone": change.gone, "operations": change.operations}
            for change in changes
        ]
        return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"
    if not changes:
        return "nothing has changed for clients\n"
    if format_ == "github":
        return REPORTERS[format_]([_annotation(change, before, now) for change in changes])
    return REPORTERS[format_]([_diagnostic(change, before, now) for change in changes])


def _diagnostic(change: Change, before: _Version, now: _Version) -> Diagnostic:
    place = before.place if change.gone else now.place
    found = locate(change.spot.source, change.rule, change.severity, change.finding)
    return replace(found, path=place.shown(found.path), pointer=pointer(change.spot.route))


def _annotation(change: Change, before: _Version, now: _Version) -> Diagnostic:
    """A change beside a line of the new document, as GitHub shows the lines of that one alone."""
    found = _diagnostic(change, before, now)
    source, route, key = change.near
    path, place = source.path, source.place(route, key=key)
    if not now.place.folder.endswith(":"):
        path = now.place.shown(path)
    was = f" (it was at {found.path}:{found.line})" if change.gone else ""
    return replace(found, path=path, line=place.line, column=place.column, message=f"{found.message}{was}")


# Reading


def _place(spelled: str) -> _Place:
    """Where a version lies: in a file, or else in a revision of Git."""
    if os.path.lexists(spelled):
        root, files, name = files_around(Path(spelled))
        return _Place(files, name, spelled, str(root))
    revision, colon, path = spelled.partition(":")
    if not (colon and revision and path) or revision.startswith("-"):
        raise UnknownName(f"there is no file {spelled}; a revision of one is written `REV:path`")
    return _in_revision(revision, path)


def _read(place: _Place) -> _Version:
    """Read a version, and say everything that its version's schema and its references deny."""
    source = place.files(place.name)
    if isinstance(source, Unread):
        fault = place.files.faults.get(place.name, Fault("project/unreadable", source.message, source.hint))
        return _Version(place, None, [Diagnostic.of_fault(place.spelled, fault)])
    declared = version(source)
    if not isinstance(declared, str):
        found = locate(source, "openapi/unknown-version", "error", declared)
        return _Version(place, None, [replace(found, path=place.spelled)])
    document = Document(source, declared)
    api = walk(document, place.files)
    judged = [(source, *one) for one in metaschema.judge(document, metaschemas())] + list(api.judged)
    diagnostics = {
        replace(one, path=place.shown(one.path), pointer=pointer(finding.route))
        for where, rule, finding in judged
        for one in diagnose(where, rule, "error", [finding])
    }
    faults = {Diagnostic.of_fault(place.shown(path), fault) for path, fault in place.files.faults.items()}
    return _Version(place, api, sorted(diagnostics | faults))


def _in_revision(revision: str, path: str) -> _Place:
    top = _git(Path.cwd(), "rev-parse", "--show-toplevel").decode(errors="replace").strip()
    if not top:
        raise OpsbookError(f"{revision}:{path} is in no Git repository, or git is not installed")
    commit = _git(Path(top), "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").decode().strip()
    if not commit:
        raise UnknownName(f"there is no revision {revision}; see that it was fetched, as by `fetch-depth: 0` in CI")
    if path.startswith(("./", "../")):  # counts from here, as for git itself
        path = os.path.relpath(Path(os.path.realpath(Path.cwd()), path), os.path.realpath(top))
    name = os.path.normpath(path).replace(os.sep, "/")
    return _Place(_Revision(top=top, commit=commit), name, f"{revision}:{name}", f"{revision}:")


@dataclass(kw_only=True)
class _Revision(ReadOnce):
    """The files of one commit, none of them checked out."""

    top: str
    commit: str

    def read(self, path: str) -> Source | Unread | Fault:
        if path.startswith(("../", "/")) or path == "..":
            return Unread("outside-reference", "this leads out of the repository", "copy the file into it")
        listed = _git(Path(self.top), "ls-tree", "-z", "--long", "--full-tree", self.commit, "--", path)
        head, _, name = listed.decode(errors="replace").rstrip("\0").partition("\t")
        fields = head.split()
        if name != path or len(fields) != _FIELDS or fields[0] not in _FILES:
            return Unread(
                "unresolved-reference",
                f"there is no file `{path}` in this revision",
                "mend the path; links are not followed in a revision",
            )
        _, _, blob, size = fields
        if int(size) > LIMITS.size:
            return parse(path, b" " * (LIMITS.size + 1))  # refused for its size, whatever is in it
        return parse(path, _git(Path(self.top), "cat-file", "blob", blob))


_FIELDS = 4
"""Mode, type, name and size, as `git ls-tree --long` prints them."""

_FILES = ("100644", "100755")
"""The modes of files; others are links, folders and submodules."""


def _git(folder: Path, *arguments: str) -> bytes:
    """What git answers; nothing where it fails. Paths are taken as they are, and nothing is fetched."""
    environment = {**os.environ, "GIT_LITERAL_PATHSPECS": "1", "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(  # noqa: S603  # fixed words, the name of a commit and paths after `--`; no shell
            ["git", "-C", str(folder), *arguments],  # noqa: S607  # whichever git the reader uses
            capture_output=True,
            timeout=60,
            check=False,
            env=environment,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return b""
    return done.stdout if done.returncode == 0 else b""
