"""The system calls that nothing in a sandbox may make, as a filter that the kernel runs before each.

Namespaces do not cover everything: keyrings and virtual sockets (the way from a virtual machine to its
host) are the kernel's, and memory without a file system escapes every limit on one. The rest is what no
command of a runbook needs and what holes in kernels are made of.
"""

from __future__ import annotations

import errno
import platform
import struct
from collections.abc import Iterator

_LOAD, _EQUAL, _AT_LEAST, _MORE, _RETURN = 0x20, 0x15, 0x35, 0x25, 0x06
_ALLOW = 0x7FFF0000
_NUMBER, _ARCHITECTURE, _FIRST, _SECOND, _SECOND_HIGH = 0, 4, 16, 24, 28
"""Where the kernel puts what it asks about: the call's number, the machine, the arguments."""

_X32 = 0x40000000
"""Calls of the second kind on x86-64, which has its own numbers."""

FAMILIES = (1, 2, 10, 16)
"""Sockets within the machine, IPv4, IPv6, and netlink, by which a program looks at its network."""

SHARED = 64 * 2**20
"""The bytes of one System V segment; PostgreSQL asks for less than a hundred."""

DENIED: dict[str, dict[str, tuple[int, ...]]] = {
    "keys": {"x86_64": (248, 249, 250), "aarch64": (217, 218, 219)},
    "memory without a file system": {"x86_64": (319, 447), "aarch64": (279, 447)},
    "other processes": {"x86_64": (101, 310, 311, 312, 438), "aarch64": (117, 270, 271, 272, 438)},
    "mounts": {
        "x86_64": (155, 161, 165, 166, 428, 429, 430, 431, 432, 433, 442),
        "aarch64": (39, 40, 41, 51, 428, 429, 430, 431, 432, 433, 442),
    },
    "namespaces": {"x86_64": (272, 308), "aarch64": (97, 268)},
    "calls behind the filter's back": {"x86_64": (425, 426, 427), "aarch64": (425, 426, 427)},
    "the kernel": {
        "x86_64": (103, 169, 175, 176, 246, 298, 304, 313, 320, 321, 323),
        "aarch64": (104, 105, 106, 116, 142, 241, 265, 273, 280, 282, 294),
    },
}
"""What is denied, and its numbers: see `man 2 syscalls`."""

_MACHINES = {"x86_64": (0xC000003E, 41, 29), "aarch64": (0xC00000B7, 198, 194)}
"""The kernel's name of the machine, and the numbers of `socket` and `shmget`."""


def program(machine: str = "") -> bytes:
    """The filter for a machine, this one when it is not said; empty for one that is not known."""
    machine = machine or platform.machine()
    return b"".join(_program(machine)) if machine in _MACHINES else b""


def _program(machine: str) -> Iterator[bytes]:
    name, socket, shmget = _MACHINES[machine]
    yield _line(_LOAD, _ARCHITECTURE)
    yield _line(_EQUAL, name, 1)
    yield _refuse(errno.EPERM)
    yield _line(_LOAD, _NUMBER)
    yield _line(_AT_LEAST, _X32, 0, 1)
    yield _refuse(errno.EPERM)
    for numbers in DENIED.values():
        for number in numbers[machine]:
            yield _line(_EQUAL, number, 0, 1)
            yield _refuse(errno.EPERM)
    yield _line(_EQUAL, socket, 0, len(FAMILIES) + 3)
    yield _line(_LOAD, _FIRST)
    for left, family in zip(range(len(FAMILIES), 0, -1), FAMILIES, strict=True):
        yield _line(_EQUAL, family, left)
    yield _refuse(errno.EAFNOSUPPORT)
    yield _line(_RETURN, _ALLOW)
    yield _line(_EQUAL, shmget, 0, 5)
    yield _line(_LOAD, _SECOND_HIGH)
    yield _line(_EQUAL, 0, 0, 2)
    yield _line(_LOAD, _SECOND)
    yield _line(_MORE, SHARED, 0, 1)
    yield _refuse(errno.ENOMEM)
    yield _line(_RETURN, _ALLOW)


def _line(what: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    """One instruction: what it does, with what, and how many lines to leave out where it holds and where not."""
    return struct.pack("HBBI", what, then, otherwise, value)


def _refuse(error: int) -> bytes:
    return _line(_RETURN, 0x00050000 | error)
