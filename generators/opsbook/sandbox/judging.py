"""Is an outcome what its step expects, and what of it do later steps need?"""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterator, Mapping
from typing import Any

from jsonpath import JSONPathEnvironment, JSONPathError

from opsbook.sandbox.running import Outcome
from opsbook.step import Capture, Expect, Printed, Stream

_JSONPATH = JSONPathEnvironment(strict=True)
"""JSONPath as RFC 9535 has it, without anybody's extensions."""

LEFT_OUT = "…"
"""What stands in a line of a program's output for any text."""

MOST_SECONDS = 2.0
"""How long a pattern may look for its place in an output."""


def judge(expect: Expect, outcome: Outcome) -> Iterator[str]:
    """Everything in an outcome that is not as expected."""
    if outcome.exit is None and not outcome.runs:
        yield f"{outcome.ended}, and the sandbox was ended"
        return
    for call in outcome.calls:
        if not call["expected"]:
            yield f"no double expects `{call['program']} {' '.join(call['argv'])}`"
    if not outcome.runs and outcome.exit not in expect.exit:
        yield f"it ended with {outcome.exit}, not {' or '.join(map(str, expect.exit))}"
    yield from _lacks(expect, "the output", outcome.output)
    yield from _lacks_values(expect.json_, "standard output", outcome.stdout)
    if isinstance(expect, Printed):
        yield from _lacks_lines(expect.lines, outcome.stdout)
    if expect.stderr:
        yield from _lacks(expect.stderr, "standard error", outcome.stderr)
        yield from _lacks_values(expect.stderr.json_, "standard error", outcome.stderr)


def _lacks(wanted: Expect | Stream, name: str, text: str) -> Iterator[str]:
    """What one text does not have of what is asked of it."""
    for part in wanted.contains:
        if part not in text:
            yield f"{name} does not contain `{part}`"
    for pattern in wanted.matches:
        try:
            found = _search(pattern, text)
        except TimeoutError:
            yield f"`{pattern}` takes for ever on {name}: write it so that its parts cannot match the same text"
        else:
            if not found:
                yield f"nothing in {name} matches `{pattern}`"


def _lacks_lines(wanted: tuple[str, ...], text: str) -> Iterator[str]:
    """The first line that an output does not have, or not where it should."""
    lines = [line.rstrip() for line in text.split("\n")]
    at, before = 0, ""
    for line in wanted:
        # What differs from run to run, a time or a commit, is left out within the line.
        shape = re.compile(".*".join(re.escape(part) for part in line.split(LEFT_OUT)))
        found = next((number for number in range(at, len(lines)) if shape.fullmatch(lines[number])), None)
        if found is None:
            where = f" after `{before}`" if before else ""
            yield f"the output has no line `{line}`{where}"
            return
        at, before = found + 1, line


def _search(pattern: str, text: str) -> re.Match[str] | None:
    """The first place where a pattern matches. Raises TimeoutError where looking for it does not end."""

    def end(_signal: int, _frame: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, end)  # the engine of `re` looks for signals, and for nothing else
    signal.setitimer(signal.ITIMER_REAL, MOST_SECONDS)
    try:
        return re.search(pattern, text, re.MULTILINE)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _lacks_values(wanted: Mapping[str, Any], name: str, text: str) -> Iterator[str]:
    for path, value in wanted.items():
        try:
            found = _values(path, text)
        except ValueError as error:
            yield f"{name}: {error}"
            continue
        if not found:
            yield f"{name} has nothing at `{path}`"
        for other in found:
            # In Python, True equals 1.
            if other != value or isinstance(other, bool) != isinstance(value, bool):
                yield f"{name} has {json.dumps(other)} at `{path}`, not {json.dumps(value)}"


def _values(path: str, text: str) -> list[Any]:
    """What stands at a JSONPath. Raises ValueError where the text is no JSON, or the path is none."""
    try:
        return list(_JSONPATH.findall(path, json.loads(text)))
    except RecursionError:
        raise ValueError("this is nested too deeply to be read") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"this is no JSON: {error}") from error
    except JSONPathError as error:
        raise ValueError(f"`{path}` is no JSONPath: {str(error).partition(chr(10))[0]}") from error


def captured(capture: Capture, outcome: Outcome) -> str:
    """The value that a later step needs.

    Raises ValueError where the output does not have it, or no variable can hold it.
    """
    value = _captured(capture, outcome)
    if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
        raise ValueError("no variable can hold what stands there")
    return value


def _captured(capture: Capture, outcome: Outcome) -> str:
    if capture.json_ is not None:
        values = _values(capture.json_, outcome.stdout)
        if len(values) != 1:
            raise ValueError(f"standard output has {len(values)} values at `{capture.json_}`, not one")
        return values[0] if isinstance(values[0], str) else json.dumps(values[0])
    pattern = capture.matches or ""
    try:
        match = _search(pattern, outcome.output)
    except TimeoutError:
        raise ValueError(f"`{pattern}` takes for ever on the output") from None
    if not match:
        raise ValueError(f"nothing in the output matches `{pattern}`")
    return str(match[1] if match.re.groups else match[0])
