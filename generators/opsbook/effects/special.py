"""Programs of which a line of the table does not say enough."""

from __future__ import annotations

import re
import shlex

from opsbook.effects.redis import REDIS
from opsbook.effects.rule import Call, Judge, Rule, sort_arguments
from opsbook.effects.sql import judge_sql
from opsbook.effects.texts import curl_words
from opsbook.effects.unwrap import from_text
from opsbook.effects.words import (
    HARMLESS_TARGETS,
    NOTHING,
    OUTPUT,
    RAW_TARGETS,
    Input,
    Seen,
    Sight,
    Word,
    is_fixed,
    named,
    shown,
)

_READS = Sight("read", "it only reads")
_UNSEEN = Sight("unknown", "what it reads is not seen: declare what it does")
_TYPED = Sight("unknown", "it waits for what a person types")
_MANY = Sight("unknown", "unquoted words may turn out as any option")


# Files


def remove(call: Call) -> list[Sight]:
    """`rm`, `shred`, `unlink`: destructive, except for what the script itself made with `mktemp`."""
    operands = sort_arguments(call.arguments, "-n -s --iterations --size").operands
    if operands and all(word.own for word in operands):
        return [Sight("change", "it removes what the script made with `mktemp`")]
    return [Sight("destructive", f"`{call.name}` removes files")]


def write_files(call: Call) -> list[Sight]:
    """`tee`, `cp`: a change, but not for a device, nor where a file is emptied."""
    operands = sort_arguments(call.arguments, "-t -S --target-directory --suffix").operands
    targets = operands if call.name == "tee" else operands[-1:]
    if any(RAW_TARGETS.fullmatch(word.text) and not HARMLESS_TARGETS.fullmatch(word.text) for word in targets):
        return [Sight("destructive", "it writes straight to a device")]
    if call.name == "cp" and operands and operands[0].text == "/dev/null":
        return [Sight("destructive", "it empties a file")]
    if call.name == "tee" and all(HARMLESS_TARGETS.fullmatch(word.text) for word in targets):
        return [_READS]
    return [Sight("change", f"`{call.name}` writes files")]


def second_file(call: Call) -> list[Sight]:
    """`uniq IN OUT`, `xxd IN OUT`: a second file is written."""
    files = sort_arguments(call.arguments, "-f -s -w -c -g -l -o").operands
    return [Sight("change", f"`{call.name}` writes its second file") if len(files) > 1 else _READS]


def hostname(call: Call) -> list[Sight]:
    """`hostname` shows, `hostname NAME` sets."""
    given = sort_arguments(call.arguments, "-F --file")
    return [Sight("change", "it sets the name of the host") if given.operands or given.has("-F", "-b") else _READS]


def truncate(call: Call) -> list[Sight]:
    """`truncate -s SIZE`: only a file that grows loses nothing."""
    size = sort_arguments(call.arguments, "-s -r --size --reference").value("-s", "--size")
    grows = size is not None and size.text.startswith("+")
    return [Sight("change", "the file grows") if grows else Sight("destructive", "`truncate` cuts files")]


def dd(call: Call) -> list[Sight]:
    """`dd if=… of=…`."""
    targets = [word.text[3:] for word in call.arguments if word.text.startswith("of=")]
    if any(word.many for word in call.arguments):
        return [Sight("destructive", "`dd` may write anywhere")]
    if all(HARMLESS_TARGETS.fullmatch(target) for target in targets):
        return [_READS]
    plain = all(is_fixed(target) and not target.startswith("/dev/") for target in targets)
    return [Sight("change", "`dd` writes a file") if plain else Sight("destructive", "`dd` overwrites a device")]


_FIND_TAKES = named(
    """
    -name -iname -path -ipath -wholename -regex -iregex -lname -ilname -type -xtype -size -mtime -mmin -atime
    -amin -ctime -cmin -newer -anewer -cnewer -newermt -newerct -perm -user -group -uid -gid -links -inum
    -samefile -maxdepth -mindepth -fstype -printf -regextype -used -context -D -fprint -fprint0 -fls
    """
)
_FIND_RUNS = frozenset(("-exec", "-execdir", "-ok", "-okdir"))
_FIND_WRITES = frozenset(("-fprint", "-fprint0", "-fprintf", "-fls"))


def find(call: Call) -> list[Sight]:
    """`find PLACES TESTS -exec WORDS ; -delete`."""
    todo, sights, places = list(call.arguments), [_READS], list[Word]()
    tests = False
    while todo:
        word = todo.pop(0)
        tests = tests or (word.text[:1] in ("-", "(", "!") and word.text not in ("-L", "-P", "-H"))
        if word.text in _FIND_RUNS:
            command, todo = _until_end(todo)
            sights += call.run(command, NOTHING)
        elif word.text == "-delete":
            own = bool(places) and all(place.own for place in places)
            sights.append(Sight("change" if own else "destructive", "`find -delete` removes files"))
        elif word.text in _FIND_TAKES:
            todo = todo[1:]
        elif word.many or (tests and not is_fixed(word.text)):
            sights.append(Sight("unknown", "unquoted or late words may turn out as any action of `find`"))
        elif not tests:
            places.append(word)
        if word.text in _FIND_WRITES:
            sights.append(Sight("change", "`find` writes a file"))
    return sights


def _until_end(words: list[Word]) -> tuple[tuple[Word, ...], list[Word]]:
    """The command of `-exec`, and what comes after it."""
    for number, word in enumerate(words):
        if word.text == ";" or (word.text == "+" and number and words[number - 1].text == "{}"):
            return tuple(words[:number]), words[number + 1 :]
    return tuple(words), []


def archive(call: Call) -> list[Sight]:
    """`tar`: listing and writing to a pipe read; whatever else is said, files change."""
    words = call.arguments
    if words and not words[0].text.startswith("-"):
        words = (Word("-" + words[0].text, words[0].many), *words[1:])
    given = sort_arguments(words, "-f -C -b -T -X -I -g -N -K -V --file --directory --exclude --use-compress-program")
    sights = [sight for option in _tar_programs(words) for sight in call.shell(option)]
    if given.has("--remove-files", "--delete"):
        sights.append(Sight("destructive", "`tar` removes files"))
    if given.has("--to-command", "--use-compress-program", "-I", "--rsh-command", "-F", "--info-script"):
        sights.append(Sight("unknown", "`tar` runs another program"))
    if given.many:
        sights.append(_MANY)
    file = given.value("-f", "--file")
    to_pipe = (given.has("-c", "--create") and (file is None or file.text == "-")) or given.has("-O", "--to-stdout")
    if given.has("-t", "--list", "-d", "--diff", "--compare", "--version", "--help") or to_pipe:
        return [*sights, _READS]
    return [*sights, Sight("change", "`tar` writes files")]


def _tar_programs(words: tuple[Word, ...]) -> list[str]:
    found = [re.match(r"--checkpoint-action=exec=(.*)", word.text, re.DOTALL) for word in words]
    return [match[1] for match in found if match]


def rsync(call: Call) -> list[Sight]:
    """`rsync`."""
    given = sort_arguments(
        call.arguments, "-e -f -B -T -M --rsh --rsync-path --exclude --include --filter --bwlimit --port"
    )
    sights = []
    for option in given.values("-e", "--rsh", "--rsync-path"):
        sights += [sight for sight in call.shell(option.text) if sight.effect == "destructive"]
    if given.has("-n", "--dry-run", "--list-only", "--help", "--version"):
        return sights or [Sight("read", "`rsync` only tries")]
    return [*sights, *_RSYNC(call)]


_RSYNC = Rule(
    "change",
    destructive="--delete, --del, --delete-before, --delete-during, --delete-delay, --delete-after, --delete-excluded, "
    "--remove-source-files, --remove-sent-files, --delete-missing-args",
    takes="-e -f -B -T -M --rsh --rsync-path --exclude --include --filter --bwlimit --port",
)


# The network

_CURL_TAKES = (
    "-A -b -c -C -d -D -e -E -F -h -H -K -m -o -P -Q -r -s: -t -T -u -U -w -x -X -y -Y -z --abstract-unix-socket "
    "--cacert --cert --ciphers --config --connect-timeout --connect-to --cookie --cookie-jar --data --data-ascii "
    "--data-binary --data-raw --data-urlencode --dump-header --form --form-string --header --interface --json --key "
    "--limit-rate --max-filesize --max-redirs --max-time --oauth2-bearer --output --output-dir --pass --proxy "
    "--proxy-user --quote --range --referer --request --resolve --retry --retry-delay --retry-max-time --speed-limit "
    "--speed-time --stderr --trace --trace-ascii --unix-socket --upload-file --url --url-query --user --user-agent "
    "--write-out --aws-sigv4 --tls-max --noproxy --dns-servers"
)
_CURL_SENDS = (
    *("-d", "--data", "--data-ascii", "--data-binary", "--data-raw", "--data-urlencode"),
    *("-F", "--form", "--form-string", "--json", "-T", "--upload-file"),
)
_CURL_FILES = ("-o", "--output", "-c", "--cookie-jar", "-D", "--dump-header", "--trace", "--trace-ascii", "--stderr")
METHODS: dict[str, Seen] = {
    **dict.fromkeys(("GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND"), "read"),
    **dict.fromkeys(("POST", "PUT", "PATCH", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK"), "change"),
    **dict.fromkeys(("DELETE", "PURGE"), "destructive"),
}
"""What a request does, by its method. A method of one's own is unknown."""


def curl(call: Call) -> list[Sight]:
    """`curl`: the method, what is sent, and the files that are written."""
    given = sort_arguments(call.arguments, _CURL_TAKES)
    sights: list[Sight] = []
    words = call.arguments
    for config in given.values("-K", "--config"):
        more = curl_words(call.given.text) if config.text == "-" and call.given.text is not None else None
        if more is None:
            sights.append(Sight("unknown", "the configuration that `curl` reads is not seen"))
        words += more or ()
    given = sort_arguments(words, _CURL_TAKES)
    if given.many:
        sights.append(_MANY)
    sends = given.has(*_CURL_SENDS) and not given.has("-G", "--get")
    methods = given.values("-X", "--request") or [Word("POST" if sends else "GET")]
    sights += [method_sight(method.text) for method in methods]
    quotes = given.values("-Q", "--quote")
    sights += [Sight("destructive", "it sends commands to a file server") for _ in quotes]
    files = [word for word in given.values(*_CURL_FILES) if not HARMLESS_TARGETS.fullmatch(word.text)]
    if files or given.has("-O", "--remote-name", "-J", "--remote-name-all"):
        sights.append(Sight("change", "`curl` writes a file"))
    urls = [*given.operands, *given.values("--url")]
    if any(
        re.match(r"(?!https?:|ftps?:|file:|sftp:|scp:)[a-z][a-z0-9+.-]*:/", url.text, re.IGNORECASE) for url in urls
    ):
        sights.append(Sight("unknown", "opsbook does not know what this kind of address does"))
    return sights


def method_sight(method: str) -> Sight:
    """What an HTTP request does."""
    effect = METHODS.get(method.upper(), "unknown")
    return Sight(effect, f"it sends a {shown(method).upper()} request")


def wget(call: Call) -> list[Sight]:
    """`wget`: writes a file unless told otherwise."""
    takes = (
        "-O -o -a -P -t -T -U -e -i --method --post-data --post-file --body-data --body-file --header --output-document"
    )
    given = sort_arguments(call.arguments, takes)
    sights = [_MANY] if given.many else []
    method = given.value("--method")
    if method:
        sights.append(method_sight(method.text))
    if given.has("--post-data", "--post-file", "--body-data", "--body-file"):
        sights.append(method_sight("POST"))
    output = given.value("-O", "--output-document")
    reads = given.has("--spider", "--version", "--help", "-V") or (output and HARMLESS_TARGETS.fullmatch(output.text))
    return [*sights, _READS if reads else Sight("change", "`wget` writes a file")]


def gh_api(call: Call) -> list[Sight]:
    """`gh api`: GET, unless fields are sent or a method is given."""
    given = sort_arguments(
        call.arguments, "-X --method -f -F -H -q -t --field --raw-field --header --jq --input --template"
    )
    sends = given.has("-f", "-F", "--field", "--raw-field", "--input")
    method = given.value("-X", "--method") or Word("POST" if sends else "GET")
    if any(word.text == "graphql" for word in given.operands) and sends:
        return [Sight("unknown", "what a GraphQL request does is not looked at")]
    return [_MANY] if given.many else [method_sight(method.text)]


def httpie(call: Call) -> list[Sight]:
    """`http DELETE example.org/7`, `http example.org name=value`."""
    operands = sort_arguments(call.arguments, "-a -A -o --auth --output --session").operands
    first = operands[0].text if operands else "GET"
    if re.fullmatch("[A-Z]+", first):
        return [method_sight(first)]
    sends = any(re.search(r"(?<![=:])(:?=)(?!=)", word.text) for word in operands[1:])
    return [method_sight("POST" if sends else "GET")]


def by_option(read: str, change: str, destructive: str, takes: str) -> Judge:
    """A rule for programs that are told by an option what to do: `gpg --verify FILE`. The gravest decides."""
    levels: tuple[tuple[str, Seen], ...] = ((destructive, "destructive"), (change, "change"), (read, "read"))

    def judge(call: Call) -> list[Sight]:
        given = sort_arguments(call.arguments, takes)
        if given.many:
            return [_MANY]
        for options, effect in levels:
            found = [option for option in options.split() if given.has(option)]
            if found:
                return [Sight(effect, f"`{call.name} {found[0]}`")]
        return [Sight("unknown", f"opsbook does not know what this command of `{call.name}` does")]

    return judge


def s_client(call: Call) -> list[Sight]:
    """`openssl s_client`: what it reads, it sends."""
    text = call.given.text
    harmless = call.given == NOTHING or (text is not None and text.strip() in ("", "Q", "QUIT"))
    return [_READS if harmless else Sight("unknown", "it sends what it reads to the other side")]


# Databases

_PSQL_TAKES = (
    "-c -d -f -F -h -L -o -p -P -R -T -U -v --command --dbname --file --field-separator --host --log-file --output "
    "--port --pset --record-separator --table-attr --username --set --variable"
)


def psql(call: Call) -> list[Sight]:
    """`psql -c SQL`, `psql -f FILE`, `psql <<SQL`."""
    given = sort_arguments(call.arguments, _PSQL_TAKES)
    if given.has("-V", "--version", "-?", "--help", "-l", "--list"):
        return [_READS]
    sights = [_MANY] if given.many else []
    for option, value in given.options:
        if option in ("-c", "--command") and value:
            sights += _sql(call, value.text)
        elif option in ("-f", "--file") and value:
            reads = value.text in ("-", "/dev/stdin")
            sights += _from_input(call) if reads else [_UNSEEN]
        elif option in ("-o", "--output", "-L", "--log-file") and value:
            sights += _output(call, value)
    if not given.has("-c", "--command", "-f", "--file"):
        sights += _from_input(call)
    return sights


def _output(call: Call, value: Word) -> list[Sight]:
    if value.text.startswith("|"):
        return call.shell(value.text[1:])
    return [] if HARMLESS_TARGETS.fullmatch(value.text) else [Sight("change", "`psql` writes a file")]


def _from_input(call: Call, dialect: str = "postgres") -> list[Sight]:
    if call.given.text is not None:
        return _sql(call, call.given.text, dialect)
    return [_TYPED if call.given == NOTHING else _UNSEEN]


def _sql(call: Call, text: str, dialect: str = "postgres") -> list[Sight]:
    return judge_sql(text, dialect, call.shell) or [Sight("read", "there is no statement")]


def mysql(call: Call) -> list[Sight]:
    """`mysql -e SQL`, `mysql <<SQL`."""
    given = sort_arguments(call.arguments, "-e -h -u -P -D -S --execute --host --user --port --database --socket")
    if given.has("-V", "--version", "-?", "--help"):
        return [_READS]
    texts = given.values("-e", "--execute")
    sights = [_MANY] if given.many else []
    return sights + ([s for word in texts for s in _sql(call, word.text, "mysql")] or _from_input(call, "mysql"))


def sqlite(call: Call) -> list[Sight]:
    """`sqlite3 FILE SQL`."""
    given = sort_arguments(call.arguments, "-cmd -separator -init -newline -nullvalue", whole=True)
    if given.has("-version", "--version", "-help", "--help"):
        return [_READS]
    texts = [*given.operands[1:], *given.values("-cmd")]
    if any(word.text.lstrip().startswith(".") for word in texts) or given.has("-init"):
        shows = all(re.match(r"\s*\.(tables|schema|indexes|databases|dump|show)\b", word.text) for word in texts)
        return [_READS] if shows else [Sight("unknown", "opsbook does not know this command of `sqlite3`")]
    return [s for word in texts for s in _sql(call, word.text, "sqlite")] or _from_input(call, "sqlite")


_REDIS_TAKES = (
    "-h -p -t -s -a -u -r -i -n -d -D -X --user --pass --pattern --quoted-pattern --count --cursor --sni --cacert "
    "--cacertdir --cert --key --eval --rdb --functions-rdb --memkeys-samples --type --replica-dump"
)


def redis_cli(call: Call) -> list[Sight]:
    """`redis-cli GET key`, `redis-cli --scan`, or commands on its standard input."""
    given = sort_arguments(call.arguments, _REDIS_TAKES, stop=True)
    modes = [sight for option, sight in _REDIS_MODES.items() if given.has(option)]
    if given.has("--cluster"):
        return [_CLUSTER.judge("redis-cli --cluster", sort_arguments(call.arguments[given.rest :]))]
    if modes:
        return modes
    if given.operands:
        return _redis_words(call, given.rest)
    if any(word.many for word in call.arguments):
        return [_MANY]
    return _redis_lines(call, call.given)


def _redis_words(call: Call, start: int) -> list[Sight]:
    return REDIS(call.of((call.words[0], *call.arguments[start:])))


def _redis_lines(call: Call, given: Input) -> list[Sight]:
    if given.text is None:
        return [_TYPED if given == NOTHING else _UNSEEN]
    sights: list[Sight] = []
    for line in given.text.split("\n"):
        try:
            words = shlex.split(line)
        except ValueError:
            words = line.split()
        if words:
            seen = REDIS(call.of((call.words[0], *(Word(word) for word in words))))
            sights += [Sight(sight.effect, sight.why, shown(line)) for sight in seen]
    return sights or [Sight("read", "there is no command")]


_REDIS_MODES: dict[str, Sight] = {
    **dict.fromkeys(
        ("--scan", "--bigkeys", "--memkeys", "--keystats", "--hotkeys", "--stat", "--latency", "--latency-history"),
        _READS,
    ),
    **dict.fromkeys(("--latency-dist", "--intrinsic-latency", "--version", "-v", "--help"), _READS),
    "--rdb": Sight("change", "it writes a file"),
    "--functions-rdb": Sight("change", "it writes a file"),
    "--pipe": _UNSEEN,
    "--eval": Sight("unknown", "what a script does is not looked at"),
    "--ldb": Sight("unknown", "what a script does is not looked at"),
    "--lru-test": Sight("destructive", "it overwrites keys"),
}
_CLUSTER = Rule(
    "unknown",
    read="check, info, help",
    change="create, add-node, reshard, rebalance, fix, set-timeout, import, backup",
    destructive="del-node, create --cluster-yes",
)


def mongo(call: Call) -> list[Sight]:
    """`mongosh --eval TEXT`: only the plainest of questions are known."""
    given = sort_arguments(
        call.arguments, "--eval --host --port -u -p --username --password --authenticationDatabase -f"
    )
    texts = given.values("--eval")
    known = (
        r"(?:db(?:\.adminCommand\(['\"]ping['\"]\)|\.stats\(\)|\.serverStatus\(\)|\.version\(\))|rs\.status\(\))[\w.]*"
    )
    if texts and all(re.fullmatch(known, word.text) for word in texts):
        return [_READS]
    return [Sight("unknown", "what the script does is not looked at")]


# Single programs


def git(call: Call) -> list[Sight]:
    """`git`: options that run programs, and forms that no option tells."""
    given = sort_arguments(
        call.arguments, "", "-C -c --git-dir --work-tree --namespace --exec-path --config-env", stop=True
    )
    sights: list[Sight] = []
    for setting in given.values("-c", "--config-env"):
        key, _, value = setting.text.partition("=")
        if not re.match(
            r"(user|color|core\.(quotepath|autocrlf|abbrev)|safe|advice|log|diff\.(renames|context)|init|http\.extraheader)",
            key,
            re.IGNORECASE,
        ):
            sights.append(Sight("unknown", f"the setting `{shown(key)}` may run a program"))
            sights += call.shell(value.removeprefix("!"))
    rest = call.arguments[given.rest :]
    verb, words = (rest[0].text, rest[1:]) if rest else ("", ())
    if verb in _GIT_FORMS:
        sights += _GIT_FORMS[verb](call.of((Word(f"git {verb}"), *words)))
    return sights + GIT(call.of((call.words[0], *rest)))


def _git_push(call: Call) -> list[Sight]:
    operands = sort_arguments(call.arguments, "-o --push-option --repo --receive-pack --exec").operands[1:]
    forced = any(re.match(r"[+:]", word.text) for word in operands)
    return [Sight("destructive", "it overwrites or removes a branch on the other side")] if forced else []


def _git_checkout(call: Call) -> list[Sight]:
    words = [word.text for word in call.arguments]
    files = "--" in words or "." in words or sum(not word.startswith("-") for word in words) > 1
    makes = any(word in ("-b", "-B", "--orphan", "--track", "-t") for word in words)
    return [Sight("destructive", "it overwrites files that were not committed")] if files and not makes else []


def _git_restore(call: Call) -> list[Sight]:
    given = sort_arguments(call.arguments, "-s --source")
    kept = given.has("--staged", "-S") and not given.has("--worktree", "-W")
    return [Sight("change" if kept else "destructive", "it overwrites files that were not committed")]


def _git_foreach(call: Call) -> list[Sight]:
    words = call.arguments
    if not words or words[0].text != "foreach":
        return []
    rest = [word for word in words[1:] if word.text not in ("--recursive", "--quiet")]
    return call.shell(" ".join(word.text for word in rest))


def _git_bisect(call: Call) -> list[Sight]:
    return call.run(call.arguments[1:]) if call.arguments and call.arguments[0].text == "run" else []


def _git_branch(call: Call) -> list[Sight]:
    given = sort_arguments(call.arguments, "--contains --no-contains --merged --no-merged --points-at --format --sort")
    shows = given.has(
        "--list", "-l", "-a", "-r", "-v", "--all", "--remotes", "--show-current", "--contains", "--merged"
    )
    return [] if shows or not given.operands else [Sight("change", "it makes or moves a branch")]


def _git_tag(call: Call) -> list[Sight]:
    given = sort_arguments(call.arguments, "-m -F -u --sort --format --contains --points-at --merged -n")
    shows = given.has("-l", "--list", "-v", "--verify", "--contains", "--points-at", "--merged")
    return [] if shows or not given.operands else [Sight("change", "it makes a tag")]


def _git_config(call: Call) -> list[Sight]:
    given = sort_arguments(call.arguments, "-f --file --blob --type --default")
    shows = given.has("--get", "--get-all", "--get-regexp", "-l", "--list", "--get-urlmatch", "--show-origin")
    verb = given.operands[0].text if given.operands else ""
    sets = len(given.operands) > 1 and verb not in ("get", "list")
    return [Sight("change", "it sets something")] if sets and not shows else []


_GIT_FORMS: dict[str, Judge] = {
    "push": _git_push,
    "checkout": _git_checkout,
    "restore": _git_restore,
    "submodule": _git_foreach,
    "bisect": _git_bisect,
    "branch": _git_branch,
    "tag": _git_tag,
    "config": _git_config,
}
GIT = Rule(
    "unknown",
    read="status, log, diff, show, describe, rev-parse, rev-list, ls-files, ls-remote, ls-tree, cat-file, blame, "
    "shortlog, "
    "grep, for-each-ref, show-ref, name-rev, merge-base, cherry, count-objects, fsck, reflog, reflog show, remote, "
    "remote show, remote get-url, submodule, submodule status, submodule summary, submodule foreach, stash list, "
    "stash show, worktree list, branch, tag, config, bisect, bisect log, bisect run, notes, notes list, notes show, "
    "verify-commit, verify-tag, version, help, var, whatchanged, range-diff, archive, bundle verify, check-ignore, "
    "diff-tree, diff-index, symbolic-ref",
    change="add, am, apply, branch -d, branch -m, branch -M, branch -f, branch -u, bundle, bundle create, checkout, "
    "cherry-pick, clone, commit, config --unset, config --add, config --replace-all, fetch, format-patch, gc, init, "
    "lfs, maintenance, merge, mv, notes add, notes append, pack-refs, pull, push, rebase, remote add, remote set-url, "
    "remote rename, remote update, repack, rerere, reset, restore, revert, rm, sparse-checkout, stash, stash push, "
    "stash pop, stash apply, stash save, submodule add, submodule init, submodule update, submodule sync, "
    "switch, tag -a, tag -s, "
    "update-index, worktree, worktree add, bisect start, bisect good, bisect bad, bisect reset, remote prune, "
    "remote remove, archive -o, log --output, diff --output, read-tree, write-tree, update-server-info",
    destructive="branch -D, tag -d, tag --delete, branch --delete --force, checkout -f, checkout --force, clean, "
    "filter-branch, filter-repo, gc --prune=now, prune, push -f, push --force, push --force-with-lease, push -d, "
    "push --delete, push --mirror, push --prune, reflog expire, reflog delete, reset --hard, reset --merge, rm -f, "
    "stash drop, stash clear, switch -f, switch --force, switch --discard-changes, switch -C, update-ref -d, "
    "worktree remove, worktree remove --force, submodule deinit, notes remove, checkout -B, "
    "repack -d --unpack-unreachable",
    unknown="rebase --exec, rebase -x, fetch --upload-pack, clone -u, clone --upload-pack, difftool, mergetool, "
    "grep -O",
    harmless="clean -n, clean --dry-run, push -n, push --dry-run, add -n, rm -n, fetch --dry-run, prune -n, --version, "
    "--help, commit --dry-run",
    first="-C -c --git-dir --work-tree --namespace",
    takes="-m --message -F --author --date --format --since --until --max-count -S -G --diff-filter",
)
"""`git`, after its global options."""


def sysctl(call: Call) -> list[Sight]:
    """`sysctl NAME` shows, `sysctl NAME=value` sets."""
    sets = any(
        word.text in ("-w", "-p", "--write", "--load", "--system") or "=" in word.text for word in call.arguments
    )
    return [Sight("change", "it sets a value of the kernel") if sets else _READS]


def crontab(call: Call) -> list[Sight]:
    """`crontab -l`, `crontab FILE`, `crontab -r`."""
    given = sort_arguments(call.arguments, "-u")
    if given.has("-r") or given.many:
        return [Sight("destructive", "it removes the whole table")]
    return [_READS if given.has("-l", "-V") else Sight("change", "it replaces the table")]


def mount(call: Call) -> list[Sight]:
    """`mount` alone lists."""
    shows = not call.arguments or {word.text for word in call.arguments} & {"-l", "-V", "--version", "--help"}
    return [_READS if shows else Sight("change", "it mounts a file system")]


def kill(call: Call) -> list[Sight]:
    """`kill`, `pkill`, `killall`: SIGKILL leaves no time to save anything."""
    texts = [word.text.upper() for word in call.arguments]
    if texts[:1] in (["-0"], ["-L"], ["--LIST"]) or (texts[:2] == ["-S", "0"]):
        return [_READS]
    hard = re.search(r"(^| )(--SIGNAL[= ]|-S ?|-)(SIG)?(9|KILL)( |$)", " ".join(texts))
    everything = "-1" in texts[1:]
    unseen = bool(texts) and texts[0].startswith("-") and not is_fixed(texts[0])
    if hard or everything or unseen:
        return [Sight("destructive", "the processes end without a chance to save anything")]
    return [Sight("change", "processes end or reload")]


def grep_words(read: str, change: str = "", destructive: str = "") -> Judge:
    """A rule for programs whose verb stands somewhere among the operands: `gcloud sql instances delete`."""
    effects: dict[str, Seen] = {
        **dict.fromkeys(read.split(), "read"),
        **dict.fromkeys(change.split(), "change"),
        **dict.fromkeys(destructive.split(), "destructive"),
    }

    def judge(call: Call) -> list[Sight]:
        words = [word for word in call.arguments if not word.text.startswith("-")]
        for word in words:
            effect = effects.get(word.text)
            if effect:
                return [Sight(effect, f"`{call.name} … {word.text}`")]
            if not word.fixed:
                break
        return [Sight("unknown", f"opsbook does not know what this command of `{call.name}` does")]

    return judge


_AWS_VERBS: tuple[tuple[str, Seen], ...] = (
    (
        "describe|list|get|head|lookup|search|scan|query|filter|batch-get|select|simulate|validate|estimate|tail|wait",
        "read",
    ),
    ("presign|ls|help|history|decode|verify|check|preview|view|detect-stack-drift|test", "read"),
    (
        "delete|terminate|purge|deregister|remove|destroy|rb|rm|release|revoke|batch-delete|empty|schedule-key",
        "destructive",
    ),
    ("cancel|disassociate|detach|disable|abort", "change"),
    (
        "put|create|update|modify|start|stop|reboot|restore|attach|associate|enable|copy|cp|mv|mb|sync|tag|untag",
        "change",
    ),
    (
        "run|register|set|add|promote|failover|rotate|resume|suspend|deploy|change|import|export|publish|send-message",
        "change",
    ),
    (
        "reset|allocate|assign|replace|apply|upload|complete|login|sso|configure|receive|force|switchover|scale",
        "change",
    ),
)
_AWS_OPTIONS = (
    "--profile --region --output --query --endpoint-url --cli-read-timeout --cli-connect-timeout --color --ca-bundle"
)


def aws(call: Call) -> list[Sight]:
    """`aws SERVICE VERB-NOUN`: the verb says it."""
    given = sort_arguments(call.arguments, _AWS_OPTIONS)
    operands = given.operands
    if given.has("--dry-run", "--dryrun", "--version") and not given.has("--no-dry-run"):
        return [Sight("read", "`aws` only tries")]
    if not operands[1:]:
        return [
            Sight("change" if operands[:1] == (Word("configure"),) else "unknown", "`aws` needs a service and a verb")
        ]
    service, verb = operands[0].text, operands[1].text
    if not operands[0].fixed or not operands[1].fixed or given.many:
        return [Sight("unknown", "what `aws` does is only known when it runs")]
    own = _AWS_OWN.get(f"{service} {verb}")
    if own:
        return [Sight(own, f"`aws {service} {verb}`")]
    effect: Seen = next((seen for names, seen in _AWS_VERBS if re.match(f"(?:{names})(?:-|$)", verb)), "unknown")
    if effect != "destructive" and given.has("--delete"):
        effect = "destructive"
    return [Sight(effect, f"`aws {service} {verb}`")]


_AWS_OWN: dict[str, Seen] = {
    "s3api get-object": "change",
    "logs start-query": "read",
    "logs stop-query": "read",
    "s3 website": "change",
    "configure list": "read",
    "configure get": "read",
    "eks get-token": "read",
    "ssm start-session": "unknown",
    "ecs execute-command": "unknown",
    "ec2 get-password-data": "read",
    "s3api put-bucket-lifecycle-configuration": "destructive",
    "dynamodb batch-write-item": "destructive",
    "kms disable-key": "change",
}


def gcloud_ssh(call: Call) -> list[Sight]:
    """`gcloud compute ssh HOST --command=TEXT`."""
    given = sort_arguments(call.arguments, "--zone --project --command --ssh-flag --account")
    if any(word.text == "ssh" for word in given.operands[:3]):
        text = given.value("--command")
        return from_text(call, text) if text else [_TYPED]
    return _GCLOUD(call)


_GCLOUD = grep_words(
    "list describe read get-value get-credentials-info info version print-access-token get-iam-policy logs tail "
    "help ls cat",
    "create update set add patch start stop reset restart enable disable import export deploy submit resize clone "
    "promote-replica failover attach-disk detach-disk login activate cp mv rsync add-iam-policy-binding "
    "get-credentials "
    "add-tags remove-tags restore backup apply replace rollback set-value unset migrate move publish",
    "delete rm remove-iam-policy-binding destroy purge rb",
)


def python(call: Call) -> list[Sight]:
    """`python -m MODULE`; whatever else Python runs is unknown."""
    given = sort_arguments(call.arguments, "-c -m -W -X", stop=True)
    module = given.value("-m")
    if given.has("-V", "--version", "-h", "--help", "-VV"):
        return [_READS]
    if module and module.text in ("json.tool", "platform", "site", "sysconfig"):
        return [_READS]
    if module and module.text in ("pip", "alembic", "venv"):
        at = next(number for number, word in enumerate(call.arguments) if word.text.endswith(module.text))
        return call.run((module, *call.arguments[at + 1 :]))
    file = given.operands[0].text if given.operands else ""
    if re.search(r"(^|/)manage\.py$", file) and not given.has("-c", "-m"):
        return _DJANGO(call.of((Word("manage.py"), *call.arguments[given.rest + 1 :])))
    if file.startswith(OUTPUT):
        return [Sight("destructive", "it runs what another command prints, and that may be anything")]
    return [Sight("unknown", "what a program in Python does is not looked at: declare what it does")]


_DJANGO = Rule(
    "unknown",
    read="check, showmigrations, sqlmigrate, diffsettings, inspectdb, dumpdata, version, migrate --plan, help",
    change="migrate, makemigrations, collectstatic, createsuperuser, loaddata, createcachetable, compilemessages, "
    "changepassword, clearsessions, dumpdata -o, dumpdata --output",
    destructive="flush, sqlflush, remove_stale_contenttypes",
    harmless="migrate --plan, migrate --check, makemigrations --check, makemigrations --dry-run",
)


def nc(call: Call) -> list[Sight]:
    """`nc -z HOST PORT` only knocks."""
    return [_READS if sort_arguments(call.arguments, "-w -p -s -i -q -X -x").has("-z", "-h") else _UNSEEN]


def ip(call: Call) -> list[Sight]:
    """`ip addr`, `ip route show`, `ip link set …`."""
    operands = sort_arguments(call.arguments, "-n -f").operands[1:]
    verb = operands[0].text if operands else "show"
    if verb in ("show", "list", "ls", "get", "sh", "s", "l", "lst", "help"):
        return [_READS]
    flushes = verb in ("flush", "f")
    return [Sight("destructive" if flushes else "change", f"`ip … {shown(verb)}`")]


def sort(call: Call) -> list[Sight]:
    """`sort -o FILE`."""
    given = sort_arguments(call.arguments, "-o -k -t -S -T --output --key --field-separator --compress-program")
    writes = [word for word in given.values("-o", "--output") if not HARMLESS_TARGETS.fullmatch(word.text)]
    sights = [Sight("unknown", "`sort` runs another program")] if given.has("--compress-program") else []
    return [*sights, Sight("change", "`sort -o` writes a file") if writes else _READS]


def terraform(call: Call) -> list[Sight]:
    """`terraform [-chdir=DIR] VERB`."""
    return TERRAFORM(call.of((call.words[0], *(word for word in call.arguments if not word.text.startswith("-chdir")))))


TERRAFORM = Rule(
    "unknown",
    read="plan, validate, show, output, state list, state show, state pull, providers, version, graph, workspace list, "
    "workspace show, console, fmt -check, metadata, get -help",
    change="init, fmt, import, taint, untaint, state mv, state replace-provider, workspace new, "
    "workspace select, refresh, get, "
    "plan -out, login, logout, force-unlock, test",
    destructive="apply, destroy, state rm, state push, workspace delete",
    harmless="fmt -check, -help, -version",
    whole=True,
    takes="-var -var-file -target",
    why="it may replace or remove resources",
)
