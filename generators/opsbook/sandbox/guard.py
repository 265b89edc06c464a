"""The first process of a sandbox: it becomes an ordinary user, and ends everything once something is too much."""

from __future__ import annotations

import ctypes
import os
import select
import signal
import socket
import struct
import threading
from pathlib import Path

FOLDERS = ("/tmp", "/var/tmp", "/run", "/dev/shm")  # noqa: S108  # inside the sandbox
"""Folders in memory, beside the home."""

MOST_PROCESSES = 1000
"""Processes and threads: a fork bomb ends the sandbox, and the machine does not notice."""

LEAST_MEMORY = 0.03
"""The share of the machine's memory that is left to it in any case."""

A_NAME = 1024
"""Bytes that the kernel keeps for each file, empty ones too; no size of a folder in memory counts them."""


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
