"""A made-up model of an architecture, for benchmarks: always the same for the same numbers."""

from __future__ import annotations

from pathlib import Path

from opsbook.scaffold import new_project

_HEAD = """\
kind: architecture
id: large
title: A large system
owner: backend
last_reviewed: 2026-11-01
review_every: 90d
summary: Many parts that call each other.
zones:
  - id: public
    title: Internet
  - id: private
    title: Private network
data_classes:
  - id: customers
    title: Customers
    personal: true
elements:
  - id: customer
    title: Customer
    type: person
  - id: provider
    title: Provider
    type: external
"""

_ELEMENT = """\
  - id: {id}
    title: Part {number} of it
    type: {type}
{parent}    technology: FastAPI
    description: Does its part for customers, and hands the rest to the next.
    slo: "{slo}"
"""

_RELATIONSHIP = """\
  - from: {source}
    to: {to}
    label: Hands over case {number}
    technology: HTTPS
    mode: {mode}
    criticality: {criticality}
    transport: {transport}
    data: [customers]
"""

_TYPES = ("container", "component", "component", "database", "component", "container", "queue", "component")
_MODES = ("sync", "sync", "async", "callback", "sync")
_SYSTEMS = 10


def model(elements: int = 500, relationships: int = 1000) -> str:
    """A model of that many elements and relationships, with weaknesses of every sort and circles among them."""
    ids, parts, container = ["customer", "provider"], [], ""
    for number in range(elements - 2):
        type_ = "system" if number < _SYSTEMS else _TYPES[(number - _SYSTEMS) % len(_TYPES)]
        id_ = f"{type_}-{number}"
        system = f"system-{number % _SYSTEMS}"
        container = id_ if type_ == "container" else container
        parent = "" if type_ == "system" else f"    parent: {container if type_ == 'component' else system}\n"
        parent += "    owner: backend\n    zone: private\n" if type_ == "system" and number % 3 else ""
        parts.append(_ELEMENT.format(id=id_, number=number, type=type_, parent=parent, slo=f"99.{number % 10}5"))
        ids.append(id_)
    calls = [
        _RELATIONSHIP.format(
            source=ids[number % elements],
            to=ids[(number * 7 + number // elements + 13) % elements],
            number=number,
            mode=_MODES[number % len(_MODES)],
            criticality="hard" if number % 3 else "soft",
            transport=("encrypted", "plain", "local")[number % 3],
        )
        for number in range(relationships)
    ]
    running = [id_ for id_ in ids if id_.partition("-")[0] in ("container", "database", "queue")]
    nodes = "".join(
        f"      - id: node-{node}\n        title: Node {node}\n        instances:\n"
        + "".join(f"          - element: {id_}\n" for id_ in running[node::20])
        for node in range(min(20, len(running)))
    )
    deployments = f"  - environment: production\n    production: true\n    nodes:\n{nodes}"
    return f"{_HEAD}{''.join(parts)}relationships:\n{''.join(calls)}deployments:\n{deployments}"


def write_project(folder: Path, elements: int = 500, relationships: int = 1000) -> Path:
    """Write a project with such a model; gives its path."""
    new_project(folder)
    system = folder / "specs/demo/system.yaml"
    text = system.read_text(encoding="utf-8")
    assert "\nenvironments:" not in text, "the new project has none of its own"
    system.write_text(f"{text}environments:\n  - id: production\n    title: Production\n", encoding="utf-8")
    path = folder / "specs/demo/architecture/large.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(model(elements, relationships), encoding="utf-8")
    return path
