"""The pages of drills: the last result, what it is worth, every figure beside its target; and what runbooks say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from cases import base, spec
from opsbook.kind import Spec
from opsbook.kinds import all_kinds
from opsbook.kinds.drill.following import hashes
from opsbook.kinds.drill.terms import took
from opsbook.labels import Labels, languages
from opsbook.page import Page
from opsbook.project import Printed, Project

HERE = Path(__file__).parent / "drills"
PICTURE = re.compile(r"<svg .*?</svg>")
HASH = re.compile(r"(?<=<code>)[0-9a-f]{16}(?=</code>)")
RUNBOOK = """\
kind: runbook
id: restore
title: Restore
owner: backend
last_reviewed: 2026-11-01
review_every: 90d
type: disaster-recovery
summary: Brings the data back.
services: [postgres]
objectives: {rto: 15m}
procedures:
  - id: main
    title: From the dump
    steps:
      - {id: look, title: Look, run: "psql -c 'SELECT 1'", effect: read}
      - {id: bring-back, title: Bring it back, snippet: demo/dump.sh, effect: change}
      - {id: tell, title: Tell everybody, text: Say that it is back.}
  - id: other
    title: From the replica
    steps: [{id: promote, title: Promote it, run: promote, effect: change}]
"""
SANDBOX = """\
kind: sandbox
id: sandbox
title: Sandbox
owner: backend
last_reviewed: 2026-11-01
review_every: 90d
postgres: [{id: main, port: 5432}]
"""
DRILL = """\
kind: drill
id: NAME
title: The NAME is lost
owner: backend
last_reviewed: 2026-11-01
review_every: 90d
type: sandbox
purpose: Shows that [[runbook:restore]] works.
follow: ["runbook:restore#main"]
services: [postgres]
steady_state:
  - {id: there, title: The table is there, run: "psql -c 'TABLE orders'", tolerance: {at_least: 1}}
fault:
  type: drop-table
  what: The table is dropped.
  run: psql -c 'DROP TABLE orders'
detection: {probe: there}
targets: {detection: 1m, rto: 15m, rpo: 5m}
schedule: {every: 30d, owner: backend}
"""
TABLETOP = """\
kind: drill
id: talk
title: The region is lost
owner: backend
last_reviewed: 2026-11-01
review_every: 90d
type: tabletop
purpose: Talks it through.
follow: ["runbook:restore#other"]
fault: {type: stop, what: The region is dark.}
targets: {}
schedule: {every: 180d, owner: backend}
roles: [{role: on-call, does: Says what it would do.}]
questions: [Whom would you call?]
"""
RECORD = """\
kind: drill-record
id: DAY-NAME
title: The NAME is lost
owner: backend
drill: NAME
type: sandbox
result: RESULT
FAILURES
times:
  fault: "DAYT09:00:00Z"
  detected: "DAYT09:00:03.500Z"
  mitigated: "DAYT09:00:50Z"
  verified: "DAYT09:01:01.550Z"
data: {written: 10, left: LEFT, seconds: LOST}
commit: 4b825dc
hashes: {runbook: "RUNBOOK", drill: "DRILL", fixtures: "FIXTURES"}
steps:
  - {step: look, outcome: led-on, seconds: 0.1, note: "it ended with 1, not 0"}
  - {step: bring-back, outcome: passed, seconds: 4.2}
  - {step: tell, outcome: left-to-people}
  - {step: gone, outcome: not-run}
"""
OVERDUE = 'data-opsbook-overdue="drill overdue"'


def whole(texts: Mapping[str, str], **values: Any) -> Project:
    """The small system with more specs, in the order in which they are read."""
    files = {path: raw for path, raw in base().items() if path.endswith(".yaml")}
    files |= {f"specs/demo/{name}.yaml": text.encode() for name, text in texts.items()}
    order = [kind.name for kind in all_kinds()]
    specs = sorted((spec(*one) for one in files.items()), key=lambda one: (order.index(one.kind.name), one.source.path))
    snippets = {"demo/dump.sh": base()["snippets/demo/dump.sh"].decode()}
    return Project(tuple(specs), all_kinds(), **{"snippets": snippets, "languages": languages({}), **values})


def drill(name: str) -> str:
    """A drill."""
    return DRILL.replace("NAME", name)


def record(name: str, day: str, result: str = "passed", lost: str = "0", **kept: str) -> str:
    """What came of a drill on a day; it holds for what there is, or for what is said."""
    made = whole({"restore": RUNBOOK, "sandbox": SANDBOX, name: drill(name)})
    (its,) = [one for one in made.specs if one.kind.name == "drill"]
    now = hashes(its, made)
    assert now
    why = "failures: [It took too long.]" if result == "failed" else "notes: All went well."
    values = {"DAY": day, "NAME": name, "RESULT": result, "FAILURES": why, "LOST": lost}
    values |= {"LEFT": "10" if lost == "0" else "9"}
    values |= {key.upper(): kept.get(key, value) for key, value in now.model_dump().items()}
    return re.sub(
        r"\b(?:DAY|NAME|RESULT|FAILURES|LOST|LEFT|RUNBOOK|DRILL|FIXTURES)(?=\b|T09)", lambda m: values[m[0]], RECORD
    )


ALL = {
    "restore": RUNBOOK,
    "sandbox": SANDBOX,
    "table": drill("table"),
    "disk": drill("disk"),
    "host": drill("host"),
    "backup": drill("backup"),
    "talk": TABLETOP,
    "table-1": record("table", "2026-09-20", "failed", lost="400"),
    "table-2": record("table", "2026-10-20", runbook="0" * 16),
    "table-3": record("table", "2026-11-20"),
    "disk-1": record("disk", "2026-11-20", "failed", lost="12.5"),
    "host-1": record("host", "2026-10-01", fixtures="0" * 16),
}
"""A drill in every state: passed, failed, with something changed since, never played, for people."""


@pytest.fixture(scope="module")
def pages() -> dict[str, Page]:
    """The pages of a system with drills, by path."""
    return {page.path: page for page in whole(ALL).pages()}


def body(texts: Mapping[str, str], path: str, **values: Any) -> str:
    """One page of the small system with more specs."""
    (page,) = [page for page in whole(texts, **values).pages() if page.path == path]
    return page.body


@pytest.mark.parametrize(
    "path",
    [
        "drills/index",
        "drills/table",
        "drills/talk",
        "drills/records/2026-09-20-table",
        "drills/records/2026-11-20-table",
    ],
)
def test_pages(pages: dict[str, Page], path: str, golden: Callable[[Path, str], None]) -> None:
    name = path.removeprefix("drills/").replace("/", ".")
    golden(HERE / "pages" / f"{name}.md", HASH.sub("HASH", PICTURE.sub("<svg/>", pages[f"demo/{path}.md"].body)))


BADGES = {
    "table": 'good">Passed on 2026-11-20, recovered in 62 s of 15 min (sandbox)</span>',
    "disk": 'bad">Failed on 2026-11-20, recovered in 62 s of 15 min, data lost: 13 s of 5 min (sandbox)</span>',
    "host": 'old">Changed since 2026-10-01: holds no more</span><span class="opsbook-badge-due"> · next by <time',
    "backup": 'none">Never played</span><span class="opsbook-badge-due"> · next by <time datetime="2026-12-01"',
}
"""What a runbook says of each drill that follows it."""


@pytest.mark.parametrize("name", BADGES)
def test_a_runbook_says_how_its_drills_went(pages: dict[str, Page], name: str) -> None:
    page = unescape(pages["demo/runbooks/restore.md"].body) + "\n"
    said = f'[The {name} is lost](../drills/{name}.md): <span class="opsbook-badge opsbook-badge--{BADGES[name]}'
    above, _, below = page.replace("<br>", "\n").partition("{ #main }")
    assert said in above, "at its top"
    assert said in below.partition("{ #look }")[0], "and where the steps begin that are followed"
    assert above.index("RTO\n") < above.index("Drills\n") < above.index("Owner\n")


def test_what_is_overdue_says_the_clock_of_the_reader(pages: dict[str, Page]) -> None:
    for path in ("demo/runbooks/restore.md", "demo/drills/host.md", "demo/drills/index.md", "demo/index.md"):
        assert f'<time datetime="2026-10-31" {OVERDUE}>' in pages[path].body, path
    assert f'<time datetime="2026-12-01" {OVERDUE}>' in pages["demo/drills/backup.md"].body, "from its last review on"


CHANGES: dict[str, tuple[str, str, str, str]] = {
    "a command of a step": ("restore", "SELECT 1", "SELECT 2", "the steps that are followed"),
    "a step less": ("restore", "      - {id: tell, title: Tell everybody, text: Say that it is back.}\n", "", ""),
    "another step": ("restore", "{id: look, title: Look,", "{id: see, title: Look,", "the steps that are followed"),
    "a step of another procedure": ("restore", "run: promote", "run: promote now", ""),
    "a title": ("restore", "title: Look,", "title: Look at it,", ""),
    "a probe": ("table", "TABLE orders", "TABLE things", "the drill itself"),
    "a fault": ("table", "DROP TABLE orders", "DROP TABLE things", "the drill itself"),
    "a target": ("table", "rto: 15m", "rto: 1m", "the drill itself"),
    "a purpose": ("table", "purpose: Shows", "purpose: It shows", ""),
    "a fixture": ("sandbox", "port: 5432", "port: 5433", "what it is played against"),
}
"""What is changed, and what pages then say has changed since the last drill."""


@pytest.mark.parametrize("what", CHANGES)
def test_a_result_holds_for_what_was_played(what: str) -> None:
    name, old, new, says = CHANGES[what]
    assert old in ALL[name]
    texts = {**ALL, name: ALL[name].replace(old, new)}
    says = says or ("the steps that are followed" if what == "a step less" else "")
    page = body(texts, "demo/drills/table.md")
    assert (f"What changed: {says}." in page) is bool(says)
    assert ("Changed since 2026-11-20: holds no more" in page) is bool(says)
    assert ('!!! success "Passed on 2026-11-20"' in page) is not bool(says)
    runbook = body(texts, "demo/runbooks/restore.md")
    assert ('The table is lost](../drills/table.md): <span class="opsbook-badge opsbook-badge--old' in runbook) is bool(
        says
    )


def test_a_script_that_changed_changes_what_a_result_holds_for() -> None:
    page = body(ALL, "demo/drills/table.md", snippets={"demo/dump.sh": "pg_restore"})
    assert "What changed: the steps that are followed." in page


def test_nothing_that_says_something_else_is_left_standing() -> None:
    """A page that lists a drill is printed again when only its record, or what it holds for, is another."""
    first = whole(ALL)
    printed = Printed(first, first.printed())
    for name, old, new in (
        ("table-3", "result: passed\nnotes: All went well.", "result: failed\nfailures: [It took too long.]"),
        ("sandbox", "port: 5432", "port: 5433"),
    ):
        assert old in ALL[name]
        second = whole({**ALL, name: ALL[name].replace(old, new)})
        kept = {one.source.path: one for one in first.specs if name not in one.source.path}
        second = replace(second, specs=tuple(kept.get(one.source.path, one) for one in second.specs))
        found = second.printed(printed)
        assert found == second.printed()
        restore, process = (f"specs/demo/{one}.yaml" for one in ("restore", "incident-process"))
        assert found[restore] != printed.pages[restore]
        assert found[process] is printed.pages[process]


def test_a_list_without_badges_is_as_it_was(pages: dict[str, Page]) -> None:
    (row,) = [line for line in pages["demo/index.md"].body.splitlines() if 'id="service-postgres"' in line]
    assert "Drills: 4" in row
    assert "opsbook-badge" not in row


def test_the_home_begins_with_what_has_to_be_done(pages: dict[str, Page]) -> None:
    home = pages["demo/index.md"].body.partition("{ #_drills }")[2].partition("\n## ")[0]
    assert re.findall(r"^\| \[.+?\]\(drills/(\w+)\.md\)", home, re.MULTILINE) == [
        "disk",
        "host",
        "backup",
        "talk",
        "table",
    ]
    assert "[All drills (5)](drills/index.md)" in home


def test_records_are_found_by_their_drill_alone(pages: dict[str, Page]) -> None:
    listed = {path: page.listed for path, page in pages.items() if path.startswith("demo/drills/")}
    assert {path for path, shown in listed.items() if not shown} == {
        f"demo/drills/records/{one}.md"
        for one in ("2026-09-20-table", "2026-10-20-table", "2026-11-20-table", "2026-11-20-disk", "2026-10-01-host")
    }
    for path in ("demo/documents.md", "demo/index.md"):
        assert "drills/records/" not in pages[path].body
    assert pages["demo/drills/table.md"].body.count("](records/2026-") == 4, "three rows, and the last result"


def test_every_time_is_drawn_beside_its_target(pages: dict[str, Page]) -> None:
    (plot,) = PICTURE.findall(pages["demo/drills/table.md"].body)
    assert plot.count("<title>") == 9, "three figures of three records"
    assert plot.count("opsbook-quantile-1") == 4, "three targets, and what the mark is called"


def test_a_timeline_counts_what_the_alert_waits_elsewhere() -> None:
    text = ALL["table-3"].replace("commit:", "waited: 58s\ncommit:")
    page = body({**ALL, "table-3": text}, "demo/drills/records/2026-11-20-table.md")
    assert "| Noticed | <time>2026-11-20</time> 09:00:03 UTC | 62 s |" in page
    assert '| Detection | 62 s | 1 min | <span class="opsbook-badge opsbook-badge--bad">Missed</span> |' in page
    assert "the alert waited 58 s less than in production" in page


def test_one_id_in_two_systems_is_told_apart() -> None:
    raw = base()["specs/demo/system.yaml"].decode()
    assert "opsbook drill table\n" in body(ALL, "demo/drills/table.md")
    first = whole(ALL)
    (its,) = [one for one in first.specs if one.document.id == "table"]
    other: Spec[Any] = replace(its, system="other", source=replace(its.source, path="specs/other/table.yaml"))
    assert raw
    both = replace(first, specs=(*first.specs, other))
    (page,) = [page for page in both.pages() if page.path == "demo/drills/table.md"]
    assert "opsbook drill table --system demo\n" in page.body


def test_a_long_list_leads_to_all_drills() -> None:
    names = ("one", "two", "three", "four", "five", "six")
    page = body({"restore": RUNBOOK, **{name: drill(name) for name in names}}, "demo/runbooks/restore.md")
    assert "</span><br>[and 1 more](../drills/index.md)\n" in page


def test_without_records_every_page_says_so() -> None:
    texts = {"restore": RUNBOOK, "table": drill("table")}
    index = body(texts, "demo/drills/index.md")
    assert '| 15 min |  | <span class="opsbook-badge opsbook-badge--none">Never played</span> |  |' in index
    assert "<svg" not in index
    assert "{ #_history }" not in body(texts, "demo/drills/table.md")
    assert "No drill has a target, and none was played." in body(
        {"restore": RUNBOOK, "talk": TABLETOP}, "demo/drills/index.md"
    )


def test_a_record_of_a_drill_that_is_gone_still_has_a_page() -> None:
    texts = {"restore": RUNBOOK, "table-3": ALL["table-3"]}
    page = body(texts, "demo/drills/records/2026-11-20-table.md")
    assert "Passed on 2026-11-20" in page
    assert page.count("changed since") == 3


TOOK = {0.0: "0 s", 0.04: "0.1 s", 3.1: "3.1 s", 9.96: "10 s", 61.55: "62 s", 120.0: "120 s", 120.2: "2 min 1 s"}
"""Seconds, and what pages say: never less than it was."""


@pytest.mark.parametrize("seconds", TOOK)
def test_how_long_something_took_is_rounded_up(seconds: float) -> None:
    assert took(timedelta(seconds=seconds), Labels("en", {})) == TOOK[seconds]
