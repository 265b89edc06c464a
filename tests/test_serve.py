"""`opsbook serve`: what is edited shows, what is deleted goes, what is broken leaves the pages standing."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from opsbook import scaffold

MODEL = """
kind: architecture
id: model
title: Shop
owner: on-call
last_reviewed: 2026-11-01
review_every: 90d
summary: A shop.
elements:
  - id: demo
    title: Demo
    type: system
    owner: on-call
  - id: api
    title: API
    type: container
    parent: demo
deployments:
  - environment: production
    nodes:
      - id: host
        title: Host
        instances:
          - element: api
sources:
  compose:
    - path: deploy/compose.yaml
      environment: production
"""

PATIENCE = 60
"""Seconds to wait for something to show: a bound for a failing test, no measure (see tests/benchmarks)."""


@dataclass
class Server:
    """A running `opsbook serve` and the project that it serves."""

    demo: Path
    port: int
    log: Path

    def page(self, path: str) -> str:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{path}", timeout=PATIENCE) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return f"status {error.code}"
        except OSError as error:
            return f"no answer: {error}"

    def shows(self, path: str, pattern: str) -> bool:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if re.search(pattern, self.page(path)):
                return True
            time.sleep(0.1)
        raise AssertionError(f"{path} never showed {pattern}\n{self.log.read_text(encoding='utf-8')}")

    def logged(self, pattern: str) -> bool:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if re.search(pattern, self.log.read_text(encoding="utf-8")):
                return True
            time.sleep(0.1)
        raise AssertionError(self.log.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    demo = tmp_path_factory.mktemp("serve") / "demo"
    scaffold.new_project(demo)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = demo.parent / "log"
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "opsbook", "serve", "-C", demo, "-a", f"127.0.0.1:{port}"],
            stdout=out,
            stderr=out,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        made = Server(demo, port, log)
        made.shows("index.html", "Demo")
        yield made
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_what_is_edited_shows_and_what_is_deleted_goes(server: Server) -> None:
    demo = server.demo
    runbook = demo / "specs/demo/runbooks/api-troubleshooting.yaml"
    page = "demo/runbooks/api-troubleshooting.html"

    edit(runbook, "Finds out why", "Shows quickly why")
    assert server.shows(page, "Shows quickly why")

    edit(demo / "snippets/demo/restart-api.sh", "systemctl restart shop-api", "systemctl restart other-api")
    assert server.shows(page, "other-api")

    edit(demo / "docs/index.md", "What to do", "What to do first")
    assert server.shows("index.html", "What to do first")

    edit(demo / "specs/demo/system.yaml", "A small web shop,", "A very small web shop,")
    assert server.shows("index.html", "A very small web shop,")

    edit(runbook, "type: troubleshooting", "type: trouble")
    assert server.logged("`type` cannot be `trouble`")
    assert "Shows quickly why" in server.page(page)

    edit(runbook, "type: trouble\n", "type: troubleshooting\n")
    extra = demo / "specs/demo/checklists/extra.yaml"
    known = (demo / "specs/demo/checklists/shift-start.yaml").read_text(encoding="utf-8")
    extra.write_text(known.replace("id: shift-start", "id: extra"), encoding="utf-8")
    assert server.shows("demo/checklists/extra.html", "Start of a shift")
    extra.unlink()
    assert server.shows("demo/checklists/extra.html", "^status 404$")


def test_a_file_that_a_spec_names_is_watched_from_then_on(server: Server) -> None:
    """It is made after the spec names it, and changed after that."""
    demo = server.demo
    spec = demo / "specs/demo/architecture/model.yaml"
    edit(
        demo / "specs/demo/system.yaml",
        "services:\n",
        "environments: [{id: production, title: Production}]\nservices:\n",
    )
    spec.parent.mkdir()
    spec.write_text(MODEL, encoding="utf-8")
    assert server.logged(r"`deploy/compose\.yaml` cannot be read")
    (demo / "deploy").mkdir()
    compose = demo / "deploy/compose.yaml"
    compose.write_text("services: {cron: {image: cron}}\n", encoding="utf-8")
    edit(spec, "A shop.", "A small shop.")
    assert server.shows("demo/architecture/index.html", "A small shop")
    assert server.logged(r"compose\.yaml:1` runs `cron`")
    compose.write_text("services: {night: {image: cron}}\n", encoding="utf-8")
    assert server.logged(r"compose\.yaml:1` runs `night`")


def test_a_port_that_is_taken_is_explained(server: Server) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "opsbook", "serve", "-C", server.demo, "-a", f"127.0.0.1:{server.port}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "in use" in done.stderr
    assert "Traceback" not in done.stderr
