"""The APIs of the reference systems hold what their source documents demand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cases import own
from opsbook.kinds.api.model import ApiDocument
from opsbook.openapi.contents import Contents, Operation
from opsbook.openapi.walk import Api, Node

pytestmark = pytest.mark.whole

ROOT = Path(__file__).parent.parent

MESSAGING_PATHS = {
    *("/health", "/health/live", "/health/ready", "/metrics"),
    *("/queue/add", "/queue/bulk", "/queue/schedule", "/queue/metrics"),
    *("/analytics/track/message-sent", "/analytics/track/conversion", "/analytics/metrics/overview"),
    *("/whatsapp/send", "/whatsapp/instances"),
    *("/bot/intents", "/bot/handoff"),
    "/webhooks/whatsapp",
}
"""The paths that the source lists."""

SITE_HOSTING = ("tenants", "hierarchy", "users", "invitations", "sites", "templates", "plugins", "instances")


def offers(system: str, id_: str) -> Contents:
    (found,) = [spec.document for spec in own().project.of(ApiDocument, system) if spec.document.id == id_]
    return found.offers


def root(system: str, id_: str) -> dict[str, Any]:
    return dict(offers(system, id_).api.root.value)


def responses(api: Api, operation: Operation) -> dict[str, dict[str, Any]]:
    """The responses of an operation by their status, references followed."""
    return {
        node.name: whole.value
        for node in api.members(operation.node, "responses")
        if (whole := api.resolve(node)) is not None
    }


def has_example(media: dict[str, Any]) -> bool:
    return "example" in media or bool(media.get("examples"))


def body(api: Api, operation: Operation) -> dict[str, Any]:
    """The media types of what an operation is sent."""
    nodes: list[Node | None] = [api.resolve(node) for node in api.members(operation.node, "requestBody")]
    return {name: media for node in nodes if node for name, media in node.value["content"].items()}


def test_messaging_is_whole() -> None:
    document, found = root("messaging", "messaging"), offers("messaging", "messaging")
    assert document["openapi"] == "3.0.3"
    assert len(document["servers"]) == 3
    assert [tag["name"] for tag in document["tags"]] == ["Queue", "Analytics", "WhatsApp", "Bot", "Health", "Webhooks"]
    assert {operation.path for operation in found.operations} == MESSAGING_PATHS
    assert len(document["components"]["schemas"]) >= 20
    assert {scheme["type"] for scheme in document["components"]["securitySchemes"].values()} == {"apiKey"}
    told = {status for operation in found.operations for status in responses(found.api, operation)}
    assert {"400", "401", "429", "503"} <= told


@pytest.mark.parametrize(
    ("system", "id_"), [("messaging", "messaging"), *(("site-hosting", id_) for id_ in SITE_HOSTING)]
)
def test_every_operation_has_examples(system: str, id_: str) -> None:
    found = offers(system, id_)
    assert found.operations
    for operation in found.operations:
        for media in body(found.api, operation).values():
            assert has_example(media), operation.id
        for status, response in responses(found.api, operation).items():
            for media in response.get("content", {}).values():
                assert has_example(media), (operation.id, status)


@pytest.mark.parametrize("id_", SITE_HOSTING)
def test_site_hosting_is_whole(id_: str) -> None:
    document, found = root("site-hosting", id_), offers("site-hosting", id_)
    assert document["openapi"] == "3.0.3"
    assert len(document["servers"]) == 3
    schemes = [found.api.resolve(node) for node in found.api.nodes["security scheme"]]
    assert {(one.value["type"], one.value["scheme"], one.value["bearerFormat"]) for one in schemes if one} == {
        ("http", "bearer", "JWT")
    }
    assert any("_links" in found.fields(schema) for schema in found.schemas)
    assert any(response.get("links") for one in found.operations for response in responses(found.api, one).values())
    for operation in found.operations:
        if operation.node.value.get("security") != []:
            assert "401" in responses(found.api, operation), operation.id


def test_a_site_is_made_asynchronously() -> None:
    found = offers("site-hosting", "sites")
    assert any("202" in responses(found.api, operation) for operation in found.operations)


@pytest.mark.parametrize(
    ("system", "id_", "paths"),
    [("chatbot", "chatbot", {"/healthz", "/api/auth/ws-token"}), ("lodging", "lodging", {"/api/v1/healthz"})],
)
def test_endpoints_that_a_source_names_are_there(system: str, id_: str, paths: set[str]) -> None:
    assert paths <= {operation.path for operation in offers(system, id_).operations}
