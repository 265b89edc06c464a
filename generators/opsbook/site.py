"""The whole site as values: pages, navigation and assets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias

from opsbook.feed import site_feed
from opsbook.page import Artifact, Page
from opsbook.project import Project

Nav: TypeAlias = list[dict[str, Any]]
"""A navigation as MkDocs and its relatives write it: titles to paths, or to lists of the same."""

_DRAWN = re.compile(r'(<a class="opsbook-to" href=")([^"#]*)\.md(?=[#"])')
"""A link within a picture: no engine turns the path of a page into its address there."""

STYLES = ("assets/opsbook/opsbook.css",)
SCRIPTS = ("assets/opsbook/search.js", "assets/opsbook/opsbook.js", "assets/opsbook/Mermaid.js")
POLYFILLS = ("assets/opsbook/iframe-worker.js",)
"""Search in a page opened from disk needs a worker that browsers refuse there; this stands in."""

_MERMAID = "mermaid"
"""The folder of opsbook's assets that only pages with a Mermaid fence of their author's use: three megabytes."""

_FENCED = re.compile(r"^[ \t>]*(?:`{3,}|~{3,})[ \t{.]*mermaid\b|<pre class=\"mermaid\">", re.MULTILINE)
"""The fence of a hand-written page, and what a text of a spec has instead."""


def artifacts(project: Project, texts: Iterable[str]) -> list[Artifact]:
    """The style sheet and the scripts that pages use, what they need to work offline, and the files of specs.

    `texts` are those of all pages, generated and hand-written: they tell what else is needed.
    """
    folder = Path(__file__).parent / "assets"
    drawn = [_MERMAID] if any("mermaid" in text and _FENCED.search(text) for text in texts) else []
    folders = dict.fromkeys(["", *(spec.kind.assets for spec in project.specs), *drawn])
    shared = [
        Artifact(f"assets/opsbook/{path.relative_to(folder).as_posix()}", path.read_bytes())
        for name in folders
        for path in sorted((folder / name).iterdir())
        if path.is_file()
    ]
    of_specs = (one for spec in project.specs for one in spec.kind.artifacts(spec, project))
    return [*shared, *site_feed(project), *of_specs]


def navigation(pages: Iterable[Page]) -> Nav:
    """The pages' own navigation, in their order: a section a system, with its sections below."""
    systems: dict[str, Nav] = {}
    titles: dict[str, str] = {}
    for page in pages:
        if not page.listed:
            continue
        system = page.path.partition("/")[0]
        titles.setdefault(system, escape(page.title, quote=False))
        here = systems.setdefault(system, [])
        if page.path == f"{system}/index.md":
            here.append(page.path)  # type: ignore[arg-type]  # an index page has no title of its own in the navigation
            continue
        for section in page.section:
            here = _below(here, section)
        here.append({escape(page.title, quote=False): page.path})
    return [{titles[system]: nav} for system, nav in systems.items()]


def _below(nav: Nav, section: str) -> Nav:
    for entry in nav:
        if isinstance(entry, dict) and isinstance(entry.get(section), list):
            return entry[section]  # type: ignore[no-any-return]  # a list, as the line above has asked
    below: Nav = []
    nav.append({section: below})
    return below


def link_drawn(text: str, path: str, *, directories: bool) -> str:
    """Turn the links within the pictures of a page at `path` into addresses, as the engine will give them.

    With `directories`, a page has one of its own: `app.md` is at `app/`.
    """
    up = "../" if directories and PurePosixPath(path).name != "index.md" else ""

    def address(match: re.Match[str]) -> str:
        target = match[2]
        if directories:
            target = up + (target.removesuffix("index") if PurePosixPath(target).name == "index" else f"{target}/")
        else:
            target += ".html"
        return match[1] + (target or "./")

    return _DRAWN.sub(address, text)
