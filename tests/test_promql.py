"""Queries in PromQL: what is read off them, and that no text ends the process."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis.strategies import lists, sampled_from, text

from opsbook.kinds.monitoring.units import fits, share_of_itself, unit_of
from opsbook.promql import NotPromql, Query, blanks, compared, fill, fill_panel, read_query, walk

HERE = Path(__file__).parent / "promql"
QUERIES = yaml.safe_load((HERE / "queries.yaml").read_text(encoding="utf-8"))
REFUSED = yaml.safe_load((HERE / "refused.yaml").read_text(encoding="utf-8"))

UNITS = {
    "build_info": "", "cpu_seconds_total": "s", "disk_free": "B", "disk_size": "B", "errors_total": "errors",
    "latency": "s", "latency_bucket": "#", "latency_count": "#", "latency_sum": "s", "queue": "messages",
    "requests_total": "requests", "seen_at": "s", "share": "", "up": "", "used": "%", "wait_ms": "ms",
}  # fmt: skip


@pytest.mark.parametrize("case", QUERIES, ids=lambda case: case["query"])
def test_what_a_query_asks_for_is_known(case: dict[str, Any]) -> None:
    query = read_query(case["query"])
    assert isinstance(query, Query)
    assert [one.metric for one in query.selectors] == case["metrics"]
    assert [one.function for one in query.selectors if one.function] == case.get("functions", [])
    assert [[one.operator, one.number] for one in query.comparisons] == case.get("compares", [])
    kept, exact = query.kept, case["kept"] != "series"
    assert kept.exactly == (frozenset(case["kept"]) if exact else None)
    assert (sorted(kept.lost), sorted(kept.gained)) == (case.get("lost", []), case.get("gained", []))
    assert sorted({label for one in query.groupings for label in one.labels}) == case.get("grouped", [])
    sides = [one.side for one in query.comparisons] or [query.tree]
    assert unit_of(sides[0], UNITS) == case.get("unit")


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["text"])
def test_what_is_no_query_is_refused_with_a_reason(case: dict[str, str]) -> None:
    found = read_query(case["text"])
    assert isinstance(found, NotPromql)
    assert re.search(case["says"], found.reason)


NESTED = ("(", "-", "abs(", "up+", "up^", "sum(", "up or ", "[", "{")


@pytest.mark.parametrize("word", NESTED)
@pytest.mark.parametrize("times", [60, 3000, 100_000])
def test_deep_queries_do_not_end_the_process(word: str, times: int) -> None:
    close = ")" * times if word.endswith("(") else ""
    found = read_query(word * times + "up" + close)
    assert isinstance(found, NotPromql) == (times > 60 or word in "[{")


WORDS = (
    "up", "rate", "sum", "by", "on", "group_left", "or", "offset", "@", "bool", "(", ")", "{", "}", "[", "]", "5m", "1",
    "==", ">", "-", "=~", '"a"', ",", ":", "$threshold", "${window}", "$__rate_interval", "é", "\n", "#", "'", "`",
)  # fmt: skip


def _read_whole(query: str) -> None:
    list(blanks(query))
    for filled in (query, fill(query, {"threshold": "1", "window": "5m"}), fill_panel(query)):
        found = read_query(filled)
        if isinstance(found, Query):
            assert all(isinstance(unit_of(one, UNITS), str | None) for one in walk(found.tree))
            assert all(isinstance(share_of_itself(one), bool) for one in compared(found.tree))


@given(text())
@example('label_replace(up, "a", "$1", "b", "(.*)")')
def test_no_text_crashes(query: str) -> None:
    _read_whole(query)


@settings(max_examples=150)
@given(lists(sampled_from(WORDS), max_size=12))
def test_no_heap_of_words_crashes(words: list[str]) -> None:
    _read_whole(" ".join(words))


def test_blanks_are_found_and_filled() -> None:
    query = 'rate(x{a="$b", c=~"d$"}[${window}]) > $threshold # $later, `$never`\nand label_join(x, "a", \'$c\') == $0'
    assert list(blanks(query)) == ["window", "threshold"]
    assert fill("a[${window}] > $threshold + $other", {"window": "5m", "threshold": "2"}) == "a[5m] > 2 + $other"


@pytest.mark.parametrize(
    ("query", "filled"),
    [
        ("rate(x[$__rate_interval])", "rate(x[5m])"),
        ('rate(x{job=~"$job"}[$span]) > ${limit}', 'rate(x{job=~"$job"}[5m]) > 1'),
        ("x offset 1h / $__range_s", "x offset 1h / 3600"),
    ],
)
def test_queries_of_dashboards_are_filled_as_grafana_might(query: str, filled: str) -> None:
    assert fill_panel(query) == filled
    assert isinstance(read_query(filled), Query)


@pytest.mark.parametrize(
    ("unit", "compared_in", "good"),
    [
        ("s", "ms", True), ("min", "s", True), ("MiB", "B", True), ("B", "s", False),
        ("%", "", True), ("%", "%", True), ("", "", True), ("%", "#", False), ("%", "s", False),
        ("", "#", True), ("", "messages", True), ("", "s", False), ("", "errors/s", False),
        ("errors", "requests", True), ("errors", "#", True), ("errors", "", False), ("errors", "errors/s", False),
        ("/s", "#/s", True), ("errors/min", "#/s", True), ("MiB/s", "B/s", True), ("errors/s", "B/s", False),
    ],
)  # fmt: skip
def test_a_figure_fits_what_measures_the_same(unit: str, compared_in: str, good: bool) -> None:  # noqa: FBT001  # a case
    assert fits(unit, compared_in) is good


@pytest.mark.parametrize(
    ("query", "share"),
    [
        ('rate(x{s="a"}[5m]) / rate(x[5m])', True),
        ('sum(rate(x{s="a"}[5m])) / (sum(rate(x[5m])))', True),
        ("rate(x[5m]) / rate(x[5m] offset 1d)", False),
        ('rate(x{s="a"}[5m]) / rate(x[1h])', False),
        ('x{s="a"} / x{s="b"}', False),
        ("x / y", False),
        ("x * x", False),
    ],
)
def test_a_share_of_itself_is_known(query: str, share: bool) -> None:  # noqa: FBT001  # a case
    found = read_query(query)
    assert isinstance(found, Query)
    assert share_of_itself(found.tree) is share
