"""A browser, and sites to look at with it: built once a run by the command line, shared by all workers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request, sync_playwright

from browser.hostile import write_project
from cases import own
from opsbook.kinds import all_kinds
from opsbook.project import Project
from opsbook.read import load

ROOT = Path(__file__).parents[2]
CHROMIUM = "chromium-headless-shell"
"""Debian's Chromium without the windows around it, and its package."""

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
SEARCH = "[data-md-component=search-query]"
"""The field to search in."""

ITEMS = ".md-search-result__item"
"""What is found, a page each."""

_TYPE = """
(field, query) => {
  field.value = query;
  field.dispatchEvent(new KeyboardEvent("keyup", { key: "Enter" }));
}
"""

PATIENCE = 300
"""Seconds that a worker waits for a site that another one builds."""


@dataclass(frozen=True)
class Site:
    """A built site and what it was made of."""

    folder: Path
    project: Project

    @property
    def pages(self) -> list[str]:
        """Every page, relative to the site; without `404.html`, which only a server shows, and Swagger UI."""
        names = (path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*.html"))
        return sorted(name for name in names if name != "404.html" and not name.endswith("/try.html"))

    def of(self, system: str, kind: str, **fields: str) -> list[str]:
        """The pages of the specs of a kind, the longest first."""
        specs = [spec for spec in self.project.specs if (spec.system, spec.kind.name) == (system, kind)]
        found = [spec for spec in specs if all(getattr(spec.document, name) == value for name, value in fields.items())]
        found.sort(key=lambda spec: -len(spec.source.text))
        return [spec.path.removesuffix(".md") + ".html" for spec in found]

    def url(self, page: str) -> str:
        """Where a page is, on disk."""
        path, _, anchor = page.partition("#")
        return (self.folder / path).as_uri() + (f"#{anchor}" if anchor else "")


@dataclass
class Visit:
    """A page of the browser, and everything that happened in it which no reader should meet."""

    page: Page
    asked: list[str] = field(default_factory=list)
    """Requests to another host; none is ever answered."""
    said: list[str] = field(default_factory=list)
    """Errors and warnings of the console, exceptions, dialogs."""

    def open(self, url: str) -> Page:
        """Go to a page and wait until its scripts have run."""
        self.page.goto(url, wait_until="load")
        return self.page

    @property
    def troubles(self) -> list[str]:
        """All of it."""
        return [*self.asked, *self.said]


def find(site: Site, page: Page, query: str) -> list[str]:
    """What an open search finds: pages and their sections, the best first."""
    field = page.locator(SEARCH)
    field.evaluate(_TYPE, "")
    page.wait_for_function(f"!document.querySelector('{ITEMS}')")
    field.evaluate(_TYPE, query)
    page.wait_for_selector(f"{ITEMS}, .md-search-result__meta:text-matches('^No ')")
    found = page.locator(f"{ITEMS} > .md-search-result__link").evaluate_all("nodes => nodes.map((a) => a.href)")
    return [link.removeprefix(f"{site.folder.as_uri()}/").partition("?")[0] for link in found]


def opsbook(*arguments: str | Path) -> None:
    """Run the command line; what it says is shown when it fails."""
    command = [str(Path(sys.executable).with_name("opsbook")), *map(str, arguments)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        pytest.fail(f"`{' '.join(command)}` failed\n{done.stdout}{done.stderr}", pytrace=False)


def once(factory: pytest.TempPathFactory, worker: str, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that the first worker makes; the others wait for it."""
    shared = factory.getbasetemp() if worker == "master" else factory.getbasetemp().parent
    ready, making, claim = (shared / f"{name}{suffix}" for suffix in ("", ".making", ".claim"))
    try:
        claim.mkdir()
    except FileExistsError:
        deadline = time.monotonic() + PATIENCE
        while not ready.exists():
            if (claim / "failed").exists() or time.monotonic() > deadline:
                pytest.fail(f"another worker could not make the {name}; its own error says why", pytrace=False)
            time.sleep(0.1)
        return ready
    making.mkdir()
    try:
        make(making)
    except BaseException:
        (claim / "failed").touch()
        raise
    making.rename(ready)
    return ready


def _own(folder: Path) -> None:
    opsbook("build", "-C", ROOT, "--site-dir", folder / "site")


def _hostile(folder: Path) -> None:
    author = write_project(folder / "project")
    (folder / "typed.json").write_text(json.dumps([author.typed, author.fields]), encoding="utf-8")
    opsbook("build", "-C", folder / "project", "--site-dir", folder / "site")


def _site(folder: Path) -> Site:
    return Site(folder / "site", load(folder / "project", all_kinds()).project)


@pytest.fixture(scope="session")
def handbooks(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Site:
    """The site of this repository: the one that was just built, or one made for the tests."""
    built = request.config.getoption("--site")
    return Site(ROOT / built if built else once(tmp_path_factory, worker_id, "handbooks", _own) / "site", own().project)


@dataclass(frozen=True)
class Hostile(Site):
    """The site of a project that attacks its readers."""

    typed: dict[str, str]
    fields: dict[str, str]


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Hostile:
    """The site of a project in which every text attacks its readers."""
    folder = once(tmp_path_factory, worker_id, "hostile", _hostile)
    site = _site(folder)
    typed, fields = json.loads((folder / "typed.json").read_text(encoding="utf-8"))
    return Hostile(site.folder, site.project, typed, fields)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, one a worker."""
    chromium = shutil.which(CHROMIUM)
    if chromium is None:
        pytest.fail(f"there is no browser: install Debian's Chromium: apt-get install {CHROMIUM}", pytrace=False)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield launched
        launched.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Open a fresh browser profile; keywords are those of Playwright's `new_context`."""
    contexts: list[BrowserContext] = []

    def begin(**settings: Any) -> Visit:
        context = browser.new_context(**settings)
        context.set_default_timeout(10_000)
        contexts.append(context)
        seen = Visit(context.new_page())

        def note(request: Request) -> None:
            parts = urlsplit(request.url)
            if parts.scheme not in ("file", "data", "blob", "about") and parts.hostname != "127.0.0.1":
                seen.asked.append(request.url)

        def hear(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                seen.said.append(f"{message.type}: {message.text}")

        def dismiss(dialog: Dialog) -> None:
            seen.said.append(f"dialog: {dialog.message}")
            dialog.dismiss()

        context.on("request", note)
        context.on("console", hear)
        context.on("weberror", lambda error: seen.said.append(f"exception: {error.error}"))
        context.on("dialog", dismiss)
        return seen

    yield begin
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], str]]:
    """Serve a folder on the loopback address; gives where."""
    servers: list[ThreadingHTTPServer] = []

    def begin(folder: Path) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield begin
    for server in servers:
        server.shutdown()
        server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass
