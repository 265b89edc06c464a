"""What is counted over incidents, on pages and by `opsbook postmortem stats`, and who lists them."""

from __future__ import annotations

import json
import re
import runpy
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from cases import ENVIRONMENT, TODAY, run, write
from effort import calls
from opsbook.checks import check
from opsbook.cli import main
from opsbook.diagrams.dots import Plot, Row, axis, draw_plot, plot_figure, stacked
from opsbook.kinds import all_kinds
from opsbook.kinds.postmortem import POSTMORTEM
from opsbook.kinds.postmortem.index import figures
from opsbook.kinds.postmortem.report import as_data
from opsbook.labels import Labels
from opsbook.project import Printed, Project
from opsbook.read import Memory, load

HERE = Path(__file__).parent / "incidents"
MOMENTS = ("started", "detected", "acknowledged", "mitigated", "resolved")
ENGLISH = Labels("en", {})
RUNBOOK = """\
kind: runbook
id: restart
title: Restart
owner: backend
last_reviewed: 2026-11-01
review_every: 90d
type: operations
summary: Begins anew.
procedures:
  - id: main
    title: Main
    steps: [{id: look, title: Look, text: Look at it.}]
"""
MONITORING = """\
kind: monitoring
id: alerts
title: Alerts
owner: on-call
last_reviewed: 2026-11-01
review_every: 90d
alerts:
  - id: app-down
    title: App down
    condition: No answer
    expr: up == 0
    for: 2m
    severity: sev-1
    services: [app]
    meaning: Nobody can buy.
    runbook: runbook:restart
"""


@cache
def told() -> Any:
    """The incidents, and the figures over them."""
    return yaml.load((HERE / "figures.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  # texts


def record(id_: str, times: list[str], severity: str = "sev-1", **other: Any) -> str:
    """The spec of an incident."""
    actions: list[dict[str, Any]] = [
        {"title": one["id"], "type": "prevent", "owner": "backend", "priority": "high", **one}
        for one in other.pop("actions", ())
    ]
    for action in actions:
        action.update({"done": {"done_on": action["due"]}, "refused": {"reason": "Gone."}}.get(action["status"], {}))
    factors = [
        {"id": f"factor-{number}", "title": "A factor", "text": "It helped.", "category": category}
        for number, category in enumerate(other.pop("factors", ()))
    ]
    fields = {
        "kind": "postmortem",
        "id": id_,
        "title": f"Incident {id_}",
        "owner": "backend",
        "status": "draft",
        "severity": severity,
        "authors": ["on-call"],
        "times": dict(zip(MOMENTS, times, strict=False)),
        "actions": actions,
        "contributing_factors": factors,
        **other,
    }
    return yaml.safe_dump(fields, sort_keys=False)


def incidents() -> dict[str, str]:
    """The specs of the twelve incidents, by path."""
    return {
        f"specs/demo/incidents/{one['id']}.yaml": record(one["id"], **{key: one[key] for key in one if key != "id"})
        for one in told()["incidents"]
    }


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("incidents"), incidents())


@pytest.fixture(scope="module")
def project(root: Path) -> Project:
    return load(root, all_kinds()).project


def stats(root: Path, *arguments: str) -> tuple[int, str, str]:
    """What `opsbook postmortem stats` says: exit code, output, complaints."""
    result = CliRunner().invoke(main, ["postmortem", "stats", "-C", str(root), *arguments], env=ENVIRONMENT)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def _three(durations: dict[str, Any]) -> dict[str, list[Any]]:
    return {name: [one["n"], one["median"], one["p90"]] for name, one in durations.items()}


def test_the_figures_are_those_worked_out_by_hand(project: Project) -> None:
    counted = as_data(figures("demo", project), TODAY)
    expected = yaml.safe_load((HERE / "figures.yaml").read_text(encoding="utf-8"))["figures"]
    assert counted["incidents"] == expected["incidents"]
    assert _three(counted["durations"]) == expected["durations"]
    for name in ("severities", "services", "categories"):
        found = [(key, [one["incidents"], _three(one["durations"])]) for key, one in counted[name].items()]
        assert found == list(expected[name].items()), "in this order, too"
    assert counted["recurring"] == expected["recurring"]
    unsettled = [[one["incident"], one["id"], one["overdue"]] for one in counted["unsettled_actions"]]
    assert unsettled == expected["unsettled"]


def test_every_duration_is_given(project: Project) -> None:
    points = as_data(figures("demo", project), TODAY)["durations"]["detect"]["points"]
    assert [one["seconds"] / 60 for one in points] == [0, 1, 2, 5, 10, 15, 20, 30, 60, 240, 1440]
    assert [points[0]["incident"], points[-1]["incident"]] == ["one", "eleven"]


def test_the_records_are_valid(root: Path) -> None:
    assert run(root) == (0, "nothing wrong\n")


def test_stats_says_the_same_as_text(root: Path, golden: Callable[[Path, str], None]) -> None:
    code, said, complaints = stats(root)
    assert (code, complaints) == (0, "")
    golden(HERE / "stats.txt", said)


def test_stats_gives_data(root: Path, project: Project) -> None:
    code, said, _ = stats(root, "--format", "json", "--system", "demo")
    assert code == 0
    assert json.loads(said) == {"systems": {"demo": as_data(figures("demo", project), TODAY)}}


def test_stats_counts_from_a_day_on_by_the_clocks_where_an_incident_began(root: Path) -> None:
    _, said, _ = stats(root, "--format", "json", "--since", "2026-10-25")
    counted = json.loads(said)["systems"]["demo"]
    assert counted["incidents"] == 6, "the one that began at 23:50Z the day before is among them"
    assert _three(counted["durations"])["detect"] == [5, 3600, 86400]
    assert counted["unsettled_actions"] == []


def test_stats_of_nothing(tmp_path: Path) -> None:
    assert stats(write(tmp_path, {})) == (0, "demo: 0 incidents\n", "")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["-s", "dmo"], "there is no system dmo; did you mean `demo`?"), (["--since", "yesterday"], "Invalid value")],
)
def test_stats_cannot_do_its_work(root: Path, arguments: list[str], says: str) -> None:
    code, said, complaints = stats(root, *arguments)
    assert (code, said) == (2, "")
    assert says in complaints


def test_stats_counts_nothing_while_a_spec_has_errors(tmp_path: Path) -> None:
    late = record("late", ["2026-01-01T01:00:00Z", "2026-01-01T00:00:00Z"])
    code, said, complaints = stats(write(tmp_path, {"specs/demo/incidents/late.yaml": late}))
    assert (code, said) == (1, "")
    assert "specs/demo/incidents/late.yaml:" in complaints
    assert "nothing was counted" in complaints


def page(project: Project, path: str) -> str:
    """The text of a page."""
    return next(one.body for one in project.pages() if one.path == path)


def test_the_index(project: Project, golden: Callable[[Path, str], None]) -> None:
    golden(HERE / "index.md", re.sub(r"<svg .*?</svg>", "<svg/>", page(project, "demo/incidents/index.md")))


def test_the_index_speaks_the_language_of_its_system(tmp_path: Path) -> None:
    files = incidents()
    root = write(tmp_path, files)
    system = root / "specs/demo/system.yaml"
    system.write_text(system.read_text(encoding="utf-8") + "language: es\n", encoding="utf-8")
    said = page(load(root, all_kinds()).project, "demo/incidents/index.md")
    assert "# Todos los incidentes\n" in said
    assert "| 1 día | 1 día |" not in said, "one incident that took a day is not the median"
    assert "| 15 min | 4 h | 0 s | 1 día |" in said


def test_a_system_without_incidents_has_no_index(tmp_path: Path) -> None:
    paths = [one.path for one in load(write(tmp_path, {}), all_kinds()).project.pages()]
    assert "demo/index.md" in paths
    assert "demo/incidents/index.md" not in paths


def test_no_record_takes_the_page_of_all(tmp_path: Path) -> None:
    taken = record("index", ["2026-01-01T00:00:00Z"])
    code, said = run(write(tmp_path, {"specs/demo/incidents/taken.yaml": taken}))
    assert code == 1
    assert "its page would be `demo/incidents/index.md`, which is the page of all documents of its kind" in said


def test_the_index_comes_before_the_records(project: Project) -> None:
    ours = [one.path for one in project.pages() if one.path.startswith("demo/incidents/")]
    assert ours[:3] == ["demo/incidents/index.md", "demo/incidents/twelve.md", "demo/incidents/eleven.md"]


def _work(root: Path) -> list[int]:
    """How much it is to check a project's incidents, to make their index, and to make all pages."""
    loaded = load(root, all_kinds())
    index = POSTMORTEM.index
    assert index
    return [
        calls(lambda: list(check(loaded.project, loaded.settings, TODAY))),
        calls(lambda: list(index("demo", loaded.project))),
        calls(loaded.project.pages),
    ]


@pytest.mark.whole
def test_four_times_the_incidents_are_four_times_the_work(tmp_path: Path) -> None:
    """How long 500 take, tests/benchmarks/bench_incidents.py prints."""
    write_project = runpy.run_path(str(HERE.parent / "benchmarks/many_incidents.py"))["write_project"]
    for count in (50, 200):
        write_project(tmp_path / str(count), count)
    few, many = _work(tmp_path / "50"), _work(tmp_path / "200")
    assert all(more < 5 * less for less, more in zip(few, many, strict=True)), (few, many)


# Who lists incidents, and when their pages are made again.

FILES = {
    "specs/demo/restart.yaml": RUNBOOK,
    "specs/demo/alerts.yaml": MONITORING,
    "specs/demo/incidents/down.yaml": record(
        "down",
        ["2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z"],
        services=["app"],
        runbooks=["runbook:restart"],
        detection={"by": "alert", "alert": "app-down"},
    ),
    "specs/demo/incidents/mentioned.yaml": record(
        "mentioned",
        ["2026-01-02T00:00:00Z"],
        summary="Unlike [[postmortem:down]], [[runbook:restart]] was of no use, and [[alert:app-down]] was silent.",
    ),
}
LISTING = {
    "demo/index.md": "Incidents: [Incident down](incidents/down.md)",
    "demo/runbooks/restart.md": "Incidents\n:   [Incident down](../incidents/down.md)",
    "demo/monitoring/alerts.md": "Incidents\n:   [Incident down](../incidents/down.md)",
}


@pytest.mark.parametrize(("path", "says"), LISTING.items())
def test_what_an_incident_names_lists_it(tmp_path: Path, path: str, says: str) -> None:
    body = page(load(write(tmp_path, FILES), all_kinds()).project, path)
    assert says in body
    assert "Incident mentioned" not in body.partition("_incidents")[0], "a text that mentions it says less"


def test_a_list_of_many_incidents_is_shortened(tmp_path: Path) -> None:
    many = {
        f"specs/demo/incidents/down-{number}.yaml": record(
            f"down-{number}", [f"2026-01-{number + 1:02}T00:00:00Z"], runbooks=["runbook:restart#look"]
        )
        for number in range(7)
    }
    body = page(load(write(tmp_path, FILES | many), all_kinds()).project, "demo/runbooks/restart.md")
    line = next(line for line in body.splitlines() if line.startswith(":   [Incident"))
    assert line.count("[Incident") == 5
    assert line.startswith(":   [Incident down-6](../incidents/down-6.md), [Incident down-5]")
    assert line.endswith(" [and 3 more](../incidents/index.md)"), "what names a part of it names the document"


ALWAYS = {
    *(
        f"demo/{one}.md"
        for one in ("index", "first-week", "documents", "changes", "monitoring/index", "monitoring/alerts")
    ),
    *(f"demo/incidents/{one}.md" for one in ("index", "down", "mentioned")),
}
"""What shows more of other specs than what they define: a record has the titles of its template's sections, an alert
the policy of its severity."""

EDITS: dict[str, tuple[str, str, set[str]]] = {
    "a text": ("title: Incident down\n", "title: Incident down\nreason: x\n", ALWAYS),
    "a runbook less": (
        "- runbook:restart\n",
        "- runbook:other\n",
        ALWAYS | {"demo/runbooks/restart.md", "demo/runbooks/other.md"},
    ),
    "no alert any more": ("  by: alert\n  alert: app-down\n", "  by: person\n", ALWAYS),
}


@pytest.mark.parametrize("edit", EDITS)
def test_only_what_may_have_changed_is_printed_again(tmp_path: Path, edit: str) -> None:
    old, new, again = EDITS[edit]
    other = {"specs/demo/other.yaml": RUNBOOK.replace("id: restart", "id: other")}
    root, memory = write(tmp_path, FILES | other), Memory()
    first = load(root, all_kinds(), memory).project
    printed = Printed(first, first.printed())
    spec = root / "specs/demo/incidents/down.yaml"
    text = spec.read_text(encoding="utf-8")
    assert old in text
    spec.write_text(text.replace(old, new), encoding="utf-8")
    second = load(root, all_kinds(), memory).project
    found = second.printed(printed)
    before = {id(one) for pages in printed.pages.values() for one in pages}
    assert {one.path for pages in found.values() for one in pages if id(one) not in before} == again
    assert found == second.printed(), "and nothing that was left standing is stale"


def test_a_record_is_not_reviewed_again(tmp_path: Path) -> None:
    body = page(load(write(tmp_path, FILES), all_kinds()).project, "demo/documents.md")
    rows = [line for line in body.splitlines() if line.startswith("| [Incident down]")]
    assert len(rows) == 1
    assert "next review" not in rows[0]


# The picture.

SECONDS = [timedelta(seconds=one) for one in (60, 61, 3600, 90_000)]


def test_an_axis_goes_from_one_tick_to_another() -> None:
    found = axis(SECONDS, 100, 600)
    assert [found.at(found.ticks[0]), found.at(found.ticks[-1]), found.zero] == [100, 600, False]
    minutes = [one.total_seconds() / 60 for one in found.ticks]
    assert minutes == [1, 2, 5, 15, 30, 60, 120, 240, 480, 1440, 2880]
    places = [found.at(one) for one in sorted(SECONDS)]
    assert places == sorted(places)
    assert all(100 <= place <= 600 for place in places)


@pytest.mark.parametrize("days", [0, 1 / 86_400, 1, 36_500, 99_999])
def test_an_axis_holds_any_duration(days: float) -> None:
    value = timedelta(days=days)
    found = axis([value], 100, 600)
    assert found.zero == (days == 0)
    assert found.at(value) == (100 if days == 0 else pytest.approx(found.at(value), abs=500))
    assert 100 <= found.at(value) <= 600
    assert len(found.ticks) > 1


def test_dots_that_would_touch_stand_on_different_levels() -> None:
    assert stacked([0, 0, 0, 5, 9, 18]) == [0, 1, 2, 3, 0, 0]


def _plot(count: int) -> str:
    dots = tuple((timedelta(minutes=number % 7), f"incident {number}") for number in range(count))
    return draw_plot(Plot((Row("A row", tuple(sorted(dots))), Row("Nothing", ())), "one"), ENGLISH).svg


@pytest.mark.parametrize("count", [1, 120, 121, 500])
def test_every_point_is_drawn(count: int) -> None:
    svg = _plot(count)
    circles, lines = len(re.findall("<circle[^>]*><title>", svg)), svg.count("h0")
    assert (circles, lines) == ((count, 0) if count <= 120 else (0, count))
    assert "Nothing" not in svg


def test_no_points_make_no_picture() -> None:
    assert plot_figure(Plot((Row("Nothing", ()),), "one"), "Nothing", ENGLISH) == ""


def test_names_of_points_are_no_markup() -> None:
    plot = Plot((Row("<b>", ((timedelta(1), "<script>*x*"),)),), "<i>", ("<u>",))
    svg = plot_figure(plot, '"<a>', ENGLISH)
    assert not re.search("<(?:b|script|i|u)>", svg)
    assert 'aria-label="&quot;&lt;a' in svg


def test_a_closed_record_is_not_overdue(project: Project) -> None:
    counted = figures("demo", project)
    assert [action.id for _, action in counted.overdue(date(2026, 11, 22))] == ["late", "today"]
    assert counted.overdue(date(2026, 1, 1)) == ()
