"""Steps as pages print them: every text safe, linked and labelled, so that the template only lays out."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from opsbook import markup
from opsbook.evidence import UNDO
from opsbook.labels import N_
from opsbook.printer import Printer
from opsbook.step import Capture, Effect, Expect, OnFailure, Parameter, Step, Stream, Target

EFFECTS = {"read": N_("Only reads"), "change": N_("Changes the system"), "destructive": N_("May destroy data")}
"""What a step's effect is called."""


@dataclass(frozen=True, slots=True)
class PrintedStep:
    """One step: Markdown that is ready to stand on a page; empty where the author wrote nothing."""

    id: str
    title: str
    facts: str
    """The line below the title: the box to tick, what the command does to the system, how long it may take."""
    text: str
    """Why, and how by hand."""
    hazard: str
    target: str
    """How to be sure of the target: an assertion to run, and a name to type or to say."""
    command: str
    outcome: str
    """What to expect, and where to go if not."""
    undo: str
    listed: str
    """What names it: alerts that lead to it, incidents in which it was followed."""


TESTED = {
    "real": N_("tested for real on"),
    "double": N_("tested with a double on"),
    "dry-run": N_("tested by a dry run on"),
    "stale": N_("changed since its test on"),
    "failed": N_("its test failed on"),
    "never": N_("not tested yet"),
    "manual": N_("not tested by a machine"),
}
"""What may be said of how a step was tested."""


_NOTHING_RUN = N_("WRONG TARGET: nothing was run")


def printed_steps(md: Printer, steps: Sequence[Step], tick: str = "") -> Iterator[PrintedStep]:
    """Prepare steps for the page of `md`; with `tick`, each gets a box whose state is stored under that key."""
    for step in steps:
        yield PrintedStep(
            id=step.id,
            title=md.line(step.title),
            facts=_facts(md, step, tick),
            text="\n\n".join(md.block(text) for text in (step.why, step.text) if text),
            hazard=md.line(step.hazard) if step.hazard else "",
            target=_target(md, step.target) if step.target else "",
            command=_guarded(md, step, step.target) if step.target else printed_command(md, step),
            outcome="\n\n".join(_outcome(md, step)),
            undo=_undo(md, step),
            listed="\n\n".join(_headed(label, links) for label, links in md.listed_at(step.id)),
        )


def exports(parameters: Sequence[Parameter]) -> str:
    """The lines that set the parameters in a shell. A secret is asked for, so that no history keeps it."""
    return "\n".join(
        f"read -rsp '{parameter.name}: ' {parameter.name} && export {parameter.name}"
        if parameter.secret
        else f"export {parameter.name}={shlex.quote(parameter.default or parameter.example or '')}"
        for parameter in parameters
    )


def values_used(md: Printer, parameters: Sequence[Parameter], steps: Sequence[Step]) -> str:
    """The parameters that the commands of some steps use, as code with commas."""
    if not parameters:
        return ""
    calls = [call for step in steps for call in (step, step.rollback) if call]
    texts = [text for call in calls for text in (call.run, md.snippets.get(call.snippet or ""))]
    commands = "\n".join(text for text in (*texts, *(step.target.run for step in steps if step.target)) if text)
    words = set(re.findall(r"\w+", commands))
    return ", ".join(f"`{parameter.name}`" for parameter in parameters if parameter.name in words)


def effect_badge(md: Printer, effect: Effect) -> str:
    """What a command does to the system, in a word."""
    return f'<span class="opsbook-effect opsbook-effect--{effect}">{md.label(EFFECTS[effect])}</span>'


def _facts(md: Printer, step: Step, tick: str) -> str:
    label = md.label
    parts = []
    if tick:
        name = markup.attribute(label("Done") + ": " + md.plain(step.title))
        box = f'<input type="checkbox" data-opsbook-tick="{tick}/{step.id}" aria-label="{name}">'
        done = label("Done")
        parts.append(f'<label class="opsbook-tick">{box} {done}</label>')
    if step.effect:
        parts.append(effect_badge(md, step.effect))
    if step.timeout:
        parts.append(_patience(label("at most") + " " + md.duration(step.timeout)))
    if step.wait:
        every, most = md.duration(step.wait.every), md.duration(step.wait.at_most)
        parts.append(_patience(label("repeat every {}, for at most {}, until it is as expected").format(every, most)))
    if step.retries:
        parts.append(_patience(label("if it fails, try again, at most {}×").format(step.retries)))
    if step.background:
        parts.append(_patience(label("leave it running, in a terminal of its own")))
    if step.always:
        parts.append(_patience(label("in any case, even where a step before failed")))
    parts.append(_tested(md, step.id, step.test.manual if step.test else None))
    return " ".join(part for part in parts if part)


def _patience(text: str) -> str:
    return f'<span class="opsbook-timeout">{text}</span>'


def _tested(md: Printer, name: str, manual: str | None) -> str:
    """What may be said of how a step, or its rollback, was tested."""
    if name not in md.tested:
        return ""
    said, proof = md.tested[name]
    reason = f": {md.line(manual)}" if manual else ""
    day = f" {proof.day}" if proof else ""
    return f'<span class="opsbook-tested opsbook-tested--{said}">{md.label(TESTED[said])}{day}{reason}</span>'


def _target(md: Printer, target: Target) -> str:
    label = md.label
    right, wrong = (shlex.quote(label(word)) for word in (N_("Right target"), N_("WRONG TARGET")))
    ask = f"if {target.run.strip()}\nthen echo {right}\nelse echo {wrong}\nfi"
    if name := target.parameter:
        said = label(N_("the value of")) + f" `{name}`"
        asked = label(N_("Type the value of {} to unlock the command"))
    else:
        name = target.confirm
        said, asked = md.value(name), label(N_("Type {} to unlock the command"))
    texts = {
        "confirm": name,
        "ask": asked,
        "open": label(N_("The command can be copied.")),
        **({"pattern": _pattern(md, name), "wrong": label(_NOTHING_RUN)} if target.parameter else {}),
    }
    data = " ".join(f'data-opsbook-{key}="{md.literal(text)}"' for key, text in texts.items())
    aloud = _headed(label(N_("Say it aloud before you run the command")), f"<span {data}>{said}</span>")
    sure = _headed(label(N_("Be sure of the target")), md.line(target.what))
    return f'<div class="opsbook-target" markdown>\n\n{sure}\n\n{md.code(ask, "bash")}\n\n{aloud}\n\n</div>'


def _pattern(md: Printer, name: str) -> str:
    return next((parameter.pattern or "" for parameter in md.parameters if parameter.name == name), "")


def guarded(command: str, target: Target, wrong: str) -> str:
    """A command that runs where its target's assertion holds, and says `wrong` elsewhere.

    It stays in the reader's shell, and keeps its lines as they are: an indented here-document would not end.
    """
    body = command if "\n" in command else f"  {command}"
    return f"if {target.run.strip()}\nthen\n{body}\nelse\n  echo {shlex.quote(wrong)} >&2; false\nfi"


def _guarded(md: Printer, step: Step, target: Target) -> str:
    return f'<div class="opsbook-guarded" markdown>\n\n{printed_command(md, step, target)}\n\n</div>'


class Scripted(Protocol):
    """What has commands: a step, what takes it back, a probe."""

    @property
    def run(self) -> str | None:
        """The commands, inline."""

    @property
    def snippet(self) -> str | None:
        """The file below `snippets/` that has them."""


def printed_command(md: Printer, step: Scripted, target: Target | None = None) -> str:
    """The commands of a step as a block of code; those of a file behind the line that runs it. Empty without any."""

    def code(command: str) -> str:
        if not target:
            return md.code(command, "bash")
        first = 3  # after the assertion and `then`
        lines = first, first + command.count("\n")
        return md.code(guarded(command, target, md.label(_NOTHING_RUN)), "bash", lines)

    if step.run:
        return code(step.run.rstrip())
    if step.snippet:
        # What is copied runs in a shell of its own: pasted, the script's `set -e` would end the reader's.
        call = code(f"bash {md.snippets_folder}/{step.snippet}")
        script = md.code(md.snippets.get(step.snippet, "").rstrip(), "bash")
        summary = f"<summary>{step.snippet}</summary>"
        return f'{call}\n\n<details class="opsbook-script" markdown>\n{summary}\n\n{script}\n\n</details>'
    return ""


def _outcome(md: Printer, step: Step) -> Iterator[str]:
    if step.expect:
        yield from printed_expectation(md, step.expect)
    if step.on_failure:
        yield _headed(md.label("If not"), _failure(md, step.on_failure))
    yield from (_captured(md, capture) for capture in step.capture)


def printed_expectation(md: Printer, expect: Expect) -> Iterator[str]:
    """How to know that a command did what it should, in paragraphs."""
    label = md.label
    if expect.see:
        yield _headed(label("Expected"), md.line(expect.see))
    yield from _held(md, expect, _OUTPUT)
    if expect.stderr:
        yield from _held(md, expect.stderr, _ERRORS)
    if expect.exit != (0,):
        yield _headed(label("Exit code"), ", ".join(map(str, expect.exit)))
    if expect.output:
        yield _headed(label("For example"), "\n\n" + md.code(expect.output.rstrip(), "text"))


_OUTPUT = (N_("The output contains"), N_("The output matches"), N_("The output, as JSON, has at {}"))
_ERRORS = (N_("Standard error contains"), N_("Standard error matches"), N_("Standard error, as JSON, has at {}"))


def _held(md: Printer, stream: Expect | Stream, labels: tuple[str, str, str]) -> Iterator[str]:
    """What an output has to hold, under its own labels."""
    contains, matches, has = map(md.label, labels)
    if stream.contains:
        yield _headed(contains, ", ".join(map(md.value, stream.contains)))
    if stream.matches:
        yield _headed(matches, ", ".join(map(md.value, stream.matches)))
    for path, value in stream.json_.items():
        yield _headed(has.format(md.value(path)), md.value(json.dumps(value, ensure_ascii=False)))


def _captured(md: Printer, capture: Capture) -> str:
    """What to keep for later, and a command that asks for it."""
    silent = "s" if capture.secret else ""
    ask = f"read -r{silent}p '{capture.name}: ' {capture.name} && export {capture.name}"
    how = md.line(capture.title) + " · " + md.label("run this, and paste the value")
    return _headed(md.label("Keep for later steps"), how) + "\n\n" + md.code(ask, "bash")


def _failure(md: Printer, route: OnFailure) -> str:
    label = md.label
    parts = [md.line(route.say)] if route.say else []
    if route.go_to:
        parts.append(label("go to") + " " + md.ref(route.go_to))
    if route.at_most:
        parts.append(label("at most this often:") + f" {route.at_most}")
    if route.escalate:
        parts.append(label("escalate:") + " " + md.ref(route.escalate))
    return " · ".join(parts)


def _undo(md: Printer, step: Step) -> str:
    if step.irreversible:
        return _headed(md.label("Cannot be undone"), md.line(step.irreversible))
    if not step.rollback:
        return ""
    command = printed_command(md, step.rollback)
    tested = _tested(md, step.id + UNDO, step.rollback.manual)
    undo = _headed(md.label("To undo"), md.line(step.rollback.do)) + (f" · {tested}" if tested else "")
    return f"{undo}\n\n{command}" if command else undo


def _headed(heading: str, text: str) -> str:
    return f"**{heading}:** {text}"
