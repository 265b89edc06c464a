"""The door to MkDocs, and the only module that knows it: generated pages join the hand-written ones."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from functools import partial
from html import escape
from itertools import chain
from pathlib import Path
from typing import Any, Literal

import yaml
from jinja2 import Environment, FileSystemBytecodeCache
from mermaid2 import fence_mermaid_custom
from mkdocs.commands.build import build
from mkdocs.commands.serve import serve
from mkdocs.config import load_config
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, MkDocsException, PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.utils import get_relative_url, nest_paths

from opsbook import site
from opsbook.checks import check_all
from opsbook.clock import today
from opsbook.diagnostic import SEVERITIES
from opsbook.errors import CannotWrite, NoProject, OpsbookError, SiteRefused
from opsbook.feed import FEED
from opsbook.hand_written import completed
from opsbook.kinds import all_kinds
from opsbook.model import Document
from opsbook.page import Page
from opsbook.project import Printed, Project
from opsbook.read import Memory, load
from opsbook.reporters.text import text
from opsbook.write import replaced, write_file

log = logging.getLogger("mkdocs.plugins.opsbook")

PLACEHOLDER = "opsbook"
"""The entry of `nav:` in mkdocs.yml that the generated navigation replaces."""

_LANGUAGE = re.compile(r'<html lang="[^"]*"')


class OpsbookConfig(Config):  # type: ignore[no-untyped-call]  # MkDocs leaves this hook of its classes untyped
    """The plugin has no settings of its own: a project's are in `opsbook.yaml`, for every door alike."""


class OpsbookPlugin(BasePlugin[OpsbookConfig]):  # type: ignore[no-untyped-call]  # as above
    """Generates the pages of the specs into a MkDocs site."""

    def __init__(self) -> None:
        super().__init__()
        self.serving = False
        self.memory = Memory()
        self.printed: Printed | None = None
        self.gone: set[str] = set()
        self.docs: Mapping[str, str] = {}
        self.shown: Mapping[str, str] = {}
        self.language = "en"
        self.server: LiveReloadServer | None = None
        self.watched: set[Path] = set()

    @property
    def pages(self) -> list[Page]:
        """The generated pages, in the order of the navigation."""
        return [page for pages in self.printed.pages.values() for page in pages] if self.printed else []

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], **_: Any) -> None:
        """Remember whether we serve. That this method exists makes MkDocs keep the plugin over rebuilds."""
        self.serving = command == "serve"

    @event_priority(100)  # before Material's offline plugin, which else names a polyfill on another host
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read the specs, and refuse to build a site of bad ones."""
        root = Path(config.config_file_path).parent
        try:
            loaded = load(root, all_kinds(), self.memory)
            diagnostics = check_all(loaded, today())
        except OpsbookError as error:
            raise PluginError(str(error)) from error
        if Path(config.docs_dir) != root / loaded.settings.docs:
            raise PluginError(
                f"mkdocs.yml keeps its pages in {config.docs_dir}, opsbook looks for them in {loaded.settings.docs}: "
                "set `docs:` in opsbook.yaml to the same folder"
            )
        for name in (loaded.settings.specs, loaded.settings.snippets):
            if (root / name).is_dir():
                config.watch.append(str(root / name))
        self.watched |= {_folder(root, name) for name in loaded.project.files}
        self._watch()
        errors = [diagnostic for diagnostic in diagnostics if diagnostic.severity == SEVERITIES[0]]
        if errors and not (self.serving and self.printed):
            raise PluginError(f"the specs have errors, so no site is built\n{text(errors)}")
        if errors:
            log.error("the specs have errors; the pages stay as they were\n%s", text(errors))
        else:
            before = {page.path for page in self.pages}
            self.printed = Printed(loaded.project, loaded.project.printed(self.printed))
            self.gone = before - {page.path for page in self.pages}
            quiet = [diagnostic for diagnostic in diagnostics if diagnostic not in errors]
            if quiet:
                log.info("the specs can be better\n%s", text(quiet))
        self.docs = loaded.docs
        self.language = config.theme.get("language", "en")
        _escape_fences(config)
        config.extra_css[:0] = site.STYLES
        config.extra_javascript[:0] = site.SCRIPTS
        config.extra["polyfills"] = [*config.extra.get("polyfills", ()), *site.POLYFILLS]
        return config

    def on_serve(self, server: LiveReloadServer, **_: Any) -> LiveReloadServer:
        """Keep the server: a spec may name further files to watch at any time."""
        self.server = server
        self._watch()
        return server

    def _watch(self) -> None:
        """Watch the files of other tools that specs name, as soon as there is a server."""
        while self.server and self.watched:
            self.server.watch(str(self.watched.pop()), recursive=False)

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the generated pages and the assets, and put them into the navigation."""
        written = [file.src_uri for file in files.documentation_pages()]
        cache = _cache(config) / "pages"
        unlisted = {page.path for page in self.pages if not page.listed}
        for path, content in self._contents():
            taken = files.get_file_from_path(path)
            if taken is not None:
                raise PluginError(f"docs/{path} is in the way: the specs make a page of that name; rename one of them")
            level = InclusionLevel.NOT_IN_NAV if path in unlisted else InclusionLevel.UNDEFINED
            if self.serving:
                # A file that is rewritten only when its text changes lets `--dirty` render that page alone.
                write_file(cache / path, content)
                files.append(File.generated(config, path, abs_src_path=str(cache / path), inclusion=level))
            else:
                files.append(File.generated(config, path, content=content, inclusion=level))
        if self.serving and self.printed:
            self._show_anew(files, self.printed.project)
        config.nav = _merge(config.nav, site.navigation(self.pages), written)
        return files

    def _show_anew(self, files: Files, project: Project) -> None:
        """Let `--dirty` render hand-written pages in which specs say something else than before."""
        shown = {path: completed(text, path, project)[0] for path, text in self.docs.items()}
        for path in shown.keys() & self.shown.keys():
            file = files.get_file_from_path(path)
            if file and shown[path] != self.shown[path]:
                Path(file.abs_dest_path).unlink(missing_ok=True)
        self.shown = shown

    def _contents(self) -> list[tuple[str, bytes]]:
        pages = [(page.path, page.body.encode()) for page in self.pages]
        texts = chain((page.body for page in self.pages), self.docs.values())
        artifacts = site.artifacts(self.printed.project, texts) if self.printed else []
        return [*pages, *((artifact.path, artifact.content) for artifact in artifacts)]

    def on_env(self, env: Environment, *, config: MkDocsConfig, **_: Any) -> Environment:
        """Keep the theme's compiled templates over rebuilds: MkDocs makes their environment anew each time."""
        if self.serving:
            cache = _cache(config) / "templates"
            cache.mkdir(parents=True, exist_ok=True)
            env.bytecode_cache = FileSystemBytecodeCache(str(cache))
        return env

    def on_page_markdown(self, markdown: str, *, page: MkDocsPage, config: MkDocsConfig, **_: Any) -> str | None:
        """Complete hand-written pages with what specs say, and link what is drawn on generated ones."""
        if page.file.generated_by:
            return site.link_drawn(markdown, page.file.src_uri, directories=config.use_directory_urls)
        if not self.printed:
            return None
        return completed(markdown, page.file.src_uri, self.printed.project)[0]

    def on_page_context(self, context: Any, *, page: MkDocsPage, config: MkDocsConfig, **_: Any) -> Any:
        """Let the theme speak the language of the page, where it can."""
        language = page.meta.get("lang", self.language)
        spoken = any(Path(folder, "partials/languages", f"{language}.html").is_file() for folder in config.theme.dirs)
        config.theme["language"] = language if spoken else self.language
        return context

    def on_post_page(self, output: str, *, page: MkDocsPage, **_: Any) -> str | None:
        """Say in which language a page is, also where the theme does not speak it, and where its feed of changes is."""
        language = page.meta.get("lang")
        told = _LANGUAGE.sub(f'<html lang="{language}"', output, count=1) if language else output
        return told.replace("</head>", f"{self._feed(page)}</head>", 1)

    def _feed(self, page: MkDocsPage) -> str:
        """The link in the head of a page that readers of feeds look for.

        It says `feed`, too: whatever is an alternate and nothing else, Material takes for the page in another language,
        and asks for the sitemap beside it.
        """
        if not (self.printed and self.printed.project.systems):
            return ""
        project = self.printed.project
        system = page.file.src_uri.partition("/")[0]
        of_system = system in project.systems
        address = get_relative_url(f"{system}/{FEED}" if of_system else FEED, page.url)
        title = project.labels(system)("Changes") if of_system else "Changes"
        return f'<link rel="alternate feed" type="application/atom+xml" title="{title}" href="{escape(address)}">'

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Remove the pages of specs that are gone: a dirty build leaves them standing."""
        for path in self.gone:
            for suffix in (".html", "/index.html"):
                (Path(config.site_dir) / (path.removesuffix(".md") + suffix)).unlink(missing_ok=True)
        self.gone = set()


def _escape_fences(config: MkDocsConfig) -> None:
    """Let fences reach the browser as they were typed.

    The function of mkdocs-mermaid2-plugin prints their text as HTML: `<br>` in a label, or `a < b`, would be gone.
    """
    fences = (config.mdx_configs.get("pymdownx.superfences") or {}).get("custom_fences") or []
    for fence in fences:
        if fence.get("format") is fence_mermaid_custom:
            fence["format"] = partial(_escaped, fence_mermaid_custom)
            fence["format"].__name__ = fence_mermaid_custom.__name__  # by which the plugin knows it


def _escaped(printed: Callable[..., str], source: str, *arguments: Any, **settings: Any) -> str:
    return printed(escape(source, quote=False), *arguments, **settings)


def _folder(root: Path, name: str) -> Path:
    """The folder to watch for a file, which may not be there yet: the nearest one within the project."""
    real = root.resolve()
    return next((one for one in (real / name).resolve().parents if one.is_dir() and one.is_relative_to(real)), real)


def _cache(config: MkDocsConfig) -> Path:
    """What `serve` keeps between rebuilds; it may be deleted at any time."""
    return Path(config.config_file_path).parent / ".opsbook" / "cache"


def _merge(nav: Any, ours: site.Nav, written: list[str]) -> list[Any]:
    """The author's navigation with ours where `opsbook` stands in it, or at its end."""
    if nav is None:
        ordered = sorted(written, key=lambda path: (path.count("/"), path != "index.md", path))
        nav = nest_paths(ordered)  # type: ignore[no-untyped-call]  # MkDocs leaves it untyped
    if PLACEHOLDER in nav:
        at = nav.index(PLACEHOLDER)
        return [*nav[:at], *ours, *nav[at + 1 :]]
    return [*nav, *ours]


def build_site(root: Path, target: Path | None) -> Path:
    """Build the site of the project at `root` into `target`, or where its mkdocs.yml says; gives that folder.

    MkDocs' own warnings (dead links, missing pages) count as errors. Raises OpsbookError when the site
    cannot be built; the former site then stays as it was.
    """
    config = _configuration(root, strict=True)
    folder = target or Path(config.site_dir)
    if root.is_relative_to(folder) or Path(config.docs_dir).is_relative_to(folder):
        raise CannotWrite(f"{folder} holds the project itself; choose another folder for the site")
    if folder.exists() and not folder.is_dir():
        raise CannotWrite(f"{folder} is a file; remove it, or choose another folder for the site")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "sitemap.xml").exists():
        raise CannotWrite(f"{folder} holds files, and no site of MkDocs; remove them, or choose another folder")
    with _messages(), replaced(folder) as new:
        config.site_dir = str(new)
        try:
            config.plugins.on_startup(command="build", dirty=False)
            with _build_date(root):
                build(config)
        except (MkDocsException, Abort) as error:
            raise SiteRefused(f"the site was not built, {folder} is as it was\n{error}") from error
        finally:
            config.plugins.on_shutdown()
    return folder


def serve_site(root: Path, address: str) -> None:
    """Serve the project at `root` and rebuild what changes, until interrupted."""
    _configuration(root)
    with _messages(logging.INFO):
        try:
            serve(str(root / "mkdocs.yml"), livereload=True, build_type="dirty", dev_addr=address)
        except (MkDocsException, Abort, OSError) as error:
            raise OpsbookError(str(error)) from error


def _configuration(root: Path, **settings: Any) -> MkDocsConfig:
    path = root / "mkdocs.yml"
    if not path.is_file():
        raise NoProject(
            f"{path} is missing: it says what the site is called and how it looks; `opsbook init` makes one"
        )
    try:
        config = load_config(str(path), **settings)
    except (MkDocsException, yaml.YAMLError) as error:
        raise NoProject(f"{path} cannot be used\n{error}") from error
    if "opsbook" not in config.plugins:
        raise NoProject(f"{path} does not name the plugin: add `- opsbook` first under `plugins:`")
    return config


@contextmanager
def _build_date(root: Path) -> Iterator[None]:
    """Date what MkDocs dates (the site map) by the newest review, so that equal specs make equal bytes."""
    if "SOURCE_DATE_EPOCH" in os.environ:
        yield
        return
    documents = (spec.document for spec in load(root, all_kinds()).project.specs)
    reviews = [one.last_reviewed for one in documents if isinstance(one, Document)]
    newest = datetime.combine(max(reviews, default=date(1980, 1, 1)), time(), UTC)
    os.environ["SOURCE_DATE_EPOCH"] = str(int(newest.timestamp()))
    try:
        yield
    finally:
        del os.environ["SOURCE_DATE_EPOCH"]


@contextmanager
def _messages(level: int = logging.WARNING) -> Iterator[None]:
    """Show what MkDocs has to say on standard error."""
    logger = logging.getLogger("mkdocs")
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(level)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
