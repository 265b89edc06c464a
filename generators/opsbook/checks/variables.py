"""Does every variable of a command come from somewhere, and does every parameter go somewhere?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from opsbook.diagnostic import Finding, suggest
from opsbook.effects import Taken
from opsbook.effects.words import named
from opsbook.inspection import Inspection
from opsbook.kind import Spec
from opsbook.kinds.drill.following import followed, references
from opsbook.kinds.drill.model import Drill
from opsbook.kinds.sandbox.model import Sandbox
from opsbook.model import SnippetPath
from opsbook.project import Project
from opsbook.scripts import Use
from opsbook.source import Source
from opsbook.step import Parameter, Program, Step

STANDARD = named(
    """
    HOME PATH PWD OLDPWD USER LOGNAME SHELL LANG LANGUAGE TERM TZ HOSTNAME TMPDIR MAIL EDITOR VISUAL PAGER DISPLAY
    SUDO_USER SUDO_UID SUDO_GID SSH_CONNECTION SSH_CLIENT SSH_TTY SSH_AUTH_SOCK
    IFS RANDOM SRANDOM SECONDS EPOCHSECONDS EPOCHREALTIME LINENO PIPESTATUS FUNCNAME OPTARG OPTIND OPTERR REPLY
    UID EUID PPID GROUPS HOSTTYPE MACHTYPE OSTYPE SHELLOPTS BASHOPTS SHLVL DIRSTACK COLUMNS LINES MAPFILE COPROC
    PS0 PS1 PS2 PS3 PS4 PROMPT_COMMAND TIMEFORMAT HISTFILE HISTSIZE HISTCONTROL GLOBIGNORE
    """
)
"""What a shell has in every place where people type commands."""

_STANDARD_PREFIXES = ("LC_", "BASH", "XDG_", "COMP_")
READ_BY_PROGRAMS = ("PG", "AWS_", "REDISCLI_", "KUBE", "DOCKER_", "COMPOSE_", "GIT_", "GH_", "TF_", "VAULT_", "MYSQL_")
"""Variables that programs take from the environment, so that no command has to name them."""


def undeclared_parameter(inspection: Inspection) -> Iterator[tuple[Source, Finding]]:
    """A command uses a variable that nothing gives a value: no parameter, no earlier step, no sandbox.

    In the shell of the reader it is empty, or has a value that nobody meant. What the reader supplies is a
    parameter of the document:

        parameters:
          - name: BACKUP_FILE
            title: The dump to restore

    What a step finds out reaches the steps after it, and snippets, only when it is exported: each step is a
    shell of its own. A variable of the system's sandbox (`environment:`) counts as given everywhere, and so
    do `HOME` and its like; `${NAME:-…}` has a default, and `${NAME:?…}` says itself what is missing. A
    snippet has its variables from the document that uses it. A drill has those of the runbooks that it follows,
    and its own `values:`. The commands of a guide have what its sandbox has, and the addresses of its APIs.
    """
    given = {system: _given(inspection.project, system) for system in {use.spec.system for use in inspection.uses}}
    sessions: dict[tuple[str, str], _Session] = defaultdict(_Session)
    for use in inspection.uses:
        session = sessions[use.spec.source.path, use.session] if use.session else _Session()
        known = given[use.spec.system] | _parameters(use, inspection)
        seen = inspection.seen(use.text)
        if not seen or _unseen(use, inspection):
            session.anything = True
            continue
        session.anything = session.anything or (seen.names.anything and not use.snippet)
        if not session.anything and not seen.names.anything:
            for taken in seen.names.taken:
                if not _has(taken, known, use, session):
                    yield use.spec.source, _missing(taken, use, session, known)
        if use.role == "run":  # what a test sets up, no reader has
            session.exported |= _captured(use)
            if not use.snippet:
                session.exported |= seen.names.exports
                session.kept.update(dict.fromkeys(seen.names.sets - seen.names.exports, use))


@dataclass
class _Session:
    """What the steps of a list have left for those after them."""

    exported: set[str] = field(default_factory=set)
    kept: dict[str, Use] = field(default_factory=dict)
    """What a step set for itself alone."""
    anything: bool = False
    """A step may have set anything."""


def _given(project: Project, system: str) -> frozenset[str]:
    """What every command of a system has."""
    return frozenset(name for spec in project.of(Sandbox, system) for name in spec.document.environment)


def _parameters(use: Use, inspection: Inspection) -> frozenset[str]:
    document = use.spec.document
    if isinstance(document, Sandbox):
        return frozenset(document.values)
    if isinstance(document, Drill):
        return frozenset(_of_drill(use, document, inspection))
    if isinstance(use.step, Program) and use.spec.kind.fixtures:
        return frozenset(use.spec.kind.fixtures(use.spec, inspection.project).get("environment", {}))
    return frozenset(parameter.name for parameter in _declared(use.spec))


def _of_drill(use: Use, drill: Drill, inspection: Inspection) -> Iterator[str]:
    """What the commands of a drill have: its values, and what those of its runbooks have, and leave."""
    yield from drill.values
    for sandbox in inspection.project.of(Sandbox, use.spec.system):
        yield from sandbox.document.values
    if use.role == "fixture":
        return  # it runs before anything is followed
    if use.route == ("data", "write"):
        yield "MARK"
    for spec, steps in _followed(use, inspection.project):
        yield from (parameter.name for parameter in _declared(spec))
        for step in steps:
            yield from (value.name for value in step.capture)
            seen = inspection.seen(_text(step, inspection.project))
            yield from seen.names.exports if seen and not step.snippet else ()


def _unseen(use: Use, inspection: Inspection) -> bool:
    """Whether a command belongs to a drill of a runbook that nobody has looked at: it may set anything."""
    return isinstance(use.spec.document, Drill) and any(
        text and not inspection.seen(text)
        for _, steps in _followed(use, inspection.project)
        for text in (_text(step, inspection.project) for step in steps)
    )


def _followed(use: Use, project: Project) -> Iterator[tuple[Spec[Any], list[Step]]]:
    """The documents that a drill follows, with all of their steps: a failure may lead to any."""
    for reference in references(use.spec.document):
        if way := followed(reference, use.spec, project):
            yield way.spec, [step for trial in way.trials for step in trial.steps]


def _text(step: Step, project: Project) -> str:
    return step.run or project.snippets.get(step.snippet or "", "")


def _declared(spec: Spec[Any]) -> tuple[Parameter, ...]:
    parameters: tuple[Parameter, ...] = getattr(spec.document, "parameters", ())
    return parameters


def _captured(use: Use) -> set[str]:
    """What a step takes out of its output for those after it."""
    return {value.name for value in use.step.capture} if use.step else set()


def _has(taken: Taken, known: frozenset[str], use: Use, session: _Session) -> bool:
    return (
        taken.name in known
        or taken.name in STANDARD
        or taken.name.startswith(_STANDARD_PREFIXES)
        or taken.name in session.exported
        or (taken.guarded and not use.snippet)
    )


def _missing(taken: Taken, use: Use, session: _Session, known: frozenset[str]) -> Finding:
    name, where = taken.name, f"`{use.snippet}` takes `${taken.name}` (line {taken.line})"
    what = where if use.snippet else f"`${name}` is used"
    keeper = session.kept.get(name)
    if keeper:
        message = f"{what}, and {keeper.name} sets it without exporting it"
        hint = f"write `export {name}` there: each step is a shell of its own"
    else:
        message = f"{what}, and nothing gives it a value"
        near = suggest(name, known)
        hint = f"{near} If not, {_cure(name, use)}" if near.startswith("did you mean") else _cure(name, use)
    if use.snippet:
        return Finding(use.route, message, hint)
    return Finding(use.route, message, hint, within=use.place(taken.line, taken.column))


def _cure(name: str, use: Use) -> str:
    if use.role == "fixture":
        where = "sandbox's `environment:`" if isinstance(use.spec.document, Sandbox) else "drill's `values:`"
        return f"add `{name}` to the {where}"
    if isinstance(use.spec.document, Drill):
        return f"add `{name}` to the drill's `values:`, or declare it as a parameter of the runbook that it follows"
    if isinstance(use.step, Program):
        return (
            f"export `{name}` in a command before, or add it to the `environment:` of the sandbox that the guide names"
        )
    if name == name.upper():
        return f"declare a parameter `{name}`, or export it in a step before"
    return "set it in this step, or export it in a step before"


def unused_parameter(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A parameter that no command, text or snippet uses: the reader is asked for a value that nothing needs.

    Somebody looks for the value, under pressure, in vain; or a command that should use it has a value of its
    own.

        parameters:
          - name: BACKUP_FILE
            title: The dump to restore
        …
            run: pg_restore -l "$BACKUP_FILE"

    What programs take from the environment by themselves (`PGHOST`, `AWS_PROFILE` …) counts as used.
    """
    for spec in project.specs:
        parameters = _declared(spec)
        if not parameters:
            continue
        text = "\n".join((spec.document.model_dump_json(exclude={"parameters"}), *_snippets(spec, project)))
        for index, parameter in enumerate(parameters):
            used = parameter.name.startswith(READ_BY_PROGRAMS) or re.search(rf"\b{parameter.name}\b", text)
            if not used:
                yield (
                    spec.source,
                    Finding(
                        ("parameters", index, "name"),
                        f"no command, text or snippet uses the parameter `{parameter.name}`",
                        f'use it as `"${parameter.name}"`, or remove it',
                    ),
                )


def _snippets(spec: Spec[Any], project: Project) -> Iterable[str]:
    """The texts of the snippets that a document uses."""
    names = {mention.text for mention in spec.mentions if isinstance(mention.mark, SnippetPath)}
    return (project.snippets.get(name, "") for name in sorted(names))
