"""Secret values never leave a run: not in failures, not in reports, not in evidence."""

from __future__ import annotations

import base64
import json
import shlex
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

HIDDEN = "***"


def spellings(secret: str) -> Iterator[str]:
    """How commands print a value: as it is, quoted for a shell, a URL or JSON, and encoded."""
    yield from (secret, shlex.quote(secret), quote(secret), quote(secret, safe=""), quote_plus(secret))
    yield from (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    yield base64.b64encode(secret.encode()).decode()


def redact(text: str, secrets: Iterable[str]) -> str:
    """A text without the secrets in it, however they are spelled."""
    spelled = {spelling for secret in secrets if secret for spelling in spellings(secret)}
    for spelling in sorted(spelled, key=len, reverse=True):
        text = text.replace(spelling, HIDDEN)
    return text
