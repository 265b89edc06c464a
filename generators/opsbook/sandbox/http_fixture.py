"""A small HTTP service that answers declared routes: `python -I http_fixture.py PORT ROUTES STATE`."""

from __future__ import annotations

import json
import sys
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from state import holds, shared  # type: ignore[import-not-found]  # beside this file: inside a sandbox there is no package


class Handler(BaseHTTPRequestHandler):
    """Answers what the routes say, in their order."""

    routes: list[dict[str, Any]]
    state: Path
    protocol_version = "HTTP/1.1"

    def reply(self) -> None:
        """Answer one request."""
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode(errors="replace")
        with shared(self.state) as state:
            route = next((route for route in self.routes if self.fits(route, body, state)), None)
            if route:
                state.update(route.get("sets", {}))
        status, kind, text = 404, "application/json", json.dumps({"error": "no such route"})
        if route:
            status, kind, text = route["status"], route["content_type"], route["body"]
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in (route or {}).get("headers", {}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
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

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = reply  # noqa: N815  # so the base class calls them

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class calls it so
        """Write a line to the fixture's log, which stays in the sandbox."""
        sys.stderr.write(format % args + "\n")


if __name__ == "__main__":
    Handler.routes = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    Handler.state = Path(sys.argv[3])
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
