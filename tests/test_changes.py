"""What changed, day by day, and who names whom: pages, and feeds that readers of feeds can read."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
import yaml

from cases import HERE, write
from opsbook import markup
from opsbook.feed import site_feed, system_feed
from opsbook.history import days
from opsbook.kinds import all_kinds
from opsbook.kinds.system.documents import references
from opsbook.page import Artifact, Site
from opsbook.project import Change, Project
from opsbook.read import load

ATOM = "{http://www.w3.org/2005/Atom}"
FILES: dict[str, str] = yaml.safe_load((HERE / "project/bad/missed-update.yaml").read_text(encoding="utf-8"))
OTHER = """\
kind: system
id: other
title: "Other & <odd> `code` \\u0007"
owner: backend
last_reviewed: 2026-11-02
review_every: 90d
language: es
summary: Needs [[demo/runbook:restart]].
roles: [{id: backend, title: Backend}]
"""
NOTES = """\
kind: runbook
id: notes
title: "Notes & <b>odd</b> *words*"
owner: backend
last_reviewed: 2026-11-02
review_every: 90d
type: operations
summary: After [[demo/runbook:restart#look]].
procedures:
  - id: main
    title: Main
    steps: [{id: only, title: Only step, text: Look.}]
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    files = FILES | {"specs/other/system.yaml": OTHER, "specs/other/runbooks/notes.yaml": NOTES}
    return load(write(tmp_path_factory.mktemp("changes"), files), all_kinds()).project


def parsed(artifact: Artifact) -> ET.Element:
    return ET.fromstring(artifact.content)  # noqa: S314  # our own


def entries(feed: ET.Element) -> list[tuple[str, str, str]]:
    """The day, the title and the address of each entry."""
    found = feed.findall(f"{ATOM}entry")
    links = [one.find(f"{ATOM}link") for one in found]
    return [
        (_text(one, "updated")[:10], _text(one, "title"), link.get("href", "") if link is not None else "")
        for one, link in zip(found, links, strict=True)
    ]


def _text(element: ET.Element, name: str) -> str:
    (found,) = element.findall(f"{ATOM}{name}")
    assert found.text
    return found.text


def feeds(project: Project) -> list[Artifact]:
    return [*site_feed(project), *(system_feed(system, project) for system in project.systems)]


@pytest.mark.parametrize("url", ["", "https://docs.example.com/ops/"])
@pytest.mark.parametrize("directories", [True, False])
def test_feeds_hold_what_the_standard_asks_for(project: Project, url: str, *, directories: bool) -> None:
    """RFC 4287: one id, one title, one moment of each feed and entry, an author of each entry, no id twice."""
    published = replace(project, site=Site(url, directories=directories))
    for artifact in feeds(published):
        feed = parsed(artifact)
        assert feed.tag == f"{ATOM}feed"
        every = [feed, *feed.findall(f"{ATOM}entry")]
        ids = [_text(one, "id") for one in every]
        assert len(ids) == len(set(ids))
        assert {UUID(one).version for one in ids} == {5}
        moments = [datetime.fromisoformat(_text(one, "updated")) for one in every]
        assert moments[0] == max(moments[1:])
        assert all(one.tzinfo for one in moments)
        assert all(_text(one, "title") for one in every)
        assert all(_text(one.findall(f"{ATOM}author")[0], "name") for one in every[1:])
        own = [one.get("href") for one in feed.findall(f"{ATOM}link")]
        assert own == ([f"{url}{artifact.path}"] if url else [])
        assert all(address.startswith(url) and ".md" not in address for _, _, address in entries(feed))


def test_a_feed_is_the_same_every_time_and_whatever_its_address(project: Project) -> None:
    moved = replace(project, site=Site("https://docs.example.com"))
    for one, other in zip(feeds(project), feeds(moved), strict=True):
        assert [_text(entry, "id") for entry in parsed(one)[3:]] == [_text(entry, "id") for entry in parsed(other)[4:]]
    assert feeds(project) == feeds(replace(project))


def test_a_feed_tells_what_happened_the_newest_first(project: Project) -> None:
    told = entries(parsed(system_feed("demo", replace(project, site=Site(directories=False)))))
    assert told == [
        ("2026-11-18", "Action is done: Run two of it", "incidents/app-down.html#second-app"),
        ("2026-11-12", "Incident is over: The app was down (Draft)", "incidents/app-down.html"),
        ("2026-11-10", "Incident is over: The app was slow (Draft)", "incidents/slow.html"),
        ("2026-11-10", "Review: Restart the app", "changes.html#day-2026-11-10"),
        ("2026-11-01", "Review: Demo shop, Incident response, Documentation", "changes.html#day-2026-11-01"),
    ]


def test_texts_of_authors_stay_texts(project: Project) -> None:
    feed = parsed(system_feed("other", project))
    assert _text(feed, "title") == "Other & <odd> code \ufffd: Cambios"
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "es"
    assert entries(feed)[0][1] == "Revisión: Other & <odd> code \ufffd, Notes & <b>odd</b> words"


def test_where_the_site_is_known_addresses_are_whole(project: Project) -> None:
    (feed,) = site_feed(replace(project, site=Site("https://docs.example.com/")))
    addresses = {address for _, _, address in entries(parsed(feed))}
    assert "https://docs.example.com/demo/incidents/app-down/#second-app" in addresses
    assert "https://docs.example.com/other/changes/#day-2026-11-02" in addresses


def test_without_a_system_there_is_no_feed() -> None:
    assert list(site_feed(Project((), all_kinds()))) == []


def test_what_lies_ahead_is_no_change(project: Project) -> None:
    assert "2026-12-01" not in {str(day.day) for day in days(project, ("demo",))}


def test_the_page_tells_the_same_by_month(project: Project) -> None:
    body = page(project, "demo/changes.md")
    assert re.findall(r"^## (\S+)", body, re.MULTILINE) == ["2026-11"]
    assert re.findall(r'id="day-([-\d]+)"', body) == ["2026-11-18", "2026-11-12", "2026-11-10", "2026-11-01"]
    assert "[Atom](changes.xml)" in body
    assert "[Atom](../changes.xml)" in body


def page(project: Project, path: str) -> str:
    (body,) = [one.body for pages in project.printed().values() for one in pages if one.path == path]
    return body


# The index


def test_references_are_known_from_both_ends(project: Project) -> None:
    known = references(project)
    forth = {(one, other) for one, named in known.names.items() for other in named}
    back = {(one, other) for other, naming in known.named_by.items() for one in naming}
    assert forth == back
    assert ("specs/other/runbooks/notes.yaml", "specs/demo/runbooks/restart.yaml") in forth
    assert ("specs/demo/incidents/app-down.yaml", "specs/demo/incident-process.yaml") in forth
    assert not any("system.yaml" in path for pair in forth for path in pair)
    assert not any(one == other for one, other in forth)


def test_the_index_shows_each_reference_at_both_ends(project: Project) -> None:
    """What one row names, another row is named by; what other systems name says so."""
    rows = cross_references(page(project, "demo/documents.md"))
    forth = {(one, other) for one, (names, _) in rows.items() for other in names}
    back = {(one, other) for other, (_, named) in rows.items() for one in named if not one.startswith("../")}
    assert forth == back
    assert "incidents/slow.md" in rows["runbooks/restart.md"][1]
    assert "../other/runbooks/notes.md" in rows["runbooks/restart.md"][1]
    assert ") (other)" in page(project, "demo/documents.md")


def test_everything_that_names_a_thing_is_in_the_index(project: Project) -> None:
    """As `mentioned_by` has it, from the documents that are listed."""
    body = page(project, "demo/documents.md")
    for type_, id_ in (("service", "app"), ("severity", "sev-1"), ("service", "postgres")):
        thing = project.find("demo", type_, id_)
        assert thing
        listed = {one.by.page for one in project.mentioned_by(thing) if one.by.source != thing.source}
        section = body[body.index(f"{{ #_{type_} }}") :].partition("\n## ")[0]
        (row,) = [line for line in section.splitlines() if f"({thing.address.removeprefix('demo/')})" in line]
        assert set(links(row.split(" | ")[1])) == {one.removeprefix("demo/") for one in listed if "index" not in one}


def test_an_index_names_the_counts(project: Project) -> None:
    body = page(project, "demo/documents.md")
    (row,) = [line for line in body.splitlines() if line.startswith("| [Restart the app]") and "next review" in line]
    assert "[0 · 3](#runbook-restart)" in row


def cross_references(body: str) -> dict[str, tuple[list[str], list[str]]]:
    """The rows of the section: a document to what it names and what names it, all as paths."""
    section = body[body.index("{ #_references }") :].partition("\n## ")[0]
    cells = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith('| <span id="')]
    rows = [[links(cell) for cell in [*row, "", ""][:3]] for row in cells]
    return {row[0][0]: (row[1], row[2]) for row in rows}


def links(cell: str) -> list[str]:
    return re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", cell)


def test_large_systems_stay_readable(tmp_path: Path) -> None:
    """Many documents of a day are counted, and listed when opened."""
    many = {f"specs/demo/runbooks/r{n}.yaml": NOTES.replace("id: notes", f"id: r{n}") for n in range(9)}
    body = page(load(write(tmp_path, FILES | many), all_kinds()).project, "demo/changes.md")
    assert "<summary>9 documents</summary>" in body


def test_the_last_commit_shows_on_the_home_and_is_not_searched(project: Project) -> None:
    """Its words would lead to the news of a document instead of to the document."""
    changed = replace(project, changes={"demo": Change("2026-11-20", "0a1b2c3", "Restart <b>twice</b>")})
    said = markup.literal("Restart <b>twice</b>")
    assert f"<span data-search-exclude>2026-11-20 · {said}</span>" in page(changed, "demo/index.md")
