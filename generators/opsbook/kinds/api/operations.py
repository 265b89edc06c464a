"""Operations on pages: what to send, what comes back, and how that looks in a program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from opsbook import commonmark
from opsbook.kinds.api.schemas import Schemas, front, join, made_title
from opsbook.kinds.api.view import View, address, code_of, literal, method, paragraph, table
from opsbook.labels import N_
from opsbook.openapi import exchange, requests
from opsbook.openapi.contents import Operation, Tag
from opsbook.openapi.exchange import Example, Media, Parameter, Response, mapping, text
from opsbook.openapi.walk import Node
from opsbook.page import Page

_PLACES = {
    "path": N_("in the path"),
    "query": N_("in the query"),
    "querystring": N_("the whole query"),
    "header": N_("header"),
    "cookie": N_("cookie"),
}
_ENOUGH_FOR_A_TABLE = 3
_MOST_FIELDS = 15


@dataclass(frozen=True)
class Operations:
    """Prints operations for one page."""

    view: View
    alone: bool = False
    """Whether the page is of one operation: its parts are then headings of the page."""

    @cached_property
    def schemas(self) -> Schemas:
        """Prints schemas for the same page."""
        return Schemas(self.view)

    def heading(self, words: str, anchor: str) -> str:
        """The heading of a part of an operation."""
        return f"## {words} {{ #-{anchor} }}" if self.alone else f"<h3>{words}</h3>"

    def whole(self, operation: Operation) -> Iterator[str]:
        """Everything about an operation but its title."""
        view, value = self.view, operation.node.value
        yield (f'<p class="opsbook-endpoint">{method(operation.method)} {code_of(operation.path)}</p>')
        yield from view.facts(self.facts(operation))
        if text(operation.item.value, "summary") and not value.get("summary"):
            yield from view.prose(operation.item.value, "summary")
        yield from view.prose(value, level=1 if self.alone else 2)
        yield from view.prose(operation.item.value, level=1 if self.alone else 2)
        yield from self.sent(operation)
        yield from self.answers(operation)
        yield from self.callbacks(operation)
        if not operation.webhook:
            yield from self.samples(operation)

    def facts(self, operation: Operation) -> Iterator[tuple[str, str]]:
        """What is known of an operation in a few words."""
        label, view, value = self.view.label, self.view, operation.node.value
        if value.get("deprecated") is True:
            yield label("Deprecated"), f"<strong>{label('it will go away')}</strong>"
        if operation.id:
            yield "operationId", code_of(operation.id)
        yield label("Authentication"), security(view, operation)
        servers = exchange.own_servers(view.api, operation)
        yield label("Served at"), ", ".join(server_address(one.url) for one in servers)
        known = {tag.title: view.to_tag(tag) for tag in view.offers.tags} if operation.tags[1:] else {}
        yield label("Also under"), ", ".join(known.get(name) or literal(name) for name in operation.tags[1:])
        yield label("More"), view.outside(value)
        yield from view.extensions(value)

    # Sent

    def sent(self, operation: Operation) -> Iterator[str]:
        """Parameters and bodies."""
        api, label = self.view.api, self.view.label
        parameters = exchange.parameters(api, operation)
        if parameters:
            yield self.heading(label("Parameters"), "parameters")
            for one in parameters:
                yield from self.parameter(
                    one, label(_PLACES[one.place]) if one.place in _PLACES else literal(one.place)
                )
        body = exchange.body(api, operation)
        if body:
            words = label("Content") if operation.webhook else label("Request body")
            yield self.heading(words, "body")
            if not body.required and not operation.webhook:
                yield paragraph(label("may be left out"), "opsbook-limits")
            yield from self.view.prose({"description": body.description}, level=4)
            for media in body.media:
                yield from self.media(media, "request", shown=media is body.media[0])

    def parameter(self, parameter: Parameter, place: str, depth: int = 0) -> Iterator[str]:
        """A parameter or a header: name, type, limits, what it is."""
        view, value = self.view, parameter.value
        schema = parameter.schema or (parameter.media.schema if parameter.media else None)
        parts = [f'<code class="opsbook-name">{literal(parameter.name)}</code>', self.schemas.type_of(schema), place]
        if parameter.required:
            parts.append(f'<strong class="opsbook-required">{view.label("required")}</strong>')
        if value.get("deprecated") is True:
            parts.append(f'<span class="opsbook-mark">{view.label("deprecated")}</span>')
        yield paragraph(" · ".join(part for part in parts if part), "opsbook-field", depth)
        described = [value, *(one.value for one in (self.schemas.unnamed(schema) if schema else ()))]
        said: Any = next((one for one in described if text(one, "description")), {})
        yield from view.prose(said, classes="opsbook-about", level=5)
        limits = [*(self.schemas.all_limits(schema) if schema else ()), *self.written(parameter)]
        if limits:
            yield paragraph(" · ".join(dict.fromkeys(limits)), "opsbook-limits", depth)
        if schema:
            yield from self.schemas.inside(schema, depth + 1)
        for example in parameter.examples:
            if isinstance(example.value, dict | list):
                yield view.example(self.title(example, []), example.value)

    def written(self, parameter: Parameter) -> Iterator[str]:
        """How a value is written, where that is not what everybody would do, and examples."""
        label, value = self.view.label, parameter.value
        if parameter.media:
            yield f"{label('written as')} {code_of(parameter.media.type)}"
        elif "style" in value or "explode" in value or "collectionFormat" in value:
            explode = code_of(parameter.explode)
            yield f"{label('style')} {code_of(parameter.style)}, explode {explode}"
        if value.get("allowReserved") is True:
            yield label("reserved signs stay as they are")
        if value.get("allowEmptyValue") is True:
            yield label("may be empty")
        simple = [one for one in parameter.examples if one.given and not isinstance(one.value, dict | list)]
        for one in simple:
            words = literal(one.summary or one.name)
            yield f"{label('for example')} {code_of(one.value)}" + (f" ({words})" if words else "")
        yield from (f"{name} {shown}" for name, shown in self.view.extensions(value))

    # Bodies

    def media(self, media: Media, direction: str, status: str = "", *, shown: bool = False) -> Iterator[str]:
        """A body in one form: its schema, how its parts are written, examples."""
        view, label = self.view, self.view.label
        schema = media.schema
        head = [f"<strong>{literal(status)}</strong>"] if status else []
        if media.type:
            head.append(code_of(media.type))
        if schema is not None:
            head.append(self.schemas.type_of(schema))
        if media.items is not None:
            head.append(f"{label('each item')}: {self.schemas.type_of(media.items)}")
        yield paragraph(" · ".join(head), "opsbook-media")
        for one in (schema, media.items):
            if one is not None:
                yield from self.fields_of(one)
        yield from self.encodings(media)
        limits = [f"{name} {printed}" for name, printed in view.extensions(media.value)]
        if limits:
            yield paragraph(" · ".join(limits), "opsbook-limits")
        yield from self.examples(media, direction, status, shown=shown)

    def fields_of(self, schema: Node) -> Iterator[str]:
        """The fields of a body: names that lead to the page of its schema, or the fields themselves."""
        view = self.view
        named = view.offers.schema(schema)
        if named is None:
            yield from self.schemas.about(schema, 0)
            yield from self.schemas.inside(schema, 1)
            return
        fields = view.offers.fields(named)
        if fields:
            required = self.schemas.all_required(named.node)
            page = view.document.page_of(named)
            names = [
                view.to(f"{page}#{anchor}", literal(node.name)) + (" \\*" if node.name in required else "")
                for anchor, node in list(fields.items())[:_MOST_FIELDS]
            ]
            more = " …" if len(fields) > _MOST_FIELDS else ""
            note = f" ({view.label('* required')})" if required else ""
            yield paragraph(f"{view.label('Fields')}: {', '.join(names)}{more}{note}", "opsbook-limits")

    def encodings(self, media: Media) -> Iterator[str]:
        """How the parts of a body are written."""
        view, label = self.view, self.view.label
        for one in media.encodings:
            if not isinstance(one.value, dict):
                continue
            said = [
                f"{literal(key)} {code_of(one.value[key])}"
                for key in ("contentType", "style", "explode", "allowReserved")
                if key in one.value
            ]
            yield paragraph(f"{label('encoding of')} {code_of(one.name)}: {' · '.join(said)}", "opsbook-limits")
            for header in exchange.encoding_headers(view.api, one):
                yield from self.parameter(header, label("header"), 1)

    def examples(self, media: Media, direction: str, status: str, *, shown: bool) -> Iterator[str]:
        """The examples that the document gives, or one that is made."""
        view = self.view
        for number, one in enumerate(media.examples):
            title = self.title(one, [literal(status)])
            if one.given:
                yield view.example(
                    title,
                    one.value,
                    serialized=one.serialized or not requests.is_json(media.type),
                    shown=shown and number == 0,
                )
            elif one.address:
                yield paragraph(f"{title}: {address(one.address)}", "opsbook-limits")
            yield from view.prose({"description": one.description}, classes="opsbook-about", level=5)
        if media.examples or media.schema is None:
            return
        if requests.is_json(media.type):
            made = view.sampler.of(media.schema, "request" if direction == "request" else "response")
            if made.value not in (None, {}, [], "string"):
                title = " · ".join(part for part in (literal(status), made_title(view, made.valid)) if part)
                yield view.example(title, made.value, shown=shown)

    def title(self, example: Example, before: list[str]) -> str:
        """What an example is called."""
        words = example.summary or example.name
        return " · ".join(part for part in (*before, literal(words) or self.view.label("Example")) if part)

    # Answers

    def answers(self, operation: Operation) -> Iterator[str]:
        """What comes back."""
        view, label = self.view, self.view.label
        found = exchange.responses(view.api, operation)
        if not found:
            return
        yield self.heading(label("Responses"), "responses")
        yield from table((label("Status"), label("Meaning"), label("Body")), (self.row(one) for one in found))
        first = next((one.status for one in found if one.is_success), "")
        seen: set[Any] = set()
        for one in found:
            for media in one.media:
                yield from self.answer(one, media, seen, shown=one.status == first and media is one.media[0])
            yield from self.links(one)
        yield from self.headers(found)

    def row(self, response: Response) -> tuple[str, str, str]:
        """A response in a line."""
        status = f"<strong>{literal(response.status)}</strong>"
        bodies = [
            " ".join(
                part
                for part in (
                    self.schemas.type_of(one.schema or one.items) if one.schema or one.items else "",
                    "" if one.type == "application/json" else code_of(one.type),
                )
                if part
            )
            or "JSON"
            for one in response.media
        ]
        extra = [f"{name} {shown}" for name, shown in self.view.extensions(response.value)]
        return status, " ".join([commonmark.phrase(response.description), *extra]), "<br>".join(bodies)

    def answer(self, response: Response, media: Media, seen: set[Any], *, shown: bool) -> Iterator[str]:
        """What the table does not say of a body that comes back."""
        schemas = [one for one in (media.schema, media.items) if one is not None]
        own = [one for one in schemas if self.view.offers.schema(one) is None and not self.schemas.is_simple(one)]
        if own or media.encodings:
            yield paragraph(f"<strong>{literal(response.status)}</strong> · {code_of(media.type)}", "opsbook-media")
            for one in own:
                yield from self.schemas.about(one, 0)
                yield from self.schemas.inside(one, 1)
            yield from self.encodings(media)
        named = self.view.offers.schema(media.schema) if media.schema else None
        if not media.examples and named and response.is_error:
            return  # the page of the schema shows one
        key = media.schema.key if media.schema else None
        if not media.examples and key in seen:
            return
        seen.add(key)
        yield from self.examples(media, "response", response.status, shown=shown)

    def headers(self, responses: Iterable[Response]) -> Iterator[str]:
        """The headers of all answers, each once."""
        found: dict[Any, tuple[Parameter, list[str]]] = {}
        for one in responses:
            for header in one.headers:
                found.setdefault((header.name, header.key), (header, []))[1].append(one.status)
        rows = []
        label = self.view.label
        for header, statuses in found.values():
            limits = [*(self.schemas.all_limits(header.schema) if header.schema else ()), *self.written(header)]
            words = [commonmark.phrase(text(header.value, "description")), " · ".join(dict.fromkeys(limits))]
            if header.value.get("deprecated") is True:
                words.insert(0, f'<span class="opsbook-mark">{label("deprecated")}</span>')
            schema = header.schema or (header.media.schema if header.media else None)
            must = f' <strong class="opsbook-required">{label("required")}</strong>' if header.required else ""
            rows.append(
                (
                    code_of(header.name) + must,
                    self.schemas.type_of(schema),
                    ", ".join(literal(one) for one in statuses),
                    "<br>".join(part for part in words if part),
                )
            )
        yield from table((label("Header"), label("Type"), label("With"), label("Meaning")), rows)

    def links(self, response: Response) -> Iterator[str]:
        """What can be asked next with what came back."""
        view, label = self.view, self.view.label
        for node in response.links:
            value = node.value
            target = text(value, "operationId") or text(value, "operationRef")
            found = next(
                (one for one in view.offers.operations if one.id == target or one.node.key == self._route(target)), None
            )
            leads = view.to_operation(found) if found else code_of(target) if target else ""
            said = [f"{label('link')} {code_of(node.name)} → {leads}"]
            said += [f"{code_of(name)} = {code_of(one)}" for name, one in mapping(value, "parameters").items()]
            if "requestBody" in value:
                said.append(f"{label('body')} = {code_of(value['requestBody'])}")
            yield paragraph(f"<strong>{literal(response.status)}</strong> · " + " · ".join(said), "opsbook-field")
            yield from view.prose(value, classes="opsbook-about", level=5)

    def _route(self, reference: str) -> Any:
        parts = reference.removeprefix("#/").split("/") if reference.startswith("#/") else []
        return self.view.api.root.source.path, tuple(one.replace("~1", "/").replace("~0", "~") for one in parts)

    def callbacks(self, operation: Operation) -> Iterator[str]:
        """What the API itself asks later."""
        view, label = self.view, self.view.label
        nodes = list(view.api.members(operation.node, "callbacks"))
        if nodes:
            yield self.heading(label("Callbacks"), "callbacks")
        for node in nodes:
            whole = view.api.resolve(node)
            for item in view.api.entries(whole) if whole is not None else ():
                for one in view.offers.of_item(item):
                    yield from self.callback(node.name, one)

    def callback(self, name: str, operation: Operation) -> Iterator[str]:
        """One request of a callback, and what it expects."""
        view, label, api = self.view, self.view.label, self.view.api
        said = f"<strong>{literal(name)}</strong> {method(operation.method)} {code_of(operation.path)}"
        yield paragraph(said, "opsbook-media")
        yield from view.prose(operation.node.value, "summary", classes="opsbook-about", level=5)
        yield from view.prose(operation.node.value, classes="opsbook-about", level=5)
        for one in exchange.parameters(api, operation):
            yield from self.parameter(one, label(_PLACES.get(one.place, one.place)), 1)
        body = exchange.body(api, operation)
        for media in body.media if body else ():
            yield from self.media(media, "request")
        found = exchange.responses(api, operation)
        yield from table((label("Status"), label("Meaning"), label("Body")), (self.row(one) for one in found))

    # Samples

    def samples(self, operation: Operation) -> Iterator[str]:
        """How the operation is asked, in several languages."""
        view, label = self.view, self.view.label
        own = requests.own_samples(operation)
        sent = requests.request(view.api, operation, view.sampler)
        found = own or [(name, printed(sent)) for name, printed in requests.LANGUAGES]
        yield self.heading(label("Samples"), "samples")
        if not own and sent.generated:
            yield paragraph(
                label("The body is generated.")
                if sent.valid
                else label("The body is generated, and may not be valid."),
                "opsbook-limits",
            )
        for number, (name, source) in enumerate(found):
            yield view.listing(literal(name), source, shown=number == 0, searched=False)


def security(view: View, operation: Operation | None = None) -> str:
    """What an operation asks for, as links to the ways to prove who one is."""
    label = view.label
    asked = exchange.security(view.api, operation)
    if not asked:
        return label("none")
    ways = []
    for one in asked:
        parts = []
        for name, scopes in one.items():
            words = (
                view.to("index.md#-authentication", literal(name))
                if name in exchange.schemes(view.api)
                else literal(name)
            )
            parts.append(words + (f" ({', '.join(code_of(scope) for scope in scopes)})" if scopes else ""))
        ways.append(f" {label('and')} ".join(parts) or label("none"))
    return f" {label('or')} ".join(ways)


def server_address(url: str) -> str:
    """Where an API is served: a link, unless it is a template or a path."""
    return code_of(url) if "{" in url or "://" not in url else address(url)


def tag_page(view: View, tag: Tag) -> Page:
    """The page of the operations of a tag."""
    label = view.label
    title = text(tag.value, "summary") or tag.title or label("Other operations")
    parts = [front(view, title), f"# {literal(title)}", *view.prose(tag.value, level=1)]
    outside = view.outside(tag.value)
    parts += [outside] if outside else []
    parts += view.facts(view.extensions(tag.value))
    by_itself = view.document.layout == "operation"
    if by_itself or len(tag.operations) > _ENOUGH_FOR_A_TABLE:
        parts += operation_table(view, tag.operations)
    printer = Operations(view)
    for operation in () if by_itself else tag.operations:
        parts.append(f"## {literal(operation.summary)} {{ #{operation.name} }}")
        parts += printer.whole(operation)
    return Page(view.path, " ".join(title.split()), join(parts), _section(view), view.spec.source.path)


def operation_page(view: View, operation: Operation) -> Page:
    """The page of one operation."""
    title = operation.summary
    parts = [front(view, title), f"# {literal(title)}", *Operations(view, alone=True).whole(operation)]
    tag = view.offers.tag(operation)
    section = (*_section(view), " ".join((tag.title or view.label("Other operations")).split()))
    return Page(view.path, title, join(parts), section, view.spec.source.path)


def _section(view: View) -> tuple[str, ...]:
    return (view.label("APIs"), view.md.plain(view.document.title))


def operation_table(view: View, operations: Iterable[Operation]) -> Iterator[str]:
    """Operations in a table: method, path, what they do."""
    rows = (
        (
            f"{method(one.method)} {code_of(one.path)}",
            view.to_operation(one)
            + (
                f' · <span class="opsbook-mark">{view.label("deprecated")}</span>'
                if one.node.value.get("deprecated") is True
                else ""
            ),
        )
        for one in operations
    )
    yield from table((view.label("Path"), view.label("Operation")), rows)
