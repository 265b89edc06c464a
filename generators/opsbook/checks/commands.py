"""Will a shell read the commands as they are meant?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from opsbook.diagnostic import Finding
from opsbook.effects import SyntaxProblem
from opsbook.inspection import Inspection
from opsbook.shellcheck import Remark
from opsbook.source import Place, Route, Source

QUOTING = frozenset((2046, 2048, 2068, 2086, 2206, 2207))
"""What shellcheck says where quotes are missing around something that the shell expands."""


def command_syntax(inspection: Inspection) -> Iterator[tuple[Source, Finding]]:
    """A command or a snippet is no shell: a quote, a bracket or an `if` is not closed, or stands where it may not.

    Whoever copies it at night gets an error in place of an answer, or a prompt that waits for the rest.
    The message names the place where reading stopped; the cause often stands before it.

        run: psql -c "select count(*) from orders"

    The text is read as Bash reads it, and nothing is run.
    """
    for source, route, text, at in _texts(inspection):
        found = inspection.examined.get(text)
        if isinstance(found, SyntaxProblem):
            yield (
                source,
                Finding(
                    route,
                    f"the shell cannot read this: {found.message}",
                    "close the quote, the bracket or the `if` that is open here; "
                    "`bash -n FILE` reads a file without running it",
                    within=at(found.line, found.column),
                ),
            )


def unquoted_parameter(inspection: Inspection) -> Iterator[tuple[Source, Finding]]:
    """A command expands something without quotes around it, so that its value can turn into several words.

    A value with a blank becomes two arguments, `*` becomes every file of the folder, and an empty one
    vanishes: `rm -rf "$DIR"/*` is one folder, `rm -rf $DIR/*` may be everything.

        run: pg_restore --dbname="$DATABASE" "$BACKUP_FILE"

    shellcheck finds it; the number in the message is its own. Where words are meant, use an array:
    `"${FILES[@]}"`.
    """
    for source, route, remark, place in _remarks(inspection):
        if remark.code in QUOTING:
            what = remark.text or "this"
            hint = f'write `"{what}"`' if remark.code in (2046, 2086) and remark.text else _more(remark)
            yield (source, _finding(route, remark, place, hint, f"`{what}` is not quoted: "))


def doubtful_command(inspection: Inspection) -> Iterator[tuple[Source, Finding]]:
    """A command does something else than it seems to do, as shellcheck knows of many such slips.

    An exit code that gets lost, a redirection that empties the file which is read, a comparison that is
    always true: the command runs, and nobody notices.

        run: |
          day=$(date -u +%F)
          export day

    The number in the message is shellcheck's; its wiki explains each. What is meant as it stands gets a
    comment `# shellcheck disable=SC2155` on the line above, within the command.
    """
    for source, route, remark, place in _remarks(inspection):
        if remark.code not in QUOTING:
            yield (source, _finding(route, remark, place, _more(remark)))


def _finding(route: Route, remark: Remark, place: Place, hint: str, before: str = "") -> Finding:
    message = remark.message.rstrip(".")
    return Finding(route, f"{before}{message} (SC{remark.code})", hint, within=place)


def _more(remark: Remark) -> str:
    return (
        f"https://www.shellcheck.net/wiki/SC{remark.code} says why and what to write; "
        f"`# shellcheck disable=SC{remark.code}` on the line above keeps it"
    )


def _texts(inspection: Inspection) -> Iterator[tuple[Source, Route, str, Callable[[int, int], Place]]]:
    """Every command where it stands, and every snippet, used or not; and where a place of its text is in its value."""
    for use in inspection.commands:
        yield use.spec.source, use.route, use.text, use.place
    for source in inspection.sources.values():
        yield source, (), source.text, Place


def _remarks(inspection: Inspection) -> Iterator[tuple[Source, Route, Remark, Place]]:
    """What shellcheck says of everything that is shell at all, and where."""
    folder = f"{inspection.project.snippets_folder}/"
    for source, route, text, at in _texts(inspection):
        if isinstance(inspection.examined.get(text), SyntaxProblem):
            continue
        said = inspection.remarks if route else inspection.snippet_remarks
        for remark in said.get(text if route else source.path.removeprefix(folder), ()):
            yield source, route, remark, at(remark.line, remark.column)
