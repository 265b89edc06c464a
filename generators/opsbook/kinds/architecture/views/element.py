"""One element: what to do when it fails, what it deals with at one hop, and where it runs."""

from __future__ import annotations

from collections.abc import Iterator

from opsbook.diagrams.values import Boundary
from opsbook.kinds.architecture.drawn import (
    Columns,
    about,
    around,
    by_owner,
    by_parent,
    by_zone,
    elements_table,
    frame,
    node,
    pictures,
    tie,
    ties_table,
)
from opsbook.kinds.architecture.landscape import Landscape
from opsbook.kinds.architecture.model import Element, Relationship
from opsbook.kinds.architecture.scene import Scene
from opsbook.kinds.architecture.sketch import Grouping, Sketch, collapse
from opsbook.kinds.architecture.views.components import COMPONENTS
from opsbook.kinds.architecture.views.criticality import bound, fails_with, promised
from opsbook.kinds.architecture.views.data_flow import patterns
from opsbook.kinds.architecture.views.deployment import DEPLOYMENT
from opsbook.kinds.architecture.views.values import About, Entry, Section, Table, Topic, View
from opsbook.kinds.architecture.words import CRITICALITIES, LIFECYCLES, MODES, REDUNDANCIES, TRANSPORTS, TYPES

_FEW = 8
"""How many of the elements that fail with one are named before all else."""


def facts(scene: Scene, element: Element) -> list[tuple[str, str]]:
    """What somebody on call asks first, then what the element is."""
    label, md, landscape = scene.label, scene.md, scene.landscape
    owner, zone = landscape.inherited(element.id, "owner"), landscape.inherited(element.id, "zone")
    radius = fails_with(landscape, element.id)
    slo, allowed = promised(element.slo), bound(landscape, element.id)
    if slo and allowed:
        slo = label("{slo}, and its dependencies allow {share}").format(slo=slo, share=allowed)
    concerning = _concerning(scene, element)
    return [
        (label("What to do"), " · ".join(concerning["first"] or concerning["runbooks"])),
        (label("Alerts"), " · ".join(concerning["alerts"])),
        (label("Objectives"), " · ".join(concerning["slos"])),
        (label("Owner"), md.link("role", owner) if owner else ""),
        (label("Fails with it"), f"{len(radius)}: {scene.some(radius, _FEW)}" if radius else ""),
        (label("Fails without"), scene.some(_needs(landscape, element.id), _FEW)),
        (label("Tier"), str(element.tier or "")),
        (label("SLO"), slo),
        (label("Type"), label(TYPES[element.type])),
        (label("Technology"), scene.line(element.technology)),
        (label("Lifecycle"), label(LIFECYCLES[element.lifecycle]) if element.lifecycle != "production" else ""),
        (label("Service"), md.link("service", element.service) if element.service else ""),
        (label("APIs"), md.links("api", element.apis)),
        (label("Trust zone"), md.link("trust-zone", zone) if zone else ""),
        (label("Keeps"), md.links("data-class", element.data)),
        (label("Also called"), ", ".join(md.cell(name) for name in element.names)),
        (label("Tags"), ", ".join(element.tags)),
        (label("Runbooks"), " · ".join(concerning["runbooks"]) if concerning["first"] else ""),
        (label("See also"), " · ".join(concerning["others"])),
    ]


def _needs(landscape: Landscape, id_: str) -> tuple[str, ...]:
    """What an element cannot work without: of what runs by itself, as a whole; of a component, what it needs itself."""
    return landscape.needs.get(id_, ()) if landscape.unit(id_) == id_ else landscape.hard.get(id_, ())


def _concerning(scene: Scene, element: Element) -> dict[str, list[str]]:
    """Links to what speaks of an element or of its service: what is about one trouble before whole runbooks."""
    found: dict[str, list[str]] = {"first": [scene.md.ref(one) for one in element.runbooks]}
    for one in scene.survey.concerning(element.service or ""):
        whole = "#" not in one.id
        kind = {"runbook": "runbooks" if whole else "first", "alert": "alerts", "slo": "slos"}.get(one.type, "others")
        found.setdefault(kind, []).append(scene.md.to(one))
    named = set(found["first"])
    return {
        kind: [one for one in dict.fromkeys(found.get(kind, ())) if kind == "first" or one not in named]
        for kind in ("first", "alerts", "slos", "runbooks", "others")
    }


def crumbs(scene: Scene, element: Element, overview: str) -> str:
    """The way back: the overview, then what the element is a part of, the outermost first."""
    above = scene.landscape.chain(element.id)[:0:-1]
    return " › ".join([f"[{scene.label('Architecture')}]({overview})", *(scene.element(id_) for id_ in above)])


def view(scene: Scene, element: Element) -> View:
    """The neighbours at one hop, as a picture and in words, and everything else that is known."""
    label, md = scene.label, scene.md
    touching = scene.survey.touching.get(element.id, ())
    near = _neighbours(scene, element, touching)
    title = label("{name} and what it deals with").format(name=md.plain(element.title))
    placed = scene.landscape.deployed.get(element.id, ())
    parts = scene.by_title(scene.landscape.children.get(element.id, ()))
    sections = (
        Section(text=md.block(element.description) if element.description else ""),
        *_focus(scene, near, element, title),
        Section(label("Within it"), "_within", tables=(_within(scene, touching, near),)),
        Section(label("Where it runs"), "_runs", tables=(_runs(scene, element.id),)),
        Section(label("What it is made of"), "_parts", _inside(scene, element), tables=(elements_table(scene, parts),)),
        Section(label("Access patterns"), "_patterns", tables=(patterns(scene, element.id),)),
        Section(label("Sequences"), "_sequences", ", ".join(_sequences(scene, element))),
    )
    shown = about([element.id], near.ties, (scene.seen.model.deployments[one.deployment].environment for one in placed))
    return View(
        sections, About(shown.elements, frozenset((one.source, one.to) for one in touching), shown.environments)
    )


def _neighbours(scene: Scene, element: Element, touching: tuple[Relationship, ...]) -> Sketch:
    """An element, and who deals with it or with what is within it."""
    landscape, id_ = scene.landscape, element.id
    ties = []
    for one in touching:
        ends = [id_ if id_ in landscape.chain(end) else end for end in (one.source, one.to)]
        if ends[0] != ends[1]:
            ties.append(tie(scene, one, ends[0], ends[1]))
    shown = {id_, *(one.source for one in ties), *(one.target for one in ties)}
    framed = frozenset(parent for other in shown if (parent := landscape.elements[other].parent)) - shown
    framed &= landscape.elements.keys()
    nodes = {
        other: node(scene, landscape.elements[other], around(landscape, other, framed), "focus" if other == id_ else "")
        for other in sorted(shown)
    }
    boundaries = {other: frame(scene, landscape.elements[other], around(landscape, other, framed)) for other in framed}
    return Sketch(nodes, tuple(ties), boundaries)


def _focus(scene: Scene, near: Sketch, element: Element, title: str) -> Iterator[Section]:
    """The picture; where an element has too many neighbours for one, with those of a kind as one."""
    if len(near.nodes) == 1:
        return
    others = [id_ for id_ in near.nodes if id_ != element.id]
    drawn = near
    for grouping in (
        by_parent(scene, others),
        by_zone(scene, others),
        by_owner(scene, others),
        _by_type(scene, others),
    ):
        if drawn.fits:
            break
        drawn = collapse(near, grouping, frozenset({element.id}), scene.label)
    yield from pictures(scene, drawn, title, _columns(scene))


def _by_type(scene: Scene, ids: list[str]) -> Grouping:
    types = {id_: scene.landscape.elements[id_].type for id_ in ids}
    return {id_: Boundary(f"type/{type_}", scene.label(TYPES[type_])) for id_, type_ in types.items()}


def _columns(scene: Scene) -> Columns:
    """Everything that is known of a relationship: here there is room for it."""
    label, md = scene.label, scene.md

    def cells(one: Relationship) -> tuple[str, ...]:
        means = (
            scene.line(one.technology),
            label(MODES[one.mode]),
            scene.line(one.authentication),
            label(TRANSPORTS[one.transport]) if one.transport else "",
        )
        travels = (*(md.link("data-class", id_) for id_ in one.data), *(md.value(event) for event in one.events))
        failing = label(CRITICALITIES[one.criticality])
        return (
            " · ".join(part for part in (scene.line(one.label), md.ref(one.contract) if one.contract else "") if part),
            " · ".join(part for part in means if part),
            ", ".join(travels),
            "<br>".join(
                part
                for part in (
                    scene.line(one.limits),
                    f"{failing}: {scene.line(one.on_failure)}" if one.on_failure else failing,
                )
                if part
            ),
        )

    heads = (
        label("What it does"),
        label("By what means"),
        label("What travels"),
        label("Limits, and when it fails"),
    )
    return Columns(heads, cells, (label("From"), label("To")))


def _within(scene: Scene, touching: tuple[Relationship, ...], near: Sketch) -> Table:
    """The relationships that do not leave the element."""
    shown = {id(one.relationship) for one in near.ties}
    rest = (one for one in touching if id(one) not in shown)
    return ties_table(scene, Sketch({}, tuple(tie(scene, one, "", "") for one in rest)), _columns(scene))


def _runs(scene: Scene, id_: str) -> Table:
    label, md = scene.label, scene.md
    rows = sorted(
        (
            _environment(scene, scene.seen.model.deployments[one.deployment].environment),
            " › ".join(md.line(at.title) for at in one.nodes),
            f"{one.instance.count}",
            label(REDUNDANCIES[one.redundancy]),
            scene.line(one.instance.note),
        )
        for one in scene.landscape.deployed.get(id_, ())
    )
    heads = (label("Environment"), label("Where"), label("How many"), label("Redundancy"), label("Note"))
    return Table(heads, tuple(rows))


def _environment(scene: Scene, id_: str) -> str:
    entry = Entry(DEPLOYMENT, Topic(id_))
    return scene.md.link("view", entry.id, scene.titled("environment", id_))


def _inside(scene: Scene, element: Element) -> str:
    entry = Entry(COMPONENTS, Topic(element.id))
    words, address = scene.label("Its components as a picture"), scene.where("view", entry.id)
    return f"[{words}]({address})" if address else ""


def _sequences(scene: Scene, element: Element) -> Iterator[str]:
    for one in scene.seen.model.dynamic_views:
        if any(element.id in (message.source, message.to) for message in one.messages):
            yield scene.md.link("sequence", one.id)
