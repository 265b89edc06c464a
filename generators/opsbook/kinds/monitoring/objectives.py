"""Objectives of OpenSLO, read: what of them is a ratio over a rolling window, and why the others are not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from opsbook.kinds.monitoring import window
from opsbook.kinds.monitoring.foreign import Node
from opsbook.kinds.monitoring.model import LONGEST, USUAL_PERIOD
from opsbook.kinds.monitoring.openslo import SERVICES, VERSION, WINDOW
from opsbook.kinds.monitoring.prometheus import LeftOut
from opsbook.promql import Query, fill, read_query
from opsbook.quantity import plain_number
from opsbook.source import Documents, short

_SHORTHAND = re.compile(r"-?([1-9][0-9]{0,3})([mhdw])")
_SIZES = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_QUERIES = ("query", "promql")
"""Where the query of a source for Prometheus stands."""
_URL = re.compile(r"https?://[^\s<>\"']+")
_MOST_DIGITS = 6
"""How many digits a share in per cent may have after its point."""


@dataclass(frozen=True)
class Pace:
    """A pace at which the budget may go before somebody is called."""

    budget: str
    """The share of the budget, in per cent."""
    window: timedelta
    severity: str
    note: str = ""
    """What is different from what the file says."""


@dataclass(frozen=True)
class Objective:
    """An objective that a spec can hold."""

    name: str
    title: str
    description: str
    services: tuple[tuple[str, str], ...]
    """What the services are called in the file, and by people where it says so."""
    part: str
    """Which share the indicator has: `good` or `bad`."""
    events: str
    """Their rate over `$window`."""
    total: str
    target: str
    """In per cent."""
    period: timedelta | None
    paces: tuple[Pace, ...]
    url: str
    """What to read when somebody is called; empty where nothing is said."""
    notes: tuple[str, ...]
    """What is different from what the file says."""

    @property
    def queries(self) -> Iterator[Query]:
        """Its queries, with a window in them."""
        for text in (self.events, self.total):
            query = read_query(fill(text, {"window": window.COMMON}))
            if isinstance(query, Query):
                yield query


class _Outside(Exception):
    """An objective that no spec can hold."""

    def __init__(self, node: Node, what: str, hint: str) -> None:
        super().__init__(what)
        self.left_out = LeftOut(node, what, hint)


def is_openslo(data: object) -> bool:
    """Whether a document is of OpenSLO, of whatever version."""
    return isinstance(data, dict) and str(data.get("apiVersion")).startswith("openslo/")


def objectives(documents: Documents) -> Iterator[Objective | LeftOut]:
    """The objectives of a file, and those that no spec can hold; raises Unfit where they are not as OpenSLO wants."""
    known = [Node(source, (), source.data) for source in documents]
    current = [node for node in known if node.mapping.get("apiVersion") == VERSION]
    for node in known:
        if node not in current:
            said = short(str(node.mapping["apiVersion"]))
            yield LeftOut(node, f"`{said}` is another version of OpenSLO", f"write it as `apiVersion: {VERSION}`")
    catalogue = _Catalogue(current)
    for node in current:
        if node.mapping.get("kind") == "SLO":
            try:
                yield catalogue.objective(node)
            except _Outside as outside:
                yield outside.left_out


class _Catalogue:
    """The documents of a file, by what they are called."""

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = {(str(node.mapping.get("kind")), _name(node)): node for node in nodes}

    def objective(self, node: Node) -> Objective:
        """An objective with what it refers to."""
        spec = node.need("spec", "write what the objective is below `spec:`")
        goal = _goal(spec)
        indicator = self.indicator(spec)
        method = spec.find("budgetingMethod")
        if method and method.text != "Occurrences":
            raise _Outside(method, f"`{short(method.text)}` counts slices of time", "count events: `Occurrences`")
        notes: list[str] = []
        part, (events, total) = self.queries(node, indicator, notes)
        period = _period(spec)
        if period is None:
            notes.append("to do: `period`, the objective has no `timeWindow`")
        paces, url = self.alerting(spec, period or USUAL_PERIOD, notes)
        described = spec.find("description") or indicator.find("description")
        title = node.find("metadata", "displayName")
        return Objective(
            _name(node),
            title.text if title else "",
            described.text if described else "",
            self.services(node, spec),
            part,
            events,
            total,
            _target(goal),
            period,
            paces,
            url,
            tuple(notes),
        )

    def referred(self, node: Node, kind: str) -> Node:
        """The document that a reference names."""
        found = self.nodes.get((kind, node.text))
        if found is None:
            raise _Outside(node, f"there is no {kind} `{short(node.text)}` in this file", "put both into one file")
        return found

    def indicator(self, spec: Node) -> Node:
        """What is measured."""
        inline, reference = spec.find("indicator"), spec.find("indicatorRef")
        if inline:
            return inline.need("spec", "write what is measured below `spec:`")
        if reference:
            return self.referred(reference, "SLI").need("spec", "write what is measured below `spec:`")
        raise spec.unfit(
            "the objective has no indicator", "write `indicator:`, or `indicatorRef:` with the name of an SLI"
        )

    def services(self, node: Node, spec: Node) -> tuple[tuple[str, str], ...]:
        """The services that an objective names, as they are called."""
        several, service = node.find("metadata", "labels", SERVICES), spec.find("service")
        listed = several.items if several and isinstance(several.value, list) else [service] if service else []
        return tuple((one.text, self.title(one.text)) for one in listed)

    def title(self, service: str) -> str:
        """What a service is called by people, where the file says so."""
        found = self.nodes.get(("Service", service))
        title = found.find("metadata", "displayName") if found else None
        return title.text if title else ""

    def queries(self, node: Node, indicator: Node, notes: list[str]) -> tuple[str, tuple[str, str]]:
        """Which share of events is counted, and the queries for these and for all of them."""
        ratio = indicator.find("ratioMetric")
        if ratio is None:
            what = "`thresholdMetric` compares a figure, and is no share of events"
            raise _Outside(indicator.find("thresholdMetric") or indicator, what, "count events: `ratioMetric`")
        raw = ratio.find("raw")
        if raw:
            raise _Outside(raw, "a share that is computed elsewhere has no window", "count events: `good` and `total`")
        parts = [one for one in (ratio.find("good"), ratio.find("bad")) if one]
        total = ratio.need("total", "write the query for all events")
        if len(parts) != 1:
            raise ratio.unfit("an indicator has one of `good` and `bad`", "write one of them, and `total`")
        counter, said = ratio.find("counter"), node.find("metadata", "annotations", WINDOW)
        texts = [self.query(parts[0]), self.query(total)]
        try:
            made, was = window.windowed(
                texts, said.text if said else "", counters=bool(counter and counter.value is True)
            )
        except ValueError as error:
            raise _Outside(ratio, str(error), "write the same window in each query, such as `[5m]`") from error
        if was:
            notes.append(f"`$window` was `{was}`")
        elif made != texts and not said:
            notes.append("to do: check the queries; the rates over `$window` were counters")
        return parts[0].name, (made[0], made[1])

    def query(self, node: Node) -> str:
        """The query of a source, which has to be Prometheus."""
        source = node.need("metricSource", "write where the events are counted")
        type_, reference = source.find("type"), source.find("metricSourceRef")
        if not type_ and reference and ("DataSource", reference.text) in self.nodes:
            type_ = self.nodes["DataSource", reference.text].find("spec", "type")
        if type_ and type_.text.casefold() != "prometheus":
            raise _Outside(type_, f"`{short(type_.text)}` is another source than Prometheus", "write it in PromQL")
        spec = source.need("spec", "write the query below `spec:`")
        found = next((one for name in _QUERIES if (one := spec.find(name))), None)
        if found is None:
            raise spec.unfit("there is no query here", "write it after `query:`")
        return found.text

    def alerting(self, spec: Node, period: timedelta, notes: list[str]) -> tuple[tuple[Pace, ...], str]:
        """The paces that call somebody, and what they are to read."""
        listed = spec.find("alertPolicies")
        paces, url = [], ""
        for item in listed.items if listed else ():
            try:
                policy = self.policy(item)
                described = policy.find("description")
                found = _URL.search(described.text) if described else None
                url = url or (found[0].rstrip(".,;)") if found else "")
                paces.append(self.pace(policy, period))
            except _Outside as outside:
                one = outside.left_out
                notes.append(f"left out: the policy at {one.node.place}, {one.what}")
        return tuple(paces), url

    def policy(self, item: Node) -> Node:
        """A policy, which stands there or is named."""
        if isinstance(item.value, str):
            return self.referred(item, "AlertPolicy").need("spec", "write the policy below `spec:`")
        reference = item.find("alertPolicyRef")
        return (self.referred(reference, "AlertPolicy") if reference else item).need("spec", "write it below `spec:`")

    def pace(self, policy: Node, period: timedelta) -> Pace:
        """The pace that a policy watches."""
        conditions = list(policy.need("conditions", "write one condition").items)
        if len(conditions) != 1:
            raise policy.unfit("a policy has one condition", "make a policy of each")
        reference = conditions[0].find("conditionRef")
        holder = self.referred(reference, "AlertCondition") if reference else conditions[0]
        spec = holder.need("spec", "write the condition below `spec:`")
        condition = spec.need("condition", "write when somebody is called")
        kind, operator = condition.find("kind"), condition.find("op")
        if (kind and kind.text != "burnrate") or (operator and operator.text not in ("gt", "gte")):
            raise _Outside(condition, "which is no burn rate above a figure", "")
        back = condition.need("lookbackWindow", "write over which time the budget is watched")
        factor, within = _number(condition.need("threshold", "write the burn rate")), _duration(back)
        exact = factor * Decimal(int(within.total_seconds())) / Decimal(int(period.total_seconds())) * 100
        budget = round(exact, _MOST_DIGITS)
        if not 0 < budget <= 100:  # noqa: PLR2004  # per cent
            raise _Outside(condition, "which no budget reaches", "")
        if within >= period:
            raise _Outside(condition, "which looks at the whole period", "")
        severity = spec.find("severity")
        after = condition.find("alertAfter")
        short_, said = within / 12, []
        if after and _duration(after) != max(short_, timedelta(minutes=1)):
            said.append(f"`alertAfter: {after.text}`: the short window is a twelfth of the long one")
        # What the file says to a few digits may be an odd share of the budget; what it was made of is a round one.
        if abs(budget - exact) > Decimal("1e-9"):
            said.append(f"the burn rate was {plain_number(factor)}: is there a rounder share?")
        return Pace(plain_number(budget), within, severity.text if severity else "", "; ".join(said))


def _name(node: Node) -> str:
    """What a document is called."""
    name = node.need("metadata", "write the name below `metadata:`").need("name", "write what it is called")
    return name.text


def _goal(spec: Node) -> Node:
    """The one objective that a spec can hold."""
    goals = list(spec.need("objectives", "write what is promised").items)
    if not goals:
        raise spec.need("objectives", "").unfit("there is no objective here", "write one")
    if len(goals) > 1:
        raise _Outside(goals[1], "it has several objectives", "make an SLO of each")
    if goals[0].find("indicator") or goals[0].find("indicatorRef"):
        raise _Outside(goals[0], "its objective is made of others", "make an SLO of each indicator")
    return goals[0]


def _target(goal: Node) -> str:
    """What is promised, in per cent."""
    share, percent = goal.find("target"), goal.find("targetPercent")
    node = share or percent or goal.need("target", "write the share of good events: `target: 0.999`")
    target = _number(node) * (100 if node is share else 1)
    if not 0 <= target < 100 or target != round(target, _MOST_DIGITS):  # noqa: PLR2004  # per cent
        most = "1" if node is share else "100"
        raise node.unfit(f"`{short(node.text)}` is no target", f"write a number from 0 to below {most}, not too exact")
    return plain_number(target)


def _period(spec: Node) -> timedelta | None:
    """The period over which something is promised."""
    windows = spec.find("timeWindow")
    listed = list(windows.items) if windows else []
    if not listed:
        return None
    if len(listed) > 1:
        raise listed[1].unfit("there is more than one time window", "write one")
    rolling = listed[0].find("isRolling")
    if listed[0].find("calendar") or (rolling and rolling.value is not True):
        raise _Outside(listed[0], "its window begins anew with the calendar", "write `isRolling: true`")
    return _duration(listed[0].need("duration", "write how long it is: `30d`"))


def _duration(node: Node) -> timedelta:
    found = _SHORTHAND.fullmatch(node.text)
    if found and (length := int(found[1]) * _SIZES[found[2]]) < LONGEST:
        return length
    if re.fullmatch(r"[1-9][0-9]{0,3}[MQY]", node.text):
        raise _Outside(node, f"`{node.text}` is longer in some years than in others", "write it in days")
    raise node.unfit(f"`{short(node.text)}` is no duration of OpenSLO", "write one such as `5m`, `6h`, `30d` or `4w`")


def _number(node: Node) -> Decimal:
    """A number as it is spelled, so that it stays that decimal."""
    try:
        value = Decimal(node.text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value.copy_abs() > 10**9:
        raise node.unfit(f"`{short(node.text)}` is no number", "write one such as `0.999`")
    return value
