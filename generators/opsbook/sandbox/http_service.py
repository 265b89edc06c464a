"""What a service of `http_fixture` answers: declared routes, and then what documents say."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Iterable
from fnmatch import fnmatchcase
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

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


def answer(id_: str, listener: socket.socket, folder: str) -> None:
    """Answer whoever connects, for ever."""
    service = json.loads(Path(folder, f"{id_}.json").read_text(encoding="utf-8"))
    Handler.routes = service["routes"]
    Handler.state = Path(folder, "state")
    Handler.refusals = Path(folder, "refusals")
    if service["tables"]:
        import site  # Python was started without: the validator of JSON Schema is a package

        site.main()
        from answering import Answering  # as above

        Handler.documents = tuple(Answering(table) for table in service["tables"])
    server = ThreadingHTTPServer(listener.getsockname(), Handler, bind_and_activate=False)
    server.socket.close()
    server.socket = listener
    server.serve_forever()
