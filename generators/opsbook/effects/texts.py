"""Small languages within commands: sed, awk, and the configuration of curl."""

from __future__ import annotations

import re

from opsbook.effects.rule import Call, sort_arguments
from opsbook.effects.words import Sight, Word, is_fixed

_ADDRESS = r"(?:\d+(?:~\d+)?|\$|/(?:[^/\\\n]|\\.|\[[^\]]*\])*/[IM]*)"
_SED = re.compile(
    rf"""[\s;{{}}]*(?:{_ADDRESS}(?:\s*,\s*[+~]?{_ADDRESS})?\s*)?!?\s*
    (?:s(?P<mark>[^\w\s\\])(?:\\.|(?!(?P=mark))[^\\])*(?P=mark)(?:\\.|(?!(?P=mark))[^\\])*(?P=mark)(?P<flags>[A-Za-z0-9]*)
    |y(?P<sign>[^\w\s])(?:\\.|(?!(?P=sign)).)*(?P=sign)(?:\\.|(?!(?P=sign)).)*(?P=sign)
    |(?P<writes>[wW]\s*[^\n]+)|(?P<runs>e\b[^\n]*)
    |[aic]\\?[^\n]*|[bt:]\s*\w*|[rR]\s*[^\n]+|[qQlL]\s*\d*|[dDpPgGhHnNxzF=]|\#[^\n]*|(?=[\s;{{}}]|$))[\s;}}]*""",
    re.VERBOSE | re.DOTALL,
)


def sed(call: Call) -> list[Sight]:
    """`sed SCRIPT FILES`: reads, unless `-i`, or a script that writes (`w`) or runs (`e`)."""
    given = sort_arguments(call.arguments, "-e -f -l -i? --expression --file --line-length")
    scripts = given.values("-e", "--expression")
    if given.has("-f", "--file"):
        return [Sight("unknown", "what is in the script of `sed` is not looked at")]
    if not scripts and given.operands:
        scripts = [given.operands[0]]
    sights = [sight for script in scripts for sight in _sed_script(call, script)]
    if given.has("-i", "--in-place"):
        sights.append(Sight("change", "`sed -i` rewrites files"))
    if given.many:
        sights.append(Sight("unknown", "unquoted words may turn out as any option of `sed`"))
    return sights or [Sight("read", "`sed` only prints")]


def _sed_script(call: Call, script: Word) -> list[Sight]:
    text, at = re.sub("[\ue000][^\ue001]*[\ue001]", "X", script.text), 0
    sights: list[Sight] = []
    while at < len(text):
        match = _SED.match(text, at)
        if not match or match.end() == at:
            return [*sights, Sight("unknown", "opsbook cannot read this script of `sed`")]
        flags = match["flags"] or ""
        if match["runs"] is not None or "e" in flags:
            ran = call.shell(match["runs"][1:].strip()) if match["runs"] else []
            sights += [Sight("unknown", "the script of `sed` runs commands"), *ran]
        if match["writes"] or "w" in flags:
            sights.append(Sight("change", "the script of `sed` writes a file"))
            break
        at = match.end()
    return sights


_AWK = re.compile(
    r"""(?P<text>"(?:[^"\\]|\\.)*")|(?P<comment>\#[^\n]*)|(?P<regex>/(?:[^/\\\n\[]|\\.|\[[^\]\n]*\])+/)
    |(?P<word>\w+|[\ue000][^\ue001]*[\ue001])|(?P<blank>[ \t]+)|(?P<or>\|\|)|(?P<sign>>>|>=|.)""",
    re.VERBOSE | re.DOTALL,
)
_BEFORE_REGEX = frozenset("(,~!&|{};\n")


def awk(call: Call) -> list[Sight]:
    """`awk PROGRAM FILES`: reads, unless the program writes (`print > file`) or runs (`system`, `|`)."""
    given = sort_arguments(call.arguments, "-F -v -f -i -e -l -E --field-separator --assign --file --source", stop=True)
    if given.has("-i", "--include") or given.has("-f", "-E", "--file", "-l"):
        return [Sight("unknown", "what is in the program of `awk` is not looked at")]
    program = given.value("-e", "--source") or (given.operands[0] if given.operands else Word(""))
    if program.many or not is_fixed(program.text[:1]):
        return [Sight("unknown", "the program of `awk` is only known when it runs")]
    tokens = _awk_tokens(program.text)
    return _awk_runs(call, tokens) + _awk_writes(tokens) or [Sight("read", "`awk` only prints")]


def _awk_tokens(program: str) -> list[tuple[str, str]]:
    """The tokens of a program. A slash starts a pattern only where a value cannot stand before it."""
    tokens: list[tuple[str, str]] = []
    at = 0
    while at < len(program):
        match = _AWK.match(program, at)
        if not match:
            break
        kind, text = match.lastgroup or "", match[0]
        if kind == "regex" and tokens and tokens[-1][1] not in (*_BEFORE_REGEX, "||", "return", "case"):
            kind, text = "sign", "/"
        at += len(text)
        if kind not in ("blank", "comment"):
            tokens.append((kind, text))
    return tokens


def _awk_runs(call: Call, tokens: list[tuple[str, str]]) -> list[Sight]:
    sights: list[Sight] = []
    for number, (_, text) in enumerate(tokens):
        before = tokens[number - 1] if number else ("", "")
        after = tokens[number + 1 : number + 3]
        if text == "system":
            sights += _awk_command(call, after[1] if len(after) > 1 else ("", ""))
        elif text == "|":
            piped = (
                before if after and after[0][1] == "getline" else after[0] if after and after[0][1] != "&" else before
            )
            sights += _awk_command(call, piped)
        elif text in ("@", "getline") and before[1] != "|" and text == "@":
            sights.append(Sight("unknown", "the program of `awk` loads another"))
    return sights


def _awk_command(call: Call, token: tuple[str, str]) -> list[Sight]:
    kind, text = token
    sights = [] if kind == "text" else [Sight("unknown", "`awk` runs a command that is only known when it runs")]
    return sights + (call.shell(text[1:-1].replace('\\"', '"')) if kind == "text" else [])


def _awk_writes(tokens: list[tuple[str, str]]) -> list[Sight]:
    """`print … > file`: a `>` outside parentheses after `print`, before the statement ends."""
    printing, depth = False, 0
    for number, (_, text) in enumerate(tokens):
        if text in ("print", "printf"):
            printing, depth = True, 0
        elif text in ("(", "["):
            depth += 1
        elif text in (")", "]"):
            depth -= 1
        elif text in (";", "}", "\n"):
            printing = False
        elif printing and depth <= 0 and text in (">", ">>"):
            target = tokens[number + 1][1] if number + 1 < len(tokens) else ""
            if target not in ('"/dev/stderr"', '"/dev/stdout"', '"/dev/null"'):
                return [Sight("change", "the program of `awk` writes a file")]
    return []


def curl_words(text: str) -> tuple[Word, ...] | None:
    """What curl makes of a configuration: each line is an option. None where that cannot be told."""
    words: list[Word] = []
    for line in text.split("\n"):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        match = re.fullmatch(r"-{0,2}([A-Za-z][\w.-]*)(?:\s*[=:]\s*|\s+|$)(.*)", stripped)
        if not match:
            return None
        name = f"-{match[1]}" if len(match[1]) == 1 else f"--{match[1]}"
        value = match[2].strip()
        words.append(Word(name))
        if value:
            words.append(Word(value[1:-1] if value[:1] == value[-1:] == '"' and len(value) > 1 else value))
    return tuple(words)
