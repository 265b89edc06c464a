"""Rules about operations: their ids, summaries, tags, bodies and responses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import unquote, urldefrag

from opsbook.diagnostic import suggest
from opsbook.openapi.lint.found import Found, found, mapping, objects, operations
from opsbook.openapi.walk import Api, Node
from opsbook.source import pointer, short

_URL_SAFE = re.compile(r"[A-Za-z0-9._~-]+")


def missing_operation_id(api: Api) -> Iterator[Found]:
    """An operation has no `operationId`.

    It is the name under which generated clients, links and this site's addresses know the operation. A name that
    is made from the path changes with the path.

        get:
          operationId: listOrders
    """
    for operation in operations(api):
        if "operationId" not in operation.node.value:
            yield found(
                operation.node,
                message=f"{operation.title} has no `operationId`",
                hint="add one that stays: `operationId: listOrders`",
                key=True,
            )


def duplicate_operation_id(api: Api) -> Iterator[Found]:
    """Two operations have the same `operationId`.

    It has to be unique in the whole document, webhooks and callbacks included: clients make a function of each.

        operationId: listOrdersOfCustomer
    """
    seen: dict[str, Node] = {}
    for node in api.nodes.get("operation", ()):
        name = node.value.get("operationId")
        if not isinstance(name, str):
            continue
        if name in seen:
            yield found(
                node,
                "operationId",
                message=f"`{short(name)}` is the id of another operation, too: {_spelled(seen[name])}",
                hint="give each operation an id of its own",
            )
        seen.setdefault(name, node)


def _spelled(node: Node) -> str:
    """An operation as readers know it, or where it stands."""
    if node.route[:1] == ("paths",) and len(node.route) == 3:  # noqa: PLR2004  # `paths`, the path, the method
        return f"`{node.name.upper()} {short(str(node.route[1]))}`"
    return f"`{short(pointer(node.route))}`"


def unsafe_operation_id(api: Api) -> Iterator[Found]:
    """An `operationId` has characters that mean something else in an address, or that have to be escaped there.

    It becomes the name of a function, of a file and of an anchor. Letters, digits, `-`, `.`, `_` and `~` are safe
    everywhere.

        operationId: listOrders
    """
    for node in api.nodes.get("operation", ()):
        name = node.value.get("operationId")
        if isinstance(name, str) and not (_URL_SAFE.fullmatch(name) and name.strip(".")):
            yield found(
                node,
                "operationId",
                message=f"`{short(name)}` cannot stand in an address as it is" if name else "`operationId` is empty",
                hint="use letters, digits, `-`, `.` and `_`",
            )


def missing_summary(api: Api) -> Iterator[Found]:
    """An operation has no `summary`.

    Lists of operations show it: without one, readers see a path and have to guess.

        get:
          summary: All orders of a customer
    """
    for operation in operations(api):
        said = operation.node.value.get("summary")
        if said is None or (isinstance(said, str) and not said.strip()):
            yield found(
                operation.node,
                message=f"{operation.title} has no `summary`",
                hint="say in a few words what it does: `summary: All orders of a customer`",
                key=True,
            )


def undefined_tag(api: Api) -> Iterator[Found]:
    """An operation has a tag that the document does not define, or a tag has such a parent.

    Tags are the chapters of a reference. One that is not defined has no description and no place in their order; mostly
    it is another one with a slip of the pen.

        tags:
          - name: orders
            description: What customers have bought
    """
    defined = {str(tag.get("name")) for tag in _tags(api)}
    for node in api.nodes.get("operation", ()):
        tags = node.value.get("tags")
        for index, name in enumerate(tags if isinstance(tags, list) else ()):
            if isinstance(name, str) and name not in defined:
                yield found(
                    node,
                    "tags",
                    index,
                    message=f"the tag `{short(name)}` is not defined",
                    hint=suggest(name, defined) or "define it in `tags` at the top of the document",
                )
    for index, tag in enumerate(_tags(api)):
        parent = tag.get("parent")
        if isinstance(parent, str) and parent not in defined:
            yield found(
                api.root,
                "tags",
                index,
                "parent",
                message=f"the tag `{short(parent)}` is not defined",
                hint=suggest(parent, defined) or "define it in `tags`",
            )


def duplicate_tag(api: Api) -> Iterator[Found]:
    """Two definitions of tags have the same name.

    Which of the two descriptions is shown is chance.

        tags:
          - name: orders
          - name: customers
    """
    seen: set[str] = set()
    for index, tag in enumerate(_tags(api)):
        name = tag.get("name")
        if isinstance(name, str):
            if name in seen:
                yield found(
                    api.root,
                    "tags",
                    index,
                    "name",
                    message=f"the tag `{short(name)}` is defined twice",
                    hint="keep one of the definitions",
                )
            seen.add(name)


def circular_tag(api: Api) -> Iterator[Found]:
    """A tag is, by way of its parents, its own parent.

    Parents make a tree of chapters, and a circle has no beginning.

        tags:
          - name: orders
          - name: returns
            parent: orders
    """
    parents = {str(tag.get("name")): tag.get("parent") for tag in _tags(api)}
    told: set[str] = set()
    for index, tag in enumerate(_tags(api)):
        passed = [str(tag.get("name"))]
        while isinstance(onward := parents.get(passed[-1]), str) and onward not in passed:
            passed.append(onward)
        if onward == passed[0] and told.isdisjoint(passed):
            told.update(passed)
            yield found(
                api.root,
                "tags",
                index,
                "parent",
                message=f"the parents of the tag `{short(passed[0])}` lead back to it",
                hint="remove one of the parents",
            )


def _tags(api: Api) -> list[dict[str, object]]:
    """The definitions of tags, with an empty one for what is none, so that indices count."""
    tags = mapping(api.root.value).get("tags")
    return [mapping(tag) for tag in tags] if isinstance(tags, list) else []


def missing_success_response(api: Api) -> Iterator[Found]:
    """An operation says nothing about what it answers when all goes well.

    A response of the class `2XX` says it, or `3XX` where it leads elsewhere, or `101` where it changes the
    protocol; `default` says it for an operation whose answers are all alike.

        responses:
          "200":
            description: All orders
    """
    for operation in operations(api):
        codes = _codes(api, operation.node)
        if codes is not None and not any(code[:1] in "23" or code in ("101", "default") for code in codes):
            yield found(
                operation.node,
                "responses",
                message=f"{operation.title} has no response for success",
                hint='add one, such as `"200":` with a `description`',
                key=True,
            )


def missing_client_error_response(api: Api) -> Iterator[Found]:
    """An operation says nothing about what it answers to a faulty request.

    Whoever writes a client has to handle it, and finds out in production. A response of the class `4XX` says it, or
    `default`.

        responses:
          "404":
            description: There is no such order
    """
    for operation in operations(api):
        codes = _codes(api, operation.node)
        if codes and not any(code[:1] == "4" or code == "default" for code in codes):
            yield found(
                operation.node,
                "responses",
                message=f"{operation.title} has no response for a faulty request",
                hint='add one, such as `"404":`, `4XX:` or `default:`',
                key=True,
            )


def missing_error_schema(api: Api) -> Iterator[Found]:
    """The response to a faulty request does not say what its body looks like.

    A client can show the reason of an error only if it knows where it stands. `application/problem+json` (RFC 9457) is
    a form that many know.

        "404":
          description: There is no such order
          content:
            application/problem+json:
              schema: {$ref: "#/components/schemas/Problem"}
    """
    told: set[object] = set()
    for operation in operations(api):
        if operation.method == "head":
            continue
        for written in api.members(operation.node, "responses"):
            response = api.resolve(written)
            if not written.name.startswith("4") or response is None or response.key in told:
                continue
            value = mapping(response.value)
            media = mapping(value.get("content")).values()
            described = "schema" in value or any("schema" in mapping(one) or "$ref" in mapping(one) for one in media)
            if not described and "$ref" not in value:
                told.add(response.key)
                yield found(
                    response,
                    message=f"the response `{short(response.name)}` does not say what its body looks like",
                    hint="add `content:` with a media type and a `schema:`"
                    if api.document.version != "2.0"
                    else "add a `schema:`",
                    key=True,
                )


def _codes(api: Api, node: Node) -> list[str] | None:
    """The codes of the responses of an operation; None where they cannot be seen."""
    responses = node.value.get("responses")
    if responses is None and api.document.version in ("3.1", "3.2"):
        return []
    if not isinstance(responses, dict):
        return None
    return [code for code in responses if not code.startswith("x-")]


def ignored_request_body(api: Api) -> Iterator[Found]:
    """An operation has a body in a request whose method has no use for one.

    HTTP gives the body of GET, HEAD and DELETE no meaning: proxies drop it, and many clients cannot send it.

        get:
          parameters:
            - name: state
              in: query
              schema: {type: string}
    """
    for operation in operations(api):
        if operation.method in ("get", "head", "delete") and "requestBody" in operation.node.value:
            yield found(
                operation.node,
                "requestBody",
                message=f"the body of a {operation.method.upper()} request has no meaning, and may be dropped",
                hint="use parameters, or the method POST",
                key=True,
            )


def conflicting_body(api: Api) -> Iterator[Found]:
    """An operation of 2.0 has two parameters with `in: body`, or one beside form fields.

    A request has one body, and a form is one.

        parameters:
          - name: order
            in: body
            schema: {$ref: "#/definitions/Order"}
    """
    if api.document.version != "2.0":
        return
    for operation in operations(api):
        places = Counter[str]()
        for holder in (operation.item, operation.node):
            for written in api.members(holder, "parameters"):
                parameter = api.resolve(written)
                where = mapping(parameter.value).get("in") if parameter else None
                places[str(where)] += 1
                if (where == "body" and (places["body"] > 1 or places["formData"])) or (
                    where == "formData" and places["formData"] == 1 and places["body"]
                ):
                    yield found(
                        written,
                        message=f"{operation.title} has more than one body",
                        hint="keep one parameter with `in: body`, or only form fields",
                    )


def undefined_operation(api: Api) -> Iterator[Found]:
    """A link leads to an operation that does not exist.

    A link says which operation may follow on a response, by its `operationId` or by a reference to it.

        links:
          cancel:
            operationId: cancelOrder
    """
    ids = {str(node.value.get("operationId")) for node in api.nodes.get("operation", ())}
    places = {(node.source.path, node.route) for node in api.nodes.get("operation", ())}
    for node in objects(api, "link"):
        name, reference = node.value.get("operationId"), node.value.get("operationRef")
        if isinstance(name, str) and name not in ids:
            yield found(
                node,
                "operationId",
                message=f"there is no operation `{short(name)}`",
                hint=suggest(name, ids) or "mend the name",
            )
        elif isinstance(reference, str) and reference.startswith("#"):
            parts = unquote(urldefrag(reference)[1]).split("/")[1:]
            route = tuple(part.replace("~1", "/").replace("~0", "~") for part in parts)
            if (node.source.path, route) not in places:
                yield found(
                    node,
                    "operationRef",
                    message=f"there is no operation at `{short(reference)}`",
                    hint="write `operationId:` with its id, or `#/paths/~1orders/get`",
                )
