"""What a project may set. Everything has a default; a project without `opsbook.yaml` is complete."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from opsbook.diagnostic import Severity
from opsbook.figures import Figure
from opsbook.model import FOLDER, Model
from opsbook.openapi.levels import RuleSet
from opsbook.source import Source

Host: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]+(:[0-9]+)?$")]
Folder: TypeAlias = Annotated[str, StringConstraints(pattern=FOLDER)]


class OpenApi(Model):
    """The part of `opsbook.yaml` about OpenAPI documents."""

    rule_set: RuleSet | None = None
    """Which rules hold: `minimal`, `recommended` or `strict`; `recommended` where it is not set."""
    allowed_hosts: Annotated[list[Host], Field(default_factory=list)]
    """The hosts that references may lead to; none where it is not set."""


class Gate(Model):
    """The part of `opsbook.yaml` about what `opsbook check --gate` wants of all systems together."""

    at_least: dict[Figure, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    """How much of what there has to be over all systems: `runbooks: 30`."""
    run_for_real: Annotated[int, Field(ge=0, le=100)] | None = None
    """The least share of the steps with a command that is proved by a run against real services, in per cent."""
    manual: Annotated[int, Field(ge=0, le=100)] | None = None
    """The greatest share of the steps with a command that only people try, in per cent."""


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

    openapi: OpenApi | None = None
    """What holds for OpenAPI documents."""
    gate: Gate | None = None
    """What `opsbook check --gate` wants of all systems together."""

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
    rule_set: RuleSet = "recommended"
    """Which rules hold for OpenAPI documents."""
    allowed_hosts: tuple[str, ...] = ()
    """The hosts that references of OpenAPI documents may lead to."""
    gate: Gate = field(default_factory=Gate)
    """What `opsbook check --gate` wants of all systems together."""
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
            rule_set=(file.openapi and file.openapi.rule_set) or cls.rule_set,
            allowed_hosts=tuple(file.openapi.allowed_hosts) if file.openapi else (),
            gate=file.gate or Gate(),
            source=source,
        )
