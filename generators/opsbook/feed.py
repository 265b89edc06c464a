"""Feeds of changes: what happened to systems and to their documentation, as Atom (RFC 4287)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from html import unescape
from itertools import islice
from typing import NamedTuple
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from opsbook.history import EVENTS, REVIEW, Happening, days
from opsbook.markup import plain_text
from opsbook.page import Artifact, relative
from opsbook.project import Project

FEED = "changes.xml"
"""What the file of a feed is called: one lies beside the pages of each system, one tells of all of them."""

CHANGES = "changes.md"
"""What the page is called that tells the same to people, beside the other pages of a system."""

_ENTRIES = 100
"""How many entries a feed has: readers of feeds keep what they once saw."""

_NAMED = 3
"""How many documents the title of an entry names."""

_ATOM = "http://www.w3.org/2005/Atom"

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold."""


class _Entry(NamedTuple):
    name: str
    """What its id is made of: it stays the same as long as the document and the day do, wherever the site moves."""
    day: date
    type: str
    title: str
    page: str
    """The path of the page that tells more, perhaps with an anchor."""
    system: str
    text: str = ""


def system_feed(system: str, project: Project) -> Artifact:
    """The feed of one system."""
    label = project.labels(system)
    changes = label("Changes")
    return _feed(f"{system}/{FEED}", f"{plain(_title(system, project))}: {changes}", (system,), project)


def site_feed(project: Project) -> Iterator[Artifact]:
    """The feed of all systems; none where there is no system."""
    if project.systems:
        yield _feed(FEED, "Changes", project.systems, project)


def plain(text: str) -> str:
    """An author's Markdown as the plain text that a feed can hold."""
    return _NO_XML.sub("\ufffd", unescape(plain_text(text)))


def _title(system: str, project: Project) -> str:
    found = project.find(system, "system", system)
    return found.title if found else system


def _feed(path: str, title: str, systems: Sequence[str], project: Project) -> Artifact:
    entries = list(islice(_entries(systems, project), _ENTRIES))
    feed = Element("feed", {"xmlns": _ATOM})
    if len(systems) == 1:
        feed.set("xml:lang", project.labels(systems[0]).language.replace("_", "-"))
    _text(feed, "title", title)
    _text(feed, "id", _id(f"opsbook:{path}"))
    _text(feed, "updated", _moment(max((one.day for one in entries), default=date(1970, 1, 1))))
    if project.site.url:
        SubElement(feed, "link", rel="self", type="application/atom+xml", href=f"{project.site.url.rstrip('/')}/{path}")
    for one in entries:
        feed.append(_element(one, path, project))
    indent(feed, " ")
    return Artifact(path, tostring(feed, encoding="utf-8", xml_declaration=True) + b"\n")


def _element(one: _Entry, path: str, project: Project) -> Element:
    label = project.labels(one.system)
    entry = Element("entry", {"xml:lang": label.language.replace("_", "-")})
    _text(entry, "title", one.title)
    _text(entry, "id", _id(f"opsbook:{one.system}/{one.name}"))
    _text(entry, "updated", _moment(one.day))
    _text(SubElement(entry, "author"), "name", plain(_title(one.system, project)))
    SubElement(entry, "category", term=one.type)
    SubElement(entry, "link", rel="alternate", type="text/html", href=_address(one.page, path, project))
    if one.text:
        _text(entry, "summary", one.text)
    return entry


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text


def _id(name: str) -> str:
    return uuid5(NAMESPACE_URL, name).urn


def _moment(day: date) -> str:
    return f"{day}T00:00:00Z"


def _address(page: str, feed: str, project: Project) -> str:
    """Where a page is read: its whole address where the site's is known, or else the way to it from the feed."""
    address = project.site.address(page)
    return address if project.site.url else relative(address.removeprefix("/"), feed)


def _entries(systems: Sequence[str], project: Project) -> Iterator[_Entry]:
    for day in days(project, systems):
        yield from (_happened(one, project) for one in day.happenings)
        for system in systems:
            reviewed = [spec for spec in day.reviewed if spec.system == system]
            if reviewed:
                label = project.labels(system)
                titles = [plain(spec.document.title) for spec in reviewed]
                many = label("{count} documents").replace("{count}", str(len(titles)))
                named = ", ".join(titles) if len(titles) <= _NAMED else many
                title = f"{label(REVIEW)}: {named}"
                page = f"{system}/{CHANGES}#{day_anchor(day.day)}"
                yield _Entry(f"review/{day.day}", day.day, "review", title, page, system, ", ".join(titles))


def _happened(happening: Happening, project: Project) -> _Entry:
    event, spec = happening.event, happening.spec
    label = project.labels(spec.system)
    note = f" ({label(event.note)})" if event.note else ""
    part = plain(event.title) if event.type == "release" else event.address.partition("#")[2]
    name = f"{event.type}/{spec.kind.name}:{spec.document.id}/{part}"
    title = f"{label(EVENTS[event.type])}: {plain(event.title)}{note}"
    return _Entry(name, event.day, event.type, title, event.address, spec.system)


def day_anchor(day: date) -> str:
    """Where a day stands on the page of changes."""
    return f"day-{day}"
