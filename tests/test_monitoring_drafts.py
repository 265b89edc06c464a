"""Specs of monitoring that are drafted from rules and from OpenSLO: they validate, and name what they leave out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from promql_parser import parse_duration

import opsbook
from cases import HERE, TODAY, cases, kind, own, without_case, write
from opsbook.checks import check_all
from opsbook.kind import Drafting, Spec
from opsbook.kinds import all_kinds
from opsbook.kinds.monitoring import window
from opsbook.kinds.monitoring.adopted import id_of
from opsbook.kinds.monitoring.draft import draft
from opsbook.kinds.monitoring.figures import Figure, taken_out
from opsbook.kinds.monitoring.model import Monitoring, Slo
from opsbook.kinds.monitoring.objectives import objectives as read_objectives
from opsbook.kinds.monitoring.openslo import openslo_files
from opsbook.kinds.monitoring.prometheus import LeftOut
from opsbook.kinds.monitoring.rules import rule_files
from opsbook.openapi.json_source import JsonSource
from opsbook.promql import Query, fill, read_query
from opsbook.read import Loaded, load
from opsbook.scaffold import fill as filled
from opsbook.source import ForeignSource, Source
from test_architecture_drafts import new

SHOP = HERE / "monitoring/shop"
UNFIT = yaml.safe_load((HERE / "monitoring/unfit.yaml").read_text(encoding="utf-8"))
OUTSIDE = yaml.safe_load((HERE / "monitoring/outside.yaml").read_text(encoding="utf-8"))
FIGURES = yaml.safe_load((HERE / "monitoring/figures.yaml").read_text(encoding="utf-8"))
WINDOWS = yaml.safe_load((HERE / "monitoring/windows.yaml").read_text(encoding="utf-8"))
SCHEMA = jsonschema_rs.validator_for(
    yaml.safe_load((HERE / "monitoring/openslo.schema.yaml").read_text(encoding="utf-8"))
)
TEMPLATE = (Path(opsbook.__file__).parent / "kinds/monitoring/draft.yaml.jinja").read_text(encoding="utf-8")
RULES = [one for one in cases("monitoring/drafts/*.yaml") if one.values[0].stem != "objectives"]
"""The samples that hold rules."""


def shop(root: Path) -> Path:
    """The small project with runbooks, more names for its severities, and an address."""
    places = {"incident-process": "specs/demo/incident-process.yaml", "mkdocs": "mkdocs.yml"}
    files = {
        places.get(path.stem, f"specs/demo/runbooks/{path.name}"): path.read_bytes() for path in sorted(SHOP.iterdir())
    }
    return write(root, files)


def drafted(root: Path, path: Path) -> tuple[Loaded, Spec[Monitoring]]:
    """The small project with what is drafted from a file in it."""
    (shop(root) / path.name).write_bytes(path.read_bytes())
    result = new(root, "monitoring", "drafted", "--from", root / path.name)
    assert result.exit_code == 0, result.output
    loaded = load(root, all_kinds())
    (spec,) = loaded.project.of(Monitoring, "demo")
    return loaded, spec


def summary(watched: Monitoring) -> Iterator[str]:
    """What a spec says, a line for each thing in it, without its texts."""
    for one in watched.alerts:
        more = (one.severity, one.threshold, *one.services, one.runbook, one.escalation, one.summary)
        yield ", ".join([f"alert {one.id} after {one.for_}", *filter(None, more)])
    for slo in watched.slos:
        share = "good" if slo.sli.good else "bad"
        yield ", ".join([f"slo {slo.id} ({slo.title}): {slo.target} % {share} in {slo.period}", *slo.services])
        yield from (f"  {query}" for query in (slo.sli.good, slo.sli.bad, slo.sli.total) if query)
        for burn in slo.alerting.burn if slo.alerting else ():
            yield f"  {burn.budget} % within {burn.window} is {burn.severity}"
    for metric in watched.metrics:
        labels = ", ".join(label.name for label in metric.labels)
        yield f"{metric.type} {metric.name}{{{labels}}} {metric.unit or ''}".rstrip()


@pytest.mark.parametrize("path", cases("monitoring/drafts/*.yaml"))
def test_a_file_makes_a_spec_without_errors(path: Path, tmp_path: Path, golden: Callable[[Path, str], None]) -> None:
    loaded, spec = drafted(tmp_path, path)
    assert [one for one in check_all(loaded, TODAY) if one.severity == "error"] == []
    golden(path.with_suffix(".txt"), "".join(f"{line}\n" for line in summary(spec.document)))


def test_every_golden_has_a_case() -> None:
    assert without_case("monitoring/drafts/*.txt") == []


@pytest.mark.parametrize("name", ["mysql", "objectives", "hostile"])
def test_a_draft_says_what_is_left_to_do(name: str, tmp_path: Path, golden: Callable[[Path, str], None]) -> None:
    _, spec = drafted(tmp_path, HERE / f"monitoring/drafts/{name}.yaml")
    golden(HERE / f"monitoring/{name}.drafted", spec.source.text)


def rules(data: Any) -> Iterator[dict[str, Any]]:
    """The alerting rules of a document, whatever holds them."""
    for item in data.get("items", ()):
        yield from rules(item)
    for group in (data.get("spec") or data).get("groups", ()):
        yield from (rule for rule in group["rules"] if "alert" in rule)


SEVERITIES = {"critical": "sev-1", "warning": "sev-2", "P1": "sev-1", "SEV 2": "sev-2", "2": "sev-2"}
"""What the samples call the severities of the small project."""
SERVICES = {"app": "app", "PostgreSQL": "postgres"}


def held(spelled: Any) -> timedelta:
    """How long a rule waits; a spec has whole seconds."""
    text = str(spelled or "0s")
    return timedelta(seconds=-(-parse_duration(text) // timedelta(seconds=1))) if text.strip("0smhd") else timedelta()


@pytest.mark.parametrize("path", RULES)
def test_the_rules_of_a_draft_are_those_of_the_file(path: Path, tmp_path: Path) -> None:
    loaded, spec = drafted(tmp_path, path)
    before = [rule for data in yaml.safe_load_all(path.read_text(encoding="utf-8")) for rule in rules(data)]
    made = [yaml.safe_load(one.content) for one in rule_files(spec, loaded.project)]
    after = [rule for data in made for rule in rules(data)]
    assert len(before) == len(after) == len(spec.document.alerts)
    for old, one in zip(before, after, strict=True):
        labels = {name: str(value) for name, value in old.get("labels", {}).items()}
        severity, service = SEVERITIES.get(labels.get("severity", "")), SERVICES.get(labels.get("service", ""))
        assert one["expr"] == old["expr"].strip()
        assert held(one["for"]) == held(old.get("for"))
        assert one["labels"].get("severity") == severity
        assert one["labels"].get("service") == service


def test_the_rules_that_opsbook_makes_are_read_again(tmp_path: Path) -> None:
    path = HERE / "monitoring/drafts/prometheusrule.yaml"
    loaded, spec = drafted(tmp_path / "one", path)
    (made,) = rule_files(spec, loaded.project)
    (tmp_path / "again.yaml").write_bytes(made.content)
    loaded, again = drafted(tmp_path / "two", tmp_path / "again.yaml")
    (twice,) = rule_files(again, loaded.project)
    assert yaml.safe_load(twice.content) == yaml.safe_load(made.content)


@pytest.mark.parametrize("case", UNFIT, ids=lambda case: case["name"])
def test_a_file_that_gives_no_spec_is_explained(case: dict[str, Any], tmp_path: Path) -> None:
    root = write(tmp_path, {"rules.yaml": case["content"]})
    before = sorted(root.rglob("*"))
    result = new(root, "monitoring", "drafted", "--from", root / "rules.yaml")
    assert result.exit_code == 2
    assert result.output.startswith(f"opsbook: {case['says'].replace('FILE', str(root / 'rules.yaml'))}")
    assert "\n    hint: " in result.output
    assert sorted(root.rglob("*")) == before


def values(*texts: str) -> Any:
    """What a template gets of some documents, or why it gets nothing."""
    documents = ForeignSource.parse_all("file.yaml", "\n---\n".join(texts).encode())
    assert isinstance(documents, tuple), documents
    return draft(documents, Drafting("x", "demo", "file.yaml", within=True, defined={}))


def good(change: dict[str, Any]) -> str:
    """An objective that a spec can hold, with something else in it."""
    data = yaml.safe_load((HERE / "monitoring/good.openslo.yaml").read_text(encoding="utf-8"))
    for path, value in change.items():
        *keys, last = path.split(".")
        node = data
        for key in keys:
            node = node[key]
        node[last] = value
    return json.dumps(data, default=str)


@pytest.mark.parametrize("case", OUTSIDE, ids=lambda case: case["says"])
def test_what_a_spec_cannot_hold_is_left_out_and_named(case: dict[str, Any]) -> None:
    made = values(good({"metadata.name": "kept"}), good(case["change"]))
    assert [slo.id for slo in made["slos"]] == ["kept"]
    (left_out,) = made["left_out"]
    assert left_out.startswith(f"file.yaml:3: {case['says']}")
    _, finding = values(good(case["change"]))
    assert finding.message.startswith(f"nothing here can become a spec: {case['says']}")
    assert finding.hint


@pytest.mark.parametrize("case", FIGURES, ids=lambda case: case["query"])
def test_a_figure_is_taken_out_where_it_is_certain(case: dict[str, Any]) -> None:
    query = read_query(case["query"])
    assert isinstance(query, Query), query
    found = taken_out(query, case.get("units", {}))
    if "threshold" not in case:
        assert not isinstance(found, Figure)
        assert found.reason == case["because"]
        return
    assert isinstance(found, Figure), found
    assert (found.threshold, found.condition) == (case["threshold"], case["condition"])
    assert found.expr.count("$threshold") == 1


@pytest.mark.parametrize("case", WINDOWS, ids=lambda case: case["queries"][0])
def test_the_window_of_queries_is_found(case: dict[str, Any]) -> None:
    made, was = window.windowed(case["queries"], case.get("said", ""), counters=case.get("counters", False))
    assert made == case["made"]
    assert was == case.get("was", "")


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("HighErrorRate", "high-error-rate"),
        ("KubeAPIDown", "kube-api-down"),
        ("etcdGRPCRequestsSlow", "etcd-grpc-requests-slow"),
        ("job:errors:ratio_rate5m", "job-errors-ratio-rate5m"),
        ("Node is   down!", "node-is-down"),
        ("p99_Latency", "p99-latency"),
    ],
)
def test_a_name_becomes_an_id(name: str, id_: str) -> None:
    assert id_of(name) == id_


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(name=TEXT, texts=st.lists(TEXT, min_size=4, max_size=4))
def test_any_texts_make_a_spec_that_validates(name: str, texts: list[str]) -> None:
    summary_, description, label, more = texts
    expr = f"up{{a={json.dumps(label, ensure_ascii=False)}}} > 1  # {more}"
    rule = {
        "alert": name,
        "expr": expr,
        "labels": {"severity": label, more: label},
        "annotations": {"summary": summary_, "description": description, "runbook_url": more, label: more},
    }
    source = JsonSource.parse("file.json", json.dumps({"groups": [{"name": label, "rules": [rule]}]}).encode())
    assert isinstance(source, JsonSource)
    made = draft((source,), Drafting("x", "demo", "file.json", within=True, defined={}))
    if not name.strip() or isinstance(made, tuple):
        assert isinstance(made, tuple)
        return
    spec = read(filled(TEMPLATE, {**made, "id": "x", "there": {"role": "on-call"}}))
    assert spec.document.alerts[0].expr.strip() == expr.strip()


WINDOW = "[$window]"
QUERIES = st.sampled_from(
    [
        'sum(rate(a_total{{code=~"5.."}}{0}))',
        "sum by (route) (increase(a_total{0}))\n  / 2",
        "sum(rate(a_total{0})) - sum(rate(b_total[5m]))",
        "sum(avg_over_time((sum(up) > bool 5){1}))",
        "sum(rate(a_total{0} offset 7m))",
    ]
).map(lambda text: text.format(WINDOW, "[$window:30s]"))
SHARES = st.decimals(min_value="0.01", max_value="99.999999", places=6).map(lambda one: f"{one.normalize():f}")
LINES = st.text(st.sampled_from("abc XYZ.,áß€"), min_size=1, max_size=80).map(lambda text: " ".join(f"T{text}".split()))
"""Titles and the like: Markdown, where several spaces are one."""

SLOS = st.fixed_dictionaries(
    {
        "id": st.just("slo"),
        "title": LINES,
        "services": st.lists(st.sampled_from(["app", "postgres"]), unique=True),
        "sli": st.tuples(st.sampled_from(["good", "bad"]), QUERIES, QUERIES).map(
            lambda parts: {parts[0]: parts[1], "total": parts[2]}
        ),
        "target": SHARES,
        "period": st.sampled_from(["7d", "28d", "30d", "36h", "90m"]),
    },
    optional={
        "description": LINES,
        "alerting": st.fixed_dictionaries(
            {
                "runbook": st.sampled_from(["runbook:free-memory", "runbook:replace-disk#pull"]),
                "burn": st.lists(
                    st.fixed_dictionaries(
                        {
                            "budget": SHARES,
                            "window": st.sampled_from(["1h", "12m", "75m"]),
                            "severity": st.sampled_from(["sev-1", "sev-2"]),
                        }
                    ),
                    min_size=1,
                    max_size=3,
                ),
            }
        ),
    },
)


def watched(slos: list[Any]) -> Spec[Monitoring]:
    """A spec with some objectives."""
    document = {"kind": "monitoring", "id": "watched", "title": "Watched", "owner": "on-call", "slos": slos}
    reviewed = {"last_reviewed": "2026-11-01", "review_every": "90d"}
    return read(json.dumps({**document, **reviewed}, ensure_ascii=False))


def read(text: str) -> Spec[Monitoring]:
    """A spec that is known to be valid."""
    source = Source.parse("watched.yaml", text.encode())
    assert isinstance(source, Source), source
    spec = kind("monitoring").parse(source, "demo")
    assert isinstance(spec, Spec), spec
    return spec


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """The small project, read once."""
    return load(shop(tmp_path_factory.mktemp("shop")), all_kinds())


@given(data=SLOS)
def test_objectives_go_to_openslo_and_come_back(whole: Loaded, data: dict[str, Any]) -> None:
    project = whole.project
    spec = watched([data])
    (made,) = openslo_files(spec, project)
    for one in yaml.safe_load_all(made.content):
        SCHEMA.validate(one)
    documents = ForeignSource.parse_all("slos.yaml", made.content)
    assert isinstance(documents, tuple)
    defined: dict[str, dict[str, str]] = {}
    for (_, type_, id_), found in project.definitions.items():
        defined.setdefault(type_, {})[id_] = found[0].title
    back = draft(documents, Drafting("w", "demo", "slos.yaml", within=True, defined=defined, project=project))
    assert not isinstance(back, tuple), back
    assert back["left_out"] == []
    again = read(filled(TEMPLATE, {**back, "id": "x", "there": {"role": "on-call"}}))
    assert again.document.slos[0] == _stripped(spec.document.slos[0])


def _stripped(slo: Slo) -> Slo:
    """An objective as a block of YAML gives it back: with a line break after each query."""
    sli = {name: query and f"{query.strip()}\n" for name, query in slo.sli.model_dump().items()}
    return slo.model_copy(update={"sli": slo.sli.model_copy(update=sli)})


@pytest.mark.whole
def test_the_objectives_of_the_handbooks_are_openslo() -> None:
    project = own().project
    made = [
        one for spec in project.specs if isinstance(spec.document, Monitoring) for one in openslo_files(spec, project)
    ]
    assert made
    for artifact in made:
        for one in yaml.safe_load_all(artifact.content):
            SCHEMA.validate(one)
        documents = ForeignSource.parse_all("slos.yaml", artifact.content)
        assert isinstance(documents, tuple)
        assert [one for one in read_objectives(documents) if isinstance(one, LeftOut)] == []


def test_what_openslo_cannot_hold_is_named(whole: Loaded) -> None:
    sli = {"good": "sum(rate(a[$window]))", "total": "sum(rate(b[$window]))"}
    indicator = {"expr": "x", "target": "2 s"}
    slos = [
        {"id": "all", "title": "All", "sli": sli, "target": "100"},
        {"id": "seconds", "title": "Seconds", "sli": sli, "target": "99", "period": "90s"},
        {"id": "kept", "title": "Kept", "sli": sli, "target": "99.5", "indicator": indicator},
    ]
    (made,) = openslo_files(watched(slos), whole.project)
    assert [line for line in made.content.decode().split("\n") if line.startswith("# Left out")] == [
        "# Left out: all. OpenSLO knows no objective of 100 %, and no period in seconds.",
        "# Left out: seconds. OpenSLO knows no objective of 100 %, and no period in seconds.",
        "# Left out: `indicator` of kept, which OpenSLO does not know beside a ratio.",
    ]
    names = [one["metadata"]["name"] for one in yaml.safe_load_all(made.content) if one["kind"] == "SLO"]
    assert names == ["kept"]


def test_objectives_that_openslo_cannot_hold_make_no_file(whole: Loaded) -> None:
    sli = {"good": "sum(rate(a[$window]))", "total": "sum(rate(b[$window]))"}
    spec = watched([{"id": "all", "title": "All", "sli": sli, "target": "100"}])
    assert list(openslo_files(spec, whole.project)) == []


def test_ids_are_those_that_are_free(tmp_path: Path) -> None:
    path = HERE / "monitoring/drafts/blackbox.yaml"
    drafted(tmp_path, path)
    result = new(tmp_path, "monitoring", "again", "--from", path)
    assert result.exit_code == 0, result.output
    first, second = load(tmp_path, all_kinds()).project.of(Monitoring, "demo")
    assert [one.id for one in second.document.alerts] != [one.id for one in first.document.alerts]
    assert not {one.called for one in first.document.alerts} & {one.called for one in second.document.alerts}
    assert not {one.id for one in first.document.alerts} & {one.id for one in second.document.alerts}
    assert not {one.name for one in first.document.metrics} & {one.name for one in second.document.metrics}
    errors = [one for one in check_all(load(tmp_path, all_kinds()), TODAY) if one.severity == "error"]
    assert errors == []


def test_names_that_a_spec_cannot_have_are_said(tmp_path: Path) -> None:
    """Prometheus allows two alerts of one name, and names of any length."""
    path = tmp_path / "project/rules.yaml"
    long = "A" * 90
    rules = [{"alert": name, "expr": "up == 0"} for name in ("KubeAPIDown", "KubeAPIDown", long)]
    write(path.parent, {path.name: yaml.safe_dump({"groups": [{"name": "x", "rules": rules}]})})
    loaded, spec = drafted(tmp_path / "demo", path)
    names = [one.called for one in spec.document.alerts]
    assert names == ["KubeAPIDown", "KubeApiDown2", f"A{'a' * 59}"]
    assert all(
        f"# `{old}` in the file, `{new}`" in spec.source.text
        for old, new in (("KubeAPIDown", names[1]), (long, names[2]))
    )
    assert [one for one in check_all(loaded, TODAY) if "conflicting" in one.rule or one.severity == "error"] == []


def test_paces_that_no_rule_allows_are_marked(tmp_path: Path) -> None:
    paces = (("1h", 14.4), ("5m", 14.4), ("30d", 1))
    conditions = [{"kind": "burnrate", "lookbackWindow": back, "threshold": factor} for back, factor in paces]
    policies = [{"spec": {"conditions": [{"spec": {"severity": "sev-1", "condition": one}}]}} for one in conditions]
    change = {"spec.objectives": [{"target": 0.9}], "spec.alertPolicies": policies}
    path = tmp_path / "project/slos.yaml"
    write(path.parent, {path.name: good(change)})
    loaded, spec = drafted(tmp_path / "demo", path)
    (slo,) = spec.document.slos
    assert slo.alerting
    assert [one.window for one in slo.alerting.burn] == [timedelta(hours=1), timedelta(minutes=5)]
    assert "which looks at the whole period" in spec.source.text
    assert [one for one in check_all(loaded, TODAY) if one.severity == "error"] == []


def test_filling_a_threshold_gives_the_query_back() -> None:
    for case in FIGURES:
        query = read_query(case["query"])
        assert isinstance(query, Query)
        found = taken_out(query, case.get("units", {}))
        if isinstance(found, Figure):
            figures = [str(Decimal(str(one.number)).normalize()) for one in query.comparisons]
            assert len(figures) == 1
            refilled = read_query(fill(found.expr, {"threshold": figures[0]}))
            assert isinstance(refilled, Query)
            assert refilled.comparisons[0].number == query.comparisons[0].number
