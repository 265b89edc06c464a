"""The drills that somebody asks for by their ids."""

from __future__ import annotations

from opsbook.diagnostic import suggest
from opsbook.errors import OpsbookError, UnknownName
from opsbook.kind import Spec
from opsbook.kinds.drill.chaos_toolkit import as_text, playable
from opsbook.kinds.drill.model import Drill
from opsbook.project import Project


def drills(project: Project, system: str | None) -> list[Spec[Drill]]:
    """Every drill, or those of one system."""
    return [spec for name in project.systems for spec in project.of(Drill, name) if system in (None, name)]


def named(project: Project, id_: str, system: str | None) -> list[Spec[Drill]]:
    """The drills of an id, one a system at most. Raises UnknownName where there is none."""
    known = drills(project, system)
    if found := [spec for spec in known if spec.document.id == id_]:
        return found
    where = f" in {system}" if system else ""
    near = suggest(id_, [spec.document.id for spec in known]) or "`opsbook new drill ID` makes one"
    raise UnknownName(f"there is no drill {id_}{where}; {near}")


def experiment_of(project: Project, ids: tuple[str, ...], system: str | None) -> str:
    """The experiment of one drill, for Chaos Toolkit. Raises OpsbookError where it is none, or not clear which."""
    if len(ids) != 1:
        raise OpsbookError("an experiment is made of one drill: name it")
    found = named(project, ids[0], system)
    if len(found) > 1:
        systems = " and ".join(spec.system for spec in found)
        raise OpsbookError(f"{systems} have a drill {ids[0]} each: say which with --system")
    (spec,) = found
    if not playable(spec.document):
        raise OpsbookError(f"the drill {ids[0]} has no command that injects its fault, and so makes no experiment")
    return as_text(spec, project)
