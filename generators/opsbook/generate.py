"""A tree of plain Markdown with its mkdocs.yml, for any engine that reads one."""

from __future__ import annotations

import os
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from opsbook import site
from opsbook.configuration import get, names, read_configuration
from opsbook.errors import CannotWrite
from opsbook.hand_written import completed
from opsbook.page import Page
from opsbook.read import Loaded
from opsbook.write import write_tree

_UNESCAPED = "tag:yaml.org,2002:python/name:mermaid2.fence_mermaid_custom"
_ESCAPED = "tag:yaml.org,2002:python/name:pymdownx.superfences.fence_code_format"


def generate_tree(loaded: Loaded, out: Path) -> int:
    """Write everything an engine needs below `out`; gives the number of files that changed.

    `out/docs` holds the hand-written pages, their references linked, with the generated pages and
    assets; `out/mkdocs.yml` is the project's, with its navigation completed and without the plugin.
    Raises CannotWrite where something that opsbook did not make is in the way.
    """
    docs = loaded.root / loaded.settings.docs
    if out in {loaded.root, docs} or docs.is_relative_to(out) or out.is_relative_to(docs):
        raise CannotWrite(
            f"{out} holds the project itself, or its pages; choose a folder of its own, such as `generated`"
        )
    written = _hand_written(loaded, docs)
    files = {f"docs/{name}": content for name, content in written.items()}
    pages = loaded.project.pages()
    configuration = read_configuration(loaded.root)
    directories = loaded.project.site.directories
    texts = chain((page.body for page in pages), loaded.docs.values())
    for path, content in [
        *((page.path, site.link_drawn(page.body, page.path, directories=directories).encode()) for page in pages),
        *((artifact.path, artifact.content) for artifact in site.artifacts(loaded.project, texts)),
    ]:
        if f"docs/{path}" in files:
            raise CannotWrite(f"docs/{path} is in the way: the specs make a file of that name; rename one of them")
        files[f"docs/{path}"] = content
    home_first = sorted((name for name in written if name.endswith(".md")), key=lambda name: (name != "index.md", name))
    files["mkdocs.yml"] = _configuration(configuration, loaded.root, out, home_first, pages)
    return write_tree(out, files)


def _hand_written(loaded: Loaded, docs: Path) -> dict[str, bytes]:
    files = {}
    for path in sorted(docs.rglob("*")) if docs.is_dir() else ():
        if path.is_file():
            name = path.relative_to(docs).as_posix()
            try:
                content = path.read_bytes()
            except OSError as error:
                raise CannotWrite(f"{path} cannot be read: {error.strerror}") from error
            if path.suffix == ".md":
                with suppress(UnicodeDecodeError):  # what is no text, the engine refuses
                    content = completed(content.decode(), name, loaded.project)[0].encode()
            files[name] = content
    return files


def _configuration(root: MappingNode, folder: Path, out: Path, written_pages: list[str], pages: list[Page]) -> bytes:
    """The mkdocs.yml of the generated tree; the hand-written pages stand first where it has no navigation."""
    _respell(root)
    for gone in ("docs_dir", "site_dir", "edit_uri"):
        _set(root, gone, None)
    hooks = get(root, "hooks")
    for hook in hooks.value if isinstance(hooks, SequenceNode) else ():
        hook.value = os.path.relpath(folder / hook.value, out)
    plugins = get(root, "plugins")
    if isinstance(plugins, SequenceNode):
        plugins.value = [plugin for plugin in plugins.value if not names(plugin, "opsbook")]
    elif isinstance(plugins, MappingNode):
        _set(plugins, "opsbook", None)
    written = get(root, "nav")
    entries: list[Node] = (
        written.value if isinstance(written, SequenceNode) else [_node(page) for page in written_pages]
    )
    at = next((index for index, entry in enumerate(entries) if names(entry, "opsbook")), len(entries))
    ours = [_node(entry) for entry in site.navigation(pages)]
    _set(root, "nav", SequenceNode("tag:yaml.org,2002:seq", [*entries[:at], *ours, *entries[at + 1 :]]))
    unlisted = [f"/{page.path}" for page in pages if not page.listed]
    if unlisted:
        known = get(root, "not_in_nav")
        before = known.value.rstrip("\n").split("\n") if isinstance(known, ScalarNode) and known.value else []
        _set(root, "not_in_nav", _node("\n".join([*before, *unlisted])))
    _extend(root, "extra_css", site.STYLES)
    _extend(root, "extra_javascript", site.SCRIPTS)
    extra = get(root, "extra")
    if not isinstance(extra, MappingNode):
        extra = MappingNode("tag:yaml.org,2002:map", [])
        _set(root, "extra", extra)
    _extend(extra, "polyfills", site.POLYFILLS)
    return str(yaml.serialize(root, Dumper=yaml.SafeDumper, allow_unicode=True)).encode()


def _respell(node: Node) -> None:
    """Name the function for fences that any engine has, and that lets them reach the browser as they were typed."""
    if isinstance(node, ScalarNode) and node.tag == _UNESCAPED:
        node.tag = _ESCAPED
    elif isinstance(node, SequenceNode):
        for inner in node.value:
            _respell(inner)
    elif isinstance(node, MappingNode):
        for _, inner in node.value:
            _respell(inner)


def _set(mapping: MappingNode, key: str, value: Node | None) -> None:
    mapping.value = [(name, old) for name, old in mapping.value if name.value != key]
    if value is not None:
        mapping.value.append((_node(key), value))


def _extend(mapping: MappingNode, key: str, values: tuple[str, ...]) -> None:
    old = get(mapping, key)
    kept = old.value if isinstance(old, SequenceNode) else []
    _set(mapping, key, SequenceNode("tag:yaml.org,2002:seq", [*(_node(value) for value in values), *kept]))


def _node(value: Any) -> Node:
    node = yaml.compose(yaml.safe_dump(value, allow_unicode=True), Loader=yaml.SafeLoader)
    assert node is not None  # noqa: S101  # what was dumped composes
    return node
