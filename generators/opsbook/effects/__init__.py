"""What shell commands do, seen from their syntax: `detect` says of each command its effect, and why.

Four effects are seen: `read`, `change`, `destructive`, and `unknown` where nothing is known. Unknown
stands above `change` and below `destructive`: an author has to say what an unknown command does, and a
command that is known to destroy outweighs it. What cannot be told never counts as `read`.

* `shell` reads text by shfmt, many scripts at once · `expand` says what words are, as far as the script says so
* `walk` goes down to simple commands and redirections · `unwrap` looks into `sudo`, `ssh`, `bash -c` …
* `names` says which variables a script takes and sets
* `commands` is the table of programs, `redis` and `sql` those of databases, `special` and `texts` the rest
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from opsbook.collector import collector_paused
from opsbook.effects.names import Names, Taken, names
from opsbook.effects.shell import NoShellParser, SyntaxProblem, Tree, parse_many
from opsbook.effects.walk import Program, Spot, Trees, Walk
from opsbook.effects.words import RANK, Seen, grave

__all__ = [
    "RANK",
    "Detection",
    "Examined",
    "Names",
    "NoShellParser",
    "NotShell",
    "Program",
    "Seen",
    "SyntaxProblem",
    "Taken",
    "detect",
    "detect_many",
    "examine_many",
    "gravest",
]

_ROUNDS = 12
"""How deep texts may lie within texts: `ssh host "bash -c '…'"` is two."""


@dataclass(frozen=True)
class Detection:
    """A simple command or redirection, and the effect that is seen of it."""

    effect: Seen
    command: str
    """The command that decides, as words: what `sudo` runs, or the SQL that `psql` sends."""
    line: int
    """Where it stands in the script, from 1."""
    column: int
    why: str
    """A short reason for a person."""


@dataclass(frozen=True)
class Examined:
    """What is seen of a script: what it does, the programs that it needs, and its variables."""

    detections: tuple[Detection, ...]
    programs: tuple[Program, ...]
    names: Names


class NotShell(ValueError):
    """A script is no shell; `problem` says where and why."""

    def __init__(self, problem: SyntaxProblem) -> None:
        """`problem` is what is wrong."""
        super().__init__(f"{problem.line}:{problem.column}: {problem.message}")
        self.problem = problem


def detect(script: str) -> list[Detection]:
    """What each command of a script does; nothing where there is none. Raises NotShell for what is no shell."""
    (found,) = detect_many([script])
    if isinstance(found, SyntaxProblem):
        raise NotShell(found)
    return found


def detect_many(scripts: Sequence[str]) -> list[list[Detection] | SyntaxProblem]:
    """What each command of many scripts does, with a handful of processes for all of them."""
    return [found if isinstance(found, SyntaxProblem) else list(found.detections) for found in examine_many(scripts)]


@collector_paused()
def examine_many(scripts: Sequence[str]) -> list[Examined | SyntaxProblem]:
    """What is seen of many scripts, with a handful of processes for all of them.

    Texts that scripts hand to other shells are gathered, and read together in the next round.
    """
    read = parse_many(scripts)
    trees = Trees()
    walks: dict[int, Walk] = {}
    todo = [(index, tree) for index, tree in enumerate(read) if isinstance(tree, Tree)]
    for _ in range(_ROUNDS):
        again = []
        for index, tree in todo:
            trees.wanted, before = {}, trees.wanted
            walks[index] = walk = Walk(trees, tree)
            walk.run()
            again += [(index, tree)] if trees.wanted else []
            trees.wanted = before | trees.wanted
        if not again:
            break
        texts = list(trees.wanted)
        trees.read.update(zip(texts, parse_many(texts), strict=True))
        trees.wanted, todo = {}, again
    deep = {index for index, _ in todo} if again else set()
    return [
        tree
        if isinstance(tree, SyntaxProblem)
        else Examined(
            tuple(_detections(walks[index].spots, deep=index in deep)),
            tuple(walks[index].programs),
            names(tree),
        )
        for index, tree in enumerate(read)
    ]


def _detections(spots: list[Spot], *, deep: bool) -> list[Detection]:
    """Each thing that was seen, once, in the order of the script."""
    seen = dict.fromkeys(
        Detection(spot.sight.effect, spot.sight.command, *spot.place, spot.sight.why) for spot in spots
    )
    if deep:
        seen[Detection("unknown", "…", 1, 1, "the commands are nested too deeply")] = None
    return sorted(seen, key=lambda found: (found.line, found.column))


def gravest(detections: Iterable[Detection]) -> Seen:
    """The gravest effect of some detections: read < change < unknown < destructive.

    A declaration settles what is unknown, but not as `read`: nobody has looked.
    """
    return grave(detection.effect for detection in detections)
