"""How elements work together to get one thing done, message by message."""

from __future__ import annotations

from collections.abc import Iterator

from opsbook.diagrams.values import Sequence, SequenceMessage, Stroke
from opsbook.kinds.architecture.drawn import node
from opsbook.kinds.architecture.landscape import Landscape
from opsbook.kinds.architecture.scene import Scene
from opsbook.kinds.architecture.views.values import About, Section, Table, Topic, View, ViewType
from opsbook.kinds.architecture.words import KINDS
from opsbook.labels import N_

_STROKES: dict[str, Stroke] = {"call": "solid", "reply": "dotted", "async": "dashed"}


def _topics(landscape: Landscape) -> Iterator[Topic]:
    """The dynamic views in the order of their author."""
    seen = set()
    for one in landscape.model.dynamic_views:
        if one.id not in seen:
            seen.add(one.id)
            yield Topic(one.id, one.title)


def _make(scene: Scene, topic: Topic) -> View:
    label, md, known = scene.label, scene.md, scene.landscape.elements
    view = next(one for one in scene.seen.model.dynamic_views if one.id == topic.id)
    messages = [one for one in view.messages if one.source in known and one.to in known]
    taking_part = tuple(dict.fromkeys(id_ for one in messages for id_ in (one.source, one.to)))
    drawn = Sequence(
        tuple(node(scene, known[id_]) for id_ in taking_part),
        tuple(
            SequenceMessage(
                one.source, one.to, md.plain(one.label), _STROKES[one.kind], md.plain(one.when) if one.when else ""
            )
            for one in messages
        ),
    )
    rows = tuple(
        (
            str(number),
            scene.element(one.source),
            md.cell(one.label),
            scene.element(one.to),
            label(KINDS[one.kind]),
            scene.line(one.when),
        )
        for number, one in enumerate(messages, start=1)
    )
    heads = (label("No."), label("From"), label("What it says"), label("To"), label("How"), label("When"))
    return View(
        (
            Section(text=md.block(view.summary) if view.summary else ""),
            Section(diagram=drawn if messages else None, pictured=md.plain(view.title), tables=(Table(heads, rows),)),
        ),
        About(frozenset(taking_part), frozenset((one.source, one.to) for one in messages)),
    )


SEQUENCES = ViewType(
    "sequences",
    "{name}",
    N_("Who says what to whom, and in which order?"),
    _topics,
    _make,
    N_("Sequences"),
    "sequence",
)
