"""Small sandboxes and projects for the tests of what runs commands, and what they leave on the host."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from cases import write
from opsbook.kinds.sandbox.model import Sandbox

HEAD = {"title": "A title", "owner": "backend", "last_reviewed": "2026-11-01", "review_every": "90d"}

MONITORING: dict[str, Any] = {
    "kind": "monitoring",
    "id": "alerts",
    **HEAD,
    "metrics": [{"name": "redis_up", "type": "gauge", "meaning": "Whether it answers."}],
    "scrape": [{"id": "exporter", "title": "Exporter", "targets": ["exporter:9121"]}],
    "alerts": [
        {
            "id": "cache-down",
            "title": "The cache is down",
            "condition": "It does not answer.",
            "for": "5m",
            "severity": "sev-1",
            "meaning": "No sessions.",
            "runbook": "runbook:restart",
        }
    ],
}
"""An alert on a Redis that does not answer, for what reads `/metrics` at port 9121."""

EXPORTER = """\
cat > exporter.py <<'PYTHON'
import http.server, socket
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with socket.socket() as probe:
            up = int(probe.connect_ex(("127.0.0.1", 6379)) == 0)
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(f"redis_up {up}\\n".encode())
http.server.HTTPServer(("127.0.0.1", 9121), Handler).serve_forever()
PYTHON
setsid sample-python exporter.py >/dev/null 2>&1 </dev/null &
"""
"""Serves whether the Redis at its usual port listens."""


def sandbox(**fields: Any) -> dict[str, Any]:
    """A sandbox spec."""
    return {"kind": "sandbox", "id": "tests", **HEAD, **fields}


def declared(**fields: Any) -> Sandbox:
    """A sandbox that was read."""
    return Sandbox.model_validate_json(json.dumps(sandbox(**fields)))


def runbook(id_: str, *procedures: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A runbook spec."""
    made = {"kind": "runbook", "id": id_, **HEAD, "type": "operations", "summary": "Does it.", "escalation": "default"}
    return {**made, "procedures": list(procedures), **fields}


def procedure(id_: str, *steps: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Steps that follow one another."""
    return {"id": id_, "title": "A procedure", "steps": list(steps), **fields}


def step(id_: str, run: str, **fields: Any) -> dict[str, Any]:
    """A step with a command."""
    return {"id": id_, "title": "A step", "run": run, "effect": "read", **fields}


def project(root: Path, *documents: dict[str, Any], **files: str) -> Path:
    """A project of the system `demo` with these documents, and snippets by their names."""
    folders = {"runbook": "runbooks/", "checklist": "checklists/"}
    specs = {
        f"specs/demo/{folders.get(one['kind'], '')}{one['id']}.yaml": yaml.safe_dump(one, sort_keys=False)
        for one in documents
    }
    return write(root, {**specs, **{f"snippets/demo/{name}.sh": text for name, text in files.items()}})


def processes(*words: str) -> set[int]:
    """The processes of the host that have one of these words on their command line."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if any(word in line for word in words):
                found.add(int(entry.name))
    return found


def children(pid: int) -> set[tuple[int, str]]:
    """Everything that a process has started, with when it began: its number may be given to another."""
    parents: dict[int, list[tuple[int, str]]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                numbers = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(numbers[1]), []).append((int(entry.name), numbers[19]))
    found: set[tuple[int, str]] = set()
    left = [pid]
    while left:
        new = set(parents.get(left.pop(), [])) - found
        found |= new
        left += [number for number, _ in new]
    return found


def alive(known: Iterable[tuple[int, str]]) -> set[int]:
    """Those of the processes that still run."""
    found = set()
    for pid, began in known:
        try:
            numbers = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if numbers[19] == began and numbers[0] not in "ZX":
            found.add(pid)
    return found


def gone(look: Any, seconds: float = 5.0) -> Any:
    """What is left of something that has to go, once it has gone or the time is over."""
    until = time.monotonic() + seconds
    while (left := look()) and time.monotonic() < until:
        time.sleep(0.05)
    return left


def mounts() -> list[str]:
    """What is mounted on the host."""
    return sorted(line.split(" ", 2)[2] for line in Path("/proc/self/mountinfo").read_text().splitlines())


def tree(folder: Path) -> dict[str, Any]:
    """Every file below a folder: its mode and its content."""
    return {
        path.relative_to(folder).as_posix(): (os.lstat(path).st_mode, path.read_bytes() if path.is_file() else None)
        for path in sorted(folder.rglob("*"))
    }
