"""Does every link of a built site lead somewhere, and does it load nothing from elsewhere? Asked of the HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from opsbook.diagnostic import Diagnostic, suggest
from opsbook.errors import NoProject
from opsbook.source import place_at

_LOADS = {
    "img": ("src", "srcset"),
    "script": ("src",),
    "iframe": ("src",),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "object": ("data",),
    "embed": ("src",),
    "use": ("href",),
    "image": ("href",),
}
"""Elements whose attributes make a browser load something."""

_LOADING_RELATIONS = frozenset(
    ("stylesheet", "icon", "preload", "modulepreload", "manifest", "prefetch", "preconnect", "dns-prefetch")
)
_CANDIDATE = re.compile(r"(?P<url>[^\s,]\S*[^\s,])(?:\s[^,]*)?(?:,|$)")
"""One address of a `srcset`; commas may stand within it (`data:`)."""

_CSS_URL = re.compile(r"(?:url\(\s*|@import\s+)(['\"]?)(?P<url>[^'\")\s]+)\1")


@dataclass(frozen=True)
class _Reference:
    """A link, or something loaded, as it stands in a page."""

    target: str
    attribute: str
    loads: bool


class _Document:
    """One HTML page of the site."""

    def __init__(self, path: Path) -> None:
        self.text = path.read_text(encoding="utf-8", errors="replace")
        self._tree = LexborHTMLParser(self.text)

    @cached_property
    def anchors(self) -> frozenset[str]:
        """Everything that `#name` can lead to."""
        nodes = self._tree.css("[id], a[name]")
        return frozenset(
            name for node in nodes for name in (node.attributes.get("id"), node.attributes.get("name")) if name
        )

    def references(self) -> Iterator[_Reference]:
        for node in self._tree.css("[href], [src], [srcset], [data], [poster]"):
            yield from _references(node)
        for node in self._tree.css("style"):
            yield from (_Reference(match["url"], "", loads=True) for match in _CSS_URL.finditer(node.text()))

    def diagnostic(self, name: str, reference: _Reference, rule: str, message: str, hint: str) -> Diagnostic:
        spelled = (
            f'{reference.attribute}="{escape(reference.target, quote=False)}"'
            if reference.attribute
            else reference.target
        )
        at = max(self.text.find(spelled), self.text.find(reference.target), 0)
        return Diagnostic(name, *place_at(self.text, at), f"site/{rule}", message, hint)


def _references(node: LexborNode) -> Iterator[_Reference]:
    attributes = node.attributes
    loads = _LOADS.get(node.tag or "", ())
    if node.tag == "link":
        relations = set((attributes.get("rel") or "").split())
        loads = ("href",) if relations & _LOADING_RELATIONS else ()
        if not loads:
            return  # `canonical` and its like say what is, and are never followed
    for name in ("href", "src", "data", "poster"):
        value = attributes.get(name)
        if value is not None and (name in loads or name == "href"):
            yield _Reference(value.strip(), name, name in loads)
    if "srcset" in loads and attributes.get("srcset"):
        for match in _CANDIDATE.finditer(attributes["srcset"] or ""):
            yield _Reference(match["url"], "srcset", loads=True)


def check_site(folder: Path) -> list[Diagnostic]:
    """Everything in a built site that leads nowhere, or that loads from another host.

    Raises NoProject where there is no built site.
    """
    pages = sorted(path for path in folder.rglob("*.html") if path.is_file())
    if not pages:
        raise NoProject(f"{folder} holds no HTML; build the site first: `opsbook build`")
    root = folder.resolve()
    documents = {path.resolve(): _Document(path) for path in pages}
    found = [
        diagnostic
        for path, document in documents.items()
        for diagnostic in _check_page(root, path, document, documents)
    ]
    return sorted([*found, *_check_styles(root)])


def _check_page(root: Path, path: Path, document: _Document, documents: dict[Path, _Document]) -> Iterator[Diagnostic]:
    name = path.relative_to(root).as_posix()
    for reference in dict.fromkeys(document.references()):
        try:
            parts = urlsplit(reference.target)
        except ValueError as error:
            message = f"`{reference.target}` leads nowhere: {error}"
            yield document.diagnostic(name, reference, "dead-link", message, "write a whole address")
            continue
        if parts.scheme or parts.netloc:
            if reference.loads and parts.scheme != "data":
                yield document.diagnostic(
                    name,
                    reference,
                    "external-resource",
                    f"the page loads `{reference.target}` from another host",
                    "ship the file with the site; in an outage that host may be away",
                )
            continue
        if reference.target in ("", "#", "."):
            continue
        problem = _dead(root, path, unquote(parts.path), unquote(parts.fragment), documents)
        if problem:
            yield document.diagnostic(
                name, reference, "dead-link", f"`{reference.target}` leads nowhere: {problem[0]}", problem[1]
            )


def _dead(
    root: Path, page: Path, target: str, fragment: str, documents: dict[Path, _Document]
) -> tuple[str, str] | None:
    """Why a link leads nowhere, and the cure; None when it leads somewhere."""
    if target.startswith("/"):
        # Only a server knows what its root is; the 404 page is the one page that cannot link otherwise.
        path = root / target.lstrip("/") if page.name == "404.html" else None
        if path is None:
            return "it starts at the server's root", "link relative to the page, so that the site opens from disk, too"
    else:
        path = (page.parent / target) if target else page
    try:
        path = path.resolve()
        if path.is_dir():
            path = path / "index.html"
        exists = path.is_file()
    except (OSError, ValueError, RuntimeError):  # no file can have such a name
        exists = False
    if not path.is_relative_to(root):
        return "it leaves the site", "link to a page of the site"
    if not exists:
        near = suggest(path.name, (other.name for other in documents))
        return "there is no such file", near
    if fragment and path in documents and fragment not in documents[path].anchors:
        return f"that page has no `#{fragment}`", suggest(fragment, documents[path].anchors)
    return None


def _check_styles(root: Path) -> Iterator[Diagnostic]:
    """What the site's style sheets load."""
    for path in sorted(root.rglob("*.css")):
        text = path.read_text(encoding="utf-8", errors="replace")
        name = path.relative_to(root).as_posix()
        for match in _CSS_URL.finditer(text):
            place = place_at(text, match.start())
            try:
                parts = urlsplit(match["url"])
                exists = (path.parent / unquote(parts.path)).is_file()
            except (OSError, ValueError):  # no file can have such a name
                parts, exists = urlsplit("?"), False
            if parts.scheme not in ("", "data") or parts.netloc:
                yield Diagnostic(
                    name,
                    *place,
                    "site/external-resource",
                    f"the style sheet loads `{match['url']}` from another host",
                    "ship the file with the site",
                )
            elif not parts.scheme and not exists and not match["url"].startswith("#"):
                yield Diagnostic(
                    name,
                    *place,
                    "site/dead-link",
                    f"`{match['url']}` leads nowhere: there is no such file",
                    "",
                )
