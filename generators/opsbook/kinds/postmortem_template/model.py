"""What a postmortem template holds: what is asked, in which order, and from when an answer is required."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from opsbook.model import Document, Duration, Id, Line, Named, RoleId, SeverityId, Text

SectionKind: TypeAlias = Literal["text", "list", "timeline", "actions", "metrics", "choice"]
"""What the answer to a section is."""

FIELDS: dict[str, SectionKind] = {
    "summary": "text",
    "impact": "metrics",
    "timeline": "timeline",
    "trigger": "text",
    "contributing-factors": "list",
    "went-well": "list",
    "went-wrong": "list",
    "lucky": "list",
    "surprises": "list",
    "actions": "actions",
}
"""The sections that are fields of every postmortem, and the kind of each."""

RequiredFrom: TypeAlias = Literal["draft", "in_review", "approved", "closed"]
"""The statuses of a postmortem, in their order."""


class Section(Named):
    """One thing that a postmortem is asked for."""

    kind: SectionKind
    """What the answer is: a text, a list of lines, the timeline, the actions, figures, one of some choices."""
    help: Text | None = None
    """What belongs there, for somebody who writes their first one."""
    choices: tuple[Line, ...] = ()
    """What one can choose from, for a `choice`."""
    required_from: RequiredFrom | None = None
    """The status from which it may not be empty; it may stay empty where none is given."""

    @property
    def field(self) -> str:
        """Where its answer stands in a record: `went_well`, `sections.data`."""
        return self.id.replace("-", "_") if self.id in FIELDS else f"sections.{self.id}"

    @property
    def anchor(self) -> str:
        """Where its field stands on the page of the form."""
        return f"form-{self.field.replace('.', '-')}"


class ReviewItem(Named):
    """One question that the reviewers answer."""

    help: Line | None = None
    """What to look for."""


class PostmortemTemplate(Document):
    """A form for postmortems."""

    kind: Literal["postmortem-template"]
    profile: Literal["lite", "standard", "deep"]
    """How much is asked."""
    summary: Text
    """When to use it."""
    severities: tuple[SeverityId, ...] = ()
    """The severities whose incidents use it."""
    guidance: tuple[Line, ...] = ()
    """How to write without blame, beside the form."""
    factors: tuple[Id, ...] = ()
    """The categories of contributing factors that are suggested."""
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    """What is asked, in its order. A section whose id is a field of a postmortem fills that field: `summary`, `impact`,
    `timeline`, `trigger`, `contributing-factors`, `went-well`, `went-wrong`, `lucky`, `surprises`, `actions`."""
    review: tuple[ReviewItem, ...] = ()
    """What the reviewers ask."""
    reviewers: tuple[RoleId, ...] = ()
    """The roles that review."""
    due: Duration | None = None
    """How soon after the incident's end it is due, where its severity does not say."""
