"""Small HTTP services that answer declared routes, and then what documents say.

`python -IS http_fixture.py FOLDER ID…`: `ID.json` in FOLDER has the `port` of a service, its `routes` and its `tables`,
which `openapi.answers` makes. FOLDER gets `ID.pid` and `ID.log`, and a line in `refusals` for each request that the
document does not allow. Each service is a process of its own, and all listen when this ends.

Most services of a sandbox are never asked: what answers is imported with the first request.
"""

from __future__ import annotations

import errno
import json
import os
import select
import socket
import sys
import time

QUEUE = 128
"""Connections that wait to be taken, as many as what stands before a real service lets wait."""

PATIENCE = 3.0
"""Seconds to wait for a port that whoever had it is about to leave."""


def listening(port: int) -> socket.socket:
    """A socket that listens. Raises OSError where something else keeps its port."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return socket.create_server(("127.0.0.1", port), backlog=QUEUE)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > until:
                raise
            time.sleep(0.05)


def serve(id_: str, listener: socket.socket, folder: str) -> None:
    """Be a service: a session of its own, so that a signal to its group ends it alone."""
    os.setsid()
    log = os.open(f"{folder}/{id_}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for stream, descriptor in enumerate((os.open(os.devnull, os.O_RDONLY), log, log)):
        os.dup2(descriptor, stream)
    select.select([listener], [], [])
    sys.path.insert(0, os.path.dirname(__file__))
    from http_service import answer  # type: ignore[import-not-found]  # beside this file: inside a sandbox there is no package

    answer(id_, listener, folder)


def main(folder: str, ids: list[str]) -> None:
    """Start services."""
    for id_ in ids:
        with open(f"{folder}/{id_}.json", encoding="utf-8") as file:
            port = json.load(file)["port"]
        try:
            listener = listening(port)
        except OSError as error:
            sys.exit(f"`{id_}` cannot listen on port {port}: {error.strerror}")
        if not (process := os.fork()):
            serve(id_, listener, folder)
        listener.close()  # the next one would hold it open
        with open(f"{folder}/{id_}.pid", "w", encoding="ascii") as file:
            file.write(f"{process}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
