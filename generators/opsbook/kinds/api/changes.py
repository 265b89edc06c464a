"""What has changed from version to version of an API."""

from __future__ import annotations

from opsbook.kinds.api.schemas import front, join
from opsbook.kinds.api.view import View
from opsbook.openapi.diff.markdown import by_age, changelog, title_of
from opsbook.page import Page

CHANGES = "changes.md"
"""The path of the page, as seen from the overview."""


def changes_page(view: View) -> Page:
    """The page for those who use an API and want to know what a new version means to them."""
    md, label = view.md, view.label
    name = md.plain(view.document.title)
    earlier = sorted(((title_of(api), api) for api in view.document.earlier), key=lambda one: by_age(one[0]))
    title = f"{label('Changes')}: {name}"
    body = changelog([*earlier, (title_of(view.api), view.api)], label)
    parts = [front(view, title), f"# {label('Changes')}: {md.line(view.document.title)}", body]
    return Page(view.path, label("Changes"), join(parts), (label("APIs"), name), view.spec.source.path)
