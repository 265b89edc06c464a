"""A project in which every text that an author can write tries to break out of its place."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import cycle
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import yaml
from annotated_types import MaxLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from opsbook import scaffold
from opsbook.checks import rules
from opsbook.kind import Kind
from opsbook.kinds import OWN, all_kinds
from opsbook.model import ID, Prose, Ref, Shell, SnippetPath, Text
from opsbook.reading_rules import READING_RULES

LINES = (
    "<script>window.__pwned=1</script>",
    "</title></textarea></p></td></div></article><script>window.__pwned=1</script>",
    "<img src=x onerror=window.__pwned=1>",
    "\"'><svg/onload=window.__pwned=1>",
    "<mailto:x/onmouseover=window.__pwned=1>",
    "![picture](https://pwned.example/x.png)",
    "[click](javascript:window.__pwned=1)",
    "Text {: onclick=window.__pwned=1 .md-overlay #_severities }",
    "{{ config.site_name }} {% include 'mkdocs.yml' %}",
    '--8<-- "mkdocs.yml"',
    "[the]: javascript:window.__pwned=1",
    "*[the]: replaced",
    "# heading",
    "::: opsbook.markup",
    "/// html | script",
    "!!! md-overlay",
    "<!-- hidden",
    "<details><summary>hidden",
    "a | b || c",
    "a ` b",
    "ends with \\",
    "[TOC] [^1] [see][the]",
)
"""One line each, and shown as typed wherever Markdown may stand."""

TEXTS = (
    *LINES,
    "a <script\nsrc=x>window.__pwned=1</script\nx>b",
    "~~~\n<img src=x onerror=window.__pwned=1>",
    "a\n\n/// html | iframe\nsrcdoc: x\n///",
    "a\n===\nb\n---\n",
)

VALUES = (
    "`</code></pre></td><script>window.__pwned=1</script>`",
    r"\**bold\** __bold__ ~~gone~~ {{ x }} <b>",
    "javascript:window.__pwned=1",
    "x' onmouseover=window.__pwned=1 | y",
)
"""What is not Markdown, and good as a regular expression."""

COMMANDS = (
    "echo '</code></pre><script>window.__pwned=1</script>'",
    'cat <<-EOF\n\t--8<-- "mkdocs.yml"\n\tEOF',
    "echo '```'\n```\n</code></pre><img src=x onerror=window.__pwned=1>",
    "echo '{% include \"mkdocs.yml\" %}{!mkdocs.yml!}{{ config }}' # /// html | div",
)

DESCRIPTIONS = (
    "a\n\n```\nnever closed </code></pre><script>window.__pwned=1</script>",
    "<a href='javascript:window.__pwned=1' onclick='window.__pwned=1'>x</a><a href='//pwned.example'>x</a>",
    "<a href='../../../etc/passwd'>x</a><form action='https://pwned.example'><input onfocus=window.__pwned=1>",
    "<svg><style><img src=x onerror=window.__pwned=1></style></svg><math><mtext></p><img src=x onerror=__pwned=1>",
    "<div id='__search' class='md-overlay' style='position:fixed;inset:0'>x</div><base href='https://pwned.example/'>",
    "<iframe srcdoc='<script>parent.__pwned=1</script>'></iframe><meta http-equiv=refresh content='0;url=//x.example'>",
    "</div></div></article></main><h1>outside</h1>",
)
"""Descriptions of APIs are Markdown and HTML: what acts is taken out of them."""

URLS = (
    "https://pwned.example/`x`|{:onclick=window.__pwned=1}[y](z)/",
    "tel:x/onmouseover=window.__pwned=1//",
    "mailto:x/onmouseover=window.__pwned=1//",
    "${BASE}/`x`|{:onclick=window.__pwned=1}/",
)


class Author:
    """Fills models, and remembers by its mark what was written into which field."""

    def __init__(self) -> None:
        self.typed: dict[str, str] = {}
        """`T0001T` to the text that ends with it."""
        self.fields: dict[str, str] = {}
        """`T0001T` to `Runbook.title`."""
        self._texts = {kind: cycle(texts) for kind, texts in _TEXTS.items()}
        self._ids = Counter[str]()

    def document(self, kind: Kind[Any]) -> dict[str, Any]:
        """A spec of a kind, every field filled."""
        return {**self._model(kind.model, 0), "kind": kind.name, "id": f"the-{kind.name}"}

    def api(self) -> dict[str, Any]:
        """An OpenAPI document. Its descriptions are Markdown and HTML, everything else stands as it was typed."""
        paths: dict[str, Any] = {}
        schemas: dict[str, Any] = {name: {"type": "object"} for name in ("..", "__search", "-.-", "README", "index")}
        for number, text in enumerate((*TEXTS, *VALUES, *DESCRIPTIONS)):
            schema = {
                "description": text,
                "title": self.text("line", "api"),
                "properties": {
                    self.text("line", "api"): {
                        "enum": [self.text("value", "api")],
                        "description": text,
                        "default": self.text("command", "api"),
                    }
                },
                "example": {text: text},
                "externalDocs": {"url": "javascript:window.__pwned=1", "description": text},
            }
            schemas[f"S{number}"] = schema
            paths[f"/{number}/{self.text('value', 'api')}"] = {
                "get": {
                    "operationId": "../../etc/passwd" if number == 0 else self.text("line", "api"),
                    "summary": self.text("line", "api"),
                    "description": text,
                    "tags": [self.text("line", "api")] if number < len(LINES) else [],
                    "parameters": [
                        {
                            "name": self.text("value", "api"),
                            "in": ("query", "header", "cookie")[number % 3],
                            "description": text,
                            "required": True,
                            "schema": {"type": "string", "pattern": self.text("value", "api")},
                            "example": self.text("value", "api"),
                        }
                    ],
                    "requestBody": {"description": text, "content": {self.text("value", "api"): {"schema": schema}}},
                    "responses": {"200": {"description": text, "content": {"application/json": {"schema": schema}}}},
                    "x-codeSamples": [{"lang": self.text("line", "api"), "source": self.text("command", "api")}],
                }
            }
        return {
            "openapi": "3.1.0",
            "x-opsbook": {
                "owner": "the-role",
                "last_reviewed": "2026-11-01",
                "review_every": "90d",
                "title": "The API",
                "extensions": ["x-shown"],
            },
            "x-shown": self.text("command", "api"),
            "info": {"title": "The API", "version": self.text("line", "api"), "description": "\n\n".join(TEXTS)},
            "servers": [{"url": self.text("url", "api"), "description": text} for text in TEXTS],
            "tags": [{"name": "plain", "description": text} for text in TEXTS[:1]],
            "paths": paths,
            "components": {
                "schemas": schemas,
                "securitySchemes": {
                    "key": {
                        "type": "apiKey",
                        "in": "header",
                        "name": self.text("value", "api"),
                        "description": TEXTS[0],
                    }
                },
            },
        }

    def old_api(self) -> dict[str, Any]:
        """A document of a version in which schemas may be called as one likes."""
        texts = [self.text("line", "api") for _ in LINES]
        return {
            "swagger": "2.0",
            "x-opsbook": {"owner": "the-role", "last_reviewed": "2026-11-01", "review_every": "90d", "title": "Old"},
            "info": {"title": "Old", "version": "1"},
            "paths": {},
            "definitions": {
                "../../etc/passwd": {"type": "object"},
                **{text: {"properties": {text: {"type": "string", "description": text}}} for text in texts},
            },
        }

    def text(self, kind: str, field: str, limit: int | None = None) -> str:
        """The next hostile text, marked."""
        mark = f"T{len(self.typed):04}T"
        text = f"{next(self._texts[kind])} {mark}" if kind != "url" else f"{next(self._texts[kind])}{mark}"
        assert limit is None or len(text) <= limit
        self.typed[mark] = text
        self.fields[mark] = field
        return text

    def _model(self, cls: type[BaseModel], index: int) -> dict[str, Any]:
        unwanted = _UNWANTED.get(cls.__name__, ((), ()))[index % 2]
        return {
            (field.alias or name): self._value(f"{cls.__name__}.{name}", field.annotation, field.metadata, index)
            for name, field in cls.model_fields.items()
            if name not in unwanted
        }

    def _value(self, field: str, annotation: Any, metadata: list[Any], index: int) -> Any:
        base, metadata = _bare(annotation, metadata)
        if field in _FIXED:
            return _FIXED[field](index)
        if get_origin(base) is Literal:
            options = get_args(base)
            return options[index % len(options)]
        if get_origin(base) is tuple:
            (inner, *_) = get_args(base)
            return [self._value(field, inner, [], number) for number in range(_many(inner))]
        plain = get_origin(base) or base
        if issubclass(plain, BaseModel):
            return self._model(base, index)
        if base is str:
            return self._string(field, metadata, index)
        days = {date: date(2026, 11, 1), datetime: "2026-11-01T10:00:00Z", timedelta: "15m"}
        numbers = {int: index + 1, float: index + 1.5, Decimal: index + 1}
        return {bool: True, **numbers, dict: self._texts_by_id(field, base), **days}[plain]

    def _texts_by_id(self, field: str, base: Any) -> dict[str, str]:
        """A mapping with one text, where its values are texts."""
        _, inner = get_args(base) or (None, str)
        return {self._id(field, 1): self._value(field, inner, [], 0)} if inner is Text else {}

    def _string(self, field: str, metadata: list[Any], index: int) -> str:
        marks: dict[type, Any] = {type(mark): mark for mark in metadata}
        pattern = next((mark.pattern for mark in metadata if getattr(mark, "pattern", None)), "")
        limit = next((mark.max_length for mark in metadata if getattr(mark, "max_length", None)), None)
        if Ref in marks:
            type_ = marks[Ref].type
            return f"the-{type_}" if type_ else "runbook:the-runbook"
        if SnippetPath in marks:
            return "hostile/evil.sh"
        if pattern == f"^{ID}$":
            return self._id(field, index)
        if Shell in marks:
            return self.text("command", field)
        if Prose in marks:
            return self.text("line" if limit else "text", field, limit)
        return self.text("url" if "https" in pattern else "value", field, limit)

    def _id(self, field: str, index: int) -> str:
        model = field.partition(".")[0]
        if index == 0 and model in _TYPES and not self._ids[model]:
            self._ids[model] += 1
            return f"the-{_TYPES[model]}"
        self._ids["any"] += 1
        return f"id-{self._ids['any']}"


_TEXTS = {"line": LINES, "text": TEXTS, "value": VALUES, "command": COMMANDS, "url": URLS}

_TYPES = {
    "Role": "role",
    "Service": "service",
    "Alert": "alert",
    "Environment": "environment",
    "Severity": "severity",
    "EscalationPolicy": "escalation",
    "Message": "message",
    "TrustZone": "trust-zone",
    "DataClass": "data-class",
    "ScrapeJob": "scrape-job",
}
"""The models whose ids others refer to."""

_FIXED: dict[str, Any] = {
    "System.language": lambda _: "en",
    "Parameter.name": lambda index: f"NAME_{index}",
    "OnFailure.escalate": lambda _: "escalation:the-escalation",
    "OperationalUrl.health": lambda index: index % 2 == 0,
    "Expect.exit": lambda _: [0, 2],
    **dict.fromkeys(("Postgres.port", "Redis.port", "Http.port"), lambda index: 2000 + index),
    "Route.status": lambda _: 200,
    "Sandbox.folder": lambda _: "work",
    "Sandbox.named": lambda _: False,
    "Double.program": lambda index: f"program-{index}",
    "Parameter.pattern": lambda _: "(?s:.*|'\"></span><script>window.__pwned=1</script>)",
    "Element.id": lambda index: f"element-{index}" if index else "the-element",
    **dict.fromkeys(
        ("Environment.id", "Deployment.environment"),
        lambda index: f"environment-{index}" if index else "the-environment",
    ),
    "Element.parent": {1: "the-element", 3: "element-2"}.get,
    "Element.slo": lambda _: "99.9",
    "Relationship.to": lambda index: f"element-{index + 2}",
    "Message.source": lambda _: "the-element",
    "Message.to": lambda index: f"element-{index + 1}",
    "Element.tier": lambda _: 1,
    "Relationship.events": lambda index: [f"event.{index}"],
    "DeploymentNode.nodes": lambda _: [],
    "Metric.name": lambda index: f"metric_{index}_total",
    "Label.name": lambda index: f"label_{index}",
    "Alert.name": lambda index: f"Alert{index}",
    **dict.fromkeys(("Metric.unit", "Panel.unit"), lambda _: "'\"><img/src=x>"),
    **dict.fromkeys(
        ("Alert.threshold", "Indicator.target", "Indicator.warning", "Indicator.critical"),
        lambda index: f"{index + 1} '\"><img/src=x>",
    ),
    **dict.fromkeys(
        ("Alert.expr", "Sli.good", "Sli.bad", "Sli.total", "Indicator.expr", "PanelQuery.expr"),
        lambda _: 'sum(rate(metric_0_total{label_0="</code></pre><script>window.__pwned=1</script>"}[5m]))',
    ),
    "AlertTest.series": lambda _: {'metric_0_total{label_0="<script>window.__pwned=1</script>"}': "0+1x20"},
    "Slo.target": lambda _: "99.9",
    "Burn.budget": lambda _: "2",
    "ScrapeJob.path": lambda _: "/'\"><img/src=x>",
    "ScrapeJob.targets": lambda _: ["https://x/'\"><img/src=x>", "app:8000"],
    "ScrapeJob.through": lambda _: "exporter:9115",
    "ScrapeJob.parameters": lambda _: {"'\"><img/src=x>": "<script>window.__pwned=1</script>"},
    "Capture.name": lambda index: f"CAPTURED_{index}",
    "Drill.values": lambda _: {"NAME_0": "</code></pre><script>window.__pwned=1</script>"},
    "Detection.targets": lambda _: {"the-scrape-job": "'\"><svg&onload=x>:8000"},
    "Data.marks": lambda _: 10,
    **dict.fromkeys(("Hashes.runbook", "Hashes.drill", "Hashes.fixtures"), lambda _: "0123456789abcdef"),
    **dict.fromkeys(("Deliverable.holds", "Standard.holds"), lambda _: ["summary"]),
    **dict.fromkeys(("Standard.kind", "Schedule.kind"), lambda index: ("runbook", "checklist", "drill")[index % 3]),
    "Coverage.by": lambda _: ["runbook", "drill"],
    "Coverage.without": lambda _: {},
    "DrillRecord.commit": lambda _: "0123456789abcdef",
    "Target.run": lambda _: "echo '```</code></pre><script>window.__pwned=1</script>{% x %}' # TARGET",
}

_UNWANTED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Step": (("snippet", "irreversible", "retries", "background"), ("run", "rollback", "retries", "wait")),
    "Capture": (("json_",), ("matches",)),
    "Undo": (("snippet",), ("run",)),
    "Parameter": (("secret", "default"), ("default",)),
    "Architecture": (("sources",), ("sources",)),
    "Sli": (("good",), ("bad",)),
    "Waiver": (("source", "to"), ("element",)),
    **dict.fromkeys(("Probe", "Fault"), (("snippet",), ("run",))),
    "Preparation": (("snippet", "follow"), ("run", "snippet")),
    "Detection": (("probe",), ("alert", "targets")),
    "MessageField": (("choices",), ("example",)),
    "Http": (("apis",), ("api",)),
}
"""What does not go together: the fields that an even, and an odd, value of a model leaves out."""


def _bare(annotation: Any, metadata: list[Any]) -> tuple[Any, list[Any]]:
    """A type without what annotates it, and all of that."""
    if isinstance(annotation, FieldInfo):
        return _bare(annotation.annotation, [*metadata, *annotation.metadata])
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        flat = [one for mark in more for one in (mark.metadata if isinstance(mark, FieldInfo) else [mark])]
        return _bare(inner, [*metadata, *flat])
    if origin in (Union, UnionType):
        (inner,) = [arg for arg in get_args(annotation) if arg is not type(None)]
        return _bare(inner, metadata)
    return annotation, [_Limit(mark.max_length) if isinstance(mark, MaxLen) else mark for mark in metadata]


class _Limit:
    def __init__(self, max_length: int) -> None:
        self.max_length = max_length


def _many(annotation: Any) -> int:
    """How many of a list are enough to see every variant of its items."""
    base, _ = _bare(annotation, [])
    if not (isinstance(base, type) and issubclass(base, BaseModel)):
        return 2
    fields = (_bare(field.annotation, [])[0] for field in base.model_fields.values())
    return max(2, *(len(get_args(one)) if get_origin(one) is Literal else 2 for one in fields))


def write_project(folder: Path) -> Author:
    """Write the project: a spec of every kind, a snippet, a hand-written page, and a commit with a hostile subject."""
    author = Author()
    scaffold.new_project(folder)
    for path in [*_files(folder / "specs"), *_files(folder / "snippets"), *_files(folder / "docs")]:
        path.unlink()
    for kind in OWN:
        if kind.adopt:
            _write(folder / "specs/hostile" / kind.folder / f"the-{kind.name}.yaml", _dump(author.api()))
            _write(folder / "specs/hostile" / kind.folder / f"old-{kind.name}.yaml", _dump(author.old_api()))
        else:
            _write(folder / "specs/hostile" / f"{kind.name}.yaml", _dump(author.document(kind)))
    _write(folder / "snippets/hostile/evil.sh", author.text("command", "snippet"))
    _write(folder / "docs/index.md", "# Home\n\n[[hostile/runbook:the-runbook]], [[hostile/system:the-system]]\n")
    off = set(rules(all_kinds())) - {rule.id for rule in READING_RULES}
    _write(folder / "opsbook.yaml", _dump({"rules": dict.fromkeys(sorted(off), "off")}))
    settings = folder / "mkdocs.yml"
    text = settings.read_text(encoding="utf-8")
    assert "  - pymdownx.highlight\n" in text
    more = ["abbr", "footnotes", "pymdownx.blocks.html", "pymdownx.details", "pymdownx.magiclink", "pymdownx.snippets"]
    entries = "".join(f"  - {name}\n" for name in ("pymdownx.highlight", *more))
    settings.write_text(text.replace("  - pymdownx.highlight\n", entries), encoding="utf-8")
    _commit(folder, author.text("line", "commit"))
    return author


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _dump(data: Any) -> str:
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=10_000)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _commit(folder: Path, subject: str) -> None:
    environment = {
        **os.environ,
        **dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "Someone"),
        **dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "someone@example.com"),
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    for arguments in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", subject]):
        subprocess.run(["git", "-C", str(folder), *arguments], check=True, env=environment)
