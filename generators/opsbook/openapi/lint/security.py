"""Rules about security: what operations ask for has to be defined."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from opsbook.diagnostic import suggest
from opsbook.openapi.lint.found import Found, found, mapping, operations
from opsbook.openapi.walk import Api, Node
from opsbook.source import short


def undefined_security_scheme(api: Api) -> Iterator[Found]:
    """An operation, or the document, asks for a security scheme that is not defined.

    Nobody can tell how to sign in. Names of schemes are told apart by capitals, too.

        components:
          securitySchemes:
            token: {type: http, scheme: bearer}
    """
    schemes = security_schemes(api)
    for node, index, requirement in _requirements(api):
        for name in requirement:
            if name not in schemes and not (api.document.version == "3.2" and ("/" in name or "#" in name)):
                yield found(
                    node,
                    "security",
                    index,
                    name,
                    message=f"there is no security scheme `{short(name)}`",
                    hint=suggest(name, schemes) or "define it in `components`, under `securitySchemes`",
                    key=True,
                )


def undefined_scope(api: Api) -> Iterator[Found]:
    """An operation asks for a scope that its OAuth 2 scheme does not have, or for scopes of a scheme that has none.

    A client that asks for it is turned away.

        flows:
          clientCredentials:
            tokenUrl: https://auth.example.com/token
            scopes:
              orders:read: See orders
    """
    schemes = security_schemes(api)
    for node, index, requirement in _requirements(api):
        for name, wanted in requirement.items():
            scheme = schemes.get(name)
            if not isinstance(scheme, dict) or not isinstance(wanted, list):
                continue
            scopes = _scopes(scheme)
            if scopes is None and (api.document.version in ("3.1", "3.2") or scheme.get("type") == "openIdConnect"):
                continue  # its words are roles, which nobody lists
            for number, scope in enumerate(wanted):
                if isinstance(scope, str) and scope not in (scopes or ()):
                    yield found(
                        node,
                        "security",
                        index,
                        name,
                        number,
                        message=f"the security scheme `{short(name)}` has no scope `{short(scope)}`"
                        if scopes is not None
                        else f"the security scheme `{short(name)}` is of a type that knows no scopes",
                        hint=(suggest(scope, scopes) or "add it to the `scopes` of its flows")
                        if scopes is not None
                        else f"write `{short(name)}: []`",
                    )


def unsecured_operation(api: Api) -> Iterator[Found]:
    """An operation says nothing about security, and neither does the document.

    Readers cannot tell an open operation from a forgotten line. `security: []` says that it is open.

        security:
          - token: []
    """
    root = mapping(api.root.value)
    if "security" in root:
        return
    for operation in operations(api):
        if "security" not in operation.node.value:
            yield found(
                operation.node,
                message=f"{operation.title} does not say what security it asks for",
                hint="add `security:` here or at the top of the document; `security: []` means none",
                key=True,
            )


def security_schemes(api: Api) -> dict[str, Any]:
    """The security schemes of a document by name, after following their references."""
    root = mapping(api.root.value)
    if api.document.version == "2.0":
        return mapping(root.get("securityDefinitions"))
    made: dict[str, Any] = {}
    for components in api.members(api.root, "components"):
        for node in api.members(components, "securitySchemes"):
            resolved = api.resolve(node)
            made[node.name] = resolved.value if resolved else None
    return made


def _requirements(api: Api) -> Iterator[tuple[Node, int, dict[str, Any]]]:
    """Every security requirement: what asks for it, its number in the list, and the schemes with their scopes."""
    for node in (api.root, *api.nodes.get("operation", ())):
        listed = mapping(node.value).get("security")
        for index, requirement in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(requirement, dict):
                yield node, index, requirement


def _scopes(scheme: dict[str, Any]) -> set[str] | None:
    """The scopes of all flows of an OAuth 2 scheme; None where it is of another type."""
    if scheme.get("type") != "oauth2":
        return None
    flows = [scheme, *mapping(scheme.get("flows")).values()]
    return {scope for flow in flows for scope in mapping(mapping(flow).get("scopes"))}
