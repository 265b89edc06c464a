"""The files for Prometheus, Alertmanager and Grafana, judged by promtool and amtool."""

from __future__ import annotations

import json
import re
import runpy
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import opsbook.prometheus
from cases import HERE, own, project, spec, write
from opsbook.cli import main
from opsbook.kind import Spec
from opsbook.kinds.monitoring.artifacts import artifacts, every
from opsbook.kinds.monitoring.grafana import grafana_unit, uid
from opsbook.kinds.monitoring.made_up import events, interval
from opsbook.kinds.monitoring.model import Burn, Monitoring, Sli, Slo
from opsbook.kinds.monitoring.routing import UNKNOWN, routes
from opsbook.kinds.monitoring.rule_tests import expectations
from opsbook.kinds.monitoring.slo_rules import error_ratio
from opsbook.kinds.monitoring.verdicts import judge, questions
from opsbook.model import spell_duration
from opsbook.page import Site
from opsbook.project import Project
from opsbook.prometheus import NoPrometheus, Question, objections
from opsbook.quantity import plain_number, rounded
from opsbook.reporters.text import text

RULES = ("monitoring/refused-file", "monitoring/failed-test", "monitoring/unproven-objective")
SHOP = HERE / "monitoring/files/shop.yaml"
FAULTS = yaml.safe_load((HERE / "monitoring/files/faults.yaml").read_text(encoding="utf-8"))
INDICATORS = yaml.safe_load((HERE / "monitoring/files/indicators.yaml").read_text(encoding="utf-8"))
MANY = runpy.run_path(str(HERE / "benchmarks/many_slos.py"))["many_slos"]
SYSTEMS = ("chatbot", "lodging", "messaging", "site-hosting", "smartbeak")


@cache
def shop(change: tuple[str, str] = ("", "")) -> tuple[Spec[Any], Project]:
    case = spec("specs/demo/shop.yaml", SHOP.read_text(encoding="utf-8").replace(*change).encode())
    return case, replace(project(case), site=Site("https://ops.example.com/"))


def files(*change: str) -> dict[str, str]:
    case, whole = shop(change or ("", ""))
    made = {one.path.removeprefix("demo/monitoring/"): one.content.decode() for one in artifacts(case, whole)}
    return {path: content for path, content in made.items() if not path.startswith("openslo/")}


def judged(whole: Project, system: str | None = None) -> str:
    made, asked = questions(whole, system)
    return text(judge(whole, objections(made, asked), {}, system))


SHOWN = sorted(path for path in files() if not path.endswith("/slo.answers.yaml"))
"""One objective shows what is made of any."""


@pytest.mark.parametrize("path", SHOWN)
def test_what_is_made(path: str, golden: Callable[[Path, str], None]) -> None:
    golden(HERE / "monitoring/files/made" / path, files()[path])


def test_what_is_made_has_a_golden_and_is_the_same_every_time() -> None:
    folder = HERE / "monitoring/files/made"
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")} == set(SHOWN)
    shop.cache_clear()
    before = files()
    shop.cache_clear()
    assert files() == before


def test_promtool_and_amtool_find_nothing_wrong() -> None:
    assert judged(shop()[1]) == "nothing wrong\n"


@pytest.mark.parametrize("system", SYSTEMS)
def test_promtool_and_amtool_find_nothing_wrong_in_the_handbooks(system: str) -> None:
    assert judged(own().project, system) == "nothing wrong\n"


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["title"])
def test_what_is_wrong_is_said_of_the_spec(fault: dict[str, Any]) -> None:
    case, whole = shop(tuple(fault["change"]))
    assert fault["change"][1] in case.source.text
    said = [line for line in judged(whole).splitlines() if line.startswith("specs/")]
    assert len(said) == len(fault["says"]), said
    for line, expected in zip(said, fault["says"], strict=True):
        assert re.match(expected, line), line
        assert line.endswith(tuple(f"[{rule}]" for rule in RULES))


def alerts(made: Iterator[tuple[Spec[Monitoring], Any]]) -> Iterator[str]:
    """The names of the alerts in files of rules."""
    for _, artifact in made:
        if "/rules/" in artifact.path:
            groups = yaml.load(artifact.content, Loader=yaml.CSafeLoader)["groups"]
            yield from (rule["alert"] for group in groups for rule in group["rules"] if "alert" in rule)


@pytest.mark.parametrize("system", [*SYSTEMS, "demo"])
def test_every_alert_is_shown_to_fire_and_to_stay_silent(system: str) -> None:
    whole = shop()[1] if system == "demo" else own().project
    shown = {name: set[bool]() for name in alerts(every(whole, system))}
    for one in whole.of(Monitoring, system):
        for name, fires in expectations(one):
            shown[name].add(fires)
    assert {name for name, fires in shown.items() if fires != {True, False}} == set()


@pytest.mark.whole
def test_fifty_objectives_are_judged_a_file_each() -> None:
    """How long that takes, tests/benchmarks/bench_monitoring.py prints."""
    case = spec("specs/demo/objectives.yaml", MANY(50).encode())
    whole = project(case)
    made, asked = questions(whole)
    assert sum("/rules/" in path for path in made) == sum("/tests/" in path for path in made) == 50
    assert text(judge(whole, objections(made, asked), {})) == "nothing wrong\n"
    assert len(set(alerts(every(whole)))) == 200


@pytest.mark.parametrize("case", INDICATORS, ids=lambda case: case["title"])
def test_series_are_made_up_for_an_indicator(case: dict[str, Any]) -> None:
    made = events(Sli(**case["sli"]))
    if not case["series"]:
        assert made is None
        return
    assert made
    for share, expected in case["series"].items():
        series = made.with_errors(Decimal(share))
        assert (None if series is None else {one.series: one.values(4) for one in series}) == expected
    document = yaml.safe_load(MANY(1))
    document["slos"][0]["sli"] = case["sli"]
    one = spec("specs/demo/objectives.yaml", yaml.safe_dump(document).encode())
    assert judged(project(one)) == "nothing wrong\n"


def test_the_share_of_bad_events_is_defined_whatever_series_there_are() -> None:
    """promtool finds it to be 0 without series, without events and without bad events: see the generated tests."""
    document = yaml.safe_load(files()["tests/slo.answers.yaml"])
    zero = {test["name"].partition(": ")[2] for test in document["tests"] if "ratio" in str(test["promql_expr_test"])}
    assert zero == {"no series", "no events", "0 % bad"}
    assert "vector(0)" in error_ratio(Sli(good="sum(a)", total="sum(b)"), timedelta(minutes=5))


def test_an_alert_on_a_budget_ends_soon_after_the_trouble() -> None:
    """Ten minutes after an hour of errors it is over, though the share of the long window still is above its limit."""
    made, _ = questions(shop()[1])
    bad, good = (f'http_requests_total{{job="app", status="{status}"}}' for status in ("500", "200"))
    firing = 'group(ALERTS{alertname="AnswersBurn1h", alertstate="firing"})'
    looks = [
        (firing, "60m", [{"labels": "{}", "value": 1}]),
        (firing, "70m", []),
        ("group(slo:sli_error:ratio_rate1h > 0.0144)", "70m", [{"labels": "{}", "value": 1}]),
    ]
    asked = [{"expr": expr, "eval_time": at, "exp_samples": samples} for expr, at, samples in looks]
    series = [{"series": bad, "values": "0+9x60 540x20"}, {"series": good, "values": "0x60 0+9x20"}]
    tests = [{"interval": "1m", "input_series": series, "promql_expr_test": asked}]
    data = {"rule_files": ["../rules/slo.answers.yaml"], "evaluation_interval": "1m", "tests": tests}
    path = "demo/monitoring/tests/after.yaml"
    question = Question(path, "promtool", ("test", "rules", "{}"))
    assert objections({**made, path: yaml.safe_dump(data).encode()}, [question]) == []


def test_a_budget_reads_as_minutes() -> None:
    description = yaml.safe_load(files()["rules/slo.answers.yaml"])["groups"][0]["rules"][-1]["annotations"]
    assert "99.9 % is promised, so that 43.2 min may be bad" in description["description"]


def test_alerts_lead_to_what_to_do() -> None:
    rules = yaml.safe_load(files()["rules/shop.yaml"])["groups"][0]["rules"]
    assert rules[1]["annotations"]["runbook_url"] == "https://ops.example.com/demo/incidents/#severity-sev-2"


def test_texts_of_authors_are_no_templates() -> None:
    rules = yaml.safe_load(files()["rules/shop.yaml"])["groups"][0]["rules"]
    assert rules[0]["annotations"]["summary"] == "{{ $labels.instance }} does not answer"
    assert rules[0]["annotations"]["description"].endswith('prints {{ "{{" }} this }} then.')


# --- Alertmanager -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("system", [one for one in SYSTEMS if own().project.of(Monitoring, one)])
def test_each_severity_has_its_receiver(system: str) -> None:
    """That amtool finds the same, `questions` asks."""
    first = own().project.of(Monitoring, system)[0]
    known = {id_ for name, type_, id_ in own().project.definitions if (name, type_) == (system, "severity")}
    assert {dict(route.labels)["severity"] for route in routes(first, own().project)} == known
    _, asked = questions(own().project, system)
    tried = {word for one in asked for word in one.words if word.startswith("severity=")}
    assert tried == {f"severity={id_}" for id_ in known} | {"severity=none-of-these"}


def test_an_unknown_severity_calls_somebody() -> None:
    found = yaml.safe_load(files()["alertmanager.yml"])
    assert found["route"]["receiver"] == UNKNOWN
    receivers = {one.pop("name"): one for one in found["receivers"]}
    assert receivers[UNKNOWN] == receivers["on-call"]
    assert all(receivers.values()), "a receiver without means is silent"


def test_a_receiver_that_is_not_the_expected_one_is_an_objection() -> None:
    made, _ = questions(shop()[1])
    words = ("config", "routes", "test", "--config.file={}", "--verify.receivers=backend", "severity=sev-1")
    ((question, said),) = objections(made, [Question("demo/monitoring/alertmanager.yml", "amtool", words)])
    found = text(judge(shop()[1], [(question, said)], {}))
    assert "amtool refuses `alertmanager.yml`, made of this: " in found


def test_secrets_are_files() -> None:
    found = yaml.safe_load(files()["alertmanager.yml"])
    kinds = {"slack_configs": "api_url_file", "pagerduty_configs": "routing_key_file"}
    for receiver in found["receivers"]:
        for kind, key in kinds.items():
            assert all(one[key].startswith("/etc/alertmanager/secrets/") for one in receiver[kind])
    assert not re.search(r"(?m)(password|token|api_url|routing_key|credentials): ", files()["alertmanager.yml"])


PROCESS = """\
kind: incident-process
id: incidents
title: Incident response
owner: on-call
last_reviewed: 2026-11-01
review_every: 90d
severities:
  - {id: sev-1, title: SEV-1, rank: 1, description: All., targets: {update_every: 2m}}
  - {id: sev-2, title: SEV-2, rank: 2, description: Some., targets: {update_every: 1h}}
  - {id: sev-3, title: SEV-3, rank: 3, description: Few.}
escalation:
  - {id: usual, title: Usual, severities: [sev-1, sev-2], steps: [{targets: [on-call]}]}
  - {id: data, title: Data, severities: [sev-1], steps: [{targets: [on-call, backend]}]}
  - {id: quiet, title: Quiet, severities: [sev-1], steps: [{targets: [backend]}]}
"""


def test_routes_follow_severities_and_policies() -> None:
    process = spec("specs/demo/incident-process.yaml", PROCESS.encode())
    change = ("severity: sev-2\n    services: [app, postgres]", "severity: sev-2\n    escalation: quiet")
    case = spec("specs/demo/shop.yaml", SHOP.read_text(encoding="utf-8").replace(*change).encode())
    others = [one for one in project(case).specs if one.kind.name != "incident-process"]
    whole = replace(project(case), specs=(*others, process))
    assert [(dict(route.labels), route.receiver) for route in routes(case, whole)] == [
        ({"severity": "sev-1"}, "on-call"),
        ({"severity": "sev-1", "escalation": "data"}, "on-call+backend"),
        ({"severity": "sev-1", "escalation": "quiet"}, "backend"),
        ({"severity": "sev-2"}, "on-call"),
        ({"severity": "sev-2", "escalation": "quiet"}, "backend"),  # an alert asks for it
        ({"severity": "sev-3"}, "on-call"),  # no policy holds for it: that of the next graver one does
    ]
    made, asked = questions(whole)
    assert not objections(made, [one for one in asked if one.program == "amtool"])
    found = yaml.safe_load(made["demo/monitoring/alertmanager.yml"])
    grave, mild, none = found["route"]["routes"]
    assert (grave["repeat_interval"], grave["group_interval"]) == ("2m", "2m")
    assert mild["repeat_interval"] == "1h"
    assert "repeat_interval" not in none
    assert [rule["target_matchers"] for rule in found["inhibit_rules"]] == [
        ['severity=~"sev-2|sev-3"'],
        ['severity=~"sev-3"'],
    ]
    backend = next(one for one in found["receivers"] if one["name"] == "backend")
    (hook,) = backend["webhook_configs"]
    assert hook["http_config"]["authorization"]["credentials_file"] == "/etc/alertmanager/secrets/backend-webhook"


# --- Grafana ------------------------------------------------------------------------------------------------------


def test_panels_stand_side_by_side_and_do_not_overlap() -> None:
    for _, artifact in every(own().project):
        if "/dashboards/" in artifact.path:
            panels = json.loads(artifact.content)["panels"]
            cells = [
                (column, line)
                for place in (panel["gridPos"] for panel in panels)
                for column in range(place["x"], place["x"] + place["w"])
                for line in range(place["y"], place["y"] + place["h"])
            ]
            assert len(set(cells)) == len(cells)
            assert max(column for column, _ in cells) < 24
            assert [panel["id"] for panel in panels] == list(range(1, len(panels) + 1))


def test_uids_are_stable_and_fit() -> None:
    assert uid("shop", "overview") == "shop-overview"
    long = uid("shop", "x" * 60)
    assert len(long) == 40
    assert long != uid("shop", "x" * 59)


@pytest.mark.parametrize(
    ("unit", "expected"),
    [("s", "s"), ("min", "m"), ("B", "bytes"), ("%", "percent"), ("", "short"), ("orders", "suffix:orders")],
)
def test_units_are_grafanas(unit: str, expected: str) -> None:
    assert grafana_unit(unit) == expected


def test_a_threshold_that_is_a_lower_bound_is_drawn_so() -> None:
    change = ("]))\n      ) > $threshold", "]))\n      ) < $threshold")
    (panel,) = (one for one in json.loads(files(*change)["dashboards/overview.json"])["panels"] if one["id"] == 2)
    steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
    assert [(step["color"], step["value"]) for step in steps] == [("red", None), ("green", 1.5)]


# --- figures ------------------------------------------------------------------------------------------------------

PERCENT = st.decimals(min_value="0.001", max_value="99.999", places=3).map(lambda value: format(value, "f"))
SPANS = st.integers(min_value=1, max_value=60 * 24 * 90).map(lambda minutes: timedelta(minutes=minutes))


@given(PERCENT, PERCENT, SPANS, SPANS)
def test_no_figure_has_noise(target: str, budget: str, window: timedelta, period: timedelta) -> None:
    burn = Burn(budget=budget, window=spell_duration(window), severity="sev-1")  # type: ignore[arg-type]  # as it is read
    slo = Slo(id="x", title="X", sli=Sli(bad="x", total="y"), target=target, period=spell_duration(period))  # type: ignore[arg-type]  # as above
    exact = Decimal(budget) / 100 * (period // timedelta(seconds=1)) / (window // timedelta(seconds=1))
    for found, close in ((burn.factor(period), exact), (slo.limit(burn), exact * slo.budget)):
        written = plain_number(found)
        assert re.fullmatch(r"[0-9]+(\.[0-9]+)?", written)
        assert len(written.replace(".", "").strip("0")) <= 6
        assert abs(Decimal(written) - close) <= close / 100_000
    assert Decimal(slo.budget) * 100 + Decimal(target) == 100


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15))
def test_what_is_rounded_stays_so(value: Decimal) -> None:
    assert rounded(rounded(value)) == rounded(value)


@given(SPANS)
def test_the_shortest_window_has_several_values(window: timedelta) -> None:
    assert timedelta(seconds=1) <= interval(window) <= window / 4


# --- the commands -------------------------------------------------------------------------------------------------


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["monitoring", *arguments], env={"SOURCE_DATE_EPOCH": "1795219200"})
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    named = {"specs/demo/shop.yaml": SHOP.read_text(encoding="utf-8"), "mkdocs.yml": "site_name: Demo\n"}
    return write(tmp_path / "project", named)


def test_files_are_exported(folder: Path, tmp_path: Path) -> None:
    code, said = run("export", "-C", str(folder), "--out", str(tmp_path / "out"))
    assert code == 0, said
    found = {
        path.relative_to(tmp_path / "out/demo/monitoring").as_posix()
        for path in (tmp_path / "out/demo/monitoring").rglob("*.*")
    }
    assert found >= set(files())
    assert f"{len(found)} files" in said


def test_nothing_is_exported_while_specs_have_errors(folder: Path, tmp_path: Path) -> None:
    path = folder / "specs/demo/shop.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("runbook: severity:sev-2", "runbook: severity:sev-9"))
    code, said = run("export", "-C", str(folder), "--out", str(tmp_path / "out"))
    assert code == 1
    assert "nothing was written" in said
    assert not (tmp_path / "out").exists()


def test_a_system_that_there_is_not_is_named(folder: Path, tmp_path: Path) -> None:
    for arguments in (["export", "--out", str(tmp_path / "out")], ["test"]):
        code, said = run(arguments[0], "-C", str(folder), "-s", "dome", *arguments[1:])
        assert code == 2
        assert "there is no system dome; known: `demo`" in said


def test_the_files_are_judged(folder: Path) -> None:
    assert run("test", "-C", str(folder))[1].endswith("nothing wrong\n")
    path = folder / "specs/demo/shop.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace('up{job="app"} == 0', 'up{job="app"} == 2'))
    code, said = run("test", "-C", str(folder), "--format", "github")
    assert code == 1
    assert "monitoring/failed-test" in said


def test_a_program_that_is_not_there_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def program(name: str) -> str:
        raise NoPrometheus(f"{name} is not installed")

    monkeypatch.setattr(opsbook.prometheus, "program", program)
    code, said = run("test", "-C", str(folder))
    assert code == 2
    assert "opsbook: promtool is not installed" in said
