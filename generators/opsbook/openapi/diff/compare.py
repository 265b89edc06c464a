"""Two versions of an API compared: its operations, what they take and what they give."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

from opsbook.openapi.diff import operations as parts
from opsbook.openapi.diff.change import Change, Direction, Pair, Spot, gravest_first, spot_of
from opsbook.openapi.diff.forms import Forms
from opsbook.openapi.diff.operations import Body, Demand, Operation, Parameter, Response
from opsbook.openapi.diff.origins import Key
from opsbook.openapi.diff.schemas import Named, Names, Schemas
from opsbook.openapi.diff.untouched import Untouched
from opsbook.openapi.walk import Api, Node
from opsbook.source import short

_Answer: TypeAlias = Callable[[], None]

_DEPRECATE_FIRST = "deprecate it first, with the date of its end (`x-sunset`), and remove it after that"


def compare(old: Api, new: Api) -> tuple[Change, ...]:
    """What is different between two versions of an API, the gravest first."""
    pair = Pair(old, new)
    whole = _Whole(pair, Schemas(pair, Forms(old), Forms(new), Untouched(old, new), Names.of(old, new)))
    whole.run()
    pair.run()
    order = [one.label for one in (*whole.old_operations, *whole.new_operations)]
    return tuple(sorted(pair.changes(order), key=gravest_first))


@dataclass
class _Whole:
    """The questions about a document as a whole."""

    pair: Pair
    schemas: Schemas

    @cached_property
    def old_operations(self) -> list[Operation]:
        return _operations(self.pair.old)

    @cached_property
    def new_operations(self) -> list[Operation]:
        return _operations(self.pair.new)

    @cached_property
    def old_schemes(self) -> dict[str, parts.Scheme]:
        return parts.schemes(self.pair.old)

    @cached_property
    def new_schemes(self) -> dict[str, parts.Scheme]:
        return parts.schemes(self.pair.new)

    def run(self) -> None:
        self.paths()
        self.webhooks()
        self.servers(self.pair.old.root, self.pair.new.root)

    def paths(self) -> None:
        by_path = {one.path: None for one in self.new_operations}
        by_template = {parts.template(path): path for path in reversed(by_path)}
        now = {(one.path, one.method): one for one in self.new_operations}
        partners: dict[str, str] = {}
        before = dict.fromkeys(one.path for one in self.old_operations)
        for path in before:
            found = path if path in by_path else by_template.get(parts.template(path))
            if found and (found == path or found not in before):
                partners[path] = found
        matched = set()
        lost: list[Operation] = []
        for one in self.old_operations:
            other = now.get((partners.get(one.path, ""), one.method))
            if other:
                matched.add((other.path, other.method))
                self.ask(one, other)
            else:
                lost.append(one)
        came = [one for key, one in now.items() if key not in matched]
        self.lost(self.moved(lost, came), partners)
        self.came(came, set(partners.values()))
        for path, other_path in partners.items():
            self.renamed(path, other_path)

    def ask(self, old: Operation, new: Operation) -> None:
        """Ask what an operation has become."""
        comparison = _Comparison(self, old, new)
        self.pair.ask(("operation", new.label), comparison.run, new.label)

    def moved(self, lost: list[Operation], came: list[Operation]) -> list[Operation]:
        """Follow operations by their operationId to where they are served now; give those that are gone."""
        ids = {one.id: one for one in reversed(came) if one.id}
        gone = []
        for one in lost:
            other = ids.pop(one.id, None) if one.id else None
            if other is None:
                gone.append(one)
                continue
            came.remove(other)
            text = f"the operation was `{one.label}`, and has moved"
            self.said(other, "moved-operation", text, "keep the former address, deprecated, until nobody calls it")
            self.ask(one, other)
        return gone

    def said(self, operation: Operation, rule: str, text: str, hint: str = "") -> None:
        """Report something of one operation that is no question of its own."""
        self.pair.ask(
            ("said", rule, operation.label), lambda: self.pair.say(rule, text, operation.spot, hint), operation.label
        )

    def lost(self, lost: list[Operation], partners: Mapping[str, str]) -> None:
        """Report operations that are gone; a path of which nothing is left, once."""
        for path in dict.fromkeys(one.path for one in lost):
            gone = [one for one in lost if one.path == path]
            near = self.near(partners.get(path))
            announced = [one for one in gone if one.deprecated]
            whole = path not in partners and len(gone) == sum(one.path == path for one in self.old_operations)
            if whole and not announced:
                spot = Spot(gone[0].item.source, gone[0].item.route, key=True)
                for one in gone:
                    self.gone(one, "removed-path", f"the path `{path}` is gone", spot=spot, near=near)
                continue
            for one in gone:
                if one.deprecated:
                    until = parts.sunset(one)
                    text = f"the operation is gone; it was deprecated, and its end was announced for {until}"
                    text = text if until else "the operation is gone; it was deprecated"
                    self.gone(one, "announced-removal", text, spot=one.spot, near=near)
                else:
                    self.gone(one, "removed-operation", "the operation is gone", spot=one.spot, near=near)

    def near(self, path: str | None) -> Spot:
        """What is left of a path in the new document, or the paths of that."""
        root = self.pair.new.root
        return Spot(root.source, ("paths", path) if path else ("paths",), key=True)

    def gone(self, operation: Operation, rule: str, text: str, *, spot: Spot, near: Spot) -> None:
        hint = "" if rule == "announced-removal" else _DEPRECATE_FIRST
        self.pair.ask(
            ("gone", rule, operation.label),
            lambda: self.pair.say_gone(rule, text, spot, near, hint),
            operation.label,
        )

    def came(self, came: list[Operation], known: set[str]) -> None:
        for one in came:
            if one.path in known:
                self.said(one, "added-operation", "the operation is new")
            else:
                spot = Spot(one.item.source, one.item.route, key=True)
                self.pair.ask(("came", one.label), self._telling("added-path", one.path, spot), one.label)

    def _telling(self, rule: str, path: str, spot: Spot) -> _Answer:
        return lambda: self.pair.say(rule, f"the path `{path}` is new", spot)

    def renamed(self, old: str, new: str) -> None:
        for before, now in zip(parts.path_names(old), parts.path_names(new), strict=True):
            if before != now:
                text = f"the path parameter `{before}` of `{old}` is called `{now}`"
                self.pair.say("renamed-path-parameter", text, self.near(new))

    def webhooks(self) -> None:
        old = {node.name: node for node in self.pair.old.members(self.pair.old.root, "webhooks")}
        new = {node.name: node for node in self.pair.new.members(self.pair.new.root, "webhooks")}
        for name, node in old.items():
            if name not in new:
                near = Spot(self.pair.new.root.source, ("webhooks",), key=True)
                text = f"the webhook `{name}` is gone"
                self.pair.say_gone("removed-webhook", text, spot_of(node, key=True), near)
                continue
            now = {one.method: one for one in parts.operations(self.pair.new, new[name], name)}
            for one in parts.operations(self.pair.old, node, name):
                if one.method in now:
                    comparison = _Comparison(self, one, now[one.method], called=True)
                    label = f"webhook {name}"
                    self.pair.ask(("webhook", one.label), comparison.run, label)
        for name, node in new.items():
            if name not in old:
                self.pair.say("added-webhook", f"the webhook `{name}` is new", spot_of(node, key=True))

    def servers(self, old: Node, new: Node) -> None:
        before = parts.servers(self.pair.old, old)
        now = parts.servers(self.pair.new, new)
        for address, spot in before.items():
            if address not in now and (address or now):  # without any, the document's own address holds
                text = f"the server `{short(address) or '/'}` is gone"
                self.pair.say_gone("removed-server", text, spot, spot_of(new, "servers", key=True))
        for address, spot in now.items():
            if address not in before and (address or before):
                self.pair.say("added-server", f"the server `{short(address) or '/'}` is new", spot)


def _operations(api: Api) -> list[Operation]:
    found = []
    for paths in api.members(api.root, "paths"):
        for item in api.entries(paths):
            found += list(parts.operations(api, item, item.name))
    return found


@dataclass
class _Comparison:
    """One operation in both versions."""

    whole: _Whole
    old: Operation
    new: Operation
    called: bool = False
    """Whether it is the API that calls, and the client that answers."""

    @property
    def pair(self) -> Pair:
        return self.whole.pair

    @property
    def sent(self) -> Direction:
        """The direction of what is sent with the call."""
        return "response" if self.called else "request"

    @property
    def answered(self) -> Direction:
        return "request" if self.called else "response"

    def run(self) -> None:
        same = self.is_same()
        if not same:
            self.parameters()
            self.body()
            self.responses()
            self.callbacks()
        if self.called:
            return
        self.security()
        if not same:
            self.identity()
            self.lifecycle()
        for old, new in ((self.old.item, self.new.item), (self.old.node, self.new.node)):
            if parts.servers(self.old.api, old) and parts.servers(self.new.api, new):
                self.whole.servers(old, new)

    def is_same(self) -> bool:
        """Whether it has not changed, with all that it leads to; who may call it is said elsewhere, too."""
        untouched = self.whole.schemas.untouched
        for key in ("consumes", "produces"):
            if parts.said_by_root(self.old.api, key) != parts.said_by_root(self.new.api, key):
                return False
        shared = [
            Node(one.item.source, (*one.item.route, "parameters"), "", one.item.value.get("parameters"))
            for one in (self.old, self.new)
        ]
        if not untouched.is_same(self.old.node, self.new.node):
            return False
        return untouched.is_same(*shared) if shared[0].value else not shared[1].value

    # What it is

    def identity(self) -> None:
        if self.old.id and self.old.id != self.new.id:
            now = f"`{short(self.new.id)}`" if self.new.id else "not set"
            text = f"the operationId was `{short(self.old.id)}`, and is {now}"
            self.pair.say("changed-operation-id", text, _field(self.new, "operationId"))
        if set(self.old.tags) != set(self.new.tags):
            text = f"the tags were {_listed(self.old.tags)}, and are {_listed(self.new.tags)}"
            self.pair.say("changed-tags", text, _field(self.new, "tags"))

    def lifecycle(self) -> None:
        if not self.new.deprecated:
            return
        until, before = parts.sunset(self.new), parts.sunset(self.old)
        if not self.old.deprecated and until:
            text = f"the operation is deprecated; its end is announced for {until}"
            self.pair.say("announced-deprecation", text, _field(self.new, "deprecated"))
        elif not self.old.deprecated:
            hint = "add `x-sunset:` with the date after which it may be gone, or name the date in the description"
            text = "the operation is deprecated, and nothing says how long it will last"
            self.pair.say("deprecation-without-sunset", text, _field(self.new, "deprecated"), hint)
        elif before > until and before[:1].isdigit():
            text = (
                f"the end of the operation was announced for {before}, and is {f'for {until}' if until else 'not now'}"
            )
            self.pair.say("earlier-sunset", text, _field(self.new, "x-sunset"))

    # Who may call it

    def security(self) -> None:
        before, _ = parts.demands(self.old)
        now, spot = parts.demands(self.new)
        now_named = [self.formerly(one) for one in now]
        refused = [one for one in before if not any(_fulfils(one, other) for other in now_named)]
        let_in = [one for one in now_named if not any(_fulfils(one, other) for other in before)]
        if refused:
            what = "nothing" if not refused[0] else _demand(refused[0])
            text = f"{what} no longer suffices: it takes {' or '.join(map(_demand, now))}"
            self.pair.say("tightened-security", text, spot)
        elif let_in:
            self.pair.say("relaxed-security", f"{' or '.join(map(_demand, let_in))} suffices", spot)
        for name in sorted({name for one in before for name in one}):
            self.pair.ask(("scheme", name), self._scheme(name))

    def formerly(self, demand: Demand) -> Demand:
        """A demand with the names that schemes had before they were renamed."""
        return {self.former_name(name): scopes for name, scopes in demand.items()}

    def former_name(self, name: str) -> str:
        old, new = self.whole.old_schemes, self.whole.new_schemes
        if name in old or name not in new:
            return name
        return next((one for one, it in old.items() if one not in new and it.facts == new[name].facts), name)

    def _scheme(self, name: str) -> _Answer:
        return lambda: self.scheme(name)

    def scheme(self, name: str) -> None:
        """Report what has changed of a security scheme."""
        old, new = self.whole.old_schemes.get(name), self.whole.new_schemes.get(name)
        if not (old and new):
            return
        for key, fact in old.facts.items():
            now = new.facts.get(key)
            if now != fact:
                is_now = f"`{short(now)}`" if now else "not set" if now is None else "without addresses"
                text = f"{key} of the security scheme `{name}` was `{short(fact)}`, and is {is_now}"
                self.pair.say("changed-security-scheme", text, Spot(self.new.api.root.source, new.route))

    # What it takes

    def parameters(self) -> None:
        alike = parts.template(self.new.path) == parts.template(self.old.path)
        pairs = zip(parts.path_names(self.new.path), parts.path_names(self.old.path), strict=True) if alike else ()
        names = dict(pairs)
        before = parts.parameters(self.old)
        now = {
            (home, names.get(name, name) if home == "path" else name): one
            for (home, name), one in parts.parameters(self.new).items()
        }
        moved = self.moved_parameters(before, now)
        for key, one in before.items():
            if key in now:
                self.parameter(one, now[key])
            elif key in moved:
                self.parameter(one, moved[key])
            elif not self.called and one.home != "path":
                rule = "announced-removal" if one.value.get("deprecated") is True else "removed-parameter"
                text = f"the {one.home} parameter `{one.name}` is gone"
                text += "; it was deprecated" if rule == "announced-removal" else ""
                near = _field(self.new, "parameters")
                self.pair.say_gone(rule, text, spot_of(one.node), near)
        for key, one in now.items():
            if key not in before and one not in moved.values() and not self.called and one.home != "path":
                rule = "added-required-parameter" if one.required else "added-optional-parameter"
                text = f"the {one.home} parameter `{one.name}` is new{', and required' if one.required else ''}"
                self.pair.say(rule, text, spot_of(one.node))

    def moved_parameters(
        self, before: Mapping[tuple[str, str], Parameter], now: Mapping[tuple[str, str], Parameter]
    ) -> dict[tuple[str, str], Parameter]:
        """Parameters that are sent elsewhere under the same name."""
        moved = {}
        for key, one in before.items():
            other = next(
                (
                    it
                    for where, it in now.items()
                    if where not in before and key not in now and it.name.lower() == one.name.lower()
                ),
                None,
            )
            if other:
                moved[key] = other
                if not self.called:
                    text = f"the parameter `{one.name}` was sent in the {one.home}, and is sent in the {other.home}"
                    self.pair.say("moved-parameter", text, spot_of(other.node, "in"))
        return moved

    def parameter(self, old: Parameter, new: Parameter) -> None:
        """Ask what a parameter has become."""
        key = "parameter", self.sent, old.node.key, new.node.key
        self.pair.ask(key, lambda: self.answer_parameter(old, new))

    def answer_parameter(self, old: Parameter, new: Parameter) -> None:
        if not self.called:
            if new.required != old.required:
                rule = "newly-required-parameter" if new.required else "widened-request"
                text = f"the {new.home} parameter `{new.name}` is {'required' if new.required else 'optional'}"
                self.pair.say(rule, text, spot_of(new.node, "required"))
            if new.home == old.home and (self.written(old, new) or old.media != new.media):
                was, now = _style(old), _style(new)
                text = f"the {new.home} parameter `{new.name}` was written as {was}, and is as {now}"
                self.pair.say("changed-parameter-style", text, spot_of(new.node, "style"))
            if new.value.get("deprecated") is True and old.value.get("deprecated") is not True:
                text = f"the {new.home} parameter `{new.name}` is deprecated"
                self.pair.say("announced-deprecation", text, spot_of(new.node, "deprecated"))
        self.whole.schemas.ask(old.schema, new.schema, self.sent, Named(new.name))

    def written(self, old: Parameter, new: Parameter) -> bool:
        """Whether what is written differs: explode and the styles of a query are about lists and objects alone."""
        types = self.whole.schemas.old.of(old.schema).types if old.schema else None
        plain = types is not None and not types & {"array", "object"}
        if plain and new.home in ("query", "cookie", "header"):
            return old.style[2] and not new.style[2]
        return old.style[:2] != new.style[:2] or (old.style[2] and not new.style[2])

    def body(self) -> None:
        old, new = parts.body(self.old), parts.body(self.new)
        if old is None or new is None:
            if old and not self.called:
                text = "requests have no body any more"
                self.pair.say_gone("removed-request-body", text, spot_of(old.node), self.new.spot)
            elif new and not self.called:
                rule = "added-required-request-body" if new.required else "widened-request"
                text = f"requests {'must' if new.required else 'may'} have a body"
                self.pair.say(rule, text, spot_of(new.node))
            return
        if old.required != new.required and not self.called:
            rule = "newly-required-request-body" if new.required else "widened-request"
            text = f"the body of requests is {'required' if new.required else 'optional'}"
            self.pair.say(rule, text, spot_of(new.node, "required"))
        self.content(old, new, self.sent, "the request body")

    def content(self, old: Body, new: Body, direction: Direction, where: str) -> None:
        """Compare the media types of a body."""
        for name, place in old.content.items():
            match = name if name in new.content else _covering(name, new.content)
            if match is None:
                near = spot_of(new.node, "content")
                text = f"the media type `{short(name)}` of {where} is gone"
                self.pair.say_gone(f"removed-{direction}-media-type", text, old.spots[name], near)
            else:
                self.whole.schemas.ask(place, new.content[match], direction, Named(where=where))
        for name, spot in new.spots.items():
            if name not in old.content:
                self.pair.say("added-media-type", f"the media type `{short(name)}` of {where} is new", spot)

    # What it gives

    def responses(self) -> None:
        before, now = parts.responses(self.old), parts.responses(self.new)
        for status, one in before.items():
            match = status if status in now else f"{status[:1]}XX"
            if status.endswith("XX") and status not in now:  # the range may be spelled out
                match = next((other for other in now if other[:1] == status[:1]), match)
            if match not in now:
                if not self.called:
                    success = status[:1] in ("1", "2", "3")
                    rule = "removed-success-response" if success else "removed-error-response"
                    near = _field(self.new, "responses")
                    self.pair.say_gone(rule, f"the response {_status(status)} is gone", one.key, near)
                continue
            self.response(one, now[match], _status(status))
        for status, one in now.items():
            ranges = status, f"{status[:1]}XX"
            covered = not before.keys().isdisjoint(ranges) or (
                status.endswith("XX") and any(old[:1] == status[:1] for old in before)
            )
            if not covered and not self.called:
                self.pair.say("added-response", f"the response {_status(status)} is new", one.key)

    def response(self, old: Response, new: Response, status: str) -> None:
        """Ask what a response has become; one that several operations share, once."""
        key: Key = ("response", self.answered, old.body.node.key, new.body.node.key)
        if self.pair.old.document.version == "2.0" or self.pair.new.document.version == "2.0":
            key = (*key, self.new.label)  # its media types are those of the operation
        shared = old.body.node.key != old.node.key and new.body.node.key != new.node.key
        name = f"`{new.body.node.name}`" if shared else status
        self.pair.ask(key, lambda: self.answer_response(old, new, name))

    def answer_response(self, old: Response, new: Response, name: str) -> None:
        self.content(old.body, new.body, self.answered, f"the response {name}")
        if self.called:
            return
        for key, one in old.headers.items():
            if key not in new.headers:
                rule = "announced-removal" if one.value.get("deprecated") is True else "removed-response-header"
                text = f"the header `{one.name}` of the response {name} is gone"
                text += "; it was deprecated" if rule == "announced-removal" else ""
                near = spot_of(new.body.node, "headers")
                self.pair.say_gone(rule, text, spot_of(one.node, key=True), near)
                continue
            other = new.headers[key]
            if one.required != other.required:
                rule = "narrowed-response" if other.required else "newly-optional-response-header"
                often = "always" if other.required else "not always"
                text = f"the header `{one.name}` of the response {name} is {often} there"
                self.pair.say(rule, text, spot_of(other.node, "required"))
            self.whole.schemas.ask(one.schema, other.schema, "response", Named(one.name, f"the response {name}"))
        for key, one in new.headers.items():
            if key not in old.headers:
                text = f"the header `{one.name}` of the response {name} is new"
                self.pair.say("added-response-header", text, spot_of(one.node, key=True))

    def callbacks(self) -> None:
        before, now = parts.callbacks(self.old), parts.callbacks(self.new)
        for name, calls in before.items():
            if name not in now:
                near = _field(self.new, "callbacks")
                spot = Spot(self.old.node.source, (*self.old.node.route, "callbacks", name), key=True)
                self.pair.say_gone("removed-callback", f"the callback `{name}` is gone", spot, near)
                continue
            by_key = {(one.path, one.method): one for one in now[name]}
            for one in calls:
                other = by_key.get((one.path, one.method))
                if other:
                    comparison = replace(self, old=one, new=other, called=not self.called)
                    self.pair.ask(("callback", one.node.key, other.node.key, self.called), comparison.run)
        for name in now:
            if name not in before:
                spot = Spot(self.new.node.source, (*self.new.node.route, "callbacks", name), key=True)
                self.pair.say("added-callback", f"the callback `{name}` is new", spot)


def _field(operation: Operation, name: str) -> Spot:
    """The key of a field of an operation, or the operation where the field is not there."""
    return spot_of(operation.node, name, key=True) if name in operation.value else operation.spot


def _fulfils(given: Demand, wanted: Demand) -> bool:
    """Whether who meets one demand meets another."""
    return all(name in given and scopes <= given[name] for name, scopes in wanted.items())


def _demand(demand: Demand) -> str:
    named = [
        f"`{name}` with {', '.join(f'`{scope}`' for scope in sorted(scopes))}" if scopes else f"`{name}`"
        for name, scopes in demand.items()
    ]
    return " together with ".join(named) or "nothing"


def _covering(name: str, known: Iterable[str]) -> str | None:
    """The range of media types that a media type is one of."""
    return next((one for one in (f"{name.partition('/')[0]}/*", "*/*") if one in known), None)


def _status(status: str) -> str:
    return f"`{status.lower()}`" if status == "DEFAULT" else f"`{status}`"


def _style(parameter: Parameter) -> str:
    if parameter.media:
        return f"`{parameter.media}`"
    style, explode, reserved = parameter.style
    return f"`{style}`{', exploded' if explode else ''}{', with reserved characters' if reserved else ''}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{short(name)}`" for name in names) or "none"
