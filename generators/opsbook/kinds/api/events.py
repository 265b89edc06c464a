"""What an API tells of what happened: the days on which its versions came out."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from datetime import date

from opsbook.kind import Event, Spec
from opsbook.kinds.api.changes import CHANGES
from opsbook.kinds.api.model import ApiDocument
from opsbook.markup import literal
from opsbook.openapi.diff.markdown import anchor_of, title_of
from opsbook.openapi.exchange import mapping
from opsbook.openapi.walk import Api
from opsbook.project import Project


def events(spec: Spec[ApiDocument], _project: Project) -> Iterator[Event]:
    """The versions of which the day is known; they concern whatever names the API."""
    document = spec.document
    versions = [(document.offers.api, document.released), *((api, _released(api)) for api in document.earlier)]
    for api, day in versions:
        name = title_of(api)
        if day:
            page = posixpath.join(posixpath.dirname(spec.path), CHANGES)
            address = f"{page}#{anchor_of(name)}" if document.earlier else spec.path
            yield Event(day, "release", f"{document.title} {literal(name)}".rstrip(), address)


def _released(api: Api) -> date | None:
    """When an earlier version came out; what was published is not judged any more, and so may say anything."""
    said = mapping(api.root.value, "x-opsbook").get("released")
    try:
        return date.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
