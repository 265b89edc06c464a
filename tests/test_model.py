from __future__ import annotations

from typing import Annotated

from pydantic import Field

from opsbook.model import Mention, Model, Prose, Ref, RoleId, Shell, SnippetPath, Text, mentions
from opsbook.step import Step


class Part(Model):
    """A part of a document of somebody else's kind."""

    owner: RoleId | None = None
    notes: tuple[Text, ...] = ()


class Whole(Model):
    """A document of somebody else's kind, with every shape that a field can have."""

    by_name: dict[str, Part] = Field(default_factory=dict)
    roles: dict[str, RoleId] = Field(default_factory=dict)
    figures: dict[str, int] = Field(default_factory=dict)
    pairs: tuple[tuple[RoleId, ...], ...] = ()
    steps: tuple[Step, ...] = ()
    names: tuple[str, ...] = ()
    prose: Annotated[str | None, Prose()] = None


def test_mentions_are_found_in_every_shape() -> None:
    step = Step(id="a", title="[[b]]", text="no reference", run="true", effect="read")
    whole = Whole(
        by_name={"x": Part(owner="on-call", notes=("plain", "[[y]]"))},
        roles={"first": "backend"},
        figures={"one": 1},
        pairs=(("a", "b"), ()),
        steps=(step, Step(id="b", title="B", snippet="demo/x.sh", effect="read")),
        names=("[[not prose]]",),
        prose="See [[z]].",
    )
    assert mentions(whole) == [
        Mention(("by_name", "x", "owner"), Ref("role"), "on-call"),
        Mention(("by_name", "x", "notes", 1), Prose(), "[[y]]"),
        Mention(("roles", "first"), Ref("role"), "backend"),
        Mention(("pairs", 0, 0), Ref("role"), "a"),
        Mention(("pairs", 0, 1), Ref("role"), "b"),
        Mention(("steps", 0, "title"), Prose(), "[[b]]"),
        Mention(("steps", 0, "run"), Shell(), "true"),
        Mention(("steps", 1, "snippet"), SnippetPath(), "demo/x.sh"),
        Mention(("prose",), Prose(), "See [[z]]."),
    ]


def test_an_empty_document_mentions_nothing() -> None:
    assert mentions(Whole()) == []


def test_a_mention_is_found_by_the_key_that_its_author_wrote() -> None:
    step = Step.model_validate({"id": "a", "title": "A", "test": {"break": "false"}})
    assert mentions(step) == [Mention(("test", "break"), Shell(), "false")]
