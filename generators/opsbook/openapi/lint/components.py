"""A rule about what a document defines and nothing needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from opsbook.openapi.lint.found import Found, found, mapping
from opsbook.openapi.walk import Api, Node
from opsbook.source import Route, short

_Key: TypeAlias = tuple[str, ...]
"""The way to a component: `("components", "schemas", "Order")`; empty for the rest of the document."""


def unused_component(api: Api) -> Iterator[Found]:
    """A component is defined, and nothing that a client can call refers to it.

    What nobody needs is read, translated into code and kept up to date all the same. Components that only such
    ones refer to count as unused, too. Names in security requirements and in discriminators are references.

        schema:
          $ref: "#/components/schemas/Order"
    """
    root = mapping(api.root.value)
    if not (mapping(root.get("paths")) or mapping(root.get("webhooks"))):
        return  # a library for other documents
    if api.judged:
        return  # what a broken reference was to lead to is not certain
    homes = _homes(api)
    uses = _uses(api, homes)
    used, new = set[_Key](), list[_Key]([()])
    while new:
        here = new.pop()
        if here not in used:
            used.add(here)
            new += uses.get(here, ())
    for home in homes:
        for name in home.value:
            key = (*map(str, home.route), name)
            if key not in used and not name.startswith("x-"):
                yield found(
                    home,
                    name,
                    message=f"nothing refers to the {_SINGULAR.get(home.name, 'component')} `{short(name)}`",
                    hint="remove it, or refer to it",
                    key=True,
                )


_SINGULAR = {
    "schemas": "schema",
    "definitions": "schema",
    "responses": "response",
    "parameters": "parameter",
    "examples": "example",
    "requestBodies": "request body",
    "headers": "header",
    "securitySchemes": "security scheme",
    "securityDefinitions": "security scheme",
    "links": "link",
    "callbacks": "callback",
    "pathItems": "path item",
    "mediaTypes": "media type",
}


def _homes(api: Api) -> list[Node]:
    """The mappings that hold components."""
    root = mapping(api.root.value)
    if api.document.version == "2.0":
        names = ("definitions", "parameters", "responses", "securityDefinitions")
        routes = [(name, root.get(name)) for name in names]
        return [Node(api.root.source, (name,), "", value) for name, value in routes if isinstance(value, dict)]
    return [
        Node(api.root.source, ("components", name), "", value)
        for name, value in mapping(root.get("components")).items()
        if name in _SINGULAR and isinstance(value, dict)
    ]


def _uses(api: Api, homes: list[Node]) -> dict[_Key, list[_Key]]:
    """Which component needs which; the rest of the document, and other files, stand under the empty key."""
    own, length = api.root.source.path, 2 if api.document.version == "2.0" else 3
    places = {tuple(map(str, home.route)) for home in homes}
    uses: dict[_Key, list[_Key]] = {}

    def holder(path: str, route: Route) -> _Key:
        return tuple(map(str, route[:length])) if path == own and tuple(map(str, route[: length - 1])) in places else ()

    for (path, route), target in api.targets.items():
        uses.setdefault(holder(path, route), []).append(holder(*target.key))
    for node in api.nodes.get("schema", ()):
        if "$dynamicAnchor" in node.value:
            uses.setdefault((), []).append(holder(*node.key))
    _by_name(api, uses, holder, length)
    return uses


def _by_name(api: Api, uses: dict[_Key, list[_Key]], holder: Any, length: int) -> None:
    """What is needed without a reference: security schemes, and the schemas of discriminators."""
    schemes = ("securityDefinitions",) if length == 2 else ("components", "securitySchemes")  # noqa: PLR2004  # 2.0
    for node in (api.root, *api.nodes.get("operation", ())):
        for requirement in _listed(mapping(node.value).get("security")):
            uses.setdefault(holder(*node.key), []).extend((*schemes, name) for name in mapping(requirement))
    for node in api.nodes.get("discriminator", ()):
        here = holder(*node.key)
        for target in mapping(node.value.get("mapping")).values():
            uses.setdefault(here, []).append(("components", "schemas", str(target).rpartition("/")[2]))
    discriminating = {holder(node.source.path, node.route[:-1]) for node in api.nodes.get("discriminator", ())}
    if api.document.version == "2.0":
        nodes = api.nodes.get("schema", ())
        discriminating |= {holder(*node.key) for node in nodes if isinstance(node.value.get("discriminator"), str)}
    # A schema that takes over one with a discriminator is among those which that one stands for.
    for (path, route), target in api.targets.items():
        if len(route) == length + 2 and route[-2] == "allOf":
            base = holder(*target.key)
            if base in discriminating:
                uses.setdefault(base, []).append(holder(path, route))


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else ()
