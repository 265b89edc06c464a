"""Can the commands be typed as they stand?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from opsbook.diagnostic import Finding, suggest
from opsbook.model import Mention, Shell, SnippetPath
from opsbook.project import Project
from opsbook.source import Source

# A word in angle brackets without quotes around it; `<(`, `<<` and `< file` are the shell's own.
_PLACEHOLDER = re.compile(r"(?<![<\w\\$])<([A-Za-zÀ-ÿ][\w À-ÿ.:/-]*)>(?!>)")
_HERE_DOCUMENT = re.compile(
    r"(?P<line>(?<!<)<<-?[ \t]*(?P<quote>['\"\\]?)(?P<end>\w+)[^\n]*\n)(?:(?![ \t]*(?P=end)[ \t]*$)[^\n]*\n)*",
    re.MULTILINE,
)
# A snippet that a command of a test names by the path that it has in a sandbox.
_IN_SANDBOX = re.compile(r"/opsbook/snippets/([\w.-]+(?:/[\w.-]+)*\.sh)\b")
_QUOTED = re.compile(r"'[^']*'|\"(?:\\.|[^\"\\])*\"|(?<!\S)#[^\n]*")


def placeholder_in_command(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A command holds a raw `<placeholder>`, which the shell reads as a redirection.

    `kubectl delete pod <pod> --force` reads from a file `pod` and writes to one called `--force`. What
    the reader supplies is a parameter, and reaches the command as an environment variable:

        parameters:
          - name: POD
            title: The pod to delete
        …
            run: kubectl delete pod "$POD"
    """
    for spec in project.specs:
        for mention in spec.mentions:
            if isinstance(mention.mark, Shell):
                for name in _placeholders(mention.text):
                    variable = re.sub(r"\W+", "_", name.upper())
                    yield (
                        spec.source,
                        Finding(
                            mention.route,
                            f"the shell reads `<{name}>` as a redirection",
                            f'declare a parameter `{variable}` and write `"${variable}"`',
                            part=f"<{name}>",
                        ),
                    )


def _placeholders(command: str) -> list[str]:
    if "<" not in command:
        return []
    unquoted = _QUOTED.sub(" ", _HERE_DOCUMENT.sub(lambda match: match["line"], command))
    return [match[1] for match in _PLACEHOLDER.finditer(unquoted)]


def unknown_snippet(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """A step names a snippet that does not exist.

    Snippets are files below `snippets/`, by system, or in `shared/`:

        snippet: chatbot/dump.sh        (the file snippets/chatbot/dump.sh)
    """
    for spec in project.specs:
        for mention in spec.mentions:
            for name in _snippets(mention):
                if name not in project.snippets:
                    yield (
                        spec.source,
                        Finding(
                            mention.route,
                            f"there is no file `{project.snippets_folder}/{name}`",
                            suggest(name, project.snippets),
                        ),
                    )


def _snippets(mention: Mention) -> list[str]:
    """The snippets that a text of a spec names: as a field, or by their path in the sandbox of a test."""
    if isinstance(mention.mark, SnippetPath):
        return [mention.text]
    return _IN_SANDBOX.findall(mention.text) if isinstance(mention.mark, Shell) else []


def unused_snippet(project: Project, _today: date) -> Iterator[tuple[Source, Finding]]:
    """No step uses a snippet: nobody finds it, and nobody notices when it breaks.

    Use it in a step, or delete the file:

        snippet: chatbot/dump.sh
    """
    if project.unread:
        return  # a spec that could not be read may use it
    used = {name for spec in project.specs for mention in spec.mentions for name in _snippets(mention)}
    for name, text in project.snippets.items():
        if name not in used:
            yield (
                Source(f"{project.snippets_folder}/{name}", text, None),
                Finding((), f"no step uses `{name}`", f"use it in a step with `snippet: {name}`, or delete it"),
            )
