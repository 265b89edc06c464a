"""The disk as values: settings, specs, snippets, catalogues, and what version control knows."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from opsbook.collector import collector_paused
from opsbook.configuration import read_configuration, site_of
from opsbook.diagnostic import Diagnostic, Finding, Severity, ignores_without_reason, locate, suggest
from opsbook.errors import NoProject
from opsbook.evidence import Proof
from opsbook.evidence import parse as parse_evidence
from opsbook.kind import Kind, Spec
from opsbook.labels import languages, read_catalogue
from opsbook.markdown_source import MarkdownSource
from opsbook.model import FilePath
from opsbook.openapi.json_source import JsonSource
from opsbook.openapi.levels import severities
from opsbook.openapi_files import Allowed
from opsbook.page import Site
from opsbook.project import Change, Project
from opsbook.read_apis import API_SUFFIXES, APIS, Adopted, ApiReader, KnownApi
from opsbook.root import SETTINGS, find_root
from opsbook.settings import Settings, SettingsFile
from opsbook.source import MAX_BYTES, Documents, Fault, ForeignSource, Source, short
from opsbook.wording import findings

EVIDENCE = "evidence"
"""The folder of a project in which test runs leave what they proved."""

SUFFIXES = (".yaml", ".yml")

MARKDOWN = ".md"
"""What specs with front matter end in; below the folder `guides` of a system alone, for elsewhere they are notes."""

GUIDES = "guides"


@dataclass(frozen=True)
class Loaded:
    """A project as far as it could be read, and everything that could not be."""

    root: Path
    settings: Settings
    project: Project
    diagnostics: tuple[Diagnostic, ...]
    docs: Mapping[str, str]
    """The hand-written pages: path below their folder to text."""


@dataclass
class Memory:
    """What was read before: a file that has not changed is not read and validated again."""

    specs: dict[tuple[str, bytes], Spec[Any] | list[Diagnostic]] = field(default_factory=dict)
    apis: dict[str, KnownApi] = field(default_factory=dict)
    files: dict[tuple[str, bytes], Documents | Fault] = field(default_factory=dict)


@collector_paused()
def load(root: Path, kinds: tuple[Kind[Any], ...], memory: Memory | None = None) -> Loaded:
    """Read and validate everything below `root`. One bad file never hides the others."""
    settings, diagnostics = read_settings(root)
    memory = memory or Memory()
    specs, unread = _specs(root, settings, kinds, memory, diagnostics)
    apis = _apis(root, settings, kinds, memory, specs)
    specs += apis.specs
    diagnostics += apis.diagnostics
    order = {kind.name: number for number, kind in enumerate(kinds)}
    specs.sort(key=lambda spec: (spec.system, order[spec.kind.name], spec.kind.order(spec.document), spec.document.id))
    project = Project(
        tuple(specs),
        kinds,
        _snippets(root, settings, diagnostics),
        languages(_catalogues(root, diagnostics)),
        last_changes(root, settings, {spec.system for spec in specs}),
        _evidence(root, diagnostics),
        frozenset(unread | apis.unread),
        settings.snippets,
        _fixtures(root / settings.snippets),
        _named_files(root, specs, memory),
        _site(root),
    )
    return Loaded(root, settings, project, tuple(diagnostics), _docs(root / settings.docs))


def _specs(
    root: Path, settings: Settings, kinds: tuple[Kind[Any], ...], memory: Memory, diagnostics: list[Diagnostic]
) -> tuple[list[Spec[Any]], set[str]]:
    """The valid specs, and the systems of which some could not be read."""
    ignored_in_vain = settings.severities.get("project/ignore-without-reason", "warning")
    specs: list[Spec[Any]] = []
    unread: set[str] = set()
    folder = root / settings.specs
    fresh: dict[tuple[str, bytes], Spec[Any] | list[Diagnostic]] = {}
    for path in _files(folder, (*SUFFIXES, MARKDOWN)):
        name = path.relative_to(root).as_posix()
        parts = path.relative_to(folder).parts
        if parts[1:2] == (APIS,) or (path.suffix == MARKDOWN and parts[1:2] != (GUIDES,)):
            continue
        raw = _bytes(path, root, name)
        if isinstance(raw, Diagnostic):
            diagnostics.append(raw)
            unread.update(parts[:1])
            continue
        key = name, raw
        fresh[key] = made = memory.specs.get(key) or _spec(name, raw, parts, kinds)
        if isinstance(made, Spec):
            specs.append(made)
            diagnostics += ignores_without_reason(made.source, ignored_in_vain) if ignored_in_vain else ()
        else:
            diagnostics += made
            unread.update(parts[:1])
    memory.specs = fresh
    return specs, unread


def _apis(
    root: Path, settings: Settings, kinds: tuple[Kind[Any], ...], memory: Memory, specs: list[Spec[Any]]
) -> Adopted:
    """The OpenAPI documents of the systems."""
    folder = root / settings.specs
    paths = [path for path in _files(folder, API_SUFFIXES) if path.relative_to(folder).parts[1:2] == (APIS,)]
    adopt = next((kind.adopt for kind in kinds if kind.adopt), None)
    if adopt is None:
        return Adopted()
    levels = severities(settings.rule_set, settings.severities)
    allowed = Allowed(frozenset(settings.allowed_hosts))
    adopted = ApiReader(root, folder, adopt, levels, allowed, memory.apis).read(paths, specs)
    memory.apis = dict(adopted.memory)
    return adopted


def _site(root: Path) -> Site:
    """Where the site is published; nothing is known where no mkdocs.yml says it."""
    try:
        return site_of(read_configuration(root))
    except NoProject:
        return Site()


def _named_files(root: Path, specs: list[Spec[Any]], memory: Memory) -> dict[str, Documents | Fault]:
    """The files of other tools that the specs name. What cannot be read is judged where it is named."""
    names = {one.text for spec in specs for one in spec.mentions if isinstance(one.mark, FilePath)}
    fresh: dict[tuple[str, bytes], Documents | Fault] = {}
    files: dict[str, Documents | Fault] = {}
    for name in sorted(names):
        path = root / name
        if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root)):
            files[name] = Fault(
                "project/outside",
                "it lies outside the project",
                "copy it into the project, so that everybody who checks the project sees the same",
            )
            continue
        raw = _foreign_bytes(path, name)
        if isinstance(raw, Fault):
            files[name] = raw
            continue
        key = name, raw
        fresh[key] = files[name] = memory.files[key] if key in memory.files else _documents(name, raw)
    memory.files = fresh
    return files


def read_foreign(path: Path, name: str) -> Documents | Fault:
    """What is in a file of another tool, wherever it lies, or why it cannot be read. `name` is what it is called."""
    raw = _foreign_bytes(path, name)
    return raw if isinstance(raw, Fault) else _documents(name, raw)


def _foreign_bytes(path: Path, name: str) -> bytes | Fault:
    try:
        there = path.exists()
    except OSError:  # such as a name that is too long
        there = False
    if not there:
        return Fault("project/unreadable", "there is no such file", "mend the path, or make the file")
    raw = _bytes(path, Path("/"), name)
    if isinstance(raw, Diagnostic):
        folder = Fault("project/unreadable", "it is a folder", "name a file in it")
        return folder if path.is_dir() else Fault(raw.rule, raw.message, raw.hint)
    return raw


def _documents(name: str, raw: bytes) -> Documents | Fault:
    if not name.endswith(".json"):
        return ForeignSource.parse_all(name, raw)
    source = JsonSource.parse(name, raw)
    return source if isinstance(source, Fault) else (source,)


def _snippets(root: Path, settings: Settings, diagnostics: list[Diagnostic]) -> dict[str, str]:
    """The programs that specs show and run: path below their folder to text."""
    snippets = {}
    for path in _files(root / settings.snippets, (".sh",)):
        name = path.relative_to(root).as_posix()
        raw = _bytes(path, root, name)
        if isinstance(raw, Diagnostic):
            diagnostics.append(raw)
            continue
        try:
            snippets[path.relative_to(root / settings.snippets).as_posix()] = raw.decode().replace("\r\n", "\n")
        except UnicodeDecodeError:
            diagnostics.append(_unreadable(name, "the file is not UTF-8 text", "save it as UTF-8"))
    return snippets


def _fixtures(folder: Path) -> dict[str, str]:
    """What fills the fixtures of each system: path below the snippets to a hash of the content."""
    files = sorted(path for path in folder.glob("*/fixtures/**/*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


def _catalogues(root: Path, diagnostics: list[Diagnostic]) -> dict[str, bytes]:
    """The project's own catalogues of labels, by language."""
    catalogues = {}
    for path in _files(root / "locale", (".po",)):
        name = path.relative_to(root).as_posix()
        raw = _bytes(path, root, name)
        if isinstance(raw, Diagnostic):
            diagnostics.append(raw)
            continue
        try:
            read_catalogue(raw)
        except ValueError as error:
            diagnostics.append(_unreadable(name, f"this is no catalogue of gettext: {error}", "check it with msgfmt"))
        else:
            catalogues[path.stem] = raw
    return catalogues


def _evidence(root: Path, diagnostics: list[Diagnostic]) -> dict[str, dict[str, Proof]]:
    """What test runs left, by system."""
    evidence = {}
    for path in _files(root / EVIDENCE, (".json",)):
        try:
            evidence[path.stem] = parse_evidence(path.read_bytes())
        except (OSError, ValueError) as error:
            what = f"the evidence cannot be read: {error}"
            hint = f"make it anew: `opsbook test --evidence {EVIDENCE}`"
            diagnostics.append(_unreadable(path.relative_to(root).as_posix(), what, hint))
    return evidence


def _unreadable(name: str, what: str, hint: str) -> Diagnostic:
    return Diagnostic(name, 1, 1, "project/unreadable", what, hint)


def load_file(path: Path, kinds: tuple[Kind[Any], ...]) -> Spec[Any] | list[Diagnostic]:
    """Read and validate one spec that belongs to no project."""
    raw = _bytes(path, path.parent.resolve(), str(path))
    return [raw] if isinstance(raw, Diagnostic) else _spec(str(path), raw, ("", path.name), kinds)


def own_severities(folder: Path) -> Mapping[str, Severity | None]:
    """The severities that the project around a folder sets; none outside any project."""
    try:
        return read_settings(find_root(folder))[0].severities
    except NoProject:
        return {}


def read_settings(root: Path) -> tuple[Settings, list[Diagnostic]]:
    """What a project sets, and what is wrong with its `opsbook.yaml`."""
    path = root / SETTINGS
    if not path.is_file():
        return Settings(), []
    raw = _bytes(path, root, path.name)
    source = raw if isinstance(raw, Diagnostic) else Source.parse(path.name, raw)
    if isinstance(source, Diagnostic):
        return Settings(), [source]
    if isinstance(source, Fault):
        empty = source.rule == "yaml/empty"
        return Settings(), [] if empty else [Diagnostic.of_fault(path.name, source)]
    read = SettingsFile.read(source)
    if isinstance(read, list):
        return Settings(), [
            locate(source, rule, "error", found) for rule, found in findings(read, source, SettingsFile)
        ]
    return Settings.of(read, source), []


def _spec(name: str, raw: bytes, parts: tuple[str, ...], kinds: tuple[Kind[Any], ...]) -> Spec[Any] | list[Diagnostic]:
    source = (MarkdownSource if name.endswith(MARKDOWN) else Source).parse(name, raw)
    if isinstance(source, Fault):
        return [Diagnostic.of_fault(name, source)]
    if len(parts) < 2:  # noqa: PLR2004  # a folder and a file
        misplaced = Finding(
            (),
            "a spec must lie in the folder of its system",
            f"move it to `{name.removesuffix(parts[-1])}SYSTEM/{parts[-1]}`",
        )
        return [locate(source, "project/misplaced-spec", "error", misplaced)]
    kind = _kind(source, kinds)
    return [locate(source, kind[0], "error", kind[1])] if isinstance(kind, tuple) else kind.parse(source, parts[0])


def _kind(source: Source, kinds: Iterable[Kind[Any]]) -> Kind[Any] | tuple[str, Finding]:
    names = {kind.name: kind for kind in kinds}
    if not isinstance(source.data, dict):
        return "schema/wrong-type", Finding(
            (),
            "a spec is a mapping of `key: value` lines",
            "start with `kind:` and `id:`, or an OpenAPI document with `openapi:`",
        )
    name = source.data.get("kind")
    if name is None:
        return "schema/missing-field", Finding(
            (),
            "the document does not say what `kind` it is",
            f"add `kind:` with one of {', '.join(f'`{known}`' for known in names if known != 'api')};"
            " an OpenAPI document has `openapi:` instead",
        )
    if not isinstance(name, str) or name not in names:
        spelled = source.spelled(("kind",))
        message = "`kind` must be one word" if spelled is None else f"there is no kind `{short(spelled)}`"
        return "schema/unknown-kind", Finding(("kind",), message, suggest(str(name), names))
    return names[name]


def _files(folder: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    """The files below a folder with one of the suffixes, sorted, hidden ones left out.

    A folder that is not looked into is given instead of its files, so that they are not missed in
    silence: a link, one that may not be read, and one that is named like a file.
    """
    closed: list[OSError] = []
    for here, folders, files in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        strange = [name for name in folders if name.endswith(suffixes) or Path(here, name).is_symlink()]
        folders[:] = [name for name in folders if name not in strange]
        wanted = [name for name in files if name.endswith(suffixes) and not name.startswith(".")]
        yield from (Path(here, name) for name in sorted([*wanted, *strange]))
    yield from (Path(error.filename) for error in closed if Path(error.filename) != folder)


def _bytes(path: Path, root: Path, name: str) -> bytes | Diagnostic:
    """The bytes of a file of the project, or why they are not to be had."""
    # Walking follows no linked folders, so only a file that is itself a link can lead out.
    if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root)):
        return Diagnostic(
            name,
            1,
            1,
            "project/outside",
            "this link leads out of the project",
            "copy what it leads to into the project, so that the site is made of what is reviewed",
        )
    try:
        size = path.stat().st_size
        if not path.is_file():
            what, hint = "this is not a file", "remove it"
            if path.is_dir():
                what, hint = "this folder is not looked into", "it may not be a link, nor be named like a file"
            return Diagnostic(name, 1, 1, "project/unreadable", what, hint)
        with path.open("rb") as file:
            # One byte more than allowed is enough for the reader to refuse it.
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        return Diagnostic(
            name,
            1,
            1,
            "project/unreadable",
            f"the file cannot be read: {error.strerror}",
            "see that it exists, and that you may read it",
        )
    if size > MAX_BYTES:
        return Diagnostic(
            name,
            1,
            1,
            "yaml/too-large",
            f"the file is {size / 2**20:.1f} MiB; opsbook reads up to {MAX_BYTES // 2**20} MiB",
            "split it, or move it elsewhere if it is no spec",
        )
    return raw


def last_changes(root: Path, settings: Settings, systems: Iterable[str]) -> dict[str, Change]:
    """The last commit that touched each system's specs or snippets; nothing where git does not answer."""
    changes = {}
    for system in sorted(systems):
        answer = _git(
            root,
            "log",
            "-1",
            "--format=%cs%x00%h%x00%s",
            "--",
            f"{settings.specs}/{system}",
            f"{settings.snippets}/{system}",
        )
        day, _, rest = answer.strip().partition("\0")
        revision, _, subject = rest.partition("\0")
        if revision:
            changes[system] = Change(day, revision, subject)
    return changes


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603  # fixed words and paths of the project, no shell
            ["git", "-C", str(root), *arguments],  # noqa: S607  # whichever git the reader uses
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def _docs(folder: Path) -> dict[str, str]:
    """The hand-written Markdown pages below a folder: path to text. What is no text, the engine refuses."""
    pages = {}
    for path in _files(folder, (".md",)):
        if not path.is_file():
            continue
        try:
            pages[path.relative_to(folder).as_posix()] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
    return pages


def head(root: Path) -> str:
    """The short name of the commit that is checked out; empty where there is no version control."""
    return _git(root, "rev-parse", "--short", "HEAD").strip()
