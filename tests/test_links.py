from __future__ import annotations

from pathlib import Path

import pytest

from opsbook.errors import NoProject
from opsbook.links import check_site

TARGET = """<!doctype html><title>Target</title>
<h1 id="top">Target</h1><a name="old">Old</a><h2 id="señal">Señal</h2><h2 id="a b">Spaces</h2>
"""
FILES = {
    "index.html": "<h1>Home</h1>",
    "target.html": TARGET,
    "folder/index.html": "<h1 id=in>Folder</h1>",
    "empty/notes.txt": "no index",
    "café con leche.html": "<h1>Café</h1>",
    "image.png": "",
    "style.css": "",
    "script.js": "",
    "data.json": "{}",
}

GOOD = {
    "page": '<a href="target.html">',
    "anchor": '<a href="target.html#top">',
    "anchor by name": '<a href="target.html#old">',
    "own anchor": '<p id="here"><a href="#here">',
    "top of the page": '<a href="#"> <a href=""> <a href=".">',
    "folder": '<a href="folder/"> <a href="folder#in"> <a href="folder/index.html#in"> <a href="./">',
    "percent-encoded": '<a href="caf%C3%A9%20con%20leche.html"> <a href="target.html#se%C3%B1al">',
    "as typed": '<a href="café con leche.html"> <a href="target.html#a b">',
    "query": '<a href="target.html?q=1#top"> <a href="?q=1">',
    "file that is no page": '<a href="data.json#any"> <a href="empty/notes.txt">',
    "other hosts": '<a href="https://example.com/"> <a href="//example.com/x"> <a href="http://127.0.0.1:9#x">',
    "other schemes": '<a href="mailto:a@example.com"> <a href="tel:+49301234"> <a href="javascript:void(0)">',
    "data": '<img src="data:image/png;base64,AAAA"> <img srcset="data:image/png;base64,AA,AA 1x, image.png 2x">',
    "canonical": '<link rel="canonical" href="https://example.com/x"> <link rel="next" href="nowhere.html"> <link>',
    "style": '<link rel="stylesheet" href="style.css"> <style>a { background: url(image.png) }</style>',
    "images": '<img src="image.png" srcset="image.png 1x, image.png 2x"> <img srcset="">',
    "picture": '<picture><source srcset="image.png, image.png 2x"><img src=image.png></picture>',
    "white space": '<a href=" target.html ">',
    "picture that leads on": '<svg><a href="target.html#top"><text>x</text></a></svg>',
    "text that looks like a link": "<p>https://example.com/ href='nowhere.html' <code>&lt;a href=x&gt;</code>",
    "comment": '<!-- <a href="nowhere.html"> -->',
}

BAD = {
    "dead page": ('<a href="tarjet.html">', "dead-link", "there is no such file", "did you mean `target.html`"),
    "dead anchor": ('<a href="target.html#topp">', "dead-link", "that page has no `#topp`", "did you mean `top`?"),
    "dead own anchor": ('<p id="here"><a href="#her">', "dead-link", "that page has no `#her`", "did you mean `here`?"),
    "dead image": ('<img src="nowhere.png">', "dead-link", "there is no such file", ""),
    "dead candidate": ('<img srcset="image.png 1x, nowhere.png 2x">', "dead-link", "there is no such file", ""),
    "dead source": ('<video poster="nowhere.png"><source src="nowhere.mp4">', "dead-link", "no such file", ""),
    "dead script": ('<script src="nowhere.js"></script>', "dead-link", "there is no such file", ""),
    "dead style sheet": ('<link rel="stylesheet" href="nowhere.css">', "dead-link", "there is no such file", ""),
    "dead address in a style": ("<style>a { b: url('nowhere.png') }</style>", "dead-link", "there is no such file", ""),
    "folder without index": ('<a href="empty/">', "dead-link", "there is no such file", ""),
    "dead page in a picture": ('<svg><a href="nowhere.html"><text>x</text></a></svg>', "dead-link", "no such file", ""),
    "badly encoded": ('<a href="caf%C3%A8%20con%20leche.html">', "dead-link", "there is no such file", ""),
    "badly encoded anchor": ('<a href="target.html#se%C3%B2al">', "dead-link", "that page has no `#seòal`", ""),
    "server root": ('<a href="/target.html">', "dead-link", "it starts at the server's root", "link relative"),
    "outside": ('<a href="../../../../../etc/hostname">', "dead-link", "it leaves the site", "link to a page"),
    "wrong case": ('<a href="Target.html">', "dead-link", "there is no such file", "did you mean `target.html`"),
    "no address": ('<a href="http://[bad">', "dead-link", "Invalid IPv6 URL", "write a whole address"),
    "NUL": ('<a href="x%00y.html">', "dead-link", "there is no such file", ""),
    "too long a name": (f'<a href="{"x" * 5000}.html">', "dead-link", "there is no such file", ""),
    "entities": ('<a href="a&amp;b.html">', "dead-link", "`a&b.html` leads nowhere", ""),
    "script elsewhere": ('<script src="https://cdn.example.com/x.js"></script>', "external-resource", "cdn", "ship"),
    "style sheet elsewhere": ('<link rel="stylesheet" href="https://f.example.com/c">', "external-resource", "f.e", ""),
    "font elsewhere": ("<style>@import 'https://f.example.com/c';</style>", "external-resource", "f.example.com", ""),
    "connection elsewhere": ('<link rel="preconnect" href="https://f.example.com">', "external-resource", "f.e", ""),
    "icon elsewhere": ('<link rel="shortcut icon" href="http://f.example.com/i">', "external-resource", "f.e", ""),
    "image elsewhere": ('<img src="http://i.example.com/x.png">', "external-resource", "i.example.com", ""),
    "candidate elsewhere": ('<img srcset="https://i.example.com/x 2x">', "external-resource", "i.example.com", ""),
    "protocol-relative": ('<script src="//cdn.example.com/x.js"></script>', "external-resource", "//cdn", ""),
    "frame elsewhere": ('<iframe src="https://v.example.com/"></iframe>', "external-resource", "v.example.com", ""),
    "object elsewhere": ('<object data="https://v.example.com/x"></object>', "external-resource", "v.example.com", ""),
    "sprite elsewhere": ('<svg><use href="https://v.example.com/x#y"/></svg>', "external-resource", "v.example", ""),
}


def _site(folder: Path, page: str, name: str = "page.html") -> Path:
    for path, text in {**FILES, name: f"<!doctype html>\n<title>Page</title>\n{page}\n"}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("page", GOOD.values(), ids=GOOD)
def test_a_good_link_is_left_alone(page: str, tmp_path: Path) -> None:
    assert check_site(_site(tmp_path, page)) == []


@pytest.mark.parametrize(("page", "rule", "message", "hint"), BAD.values(), ids=BAD)
def test_a_bad_link_is_found(page: str, rule: str, message: str, hint: str, tmp_path: Path) -> None:
    found = check_site(_site(tmp_path, page))
    assert {(diagnostic.path, diagnostic.line, diagnostic.rule) for diagnostic in found} == {
        ("page.html", 3, f"site/{rule}")
    }
    assert message in found[0].message
    assert hint in found[0].hint


def test_every_bad_link_of_a_page_is_found_once(tmp_path: Path) -> None:
    everything = "\n".join(page for page, *_ in [*BAD.values(), *((page,) for page in GOOD.values())])
    found = check_site(_site(tmp_path, everything + everything))
    assert len(found) == len(BAD) + 1, "one case holds two faults"
    assert found == sorted(found)


def test_the_place_is_that_of_the_attribute(tmp_path: Path) -> None:
    (found,) = check_site(_site(tmp_path, '<p>nowhere.html\n<a title="x" href="nowhere.html">'))
    assert (found.line, found.column) == (4, 14)


def test_pages_in_folders_link_from_where_they_are(tmp_path: Path) -> None:
    site = _site(tmp_path, '<a href="../target.html#top"> <a href="target.html">', "folder/page.html")
    (found,) = check_site(site)
    assert (found.path, found.message) == (
        "folder/page.html",
        "`target.html` leads nowhere: there is no such file",
    )


def test_the_page_of_the_server_may_start_at_its_root(tmp_path: Path) -> None:
    (found,) = check_site(_site(tmp_path, '<a href="/target.html"> <a href="/nowhere.html">', "404.html"))
    assert found.message == "`/nowhere.html` leads nowhere: there is no such file"


def test_style_sheets_are_read_too(tmp_path: Path) -> None:
    site = _site(tmp_path, "")
    (site / "folder/more.css").write_text(
        "a { b: url(../image.png) url('data:image/png;base64,AA') url(#x) url(../caf%C3%A9%20con%20leche.html) }\n"
        "a { b: url( nowhere.png ) }\n"
        '@font-face { src: url("https://f.example.com/x") }\n'
        "@import '//f.example.com/y';\n"
        "a { b: url(http://[bad) }\n"
        f"a {{ b: url({'x' * 5000}) }}\n",
        encoding="utf-8",
    )
    found = check_site(site)
    assert {diagnostic.path for diagnostic in found} == {"folder/more.css"}
    assert [(diagnostic.line, diagnostic.rule, diagnostic.message[:45]) for diagnostic in found] == [
        (2, "site/dead-link", "`nowhere.png` leads nowhere: there is no such"),
        (3, "site/external-resource", "the style sheet loads `https://f.example.com/"),
        (4, "site/external-resource", "the style sheet loads `//f.example.com/y` fro"),
        (5, "site/dead-link", "`http://[bad` leads nowhere: there is no such"),
        (6, "site/dead-link", f"`{'x' * 44}"),
    ]


def test_a_folder_without_pages_is_no_site(tmp_path: Path) -> None:
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(NoProject, match="build the site first"):
        check_site(tmp_path)
