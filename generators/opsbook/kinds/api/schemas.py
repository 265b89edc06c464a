"""Schemas on pages: their types in a line, their fields one below the other, each named schema on a page of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, NamedTuple

from opsbook.kinds.api.view import View, code_of, indent, literal, paragraph
from opsbook.labels import N_
from opsbook.openapi.contents import Operation, Schema
from opsbook.openapi.exchange import mapping, sequence, text
from opsbook.openapi.standalone import chain, is_marked
from opsbook.openapi.walk import Node
from opsbook.page import Page

_DEEPEST = 8
"""Levels of schemas without a name, one within the other, that a page shows."""

_COMBINED = {"allOf": N_("all of"), "oneOf": N_("one of"), "anyOf": N_("any of")}
_CONDITIONS = {
    "not": N_("must not be"),
    "if": N_("if it is"),
    "then": N_("then it is"),
    "else": N_("else it is"),
    "contains": N_("holds at least one"),
    "contentSchema": N_("its content"),
    "propertyNames": N_("names of fields"),
    "unevaluatedItems": N_("further items"),
    "unevaluatedProperties": N_("further fields"),
}
_BOUNDS = (
    ("minLength", "maxLength", N_("characters")),
    ("minItems", "maxItems", N_("items")),
    ("minProperties", "maxProperties", N_("fields")),
    ("minContains", "maxContains", N_("that match")),
)
_MANY_OPTIONS = 40
_JSON = {str: "string", bool: "boolean", int: "integer", float: "number", dict: "object", list: "array"}


class Home(NamedTuple):
    """Where a field of a named schema can be found, and where it comes from."""

    anchor: str = ""
    origin: str = ""
    """The schema that it is taken over from, as a link."""


@dataclass(frozen=True)
class Schemas:
    """Prints schemas for one page."""

    view: View

    # Types

    def type_of(self, node: Node | None, depth: int = 0) -> str:
        """What a schema asks for, in a few words with links."""
        label, value = self.view.label, node.value if node else None
        if node is None or value is True or value == {} or depth > _DEEPEST:
            return label("anything")
        if not isinstance(value, dict):
            return label("nothing")
        target = self.view.api.targets.get(node.key)
        named = self.view.offers.schema(target or node) if target or depth else None
        if named:
            words = self.view.to_schema(named)
        elif target:
            words = self.type_of(target, depth + 1)
        else:
            words = self._own_type(node, depth)
        if value.get("nullable") is True and not words.endswith(f" {label('or')} null"):
            words += f" {label('or')} null"
        return words

    def _own_type(self, node: Node, depth: int) -> str:
        label, value = self.view.label, node.value
        if "const" in value:
            return f"{label('always')} {code_of(value['const'])}"
        said = value.get("type")
        types = [one for one in (said if isinstance(said, list) else [said]) if isinstance(one, str)]
        words = [self._word(node, one, depth) for one in types]
        if not words:
            words = [found] if (found := self._combined_type(node, depth) or self._guessed(node, depth)) else []
        return f" {label('or')} ".join(words) or label("anything")

    def _word(self, node: Node, type_: str, depth: int) -> str:
        label, api = self.view.label, self.view.api
        if type_ == "array":
            items = next(api.members(node, "items"), None)
            return f"{label('array of')} {self.type_of(items, depth + 1)}" if items else "array"
        if type_ == "object":
            others = next(api.members(node, "additionalProperties"), None)
            has_fields = mapping(node.value, "properties")
            if others and isinstance(others.value, dict) and others.value and not has_fields:
                return f"{label('map to')} {self.type_of(others, depth + 1)}"
            return "object"
        form = text(node.value, "format")
        return literal(type_) + (f" ({literal(form)})" if form else "")

    def _combined_type(self, node: Node, depth: int) -> str:
        """Alternatives in a line, where each of them has a name or is simple."""
        for key in ("oneOf", "anyOf", "allOf") if "properties" not in node.value else ():
            parts = list(self.view.api.members(node, key))
            if parts and all(self.is_simple(part) for part in parts):
                word = f" {self.view.label('and') if key == 'allOf' else self.view.label('or')} "
                return word.join(dict.fromkeys(self.type_of(part, depth + 1) for part in parts))
            if parts:
                return "object" if key == "allOf" else self.view.label(_COMBINED[key])
        return ""

    def _guessed(self, node: Node, depth: int) -> str:
        value = node.value
        if value.keys() & {"properties", "patternProperties", "additionalProperties", "required"}:
            return self._word(node, "object", depth)
        if value.keys() & {"items", "prefixItems"}:
            return self._word(node, "array", depth)
        if sequence(value, "enum"):
            return " | ".join(dict.fromkeys(_JSON.get(type(one), "null") for one in value["enum"])).replace(
                "|", "&#124;"
            )
        return literal(text(value, "format"))

    def is_simple(self, node: Node) -> bool:
        """Whether a few words say all of a schema: it has a page of its own, or nothing within it."""
        if not isinstance(node.value, dict) or self.view.offers.schema(node):
            return True
        return not any(
            self._is_shown(key, one)
            for key, holds in self.view.api.shapes["schema"].items()
            if holds.shape == "schema" and key not in ("$defs", "definitions")
            for one in self.view.api.members(node, key)
        )

    def _is_shown(self, key: str, node: Node) -> bool:
        if key in ("items", "additionalProperties"):
            return not self.is_simple(node)
        return True

    # Limits

    def limits(self, value: Any) -> list[str]:
        """What a schema says of its values beside their type, each in a few words."""
        if not isinstance(value, dict):
            return []
        found = [
            *self._bounds(value),
            *self._closed(value),
            *self._content(value),
            *self._options(value),
            *self._written(value),
            *(f"{name} {shown}" for name, shown in self.view.extensions(value)),
        ]
        return [one for one in found if one]

    def _bounds(self, value: Mapping[str, Any]) -> Iterator[str]:
        """How large, how long, how many."""
        label = self.view.label
        yield self._range(value)
        for low, high, words in _BOUNDS:
            yield _between(value.get(low), value.get(high), label("at least"), label("at most"), label(words))
        if "multipleOf" in value:
            yield f"{label('multiple of')} {code_of(value['multipleOf'])}"
        if text(value, "pattern"):
            yield f"{label('pattern')} {code_of(value['pattern'])}"

    def _closed(self, value: Mapping[str, Any]) -> Iterator[str]:
        """What there may not be."""
        label = self.view.label
        if value.get("uniqueItems") is True:
            yield label("no item twice")
        if value.get("additionalProperties") is False or value.get("unevaluatedProperties") is False:
            yield label("no other fields")
        if value.get("unevaluatedItems") is False or (value.get("items") is False and "prefixItems" in value):
            yield label("no further items")

    def _content(self, value: Mapping[str, Any]) -> Iterator[str]:
        """What is in a text, what goes together, what holds where nothing is said."""
        label = self.view.label
        for key, words in (("contentEncoding", N_("encoded as")), ("contentMediaType", N_("holds"))):
            if text(value, key):
                yield f"{label(words)} {code_of(value[key])}"
        for name, needed in mapping(value, "dependentRequired").items():
            names = ", ".join(code_of(one) for one in needed) if isinstance(needed, list) else ""
            yield f"{label('with')} {code_of(name)} {label('also')} {names}"
        if "default" in value:
            yield f"{label('default')} {code_of(value['default'])}"

    def _range(self, value: Mapping[str, Any]) -> str:
        signs = []
        for key, exclusive, sign in (("minimum", "exclusiveMinimum", ">"), ("maximum", "exclusiveMaximum", "<")):
            strict = value.get(exclusive)
            if key in value:
                signs.append((sign if strict is True else {">": "≥", "<": "≤"}[sign], value[key]))
            if exclusive in value and not isinstance(strict, bool):
                signs.append((sign, strict))
        if [sign for sign, _ in signs] == ["≥", "≤"]:
            return f"{code_of(signs[0][1])} – {code_of(signs[1][1])}"
        return " ".join(
            f"{'&gt;' if sign == '>' else '&lt;' if sign == '<' else sign} {code_of(bound)}" for sign, bound in signs
        )

    def _options(self, value: Mapping[str, Any]) -> Iterator[str]:
        options = sequence(value, "enum")
        if options:
            shown = ", ".join(code_of(one) for one in options[:_MANY_OPTIONS])
            more = " …" if len(options) > _MANY_OPTIONS else ""
            yield f"{self.view.label('one of')} {shown}{more}"

    def _written(self, value: Mapping[str, Any]) -> Iterator[str]:
        """Examples of simple values, XML, further documentation."""
        examples = [*([value["example"]] if "example" in value else []), *sequence(value, "examples")]
        simple = [one for one in examples if not isinstance(one, dict | list)]
        if simple:
            yield f"{self.view.label('for example')} {', '.join(code_of(one) for one in simple[:3])}"
        xml = mapping(value, "xml")
        if xml:
            said = [f"{literal(name)} {code_of(one)}" for name, one in xml.items() if not name.startswith("x-")]
            yield f"XML: {', '.join(said)}"
        if outside := self.view.outside(value):
            yield outside

    def marks(self, node: Node, *, required: bool) -> list[str]:
        """What has to be known of a field before anything else."""
        label = self.view.label
        found = [f'<strong class="opsbook-required">{label("required")}</strong>'] if required else []
        for mark, words in (
            ("readOnly", N_("read-only")),
            ("writeOnly", N_("write-only")),
            ("deprecated", N_("deprecated")),
        ):
            if is_marked(self.view.api, node, mark):
                found.append(f'<span class="opsbook-mark opsbook-mark--{words}">{label(words)}</span>')
        return found

    # Rows

    def field(  # noqa: PLR0913  # each tells something else of a field
        self,
        node: Node,
        name: str,
        depth: int,
        *,
        required: bool = False,
        home: Home = Home(),  # noqa: B008  # immutable
        above: tuple[Any, ...] = (),
    ) -> Iterator[str]:
        """A field: its name, type and limits, what it is, and what is within it where that has no page of its own."""
        parts = [
            f'<code class="opsbook-name">{literal(name)}</code>' if name else "",
            self.type_of(node),
            *self.marks(node, required=required),
        ]
        if home.origin:
            parts.append(f"{self.view.label('from')} {home.origin}")
        yield paragraph(" · ".join(part for part in parts if part), "opsbook-field", depth, home.anchor)
        yield from self.about(node, depth)
        yield from self.inside(node, depth + 1, above)

    def about(self, node: Node, depth: int) -> Iterator[str]:
        """What a schema is for, and its limits. What has a page of its own says so there."""
        for one in self.unnamed(node):
            if text(one.value, "description"):
                yield from self.view.prose(one.value, classes=f"opsbook-about {indent(depth)}".strip(), level=5)
                break
        limits = self.all_limits(node)
        if limits:
            yield paragraph(" · ".join(limits), "opsbook-limits", depth)

    def all_limits(self, node: Node) -> list[str]:
        """The limits of a schema, and those of its items, as far as no page of their own says them."""
        limits: list[str] = []
        for one in self.unnamed(node):
            limits += self.limits(one.value)
            items = next(self.view.api.members(one, "items"), None)
            within = self.all_limits(items) if items and items.value and self.is_simple(items) else []
            if within:
                limits.append(f"{self.view.label('each')}: {', '.join(within)}")
        return limits

    def unnamed(self, node: Node) -> Iterator[Node]:
        """A schema and what it refers to, until one has a page of its own."""
        for one in chain(self.view.api, node):
            if self.view.api.targets.get(one.key) is None and self.view.offers.schema(one):
                return
            if one is not node and self.view.offers.schema(Node(one.source, one.route, "schema", None)):
                return
            if isinstance(one.value, dict):
                yield one

    def inside(self, node: Node, depth: int, above: tuple[Any, ...] = ()) -> Iterator[str]:
        """What is within a schema, as far as no page of its own says it."""
        for whole in self.unnamed(node):
            if whole.key in above or depth > _DEEPEST:
                return
            above = (*above, whole.key)
            yield from self.fields(whole, depth, above)
            yield from self.items(whole, depth, above)
            yield from self.combined(whole, depth, above)
            yield from self.conditions(whole, depth, above)

    def conditions(self, whole: Node, depth: int, above: tuple[Any, ...]) -> Iterator[str]:
        """What a value must not be, what holds if it is something, and other schemas that play a part."""
        for key, words in _CONDITIONS.items():
            for one in self.view.api.members(whole, key):
                if not isinstance(one.value, bool):
                    yield from self.part(one, self.view.label(words), depth, above)

    def part(self, node: Node, words: str, depth: int, above: tuple[Any, ...]) -> Iterator[str]:
        """A schema within another that is no field: what role it plays, and what it says."""
        title = text(node.value, "title")
        said = f"<em>{words}</em> · {self.type_of(node, 1)}" + (f" · {literal(title)}" if title else "")
        yield paragraph(said, "opsbook-part", depth)
        if not self.view.offers.schema(node):
            required = self.required_of(node)
            if required and not mapping(node.value, "properties"):
                yield paragraph(
                    f"{self.view.label('required')}: {', '.join(map(code_of, required))}", "opsbook-limits", depth
                )
            yield from self.about(node, depth)
            yield from self.inside(node, depth + 1, above)

    def required_of(self, node: Node) -> list[str]:
        """The names that a schema itself requires."""
        return [one for one in sequence(node.value, "required") if isinstance(one, str)]

    def all_required(self, node: Node) -> set[str]:
        """The names that a schema requires, and what it takes over."""
        return _required(self, node, set())

    def fields(self, whole: Node, depth: int, above: tuple[Any, ...]) -> Iterator[str]:
        """The fields that a schema has of its own."""
        required = self.required_of(whole)
        for one in self.view.api.members(whole, "properties"):
            yield from self.field(one, one.name, depth, required=one.name in required, above=above)
        yield from self.other_fields(whole, depth, above)

    def other_fields(self, whole: Node, depth: int, above: tuple[Any, ...]) -> Iterator[str]:
        """Fields whose names are not known beforehand."""
        api, label = self.view.api, self.view.label
        for one in api.members(whole, "patternProperties"):
            yield from self.field(one, f"/{one.name}/", depth, above=above)
        for one in api.members(whole, "additionalProperties"):
            simple_map = not mapping(whole.value, "properties") and self.is_simple(one)
            if isinstance(one.value, dict) and not simple_map:
                yield from self.part(one, label("any other field"), depth, above)
        for one in api.members(whole, "dependentSchemas"):
            yield from self.part(one, f"{label('with')} {code_of(one.name)}", depth, above)

    def items(self, whole: Node, depth: int, above: tuple[Any, ...]) -> Iterator[str]:
        """The items of a list, where a few words do not say all of them."""
        first = list(self.view.api.members(whole, "prefixItems"))
        for index, one in enumerate(first):
            yield from self.field(one, f"[{index}]", depth, above=above)
        for one in self.view.api.members(whole, "items"):
            if isinstance(one.value, dict) and (first or not self.is_simple(one)):
                yield from self.part(
                    one, self.view.label(N_("further items") if first else N_("each item")), depth, above
                )

    def combined(self, whole: Node, depth: int, above: tuple[Any, ...]) -> Iterator[str]:
        """Alternatives, and what several schemas say together."""
        for key in _COMBINED:
            yield from self.alternatives(whole, key, depth, above)
        yield from self.discriminator(whole, depth)

    def alternatives(self, whole: Node, key: str, depth: int, above: tuple[Any, ...]) -> Iterator[str]:
        """The schemas of `oneOf`, `anyOf` or `allOf`: in a line where each is said in a few words."""
        parts = list(self.view.api.members(whole, key))
        words = self.view.label(_COMBINED[key])
        if parts and all(self.is_simple(one) and self.said_in_a_line(one) for one in parts):
            if "type" in whole.value or key == "anyOf":
                yield paragraph(
                    f"<em>{words}</em> · {', '.join(self.type_of(one, 1) for one in parts)}", "opsbook-part", depth
                )
            return
        for number, one in enumerate(parts, 1):
            yield from self.part(one, f"{words} · {number}", depth, above)

    def said_in_a_line(self, node: Node) -> bool:
        """Whether the type of a schema is all that it says."""
        named = self.view.offers.schema(node) is not None
        return named or not (self.limits(node.value) or text(node.value, "description") or self.required_of(node))

    def discriminator(self, whole: Node, depth: int) -> Iterator[str]:
        """The field that tells alternatives apart, and which value means which."""
        found = mapping(whole.value, "discriminator")
        name = text(found, "propertyName")
        if not name:
            return
        said = [f"{self.view.label('told apart by')} {code_of(name)}"]
        for value, target in mapping(found, "mapping").items():
            schema = self.mapped(whole, value, target)
            said.append(f"{code_of(value)} → {self.view.to_schema(schema) if schema else code_of(target)}")
        default = text(found, "defaultMapping")
        if default:
            schema = self.mapped(whole, "", default)
            said.append(
                f"{self.view.label('otherwise')} → {self.view.to_schema(schema) if schema else code_of(default)}"
            )
        yield paragraph(" · ".join(said), "opsbook-limits", depth)

    def mapped(self, whole: Node, value: str, target: Any) -> Schema | None:
        """The schema that a discriminator's value stands for."""
        place = Node(whole.source, (*whole.route, "discriminator", "mapping", value), "schema", target)
        found = self.view.offers.schema(place)
        if found is None and isinstance(target, str):
            spelled = target.rpartition("/")[2]
            found = next((one for one in self.view.offers.schemas if one.title == spelled), None)
        return found


def _between(low: Any, high: Any, least: str, most: str, words: str) -> str:
    """How many of something there may be."""
    if low is None and high is None:
        return ""
    if high is None:
        return f"{least} {code_of(low)} {words}"
    if low is None:
        return f"{most} {code_of(high)} {words}"
    return f"{code_of(low)}{'' if low == high else f' – {code_of(high)}'} {words}"


def schema_page(view: View, schema: Schema) -> Page:
    """The page of a schema with a name."""
    printer, node = Schemas(view), schema.node
    label = view.label
    value = node.value if isinstance(node.value, dict) else {}
    # Who searches at night wants the operation, and not every schema whose name begins with a word.
    parts = [front(view, schema.title, boost=0.1), f"# {literal(schema.title)}"]
    marks = printer.marks(node, required=False)
    title = text(value, "title")
    named = [one for one in view.api.members(node, "allOf") if view.offers.schema(one)]
    words = [printer.type_of(node)]
    if named and "properties" in value:
        words.append(f"{label('all of')} {', '.join(printer.type_of(one, 1) for one in named)}")
    if title and title != schema.title:
        words.append(literal(title))
    kind = " · ".join([*words, *marks])
    parts.append(paragraph(kind, "opsbook-field"))
    parts += view.facts(_facts(view, schema))
    parts += view.prose(value, level=1)
    limits = printer.limits(value)
    if limits:
        parts.append(paragraph(" · ".join(limits), "opsbook-limits"))
    fields = list(_fields(printer, schema))
    if fields:
        parts += [f"## {label('Fields')} {{ #-fields }}", *fields]
    rest = list(_rest(printer, node))
    if rest:
        parts += [
            f"## {label('Further rules')} {{ #-rules }}" if fields else f"## {label('Consists of')} {{ #-rules }}",
            *rest,
        ]
    parts += _examples(view, node, value)
    return Page(
        view.path,
        view.md.plain(schema.title),
        join(parts),
        _section(view, label("Schemas")),
        node.source.path,
        listed=False,
    )


def _facts(view: View, schema: Schema) -> Iterator[tuple[str, str]]:
    """The way back: the API, and where the schema is used."""
    users = view.offers.users(schema)
    operations = [view.to_operation(one) for one in users if isinstance(one, Operation)]
    schemas = [view.to_schema(one) for one in users if isinstance(one, Schema)]
    yield "API", view.to("index.md", view.md.unlinked(view.document.title))
    yield (
        view.label("Used by"),
        ", ".join((operations + schemas)[:_MANY_OPTIONS]) + (" …" if len(users) > _MANY_OPTIONS else ""),
    )


def _section(view: View, *more: str) -> tuple[str, ...]:
    return (view.label("APIs"), view.md.plain(view.document.title), *more)


def _fields(printer: Schemas, schema: Schema) -> Iterator[str]:
    offers = printer.view.offers
    whole = printer.view.api.resolve(schema.node)
    required = _required(printer, schema.node, set())
    for anchor, node in offers.fields(schema).items():
        home = Home(anchor, _origin(printer, schema, node))
        required_here = node.name in required
        yield from printer.field(node, node.name, 0, required=required_here, home=home, above=(schema.node.key,))
    if whole is not None and isinstance(whole.value, dict):
        yield from printer.other_fields(whole, 0, (whole.key,))


def _origin(printer: Schemas, schema: Schema, field: Node) -> str:
    """The schema from which a field is taken over; empty for one of its own."""
    holder = Node(field.source, field.route[:-2], "schema", None)
    found = printer.view.offers.schema(holder)
    return printer.view.to_schema(found) if found and found.name != schema.name else ""


def _required(printer: Schemas, node: Node, seen: set[Any]) -> set[str]:
    """The names that a schema requires, and what it takes over."""
    names: set[str] = set()
    for one in chain(printer.view.api, node):
        if one.key in seen:
            break
        seen.add(one.key)
        names.update(printer.required_of(one))
        for part in printer.view.api.members(one, "allOf"):
            names |= _required(printer, part, seen)
    return names


def _rest(printer: Schemas, whole: Node) -> Iterator[str]:
    """What a schema says beside its fields."""
    view = printer.view
    if not isinstance(whole.value, dict):
        return
    above = (whole.key,)
    yield from printer.items(whole, 0, above)
    yield from _taken_over(printer, whole)
    for key in ("oneOf", "anyOf"):
        yield from printer.alternatives(whole, key, 0, above)
    yield from printer.discriminator(whole, 0)
    yield from printer.conditions(whole, 0, above)
    known = {one.name for one in view.offers.fields(Schema("", "", whole)).values()}
    missing = [one for one in printer.required_of(whole) if one not in known]
    if missing:
        yield paragraph(f"{view.label('required')}: {', '.join(map(code_of, missing))}", "opsbook-limits")


def _taken_over(printer: Schemas, whole: Node) -> Iterator[str]:
    """The parts of `allOf` without a name: their fields stand among the others, the rest here."""
    for one in printer.view.api.members(whole, "allOf"):
        said = one.value if isinstance(one.value, dict) and not printer.view.offers.schema(one) else {}
        rest = {key: value for key, value in said.items() if key not in ("properties", "required", "type")}
        if rest:
            part = Node(one.source, one.route, "schema", rest)
            yield from printer.part(part, printer.view.label("all of"), 0, (whole.key,))


def _examples(view: View, node: Node, value: Mapping[str, Any]) -> Iterator[str]:
    """The example that the document gives, or one that is made."""
    label = view.label
    heading = f"## {label('Example')} {{ #-example }}"
    given = [*([value["example"]] if "example" in value else []), *sequence(value, "examples")]
    whole = [one for one in given if isinstance(one, dict | list)]
    if whole:
        yield heading
        for number, one in enumerate(whole, 1):
            yield view.example(label("Example") + (f" {number}" if len(whole) > 1 else ""), one, shown=number == 1)
    elif not given:
        made = view.sampler.of(node, "response")
        if isinstance(made.value, dict | list) and made.value:
            yield heading
            yield view.example(made_title(view, made.valid), made.value, shown=True)


def made_title(view: View, valid: bool) -> str:  # noqa: FBT001  # what the title tells
    """What stands above an example that nobody wrote."""
    return view.label("Generated example") if valid else view.label("Generated example, may not be valid")


def front(view: View, title: str, boost: float = 1) -> str:
    """The front matter of a page; its title is no Markdown. `boost` is what the page weighs in a search."""
    spelled = json.dumps(escape(" ".join(title.split()), quote=False), ensure_ascii=False)
    weight = "" if boost == 1 else f"\nsearch:\n  boost: {boost}"
    return f"---\ntitle: {spelled}\nlang: {view.label.language}\nrender_macros: false{weight}\n---"


def join(parts: list[str]) -> str:
    """Blocks as the text of a page."""
    return "\n\n".join(parts) + "\n"
