"""Where the files for Prometheus, Alertmanager and Grafana lie, and how they are written: the same bytes every time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import yaml

from opsbook.kind import Spec
from opsbook.kinds.monitoring.model import Monitoring
from opsbook.page import Artifact

FOLDER = "monitoring"
"""The folder of these files, below that of a system."""


class _Dumper(yaml.CSafeDumper):
    """Writes texts of several lines as blocks, so that a query stays a query."""


def _text(dumper: yaml.CSafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)
_Dumper.ignore_aliases = lambda _self, _data: True  # type: ignore[method-assign,assignment]  # its own way to say so


def yaml_file(name: str, data: Any, spec: Spec[Monitoring]) -> Artifact:
    """A file in YAML, below the folder of these files; its first line says what it is made of."""
    text = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return Artifact(f"{spec.system}/{FOLDER}/{name}", f"{made_of(spec)}\n{text}".encode())


def yaml_documents(name: str, documents: Sequence[Any], spec: Spec[Monitoring], notes: Sequence[str]) -> Artifact:
    """A file of several documents in YAML, below the folder of these files; its first lines hold the notes."""
    text = yaml.dump_all(documents, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    head = "".join(f"{line}\n" for line in (made_of(spec), *(f"# {note}" for note in notes)))
    return Artifact(f"{spec.system}/{FOLDER}/{name}", f"{head}{text}".encode())


def json_file(name: str, data: Any, spec: Spec[Monitoring]) -> Artifact:
    """A file in JSON, below the folder of these files."""
    text = json.dumps(data, indent=2, ensure_ascii=False)
    return Artifact(f"{spec.system}/{FOLDER}/{name}", f"{text}\n".encode())


def made_of(spec: Spec[Monitoring]) -> str:
    """The comment that sends whoever wants to change a file to its spec."""
    return f"# opsbook makes this file of {spec.source.path}: change that, not this."
