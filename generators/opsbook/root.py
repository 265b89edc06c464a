"""Where a project begins: found on the disk, before anything of it is read."""

from __future__ import annotations

from pathlib import Path

from opsbook.errors import NoProject

SETTINGS = "opsbook.yaml"
"""The file of a project's settings."""


def find_root(start: Path) -> Path:
    """The nearest folder, from `start` upwards, that is a project: it has `opsbook.yaml` or `specs/`.

    Raises NoProject where there is none.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / SETTINGS).is_file() or (folder / "specs").is_dir():
            return folder
    raise NoProject(
        f"{start} is not in an opsbook project: neither it nor a folder above has `specs/` or `opsbook.yaml`; "
        "`opsbook init DIR` makes one"
    )
