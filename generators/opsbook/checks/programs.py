"""Can the commands run in the sandbox that their system declares?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from opsbook.diagnostic import Finding, suggest
from opsbook.effects import Program
from opsbook.effects.words import named
from opsbook.inspection import SYSTEM_PATH, Inspection
from opsbook.kinds.sandbox.model import Sandbox
from opsbook.project import Project
from opsbook.scripts import Use
from opsbook.source import Source

BUILTINS = named(
    """
    : . [ alias bg bind break builtin caller cd command compgen complete compopt continue declare dirs disown echo
    enable eval exec exit export false fc fg getopts hash help history jobs kill let local logout mapfile popd printf
    pushd pwd read readarray readonly return set shift shopt source suspend test times trap true type typeset ulimit
    umask unalias unset wait
    """
)
"""What Bash does itself."""

POSTGRES = named(
    """
    clusterdb createdb createuser dropdb dropuser ecpg initdb pg_amcheck pg_archivecleanup pg_basebackup pg_checksums
    pg_config pg_controldata pg_ctl pg_dump pg_dumpall pg_isready pg_receivewal pg_recvlogical pg_resetwal pg_restore
    pg_rewind pg_test_fsync pg_test_timing pg_upgrade pg_verifybackup pg_waldump pgbench postgres psql reindexdb
    vacuumdb
    """
)
"""What comes with a PostgreSQL fixture."""

REDIS = frozenset(("redis-cli", "redis-server", "redis-check-aof", "redis-check-rdb"))
"""What comes with a Redis fixture."""

SAMPLES = frozenset(("sample-python", "sample-javascript", "node", "npm"))
"""What runs the programs of guides, and what their commands may call."""

_ELSEWHERE = named(
    """
    ssh sshpass docker docker-compose podman podman-compose nerdctl kubectl oc lxc nsenter chroot machinectl vagrant
    heroku fly flyctl
    """
)
"""Programs whose commands run somewhere else, where other programs are."""


def unprovided_command(inspection: Inspection) -> Iterator[tuple[Source, Finding]]:
    """A command needs a program that its system's sandbox does not have, so that `opsbook test` cannot run it.

    A slip of the pen is found here, too. A program that cannot run in a sandbox gets a double, which knows
    the calls that it may expect:

        doubles:
          - program: kubectl
            why: There is no cluster in a sandbox.
            calls:
              - argv: get pods
                stdout: checkout-7d9f   1/1   Running

    A sandbox has what Bash does itself, the tools of the databases that it declares, and the programs of the
    machine that it runs on. Steps that only a person runs (`test: manual:`) are left out, and so is what
    runs elsewhere, behind `ssh`, `docker exec` or `kubectl exec`.
    """
    for system in inspection.project.systems:
        provided = _provided(inspection.project, system)
        if provided is None:
            continue
        uses = [use for use in inspection.uses if use.spec.system == system and not use.manual]
        known = provided.names | inspection.machine | {name for use in uses for name in _functions(inspection, use)}
        for use in uses:
            for program in _programs(inspection, use):
                elsewhere = (provided.doubles | _ELSEWHERE).intersection(program.within)
                if not elsewhere and _bare(program.name) not in known:
                    yield use.spec.source, _missing(program, use, provided)


@dataclass(frozen=True)
class _Provided:
    """What the sandbox of a system has beside the programs of the machine."""

    names: frozenset[str]
    doubles: frozenset[str]
    """Those that stand in for others, and run nothing that they are handed."""


def _provided(project: Project, system: str) -> _Provided | None:
    """What a system's sandbox has; None where it declares none."""
    sandboxes = [spec.document for spec in project.of(Sandbox, system)]
    if not sandboxes:
        return None
    doubles = frozenset(double.program for declared in sandboxes for double in declared.doubles)
    files = {path.rpartition("/")[2] for declared in sandboxes for path in declared.files}
    postgres = POSTGRES if any(declared.postgres for declared in sandboxes) else frozenset()
    redis = REDIS if any(declared.redis for declared in sandboxes) else frozenset()
    return _Provided(BUILTINS | SAMPLES | doubles | files | postgres | redis | {""}, doubles)


def _functions(inspection: Inspection, use: Use) -> frozenset[str]:
    seen = inspection.seen(use.text)
    return seen.names.functions if seen else frozenset()


def _programs(inspection: Inspection, use: Use) -> tuple[Program, ...]:
    """The programs of a text, each once; none where it looks for programs in other folders, too."""
    seen = inspection.seen(use.text)
    if not seen or "PATH" in seen.names.sets:
        return ()
    return tuple({program.name: program for program in reversed(seen.programs)}.values())[::-1]


def _bare(name: str) -> str:
    """The name by which a program is found; empty for a file that may lie anywhere."""
    folder, slash, last = name.rpartition("/")
    return last if not slash or folder in SYSTEM_PATH else ""


def _missing(program: Program, use: Use, provided: _Provided) -> Finding:
    name = _bare(program.name)
    near = suggest(name, provided.names)
    hint = f"{near} If not, {_cure(name)}" if near.startswith("did you mean") else _cure(name)
    place = use.place(*program.place)
    if use.snippet:
        message = f"`{use.snippet}` runs `{program.name}` (line {program.place[0]}), which the sandbox does not have"
        return Finding(use.route, message, hint)
    return Finding(use.route, f"{use.name} runs `{program.name}`, which the sandbox does not have", hint, within=place)


def _cure(name: str) -> str:
    for server, programs in (("postgres", POSTGRES), ("redis", REDIS)):
        if name in programs:
            return f"declare a server below `{server}:` in the sandbox"
    return (
        f"declare a double of `{name}` in the sandbox, or install it where the tests run, "
        "or say with `test: manual:` why only a person can run it"
    )
