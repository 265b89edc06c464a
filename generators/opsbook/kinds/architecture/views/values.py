"""What a page of an architecture consists of: prepared texts and diagrams, which templates only print."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from opsbook.diagrams.values import Diagram
from opsbook.kinds.architecture.landscape import Landscape

if TYPE_CHECKING:
    from opsbook.kinds.architecture.scene import Scene


@dataclass(frozen=True)
class Table:
    """A table; every cell is Markdown. Columns in which nothing stands are left out."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        """Leave out the empty columns, but for the first."""
        used = [at for at in range(len(self.heads)) if at == 0 or any(row[at] for row in self.rows)]
        if len(used) < len(self.heads):
            object.__setattr__(self, "heads", tuple(self.heads[at] for at in used))
            object.__setattr__(self, "rows", tuple(tuple(row[at] for at in used) for row in self.rows))

    def __bool__(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.rows)


@dataclass(frozen=True)
class Section:
    """A part of a page: a picture, and the tables that say the same in words."""

    title: str = ""
    """Its heading, Markdown; none for what opens the page."""
    anchor: str = ""
    text: str = ""
    """What stands before the picture, Markdown."""
    diagram: Diagram | None = None
    pictured: str = ""
    """What the diagram is a picture of, plain text."""
    tables: tuple[Table, ...] = ()
    folded: bool = False
    """Whether the tables are only opened by those who want the picture in words."""

    def __bool__(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.text or self.diagram or any(self.tables))


@dataclass(frozen=True)
class About:
    """What a page shows, and so what the weaknesses on it may be about."""

    elements: frozenset[str] = frozenset()
    relationships: frozenset[tuple[str, str]] = frozenset()
    """The two ends of each."""
    environments: frozenset[str] = frozenset()


@dataclass(frozen=True)
class View:
    """One view as it stands on its page."""

    sections: tuple[Section, ...]
    about: About = field(default_factory=About)


class Topic(NamedTuple):
    """What a view is about, where there is one of its type for each of several things."""

    id: str = ""
    """The id of the container, the environment or the dynamic view."""
    title: str = ""
    """What that is called, as far as the model knows."""


@dataclass(frozen=True)
class ViewType:
    """A type of view: when there is one, what it is called and how it is made."""

    name: str
    """Its id, as `[[view:containers]]` has it, and the name of its page or of the folder of its pages."""
    title: str
    """A label, with `{name}` where it has a topic."""
    answers: str
    """A label: the question that it answers."""
    topics: Callable[[Landscape], Iterable[Topic]]
    """What there is a view about; none where it would have nothing to show."""
    make: Callable[[Scene, Topic], View]
    group: str = ""
    """The label of its section in the navigation, where there may be several."""
    type: str = "view"
    """As what its pages are referred to."""


@dataclass(frozen=True)
class Entry:
    """A view that a model has."""

    type: ViewType
    topic: Topic

    @property
    def id(self) -> str:
        """What it is referred to by: `containers`, `components-app`."""
        if self.type.type != "view":
            return self.topic.id
        return f"{self.type.name}-{self.topic.id}" if self.topic.id else self.type.name

    @property
    def path(self) -> str:
        """Its page, below the folder of the architecture."""
        return f"{self.type.name}/{self.topic.id}.md" if self.topic.id else f"{self.type.name}.md"
