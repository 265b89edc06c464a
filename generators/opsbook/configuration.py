"""The project's mkdocs.yml, read as YAML nodes, so that tags of other plugins survive."""

from __future__ import annotations

from pathlib import Path

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from opsbook.errors import NoProject
from opsbook.page import Site

CONFIGURATION = "mkdocs.yml"


def read_configuration(root: Path) -> MappingNode:
    """The mkdocs.yml of the project at `root`; raises NoProject where there is none that can be read."""
    path = root / CONFIGURATION
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except FileNotFoundError as error:
        raise NoProject(
            f"{path} is missing: it says what the site is called and how it looks; `opsbook init` makes one"
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise NoProject(f"{path} cannot be read: {error}") from error
    if not isinstance(node, MappingNode):
        raise NoProject(f"{path} is not a mapping of settings")
    return node


def site_of(configuration: MappingNode) -> Site:
    """Where the site is published, and in which language it is, as far as mkdocs.yml says.

    The engine gives each page an address of its own, MkDocs' default, unless the site is for offline.
    """
    theme = get(configuration, "theme")
    language = get(theme, "language") if isinstance(theme, MappingNode) else None
    url, said = get(configuration, "site_url"), get(configuration, "use_directory_urls")
    plugins = get(configuration, "plugins")
    listed = plugins.value if isinstance(plugins, SequenceNode) else []
    named = isinstance(plugins, MappingNode) and get(plugins, "offline")
    offline = named or any(names(plugin, "offline") for plugin in listed)
    return Site(
        url.value if isinstance(url, ScalarNode) and url.value.startswith(("http://", "https://")) else "",
        directories=not offline and not (isinstance(said, ScalarNode) and said.value.lower() == "false"),
        language=language.value.replace("-", "_") if isinstance(language, ScalarNode) and language.value else "en",
    )


def get(mapping: MappingNode, key: str) -> Node | None:
    """The value of a key, if it has one."""
    return next((value for name, value in mapping.value if name.value == key), None)


def names(node: Node, name: str) -> bool:
    """Whether an entry of a list is `name`, or a mapping whose only key it is."""
    if isinstance(node, MappingNode) and node.value:
        node = node.value[0][0]
    return isinstance(node, ScalarNode) and node.value == name
