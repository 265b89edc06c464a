"""What can be wrong with one guide, and with what it takes from APIs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from opsbook.diagnostic import Finding
from opsbook.kinds.guide.body import Embed, Fault, Listing
from opsbook.kinds.guide.embeds import found
from opsbook.kinds.guide.model import LANGUAGES, Guide
from opsbook.project import Project
from opsbook.reference import Home, Unresolved
from opsbook.source import Place, Source


def no_sample(guide: Guide) -> Iterator[Finding]:
    """A guide explains APIs and has no program that is run.

    Nobody notices when such a guide and its API no longer agree. One program that calls what the guide is about, from
    the first request to the last, is run by `opsbook test` and fails on the day they part:

        ```python run
        import os, urllib.request
        print(urllib.request.urlopen(os.environ["ORDERS_URL"] + "/orders").status)
        ```
        ```text output
        200
        ```
    """
    if guide.apis and not guide.listings:
        yield Finding(
            ("apis",),
            "this guide names APIs, and none of its programs is run",
            "mark a whole program with `python run` or `javascript run` after the fence",
            key=True,
        )


def unknown_language(guide: Guide) -> Iterator[Finding]:
    """A program is to be run, and is in a language that opsbook does not run.

    It would stand on the page as if somebody had tried it. Write it in a language that is run, or leave out the
    word `run`, so that it is only shown:

        ```python run
        print("ready")
        ```
    """
    for block in guide.blocks:
        if isinstance(block, Listing) and not block.path and block.language not in LANGUAGES:
            *most, last = (f"`{name} run`" for name in LANGUAGES)
            known = f"{', '.join(most)} or {last}"
            yield _at(
                block.line,
                f"programs in `{block.language}` are not run",
                f"write `{block.language}` alone, so that it is only shown; what is run begins with {known}",
            )


def unclosed_fence(guide: Guide) -> Iterator[Finding]:
    """A program, or its output, has no end.

    The rest of the page would be read as its text, or the fence as prose. Close it with as many backticks as
    it begins with:

        ```python run
        print("ready")
        ```
    """
    for block in guide.blocks:
        if isinstance(block, Fault) and block.what == "unclosed":
            yield _at(block.line, f"the fence `{block.text}` is not closed", "close it with a line of its backticks")


def stray_output(guide: Guide) -> Iterator[Finding]:
    """An output follows no program that prints it.

    It would look proven, and nothing compares it with anything. It belongs right below a program that is run, with
    nothing but blank lines between:

        ```python run
        print("ready")
        ```
        ```text output
        ready
        ```
    """
    for block in guide.blocks:
        if isinstance(block, Fault) and block.what == "output":
            yield _at(
                block.line,
                "this output stands below no program",
                "move it right below a program with `run`, or leave out the word `output`",
            )


def unknown_embed(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A guide embeds something that its API's document does not have.

    An embed shows what the document says at this moment, so that the guide cannot say something else. When an
    operation loses a response, or an example gets another name, the guide that shows it has to be mended:

        ![[operation:orders#createOrder|response 201/accepted]]
    """
    for spec in project.specs:
        if not isinstance(spec.document, Guide):
            continue
        home = Home(spec.system, spec.kind.name, spec.document.id)
        for block in spec.document.blocks:
            if not isinstance(block, Embed):
                continue
            shown = found(block.reference, block.view, project, home)  # of a name nobody knows, another rule speaks
            if isinstance(shown, Unresolved):
                yield spec.source, _at(block.line, shown.message, shown.hint)


def _at(line: int, message: str, hint: str) -> Finding:
    return Finding(("body",), message, hint, within=Place(line, 1))
