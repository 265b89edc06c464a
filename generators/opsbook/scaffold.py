"""The files that `opsbook init` and `opsbook new` write: a working project, a valid spec."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template, UndefinedError

from opsbook.clock import today
from opsbook.diagnostic import Diagnostic, locate
from opsbook.errors import CannotWrite, UnfitFile, UnknownName
from opsbook.kind import Draft, Drafting, Kind
from opsbook.model import ID
from opsbook.project import Project
from opsbook.read import Loaded, read_foreign
from opsbook.source import Fault, plain
from opsbook.wording import slug
from opsbook.write import write_file

_PROJECT = Path(__file__).parent / "project"


def new_project(folder: Path) -> None:
    """Write a working project into `folder`, which must not exist or be empty.

    Raises CannotWrite where it holds anything.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CannotWrite(f"{folder} is not empty; choose a new folder")
    name = folder.resolve().name
    for path in sorted(_PROJECT.rglob("*")):
        if path.is_file():
            target = folder / str(path.relative_to(_PROJECT)).replace("dot_", ".").removesuffix(".jinja")
            content = path.read_text(encoding="utf-8")
            if path.suffix == ".jinja":
                content = _fill(content, today=today(), name=name)
            _write(target, content)
            if target.suffix == ".sh":
                target.chmod(0o755)


def new_spec(loaded: Loaded, kind: Kind[Any], id_: str, system: str | None, file: Path | None = None) -> Path:
    """Write a spec that validates in the project, a skeleton or one drafted from a file; gives its path.

    Raises UnknownName where the id is none or the system is not clear, CannotWrite where there is one already, and
    UnfitFile where nothing can be drafted from the file.
    """
    if not re.fullmatch(ID, id_):
        raise UnknownName(
            f"{id_!r} is no id: use lower-case letters, digits and hyphens, such as `{slug(id_) or 'restore'}`"
        )
    if kind.skeleton is None:
        raise UnknownName(f"the kind {kind.name} comes without a skeleton")
    project = loaded.project
    specs = loaded.root / loaded.settings.specs
    if file and not kind.draft:
        able = ", ".join(one.name for one in project.kinds if one.draft)
        raise UnknownName(f"a spec of the kind {kind.name} is not drafted from files; of these kinds, it is: {able}")
    if kind.name == "system":
        return _spec(kind, kind.skeleton, specs / id_ / "system.yaml", {"id": id_, "there": {}})
    if system is None and len(project.systems) == 1:
        system = project.systems[0]
    if system not in project.systems:
        known = ", ".join(project.systems) or "none yet: `opsbook new system ID` makes one"
        raise UnknownName(f"say for which system with --system; there are: {known}")

    defined: dict[str, dict[str, str]] = {}
    for (owner, type_, found), definitions in project.definitions.items():
        if owner == system and "#" not in found:
            defined.setdefault(type_, {})[found] = definitions[0].title
    # The first of each type that the system defines: a spec may refer to what is there, and to nothing else.
    there = {type_: next(iter(ids)) for type_, ids in defined.items()}
    there["runbook"] = f"runbook:{there['runbook']}" if "runbook" in there else f"system:{system}"
    there["trouble"] = next(_troubles(project, system), there["runbook"])
    there |= next(_drills(project, system), {})
    suffix = Path(kind.skeleton.stem).suffix  # of `skeleton.md.jinja`
    path = specs / system / kind.folder / f"{id_}{suffix}"
    if file and kind.draft:
        wanted = Drafting(id_, system, str(file), within=False, defined=defined, project=project)
        values = _drafted(loaded, kind.draft, file, wanted)
        return _spec(kind, kind.draft.template, path, {**values, "id": id_, "there": there})
    return _spec(kind, kind.skeleton, path, {"id": id_, "there": there})


def _troubles(project: Project, system: str) -> Iterator[str]:
    """References to the scenarios of a system: what somebody does who is called."""
    for spec in project.specs:
        for scenario in getattr(spec.document, "scenarios", ()) if spec.system == system else ():
            yield f"{spec.kind.name}:{spec.document.id}#{scenario.id}"


def _drills(project: Project, system: str) -> Iterator[dict[str, str]]:
    """The drills of a system that people play, and so record."""
    for spec in project.specs:
        if (spec.system, spec.kind.name) == (system, "drill") and spec.document.type != "sandbox":
            place = {"drill environment": spec.document.environment} if spec.document.environment else {}
            yield {"drill for people": spec.document.id, "drill type": spec.document.type, **place}


def _drafted(loaded: Loaded, draft: Draft, file: Path, wanted: Drafting) -> Mapping[str, Any]:
    """What a draft is filled with, from a file anywhere on the disk."""
    whole, root = Path(os.path.realpath(file)), Path(os.path.realpath(loaded.root))
    if whole.is_relative_to(root):
        wanted = replace(wanted, path=whole.relative_to(root).as_posix(), within=True)
    read = read_foreign(file, wanted.path)
    if isinstance(read, Fault):
        raise UnfitFile(_explained(Diagnostic.of_fault(str(file), read)))
    values = draft.values(read, wanted)
    if isinstance(values, tuple):
        source, finding = values
        raise UnfitFile(_explained(replace(locate(source, "", "error", finding), path=str(file))))
    return values


def _explained(one: Diagnostic) -> str:
    """What is wrong with a file of the command line, in the form of a diagnostic that belongs to no rule."""
    return f"{one.path}:{one.line}:{one.column}: {one.message}\n    hint: {one.hint}"


def _spec(kind: Kind[Any], template: Path, path: Path, values: Mapping[str, Any]) -> Path:
    if path.exists():
        raise CannotWrite(f"{path} exists already; choose another id, or edit it")
    try:
        text = fill(template.read_text(encoding="utf-8"), values)
    except UndefinedError as error:
        missing = str(error).rpartition("attribute ")[2].strip("'")
        raise UnknownName(
            f"a spec of the kind {kind.name} refers to a {missing}, and the system has none yet; make that first"
        ) from error
    _write(path, text)
    return path


def fill(template: str, values: Mapping[str, Any]) -> str:
    """Fill a template of a spec; a title is made of its id."""
    title = str(values["id"]).replace("-", " ").capitalize()
    return _fill(template, today=today(), title=title, **values)


def _fill(template: str, **values: Any) -> str:
    return _template(template).render(**values)


@cache
def _template(text: str) -> Template:
    # Double brackets and not braces: what is filled is YAML and Markdown, where braces mean something.
    environment = Environment(  # noqa: S701  # fills YAML and Markdown, where HTML's escaping does not apply
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    environment.filters["yaml"] = _scalar
    return environment.from_string(text)


_PLAIN = re.compile(r"[A-Za-z][\w ./()+@-]*(?<! )")


def _scalar(text: str) -> str:
    """A text as a value of YAML that reads as the same text."""
    if _PLAIN.fullmatch(text) and text.isascii() and plain(text) == text:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    # JSON spells what lies beyond 16 bits as two surrogates; YAML has an escape of its own for it.
    return "".join(one if one.isprintable() else f"\\U{ord(one):08x}" for one in quoted)


def _write(path: Path, content: str) -> None:
    try:
        write_file(path, content.encode())
    except OSError as error:
        raise CannotWrite(f"{path} cannot be written: {error.strerror}") from error
