"""Regular expressions as schemas speak them: those of JavaScript."""

from __future__ import annotations

import re
from functools import lru_cache

import jsonschema_rs

_JUDGE = jsonschema_rs.Draft202012Validator({"type": "string", "format": "regex"}, validate_formats=True)
_NEEDLESS = re.compile(r"\\([^\w\s^$\\.*+?()\[\]{}|/-])")
_OPEN_RANGE = re.compile(r"(\\[wdsWDS])-(?=[^\]])")


@lru_cache(maxsize=4096)
def is_pattern(text: str) -> bool:
    r"""Whether a text is a regular expression of ECMA-262.

    What browsers take without the flag `u` is taken, too: needless escapes of signs, and `[\w-.]`.
    """
    return _JUDGE.is_valid(text) or _JUDGE.is_valid(_NEEDLESS.sub(r"\1", _OPEN_RANGE.sub(r"\1\\-", text)))
