"""Can the files of other tools that specs name be read?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from opsbook.diagnostic import Finding
from opsbook.model import FilePath
from opsbook.project import Project
from opsbook.source import Fault, Source

_CURES = {
    "yaml/too-large": "name a smaller file, or split it",
    "yaml/encoding": "save it as UTF-8, or name another file",
    "yaml/key": "mend the file; of templates, name what they expand to, such as the output of `helm template`",
}
"""What helps where the cure of a spec would not: the file belongs to another tool."""


def unread_file(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A spec names a file that cannot be read.

    Some specs are compared with the files by which a system is deployed. A comparison that cannot be made finds
    nothing, and looks as if all were well. Paths count from the project's root, and lead to files within it:

        sources:
          compose:
            - path: deploy/compose.yaml
              environment: production

    Files of YAML and JSON are read, with merge keys and several documents, up to the limits that hold for specs.
    """
    for spec in project.specs:
        for mention in spec.mentions:
            if not isinstance(mention.mark, FilePath):
                continue
            fault = project.files.get(mention.text, ())
            if isinstance(fault, Fault):
                yield spec.source, Finding(mention.route, _said(mention.text, fault), _cure(fault))


def _said(path: str, fault: Fault) -> str:
    if fault.rule.startswith("project/"):
        return f"`{path}` cannot be read: {fault.message}"
    return f"`{path}:{fault.place.line}:{fault.place.column}` cannot be read: {fault.message}"


def _cure(fault: Fault) -> str:
    return _CURES.get(fault.rule, fault.hint)
