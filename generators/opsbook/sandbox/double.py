"""A double: it stands in for a program that cannot run in a sandbox, and answers only what is expected of it.

Called as the program (`docker compose ps`), it says so to the supervisor, whose `doubles` know what is expected,
and does what it is told: read its input, run a script, print and end. Most commands call several, so it is small,
and imports next to nothing.
"""

from __future__ import annotations

import _socket  # what `socket` adds takes as long as all of Python to start
import os
import sys

SUPERVISOR = "\0opsbook"

HEADER = 4
"""Bytes before a message, with its length."""


def send(supervisor: _socket.socket, fields: list[bytes]) -> None:
    """Send fields, none of which has a NUL."""
    content = b"\0".join(fields)
    supervisor.sendall(len(content).to_bytes(HEADER, "big") + content)


def received(supervisor: _socket.socket) -> list[bytes]:
    """The fields that come next; ends the program where none come."""
    content = b""
    while len(content) < HEADER or len(content) < HEADER + int.from_bytes(content[:HEADER], "big"):
        piece = supervisor.recv(1 << 16)
        if not piece:
            sys.exit(f"double of {os.path.basename(sys.argv[0])}: nobody took down that it was called")
        content += piece
    return content[HEADER:].split(b"\0")


def run(script: str) -> int:
    """Do what a call does to the fixtures; gives the exit code, and what was said only when it failed."""
    import subprocess  # most doubles do nothing, and each call of one would wait for these
    import tempfile

    with tempfile.TemporaryFile() as output:  # and no pipe, which a server that is started here would hold open
        shell = ["/bin/bash", "--noprofile", "--norc", "-euo", "pipefail", "-c", script]
        code = subprocess.run(  # noqa: S603  # what the spec declares, in the sandbox that it declares it for
            shell, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=False
        ).returncode
        output.seek(0)
        if code:
            sys.stderr.buffer.write(output.read())
    return code if code >= 0 else 128 - code


def main() -> int:
    """Answer one call."""
    supervisor = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    supervisor.connect(SUPERVISOR)
    send(supervisor, [os.fsencode(word) for word in (os.path.basename(sys.argv[0]), *sys.argv[1:])])
    while True:
        order, *words = received(supervisor)
        match order:
            case b"read":
                send(supervisor, [sys.stdin.buffer.read().replace(b"\0", b"")])
            case b"run":
                if code := run(words[0].decode()):
                    return code
                send(supervisor, [b"done"])
            case _:
                sys.stdout.buffer.write(words[0])
                sys.stderr.buffer.write(words[1])
                return int(order)


if __name__ == "__main__":
    sys.exit(main())
