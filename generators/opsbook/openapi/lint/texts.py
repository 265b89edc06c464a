"""Rules about texts: descriptions that would do more in a browser than be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from opsbook.openapi.lint.found import Found, found, mapping
from opsbook.openapi.walk import Api, Node
from opsbook.source import short

_UNSAFE = re.compile(
    r"<\s*(?:script|iframe|object|embed|base|meta|link|style|form)\b[^<>]*"
    r"|<[a-z][^<>]*?\s(?:on[a-z]+)\s*="
    r"|(?:\]\(\s*<?|(?:href|src|action)\s*=\s*[\"']?)\s*(?:javascript|vbscript|data:text/html)\s*:?",
    re.IGNORECASE,
)
_CODE = re.compile(r"^(```+|~~~+).*?(?:^\1|\Z)|(?<!`)(`+)(?!`).*?(?<!`)\2(?!`)", re.DOTALL | re.MULTILINE)
"""What Markdown shows as it is: fences and code spans."""

_HOLDERS = (
    *("path item", "operation", "parameter", "header", "request body", "response", "example", "schema"),
    *("security scheme", "link"),
)
_FIELDS = ("description", "summary", "title")


def unsafe_markup(api: Api) -> Iterator[Found]:
    """A description has markup that runs code, loads something, or breaks out of its page.

    Descriptions are Markdown, which may hold HTML; many viewers show it as it is. A `<script>`, an `onerror=` or a
    `javascript:` link then acts with the rights of whoever reads the page. In backticks, such a text is only shown.

        description: Escape `<script>` in the name.
    """
    for node in _described(api):
        for field in _FIELDS:
            text = node.value.get(field)
            if not isinstance(text, str) or ("<" not in text and "](" not in text):
                continue
            match = _UNSAFE.search(_CODE.sub(lambda code: " " * len(code[0]), text))
            if match:
                yield found(
                    node,
                    field,
                    message=f"`{short(' '.join(match[0].split()))}` would do something in a browser",
                    hint="remove it, or put it in backticks if readers are to see it",
                )


def _described(api: Api) -> Iterator[Node]:
    root = api.root
    yield root
    data = mapping(root.value)
    yield Node(root.source, ("info",), "info", mapping(data.get("info")))
    for field in ("tags", "servers"):
        listed: Any = data.get(field)
        for index, value in enumerate(listed if isinstance(listed, list) else ()):
            yield Node(root.source, (field, index), field, mapping(value))
    for shape in _HOLDERS:
        yield from api.nodes.get(shape, ())
