"""The labels of these pages that stand within longer lines: extraction does not look into f-strings."""

from __future__ import annotations

from opsbook.labels import N_

WORDS = (
    *(N_("* required"), N_("all of"), N_("also"), N_("always"), N_("and"), N_("array of"), N_("Authentication")),
    *(N_("body"), N_("Consists of"), N_("default"), N_("deprecated"), N_("each"), N_("each item"), N_("encoding of")),
    *(N_("Errors"), N_("Example"), N_("Fields"), N_("flow"), N_("for example"), N_("from"), N_("Further rules")),
    *(
        N_("header"),
        N_("it will go away"),
        N_("link"),
        N_("map to"),
        N_("multiple of"),
        N_("one of"),
        N_("All operations"),
        N_("Operations"),
    ),
    *(N_("or"), N_("otherwise"), N_("pattern"), N_("Rate limits"), N_("required"), N_("Schemas"), N_("Servers")),
    *(N_("style"), N_("told apart by"), N_("Try it"), N_("Webhooks"), N_("with"), N_("written as")),
    N_("Requests go from your browser to the server that you choose. They are real."),
    N_("Where an operation says nothing else"),
)
"""Marked for the catalogues; they are translated where they are printed."""
