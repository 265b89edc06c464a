"""The weaknesses: what the model tells about the system that its author did not draw."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from opsbook.kinds.architecture.landscape import Landscape
from opsbook.kinds.architecture.model import Waiver
from opsbook.kinds.architecture.scene import Scene
from opsbook.kinds.architecture.views.values import Section, Table, Topic, View, ViewType
from opsbook.kinds.architecture.weakness import Subject, Told, covers
from opsbook.labels import N_
from opsbook.markup import attribute

NAME = "weaknesses"


def _topics(_landscape: Landscape) -> Iterator[Topic]:
    """Always: that there are none is worth knowing."""
    yield Topic()


def open_table(scene: Scene, found: Iterable[Told]) -> Table:
    """Weaknesses that nobody has accepted, each with its cure."""
    label, md = scene.label, scene.md
    rows = (
        (
            _subject(scene, one.weakness.subject),
            md.cell(one.weakness.say(label)),
            md.cell(one.weakness.cure(label)),
            f"<code>{md.literal(one.rule.name)}</code>",
        )
        for one in found
        if not one.waiver
    )
    return Table((label("About"), label("Weakness"), label("What to do"), label("Rule")), tuple(dict.fromkeys(rows)))


def accepted_table(scene: Scene, found: Iterable[Told]) -> Table:
    """Weaknesses that somebody has accepted for now, with the reason."""
    label, md = scene.label, scene.md
    rows = (
        (
            _subject(scene, one.weakness.subject),
            md.cell(one.weakness.say(label)),
            md.cell(one.waiver.reason),
            _until(scene, one.waiver.until),
        )
        for one in found
        if one.waiver
    )
    heads = (label("About"), label("Weakness"), label("Reason"), label("Accepted until"))
    return Table(heads, tuple(dict.fromkeys(rows)))


def _until(scene: Scene, day: date) -> str:
    """The day from which a weakness is no longer accepted; the browser marks what is over by its own clock."""
    over = attribute(scene.label("no longer accepted"))
    said = day.isoformat()
    return f'<time class="opsbook-due" datetime="{said}" data-opsbook-overdue="{over}" data-opsbook-ends>{said}</time>'


def _subject(scene: Scene, subject: Subject) -> str:
    between = f"{scene.element(subject.source)} → {scene.element(subject.to)}" if subject.source else ""
    environment = scene.md.link("environment", subject.environment) if subject.environment else ""
    element = scene.element(subject.element) if subject.element else ""
    return " · ".join(part for part in (element, between, environment) if part)


def _make(scene: Scene, _topic: Topic) -> View:
    label, found = scene.label, scene.survey.told
    some = any(not one.waiver for one in found)
    return View(
        (
            Section(
                label("Open"),
                "_open",
                "" if some else label("Nothing that the rules look for."),
                tables=(open_table(scene, found),),
            ),
            Section(label("Accepted for now"), "_accepted", tables=(accepted_table(scene, found),)),
            Section(
                label("Accepted, and no longer there"),
                "_stale",
                tables=(_stale(scene, [one for one in scene.seen.model.waivers if not _covers_any(one, found)]),),
            ),
        )
    )


def _covers_any(waiver: Waiver, found: Iterable[Told]) -> bool:
    return any(covers(waiver, one.rule, one.weakness) for one in found)


def _stale(scene: Scene, waivers: list[Waiver]) -> Table:
    label, md = scene.label, scene.md
    rows = sorted(
        (
            md.value(one.rule),
            _subject(scene, Subject(one.element or "", one.source or "", one.to or "", one.environment or "")),
            md.cell(one.reason),
            _until(scene, one.until),
        )
        for one in waivers
    )
    return Table((label("Rule"), label("About"), label("Reason"), label("Accepted until")), tuple(rows))


WEAKNESSES = ViewType(
    NAME,
    N_("Weaknesses"),
    N_("What does the model say that nobody drew, and what has been accepted for now?"),
    _topics,
    _make,
)
