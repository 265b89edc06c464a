"""The rules in files of Prometheus and in manifests of Kubernetes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from opsbook.kinds.monitoring.foreign import Node
from opsbook.promql import Query
from opsbook.source import Documents

_GROUP = {"name", "rules", "labels"}
_ALERT = {"alert", "expr", "for", "labels", "annotations"}


@dataclass(frozen=True)
class AlertRule:
    """A rule that calls somebody."""

    name: str
    query: Query
    held: timedelta | None
    """How long its condition has to hold; None where it does not say."""
    labels: dict[str, str]
    annotations: dict[str, str]
    more: str
    """What else it says, of which a spec knows nothing."""


@dataclass(frozen=True)
class RecordingRule:
    """A rule that keeps the result of a query as a series."""

    record: str
    query: Query
    labels: dict[str, str]


@dataclass(frozen=True)
class LeftOut:
    """Something of a file that no spec can hold."""

    node: Node
    what: str
    hint: str = ""


@dataclass(frozen=True)
class RuleFile:
    """The rules of a file."""

    alerts: tuple[AlertRule, ...]
    recorded: tuple[RecordingRule, ...]
    left_out: tuple[LeftOut, ...]


def rule_file(documents: Documents) -> RuleFile:
    """The rules of a file; raises Unfit where they are not as Prometheus wants them."""
    found = [one for source in documents for one in _document(Node(source, (), source.data))]
    return RuleFile(
        tuple(one for one in found if isinstance(one, AlertRule)),
        tuple(one for one in found if isinstance(one, RecordingRule)),
        tuple(one for one in found if isinstance(one, LeftOut)),
    )


def _document(node: Node) -> Iterator[AlertRule | RecordingRule | LeftOut]:
    """What a document, or an entry of a list of them, gives."""
    fields = node.mapping if isinstance(node.value, dict) else {}
    kind = fields.get("kind")
    if "groups" in fields:
        yield from _groups(node)
    elif kind == "PrometheusRule":
        yield from _groups(node.need("spec", "write the groups of the manifest below `spec:`"))
    elif isinstance(kind, str) and kind.endswith("List") and "items" in fields:
        for item in node.need("items", "").items:
            yield from _document(item)
    elif isinstance(kind, str):
        yield LeftOut(node, f"a {kind} holds no rules")
    else:
        yield LeftOut(node, "there are no `groups:` here, so these are no rules")


def _groups(node: Node) -> Iterator[AlertRule | RecordingRule | LeftOut]:
    for group in node.need("groups", "write the groups of rules below `groups:`").items:
        named = group.find("name")
        name = named.text if named else "without a name"
        for key, field in group.fields:
            if key not in _GROUP:
                yield LeftOut(field, f"`{key}: {_shown(field)}` of the group `{name}`")
        shared = group.find("labels")
        rules = group.find("rules")
        for rule in rules.items if rules else ():
            yield _rule(rule, shared.texts if shared else {})


def _rule(node: Node, shared: dict[str, str]) -> AlertRule | RecordingRule:
    """A rule, with the labels that its group gives it."""
    alert, record = node.find("alert"), node.find("record")
    if (alert is None) == (record is None):
        said = "both `alert:` and `record:`" if alert else "neither `alert:` nor `record:`"
        raise node.unfit(f"the rule has {said}", "give each rule one of them")
    query = node.need("expr", "write the query of the rule").query
    labels, annotations, held = node.find("labels"), node.find("annotations"), node.find("for")
    given = {**shared, **(labels.texts if labels else {})}
    if record:
        return RecordingRule(record.text, query, given)
    if not alert or not alert.text.strip():
        raise (alert or node).unfit("the alert has no name", "write one after `alert:`")
    more = [f"{key}: {_shown(field)}" for key, field in node.fields if key not in _ALERT]
    return AlertRule(
        alert.text,
        query,
        held.duration if held else None,
        given,
        annotations.texts if annotations else {},
        ", ".join(more),
    )


def _shown(node: Node) -> str:
    return "…" if isinstance(node.value, dict | list) else node.text
