"""References as authors write them, and why one may lead nowhere."""

from __future__ import annotations

import re
from typing import NamedTuple

from opsbook.markup import references
from opsbook.model import ID, Mention, Prose, Ref

_PART = r"[\w~-]+(?:[.][\w~-]+)*"
"""What stands within a document may have been named by others: operations, schemas and their fields."""

_NAME = r"[A-Za-z0-9]+(?:[-_]+[A-Za-z0-9]+)*"
"""What is defined may have a name of another tool: metrics have underscores."""

_REFERENCE = re.compile(rf"(?:(?P<system>{ID})/)?(?:(?P<type>{ID}):)?(?P<id>{_NAME})?(?:#(?P<part>{_PART}))?")


class Unresolved(NamedTuple):
    """Why a reference leads nowhere."""

    message: str
    hint: str


class Home(NamedTuple):
    """The document in which a reference stands: what it may leave out. All empty for a hand-written page."""

    system: str = ""
    type: str = ""
    id: str = ""


class Target(NamedTuple):
    """What a reference says about the thing it names; empty where it says nothing."""

    system: str
    type: str
    id: str
    part: str

    @property
    def whole(self) -> str:
        """The id under which the thing is defined."""
        return f"{self.id}#{self.part}" if self.part else self.id


def read_reference(text: str, home: Home) -> Target | Unresolved:
    """Read `system/type:id#part`.

    The system may be left out within it, the type where the id alone is clear, and everything but
    `#part` within the document itself.
    """
    match = _REFERENCE.fullmatch(text)
    if not match or not (match["id"] or match["part"]):
        return Unresolved(
            f"`{text}` is not a reference", "write `type:id`, `type:id#part` or, in the same document, `#part`"
        )
    if match["id"]:
        return Target(match["system"] or home.system, match["type"] or "", match["id"], match["part"] or "")
    if home.id:
        return Target(home.system, home.type, home.id, match["part"])
    return Unresolved(f"`{text}` names a part, but no document", "write `type:id#part`")


def written(mention: Mention) -> dict[str, str]:
    """The whole references in a text of a spec, and what stands there for each: nothing where it is the whole text."""
    if isinstance(mention.mark, Ref):
        return {f"{mention.mark.type}:{mention.text}" if mention.mark.type else mention.text: ""}
    if isinstance(mention.mark, Prose):
        return {match[1].strip(): match[0] for match in references(mention.text)}
    return {}
