"""The words on the pages that no author wrote, in the language of the system.

Labels are gettext messages: the English text is the message id, catalogues are
`locale/<language>.po` in this package and, for a language that opsbook lacks, in the project.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import ROUND_DOWN, Decimal
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path

from babel.messages.pofile import PoFileError, read_po


def N_(label: str) -> str:  # noqa: N802  # gettext's own name for it: extraction looks for `N_`
    """Mark a label for the catalogues where it is defined; it is translated where it is printed."""
    return label


MUCH = timedelta(hours=2)
"""From where on minutes alone say little."""

_SHIPPED = Path(__file__).parent / "locale"


@dataclass(frozen=True)
class Labels:
    """The labels of one language. Calling it translates; an unknown label stays English."""

    language: str
    messages: Mapping[str, str] = field(repr=False)

    def __call__(self, label: str) -> str:
        """Translate a label."""
        return self.messages.get(label, label)

    @cached_property
    def _durations(self) -> dict[timedelta, str]:
        return {}

    def duration(self, value: timedelta) -> str:
        """A length of time in words: `1 h 30 min`."""
        known = self._durations.get(value)
        if known is None:
            known = self._durations[value] = self._spell(value)
        return known

    def _spell(self, value: timedelta) -> str:
        seconds = int(value.total_seconds())
        parts = []
        for size, one, many in (
            (86_400, self(N_("day")), self(N_("days"))),
            (3_600, "h", "h"),
            (60, "min", "min"),
            (1, "s", "s"),
        ):
            count, seconds = divmod(seconds, size)
            if count:
                parts.append(f"{count} {one if count == 1 else many}")
        return " ".join(parts) or "0 s"

    def figure(self, value: timedelta) -> str:
        """A length of time that is counted, as one figure: `43.2 min`.

        What is under a hundredth is cut off, so that nothing is promised that there is not. Figures have a decimal
        point in every language, as in queries and in specs.
        """
        unit = "s" if value < timedelta(minutes=1) else "min"
        counted = Decimal(value // timedelta(microseconds=1)) / (1_000_000 if unit == "s" else 60_000_000)
        return f"{counted.quantize(Decimal('0.01'), ROUND_DOWN).normalize():f} {unit}"

    def budget(self, value: timedelta) -> str:
        """A length of time that is counted, as one figure, and in words where that is much."""
        return f"{self.figure(value)} ({self.about(value)})" if value >= MUCH else self.figure(value)

    def about(self, value: timedelta) -> str:
        """A length of time in words, without what is less than a minute."""
        return self.duration(timedelta(minutes=value // timedelta(minutes=1)))

    def missing(self) -> list[str]:
        """The labels of opsbook that this language does not translate, sorted."""
        return [] if self.language == "en" else sorted(template() - self.messages.keys())


@cache
def template() -> frozenset[str]:
    """Every label that opsbook's pages use: the message ids of the shipped `opsbook.pot`."""
    return frozenset(read_catalogue((_SHIPPED / "opsbook.pot").read_bytes(), everything=True))


@cache
def _shipped() -> Mapping[str, Mapping[str, str]]:
    """What opsbook itself translates, by language."""
    return {path.stem: read_catalogue(path.read_bytes()) for path in sorted(_SHIPPED.glob("*.po"))}


def languages(project: Mapping[str, bytes]) -> dict[str, Labels]:
    """The labels of every language there is: shipped, and in the project's own catalogues.

    `project` maps a language to the bytes of its `.po` file; what it says wins over what is shipped.
    Raises ValueError for a catalogue that gettext cannot read.
    """
    own = {language: read_catalogue(raw) for language, raw in project.items()}
    return {
        language: Labels(language, {**_shipped().get(language, {}), **own.get(language, {})})
        for language in sorted({"en", *_shipped(), *own})
    }


def read_catalogue(raw: bytes, *, everything: bool = False) -> dict[str, str]:
    """The labels that a `.po` file translates, or `everything` that it names.

    Raises ValueError where gettext cannot read it.
    """
    try:
        catalogue = read_po(BytesIO(raw), abort_invalid=True)
    except PoFileError as error:
        raise ValueError(f"line {error.lineno + 1}: {str(error).rpartition(' on ')[0]}") from error
    except UnicodeDecodeError as error:
        raise ValueError("it is not UTF-8 text") from error
    except LookupError as error:  # an encoding that does not exist
        raise ValueError(str(error)) from error
    return {
        message.id: str(message.string)
        for message in catalogue
        if isinstance(message.id, str) and message.id and (everything or (message.string and not message.fuzzy))
    }
