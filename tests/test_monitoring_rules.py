"""The rules of what is watched: harmless alerts pass, the commonest mistakes do not, and no alert leads nowhere."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis.strategies import text
from selectolax.lexbor import LexborHTMLParser

from cases import TODAY, own, problems, project, spec
from effort import calls
from opsbook import scaffold
from opsbook.checks import check
from opsbook.checks.references import unknown_reference
from opsbook.cli import main
from opsbook.diagnostic import Diagnostic
from opsbook.kind import Definition, Spec
from opsbook.kinds.monitoring.model import Monitoring
from opsbook.kinds.monitoring.samples import matches, odd_value, read_sample
from opsbook.project import Project
from opsbook.reference import Home
from opsbook.settings import Settings
from opsbook.source import Route, Source

HERE = Path(__file__).parent
ROOT = HERE.parent
HARMLESS = yaml.safe_load((HERE / "promql/harmless.yaml").read_text(encoding="utf-8"))
HEAD = {
    "kind": "monitoring",
    "id": "alerts",
    "title": "Alerts",
    "owner": "on-call",
    "last_reviewed": "2026-11-01",
    "review_every": "90d",
}


def _alert(**fields: Any) -> dict[str, Any]:
    condition = "More than {threshold}" if "threshold" in fields else "It is so"
    rest = {"for": "5m", "severity": "sev-1", "meaning": "It is bad.", "runbook": "incident-process:incidents"}
    return {"id": "one", "title": "One", "condition": condition, **rest, **fields}


def _findings(document: dict[str, Any]) -> list[Diagnostic]:
    """What rules of monitoring find in a document of the small project. That alerts have no tests is left out."""
    text: str = yaml.dump({**HEAD, **document}, Dumper=yaml.CSafeDumper, allow_unicode=True)
    case = spec("specs/demo/alerts.yaml", text.encode())
    return [one for one in problems(case) if one.rule != "monitoring/untested-alert"]


@pytest.mark.parametrize("alert", HARMLESS["alerts"], ids=lambda alert: alert["expr"])
def test_harmless_alerts_pass(alert: dict[str, str]) -> None:
    assert not _findings({**HARMLESS, "alerts": [_alert(**alert)]})


MISTAKES = {
    "missing `for`": "missing-for",
    "rate over a gauge": "rate-over-gauge",
    "label lost by aggregation": "lost-label",
    "regex matching nothing": "impossible-match",
    "threshold in the wrong unit": "wrong-unit",
    "alert without severity": "missing-severity",
}
"""The commonest mistakes, and the rules that find them."""


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_commonest_mistakes_are_found(mistake: str) -> None:
    rule = MISTAKES[mistake]
    case = spec("specs/demo/alerts.yaml", (HERE / f"kinds/monitoring/bad/{rule}.yaml").read_bytes())
    assert [one.rule for one in problems(case) if one.severity in ("error", "warning")] == [f"monitoring/{rule}"]


def test_a_severity_that_the_process_does_not_know_is_an_error() -> None:
    burn = {"budget": "2", "window": "1h", "severity": "sev-8"}
    slo = {
        "id": "answers",
        "title": "Answers",
        "sli": {"bad": "sum(rate(up[$window]))", "total": "sum(rate(up[$window]))"},
        "target": "99.9",
        "alerting": {"runbook": "incident-process:incidents", "burn": [burn]},
    }
    found = _findings({"alerts": [_alert(expr="up == 0", severity="sev-9")], "slos": [slo]})
    said = [one.message for one in found if (one.rule, one.severity) == ("project/unknown-reference", "error")]
    assert said == [f"there is no severity `sev-{number}` in `demo`" for number in (9, 8)]


VALUES = {
    "": True, "1": True, "1 0x5": True, "0+10x5 7": True, "-5-1x3": True, "_ _x3 stale": True, "Inf -inf NaN": True,
    "1e3x2 .5 5.": True, "1\t2": True, "{{schema:1 count:3}}x4": True,
    "1x": False, "x5": False, "1 x5": False, "1+2": False, "1,2": False, "stalex3": False, "infx2": False,
    "1e400": False, "0x1F": False, "1\n2": False, "1m": False,
}  # fmt: skip
"""Lines of values, and whether promtool reads them."""


@pytest.mark.parametrize("values", VALUES)
def test_values_are_read_as_promtool_does(values: str) -> None:
    assert (odd_value(values) is None) is VALUES[values]


SERIES = {
    "up": True, 'up{job="app"}': True, 'up{job="app",}': True, "up{job='a', instance=`b`}": True,
    'up{job=~"a"}': False, 'up{job="a", job="b"}': False, '{job="a"}': False, "up[5m]": False, "up offset 5m": False,
    "sum(up)": False, "1up": False, "": False,
}  # fmt: skip


@pytest.mark.parametrize("name", SERIES)
def test_series_are_read_as_promtool_does(name: str) -> None:
    assert (read_sample(name) is not None) is SERIES[name]


MATCHES = {
    ("=~", "5..", "503"): True, ("=~", "5", "503"): False, ("!~", "5..", "200"): True, ("=~", "a|b", "ab"): False,
    ("=~", ".*", "two\nlines"): True, ("=~", "a", "a\n"): False, ("=~", "(?i)get", "GET"): True,
    ("=~", r"\pL+", "ñandú"): True, ("=~", "(a+)+", "a" * 60 + "b"): False, ("=", "a.", "ab"): False,
}  # fmt: skip
"""Conditions on a value of a label: an operator, what it wants and the value, and whether the value meets it."""


@pytest.mark.parametrize("condition", MATCHES)
def test_values_are_compared_as_prometheus_does(condition: tuple[str, str, str]) -> None:
    assert matches(*condition) is MATCHES[condition]


@given(text(), text())
def test_no_series_crashes(name: str, values: str) -> None:
    read_sample(name)
    odd_value(values)
    assert isinstance(matches("=~", name, values), bool)


@pytest.fixture(scope="module")
def whole() -> Project:
    """The reference systems."""
    return own().project


def _leads(project: Project) -> Iterator[tuple[Spec[Monitoring], Route, Definition]]:
    """What tells whoever is called what to do: the document, the place, and where it leads."""
    for system in project.systems:
        for one in project.of(Monitoring, system):
            home = Home(system, "monitoring", one.document.id)
            named: list[tuple[Route, str | None]] = [
                (("alerts", number, "runbook"), alert.runbook) for number, alert in enumerate(one.document.alerts)
            ]
            named += [
                (("slos", number, "alerting", "runbook"), slo.alerting.runbook)
                for number, slo in enumerate(one.document.slos)
                if slo.alerting
            ]
            for route, reference in named:
                if reference:
                    found = project.resolve(reference, home)
                    assert isinstance(found, Definition), reference
                    yield one, route, found


def _renamed(source: Source, route: Route) -> str:
    """The text of a source with another id at a place."""
    mark = source.marks.get(route)
    assert mark
    return f"{source.text[: mark.value]}gone-{source.text[mark.value :]}"


def _removed(source: Source, route: Route) -> str:
    """The text of a source without the entry of a list that has this id."""
    place = source.place(route[:-1])
    lines = source.text.splitlines(keepends=True)
    first = place.line - 1
    dash = lines[first].index("- ")
    after = (n for n, line in enumerate(lines) if n > first and line.strip() and not line.startswith(" " * (dash + 1)))
    return "".join((*lines[:first], *lines[next(after, len(lines)) :]))


@pytest.mark.whole
def test_every_alert_of_the_reference_systems_leads_to_a_part_of_a_runbook(whole: Project) -> None:
    leads = list(_leads(whole))
    assert len({one.system for one, _, _ in leads}) >= 3
    assert all(found.type == "runbook" and found.anchor for _, _, found in leads)


@pytest.mark.whole
@pytest.mark.parametrize("change", [_renamed, _removed])
def test_a_step_that_goes_is_missed_where_an_alert_leads_to_it(whole: Project, change: Any) -> None:
    """Each by itself: the finding stands at the line of each alert that leads there, and nothing hides another."""
    sources = {one.source.path: one for one in whole.specs}
    targets = {(found.source, found.route) for _, _, found in _leads(whole)}
    for path, route in sorted(targets, key=str):
        before = sources[path]
        raw = change(before.source, route).encode()
        source = Source.parse(path, raw)
        assert isinstance(source, Source), (path, route, source)
        after = before.kind.parse(source, before.system)
        if not isinstance(after, Spec):  # the last of its list: the document itself does not hold any more
            continue
        leading = [one for one, _, found in _leads(whole) if (found.source, found.route) == (path, route)]
        systems = [one for one in whole.specs if one.kind.name == "system"]
        changed = replace(whole, specs=(after, *{one.source.path: one for one in (*leading, *systems)}.values()))
        found = {(source.path, source.place(one.route)) for source, one in unknown_reference(changed, TODAY)}
        for one, place, definition in _leads(whole):
            if (definition.source, definition.route) == (path, route):
                assert (one.source.path, one.source.place(place)) in found, (path, route)


@pytest.mark.whole
@pytest.mark.parametrize("command", ["check", "build"])
def test_no_site_is_built_while_an_alert_leads_nowhere(whole: Project, tmp_path: Path, command: str) -> None:
    for folder in ("specs", "snippets", "docs", "evidence"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for name in ("mkdocs.yml", "opsbook.yaml"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, tmp_path / name)
    leads = list(_leads(whole))
    marks: dict[str, set[int]] = {}
    sources = {one.source.path: one.source for one in whole.specs}
    for _, _, found in leads:
        mark = sources[found.source].marks.get(found.route)
        assert mark
        marks.setdefault(found.source, set()).add(mark.value)
    for path, places in marks.items():
        written = sources[path].text
        for place in sorted(places, reverse=True):
            written = f"{written[:place]}gone-{written[place:]}"
        (tmp_path / path).write_text(written, encoding="utf-8")
    result = CliRunner().invoke(main, [command, "-C", str(tmp_path)])
    assert result.exit_code == 1
    assert not (tmp_path / "site").exists()
    for one, route, _ in leads:
        line = one.source.place(route).line
        said = re.escape(f"{one.source.path}:{line}:")
        assert re.search(rf"^{said}\d+: error: .*unknown-reference", result.output, re.MULTILINE)


WATCH = """
kind: monitoring
id: watch
title: What is watched
owner: on-call
last_reviewed: 2026-11-01
review_every: 9000d
alerts:
  - {id: scenario, title: S, condition: C, expr: up == 0, for: 1m, severity: sev-1, meaning: M,
     runbook: "runbook:api-troubleshooting#no-answer"}
  - {id: step, title: T, condition: C, expr: up == 1, for: 1m, severity: sev-1, meaning: M,
     runbook: "runbook:api-troubleshooting#restart-api"}
slos:
  - id: answers
    title: Answers
    sli: {good: "sum(sum_over_time(up[$window]))", total: "sum(count_over_time(up[$window]))"}
    target: "99.9"
    alerting:
      runbook: "runbook:api-troubleshooting#ask-database"
      burn: [{budget: "2", window: 1h, severity: sev-1}]
"""


@pytest.mark.parametrize("language", ["en", "es"])
def test_addresses_in_rules_exist_in_the_built_site(tmp_path: Path, language: str) -> None:
    demo = tmp_path / "demo"
    scaffold.new_project(demo)
    system = demo / "specs/demo/system.yaml"
    system.write_text(system.read_text(encoding="utf-8").replace("language: en", f"language: {language}"), "utf-8")
    (demo / "specs/demo/watch.yaml").write_text(WATCH, encoding="utf-8")
    result = CliRunner().invoke(main, ["build", "-C", str(demo)])
    assert result.exit_code == 0, result.output
    rules = [path.read_text(encoding="utf-8") for path in demo.glob("site/demo/monitoring/rules/**/*.yaml")]
    addresses = {address for rule in rules for address in re.findall(r"runbook_url: (\S+)", rule)}
    assert len(addresses) == 3
    for address in addresses:
        path, _, anchor = address.removeprefix("https://docs.example.com/").partition("#")
        page = LexborHTMLParser((demo / "site" / path).read_text(encoding="utf-8"))
        assert page.css_first(f"[id='{anchor}']"), address
    checked = CliRunner().invoke(main, ["check", "--site", str(demo / "site")])
    assert checked.output == "nothing wrong\n"


def _many(objectives: int) -> Project:
    """A system with so many objectives, and an alert for each."""
    numbers = range(objectives)
    query = 'sum(rate(requests_total{{status=~"5..", route="/{}"}}[{}]))'
    document = {
        **HEAD,
        "metrics": HARMLESS["metrics"],
        "scrape": HARMLESS["scrape"],
        "alerts": [
            _alert(id=f"a-{n}", threshold="5 requests/s", expr=query.format(n, "5m") + " > $threshold") for n in numbers
        ],
        "slos": [
            {
                "id": f"s-{n}",
                "title": f"Objective {n}",
                "sli": {"bad": query.format(n, "$window"), "total": query.format(n, "$window")},
                "target": "99.9",
                "alerts": [f"a-{n}"],
            }
            for n in numbers
        ],
    }
    return project(spec("specs/demo/alerts.yaml", yaml.safe_dump(document).encode()))


def test_checking_grows_with_what_there_is() -> None:
    """Twice as many objectives are twice the work, and not four times."""
    salt = count()

    def work(objectives: int) -> int:
        next(salt)
        made = _many(objectives)
        return calls(lambda: list(check(made, Settings(), TODAY)))

    work(5)  # what is cached for good
    assert work(50) < 2.5 * work(25)
