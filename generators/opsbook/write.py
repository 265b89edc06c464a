"""Values to disk: whole or not at all, only what changed, and never over what is not ours."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from opsbook.errors import CannotWrite

MANIFEST = ".opsbook-manifest.json"


def write_file(path: Path, content: bytes) -> bool:
    """Write a file in one stroke, unless it already has this content; says whether it was written."""
    try:
        if path.read_bytes() == content:
            return False
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".opsbook-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, 0o666 & ~_umask())  # noqa: PTH101  # mkstemp made it private
        os.replace(name, path)  # noqa: PTH105  # says what it does: atomic on one file system
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return True


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_tree(folder: Path, files: Mapping[str, bytes]) -> int:
    """Make `folder` hold exactly these of our files, leaving alone whatever else is in it.

    A manifest remembers what we wrote, so that what is no longer made is removed. Gives the number of
    files that were written. Raises CannotWrite, before anything is touched, where a file that is not
    ours is in the way.
    """
    ours = _manifest(folder)
    try:
        for name, content in files.items():
            foreign = _in_the_way(folder, name, content, ours)
            if foreign:
                raise CannotWrite(
                    f"{foreign} is in the way: opsbook did not make it; remove it, or choose another folder"
                )
        # The manifest comes first: what we are about to write is ours even if we are interrupted.
        write_file(folder / MANIFEST, _spell_manifest(ours | set(files)))
        # What is gone makes room: a file may take the place of a folder, and a folder that of a file.
        for name in sorted(ours - set(files)):
            _remove(folder, name)
        written = sum(write_file(folder / name, content) for name, content in files.items())
        write_file(folder / MANIFEST, _spell_manifest(set(files)))
    except OSError as error:
        raise CannotWrite(f"{error.filename or folder} cannot be written: {error.strerror}") from error
    return written


def _in_the_way(folder: Path, name: str, content: bytes, ours: set[str]) -> Path | None:
    """What is not ours and stands where a file of ours has to go."""
    target = folder / name
    for parent in target.relative_to(folder).parents:
        above = folder / parent
        if parent != Path() and (above.is_symlink() or above.is_file()) and parent.as_posix() not in ours:
            return above
    if target.is_dir() and not target.is_symlink():
        inside = [path for path in target.rglob("*") if path.is_symlink() or not path.is_dir()]
        return next((path for path in inside if path.relative_to(folder).as_posix() not in ours), None)
    if name in ours or not os.path.lexists(target):
        return None
    return None if target.is_file() and target.read_bytes() == content else target


def _manifest(folder: Path) -> set[str]:
    try:
        names = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return set()
    except (OSError, ValueError) as error:
        raise CannotWrite(
            f"{folder / MANIFEST} cannot be read ({error}); remove the folder and generate again"
        ) from error
    root = os.path.realpath(folder)
    ours = {name for name in names if isinstance(name, str) and "\0" not in name} if isinstance(names, list) else set()
    return {name for name in ours if Path(os.path.realpath(folder / name)).is_relative_to(root)}


def _spell_manifest(names: set[str]) -> bytes:
    return (json.dumps(sorted(names), indent=0) + "\n").encode()


def _remove(folder: Path, name: str) -> None:
    """Remove a file of ours, and the folders that it leaves empty."""
    path = folder / name
    with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
        path.unlink()
    for parent in path.relative_to(folder).parents:
        if parent != Path():
            with suppress(OSError):  # it is not empty
                (folder / parent).rmdir()


@contextmanager
def replaced(folder: Path) -> Iterator[Path]:
    """A new, empty folder that takes the place of `folder` when the work in it succeeds.

    When the work fails, the new one goes and the old one stays as it was.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    new, old = work / "new", work / "old"
    new.mkdir()
    try:
        yield new
        if folder.exists():
            folder.rename(old)
        try:
            new.rename(folder)
        except OSError:
            if old.exists():
                old.rename(folder)
            raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
