"""What shell commands do, seen from their syntax: `detect` says of each command its effect, and why.

Four effects are seen: `read`, `change`, `destructive`, and `unknown` where nothing is known. Unknown
stands above `change` and below `destructive`: an author has to say what an unknown command does, and a
command that is known to destroy outweighs it. What cannot be told never counts as `read`.

* `shell` reads text by shfmt, many scripts at once · `expand` says what words are, as far as the script says so
* `walk` goes down to simple commands and redirections · `unwrap` looks into `sudo`, `ssh`, `bash -c` …
* `commands` is the table of programs, `redis` and `sql` those of databases, `special` and `texts` the rest
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from opsbook.collector import collector_paused
from opsbook.effects.shell import NoShellParser, SyntaxProblem, Tree, parse_many
from opsbook.effects.walk import Spot, Trees, Walk
from opsbook.effects.words import RANK, Seen, grave

__all__ = [
    "RANK",
    "Detection",
    "NoShellParser",
    "NotShell",
    "Seen",
    "SyntaxProblem",
    "detect",
    "detect_many",
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


@collector_paused()
def detect_many(scripts: Sequence[str]) -> list[list[Detection] | SyntaxProblem]:
    """What each command of many scripts does, with a handful of processes for all of them.

    Texts that scripts hand to other shells are gathered, and read together in the next round.
    """
    read = parse_many(scripts)
    trees = Trees()
    spots: dict[int, list[Spot]] = {}
    todo = [index for index, tree in enumerate(read) if isinstance(tree, Tree)]
    for _ in range(_ROUNDS):
        again = []
        for index in todo:
            trees.wanted, before = {}, trees.wanted
            spots[index] = _walk(trees, read[index])
            again += [index] if trees.wanted else []
            trees.wanted = before | trees.wanted
        if not again:
            break
        texts = list(trees.wanted)
        trees.read.update(zip(texts, parse_many(texts), strict=True))
        trees.wanted, todo = {}, again
    deep = set(todo) if again else set()
    return [
        tree if isinstance(tree, SyntaxProblem) else _detections(spots[index], deep=index in deep)
        for index, tree in enumerate(read)
    ]


def _walk(trees: Trees, tree: Tree | SyntaxProblem) -> list[Spot]:
    return Walk(trees, tree).run() if isinstance(tree, Tree) else []


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
