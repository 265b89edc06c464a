"""`opsbook drill`: plays drills, says what came of them, and keeps the records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

import click

from opsbook.diagnostic import suggest
from opsbook.errors import OpsbookError, UnknownName
from opsbook.kind import Spec
from opsbook.kinds.drill.model import Drill
from opsbook.kinds.drill.record import DrillRecord
from opsbook.kinds.drill.record_file import written
from opsbook.read import Loaded, head
from opsbook.sandbox.door import ready
from opsbook.sandbox.drills import play, take_back
from opsbook.sandbox.running import FixtureFailed, SandboxEnded
from opsbook.sandbox.stage import NoDrill
from opsbook.write import write_file


def play_drills(loaded: Loaded, drills: Sequence[Spec[Drill]], *, record: bool) -> bool:
    """Play drills one after the other; gives whether any failed. Raises OpsbookError where none can be played."""
    commit = head(loaded.root)

    def one(spec: Spec[Drill]) -> bool:
        came = play(spec, loaded.project, loaded.root / loaded.settings.snippets, commit, _say)
        for failure in came.failures:
            _say(failure)
        _say(_figures(came))
        if record:
            _say(f"record: {keep(came, spec, loaded)}")
        return came.result == "passed"

    return _each(loaded, drills, one)


def undo_faults(loaded: Loaded, drills: Sequence[Spec[Drill]]) -> bool:
    """Inject the faults of drills and take them back; gives whether any failed. Raises as `play_drills` does."""

    def one(spec: Spec[Drill]) -> bool:
        take_back(spec, loaded.project, loaded.root / loaded.settings.snippets, _say)
        _say("undone")
        return True

    return _each(loaded, drills, one)


def _each(loaded: Loaded, drills: Sequence[Spec[Drill]], act: Callable[[Spec[Drill]], bool]) -> bool:
    """Do something with drills, one after the other; gives whether any failed."""
    ready(loaded)
    failed = False
    for spec in drills:
        click.echo(f"{spec.system}/{spec.document.id}: {spec.document.title}")
        try:
            failed |= not act(spec)
        except (NoDrill, FixtureFailed, SandboxEnded) as error:
            failed = True
            _say(f"this was no drill: {error}")
    return failed


def wanted(loaded: Loaded, ids: tuple[str, ...], system: str | None) -> list[Spec[Drill]]:
    """The drills that are asked for. Raises UnknownName, and OpsbookError where one is for people."""
    all_ = [spec for name in loaded.project.systems for spec in loaded.project.of(Drill, name)]
    known = [spec for spec in all_ if system in (None, spec.system)]
    for id_ in ids:
        named = [spec for spec in known if spec.document.id == id_]
        if not named:
            raise UnknownName(f"there is no drill {id_}; {suggest(id_, [spec.document.id for spec in known])}")
        if named[0].document.type != "sandbox":
            raise OpsbookError(
                f"the drill {id_} is for people (`type: {named[0].document.type}`): its page has the form"
            )
    found = [spec for spec in known if spec.document.type == "sandbox" and (not ids or spec.document.id in ids)]
    if not found:
        raise OpsbookError("there is no drill to play: `opsbook new drill ID` makes one")
    return found


def _figures(came: DrillRecord) -> str:
    """The result in a line."""
    measured = (("detection", came.detection), ("recovery", came.recovery), ("data lost", came.loss))
    figures = [f"{what} {span.total_seconds():.1f} s" for what, span in measured if span is not None]
    return ", ".join([came.result, *figures])


def keep(came: DrillRecord, spec: Spec[Drill], loaded: Loaded) -> PurePosixPath:
    """Write a record into the folder `records` beside its drill, under a name that is free; gives its path."""
    folder = PurePosixPath(spec.source.path).parent / "records"
    day = f"{came.times.fault:%Y-%m-%d}-{spec.document.id}"
    names = (day if number == 1 else f"{day}-{number}" for number in range(1, 1000))
    id_ = next(name for name in names if not Path(loaded.root, folder, f"{name}.yaml").exists())
    text = written(came.model_copy(update={"id": id_}))
    write_file(Path(loaded.root, folder, f"{id_}.yaml"), text.encode())
    return folder / f"{id_}.yaml"


def _say(text: str) -> None:
    click.echo(f"  {text}")
