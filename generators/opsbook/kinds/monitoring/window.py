"""The window of the queries of an objective: said once as `$window` in a spec, and in full in OpenSLO."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from opsbook.promql import QUOTED, Query, blanks, fill, read_query

COMMON = "5m"
"""The window that stands for `$window` where a query has to be whole."""

_ASIDE = rf"(?P<aside>{QUOTED})"
_DURATION = r"(?<![\w.])(?:[0-9]+(?:ms|[smhdwy]))+(?![\w.])"
_TIMES = re.compile(rf"{_ASIDE}|(?P<time>{_DURATION})")
_RANGES = re.compile(rf"{_ASIDE}|(?P<range>\[\s*(?P<time>{_DURATION})\s*(?P<step>:[^\]]*)?\])")
_OTHER_BLANK = re.compile(r"\{\{-?\s*\.window\s*-?\}\}")
"""The blank for the window that other tools write."""
_SELECTORS = re.compile(
    rf"""{_ASIDE}
    |(?P<grouping>\b(?:by|without|on|ignoring|group_left|group_right)\b\s*(?:\([^()]*\))?)
    |(?P<keyword>\b(?:and|or|unless|bool|offset|atan2|inf|nan|[0-9][\w.]*)\b|[0-9][\w.]*)
    |(?P<call>[a-zA-Z_]\w*(?=\s*\(|\s+(?:by|without)\b))
    |(?P<selector>(?:[a-zA-Z_:][\w:]*\s*)?\{{(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|[^}}"'`])*\}}|[a-zA-Z_:][\w:]*)
    """,
    re.VERBOSE | re.IGNORECASE,
)


def whole(queries: Iterable[str]) -> tuple[str, list[str]]:
    """Queries with a window in them that none of them has otherwise, and that window."""
    texts = [text.strip() for text in queries]
    used = {found["time"] for text in texts for found in _TIMES.finditer(text) if found["time"]}
    window = next(time for time in (COMMON, *(f"{minutes}m" for minutes in range(6, 10_000))) if time not in used)
    return window, [fill(text, {"window": window}) for text in texts]


def windowed(queries: list[str], said: str, *, counters: bool) -> tuple[list[str], str]:
    """Queries with `$window` for their window, and what was there.

    It raises ValueError, with the reason, where that is not clear. `said` is the window where somebody says which it
    is, `counters` whether bare series only grow.
    """
    texts = [_OTHER_BLANK.sub("$window", text) for text in queries]
    if all("window" in blanks(text) for text in texts):
        return _checked(texts), ""
    replaced = [_replaced(text, said) for text in texts]
    if any("window" in blanks(text) for text in replaced):
        return _checked(replaced), ""
    ranges = [[found for found in _RANGES.finditer(text) if found["time"]] for text in texts]
    if any(found["step"] for one in ranges for found in one):
        raise ValueError("a query has a subquery, so its window is not clear")
    times = {found["time"] for one in ranges for found in one}
    if not times and counters:
        return _checked([_rated(text) for text in texts]), ""
    if not all(ranges):
        raise ValueError("a query has no window, such as `[5m]`")
    if len(times) > 1:
        raise ValueError(f"its queries have several windows: {', '.join(f'`{one}`' for one in sorted(times))}")
    (time,) = times
    return _checked([_replaced(text, time) for text in texts]), time


def _checked(texts: list[str]) -> list[str]:
    """The queries, if they are whole once the window is in them."""
    for text in texts:
        read = read_query(fill(text, {"window": COMMON}))
        if not isinstance(read, Query):
            raise ValueError(f"a query is no PromQL: {' '.join(read.reason.split())}")  # noqa: TRY004  # a value is wrong
    return texts


def _replaced(text: str, time: str) -> str:
    return _TIMES.sub(lambda found: "$window" if found["time"] == time else found[0], text)


def _rated(text: str) -> str:
    """A query over bare counters as one over their rates."""

    def rate(found: re.Match[str]) -> str:
        return f"rate({found[0].strip()}[$window])" if found["selector"] else found[0]

    rated = _SELECTORS.sub(rate, text)
    before, after = read_query(text), read_query(fill(rated, {"window": COMMON}))
    if not (
        isinstance(before, Query)
        and isinstance(after, Query)
        and list(_bare(before)) == list(_bare(after))
        and all(one.function == "rate" and one.range for one in after.selectors)
    ):
        raise ValueError("its counters could not be told from the rest of a query")
    return rated


def _bare(query: Query) -> Iterator[tuple[str, object]]:
    """The series that a query reads, whatever is done with them."""
    return ((one.metric, one.matchers) for one in query.selectors)
