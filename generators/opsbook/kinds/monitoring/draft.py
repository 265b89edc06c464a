"""A first spec of monitoring, made of the rules of Prometheus or of objectives in OpenSLO."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from opsbook.diagnostic import Finding
from opsbook.kind import Drafting
from opsbook.kinds.monitoring import guessing
from opsbook.kinds.monitoring.adopted import Adopted, id_of, words
from opsbook.kinds.monitoring.checks import LEAST
from opsbook.kinds.monitoring.figures import Figure, taken_out
from opsbook.kinds.monitoring.foreign import Node, Unfit
from opsbook.kinds.monitoring.measured import Measured
from opsbook.kinds.monitoring.model import ALERT_NAME, USUAL_PERIOD, Burn, Metric, Monitoring, capitals
from opsbook.kinds.monitoring.objectives import Objective, Pace, is_openslo, objectives
from opsbook.kinds.monitoring.prometheus import AlertRule, LeftOut, RecordingRule, RuleFile, rule_file
from opsbook.kinds.monitoring.slo_rules import called
from opsbook.markup import plain_text
from opsbook.model import spell_duration
from opsbook.source import Documents, Source
from opsbook.wording import unique

_CURE = "name a rules file of Prometheus (`groups:`), a PrometheusRule of Kubernetes, or objectives in OpenSLO"

_TEMPLATE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
"""What Prometheus fills in a text."""
_LABEL = re.compile(r"\{\{-?\s*(?:\$labels|\.Labels)\.([a-zA-Z_][a-zA-Z0-9_]*)\s*-?\}\}")
"""The value of a label: what a spec can say as well."""
_LONGEST_LINE = 300
_MEANINGS = ("description", "message")
"""Annotations that say what an alert means, the common one first."""


@dataclass(frozen=True)
class DraftedAlert:
    """An alert of a spec that is being drafted."""

    id: str
    title: str
    condition: str
    expr: str
    for_: str
    meaning: str
    name: str = ""
    threshold: str = ""
    severity: str = ""
    service: str = ""
    summary: str = ""
    impact: str = ""
    runbook: str = ""
    escalation: str = ""
    notes: tuple[str, ...] = ()
    """What is left to do, and what was left out."""

    @property
    def unanswered(self) -> list[str]:
        """The rules that would make errors of what the file does not say."""
        named = (("missing-severity", self.severity), ("alert-without-runbook", self.runbook))
        return [f"monitoring/{rule}" for rule, said in named if not said]


@dataclass(frozen=True)
class DraftedSlo:
    """An objective of a spec that is being drafted."""

    id: str
    title: str
    description: str
    services: tuple[str, ...]
    queries: tuple[tuple[str, str], ...]
    """Which share of events is counted, and of what: `good` or `bad`, and `total`, with their queries."""
    target: str
    period: str
    runbook: str
    burn: tuple[DraftedBurn, ...]
    notes: tuple[str, ...]
    """What is left to do, and what was left out."""


@dataclass(frozen=True)
class DraftedBurn:
    """A pace at which a budget may go before somebody is called."""

    budget: str
    window: str
    severity: str
    broken: tuple[str, ...] = ()
    """The rules that it breaks, whatever its severity is."""


@dataclass
class _Notes:
    """What somebody has to know about a draft, gathered while it is made."""

    lines: list[str] = field(default_factory=list)

    def todo(self, text: str) -> None:
        """Note what is left to do."""
        self.lines.append(f"to do: {text}")

    def said(self, text: str) -> None:
        """Note what is different in the spec."""
        self.lines.append(text)


def draft(documents: Documents, wanted: Drafting) -> Mapping[str, Any] | tuple[Source, Finding]:
    """The values of a spec's template, or why a file gives none."""
    try:
        rules = rule_file(tuple(one for one in documents if not is_openslo(one.data)))
        found = tuple(objectives(tuple(one for one in documents if is_openslo(one.data))))
        promised = tuple(one for one in found if isinstance(one, Objective))
        left_out = (*rules.left_out, *(one for one in found if isinstance(one, LeftOut)))
        if not rules.alerts and not rules.recorded and not promised:
            raise _nothing(documents, left_out)
        return _Drafted(replace(rules, left_out=left_out), promised, wanted).values()
    except Unfit as unfit:
        return unfit.source, unfit.finding


def _nothing(documents: Documents, left_out: tuple[LeftOut, ...]) -> Unfit:
    """Why a file has nothing that a spec could say."""
    if left_out:
        return left_out[0].node.unfit(f"nothing here can become a spec: {left_out[0].what}", left_out[0].hint or _CURE)
    return Node(documents[0], (), documents[0].data).unfit("the file holds no rules", _CURE)


class _Drafted:
    """Rules and objectives becoming a spec."""

    def __init__(self, rules: RuleFile, promised: tuple[Objective, ...], wanted: Drafting) -> None:
        self.rules = rules
        self.promised = promised
        self.wanted = wanted
        self.adopted = Adopted(wanted)
        documents = wanted.project.of(Monitoring, wanted.system) if wanted.project else ()
        self.taken = set(wanted.defined.get("alert", ()))
        self.names = {name for one in documents for _, _, name in called(one.document)}
        self.unknown: Counter[str] = Counter()
        self.metrics = self.measured()
        self.units = {**Measured(self.metrics).units, **{name: name for name in self.foreign}}

    def measured(self) -> tuple[Metric, ...]:
        """The metrics that the rules read and record, and those of which the objectives are made."""
        asked = [guessing.Asked(one.query.tree, _named(one)) for one in self.rules.alerts]
        asked += [guessing.Asked(one.query.tree) for one in self.rules.recorded]
        asked += [guessing.Asked(query.tree) for one in self.promised for query in one.queries]
        return guessing.metrics(asked, (one.record for one in self.rules.recorded))

    @property
    def foreign(self) -> Iterator[str]:
        """The series whose units are not known: each stands for itself, so that a share of the same ones is one."""
        series = {name: one for name, one in Measured(self.metrics).series.items() if one.metric in self.metrics}
        known = self.wanted.defined.get("metric", {})
        for name, one in series.items():
            if one.metric.name in known or (one.metric.unit is None and not name.endswith(("_bucket", "_count"))):
                yield name
        yield from (one.name for one in self.metrics if one.name in known or one.unit is None)

    def values(self) -> dict[str, Any]:
        """What the template is filled with."""
        alerts = [self.alert(rule) for rule in self.rules.alerts]
        taken = set(self.wanted.defined.get("slo", ()))
        slos = [self.slo(one, unique(id_of(one.name) or "slo", taken)) for one in self.promised]
        defined = self.wanted.defined.get("metric", ())
        # What Prometheus measures by itself is known, as far as its labels are those of every target.
        own = [one for one in self.metrics if one.name not in Measured(()).series or one.labels]
        recorded = {one.record for one in self.rules.recorded}
        return {
            "path": self.wanted.path,
            "alerts": alerts,
            "slos": slos,
            "metrics": [one for one in own if one.name not in defined],
            "recorded_names": recorded,
            "recorded": [_recorded(one) for one in self.rules.recorded],
            "unknown": [(_comment(name), count) for name, count in self.unknown.most_common()],
            "left_out": [_comment(f"{one.node.place}: {one.what}") for one in self.rules.left_out],
            "undescribed": guessing.UNDESCRIBED,
            "block": block,
        }

    def alert(self, rule: AlertRule) -> DraftedAlert:
        """The alert that a rule is."""
        notes = _Notes()
        id_ = unique(id_of(rule.name) or "alert", self.taken)
        free = ALERT_NAME.fullmatch(rule.name) and rule.name not in self.names
        name = rule.name if free and rule.name != capitals(id_) else ""
        self.names.add(name or capitals(id_))
        if rule.name not in (name, capitals(id_)):
            notes.said(f"`{rule.name}` in the file, `{capitals(id_)}` in the rules that are made of this")
        title = " ".join(words(rule.name)) or "Alert"
        drafted = DraftedAlert(
            id_,
            _line(_sentence(title), "title", notes),
            guessing.UNDESCRIBED,
            rule.query.text,
            self.held(rule, notes),
            self.meaning(rule, notes),
            name=name,
        )
        drafted = self.measured_by(rule, drafted, notes)
        drafted = self.labelled(rule, drafted, notes)
        drafted = self.annotated(rule, drafted, notes)
        return replace(drafted, notes=tuple(map(_comment, notes.lines)))

    @staticmethod
    def held(rule: AlertRule, notes: _Notes) -> str:
        """How long the condition has to hold."""
        if rule.held is None:
            notes.todo("the rule has no `for:`, so it calls at once: is that meant?")
            return "0s"
        if rule.held % timedelta(seconds=1):
            notes.said("`for:` was a part of a second")
            return spell_duration(rule.held + timedelta(seconds=1))
        return spell_duration(rule.held)

    def meaning(self, rule: AlertRule, notes: _Notes) -> str:
        """What the rule says that it means."""
        said = next((rule.annotations[name] for name in _MEANINGS if rule.annotations.get(name, "").strip()), "")
        if not said:
            notes.todo("`meaning`, what it means when it fires")
            return guessing.UNDESCRIBED
        return _markdown(_filled(said, "meaning", None, notes)).strip()

    def measured_by(self, rule: AlertRule, drafted: DraftedAlert, notes: _Notes) -> DraftedAlert:
        """The alert with its figure in a field of its own, if that can be done."""
        figure = taken_out(rule.query, self.units)
        if isinstance(figure, Figure):
            notes.todo("`condition` in words")
            return replace(drafted, expr=figure.expr, threshold=figure.threshold, condition=figure.condition)
        notes.todo(f"`condition` in words{f', and `threshold`: {figure.reason}' if figure.reason else ''}")
        return drafted

    def labelled(self, rule: AlertRule, drafted: DraftedAlert, notes: _Notes) -> DraftedAlert:
        """The alert with what its labels say."""
        others = dict(rule.labels)
        named = others.pop("severity", "")
        severity = self.adopted.severity(named) if named else None
        if named and not severity:
            self.unknown[named] += 1
            notes.todo(f"`severity`: it was `{named}`")
        elif not named:
            notes.todo("`severity`: the rule has none")
        service = self.adopted.service(others["service"]) if "service" in others else None
        policy = self.adopted.policy(others["escalation"]) if "escalation" in others else None
        made = {"service": service, "escalation": policy, "system": self.wanted.system}
        left = [
            f"{name}={json.dumps(value, ensure_ascii=False)}"
            for name, value in others.items()
            if not made.get(name) or (name == "system" and value != self.wanted.system)
        ]
        if left:
            notes.said(f"labels left out: {', '.join(left)}")
        return replace(drafted, severity=severity or "", service=service or "", escalation=policy or "")

    def annotated(self, rule: AlertRule, drafted: DraftedAlert, notes: _Notes) -> DraftedAlert:
        """The alert with what its annotations say."""
        others = {name: text for name, text in rule.annotations.items() if text.strip()}
        meant = next((name for name in _MEANINGS if name in others), "")
        others.pop(meant, None)
        summary = _summary(others.pop("summary", ""), rule.query.kept.exactly, notes)
        impact = _filled(others.pop("impact", ""), "impact", None, notes)
        url = others.pop("runbook_url", "")
        runbook = self.adopted.page(url) or ""
        if url and not runbook:
            runbook = self.adopted.document(url) or ""
            notes.todo(f"`runbook`: {'is it this one? ' if runbook else ''}it was {url}")
        elif not url:
            notes.todo("`runbook`, what to do when it fires")
        for name, text in others.items():
            notes.said(f"annotation left out: {name}={json.dumps(text, ensure_ascii=False)}")
        if rule.more:
            notes.said(f"left out: {rule.more}")
        return replace(
            drafted,
            summary=_line(summary, "summary", notes),
            impact=_line(_markdown(impact), "impact", notes),
            runbook=runbook,
        )

    def slo(self, one: Objective, id_: str) -> DraftedSlo:
        """The objective of a spec that one of OpenSLO is."""
        notes = _Notes(list(one.notes))
        services = [(name, self.adopted.service(name) or self.adopted.service(title)) for name, title in one.services]
        for name, service in services:
            if not service and name != self.wanted.system:
                notes.todo(f"`services`: no service here is called `{name}`")
        burns = list(self.burns(one, notes))
        runbook = (self.adopted.page(one.url) or self.adopted.document(one.url) or "") if burns else ""
        if burns and not self.adopted.page(one.url):
            notes.todo(f"`runbook`, what to do when the budget goes{f': it was {one.url}' if one.url else ''}")
        return DraftedSlo(
            id_,
            _line(_markdown(one.title) or _sentence(" ".join(words(one.name))) or "Objective", "title", notes),
            _line(_markdown(one.description), "description", notes),
            tuple(dict.fromkeys(service for _, service in services if service)),
            ((one.part, one.events), ("total", one.total)),
            one.target,
            spell_duration(one.period) if one.period else "",
            runbook or f"system:{self.wanted.system}",
            tuple(burns),
            tuple(map(_comment, notes.lines)),
        )

    def burns(self, one: Objective, notes: _Notes) -> Iterator[DraftedBurn]:
        """The paces whose severities are known here."""
        for pace in one.paces:
            within = spell_duration(pace.window)
            severity = self.adopted.severity(pace.severity)
            if severity:
                if pace.note:
                    notes.said(f"{pace.budget} % within {within}: {pace.note}")
                yield DraftedBurn(pace.budget, within, severity, tuple(_broken(pace, one)))
            else:
                self.unknown[pace.severity] += 1
                budget = f'budget: "{pace.budget}", window: {within}'
                notes.todo(f"`alerting`: {{{budget}}} was of severity `{pace.severity}`")


def _broken(pace: Pace, of: Objective) -> Iterator[str]:
    """The rules that a pace breaks."""
    burn = Burn.model_construct(budget=pace.budget, window=pace.window, severity=pace.severity)
    if burn.factor(of.period or USUAL_PERIOD) * (100 - Decimal(of.target)) >= 100:  # noqa: PLR2004  # per cent
        yield "monitoring/unreachable-burn"
    if pace.window < LEAST:
        yield "monitoring/instant-window"


def _named(rule: AlertRule) -> frozenset[str]:
    """The labels that the texts of a rule name."""
    return frozenset(name for text in rule.annotations.values() for name in _LABEL.findall(text))


def _summary(text: str, kept: frozenset[str] | None, notes: _Notes) -> str:
    """What the message says first. What Prometheus fills beside labels stays, where a spec leaves it as it is."""
    line = " ".join(text.split())
    named = set(_LABEL.findall(line))
    if _LABEL.sub("", line).count("{{") and plain_text(line) == line and (kept is None or named <= kept):
        notes.todo("`summary` has instructions of Prometheus: say it with labels, as `{instance}`")
        return line
    return _markdown(_filled(text, "summary", kept, notes))


def _filled(text: str, name: str, kept: frozenset[str] | None, notes: _Notes) -> str:
    """A text with blanks for the labels that it names, as far as the result of the query has them (`kept`)."""
    lost: list[str] = []

    def blank(found: re.Match[str]) -> str:
        label = _LABEL.fullmatch(found[0])
        if not label or (kept is not None and label[1] not in kept):
            lost.append(found[0])
            return "…"
        return f"\0{label[1]}\1"

    filled = _TEMPLATE.sub(blank, text)
    # A spec has braces for blanks alone.
    plain = filled.translate({ord("{"): "(", ord("}"): ")"})
    if lost or plain != filled:
        notes.todo(f"`{name}`: it was {json.dumps(text, ensure_ascii=False)}")
    return plain.replace("\0", "{").replace("\1", "}")


def _markdown(text: str) -> str:
    """A text as Markdown in which nothing is a reference or a comment for opsbook."""
    return text.replace("[[", r"\[\[").replace("ignore[", r"ignore\[")


def _line(text: str, name: str, notes: _Notes) -> str:
    """A text in one line that is not too long for one."""
    line = " ".join(text.split())
    if len(line) <= _LONGEST_LINE:
        return line
    notes.todo(f"`{name}` is cut: it was {json.dumps(line, ensure_ascii=False)}")
    return f"{line[: _LONGEST_LINE - 1].rstrip()}…"


def _sentence(title: str) -> str:
    """The words of a name as a title: `Kube API Down` is `Kube API down`."""
    first, *rest = title.split(" ")
    lowered = (word.lower() if word[1:].islower() else word for word in rest)
    return " ".join((first[:1].upper() + first[1:], *lowered))


def _recorded(rule: RecordingRule) -> tuple[str, list[str]]:
    """A recording rule, as comments: its name and its query."""
    labels = f" with the labels {json.dumps(rule.labels, ensure_ascii=False)}" if rule.labels else ""
    return _comment(f"{rule.record}{labels}"), [_comment(line) for line in rule.query.text.strip().split("\n")]


def _comment(text: str) -> str:
    """A text that may stand in a comment: in one line, and no word to opsbook's own checks."""
    line = "".join(one if one.isprintable() else " " for one in text)
    return line.replace("ignore[", "ignore [").rstrip()


def block(text: str, indent: int) -> str:
    """A text as a block of YAML, without the line breaks at its ends; empty where only a quoted one can hold it."""
    text = text.strip("\n")
    lines = text.split("\n")
    plain = all(one.isprintable() or one in "\n\t" for one in text)
    if not plain or not text.strip() or lines[0][:1] in (" ", "\t") or any(line.isspace() for line in lines):
        return ""
    return "|" + "".join(f"\n{' ' * indent}{line}" if line else "\n" for line in lines)
