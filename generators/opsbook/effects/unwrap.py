"""Programs that run other commands: what is judged is the command within."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

from opsbook.effects.rule import Call, Given, Judge, sort_arguments
from opsbook.effects.words import NOTHING, OUTPUT, RANK, UNSEEN, Seen, Sight, Word, grave, hole, is_fixed

_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")


@dataclass(frozen=True)
class Wrapper:
    """A program that runs the command in its arguments."""

    takes: str = ""
    """Its own options that have a value."""
    skips: int = 0
    """How many operands come before the command: one for `timeout`."""
    assigns: bool = False
    """Whether `NAME=value` may come before the command."""
    text: str = ""
    """Options whose value is a command as text: `-c`."""
    joins: bool = False
    """Whether the words are put together and read by a shell."""
    least: Seen = "read"
    """What it does itself."""
    alone: Seen = "unknown"
    """What it does without a command."""
    harmless: str = ""
    """Options with which it runs nothing."""
    writes: str = ""
    """Options that name a file which it writes."""

    def __call__(self, call: Call) -> list[Sight]:
        """What is seen of the command within."""
        given = sort_arguments(call.arguments, self.takes, stop=True)
        if given.has(*self.harmless.split()):
            return [Sight("read", f"`{call.name}` runs nothing here")]
        rest = list(call.arguments[given.rest :])
        sights = [self._itself(call, given)]
        texts = given.values(*self.text.split())
        for word in texts:
            sights += from_text(call, word, tuple(rest[self.skips :]))
        command = self._command(rest)
        if texts:
            return sights
        if any(word.many for word in call.arguments[: given.rest]):
            sights.append(Sight("unknown", "unquoted words may turn out as any command"))
        if not command:
            return [*sights, self._nothing_within(call)] if call.given == NOTHING else [*sights, *reads_script(call)]
        if self.joins:
            return sights + call.shell(" ".join(word.text for word in command))
        return sights + call.run(command)

    def _itself(self, call: Call, given: Given) -> Sight:
        effect: Seen = "change" if given.has(*self.writes.split()) else self.least
        return Sight(effect, f"`{call.name}` itself" + (" writes a file" if effect != self.least else ""))

    def _command(self, rest: list[Word]) -> tuple[Word, ...]:
        while self.assigns and rest and _ASSIGNMENT.match(rest[0].text):
            rest.pop(0)
        return tuple(rest[self.skips :])

    def _nothing_within(self, call: Call) -> Sight:
        if self.alone != "unknown":
            return Sight(self.alone, f"`{call.name}` alone")
        return Sight("unknown", f"`{call.name}` waits for what a person types")


def from_text(call: Call, word: Word, arguments: tuple[Word, ...] = ()) -> list[Sight]:
    """What is seen of a word that a shell gets as text."""
    if word.many:
        return [Sight("unknown", "what the shell gets is only known when it runs")]
    # The first argument of `bash -c TEXT` is its name, `$0`.
    return call.shell(word.text, arguments[1:])


def reads_script(call: Call) -> list[Sight]:
    """What is seen of a shell that runs what it reads."""
    text = call.given.text
    if text is not None:
        return call.shell(text, (), NOTHING)
    if call.given == UNSEEN:
        return [Sight("destructive", "a shell runs what it is handed, and that may be anything")]
    return [Sight("unknown", f"`{call.name}` waits for what a person types")]


def shell(call: Call) -> list[Sight]:
    """`bash -c TEXT`, `bash -s`, `bash FILE`."""
    given = sort_arguments(call.arguments, "-O -o --rcfile --init-file", stop=True)
    if given.has("--version", "--help", "-n"):
        return [Sight("read", "it runs nothing")]
    operands = given.operands
    if given.has("-c"):
        if not operands:
            return [Sight("unknown", "the command is missing")]
        return from_text(call, operands[0], operands[1:])
    if not operands or given.has("-s"):
        return reads_script(call)
    return _file(call, operands[0])


def _file(call: Call, file: Word) -> list[Sight]:
    if file.text.startswith(OUTPUT):
        return [Sight("destructive", "a shell runs what another command prints, and that may be anything")]
    if file.text in ("/dev/stdin", "-"):
        return reads_script(call)
    return [Sight("unknown", "what is in a script is not looked at: declare what it does")]


def source(call: Call) -> list[Sight]:
    """`source FILE`."""
    file = call.arguments[0] if call.arguments else Word("")
    if re.search(r"/bin/activate$", file.text):
        return [Sight("read", "it only sets variables")]
    return _file(call, file)


def evaluate(call: Call) -> list[Sight]:
    """`eval WORDS`, `watch WORDS`: the words are put together and read by a shell."""
    if any(word.many for word in call.arguments):
        return [Sight("unknown", "what the shell gets is only known when it runs")]
    return call.shell(" ".join(word.text for word in call.arguments), call.scope.arguments)


def trap(call: Call) -> list[Sight]:
    """`trap TEXT SIGNAL`."""
    words = [word for word in call.arguments if word.text != "--"]
    if not words or words[0].text in ("-", "", "-l", "-p"):
        return [Sight("read", "it sets nothing up")]
    return from_text(call, words[0]) or [Sight("read", "it only sets up")]


def alias(call: Call) -> list[Sight]:
    """`alias NAME=TEXT`: judged as if it were used."""
    sights = [Sight("read", "it only sets up")]
    for word in call.arguments:
        _, equals, text = word.text.partition("=")
        sights += call.shell(text) if equals else []
    return sights


def command(call: Call) -> list[Sight]:
    """`command [-v] WORDS`."""
    given = sort_arguments(call.arguments, stop=True)
    if given.has("-v", "-V") or not given.operands:
        return [Sight("read", "it only says where a program is")]
    return call.run(call.arguments[given.rest :])


def run_words(call: Call) -> list[Sight]:
    """`builtin WORDS`, `exec WORDS`: nothing where there are none."""
    given = sort_arguments(call.arguments, "-a", stop=True)
    return call.run(call.arguments[given.rest :]) or [Sight("read", "it runs nothing")]


def env(call: Call) -> list[Sight]:
    """`env [-u NAME] [NAME=value] WORDS`, `env -S TEXT`."""
    takes = "-u --unset -C --chdir -S --split-string"
    given = sort_arguments(call.arguments, takes, stop=True)
    rest = list(call.arguments[given.rest :])
    text = given.value("-S", "--split-string")
    if text:
        try:
            rest = [Word(part) for part in shlex.split(text.text)] + rest
        except ValueError:
            return [Sight("unknown", "the text of `env -S` cannot be read")]
    sights = [Sight("read", "it shows the environment")]
    while rest and _ASSIGNMENT.match(rest[0].text):
        rest.pop(0)
    return (sights if not rest else []) + call.run(tuple(rest))


def sudo(call: Call) -> list[Sight]:
    """`sudo [-u USER] WORDS`, `sudo -e FILE`."""
    given = sort_arguments(call.arguments, _SUDO_TAKES, stop=True)
    if given.has("-e", "--edit"):
        return [Sight("change", "a file is edited")]
    if not given.operands and given.has("-l", "-v", "-k", "-K", "-V", "--list", "--validate"):
        return [Sight("read", "`sudo` runs nothing here")]
    return Wrapper(_SUDO_TAKES, assigns=True)(call)


_SUDO_TAKES = "-u -g -h -p -C -r -t -T -U -D -R --user --group --host --prompt --chdir --role --type --chroot"


def su(call: Call) -> list[Sight]:
    """`su - USER -c TEXT`, `runuser -u USER -- WORDS`."""
    given = sort_arguments(call.arguments, "-c --command -s --shell -g -G -u --user -w")
    texts = given.values("-c", "--command")
    if texts:
        return [sight for word in texts for sight in from_text(call, word)]
    if given.has("-u", "--user") and given.operands:
        return call.run(call.arguments[given.rest :])
    return reads_script(call)


_SSH_TAKES = "-b -c -D -E -e -F -I -i -J -L -l -m -O -o -p -Q -R -S -W -w -B"
_SSH_RUNS = re.compile(
    r"\s*(ProxyCommand|LocalCommand|KnownHostsCommand)\s*[= ]\s*(?P<text>.+)", re.IGNORECASE | re.DOTALL
)


def ssh(call: Call) -> list[Sight]:
    """`ssh [OPTIONS] HOST WORDS`: the words are put together and read by the shell there."""
    given = sort_arguments(call.arguments, _SSH_TAKES, stop=True)
    sights: list[Sight] = []
    for option in given.values("-o"):
        match = _SSH_RUNS.match(option.text)
        sights += call.shell(match["text"]) if match else []
    rest = call.arguments[given.rest + 1 :]
    rest = rest[1:] if rest and rest[0].text == "--" else rest
    if any(word.many for word in call.arguments):
        sights.append(Sight("unknown", "what the other host gets is only known when it runs"))
    if rest:
        return sights + call.shell(" ".join(word.text for word in rest), ())
    if given.has("-N", "-V", "-G", "-O", "-Q", "-W"):
        return [*sights, Sight("read", "it runs nothing there")]
    return sights + reads_script(call)


_XARGS_TAKES = (
    "-a -d -E -I -L -n -P -s --arg-file --delimiter --replace --max-lines --max-args --max-procs --max-chars "
    "--process-slot-var"
)


def xargs(call: Call) -> list[Sight]:
    """`xargs WORDS`: the command gets further words from its input."""
    given = sort_arguments(call.arguments, _XARGS_TAKES, stop=True)
    command = call.arguments[given.rest :]
    if not command:
        return [Sight("read", "it only prints")]
    text = call.given.text
    known = text is not None and is_fixed(text) and not given.has("-a", "--arg-file")
    more = tuple(Word(part) for part in (text or "").split()) if known else (Word(hole("xargs")),)
    mark = given.value("-I", "--replace")
    if mark or given.has("-i"):
        sign, filling = (mark.text if mark else "{}"), " ".join(word.text for word in more)
        return call.run(tuple(Word(word.text.replace(sign, filling), word.many) for word in command), UNSEEN)
    return call.run((*command, *more), UNSEEN)


def parallel(call: Call) -> list[Sight]:
    """`parallel WORDS ::: VALUES`."""
    given = sort_arguments(
        call.arguments, "-j -a -S --jobs --arg-file --joblog --results --timeout --retries", stop=True
    )
    words = call.arguments[given.rest :]
    ends = [number for number, word in enumerate(words) if word.text.startswith(":::")]
    words = words[: ends[0]] if ends else words
    if not words:
        return reads_script(call)
    return call.shell(" ".join(word.text for word in words) + " " + hole("parallel"), ())


def flock(call: Call) -> list[Sight]:
    """`flock FILE WORDS`, `flock FILE -c TEXT`, `flock -n 9`."""
    given = sort_arguments(call.arguments, "-w -E --wait --timeout --conflict-exit-code", stop=True)
    rest = call.arguments[given.rest + 1 :]
    if not rest:
        return [Sight("read", "it only waits for a lock")]
    if rest[0].text in ("-c", "--command") and len(rest) > 1:
        return from_text(call, rest[1])
    return call.run(rest[1:] if rest[0].text == "--" else rest)


def contained(takes: str, *, least: Seen = "read") -> Judge:
    """`docker exec [OPTIONS] CONTAINER WORDS` and its like."""

    def judge(call: Call) -> list[Sight]:
        given = sort_arguments(call.arguments, takes, stop=True)
        rest = call.arguments[given.rest + 1 :]
        rest = rest[1:] if rest and rest[0].text == "--" else rest
        entry = given.value("--entrypoint")
        rest = (*(Word(part) for part in entry.text.split()), *rest) if entry else rest
        own = [Sight(least, f"`{call.name}` makes a container")] if RANK[least] else []
        if rest:
            return own + call.run(rest)
        if given.has("--help"):
            return [Sight("read", "it shows its help")]
        if least == "change" and given.has("-d", "--detach"):
            return own
        return [*own, Sight("unknown", f"what `{call.name}` starts is not looked at: declare what it does")]

    return judge


def kubernetes(takes: str, *, least: Seen = "read") -> Judge:
    """`kubectl exec POD [-c CONTAINER] -- WORDS`: the command stands after `--`."""

    def judge(call: Call) -> list[Sight]:
        words = call.arguments
        ends = [number for number, word in enumerate(words) if word.text == "--"]
        if ends:
            command = words[ends[0] + 1 :]
        else:
            given = sort_arguments(words, takes)
            command = given.operands[1:]
        own = [Sight(least, f"`{call.name}` makes a pod")] if RANK[least] else []
        return own + (call.run(command) or [Sight("unknown", f"`{call.name}` waits for what a person types")])

    return judge


def together(*judges: Judge) -> Judge:
    """What several rules see of one command."""
    return lambda call: [sight for judge in judges for sight in judge(call)]


def gravest(sights: list[Sight]) -> Seen:
    """The gravest effect of some sights."""
    return grave(sight.effect for sight in sights)


WRAPPERS: dict[str, Judge] = {
    "alias": alias,
    "ash": shell,
    "bash": shell,
    "builtin": run_words,
    "busybox": Wrapper(),
    "caffeinate": Wrapper("-t -w", alone="read"),
    "chroot": Wrapper("--userspec --groups", skips=1),
    "chrt": Wrapper("-T -P -D", skips=1),
    "command": command,
    "dash": shell,
    "dbus-run-session": Wrapper(),
    "doas": Wrapper("-u -C"),
    "dumb-init": Wrapper(),
    "env": env,
    "eval": evaluate,
    "exec": run_words,
    "flock": flock,
    "gosu": Wrapper(skips=1),
    "ionice": Wrapper("-c -n -p -P -u", harmless="-p -P -u"),
    "ksh": shell,
    "nice": Wrapper("-n --adjustment", alone="read"),
    "nohup": Wrapper(),
    "nsenter": Wrapper("-t -S -G --target --setuid --setgid"),
    "parallel": parallel,
    "runuser": su,
    "script": Wrapper("-c --command -O -I -B -T -E -o", text="-c --command", least="change"),
    "setpriv": Wrapper("--reuid --regid --groups --inh-caps --ambient-caps --bounding-set"),
    "setsid": Wrapper(),
    "sh": shell,
    "source": source,
    ".": source,
    "ssh": ssh,
    "sshpass": Wrapper("-p -f -d -P"),
    "stdbuf": Wrapper("-i -o -e --input --output --error"),
    "strace": Wrapper("-o -e -p -s -u -E -S -a -I -O -P -X -b", writes="-o", alone="read"),
    "su": su,
    "su-exec": Wrapper(skips=1),
    "sudo": sudo,
    "systemd-inhibit": Wrapper("--what --who --why --mode", alone="read"),
    "systemd-run": Wrapper("-p -u -E -t --unit --property --slice --uid --gid --setenv --on-calendar", least="change"),
    "taskset": Wrapper(skips=1),
    "time": Wrapper("-o -f --output --format", writes="-o --output"),
    "timeout": Wrapper("-k -s --kill-after --signal", skips=1),
    "tini": Wrapper("-p -e"),
    "trap": trap,
    "unbuffer": Wrapper(),
    "unshare": Wrapper("--setuid --setgid --root --wd"),
    "watch": Wrapper("-n -q --interval --equexit", joins=True),
    "xargs": xargs,
    "zsh": shell,
}
"""Programs that run other commands. A new one is a line: its own options that have a value, and what comes before."""
