"""Words that look for somebody to blame, where people wanted to learn what made a mistake possible."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

BLAME: dict[str, tuple[str, ...]] = {
    "en": (
        "human error", "user error", "operator error", "pilot error", "should have", "should've", "could have known",
        "ought to have", "failed to follow", "failed to notice", "careless", "carelessly", "carelessness", "negligent",
        "negligence", "incompetent", "incompetence", "stupid", "sloppy", "sloppiness", "to blame", "fault of",
    ),
    "es": (
        "error humano", "fallo humano", "error del operador", "debería haber", "deberían haber", "debió haber",
        "debieron haber", "tendría que haber", "tendrían que haber", "por descuido", "descuidado", "descuidada",
        "negligencia", "negligente", "incompetente", "incompetencia", "imprudencia", "por culpa de", "culpable",
        "torpeza",
    ),
}  # fmt: skip
"""By language; a language without words is not judged."""


def blame_words(language: str) -> tuple[str, ...]:
    """The words of a language: those of `es` for `es-MX`, too."""
    return BLAME.get(language, ()) or BLAME.get(language.partition("-")[0], ())


def blaming(text: str, language: str) -> Iterator[str]:
    """What a text in a language says of this kind, as it stands there."""
    if words := blame_words(language):
        yield from (found[0] for found in _pattern(words).finditer(text))


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)
