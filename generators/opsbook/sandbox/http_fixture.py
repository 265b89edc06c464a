"""Small HTTP services that answer declared routes, and then what documents say.

`python -I http_fixture.py FOLDER ID…`: `ID.json` in FOLDER has the `port` of a service, its `routes` and its `tables`,
which `openapi.answers` makes. FOLDER gets `ID.pid` and `ID.log`, and a line in `refusals` for each request that the
document does not allow. Each service is a process of its own, and all are ready when this ends.
"""

from __future__ import annotations

import errno
import json
import os
import sys
import time
from collections.abc import Iterable
from fnmatch import fnmatchcase
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from state import holds, shared  # type: ignore[import-not-found]  # beside this file: inside a sandbox there is no package


class Handler(BaseHTTPRequestHandler):
    """Answers what the routes say, in their order."""

    routes: list[dict[str, Any]]
    state: Path
    refusals: Path
    documents: tuple[Any, ...] = ()
    protocol_version = "HTTP/1.1"

    def reply(self) -> None:
        """Answer one request."""
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        body = raw.decode(errors="replace")
        with shared(self.state) as state:
            route = next((route for route in self.routes if self.fits(route, body, state)), None)
            if route:
                state.update(route.get("sets", {}))
        if route:
            headers = {"Content-Type": route["content_type"], **route.get("headers", {})}
            self.send(route["status"], headers.items(), route["body"].encode())
        elif not self.documents:
            text = json.dumps({"error": "no such route"})
            self.send(404, [("Content-Type", "application/json")], text.encode())
        else:
            self.documented(raw)

    def documented(self, body: bytes) -> None:
        """Answer as the document says that knows the path; where none does, the first says so."""
        from answering import Request  # type: ignore[import-not-found]  # as above

        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, body)
        document = next((one for one in self.documents if one.knows(request)), self.documents[0])
        reply = document.answer(request)
        if reply.problem:
            with self.refusals.open("a", encoding="utf-8", errors="replace") as file:
                file.write(f"{reply.problem}\n")
        self.send(reply.status, reply.headers, reply.body)

    def send(self, status: int, headers: Iterable[tuple[str, str]], content: bytes) -> None:
        """Send an answer."""
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status != HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD" and status != HTTPStatus.NO_CONTENT:
            self.wfile.write(content)

    def fits(self, route: dict[str, Any], body: str, state: dict[str, str]) -> bool:
        """Whether a route answers this request."""
        path = self.path if "?" in route["path"] else self.path.partition("?")[0]
        return (
            route["method"] in ("*", self.command)
            and fnmatchcase(path, route["path"])
            and all(part in body for part in route["request_contains"])
            and all(self.headers.get(name) == value for name, value in route["request_headers"].items())
            and holds(route["when"], state)
        )

    def __getattr__(self, name: str) -> Any:
        """The base class asks for a method of its own for each method of HTTP; all are answered alike."""
        if name.startswith("do_"):
            return self.reply
        raise AttributeError(name)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class calls it so
        """Write a line to the fixture's log, which stays in the sandbox."""
        sys.stderr.write(format % args + "\n")


class Server(ThreadingHTTPServer):
    """Takes many connections at once, as what stands before a real service does."""

    request_queue_size = 128


PATIENCE = 3.0
"""Seconds to wait for a port that whoever had it is about to leave."""


def listening(port: int) -> Server:
    """A server that listens. Raises OSError where something else keeps its port."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return Server(("127.0.0.1", port), Handler)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > until:
                raise
            time.sleep(0.05)


def serve(service: dict[str, Any], server: Server, folder: Path) -> None:
    """Be a service: a session of its own, so that a signal to its group ends it alone."""
    os.setsid()
    log = os.open(folder / f"{service['id']}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for stream, descriptor in enumerate((os.open(os.devnull, os.O_RDONLY), log, log)):
        os.dup2(descriptor, stream)
    Handler.routes = service["routes"]
    Handler.state = folder / "state"
    Handler.refusals = folder / "refusals"
    if service["tables"]:
        from answering import Answering

        Handler.documents = tuple(Answering(table) for table in service["tables"])
    server.serve_forever()


def main(folder: Path, ids: list[str]) -> None:
    """Start services. They are forked, for what they import takes longer than all that they do in most sandboxes."""
    services = [json.loads((folder / f"{id_}.json").read_text(encoding="utf-8")) for id_ in ids]
    if any(service["tables"] for service in services):
        import answering  # noqa: F401  # once for all
    for service in services:
        try:
            server = listening(service["port"])
        except OSError as error:
            sys.exit(f"`{service['id']}` cannot listen on port {service['port']}: {error.strerror}")
        if not (process := os.fork()):
            serve(service, server, folder)
        server.socket.close()  # the next one would hold it open
        (folder / f"{service['id']}.pid").write_text(f"{process}\n", encoding="ascii")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
