"""Rules about servers and their variables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from opsbook.openapi.lint.found import Found, found, mapping, texts
from opsbook.openapi.walk import Api, Node
from opsbook.source import short

_VARIABLE = re.compile(r"\{([^{}]*)\}")


def missing_server(api: Api) -> Iterator[Found]:
    """The document does not say at which address its paths are.

    Samples and consoles then call the host that the page happens to be on.

        servers:
          - url: https://api.example.com/v1
    """
    root = mapping(api.root.value)
    if not mapping(root.get("paths")):
        return
    if api.document.version == "2.0":
        if "host" not in root:
            yield found(api.root, message="the document names no `host`", hint="add `host: api.example.com`")
    elif not root.get("servers") and not all(_names_its_own(api, item) for item in _items(api)):
        yield found(
            api.root,
            *(("servers",) if "servers" in root else ()),
            message="the document names no server",
            hint="add `servers:` with a `url:`; a path such as `/v1` is one, too",
        )


def undeclared_server_variable(api: Api) -> Iterator[Found]:
    """The address of a server has a variable in braces that is not declared.

    Clients cannot fill it in, and call an address with braces in it. A variable has a `default`.

        servers:
          - url: https://{region}.example.com
            variables:
              region: {default: eu}
    """
    for node, server in _servers(api):
        for name in dict.fromkeys(_VARIABLE.findall(str(server.get("url", "")))):
            if name not in mapping(server.get("variables")):
                yield found(
                    node,
                    "url",
                    message=f"the variable `{short(name)}` of this address is not declared",
                    hint=f"declare it: `variables:` with `{short(name)}:` and a `default:`",
                )


def unused_server_variable(api: Api) -> Iterator[Found]:
    """A variable of a server does not occur in its address.

    Readers choose a value that changes nothing.

        url: https://{region}.example.com
    """
    for node, server in _servers(api):
        used = set(_VARIABLE.findall(str(server.get("url", ""))))
        for name in mapping(server.get("variables")):
            if name not in used and not name.startswith("x-"):
                yield found(
                    node,
                    "variables",
                    name,
                    message=f"the address does not use the variable `{short(name)}`",
                    hint=f"write `{{{short(name)}}}` into the `url`, or remove the variable",
                    key=True,
                )


def mismatched_server_default(api: Api) -> Iterator[Found]:
    """The default of a variable of a server is none of its own values.

    Clients that take the default call an address that does not exist.

        region:
          default: eu
          enum: [eu, us]
    """
    for node, server in _servers(api):
        for name, variable in mapping(server.get("variables")).items():
            values = texts(mapping(variable).get("enum"))
            default = mapping(variable).get("default")
            if values and isinstance(default, str) and default not in values:
                yield found(
                    node,
                    "variables",
                    name,
                    "default",
                    message=f"`{short(default)}` is none of the values of `{short(name)}`",
                    hint=f"write one of {', '.join(f'`{short(value)}`' for value in values[:5])}, or add it to `enum`",
                )


def _items(api: Api) -> list[Node]:
    return [node for paths in api.members(api.root, "paths") for node in api.entries(paths)]


def _names_its_own(api: Api, item: Node) -> bool:
    resolved = api.resolve(item) or item
    return bool(mapping(resolved.value).get("servers"))


def _servers(api: Api) -> Iterator[tuple[Node, dict[str, Any]]]:
    """Every server, and a node for its place."""
    holders = (
        api.root,
        *api.nodes.get("path item", ()),
        *api.nodes.get("operation", ()),
    )
    for holder in holders if api.document.version != "2.0" else ():
        listed = mapping(holder.value).get("servers")
        for index, server in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(server, dict):
                yield Node(holder.source, (*holder.route, "servers", index), "server", server), server
    for link in api.nodes.get("link", ()):
        server = link.value.get("server")
        if isinstance(server, dict):
            yield Node(link.source, (*link.route, "server"), "server", server), server
