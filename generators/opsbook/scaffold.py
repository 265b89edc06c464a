"""The files that `opsbook init` and `opsbook new` write: a working project, a valid spec."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, UndefinedError

from opsbook.clock import today
from opsbook.errors import CannotWrite, UnknownName
from opsbook.kind import Kind
from opsbook.model import ID
from opsbook.read import Loaded
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


def new_spec(loaded: Loaded, kind: Kind[Any], id_: str, system: str | None) -> Path:
    """Write a skeleton of a spec that validates in the project; gives its path.

    Raises UnknownName where the id is none or the system is not clear, CannotWrite where the file exists.
    """
    if not re.fullmatch(ID, id_):
        raise UnknownName(
            f"{id_!r} is no id: use lower-case letters, digits and hyphens, such as `{slug(id_) or 'restore'}`"
        )
    if kind.skeleton is None:
        raise UnknownName(f"the kind {kind.name} comes without a skeleton")
    project = loaded.project
    specs = loaded.root / loaded.settings.specs
    if kind.name == "system":
        return _skeleton(kind, specs / id_ / "system.yaml", id=id_, today=today(), there={})
    if system is None and len(project.systems) == 1:
        system = project.systems[0]
    if system not in project.systems:
        known = ", ".join(project.systems) or "none yet: `opsbook new system ID` makes one"
        raise UnknownName(f"say for which system with --system; there are: {known}")

    # The first of each type that the system defines: a skeleton may refer to what is there, and to nothing else.
    there: dict[str, str | date] = {}
    for owner, type_, found in project.definitions:
        if owner == system and "#" not in found:
            there.setdefault(type_, f"runbook:{found}" if type_ == "runbook" else found)
    there.setdefault("runbook", f"system:{system}")
    suffix = Path(kind.skeleton.stem).suffix  # of `skeleton.md.jinja`
    return _skeleton(kind, specs / system / kind.folder / f"{id_}{suffix}", id=id_, today=today(), there=there)


def _skeleton(kind: Kind[Any], path: Path, **values: Any) -> Path:
    assert kind.skeleton is not None  # noqa: S101  # the caller has looked
    if path.exists():
        raise CannotWrite(f"{path} exists already; choose another id, or edit it")
    values["title"] = str(values["id"]).replace("-", " ").capitalize()
    try:
        text = _fill(kind.skeleton.read_text(encoding="utf-8"), **values)
    except UndefinedError as error:
        missing = str(error).rpartition("attribute ")[2].strip("'")
        raise UnknownName(
            f"a spec of the kind {kind.name} refers to a {missing}, and the system has none yet; make that first"
        ) from error
    _write(path, text)
    return path


def _fill(template: str, **values: Any) -> str:
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
    return environment.from_string(template).render(**values)


def _write(path: Path, content: str) -> None:
    try:
        write_file(path, content.encode())
    except OSError as error:
        raise CannotWrite(f"{path} cannot be written: {error.strerror}") from error
