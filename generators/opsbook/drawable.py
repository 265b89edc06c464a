"""Which Mermaid of a spec a browser may draw.

Mermaid makes SVG and HTML of what it reads, with addresses, style sheets and images that it finds there. Its strict
mode takes out scripts, and leaves what loads. So a text of a spec is drawn only where nothing in it could load, run
or lead anywhere; otherwise a page shows it as it was typed.
"""

from __future__ import annotations

import re

_TYPES = (
    *("flowchart", "graph", "sequenceDiagram", "classDiagram", "classDiagram-v2", "stateDiagram", "stateDiagram-v2"),
    *("erDiagram", "gantt", "pie", "timeline", "mindmap", "journey", "quadrantChart", "gitGraph", "requirementDiagram"),
    *("sankey", "sankey-beta", "xychart", "xychart-beta", "block", "block-beta", "packet", "packet-beta", "kanban"),
)
"""Diagrams whose statements are known here."""

_STEREOTYPES = "abstract|choice|enumeration|entity|fork|interface|join|service"
"""What stands in `<<` and `>>` in diagrams of classes and states."""

_LINE = r"(?:^|;)[ \t]*"
_VALUE = r"[\w -]+"
_SHAPE = rf'[ \t\n]*"?(?:shape|label|animate|animation|curve|type)"?[ \t]*:[ \t]*(?:"[^"\\{{}}<>\n]*"|{_VALUE})[ \t]*'

_FAULTS = (
    (re.compile(r"%%\s*\{"), "sets options (`%%{`)"),
    (
        re.compile(rf"\A(?!\s*(?:%%[^{{\n]*\n\s*)*(?:{'|'.join(_TYPES)})(?![\w-]))"),
        "does not begin with a type of diagram",
    ),
    (
        re.compile(rf"<(?!br[ \t]*/?>|(?<=<<)(?:{_STEREOTYPES})>>)[a-z!?/]", re.IGNORECASE),
        "holds HTML other than `<br>`",
    ),
    (
        re.compile(
            rf"{_LINE}(?:(?:click|callback|link)[ \t]+[\w`]|(?:links|properties|details)[ \t]+[^:\n]+:)",
            re.IGNORECASE | re.MULTILINE,
        ),
        "has links",
    ),
    (re.compile(rf"@\{{(?!{_SHAPE}(?:[,\n]{_SHAPE})*\n?[ \t]*\}})"), "shows images, icons or unknown shapes (`@{`)"),
    (
        re.compile(rf"{_LINE}(?:style|classDef|linkStyle|cssClass)\b(?![\w ,:#.%;-]*$)", re.IGNORECASE | re.MULTILINE),
        "has styles of more than colours and sizes",
    ),
    (
        re.compile(r"\burl\s*\(|image-set\s*\(|@import|(?:java|vb)script\s*:|\bdata:[^\s;,]*[;,]", re.IGNORECASE),
        "names an address",
    ),
    (re.compile(r"\$\$"), "holds formulas (`$$`)"),
)


def fault(source: str) -> str:
    """Why a Mermaid diagram is not drawn, as the end of a sentence about it; empty where it may be."""
    return next((said for pattern, said in _FAULTS if pattern.search(source)), "")
