from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, create_model

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


class Described(Part):
    """A document whose fields say what they are for."""

    most: ClassVar[int] = 3
    """No field: what authors cannot write."""
    owner: RoleId | None = None
    """Who sees
    to it."""
    kind_: str = Field(default="", alias="class")
    """What it is."""
    own: str = Field(default="", description="In words of its own.")
    """Said otherwise."""
    mute: int = 0


def test_a_schema_describes_fields_by_their_docstrings() -> None:
    properties = Described.model_json_schema(by_alias=True)["properties"]
    assert {name: field.get("description") for name, field in properties.items()} == {
        "owner": "Who sees\nto it.",
        "notes": None,
        "class": "What it is.",
        "own": "In words of its own.",
        "mute": None,
    }


def test_a_model_without_a_source_has_a_schema_all_the_same() -> None:
    made = create_model("Made", __base__=Part, size=(int, ...))
    properties = made.model_json_schema()["properties"]
    assert set(properties) == {"owner", "notes", "size"}
    assert "description" not in properties["size"]
