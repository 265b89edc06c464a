"""What the site makes of its pages, as values."""

from __future__ import annotations

from posixpath import join, normpath

import pytest

from opsbook.site import link_drawn

LINKS = (
    # the page, the link as it was drawn, the address where a page is a file, and where it is a folder
    ("shop/architecture/index.md", "elements/app.md", "elements/app.html", "elements/app/"),
    ("shop/architecture/elements/app.md", "db.md", "db.html", "../db/"),
    ("shop/architecture/elements/app.md", "../index.md", "../index.html", "../../"),
    ("shop/architecture/elements/app.md", "../context.md#x", "../context.html#x", "../../context/#x"),
    ("shop/index.md", "index.md", "index.html", "./"),
    ("shop/index.md", "index.md#services", "index.html#services", "./#services"),
    ("shop/a.md", "#here", "#here", "#here"),
)  # fmt: skip


@pytest.mark.parametrize(("path", "drawn", "file", "folder"), LINKS)
def test_links_in_pictures_get_the_engines_addresses(path: str, drawn: str, file: str, folder: str) -> None:
    text = f'<svg><a class="opsbook-to" href="{drawn}"><rect/></a></svg>'
    assert link_drawn(text, path, directories=False) == text.replace(drawn, file)
    assert link_drawn(text, path, directories=True) == text.replace(drawn, folder)


@pytest.mark.parametrize(("path", "drawn", "_file", "folder"), LINKS)
def test_both_lead_to_the_same_page(path: str, drawn: str, _file: str, folder: str) -> None:
    def page(path: str) -> str:
        return path.removesuffix("index.md") if path.endswith("index.md") else path.removesuffix(".md") + "/"

    meant = normpath(join(path.rpartition("/")[0], drawn.partition("#")[0])) if drawn[0] != "#" else path
    reached = normpath(join(page(path), folder.partition("#")[0]))
    assert reached == page(meant).rstrip("/")


def test_other_links_stay() -> None:
    text = '<a href="app.md">x</a> [x](app.md) <a class="opsbook-to" href="app.txt">'
    assert link_drawn(text, "shop/index.md", directories=True) == text
