"""The page of a guide: its prose, what it shows of APIs, and its programs with what is proved of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opsbook.kind import Spec
from opsbook.kinds.guide.body import Block, Embed, Heading, Listing, Prose
from opsbook.kinds.guide.embeds import found
from opsbook.kinds.guide.model import Guide
from opsbook.labels import N_
from opsbook.page import Page
from opsbook.printed_step import effect_badge
from opsbook.printer import Printer, render
from opsbook.project import Project
from opsbook.reference import Home

_RUN = {
    "real": N_("run on"),
    "double": N_("run with a double on"),
    "stale": N_("changed since its run on"),
    "failed": N_("its run failed on"),
    "never": N_("not run yet"),
}
"""What may be said of how a program was run."""

_COMMIT, _PRINTS = N_("at commit"), N_("It prints")
_ASIDE = N_("leave it running, in a terminal of its own")


def pages(spec: Spec[Guide], project: Project) -> Iterator[Page]:
    """One page."""
    guide = spec.document
    home = Home(spec.system, "guide", guide.id)
    md = Printer(project, spec.path, home, spec)
    label = md.label
    body = render(
        Path(__file__).with_name("page.md.jinja"),
        md,
        guide=guide,
        facts=[
            (label("APIs"), md.links("api", guide.apis)),
            (label("Owner"), md.link("role", guide.owner)),
            (label("Reviewed"), md.freshness(guide)),
        ],
        blocks=[printed for block in guide.blocks if (printed := _printed(block, md, project, home))],
    )
    yield Page(spec.path, md.plain(guide.title), body, (label("Guides"),), spec.source.path)


def _printed(block: Block, md: Printer, project: Project, home: Home) -> str:
    """A part of the body as Markdown."""
    match block:
        case Heading():
            return f"{'#' * block.level} {md.line(block.title)} {{ #{block.anchor} }}"
        case Embed():
            shown = found(block.reference, block.view, project, home)
            return shown(md) if callable(shown) else md.literal(block.reference)
        case Listing():
            return _program(block, md)
        case Prose():
            return md.block(block.text)
        case _:
            return ""


def _program(listing: Listing, md: Printer) -> str:
    """A program to copy, whether it was run, and what it prints."""
    parts = [f'<a id="{listing.id}"></a>', md.code(listing.text, listing.language)]
    if listing.path:
        return "\n\n".join([f"{md.value(listing.path)}:", *parts])
    if listing.background:
        parts.append(md.label(_ASIDE))
    parts.append(_status(listing, md))
    if listing.destructive:
        parts.append(effect_badge(md, "destructive"))
    if listing.output is not None:
        parts += [f"**{md.label(_PRINTS)}:**", md.code("\n".join(listing.output), "text")]
    return "\n\n".join(part for part in parts if part)


def _status(listing: Listing, md: Printer) -> str:
    said, proof = md.tested.get(listing.id, ("never", None))
    text = md.label(_RUN.get(said, _RUN["never"]))
    if proof and said != "never":
        text += f" {proof.day}"
        text += f" · {md.label(_COMMIT)} `{proof.revision}`" if proof.revision else ""
    return f'<span class="opsbook-tested opsbook-tested--{said}">{text}</span>'
