"""A record as the file that opsbook writes, and that people add to."""

from __future__ import annotations

import yaml

from opsbook.kinds.drill.record import DrillRecord
from opsbook.source import plain


class _Dumper(yaml.CSafeDumper):
    """Writes texts of several lines as blocks, and quotes what YAML 1.2 would take for something else than text."""


def _text(dumper: yaml.CSafeDumper, text: str) -> yaml.ScalarNode:
    # PyYAML knows YAML 1.1 alone, for which `1e5` and `0o7` are texts that need no quotes.
    style = "|" if "\n" in text else None if plain(text) == text else "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def written(record: DrillRecord) -> str:
    """A record as YAML that reads as the same record, without what goes without saying."""
    data = record.model_dump(mode="json", exclude_defaults=True)
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
