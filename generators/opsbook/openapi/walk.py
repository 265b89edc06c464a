"""A document walked by the types of its objects: all of them found, every reference followed, never out of the root."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from opsbook.diagnostic import Finding, suggest
from opsbook.openapi.json_source import JsonSource
from opsbook.openapi.read import Document, pointer
from opsbook.openapi.shapes import HOMES, OPENAPI, SWAGGER, Field, Shape
from opsbook.source import Route, Source, short


class Unread(NamedTuple):
    """Why a file that is referred to was not read."""

    rule: str
    message: str
    hint: str


Fetch: TypeAlias = Callable[[str], Source | Unread]
"""Gives the file at a path, relative to the root and with `/`. What it must not give, it explains."""


class Judged(NamedTuple):
    """A finding in one of the files of a document."""

    source: Source
    rule: str
    finding: Finding


_DEPTH_OF_COMPONENTS = 3
"""As in `/components/schemas/Name`."""

_DEEPEST = 100
"""How many references may lead to one another before they lead anywhere."""


class Node(NamedTuple):
    """One object of a document: where it stands, its type, and what is written there."""

    source: Source
    route: Route
    shape: str
    """Its type, in the words of the standard: `operation`, `schema`, `request body`."""
    value: Any

    @property
    def key(self) -> tuple[str, Route]:
        """What tells it from every other object of the same document: its file, and its place there."""
        return self.source.path, self.route

    @property
    def name(self) -> str:
        """The last key on the way to it: the name of a component, the status of a response."""
        return str(self.route[-1]) if self.route else ""


@dataclass(frozen=True)
class Api:
    """A document with everything in it found by its type, and every reference followed."""

    document: Document
    nodes: Mapping[str, Sequence[Node]]
    """All objects by type, each once, of other files too; a reference is a node of the type that it stands for."""
    targets: Mapping[tuple[str, Route], Node]
    """The key of each reference to what it refers to, one step on."""
    judged: tuple[Judged, ...]
    """What is wrong with the references."""

    @property
    def root(self) -> Node:
        """The document itself."""
        return Node(self.document.source, (), "document", self.document.source.data)

    @property
    def shapes(self) -> dict[str, Shape]:
        """What the objects of this version hold."""
        return SWAGGER if self.document.version == "2.0" else OPENAPI

    def resolve(self, node: Node) -> Node | None:
        """The object that a node stands for: itself, or what it refers to; None where that leads nowhere.

        A schema that says something beside its `$ref` (3.1) is an object of its own, and so is such a path item.
        """
        passed = 0
        while isinstance(node.value, dict) and isinstance(node.value.get("$ref"), str):
            if len(node.value) > 1 and self.document.version not in _BARE and node.shape in _WITH_SIBLINGS:
                return node
            found = self.targets.get(node.key)
            passed += 1
            if found is None or passed > _DEEPEST:
                return None
            node = found
        return node

    def members(self, node: Node, name: str) -> Iterator[Node]:
        """The objects in a field of an object, as they are written: references are not followed.

        None where the field is absent, or holds nothing of the kind.
        """
        holds = self.shapes.get(node.shape, {}).get(name)
        if holds and isinstance(node.value, dict) and name in node.value:
            yield from _held(node, name, node.value[name], holds)

    def entries(self, node: Node) -> Iterator[Node]:
        """The objects in an object whose keys are names of its own: paths, callbacks."""
        every = self.shapes.get(node.shape, {}).get("*")
        for name, value in node.value.items() if every and isinstance(node.value, dict) else ():
            if every and not name.startswith("x-"):
                yield from _held(node, name, value, every)


_NAMING = frozenset(("$anchor", "$dynamicAnchor", "$id", "$dynamicRef"))
"""The fields of schemas that give them a name, or ask for one."""

_BARE = ("2.0", "3.0")
"""The versions in which nothing counts that stands beside a `$ref`."""

_WITH_SIBLINGS = ("schema", "path item")


def walk(document: Document, fetch: Fetch, hosts: Container[str] = ()) -> Api:
    """Find everything in a document and in the files it is made of, and follow its references.

    What lies on one of the `hosts` is asked for by its whole address; nothing on others is.
    """
    pass_ = _Walk(document, fetch, hosts)
    pass_.run()
    while pass_.pending:
        pass_.settle()
        pass_.run()
    pass_.settle_dynamic()
    return Api(document, pass_.nodes, pass_.targets, tuple(pass_.found))


def _held(node: Node, name: str, value: Any, holds: Field) -> Iterator[Node]:
    route = (*node.route, name)
    if holds.form == "one":
        yield Node(node.source, route, holds.shape, value)
    elif holds.form == "list" and isinstance(value, list):
        for index, item in enumerate(value):
            yield Node(node.source, (*route, index), holds.shape, item)
    elif holds.form == "map" and isinstance(value, dict):
        for key, item in value.items():
            if not (key.startswith("x-") and name in ("responses", "paths")):
                yield Node(node.source, (*route, key), holds.shape, item)


def shape_at(shapes: Mapping[str, Shape], route: Route) -> str | None:
    """The type of the object at a route of a document, counted from its top; None where no object stands."""
    shape, rest = "document", list(route)
    while rest:
        name = str(rest.pop(0))
        holds = shapes.get(shape, {}).get(name) or (None if name.startswith("x-") else shapes.get(shape, {}).get("*"))
        if holds is None or (holds.form != "one" and not rest):
            return None
        if holds.form != "one":
            rest.pop(0)
        shape = holds.shape
    return shape


def _with_article(shape: str) -> str:
    return f"an {shape}" if shape[0] in "aeio" else f"a {shape}"


@dataclass
class _Walk:
    document: Document
    fetch: Fetch
    hosts: Container[str] = ()
    found: list[Judged] = field(default_factory=list)
    seen: set[tuple[str, str, int | Route]] = field(default_factory=set)
    stack: list[Node] = field(default_factory=list)
    nodes: dict[str, list[Node]] = field(default_factory=dict)
    targets: dict[tuple[str, Route], Node] = field(default_factory=dict)
    names: dict[str, dict[str, Node]] = field(default_factory=dict)
    """The anchors of each file; under the empty path the ids of schemas."""
    circles: set[tuple[str, Route]] = field(default_factory=set)
    """The objects on circles that were reported: one report for each circle."""
    pending: list[tuple[Node, str]] = field(default_factory=list)
    """References by name, which are settled when all names are known."""
    ids: dict[str, bool] = field(default_factory=dict)
    """Whether the text of each file speaks of ids."""
    dynamic: list[tuple[Node, str]] = field(default_factory=list)
    """References whose target depends on who asks: some target has to exist."""

    @property
    def shapes(self) -> dict[str, Shape]:
        return SWAGGER if self.document.version == "2.0" else OPENAPI

    def run(self) -> None:
        source = self.document.source
        if not self.seen:
            root = Node(source, (), "document", source.data)
            self.stack.append(root)
            if isinstance(source.data, dict) and isinstance(source.data.get("$self"), str):
                self.names.setdefault("", {})[urldefrag(source.data["$self"])[0]] = root
        while self.stack:
            self.visit(self.stack.pop())

    def visit(self, node: Node) -> None:
        if not isinstance(node.value, dict):
            return
        # Values live as long as their sources: in JSON an id stands for one place of one file. In YAML an alias
        # gives one value several places.
        place = id(node.value) if isinstance(node.source, JsonSource) else node.route
        key = node.source.path, node.shape, place
        if key in self.seen:
            return
        self.seen.add(key)
        self.nodes.setdefault(node.shape, []).append(node)
        if node.shape == "discriminator":
            self.mapping(node)
            return
        if node.shape == "schema":
            self.remember(node)
        reference = node.value.get("$ref")
        if isinstance(reference, str) and node.shape not in ("document", "paths", "components"):
            self.follow(node, reference)
            if node.shape not in ("schema", "path item") or self.document.version in ("2.0", "3.0"):
                return  # what stands beside such a reference is ignored by the standard
        self.stack += reversed(list(self.members(node)))

    def members(self, node: Node) -> Iterator[Node]:
        shape = self.shapes.get(node.shape, {})
        every = shape.get("*")
        for name, value in node.value.items():
            holds = shape.get(name) or (None if name.startswith("x-") else every)
            if holds:
                yield from _held(node, name, value, holds)

    def remember(self, node: Node) -> None:
        if _NAMING.isdisjoint(node.value):
            return
        for key in ("$anchor", "$dynamicAnchor"):
            if isinstance(node.value.get(key), str):
                self.names.setdefault(node.source.path, {})[node.value[key]] = node
        if isinstance(node.value.get("$id"), str):
            self.names.setdefault("", {})[_base(node)] = node
        if isinstance(node.value.get("$dynamicRef"), str):
            self.dynamic.append((node, node.value["$dynamicRef"]))

    def mapping(self, node: Node) -> None:
        """The targets of a discriminator: names of schemas, or references to some."""
        targets = node.value.get("mapping")
        schemas = _step(_step(self.document.source.data, "components"), "schemas")
        for key, target in targets.items() if isinstance(targets, dict) else ():
            if isinstance(target, str) and not (isinstance(schemas, dict) and target in schemas):
                place = Node(node.source, (*node.route, "mapping", key), "schema", target)
                if re.fullmatch(r"[\w-]+", target):
                    hint = suggest(target, schemas if isinstance(schemas, dict) else ())
                    self.report(place, "unresolved-reference", f"there is no schema `{short(target)}`", hint)
                else:
                    self.follow(place, target)

    def follow(self, node: Node, reference: str) -> None:
        """Go where a reference leads, through further references, and walk what is there."""
        target = self.target(node, reference)
        if target is None:
            return
        self.targets[node.key] = target
        self.stack.append(target)  # what is wrong further on is said at its own place
        here, passed = target, [(node.source.path, node.route)]
        while len(passed) < _DEEPEST:
            if here.route == node.route and here.source is node.source:
                break
            onward = here.value.get("$ref") if isinstance(here.value, dict) else None
            if not isinstance(onward, str) or (node.shape == "schema" and len(here.value) > 1):
                return
            # A schema that refers to itself beside other keywords says something, and is no circle.
            found = self.find(here, onward)
            if found == "" or isinstance(found, Unread):
                return
            passed.append((here.source.path, here.route))
            here = Node(found[0], found[1], node.shape, found[2])
        if self.circles.isdisjoint(passed):
            self.report(
                node,
                "circular-reference",
                f"`{short(reference)}` leads back to itself",
                "let one of the references on the way lead to a real object",
            )
        self.circles.update(passed)

    def find(self, node: Node, reference: str) -> tuple[Source, Route, Any] | Unread | Literal[""]:
        """Where a reference leads; why its file is not read; or an empty text for one by name."""
        if reference.startswith("#/") and not self.has_ids(node.source):  # nearly all are such
            return self.below(node.source, reference[1:], reference)
        strange = _strange(reference)
        if strange:
            return strange
        address, fragment = urldefrag(reference)
        by_name = bool(fragment) and not fragment.startswith("/")
        base = _base(node)
        if base:
            # Within a schema with an id of its own, references count from that id, not from the file.
            address = urldefrag(_joined(base, reference))[0]
            resource = self.names.get("", {}).get(address)
            if resource is not None and not by_name:
                return self.inside(resource, fragment, reference)
            if resource is not None or _is_url(address):
                return ""
        source = self.file(node.source, address) if address else node.source
        if isinstance(source, Unread) or by_name:
            return source if isinstance(source, Unread) else ""
        return self.below(source, fragment, reference)

    def below(self, source: Source, fragment: str, reference: str) -> tuple[Source, Route, Any] | Unread:
        """Where a pointer leads that counts from a file."""
        found = self.resolve(source, unquote(fragment) if "%" in fragment else fragment)
        if isinstance(found, tuple):
            return source, *found
        return Unread(
            "unresolved-reference", f"`{short(reference)}` leads nowhere: {found}", self.near(source, fragment)
        )

    def has_ids(self, source: Source) -> bool:
        """Whether some schema of a file may have an id of its own, from which references in it count."""
        if source.path not in self.ids:
            self.ids[source.path] = not source.text or "$id" in source.text or "\\u" in source.text
        return self.ids[source.path]

    def inside(self, resource: Node, fragment: str, reference: str) -> tuple[Source, Route, Any] | Unread:
        """Where a pointer leads that counts from a schema with an id."""
        found = self.resolve(resource.source, pointer(resource.route) + unquote(fragment))
        if isinstance(found, tuple):
            return resource.source, *found
        return Unread("unresolved-reference", f"`{short(reference)}` leads nowhere: {found}", "mend the reference")

    def target(self, node: Node, reference: str) -> Node | None:
        """What a reference leads to, if that is what should stand here."""
        found = self.find(node, reference)
        if found == "" or (isinstance(found, Unread) and found.rule == "remote-reference"):
            self.pending.append((node, reference))
            return None
        if isinstance(found, Unread):
            self.report(node, *found)
            return None
        source, route, value = found
        home = self.home(source, route)
        is_one = isinstance(value, dict) or (node.shape == "schema" and isinstance(value, bool))
        if home != node.shape and (home or not is_one):  # what stands where it belongs is judged there
            what = _with_article(home) if home else "a list" if isinstance(value, list) else "no mapping"
            self.report(
                node,
                "misdirected-reference",
                f"{_with_article(node.shape)} is wanted here, and `{short(reference)}` is {what}",
                f"refer to {_with_article(node.shape)}",
            )
            return None
        return Node(source, route, node.shape, value)

    def home(self, source: Source, route: Route) -> str | None:
        """The type of the object at a place, as far as the place alone says it."""
        home = HOMES.get((str(route[0]), str(route[1]))) if len(route) == _DEPTH_OF_COMPONENTS else None
        if home is None and source is self.document.source:  # nearly all places are in a home, which is fast to tell
            return shape_at(self.shapes, route)
        return home

    def file(self, source: Source, address: str) -> Source | Unread:
        whole = _joined(source.path, address) if _is_url(source.path) else address
        parts = urlsplit(whole)
        if parts.scheme or parts.netloc:
            allowed = parts.scheme in ("http", "https") and parts.netloc in self.hosts
            return self.fetch(whole) if allowed else _remote(whole)
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source.path), unquote(parts.path)))
        return self.document.source if path == self.document.source.path else self.fetch(path)

    def resolve(self, source: Source, fragment: str) -> tuple[Route, Any] | str:
        route: list[str | int] = []
        here = source.data
        for spelled in fragment.split("/")[1:]:
            part = spelled.replace("~1", "/").replace("~0", "~")
            if isinstance(here, list) and re.fullmatch(r"0|[1-9][0-9]{0,8}", part) and int(part) < len(here):
                route.append(int(part))
                here = here[int(part)]
            elif isinstance(here, dict) and part in here:
                route.append(part)
                here = here[part]
            else:
                return f"`{short(pointer(tuple(route)) or source.path)}` has no `{short(part)}`"
        return tuple(route), here

    def near(self, source: Source, fragment: str) -> str:
        """The names that stand where a reference was meant to lead."""
        parent, _, name = unquote(fragment).rpartition("/")
        found = self.resolve(source, parent)
        names = found[1] if isinstance(found, tuple) and isinstance(found[1], dict) else ()
        return suggest(name, map(str, names)) or "write what it should lead to, or mend the reference"

    def settle(self) -> None:
        """Follow the references by name, now that all names are known; report those that no file answers."""
        ids = self.names.get("", {})
        pending, self.pending = self.pending, []
        for node, reference in pending:
            whole = _joined(_base(node), reference)
            address, fragment = urldefrag(whole)
            resource = ids.get(whole.rstrip("#")) or ids.get(address)
            named = resource
            if resource and fragment.startswith("/"):
                found = self.inside(resource, fragment, reference)
                if isinstance(found, Unread):
                    self.report(node, *found)
                    continue
                named = Node(found[0], found[1], node.shape, found[2])
            elif fragment:
                file = resource.source if resource else self.file(node.source, address) if address else node.source
                if isinstance(file, Unread):
                    self.report(node, *file)
                    continue
                known = self.names.get(file.path, {})
                named = known.get(fragment) or _anchored(file, fragment)
                if named is None:
                    message = f"`{short(reference)}` leads nowhere: no schema has the anchor `{short(fragment)}`"
                    hint = suggest(fragment, known) or "start a pointer with `#/`"
                    self.report(node, "unresolved-reference", message, hint)
                    continue
            if named is None:
                self.report(node, *_remote(address))
                continue
            self.targets[node.key] = named
            self.stack.append(Node(named.source, named.route, node.shape, named.value))

    def settle_dynamic(self) -> None:
        """Report the references that depend on who asks, and that nobody can answer."""
        for node, reference in self.dynamic:
            name = reference.removeprefix("#")
            known = self.names.get(node.source.path, {})
            if reference.startswith("#") and name and not name.startswith("/") and name not in known:
                place = Node(node.source, (*node.route, "$dynamicRef"), "schema", reference)
                message = f"`{short(reference)}` leads nowhere: no schema has the anchor `{short(name)}`"
                self.report(place, "unresolved-reference", message, suggest(name, known) or "add a `$dynamicAnchor`")

    def report(self, node: Node, rule: str, message: str, hint: str) -> None:
        self.found.append(Judged(node.source, *_named(node, rule, message, hint)))


def _named(node: Node, rule: str, message: str, hint: str) -> tuple[str, Finding]:
    route = (*node.route, "$ref") if isinstance(node.value, dict) else node.route
    return f"openapi/{rule}", Finding(route, message, hint)


def _remote(address: str) -> Unread:
    return Unread(
        "remote-reference",
        f"`{short(address)}` lies on another host, and nothing is fetched",
        "copy the file next to the document, and refer to the copy",
    )


def _step(data: Any, key: str) -> Any:
    return data.get(key) if isinstance(data, dict) else None


def _strange(reference: str) -> Unread | None:
    """Why a text is no reference at all."""
    try:
        address = urldefrag(reference)[0]
        urlsplit(address)
    except ValueError:
        return Unread("unresolved-reference", f"`{short(reference)}` is no reference", "write a path or `#/…`")
    if "\0" in unquote(address):
        return Unread("unresolved-reference", f"`{short(reference)}` is no path", "remove the NUL in it")
    return None


def _is_url(text: str) -> bool:
    return text.startswith(("https://", "http://"))


def _joined(base: str, reference: str) -> str:
    try:
        return urljoin(base, reference)
    except ValueError:
        return reference


def _base(node: Node) -> str:
    """The id from which references in a schema count: that of the schemas around it; empty where they have none."""
    base, here = "", node.source.data
    for part in (*node.route, None):
        if isinstance(here, dict):
            said = here.get("$id")
            if isinstance(said, str):
                base = _joined(base, said).partition("#")[0]
        elif not isinstance(here, list):
            break
        if part is None:
            break
        here = here[part]
    return base


def _anchored(source: Source, name: str) -> Node | None:
    """The schema with an anchor, in a file of which nobody has seen what its objects are."""
    places: list[tuple[Route, Any]] = [((), source.data)]
    while places:
        route, here = places.pop()
        if isinstance(here, dict):
            if name in (here.get("$anchor"), here.get("$dynamicAnchor")):
                return Node(source, route, "schema", here)
            places += [((*route, key), value) for key, value in here.items()]
        elif isinstance(here, list):
            places += [((*route, index), value) for index, value in enumerate(here)]
    return None
