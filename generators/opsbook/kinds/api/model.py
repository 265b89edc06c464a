"""The model of an API: what opsbook wants to know of an OpenAPI document, beside the document itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints
from pydantic.json_schema import SkipJsonSchema

from opsbook.markup import literal
from opsbook.model import Day, Document, Prose
from opsbook.openapi.contents import Contents, Operation, Schema, Tag
from opsbook.openapi.walk import Api


class ApiDocument(Document):
    """An OpenAPI document. Its fields stand under `x-opsbook` at the root of it; the title is that of its `info`."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    kind: Literal["api"]
    """The kind of this spec."""
    title: Annotated[str, StringConstraints(min_length=1), Prose()]
    """What the page is called."""
    released: Day | None = None
    """The day on which this version came out; earlier versions say theirs in the same place."""
    pages: Literal["tag", "operation"] | None = None
    """A page for each tag, or one for each operation; where it is not said, the size of the document decides."""
    extensions: tuple[str, ...] = ()
    """The extensions that pages show, such as `x-internal-id`."""
    contents: SkipJsonSchema[Contents | None] = Field(default=None, exclude=True)
    """What the document offers."""
    earlier: SkipJsonSchema[tuple[Api, ...]] = Field(default=(), exclude=True)
    """Its earlier versions, for the page of what has changed."""

    @property
    def offers(self) -> Contents:
        """What the document offers. It is set where the document is read."""
        if self.contents is None:
            raise LookupError(f"the document of {self.id} was not read")
        return self.contents

    def page_of(self, part: Operation | Schema) -> str:
        """The path of the page that shows an operation or a schema, as seen from the overview."""
        if isinstance(part, Schema):
            return f"schemas/{_file(part.name)}.md"
        if self.layout == "operation":
            return f"operations/{_file(part.name)}.md"
        return self.page_of_tag(self.offers.tag(part))

    def page_of_tag(self, tag: Tag) -> str:
        """The path of the page of a tag, as seen from the overview."""
        return f"{_file(tag.name)}.md"

    @property
    def layout(self) -> Literal["tag", "operation"]:
        """Whether a page shows the operations of a tag, or one operation."""
        most = max((len(tag.operations) for tag in self.offers.tags), default=0)
        return self.pages or ("operation" if most > _MANY else "tag")


def _file(name: str) -> str:
    """The name of a page's file: what engines or we ourselves give a meaning is spelled as no other name can be."""
    return f"{name}-" if name.lower() in _TAKEN else name


_TAKEN = {"index", "readme", "changes", "try"}

_MANY = 40
"""Operations that a page can show and still be found through."""


def fields(api: Api, id_: str, defaults: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the model, as a document says them; `defaults` are what its system says."""
    root = api.root.value
    said = root.get("x-opsbook", {})
    info = root.get("info")
    title = info.get("title") if isinstance(info, dict) else None
    words = " ".join(title.split()) if isinstance(title, str) else ""
    given = {**defaults, "id": id_, **said} if isinstance(said, dict) else {"x-opsbook": said}
    return {"kind": "api", "title": literal(words[:200] or id_), **given}
