"""Rules about paths and their parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from opsbook.openapi.lint.found import Found, Operation, found, mapping, objects, of_item, path_items
from opsbook.openapi.walk import Api, Node
from opsbook.source import short

_VARIABLE = re.compile(r"\{([^{}]*)\}")


def undeclared_path_parameter(api: Api) -> Iterator[Found]:
    """A path has a variable in braces, and an operation under it declares no parameter of that name.

    Clients cannot fill in what has no type and no description; many generators fail. Declare the parameter at the
    operation or, for all of them, at the path.

        /orders/{id}:
          parameters:
            - name: id
              in: path
              required: true
              schema: {type: string}
    """
    for path, written, item in path_items(api):
        wanted = list(dict.fromkeys(_VARIABLE.findall(path)))
        named = list(of_item(api, item))
        if not wanted or not named:
            continue
        common = _path_names(api, item)
        lacking = {node.key: [one for one in wanted if one not in common | _path_names(api, node)] for node in named}
        for name in wanted:
            without = [node for node in named if name in lacking[node.key]]
            if len(without) == len(named):
                yield found(
                    written,
                    message=f"the path has `{{{short(name)}}}`, and no parameter of that name is declared",
                    hint=f"declare the parameter `{short(name)}` with `in: path` and `required: true`",
                    key=True,
                )
                continue
            for node in without:
                yield found(
                    node,
                    message=f"`{node.name}` does not declare the parameter `{short(name)}` of its path",
                    hint="declare it there, or once for all operations of the path",
                    key=True,
                )


def unused_path_parameter(api: Api) -> Iterator[Found]:
    """A parameter is declared with `in: path`, and the path has no variable of that name.

    Clients have nowhere to put its value. Mostly one of the two names has a slip of the pen.

        /orders/{id}:
          parameters:
            - name: id
              in: path
              required: true
              schema: {type: string}
    """
    for path, _, item in path_items(api):
        known = set(_VARIABLE.findall(path))
        for holder in (item, *of_item(api, item)):
            for written, parameter in _parameters(api, holder):
                name = parameter.value.get("name")
                if parameter.value.get("in") == "path" and isinstance(name, str) and name not in known:
                    at = () if written is not parameter else ("name",)
                    yield found(
                        written,
                        *at,
                        message=f"the path `{short(path)}` has no `{{{short(name)}}}` for this parameter",
                        hint="write the variable into the path, or mend the name"
                        + (f": it has {', '.join(f'`{{{one}}}`' for one in sorted(known))}" if known else ""),
                    )


def duplicate_parameter(api: Api) -> Iterator[Found]:
    """A list of parameters has the same name at the same place twice.

    Readers keep one of the two, and not all the same one. The same name may stand once in the query and once in a
    header. A parameter of an operation replaces that of its path; within one list there is only one.

        parameters:
          - name: page
            in: query
            schema: {type: integer}
    """
    for shape in ("path item", "operation"):
        for holder in api.nodes.get(shape, ()):
            seen: set[tuple[str, str]] = set()
            for written, parameter in _parameters(api, holder):
                name, where = parameter.value.get("name"), parameter.value.get("in")
                if not (isinstance(name, str) and isinstance(where, str)):
                    continue
                key = (name.lower() if where == "header" else name), where
                if key in seen:
                    yield found(
                        written,
                        message=f"the parameter `{short(name)}` in `{where}` stands twice in this list",
                        hint="keep one of them",
                    )
                seen.add(key)


def ignored_header_parameter(api: Api) -> Iterator[Found]:
    """A header parameter is called `Accept`, `Content-Type` or `Authorization`.

    The standard has other words for these three, and tells readers to ignore such parameters: media types stand
    under `content`, and authorization in security schemes.

        requestBody:
          content:
            application/json: {}
    """
    if api.document.version == "2.0":
        return
    for node in objects(api, "parameter"):
        name = node.value.get("name")
        if (
            node.value.get("in") == "header"
            and isinstance(name, str)
            and name.lower() in ("accept", "content-type", "authorization")
        ):
            yield found(
                node,
                "name",
                message=f"readers ignore a header parameter called `{name}`",
                hint="say it with `content` or with a security scheme, and remove the parameter",
            )


def malformed_path(api: Api) -> Iterator[Found]:
    """The braces of a path do not match, or one variable stands in it twice.

    A client replaces each `{name}` by the value of one parameter.

        /orders/{orderId}/items/{itemId}: {}
    """
    for path, written, _ in path_items(api):
        names = _VARIABLE.findall(path)
        rest = _VARIABLE.sub("", path)
        repeated = next((name for name in names if names.count(name) > 1), None)
        if "{" in rest or "}" in rest or "" in names:
            yield found(
                written,
                message=f"the braces of `{short(path)}` hold no whole variables",
                hint="write each variable as `{name}`",
                key=True,
            )
        elif repeated is not None:
            yield found(
                written,
                message=f"`{{{short(repeated)}}}` stands twice in this path",
                hint="give each variable a name of its own",
                key=True,
            )


def query_in_path(api: Api) -> Iterator[Found]:
    """A path has a query string or a fragment.

    What follows `?` is no part of a path: servers never match it, and clients escape it. Declare query parameters.

        /orders:
          get:
            parameters:
              - name: state
                in: query
                schema: {type: string}
    """
    for path, written, _ in path_items(api):
        for sign, what in (("?", "a query string"), ("#", "a fragment")):
            if sign in _VARIABLE.sub("", path):
                yield found(
                    written,
                    message=f"the path `{short(path)}` has {what}",
                    hint="declare parameters with `in: query`" if sign == "?" else f"remove what follows `{sign}`",
                    key=True,
                )
                break


def trailing_slash(api: Api) -> Iterator[Found]:
    """A path ends with a slash.

    `/orders` and `/orders/` are two addresses; clients that join paths mostly drop the second slash, and are
    redirected or not found.

        /orders:
          get: {}
    """
    for path, written, _ in path_items(api):
        if len(path) > 1 and path.endswith("/"):
            yield found(
                written,
                message=f"the path `{short(path)}` ends with a slash",
                hint="remove it, if the server knows the path without it",
                key=True,
            )


def identical_path(api: Api) -> Iterator[Found]:
    """Two paths differ in nothing but the names of their variables.

    Every request matches both, and the standard forbids it: which of them answers is chance. Put their
    operations under one of them.

        /orders/{id}:
          get: {}
          put: {}
    """
    seen: dict[str, str] = {}
    for path, written, _ in path_items(api):
        bare = _VARIABLE.sub("{}", path)
        if "{" in bare and bare in seen:
            yield found(
                written,
                message=f"`{short(path)}` is the same path as `{short(seen[bare])}`",
                hint="move the operations under one of them",
                key=True,
            )
        seen.setdefault(bare, path)


def ambiguous_path(api: Api) -> Iterator[Found]:
    """A request can match two paths, and neither of them is the plainer one.

    Where one path has a word and the other a variable, the word wins. `/{kind}/new` and `/orders/{id}` each have
    both, so `/orders/new` matches both, and servers differ in what they take.

        /orders/new: {}
        /orders/{id}: {}
    """
    tree: dict[str | None, Any] = {}
    for number, (path, written, _) in enumerate(path_items(api)):
        parts = _parts(path)
        rivals = [rival for rival in _rivals(tree, parts) if _share_a_method(api, written, rival)]
        if rivals:
            yield found(
                written,
                message=f"a request can match both `{short(path)}` and `{short(rivals[0].name)}`",
                hint="change one of them, so that a word tells them apart",
                key=True,
            )
        here = tree
        for part in parts:
            here = here.setdefault(part, {})
        here[_END] = (number, written)


_END = "/"
"""What no part of a path can be: under it, the tree of paths keeps the path that ends there."""


def _parts(path: str) -> list[str | None]:
    """The words of a path, with None for each variable."""
    return [None if _VARIABLE.fullmatch(part) else part for part in path.strip("/").split("/")]


def _rivals(tree: dict[str | None, Any], parts: list[str | None]) -> list[Node]:
    """The earlier paths that a request can match as well, each side having a word where the other has a variable."""
    ways = [(tree, False, False)]
    for part in parts:
        further = []
        for here, plainer, vaguer in ways:
            if part is None:
                further += [(here[None], plainer, vaguer)] if None in here else []
                further += [(below, plainer, True) for word, below in here.items() if word and _certain(word)]
            else:
                further += [(here[part], plainer, vaguer)] if part in here else []
                further += [(here[None], True, vaguer)] if None in here and _certain(part) else []
        ways = further
    ended = [here[_END] for here, plainer, vaguer in ways if plainer and vaguer and _END in here]
    return [written for _, written in sorted(ended, key=lambda one: one[0])]


def _certain(word: str) -> bool:
    """Whether it is certain what a word matches: not with a variable within it, and not at the end of a path."""
    return word != _END and "{" not in word


def _share_a_method(api: Api, one: Node, other: Node) -> bool:
    first, second = (api.resolve(node) or node for node in (one, other))
    return bool({node.name for node in of_item(api, first)} & {node.name for node in of_item(api, second)})


def _parameters(api: Api, holder: Node) -> Iterator[tuple[Node, Node]]:
    """The parameters in an object, as they are written and as they are after following their references."""
    for written in api.members(holder, "parameters"):
        parameter = api.resolve(written)
        if parameter is not None and isinstance(parameter.value, dict):
            yield written, written if parameter.key == written.key else parameter


def _path_names(api: Api, holder: Node) -> set[str]:
    return {
        str(parameter.value.get("name"))
        for _, parameter in _parameters(api, holder)
        if parameter.value.get("in") not in ("query", "header", "cookie", "body", "formData", "querystring")
    } | {str(written.value.get("$ref")) for written in api.members(holder, "parameters") if _lost(api, written)}


def _lost(api: Api, written: Node) -> bool:
    return "$ref" in mapping(written.value) and api.resolve(written) is None


def parameters_of(api: Api, operation: Operation) -> dict[tuple[str, str], Node]:
    """The parameters of an operation by their name and place, those of its path included."""
    made: dict[tuple[str, str], Node] = {}
    for holder in (operation.item, operation.node):
        for _, parameter in _parameters(api, holder):
            made[str(parameter.value.get("name")), str(parameter.value.get("in"))] = parameter
    return made
