"""What promtool and amtool are asked about the files of a project, and what their answers say about its specs."""

from __future__ import annotations

import json
import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from inspect import cleandoc
from typing import TypeAlias

from opsbook.diagnostic import Diagnostic, Finding, Rule, Severity, diagnose
from opsbook.kind import Spec
from opsbook.kinds.monitoring.artifacts import every
from opsbook.kinds.monitoring.files import FOLDER
from opsbook.kinds.monitoring.model import Monitoring
from opsbook.kinds.monitoring.routing import ALERTMANAGER, UNKNOWN, routes
from opsbook.kinds.monitoring.rule_tests import expectations
from opsbook.kinds.monitoring.scrape import PROMETHEUS
from opsbook.kinds.monitoring.slo_rules import called, slo_file
from opsbook.project import Project
from opsbook.prometheus import Question
from opsbook.quantity import plain_number
from opsbook.source import Route

REFUSED = Rule(
    "monitoring/refused-file",
    "error",
    cleandoc(
        """
        promtool or amtool refuses a file that is made of a spec.

        Prometheus and Alertmanager would refuse it, too, and keep what they had before. The message is that of the
        program. Most often it is about a query, or about a text with instructions in double braces.

            expr: up == 0
        """
    ),
)
"""The rule of files that are refused."""

FAILED = Rule(
    "monitoring/failed-test",
    "error",
    cleandoc(
        """
        An alert does not do what its test says.

        It stays silent over series over which it has to fire, or the other way round. Either the alert is wrong or the
        test is; think of `for`, which has to pass between the first bad value and `at`.

            tests:
              - title: No answer for two minutes
                series: {'up{job="app"}': "1 1 0x10"}
                at: 5m
                fires: true
        """
    ),
)
"""The rule of alerts that fail a test."""

UNPROVEN = Rule(
    "monitoring/unproven-objective",
    "warning",
    cleandoc(
        """
        No test shows that an alert of an objective fires, or none shows that it stays silent.

        An alert that cannot fire looks like a quiet night. opsbook makes up the series where the indicator adds up
        rates of counters, or counts how long a gauge was right. For other indicators, write tests in the objective,
        each about all of its alerts.

            tests:
              - title: Every sync fails
                series: {sync_failures_total: "0+1x20", syncs_total: "0+1x20"}
                at: 15m
                fires: true
              - title: Every sync works
                series: {sync_failures_total: "0x20", syncs_total: "0+1x20"}
                at: 15m
                fires: false
        """
    ),
)
"""The rule of alerts of objectives that were not seen to fire and to stay silent."""

RULES = (REFUSED, FAILED, UNPROVEN)
"""The rules that `opsbook monitoring test` holds specs to."""

_TEST = re.compile(r'expr: (?P<expr>".*"), time: (?P<at>[^,\s]+),\s+exp: ?(?P<expected>.*)\s+got: ?(?P<got>.*)')
"""A test that failed, as promtool reports it."""

_ASKED = re.compile(r'alertname="(?P<alert>\w+)".*?# (?P<why>.*)')
"""The query of a test on an alert."""

_CURE = "mend the field that the message is about; `opsbook monitoring export` writes the files"
_MEND = "mend the alert or the test; `for` has to pass between the first bad value and `at`"
_SERIES = (
    "the series of this test are made up from the indicator: is each event counted once, "
    "and does a series that is missing count as 0 (`or vector(0)`)?"
)

_FRAME = re.compile(r"^(?:Unit Testing:|Checking) .*?(?:FAILED:|$)|^ *FAILED:", re.MULTILINE)
"""What is said beside what is wrong."""

_FIGURE = re.compile(r"-?[0-9.]+E[+-][0-9]+")

_NUMBER = re.compile(r"test (\d+), ")

_RULE = re.compile(r'rules/(?P<file>\S+?): .*?rule \d+, "(?P<name>[^"]+)": (?P<said>.*)')
"""A rule that is refused, as promtool reports it."""

Verdict: TypeAlias = tuple[Spec[Monitoring], Rule, Finding]
"""What is wrong with a spec, by which rule."""


@dataclass(frozen=True)
class _Places:
    """Where in its specs a system has what its files are made of."""

    specs: tuple[Spec[Monitoring], ...]

    @cached_property
    def alerts(self) -> dict[str, tuple[Spec[Monitoring], Route]]:
        """Alerts by their names in Prometheus, those of objectives among them."""
        found: dict[str, tuple[Spec[Monitoring], Route]] = {}
        for spec in self.specs:
            found |= {name: (spec, route) for route, _, name in called(spec.document)}
        return found

    @cached_property
    def files(self) -> dict[str, tuple[Spec[Monitoring], Route]]:
        """What a file is made of: an objective, the alerts of a document, or a list that several documents may have."""
        found: dict[str, tuple[Spec[Monitoring], Route]] = {}
        for name, field in ((PROMETHEUS, "scrape"), (ALERTMANAGER, "receivers")):
            first = next((spec for spec in self.specs if getattr(spec.document, field)), self.specs[0])
            found[name] = first, (field,)
        for spec in self.specs:
            found[f"{spec.document.id}.yaml"] = spec, ("alerts",)
            found |= {slo_file(slo): (spec, ("slos", index)) for index, slo in enumerate(spec.document.slos)}
        return found


def questions(project: Project, system: str | None = None) -> tuple[dict[str, bytes], list[Question]]:
    """The files of a project, or of one system, and what to ask about them.

    Alertmanager is asked for each severity and each policy whom it would call.
    """
    files = {artifact.path: artifact.content for _, artifact in every(project, system)}
    asked = []
    for path in files:
        name = path.split(f"/{FOLDER}/", 1)[1]
        if name == PROMETHEUS:
            asked.append(Question(path, "promtool", ("check", "config", "{}")))
        elif name.startswith("tests/"):
            asked.append(Question(path, "promtool", ("test", "rules", "{}")))
        elif name == ALERTMANAGER:
            asked += [Question(path, "amtool", ("check-config", "{}")), *_routed(path, project)]
    return files, asked


def _routed(path: str, project: Project) -> Iterator[Question]:
    specs = project.of(Monitoring, path.partition("/")[0])
    cases = [
        (route.receiver, [f"{name}={value}" for name, value in route.labels]) for route in routes(specs[0], project)
    ]
    for receiver, labels in [*cases, (UNKNOWN, ["severity=none-of-these"])]:
        words = ("config", "routes", "test", "--config.file={}", f"--verify.receivers={receiver}", *labels)
        yield Question(path, "amtool", words)


def judge(
    project: Project,
    objected: Iterable[tuple[Question, str]],
    severities: Mapping[str, Severity | None],
    system: str | None = None,
) -> list[Diagnostic]:
    """What objections say about specs, and which objectives nothing tries."""
    systems = (system,) if system else project.systems
    places = {name: _Places(project.of(Monitoring, name)) for name in systems}
    verdicts = [
        *(verdict for question, said in objected for verdict in _read(question, said, places)),
        *(verdict for name in systems for verdict in _unproven(places[name])),
    ]
    # One alert may fail many tests for one reason, and one reason may be found in many files: the first of them tells.
    first = {
        (spec.source.path, rule.id, finding.route): (spec, rule, finding) for spec, rule, finding in verdicts[::-1]
    }
    return sorted(
        diagnostic
        for spec, rule, finding in first.values()
        if (severity := severities.get(rule.id, rule.severity))
        for diagnostic in diagnose(spec.source, rule.id, severity, [finding])
    )


def _read(question: Question, said: str, places: Mapping[str, _Places]) -> Iterator[Verdict]:
    """What an objection says about specs."""
    system, _, name = question.path.partition(f"/{FOLDER}/")
    here = places[system]
    failed, refused = list(_TEST.finditer(said)), list(_RULE.finditer(said))
    for match in failed:
        yield _failed(match, here.files[posixpath.basename(name)], here)
    for match in refused:
        spec, route = here.alerts.get(match["name"]) or here.files[match["file"]]
        yield spec, REFUSED, Finding(route, f"promtool refuses the rule `{match['name']}`: {match['said']}", _CURE)
    if not (failed or refused):
        spec, route = here.files[posixpath.basename(name)]
        words = " ".join(_FRAME.sub("", said).split())
        yield spec, REFUSED, Finding(route, f"{question.program} refuses `{name}`, made of this: {words}", _CURE)


def _failed(match: re.Match[str], made_of: tuple[Spec[Monitoring], Route], here: _Places) -> Verdict:
    asked = _ASKED.search(json.loads(match["expr"]))
    if not asked:
        spec, route = made_of
        message = f"the share of bad events is {_value(match['got'])}, and has to be {_value(match['expected'])}"
        return spec, FAILED, Finding((*route, "sli"), message, _SERIES)
    spec, route = here.alerts[asked["alert"]]
    fires = match["got"].strip() not in ("", "nil")
    did = "fires, and has to stay silent" if fires else "stays silent, and has to fire"
    number = _NUMBER.match(asked["why"])
    place = (*route[:2], "tests", int(number[1]) - 1) if number else route
    message = f"`{asked['alert']}` {did}, at {match['at']}: {asked['why']}"
    return spec, FAILED, Finding(place, message, _MEND if number else _SERIES)


def _value(samples: str) -> str:
    """The value of a sample, as promtool prints samples."""
    last = samples.strip().rpartition(" ")[2]
    return plain_number(Decimal(last)) if _FIGURE.fullmatch(last) else samples.strip()


def _unproven(here: _Places) -> Iterator[Verdict]:
    """Which alerts of objectives no test shows to fire, or to stay silent; other alerts have checks for that."""
    shown: dict[str, set[bool]] = defaultdict(set)
    for spec in here.specs:
        for name, fires in expectations(spec):
            shown[name].add(fires)
    for name, (spec, route) in here.alerts.items():
        lacking = [did for fires, did in ((True, "to fire"), (False, "to stay silent")) if fires not in shown[name]]
        if lacking and route[0] == "slos":
            hint = f"add one to `tests:` of the objective, with `fires: {str(lacking[0] == 'to fire').lower()}`"
            yield spec, UNPROVEN, Finding(route, f"no test shows `{name}` {' or '.join(lacking)}", hint)
