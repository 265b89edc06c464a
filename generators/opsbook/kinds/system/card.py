"""A system as a card: what it is, what there is to read, and how well that is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from opsbook import markup
from opsbook.counting import total
from opsbook.figures import FIGURES, Figure
from opsbook.kind import Health, Spec, State
from opsbook.kinds.system.first_week import first_week_path
from opsbook.kinds.system.model import System
from opsbook.labels import N_, Labels
from opsbook.model import Document
from opsbook.page import relative
from opsbook.printer import Printer, render
from opsbook.project import Project

CARD = "card"
"""The word after the `|` that shows it."""

_HELD: tuple[Figure, ...] = ("runbooks", "scenarios", "apis", "diagrams", "alerts", "guides", "postmortems")
"""What is counted on it."""

_SENTENCE = re.compile(r"(?<=[.!?])\s")


def documents_path(system: str) -> str:
    """The path of the index of a system's documents."""
    return f"{system}/documents.md"


def card(spec: Spec[System], md: Printer) -> str:
    """The card, with the words of the page that it stands on."""
    system, project = spec.document, md.project
    held = total(specs_of(spec.system, project), project)
    summary, *_ = _SENTENCE.split(md.plain(system.summary))
    return render(
        Path(__file__).with_name("card.md.jinja"),
        md,
        id=spec.system,
        link=f"[{spoken(markup.unlinked(system.title), system, md)}]({relative(spec.path, md.path)})",
        summary=spoken(md.literal(summary), system, md),
        held=" · ".join(f"{md.label(FIGURES[name])} <strong>{held[name]}</strong>" for name in _HELD if held.get(name)),
        facts=[
            (f"[{md.label(one.name)}]({relative(one.page, md.path)})", _said(one, md))
            for one in _health(spec, project, md.label)
        ],
        links=[
            f"[{md.label('All documents')}]({relative(documents_path(spec.system), md.path)})",
            f"[{md.label('First week')}]({relative(first_week_path(spec.system), md.path)})",
        ],
    )


def spoken(text: str, system: System, md: Printer) -> str:
    """Text of a system, with its language where the page has another one."""
    if system.language == md.label.language:
        return text
    return f'<span lang="{system.language.replace("_", "-")}">{text}</span>'


def specs_of(system: str, project: Project) -> list[Spec[Any]]:
    """Everything that a system's handbook is made of."""
    return [spec for spec in project.specs if spec.system == system]


def _health(spec: Spec[System], project: Project, label: Labels) -> Iterator[Health]:
    """What is known of its commands, of its reviews, and what each kind has to say."""
    commands = _commands(spec.system, project, label)
    if commands:
        yield commands
    for kind in project.kinds:
        specs = project.of(kind.model, spec.system)
        if kind.health and specs:
            yield kind.health(specs, project, label)
    documents = [one.document for one in specs_of(spec.system, project) if isinstance(one.document, Document)]
    said = label("{count} documents").replace("{count}", str(len(documents)))
    days = tuple(document.review_due for document in documents)
    yield Health(N_("Reviews"), documents_path(spec.system), ((said, "none"),), days)


def _commands(system: str, project: Project, label: Labels) -> Health | None:
    """Which share of the commands a run holds for, which only people try, and which neither."""
    held = total(specs_of(system, project), project)
    count = held.get("commands", 0)
    if not count:
        return None
    real, doubled, manual = (sum(held.get(name, 0) for name in names) for names in (REAL, DOUBLED, MANUAL))
    parts: list[tuple[str, int, State]] = [
        (N_("{share} % run for real"), real, "good"),
        (N_("{share} % run with a double"), doubled, "none"),
        (N_("{share} % by hand"), manual, "none"),
        (N_("{share} % not proved"), count - real - doubled - manual, "old"),
    ]
    badges = tuple(
        (label(said).replace("{share}", str(share(part, count))), state) for said, part, state in parts if part
    )
    return Health(N_("Commands"), documents_path(system), badges)


REAL: tuple[Figure, ...] = ("real",)
DOUBLED: tuple[Figure, ...] = ("double", "dry-run")
MANUAL: tuple[Figure, ...] = ("manual",)
"""The figures of commands that ran against real services, that ran against something in their place, and that only
people try."""


def share(part: int, whole: int) -> int:
    """A share in per cent: rounded, and a hundred only where nothing is missing, nothing only where there is none."""
    rounded = round(100 * part / whole)
    return min(max(rounded, 1 if part else 0), 99 if part < whole else 100)


def _said(health: Health, md: Printer) -> str:
    badges = [
        f'<span class="opsbook-badge opsbook-badge--{state}">{md.literal(text)}</span>' for text, state in health.badges
    ]
    return " · ".join([*badges, *_next(sorted(health.days), md)])


def _next(days: list[date], md: Printer) -> Iterator[str]:
    """The first day by which something has to be done; the browser counts by its own clock what is overdue."""
    if days:
        overdue = markup.attribute(md.label("{count} overdue"))
        every = " ".join(day.isoformat() for day in days)
        time = (
            f'<time datetime="{days[0]}" data-opsbook-overdue="{overdue}" data-opsbook-days="{every}">{days[0]}</time>'
        )
        yield md.label("next by {day}").replace("{day}", time)
