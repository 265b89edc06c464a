"""The files that `opsbook init` and `opsbook new` write: a working project, a valid spec."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

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
        return _skeleton(kind, specs / id_ / "system.yaml", id=id_, today=today())
    if system is None and len(project.systems) == 1:
        system = project.systems[0]
    if system not in project.systems:
        known = ", ".join(project.systems) or "none yet: `opsbook new system ID` makes one"
        raise UnknownName(f"say for which system with --system; there are: {known}")
    folder = specs / system / kind.folder

    def first(type_: str, otherwise: str) -> str:
        return next((id_ for owner, found, id_ in project.definitions if (owner, found) == (system, type_)), otherwise)

    return _skeleton(
        kind,
        folder / f"{id_}.yaml",
        id=id_,
        today=today(),
        role=first("role", ""),
        service=first("service", ""),
        severity=first("severity", ""),
        policy=first("escalation", ""),
    )


def _skeleton(kind: Kind[Any], path: Path, **values: str | date) -> Path:
    assert kind.skeleton is not None  # noqa: S101  # the caller has looked
    if path.exists():
        raise CannotWrite(f"{path} exists already; choose another id, or edit it")
    values["title"] = str(values["id"]).replace("-", " ").capitalize()
    _write(path, _fill(kind.skeleton.read_text(encoding="utf-8"), **values))
    return path


def _fill(template: str, **values: str | date) -> str:
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
