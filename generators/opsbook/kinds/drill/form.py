"""The form on which people record a drill that no machine can play."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from opsbook.blame import blame_words
from opsbook.forms import MESSAGES, Control, Option, Words, controls, field_label, in_full
from opsbook.kind import Spec
from opsbook.kinds.drill.following import followed, hashes
from opsbook.kinds.drill.model import Drill
from opsbook.kinds.drill.record import DrillRecord
from opsbook.kinds.drill.record_words import FIELDS, HELP, HELP_AT_A_TABLE, NEEDS, NEEDS_BY_RESULT
from opsbook.labels import N_
from opsbook.markup import plain_text
from opsbook.printer import Printer, render
from opsbook.project import Project
from opsbook.step import Step

RECORDS = "drills/records"
"""The folder of a system's records, below its specs."""

MACHINES = "sandbox"
"""The type of drills that opsbook plays and records itself."""

_ORDER = (
    *("title", "id", "owner", "environment", "result", "failures", "times", "data", "steps", "answers"),
    *("participants", "deviations", "notes", "actions", "sign_off"),
)
"""What people fill in, in the order of the form; the rest is known, or only a machine can say it."""

TABLE = "tabletop"
"""The type of drills in which nothing is broken."""

_NOT_AT_A_TABLE = frozenset(("environment", "data", "steps"))
"""What a drill that is talked through has nothing for."""

_SAID = {
    **MESSAGES,
    "foreign": N_("This file holds no record of a drill."),
    "missing": N_("Still missing:"),
    "complete": N_("Nothing is missing."),
}
"""What the form says while it is filled in."""


def form(spec: Spec[Drill], project: Project, md: Printer) -> str:
    """The form of a drill for people, with a heading and where its file goes; empty for one of machines."""
    if spec.document.type == MACHINES:
        return ""
    path = f"specs/{spec.system}/{RECORDS}/"
    steps = tuple(_steps(spec, project))
    intro = md.label(N_("Fill it in during the drill, save it as YAML, and put the file into {folder}."))
    return render(
        Path(__file__).with_name("form.md.jinja"),
        md,
        intro=intro.replace("{folder}", f"`{path}`"),
        form=_controls(spec.document, steps, md),
        settings=_settings(spec, steps, project, md),
    )


def _steps(spec: Spec[Drill], project: Project) -> Iterator[Step]:
    """The steps that are followed, each once, however often the drill comes by it."""
    seen: set[str] = set()
    for reference in spec.document.follow:
        way = followed(reference, spec, project)
        for step in way.steps if way else ():
            if step.id not in seen:
                seen.add(step.id)
                yield step


def _controls(drill: Drill, steps: tuple[Step, ...], md: Printer) -> tuple[Control, ...]:
    """The fields of the form, those alone that this drill has something for."""
    help_ = {**HELP, **(HELP_AT_A_TABLE if drill.type == TABLE else {})}
    words = Words(
        lambda path: field_label(path, FIELDS, md.label),
        lambda path: md.label(help_[path]) if path in help_ else "",
        lambda _path: "",
        md.options,
        lambda _path: (),
        lambda path, value: md.label(FIELDS.get(f"{path}={value}", value)),
        {},
    )
    left = _NOT_AT_A_TABLE if drill.type == TABLE else frozenset[str]()
    left |= frozenset(("answers",)) if not drill.questions else frozenset()
    left |= DrillRecord.model_fields.keys() - frozenset(_ORDER)
    made = {one.name: one for one in controls(DrillRecord, words, left)}
    if "steps" in made:
        made["steps"] = _offering(made["steps"], steps)
    return tuple(made[name] for name in _ORDER if name in made)


def _offering(rows: Control, steps: tuple[Step, ...]) -> Control:
    """The rows of the steps, in which a step is chosen by what it is called."""
    options: tuple[Option, ...] = tuple((step.id, plain_text(step.title)) for step in steps)
    inner = (replace(one, kind="choice", options=options) if one.name == "step" else one for one in rows.controls)
    return replace(rows, controls=tuple(inner))


def _settings(spec: Spec[Drill], steps: tuple[Step, ...], project: Project, md: Printer) -> Mapping[str, str]:
    """What the script of the form has to know, as values of attributes."""
    return {
        "form": f"{spec.system}/drills/{spec.document.id}",
        "base": json.dumps(_base(spec, steps, project), ensure_ascii=False),
        "words": json.dumps({name: md.label(text) for name, text in _SAID.items()}, ensure_ascii=False),
        "needs": json.dumps(_needs(spec.document, md), ensure_ascii=False),
        "blame": json.dumps(blame_words(md.label.language), ensure_ascii=False),
        "decides": "result",
        "begun": "times-fault",
        "stem": spec.document.id,
    }


def _base(spec: Spec[Drill], steps: tuple[Step, ...], project: Project) -> dict[str, Any]:
    """What a record of this drill begins with.

    The hashes are those of the page: a draft keeps those that it was begun with, so that a record holds for the text
    that people had before them, and for no later one.
    """
    drill = spec.document
    found = hashes(spec, project)
    base: dict[str, Any] = {
        "kind": "drill-record",
        "drill": drill.id,
        "type": drill.type,
        "hashes": found.model_dump() if found else None,
        "title": drill.title,
        "owner": drill.owner,
        "environment": drill.environment,
        "answers": [{"question": question} for question in drill.questions],
        "participants": list(dict.fromkeys(part.role for part in drill.roles)),
    }
    if drill.type != TABLE:
        base["steps"] = [{"step": step.id, "outcome": "not-run"} for step in steps]
    return {name: value for name, value in base.items() if value}


def _needs(drill: Drill, md: Printer) -> dict[str, list[Option]]:
    """What a record needs by its result, and what each of it is called."""

    def called(path: str) -> str:
        return in_full(path, lambda one: field_label(one, FIELDS, md.label))

    every = {"": (), **NEEDS_BY_RESULT, **({"passed": ()} if drill.type == TABLE else {})}
    return {result: [(need, called(need)) for need in (*NEEDS, *more)] for result, more in every.items()}
