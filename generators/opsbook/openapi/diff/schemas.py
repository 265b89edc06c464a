"""Two schemas compared: what a client may no longer send, and what it may newly receive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from opsbook.openapi.diff.change import Direction, Pair, Spot, spot_of
from opsbook.openapi.diff.forms import Form, Forms, Place, Union, spelled
from opsbook.openapi.diff.origins import Key
from opsbook.openapi.diff.untouched import Untouched
from opsbook.openapi.walk import Api, Node
from opsbook.source import Route, short


@dataclass(frozen=True)
class Named:
    """How messages speak of a schema."""

    path: str = ""
    """`Order.items[].price`; empty for the whole of a body."""
    where: str = ""
    """What it is part of, where its path does not say: `the response 200`."""
    direction: str = ""
    """In which direction it is spoken of, where that matters."""

    def __str__(self) -> str:
        whole = f"`{self.path}`" if self.path else ""
        said = " of ".join(part for part in (whole, self.where) if part) or "the value"
        return f"{said} in {self.direction}s" if self.direction and not self.where else said

    def part(self, spelled_: str) -> Named:
        """How to speak of a part of it."""
        return Named(f"{self.path}{spelled_}".lstrip("."), self.where)


@dataclass(frozen=True)
class Names:
    """How to speak of schemas: by the names on the way to them from the component or the file in which they stand."""

    targets: frozenset[tuple[str, Route]]
    """What references lead to: in files without components, that is what has a name."""

    @classmethod
    def of(cls, *apis: Api) -> Names:
        """The names of all versions."""
        return cls(frozenset(target.key for api in apis for target in api.targets.values()))

    @cached_property
    def _deepest(self) -> dict[str, int]:
        """How long the longest route to a target is, in each file."""
        return {path: len(route) for path, route in sorted(self.targets, key=lambda target: len(target[1]))}

    def name(self, node: Node, fallback: Named) -> Named:
        """The name of a schema; one that stands in an operation has none, and is spoken of as one comes to it."""
        route = node.route
        start = {"components": 2, "definitions": 1}.get(str(route[0]) if route else "", 0)
        if start and len(route) > start and route[0:start] in _NAMED:
            return Named(f"{route[start]}{_way(route[start + 1 :])}")
        longest = min(len(route), self._deepest.get(node.source.path, -1))
        ends = (end for end in range(longest, -1, -1) if (node.source.path, route[:end]) in self.targets)
        end = next(ends, None)
        if end is None or route[:1] in _ELSEWHERE or not _NOT_SCHEMAS.isdisjoint(route[end : end + 1]):
            return fallback
        last = route[end - 1] if end else node.source.path.rpartition("/")[2].partition(".")[0]
        return Named(f"{last}{_way(route[end:])}")


_NAMED = {("components", "schemas"), ("definitions",)}
_ELSEWHERE = {("paths",), ("webhooks",)}
_NOT_SCHEMAS = frozenset({"schema", "content", "headers", "parameters", "requestBody", "responses"})
"""The fields in which parameters, responses and operations hold their schemas."""

_NAMING = {"properties": ".{}", "patternProperties": ".{}", "prefixItems": "[{}]", "$defs": ".{}", "definitions": ".{}"}
_LONE = {"items": "[]", "additionalProperties": ".*", "unevaluatedProperties": ".*"}


def _way(route: Route) -> str:
    """The way through a schema in the words of messages: `.items[].price`."""
    found, parts = "", iter(route)
    for part in parts:
        if part in _NAMING:
            found += _NAMING[str(part)].format(next(parts, ""))
        else:
            found += _LONE.get(str(part), "")
    return found


_LIMITS = {
    "minimum": "the least value",
    "maximum": "the greatest value",
    "minLength": "the least length",
    "maxLength": "the greatest length",
    "minItems": "the least number of items",
    "maxItems": "the greatest number of items",
    "minProperties": "the least number of properties",
    "maxProperties": "the greatest number of properties",
    "uniqueItems": "whether items have to differ",
}
_DEEPEST_TRIAL = 20
"""How many trials may stand within one another; deeper alternatives are matched by their names and types alone."""
_INTEGERS = ("int8", "int16", "int32", "int64")
_FLOATS = ("float", "double")


@dataclass
class Schemas:
    """The questions about schemas of a pair of documents."""

    pair: Pair
    old: Forms
    new: Forms
    untouched: Untouched
    names: Names
    trials: dict[Key, bool] = field(default_factory=dict)
    """What was found out by trying; for what is still being tried, that nothing changes."""
    depth: int = 0
    """How many trials this one is part of."""

    def ask(self, old: Place, new: Place, direction: Direction, name: Named) -> None:
        """Ask what a schema has become."""
        if not (old and new) or (len(old) == len(new) == 1 and _is_plainly_same(old[0].value, new[0].value)):
            return
        key = "schema", direction, tuple(node.key for node in old), tuple(node.key for node in new)
        self.pair.ask(key, lambda: self.compare(old, new, direction, name))

    def compare(self, old: Place, new: Place, direction: Direction, name: Named) -> None:
        """Report what is different between two places, and ask about what is in them."""
        before, now = _single(self.old, old), _single(self.new, new)
        if before and now and self.untouched.is_same(before, now):
            return
        targets = self.untouched.references(before, now) if before and now else None
        if targets is not None:
            for one, other in targets:
                self.ask((one,), (other,), direction, Named(other.name))
            return
        _Comparison(self, self.old.of(old), self.new.of(new), direction, name).run()

    def same(self, old: Place, new: Place, direction: Direction) -> bool:
        """Whether nothing changes that would be reported, for places that nothing else matches to one another."""
        key = direction, tuple(node.key for node in old), tuple(node.key for node in new)
        if key not in self.trials and self.depth < _DEEPEST_TRIAL:
            self.trials[key] = True
            trial = Pair(self.pair.old, self.pair.new)
            replace(self, pair=trial, depth=self.depth + 1).ask(old, new, direction, Named())
            trial.run()
            self.trials[key] = not trial.found
        return self.trials.get(key, False)


@dataclass
class _Comparison:
    """Two forms, in one direction."""

    schemas: Schemas
    old: Form
    new: Form
    direction: Direction
    name: Named

    @property
    def is_request(self) -> bool:
        return self.direction == "request"

    def run(self) -> None:
        if any("binary" in one.formats and other.is_open for one, other in self.both_ways()):
            return  # in 3.1 bytes need no schema
        self.null()
        if not self.unions():
            if not self.types():
                return  # what is said about a text and about a list cannot be compared
            self.formats()
            self.values()
            self.limits()
            self.patterns()
            self.multiples()
            self.object()
            self.items()
            self.opaque()
        self.default()
        self.deprecation()

    def both_ways(self) -> tuple[tuple[Form, Form], ...]:
        """The old form with the new one, and the other way round."""
        return (self.old, self.new), (self.new, self.old)

    def called(self, keyword: str) -> Named:
        """How to speak of the schema that says a keyword."""
        return self.named(self.new.home(keyword)[0])

    def named(self, node: Node) -> Named:
        """How to speak of a schema in this direction."""
        return replace(self.schemas.names.name(node, self.name), direction=self.direction)

    def part(self, place: Place, way: str) -> Named:
        """How to speak of a part of the value."""
        return self.schemas.names.name(place[0], self.name.part(way))

    def ask(self, old: Place, new: Place, way: str) -> None:
        """Ask about a part of the value."""
        if old and new:
            self.schemas.ask(old, new, self.direction, self.part(new, way))

    def spot(self, keyword: str) -> Spot:
        return Spot(self.new.home(keyword)[0].source, self.new.home(keyword)[1])

    def differ(self, rules: tuple[str, str], text: str, keyword: str, *, narrowed: bool, hint: str = "") -> None:
        """Report a narrowing or a widening: one of them breaks requests, the other one responses.

        `rules` are that for requests that were narrowed, and that for responses that were widened.
        """
        if self.is_request:
            rule = rules[0] if narrowed else "widened-request"
        else:
            rule = "narrowed-response" if narrowed else rules[1]
        self.schemas.pair.say(rule, text, self.spot(keyword), hint)

    def types(self) -> bool:
        old, new = self.old.types, self.new.types
        rules = "narrowed-request-type", "widened-response-type"
        if old == new and self.old.nothing == self.new.nothing:
            return True
        if self.old.unions or self.new.unions:
            return bool(old is None or new is None or old & new)  # the union says which types there are
        text = f"the type of {self.called('type')} was {_types(self.old)}, and is {_types(self.new)}"
        narrowed = self.new.nothing or not _within(old, new)
        widened = self.old.nothing or not _within(new, old)
        if narrowed and widened:
            self.differ(rules, text, "type", narrowed=self.is_request)
            return False
        self.differ(rules, text, "type", narrowed=narrowed)
        return not (self.old.nothing or self.new.nothing)

    def null(self) -> None:
        if self.old.null == self.new.null or not all(form.types or form.unions for form in (self.old, self.new)):
            return
        keyword = "nullable" if "nullable" in self.new.homes else "type"
        text = (
            f"{self.called(keyword)} may be null" if self.new.null else f"{self.called(keyword)} may no longer be null"
        )
        self.differ(("forbidden-request-null", "added-response-null"), text, keyword, narrowed=self.old.null)

    def formats(self) -> None:
        old, new = self.old.formats, self.new.formats
        if old == new:
            return
        text = f"the format of {self.called('format')} was {_listed(old)}, and is {_listed(new)}"
        narrowed, widened = _formats_differ(old, new)
        rules = "narrowed-request-format", "widened-response-format"
        self.differ(rules, text, "format", narrowed=self.is_request if narrowed and widened else narrowed)

    def values(self) -> None:
        old, new = self.old.values, self.new.values
        if old is None or new is None:
            if old is not new:
                what = "may be any value" if new is None else "may only be one of its enum"
                text = f"{self.called('enum')} {what}"
                extensible = new is None and self.old.extensible
                widened = "expected-response-enum-value" if extensible else "added-response-enum-value"
                rules = "narrowed-request-constraint", widened
                self.differ(rules, text, "enum", narrowed=old is None)
            return
        removed = [old[text] for text in old if text not in new]
        added = [text for text in new if text not in old]
        say = self.schemas.pair.say
        if removed:
            rule = "removed-request-enum-value" if self.is_request else "narrowed-response"
            say(rule, f"{self.called('enum')} can no longer be {_or(map(spelled, removed))}", self.spot("enum"))
        if added:
            rule = "added-request-enum-value" if self.is_request else "added-response-enum-value"
            if not self.is_request and self.old.extensible:
                rule = "expected-response-enum-value"
            at = self.spot("enum")
            values = self.new.homes["enum"].value.get("enum") if "enum" in self.new.homes else None
            where = [spelled(value) for value in values] if isinstance(values, list) else []
            if added[0] in where:
                at = Spot(at.source, (*at.route, where.index(added[0])))
            say(rule, f"{self.called('enum')} can be {_or(added)}", at)

    def limits(self) -> None:
        old, new = self.old.limits, self.new.limits
        for keyword, what in _LIMITS.items():
            before, now = old.get(keyword), new.get(keyword)
            if before == now:
                continue
            lower = keyword.startswith("min")
            if before is None or now is None:
                narrowed = before is None
            else:
                narrowed = (now > before) if lower else (_upper(now) < _upper(before))
            text = f"{what} of {self.called(keyword)} was {_limit(before)}, and is {_limit(now)}"
            if keyword == "uniqueItems":
                text = f"the items of {self.called(keyword)} {'have to' if now else 'need not'} differ"
            self.constrain(text, keyword, narrowed=narrowed)

    def constrain(self, text: str, keyword: str, *, narrowed: bool) -> None:
        self.differ(("narrowed-request-constraint", "widened-response-constraint"), text, keyword, narrowed=narrowed)

    def patterns(self) -> None:
        old, new = self.old.patterns, self.new.patterns
        if old == new:
            return
        text = f"the pattern of {self.called('pattern')} was {_listed(old)}, and is {_listed(new)}"
        if old < new or new < old:
            self.constrain(text, "pattern", narrowed=old < new)
        else:
            self.schemas.pair.say("changed-pattern", text, self.spot("pattern"))

    def multiples(self) -> None:
        old, new = self.old.multiples, self.new.multiples
        if old == new:
            return
        was, now = (_listed(map(spelled, one)) for one in (old, new))
        text = f"`multipleOf` of {self.called('multipleOf')} was {was}, and is {now}"
        narrowed = not all(any(_divides(one, other) for other in old) for one in new)
        widened = not all(any(_divides(one, other) for other in new) for one in old)
        if narrowed or widened:
            self.constrain(text, "multipleOf", narrowed=self.is_request if narrowed and widened else narrowed)

    def object(self) -> None:
        old, new = self.old, self.new
        before = {name for name in old.properties if not self.hidden(self.schemas.old, old.properties[name])}
        now = {name for name in new.properties if not self.hidden(self.schemas.new, new.properties[name])}
        for name in old.properties:
            if name in before and name in now:
                self.required(name)
                self.ask(old.properties[name], new.properties[name], f".{name}")
            elif name in before:
                self.removed(name)
        for name in new.properties:
            if name in now and name not in before:
                self.added(name)
        for name in sorted(new.required - new.properties.keys()):
            if name not in old.required and self.is_request and name not in old.properties:
                text = f"{self.called('required')} must have `{name}`"
                self.schemas.pair.say("newly-required-request-property", text, self.spot("required"))
        self.rest()

    def hidden(self, forms: Forms, place: Place) -> bool:
        """Whether a property is not sent in this direction."""
        return forms.is_marked(place, "readOnly" if self.is_request else "writeOnly")

    def required(self, name: str) -> None:
        before, now = name in self.old.required, name in self.new.required
        part = self.part(self.new.properties[name], f".{name}")
        if before == now:
            return
        if self.is_request:
            has_default = self.schemas.new.of(self.new.properties[name]).default is not None
            rule = "newly-required-request-property" if now else "widened-request"
            text = f"{part} is {'required' if now else 'optional'} in requests"
            hint = "a default does not help: a request without it is invalid" if now and has_default else ""
            self.schemas.pair.say(rule, text, self.spot("required"), hint)
        else:
            rule = "narrowed-response" if now else "newly-optional-response-property"
            text = f"{part} is {'always' if now else 'not always'} in responses"
            self.schemas.pair.say(rule, text, self.spot("required"))

    def removed(self, name: str) -> None:
        part = self.part(self.old.properties[name], f".{name}")
        node = self.old.properties[name][0]
        form = self.schemas.old.of(self.old.properties[name])
        gone = name not in self.new.properties
        rule = f"removed-{self.direction}-property"
        text = f"{part} is gone from {self.direction}s"
        if form.deprecated:
            rule, text = "announced-removal", f"{text}; it was deprecated"
        elif self.is_request and self.new.closed:
            rule, text = "refused-request-property", f"{text}, and requests with it are invalid"
        if gone:
            self.schemas.pair.say_gone(rule, text, spot_of(node, key=True), self.spot("properties"))
        else:  # it has become read-only or write-only
            self.schemas.pair.say(rule, text, spot_of(self.new.properties[name][0], key=True))

    def added(self, name: str) -> None:
        part = self.part(self.new.properties[name], f".{name}")
        node = self.new.properties[name][0]
        required = name in self.new.required
        rule = f"added-{self.direction}-property"
        text = f"{part} is new in {self.direction}s"
        if self.is_request and required:
            was = name in self.old.required
            rule, text = (
                ("added-request-property", text)
                if was
                else ("added-required-request-property", f"{text}, and required")
            )
        self.schemas.pair.say(rule, text, spot_of(node, key=True))

    def rest(self) -> None:
        old, new = self.old, self.new
        if old.closed != new.closed:
            may = "refuses" if new.closed else "may have"
            text = f"{self.called('additionalProperties')} {may} properties that are not named"
            keyword = "unevaluatedProperties" if "unevaluatedProperties" in new.homes else "additionalProperties"
            self.constrain(text, keyword, narrowed=new.closed)
        elif bool(old.rest) != bool(new.rest) and not old.closed:
            follow = "have to follow a" if new.rest else "follow no"
            text = f"further properties of {self.called('additionalProperties')} {follow} schema"
            self.constrain(text, "additionalProperties", narrowed=bool(new.rest))
        self.ask(old.rest, new.rest, ".*")
        for pattern in old.by_pattern.keys() & new.by_pattern.keys():
            self.ask(old.by_pattern[pattern], new.by_pattern[pattern], f".{pattern}")
        if old.by_pattern.keys() != new.by_pattern.keys():
            text = f"the patterns of the properties of {self.called('patternProperties')} have changed"
            self.schemas.pair.say("unclear-change", text, self.spot("patternProperties"))

    def items(self) -> None:
        old, new = self.old, self.new
        if old.no_items != new.no_items:
            text = (
                f"{self.called('items')} {'has no' if new.no_items else 'may have'} items beyond those that are named"
            )
            self.constrain(text, "items", narrowed=new.no_items)
        elif bool(old.items) != bool(new.items) and not old.no_items:
            before, now = _asks(self.schemas.old, old.items), _asks(self.schemas.new, new.items)
            if before != now:
                text = f"the items of {self.called('items')} {'have to follow a' if now else 'follow no'} schema"
                self.constrain(text, "items", narrowed=now)
        self.ask(old.items, new.items, "[]")
        for index, (before_, now_) in enumerate(zip(old.prefix, new.prefix, strict=False)):
            self.ask(before_, now_, f"[{index}]")
        if len(old.prefix) != len(new.prefix):
            text = f"{self.called('prefixItems')} named {len(old.prefix)} items, and names {len(new.prefix)}"
            self.constrain(text, "prefixItems", narrowed=len(old.prefix) < len(new.prefix))

    def opaque(self) -> None:
        old, new = self.old.opaque, self.new.opaque
        if old == new:
            return
        for keyword in sorted(old.keys() | new.keys()):
            if spelled(old.get(keyword)) != spelled(new.get(keyword)):
                text = f"`{keyword}` of {self.called(keyword)} has changed"
                hint = "nobody can tell from the document whether this breaks a client: judge it yourself"
                self.schemas.pair.say("unclear-change", text, self.spot(keyword), hint)

    def unions(self) -> bool:
        """Compare `oneOf` and `anyOf`. True where they are all that there is to compare."""
        old, new = self.old, self.new
        self.discriminator()
        if len(old.unions) == len(new.unions):
            for before, now in zip(old.unions, new.unions, strict=True):
                self.branches(_branches(before), _branches(now), now.node, now.keyword)
            return False
        if not old.unions and new.is_union and len(new.unions) == 1:
            union = new.unions[0]
            self.branches([(tuple(old.nodes), "")], _branches(union), union.node, union.keyword)
            return True
        if not new.unions and old.is_union and len(old.unions) == 1:
            self.branches(_branches(old.unions[0]), [(tuple(new.nodes), "")], new.nodes[0], "")
            return True
        node, keyword = (new.unions[0].node, new.unions[0].keyword) if new.unions else (new.nodes[0], "")
        text = f"{self.named(node)} is made of other alternatives"
        self.schemas.pair.say("unclear-change", text, spot_of(node, *([keyword] if keyword else [])))
        return False

    def branches(self, old: list[_Branch], new: list[_Branch], node: Node, keyword: str) -> None:
        """Match alternatives by name, then by content, then by type; what is left has come or gone."""
        left, came = self.by_name(old, new)
        for one, other in _matched(left, came, lambda one, other: bool(one[0][0].value == other[0][0].value)):
            self.schemas.ask(one[0], other[0], self.direction, self.name)
        for _ in _matched(left, came, lambda one, other: self.schemas.same(one[0], other[0], self.direction)):
            pass  # nothing changes between them
        for one, other in _matched(left, came, self.is_of_one_type):
            self.schemas.ask(one[0], other[0], self.direction, self.name)
        near = spot_of(node, *([keyword] if keyword else []))
        for place, name in left:
            text = f"{self.named(node)} can no longer be {_alternative(name, self.schemas.old.of(place))}"
            rule = "removed-request-alternative" if self.is_request else "narrowed-response"
            self.schemas.pair.say_gone(rule, text, spot_of(place[0]), near)
        for place, name in came:
            text = f"{self.named(node)} can be {_alternative(name, self.schemas.new.of(place))}"
            rule = "widened-request" if self.is_request else "added-response-alternative"
            self.schemas.pair.say(rule, text, spot_of(place[0]))

    def is_of_one_type(self, old: _Branch, new: _Branch) -> bool:
        """Whether two alternatives have the same types; two with names are two things all the same."""
        types = self.schemas.old.of(old[0]).types
        return bool(types) and types == self.schemas.new.of(new[0]).types and not (old[1] and new[1])

    def by_name(self, old: list[_Branch], new: list[_Branch]) -> tuple[list[_Branch], list[_Branch]]:
        """Ask about the alternatives with one name, and give those that have no partner."""
        names = {name: place for place, name in new if name}
        left, taken = [], set()
        for place, name in old:
            if name in names and name not in taken:
                taken.add(name)
                self.schemas.ask(place, names[name], self.direction, self.name)
            else:
                left.append((place, name))
        return left, [(place, name) for place, name in new if name not in taken]

    def discriminator(self) -> None:
        old, new = self.old.discriminator, self.new.discriminator
        if old is None:
            return
        before, mapping = _discriminator(old)
        now, mapped = _discriminator(new) if new else ("", {})
        at = spot_of(new) if new else spot_of(self.new.nodes[0])
        if before != now:
            by = f"by `{now}`" if now else "no longer"
            text = f"{self.called('discriminator')} was told apart by `{before}`, and is {by}"
            self.schemas.pair.say("changed-discriminator", text, at)
            return
        for value, target in mapping.items():
            other = mapped.get(value)
            if other is None or _tail(other) != _tail(target):
                what = f"stands for `{_tail(other)}`" if other else "stands for nothing"
                name = self.called("discriminator")
                text = f"`{before}: {short(value)}` in {name} stood for `{_tail(target)}`, and {what}"
                self.schemas.pair.say("changed-discriminator", text, at)
            elif new and not (self.old.unions or self.new.unions):
                self.heirs(old, new, value)

    def heirs(self, old: Node, new: Node, value: str) -> None:
        """Ask about a schema that only the mapping of a discriminator leads to."""
        before = _heir(self.schemas.old, old, value)
        now = _heir(self.schemas.new, new, value)
        if before and now:
            self.schemas.ask((before,), (now,), self.direction, Named(before.name))

    def default(self) -> None:
        old, new = self.old.default, self.new.default
        if self.is_request and spelled(old) != spelled(new):
            text = f"{self.called('default')} was {_shown(old)} where nobody sent it, and is {_shown(new)}"
            self.schemas.pair.say("changed-default", text, self.spot("default"))

    def deprecation(self) -> None:
        if self.new.deprecated and not self.old.deprecated:
            name = self.schemas.names.name(self.new.home("deprecated")[0], self.name)
            self.schemas.pair.say("announced-deprecation", f"{name} is deprecated", self.spot("deprecated"))


def _asks(forms: Forms, place: Place) -> bool:
    """Whether a place asks anything of its value."""
    return bool(place) and not forms.of(place).is_open


_Branch = tuple[Place, str]
"""An alternative, and the name of the schema that it refers to."""


def _branches(union: Union) -> list[_Branch]:
    """The alternatives of a union, each name once."""
    found: dict[str | int, _Branch] = {}
    for index, node in enumerate(union.branches):
        name = _branch_name(node)
        found.setdefault(name or index, ((node,), name))
    return list(found.values())


def _matched(
    left: list[_Branch], came: list[_Branch], fits: Callable[[_Branch, _Branch], bool]
) -> Iterator[tuple[_Branch, _Branch]]:
    """Take pairs of alternatives that fit out of both lists."""
    for one in list(left):
        other = next((candidate for candidate in came if fits(one, candidate)), None)
        if other:
            left.remove(one)
            came.remove(other)
            yield one, other


def _branch_name(node: Node) -> str:
    value = node.value
    if not isinstance(value, dict):
        return ""
    if isinstance(value.get("$ref"), str):
        return _tail(value["$ref"])
    return ""


def _tail(reference: str) -> str:
    return reference.rpartition("/")[2].rpartition("#")[2] or reference


def _is_plainly_same(old: Any, new: Any) -> bool:
    """Whether two schemas say the same, and nothing of further schemas: seen at a glance, as most are."""
    return (
        isinstance(old, dict)
        and old == new
        and "$ref" not in old
        and not any(isinstance(value, dict | list) or type(new[key]) is not type(value) for key, value in old.items())
    )


def _single(forms: Forms, place: Place) -> Node | None:
    """The one schema that a place stands for; None where it is merged of several."""
    return forms.api.resolve(place[0]) if len(place) == 1 else None


def _alternative(name: str, form: Form) -> str:
    if name:
        return f"`{name}`"
    title = form.homes["title"].value.get("title") if "title" in form.homes else None
    return f"`{title}`" if isinstance(title, str) else _types(form)


def _discriminator(node: Node) -> tuple[str, dict[str, str]]:
    value = node.value
    if isinstance(value, str):
        return value, {}
    mapping = value.get("mapping")
    pairs = mapping.items() if isinstance(mapping, dict) else ()
    return str(value.get("propertyName")), {key: target for key, target in pairs if isinstance(target, str)}


def _heir(forms: Forms, node: Node, value: str) -> Node | None:
    api = forms.api
    target = api.targets.get((node.source.path, (*node.route, "mapping", value)))
    if target:
        return target
    name = node.value["mapping"][value]
    components = api.root.value.get("components") if isinstance(api.root.value, dict) else None
    schemas = components.get("schemas") if isinstance(components, dict) else None
    if isinstance(schemas, dict) and name in schemas:
        return Node(api.root.source, ("components", "schemas", name), "schema", schemas[name])
    return None


def _within(inner: frozenset[str] | None, outer: frozenset[str] | None) -> bool:
    """Whether every value of some types is one of others."""
    if outer is None:
        return True
    if inner is None:
        return False
    return all(one in outer or (one == "integer" and "number" in outer) for one in inner)


def _types(form: Form) -> str:
    if form.nothing:
        return "nothing"
    names = sorted(form.types) if form.types is not None else ["any"]
    return " or ".join([*names, *(["null"] if form.null else [])]) or "nothing"


def _formats_differ(old: frozenset[str], new: frozenset[str]) -> tuple[bool, bool]:
    """Whether one set of formats is narrower than the other, and whether it is wider."""
    if len(old) == 1 and len(new) == 1:
        before, now = next(iter(old)), next(iter(new))
        for order in (_INTEGERS, _FLOATS):
            if before in order and now in order:
                return order.index(now) < order.index(before), order.index(now) > order.index(before)
        if before in _INTEGERS and now in _FLOATS:
            return False, True
        if before in _FLOATS and now in _INTEGERS:
            return True, False
    return not new <= old, not old <= new


def _upper(limit: Any) -> Any:
    """A limit from above, so that the stricter one is the smaller one."""
    return (limit[0], not limit[1]) if isinstance(limit, tuple) else limit


def _divides(one: float, other: float) -> bool:
    """Whether every multiple of `other` is one of `one`."""
    quotient = other / one
    return abs(quotient - round(quotient)) < 1e-9 * max(1.0, abs(quotient)) and round(quotient) >= 1


def _limit(limit: Any) -> str:
    if limit is None:
        return "not set"
    if isinstance(limit, tuple):
        return f"{spelled(limit[0])}{', exclusive' if limit[1] else ''}"
    return spelled(limit)


def _listed(names: Iterable[str]) -> str:
    return " and ".join(f"`{short(name)}`" for name in sorted(names)) or "not set"


def _or(values: Iterable[str]) -> str:
    spelled_ = [f"`{short(value)}`" for value in values]
    left = len(spelled_) - _LISTED
    return " or ".join(spelled_ if left <= 0 else [*spelled_[:_LISTED], f"{left} more"])


_LISTED = 8
"""How many values of an enum a message lists."""


def _shown(value: Any) -> str:
    return "absent" if value is None else f"`{short(spelled(value))}`"
