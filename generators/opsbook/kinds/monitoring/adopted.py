"""What a system knows already, for drafts: which of its severities, services and documents another tool means."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote, urlsplit

from opsbook.kind import Definition, Drafting
from opsbook.kinds.monitoring.process import Process, process
from opsbook.markup import plain_text
from opsbook.reference import Home
from opsbook.wording import slug

_RANK = re.compile(r"(?:p|s|sev|severity|prio|priority)?[-_ ]?([1-9])", re.IGNORECASE)
"""A severity by its number: `1`, `P1`, `sev_1`."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def words(name: str) -> list[str]:
    """The words of a name: `KubeAPIDown` has three."""
    return [word for part in re.split(r"[^\w]+|_+", name) for word in _CAMEL.split(part) if word]


def id_of(name: str) -> str:
    """A name as an id: `KubeAPIDown` is `kube-api-down`."""
    return slug("-".join(words(name)))


@dataclass(frozen=True)
class Adopted:
    """What names of another tool stand for in a system."""

    wanted: Drafting

    @property
    def home(self) -> Home:
        """The document that is drafted."""
        return Home(self.wanted.system, "monitoring", self.wanted.id)

    @cached_property
    def _severities(self) -> Mapping[str, str]:
        """The severities of the system by everything that they are called; what two are called names none."""
        found: dict[str, set[str]] = {}
        for id_, title in self.wanted.defined.get("severity", {}).items():
            for name in (id_, plain_text(title)):
                found.setdefault(_plain(name), set()).add(id_)
        for one in self._process.severities:
            for name in one.aliases:
                found.setdefault(_plain(name), set()).add(one.id)
        return {name: next(iter(ids)) for name, ids in found.items() if name and len(ids) == 1}

    @cached_property
    def _process(self) -> Process:
        """What is known of the severities beside their ids and titles."""
        project = self.wanted.project
        return process(self.wanted.system, project) if project else Process()

    def severity(self, name: str) -> str | None:
        """The severity of an id, a title, an alias or a rank."""
        known = self._severities.get(_plain(name))
        rank = _RANK.fullmatch(name.strip())
        ranked = [one.id for one in self._process.severities if rank and one.rank == int(rank[1])]
        return known or (ranked[0] if len(ranked) == 1 else None)

    def service(self, name: str) -> str | None:
        """The service of an id or a title."""
        known = self.wanted.defined.get("service", {})
        named = [id_ for id_, title in known.items() if _plain(name) in (_plain(id_), _plain(plain_text(title)))]
        return name if name in known else named[0] if len(named) == 1 else None

    def policy(self, name: str) -> str | None:
        """The escalation policy of an id."""
        return name if name in self.wanted.defined.get("escalation", {}) else None

    @cached_property
    def _targets(self) -> list[Definition]:
        """What an alert may lead to: what the system defines that has a page, the documents before their parts."""
        project = self.wanted.project
        known = [one[0] for one in project.definitions.values()] if project else []
        own = [one for one in known if one.system == self.wanted.system]
        return sorted(own, key=lambda one: ("#" in one.id, one.id))

    def page(self, url: str) -> str | None:
        """The reference to what stands at an address of this site."""
        project = self.wanted.project
        if not project or not project.site.url or "{{" in url:
            return None
        found = [one for one in self._targets if _bare(project.site.address(one.address)) == _bare(url)]
        return project.spell(found[0], self.home) if found else None

    def document(self, url: str) -> str | None:
        """The reference to the one runbook, or part of one, that is called like the end of an address elsewhere."""
        project = self.wanted.project
        if not project or "{{" in url:
            return None
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        path = id_of(posixpath.splitext(posixpath.basename(unquote(parts.path).rstrip("/")))[0])
        anchor = id_of(unquote(parts.fragment))
        for name in (f"{path}#{anchor}" if path and anchor else "", anchor, path):
            found = [one for one in self._targets if name and one.type == "runbook" and name in _names(one)]
            if len(found) == 1:
                return project.spell(found[0], self.home)
        return None


def _plain(name: str) -> str:
    """A name without what people leave out or write differently: `SEV 1` is `sev-1`."""
    return slug(name).replace("-", "")


def _bare(url: str) -> str:
    """An address without what may be left out of it."""
    page, hash_, anchor = url.partition("#")
    return f"{page.removesuffix('index.html').rstrip('/')}{hash_}{anchor}"


def _names(definition: Definition) -> set[str]:
    """What an address may call a runbook, or a part of one."""
    return {definition.id, definition.id.rpartition("#")[2], slug(plain_text(definition.title))}
