"""The generated part of this project's reference: a MkDocs hook (`hooks:` in mkdocs.yml).

Rules are printed from their docstrings, kinds from their models, commands from the command line, so that
code and manual cannot disagree. `pages` is pure; the `on_…` functions are what MkDocs calls. An entry of the
navigation that ends in `/` stands for every generated page below that folder.
"""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from textwrap import dedent
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import click
import yaml
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from pydantic import BaseModel, JsonValue
from pydantic.fields import FieldInfo

from opsbook import markup, model
from opsbook.checks import rules
from opsbook.cli import main
from opsbook.diagnostic import Rule
from opsbook.kind import Kind
from opsbook.kinds import OWN
from opsbook.kinds.runbook.checks import REQUIRED
from opsbook.model import described
from opsbook.reading_rules import FIXED
from opsbook.source import Source
from opsbook.write import write_file

REQUIRED_SECTIONS = "<!-- the sections that each type of runbook must have -->"
"""A hand-written page with this comment shows the table in its place."""

_VALUES: tuple[tuple[Any, str], ...] = (
    (model.Id, "id"),
    (model.Line, "line"),
    (model.Text, "text"),
    (model.Command, "shell"),
    (model.Snippet, "snippet"),
    (model.Url, "url"),
    (model.Regex, "regex"),
    (model.Variable, "variable"),
    (model.Duration, "duration"),
    (model.Day, "day"),
    (model.Moment, "moment"),
    (model.Reference, "reference"),
)
"""Types of values to their anchors in `reference/kinds/index.md`, which are also what they are called."""

_PLAIN = {
    str: "string",
    int: "whole number",
    float: "number",
    Decimal: "number",
    bool: "`true` or `false`",
    JsonValue: "any value",
}

_EXIT_CODES = """
| Exit code | Meaning |
| --- | --- |
| 0 | Nothing is wrong. Notes do not count. |
| 1 | Findings: errors or warnings of `check`; errors, or dead links, that keep the others from their work. |
| 2 | The command could not do its work. Standard error says why. |
""".strip()

_RULES = """
# Rules

Everything that opsbook finds fault with. The id of a rule stands at the end of each message;
`opsbook explain`, `opsbook.yaml` and `# ignore[…]` comments take it.
[Severity](../../concepts.md#severity) says what `error`, `warning` and `note` mean.
""".strip()

_PLAINEST = (
    "missing-field-title",
    "unknown-key-close",
    "unknown-kind-close",
    "wrong-type-text-for-list",
    "wrong-value-enum-close",
)
"""Cases that show a rule better than the many others of the same rule."""

_LONGEST_CASE = 60
"""Lines that a page still shows of a case."""

_PREFIXES = {
    "yaml": "What YAML may hold",
    "schema": "What the schema of a kind asks for",
    "project": "All specs together, and the files of the project",
    "json": "What JSON may hold",
    "openapi": "OpenAPI documents",
    "api-diff": "Two versions of an API: `opsbook api-diff`",
    "site": "The built site: `opsbook check --site`",
}


def pages(root: Path) -> dict[str, str]:
    """Every generated page: its path below the documentation folder, and its Markdown."""
    known = rules(OWN)
    return {
        "reference/rules/index.md": _rule_index(known),
        **{f"reference/rules/{rule.id}.md": _rule(rule, root) for rule in known.values()},
        **{f"reference/kinds/{kind.name}.md": _kind(kind, known) for kind in OWN},
        "reference/commands.md": _commands(main),
    }


def required_sections() -> str:
    """Print the sections that a runbook of each type must have, as a table."""
    rows = [f"| `{type_}` | {', '.join(sections)} |" for type_, sections in REQUIRED.items()]
    return "\n".join(["| Type | Must have |", "| --- | --- |", *rows])


# Rules


def _rule_index(known: dict[str, Rule]) -> str:
    parts = [_RULES]
    for prefix, group in groupby(known.values(), key=lambda rule: rule.id.partition("/")[0]):
        parts += [f"## {prefix} {{ #{prefix} }}", _PREFIXES.get(prefix, f"Specs of the kind `{prefix}`") + "."]
        parts.append(_rule_table(group))
    return "\n\n".join(parts) + "\n"


def _rule_table(group: typing.Iterable[Rule], folder: str = "") -> str:
    rows = [f"| [`{rule.id}`]({folder}{rule.id}.md) | {rule.severity} | {rule.summary} |" for rule in group]
    return "\n".join(["| Rule | Severity | The fault |", "| --- | --- | --- |", *rows])


def _rule(rule: Rule, root: Path) -> str:
    # Who searches at night wants the handbook, and not every rule that bears a word.
    parts = [
        f'---\ntitle: "{rule.id}"\nsearch:\n  boost: 0.1\n---',
        f"# `{rule.id}` {{ #rule }}",
        f"Severity: **{rule.severity}**",
    ]
    parts += [_fenced(text) if code else text for code, text in _blocks(rule.explanation)]
    parts += _compared(rule.id, root / "tests")
    case = _case(rule.id, root / "tests")
    if case:
        parts += ["## An example { #example }", *_files(case), "What `opsbook check` says:"]
        parts.append(markup.code(case.with_suffix(".txt").read_text(encoding="utf-8").rstrip(), "text"))
    parts += ["## Exceptions { #exceptions }", *_exceptions(rule)]
    return "\n\n".join(parts) + "\n"


def _compared(rule: str, tests: Path) -> Iterator[str]:
    """Print the shortest case of two versions that differ in this way, and in no other."""
    prefix, _, name = rule.partition("/")
    file = tests / "openapi/changes.yaml"
    table = Source.parse(file.name, file.read_bytes()) if prefix == "api-diff" and file.is_file() else None
    cases = table.data if isinstance(table, Source) else []
    found = [case for case in cases if set(case["says"]) == {name}] or [case for case in cases if name in case["says"]]
    if found:
        shortest = min(found, key=lambda case: len(str(case["old"])) + len(str(case["new"])))
        yield "## An example { #example }"
        for version in ("old", "new"):
            code = yaml.safe_dump(shortest[version], sort_keys=False, allow_unicode=True).rstrip()
            yield f"{_FRAGMENTS[shortest['in']]}, {version}:"
            yield markup.code(code, "yaml")


_FRAGMENTS = {
    "request": "The schema of a request body",
    "response": "The schema of a response body",
    "both": "The schema of the bodies of requests and responses",
    "parameter": "The schema of a query parameter",
    "operation": "An operation",
    "paths": "Paths",
    "document": "A document",
}
"""Where the fragments of a case in `tests/openapi/changes.yaml` stand."""


def _case(rule: str, tests: Path) -> Path | None:
    """Find the test case that shows a rule broken: the plainest one that has a message and can be printed."""
    prefix, name = rule.split("/")
    for pattern in (f"kinds/{prefix}/bad/{name}.yaml", f"{prefix}/bad/{name}*.yaml", f"reading/bad/{name}-*.yaml"):
        for path in sorted(
            tests.glob(pattern), key=lambda path: (path.stem not in (name, *_PLAINEST), len(path.stem), path.stem)
        ):
            golden = path.with_suffix(".txt")
            if golden.is_file() and f"[{rule}]" in golden.read_text(encoding="utf-8") and list(_files(path)):
                return path
    return None


def _files(case: Path) -> Iterator[str]:
    """Print the files of a case. One of a whole project maps paths to texts; what is no text cannot be shown."""
    text = case.read_text(encoding="utf-8").rstrip()
    files: dict[str, Any] = {"": text}
    if case.parent.parent.name == "project":
        files = getattr(Source.parse(case.name, text.encode()), "data", {})
    if len(text.splitlines()) > _LONGEST_CASE or not all(isinstance(value, str) for value in files.values()):
        return
    for name, content in files.items():
        if name:
            yield f"`{name}`"
        yield markup.code(content.rstrip(), "yaml" if case.suffix == Path(name or case).suffix else "text")


def _blocks(explanation: str) -> Iterator[tuple[bool, str]]:
    """Split an explanation into its paragraphs and its indented examples, which are told by True."""
    for code, lines in groupby(explanation.split("\n\n"), key=lambda block: block.startswith("    ")):
        text = "\n\n".join(lines)
        yield code, dedent(text) if code else text


def _fenced(code: str) -> str:
    data = getattr(Source.parse("example.yaml", code.encode()), "data", None)
    return markup.code(code, "yaml" if isinstance(data, dict | list) else "text")


def _exceptions(rule: Rule) -> Iterator[str]:
    """Say what can be done about a rule that does not fit: a comment, a severity of its own, or nothing."""
    if rule.id not in {*FIXED, "project/ignore-without-reason"}:
        yield "For one place, give a reason on the line of the finding or on the line above it:"
        yield f"```yaml\n# ignore[{rule.id}]: why this is right here\n```"
    if rule.id.startswith("openapi/") and rule.id not in FIXED:
        yield "For one object and everything in it, in YAML or JSON:"
        yield f"```yaml\nx-opsbook-ignore:\n  {rule.id}: why this is right here\n```"
    if rule.id not in FIXED:
        yield "For the whole project, set a severity in `opsbook.yaml`: `error`, `warning`, `note` or `off`."
        yield f"```yaml\nrules:\n  {rule.id}: note\n```"
    else:
        yield "None: neither `opsbook.yaml` nor a comment changes this rule."


# Kinds


def _kind(kind: Kind[Any], known: dict[str, Rule]) -> str:
    parts = [
        f"# `kind: {kind.name}` {{ #{kind.name} }}",
        inspect.getdoc(kind.model) or "",
        f"`opsbook new {kind.name} ID` writes a commented, valid one.",
    ]
    for number, one in enumerate(_models(kind.model)):
        if number:
            parts += [f"## {_words(one)} {{ #{one.__name__.lower()} }}", inspect.getdoc(one) or ""]
        else:
            parts.append("## Fields { #fields }")
        parts.append(_fields(one))
    if kind.name == "runbook":
        parts += ["## Required sections { #required-sections }", required_sections()]
    own = [rule for rule in known.values() if rule.id.startswith(f"{kind.name}/")]
    if own:
        parts += ["## Rules { #rules }", _rule_table(own, "../rules/")]
    return "\n\n".join(part for part in parts if part) + "\n"


def _models(top: type[BaseModel]) -> list[type[BaseModel]]:
    """Collect a model and every model that its fields hold, in the order in which a reader meets them."""
    found = [top]
    for one in found:
        hints = typing.get_type_hints(one, include_extras=True)
        inner = dict.fromkeys(held for name in one.model_fields for held in _models_in(hints[name]))
        found += [held for held in inner if held not in found]
    return found


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _words(one: type[BaseModel]) -> str:
    """Spell the name of a model in words: `EscalationStep` becomes `Escalation step`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", one.__name__).capitalize()


def _fields(one: type[BaseModel]) -> str:
    hints = typing.get_type_hints(one, include_extras=True)
    rows = ["| Field | Type | Needed | Meaning |", "| --- | --- | --- | --- |"]
    for name, field in one.model_fields.items():
        if field.exclude:  # set by opsbook, not by authors
            continue
        needed = "yes" if field.is_required() else _default(field)
        # A name stays whole, however narrow the table.
        spelled = f'`{field.alias or name}`{{ style="white-space: nowrap" }}'
        rows.append(f"| {spelled} | {_type(hints[name])} | {needed} | {_meaning(one, name, hints[name])} |")
    return "\n".join(rows)


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    if value in (None, (), {}):
        return ""
    spelled = str(value).lower() if isinstance(value, bool) else list(value) if isinstance(value, tuple) else value
    return f"`{spelled}` if not given"


def _meaning(one: type[BaseModel], name: str, annotation: Any) -> str:
    """Say what a field is for: in its own words, in those of a base class, or in those of the model that it holds."""
    words = [described(one).get(name), *map(inspect.getdoc, _models_in(annotation)), ""]
    text = next(text for text in words if text is not None)
    return " ".join(text.partition("\n\n")[0].split()).replace("|", "&#124;")


def _type(annotation: Any) -> str:
    """Say what may stand in a field, in words and links."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _annotated(arguments[0], arguments[1:])
    if origin in (Union, types.UnionType):
        return _type(next(argument for argument in arguments if argument is not type(None)))
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in arguments)
    if origin is tuple:
        return f"list of: {_type(arguments[0])}"
    if origin is dict:
        return f"map of {_type(arguments[0])} to {_type(arguments[1])}"
    return _PLAIN.get(annotation) or f"[{_words(annotation).lower()}](#{annotation.__name__.lower()})"


def _annotated(inner: Any, marks: tuple[Any, ...]) -> str:
    for alias, word in _VALUES:
        if get_args(alias)[0] is inner and marks[: len(get_args(alias)) - 1] == get_args(alias)[1:]:
            return f"[{word}](index.md#{word})"
    reference = next((mark for mark in marks if isinstance(mark, model.Ref)), None)
    if reference:
        return f"[id](index.md#id) of {'an' if reference.type[0] in 'aeiou' else 'a'} {reference.type}"
    limits = [limit for mark in marks for limit in getattr(mark, "metadata", (mark,))]
    bounds = [str(getattr(limit, name)) for name in ("ge", "le") for limit in limits if hasattr(limit, name)]
    least = " (at least one)" if get_origin(inner) is tuple else ""
    return f"{_type(inner)}{least}{', ' if bounds else ''}{' to '.join(bounds)}"


# Commands


def _commands(group: click.Group) -> str:
    parts = ["# Commands", f"{group.help} Every command takes `--help`.", _EXIT_CODES]
    for name, command in group.commands.items():
        context = click.Context(command, info_name=f"opsbook {name}")
        usage = command.get_usage(context).removeprefix("Usage: ")
        parts += [f"## opsbook {name} {{ #{name} }}", markup.code(" ".join(usage.split()), "text")]
        parts += [" ".join(paragraph.split()) for paragraph in (command.help or "").split("\n\n")]
        options = [record for one in command.get_params(context) if (record := one.get_help_record(context))]
        rows = [f"| `{spelled}` | {meaning} |" for spelled, meaning in options if meaning]
        if rows:
            parts.append("\n".join(["| Option | Meaning |", "| --- | --- |", *rows]))
    return "\n\n".join(parts) + "\n"


# MkDocs

_serving = False


def on_startup(*, command: str, dirty: bool) -> None:  # noqa: ARG001  # MkDocs names both
    """Remember whether we serve."""
    global _serving  # noqa: PLW0603  # a hook is a module: this is where it keeps what it knows
    _serving = command == "serve"


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the generated pages, and put them where the navigation names their folder."""
    root = Path(config.config_file_path).parent
    made = pages(root)
    for path, text in made.items():
        if _serving:
            # A file that is rewritten only when its text changes lets `--dirty` render that page alone.
            write_file(root / ".opsbook" / "reference" / path, text.encode())
            files.append(File.generated(config, path, abs_src_path=str(root / ".opsbook" / "reference" / path)))
        else:
            files.append(File.generated(config, path, content=text))
    config.nav = _expanded(config.nav, list(made))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001  # as above
    """Print the table of required sections where a page asks for it."""
    return markdown.replace(REQUIRED_SECTIONS, required_sections())


def _expanded(nav: Any, made: list[str]) -> Any:
    """Replace each `folder/` of the navigation by what lies below it, sub-folders as sections."""
    if isinstance(nav, dict):
        return {title: _expanded(entry, made) for title, entry in nav.items()}
    if isinstance(nav, str) and nav.endswith("/"):
        return _below(nav, made)
    if not isinstance(nav, list):
        return nav
    entries = []
    for entry in nav:
        new = _expanded(entry, made)
        entries += new if isinstance(entry, str) and isinstance(new, list) else [new]
    return entries


def _below(folder: str, made: list[str]) -> list[Any]:
    inside = [path for path in made if path.startswith(folder)]
    index = [path for path in inside if path == f"{folder}index.md"]
    entries: list[Any] = [*index]
    for name, group in groupby(
        (path for path in inside if path not in index), lambda path: path[len(folder) :].partition("/")[0]
    ):
        entries.append(f"{folder}{name}" if name.endswith(".md") else {name: list(group)})
    return entries
