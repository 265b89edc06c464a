"""The program that runs inside a sandbox: it starts fixtures and runs steps, as it is told on a socket.

One JSON object a line in, one a line out. It knows nothing of specs, needs nothing but Python's standard
library, and is started with `python -IS`. What it is told is checked outside; what it answers is judged
outside.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from double import SUPERVISOR  # type: ignore[import-not-found]  # beside this file: inside a sandbox there is no package
from doubles import Doubles  # type: ignore[import-not-found]  # as above
from guard import guard, settle  # type: ignore[import-not-found]  # as above

STATE = Path("/run/opsbook")
REFUSALS = STATE / "refusals"
"""Where HTTP services say which requests their documents do not allow, a line each."""

KNOWN = STATE / "state"
"""What doubles and HTTP services know of each other."""

DOUBLES = Doubles(KNOWN)

CLUSTER = Path("/opsbook/cluster.tar")
"""A PostgreSQL cluster that another sandbox made, for this one to copy."""

CLUSTER_PASSWORD = "new"  # noqa: S105  # of the administrator, until the fixture sets its own
MOST_OUTPUT = 200_000
"""Characters of a step's output that are kept."""

LEAVE = 2.0
"""Seconds that a program in the background has to end by itself."""

READY = 30.0
"""Seconds that a fixture may take to answer."""


class Failed(Exception):  # it says what happened
    """A fixture did not start; the text is for the person who declared it."""


class Session:
    """The shell session that the steps of a procedure share: exported variables and the working directory."""

    def __init__(self, environment: dict[str, str], folder: str) -> None:
        self.environment = environment
        self.folder = folder
        self.background: list[tuple[subprocess.Popen[bytes], int]] = []
        """What was started in the background, and how many calls of doubles there were before."""

    def run(self, script: str, timeout: float) -> dict[str, Any]:
        """Run a script in a shell that stops at the first failure, and keep what it exported."""
        for name in ("env", "cwd", REFUSALS.name):
            (STATE / name).unlink(missing_ok=True)
        keep = f"trap 'code=$?; pwd > {STATE}/cwd; /usr/bin/env -0 > {STATE}/env; exit $code' EXIT\n"
        before = len(DOUBLES.calls)
        began = time.monotonic()
        process = self._started(keep + script, "")
        try:
            code: int | None = process.wait(timeout)
        except subprocess.TimeoutExpired:
            code = None
        seconds = time.monotonic() - began
        self._restore()
        return {**_came("", code, before), "seconds": seconds}

    def start(self, script: str) -> dict[str, Any]:
        """Start a script that keeps running while others do."""
        number = len(self.background)
        self.background.append((self._started(script, str(number)), len(DOUBLES.calls)))
        return {"number": number}

    def look(self, number: int) -> dict[str, Any]:
        """What came so far of a script in the background."""
        process, before = self.background[number]
        code = process.poll()
        return {**_came(str(number), code, before), "runs": code is None}

    def end(self) -> None:
        """End what runs in the background."""
        for process, _ in self.background:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process, _ in self.background:
            with suppress(subprocess.TimeoutExpired):
                process.wait(LEAVE)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    def _started(self, script: str, name: str) -> subprocess.Popen[bytes]:
        # Files and not pipes: a service that a step leaves running in the background would hold a pipe open.
        with (STATE / f"out{name}").open("wb") as out, (STATE / f"err{name}").open("wb") as err:
            return subprocess.Popen(  # noqa: S603  # this is what a sandbox is for
                ["/bin/bash", "--noprofile", "--norc", "-euo", "pipefail", "-c", script],
                env=self.environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )

    def _restore(self) -> None:
        try:
            pairs = os.fsdecode((STATE / "env").read_bytes()).split("\0")
            self.folder = os.fsdecode((STATE / "cwd").read_bytes()).rstrip("\n")
        except FileNotFoundError:
            return  # the step set a trap of its own, or was killed: the session stays as it was
        self.environment = dict(pair.split("=", 1) for pair in pairs if "=" in pair)


def _came(name: str, code: int | None, before: int) -> dict[str, Any]:
    """What came of a script: its code, its output, and whom it asked since there were so many calls."""
    return {
        "exit": code if code is None or code >= 0 else 128 - code,
        "stdout": _text(STATE / f"out{name}"),
        "stderr": _text(STATE / f"err{name}"),
        "calls": DOUBLES.calls[before:],
        "refusals": _text(REFUSALS).splitlines() if REFUSALS.is_file() else [],
    }


def _text(path: Path) -> str:
    with path.open("rb") as file:
        text = file.read(4 * MOST_OUTPUT).decode(errors="replace")
    return text if len(text) <= MOST_OUTPUT else text[:MOST_OUTPUT] + "\n[cut here]\n"


def _ran(arguments: list[str], what: str, **extra: str) -> str:
    done = subprocess.run(  # noqa: S603  # a program of the sandbox, arguments of its spec
        arguments, capture_output=True, text=True, env={**os.environ, **extra}, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        raise Failed(f"{what}: {(done.stderr or done.stdout).strip()[-2000:]}")
    return done.stdout


def _version(program: str) -> str:
    """The version of a program, as it says itself: `PostgreSQL 16.9`."""
    said = _ran([program, "--version"], program)
    found = re.search(r"\d+(\.\d+)+", said)
    return f"{VERSIONED[Path(program).name]} {found[0] if found else said.strip()}"


def _until(answers: Any, what: str) -> None:
    """Wait until a readiness probe holds."""
    until = time.monotonic() + READY
    while not answers():
        if time.monotonic() > until:
            raise Failed(f"{what} did not answer within {READY:.0f} s")
        time.sleep(0.05)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def cluster(data: Path) -> None:
    """A new PostgreSQL cluster: a copy of the one that was brought along, or made here."""
    name = "the PostgreSQL cluster"
    if CLUSTER.exists():
        data.mkdir(mode=0o700)
        _ran(["tar", "-xf", str(CLUSTER), "-C", str(data)], name)
        return
    secret = STATE / "pw"
    secret.write_text(CLUSTER_PASSWORD, encoding="utf-8")
    # Small segments: clusters, base backups and archives are copied all the time, and stand in memory.
    options = ["--pwfile", str(secret), "-A", "scram-sha-256", "--locale=C.UTF-8", "-E", "UTF8", "--no-sync"]
    options.append("--wal-segsize=1")
    _ran(["initdb", "-D", str(data), "-U", "postgres", *options], name)
    secret.unlink()


def packed_cluster() -> str:
    """A new PostgreSQL cluster, for other sandboxes to copy: making one takes most of the time of their start."""
    import base64  # one sandbox is asked for this, and all would wait for it

    data, packed = STATE / "cluster", STATE / "cluster.tar"
    cluster(data)
    # Not compressed, for it is unpacked in every sandbox.
    _ran(["tar", "-cf", str(packed), "-C", str(data), "."], "the PostgreSQL cluster")
    return base64.b64encode(packed.read_bytes()).decode()


def postgres(fixture: dict[str, Any]) -> str:
    """A PostgreSQL server with its users and databases, or a streaming replica of one."""
    data, port = STATE / fixture["id"], str(fixture["port"])
    name = f"PostgreSQL `{fixture['id']}`"
    admin = {"PGPASSWORD": fixture["admin_password"]}
    if fixture.get("replica_of"):
        source = ["-h", "localhost", "-p", str(fixture["primary_port"]), "-U", "postgres"]
        _ran(["pg_basebackup", *source, "-D", str(data), "-R", "-X", "stream", "-c", "fast"], name, **admin)
    else:
        cluster(data)
    settings = {
        "listen_addresses": "localhost",
        "port": port,
        "unix_socket_directories": "/tmp",  # noqa: S108  # inside the sandbox
        "fsync": "off",
        "scram_iterations": "1",  # what each new connection waits for; nobody has to be kept from guessing here
        "shared_buffers": "16MB",
        "min_wal_size": "2MB",
        "max_wal_size": "64MB",
        **fixture["settings"],
    }
    with (data / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
        file.writelines(f"{key} = '{value}'\n" for key, value in settings.items())
    with (data / "pg_hba.conf").open("a", encoding="utf-8") as file:
        file.write("host replication all 127.0.0.1/32 scram-sha-256\nhost replication all ::1/128 scram-sha-256\n")
    _ran(["pg_ctl", "-D", str(data), "-w", "-l", str(STATE / f"{fixture['id']}.log"), "start"], name)
    sql = ["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-h", "localhost", "-p", port]
    statements = fixture["sql"]
    if not fixture.get("replica_of"):
        password = fixture["admin_password"].replace("'", "''")
        statements = [f"ALTER ROLE postgres PASSWORD '{password}'", *statements]
        admin = {"PGPASSWORD": CLUSTER_PASSWORD}
    if statements:
        given = [word for statement in statements for word in ("-c", statement)]
        _ran([*sql, "-U", "postgres", "-d", "postgres", *given], name, **admin)
    for seed in fixture["seeds"]:
        login = {"PGPASSWORD": seed["password"]}
        _ran([*sql, "-U", seed["user"], "-d", seed["database"], "-f", seed["file"]], f"{name}, {seed['file']}", **login)
    return _version("postgres")


def redis(fixture: dict[str, Any]) -> str:
    """A Redis server, with what a seed writes into it."""
    data, port = STATE / fixture["id"], fixture["port"]
    data.mkdir()
    configuration = STATE / f"{fixture['id']}.conf"
    settings = {"save": '""', **fixture["settings"]}
    lines = [f"port {port}", f"dir {data}", "bind 127.0.0.1", f"logfile {STATE / fixture['id']}.log"]
    lines += [f'requirepass "{fixture["password"]}"'] if fixture["password"] else []
    lines += [f"{key} {value}" for key, value in settings.items()]
    configuration.write_text("\n".join(lines) + "\n", encoding="utf-8")
    _ran(["redis-server", str(configuration), "--daemonize", "yes"], f"Redis `{fixture['id']}`")
    _until(lambda: _listens(port), f"Redis `{fixture['id']}`")
    for line in fixture["commands"]:
        _ran(["redis-cli", "-p", str(port), *line], f"Redis `{fixture['id']}`", REDISCLI_AUTH=fixture["password"])
    return _version("redis-server")


def http(fixture: dict[str, Any]) -> str:
    """Services that answer the declared routes and what their documents say, and refuse everything else."""
    server = [sys.executable, "-IS", str(Path(__file__).with_name("http_fixture.py")), str(STATE)]
    for service in fixture["services"]:
        (STATE / f"{service['id']}.json").write_text(json.dumps(service), encoding="utf-8")
        start = f"{shlex.join([*server, service['id']])}\n"
        (STATE / f"{service['id']}.start").write_text(start, encoding="utf-8")
    _ran([*server, *(service["id"] for service in fixture["services"])], "the HTTP services")
    return ""


def prometheus(fixture: dict[str, Any]) -> str:
    """A Prometheus server with its rules, which begins to scrape at once."""
    folder = STATE / "prometheus"
    folder.mkdir()
    for name, text in fixture["files"].items():
        (folder / name).write_text(text, encoding="utf-8")
    with (STATE / "prometheus.log").open("wb") as log:
        subprocess.Popen(  # noqa: S603  # a program of the host, with arguments made here
            [
                fixture["program"],
                f"--config.file={folder / fixture['configuration']}",
                f"--storage.tsdb.path={folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{fixture['port']}",
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    _until(partial(_listens, fixture["port"]), "Prometheus")
    return _version(fixture["program"])


def git(fixture: dict[str, Any]) -> str:
    """A Git repository with the declared commits and tags."""
    folder = Path(fixture["path"])
    folder.mkdir(parents=True, exist_ok=True)
    settings = ("user.name=ops", "user.email=ops@example.com", "maintenance.auto=false")
    call = ["git", "-C", str(folder), *(word for setting in settings for word in ("-c", setting))]
    _ran([*call, "init", "-q", "-b", "main"], f"the repository `{fixture['id']}`")
    for commit in fixture["commits"]:
        for path, text in commit["files"].items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        _ran([*call, "add", "-A"], f"the repository `{fixture['id']}`")
        _ran([*call, "commit", "-q", "-m", commit["message"]], f"the repository `{fixture['id']}`")
        if commit["tag"]:
            _ran([*call, "tag", commit["tag"]], f"the repository `{fixture['id']}`")
    return _version("git")


def files(fixture: dict[str, Any]) -> str:
    """Files in the home of the sandbox."""
    for path, text in fixture["files"].items():
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        target.chmod(0o600)
    return ""


def script(fixture: dict[str, Any]) -> str:
    """Whatever else a snippet sets up, once the fixtures before it answer."""
    environment = {**os.environ, **fixture["environment"]}
    _ran(["/bin/bash", fixture["file"]], f"the script `{fixture['id']}`", **environment)
    return ""


VERSIONED = {"postgres": "PostgreSQL", "redis-server": "Redis", "git": "Git", "prometheus": "Prometheus"}
"""Programs whose versions a result may depend on, and what they are called."""

FIXTURES = {
    "postgres": postgres,
    "redis": redis,
    "http": http,
    "prometheus": prometheus,
    "git": git,
    "files": files,
    "script": script,
}


def got(url: str) -> str:
    """What a service inside answers; nothing where it does not."""
    import urllib.request  # few sandboxes are asked for this, and all would wait for it

    try:
        with urllib.request.urlopen(url, timeout=LEAVE) as answered:  # noqa: S310  # an address of ours
            return str(answered.read(MOST_OUTPUT).decode(errors="replace"))
    except OSError:
        return ""


def know(state: dict[str, str]) -> None:
    """Tell doubles and HTTP services what they know of each other."""
    KNOWN.write_text(json.dumps(state), encoding="utf-8")


REQUESTS: dict[str, Callable[[dict[str, Any]], dict[str, Any] | None]] = {
    "fixture": lambda request: {"version": FIXTURES[request["fixture"]["type"]](request["fixture"])},
    "cluster": lambda _request: {"cluster": packed_cluster()},
    "state": lambda request: know(request["state"]),
    "get": lambda request: {"text": got(request["url"])},
}
"""What can be asked for beside what concerns the session."""


def answer(request: dict[str, Any], sessions: dict[str, Session]) -> dict[str, Any]:
    """Do what a request asks for."""
    if request["do"] in REQUESTS:
        return REQUESTS[request["do"]](request) or {"ready": True}
    result: dict[str, Any] = {"ready": True}
    match request["do"]:
        case "session":
            folder = request["folder"]
            Path(folder).mkdir(parents=True, exist_ok=True)
            if "now" in sessions:
                sessions["now"].end()
            sessions["now"] = Session({**os.environ, **request["environment"]}, folder)
        case "run":
            result = sessions["now"].run(request["script"], request["timeout"])
        case "start":
            result = sessions["now"].start(request["script"])
        case "look":
            result = sessions["now"].look(request["number"])
        case "keep":
            sessions["now"].environment[request["name"]] = request["value"]
        case _:
            raise AssertionError(request)
    return result


def main() -> None:
    """Answer requests until there are none."""
    settle(int(sys.argv[1]))
    # Not dumpable: steps run as the same user, and may neither open its files in /proc nor trace it.
    ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
    STATE.mkdir(exist_ok=True)
    channel = socket.socket(fileno=int(sys.argv[3]))
    channel.set_inheritable(False)
    if supervisor := os.fork():
        guard(supervisor, channel, int(sys.argv[2]))
    with socket.socket(socket.AF_UNIX) as listening, channel.makefile("rb") as requests:
        listening.bind(SUPERVISOR)
        listening.listen()
        threading.Thread(target=DOUBLES.hear, args=(listening,), daemon=True).start()
        sessions: dict[str, Session] = {}
        for request in map(json.loads, requests):
            try:
                result = answer(request, sessions)
            except Failed as error:
                result = {"failed": str(error)}
            except Exception as error:  # noqa: BLE001  # whatever a step did to its surroundings, it is said
                result = {"ended": f"a step took away what the sandbox needs: {error}"}
            channel.sendall(json.dumps(result).encode() + b"\n")
