"""`opsbook drill`: plays drills, says what came of them, and keeps the records."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

import click

from opsbook.errors import OpsbookError
from opsbook.kind import Spec
from opsbook.kinds.drill.model import MACHINES, Drill
from opsbook.kinds.drill.named import drills, named
from opsbook.kinds.drill.record import DrillRecord
from opsbook.kinds.drill.record_file import records_folder, written
from opsbook.read import Loaded, head
from opsbook.sandbox.door import ready
from opsbook.sandbox.drills import play, take_back
from opsbook.sandbox.running import FixtureFailed, SandboxEnded
from opsbook.sandbox.stage import NoDrill
from opsbook.write import write_file


def play_drills(loaded: Loaded, chosen: Sequence[Spec[Drill]], *, record: bool) -> bool:
    """Play drills one after the other; gives whether any failed. Raises OpsbookError where none can be played."""
    commit = head(loaded.root)

    def one(spec: Spec[Drill]) -> bool:
        began = time.monotonic()
        came = play(spec, loaded.project, loaded.root / loaded.settings.snippets, commit, _say)
        lasted = time.monotonic() - began
        for failure in came.failures:
            _say(failure)
        _say(f"{_figures(came)}; played in {lasted:.0f} s")
        if record:
            _say(f"record: {keep(came, spec, loaded)}")
        return came.result == "passed"

    return _each(loaded, chosen, one)


def undo_faults(loaded: Loaded, chosen: Sequence[Spec[Drill]]) -> bool:
    """Inject the faults of drills and take them back; gives whether any failed. Raises as `play_drills` does."""

    def one(spec: Spec[Drill]) -> bool:
        take_back(spec, loaded.project, loaded.root / loaded.settings.snippets, _say)
        _say("undone")
        return True

    return _each(loaded, chosen, one)


def _each(loaded: Loaded, chosen: Sequence[Spec[Drill]], act: Callable[[Spec[Drill]], bool]) -> bool:
    """Do something with drills, one after the other; gives whether any failed."""
    ready(loaded)
    failed = False
    for spec in chosen:
        click.echo(f"{spec.system}/{spec.document.id}: {spec.document.title}")
        try:
            failed |= not act(spec)
        except (NoDrill, FixtureFailed, SandboxEnded) as error:
            failed = True
            _say(f"this was no drill: {error}")
    return failed


def wanted(loaded: Loaded, ids: tuple[str, ...], system: str | None) -> list[Spec[Drill]]:
    """The drills that are asked for. Raises UnknownName, and OpsbookError where one is for people."""
    asked = [spec for id_ in dict.fromkeys(ids) for spec in _played(loaded, id_, system)]
    found = asked if ids else [one for one in drills(loaded.project, system) if one.document.type == MACHINES]
    if not found:
        where = f" in {system}" if system else ""
        raise OpsbookError(f"there is no drill to play{where}: `opsbook new drill ID` makes one")
    return found


def _played(loaded: Loaded, id_: str, system: str | None) -> list[Spec[Drill]]:
    """The drills of an id that a machine plays. Raises OpsbookError where there are none."""
    every = named(loaded.project, id_, system)
    if found := [spec for spec in every if spec.document.type == MACHINES]:
        return found
    raise OpsbookError(
        f"the drill {id_} is for people (`type: {every[0].document.type}`): "
        f"the form on its page, {every[0].path}, records what came of it"
    )


def _figures(came: DrillRecord) -> str:
    """The result in a line."""
    measured = (("detection", came.detection), ("recovery", came.recovery), ("data lost", came.loss))
    figures = [f"{what} {span.total_seconds():.1f} s" for what, span in measured if span is not None]
    return ", ".join([came.result, *figures])


def keep(came: DrillRecord, spec: Spec[Drill], loaded: Loaded) -> PurePosixPath:
    """Write a record into the folder `records` beside its drill, under a name that is free; gives its path."""
    folder = PurePosixPath(records_folder(spec))
    day = f"{came.times.fault:%Y-%m-%d}-{spec.document.id}"
    names = (day if number == 1 else f"{day}-{number}" for number in range(1, 1000))
    id_ = next(name for name in names if _reserved(Path(loaded.root, folder, f"{name}.yaml")))
    path = Path(loaded.root, folder, f"{id_}.yaml")
    try:
        write_file(path, written(came.model_copy(update={"id": id_})).encode())
    except BaseException:
        path.unlink()
        raise
    return folder / f"{id_}.yaml"


def _reserved(path: Path) -> bool:
    """Take a name for a file, unless somebody has it: another run may end at the same moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _say(text: str) -> None:
    click.echo(f"  {text}")
