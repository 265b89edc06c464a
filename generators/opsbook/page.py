"""What opsbook makes, as values: pages and other files, not yet written anywhere."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Page:
    """One page of the site: Markdown with front matter, and where the navigation shows it."""

    path: str
    """Below the documentation folder, with `/`: `chatbot/runbooks/restore.md`."""
    title: str
    body: str
    section: tuple[str, ...] = ()
    """The headings of the navigation above it: `("Chatbot", "Runbooks")`."""
    source: str = ""
    """The spec that it is made of."""
    listed: bool = True
    """Whether the navigation shows it; what it does not is found by links and by search."""


@dataclass(frozen=True)
class Artifact:
    """Any other file that is made: a style sheet, a script, a schema."""

    path: str
    content: bytes


@dataclass(frozen=True)
class Site:
    """Where pages are read once they are published."""

    url: str = ""
    """Where the site begins; empty where that is not known."""
    directories: bool = True
    """Whether each page has a folder of its own: `app.md` is at `app/`, and else at `app.html`."""
    language: str = "en"
    """The language of what belongs to no system: `en`, `es`, `pt_BR`."""

    def address(self, target: str) -> str:
        """The whole address of a path, perhaps with `#anchor`, as a browser or a pager opens it."""
        path, hash_, anchor = target.partition("#")
        if self.directories:
            path = path.removesuffix("index.md") if posixpath.basename(path) == "index.md" else f"{path[:-3]}/"
        else:
            path = f"{path[:-3]}.html"
        return f"{self.url.rstrip('/')}/{path}{hash_}{anchor}"


@lru_cache(maxsize=65_536)
def relative(target: str, start: str) -> str:
    """The link that leads from the page `start` to `target` (a path, perhaps with `#anchor`)."""
    path, hash_, anchor = target.partition("#")
    if path == start and hash_:
        return f"#{anchor}"
    folder, _, name = path.rpartition("/")
    way = _way(folder, posixpath.dirname(start))
    return f"{way}{name}{hash_}{anchor}"


@lru_cache(maxsize=4096)
def _way(folder: str, start: str) -> str:
    """What stands before the name of a file that lies in another folder: there are far fewer folders than links."""
    way = posixpath.relpath(folder or ".", start or ".")
    return "" if way == "." else f"{way}/"
