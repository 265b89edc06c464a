"""What a project may set. Everything has a default; a project without `opsbook.yaml` is complete."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from opsbook.diagnostic import Severity
from opsbook.model import FOLDER, Model
from opsbook.source import Source

Folder: TypeAlias = Annotated[str, StringConstraints(pattern=FOLDER)]


class SettingsFile(Model):
    """`opsbook.yaml`, as a person wrote it."""

    specs: Folder | None = None
    """The folder of the specs; `specs` where it is not set."""
    snippets: Folder | None = None
    """The folder of the snippets; `snippets` where it is not set."""
    docs: Folder | None = None
    """The folder of the hand-written pages, the same as `docs_dir` of mkdocs.yml; `docs` where it is not set."""
    rules: Annotated[dict[str, Literal["error", "warning", "note", "off"]], Field(default_factory=dict)]
    """A severity for single rules, or `off`: `project/overdue-review: note`."""

    @classmethod
    def read(cls, source: Source) -> SettingsFile | list[ErrorDetails]:
        """Validate the data of `opsbook.yaml`."""
        try:
            return cls.model_validate_json(json.dumps(source.data))
        except ValidationError as error:
            return error.errors(include_url=False)


@dataclass(frozen=True)
class Settings:
    """What holds for a project, with nothing left open."""

    specs: str = "specs"
    snippets: str = "snippets"
    docs: str = "docs"
    severities: Mapping[str, Severity | None] = field(default_factory=dict)
    """Rule to the severity that it has here; None where it is off."""
    source: Source | None = None
    """The file that says so."""

    @classmethod
    def of(cls, file: SettingsFile, source: Source) -> Settings:
        """The settings that a file makes, defaults filled in."""
        return cls(
            specs=file.specs or cls.specs,
            snippets=file.snippets or cls.snippets,
            docs=file.docs or cls.docs,
            severities={rule: None if value == "off" else value for rule, value in file.rules.items()},
            source=source,
        )
