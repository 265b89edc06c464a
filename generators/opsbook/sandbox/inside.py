"""The program that runs inside a sandbox: it starts fixtures and runs steps, as it is told on a socket.

One JSON object a line in, one a line out. It knows nothing of specs, needs nothing but Python's standard
library, and is started with `python -IS`. What it is told is checked outside; what it answers is judged
outside.
"""

from __future__ import annotations

import base64
import ctypes
import json
import os
import re
import select
import shlex
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

FOLDERS = ("/tmp", "/var/tmp", "/run", "/dev/shm")  # noqa: S108  # inside the sandbox
"""Folders in memory, beside the home."""

STATE = Path("/run/opsbook")
REFUSALS = STATE / "refusals"
"""Where HTTP services say which requests their documents do not allow, a line each."""

CLUSTER = Path("/opsbook/cluster.tar")
"""A PostgreSQL cluster that another sandbox made, for this one to copy."""

CLUSTER_PASSWORD = "new"  # noqa: S105  # of the administrator, until the fixture sets its own
MOST_OUTPUT = 200_000
"""Characters of a step's output that are kept."""

MOST_PROCESSES = 1000
"""Processes and threads: a fork bomb ends the sandbox, and the machine does not notice."""

LEAST_MEMORY = 0.03
"""The share of the machine's memory that is left to it in any case."""

A_NAME = 1024
"""Bytes that the kernel keeps for each file, empty ones too; no size of a folder in memory counts them."""

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
        before = len(CALLS)
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
        self.background.append((self._started(script, str(number)), len(CALLS)))
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
        "calls": CALLS[before:],
        "refusals": _text(REFUSALS).splitlines() if REFUSALS.is_file() else [],
    }


def _text(path: Path) -> str:
    with path.open("rb") as file:
        text = file.read(4 * MOST_OUTPUT).decode(errors="replace")
    return text if len(text) <= MOST_OUTPUT else text[:MOST_OUTPUT] + "\n[cut here]\n"


CALLS: list[dict[str, Any]] = []
"""What doubles were asked so far."""

MOST_CALLS = 5_000_000
"""Bytes that all of it may take; who asks for more is not answered."""


def hear(listening: socket.socket) -> None:
    """Listen to doubles, each of which says what it was asked, and answers once this is known.

    No file could say so: whoever asked might delete it.
    """
    left = MOST_CALLS
    while True:
        caller = listening.accept()[0]
        with caller, suppress(ValueError, TypeError, LookupError, AttributeError, RecursionError, OSError):
            caller.settimeout(LEAVE)
            with caller.makefile("rb") as said:
                call = json.loads(line := said.readline(left))
            left -= len(line)
            arguments = [_clean(str(argument)) for argument in call["argv"]]
            CALLS.append({"program": _clean(call["program"]), "argv": arguments, "expected": call["expected"] is True})
            caller.sendall(b"\n")


def _clean(text: str) -> str:
    """A text that can be written as UTF-8: an argument may be any bytes."""
    return text.encode(errors="replace").decode()


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
    options = ["--pwfile", str(secret), "-A", "scram-sha-256", "--locale=C.UTF-8", "-E", "UTF8", "--no-sync"]
    _ran(["initdb", "-D", str(data), "-U", "postgres", *options], name)
    secret.unlink()


def packed_cluster() -> str:
    """A new PostgreSQL cluster, for other sandboxes to copy: making one takes most of the time of their start."""
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
        "max_wal_size": "64MB",
        **fixture["settings"],
    }
    with (data / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
        file.writelines(f"{key} = '{value}'\n" for key, value in settings.items())
    with (data / "pg_hba.conf").open("a", encoding="utf-8") as file:
        file.write("host replication all 127.0.0.1/32 scram-sha-256\nhost replication all ::1/128 scram-sha-256\n")
    _ran(["pg_ctl", "-D", str(data), "-w", "-l", str(STATE / f"{fixture['id']}.log"), "start"], name)
    sql = ["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-h", "localhost", "-p", port]
    if not fixture.get("replica_of"):
        password = fixture["admin_password"].replace("'", "''")
        first = f"ALTER ROLE postgres PASSWORD '{password}'"
        _ran([*sql, "-U", "postgres", "-d", "postgres", "-c", first], name, PGPASSWORD=CLUSTER_PASSWORD)
    for statement in fixture["sql"]:
        _ran([*sql, "-U", "postgres", "-d", "postgres", "-c", statement], name, **admin)
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
    server = [sys.executable, "-I", str(Path(__file__).with_name("http_fixture.py")), str(STATE)]
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
    call = ["git", "-C", str(folder), "-c", "user.name=ops", "-c", "user.email=ops@example.com"]
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
    (STATE / "state").write_text(json.dumps(state), encoding="utf-8")


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


def excess(most: int) -> str:
    """What is too much of what runs in the sandbox, if anything.

    `most` is the bytes that all processes and all files in memory may take together.
    """
    count, pages = 0, 0
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                stat = Path(entry.path, "stat").read_bytes()
            except OSError:
                continue  # it has just ended
            threads, resident = (stat.rpartition(b")")[2].split()[number] for number in (17, 21))  # see `man 5 proc`
            count += int(threads)
            pages += int(resident)
    if count > MOST_PROCESSES:
        return f"more than {MOST_PROCESSES} processes were started"
    memory = pages * os.sysconf("SC_PAGE_SIZE")
    for folder in (os.environ["HOME"], *FOLDERS):
        held = os.statvfs(folder)
        memory += (held.f_blocks - held.f_bfree) * held.f_frsize + (held.f_files - held.f_ffree) * A_NAME
    with open("/proc/sysvipc/shm", encoding="ascii") as segments:  # noqa: PTH123  # as often as this, it has to be quick
        memory += sum(int(line.split()[14]) for line in list(segments)[1:])
    if memory > most:
        return f"more than {most // 2**20} MiB of memory were taken"
    machine = dict(line.split(":") for line in Path("/proc/meminfo").read_text(encoding="utf-8").splitlines())
    total, left = (int(machine[name].split()[0]) for name in ("MemTotal", "MemAvailable"))
    return "the machine has no memory left" if left < LEAST_MEMORY * total else ""


def guard(supervisor: int, channel: socket.socket, most: int) -> None:
    """Be the first process of the sandbox, which nothing inside can stop or end, and with which all else ends.

    It ends with the supervisor, once nobody asks any more, or once something is too much.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the kernel then keeps it from the first process
    threading.Thread(target=watch, args=(channel, most), daemon=True).start()
    while os.wait()[0] != supervisor:
        pass  # an orphan has ended
    os._exit(1)


def watch(channel: socket.socket, most: int) -> None:
    """End everything once something is too much, or the one who asks has gone."""
    gone = select.poll()
    gone.register(channel, 0)
    try:
        while not (what := excess(most)):
            if gone.poll(100):
                break
        os.write(2, what.encode())
    finally:
        os._exit(1)


def settle(user: int) -> None:
    """Become an ordinary user, where root started this: see `bubble._users`."""
    if os.getuid() != 0:
        return
    for folder in (os.environ["HOME"], *FOLDERS):
        os.chown(folder, user, user)
    libc = ctypes.CDLL(None)
    for right in range(64):
        libc.prctl(24, right, 0, 0, 0)  # nothing that is started from here can have it again
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
    libc.capset(struct.pack("II", 0x20080522, 0), bytes(24))  # what the change of user leaves


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
        listening.bind("\0opsbook")
        listening.listen()
        threading.Thread(target=hear, args=(listening,), daemon=True).start()
        sessions: dict[str, Session] = {}
        for request in map(json.loads, requests):
            try:
                result = answer(request, sessions)
            except Failed as error:
                result = {"failed": str(error)}
            except Exception as error:  # noqa: BLE001  # whatever a step did to its surroundings, it is said
                result = {"ended": f"a step took away what the sandbox needs: {error}"}
            channel.sendall(json.dumps(result).encode() + b"\n")


if __name__ == "__main__":
    main()
