"""Do the commands do what their authors say that they do?"""

from __future__ import annotations

from collections.abc import Iterator

from opsbook.diagnostic import Finding
from opsbook.effects import RANK, Detection
from opsbook.inspection import Inspection
from opsbook.scripts import Use
from opsbook.source import Source
from opsbook.step import Effect, Program


def understated_effect(inspection: Inspection) -> Iterator[tuple[Source, Finding]]:
    """A step says that it does less than its command does: `read`, and it changes something.

    Readers run what only reads without a second thought, on the wrong host, too. The effect is seen from the
    syntax of the command: through `sudo`, `ssh`, `bash -c`, `xargs` and `docker exec`, and into SQL and Redis.

        run: psql -c "update accounts set locked = true where id = :'ID'"
        effect: change

    What nobody knows is never taken for `read`: for a program that opsbook does not know, say `change` or
    `destructive`, whichever holds. Where it reads all the same, say so in a comment above:
    `# ignore[project/understated-effect]: it only shows the plan`. Prerequisites, assertions of targets and the
    probes of a drill declare nothing: they may only read. Commands of a guide may change what they like; those that
    destroy say so behind their fence: `bash run destructive`.
    """
    for use in inspection.uses:
        seen = inspection.seen(use.text)
        if use.effect and seen:
            worst = max(seen.detections, key=lambda found: RANK[found.effect], default=None)
            if worst and _understates(use.effect, worst):
                yield use.spec.source, _finding(use, use.effect, worst)


def _understates(declared: Effect, seen: Detection) -> bool:
    if seen.effect == "unknown":
        return declared == "read"
    return RANK[seen.effect] > RANK[declared]


_DOES = {"change": "changes something", "destructive": "may destroy data"}


def _finding(use: Use, declared: Effect, seen: Detection) -> Finding:
    where = f" (line {seen.line} of `{use.snippet}`)" if use.snippet else ""
    says = f"{use.name} may only read" if use.asks else f"{use.name} says `{declared}`"
    why = seen.why.removesuffix(": declare it").removesuffix(": declare what it does")
    if seen.effect == "unknown":
        message = f"{says}, and nobody can tell whether `{seen.command}`{where} does: {why}"
        hint = f"{_cure(use, None)}; if it only reads, say so above: `# ignore[project/understated-effect]: why`"
    else:
        message = f"{says}, but `{seen.command}`{where} {_DOES[seen.effect]}: {why}"
        hint = _cure(use, seen.effect)
    if use.snippet:
        return Finding(use.route, message, hint)
    return Finding(use.route, message, hint, within=use.place(seen.line, seen.column))


def _cure(use: Use, effect: Effect | None) -> str:
    """What to do about a command with some effect; None where the effect is not known."""
    if use.role == "target":
        return "take the command out: an assertion asks, and leaves everything as it is"
    if use.asks and use.part:
        return (
            f"take the command out: {use.part} looks, and leaves everything as it is; where it has to do what a client "
            "does, say so above: `# ignore[project/understated-effect]: why`"
        )
    if use.asks and use.spec.kind.name == "drill":
        return "take the command out: it counts, and leaves everything as it is"
    if use.asks:
        return "move the command into a step, which declares its effect"
    if effect is None:
        return "declare `effect: change` or `effect: destructive`, whichever holds"
    program = use.step if isinstance(use.step, Program) else None
    where = f"write `{program.language} run {effect}` after the fence" if program else f"declare `effect: {effect}`"
    return f"{where}, or take the command out"
