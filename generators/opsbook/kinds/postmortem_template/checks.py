"""What can be wrong with postmortem templates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from opsbook.diagnostic import Finding
from opsbook.kinds.postmortem_template.model import FIELDS, PostmortemTemplate
from opsbook.project import Project
from opsbook.source import Source

_OWN = ("text", "list", "choice")


def unfit_section(template: PostmortemTemplate) -> Iterator[Finding]:
    """A section asks for an answer that its field cannot hold.

    A section whose id is a field of every postmortem has the kind of that field; any other is a text, a list or a
    choice. Change the kind, or the id:

        sections:
          - id: timeline
            title: What happened, minute by minute
            kind: timeline
    """
    for number, section in enumerate(template.sections):
        wanted = FIELDS.get(section.id)
        if wanted and section.kind != wanted:
            said, hint = (
                f"`{section.id}` is a field of the kind `{wanted}`",
                f"write `kind: {wanted}`, or use another id",
            )
        elif not wanted and section.kind not in _OWN:
            said = f"a section of its own, such as `{section.id}`, cannot be of the kind `{section.kind}`"
            hint = f"write one of: {', '.join(f'`kind: {kind}`' for kind in _OWN)}"
        else:
            continue
        yield Finding(("sections", number, "kind"), said, hint)


def missing_choices(template: PostmortemTemplate) -> Iterator[Finding]:
    """A section is a choice and gives nothing to choose from, or gives choices and is none.

    The form cannot offer what nobody has written:

        - id: customers-told
          title: Were customers told?
          kind: choice
          choices: ["yes", "no", in part]
    """
    for number, section in enumerate(template.sections):
        if section.kind == "choice" and not section.choices:
            yield Finding(
                ("sections", number, "kind"), f"`{section.id}` gives nothing to choose from", "add `choices:`"
            )
        elif section.choices and section.kind != "choice":
            yield Finding(
                ("sections", number, "choices"),
                f"`{section.id}` gives choices, and is of the kind `{section.kind}`",
                "write `kind: choice`, or remove `choices`",
                key=True,
            )


def rival_templates(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """Two templates of a system are for the same severity.

    Whoever begins a postmortem after a long night should not have to choose. Keep the severity in one of them; a
    postmortem that follows the other names it:

        template: deep
    """
    for system in project.systems:
        first: dict[str, str] = {}
        for spec in project.of(PostmortemTemplate, system):
            for number, severity in enumerate(spec.document.severities):
                other = first.setdefault(severity, spec.document.id)
                if other != spec.document.id:
                    yield (
                        spec.source,
                        Finding(
                            ("severities", number),
                            f"`{other}` is for incidents of the severity `{severity}`, too",
                            "keep the severity in one of the two",
                        ),
                    )
