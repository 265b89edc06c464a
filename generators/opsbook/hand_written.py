"""Hand-written pages: their `[[references]]` become links, and their `![[embeds]]` what specs say at this moment."""

from __future__ import annotations

from collections.abc import Callable

from opsbook.diagnostic import suggest
from opsbook.kind import Definition
from opsbook.markup import references, unlinked
from opsbook.page import relative
from opsbook.printer import Printer
from opsbook.project import Project
from opsbook.reference import Home, Unresolved

_ALL = ":*"
"""What stands after a kind where all of its documents are meant: `system:*`."""


def completed(text: str, path: str, project: Project) -> tuple[str, list[tuple[int, Unresolved]]]:
    """The text of the page at `path` with its references and embeds; also what leads nowhere, by index.

    An embed stands on a line of its own: `![[system:*|cards]]`. Code spans and fences keep theirs as they are.
    """
    faults: list[tuple[int, Unresolved]] = []
    parts: list[str] = []
    end = 0
    for match in references(text):
        start, reference, said = match.start(), match[1].strip(), (match[2] or "").strip()
        stop = match.end()
        found: str | Unresolved
        if text[start - 1 : start] != "!":
            found = _linked(reference, said, path, project)
        elif _alone(text, start, stop):
            start -= 1
            found = _embedded(reference, said, path, project)
        else:
            found = Unresolved(
                f"`!{match[0]}` stands beside something else", "put it on a line of its own, not indented"
            )
        if isinstance(found, Unresolved):
            faults.append((match.start(), found))
        else:
            parts += [text[end:start], found]
            end = stop
    return "".join([*parts, text[end:]]), faults


def _alone(text: str, start: int, end: int) -> bool:
    """Whether nothing else stands on the line of `![[…]]`."""
    before = text[text.rfind("\n", 0, start) + 1 : start]
    after = text[end:].partition("\n")[0]
    return before == "!" and not after.strip()


def _linked(reference: str, said: str, path: str, project: Project) -> str | Unresolved:
    found = project.resolve(reference, Home())
    if isinstance(found, Unresolved):
        return found
    return f"[{said or unlinked(found.title)}]({relative(found.address, path)})"


def _embedded(reference: str, view: str, path: str, project: Project) -> str | Unresolved:
    """What an embed shows, in the language of the system that it is of, or of the site where it is of all."""
    if reference.endswith(_ALL):
        shown = _all_of(reference.removesuffix(_ALL), view, project)
        home = Home()
    else:
        found = project.resolve(reference, Home())
        if isinstance(found, Unresolved):
            return found
        shown = _one(found, view, project)
        home = Home(found.system)
    return shown if isinstance(shown, Unresolved) else f"\n{shown(Printer(project, path, home)).strip()}\n"


def _one(found: Definition, view: str, project: Project) -> Callable[[Printer], str] | Unresolved:
    spec = next(one for one in project.specs if one.source.path == found.source)
    if spec.kind.embed is None:
        able = ", ".join(f"`{kind.name}`" for kind in project.kinds if kind.embed)
        return Unresolved(f"a hand-written page cannot embed `{found.id}`", f"it can embed what is of the kind {able}")
    return spec.kind.embed(spec, found, view, project)


def _all_of(name: str, view: str, project: Project) -> Callable[[Printer], str] | Unresolved:
    kinds = {kind.name: kind.embed_all for kind in project.kinds if kind.embed_all}
    show = kinds.get(name)
    if show is None:
        return Unresolved(f"there is nothing to show of all of `{name}`", suggest(name, kinds))
    return show(view, project)
