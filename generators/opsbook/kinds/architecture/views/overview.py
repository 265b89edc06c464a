"""The overview: what the system is, what it deals with, and every view with the question that it answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from opsbook.kinds.architecture.drawn import about, common_columns, elements_table, groupings, pictures
from opsbook.kinds.architecture.scene import Scene
from opsbook.kinds.architecture.views import context
from opsbook.kinds.architecture.views.values import Entry, Section, Table, View
from opsbook.kinds.architecture.views.weaknesses import NAME


def facts(scene: Scene) -> list[tuple[str, str]]:
    """How sound it is, and who keeps it true."""
    label, md, model = scene.label, scene.md, scene.seen.model
    found = scene.survey.told
    still = sum(1 for one in found if not one.waiver)
    counts = label("{count} open").format(count=still)
    accepted = label("{count} accepted for now").format(count=len(found) - still)
    if len(found) > still:
        counts += f", {accepted}"
    return [
        (label("Weaknesses"), md.link("view", NAME, counts)),
        (label("Owner"), md.link("role", model.owner)),
        (label("Reviewed"), md.freshness(model)),
    ]


def view(scene: Scene, entries: Sequence[Entry]) -> View:
    """What opens an architecture."""
    label, md, model = scene.label, scene.md, scene.seen.model
    whole = context.drawn(scene)
    first = pictures(scene, whole, label("Context"), common_columns(scene), groupings(scene, whole.nodes))[0]
    sections = (
        Section(text=md.block(model.summary)),
        replace(first, title="", tables=(*first.tables, elements_table(scene, whole.nodes)), folded=True),
        Section(label("Views"), "_views", tables=(_views(scene, entries),)),
        Section(label("Key figures"), "_figures", tables=(_figures(scene),)),
        *(Section(md.line(one.title), one.id, md.block(one.text)) for one in model.sections),
        Section(label("Agrees with"), "_sources", ", ".join(_sources(scene))),
    )
    return View(sections, about(whole.nodes, whole.ties))


def _views(scene: Scene, entries: Sequence[Entry]) -> Table:
    """A row a type of view; those about several things list them."""
    label, md = scene.label, scene.md
    links: dict[str, list[str]] = {}
    for entry in entries:
        links.setdefault(entry.type.name, []).append(md.link(entry.type.type, entry.id))
    types = {entry.type.name: entry.type for entry in entries}
    rows = tuple((", ".join(found), label(types[name].answers)) for name, found in links.items())
    return Table((label("View"), label("What it answers")), rows)


def _figures(scene: Scene) -> Table:
    label = scene.label
    rows = tuple(
        (
            f'<span id="figure-{one.id}">{scene.line(one.title)}</span>',
            scene.line(one.value),
            scene.line(one.target),
            scene.element(one.element) if one.element else "",
        )
        for one in scene.seen.model.characteristics
    )
    return Table((label("Figure"), label("Value"), label("Target"), label("Measured on")), rows)


def _sources(scene: Scene) -> Iterator[str]:
    md, sources = scene.md, scene.seen.model.sources
    yield from sorted(f"<code>{md.literal(one.path)}</code>" for one in (*sources.compose, *sources.kubernetes))
    yield from (md.link("api", id_) for id_ in sorted(sources.openapi))
