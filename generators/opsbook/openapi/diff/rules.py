"""What may change between two versions of an API, how grave it is, and why."""

from __future__ import annotations

from typing import NamedTuple

from opsbook.diagnostic import Severity


class Meaning(NamedTuple):
    """How grave a change is, and its page of the manual."""

    severity: Severity
    """`error`: clients break. `warning`: some may, and only people can tell. `note`: none does."""
    explanation: str
    """First line: the change, in a sentence. Then why it matters, and an example."""


_ERRORS = {
    "removed-path": """
        A path is gone, with all its operations.

        Every client that calls it gets `404`. Deprecate the operations first, with the date of their end, and
        remove them after that date: then the removal is a warning, because it was announced.

            /orders:            # in the old version only
              get: {}
        """,
    "removed-operation": """
        A method of a path is gone, or the last ones of a path of which others were deprecated.

        Every client that calls it gets `404` or `405`. Deprecate it first, with the date of its end, and remove it
        after that date: then the removal is a warning, because it was announced.

            /orders:
              get: {}
              delete: {}        # in the old version only
        """,
    "moved-operation": """
        An operation is served under another method or path; its operationId tells that it is the same.

        Clients call the address that they know. Serve both, with the former one deprecated, until nobody calls it.

            /purchases:         # was /orders
              get:
                operationId: listOrders
        """,
    "removed-success-response": """
        A response that meant success is gone.

        Clients wait for the status that was promised, and take any other one for a failure. A range such as `2XX`
        covers its statuses; `default` covers none, as it stands for errors.

            responses:
              "202": {}         # was "200"
        """,
    "removed-request-media-type": """
        A media type of a request body is gone.

        Clients that send it get `415`. A range such as `application/*` covers its types.

            content:
              application/json: {}
              application/xml: {}       # in the old version only
        """,
    "removed-response-media-type": """
        A media type of a response is gone.

        Clients that ask for it get `406`, or an answer that they cannot read.

            content:
              application/json: {}
              text/csv: {}      # in the old version only
        """,
    "removed-parameter": """
        A parameter is gone that was not deprecated.

        An API either refuses requests that still send it, or ignores it: then the client that filtered, sorted or
        paged with it gets an answer to another question, and no error. Deprecate it first.

            parameters:
              - name: status    # in the old version only
                in: query
        """,
    "moved-parameter": """
        A parameter is sent elsewhere: in a header instead of the query, say.

        For clients of the old version that is a parameter that is missing. Take both for a while.

            - name: tenant
              in: header        # was query
        """,
    "changed-parameter-style": """
        A parameter is written differently: its style, explode, reserved characters or media type.

        What clients send is taken apart in another way: `1,2` becomes one value where two were meant. For
        parameters that are neither lists nor objects, only the style within a path counts.

            - name: ids
              in: query
              explode: false    # was true
              schema: {type: array}
        """,
    "added-required-parameter": """
        There is a new parameter that every request must have.

        No client of the old version sends it: all their requests are refused. Make it optional, with a default.

            - name: region
              in: query
              required: true
        """,
    "newly-required-parameter": """
        A parameter that was optional is required.

        Requests without it were valid, and are refused. A default would not help: what is required has to be sent.

            - name: page
              in: query
              required: true    # was false
        """,
    "added-required-request-body": """
        Requests must have a body, and had none.

        No client of the old version sends one. Make the body optional.

            requestBody:
              required: true
        """,
    "newly-required-request-body": """
        A request body that was optional is required.

        Requests without a body were valid, and are refused.

            requestBody:
              required: true    # was false
        """,
    "removed-request-body": """
        Requests have no body any more.

        What clients send in it is refused or, worse, ignored.

            post:
              requestBody: {}   # in the old version only
        """,
    "added-required-request-property": """
        Requests must have a new property.

        No client of the old version sends it: all their requests are refused. Make it optional.

            Order:
              required: [currency]
              properties:
                currency: {type: string}
        """,
    "newly-required-request-property": """
        A property that was optional in requests is required.

        Requests without it were valid, and are refused.

            Order:
              required: [id, note]      # was [id]
        """,
    "refused-request-property": """
        A property is gone from requests, and the object takes no others than those it names.

        Clients that still send it are refused. Keep it, deprecated, and ignore it.

            Order:
              additionalProperties: false
              properties:
                note: {}        # in the old version only
        """,
    "removed-response-property": """
        A property is gone from responses.

        Clients that read it find nothing. This holds for optional properties, too: few documents say which
        properties are always there. Deprecate it first: then the removal is a warning, because it was announced.

            Order:
              properties:
                total: {}       # in the old version only
        """,
    "newly-optional-response-property": """
        A property that was always in responses may be missing.

        Clients read it without asking whether it is there.

            Order:
              required: [id]    # was [id, total]
        """,
    "removed-request-enum-value": """
        A value that requests could have is not taken any more.

        Clients that send it are refused.

            enum: [new, paid]   # was [new, paid, free]
        """,
    "added-response-enum-value": """
        A property of responses can have a value that no client has heard of.

        Generated clients refuse what is not in their enum, and a `switch` without a default does nothing. Where
        values have to be expected, list them in `x-extensible-enum` from the first version on: then this is a note.

            enum: [new, paid, refunded]         # was [new, paid]
        """,
    "narrowed-request-type": """
        Values of a type that requests could have are not taken any more.

        Clients that send them are refused. A whole number is a number: `integer` to `number` breaks nobody here.

            type: integer       # was string
        """,
    "widened-response-type": """
        Responses have values of a type that they did not have.

        Clients read them into a variable of the old type. A whole number is a number: `number` to `integer` breaks
        nobody here.

            type: [string, integer]     # was string
        """,
    "narrowed-request-format": """
        Values that requests could have are not of the new format.

        Clients that send them are refused. `int32` to `int64` and `float` to `double` only take more.

            type: string
            format: uuid        # was not set
        """,
    "widened-response-format": """
        Responses have values that are not of the old format.

        Clients read them into a variable that is made for the old format: an `int64` overflows an `int32`.

            type: integer
            format: int64       # was int32
        """,
    "narrowed-request-constraint": """
        A bound on what requests may have became stricter.

        Values that were valid are refused. Bounds are those of values, lengths, items and properties, `pattern`,
        `multipleOf`, `uniqueItems`, `enum`, and `additionalProperties: false`.

            type: string
            maxLength: 50       # was 100
        """,
    "forbidden-request-null": """
        A value in requests may no longer be null.

        Clients that send null, as many do for what is not set, are refused.

            type: string        # was [string, "null"]
        """,
    "added-response-null": """
        A value in responses may be null that never was.

        Clients use it without a check, and fail for the first null.

            type: [string, "null"]      # was string
        """,
    "removed-request-alternative": """
        A `oneOf` or `anyOf` of requests lost an alternative.

        Clients that send what it described are refused. Alternatives are told apart by the names of their
        schemas, and by their content where they have none.

            oneOf:
              - $ref: "#/components/schemas/Card"
              - $ref: "#/components/schemas/Cheque"     # in the old version only
        """,
    "added-response-alternative": """
        A `oneOf` or `anyOf` of responses has a new alternative.

        Clients know how to read the others, and fail for the first answer of the new kind.

            oneOf:
              - $ref: "#/components/schemas/Card"
              - $ref: "#/components/schemas/Voucher"    # new
        """,
    "changed-discriminator": """
        The property that tells alternatives apart is another one, or its values mean something else.

        Clients choose by it what to make of an object, and choose wrongly.

            discriminator:
              propertyName: kind        # was type
        """,
    "tightened-security": """
        A way to be let in is closed, or needs more: another scheme, or another scope.

        Tokens and keys that clients have do not suffice any more: `401` or `403` for every request.

            security:
              - oauth: [orders.read, orders.list]       # was [orders.read]
        """,
    "changed-security-scheme": """
        A security scheme asks for something else under the same name.

        The type, the header or the scheme is another one, or a flow was moved or removed. Clients send what the old
        version asked for. Declare a second scheme, and let both in for a while.

            key:
              type: apiKey
              in: header
              name: X-Key       # was X-Token
        """,
    "removed-response-header": """
        A header of a response is gone.

        Clients read it: the address of what was made, the next page, what is left of a quota.

            headers:
              X-Next: {}        # in the old version only
        """,
    "newly-optional-response-header": """
        A header that was always in a response may be missing.

        Clients read it without asking whether it is there.

            headers:
              X-Next:
                required: false         # was true
        """,
    "removed-webhook": """
        A webhook is gone: the API does not call its clients any more.

        No error tells them. They wait for something that does not come.

            webhooks:
              orderPaid: {}     # in the old version only
        """,
    "removed-callback": """
        A callback of an operation is gone: the API does not call its clients any more.

        No error tells them. They wait for something that does not come.

            callbacks:
              onPaid: {}        # in the old version only
        """,
}

_WARNINGS = {
    "announced-removal": """
        Something that was deprecated is gone.

        Clients were told. Those that have not moved break now: look at who still calls it.

            delete:             # in the old version only
              deprecated: true
              x-sunset: 2026-12-31
        """,
    "removed-request-property": """
        A property is gone from requests, and what clients send of it is ignored.

        Requests stay valid. Whether clients relied on its effect, the document does not say.

            Order:
              properties:
                note: {}        # in the old version only
        """,
    "widened-response-constraint": """
        A bound on what responses may have became wider.

        Most clients never look at it. Those that do made a column of that length, or a list of that size.

            type: string
            maxLength: 200      # was 100
        """,
    "changed-pattern": """
        A pattern became another one.

        Whether it takes more or less than the old one, no program can tell. Compare them with values that are in
        use.

            pattern: "^[A-Z]{3}$"       # was "^[A-Z]+$"
        """,
    "removed-error-response": """
        A response that meant failure, or `default`, is gone.

        Clients may treat it specially, such as by trying again. Mostly the document only left it out.

            responses:
              "409": {}         # in the old version only
        """,
    "changed-operation-id": """
        The operationId of an operation is another one, or gone.

        Nothing changes on the wire. But generated clients name their methods after it, and links refer to it.

            operationId: listOrders     # was getOrders
        """,
    "changed-default": """
        What holds where a request leaves something out is another value.

        Clients that leave it out get another result, and no error.

            name: limit
            in: query
            schema: {type: integer, default: 20}        # was 100
        """,
    "deprecation-without-sunset": """
        An operation is deprecated, and nothing says how long it will last.

        Without a date nobody moves, and its end surprises them. Say it with `x-sunset`, with a `Sunset` header
        (RFC 8594) among the responses, or with a date (2026-12-31) in the description.

            deprecated: true
            x-sunset: 2026-12-31
        """,
    "earlier-sunset": """
        The end of an operation comes earlier than it was announced, or is not announced any more.

        Clients have planned with the date that they were given.

            deprecated: true
            x-sunset: 2026-06-30        # was 2026-12-31
        """,
    "removed-server": """
        An address of the API is gone.

        Clients that have it in their configuration lose the API, unless it still answers there.

            servers:
              - url: https://eu.example.com     # in the old version only
        """,
    "unclear-change": """
        Something changed of which no program can tell what it does.

        That holds for `not`, `if`, `contains`, `dependentRequired`, `propertyNames`, for names given as patterns,
        and for a union that was rearranged. Judge it yourself, and write down why it is right.

            not:
              required: [card]
        """,
}

_NOTES = {
    "added-path": """
        There is a new path.

        No client of the old version calls it.

            /refunds:
              get: {}
        """,
    "added-operation": """
        A path has a new method.

        No client of the old version calls it.

            /orders:
              patch: {}
        """,
    "added-optional-parameter": """
        There is a new parameter that may be left out.

        Clients of the old version leave it out.

            - name: sort
              in: query
        """,
    "added-request-property": """
        Requests may have a new property.

        Clients of the old version leave it out.

            Order:
              properties:
                note: {type: string}
        """,
    "added-response-property": """
        Responses have a new property.

        Clients ignore what they do not know; those that do not were told to by the media type or by nobody.

            Order:
              properties:
                paid_at: {type: string}
        """,
    "added-request-enum-value": """
        Requests may have a new value.

        Clients of the old version do not send it.

            enum: [new, paid, free]     # was [new, paid]
        """,
    "expected-response-enum-value": """
        Responses can have a new value, of a property that was declared to grow.

        `x-extensible-enum` in the old version told clients to expect values that they do not know.

            enum: [new, paid]
            x-extensible-enum: [new, paid]
        """,
    "added-media-type": """
        A body can have another media type.

        Clients of the old version neither send it nor ask for it.

            content:
              text/csv: {}
        """,
    "added-response": """
        An operation has a new response.

        Clients have to expect statuses that they do not know: every server in between may send some.

            responses:
              "429": {}
        """,
    "added-response-header": """
        A response has a new header.

        Clients ignore headers that they do not know.

            headers:
              X-Next: {}
        """,
    "added-server": """
        The API has another address.

        Clients of the old version do not use it.

            servers:
              - url: https://us.example.com
        """,
    "added-webhook": """
        There is a new webhook.

        The API calls those who ask for it.

            webhooks:
              orderRefunded: {}
        """,
    "added-callback": """
        An operation has a new callback.

        The API calls those who ask for it.

            callbacks:
              onRefund: {}
        """,
    "relaxed-security": """
        There is another, or an easier, way to be let in.

        What let clients in still does.

            security:
              - oauth: []       # was [orders.read]
        """,
    "widened-request": """
        Requests may have more than before: a wider bound, another type, less that is required.

        All that was valid still is.

            type: string
            maxLength: 200      # was 100
        """,
    "narrowed-response": """
        Responses have less than before: a stricter bound, fewer types or values, more that is always there.

        All that comes could have come before.

            enum: [new]         # was [new, paid]
        """,
    "announced-deprecation": """
        Something is deprecated: an operation with the date of its end, a parameter or a property.

        It still works. Clients know what to leave.

            deprecated: true
            x-sunset: 2026-12-31
        """,
    "changed-tags": """
        The tags of an operation are others.

        Nothing changes on the wire. The operation stands elsewhere in the reference, and some generated clients
        put it into another class.

            tags: [purchases]   # was [orders]
        """,
    "renamed-path-parameter": """
        A parameter in a path has another name.

        On the wire it has none: `/orders/17` is the same request. Some generated clients name an argument after it.

            /orders/{number}:   # was /orders/{id}
              get: {}
        """,
}

MEANINGS: dict[str, Meaning] = {
    **{name: Meaning("error", text) for name, text in _ERRORS.items()},
    **{name: Meaning("warning", text) for name, text in _WARNINGS.items()},
    **{name: Meaning("note", text) for name, text in _NOTES.items()},
}
"""Every change by its id, without the prefix `api-diff/`: the gravest first."""
