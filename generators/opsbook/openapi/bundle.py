"""A document of several files as one, with nothing in it that leads elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from opsbook.openapi.contents import schema_name
from opsbook.openapi.read import pointer
from opsbook.openapi.shapes import HOMES
from opsbook.openapi.walk import Api, Node
from opsbook.source import Route, Source

_SECTIONS = {shape: section for section, shape in HOMES.items()}
_OLD_SECTIONS = {"schema": ("definitions",), "parameter": ("parameters",), "response": ("responses",)}


def bundle(api: Api) -> dict[str, Any]:
    """The whole document as one value. References to other files lead to components that are added to it.

    A reference that leads nowhere, or to another host, is kept under a name that no reader follows.
    """
    return _Bundle(api).whole()


@dataclass
class _Bundle:
    api: Api
    names: dict[Any, tuple[str, ...]] = field(default_factory=dict)
    """The key of each object that is brought over, to its new place."""
    waiting: list[Node] = field(default_factory=list)
    within: list[Any] = field(default_factory=list)
    """The objects that are being written in place of references to them."""

    def whole(self) -> dict[str, Any]:
        root = self.api.root
        made: dict[str, Any] = self.copy(root.source, (), root.value)
        while self.waiting:
            node = self.waiting.pop()
            place = self.names[node.key]
            holder = made
            for part in place[:-1]:
                holder = holder.setdefault(part, {})
            holder[place[-1]] = self.copy(node.source, node.route, node.value)
        return made

    def copy(self, source: Source, route: Route, value: Any) -> Any:
        if isinstance(value, list):
            return [self.copy(source, (*route, index), one) for index, one in enumerate(value)]
        target = self.api.targets.get((source.path, route))
        if not isinstance(value, dict):
            return (self.spelled(target) or value) if target and isinstance(value, str) else value
        rest = {str(key): self.copy(source, (*route, key), one) for key, one in value.items() if key != "$ref"}
        said = value.get("$ref")
        if not isinstance(said, str):
            return {"$ref": self.copy(source, (*route, "$ref"), said), **rest} if "$ref" in value else rest
        if target is None:
            local = said.startswith("#") and source is self.api.root.source
            return {"$ref" if local else "x-ref": said, **rest}
        spelled = self.spelled(target)
        return {"$ref": spelled, **rest} if spelled else self.in_place(target, rest)

    def in_place(self, target: Node, rest: dict[str, Any]) -> Any:
        """An object for which the document has no place of its own, where the reference to it stands."""
        if target.key in self.within:
            return rest
        self.within.append(target.key)
        written = self.copy(target.source, target.route, target.value)
        self.within.pop()
        return {**written, **rest} if isinstance(written, dict) else written

    def spelled(self, target: Node) -> str:
        """The reference to an object in the one document; empty where it has to be written in place."""
        if target.source is self.api.root.source:
            return f"#{pointer(target.route)}"
        if target.key not in self.names:
            old = self.api.document.version == "2.0"
            section = _OLD_SECTIONS.get(target.shape) if old else _SECTIONS.get(target.shape)
            if section is None or target.shape == "path item":
                return ""
            self.names[target.key] = (*section, self.name(section, target))
            self.waiting.append(target)
        return f"#{pointer(self.names[target.key])}"

    def name(self, section: tuple[str, ...], target: Node) -> str:
        """A name that no other component has."""
        base = re.sub(r"[^A-Za-z0-9._-]+", "-", schema_name(target)) or "component"
        taken: Any = self.api.root.value
        for part in section:
            taken = taken.get(part) if isinstance(taken, dict) else None
        known = {*(taken if isinstance(taken, dict) else ()), *(place[-1] for place in self.names.values())}
        name, number = base, 2
        while name in known:
            name, number = f"{base}-{number}", number + 1
        return name
